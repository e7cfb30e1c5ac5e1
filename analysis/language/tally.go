package language

import "github.com/lianxi-cc/lianxi/conversation"

// tally is what a hearing adds up in, used again.
type tally struct {
	sums  [maxModelActs]int32 // by lane
	lanes []uint64            // rows in lanes, not yet in sums
	added int                 // how many of them
	seen  []uint8             // by row: the round in which it was added last
	round uint8
	spoke []spoke

	weight    []int32 // by token, of one act
	strongest []voiced
}

// spoke is a row that was looked up for tokens [from, to), none for what is
// known beside the words. A row may come several times.
type spoke struct {
	row      uint32
	from, to int32
}

// begin starts a round.
func (t *tally) begin(s *scale) {
	if t.round++; t.round == 0 {
		clear(t.seen)
		t.round = 1
	}
	if len(t.seen) < s.count {
		t.seen = append(t.seen, make([]uint8, s.count-len(t.seen))...)
	}
	if len(t.lanes) < s.words {
		t.lanes = make([]uint64, s.words)
	}
	copy(t.sums[:], s.bias)
	t.spoke = t.spoke[:0]
}

// add adds a row, the first time in a round; place 0 is no row.
func (t *tally) add(s *scale, at uint32) {
	if at == 0 {
		return
	}
	head := s.rows[at]
	if seen := &t.seen[head>>headNumber]; *seen == t.round {
		return
	} else {
		*seen = t.round
	}
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

// put adds a row that tokens [from, to) spoke for.
func (t *tally) put(s *scale, at uint32, from, to int) {
	if at != 0 {
		t.spoke = append(t.spoke, spoke{at, int32(from), int32(to)})
		t.add(s, at)
	}
}

// weigh returns the sum of each lane over the traits of the turn and the acts
// that the wordings heard. It looks up what hearing.traits lists, in the same
// order.
func (h *hearing) weigh(s *scale, marks []mark) []int32 {
	t := &h.tally
	t.begin(s)
	h.weighWords(s)
	flags, n := h.flags()
	for _, f := range flags[:n] {
		t.add(s, s.flags[f.number][f.bit()])
	}
	for back := 1; back <= contextHeard && back <= len(h.u.Context); back++ {
		h.weighBefore(s, back)
	}
	for _, m := range marks {
		t.add(s, s.heard[m.act])
	}
	t.spill()
	return t.sums[:len(s.acts)]
}

// weighWords adds what the words of the turn say.
func (h *hearing) weighWords(s *scale) {
	t, m := &h.tally, h.raw
	words := m.words()
	english := s.lang == conversation.English
	for i := range len(words) - 2 {
		w, next := &words[i], &words[i+1]
		one := s.rowsOf(w)
		t.put(s, one.word, i, i+1)
		t.put(s, s.row(mix(mix(mix(traitSeed, aPair), w.word), next.word)>>traitShift), i, i+2)
		if i+3 < len(words) {
			t.put(s, s.row(mix(mix(mix(traitSeed, aPairOverOne), w.word), words[i+2].word)>>traitShift), i, i+3)
		}
		if english {
			t.put(s, one.stem, i, i+1)
			t.put(s, s.row(mix(mix(mix(traitSeed, aStemPair), w.stem), next.stem)>>traitShift), i, i+2)
		}
		if m.marks[i]&clauseStart != 0 {
			t.put(s, one.head, i, i+1)
			t.put(s, s.row(mix(mix(mix(traitSeed, aClauseOpening), w.word), next.word)>>traitShift), i, i+2)
		}
		if i > 0 && m.marks[i+1]&looseEnd != 0 {
			ask := asks(next)
			t.put(s, one.end[ask], i, i+1)
			if i > 1 {
				key := mix(mix(mix(traitSeed, aClauseEnding), words[i-2].word), words[i-1].word)
				t.put(s, s.row(mix(mix(key, w.word), ask)>>traitShift), i-2, i+1)
			}
		}
	}
}

// weighBefore adds what the words of the turn so many turns back say.
func (h *hearing) weighBefore(s *scale, back int) {
	t, who := &h.tally, h.before(back)
	words := h.turn(len(h.u.Context) - back).words()
	begin := mix(mix(traitSeed, aBefore), who)
	for i := range len(words) - 2 {
		one := s.rowsOf(&words[i])
		t.add(s, one.before[who-firstWho])
		if i+3 < len(words) {
			t.add(s, s.row(mix(mix(begin, words[i].word), words[i+1].word)>>traitShift))
		}
	}
}
