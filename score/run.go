package score

import (
	"strings"
	"sync"

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

// run is the judging of one conversation.
type run struct {
	card *scorecard.Card
	c    *conversation.Conversation
	cat  *analysis.Catalogue
	all  []analysis.Finding
	acts map[analysis.Act][]hit

	memo    []outcome // by definition
	known   []bool
	saying           // the words as symbols
	folded  []string // text by turn; made when first asked for
	room    []byte   // holds the folded texts that differ from what was said
	ledger  []Promise
	pledged bool // the ledger is made
	silent  bool // neither agent nor customer says a word
	this    *hit // the hit that an unless looks at
}

// runs are used again, so that a batch does not allocate for every conversation.
var runs = sync.Pool{New: func() any { return &run{acts: map[analysis.Act][]hit{}} }}

func newRun(card *scorecard.Card, c *conversation.Conversation, f []analysis.Finding, cat *analysis.Catalogue) *run {
	r := runs.Get().(*run)
	r.card, r.c, r.cat, r.all = card, c, cat, sorted(f, len(c.Turns))
	r.read(card.Index(c.Lang), c)
	for _, one := range r.all {
		r.acts[one.Act] = append(r.acts[one.Act], hit{
			turn: one.Turn, to: one.Turn, from: one.From, until: one.To, act: one.Act, ms: r.moment(one.Turn, one.From)})
	}
	r.memo, r.known = sized(r.memo, len(card.Define)), sized(r.known, len(card.Define))
	r.folded, r.room = sized(r.folded, len(c.Turns)), r.room[:0]
	r.silent = true
	for i := range c.Turns {
		r.silent = r.silent && (c.Turns[i].Role == conversation.System || strings.TrimSpace(c.Turns[i].Text) == "")
	}
	return r
}

// release gives r back. What it found lives on only in copies.
func (r *run) release() {
	for a, hits := range r.acts {
		r.acts[a] = hits[:0]
	}
	if len(r.acts) > 200 {
		clear(r.acts) // a centre's own acts came and went
	}
	clear(r.memo)
	clear(r.folded)
	*r = run{acts: r.acts, memo: r.memo, known: r.known, saying: r.saying, folded: r.folded, room: r.room}
	runs.Put(r)
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
		if r.this == nil {
			return outcome{}
		}
		return outcome{truth: yes, hits: []hit{*r.this}, lo: r.this.turn, hi: r.this.to}
	}
	if s := &t.Scope; s.Channel != "" && s.Channel != r.c.Channel || s.Direction != "" && s.Direction != r.c.Direction {
		return outcome{truth: unknown, why: whyWrongContact, hi: len(r.c.Turns) - 1}
	}
	if t.Op == "regex" && r.nothingBeside(t) {
		return r.scoped(t, r.found(nil))
	}
	return r.scoped(t, r.operate(t))
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
