package language

import "slices"

// A hit is one match of a wording.
type hit struct {
	wording  int32
	from, to int32 // tokens
}

// maxHits bounds the matches kept of one turn; a real turn has a few dozen.
const maxHits = 2000

// search is the memory of a search, used again.
type search struct {
	tries  []uint64 // where to try what: token and wording
	hits   []hit
	around []hit
}

// maxTries is how many places to try are gathered before the first are tried.
const maxTries = 4096

// find returns every match of the wordings of x that are for one of the
// contacts: first of those that may begin with anything, by the place of their
// anchor, then the others by place and wording. The result is good until the
// next search.
func (s *search) find(m *machine, x *index, contacts uint16) []hit {
	s.tries, s.hits, s.around = s.tries[:0], s.hits[:0], s.around[:0]
	if len(x.entries) == 0 {
		return nil
	}
	m.look()
	flushed := 0
	for i := range m.text {
		if len(s.tries) > maxTries && i-flushed > x.reach {
			s.try(m, i-x.reach)
			flushed = i
		}
		node := x.root[m.text[i].sym]
		if node == 0 {
			continue
		}
		s.enter(m, x, node, i, contacts)
		if !x.nodes[node].inner || i+1 == len(m.text) || !x.follows(m.text[i].sym, m.text[i+1].sym) {
			continue
		}
		for _, next := range m.text[i+1:] {
			if node = x.child(node, next.sym); node == 0 {
				break
			}
			s.enter(m, x, node, i, contacts)
			if !x.nodes[node].inner {
				break
			}
		}
	}
	s.try(m, len(m.text))
	s.around = append(s.around, s.hits[:min(len(s.hits), maxHits-len(s.around))]...)
	return s.around
}

// enter notes where to try the entries of a run that stands at token i.
func (s *search) enter(m *machine, x *index, node int32, i int, contacts uint16) {
	n := &x.nodes[node]
	for k := n.first; k < n.first+n.count; k++ {
		e := &x.entries[k]
		switch {
		case e.contacts&contacts == 0 || !m.holdsSet(e.needs[0]) || !m.holdsSet(e.needs[1]):
		case e.around:
			s.tryAround(m, e, i)
		case e.max == 0:
			if m.marks[i]&e.mark != e.mark {
				continue
			}
			s.tries = append(s.tries, uint64(i)<<32|uint64(e.wording))
		default:
			w := &m.v.wordings[e.wording]
			for from := max(i-int(e.max), 0); from <= i-int(e.min); from++ {
				if m.marks[from]&e.mark == e.mark && m.v.code.has(w.first, m.text[from].sym) {
					s.tries = append(s.tries, uint64(from)<<32|uint64(e.wording))
				}
			}
		}
	}
}

// holdsSet reports whether the text has a token of the set of needs; 0 asks
// for nothing.
func (m *machine) holdsSet(n uint16) bool { return n == 0 || m.sets[n>>6]>>(n&63)&1 != 0 }

// tryAround tries an entry that may begin with anything from the farthest
// place on until it matches.
func (s *search) tryAround(m *machine, e *entry, i int) {
	p := m.v.wordings[e.wording].program
	for from := max(i-int(e.max), 0); from <= i-int(e.min) && len(s.around) < maxHits; from++ {
		if m.marks[from]&e.mark != e.mark {
			continue
		}
		if end := m.match(p, from); end > from {
			s.around = append(s.around, hit{e.wording, int32(from), int32(end)})
			return
		}
	}
}

// try tries what was gathered for the tokens before end, in order.
func (s *search) try(m *machine, end int) {
	inOrder(s.tries)
	done, last := 0, ^uint64(0)
	for _, t := range s.tries {
		from, w := int(t>>32), int32(t)
		if from >= end {
			break
		}
		done++
		if t == last || len(s.hits) >= maxHits {
			continue
		}
		last = t
		if to := m.match(m.v.wordings[w].program, from); to > from {
			s.hits = append(s.hits, hit{w, int32(from), int32(to)})
		}
	}
	s.tries = s.tries[:copy(s.tries, s.tries[done:])]
}

// inOrder sorts; few and nearly sorted is what comes.
func inOrder(list []uint64) {
	if len(list) > 200 {
		slices.Sort(list)
		return
	}
	for i := 1; i < len(list); i++ {
		x := list[i]
		k := i
		for ; k > 0 && list[k-1] > x; k-- {
			list[k] = list[k-1]
		}
		list[k] = x
	}
}
