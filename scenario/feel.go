package scenario

import (
	"slices"

	"github.com/lianxi-cc/lianxi/analysis"
)

// recited is the use from which a courtesy without progress grates.
const recited = 4

// feel moves the mood by what was said and by what was not. What hurts works
// at once; what soothes works half now and half in the next turn, if nothing
// hurts in between, less every time it is said, and half while a grudge lasts.
func (c *Call) feel(h *heard) {
	c.move(c.carry, Later, "")
	c.carry = Shift{}
	t := c.temperament()
	hurt := false
	seen := map[analysis.Act]bool{}
	for _, f := range h.sure {
		if seen[f.Act] {
			continue
		}
		seen[f.Act] = true
		s := c.shift(f.Act)
		if c.isFault(f.Act) {
			hurt = true
			s = s.scale(t.Stings)
			c.grudge += max(0, s.Irritation)
			c.move(s, ByAct, string(f.Act))
			continue
		}
		c.soothe(s, f.Act, t)
	}
	if hurt {
		c.carry = Shift{}
	} else {
		c.grudge = max(0, c.grudge-40)
	}
	c.missed(h)
	for range min(h.late/5000+min(h.late, 1), 5) {
		c.sting("silence")
	}
	if h.repeated {
		c.sting("repeated")
	}
	if h.muddled {
		c.happen("muddled")
	}
}

func (c *Call) soothe(s Shift, act analysis.Act, t temperament) {
	fades := []int{100, 100, 60, 30}
	n := c.acts[act]
	if n >= recited && slices.Contains(c.sc.manners.moods.Soothing, act) && c.stalled > 0 {
		c.happen("recited")
		return
	}
	if n >= len(fades) {
		return
	}
	s = s.scale(fades[n])
	s.Irritation = s.Irritation * t.Calms / 100
	if c.grudge > 0 {
		s = s.scale(50)
		if act == "apologise" {
			c.grudge = max(0, c.grudge-150)
		}
	}
	half := s.scale(50)
	c.move(half, ByAct, string(act))
	c.carry = c.carry.plus(half)
}

// missed counts the empathy that an outburst did not get within two turns.
func (c *Call) missed(h *heard) {
	if c.outburst < 0 {
		return
	}
	for _, a := range c.sc.manners.moods.Soothing {
		if h.acts[a] {
			c.outburst = -1
			return
		}
	}
	if c.turns-c.outburst >= 2 {
		c.sting("unanswered")
		c.remark("unanswered")
		c.outburst = -1
	}
}

// settle counts the turn itself: patience runs down, faster when the matter
// does not move on.
func (c *Call) settle(h *heard, m move) {
	cost := c.event("turn")
	if h.progress {
		c.stalled = 0
		c.happen("progress")
	} else {
		c.stalled++
		if !m.free {
			cost = cost.plus(c.event("stalled"))
		}
		if c.stalled >= 3 {
			cost = cost.plus(c.event("stuck"))
		}
	}
	cost.Patience = cost.Patience * c.pace().PerUnit / 100
	c.move(cost, ByEvent, "turn")
}

func (c *Call) temperament() temperament {
	return c.sc.manners.moods.Temperaments[c.sc.Customer.Temperament]
}

func (c *Call) shift(a analysis.Act) Shift {
	if s, ok := c.sc.Moves[a]; ok {
		return s
	}
	return c.sc.manners.moods.Acts[a]
}

func (c *Call) isFault(a analysis.Act) bool {
	return slices.Contains(c.sc.manners.moods.Faults, a)
}

func (c *Call) event(name string) Shift { return c.sc.manners.moods.Events[name] }

// happen moves the mood by an event of mood.yaml, sting by one that hurts this
// customer as much as his temperament makes it.
func (c *Call) happen(event string) { c.move(c.event(event), ByEvent, event) }

func (c *Call) sting(event string) {
	c.move(c.event(event).scale(c.temperament().Stings), ByEvent, event)
}

// move changes the mood and notes what did it.
func (c *Call) move(s Shift, why ShiftCause, what string) {
	before := c.mood
	c.apply(s)
	c.note(why, what, before)
}

// apply changes the mood within its bounds. While the matter is open, words
// alone do not bring irritation below half of what it began with.
func (c *Call) apply(s Shift) {
	low := 0
	if !c.over() {
		low = c.sc.Mood.Irritation / 2
	}
	if s.Irritation < 0 {
		c.mood.Irritation = max(c.mood.Irritation+s.Irritation, min(low, c.mood.Irritation))
	} else {
		c.mood.Irritation = gauge(c.mood.Irritation + s.Irritation)
	}
	c.mood.Trust = gauge(c.mood.Trust + s.Trust)
	c.mood.Patience = gauge(c.mood.Patience + s.Patience)
	c.mood.Clarity = gauge(c.mood.Clarity + s.Clarity)
}

func gauge(v int) int { return min(max(v, 0), 1000) }

// scale returns s at per cent.
func (s Shift) scale(percent int) Shift {
	return Shift{s.Irritation * percent / 100, s.Trust * percent / 100, s.Patience * percent / 100, s.Clarity * percent / 100}
}

func (s Shift) plus(t Shift) Shift {
	return Shift{s.Irritation + t.Irritation, s.Trust + t.Trust, s.Patience + t.Patience, s.Clarity + t.Clarity}
}
