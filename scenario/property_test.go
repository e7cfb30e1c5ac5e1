package scenario_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/scenario/scenariotest"
)

// dialogues returns how many random dialogues a property is tried on.
func dialogues() int {
	if os.Getenv("LIANXI_LONG") == "1" {
		return 10_000
	}
	return 1_000
}

// TestRandomAgents lets agents who say anything at all talk to every
// customer: he must always answer, never repeat a sentence, never contradict
// himself or his form, never reveal what he withholds, and come to an end.
func TestRandomAgents(t *testing.T) {
	all := pack(t)
	hear := engine(t)
	lines := map[conversation.Lang]*scenariotest.Lines{}
	for _, lang := range []conversation.Lang{conversation.Chinese, conversation.English} {
		var err error
		if lines[lang], err = scenariotest.ReadLines(os.DirFS("../content"), lang); err != nil {
			t.Fatal(err)
		}
	}
	failures := 0
	for n := range dialogues() {
		sc := all[n%len(all)]
		if err := scenariotest.Dialogue(sc, lines[sc.Lang], uint64(n), hear); err != nil {
			t.Errorf("%s, dialogue %d: %v", sc.ID, n, err)
			if failures++; failures == 3 {
				t.FailNow()
			}
		}
	}
}

// TestFormsDiffer: at least 15 of 20 seeds give other words, and where the
// order of the concerns is free both occur.
func TestFormsDiffer(t *testing.T) {
	hear := engine(t)
	for _, sc := range pack(t) {
		texts, firsts := map[string]bool{}, map[int]bool{}
		script := agent(t, sc, "expert")
		for seed := range uint64(20) {
			c := scenario.Play(sc, seed+1, script, hear, nil)
			text := ""
			for _, turn := range c.Conversation().Turns {
				if turn.Role == conversation.Customer {
					text += turn.Text + "\n"
				}
			}
			texts[text] = true
			firsts[c.Form().Order[0]] = true
		}
		if len(texts) < 15 {
			t.Errorf("%s: only %d different customers in 20 seeds", sc.ID, len(texts))
		}
		if sc.Order == "any" && len(firsts) < 2 {
			t.Errorf("%s: one concern always comes first", sc.ID)
		}
	}
}

// seeds returns how many forms are tried.
func seeds() uint64 {
	if testing.Short() {
		return 4
	}
	return 20
}

// TestItIsNotEasy: filler never solves anything, courtesy alone leaves it
// unsolved, and who solves without listening is thanked coldly.
func TestItIsNotEasy(t *testing.T) {
	hear := engine(t)
	filler := map[conversation.Lang]string{conversation.Chinese: "好的，请稍等。", conversation.English: "Okay, one moment."}
	courtesies := map[conversation.Lang][]string{
		conversation.Chinese: {"您好，很高兴为您服务，请问有什么可以帮您？", "非常抱歉给您添麻烦了。", "我非常理解您的心情。", "请您放心。", "感谢您的耐心等待。", "谢谢您的宝贵意见。", "对不起，让您久等了。", "祝您生活愉快，再见。"},
		conversation.English: {"Good morning, how can I help you?", "I'm so sorry about that.", "I completely understand how you feel.", "Don't worry.", "Thank you for your patience.", "Thank you for your feedback.", "I do apologise.", "Have a lovely day, goodbye."},
	}
	for _, sc := range pack(t) {
		for seed := range seeds() {
			c := scenario.Start(sc, seed, hear)
			c.Opening()
			end := talk(c, func(int) string { return filler[sc.Lang] })
			if end == scenario.Solved || end == scenario.SolvedCold {
				t.Errorf("%s, seed %d: an agent who only asks to wait ends %s", sc.ID, seed, end)
			}
			c = scenario.Start(sc, seed, hear)
			c.Opening()
			end = talk(c, func(n int) string { return courtesies[sc.Lang][n%8] })
			if end != scenario.Unsolved && end != scenario.HungUp && end != scenario.Escalated {
				t.Errorf("%s, seed %d: an agent who only recites courtesies ends %s\n%s", sc.ID, seed, end, transcript(c))
			}
			c = solveColdly(sc, seed)
			if end := c.Outcome().Ending; end != scenario.SolvedCold && sc.Direction == conversation.Inbound {
				t.Errorf("%s, seed %d: an agent who solves without listening ends %s\n%s", sc.ID, seed, end, transcript(c))
			}
		}
	}
}

// talk says one line after the other until the call ends.
func talk(c *scenario.Call, line func(n int) string) scenario.Ending {
	for n := range 60 {
		if r := c.Say(line(n), 2*time.Second); r.Ended {
			return r.Ending
		}
	}
	return c.HangUp().Ending
}

// solveColdly says the bare content of every point, asks bare questions where
// facts or identity are needed, and nothing else. Bare words are no sentences:
// the acts that points and facts wait for are given by hand, others not heard.
func solveColdly(sc *scenario.Scenario, seed uint64) *scenario.Call {
	var acts []analysis.Act
	c := scenario.Start(sc, seed, func(u analysis.Utterance) []analysis.Finding {
		var out []analysis.Finding
		if u.Role == conversation.Agent {
			for _, a := range acts {
				out = append(out, analysis.Finding{Act: a, Sure: 1000})
			}
		}
		return out
	})
	c.Opening()
	bare := func(text string) string {
		alt, _, _ := strings.Cut(text, "|")
		return c.Form().Fill(strings.NewReplacer("…", " ", "*", "").Replace(alt))
	}
	c.Say(map[conversation.Lang]string{conversation.Chinese: "喂。", conversation.English: "Hello there."}[sc.Lang], time.Second)
	for _, f := range sc.Knows {
		if !needed(sc, f) || len(f.Asked) == 0 {
			continue
		}
		if acts = nil; slices.Contains(sc.Verification.Facts, f.ID) {
			acts = []analysis.Act{"verify-identity", "explain-verification"}
		}
		if w := f.Withheld; w != nil && slices.Contains(w.Acts, "acknowledge") {
			acts = append(acts, "acknowledge")
		} else if w != nil && len(w.Acts) > 0 {
			acts = append(acts, w.Acts[0])
		}
		for _, insists := range []string{"？", "？嗯？", "？？"} {
			if strings.HasPrefix(c.Say(bare(f.Asked[0])+insists, time.Second).Behaviour, "tell") {
				break
			}
		}
	}
	for range 2 {
		for _, co := range sc.Concerns {
			for _, p := range co.Points {
				if !slices.Contains(c.Outcome().Missing, c.Form().Fill(p.Label)) {
					continue
				}
				acts = p.Acts
				line := ""
				for _, s := range p.Says {
					line += bare(s) + " "
				}
				if line == "" {
					line = "嗯嗯 yes then"
				}
				if r := c.Say(line, time.Second); r.Ended {
					return c
				}
			}
		}
	}
	acts = []analysis.Act{"farewell"}
	talk(c, func(int) string { return "再见 bye" })
	return c
}

// needed reports whether a point waits for f.
func needed(sc *scenario.Scenario, f scenario.Fact) bool {
	if slices.Contains(sc.Verification.Facts, f.ID) {
		return true
	}
	for _, co := range sc.Concerns {
		for _, p := range co.Points {
			if slices.Contains(p.After, f.ID) {
				return true
			}
		}
	}
	return false
}
