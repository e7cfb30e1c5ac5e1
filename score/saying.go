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
	standing []scorecard.Place   // needles in one turn
	places   places              // where phrases stand
	lately   []int32             // by needle: the turn after that in which it stood last
	clues    []uint64            // by group, a bit for each turn in which one of its needles stands
	words    int                 // of 64 turns each, in such a set of turns
	byRole   [3][]uint64         // turns of agent, customer and others
	turnsOf  [4][]int32          // the same as lists, and all of them
	suspects []uint64            // turns in which an expression may match
	spared   [][2]int            // what an exception covers in one turn
}

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
	s.lately = sized(s.lately, index.Len())
	s.clues = sized(s.clues, index.Groups()*s.words)
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
	s.standing = s.index.Find(text, s.standing[:0])
	for _, p := range s.standing {
		if s.index.Phrase(p.Needle) {
			s.places.add(p.Needle, int32(turn), p.At)
		}
		if s.lately[p.Needle] == int32(turn)+1 {
			continue // noted already
		}
		s.lately[p.Needle] = int32(turn) + 1
		for _, group := range s.index.GroupsOf(p.Needle) {
			s.clues[int(group)*s.words+turn>>6] |= 1 << (turn & 63)
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
	for _, groups := range sought.Lists {
		for w := range s.suspects {
			all := ^uint64(0)
			for _, group := range groups {
				all &= s.clues[int(group)*s.words+w]
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

// spare notes the places of expression e in a turn.
func (s *saying) spare(e int, text []expression.Symbol) {
	s.spared = s.spared[:0]
	for from := 0; ; {
		start, end, ok := s.finder.Find(e, text, from)
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
