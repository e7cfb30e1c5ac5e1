package language

import (
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

	filter []uint64 // a bit for each key there is, by its upper bits
	shift  int      // how many lower bits of a key the filter does not ask for
	slots  []slot   // an open hash table, by the lower bits of keys

	single []singleRows            // by token number; 0: other tokens must be looked up
	flags  [maxFlags + 1][2]uint32 // rows of flags
	heard  []uint32                // rows of heard acts, by act number
}

// A slot leads to a row; the lower bits of the key stand in the row's head.
type slot struct {
	key uint32 // its upper 32 bits
	at  uint32 // 0: empty
}

// singleRows are the rows of the traits that one token makes.
type singleRows struct {
	word, stem, head uint32
	end              [2]uint32 // without and with a question mark
	before           [2 * contextHeard]uint32
}

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

// build writes the rows and the table that finds them.
func (s *scale) build(m *Model, laneOf []int) {
	bits := 4
	for 1<<bits < 2*len(m.Rows) {
		bits++
	}
	s.slots = make([]slot, 1<<bits)
	s.shift = traitBits - min(bits+3, traitBits)
	s.filter = make([]uint64, 1<<(traitBits-s.shift)/64)
	var weights []Weight
	for i := range m.Rows {
		weights = weights[:0]
		for _, w := range m.Rows[i].Weights {
			if l := laneOf[w.Act]; l >= 0 {
				weights = append(weights, Weight{uint8(l), w.Value})
			}
		}
		if len(weights) > 0 {
			s.enter(m.Rows[i].Key, weights)
		}
	}
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
	s.filter[key>>s.shift>>6] |= 1 << (key >> s.shift & 63)
	at := key & uint64(len(s.slots)-1)
	for s.slots[at].at != 0 {
		at = (at + 1) & uint64(len(s.slots)-1)
	}
	s.slots[at] = slot{uint32(key >> headWords), uint32(place)}
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
	if s.filter[key>>s.shift>>6]>>(key>>s.shift&63)&1 == 0 {
		return 0
	}
	return s.probe(key)
}

func (s *scale) probe(key uint64) uint32 {
	mask := uint64(len(s.slots) - 1)
	for at := key & mask; ; at = (at + 1) & mask {
		x := s.slots[at]
		if x.at == 0 || x.key == uint32(key>>headWords) && uint16(s.rows[x.at]) == uint16(key) {
			return x.at
		}
	}
}

// lookAhead looks up every trait that is not made of several tokens.
func (s *scale) lookAhead(v *voice, acts *actList) {
	s.single = make([]singleRows, len(v.keys))
	for n := 1; n < len(v.keys); n++ {
		s.single[n] = s.look(v.keys[n])
	}
	for n := 1; n <= maxFlags; n++ {
		s.flags[n] = [2]uint32{s.row(flag{n, false}.key()), s.row(flag{n, true}.key())}
	}
	for _, a := range acts.names {
		s.heard = append(s.heard, s.row(HeardTrait(a)))
	}
}

// look returns the rows of the traits that a token of these keys makes.
func (s *scale) look(k wordKeys) singleRows {
	x := singleRows{word: s.row(traitKey(aWord, k.word)), head: s.row(traitKey(aClauseHead, k.word))}
	if s.lang == conversation.English {
		x.stem = s.row(traitKey(aStem, k.stem))
	}
	for ask := range x.end {
		x.end[ask] = s.row(traitKey(aClauseEnd, k.word, uint64(ask)))
	}
	for who := range x.before {
		x.before[who] = s.row(traitKey(aBefore, uint64(who+firstWho), k.word))
	}
	return x
}

// rowsOf returns the rows of the traits that a token makes.
func (s *scale) rowsOf(w *keyed) singleRows {
	if w.number == 0 {
		return s.look(w.wordKeys)
	}
	return s.single[w.number]
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
