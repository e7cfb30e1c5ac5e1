package language

import (
	"sync"

	"github.com/lianxi-cc/lianxi/conversation"
)

// A voice is the compiled lexicon of one language. It does not change after
// it is loaded.
type voice struct {
	lang                         conversation.Lang
	speller                      *speller
	rules                        []rule
	wordings                     []wording
	conditions                   []*condition
	openers                      [][]uint32 // words after which a clause may begin all the same
	finals                       [][]uint32 // words that end a clause when something else begins
	starters                     [][]uint32 // words that begin a clause
	openerOf, finalOf, starterOf map[uint32][][]uint32

	code      code
	firstOf   []int32                      // by wording: the set of what it can begin with, when that is known
	needs     sets                         // what routes ask of a text
	terms     []terms                      // of the entries of indexes
	pairs     []uint64                     // with which two tokens conditions can begin, as hashed bits
	firsts    sets                         // what conditions can begin with
	said      map[conversation.Role]*index // the wordings of a speaker's rules, guards among them
	repeated  map[conversation.Role]*index // the wordings of rules that count
	keys      []wordKeys                   // by token number
	firstWord uint32                       // the number of the first word of the vocabulary
	scales    [2]*scale                    // of the statistical part, by speakerOf; nil: the wordings alone
	pool      sync.Pool                    // of *hearing
}

func newVoice(lang conversation.Lang) *voice {
	return &voice{lang: lang, code: newCode(), speller: &speller{lang: lang, fold: map[rune]rune{}, words: map[string]uint32{},
		spell: map[uint32][]spelling{}, sounds: map[uint32]bool{}, numerals: map[rune]bool{}, symbols: newSymbols()}}
}

// seal prepares the search, when all is read.
func (v *voice) seal() {
	v.openerOf, v.finalOf, v.starterOf = byFirst(v.openers), byLast(v.finals), byFirst(v.starters)
	if v.speller.homophone != nil {
		v.speller.homophone.finish()
	}
	v.speller.seal(v.openers, v.finals, v.starters)
	symbols := v.speller.symbols
	use := &usage{symbols: symbols, count: make([]float64, len(symbols.ids)), seen: make([]int, len(symbols.ids)), total: 1}
	for i := range v.wordings {
		use.add(v.wordings[i].tree, i)
	}
	v.firstOf = make([]int32, len(v.wordings))
	v.needs.add(nil) // so that 0 asks for nothing
	v.index(use)
	v.pairs = make([]uint64, 1<<pairBits/64)
	for _, c := range v.conditions {
		c.set = v.firsts.add(c.first)
		c.alone = v.firsts.add(v.pairUp(c, use))
		for i := range c.others {
			if o := &c.others[i]; o.tree.op == opSeq {
				o.needs = v.ask(use.needs(flat(o.tree.kids), -1, 1))
			}
		}
	}
	v.needs.seal(len(symbols.ids))
	v.firsts.seal(len(symbols.ids))
	v.code.linking = nil
}

// index makes the indexes of both speakers; a guard is in both.
func (v *voice) index(use *usage) {
	once, again := map[conversation.Role]*indexing{}, map[conversation.Role]*indexing{}
	for _, role := range speakers {
		once[role], again[role] = newIndexing(), newIndexing()
	}
	for i := range v.wordings {
		switch r := &v.rules[v.wordings[i].rule]; {
		case r.guard && r.times == 0:
			v.enter(i, use, once[conversation.Agent], once[conversation.Customer])
		case r.times > 0 && r.role != "":
			v.enter(i, use, again[r.role])
		case r.times == 0:
			v.enter(i, use, once[r.role])
		}
	}
	symbols := len(use.symbols.ids)
	v.said, v.repeated = map[conversation.Role]*index{}, map[conversation.Role]*index{}
	for _, role := range speakers {
		v.said[role], v.repeated[role] = once[role].seal(&v.code, symbols), again[role].seal(&v.code, symbols)
	}
}

// enter hangs wording i into indexes, at the runs by which it is found.
func (v *voice) enter(i int, use *usage, bs ...*indexing) {
	w := &v.wordings[i]
	r := &v.rules[w.rule]
	e, t := entry{wording: int32(i), program: w.program}, terms{act: r.act, contacts: r.contacts()}
	if r.guard || w.firm {
		t.act = noAct
	}
	first, ok := firstOf(w.tree)
	if !ok { // it may begin with anything: it is tried around its anchors
		t.around = true
		if w.tree.op == opSeq {
			t.mark = markOf(flat(w.tree.kids))
			t.needs = v.ask(use.needs(flat(w.tree.kids), -1, 1))
		}
		for _, a := range anchorsOf(w.tree) {
			t.min, t.max = uint16(a.min), uint16(a.max)
			e.terms = v.on(t)
			for _, b := range bs {
				b.add(use.symbols.all(a.ids), e, t.max)
			}
		}
		return
	}
	look := v.code.set(use.symbols.all(first))
	v.firstOf[i] = v.code.emit(look[:]...)
	for _, r := range use.routesOf(w.tree) {
		t.min, t.max = uint16(r.min), uint16(r.max)
		t.needs, t.mark = v.ask(r.needs), r.mark
		e.terms = v.on(t)
		for _, x := range r.runs {
			if e.program, e.skip = w.program, 0; r.max == 0 {
				e.program, e.skip = v.code.after(w.program, x.syms(), r.mark)
			}
			for _, b := range bs {
				b.add(x.syms(), e, t.max)
			}
		}
	}
}

// on returns the place of t among the terms.
func (v *voice) on(t terms) uint32 {
	known := v.code.linking.terms
	at, ok := known[t]
	if !ok {
		at = uint32(len(v.terms))
		known[t] = at
		v.terms = append(v.terms, t)
	}
	return at
}

// pairUp notes with which two tokens the wordings of c can begin, and returns
// the tokens that can do so alone.
func (v *voice) pairUp(c *condition, use *usage) (alone []uint16) {
	for _, n := range c.trees {
		if _, ok := firstOf(n); !ok {
			continue
		}
		for _, x := range use.runs([]*node{n}) {
			switch x.size() {
			case 0:
				return c.first
			case 1:
				alone = append(alone, x[0])
			default:
				h := c.pairBit(x[0], x[1])
				v.pairs[h>>6] |= 1 << (h & 63)
			}
		}
	}
	return alone
}

// pairBit is the place of two symbols at the beginning of c.
func (c *condition) pairBit(a, b uint16) uint32 {
	return (uint32(a)<<16 | uint32(b) + uint32(c.slot)*0x85EBCA6B) * 0x9E3779B1 >> (32 - pairBits)
}

// pairBits is the logarithm of how many bits there are for pairs.
const pairBits = 18

// ask numbers up to two sets that a text must hold a token of.
func (v *voice) ask(needs [][]uint16) (out [2]uint16) {
	for k, set := range needs {
		out[k] = uint16(v.needs.add(set))
	}
	return out
}

func byFirst(seqs [][]uint32) map[uint32][][]uint32 {
	out := map[uint32][][]uint32{}
	for _, s := range seqs {
		out[s[0]] = append(out[s[0]], s)
	}
	return out
}

func byLast(seqs [][]uint32) map[uint32][][]uint32 {
	out := map[uint32][][]uint32{}
	for _, s := range seqs {
		out[s[len(s)-1]] = append(out[s[len(s)-1]], s)
	}
	return out
}

// listen prepares the machine for matching its text.
func (m *machine) listen() {
	v, toks := m.v, m.text
	traits := v.speller.traits
	m.marks = append(m.marks[:0], make([]uint8, len(toks)+1)...)
	m.sets, m.keyed, m.stops = m.sets[:0], m.keyed[:0], false
	for i := range toks {
		has := traits[toks[i].sym]
		after := i == 0 || toks[i-1].kind&isPunct != 0
		final := i > 0 && traits[toks[i-1].sym]&finishes != 0 && v.endsHere(toks, i)
		starter := 0
		if has&starts != 0 {
			starter = v.startsHere(v.starterOf, toks, i)
		}
		if after || final || starter > 1 {
			m.marks[i] |= clauseStart
		}
		if toks[i].kind&isPunct != 0 || i > 0 && (starter > 1 || final && starter > 0) {
			m.marks[i] |= looseEnd
		}
		if m.marks[i]&clauseStart != 0 && has&opens != 0 {
			if n := v.startsHere(v.openerOf, toks, i); n > 0 {
				m.marks[i+n] |= clauseStart
			}
		}
	}
	m.marks[len(toks)] |= looseEnd
	m.marks[0] |= turnStart
	if len(toks) > 0 && toks[0].kind&isPunct != 0 {
		m.marks[1] |= turnStart
	}
	ask := uint8(0)
	for i := len(toks) - 1; i >= 0; i-- {
		if kind := toks[i].kind; kind&isStop != 0 {
			m.stops = true
			ask = 0
			if kind&isAsk != 0 {
				ask = asked
			}
		}
		m.marks[i] |= ask
	}
}

// startsHere returns the length of the longest of seqs that stands at i.
func (v *voice) startsHere(by map[uint32][][]uint32, toks []token, i int) int {
	best := 0
next:
	for _, s := range by[toks[i].id] {
		if len(s) <= best || len(s) > len(toks)-i {
			continue
		}
		for k, id := range s {
			if toks[i+k].id != id {
				continue next
			}
		}
		best = len(s)
	}
	return best
}

// endsHere reports whether one of the finals ends before token i.
func (v *voice) endsHere(toks []token, i int) bool {
next:
	for _, s := range v.finalOf[toks[i-1].id] {
		if len(s) > i {
			continue
		}
		for k, id := range s {
			if toks[i-len(s)+k].id != id {
				continue next
			}
		}
		return true
	}
	return false
}

// found reports whether c matches within tokens [from, to).
func (m *machine) found(c *condition, from, to int) bool {
	m.look()
	v := m.v
	if c.some {
		for pos := from; pos < to; pos++ {
			if v.firsts.has(c.set, m.text[pos].sym) && m.mayBegin(c, pos) && m.match(c.program, pos) >= 0 {
				return true
			}
		}
	}
	for i := range c.others {
		o := &c.others[i]
		if !m.holdsSet(o.needs[0]) || !m.holdsSet(o.needs[1]) {
			continue
		}
		for pos := from; pos < to; pos++ {
			if m.match(o.program, pos) >= 0 {
				return true
			}
		}
	}
	return false
}

// mayBegin reports whether c may begin at pos, where one of its firsts stands.
func (m *machine) mayBegin(c *condition, pos int) bool {
	if pos+1 < len(m.text) {
		if h := c.pairBit(m.text[pos].sym, m.text[pos+1].sym); m.v.pairs[h>>6]>>(h&63)&1 != 0 {
			return true
		}
	}
	return m.v.firsts.has(c.alone, m.text[pos].sym)
}

// look finds out which sets of needs hold a token of the text.
func (m *machine) look() {
	if len(m.sets) == 0 {
		m.sets = m.v.needs.in(m.text, m.sets)
	}
}

// foundAt returns the token after a match of c at token pos, or -1.
func (m *machine) foundAt(c *condition, pos int) int {
	if m.v.firsts.has(c.set, m.text[pos].sym) {
		if end := m.match(c.program, pos); end >= 0 {
			return end
		}
	}
	for i := range c.others {
		if end := m.match(c.others[i].program, pos); end >= 0 {
			return end
		}
	}
	return -1
}

// maxClause bounds a clause in tokens to each side, for text that nothing
// divides.
const maxClause = 60

// clause returns the clause around token at, bounded by punctuation or by
// words that end and begin clauses.
func (m *machine) clause(at int) (from, to int) {
	from, to = at, at
	for from > 0 && at-from < maxClause && m.text[from-1].kind&isPunct == 0 && m.marks[from]&looseEnd == 0 {
		from--
	}
	for to < len(m.text) && to-at < maxClause && m.text[to].kind&isPunct == 0 && (to == at || m.marks[to]&looseEnd == 0) {
		to++
	}
	return from, to
}
