package scenario_test

import (
	"flag"
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scenario"
	"os"
)

var (
	showID    = flag.String("show", "", "print the calls of this scenario")
	showAgent = flag.String("agent", "expert", "with this scripted agent")
	showSeed  = flag.Uint64("seed", 1, "and this seed")
)

// engine returns the language engine of the pack.
func engine(t testing.TB) func(analysis.Utterance) []analysis.Finding {
	t.Helper()
	cat, err := analysis.LoadCatalogue(os.DirFS("../content"))
	if err != nil {
		t.Fatal(err)
	}
	e, err := language.Load(os.DirFS("../content"), cat)
	if err != nil {
		t.Fatal(err)
	}
	return e.Acts
}

// TestShow prints one call for a scenario's author:
// go test ./scenario -run TestShow -v -args -show zh-fund-value -agent expert
func TestShow(t *testing.T) {
	if *showID == "" {
		t.Skip("-show names the scenario")
	}
	sc := find(t, *showID)
	c := scenario.Play(sc, *showSeed, agent(t, sc, *showAgent), engine(t), func(p scenario.Played) {
		if p.Role == conversation.Agent {
			t.Logf("坐席 %s\n        %v", p.Text, p.Acts)
			return
		}
		t.Logf("  客 [%s] %s   %+v", p.Behaviour, p.Text, p.Mood)
	})
	t.Logf("%+v", c.Outcome())
}
