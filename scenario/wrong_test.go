package scenario_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scenario"
)

// mistaken are customers who are sure of something that is not so: the money was
// theirs to pay. comesRound is how they own it; givesIn is the easy way out that
// an agent must not take.
var mistaken = []struct {
	id, givesIn, argues string
	comesRound          []string
}{
	{"zh-roaming-bill", "这笔费用我全额退给您。", "您自己办的自己忘了，别赖我们。", []string{"想起来了", "有印象", "好像是开过"}},
	{"en-fund-fee", "I'll give you a refund of that right away.", "You signed for it yourself, so don't blame us.", []string{"I do remember", "my own doing", "I did sign", "I'll look it out"}},
}

// opening returns the expert's script with another answer to the customer's first
// words; what he answered there is said when the customer reacted to it.
func opening(t *testing.T, id, answer, then string) *scenario.Script {
	t.Helper()
	file := "scenarios/" + id[:2] + "/" + id + "/expert.txt"
	text, err := os.ReadFile("../content/" + file)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), "@on raise: ", "@on raise: "+answer+"\n@on "+then+": ", 1)
	if changed == string(text) {
		t.Fatalf("%s has no answer to the customer's first words", file)
	}
	s, err := scenario.ParseScript(file, []byte(changed))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func said(c *scenario.Call, words []string) bool {
	return slices.ContainsFunc(c.Conversation().Turns, func(turn conversation.Turn) bool {
		return turn.Role == conversation.Customer && slices.ContainsFunc(words, func(w string) bool { return strings.Contains(turn.Text, w) })
	})
}

// TestACallerWhoIsWrongComesRound: told the facts so that he can keep his face, he
// sees it himself and thanks.
func TestACallerWhoIsWrongComesRound(t *testing.T) {
	hear := engine(t)
	for _, m := range mistaken {
		sc := find(t, m.id)
		for seed := range uint64(8) {
			c := scenario.Play(sc, seed, agent(t, sc, "expert"), hear, nil)
			if c.Outcome().Ending != scenario.Solved || !said(c, m.comesRound) {
				t.Errorf("%s, form %d: %s\n%s", m.id, seed, c.Outcome().Ending, transcript(c))
			}
		}
	}
}

// TestGivingInToACallerWhoIsWrongSolvesNothing: everything else may be said as well
// as can be, the promise will break.
func TestGivingInToACallerWhoIsWrongSolvesNothing(t *testing.T) {
	hear := engine(t)
	for _, m := range mistaken {
		sc := find(t, m.id)
		for seed := range uint64(8) {
			c := scenario.Play(sc, seed, opening(t, m.id, m.givesIn, "forbidden"), hear, nil)
			o := c.Outcome()
			promised := slices.ContainsFunc(o.Remarks, func(r scenario.Remark) bool { return r.Key == "forbidden-promise" })
			if o.Ending != scenario.Unsolved || !promised || o.Points != o.Of {
				t.Errorf("%s, form %d: %s, %d of %d points, promised %v\n%s", m.id, seed, o.Ending, o.Points, o.Of, promised, transcript(c))
			}
		}
	}
}

// TestArguingWithACallerWhoIsWrongHardensHim: he is told the truth as an accusation,
// and hears the accusation.
func TestArguingWithACallerWhoIsWrongHardensHim(t *testing.T) {
	hear := engine(t)
	for _, m := range mistaken {
		sc := find(t, m.id)
		argued := func(u analysis.Utterance) []analysis.Finding {
			found := hear(u)
			if u.Text == m.argues {
				found = append(found, analysis.Finding{Act: "argue", To: len([]rune(u.Text)), Sure: 1000})
			}
			return found
		}
		for seed := range uint64(8) {
			plain := scenario.Play(sc, seed, agent(t, sc, "expert"), hear, nil)
			hard := scenario.Play(sc, seed, opening(t, m.id, m.argues, "fault"), argued, nil)
			if a, b := worst(plain), worst(hard); b <= a {
				t.Errorf("%s, form %d: irritated to %d by an argument, to %d by the expert", m.id, seed, b, a)
			}
			if said(accused(t, sc, seed, m.argues, argued), m.comesRound) {
				t.Errorf("%s, form %d: he comes round at an accusation", m.id, seed)
			}
		}
	}
}

// worst is the highest irritation of a call.
func worst(c *scenario.Call) int {
	out := 0
	for _, m := range c.Moods() {
		out = max(out, m.Mood.Irritation)
	}
	return out
}

// accused is a call of a greeting and an accusation.
func accused(t *testing.T, sc *scenario.Scenario, seed uint64, argues string, hear scenario.Hear) *scenario.Call {
	t.Helper()
	greeting := "您好，请问有什么可以帮您？"
	if sc.Lang == conversation.English {
		greeting = "Good morning, how can I help you?"
	}
	c := scenario.Start(sc, seed, hear)
	c.Say(greeting, 0)
	if r := c.Say(argues, 0); r.Behaviour != "fault:argue" {
		t.Errorf("%s, form %d: accused, he does %s: %s", sc.ID, seed, r.Behaviour, r.Text)
	}
	return c
}
