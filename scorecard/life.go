package scorecard

import (
	"cmp"
	"slices"
	"strings"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// State is where a card or a rule stands in its life: it is written, runs
// beside the others without scoring, judges, and is laid down.
type State string

// The states, in the only order they are passed through.
const (
	Draft   State = "draft"
	Shadow  State = "shadow"
	Live    State = "live"
	Retired State = "retired"
)

var states = []string{string(Draft), string(Shadow), string(Live), string(Retired)}

// Proof is what reviewers said of a rule's hits. Named is the person who
// decided without enough of it, "" when the figures decide.
type Proof struct {
	Reviewed, Right int
	Named           string
}

// Threshold is what a centre asks before a rule may judge people.
type Threshold struct {
	PerMille int // the least precision, as a point estimate
	Reviewed int // the least number of reviewed hits
}

// DefaultThreshold is 95 % on 30 reviewed hits.
var DefaultThreshold = Threshold{PerMille: 950, Reviewed: 30}

// Enough reports whether proof p passes th.
func (th Threshold) Enough(p Proof) bool {
	return p.Reviewed >= th.Reviewed && p.Reviewed > 0 && p.Right*1000 >= th.PerMille*p.Reviewed
}

// Advance returns the state after from when somebody asks for to. A state
// follows only the one before it, except that a live or shadow rule may go
// back to draft as a new version and anything may retire. Going live needs
// the proof, or a named person's decision; what refuses is Conflict.
func Advance(from, to State, p Proof, th Threshold) (State, error) {
	step := slices.Index(states, string(to)) - slices.Index(states, string(from))
	switch {
	case !slices.Contains(states, string(to)):
		return from, fault.New(fault.Invalid, "scorecard.state.unknown", fault.Args{"state": string(to)})
	case from == Retired || to == from:
		return from, fault.New(fault.Conflict, "scorecard.state.step", fault.Args{"from": string(from), "to": string(to)})
	case to == Retired || to == Draft:
		return to, nil
	case step != 1:
		return from, fault.New(fault.Conflict, "scorecard.state.step", fault.Args{"from": string(from), "to": string(to)})
	case to == Live && p.Named == "" && !th.Enough(p):
		return from, fault.New(fault.Conflict, "scorecard.state.proof",
			fault.Args{"right": p.Right, "reviewed": p.Reviewed, "want": th.Reviewed, "percent": th.PerMille / 10})
	}
	return to, nil
}

// sortProblems puts problems into the order of the text, those of a file together.
func sortProblems(ps yamldoc.Problems) {
	slices.SortStableFunc(ps, func(a, b yamldoc.Problem) int {
		return cmp.Or(strings.Compare(a.At.File, b.At.File), cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Column, b.At.Column), strings.Compare(a.Key, b.Key))
	})
}
