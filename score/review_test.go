package score_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
)

func TestJudgingEveryItem(t *testing.T) {
	card := specCard(t, "", "0: a 10; b 10; c 10 state=shadow")
	r := scoreActs(card, "a c")
	all, corrected, err := score.Judge(card, r, []score.Correction{
		{Item: "a", Verdict: scorecard.Met},                            // no change, so no reason either
		{Item: "b", Verdict: scorecard.Partly, Reason: "she began to"}, // live: moves the score
		{Item: "c", Verdict: scorecard.Missed, Reason: "not this"},     // on trial: does not
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []score.Judgement{
		{Item: "a", Machine: "met", Person: "met"},
		{Item: "b", Machine: "missed", Person: "partly", Reason: "she began to"},
		{Item: "c", Machine: "met", Person: "missed", Reason: "not this"},
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Error(diff)
	}
	if corrected.Machine.Score != 500 || corrected.Person.Score != 750 || len(corrected.Changes) != 1 {
		t.Errorf("machine %s, person %s, %d changes", corrected.Machine.Score, corrected.Person.Score, len(corrected.Changes))
	}
	for name, c := range map[string]score.Correction{
		"no reason":  {Item: "c", Verdict: scorecard.Missed},
		"no verdict": {Item: "c", Verdict: "good", Reason: "well"},
		"no item":    {Item: "d", Verdict: scorecard.Met, Reason: "well"},
	} {
		if _, _, err := score.Judge(card, r, []score.Correction{c}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want invalid", name, err)
		}
	}
}
