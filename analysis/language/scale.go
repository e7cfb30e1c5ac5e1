package language

import (
	"math/bits"
	"slices"

	"github.com/lianxi-cc/lianxi/conversation"
)

// A scale is a model laid out for the turns of one speaker: only the acts of
// that speaker, numbered as lanes, and their weights where they are soonest
// found. What is looked up at random is kept small: a look that the processor's
// caches do not hold costs as much as everything that is done with it.
type scale struct {
	lang conversation.Lang
	acts []actNumber // by lane
	lane []int16     // by act number; -1: the model does not know it
	bias []int32     // by lane

	weights []uint16 // of the rows that speak of few acts, one behind the other: a lane, and above it the weight; the first is of none
	lanes   []uint64 // of the rows that speak of many: a byte for each lane, the weight plus evenLane
	words   int      // of a row in lanes
	shifts  []uint16 // by the lower bits of keys: how far their slots are shifted so that each has its own
	slots   []slot

	single [][singles]row       // rows of the traits that one token makes, by token number; 0: other tokens must be looked up
	flags  [maxFlags + 1][2]row // rows of flags
	heard  []row                // rows of heard acts, by act number
	hope   []int32              // by lane: the most that anything but the words of a turn may speak for an act
}

// A row is where the weights of a trait begin, and in its lower bits how many
// they are, or that they are in lanes; 0 is no row.
type row uint32

// The parts of a row.
const (
	rowPlace = 8
	rowSize  = 1<<rowPlace - 1
	inLanes  = rowSize
)

// evenLane is what stands in a lane of which a row says nothing.
const evenLane = 128

// maxWeights is how many weights a scale may have.
const maxWeights = 1 << (32 - rowPlace)

// A slot leads to the row of a key: the upper 32 bits of the key, then the
// row. The slot's own number tells the rest of the key, all but for certain: of a
// billion keys that have no row, less than one is taken for another.
type slot uint64

// lower is how many bits of a key a slot does not keep.
const lower = traitBits - 32

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

// newScale lays out what m says of the acts of one speaker.
func (v *voice) newScale(m *Model, acts *actList, role conversation.Role) *scale {
	s := &scale{lang: v.lang, weights: make([]uint16, 1), lane: make([]int16, len(acts.names))}
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
	s.words = (len(s.acts) + 7) / 8
	s.build(m, laneOf)
	s.lookAhead(v, acts)
	return s
}

// build writes the rows and the tables that find them.
func (s *scale) build(m *Model, laneOf []int) {
	var keys []uint64
	var rows []row
	var weights []Weight
	for i := range m.Rows {
		weights = weights[:0]
		for _, w := range m.Rows[i].Weights {
			if l := laneOf[w.Act]; l >= 0 {
				weights = append(weights, Weight{uint8(l), w.Value})
			}
		}
		if len(weights) > 0 {
			keys, rows = append(keys, m.Rows[i].Key), append(rows, s.enter(weights))
		}
	}
	for size := len(keys)*10/9 + 16; !s.spread(keys, rows, size); { // nine slots of ten are taken
		size += size / 16
	}
}

// enter adds a row; the acts of weights are lanes.
func (s *scale) enter(weights []Weight) row {
	if place := len(s.lanes); s.fitLanes(weights) {
		for range s.words {
			s.lanes = append(s.lanes, evenLane*allLanes)
		}
		for _, w := range weights {
			s.lanes[place+int(w.Act)/8] += uint64(int64(w.Value)) << (w.Act % 8 * 8)
		}
		return row(place<<rowPlace | inLanes)
	}
	place := len(s.weights)
	for _, w := range weights {
		s.weights = append(s.weights, uint16(w.Act)|uint16(uint8(w.Value))<<8)
	}
	return row(place<<rowPlace | len(weights))
}

// allLanes is 1 in each lane of a word.
const allLanes = 0x0101010101010101

// fitLanes reports whether lanes are quicker than one weight after the other:
// a word of lanes takes as long as two weights. A lane holds one weight.
func (s *scale) fitLanes(weights []Weight) bool {
	for i := range weights[1:] {
		if weights[i].Act == weights[i+1].Act {
			return false
		}
	}
	return len(weights) > 2*s.words
}

// spread gives every key one of so many slots for its own (hash and displace):
// the keys whose lower bits are the same are shifted together until all of them
// fit, large groups first. It fails when the slots are too few.
func (s *scale) spread(keys []uint64, rows []row, size int) bool {
	s.slots, s.shifts = make([]slot, size), make([]uint16, 1<<max(bits.Len(uint(size))-3, 0))
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
		if !s.settle(uint64(g), groups[g], keys, rows) {
			return false
		}
	}
	return true
}

// settle finds a shift with which the keys of a group have free slots.
func (s *scale) settle(g uint64, group []int, keys []uint64, rows []row) bool {
next:
	for shift := range 1 << 16 {
		s.shifts[g] = uint16(shift)
		for n, i := range group {
			at := s.slotOf(keys[i])
			if s.slots[at] != 0 {
				for _, k := range group[:n] {
					s.slots[s.slotOf(keys[k])] = 0
				}
				continue next
			}
			s.slots[at] = slot(keys[i]>>lower<<32 | uint64(rows[i]))
		}
		return true
	}
	return false
}

// slotOf returns where a key has its slot, if it has one: a number below that
// of the slots.
func (s *scale) slotOf(key uint64) uint64 {
	upper, shift := uint32(key>>lower), uint32(s.shifts[key&uint64(len(s.shifts)-1)])
	return uint64(upper+shift*(uint32(key>>12)|1)) * uint64(len(s.slots)) >> 32
}

// row returns the row of a trait, 0 when it has none.
func (s *scale) row(key uint64) row {
	x := s.slots[s.slotOf(key)]
	if uint64(x>>32) != key>>lower {
		return 0
	}
	return row(x)
}

// inLanes returns the words of a row in lanes.
func (s *scale) inLanes(r row) []uint64 { return s.lanes[r>>rowPlace:][:s.words] }

// few returns the weights of another row.
func (s *scale) few(r row) []uint16 { return s.weights[r>>rowPlace:][:r&rowSize] }

// lookAhead looks up every trait that is not made of several tokens.
func (s *scale) lookAhead(v *voice, acts *actList) {
	s.single = make([][singles]row, len(v.keys))
	for n := 1; n < len(v.keys); n++ {
		for k := range singles {
			s.single[n][k] = s.look(k, v.keys[n])
		}
	}
	for n := 1; n <= maxFlags; n++ {
		s.flags[n] = [2]row{s.row(flag{n, false}.key()), s.row(flag{n, true}.key())}
	}
	for _, a := range acts.names {
		s.heard = append(s.heard, s.row(HeardTrait(a)))
	}
	for l, a := range s.acts {
		s.hope = append(s.hope, max(s.weight(s.heard[a], l), 0)+s.talk(l)+tipping)
	}
}

// talk returns how much it can speak for an act that somebody, or an agent,
// spoke before.
func (s *scale) talk(lane int) int32 {
	says := func(number, bit int) int32 { return s.weight(s.flags[number][bit], lane) }
	return max(says(settingTalked, 0), says(settingTalked, 1)+max(says(settingAgentSpoke, 0), says(settingAgentSpoke, 1)))
}

// look returns the row of a trait that a token of these keys makes.
func (s *scale) look(one int, k wordKeys) row {
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
func (s *scale) rowOf(one int, w *keyed) row {
	if w.number == 0 {
		return s.look(one, w.wordKeys)
	}
	return s.single[w.number][one]
}

// weight returns what a row says of a lane.
func (s *scale) weight(r row, lane int) int32 {
	if r&rowSize == inLanes {
		return int32(uint8(s.inLanes(r)[lane/8]>>(lane%8*8))) - evenLane
	}
	sum := int32(0)
	for _, w := range s.few(r) {
		if int(uint8(w)) == lane {
			sum += int32(int8(w >> 8))
		}
	}
	return sum
}
