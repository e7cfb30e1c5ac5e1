package expression

import (
	"regexp/syntax"
	"slices"
)

// automaton is one direction of an expression for one goroutine. A state is
// what the expression may do next, in the order in which regexp would prefer
// it, and what stood before. Transitions are worked out when a text first
// takes them.
type automaton struct {
	e       *Expression
	program *syntax.Prog
	back    bool // reads backward and looks for the longest match
	width   int  // transitions of a state: one for each class, and the end

	next   []uint16 // state*width + class: a state, and whether a match ends before the class; 0: not known yet
	spans  []span   // by state: its items
	items  []uint32
	shut   []uint16 // by state: the same in which no match begins any more; 0: not known yet
	slots  []uint16 // an open hash table of states
	starts [4]uint16

	now, then, stack []uint32
	seen             []uint32 // by instruction: the round in which it was reached
	round            uint32
}

// span is a state's part of items.
type span struct {
	from, until int32
	before      before
}

// before is what stood before a state.
type before uint8

const (
	nothingBefore before = iota // the text begins
	otherBefore
	wordBefore
	newlineBefore
)

const (
	dead     = 1      // nothing can match any more
	matching = 0x8000 // in a transition: a match ends before the class
	again    = 1<<32 - 1
)

// mostTransitions bounds the memory of an automaton: beyond, its states are
// forgotten and made anew.
const mostTransitions = 1 << 19

func newAutomaton(e *Expression, back bool) *automaton {
	a := &automaton{e: e, program: e.forward, back: back, width: len(e.kinds) + 1}
	if back {
		a.program = e.backward
	}
	a.seen = make([]uint32, len(a.program.Inst))
	a.forget()
	return a
}

// forget drops all states.
func (a *automaton) forget() {
	a.next = append(a.next[:0], make([]uint16, 2*a.width)...)
	for i := range a.width {
		a.next[dead*a.width+i] = dead
	}
	a.spans = append(a.spans[:0], span{}, span{})
	a.items = a.items[:0]
	a.shut = append(a.shut[:0], 0, 0)
	if a.slots == nil {
		a.slots = make([]uint16, 64)
	}
	clear(a.slots)
	a.starts = [4]uint16{}
}

// start returns the state in which a search begins after b.
func (a *automaton) start(b before) uint16 {
	if a.starts[b] == 0 {
		a.begin()
		a.reach(uint32(a.program.Start), true)
		if !a.back {
			a.then = append(a.then, again)
		}
		a.starts[b] = a.state(b)
	}
	return a.starts[b]
}

// closed returns the state that goes on as s does, but begins no match.
func (a *automaton) closed(s uint16) uint16 {
	if a.shut[s] == 0 {
		sp := a.spans[s]
		a.begin()
		for _, pc := range a.items[sp.from:sp.until] {
			if pc != again {
				a.then = append(a.then, pc)
			}
		}
		known := len(a.spans)
		to := a.state(sp.before)
		if len(a.spans) < known { // s is not known any more
			return to
		}
		a.shut[s] = to
	}
	return a.shut[s]
}

// step works out the transition of state s by class; the class after the last
// is the end of the text.
func (a *automaton) step(s uint16, class int) uint16 {
	sp := a.spans[s]
	end := class == a.width-1
	var k kind
	if !end {
		k = a.e.kinds[class]
	}
	flags := flagsBetween(sp.before, k, end)
	a.begin()
	a.now = a.now[:0]
	matched := a.resolve(a.items[sp.from:sp.until], flags)
	var t uint16
	if matched {
		t = matching
	}
	if end {
		return a.keep(s, class, t|dead)
	}
	a.begin()
	for _, pc := range a.now {
		if pc == again {
			a.reach(uint32(a.program.Start), true)
			a.then = append(a.then, again)
			continue
		}
		in := &a.program.Inst[pc]
		if in.MatchRune(k.like) && a.reach(in.Out, false) {
			break // what comes after is preferred less
		}
	}
	b := otherBefore
	switch {
	case k.word:
		b = wordBefore
	case k.newline:
		b = newlineBefore
	}
	forgotten := len(a.spans)
	to := a.state(b)
	if len(a.spans) < forgotten { // s is not known any more
		return t | to
	}
	return a.keep(s, class, t|to)
}

func (a *automaton) keep(s uint16, class int, t uint16) uint16 {
	a.next[int(s)*a.width+class] = t
	return t
}

// flagsBetween returns which empty places lie between what stood before and
// what follows.
func flagsBetween(b before, k kind, end bool) syntax.EmptyOp {
	var f syntax.EmptyOp
	if b == nothingBefore {
		f |= syntax.EmptyBeginText | syntax.EmptyBeginLine
	}
	if b == newlineBefore {
		f |= syntax.EmptyBeginLine
	}
	if end {
		f |= syntax.EmptyEndText | syntax.EmptyEndLine
	} else if k.newline {
		f |= syntax.EmptyEndLine
	}
	if (b == wordBefore) != (!end && k.word) {
		f |= syntax.EmptyWordBoundary
	} else {
		f |= syntax.EmptyNoWordBoundary
	}
	return f
}

// begin starts a round of reaching instructions.
func (a *automaton) begin() {
	a.then = a.then[:0]
	if a.round++; a.round == 0 {
		clear(a.seen)
		a.round = 1
	}
}

// reach appends to then what can be done at pc, in the order of preference,
// stopping at places of which the next character decides. At the beginning of
// a match there is none yet. It reports whether a match was reached that is
// preferred to whatever comes later.
//
// Where an expression circles, then also lists the choices on the way: what
// comes back to one of them from a place does not choose there again.
func (a *automaton) reach(pc uint32, beginning bool) bool {
	a.stack = append(a.stack[:0], pc)
	choices := a.e.circles && !a.back
	for pc, in := a.asking(choices); in != nil; pc, in = a.asking(choices) {
		if in.Op != syntax.InstMatch {
			a.then = append(a.then, pc)
			continue
		}
		if beginning {
			continue
		}
		a.then = append(a.then, pc)
		if !a.back {
			return true
		}
	}
	return false
}

// asking takes instructions off the stack, each once in a round, and goes on from
// those that ask for nothing, until one asks or is a match. It returns that with
// its place; nil when there is none. Choices it comes by go to then, if they
// shall.
func (a *automaton) asking(choices bool) (pc uint32, in *syntax.Inst) {
	for len(a.stack) > 0 {
		top := a.stack[len(a.stack)-1]
		a.stack = a.stack[:len(a.stack)-1]
		if a.seen[top] == a.round {
			continue
		}
		a.seen[top] = a.round
		switch in := &a.program.Inst[top]; in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			a.stack = append(a.stack, in.Arg, in.Out)
			if choices {
				a.then = append(a.then, top)
			}
		case syntax.InstNop, syntax.InstCapture:
			a.stack = append(a.stack, in.Out)
		case syntax.InstFail:
		default:
			return top, in
		}
	}
	return 0, nil
}

// resolve copies items to now, going on where a place holds, and reports
// whether a match was among them. Reading forward, what follows a match is
// left out.
func (a *automaton) resolve(items []uint32, flags syntax.EmptyOp) (matched bool) {
	for _, item := range items {
		if item == again {
			a.now = append(a.now, again)
			continue
		}
		if op := a.program.Inst[item].Op; op == syntax.InstAlt || op == syntax.InstAltMatch {
			a.seen[item] = a.round
			continue
		}
		a.stack = append(a.stack[:0], item)
		for pc, in := a.asking(false); in != nil; pc, in = a.asking(false) {
			switch in.Op {
			case syntax.InstEmptyWidth:
				if syntax.EmptyOp(in.Arg)&^flags == 0 {
					a.stack = append(a.stack, in.Out)
				}
			case syntax.InstMatch:
				matched = true
				if !a.back {
					return true
				}
			default:
				a.now = append(a.now, pc)
			}
		}
	}
	return matched
}

// state returns the number of the state whose items stand in then.
func (a *automaton) state(b before) uint16 {
	if len(a.then) == 0 {
		return dead
	}
	if a.back {
		slices.Sort(a.then)
	}
	slot := a.slot(a.then, b)
	if s := a.slots[slot]; s != 0 {
		return s
	}
	if len(a.next)+a.width > mostTransitions || len(a.spans) >= matching-1 {
		a.forget()
	} else if 2*len(a.spans) > len(a.slots) {
		a.grow()
	}
	s := uint16(len(a.spans))
	from := int32(len(a.items))
	a.items = append(a.items, a.then...)
	a.spans = append(a.spans, span{from, int32(len(a.items)), b})
	a.shut = append(a.shut, 0)
	for range a.width {
		a.next = append(a.next, 0)
	}
	a.slots[a.slot(a.then, b)] = s
	return s
}

// slot returns where the state is, or would be.
func (a *automaton) slot(items []uint32, b before) int {
	h := uint32(b) + 2166136261
	for _, pc := range items {
		h = (h ^ pc) * 16777619
	}
	h ^= h >> 15
	mask := len(a.slots) - 1
	for i := int(h) & mask; ; i = (i + 1) & mask {
		s := a.slots[i]
		if s == 0 || a.spans[s].before == b && slices.Equal(a.items[a.spans[s].from:a.spans[s].until], items) {
			return i
		}
	}
}

// grow doubles the hash table.
func (a *automaton) grow() {
	a.slots = make([]uint16, 2*len(a.slots))
	for s := dead + 1; s < len(a.spans); s++ {
		sp := a.spans[s]
		a.slots[a.slot(a.items[sp.from:sp.until], sp.before)] = uint16(s)
	}
}
