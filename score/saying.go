package score

import (
	"math/bits"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/expression"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// saying is the words of a conversation as the card's index reads them, with
// what of the card stands in them.
type saying struct {
	index   *scorecard.PhraseIndex
	finders map[*scorecard.PhraseIndex]*expression.Finder
	finder  *expression.Finder

	symbols  []expression.Symbol // of all turns
	starts   []int32             // by turn: where it begins in symbols; and the end
	found    []scorecard.Place   // needles in one turn
	places   places              // where phrases stand
	clues    []uint64            // by group, a bit for each turn in which one of its needles stands
	words    int                 // of 64 turns each, in such a set of turns
	stands   []standing          // by turn and group, where clues says that one of its needles stands
	byRole   [3][]uint64         // turns of agent, customer and others
	turnsOf  [4][]int32          // the same as lists, and all of them
	suspects []uint64            // turns in which an expression may match
	spared   [][2]int            // what an exception covers in one turn
}

// standing is where needles of a group begin first and last in a turn, in
// characters.
type standing struct{ first, last uint16 }

// far is the last place that is told from others; what stands beyond counts as
// standing there.
const far = 1<<16 - 1

// mostFinders bounds how many cards' automata a run keeps.
const mostFinders = 24

// read turns the words of c into symbols and finds the needles in them.
func (s *saying) read(index *scorecard.PhraseIndex, c *conversation.Conversation) {
	if s.index = index; s.finders[index] == nil {
		if s.finders == nil || len(s.finders) >= mostFinders {
			s.finders = map[*scorecard.PhraseIndex]*expression.Finder{}
		}
		s.finders[index] = expression.NewFinder(index.Expressions())
	}
	s.finder = s.finders[index]
	s.words = len(c.Turns)/64 + 1
	s.clues = sized(s.clues, index.Groups()*s.words)
	if n := index.Groups() * len(c.Turns); cap(s.stands) < n {
		s.stands = make([]standing, n)
	} else {
		s.stands = s.stands[:n] // clues says where it is good
	}
	for i := range s.byRole {
		s.byRole[i] = sized(s.byRole[i], s.words)
	}
	for i := range s.turnsOf {
		s.turnsOf[i] = s.turnsOf[i][:0]
	}
	s.places.reset(index.Len())
	s.symbols, s.starts = s.symbols[:0], s.starts[:0]
	for i := range c.Turns {
		side := sideOf(c.Turns[i].Role)
		s.byRole[side][i>>6] |= 1 << (i & 63)
		s.turnsOf[side] = append(s.turnsOf[side], int32(i))
		s.turnsOf[len(s.turnsOf)-1] = append(s.turnsOf[len(s.turnsOf)-1], int32(i))
		from := len(s.symbols)
		s.starts = append(s.starts, int32(from))
		s.symbols = index.Expressions().Append(s.symbols, c.Turns[i].Text)
		s.stand(i, s.symbols[from:])
	}
	s.starts = append(s.starts, int32(len(s.symbols)))
}

func sideOf(role conversation.Role) int {
	switch role {
	case conversation.Agent:
		return 0
	case conversation.Customer:
		return 1
	}
	return 2
}

// stand notes the needles of one turn.
func (s *saying) stand(turn int, text []expression.Symbol) {
	s.found = s.index.Find(text, s.found[:0])
	bit, word := uint64(1)<<(turn&63), turn>>6
	row := s.stands[turn*s.index.Groups():]
	for _, p := range s.found {
		if s.index.Phrase(p.Needle) {
			s.places.add(p.Needle, int32(turn), p.At)
		}
		at := uint16(min(p.At, far))
		for _, group := range s.index.GroupsOf(p.Needle) {
			if in := &s.clues[int(group)*s.words+word]; *in&bit == 0 {
				*in |= bit
				row[group].first = at
			}
			row[group].last = at
		}
	}
}

// of returns the symbols of a turn.
func (s *saying) of(turn int) []expression.Symbol { return s.symbols[s.starts[turn]:s.starts[turn+1]] }

// suspect marks the turns of role in which what is sought may match.
func (s *saying) suspect(sought *scorecard.Clues, role conversation.Role) {
	s.suspects = sized(s.suspects, s.words)
	if sought.Anywhere {
		for w := range s.suspects {
			s.suspects[w] = ^uint64(0)
		}
	}
	for _, clues := range sought.Lists {
		for w := range s.suspects {
			all := ^uint64(0)
			for i := range clues {
				all &= s.clues[int(clues[i].Group)*s.words+w]
			}
			s.suspects[w] |= all
		}
	}
	for w := range s.suspects {
		switch role {
		case "", conversation.Agent:
			s.suspects[w] &= s.byRole[0][w]
		case conversation.Customer:
			s.suspects[w] &= s.byRole[1][w]
		case "any":
			s.suspects[w] &= s.byRole[0][w] | s.byRole[1][w] | s.byRole[2][w]
		default:
			s.suspects[w] &= s.byRole[2][w]
		}
	}
}

// nextSuspect returns the first suspected turn from turn on, or -1.
func (s *saying) nextSuspect(turn int) int {
	for w := turn >> 6; w < s.words; w++ {
		set := s.suspects[w]
		if w == turn>>6 {
			set = set >> (turn & 63) << (turn & 63)
		}
		if set != 0 {
			return w<<6 + bits.TrailingZeros64(set)
		}
	}
	return -1
}

// reach returns the first and the last place at which what is sought may begin
// in a turn, as far as its clues tell; the last is before the first where it
// cannot match.
func (s *saying) reach(sought *scorecard.Clues, turn int) (from, last int) {
	if sought.Anywhere {
		return 0, len(s.of(turn))
	}
	from, last = len(s.of(turn)), -1
	for _, clues := range sought.Lists {
		if first, end, ok := s.agreed(clues, turn); ok {
			from, last = min(from, first), max(last, end)
		}
	}
	return from, last
}

// agreed returns the first and the last place at which all clues let a match
// begin, if there is one.
func (s *saying) agreed(clues []scorecard.Clue, turn int) (from, last int, ok bool) {
	from, last = 0, len(s.of(turn))
	for i := range clues {
		c := &clues[i]
		if s.clues[int(c.Group)*s.words+turn>>6]>>(turn&63)&1 == 0 {
			return 0, 0, false
		}
		at := s.stands[turn*s.index.Groups()+int(c.Group)]
		from = max(from, int(at.first)-int(c.Most))
		if at.last < far {
			last = min(last, int(at.last)-int(c.Least))
		}
	}
	return from, last, from <= last
}

// spare notes the places of what is an exception in a turn.
func (s *saying) spare(turn int, except *scorecard.Clues) {
	s.spared = s.spared[:0]
	for from, last := s.reach(except, turn); from <= last; {
		start, end, ok := s.finder.Find(except.Expression, s.of(turn), from, last)
		if !ok {
			return
		}
		s.spared, from = append(s.spared, [2]int{start, end}), end
	}
}

// places is where the phrases of a card stand in a conversation: for each
// needle a chain of places in the order of the conversation.
type places struct {
	head, tail []int32 // by needle; -1: nowhere
	all        []place
}

type place struct {
	turn, at int32 // at counts characters
	next     int32
}

func (p *places) reset(needles int) {
	if len(p.head) != needles {
		p.head, p.tail = sized(p.head, needles), sized(p.tail, needles)
	}
	for i := range p.head {
		p.head[i] = -1
	}
	p.all = p.all[:0]
}

func (p *places) add(needle, turn, at int32) {
	i := int32(len(p.all))
	p.all = append(p.all, place{turn: turn, at: at, next: -1})
	if p.head[needle] < 0 {
		p.head[needle] = i
	} else {
		p.all[p.tail[needle]].next = i
	}
	p.tail[needle] = i
}
