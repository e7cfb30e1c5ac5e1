package scorecard_test

import (
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// known returns what the built-in pack lets a card speak of.
func known(t testing.TB) scorecard.Known {
	t.Helper()
	cat, err := analysis.LoadCatalogue(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	comps, err := scorecard.LoadCompetencies(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	k := scorecard.Known{Competencies: scorecard.IDs(comps)}
	for _, a := range cat.All() {
		k.Acts = append(k.Acts, a.ID)
	}
	return k
}

func TestShippedCardsLoad(t *testing.T) {
	cards, err := scorecard.Load(content.FS, known(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(cards) == 0 || cards[0].ID != scorecard.General {
		t.Fatalf("the general card must come first: %v", cards)
	}
}
