package expression

import (
	"cmp"
	"encoding/binary"
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// cuts gathers the sets of characters that must be told apart.
type cuts struct {
	known  map[string]int32
	events []event
}

// event is a place where a set of characters begins, or has ended.
type event struct {
	at    rune
	set   int32
	begin bool
}

func newCuts() *cuts {
	return &cuts{known: map[string]int32{}}
}

// expression adds what e tells apart.
func (c *cuts) expression(e *Expression) {
	for i := range e.forward.Inst {
		in := &e.forward.Inst[i]
		if ranges := rangesOf(in); len(ranges) > 0 {
			e.sets = append(e.sets, c.add(ranges))
		}
		if in.Op != syntax.InstEmptyWidth {
			continue
		}
		op := syntax.EmptyOp(in.Arg)
		if op&(syntax.EmptyWordBoundary|syntax.EmptyNoWordBoundary) != 0 {
			e.boundary = true
			e.sets = append(e.sets, c.add(wordCharacters))
		}
		if op&(syntax.EmptyBeginLine|syntax.EmptyEndLine) != 0 {
			e.lines = true
			e.sets = append(e.sets, c.add([]rune{'\n', '\n'}))
		}
	}
	slices.Sort(e.sets)
	e.sets = slices.Compact(e.sets)
}

// add takes a set as pairs of first and last characters, and numbers it.
func (c *cuts) add(ranges []rune) int32 {
	key := make([]byte, 0, 4*len(ranges))
	for _, r := range ranges {
		key = binary.BigEndian.AppendUint32(key, uint32(r))
	}
	if set, ok := c.known[string(key)]; ok {
		return set
	}
	set := int32(len(c.known))
	c.known[string(key)] = set
	for i := 0; i < len(ranges); i += 2 {
		c.events = append(c.events, event{ranges[i], set, true}, event{ranges[i+1] + 1, set, false})
	}
	return set
}

// stretch is neighbouring characters of one symbol.
type stretch struct {
	first rune
	sym   Symbol
}

// meaning is what one symbol stands for.
type meaning struct {
	like rune    // one of its characters
	in   []int32 // the sets that hold it, in order
}

// stretches numbers the symbols: characters of the same sets share one.
func (c *cuts) stretches() (out []stretch, symbols []meaning) {
	slices.SortFunc(c.events, func(a, b event) int { return cmp.Compare(a.at, b.at) })
	inside := make([]int32, len(c.known)) // how many of a set's ranges hold the place
	var active []int32
	known := map[string]Symbol{}
	symbol := func(first rune) {
		key := make([]byte, 0, 4*len(active))
		for _, set := range active {
			key = binary.BigEndian.AppendUint32(key, uint32(set))
		}
		sym, ok := known[string(key)]
		if !ok {
			sym = Symbol(len(symbols))
			known[string(key)] = sym
			symbols = append(symbols, meaning{first, slices.Clone(active)})
		}
		out = append(out, stretch{first, sym})
	}
	if len(c.events) == 0 || c.events[0].at > 0 {
		symbol(0)
	}
	for i := 0; i < len(c.events); {
		at := c.events[i].at
		for ; i < len(c.events) && c.events[i].at == at; i++ {
			e := c.events[i]
			if e.begin {
				inside[e.set]++
			} else {
				inside[e.set]--
			}
			where, there := slices.BinarySearch(active, e.set)
			switch {
			case inside[e.set] > 0 && !there:
				active = slices.Insert(active, where, e.set)
			case inside[e.set] == 0 && there:
				active = slices.Delete(active, where, where+1)
			}
		}
		if at <= unicode.MaxRune {
			symbol(at)
		}
	}
	return out, symbols
}

// number gives every character its symbol.
func (s *Set) number(c *cuts, folds []Fold) []meaning {
	list, symbols := c.stretches()
	s.symbols = len(symbols)
	s.pages = make([]uint16, unicode.MaxRune/pageSize+1)
	at := func(r rune) int { // the stretch that holds r
		i, there := slices.BinarySearchFunc(list, r, func(l stretch, r rune) int { return cmp.Compare(l.first, r) })
		if !there {
			i--
		}
		return i
	}
	whole := map[Symbol]uint16{} // pages of one symbol
	for p := range s.pages {
		first := rune(p * pageSize)
		i := at(first)
		if i+1 == len(list) || list[i+1].first >= first+pageSize {
			n, ok := whole[list[i].sym]
			if !ok {
				n = s.page()
				whole[list[i].sym] = n
				for k := range s.table[n] {
					s.table[n][k] = list[i].sym
				}
			}
			s.pages[p] = n
			continue
		}
		s.pages[p] = s.page()
		for k := range rune(pageSize) {
			if i+1 < len(list) && list[i+1].first <= first+k {
				i++
			}
			s.table[s.pages[p]][k] = list[i].sym
		}
	}
	s.fold(folds)
	s.flatten()
	s.ascii = make([]byte, s.symbols)
	alone := make([]int, s.symbols)
	for i, l := range list {
		next := unicode.MaxRune + 1
		if i+1 < len(list) {
			next = list[i+1].first
		}
		alone[l.sym] += int(next - l.first)
	}
	for sym, m := range symbols {
		if alone[sym] == 1 && m.like < utf8.RuneSelf {
			s.ascii[sym] = byte(m.like)
		}
	}
	return symbols
}

// flatten copies the symbols of the most frequent characters to where they are
// found at once.
func (s *Set) flatten() {
	of := func(r int) Symbol { return s.table[s.pages[r/pageSize]][r%pageSize] }
	for c := range s.plain {
		s.plain[c] = of(c)
	}
	s.han = make([]Symbol, lastHan-firstHan+1)
	for i := range s.han {
		s.han[i] = of(firstHan + i)
	}
}

func (s *Set) page() uint16 {
	s.table = append(s.table, [pageSize]Symbol{})
	return uint16(len(s.table) - 1)
}

// fold lets characters be read as others. A page that several stretches share
// is copied first.
func (s *Set) fold(folds []Fold) {
	to := make([]Symbol, len(folds))
	users := map[uint16]int{}
	for i, f := range folds {
		to[i] = s.table[s.pages[f.To/pageSize]][f.To%pageSize]
	}
	for _, p := range s.pages {
		users[p]++
	}
	for i, f := range folds {
		p := &s.pages[f.From/pageSize]
		if users[*p] > 1 {
			users[*p]--
			own := s.page()
			s.table[own] = s.table[*p]
			*p, users[own] = own, 1
		}
		s.table[*p][f.From%pageSize] = to[i]
	}
}

// tell works out which symbols e tells apart.
func (e *Expression) tell(symbols []meaning) {
	e.classes = make([]uint16, len(symbols))
	known := map[string]uint16{}
	var key []byte
	for sym, m := range symbols {
		key = key[:0]
		for _, set := range m.in {
			if _, mine := slices.BinarySearch(e.sets, set); mine {
				key = binary.BigEndian.AppendUint32(key, uint32(set))
			}
		}
		class, ok := known[string(key)]
		if !ok {
			class = uint16(len(e.kinds))
			known[string(key)] = class
			e.kinds = append(e.kinds, kind{like: m.like, word: e.boundary && isWord(m.like), newline: e.lines && m.like == '\n'})
		}
		e.classes[sym] = class
	}
}
