package scenario

import (
	"slices"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// ShiftCause says what kind of thing moved a mood.
type ShiftCause string

// The causes.
const (
	ByAct   ShiftCause = "act"   // an act in the agent's line
	Later   ShiftCause = "later" // what soothed in the turn before sinks in
	ByEvent ShiftCause = "event" // an event of mood.yaml
)

// MoodShift is one thing that moved the mood in a turn. Shift is what came of it,
// after temperament, habit and the bounds of the gauges.
type MoodShift struct {
	Why   ShiftCause
	What  string // the act or the event
	Shift Shift
}

// note keeps what moved the mood from before; nothing when it stayed.
func (c *Call) note(why ShiftCause, what string, before Mood) {
	s := Shift{c.mood.Irritation - before.Irritation, c.mood.Trust - before.Trust, c.mood.Patience - before.Patience, c.mood.Clarity - before.Clarity}
	if s != (Shift{}) {
		c.moved = append(c.moved, MoodShift{Why: why, What: what, Shift: s})
	}
}

// Inside is what goes on in the customer and stays hidden from the agent. It is
// for who writes the scenario and tries it.
type Inside struct {
	Verified bool // he has proved who he is
	Facts    []FactNow
	Concerns []ConcernNow
}

// FactNow is a fact as it stands: told, or what it takes to be told. Lacks names
// the part of its conditions that does not hold yet.
type FactNow struct {
	ID, Label string
	Told      bool
	Withheld  bool // he would not tell it now
	Lacks     Withheld
}

// ConcernNow is one thing that he wants, as it stands.
type ConcernNow struct {
	ID, Label       string
	Raised, Settled bool
	Points          []PointNow
}

// PointNow is a point as it stands. Missing are the patterns of which nothing
// was heard yet, Waits the points and facts that must come before.
type PointNow struct {
	ID, Label      string
	Done           bool
	Missing, Waits []string
}

// LineOf returns the line of a text, from 1, where the n-th entry of one of its
// lists stands ("policies"); 0 when it has none.
func LineOf(text, list string, n int) int {
	d, err := yamldoc.Parse(ScenarioFile, []byte(text))
	if err != nil {
		return 0
	}
	entry := child(d.Root, list)
	if entry == nil {
		return 0
	}
	if entry = child(entry, n); entry == nil {
		return 0
	}
	return entry.Line
}

// Inside tells what goes on in the customer now.
func (c *Call) Inside() Inside {
	out := Inside{Verified: c.verified}
	for i := range c.facts {
		out.Facts = append(out.Facts, c.factNow(&c.facts[i]))
	}
	for n, co := range c.sc.Concerns {
		out.Concerns = append(out.Concerns, ConcernNow{ID: co.ID, Label: c.form.Fill(co.Label), Raised: c.concerns[n].raised, Settled: c.concerns[n].settled})
	}
	for i := range c.points {
		p := &c.points[i]
		out.Concerns[p.concern].Points = append(out.Concerns[p.concern].Points, c.pointNow(p))
	}
	return out
}

func (c *Call) factNow(f *factState) FactNow {
	out := FactNow{ID: f.ID, Label: c.form.Fill(f.Label), Told: f.told}
	if f.told || c.willing(f) {
		return out
	}
	out.Withheld = true
	if c.mood.Trust < f.Withheld.Trust {
		out.Lacks.Trust = f.Withheld.Trust
	}
	if !slices.ContainsFunc(f.Withheld.Acts, func(a analysis.Act) bool { return c.acts[a] > 0 }) {
		out.Lacks.Acts = f.Withheld.Acts
	}
	out.Lacks.After = c.lacking(f.Withheld.After)
	return out
}

func (c *Call) pointNow(p *pointState) PointNow {
	out := PointNow{ID: p.ID, Label: c.form.Fill(p.Label), Done: p.done}
	if p.done {
		return out
	}
	for i, seen := range p.seen {
		if !seen {
			out.Missing = append(out.Missing, c.form.Fill(p.Says[i]))
		}
	}
	out.Waits = c.lacking(p.After)
	return out
}

// lacking returns those of ids that are not behind us.
func (c *Call) lacking(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), c.has)
}
