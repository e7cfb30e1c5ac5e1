package scenario_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/scenario"
)

// TestNobodyConfirmsAnotherMansCase: an agent who sums up the case of another
// trade is told so. Some words are common to all trades, so a few pass.
func TestNobodyConfirmsAnotherMansCase(t *testing.T) {
	all := pack(t)
	hear := engine(t)
	asked, confirmed := 0, 0
	for _, a := range all {
		text, err := os.ReadFile("../content/scenarios/" + string(a.Lang) + "/" + string(a.ID) + "/expert.txt")
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range summaries(string(text)) {
			for _, b := range all {
				if a.Lang != b.Lang || a.Trade == b.Trade {
					continue
				}
				c := scenario.Start(b, 1, hear)
				c.Opening()
				c.Say(map[bool]string{true: "您好，请问有什么可以帮您？", false: "Good morning, how can I help you?"}[a.Lang == "zh"], time.Second)
				asked++
				if r := c.Say(scenario.Start(a, 1, hear).Form().Fill(line), time.Second); r.Behaviour == "confirm" {
					confirmed++
				}
			}
		}
	}
	if asked < 100 || confirmed*6 > asked {
		t.Errorf("%d of %d summaries of another case were confirmed", confirmed, asked)
	}
}

// summaries returns the lines of a script that sum up and ask whether it is right.
func summaries(script string) []string {
	var out []string
	for line := range strings.Lines(script) {
		if strings.Contains(line, "对吗？") || strings.Contains(line, "right?") || strings.Contains(line, "correct?") {
			_, said, _ := strings.Cut(strings.TrimSpace(line), ": ")
			out = append(out, said)
		}
	}
	return out
}

func TestAWrongNumberIsNotConfirmed(t *testing.T) {
	for _, c := range []struct{ id, opening, right, wrong string }{
		{"zh-broadband-down", "您好，请问有什么可以帮您？", "您的意思是断网四天，账号是{account}，对吗？", "您的意思是断网四天，账号是K99999999，对吗？"},
		{"en-slow-broadband", "Good morning, how can I help you?", "So it is slow every evening and the account is {acct}, is that right?", "So it is slow every evening and the account is BB 99999, is that right?"},
	} {
		for line, want := range map[string]string{c.right: "confirm", c.wrong: "deny:number"} {
			call := scenario.Start(find(t, c.id), 1, engine(t))
			call.Say(c.opening, time.Second)
			if r := call.Say(call.Form().Fill(line), time.Second); r.Behaviour != want {
				t.Errorf("%s: %q is answered by %s (%q), want %s", c.id, line, r.Behaviour, r.Text, want)
			}
		}
	}
}
