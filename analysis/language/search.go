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
	touch  uint32 // see fetch
}

// visit is a token where a run stands, and the place of the run's entries.
type visit struct {
	entries uint32
	at      int32
}

// maxTries is how many places to try are gathered before the first are tried.
const maxTries = 4096

// find returns every match of the wordings of x that are for one of the
// contacts and for none of the acts in not: first of those that may begin with
// anything, by the place of their anchor, then the others by place and wording.
// The result is good until the next search.
func (s *search) find(m *machine, x *index, contacts uint16, not actSet) []hit {
	s.tries, s.hits, s.around = s.tries[:0], s.hits[:0], s.around[:0]
	if len(x.top) == 0 {
		return nil
	}
	m.look()
	for from := 0; from < len(m.text); {
		from = s.walk(m, x, from)
		s.fetchEntries(m)
		for i := range s.visits {
			s.enter(m, &s.visits[i], contacts, not)
		}
		s.try(m, from-x.reach)
	}
	s.try(m, len(m.text))
	s.around = append(s.around, s.hits[:min(len(s.hits), maxHits-len(s.around))]...)
	return s.around
}

// maxVisits is how many runs are gathered before they are looked at.
const maxVisits = 512

// walk gathers the runs that stand at the tokens from i on, up to the token it
// returns.
func (s *search) walk(m *machine, x *index, i int) int {
	s.visits = s.visits[:0]
	c, text := &m.v.code, m.text
	for ; i < len(text) && len(s.visits) < maxVisits; i++ {
		sym := text[i].sym
		top := x.top[sym]
		if top.entries != 0 {
			s.visits = append(s.visits, visit{top.entries, int32(i)})
		}
		if top.node == 0 || i+1 == len(text) || !x.follows(sym, text[i+1].sym) {
			continue
		}
		node := top.node
		for k := i + 1; k < len(text) && instrOp(c.words[node+1]) != iMatch; k++ {
			var ok bool
			if node, ok = c.choose(c.words[node+1:], text[k].sym); !ok {
				break
			}
			if entries := c.words[node]; entries != 0 {
				s.visits = append(s.visits, visit{entries, int32(i)})
			}
		}
	}
	return i
}

// fetchEntries touches what enter is going to read: the processor can wait for
// many places of memory at once, when it knows them early.
func (s *search) fetchEntries(m *machine) {
	for i := range s.visits {
		s.touch += m.v.code.words[s.visits[i].entries]
	}
}

// enter notes where to try the entries of a run.
func (s *search) enter(m *machine, v *visit, contacts uint16, not actSet) {
	i, c := int(v.at), &m.v.code
	at := v.entries + 1
	for range c.words[v.entries] {
		e := c.entryAt(at)
		t := &m.v.terms[e.terms]
		switch {
		case t.contacts&contacts == 0 || not.has(t.act) || !m.holdsSet(t.needs[0]) || !m.holdsSet(t.needs[1]):
		case t.around:
			s.tryAround(m, &e, t, i)
		case t.max == 0:
			if m.marks[i]&t.mark == t.mark {
				s.tries = append(s.tries, attempt(i, e.wording, at))
			}
		default:
			first := m.v.firstOf[e.wording]
			for from := max(i-int(t.max), 0); from <= i-int(t.min); from++ {
				if m.marks[from]&t.mark == t.mark && c.has(first, m.text[from].sym) {
					s.tries = append(s.tries, attempt(from, e.wording, at))
				}
			}
		}
		at += entrySize
	}
}

// attempt puts a token, a wording and the place of an entry into one number, so
// that attempts sort by token and wording.
func attempt(from int, wording int32, entry uint32) uint64 {
	return uint64(from)<<attemptFrom | uint64(wording)<<attemptWording | uint64(entry)
}

// Where the parts of an attempt begin; maxTokens, and more wordings and code
// than any lexicon has, fit.
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
func (s *search) tryAround(m *machine, e *entry, t *terms, i int) {
	for from := max(i-int(t.max), 0); from <= i-int(t.min) && len(s.around) < maxHits; from++ {
		if m.marks[from]&t.mark != t.mark {
			continue
		}
		if end := m.match(e.program, from); end > from {
			s.around = append(s.around, hit{e.wording, int32(from), int32(end)})
			return
		}
	}
}

// try tries what was gathered for the tokens before end, in order.
func (s *search) try(m *machine, end int) {
	if len(s.tries) < maxTries && end < len(m.text) {
		return
	}
	inOrder(s.tries)
	s.fetchPrograms(m)
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
		e := m.v.code.entryAt(uint32(t & entryMask))
		if to := m.match(e.program, from+int(e.skip)); to > from {
			s.hits = append(s.hits, hit{e.wording, int32(from), int32(to)})
		}
	}
	s.tries = s.tries[:copy(s.tries, s.tries[done:])]
}

// fetchPrograms touches what is going to be run, as fetchEntries does.
func (s *search) fetchPrograms(m *machine) {
	c := &m.v.code
	for _, t := range s.tries {
		s.touch += c.words[c.entryAt(uint32(t&entryMask)).program]
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
