package score

import (
	"cmp"
	"slices"

	"github.com/lianxi-cc/lianxi/analysis"
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
	kept := r.list()
	for _, h := range r.beside(s, o.hits) {
		if w.holds(h) && r.fits(s, h) {
			kept.add(h)
		}
	}
	lo, hi := w.lo, w.hi
	hits := kept.hits
	for i := range s.Relations {
		rel := r.related(&s.Relations[i], hits)
		if rel.truth == unknown {
			return rel
		}
		hits = rel.hits
		lo, hi = max(lo, rel.lo), min(hi, rel.hi)
	}
	if s.Unless != nil {
		hits = r.unexcused(s.Unless, hits)
	}
	if hi < lo {
		hi = lo
	}
	out := outcome{hits: hits, lo: lo, hi: hi}
	if len(hits) > 0 || o.truth == yes && len(o.hits) == 0 {
		out.truth = yes
	}
	return out
}

// beside narrows hits to those in the turns of the hit under examination,
// where a test looks only there.
func (r *run) beside(s *scorecard.Scope, hits []hit) []hit {
	if len(r.this) == 0 || r.strewn || len(s.Relations) == 0 || s.Relations[0].Where != "current" || s.Relations[0].Of.Op != scorecard.OpThis {
		return hits
	}
	return hits[fromTurn(hits, r.this[0].turn):fromTurn(hits, r.this[0].to+1)]
}

// fromTurn returns the number of the first of hits that begins in turn or
// later.
func fromTurn(hits []hit, turn int) int {
	i, _ := slices.BinarySearchFunc(hits, turn, func(h hit, turn int) int { return cmp.Compare(h.turn, turn) })
	return i
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
		i, _ := slices.BinarySearchFunc(r.all, h.turn, func(f analysis.Finding, turn int) int { return cmp.Compare(f.Turn, turn) })
		for ; i < len(r.all) && r.all[i].Turn == h.turn; i++ {
			if f := &r.all[i]; f.Act == h.act && f.From == h.from && f.Sure < s.Sure {
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
	kept := r.list()
	for i := range hits {
		r.this = hits[i : i+1]
		if r.test(excuse).truth != yes {
			kept.add(hits[i])
		}
	}
	return kept.hits
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
	longer := 0
	for _, a := range anchors {
		lo, hi := r.around(rel, a)
		out.lo, out.hi, longer = min(out.lo, lo), max(out.hi, hi), max(longer, a.to-a.turn)
	}
	if rel.Hit == "each" && !r.eachServed(rel, anchors, hits) {
		return out
	}
	kept := r.list()
	for _, h := range hits {
		if r.standsBeside(rel, h, anchors, longer) {
			kept.add(h)
		}
	}
	out.hits = kept.hits
	return out
}

// eachServed reports whether every anchor has a hit that stands in the
// relation to it. The nearest are looked at first.
func (r *run) eachServed(rel *scorecard.Relation, anchors, hits []hit) bool {
	for _, a := range anchors {
		stands := func(h hit) bool { return r.stands(rel, h, a) }
		near := 0
		if !r.strewn {
			near = fromTurn(hits, a.turn)
		}
		if !slices.ContainsFunc(hits[near:], stands) && !slices.ContainsFunc(hits[:near], stands) {
			return false
		}
	}
	return true
}

// standsBeside reports whether h stands in the relation to one of the anchors,
// none of which is longer than so many turns more than one. They are in the
// order of the turns, so that few need to be looked at.
func (r *run) standsBeside(rel *scorecard.Relation, h hit, anchors []hit, longer int) bool {
	first, last := 0, len(anchors)
	if !r.strewn {
		reach := len(r.c.Turns)
		if rel.Within.Unit == "turns" {
			reach = int(min(rel.Within.N, int64(reach)))
		}
		switch rel.Where {
		case "before":
			first, last = fromTurn(anchors, h.to), fromTurn(anchors, h.to+reach+1)
		case "after":
			first, last = fromTurn(anchors, h.turn-reach-longer), fromTurn(anchors, h.turn+1)
		case "current":
			first, last = fromTurn(anchors, h.turn-longer), fromTurn(anchors, h.turn+1)
		default:
			first, last = fromTurn(anchors, h.turn-reach-longer), fromTurn(anchors, h.to+reach+1)
		}
	}
	if rel.Where == "before" {
		return slices.ContainsFunc(anchors[first:last], func(a hit) bool { return r.stands(rel, h, a) })
	}
	for i := last - 1; i >= first; i-- {
		if r.stands(rel, h, anchors[i]) {
			return true
		}
	}
	return false
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
		if a.to < b.turn {
			gap += int64(r.starts[b.turn] - r.starts[a.to])
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
	own := r.turnsOf[len(r.turnsOf)-1]
	if role != "any" {
		own = r.turnsOf[sideOf(role)]
	}
	from, to := counted(w, len(own))
	if from >= to {
		return span{lo: 0, hi: -1}
	}
	return span{lo: int(own[from]), hi: int(own[to-1])}
}

// counted returns which of n a window takes.
func counted(w *scorecard.Window, n int) (from, to int) {
	from, to = 0, int(w.To)
	switch w.Edge {
	case "last":
		from, to = max(0, n-int(w.To)), n
	case "range":
		from = int(w.From) - 1
	}
	return from, min(to, n)
}

// sentence is a sentence of a turn, by its characters.
type sentence struct{ turn, from, until int }

// sentenceWindow counts the sentences of role.
func (r *run) sentenceWindow(w *scorecard.Window, role conversation.Role) span {
	own := r.sentences[:0]
	for i := range r.c.Turns {
		if role != "any" && r.c.Turns[i].Role != role {
			continue
		}
		r.cuts = sentences(r.cuts[:0], r.runes(r.c.Turns[i].Text))
		for _, s := range r.cuts {
			own = append(own, sentence{i, s[0], s[1]})
		}
	}
	r.sentences = own
	from, to := counted(w, len(own))
	if from >= to {
		return span{lo: 0, hi: -1}
	}
	return span{lo: own[from].turn, from: own[from].from, hi: own[to-1].turn, until: own[to-1].until}
}
