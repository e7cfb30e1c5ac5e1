package training

import (
	"context"
	"math"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/score"
)

// MaxProofForms bounds how many forms of a scenario a proof may play.
const MaxProofForms = 50

// The figures that the house promises of every scenario.
const (
	expertAtLeast = 850 // tenths of a point
	rudeAtMost    = 400
	spreadAtMost  = 20
	textsPerMille = 750 // of the forms have a text of their own
)

// Proof is what came of letting the scripted agents play many forms of a
// scenario: whether it tells good from bad, is as hard in every form, and says
// other words in each.
type Proof struct {
	Forms    int
	Agents   []AgentProof
	Promises []Promise
}

// AgentProof is how one scripted agent fared.
type AgentProof struct {
	Agent   string
	Scores  []score.Points // by form
	Endings map[scenario.Ending]int
	Failed  []bool // by form: an automatic fail
	Texts   int    // how many different calls his customer led
	Lost    map[string]int
}

// Promise is one thing that must be true. Kept and Of count forms or texts; Key
// names it in the locale catalogues.
type Promise struct {
	Key      string
	Kept, Of int
	OK       bool
}

// Prove plays sc with each scripted agent in the forms 1 to forms and scores
// every call by judge. A promise about an agent without a script is left out.
// Invalid (training.proof.forms) when there are none or too many forms.
func Prove(ctx context.Context, sc *scenario.Scenario, agents map[string]*scenario.Script, forms int, hear scenario.Hear,
	judge func(conversation.Conversation) score.Result) (Proof, error) {
	if forms < 1 || forms > MaxProofForms {
		return Proof{}, fault.New(fault.Invalid, "training.proof.forms", fault.Args{"max": MaxProofForms})
	}
	out := Proof{Forms: forms}
	played := map[string]*AgentProof{}
	orders := map[string]bool{}
	for _, name := range scenario.Agents() {
		if agents[name] == nil {
			continue
		}
		a := AgentProof{Agent: name, Endings: map[scenario.Ending]int{}, Lost: map[string]int{}}
		texts := map[string]bool{}
		for seed := range uint64(forms) {
			if err := ctx.Err(); err != nil {
				return out, fault.As(fault.Unavailable, "", err)
			}
			call := scenario.Play(sc, seed+1, agents[name], hear, nil)
			conv := call.Conversation()
			a.count(call, judge(conv))
			texts[saidBy(conv, conversation.Customer)] = true
			orders[orderOf(call)] = true
		}
		a.Texts = len(texts)
		played[name] = &a
		out.Agents = append(out.Agents, a)
	}
	out.Promises = promises(sc, played, forms, len(orders))
	return out, nil
}

func (a *AgentProof) count(call *scenario.Call, r score.Result) {
	a.Scores = append(a.Scores, r.Score)
	a.Endings[call.Outcome().Ending]++
	a.Failed = append(a.Failed, len(r.AutoFail) > 0)
	for _, it := range r.Items {
		if it.Points < it.Max {
			a.Lost[it.ID]++
		}
	}
}

func saidBy(c conversation.Conversation, role conversation.Role) string {
	var b strings.Builder
	for _, t := range c.Turns {
		if t.Role == role {
			b.WriteString(t.Text + "\n")
		}
	}
	return b.String()
}

func orderOf(c *scenario.Call) string {
	var b strings.Builder
	for _, n := range c.Form().Order {
		b.WriteRune(rune('a' + n))
	}
	return b.String()
}

// promises holds what was played to what the house promises.
func promises(sc *scenario.Scenario, a map[string]*AgentProof, forms, orders int) []Promise {
	var out []Promise
	add := func(key string, kept, of int, ok bool) {
		out = append(out, Promise{Key: key, Kept: kept, Of: of, OK: ok})
	}
	each := func(key string, keeps func(i int) bool) {
		kept := 0
		for i := range forms {
			if keeps(i) {
				kept++
			}
		}
		add(key, kept, forms, kept == forms)
	}
	expert, novice, rude := a["expert"], a["novice"], a["rude"]
	if expert != nil {
		each("expert", func(i int) bool { return expert.Scores[i] >= expertAtLeast })
		solved := expert.Endings[scenario.Solved] + expert.Endings[scenario.Declined]
		add("solved", solved, forms, solved == forms)
		add("spread", expert.Spread(), spreadAtMost, expert.Spread() <= spreadAtMost)
		want := (forms*textsPerMille + 999) / 1000
		add("texts", expert.Texts, want, expert.Texts >= want)
	}
	if expert != nil && novice != nil {
		each("above-novice", func(i int) bool { return expert.Scores[i] > novice.Scores[i] })
	}
	if novice != nil && rude != nil {
		each("above-rude", func(i int) bool { return novice.Scores[i] > rude.Scores[i] })
	}
	if rude != nil {
		each("rude", func(i int) bool { return rude.Scores[i] <= rudeAtMost || rude.Failed[i] })
	}
	if sc.Order == "any" && len(sc.Concerns) > 1 && len(a) > 0 && forms > 1 {
		add("orders", orders, 2, orders >= 2)
	}
	return out
}

// Mean returns the agent's mean score.
func (a AgentProof) Mean() score.Points {
	if len(a.Scores) == 0 {
		return 0
	}
	sum := score.Points(0)
	for _, p := range a.Scores {
		sum += p
	}
	return sum / score.Points(len(a.Scores))
}

// Range returns the agent's lowest and highest score.
func (a AgentProof) Range() (low, high score.Points) {
	for i, p := range a.Scores {
		if i == 0 || p < low {
			low = p
		}
		high = max(high, p)
	}
	return low, high
}

// Spread returns the standard deviation of the agent's scores, in tenths of a
// point, rounded up.
func (a AgentProof) Spread() int {
	if len(a.Scores) == 0 {
		return 0
	}
	mean, sum := 0.0, 0.0
	for _, p := range a.Scores {
		mean += float64(p) / float64(len(a.Scores))
	}
	for _, p := range a.Scores {
		sum += (float64(p) - mean) * (float64(p) - mean)
	}
	return int(math.Ceil(math.Sqrt(sum/float64(len(a.Scores))) - 1e-9))
}
