package language

import (
	"encoding/binary"
	"maps"
	"slices"
)

// A program is a pattern compiled for matching: instructions that a small
// backtracking machine runs from a given token on. It is the place of its
// first instruction in the code of its voice.
type program int32

// code holds all programs of a voice, and the trees of its indexes, close
// together as words of 32 bits. What several programs do alike from some place
// on lies there once.
type code struct {
	words   []uint32
	linking *linking // while compiling
}

// An instruction is one word that says what to do with what: an operation, a
// kind of tokens and a symbol or a number. Behind it lie words that say where
// to go on.
func instr(op instrOp, kind uint8, sym uint16) uint32 {
	return uint32(op) | uint32(kind)<<8 | uint32(sym)<<16
}

// passing is a bit of a place to go on at: the next token is passed on the way.
const passing = 1 << 31

// A lookup tells to which place a symbol leads, counted from 1. It is three
// words: 64 bits that mostly say so when the symbol leads nowhere, and the
// place of a table. That is the number of its slots less one, and these, an
// open hash table of a symbol and where it leads. A table serves many lookups.
const lookupSize = 3

// has reports whether the set at this place, a lookup, holds sym.
func (c *code) has(at int32, sym uint16) bool {
	look := c.words[at:]
	return maybe(look, sym) && c.inTable(look[2], sym) != 0
}

// maybe reports whether sym may lead somewhere.
func maybe(look []uint32, sym uint16) bool { return look[sym>>5&1]>>(sym&31)&1 != 0 }

// inTable returns what sym leads to in the table at this place, or 0.
func (c *code) inTable(at uint32, sym uint16) uint32 {
	t := c.words[at:]
	mask := t[0]
	for i := uint32(sym); ; i++ {
		switch slot := t[1+i&mask]; {
		case slot == 0:
			return 0
		case slot>>16 == uint32(sym):
			return slot & 0xFFFF
		}
	}
}

type instrOp uint8

const (
	iMatch   instrOp = iota
	iToken           // this token
	iOneOf           // one of so many tokens, which stand two to a word behind the place
	iClass           // a token with any bit of kind
	iNot             // a token with no bit of kind
	iSplit           // on, and later at the second place
	iMaybe           // the same; at the second place at once when the next token is not sym
	iMaybeOf         // the same with a set behind the places
	iPick            // if kind, the place for other tokens; so many tokens, two to a word; a place for each
	iSwitch          // if kind, the same; a lookup; the places that it counts
	iGap             // on, and later past up to sym tokens, none of which has a bit of kind
	iSeek            // the same, on only before a token of the set behind the place
	iBegin
	iStart
	iEnd
	iLooseEnd
	iAsk
	iAskEnd
	iNotAhead  // the body at the second place must not match here
	iNotBehind // the same, ending here; it spans at most sym tokens
)

// matchAt is where every program ends.
const matchAt = 0

// maxSteps bounds the work of one attempt at one token. Patterns of the
// built-in lexicon need a few dozen.
const maxSteps = 3000

// maxProgram bounds the words of a wording: it keeps a list of a few thousand.
const maxProgram = 1 << 16

// maxPick is how many tokens are looked through without a table.
const maxPick = 8

// compile adds n to the code. It is -1 when the pattern is too long.
func (c *code) compile(s *symbols, n *node) program {
	k := compiler{code: c, symbols: s}
	before := len(c.words)
	at := k.node(n, matchAt)
	if len(c.words)-before >= maxProgram {
		return -1
	}
	return program(at)
}

// after returns where a program goes on behind a run of tokens with which its
// match begins, and how many of them are decided by then: as far as there is
// only one way to go. What must be marked of the first token is known to be.
func (c *code) after(p program, run []uint16, mark uint8) (program, uint8) {
	pc, n := int32(p), 0
	for {
		w := c.words[pc:]
		next, more := int32(w[1]), n < len(run)
		switch op, sym := instrOp(w[0]), uint16(w[0]>>16); {
		case op == iStart && n == 0 && mark&clauseStart != 0, op == iBegin && n == 0 && mark&turnStart != 0:
		case more && op == iToken && sym == run[n], more && op == iOneOf && oneOf(w[2:], uint32(sym), run[n]) > 0:
			n++
		case more && (op == iMaybe && sym != run[n] || op == iMaybeOf && !c.has(pc+3, run[n])):
			next = int32(w[2])
		case more && (op == iPick || op == iSwitch):
			to, ok := c.choose(w, run[n])
			if !ok {
				return program(pc), uint8(n)
			}
			next = int32(to &^ passing)
			n += int(to / passing)
		default:
			return program(pc), uint8(n)
		}
		pc = next
	}
}

// choose returns where the choice w, an iPick or iSwitch, goes for the next
// token.
func (c *code) choose(w []uint32, sym uint16) (to uint32, ok bool) {
	head := w[0]
	others := head >> 8 & 0xFF
	rest := w[1+others:]
	lead := uint32(0)
	if instrOp(head) == iPick {
		n := head >> 16
		lead, rest = oneOf(rest, n, sym), rest[(n+1)/2:]
	} else {
		if maybe(rest, sym) {
			lead = c.inTable(rest[2], sym)
		}
		rest = rest[lookupSize:]
	}
	if lead == 0 {
		return w[1], others != 0
	}
	return rest[lead-1], true
}

// oneOf returns which of the first n symbols in w, two to a word, sym is,
// counted from 1, or 0.
func oneOf(w []uint32, n uint32, sym uint16) uint32 {
	for i := uint32(0); i < n; i += 2 {
		switch two := w[i/2]; uint32(sym) {
		case two & 0xFFFF:
			return i + 1
		case two >> 16:
			return i + 2
		}
	}
	return 0
}

// linking is what is there already, so that it serves again.
type linking struct {
	places map[string]int32    // words that belong together
	groups map[*node]*grouping // of alternatives
	alts   map[ending]int32    // compiled alternatives
	terms  map[terms]uint32    // of entries
	key    []byte
}

// ending is a pattern and where to go on behind it.
type ending struct {
	n    *node
	next int32
}

func newCode() code {
	return code{words: []uint32{matchAt: instr(iMatch, 0, 0)},
		linking: &linking{places: map[string]int32{}, groups: map[*node]*grouping{}, alts: map[ending]int32{}, terms: map[terms]uint32{}}}
}

// emit adds words that belong together and returns their place; those that are
// there already serve again.
func (c *code) emit(words ...uint32) int32 {
	key := c.linking.key[:0]
	for _, w := range words {
		key = binary.LittleEndian.AppendUint32(key, w)
	}
	c.linking.key = key
	if at, ok := c.linking.places[string(key)]; ok {
		return at
	}
	at := int32(len(c.words))
	c.words = append(c.words, words...)
	c.linking.places[string(key)] = at
	return at
}

// lookup returns the words of a lookup of these symbols, in order.
func (c *code) lookup(syms []uint16, leads []uint32) [lookupSize]uint32 {
	size := uint32(2)
	for 3*size < 4*uint32(len(syms)) {
		size *= 2
	}
	t := make([]uint32, 1+size)
	t[0] = size - 1
	var look [lookupSize]uint32
	for k, sym := range syms {
		look[sym>>5&1] |= 1 << (sym & 31)
		i := uint32(sym)
		for t[1+i&t[0]] != 0 {
			i++
		}
		t[1+i&t[0]] = uint32(sym)<<16 | leads[k]
	}
	look[2] = uint32(c.emit(t...))
	return look
}

// set returns the words of a lookup that only knows whether it holds a symbol.
func (c *code) set(syms []uint16) [lookupSize]uint32 {
	syms = slices.Compact(slices.Sorted(slices.Values(syms)))
	return c.lookup(syms, slices.Repeat([]uint32{1}, len(syms)))
}

// A compiler works from the end of a pattern to its beginning: every part is
// told where to go on behind it, and says where it begins.
type compiler struct {
	*code
	symbols *symbols
}

// node compiles n.
func (c *compiler) node(n *node, next int32) int32 {
	on := uint32(next)
	switch n.op {
	case opToken:
		return c.emit(instr(iToken, 0, c.symbols.of(n.id)), on)
	case opSeq:
		return c.sequence(flat(n.kids), next)
	case opAlt:
		return c.alternatives(n, next)
	case opOptional:
		return c.optional(n.kids[0], 1, next)
	case opGap, opWideGap:
		return c.gap(n, nil, next)
	case opClass:
		return c.emit(instr(iClass, uint8(n.kind), 0), on)
	case opNotAhead, opNotBehind:
		op := iNotAhead
		_, wide := n.kids[0].width()
		if n.op == opNotBehind {
			op = iNotBehind
		}
		return c.emit(instr(op, 0, uint16(min(wide, maxGap))), on, uint32(c.node(n.kids[0], matchAt)))
	}
	op := map[nodeOp]instrOp{opBegin: iBegin, opStart: iStart, opEnd: iEnd, opLooseEnd: iLooseEnd, opAsk: iAsk, opAskEnd: iAskEnd}[n.op]
	return c.emit(instr(op, 0, 0), on)
}

func (c *compiler) sequence(kids []*node, next int32) int32 {
	for i := len(kids) - 1; i >= 0; i-- {
		switch k := kids[i]; k.op {
		case opGap, opWideGap:
			next = c.gap(k, kids[i+1:], next)
		case opOptional:
			times := 1
			for i > 0 && kids[i-1].op == opOptional && k.kids[0].same(kids[i-1].kids[0]) {
				i, times = i-1, times+1
			}
			next = c.optional(k.kids[0], times, next)
		default:
			next = c.node(k, next)
		}
	}
	return next
}

// same reports whether n and o are the same pattern.
func (n *node) same(o *node) bool {
	return n == o || n.op == o.op && n.id == o.id && n.min == o.min && n.max == o.max && n.kind == o.kind &&
		slices.EqualFunc(n.kids, o.kids, (*node).same)
}

// optional compiles n, up to so many times, or nothing, and looks ahead where
// it is known with what n can begin. Where one n is not there, no further is
// tried: x?x?x? is [x[x[x]]].
func (c *compiler) optional(n *node, times int, next int32) int32 {
	first, ok := firstOf(n)
	syms := c.symbols.all(first)
	at := next
	for range times {
		on, off := uint32(c.node(n, at)), uint32(next)
		switch {
		case ok && len(syms) == 1:
			at = c.emit(instr(iMaybe, 0, syms[0]), on, off)
		case ok:
			look := c.set(syms)
			at = c.emit(instr(iMaybeOf, 0, 0), on, off, look[0], look[1], look[2])
		default:
			at = c.emit(instr(iSplit, 0, 0), on, off)
		}
	}
	return at
}

// alternatives compiles one of the kids of n. The next token chooses among
// those of which it is known with what they can begin; the others stay in the
// choice. Where all that are chosen begin with just this token, it is passed at
// once and what comes behind it is compiled as alternatives of its own.
func (c *compiler) alternatives(n *node, next int32) int32 {
	if at, ok := c.linking.alts[ending{n, next}]; ok {
		return at
	}
	at := c.alternation(n, next)
	c.linking.alts[ending{n, next}] = at
	return at
}

func (c *compiler) alternation(n *node, next int32) int32 {
	g := c.group(n)
	starts := map[int]int32{} // by kid: where it begins
	start := func(k int) int32 {
		if _, ok := starts[k]; !ok {
			starts[k] = c.node(n.kids[k], next)
		}
		return starts[k]
	}
	inTurn := func(list []int) int32 {
		at := start(list[len(list)-1])
		for i := len(list) - 2; i >= 0; i-- {
			at = c.emit(instr(iSplit, 0, 0), uint32(start(list[i])), uint32(at))
		}
		return at
	}
	switch {
	case len(g.open) == len(n.kids):
		return inTurn(g.open)
	case len(n.kids) == 2 && len(g.open) == 1 && g.open[0] == 1 && len(flat(n.kids[1:])) == 0:
		return c.optional(n.kids[0], 1, next)
	}
	places, others := make([]uint32, len(g.syms)), []uint32(nil)
	for i, behind := range g.behinds {
		if behind != nil {
			places[i] = passing | uint32(c.node(behind, next))
		} else {
			places[i] = uint32(inTurn(g.lists[i]))
		}
	}
	if len(g.open) > 0 {
		others = []uint32{uint32(inTurn(g.open))}
	}
	if to := places[0]; len(others) == 0 && to&passing != 0 && len(slices.Compact(slices.Clone(places))) == 1 && len(places) <= maxPick {
		if len(places) == 1 {
			return c.emit(instr(iToken, 0, g.syms[0]), to&^passing)
		}
		return c.emit(append([]uint32{instr(iOneOf, 0, uint16(len(places))), to &^ passing}, pairs(g.syms)...)...)
	}
	return c.emit(c.choice(g.syms, places, others)...)
}

// choice returns the words of a choice by the next token; others is where to
// go for one that is none of these, if anywhere.
func (c *code) choice(syms []uint16, places, others []uint32) []uint32 {
	kind := uint8(len(others))
	if len(syms) <= maxPick {
		return slices.Concat([]uint32{instr(iPick, kind, uint16(len(syms)))}, others, pairs(syms), places)
	}
	kinds, leads := slices.Compact(slices.Sorted(slices.Values(places))), make([]uint32, len(syms))
	for i, to := range places {
		at, _ := slices.BinarySearch(kinds, to)
		leads[i] = uint32(at + 1)
	}
	look := c.lookup(syms, leads)
	return slices.Concat([]uint32{instr(iSwitch, kind, 0)}, others, look[:], kinds)
}

// pairs returns symbols two to a word; an odd one stands there twice.
func pairs(syms []uint16) []uint32 {
	var out []uint32
	for i := 0; i < len(syms); i += 2 {
		out = append(out, uint32(syms[i])|uint32(syms[min(i+1, len(syms)-1)])<<16)
	}
	return out
}

// grouping is alternatives by what they can begin with.
type grouping struct {
	open    []int    // those that can begin with anything
	syms    []uint16 // what the others can begin with, sorted
	lists   [][]int  // by symbol: which of all can
	behinds []*node  // by symbol: what comes behind it, when all begin with just this token
}

// group returns the grouping of alternatives; named word lists stand in many
// wordings and are grouped once.
func (c *compiler) group(n *node) *grouping {
	if g := c.linking.groups[n]; g != nil {
		return g
	}
	g, by := &grouping{}, map[uint16][]int{}
	for i, k := range n.kids {
		first, ok := firstOf(k)
		if !ok {
			g.open = append(g.open, i)
		}
		for _, id := range first {
			sym := c.symbols.of(id)
			if n := len(by[sym]); n == 0 || by[sym][n-1] != i {
				by[sym] = append(by[sym], i)
			}
		}
	}
	g.syms = slices.Sorted(maps.Keys(by))
	for _, sym := range g.syms {
		list, behind := by[sym], (*node)(nil)
		if len(g.open) == 0 {
			behind = behindFirst(n.kids, list)
		}
		list = append(list[:len(list):len(list)], g.open...)
		slices.Sort(list)
		g.lists, g.behinds = append(g.lists, list), append(g.behinds, behind)
	}
	c.linking.groups[n] = g
	return g
}

// behindFirst returns what comes behind the first token of the kids of a list;
// nil when one of them asks for something before it.
func behindFirst(kids []*node, list []int) *node {
	alt := &node{op: opAlt}
	for _, k := range list {
		parts := flat(kids[k : k+1])
		if parts[0].op != opToken {
			return nil
		}
		alt.kids = append(alt.kids, &node{op: opSeq, kids: parts[1:]})
	}
	if len(alt.kids) == 1 {
		return alt.kids[0]
	}
	return alt
}

// gap takes as few tokens as it can. Where it is known with which tokens the
// rest can go on, it looks for these.
func (c *compiler) gap(n *node, rest []*node, next int32) int32 {
	barrier := uint8(isPunct)
	if n.op == opWideGap {
		barrier = isStop
	}
	on := uint32(next)
	first, ok := firstOf(&node{op: opSeq, kids: rest})
	switch {
	case n.max == n.min:
	case ok:
		look := c.set(c.symbols.all(first))
		next = c.emit(instr(iSeek, barrier, uint16(n.max-n.min)), on, look[0], look[1], look[2])
	default:
		next = c.emit(instr(iGap, barrier, uint16(n.max-n.min)), on)
	}
	for range n.min {
		next = c.emit(instr(iNot, barrier, 0), uint32(next))
	}
	return next
}

// width returns how many tokens a match of n spans, at least and at most.
func (n *node) width() (least, most int) {
	switch n.op {
	case opToken, opClass:
		return 1, 1
	case opGap, opWideGap:
		return n.min, n.max
	case opSeq:
		for _, k := range n.kids {
			a, b := k.width()
			least, most = least+a, most+b
		}
	case opOptional:
		_, most = n.kids[0].width()
	case opAlt:
		least = 1 << 30
		for _, k := range n.kids {
			a, b := k.width()
			least, most = min(least, a), max(most, b)
		}
	}
	return least, most
}

// machine matches programs against one stream of tokens. Its memory is used
// again.
type machine struct {
	v     *voice
	text  []token
	marks []uint8  // by token, and one for the end: clauseStart, looseEnd, asked
	sets  []uint64 // which sets of needs hold a token of the text
	stops bool     // the turn is punctuated
	keyed []keyed  // the tokens as traits see them, once somebody asks
	stack []thread
	steps int
}

// What is marked of a token.
const (
	clauseStart = 1 << iota // a clause begins at this token
	looseEnd                // a clause ends before this token, at least loosely
	asked                   // the sentence around this token ends with a question mark
	turnStart               // the turn begins at this token
)

// A thread is a place to go on from; left ≥ 0 only inside a gap: how many
// tokens it may still pass.
type thread struct{ pc, pos, left int32 }

// match runs p from token pos and returns the token after the match, or -1.
func (m *machine) match(p program, pos int) int {
	m.steps = 0
	return m.run(int32(p), int32(pos), -1)
}

// run goes on from pc. With want ≥ 0 only a match ending at want counts.
func (m *machine) run(pc, pos, want int32) int {
	base := len(m.stack)
	t := thread{pc, pos, -1}
	for {
		if end := m.thread(t, want); end >= 0 {
			m.stack = m.stack[:base]
			return end
		}
		n := len(m.stack)
		if n == base {
			return -1
		}
		t = m.stack[n-1]
		m.stack = m.stack[:n-1]
	}
}

// thread follows one thread until it matches or dies; branches not taken yet
// go on the stack.
func (m *machine) thread(t thread, want int32) int {
	c, text := &m.v.code, m.text
	n := int32(len(text))
	for {
		if m.steps++; m.steps > maxSteps {
			return -1
		}
		at := t.pc
		w := c.words[at:]
		head := w[0]
		sym, kind := uint16(head>>16), uint16(head>>8&0xFF)
		t.pc = int32(w[1])
		ok := true
		switch instrOp(head) {
		case iToken:
			ok = t.pos < n && text[t.pos].sym == sym
			t.pos++
		case iOneOf:
			ok = t.pos < n && oneOf(w[2:], uint32(sym), text[t.pos].sym) > 0
			t.pos++
		case iClass:
			ok = t.pos < n && text[t.pos].kind&kind != 0
			t.pos++
		case iNot:
			ok = t.pos < n && text[t.pos].kind&kind == 0
			t.pos++
		case iPick, iSwitch:
			if t.pos >= n {
				ok = kind != 0
				break
			}
			var to uint32
			to, ok = c.choose(w, text[t.pos].sym)
			t.pc = int32(to &^ passing)
			t.pos += int32(to / passing)
		case iSplit:
			m.stack = append(m.stack, thread{int32(w[2]), t.pos, -1})
		case iMaybe:
			if t.pos >= n || text[t.pos].sym != sym {
				t.pc = int32(w[2])
				continue
			}
			m.stack = append(m.stack, thread{int32(w[2]), t.pos, -1})
		case iMaybeOf:
			if t.pos >= n || !c.has(at+3, text[t.pos].sym) {
				t.pc = int32(w[2])
				continue
			}
			m.stack = append(m.stack, thread{int32(w[2]), t.pos, -1})
		case iGap:
			left := t.left
			if left < 0 {
				left = int32(sym)
			}
			t.left = -1
			if left > 0 && t.pos < n && text[t.pos].kind&kind == 0 {
				m.stack = append(m.stack, thread{at, t.pos + 1, left - 1})
			}
		case iSeek:
			ok = m.seek(at, &t)
		case iMatch:
			if want < 0 || t.pos == want {
				return int(t.pos)
			}
			return -1
		case iNotAhead:
			ok = m.run(int32(w[2]), t.pos, -1) < 0
		case iNotBehind:
			ok = !m.behind(int32(w[2]), t.pos, int32(sym))
		default:
			ok = m.holds(instrOp(head), t.pos)
		}
		if !ok {
			return -1
		}
	}
}

// seek moves t on to the next token at which the rest can go on; the tokens
// beyond are left for later.
func (m *machine) seek(at int32, t *thread) bool {
	w := m.v.code.words[at:]
	head, look := w[0], w[2:2+lookupSize]
	left := t.left
	if left < 0 {
		left = int32(head >> 16)
	}
	t.left = -1
	for ; int(t.pos) < len(m.text); t.pos++ {
		tok := &m.text[t.pos]
		end := left == 0 || tok.kind&uint16(head>>8&0xFF) != 0
		if maybe(look, tok.sym) && m.v.code.inTable(look[2], tok.sym) != 0 {
			if !end {
				m.stack = append(m.stack, thread{at, t.pos + 1, left - 1})
			}
			return true
		}
		if end {
			return false
		}
		left--
		m.steps++
	}
	return false
}

// behind reports whether the body at pc matches some run of tokens ending at
// pos.
func (m *machine) behind(pc, pos, width int32) bool {
	for from := pos; from >= 0 && from >= pos-width; from-- {
		if m.run(pc, from, pos) >= 0 {
			return true
		}
	}
	return false
}

// holds tests a condition on a place between tokens.
func (m *machine) holds(op instrOp, pos int32) bool {
	n := int32(len(m.text))
	switch op {
	case iBegin:
		return pos == 0 || pos == 1 && m.text[0].kind&isPunct != 0
	case iStart:
		return pos < n && m.marks[pos]&clauseStart != 0
	case iEnd:
		return pos == n || m.text[pos].kind&isPunct != 0
	case iLooseEnd:
		return pos == n || m.marks[pos]&looseEnd != 0
	case iAskEnd:
		return pos == n && !m.stops || pos < n && m.text[pos].kind&isAsk != 0
	case iAsk:
		return pos < n && m.marks[pos]&asked != 0
	}
	return false
}
