package scenario

import (
	"slices"
	"strings"
)

func (c *Call) onFirstHabit(h *heard) (move, bool) {
	if c.over() {
		return move{}, false
	}
	return c.habit(h, "first")
}

// habit does the first policy of the place at that is due and has wordings.
func (c *Call) habit(h *heard, at string) (move, bool) {
	for i := range c.sc.Policies {
		p := &c.sc.Policies[i]
		if p.At != at || !c.due(p, i, h) || p.Do == "test-promise" && c.news(h.asked) {
			continue
		}
		m, ok := c.act(p.Do, "")
		if !ok {
			continue
		}
		c.habits[i].times++
		c.habits[i].last = c.turns
		c.policies = append(c.policies, i)
		c.done(p.Do)
		return m, true
	}
	return move{}, false
}

// news reports whether one of the facts is not told yet: a question that is
// answered before anything is doubted.
func (c *Call) news(facts []int) bool {
	for _, i := range facts {
		if !c.facts[i].told {
			return true
		}
	}
	return false
}

// done notes what follows from a habit.
func (c *Call) done(behaviour string) {
	switch behaviour {
	case "vent", "threaten", "abuse", "ask-supervisor":
		c.outburst = c.turns
	case "test-promise":
		c.testing = true
	}
}

// joinHabits adds what a person of this kind says on top of anything.
func (c *Call) joinHabits(h *heard, m *move) {
	if c.over() {
		return
	}
	if extra, ok := c.habit(h, "join"); ok {
		m.text = c.join(m.text, extra.text)
		c.did[extra.behaviour]++
	}
}

// joinName gives the name that was asked for in the same breath, unless the
// customer is up in arms.
func (c *Call) joinName(h *heard, m *move) {
	key, _, _ := strings.Cut(m.behaviour, ":")
	if !h.has("ask-name") || c.did["give-name"] > 0 || !slices.Contains([]string{"tell", "ask", "soften", "go-on", "agree", "confirm", "wait"}, key) {
		return
	}
	if extra, ok := c.act("give-name", ""); ok {
		m.text = c.join(m.text, extra.text)
		c.did["give-name"]++
	}
}

func (c *Call) due(p *Policy, i int, h *heard) bool {
	past := &c.habits[i]
	if p.Times > 0 && past.times >= p.Times || c.turns-past.last < max(p.Every, 1) {
		return false
	}
	w := &p.When
	gauges := w.Irritation.holds(c.mood.Irritation) && w.Trust.holds(c.mood.Trust) && w.Patience.holds(c.mood.Patience) &&
		w.Clarity.holds(c.mood.Clarity) && w.Turn.holds(c.turns) && w.Stalled.holds(c.stalled)
	if !gauges || len(w.Acts) > 0 && !h.has(w.Acts...) || !c.all(w.After) || w.Open && c.over() {
		return false
	}
	for _, a := range w.Without {
		if c.acts[a] > 0 {
			return false
		}
	}
	for _, id := range w.Until {
		if c.has(id) {
			return false
		}
	}
	return true
}

func (r Range) holds(v int) bool {
	return v >= r.From && (r.Below == 0 || v < r.Below)
}
