package score_test

import (
	"encoding/json"
	"testing"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// asking is a conversation about opening hours with articles as they came.
func asking(articles, answer string) conversation.Conversation {
	turn := func(role conversation.Role, text string) conversation.Turn {
		return conversation.Turn{Role: role, Text: text, Start: -1, End: -1, Confidence: -1}
	}
	return conversation.Conversation{Lang: conversation.English, Fields: map[string]json.RawMessage{"articles": json.RawMessage(articles)},
		Turns: []conversation.Turn{turn(conversation.Customer, "When do you CLOSE?"), turn(conversation.Agent, answer)}}
}

func knowing(t testing.TB, test string) *scorecard.Card {
	t.Helper()
	card, err := scorecard.Parse("k.yaml", []byte("id: k\nversion: 1\ntitle: {en: K}\nsections:\n  - id: s\n    title: {en: S}\n    items:\n      - {id: i, title: {en: I}, weight: 1, met: "+test+"}\n"), scorecard.Known{})
	if err != nil {
		t.Fatal(err)
	}
	return card
}

func TestKnowledgePointsAtTheAnswer(t *testing.T) {
	card := knowing(t, "{knowledge: hours}")
	for name, c := range map[string]struct {
		articles string
		want     scorecard.Verdict
	}{
		"right":                  {`[{"id":"hours","asked":["close"],"right":["\\b8 ?pm\\b|eight"]}]`, scorecard.Met},
		"wrong":                  {`[{"id":"hours","asked":["close"],"right":["nine"]}]`, scorecard.Missed},
		"no such article":        {`[{"id":"returns","asked":["close"],"right":["8"]}]`, scorecard.NA},
		"an article of nothing":  {`[{"id":"hours","asked":["close"]}]`, scorecard.NA},
		"not an expression":      {`[{"id":"hours","asked":["clo(se"],"right":["8"]}]`, scorecard.NA},
		"not what was agreed on": {`"at eight"`, scorecard.NA},
		"nothing":                {``, scorecard.NA},
	} {
		r := score.Score(card, asking(c.articles, "At 8 PM, madam."), nil, nil, score.Versions{})
		if got := r.Items[0]; got.Verdict != c.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Verdict, got.Reason, c.want)
		} else if c.want == scorecard.Met && (got.Evidence[0].Turn != 1 || got.Evidence[0].From != 3 || got.Evidence[0].To != 7) {
			t.Errorf("%s: the evidence is %+v", name, got.Evidence)
		}
	}
}

// FuzzKnowledge: whatever is handed in, the item is judged or N/A.
func FuzzKnowledge(f *testing.F) {
	f.Add(`[{"id":"hours","asked":["close"],"right":["8"],"wrong":["9"]}]`, "At 8.")
	f.Add(`[{"id":"hours","asked":[""],"right":["(?s).*"]}]`, "\x00\xff")
	f.Add(`{"id":[`, "")
	cards := []*scorecard.Card{knowing(f, "{knowledge: any}"), knowing(f, "{knowledge: {answers: hours, is: wrong, within: 10 characters}}")}
	f.Fuzz(func(t *testing.T, articles, answer string) {
		for _, card := range cards {
			if r := score.Score(card, asking(articles, answer), nil, nil, score.Versions{}); len(r.Items) != 1 || !r.Items[0].Verdict.Valid() {
				t.Errorf("%+v", r)
			}
		}
	})
}
