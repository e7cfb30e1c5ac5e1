package language

import (
	"slices"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// hearing is the work on one utterance. Its memory, and what it knows of the
// turns before, is used again.
type hearing struct {
	e     *Engine
	v     *voice
	u     analysis.Utterance
	at    int // the number of the utterance in its conversation
	own   *heardTurn
	m     *machine // the utterance without hesitation sounds
	raw   *machine // with them
	inner bool     // a turn of the context is heard, for itself

	contact uint16 // for which the turns were heard; 0: for none

	reader reader
	turns  [contextTurns + 1]heardTurn // by number, in a ring
	judged []mark
	line   []byte // a reason being written
	page   page   // those written
	*memory
	spare *memory // for the inner hearing
}

// memory is what a hearing works with.
type memory struct {
	search  search
	tally   tally
	weighed bool    // the words of the utterance are in the tally
	withAll machine // the utterance with its hesitation sounds
	covered []cover
	marks   []mark
	kept    []mark
}

// heardTurn is what is known of one turn.
type heardTurn struct {
	number int // -1: none
	role   conversation.Role
	source string // its text
	machine
	all   []token // with hesitation sounds, when there are any
	hits  []hit   // of the speaker's wordings
	found bool    // hits are known
	known []int8  // by condition, for the whole turn: 0 not asked yet, 1 no, 2 yes
	acts  actSet  // heard for itself
	heard bool    // acts are known
}

// newHearing returns a hearing that knows nothing yet.
func newHearing(e *Engine, v *voice) *hearing {
	h := &hearing{e: e, v: v, reader: reader{s: v.speller}, memory: &memory{}, spare: &memory{}}
	h.begin()
	return h
}

// follow keeps what is known of turns when u may follow them: on a call every
// utterance comes with the turns before it, which were heard one by one. They
// are told by their number, speaker and words.
func (h *hearing) follow(u analysis.Utterance) {
	if contact := contactOf(u.Channel, u.Direction); contact != h.contact {
		h.begin()
		h.contact = contact
	}
}

// begin forgets the turns of another conversation.
func (h *hearing) begin() {
	h.contact = 0
	for i := range h.turns {
		h.turns[i].number = -1
	}
}

// a mark is an act found at tokens [from, to).
type mark struct {
	act      actNumber
	free     bool
	firm     bool // the model does not take it back
	sure     int32
	from, to int
	why      string
}

// mark returns the act of the wording's rule at tokens [from, to).
func (w *wording) mark(r *rule, from, to int) mark {
	return mark{act: r.act, free: r.free, firm: w.firm, sure: 1000, from: from, to: to, why: w.text}
}

// findings appends the acts of u, the turn of that number in its conversation,
// to out.
func (h *hearing) findings(u analysis.Utterance, number int, out []analysis.Finding) []analysis.Finding {
	h.listen(u, number)
	return h.place(h.hear(), out)
}

// listen takes u as the utterance to hear.
func (h *hearing) listen(u analysis.Utterance, number int) {
	if len(u.Context) > contextTurns {
		u.Context = u.Context[len(u.Context)-contextTurns:]
	}
	h.u, h.at, h.weighed = u, number, false
	h.own = h.read(number, u.Role, u.Text)
	h.m = &h.own.machine
	h.raw = h.m
	if len(h.own.all) > 0 {
		h.raw = &h.withAll
		h.raw.v, h.raw.text = h.v, h.own.all
		h.raw.listen()
	}
}

// hear returns the acts of the utterance by tokens.
func (h *hearing) hear() []mark { return h.judge(h.worded()) }

// worded returns the acts that the wordings hear.
func (h *hearing) worded() []mark {
	marks := h.wordings()
	marks = h.repeated(marks)
	return h.replace(merge(marks))
}

// read returns what is known of a turn, reading it when that is nothing.
func (h *hearing) read(number int, role conversation.Role, text string) *heardTurn {
	t := &h.turns[number%len(h.turns)]
	if t.number == number && t.role == role && t.source == text {
		return t
	}
	t.number, t.role, t.source, t.found, t.heard = number, role, text, false, false
	t.v, t.text, t.all = h.v, t.text[:0], t.all[:0]
	toks := h.reader.read(text)
	for i := range toks {
		if toks[i].kind&isSound == 0 {
			t.text = append(t.text, toks[i])
		}
	}
	if len(t.text) < len(toks) {
		t.all = append(t.all, toks...)
	}
	t.known = append(t.known[:0], make([]int8, len(h.v.conditions))...)
	t.listen()
	return t
}

// wordings returns what the wordings of the lexicon find.
func (h *hearing) wordings() []mark {
	if !h.own.found {
		found := h.search.find(h.m, h.v.said[h.u.Role], contactOf(h.u.Channel, h.u.Direction), h.hopeless())
		h.own.hits, h.own.found = append(h.own.hits[:0], found...), true
	}
	covered := h.covered[:0]
	for _, x := range h.own.hits {
		r := &h.v.rules[h.v.wordings[x.wording].rule]
		if r.guard && h.allowed(h.m, r, x) {
			covered = append(covered, h.cover(r, x))
		}
	}
	out := h.marks[:0]
	for _, x := range h.own.hits {
		w := &h.v.wordings[x.wording]
		r := &h.v.rules[w.rule]
		if r.guard || !h.allowed(h.m, r, x) || !r.free && silenced(covered, r.act, x) {
			continue
		}
		out = append(out, w.mark(r, int(x.from), int(x.to)))
	}
	h.covered, h.marks = covered, out
	return out
}

// cover is a stretch of tokens in which a guard silences acts.
type cover struct {
	from, to int
	r        *rule
}

func (h *hearing) cover(r *rule, x hit) cover {
	c := cover{int(x.from), int(x.to), r}
	if r.covers == "turn" {
		return cover{0, len(h.m.text), r}
	}
	barrier := uint16(0)
	switch r.covers {
	case "clause":
		barrier = isPunct
	case "sentence":
		barrier = isStop
	}
	for barrier != 0 && c.to < len(h.m.text) && c.to-int(x.to) < maxClause && h.m.text[c.to].kind&barrier == 0 {
		c.to++
	}
	return c
}

func silenced(covers []cover, act actNumber, x hit) bool {
	for _, c := range covers {
		if int(x.from) < c.from || int(x.from) >= c.to {
			continue
		}
		if c.r.acts != nil && !c.r.acts.has(act) || c.r.except.has(act) {
			continue
		}
		return true
	}
	return false
}

// allowed tests the conditions of the rule around a match in m.
func (h *hearing) allowed(m *machine, r *rule, x hit) bool {
	if !r.quoted && m.text[x.from].kind&isQuoted != 0 {
		return false
	}
	if r.opening != nil && *r.opening == h.agentSpoke() {
		return false
	}
	if r.unlessTurn != nil && h.inTurn(r.unlessTurn) || r.with != nil && !h.inTurn(r.with) {
		return false
	}
	if r.unless != nil || r.withClause != nil {
		from, _ := m.clause(int(x.from))
		_, to := m.clause(int(x.to) - 1)
		if r.unless != nil && m.found(r.unless, from, to) || r.withClause != nil && !m.found(r.withClause, from, to) {
			return false
		}
	}
	return h.contextAllows(r)
}

// inTurn reports whether c matches anywhere in the turn.
func (h *hearing) inTurn(c *condition) bool { return h.own.meets(c) }

// meets reports whether c matches anywhere in the turn, and remembers it.
func (t *heardTurn) meets(c *condition) bool {
	if t.known[c.slot] == 0 {
		t.known[c.slot] = 1
		if t.machine.found(c, 0, len(t.text)) {
			t.known[c.slot] = 2
		}
	}
	return t.known[c.slot] == 2
}

func (h *hearing) contextAllows(r *rule) bool {
	if r.after != nil && !h.said(conversation.Customer, r.after) ||
		r.afterUnless != nil && h.said(conversation.Customer, r.afterUnless) ||
		r.afterAgent != nil && !h.said(conversation.Agent, r.afterAgent) {
		return false
	}
	return (r.heard == nil || h.heard(r.heard, false)) && (r.heardEver == nil || h.heard(r.heardEver, true))
}

func (h *hearing) agentSpoke() bool {
	for _, t := range h.u.Context {
		if t.Role == conversation.Agent {
			return true
		}
	}
	return false
}

// last returns the index of the last context turn of role, -1 when there is none.
func (h *hearing) last(role conversation.Role) int {
	for i := len(h.u.Context) - 1; i >= 0; i-- {
		if h.u.Context[i].Role == role {
			return i
		}
	}
	return -1
}

// turn returns what is known of context turn i.
func (h *hearing) turn(i int) *heardTurn {
	t := &h.u.Context[i]
	return h.read(h.at-len(h.u.Context)+i, t.Role, t.Text)
}

// said reports whether the last turn of role in the context meets c.
func (h *hearing) said(role conversation.Role, c *condition) bool {
	i := h.last(role)
	return i >= 0 && h.turn(i).meets(c)
}

// heard reports whether the customer's last turn, or any with ever, carries
// one of the acts. Context turns are heard without their own context.
func (h *hearing) heard(acts actSet, ever bool) bool {
	if h.inner {
		return false
	}
	for i := len(h.u.Context) - 1; i >= 0; i-- {
		if h.u.Context[i].Role != conversation.Customer {
			continue
		}
		if h.actsOf(i).meets(acts) {
			return true
		}
		if !ever {
			return false
		}
	}
	return false
}

// actsOf returns the acts of a context turn, heard for itself.
func (h *hearing) actsOf(i int) actSet {
	t := h.turn(i)
	if t.heard {
		return t.acts
	}
	u, at := h.u, h.at
	h.inner, h.memory, h.spare = true, h.spare, h.memory
	h.listen(analysis.Utterance{Lang: u.Lang, Channel: u.Channel, Direction: u.Direction,
		Role: u.Context[i].Role, Text: u.Context[i].Text}, t.number)
	t.acts, t.heard = t.acts[:0], true
	for _, m := range h.hear() {
		t.acts = t.acts.with(m.act)
	}
	h.inner, h.memory, h.spare = false, h.spare, h.memory
	h.u, h.at, h.own = u, at, &h.turns[at%len(h.turns)]
	h.m = &h.own.machine
	h.raw = h.m
	if len(h.own.all) > 0 {
		h.raw = &h.withAll
	}
	return t.acts
}

// repeated appends the marks of rules that count: the same wording said
// rule.times times or more in the turn. Hesitation sounds count here, and no
// guard silences.
func (h *hearing) repeated(out []mark) []mark {
	hits := h.search.find(h.raw, h.v.repeated[h.u.Role], contactOf(h.u.Channel, h.u.Direction), h.hopeless())
	hits = slices.DeleteFunc(hits, func(x hit) bool { return !h.allowed(h.raw, &h.v.rules[h.v.wordings[x.wording].rule], x) })
	if len(hits) == 0 {
		return out
	}
	slices.SortFunc(hits, func(a, b hit) int {
		if a.wording != b.wording {
			return int(a.wording - b.wording)
		}
		return int(a.from - b.from)
	})
	for i := 0; i < len(hits); {
		j, count, end := i, 0, int32(-1)
		for ; j < len(hits) && hits[j].wording == hits[i].wording; j++ {
			if hits[j].from >= end {
				count, end = count+1, hits[j].to
			}
		}
		w := &h.v.wordings[hits[i].wording]
		if r := &h.v.rules[w.rule]; count >= r.times {
			from := h.inMain(int(hits[i].from))
			m := w.mark(r, from, max(h.untilInMain(int(hits[j-1].to)), from+1))
			m.free = true
			out = append(out, m)
		}
		i = j
	}
	return out
}

// inMain translates a token of the raw stream to one of the main stream. Where
// there are but hesitation sounds, tokens are those of the raw stream.
func (h *hearing) inMain(raw int) int {
	if len(h.m.text) == 0 {
		return raw
	}
	return min(h.untilInMain(raw), len(h.m.text)-1)
}

// untilInMain translates the end of a range of tokens.
func (h *hearing) untilInMain(raw int) int {
	if h.raw == h.m || len(h.m.text) == 0 {
		return raw
	}
	n := 0
	for _, t := range h.raw.text[:raw] {
		if t.kind&isSound == 0 {
			n++
		}
	}
	return n
}

// merge joins marks of the same act that overlap and returns all in order.
func merge(marks []mark) []mark {
	slices.SortStableFunc(marks, func(a, b mark) int {
		if a.act != b.act {
			return int(a.act) - int(b.act)
		}
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to
	})
	out := marks[:0]
	for _, m := range marks {
		if n := len(out); n > 0 && out[n-1].act == m.act && m.from < out[n-1].to {
			out[n-1].to = max(out[n-1].to, m.to)
			out[n-1].sure = max(out[n-1].sure, m.sure)
			out[n-1].firm = out[n-1].firm || m.firm
			continue
		}
		out = append(out, m)
	}
	return out
}

// place turns marks into findings with code points and appends them to out.
func (h *hearing) place(marks []mark, out []analysis.Finding) []analysis.Finding {
	first := len(out)
	for _, m := range marks {
		f := analysis.Finding{Act: h.e.acts.names[m.act], Sure: int(m.sure), Why: m.why}
		if n := len(h.m.text); n > 0 {
			last := max(min(m.to, n)-1, 0)
			for last > m.from && h.m.text[last].kind&isPunct != 0 {
				last--
			}
			f.From, f.To = int(h.m.text[min(m.from, n-1)].from), int(h.m.text[last].to)
		} else if n := len(h.raw.text); n > 0 {
			f.From, f.To = int(h.raw.text[0].from), int(h.raw.text[n-1].to)
		}
		out = append(out, f)
	}
	sortFindings(out[first:])
	return out
}
