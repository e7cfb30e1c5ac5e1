package score

import "github.com/lianxi-cc/lianxi/scorecard"

// allOf is the three-valued and: no beats unknown beats yes.
func (r *run) allOf(t *scorecard.Test) outcome {
	out := r.found(nil)
	out.truth = yes
	hits := r.list()
	for _, sub := range t.Arg("of").Tests {
		o := r.test(sub)
		switch {
		case o.truth == no:
			return outcome{lo: o.lo, hi: o.hi}
		case o.truth == unknown:
			out.truth, out.why = unknown, o.why
		}
		hits.add(o.hits...)
	}
	out.hits = hits.inOrder()
	return out
}

// anyOf is the three-valued or: yes beats unknown beats no.
func (r *run) anyOf(t *scorecard.Test) outcome {
	out := outcome{lo: len(r.c.Turns) - 1}
	hits := r.list()
	for _, sub := range t.Arg("of").Tests {
		o := r.test(sub)
		out.lo, out.hi = min(out.lo, o.lo), max(out.hi, o.hi)
		switch {
		case o.truth == yes:
			out.truth, out.why = yes, whyNone
			hits.add(o.hits...)
		case o.truth == unknown && out.truth == no:
			out.truth, out.why = unknown, o.why
		}
	}
	out.hits = hits.inOrder()
	return out
}

func (r *run) not(t *scorecard.Test) outcome {
	o := r.test(t.Operand("of"))
	switch o.truth {
	case yes:
		return outcome{truth: no, lo: o.lo, hi: o.hi}
	case no:
		return outcome{truth: yes, lo: o.lo, hi: o.hi}
	}
	return o
}

// nOf: at least n of the tests hit; unknown when the unknown ones decide.
func (r *run) nOf(t *scorecard.Test) outcome {
	out := r.found(nil)
	hits := r.list()
	least, sure, open := t.Int("at-least", 1), int64(0), int64(0)
	for _, sub := range t.Arg("of").Tests {
		o := r.test(sub)
		switch o.truth {
		case yes:
			sure++
			hits.add(o.hits...)
		case unknown:
			open++
			out.why = o.why
		}
	}
	out.hits = hits.inOrder()
	switch {
	case sure >= least:
		out.truth, out.why = yes, whyNone
	case sure+open >= least:
		out.truth = unknown
	default:
		out = outcome{hi: out.hi}
	}
	return out
}

// count: the number of hits, or of turns that hold one, lies between at-least
// and at-most.
func (r *run) count(t *scorecard.Test) outcome {
	o := r.test(t.Operand("of"))
	if o.truth == unknown {
		return o
	}
	least := int64(1)
	if t.Arg("at-most") != nil {
		least = 0
	}
	n := int64(len(o.hits))
	if t.Int("once-a-turn", 0) != 0 {
		n = turnsHit(o.hits)
	}
	if n >= t.Int("at-least", least) && n <= t.Int("at-most", 1<<40) {
		o.truth = yes
		return o
	}
	return outcome{lo: o.lo, hi: o.hi}
}

// turnsHit is how many turns hold a hit. Hits stand in the order of the turns.
func turnsHit(hits []hit) int64 {
	n, last := int64(0), -1
	for _, h := range hits {
		if h.turn != last {
			n, last = n+1, h.turn
		}
	}
	return n
}
