package language

import (
	"maps"
	"slices"
)

// A program is a pattern compiled for matching: instructions that a small
// backtracking machine runs from a given token on. It is the place of its
// first instruction in the code of its voice.
type program int32

// code holds all programs of a voice close together: what an attempt costs is
// mostly the memory it has to fetch.
type code struct {
	instrs []instr
	tables []uint32
	known  map[string]int32    // tables by what they hold, while compiling
	groups map[*node]*grouping // of alternatives, while compiling
}

type instr struct {
	arg  int32  // the target of a jump, the second branch of a split, the end of a body, or a table
	sym  uint16 // of iToken; the reach of iSeek; the longest width of an iNotBehind
	op   instrOp
	kind uint8
}

// A table leads from the next token to the alternatives that begin with it. It
// lies in tables as one piece, so that one look fetches it: 64 bits that say
// mostly when a symbol is not there, the number of its slots less one, and
// these, an open hash table of a symbol and where it leads.
const tableHead = 3

// find returns where sym leads in the table at this place, counted from the
// instruction that asks, or -1.
func (c *code) find(at int32, sym uint16) int32 {
	t := c.tables[at:]
	if t[sym>>5&1]>>(sym&31)&1 == 0 {
		return -1
	}
	mask := t[2]
	for i := uint32(sym); ; i++ {
		switch slot := t[tableHead+i&mask]; {
		case slot == 0:
			return -1
		case slot>>16 == uint32(sym):
			return int32(slot & 0xFFFF)
		}
	}
}

// table adds a table of these symbols, in order, and where they lead, and
// returns its place; one that is there already serves again.
func (c *code) table(syms []uint16, leads []int32) int32 {
	key := make([]byte, 0, 4*len(syms))
	for i, sym := range syms {
		key = append(key, byte(sym), byte(sym>>8), byte(leads[i]), byte(leads[i]>>8))
	}
	if at, ok := c.known[string(key)]; ok {
		return at
	}
	size := uint32(2)
	for 3*size < 4*uint32(len(syms)) {
		size *= 2
	}
	at := int32(len(c.tables))
	c.tables = append(c.tables, make([]uint32, tableHead+size)...)
	t := c.tables[at:]
	t[2] = size - 1
	for k, sym := range syms {
		t[sym>>5&1] |= 1 << (sym & 31)
		i := uint32(sym)
		for t[tableHead+i&t[2]] != 0 {
			i++
		}
		t[tableHead+i&t[2]] = uint32(sym)<<16 | uint32(leads[k])
	}
	if c.known == nil {
		c.known = map[string]int32{}
	}
	c.known[string(key)] = at
	return at
}

// set adds a table that only knows whether it holds a symbol.
func (c *code) set(syms []uint16) int32 {
	syms = slices.Compact(slices.Sorted(slices.Values(syms)))
	return c.table(syms, slices.Repeat([]int32{1}, len(syms)))
}

// has reports whether the set at this place holds sym.
func (c *code) has(at int32, sym uint16) bool { return c.find(at, sym) >= 0 }

type instrOp uint8

const (
	iToken    instrOp = iota
	iClass            // a token with any bit of kind
	iNot              // a token with no bit of kind
	iSplit            // on, and later at arg
	iFork             // at arg, and later on
	iMaybe            // on, and later at arg; at arg at once when the next token is not sym
	iMaybeOf          // the same with the table that the next instruction names
	iSwitch           // to where table arg leads for the next token
	iSwitchOr         // the same, and to where the next instruction says for other tokens
	iSeek             // on to the nearest of up to sym tokens that table arg holds; none of those passed has a bit of kind
	iJump
	iBegin
	iStart
	iEnd
	iLooseEnd
	iAsk
	iAskEnd
	iNotAhead  // the body up to arg must not match here
	iNotBehind // the body up to arg must not match ending here
	iMatch
)

// maxSteps bounds the work of one attempt at one token. Patterns of the
// built-in lexicon need a few dozen.
const maxSteps = 3000

// maxProgram bounds a wording: it keeps a list of a few thousand words.
const maxProgram = 1 << leadPast

// A lead of a table says how far to go on, and in the bit above whether the
// token that chose it is passed.
const (
	leadPast = 15
	leadMask = 1<<leadPast - 1
)

// compile adds n to the code. It is -1 when the pattern is too long.
func (c *code) compile(s *symbols, n *node) program {
	k := compiler{code: c, symbols: s}
	at := k.here()
	k.node(n)
	k.emit(instr{op: iMatch})
	if k.here()-at >= maxProgram {
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
		in := &c.instrs[pc]
		switch in.op {
		case iJump:
			pc = in.arg
			continue
		case iStart, iBegin:
			if n > 0 || in.op == iStart && mark&clauseStart == 0 || in.op == iBegin && mark&turnStart == 0 {
				return program(pc), uint8(n)
			}
			pc++
			continue
		}
		if n == len(run) {
			return program(pc), uint8(n)
		}
		switch in.op {
		case iToken:
			if in.sym != run[n] {
				return program(pc), uint8(n)
			}
			pc, n = pc+1, n+1
		case iSwitch, iSwitchOr:
			lead := c.find(in.arg, run[n])
			switch {
			case lead >= 0:
				pc, n = pc+lead&leadMask, n+int(lead>>leadPast)
			case in.op == iSwitchOr:
				pc = c.instrs[pc+1].arg
			default:
				return program(pc), uint8(n)
			}
		case iMaybe:
			if in.sym == run[n] {
				return program(pc), uint8(n)
			}
			pc = in.arg
		case iMaybeOf:
			if c.has(c.instrs[pc+1].arg, run[n]) {
				return program(pc), uint8(n)
			}
			pc = in.arg
		default:
			return program(pc), uint8(n)
		}
	}
}

type compiler struct {
	*code
	symbols *symbols
}

func (c *compiler) emit(in instr) int32 {
	c.instrs = append(c.instrs, in)
	return int32(len(c.instrs) - 1)
}

func (c *compiler) here() int32 { return int32(len(c.instrs)) }

// land lets the instruction at lead here.
func (c *compiler) land(at int32) { c.instrs[at].arg = c.here() }

func (c *compiler) node(n *node) {
	switch n.op {
	case opToken:
		c.emit(instr{op: iToken, sym: c.symbols.of(n.id)})
	case opSeq:
		c.sequence(flat(n.kids))
	case opAlt:
		c.alternatives(n)
	case opOptional:
		c.optional(n.kids[0], 1)
	case opGap, opWideGap:
		c.gap(n, nil)
	case opClass:
		c.emit(instr{op: iClass, kind: uint8(n.kind)})
	case opNotAhead, opNotBehind:
		op := iNotAhead
		_, wide := n.kids[0].width()
		if n.op == opNotBehind {
			op = iNotBehind
		}
		at := c.emit(instr{op: op, sym: uint16(min(wide, maxGap))})
		c.node(n.kids[0])
		c.emit(instr{op: iMatch})
		c.land(at)
	default:
		c.emit(instr{op: map[nodeOp]instrOp{opBegin: iBegin, opStart: iStart, opEnd: iEnd, opLooseEnd: iLooseEnd, opAsk: iAsk, opAskEnd: iAskEnd}[n.op]})
	}
}

func (c *compiler) sequence(kids []*node) {
	for i := 0; i < len(kids); i++ {
		switch k := kids[i]; k.op {
		case opGap, opWideGap:
			c.gap(k, kids[i+1:])
		case opOptional:
			times := 1
			for i+1 < len(kids) && kids[i+1].op == opOptional && k.kids[0].same(kids[i+1].kids[0]) {
				i, times = i+1, times+1
			}
			c.optional(k.kids[0], times)
		default:
			c.node(k)
		}
	}
}

// same reports whether n and o are the same pattern.
func (n *node) same(o *node) bool {
	return n == o || n.op == o.op && n.id == o.id && n.min == o.min && n.max == o.max && n.kind == o.kind &&
		slices.EqualFunc(n.kids, o.kids, (*node).same)
}

// optional compiles n, up to so many times, or nothing, and looks ahead where
// it is known with what n can begin. Where one n is not there, no further is
// tried: x?x?x? is [x[x[x]]].
func (c *compiler) optional(n *node, times int) {
	first, ok := firstOf(n)
	syms := c.symbols.all(first)
	in := instr{op: iSplit}
	switch {
	case ok && len(syms) == 1:
		in = instr{op: iMaybe, sym: syms[0]}
	case ok:
		in = instr{op: iMaybeOf}
	}
	var ends []int32
	for range times {
		ends = append(ends, c.emit(in))
		if in.op == iMaybeOf {
			c.emit(instr{arg: c.set(syms)})
		}
		c.node(n)
	}
	for _, at := range ends {
		c.land(at)
	}
}

// alternatives compiles one of the kids of n. The next token chooses among
// those of which it is known with what they can begin; the others stay in the
// choice. Where all that are chosen begin with just this token, it is passed at
// once and what comes behind it is compiled as alternatives of its own.
func (c *compiler) alternatives(n *node) {
	g := c.group(n)
	switch kids := n.kids; {
	case len(g.open) == len(kids):
		c.oneByOne(kids)
	case len(kids) == 2 && len(g.open) == 1 && g.open[0] == 1 && len(flat(kids[1:])) == 0:
		c.optional(kids[0], 1)
	default:
		a := alternation{compiler: c, grouping: g, kids: kids, starts: map[int]int32{}}
		a.compile()
	}
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
	if g := c.groups[n]; g != nil {
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
	if c.groups == nil {
		c.groups = map[*node]*grouping{}
	}
	c.groups[n] = g
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

// alternation is a choice by the next token that is being compiled.
type alternation struct {
	*compiler
	*grouping
	kids   []*node
	starts map[int]int32 // by kid: where it is compiled
	ends   []int32       // jumps to the end
}

func (a *alternation) compile() {
	at := a.emit(instr{op: iSwitch})
	if len(a.open) > 0 {
		a.instrs[at].op = iSwitchOr
		a.emit(instr{}) // where to go for other tokens
	}
	to := make([]int32, len(a.syms))
	for i, behind := range a.behinds {
		if behind == nil {
			to[i] = a.choice(a.lists[i])
			continue
		}
		to[i] = a.here()
		a.node(behind)
		a.ends = append(a.ends, a.emit(instr{op: iJump}))
	}
	if len(a.open) > 0 {
		a.instrs[at+1].arg = a.choice(a.open)
	}
	for _, j := range a.ends {
		a.land(j)
	}
	for i, behind := range a.behinds {
		to[i] = a.jumped(to[i]) - at
		if behind != nil {
			to[i] |= 1 << leadPast
		}
	}
	a.instrs[at].arg = a.table(a.syms, to)
}

// choice compiles the kids of a list that are not yet, and returns where to go
// to try them in turn.
func (a *alternation) choice(list []int) int32 {
	for _, k := range list {
		if _, ok := a.starts[k]; !ok {
			a.starts[k] = a.here()
			a.node(a.kids[k])
			a.ends = append(a.ends, a.emit(instr{op: iJump}))
		}
	}
	if len(list) == 1 {
		return a.starts[list[0]]
	}
	at := a.here()
	for n, k := range list {
		if n == len(list)-1 {
			a.emit(instr{op: iJump, arg: a.starts[k]})
			break
		}
		a.emit(instr{op: iFork, arg: a.starts[k]})
	}
	return at
}

// jumped returns where one gets from pc.
func (c *compiler) jumped(pc int32) int32 {
	for pc < c.here() && c.instrs[pc].op == iJump {
		pc = c.instrs[pc].arg
	}
	return pc
}

func (c *compiler) oneByOne(kids []*node) {
	var jumps []int32
	for i, k := range kids {
		if i == len(kids)-1 {
			c.node(k)
			break
		}
		split := c.emit(instr{op: iSplit})
		c.node(k)
		jumps = append(jumps, c.emit(instr{op: iJump}))
		c.land(split)
	}
	for _, j := range jumps {
		c.land(j)
	}
}

// gap takes as few tokens as it can. Where it is known with which tokens the
// rest can go on, it looks for these.
func (c *compiler) gap(n *node, rest []*node) {
	barrier := uint8(isPunct)
	if n.op == opWideGap {
		barrier = isStop
	}
	for range n.min {
		c.emit(instr{op: iNot, kind: barrier})
	}
	if first, ok := firstOf(&node{op: opSeq, kids: rest}); ok && n.max > n.min {
		c.emit(instr{op: iSeek, kind: barrier, sym: uint16(n.max - n.min), arg: c.set(c.symbols.all(first))})
		return
	}
	var forks []int32
	for range n.max - n.min {
		forks = append(forks, c.emit(instr{op: iFork}))
		c.emit(instr{op: iNot, kind: barrier})
	}
	for _, at := range forks {
		c.land(at)
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
		in := &c.instrs[t.pc]
		t.pc++
		ok := true
		switch in.op {
		case iToken:
			ok = t.pos < n && text[t.pos].sym == in.sym
			t.pos++
		case iClass:
			ok = t.pos < n && text[t.pos].kind&uint16(in.kind) != 0
			t.pos++
		case iNot:
			ok = t.pos < n && text[t.pos].kind&uint16(in.kind) == 0
			t.pos++
		case iSwitch:
			if t.pos >= n {
				return -1
			}
			lead := c.find(in.arg, text[t.pos].sym)
			if lead < 0 {
				return -1
			}
			t.pc += lead&leadMask - 1
			t.pos += lead >> leadPast
		case iSwitchOr:
			lead := int32(-1)
			if t.pos < n {
				lead = c.find(in.arg, text[t.pos].sym)
			}
			if lead < 0 {
				t.pc = c.instrs[t.pc].arg
			} else {
				t.pc += lead&leadMask - 1
				t.pos += lead >> leadPast
			}
		case iSplit:
			m.stack = append(m.stack, thread{in.arg, t.pos, -1})
		case iMaybe:
			if t.pos >= n || text[t.pos].sym != in.sym {
				t.pc = in.arg
				continue
			}
			m.stack = append(m.stack, thread{in.arg, t.pos, -1})
		case iMaybeOf:
			if t.pos >= n || !c.has(c.instrs[t.pc].arg, text[t.pos].sym) {
				t.pc = in.arg
				continue
			}
			t.pc++
			m.stack = append(m.stack, thread{in.arg, t.pos, -1})
		case iFork:
			m.stack = append(m.stack, thread{t.pc, t.pos, -1})
			t.pc = in.arg
		case iSeek:
			ok = m.seek(in, &t)
		case iJump:
			t.pc = in.arg
		case iMatch:
			if want < 0 || t.pos == want {
				return int(t.pos)
			}
			return -1
		case iNotAhead:
			ok = m.run(t.pc, t.pos, -1) < 0
			t.pc = in.arg
		case iNotBehind:
			ok = !m.behind(t, int32(in.sym))
			t.pc = in.arg
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
func (m *machine) seek(in *instr, t *thread) bool {
	left := t.left
	if left < 0 {
		left = int32(in.sym)
	}
	t.left = -1
	c := &m.v.code
	for ; int(t.pos) < len(m.text); t.pos++ {
		tok := &m.text[t.pos]
		end := left == 0 || tok.kind&uint16(in.kind) != 0
		if c.find(in.arg, tok.sym) >= 0 {
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
func (m *machine) behind(t thread, width int32) bool {
	for from := t.pos; from >= 0 && from >= t.pos-width; from-- {
		if m.run(t.pc, from, t.pos) >= 0 {
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
