package language

import (
	"slices"

	"github.com/lianxi-cc/lianxi/conversation"
)

// A scale is a model laid out for the turns of one speaker: only the acts of
// that speaker, numbered as lanes, and their weights where they are soonest
// found.
//
// The rows lie one behind the other in words of 64 bits, a head before each. A
// row that speaks of many acts has four lanes of 16 bits in a word, added all
// at once; one that speaks of few has two weights in a word, each with its lane.
type scale struct {
	lang conversation.Lang
	acts []actNumber // by lane
	lane []int16     // by act number; -1: the model does not know it
	bias []int32     // by lane

	words int      // of a row in lanes
	rows  []uint64 // 0 is no place of a row
	count int      // of the rows

	shifts []uint16 // by the lower bits of keys: how far their slots are shifted so that each has its own
	slots  []slot

	single [singles][]uint32       // rows of traits that one token makes, by token number; 0: other tokens must be looked up
	flags  [maxFlags + 1][2]uint32 // rows of flags
	heard  []uint32                // rows of heard acts, by act number
}

// A slot leads to a row; the lower bits of the key stand in the row's head.
type slot struct {
	key uint32 // its upper 32 bits
	at  uint32 // 0: empty
}

// The traits that one token makes.
const (
	oneWord   = iota
	oneStem   // English only
	oneHead   // of a clause
	oneEnd    // of a clause
	oneAskEnd // the same, before a question mark
	oneBefore // of the turn before, by who said it
	singles   = oneBefore + 2
)

// What the head of a row holds: its number, whether it is in lanes, how many
// words follow, and the lower bits of its key.
const (
	headNumber = 32
	headLanes  = 1 << 31
	headWords  = 16
	wordsMask  = 1<<15 - 1
)

// maxLane is the greatest weight in a lane, and maxAdded how many rows of lanes
// may be added before a lane could overflow.
const (
	maxLane  = 511
	maxAdded = 64
)

// newScale lays out what m says of the acts of one speaker.
func (v *voice) newScale(m *Model, acts *actList, role conversation.Role) *scale {
	s := &scale{lang: v.lang, rows: make([]uint64, 1), lane: make([]int16, len(acts.names))}
	for i := range s.lane {
		s.lane[i] = -1
	}
	laneOf := make([]int, len(m.Acts)) // by the model's number; -1: not of this speaker
	for i, a := range m.Acts {
		laneOf[i] = -1
		if n, ok := acts.number(a); ok && acts.speaker[n] == role {
			laneOf[i] = len(s.acts)
			s.lane[n] = int16(len(s.acts))
			s.acts, s.bias = append(s.acts, n), append(s.bias, m.Bias[i])
		}
	}
	s.words = (len(s.acts) + 3) / 4
	s.build(m, laneOf)
	s.lookAhead(v, acts)
	return s
}

// build writes the rows and the tables that find them.
func (s *scale) build(m *Model, laneOf []int) {
	var keys []uint64
	var places []uint32
	var weights []Weight
	for i := range m.Rows {
		weights = weights[:0]
		for _, w := range m.Rows[i].Weights {
			if l := laneOf[w.Act]; l >= 0 {
				weights = append(weights, Weight{uint8(l), w.Value})
			}
		}
		if len(weights) > 0 {
			keys, places = append(keys, m.Rows[i].Key), append(places, uint32(len(s.rows)))
			s.enter(m.Rows[i].Key, weights)
		}
	}
	bits := 4
	for 1<<bits*9 < len(keys)*10 { // at most nine slots of ten are taken
		bits++
	}
	s.rows = append(s.rows, make([]uint64, fetched)...)
	for !s.spread(keys, places, bits) {
		bits++
	}
}

// spread gives every key a slot of its own (hash and displace): the keys whose
// lower bits are the same are shifted together until all of them fit, large
// groups first. It fails when the slots are too few.
func (s *scale) spread(keys []uint64, places []uint32, bits int) bool {
	s.slots, s.shifts = make([]slot, 1<<bits), make([]uint16, 1<<(bits-2))
	groups := make([][]int, len(s.shifts))
	for i, key := range keys {
		g := key & uint64(len(groups)-1)
		groups[g] = append(groups[g], i)
	}
	order := make([]int, len(groups))
	for g := range order {
		order[g] = g
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(groups[b]) - len(groups[a]) })
	for _, g := range order {
		if !s.settle(uint64(g), groups[g], keys, places) {
			return false
		}
	}
	return true
}

// settle finds a shift with which the keys of a group have free slots.
func (s *scale) settle(g uint64, group []int, keys []uint64, places []uint32) bool {
next:
	for shift := range 1 << 16 {
		s.shifts[g] = uint16(shift)
		for n, i := range group {
			at := s.slotOf(keys[i])
			if s.slots[at].at != 0 {
				for _, k := range group[:n] {
					s.slots[s.slotOf(keys[k])] = slot{}
				}
				continue next
			}
			s.slots[at] = slot{uint32(keys[i] >> headWords), places[i]}
		}
		return true
	}
	return false
}

// slotOf returns where a key has its slot, if it has one.
func (s *scale) slotOf(key uint64) uint64 {
	shift := uint64(s.shifts[key&uint64(len(s.shifts)-1)])
	return (key>>12 + shift*(key>>28|1)) & uint64(len(s.slots)-1)
}

// enter adds a row; the acts of weights are lanes.
func (s *scale) enter(key uint64, weights []Weight) {
	place := len(s.rows)
	s.rows = append(s.rows, 0)
	head := uint64(0)
	if s.fitsLanes(weights) {
		head = headLanes
		s.rows = append(s.rows, make([]uint64, s.words)...)
		for _, w := range weights {
			s.rows[place+1+int(w.Act)/4] += uint64(int64(w.Value) << (w.Act % 4 * 16))
		}
	} else {
		for i, w := range weights {
			if i%2 == 0 {
				s.rows = append(s.rows, 0)
			}
			s.rows[len(s.rows)-1] |= (uint64(w.Act) | uint64(uint16(w.Value))<<8) << (i % 2 * 32)
		}
	}
	head |= uint64(len(s.rows)-place-1) << headWords
	s.rows[place] = head | uint64(s.count)<<headNumber | key&(1<<headWords-1)
	s.count++
}

// fitsLanes reports whether lanes are quicker than one weight after the other.
func (s *scale) fitsLanes(weights []Weight) bool {
	for _, w := range weights {
		if w.Value > maxLane || w.Value < -maxLane {
			return false
		}
	}
	return len(weights) > s.words
}

// row returns the place of the row of a trait, 0 when it has none.
func (s *scale) row(key uint64) uint32 {
	x := s.slots[s.slotOf(key)]
	if x.key != uint32(key>>headWords) || uint16(s.rows[x.at]) != uint16(key) {
		return 0
	}
	return x.at
}

// lookAhead looks up every trait that is not made of several tokens.
func (s *scale) lookAhead(v *voice, acts *actList) {
	for k := range s.single {
		s.single[k] = make([]uint32, len(v.keys))
		for n := 1; n < len(v.keys); n++ {
			s.single[k][n] = s.look(k, v.keys[n])
		}
	}
	for n := 1; n <= maxFlags; n++ {
		s.flags[n] = [2]uint32{s.row(flag{n, false}.key()), s.row(flag{n, true}.key())}
	}
	for _, a := range acts.names {
		s.heard = append(s.heard, s.row(HeardTrait(a)))
	}
}

// look returns the row of a trait that a token of these keys makes.
func (s *scale) look(one int, k wordKeys) uint32 {
	switch one {
	case oneWord:
		return s.row(traitKey(aWord, k.word))
	case oneStem:
		return s.row(traitKey(aStem, k.stem))
	case oneHead:
		return s.row(traitKey(aClauseHead, k.word))
	case oneEnd, oneAskEnd:
		return s.row(traitKey(aClauseEnd, k.word, uint64(one-oneEnd)))
	}
	return s.row(traitKey(aBefore, uint64(one-oneBefore)+beforeOther, k.word))
}

// rowOf returns the row of a trait that w makes.
func (s *scale) rowOf(one int, w *keyed) uint32 {
	if w.number == 0 {
		return s.look(one, w.wordKeys)
	}
	return s.single[one][w.number]
}

// weight returns what the row at this place says of a lane.
func (s *scale) weight(at uint32, lane int) int32 {
	head := s.rows[at]
	row := s.rows[at+1 : uint64(at)+1+head>>headWords&wordsMask]
	if head&headLanes != 0 {
		w := row[lane/4]
		for range lane % 4 {
			w = nextLane(w)
		}
		return int32(int16(w))
	}
	sum := int32(0)
	for _, w := range row {
		for range 2 {
			if uint8(w) == uint8(lane) {
				sum += int32(int16(w >> 8))
			}
			w >>= 32
		}
	}
	return sum
}

// nextLane takes the lowest lane off a word: what it borrowed from the next
// one when it is negative is given back.
func nextLane(w uint64) uint64 { return uint64(int64(w)-int64(int16(w))) >> 16 }
