package language

import (
	"slices"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// hearing is the work on one utterance.
type hearing struct {
	e     *Engine
	v     *voice
	u     analysis.Utterance
	m     *machine // without hesitation sounds
	raw   *machine // with them
	ctx   map[int]*heardTurn
	inner bool   // this is a context turn of another hearing
	known []int8 // by condition: 0 not asked yet for the whole turn, 1 no, 2 yes
}

// heardTurn is what is known of a turn of the context.
type heardTurn struct {
	m    *machine
	acts map[analysis.Act]bool // nil: not asked yet
}

// a mark is an act found at tokens [from, to).
type mark struct {
	act      analysis.Act
	from, to int
	sure     int
	why      string
	free     bool
}

func (h *hearing) findings() []analysis.Finding {
	return h.place(h.marks())
}

// marks returns the acts of the utterance by tokens.
func (h *hearing) marks() []mark {
	if len(h.u.Context) > contextTurns {
		h.u.Context = h.u.Context[len(h.u.Context)-contextTurns:]
	}
	toks := h.v.read(h.u.Text)
	h.m = h.v.machine(silent(toks))
	h.raw = h.m
	if len(h.m.text) != len(toks) {
		h.raw = h.v.machine(toks)
	}
	marks := h.wordings()
	marks = append(marks, h.repeated()...)
	return h.replace(merge(marks))
}

// wordings returns what the wordings of the lexicon find.
func (h *hearing) wordings() []mark {
	hits := h.v.hits(h.m, func(r *rule) bool {
		return r.times == 0 && (r.guard || r.role == h.u.Role) &&
			(r.channel == "" || r.channel == h.u.Channel) && (r.direction == "" || r.direction == h.u.Direction)
	})
	var covered []cover
	for _, x := range hits {
		r := &h.v.rules[h.v.wordings[x.wording].rule]
		if r.guard && h.allowed(r, x) {
			covered = append(covered, h.cover(r, x))
		}
	}
	var out []mark
	for _, x := range hits {
		w := &h.v.wordings[x.wording]
		r := &h.v.rules[w.rule]
		if r.guard || !h.allowed(r, x) || !r.free && silenced(covered, r.act, x) {
			continue
		}
		out = append(out, mark{r.act, int(x.from), int(x.to), 1000, w.text, r.free})
	}
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
	barrier := map[string]uint16{"clause": isPunct, "sentence": isStop}[r.covers]
	for barrier != 0 && c.to < len(h.m.text) && c.to-int(x.to) < maxClause && h.m.text[c.to].kind&barrier == 0 {
		c.to++
	}
	return c
}

func silenced(covers []cover, act analysis.Act, x hit) bool {
	for _, c := range covers {
		if int(x.from) < c.from || int(x.from) >= c.to {
			continue
		}
		if c.r.acts != nil && !slices.Contains(c.r.acts, act) || slices.Contains(c.r.except, act) {
			continue
		}
		return true
	}
	return false
}

// allowed tests the conditions of the rule around a match.
func (h *hearing) allowed(r *rule, x hit) bool {
	if !r.quoted && h.m.text[x.from].kind&isQuoted != 0 {
		return false
	}
	if r.opening != nil && *r.opening == h.agentSpoke() {
		return false
	}
	if r.unlessTurn != nil && h.inTurn(r.unlessTurn) || r.with != nil && !h.inTurn(r.with) {
		return false
	}
	if r.unless != nil || r.withClause != nil {
		from, _ := h.m.clause(int(x.from))
		_, to := h.m.clause(int(x.to) - 1)
		if r.unless != nil && h.m.found(r.unless, from, to) || r.withClause != nil && !h.m.found(r.withClause, from, to) {
			return false
		}
	}
	return h.contextAllows(r)
}

// inTurn reports whether c matches anywhere in the turn, and remembers it.
func (h *hearing) inTurn(c *condition) bool {
	if h.known == nil {
		h.known = make([]int8, h.v.slots)
	}
	if h.known[c.slot] == 0 {
		h.known[c.slot] = 1
		if h.m.found(c, 0, len(h.m.text)) {
			h.known[c.slot] = 2
		}
	}
	return h.known[c.slot] == 2
}

func (h *hearing) contextAllows(r *rule) bool {
	if r.after != nil && !h.said(conversation.Customer, r.after) ||
		r.afterUnless != nil && h.said(conversation.Customer, r.afterUnless) ||
		r.afterAgent != nil && !h.said(conversation.Agent, r.afterAgent) {
		return false
	}
	return (len(r.heard) == 0 || h.heard(r.heard, false)) && (len(r.heardEver) == 0 || h.heard(r.heardEver, true))
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
	if h.ctx == nil {
		h.ctx = map[int]*heardTurn{}
	}
	if h.ctx[i] == nil {
		h.ctx[i] = &heardTurn{m: h.v.machine(silent(h.v.read(h.u.Context[i].Text)))}
	}
	return h.ctx[i]
}

// said reports whether the last turn of role in the context meets c.
func (h *hearing) said(role conversation.Role, c *condition) bool {
	i := h.last(role)
	if i < 0 {
		return false
	}
	m := h.turn(i).m
	return m.found(c, 0, len(m.text))
}

// heard reports whether the customer's last turn, or any with ever, carries
// one of the acts. Context turns are heard without their own context.
func (h *hearing) heard(acts []analysis.Act, ever bool) bool {
	if h.inner {
		return false
	}
	for i := len(h.u.Context) - 1; i >= 0; i-- {
		if h.u.Context[i].Role != conversation.Customer {
			continue
		}
		t := h.turn(i)
		if t.acts == nil {
			t.acts = h.actsOf(i)
		}
		for _, a := range acts {
			if t.acts[a] {
				return true
			}
		}
		if !ever {
			return false
		}
	}
	return false
}

func (h *hearing) actsOf(i int) map[analysis.Act]bool {
	in := hearing{e: h.e, v: h.v, inner: true, u: analysis.Utterance{Lang: h.u.Lang, Channel: h.u.Channel,
		Direction: h.u.Direction, Role: h.u.Context[i].Role, Text: h.u.Context[i].Text}}
	out := map[analysis.Act]bool{}
	for _, m := range in.marks() {
		out[m.act] = true
	}
	return out
}

// repeated returns the marks of rules that count: the same wording said
// rule.times times or more in the turn. Hesitation sounds count here.
func (h *hearing) repeated() []mark {
	hits := h.v.hits(h.raw, func(r *rule) bool { return r.times > 0 && r.role == h.u.Role })
	slices.SortFunc(hits, func(a, b hit) int {
		if a.wording != b.wording {
			return int(a.wording - b.wording)
		}
		return int(a.from - b.from)
	})
	var out []mark
	for i := 0; i < len(hits); {
		j, count, end := i, 0, int32(-1)
		for ; j < len(hits) && hits[j].wording == hits[i].wording; j++ {
			if hits[j].from >= end {
				count, end = count+1, hits[j].to
			}
		}
		w := &h.v.wordings[hits[i].wording]
		if r := &h.v.rules[w.rule]; count >= r.times {
			from, to := h.inMain(int(hits[i].from)), h.inMain(int(hits[j-1].to))
			out = append(out, mark{r.act, from, max(to, from+1), 1000, w.text, true})
		}
		i = j
	}
	return out
}

// inMain translates a token of the raw stream to one of the main stream.
func (h *hearing) inMain(raw int) int {
	if h.raw == h.m || len(h.m.text) == 0 {
		return raw
	}
	n := 0
	for _, t := range h.raw.text[:raw] {
		if t.kind&isSound == 0 {
			n++
		}
	}
	return min(n, len(h.m.text)-1)
}

// merge joins marks of the same act that overlap and returns all in order.
func merge(marks []mark) []mark {
	slices.SortStableFunc(marks, func(a, b mark) int {
		if a.act != b.act {
			if a.act < b.act {
				return -1
			}
			return 1
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
			continue
		}
		out = append(out, m)
	}
	return out
}

// place turns marks into findings with code points.
func (h *hearing) place(marks []mark) []analysis.Finding {
	if len(marks) == 0 {
		return nil
	}
	out := make([]analysis.Finding, 0, len(marks))
	for _, m := range marks {
		f := analysis.Finding{Act: m.act, Sure: m.sure, Why: m.why}
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
	sortFindings(out)
	return out
}
