package language

import (
	"slices"
	"sync"

	"github.com/lianxi-cc/lianxi/conversation"
)

// A voice is the compiled lexicon of one language. It does not change after
// it is loaded.
type voice struct {
	lang                         conversation.Lang
	speller                      *speller
	rules                        []rule
	wordings                     []wording
	openers                      [][]uint32 // words after which a clause may begin all the same
	finals                       [][]uint32 // words that end a clause when something else begins
	starters                     [][]uint32 // words that begin a clause
	openerOf, finalOf, starterOf map[uint32][][]uint32
	single                       map[uint32][]candidate
	pair                         map[uint64][]candidate
	starting                     map[uint32][]int32 // wordings that can begin with a token
	slots                        int                // conditions
	pool                         sync.Pool          // of *scratch
}

// candidate is a wording that may match where its anchor stands. With
// known set it is tried at the tokens it can begin with; otherwise min to max
// tokens before the anchor.
type candidate struct {
	wording  int32
	known    bool
	min, max int32
}

func newVoice(lang conversation.Lang) *voice {
	return &voice{lang: lang, single: map[uint32][]candidate{}, pair: map[uint64][]candidate{}, starting: map[uint32][]int32{},
		speller: &speller{lang: lang, fold: map[rune]rune{}, words: map[string]uint32{},
			spell: map[uint32][]spelling{}, sounds: map[uint32]bool{}, numerals: map[rune]bool{}}}
}

// index prepares the search for anchors.
func (v *voice) index(list []anchored) {
	for _, a := range list {
		for _, an := range a.set {
			c := candidate{int32(a.wording), a.first != nil, int32(an.min), int32(an.max)}
			if len(an.ids) == 1 {
				v.single[an.ids[0]] = append(v.single[an.ids[0]], c)
			} else {
				key := uint64(an.ids[0])<<32 | uint64(an.ids[1])
				v.pair[key] = append(v.pair[key], c)
			}
		}
	}
	for _, a := range list {
		for _, id := range slices.Compact(slices.Sorted(slices.Values(a.first))) {
			v.starting[id] = append(v.starting[id], int32(a.wording))
		}
	}
	v.openerOf, v.finalOf, v.starterOf = byFirst(v.openers), byLast(v.finals), byFirst(v.starters)
}

func byFirst(seqs [][]uint32) map[uint32][][]uint32 {
	out := map[uint32][][]uint32{}
	for _, s := range seqs {
		out[s[0]] = append(out[s[0]], s)
	}
	return out
}

func byLast(seqs [][]uint32) map[uint32][][]uint32 {
	out := map[uint32][][]uint32{}
	for _, s := range seqs {
		out[s[len(s)-1]] = append(out[s[len(s)-1]], s)
	}
	return out
}

// read returns text as tokens, spelled as the lexicon spells.
func (v *voice) read(text string) []token {
	toks := v.speller.tokens(text)
	if v.speller.homophone != nil {
		v.speller.homophone.repair(toks)
	}
	return v.speller.respell(toks)
}

// machine prepares toks for matching.
func (v *voice) machine(toks []token) *machine {
	m := &machine{text: toks, start: make([]bool, len(toks)+1), loose: make([]bool, len(toks)+1), ask: make([]bool, len(toks))}
	for i := range toks {
		after := i == 0 || toks[i-1].kind&isPunct != 0
		final := i > 0 && v.endsHere(toks, i)
		starter := v.startsHere(v.starterOf, toks, i)
		if after || final || starter > 1 {
			m.start[i] = true
		}
		if toks[i].kind&isPunct != 0 || i > 0 && (starter > 1 || final && starter > 0) {
			m.loose[i] = true
		}
		if m.start[i] {
			if n := v.startsHere(v.openerOf, toks, i); n > 0 {
				m.start[i+n] = true
			}
		}
	}
	m.loose[len(toks)] = true
	for i := len(toks) - 1; i >= 0; i-- {
		if toks[i].kind&isStop != 0 {
			m.stops = true
			m.ask[i] = toks[i].kind&isAsk != 0
		} else {
			m.ask[i] = i+1 < len(toks) && m.ask[i+1]
		}
	}
	return m
}

// startsHere returns the length of the longest of seqs that stands at i.
func (v *voice) startsHere(by map[uint32][][]uint32, toks []token, i int) int {
	best := 0
next:
	for _, s := range by[toks[i].id] {
		if len(s) <= best || len(s) > len(toks)-i {
			continue
		}
		for k, id := range s {
			if toks[i+k].id != id {
				continue next
			}
		}
		best = len(s)
	}
	return best
}

// endsHere reports whether one of the finals ends before token i.
func (v *voice) endsHere(toks []token, i int) bool {
next:
	for _, s := range v.finalOf[toks[i-1].id] {
		if len(s) > i {
			continue
		}
		for k, id := range s {
			if toks[i-len(s)+k].id != id {
				continue next
			}
		}
		return true
	}
	return false
}

// A hit is one match of a wording.
type hit struct {
	wording  int32
	from, to int32 // tokens
}

// maxHits bounds the matches kept of one turn; a real turn has a few dozen.
const maxHits = 2000

// scratch is memory for one search, used again.
type scratch struct {
	present []bool // by wording: one of its anchors stands in the text
	touched []int32
}

func (v *voice) scratch() *scratch {
	if s, ok := v.pool.Get().(*scratch); ok {
		return s
	}
	return &scratch{present: make([]bool, len(v.wordings))}
}

func (v *voice) release(s *scratch) {
	for _, w := range s.touched {
		s.present[w] = false
	}
	s.touched = s.touched[:0]
	v.pool.Put(s)
}

// hits returns every match of the wordings whose rules want is true for, in
// no promised order.
func (v *voice) hits(m *machine, want func(*rule) bool) []hit {
	s := v.scratch()
	defer v.release(s)
	var out []hit
	find := func(list []candidate, at int) {
		for i := range list {
			c := &list[i]
			if c.known {
				if !s.present[c.wording] {
					s.present[c.wording] = true
					s.touched = append(s.touched, c.wording)
				}
				continue
			}
			if !want(&v.rules[v.wordings[c.wording].rule]) {
				continue
			}
			for from := max(at-int(c.max), 0); from <= at-int(c.min) && len(out) < maxHits; from++ {
				if end := m.match(&v.wordings[c.wording].program, from); end > from {
					out = append(out, hit{c.wording, int32(from), int32(end)})
					break
				}
			}
		}
	}
	for i := range m.text {
		find(v.single[m.text[i].id], i)
		if i+1 < len(m.text) {
			find(v.pair[uint64(m.text[i].id)<<32|uint64(m.text[i+1].id)], i)
		}
	}
	for i := range m.text {
		for _, w := range v.starting[m.text[i].id] {
			if !s.present[w] || len(out) >= maxHits || !want(&v.rules[v.wordings[w].rule]) {
				continue
			}
			if end := m.match(&v.wordings[w].program, i); end > i {
				out = append(out, hit{w, int32(i), int32(end)})
			}
		}
	}
	return out
}

// found reports whether c matches within tokens [from, to).
func (m *machine) found(c *condition, from, to int) bool {
	for pos := from; pos < to; pos++ {
		if c.first.find(m.text[pos].id) >= 0 && m.match(&c.program, pos) >= 0 {
			return true
		}
		for i := range c.others {
			if m.match(&c.others[i], pos) >= 0 {
				return true
			}
		}
	}
	return false
}

// maxClause bounds a clause in tokens to each side, for text that nothing
// divides.
const maxClause = 60

// clause returns the clause around token at, bounded by punctuation or by
// words that end and begin clauses.
func (m *machine) clause(at int) (from, to int) {
	from, to = at, at
	for from > 0 && at-from < maxClause && m.text[from-1].kind&isPunct == 0 && !m.loose[from] {
		from--
	}
	for to < len(m.text) && to-at < maxClause && m.text[to].kind&isPunct == 0 && (to == at || !m.loose[to]) {
		to++
	}
	return from, to
}
