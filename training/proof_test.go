package training_test

import (
	"context"
	"os"
	"testing"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/training"
)

func agentsOf(t *testing.T, names ...string) map[string]*scenario.Script {
	t.Helper()
	out := map[string]*scenario.Script{}
	for _, name := range names {
		text, err := os.ReadFile("../content/scenarios/zh/zh-broadband-down/" + name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		if out[name], err = scenario.ParseScript(name, text); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// byLength is a judge whose figures a test can foresee: who says more is better.
func byLength(c conversation.Conversation) score.Result {
	if len(c.Turns) > 14 {
		return score.Result{Score: 900}
	}
	if len(c.Turns) > 5 {
		return score.Result{Score: 600}
	}
	return score.Result{Score: 410, AutoFail: []string{"abuse"}}
}

func TestScriptedAgentsTellWhetherAScenarioIsFair(t *testing.T) {
	p, err := pack()
	if err != nil {
		t.Fatal(err)
	}
	sc, err := scenario.ScenarioList(p.scenarios).Scenario(context.Background(), broadband)
	if err != nil {
		t.Fatal(err)
	}
	prove := func(forms int, judge func(conversation.Conversation) score.Result, names ...string) (training.Proof, map[string]training.Promise) {
		t.Helper()
		out, err := training.Prove(context.Background(), sc, agentsOf(t, names...), forms, p.engine.Acts, judge)
		if err != nil {
			t.Fatal(err)
		}
		by := map[string]training.Promise{}
		for _, pr := range out.Promises {
			by[pr.Key] = pr
		}
		return out, by
	}
	out, by := prove(6, byLength, "expert", "novice", "rude")
	if len(out.Agents) != 3 || len(out.Promises) != 8 {
		t.Fatalf("%d agents, %d promises", len(out.Agents), len(out.Promises))
	}
	for _, key := range []string{"expert", "solved", "spread", "texts", "above-rude", "rude", "orders"} {
		if !by[key].OK {
			t.Errorf("%s: %+v; %+v", key, by[key], out.Agents)
		}
	}
	_, by = prove(4, func(conversation.Conversation) score.Result { return score.Result{Score: 500} }, "expert", "novice", "rude")
	for _, key := range []string{"expert", "above-novice", "above-rude", "rude"} {
		if by[key].OK || by[key].Kept != 0 || by[key].Of != 4 {
			t.Errorf("all score 500, yet %s is %+v", key, by[key])
		}
	}
	if _, by = prove(2, byLength, "novice"); len(by) != 1 {
		t.Errorf("of a novice alone: %+v", by)
	}
	n := 0
	uneven := func(conversation.Conversation) score.Result {
		n++
		return score.Result{Score: score.Points(900 + n%2*60)}
	}
	if _, by = prove(4, uneven, "expert"); by["spread"].OK || by["spread"].Kept != 30 {
		t.Errorf("90 and 96 in turn spread by %+v", by["spread"])
	}
	for _, forms := range []int{0, -1, training.MaxProofForms + 1} {
		if _, err := training.Prove(context.Background(), sc, nil, forms, p.engine.Acts, byLength); !fault.Is(err, fault.Invalid) {
			t.Errorf("%d forms: %v, want invalid", forms, err)
		}
	}
	gone, leave := context.WithCancel(context.Background())
	leave()
	if _, err := training.Prove(gone, sc, agentsOf(t, "expert"), 3, p.engine.Acts, byLength); err == nil {
		t.Error("it goes on although nobody waits")
	}
}
