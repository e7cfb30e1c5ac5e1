package language

import (
	"maps"
	"slices"
)

// A program is a pattern compiled for matching: instructions that a small
// backtracking machine runs from a given token on.
type program struct {
	code   []instr
	tables []table // of the iSwitch instructions
}

type instr struct {
	a, b int32 // targets of iSplit (a is tried first); end of the body of a condition; reach and table of iSeek
	kind uint16
	sym  uint16
	op   instrOp
}

// A table leads from the next token to the alternatives that begin with it.
type table struct {
	bloom uint64 // of all symbols, to say no quickly
	syms  []uint16
	pcs   []int32
}

// find returns where sym leads, or -1.
func (t *table) find(sym uint16) int32 {
	if t.bloom>>(sym&63)&1 == 0 {
		return -1
	}
	lo, hi := 0, len(t.syms)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if t.syms[mid] < sym {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(t.syms) && t.syms[lo] == sym {
		return t.pcs[lo]
	}
	return -1
}

// tableOf returns a table that only knows whether it holds a symbol.
func tableOf(syms []uint16) table {
	syms = slices.Compact(slices.Sorted(slices.Values(syms)))
	t := table{syms: syms, pcs: make([]int32, len(syms))}
	for _, sym := range syms {
		t.bloom |= 1 << (sym & 63)
	}
	return t
}

type instrOp uint8

const (
	iToken instrOp = iota
	iClass         // a token with any bit of kind
	iNot           // a token with no bit of kind
	iSplit
	iSwitch // to where table a leads for the next token
	iSeek   // on to the nearest of up to a tokens that table b holds; none of those passed has a bit of kind
	iJump
	iBegin
	iStart
	iEnd
	iLooseEnd
	iAsk
	iAskEnd
	iNotAhead  // the body up to a must not match here
	iNotBehind // the body up to a must not match ending here; kind holds its longest width
	iMatch
)

// maxSteps bounds the work of one attempt at one token. Patterns of the
// built-in lexicon need a few dozen.
const maxSteps = 3000

func compile(s *symbols, n *node) program {
	c := compiler{symbols: s}
	c.node(n)
	c.emit(instr{op: iMatch})
	return c.program
}

type compiler struct {
	program
	symbols *symbols
}

func (c *compiler) emit(in instr) int32 {
	c.code = append(c.code, in)
	return int32(len(c.code) - 1)
}

func (c *compiler) here() int32 { return int32(len(c.code)) }

func (c *compiler) node(n *node) {
	switch n.op {
	case opToken:
		c.emit(instr{op: iToken, sym: c.symbols.of(n.id)})
	case opSeq:
		kids := flat(n.kids)
		for i, k := range kids {
			if k.op == opGap || k.op == opWideGap {
				c.gap(k, kids[i+1:])
			} else {
				c.node(k)
			}
		}
	case opAlt:
		c.alternatives(n.kids)
	case opOptional:
		split := c.emit(instr{op: iSplit})
		c.code[split].a = c.here()
		c.node(n.kids[0])
		c.code[split].b = c.here()
	case opGap, opWideGap:
		c.gap(n, nil)
	case opClass:
		c.emit(instr{op: iClass, kind: n.kind})
	case opNotAhead, opNotBehind:
		op := iNotAhead
		_, wide := n.kids[0].width()
		if n.op == opNotBehind {
			op = iNotBehind
		}
		at := c.emit(instr{op: op, kind: uint16(min(wide, maxGap))})
		c.node(n.kids[0])
		c.emit(instr{op: iMatch})
		c.code[at].a = c.here()
	default:
		c.emit(instr{op: map[nodeOp]instrOp{opBegin: iBegin, opStart: iStart, opEnd: iEnd, opLooseEnd: iLooseEnd, opAsk: iAsk, opAskEnd: iAskEnd}[n.op]})
	}
}

// alternatives compiles one of kids. Where it is known with which tokens each
// can begin, the next token chooses among them.
func (c *compiler) alternatives(kids []*node) {
	by := map[uint16][]int{}
	for i, k := range kids {
		first, ok := firstOf(k)
		if !ok || len(kids) < 3 {
			c.oneByOne(kids)
			return
		}
		for _, sym := range c.symbols.all(first) {
			if n := len(by[sym]); n == 0 || by[sym][n-1] != i {
				by[sym] = append(by[sym], i)
			}
		}
	}
	at := c.emit(instr{op: iSwitch, a: int32(len(c.tables))})
	c.tables = append(c.tables, table{})
	mine := len(c.tables) - 1
	starts := make([]int32, len(kids))
	var jumps []int32
	for i, k := range kids {
		starts[i] = c.here()
		c.node(k)
		jumps = append(jumps, c.emit(instr{op: iJump}))
	}
	var t table
	for _, sym := range slices.Sorted(maps.Keys(by)) {
		t.bloom |= 1 << (sym & 63)
		t.syms = append(t.syms, sym)
		t.pcs = append(t.pcs, c.choice(by[sym], starts))
	}
	c.tables[mine] = t
	c.code[at].b = c.here()
	for _, j := range jumps {
		c.code[j].a = c.here()
	}
}

// choice returns where to go to try the kids in turn.
func (c *compiler) choice(kids []int, starts []int32) int32 {
	if len(kids) == 1 {
		return starts[kids[0]]
	}
	at := c.here()
	for n, k := range kids {
		if n == len(kids)-1 {
			c.emit(instr{op: iJump, a: starts[k]})
			break
		}
		c.emit(instr{op: iSplit, a: starts[k], b: c.here() + 1})
	}
	return at
}

func (c *compiler) oneByOne(kids []*node) {
	var jumps []int32
	for i, k := range kids {
		if i == len(kids)-1 {
			c.node(k)
			break
		}
		split := c.emit(instr{op: iSplit})
		c.code[split].a = c.here()
		c.node(k)
		jumps = append(jumps, c.emit(instr{op: iJump}))
		c.code[split].b = c.here()
	}
	for _, j := range jumps {
		c.code[j].a = c.here()
	}
}

// gap takes as few tokens as it can. Where it is known with which tokens the
// rest can go on, it looks for these.
func (c *compiler) gap(n *node, rest []*node) {
	barrier := uint16(isPunct)
	if n.op == opWideGap {
		barrier = isStop
	}
	for range n.min {
		c.emit(instr{op: iNot, kind: barrier})
	}
	if first, ok := firstOf(&node{op: opSeq, kids: rest}); ok && n.max > n.min {
		c.emit(instr{op: iSeek, kind: barrier, a: int32(n.max - n.min), b: int32(len(c.tables))})
		c.tables = append(c.tables, tableOf(c.symbols.all(first)))
		return
	}
	var splits []int32
	for range n.max - n.min {
		split := c.emit(instr{op: iSplit})
		c.code[split].b = c.here()
		splits = append(splits, split)
		c.emit(instr{op: iNot, kind: barrier})
	}
	for _, s := range splits {
		c.code[s].a = c.here()
	}
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
	stack []thread
	steps int
}

// What is marked of a token.
const (
	clauseStart = 1 << iota // a clause begins at this token
	looseEnd                // a clause ends before this token, at least loosely
	asked                   // the sentence around this token ends with a question mark
)

// A thread is a place to go on from; left ≥ 0 only inside a gap: how many
// tokens it may still pass.
type thread struct{ pc, pos, left int32 }

// match runs p from token pos and returns the token after the match, or -1.
func (m *machine) match(p *program, pos int) int {
	m.steps = 0
	return m.run(p, 0, int32(pos), -1)
}

// run tries p from pc on. With want ≥ 0 only a match ending at want counts.
func (m *machine) run(p *program, pc, pos, want int32) int {
	base := len(m.stack)
	t := thread{pc, pos, -1}
	for {
		if end := m.thread(p, t, want); end >= 0 {
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
func (m *machine) thread(p *program, t thread, want int32) int {
	n, code := int32(len(m.text)), p.code
	for {
		if m.steps++; m.steps > maxSteps {
			return -1
		}
		in := &code[t.pc]
		t.pc++
		ok := true
		switch in.op {
		case iToken:
			ok = t.pos < n && m.text[t.pos].sym == in.sym
			t.pos++
		case iClass:
			ok = t.pos < n && m.text[t.pos].kind&in.kind != 0
			t.pos++
		case iNot:
			ok = t.pos < n && m.text[t.pos].kind&in.kind == 0
			t.pos++
		case iSwitch:
			if t.pos >= n {
				return -1
			}
			if t.pc = p.tables[in.a].find(m.text[t.pos].sym); t.pc < 0 {
				return -1
			}
		case iSplit:
			m.stack = append(m.stack, thread{in.b, t.pos, -1})
			t.pc = in.a
		case iSeek:
			ok = m.seek(p, in, &t)
		case iJump:
			t.pc = in.a
		case iMatch:
			if want < 0 || t.pos == want {
				return int(t.pos)
			}
			return -1
		case iNotAhead:
			ok = m.run(p, t.pc, t.pos, -1) < 0
			t.pc = in.a
		case iNotBehind:
			ok = !m.behind(p, t, int32(in.kind))
			t.pc = in.a
		default:
			ok = m.holds(in.op, t.pos)
		}
		if !ok {
			return -1
		}
	}
}

// seek moves t on to the next token at which the rest can go on; the tokens
// beyond are left for later.
func (m *machine) seek(p *program, in *instr, t *thread) bool {
	left := t.left
	if left < 0 {
		left = in.a
	}
	t.left = -1
	set := &p.tables[in.b]
	for ; int(t.pos) < len(m.text); t.pos++ {
		tok := &m.text[t.pos]
		end := left == 0 || tok.kind&in.kind != 0
		if set.find(tok.sym) >= 0 {
			if !end {
				m.stack = append(m.stack, thread{t.pc - 1, t.pos + 1, left - 1})
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

// behind reports whether the body matches some run of tokens ending at t.pos.
func (m *machine) behind(p *program, t thread, width int32) bool {
	for from := t.pos; from >= 0 && from >= t.pos-width; from-- {
		if m.run(p, t.pc, from, t.pos) >= 0 {
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
