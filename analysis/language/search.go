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
	visits []visit  // the runs that stand in the text
	tries  []uint64 // where to try what: token, wording and entry
	hits   []hit
	around []hit
	touch  int32 // see fetch
}

// visit is a node of the index whose run stands at a token.
type visit struct {
	treeNode
	at int32
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
	for from := 0; from < len(m.text); {
		from = s.walk(m, x, from)
		s.fetchEntries(x)
		for i := range s.visits {
			s.enter(m, x, &s.visits[i], contacts)
		}
		s.try(m, x, from-x.reach)
	}
	s.try(m, x, len(m.text))
	s.around = append(s.around, s.hits[:min(len(s.hits), maxHits-len(s.around))]...)
	return s.around
}

// maxVisits is how many runs are gathered before they are looked at.
const maxVisits = 512

// walk gathers the runs that stand at the tokens from i on, up to the token it
// returns.
func (s *search) walk(m *machine, x *index, i int) int {
	s.visits = s.visits[:0]
	text := m.text
	for ; i < len(text) && len(s.visits) < maxVisits; i++ {
		sym := text[i].sym
		n := x.top[sym]
		if n.count() > 0 {
			s.visits = append(s.visits, visit{n, int32(i)})
		}
		if !n.inner() || i+1 == len(text) || !x.follows(sym, text[i+1].sym) {
			continue
		}
		number := topNumber(sym)
		for k := i + 1; k < len(text); k++ {
			at := x.child(number, text[k].sym)
			if at < 0 {
				break
			}
			e := &x.edges[at]
			if e.count() > 0 {
				s.visits = append(s.visits, visit{e.treeNode, int32(i)})
			}
			if !e.inner() {
				break
			}
			number = int32(at)
		}
	}
	return i
}

// fetchEntries touches what enter is going to read: the processor can wait for
// many places of memory at once, when it knows them early.
func (s *search) fetchEntries(x *index) {
	for i := range s.visits {
		s.touch += x.entries[s.visits[i].first].wording
	}
}

// enter notes where to try the entries of a run.
func (s *search) enter(m *machine, x *index, v *visit, contacts uint16) {
	i := int(v.at)
	for k := v.first; k < v.first+v.count(); k++ {
		e := &x.entries[k]
		switch {
		case e.contacts&contacts == 0 || !m.holdsSet(e.needs[0]) || !m.holdsSet(e.needs[1]):
		case e.around:
			s.tryAround(m, e, i)
		case e.max == 0:
			if m.marks[i]&e.mark == e.mark {
				s.tries = append(s.tries, attempt(i, e.wording, k))
			}
		default:
			first := m.v.firstOf[e.wording]
			for from := max(i-int(e.max), 0); from <= i-int(e.min); from++ {
				if m.marks[from]&e.mark == e.mark && m.v.code.has(first, m.text[from].sym) {
					s.tries = append(s.tries, attempt(from, e.wording, k))
				}
			}
		}
	}
}

// attempt puts a token, a wording and an entry into one number, so that
// attempts sort by token and wording.
func attempt(from int, wording int32, entry uint32) uint64 {
	return uint64(from)<<attemptFrom | uint64(wording)<<attemptWording | uint64(entry)
}

// Where the parts of an attempt begin; maxTokens, and more wordings than any
// lexicon has, fit.
const (
	attemptFrom    = 46
	attemptWording = 26
	wordingMask    = 1<<(attemptFrom-attemptWording) - 1
	entryMask      = 1<<attemptWording - 1
)

// holdsSet reports whether the text has a token of the set of needs; 0 asks
// for nothing.
func (m *machine) holdsSet(n uint16) bool { return n == 0 || m.sets[n>>6]>>(n&63)&1 != 0 }

// tryAround tries an entry that may begin with anything from the farthest
// place on until it matches.
func (s *search) tryAround(m *machine, e *entry, i int) {
	for from := max(i-int(e.max), 0); from <= i-int(e.min) && len(s.around) < maxHits; from++ {
		if m.marks[from]&e.mark != e.mark {
			continue
		}
		if end := m.match(e.program, from); end > from {
			s.around = append(s.around, hit{e.wording, int32(from), int32(end)})
			return
		}
	}
}

// try tries what was gathered for the tokens before end, in order.
func (s *search) try(m *machine, x *index, end int) {
	if len(s.tries) < maxTries && end < len(m.text) {
		return
	}
	inOrder(s.tries)
	s.fetchPrograms(m, x)
	done, last := 0, ^uint64(0)
	for _, t := range s.tries {
		from := int(t >> attemptFrom)
		if from >= end {
			break
		}
		done++
		if t>>attemptWording == last || len(s.hits) >= maxHits {
			continue
		}
		last = t >> attemptWording
		e := &x.entries[t&entryMask]
		if to := m.match(e.program, from+int(e.skip)); to > from {
			s.hits = append(s.hits, hit{e.wording, int32(from), int32(to)})
		}
	}
	s.tries = s.tries[:copy(s.tries, s.tries[done:])]
}

// fetchPrograms touches what is going to be run, as fetchEntries does.
func (s *search) fetchPrograms(m *machine, x *index) {
	for _, t := range s.tries {
		s.touch += m.v.code.instrs[x.entries[t&entryMask].program].arg
	}
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
