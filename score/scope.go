package score

import (
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// scoped narrows o to the scope of t.
func (r *run) scoped(t *scorecard.Test, o outcome) outcome {
	s := &t.Scope
	if o.truth == unknown {
		return o
	}
	narrow := s.Window != (scorecard.Window{}) || len(s.Relations) > 0 || s.Unless != nil || s.MinLength > 0 || s.Sure > 0 ||
		s.Role != "" && t.Op == "act"
	if !narrow {
		return o
	}
	w, ok := r.window(t)
	if !ok {
		return outcome{truth: unknown, why: whyNoTimes, lo: o.lo, hi: o.hi}
	}
	kept := make([]hit, 0, len(o.hits))
	for _, h := range o.hits {
		if w.holds(h) && r.fits(s, h) {
			kept = append(kept, h)
		}
	}
	lo, hi := w.lo, w.hi
	for i := range s.Relations {
		rel := r.related(&s.Relations[i], kept)
		if rel.truth == unknown {
			return rel
		}
		kept = rel.hits
		lo, hi = max(lo, rel.lo), min(hi, rel.hi)
	}
	if s.Unless != nil {
		kept = r.unexcused(s.Unless, kept)
	}
	if hi < lo {
		hi = lo
	}
	out := outcome{hits: kept, lo: lo, hi: hi}
	if len(kept) > 0 || o.truth == yes && len(o.hits) == 0 {
		out.truth = yes
	}
	return out
}

// fits looks at the role, the length and the certainty of the hit's turn.
func (r *run) fits(s *scorecard.Scope, h hit) bool {
	turn := &r.c.Turns[h.turn]
	if s.Role != "" && s.Role != "any" && turn.Role != s.Role {
		return false
	}
	if s.MinLength > 0 && bareLength(turn.Text) < s.MinLength {
		return false
	}
	if s.Sure > 0 {
		if turn.Confidence >= 0 && turn.Confidence < s.Sure {
			return false
		}
		for _, f := range r.all {
			if f.Turn == h.turn && f.Act == h.act && f.From == h.from && f.Sure < s.Sure {
				return false
			}
		}
	}
	return true
}

// unexcused leaves out the hits that the test excuses.
func (r *run) unexcused(excuse *scorecard.Test, hits []hit) []hit {
	outer := r.this
	defer func() { r.this = outer }()
	kept := hits[:0:0]
	for i := range hits {
		r.this = &hits[i]
		if r.test(excuse).truth != yes {
			kept = append(kept, hits[i])
		}
	}
	return kept
}

// related keeps the hits that stand in the relation to another test's hits.
func (r *run) related(rel *scorecard.Relation, hits []hit) outcome {
	o := r.test(rel.Of)
	if o.truth == unknown {
		return o
	}
	anchors := o.hits
	switch {
	case len(anchors) == 0:
		return outcome{lo: 0, hi: len(r.c.Turns) - 1}
	case rel.Hit == "first":
		anchors = anchors[:1]
	case rel.Hit == "last":
		anchors = anchors[len(anchors)-1:]
	case rel.Hit == "nth":
		if len(anchors) < rel.N {
			return outcome{lo: 0, hi: len(r.c.Turns) - 1}
		}
		anchors = anchors[rel.N-1 : rel.N]
	}
	out := outcome{lo: len(r.c.Turns) - 1}
	served := 0
	keep := make([]bool, len(hits))
	for _, a := range anchors {
		lo, hi := r.around(rel, a)
		out.lo, out.hi = min(out.lo, lo), max(out.hi, hi)
		one := false
		for i, h := range hits {
			if r.stands(rel, h, a) {
				keep[i], one = true, true
			}
		}
		if one {
			served++
		}
	}
	if rel.Hit == "each" && served < len(anchors) {
		return out
	}
	for i, h := range hits {
		if keep[i] {
			out.hits = append(out.hits, h)
		}
	}
	return out
}

// around returns the turns in which rel looks beside a.
func (r *run) around(rel *scorecard.Relation, a hit) (lo, hi int) {
	reach := len(r.c.Turns)
	if rel.Within.Unit == "turns" {
		reach = int(rel.Within.N)
	}
	last := len(r.c.Turns) - 1
	switch rel.Where {
	case "before":
		return max(0, a.turn-reach), a.turn
	case "after":
		return a.to, min(last, a.to+reach)
	case "current":
		return a.turn, a.to
	}
	return max(0, a.turn-reach), min(last, a.to+reach)
}

// stands reports whether h stands in the relation to anchor a.
func (r *run) stands(rel *scorecard.Relation, h, a hit) bool {
	before := h.to < a.turn || h.to == a.turn && h.until <= a.from && h != a
	after := h.turn > a.to || h.turn == a.to && h.from >= a.until && h != a
	switch rel.Where {
	case "before":
		return before && r.within(rel.Within, h, a)
	case "after":
		return after && r.within(rel.Within, a, h)
	case "current":
		return h.turn >= a.turn && h.turn <= a.to
	}
	if before {
		return r.within(rel.Within, h, a)
	}
	return r.within(rel.Within, a, h)
}

// within reports whether b follows a at most d later.
func (r *run) within(d scorecard.Distance, a, b hit) bool {
	switch d.Unit {
	case "turns":
		return int64(b.turn-a.to) <= d.N
	case "ms":
		end := r.endOf(a)
		return end >= 0 && b.ms >= 0 && b.ms-end <= d.N
	case "characters":
		gap := int64(b.from - a.until)
		for i := a.to; i < b.turn; i++ {
			gap += int64(runeCount(r.c.Turns[i].Text))
		}
		return gap <= d.N
	}
	return true
}

// endOf returns when a hit ends.
func (r *run) endOf(h hit) int64 { return r.moment(h.to, h.until) }

// span is the part of the conversation that a window leaves: turns lo to hi,
// and inside them positions by sentence.
type span struct {
	lo, hi         int
	from, until    int // code points of turn lo and hi; until 0 is the whole turn
	startMS, endMS int64
	timed          bool
}

func (w span) holds(h hit) bool {
	if w.timed {
		return h.ms >= w.startMS && h.ms < w.endMS
	}
	if h.turn < w.lo || h.turn > w.hi {
		return false
	}
	return !(h.turn == w.lo && h.from < w.from) && !(w.until > 0 && h.turn == w.hi && h.from >= w.until)
}

// window works out the part of the conversation that t looks at. ok is false
// when it is given in time and the source has none.
func (r *run) window(t *scorecard.Test) (span, bool) {
	last := len(r.c.Turns) - 1
	w := &t.Scope.Window
	switch {
	case w.Edge == "" || last < 0:
		return span{hi: last}, true
	case w.Unit == "ms":
		return r.timeWindow(w)
	case w.Unit == "share":
		n := int64(len(r.c.Turns))
		k := int((n*w.To + 999) / 1000)
		if w.Edge == "first" {
			return span{hi: k - 1}, true
		}
		return span{lo: last - k + 1, hi: last}, true
	case w.Unit == "sentences":
		return r.sentenceWindow(w, r.speaker(t)), true
	}
	return r.turnWindow(w, r.speaker(t)), true
}

func (r *run) timeWindow(w *scorecard.Window) (span, bool) {
	last := len(r.c.Turns) - 1
	start, end := r.c.Turns[0].Start, r.c.Turns[last].End
	if start < 0 || end < 0 {
		return span{}, false
	}
	s := span{hi: last, timed: true, startMS: 0, endMS: end + 1}
	if w.Edge == "first" {
		s.endMS = w.To
	} else {
		s.startMS = max(0, end-w.To)
	}
	for s.lo < last && r.c.Turns[s.lo].End >= 0 && r.c.Turns[s.lo].End < s.startMS {
		s.lo++
	}
	for s.hi > 0 && r.c.Turns[s.hi].Start >= s.endMS {
		s.hi--
	}
	return s, true
}

// speaker returns whose turns a window counts.
func (r *run) speaker(t *scorecard.Test) conversation.Role {
	if t.Scope.Role != "" {
		return t.Scope.Role
	}
	if v := t.Arg("acts"); v != nil && r.cat != nil && len(v.Acts) > 0 {
		if info, ok := r.cat.Act(v.Acts[0]); ok {
			return info.Speaker()
		}
	}
	return conversation.Agent
}

// turnWindow counts the turns of role.
func (r *run) turnWindow(w *scorecard.Window, role conversation.Role) span {
	var own []int
	for i := range r.c.Turns {
		if role == "any" || r.c.Turns[i].Role == role {
			own = append(own, i)
		}
	}
	from, to := 0, int(w.To)
	switch w.Edge {
	case "last":
		from, to = max(0, len(own)-int(w.To)), len(own)
	case "range":
		from = int(w.From) - 1
	}
	to = min(to, len(own))
	if from >= to {
		return span{lo: 0, hi: -1}
	}
	return span{lo: own[from], hi: own[to-1]}
}

// sentenceWindow counts the sentences of role.
func (r *run) sentenceWindow(w *scorecard.Window, role conversation.Role) span {
	type place struct{ turn, from, until int }
	var own []place
	for i := range r.c.Turns {
		if role != "any" && r.c.Turns[i].Role != role {
			continue
		}
		for _, s := range sentences([]rune(r.c.Turns[i].Text)) {
			own = append(own, place{i, s[0], s[1]})
		}
	}
	from, to := 0, int(w.To)
	switch w.Edge {
	case "last":
		from, to = max(0, len(own)-int(w.To)), len(own)
	case "range":
		from = int(w.From) - 1
	}
	to = min(to, len(own))
	if from >= to {
		return span{lo: 0, hi: -1}
	}
	return span{lo: own[from].turn, from: own[from].from, hi: own[to-1].turn, until: own[to-1].until}
}
