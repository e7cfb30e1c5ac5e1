package language

import (
	"slices"

	"github.com/lianxi-cc/lianxi/conversation"
)

// tally is what a hearing adds up in, used again.
type tally struct {
	sums  [maxModelActs]int32 // by lane
	lanes []uint64            // rows in lanes, not yet in sums
	added int                 // how many of them
	seen  []uint8             // by row: the round in which it was added last
	round uint8

	sought []sought // keys that may have rows
	spoke  []spoke  // the rows there are; a row may come several times
	touch  uint64   // see fetch

	weight    []int32 // by token, of one act
	strongest []voiced
}

// sought is the key of a trait with its bearer.
type sought struct {
	key uint64
	bearer
}

// spoke is a row with the bearer of its trait.
type spoke struct {
	row uint32
	bearer
}

// bearer says which tokens carry a trait: the number of a token, from the upper
// bits on, and below what trait of those around it this is. So they are in the
// order in which traits lists them.
type bearer uint32

const (
	byWord bearer = iota
	byPair
	byPairOverOne
	byStem
	byStemPair
	byClauseHead
	byClauseOpening
	byClauseEnd
	byClauseEnding
	bearerBits = 4

	byNoToken = ^bearer(0) // what is known beside the words
)

// tokens returns the range of the tokens; the end may lie beyond the text.
func (b bearer) tokens() (from, to int) {
	i := int(b >> bearerBits)
	switch b & (1<<bearerBits - 1) {
	case byPair, byStemPair, byClauseOpening:
		return i, i + 2
	case byPairOverOne:
		return i, i + 3
	case byClauseEnding:
		return i - 2, i + 1
	}
	return i, i + 1
}

// begin starts a round.
func (t *tally) begin(s *scale) {
	if t.round++; t.round == 0 {
		clear(t.seen)
		t.round = 1
	}
	if len(t.seen) <= s.count {
		t.seen = append(t.seen, make([]uint8, s.count+1-len(t.seen))...)
	}
	if len(t.lanes) < s.words {
		t.lanes = make([]uint64, s.words)
	}
	copy(t.sums[:], s.bias)
	t.sought, t.spoke = t.sought[:0], t.spoke[:0]
}

// add adds a row, the first time in a round; place 0 is no row.
func (t *tally) add(s *scale, at uint32) {
	head := s.rows[at]
	seen := &t.seen[head>>headNumber]
	if at == 0 || *seen == t.round {
		return
	}
	*seen = t.round
	row := s.rows[at+1 : uint64(at)+1+head>>headWords&wordsMask]
	if head&headLanes == 0 {
		for _, w := range row {
			t.sums[uint8(w)] += int32(int16(w >> 8))
			w >>= 32
			t.sums[uint8(w)] += int32(int16(w >> 8))
		}
		return
	}
	lanes := t.lanes[:len(row)]
	for i, w := range row {
		lanes[i] += w
	}
	if t.added++; t.added == maxAdded {
		t.spill()
	}
}

// spill moves what is in the lanes to the sums.
func (t *tally) spill() {
	for i, w := range t.lanes {
		for k := range 4 {
			t.sums[4*i+k] += int32(int16(w))
			w = nextLane(w)
		}
		t.lanes[i] = 0
	}
	t.added = 0
}

// weigh returns the sum of each lane over the traits of the turn and the acts
// that the wordings heard. What hearing.traits lists is looked up in three
// steps, so that the processor can wait for many places of memory at once:
// which keys may have rows, where these are, what they say.
func (h *hearing) weigh(s *scale, marks []mark) []int32 {
	t := &h.tally
	t.begin(s)
	t.askWords(s, h.raw)
	if last := len(h.u.Context) - 1; last >= 0 {
		t.knowBefore(s, h.turn(last).words(), before(h.u.Context[last].Role))
	}
	t.find(s)
	t.fetch(s)
	for _, x := range t.spoke {
		t.add(s, x.row)
	}
	flags, n := h.flags()
	for _, f := range flags[:n] {
		t.add(s, s.flags[f.number][f.bit()])
	}
	for _, m := range marks {
		t.add(s, s.heard[m.act])
	}
	t.spill()
	return t.sums[:len(s.acts)]
}

// askWords asks for the traits of the words of a turn.
func (t *tally) askWords(s *scale, m *machine) {
	words := m.words()
	english := s.lang == conversation.English
	t.sought = slices.Grow(t.sought, 5*len(words))
	t.spoke = slices.Grow(t.spoke, 4*len(words))
	for i := range len(words) - 2 {
		w, next, at := &words[i], &words[i+1], bearer(i)<<bearerBits
		t.know(s.rowOf(oneWord, w), at+byWord)
		t.ask(mix(mix(mix(traitSeed, aPair), w.word), next.word), at|byPair)
		if i+3 < len(words) {
			t.ask(mix(mix(mix(traitSeed, aPairOverOne), w.word), words[i+2].word), at|byPairOverOne)
		}
		if english {
			t.know(s.rowOf(oneStem, w), at|byStem)
			t.ask(mix(mix(mix(traitSeed, aStemPair), w.stem), next.stem), at|byStemPair)
		}
		if m.marks[i]&clauseStart != 0 {
			t.know(s.rowOf(oneHead, w), at|byClauseHead)
			t.ask(mix(mix(mix(traitSeed, aClauseOpening), w.word), next.word), at|byClauseOpening)
		}
		if i > 0 && m.marks[i+1]&looseEnd != 0 {
			ask := asks(next)
			t.know(s.rowOf(oneEnd+int(ask), w), at|byClauseEnd)
			if i > 1 {
				key := mix(mix(mix(traitSeed, aClauseEnding), words[i-2].word), words[i-1].word)
				t.ask(mix(mix(key, w.word), ask), at|byClauseEnding)
			}
		}
	}
}

// knowBefore notes the traits of the words of the turn before.
func (t *tally) knowBefore(s *scale, words []keyed, who uint64) {
	one := oneBefore + int(who-beforeOther)
	for i := range len(words) - 2 {
		t.know(s.rowOf(one, &words[i]), byNoToken)
	}
}

// ask notes the key with this hash. There is room for it.
func (t *tally) ask(hash uint64, b bearer) {
	n := len(t.sought)
	t.sought = t.sought[:n+1]
	t.sought[n] = sought{hash >> traitShift, b}
}

// know notes a row whose place is known.
func (t *tally) know(row uint32, b bearer) {
	if row != 0 {
		t.spoke = append(t.spoke, spoke{row, b})
	}
}

// find looks up the rows of all keys asked for. Whether there is one is as good
// as chance, so it is no branch.
func (t *tally) find(s *scale) {
	list, n := t.sought, 0
	for _, x := range list {
		slot := s.slots[s.slotOf(x.key)]
		hit := 0
		if slot.key == uint32(x.key>>headWords) {
			hit = 1
		}
		list[n] = sought{uint64(slot.at)<<32 | x.key&(1<<headWords-1), x.bearer}
		n += hit
	}
	t.spoke = slices.Grow(t.spoke, n)
	for _, x := range list[:n] {
		if at := uint32(x.key >> 32); uint16(s.rows[at]) == uint16(x.key) {
			t.know(at, x.bearer)
		}
	}
}

// fetched is how far into a row fetch reads.
const fetched = 8

// fetch touches the rows that are going to be added: the processor can wait
// for many places of memory at once, when it knows them early.
func (t *tally) fetch(s *scale) {
	for _, x := range t.spoke {
		t.touch += s.rows[x.row] + s.rows[x.row+fetched]
	}
}
