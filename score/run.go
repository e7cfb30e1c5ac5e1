package score

import (
	"strings"

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
	whyNothingSaid
)

// run is the judging of one conversation after the other, in memory that is
// used again. What it gives is good until the next.
type run struct {
	card  *scorecard.Card
	c     *conversation.Conversation
	cat   *analysis.Catalogue
	all   []analysis.Finding
	acts  map[analysis.Act][]hit
	faint map[analysis.Act][]hit // of signals that are nearly heard

	memo    []outcome // by definition
	known   []bool
	leaves  []outcome // of tests inside an unless; see scorecard.Test.Leaf
	leafed  []bool
	saying           // the words as symbols
	folds   []string // folded text by turn; made when first asked for
	pledges []pledge
	pledged bool  // the promises are known
	silent  bool  // neither agent nor customer says a word
	strewn  bool  // hits of events do not stand in the order of the turns
	this    []hit // the one hit that an unless looks at, or none

	lists      []*list // the first used are in use
	used       int
	findings   []analysis.Finding // in order, when they came without
	quantities quantities
	likenesses likenesses
	prose      prose
	letterRoom []rune // of one text
	letters    []rune
	cuts       [][2]int // the sentences of one text
	sentences  []sentence
	values     []digitRun // of one turn
	given      []given

	shown []Evidence // of the result
	times []int64
}

// begin turns to a conversation in which f was found.
func (r *run) begin(card *scorecard.Card, c *conversation.Conversation, f []analysis.Finding, cat *analysis.Catalogue) {
	r.card, r.c, r.cat, r.all = card, c, cat, r.sorted(f, len(c.Turns))
	r.saying.read(card.Index(c.Lang), c)
	for _, acts := range []map[analysis.Act][]hit{r.acts, r.faint} {
		for a, hits := range acts {
			acts[a] = hits[:0]
		}
	}
	if r.acts == nil || len(r.acts) > mostActs {
		r.acts, r.faint = map[analysis.Act][]hit{}, map[analysis.Act][]hit{} // a centre's own acts came and went
	}
	for _, one := range r.all {
		acts := r.acts
		if one.Faint() {
			acts = r.faint
		}
		acts[one.Act] = append(acts[one.Act], hit{
			turn: one.Turn, to: one.Turn, from: one.From, until: one.To, act: one.Act, ms: r.moment(one.Turn, one.From)})
	}
	r.memo, r.known = sized(r.memo, len(card.Define)), sized(r.known, len(card.Define))
	r.leaves, r.leafed = sized(r.leaves, card.Leaves()), sized(r.leafed, card.Leaves())
	r.folds = sized(r.folds, len(c.Turns))
	r.pledges, r.pledged, r.strewn, r.this, r.used = r.pledges[:0], false, false, nil, 0
	r.prose.reset()
	r.shown, r.times = r.shown[:0], r.times[:0]
	if r.shown == nil {
		r.shown = make([]Evidence, 0, 64)
	}
	r.silent = true
	for i := range c.Turns {
		r.silent = r.silent && (c.Turns[i].Role == conversation.System || strings.TrimSpace(c.Turns[i].Text) == "")
	}
}

// mostActs bounds how many acts a run remembers.
const mostActs = 400

// end lets go of the conversation.
func (r *run) end() {
	r.card, r.c, r.cat, r.all = nil, nil, nil, nil
	clear(r.folds)
}

// sized returns s with n zero elements, in the same memory when it suffices.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
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
	n := int64(r.characters(turn))
	if n == 0 {
		return t.Start
	}
	return t.Start + (t.End-t.Start)*min(int64(from), n)/n
}

// characters counts those of a turn.
func (r *run) characters(turn int) int {
	if r.starts == nil {
		return runeCount(r.c.Turns[turn].Text)
	}
	return int(r.starts[turn+1] - r.starts[turn])
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
		if len(r.this) == 0 {
			return outcome{}
		}
		return outcome{truth: yes, hits: r.this, lo: r.this[0].turn, hi: r.this[0].to}
	}
	if s := &t.Scope; s.Channel != "" && s.Channel != r.c.Channel || s.Direction != "" && s.Direction != r.c.Direction {
		return outcome{truth: unknown, why: whyWrongContact, hi: len(r.c.Turns) - 1}
	}
	if t.Op == "regex" && r.nothingBeside(t) {
		return r.scoped(t, r.found(nil))
	}
	if t.Leaf == 0 {
		return r.scoped(t, r.operate(t))
	}
	if !r.leafed[t.Leaf-1] {
		r.leaves[t.Leaf-1], r.leafed[t.Leaf-1] = r.operate(t), true
	}
	return r.scoped(t, r.leaves[t.Leaf-1])
}

// nothingBeside reports whether t must stand beside something that is not
// there: then no hit of its own can count, and the search is spared.
func (r *run) nothingBeside(t *scorecard.Test) bool {
	for i := range t.Scope.Relations {
		if o := r.test(t.Scope.Relations[i].Of); o.truth != unknown && len(o.hits) == 0 {
			return true
		}
	}
	return false
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
		return r.knowledge(t)
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
