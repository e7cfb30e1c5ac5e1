package score

import (
	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// truth is the answer of a test.
type truth int8

const (
	no truth = iota
	yes
	unknown
)

// hit is one place where a test holds.
type hit struct {
	turn, to    int // the turns it spans
	from, until int // code points: of turn, and of to
	act         analysis.Act
	ms          int64 // from the start, or conversation.Unknown
}

// outcome is a test's answer with its evidence. why names the reason of an
// unknown. lo and hi are the turns searched, both included.
type outcome struct {
	truth  truth
	hits   []hit
	why    why
	lo, hi int
}

// why says why a test cannot be answered.
type why int8

const (
	whyNone why = iota
	whyNoTimes
	whyNoRecording
	whyWrongContact
	whyUncertain
	whyNoKnowledge
	whyNoModel
	whyNoFact
	whyPersonJudges
)

// run is the judging of one conversation.
type run struct {
	card *scorecard.Card
	c    *conversation.Conversation
	cat  *analysis.Catalogue
	all  []analysis.Finding
	acts map[analysis.Act][]hit

	memo    []outcome // by definition
	known   []bool
	texts   []string // folded text by turn
	places  places   // where the card's needles stand
	ledger  []Promise
	pledged bool // the ledger is made
	this    *hit // the hit that an unless looks at
}

func newRun(card *scorecard.Card, c *conversation.Conversation, f []analysis.Finding, cat *analysis.Catalogue) *run {
	r := &run{card: card, c: c, cat: cat, all: sorted(f, len(c.Turns))}
	r.acts = make(map[analysis.Act][]hit, 32)
	for _, one := range r.all {
		r.acts[one.Act] = append(r.acts[one.Act], hit{
			turn: one.Turn, to: one.Turn, from: one.From, until: one.To, act: one.Act, ms: r.moment(one.Turn, one.From)})
	}
	r.memo, r.known = make([]outcome, len(card.Define)), make([]bool, len(card.Define))
	r.texts = make([]string, len(c.Turns))
	needles := card.Index(c.Lang)
	r.places.reset(needles.Len())
	for i := range c.Turns {
		r.texts[i] = fold(c.Turns[i].Text)
		needles.Find(r.texts[i], func(needle int32, at int) { r.places.add(needle, int32(i), int32(at)) })
	}
	return r
}

// moment returns when character from of turn was said: between the turn's
// start and end by its share of the text.
func (r *run) moment(turn, from int) int64 {
	t := &r.c.Turns[turn]
	if t.Start < 0 {
		return conversation.Unknown
	}
	if from == 0 || t.End <= t.Start {
		return t.Start
	}
	n := int64(runeCount(t.Text))
	if n == 0 {
		return t.Start
	}
	return t.Start + (t.End-t.Start)*min(int64(from), n)/n
}

// test answers t.
func (r *run) test(t *scorecard.Test) outcome {
	switch t.Op {
	case scorecard.OpUse:
		if !r.known[t.Index] {
			r.memo[t.Index], r.known[t.Index] = r.test(r.card.Define[t.Index].Test), true
		}
		return r.scoped(t, r.memo[t.Index])
	case scorecard.OpThis:
		if r.this == nil {
			return outcome{}
		}
		return outcome{truth: yes, hits: []hit{*r.this}, lo: r.this.turn, hi: r.this.to}
	}
	if s := &t.Scope; s.Channel != "" && s.Channel != r.c.Channel || s.Direction != "" && s.Direction != r.c.Direction {
		return outcome{truth: unknown, why: whyWrongContact, hi: len(r.c.Turns) - 1}
	}
	return r.scoped(t, r.operate(t))
}

// operate answers t without its window, relations and excuse.
func (r *run) operate(t *scorecard.Test) outcome {
	switch t.Op {
	case "act":
		return r.act(t)
	case "words":
		return r.words(t)
	case "regex":
		return r.regex(t)
	case "near":
		return r.near(t)
	case "ends-with":
		return r.endsWith(t)
	case "sounds-like":
		return r.soundsLike(t)
	case "similar":
		return r.similar(t)
	case "entity":
		return r.entity(t)
	case "read-back":
		return r.readBack(t)
	case "length":
		return r.length(t)
	case "language":
		return r.language(t)
	case "all":
		return r.allOf(t)
	case "any":
		return r.anyOf(t)
	case "not":
		return r.not(t)
	case "n-of":
		return r.nOf(t)
	case "count":
		return r.count(t)
	}
	return r.operateWide(t)
}

// operateWide answers the operators that look at more than words.
func (r *run) operateWide(t *scorecard.Test) outcome {
	switch t.Op {
	case "order":
		return r.order(t)
	case "never-until":
		return r.neverUntil(t)
	case "flow":
		return r.flow(t)
	case "repeats":
		return r.repeats(t)
	case "asks-again":
		return r.asksAgain(t)
	case "recited":
		return r.recited(t)
	case "silence":
		return r.silence(t)
	case "silence-share":
		return r.silenceShare(t)
	case "response-time":
		return r.responseTime(t)
	case "hold":
		return r.hold(t)
	case "rate":
		return r.rate(t)
	case "rate-fit":
		return r.rateFit(t)
	case "overlap":
		return r.overlap(t)
	case "talk-share":
		return r.talkShare(t)
	case "monologue":
		return r.monologue(t)
	case "ended-by":
		return r.endedBy(t)
	case "answered":
		return r.answered(t)
	case "promise":
		return r.promise(t)
	case "refusal":
		return r.refusal(t)
	case "verification":
		return r.verification(t)
	case "field":
		return r.field(t)
	case "event":
		return r.event(t)
	case "duration":
		return r.duration(t)
	case "contact":
		return r.contact(t)
	case "knowledge":
		return outcome{truth: unknown, why: whyNoKnowledge, hi: len(r.c.Turns) - 1}
	case "model":
		return outcome{truth: unknown, why: whyNoModel, hi: len(r.c.Turns) - 1}
	}
	return outcome{truth: unknown, why: whyNoRecording, hi: len(r.c.Turns) - 1}
}

// found is the outcome of a search that looked everywhere.
func (r *run) found(hits []hit) outcome {
	o := outcome{hits: hits, hi: len(r.c.Turns) - 1}
	if len(hits) > 0 {
		o.truth = yes
	}
	return o
}

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
