package language

import (
	"math/bits"
	"slices"

	"github.com/lianxi-cc/lianxi/conversation"
)

// tally is what a hearing adds up in, used again.
type tally struct {
	sums [maxModelActs]int32 // by lane
	// Rows in lanes, not yet in sums: of every two lanes the lower and the upper
	// one, each with 16 bits of its own.
	lower, upper [maxModelActs / 8]uint64
	added        int   // how many of them
	seen         []row // an open hash table of the rows added

	sought []sought // keys that may have rows
	spoke  []spoke  // the rows there are of the words; a row may come several times
	told   []spoke  // those of the turn before, without a bearer
	touch  uint16   // see fetch

	hopeless  actSet  // see hearing.hopeless
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
	row row
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

// expect makes room for so many rows that are going to be added. Those added
// before may come again.
func (t *tally) expect(rows int) {
	size := 1 << bits.Len(uint(2*rows))
	t.seen = slices.Grow(t.seen[:0], size)[:size]
	clear(t.seen)
}

// add adds a row, the first time it comes, and reports whether that is now.
func (t *tally) add(s *scale, r row) bool {
	if r == 0 {
		return false
	}
	mask := uint32(len(t.seen) - 1)
	i := uint32(r) * 0x9E3779B1 >> 15 & mask
	for ; t.seen[i] != 0; i = (i + 1) & mask {
		if t.seen[i] == r {
			return false
		}
	}
	t.seen[i] = r
	if r&rowSize != inLanes {
		for _, w := range s.few(r) {
			t.sums[uint8(w)] += int32(int8(w >> 8))
		}
		return true
	}
	for i, w := range s.inLanes(r) {
		t.lower[i%len(t.lower)] += w & everyOther
		t.upper[i%len(t.upper)] += w >> 8 & everyOther
	}
	if t.added++; t.added == maxAdded {
		t.spill(s)
	}
	return true
}

// everyOther takes the lower one of every two lanes.
const everyOther = 0x00FF00FF00FF00FF

// maxAdded is how many rows of lanes 16 bits hold.
const maxAdded = 1<<16/(2*evenLane) - 1

// spill moves what is in the lanes to the sums.
func (t *tally) spill(s *scale) {
	for i := range s.words {
		for k := range 4 {
			t.sums[8*i+2*k] += int32(uint16(t.lower[i]>>(16*k))) - int32(t.added*evenLane)
			t.sums[8*i+2*k+1] += int32(uint16(t.upper[i]>>(16*k))) - int32(t.added*evenLane)
		}
		t.lower[i], t.upper[i] = 0, 0
	}
	t.added = 0
}

// weigh returns the sum of each lane over the traits of the turn and the acts
// that the wordings heard, all that hearing.traits lists.
func (h *hearing) weigh(s *scale, marks []mark) []int32 {
	h.weighWords(s)
	t := &h.tally
	t.told = t.told[:0]
	if last := len(h.u.Context) - 1; last >= 0 {
		t.askBefore(s, h.turn(last).words(), before(h.u.Context[last].Role))
		t.fetch(s, t.told)
	}
	t.expect(len(t.told) + maxFlags + len(marks))
	t.told = slices.DeleteFunc(t.told, func(x spoke) bool { return !t.add(s, x.row) })
	flags, n := h.flags()
	for _, f := range flags[constantFlags:n] {
		t.add(s, s.flags[f.number][f.bit()])
	}
	for _, m := range marks {
		t.add(s, s.heard[m.act])
	}
	t.spill(s)
	return t.sums[:len(s.acts)]
}

// weighWords adds up what the words of the turn say, and what is the same for
// all turns of the conversation. Words are looked up in three steps, so that
// the processor can wait for many places of memory at once: which keys may have
// rows, where these are, what they say.
func (h *hearing) weighWords(s *scale) {
	if h.weighed {
		return
	}
	h.weighed = true
	t := &h.tally
	t.sought, t.spoke = t.sought[:0], t.spoke[:0]
	t.askWords(s, h.raw)
	t.spoke = t.find(s, t.spoke)
	t.fetch(s, t.spoke)
	copy(t.sums[:], s.bias)
	t.expect(len(t.spoke) + constantFlags)
	for _, x := range t.spoke {
		t.add(s, x.row)
	}
	flags, _ := h.flags()
	for _, f := range flags[:constantFlags] {
		t.add(s, s.flags[f.number][f.bit()])
	}
	t.spill(s)
	t.hopeless = t.hopeless[:0]
	least := h.hesitation()
	for l, a := range s.acts {
		if t.sums[l]+s.hope[l] <= -least {
			t.hopeless = t.hopeless.with(a)
		}
	}
}

// hopeless returns the acts whose wordings need not be tried: the words of the
// turn speak so much against them that the statistical part would take them
// back. It depends on nothing but the turn and its conversation, so that what
// is found in a turn can be kept for the turns after.
func (h *hearing) hopeless() actSet {
	s := h.v.scales[speakerOf(h.u.Role)]
	if s == nil || len(h.raw.text) == 0 {
		return nil
	}
	h.weighWords(s)
	return h.tally.hopeless
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

// askBefore finds the traits of the words of the turn before.
func (t *tally) askBefore(s *scale, words []keyed, who uint64) {
	one, pair := oneBefore+int(who-beforeOther), mix(mix(traitSeed, aBeforePair), who)
	t.sought = slices.Grow(t.sought[:0], len(words))
	for i := range len(words) - 2 {
		if r := s.rowOf(one, &words[i]); r != 0 {
			t.told = append(t.told, spoke{r, byNoToken})
		}
		t.ask(mix(mix(pair, words[i].word), words[i+1].word), byNoToken)
	}
	t.told = t.find(s, t.told)
}

// ask notes the key with this hash. There is room for it.
func (t *tally) ask(hash uint64, b bearer) {
	n := len(t.sought)
	t.sought = t.sought[:n+1]
	t.sought[n] = sought{hash >> traitShift, b}
}

// know notes a row that is known.
func (t *tally) know(r row, b bearer) {
	if r != 0 {
		t.spoke = append(t.spoke, spoke{r, b})
	}
}

// find appends the rows of all keys asked for to rows. Whether there is one is
// as good as chance, so it is no branch.
func (t *tally) find(s *scale, rows []spoke) []spoke {
	n := len(rows)
	rows = slices.Grow(rows, len(t.sought))[:n+len(t.sought)]
	for _, x := range t.sought {
		slot := s.slots[s.slotOf(x.key)]
		rows[n] = spoke{row(slot), x.bearer}
		hit := 0
		if uint64(slot>>32) == x.key>>lower {
			hit = 1
		}
		n += hit
	}
	return rows[:n]
}

// fetch touches the rows that are going to be added: the processor can wait
// for many places of memory at once, when it knows them early.
func (t *tally) fetch(s *scale, rows []spoke) {
	for _, x := range rows {
		if x.row&rowSize == inLanes {
			t.touch += uint16(s.lanes[x.row>>rowPlace])
		} else {
			t.touch += s.weights[x.row>>rowPlace]
		}
	}
}
