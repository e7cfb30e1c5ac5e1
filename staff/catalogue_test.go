package staff_test

import (
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/staff"
)

// TestEveryTitleIsWritten looks up what is put together from names and cannot
// be found by reading the sources.
func TestEveryTitleIsWritten(t *testing.T) {
	catalogue, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, r := range staff.AllRoles() {
		keys = append(keys, r.Title())
	}
	for _, p := range staff.AllPermissions() {
		keys = append(keys, p.Title())
	}
	for _, s := range staff.AllScopes() {
		keys = append(keys, s.Title())
	}
	for _, key := range []string{"marks", "writes", "wellbeing", "talks"} {
		keys = append(keys, "staff.table."+key)
	}
	for _, lang := range locale.Langs() {
		for _, key := range keys {
			if !catalogue.Printer(lang, time.UTC).Has(key) {
				t.Errorf("%s: no text for %s", lang, key)
			}
		}
	}
}
