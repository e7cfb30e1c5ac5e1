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
	op   instrOp
	kind uint16
	id   uint32
	a, b int32 // targets of iSplit (a is tried first); end of the body of a condition
}

// A table leads from the next token to the alternatives that begin with it.
type table struct {
	bloom uint64 // of all ids, to say no quickly
	ids   []uint32
	pcs   []int32
}

func (t *table) find(id uint32) int32 {
	if t.bloom>>(id&63)&1 == 0 {
		return -1
	}
	if i, ok := slices.BinarySearch(t.ids, id); ok {
		return t.pcs[i]
	}
	return -1
}

type instrOp uint8

const (
	iToken instrOp = iota
	iClass         // a token with any bit of kind
	iNot           // a token with no bit of kind
	iSplit
	iSwitch // to where table a leads for the next token
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

func compile(n *node) program {
	var c compiler
	c.node(n)
	c.emit(instr{op: iMatch})
	return program(c)
}

type compiler struct {
	code   []instr
	tables []table
}

func (c *compiler) emit(in instr) int32 {
	c.code = append(c.code, in)
	return int32(len(c.code) - 1)
}

func (c *compiler) here() int32 { return int32(len(c.code)) }

func (c *compiler) node(n *node) {
	switch n.op {
	case opToken:
		c.emit(instr{op: iToken, id: n.id})
	case opSeq:
		for _, k := range n.kids {
			c.node(k)
		}
	case opAlt:
		c.alternatives(n.kids)
	case opOptional:
		split := c.emit(instr{op: iSplit})
		c.code[split].a = c.here()
		c.node(n.kids[0])
		c.code[split].b = c.here()
	case opGap:
		c.gap(n, isPunct)
	case opWideGap:
		c.gap(n, isStop)
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
	by := map[uint32][]int{}
	for i, k := range kids {
		first, ok := firstOf(k)
		if !ok || len(kids) < 3 {
			c.oneByOne(kids)
			return
		}
		for _, id := range first {
			if n := len(by[id]); n == 0 || by[id][n-1] != i {
				by[id] = append(by[id], i)
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
	for _, id := range slices.Sorted(maps.Keys(by)) {
		t.bloom |= 1 << (id & 63)
		t.ids = append(t.ids, id)
		t.pcs = append(t.pcs, c.choice(by[id], starts))
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

// gap takes as few tokens as it can.
func (c *compiler) gap(n *node, barrier uint16) {
	for range n.min {
		c.emit(instr{op: iNot, kind: barrier})
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

// machine matches programs against one stream of tokens.
type machine struct {
	text  []token
	start []bool // a clause begins at this token
	loose []bool // a clause ends before this token, at least loosely
	ask   []bool // the sentence around this token ends with a question mark
	stops bool   // the turn is punctuated
	stack []thread
	steps int
}

type thread struct{ pc, pos int32 }

// match runs p from token pos and returns the token after the match, or -1.
func (m *machine) match(p *program, pos int) int {
	m.steps = 0
	return m.run(p, 0, int32(pos), -1)
}

// run tries p from pc on. With want ≥ 0 only a match ending at want counts.
func (m *machine) run(p *program, pc, pos, want int32) int {
	base := len(m.stack)
	t := thread{pc, pos}
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
			ok = t.pos < n && m.text[t.pos].id == in.id
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
			if t.pc = p.tables[in.a].find(m.text[t.pos].id); t.pc < 0 {
				return -1
			}
		case iSplit:
			m.stack = append(m.stack, thread{in.b, t.pos})
			t.pc = in.a
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
		return pos < n && m.start[pos]
	case iEnd:
		return pos == n || m.text[pos].kind&isPunct != 0
	case iLooseEnd:
		return pos == n || m.loose[pos]
	case iAskEnd:
		return pos == n && !m.stops || pos < n && m.text[pos].kind&isAsk != 0
	case iAsk:
		return pos < n && m.ask[pos]
	}
	return false
}
