package skill

import (
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/internal/locale"
)

// TestEveryKindAndFlawIsExplained looks up what is put together from names and
// cannot be found by reading the sources.
func TestEveryKindAndFlawIsExplained(t *testing.T) {
	catalogue, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, k := range []Kind{Opened, Talk, Marked, Note, Assessment, Correction, Erased} {
		keys = append(keys, k.Title())
	}
	for _, w := range []What{HeadMissing, HeadBroken, HeadForged, HeadTwice, TailMissing, WitnessDiffers, WitnessForged, EntryMissing, EntryInserted,
		EntryChanged, EntryReplaced, EntryUnchained, EntryMisplaced, ContentBroken, KeyMissing, KeySurvived, KeyOrphaned, RowsUncounted} {
		keys = append(keys, Flaw{What: w}.Title())
	}
	for _, lang := range locale.Langs() {
		for _, key := range keys {
			if !catalogue.Printer(lang, time.UTC).Has(key) {
				t.Errorf("%s: no text for %s", lang, key)
			}
		}
	}
}
