package language

import (
	"slices"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
)

// Explanation says of one utterance what was heard and what was not, and
// which words of the lexicon decided it.
type Explanation struct {
	Heard    []Fired    // as Acts returns them
	Silenced []Silenced // a wording matched, and its act does not count here
	Replaced []Replaced // heard, but the same words mean something more specific
}

// Fired is a finding with the place of the wording that made it. At is the
// zero Position when no wording did.
type Fired struct {
	analysis.Finding
	At fault.Position
}

// Silenced is a match that does not count, with the first reason why.
type Silenced struct {
	Fired
	Because Because
	By      string         // the guard's wording; "" for a condition of the rule itself
	ByAt    fault.Position // the guard's place
	// Words is what decided, as it stands in the utterance: the guard's words, or
	// those that met an unless. From == To when nothing in the utterance did.
	Words analysis.Finding
}

// Because names what kept a match from counting: a guard, the key of the
// rule's condition that was not met, as docs/lexicon.md lists them, or the
// statistical part.
type Because string

// The reasons.
const (
	ByGuard       Because = "guard"
	ByQuoted      Because = "quoted"
	ByOpening     Because = "opening"
	ByUnlessTurn  Because = "unless-turn"
	ByWith        Because = "with"
	ByUnless      Because = "unless"
	ByWithClause  Because = "with-clause"
	ByAfter       Because = "after"
	ByAfterUnless Because = "after-unless"
	ByAfterAgent  Because = "after-agent"
	ByHeard       Because = "heard"
	ByHeardEver   Because = "heard-ever"
	ByChannel     Because = "channel"
	ByDirection   Because = "direction"
	ByModel       Because = "model" // the statistical part speaks against it
)

// Replaced is a finding that gave way to the more specific act By; Within says
// how near that had to be: "words", "clause" or "turn".
type Replaced struct {
	Fired
	By     analysis.Act
	Within string
}

// Explain says why Acts(u) returns what it returns. It takes several times as
// long, and its Heard holds the same findings.
func (e *Engine) Explain(u analysis.Utterance) Explanation {
	v := e.voices[u.Lang]
	if v == nil || u.Role != conversation.Agent && u.Role != conversation.Customer {
		return Explanation{}
	}
	x := explaining{hearing: newHearing(e, v)}
	x.listen(u, len(u.Context))
	return x.explain()
}

// explaining is a hearing that takes notes.
type explaining struct {
	*hearing
	matched []match
	covers  []guarding
	out     Explanation
}

// match is a hit of a wording that speaks for an act.
type match struct {
	hit
	mark mark
}

// guarding is the reach of a guard with the hit that opened it.
type guarding struct {
	cover
	hit
}

func (x *explaining) explain() Explanation {
	marks := x.hear()
	x.look()
	for _, m := range marks {
		if !x.e.acts.signal[m.act] {
			x.out.Heard = append(x.out.Heard, x.fired(m))
		}
	}
	slices.SortStableFunc(x.out.Heard, func(a, b Fired) int { return compareFindings(a.Finding, b.Finding) })
	x.refused()
	x.replaced()
	return x.out
}

// look finds every match of the speaker's wordings, whatever their conditions,
// and the guards in force.
func (x *explaining) look() {
	for _, h := range x.search.find(x.m, x.v.said[x.u.Role], anyContact, nil) {
		w := &x.v.wordings[h.wording]
		r := &x.v.rules[w.rule]
		switch {
		case !r.guard:
			x.matched = append(x.matched, match{h, w.mark(r, int(h.from), int(h.to))})
		case x.because(r, h) == "":
			x.covers = append(x.covers, guarding{x.cover(r, h), h})
		}
	}
	slices.SortStableFunc(x.matched, func(a, b match) int { return int(a.from - b.from) })
	slices.SortStableFunc(x.covers, func(a, b guarding) int { return int(a.hit.from - b.hit.from) })
}

// because returns the first condition of r that the hit does not meet.
func (x *explaining) because(r *rule, h hit) Because {
	switch {
	case r.channel != "" && r.channel != x.u.Channel:
		return ByChannel
	case r.direction != "" && r.direction != x.u.Direction:
		return ByDirection
	case x.allowed(x.m, r, h):
		return ""
	case !r.quoted && x.m.text[h.from].kind&isQuoted != 0:
		return ByQuoted
	case r.opening != nil && *r.opening == x.agentSpoke():
		return ByOpening
	case r.unlessTurn != nil && x.inTurn(r.unlessTurn):
		return ByUnlessTurn
	case r.with != nil && !x.inTurn(r.with):
		return ByWith
	}
	from, to := x.clauseOf(h)
	switch {
	case r.unless != nil && x.m.found(r.unless, from, to):
		return ByUnless
	case r.withClause != nil && !x.m.found(r.withClause, from, to):
		return ByWithClause
	case r.after != nil && !x.said(conversation.Customer, r.after):
		return ByAfter
	case r.afterUnless != nil && x.said(conversation.Customer, r.afterUnless):
		return ByAfterUnless
	case r.afterAgent != nil && !x.said(conversation.Agent, r.afterAgent):
		return ByAfterAgent
	case r.heard != nil && !x.heard(r.heard, false):
		return ByHeard
	}
	return ByHeardEver
}

func (x *explaining) clauseOf(h hit) (from, to int) {
	from, _ = x.m.clause(int(h.from))
	_, to = x.m.clause(int(h.to) - 1)
	return from, to
}

// refused notes the matches that do not count. One whose act is heard at the
// same words all the same is no loss and is left out; so is the same reason
// for the same act a second time.
func (x *explaining) refused() {
	type reason struct {
		act     analysis.Act
		because Because
		by      string
	}
	seen := map[reason]bool{}
	for _, m := range x.matched {
		s := Silenced{Fired: x.fired(m.mark)}
		if slices.ContainsFunc(x.out.Heard, func(f Fired) bool { return f.Act == s.Act && f.From < s.To && s.From < f.To }) {
			continue
		}
		r := &x.v.rules[x.v.wordings[m.wording].rule]
		if s.Because = x.because(r, m.hit); s.Because == "" && !x.guarded(r, m.hit, &s) {
			if m.mark.firm || !x.hopeless().has(r.act) {
				continue // it gave way to another act
			}
			s.Because = ByModel
		}
		x.decided(r, m.hit, &s)
		if key := (reason{s.Act, s.Because, s.By}); !seen[key] {
			seen[key] = true
			x.out.Silenced = append(x.out.Silenced, s)
		}
	}
}

// guarded reports whether a guard covers the hit, and notes which.
func (x *explaining) guarded(r *rule, h hit, s *Silenced) bool {
	for _, g := range x.covers {
		if r.free || !silenced([]cover{g.cover}, r.act, h) {
			continue
		}
		w := &x.v.wordings[g.wording]
		s.Because, s.By, s.ByAt = ByGuard, w.text, w.at
		s.Words = x.spot(int(g.hit.from), int(g.hit.to))
		return true
	}
	return false
}

// decided notes the words that met an unless.
func (x *explaining) decided(r *rule, h hit, s *Silenced) {
	from, to := 0, len(x.m.text)
	c := r.unlessTurn
	switch s.Because {
	case ByUnless:
		c = r.unless
		from, to = x.clauseOf(h)
	case ByUnlessTurn:
	default:
		return
	}
	for ; from < to; from++ {
		if end := x.m.foundAt(c, from); end > from {
			s.Words = x.spot(from, end)
			return
		}
	}
}

// replaced follows the relations one by one and notes what each took out.
func (x *explaining) replaced() {
	marks := merge(x.repeated(x.wordings()))
	for i := range x.e.over {
		r := &x.e.over[i]
		if !slices.ContainsFunc(marks, func(m mark) bool { return m.act == r.act }) {
			continue
		}
		left := x.without(marks, r)
		for _, m := range marks {
			if !slices.Contains(left, m) {
				x.out.Replaced = append(x.out.Replaced, Replaced{Fired: x.fired(m), By: x.e.acts.names[r.act], Within: r.within})
			}
		}
		marks = left
	}
	for _, m := range marks {
		if !slices.ContainsFunc(x.out.Heard, func(f Fired) bool { return f.Act == x.e.acts.names[m.act] }) {
			x.out.Silenced = append(x.out.Silenced, Silenced{Fired: x.fired(m), Because: ByModel})
		}
	}
}

// fired returns the finding of a mark with the place of its wording.
func (x *explaining) fired(m mark) Fired {
	f := Fired{Finding: x.placed(m)}
	for _, h := range x.matched {
		if h.mark.act == m.act && h.mark.why == m.why && h.mark.from == m.from {
			f.At = x.v.wordings[h.wording].at
			return f
		}
	}
	for i := range x.v.wordings {
		w := &x.v.wordings[i]
		if r := &x.v.rules[w.rule]; !r.guard && r.act == m.act && w.text == m.why {
			f.At = w.at
			break
		}
	}
	return f
}

func (x *explaining) placed(m mark) analysis.Finding { return x.place([]mark{m}, nil)[0] }

// spot returns the place of tokens that are no act.
func (x *explaining) spot(from, to int) analysis.Finding {
	f := x.placed(mark{from: from, to: to})
	f.Act = ""
	return f
}
