package scorecard

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/expression"
)

// PhraseIndex is all that a card looks for in the words of one language: its
// phrases, its regular expressions, and for each of these texts of which one
// must stand where it matches. Phrases and texts are needles, found in one
// pass over a turn, so that the cost of a card does not grow with the number
// of its words.
//
// A turn is read as symbols, one a character, folded by Fold.
type PhraseIndex struct {
	set      *expression.Set
	needles  []needle
	texts    []expression.Symbol // of all needles
	groupsOf []int32             // of all needles
	groups   int

	begins []beginning // of all needles; those that begin alike are neighbours
	one    []stretch   // by symbol: in begins, the needles of this symbol alone
	two    starts      // needles by their first two symbols
	four   starts      // longer needles that begin with ASCII, by their first four
	plain  []bool      // by symbol: ASCII
}

// needle is one text that is looked for: its stretches of PhraseIndex.texts and of
// PhraseIndex.groupsOf, the clues it belongs to.
type needle struct {
	text, groups stretch
	phrase       bool // tests ask where it stands
}

// beginning is what decides, where the first symbols of a needle stand, whether
// it stands there.
type beginning struct {
	needle       int32
	text         int32 // in PhraseIndex.texts
	size         int32
	last         expression.Symbol
	starts, ends bool // a word must begin, or end, with it
}

// stretch is a run of a list.
type stretch struct{ from, until int32 }

// Clues is what a value looks for in one language.
type Clues struct {
	Needles    []int32  // KindPhrases: one for each phrase
	Expression int      // KindRegex: its number in Expressions
	Lists      [][]Clue // KindRegex: it matches only where all clues of one of these lists stand
	Anywhere   bool     // KindRegex: it may match where no clue stands
}

// Clue says that one of a group of needles stands in a match: it begins from
// Least to Most characters after the match begins.
type Clue struct{ Group, Least, Most int32 }

// Place is where a needle stands, counted in characters.
type Place struct{ Needle, At int32 }

// Clues returns what the value looks for in lang, or nil. The card's Index in
// lang is asked for first.
func (v *Value) Clues(lang conversation.Lang) *Clues {
	at := slices.Index(languages, lang)
	if v == nil || at < 0 {
		return nil
	}
	return v.clues[at]
}

// languages are those in which cards look for words.
var languages = []conversation.Lang{conversation.Chinese, conversation.English}

// Index returns what the card looks for in lang; it is made when first asked
// for.
func (c *Card) Index(lang conversation.Lang) *PhraseIndex {
	return c.indexes[max(0, slices.Index(languages, lang))]()
}

// Len returns how many needles there are; they are numbered from 0.
func (n *PhraseIndex) Len() int { return len(n.needles) }

// Groups returns how many groups of clues there are; they are numbered from 0.
func (n *PhraseIndex) Groups() int { return n.groups }

// Expressions returns the regular expressions.
func (n *PhraseIndex) Expressions() *expression.Set { return n.set }

// Needle returns the symbols of needle i.
func (n *PhraseIndex) Needle(i int32) []expression.Symbol {
	p := n.needles[i].text
	return n.texts[p.from:p.until]
}

// Phrase reports whether tests ask where needle i stands.
func (n *PhraseIndex) Phrase(i int32) bool { return n.needles[i].phrase }

// GroupsOf returns the groups of clues that needle i belongs to.
func (n *PhraseIndex) GroupsOf(i int32) []int32 {
	p := n.needles[i].groups
	return n.groupsOf[p.from:p.until]
}

// Latin reports whether sym is a Latin letter or a digit.
func (n *PhraseIndex) Latin(sym expression.Symbol) bool {
	c := n.set.ASCII(sym)
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
}

// Find appends every place of every needle in a turn; those of one needle are
// in order.
func (n *PhraseIndex) Find(text []expression.Symbol, places []Place) []Place {
	for i, sym := range text {
		if list := n.one[sym]; list.from < list.until {
			places = n.found(list, text, i, places)
		}
		if i+1 >= len(text) {
			break
		}
		key := pair(sym, text[i+1])
		if n.two.may(key) {
			places = n.found(n.two.list(key), text, i, places)
		}
		if n.plain[sym] && i+3 < len(text) {
			if key |= pair(text[i+2], text[i+3]) << 32; n.four.may(key) {
				places = n.found(n.four.list(key), text, i, places)
			}
		}
	}
	return places
}

// found appends the needles of the list that stand at a place.
func (n *PhraseIndex) found(list stretch, text []expression.Symbol, at int, places []Place) []Place {
	for i := range n.begins[list.from:list.until] {
		b := &n.begins[int(list.from)+i]
		end := at + int(b.size)
		if end > len(text) || text[end-1] != b.last || !slices.Equal(text[at:end], n.texts[b.text:b.text+b.size]) {
			continue
		}
		if b.starts && at > 0 && n.Latin(text[at-1]) || b.ends && end < len(text) && n.Latin(text[end]) {
			continue
		}
		places = append(places, Place{b.needle, int32(at)})
	}
	return places
}

func pair(a, b expression.Symbol) uint64 { return uint64(a) | uint64(b)<<16 }

// starts is needles by what they begin with.
type starts struct {
	seen  [1 << 10]uint64 // a bit for each hash of a key
	slots []slot          // an open hash table
}

// slot is the needles of one key, in PhraseIndex.begins.
type slot struct {
	key  uint64
	list stretch
}

func hashOf(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 >> 48 & (1<<16 - 1) }

func (s *starts) may(key uint64) bool {
	h := hashOf(key)
	return s.seen[h>>6]>>(h&63)&1 != 0
}

// list returns the needles that begin with key.
func (s *starts) list(key uint64) stretch {
	mask := uint64(len(s.slots) - 1)
	for at := hashOf(key) & mask; ; at = (at + 1) & mask {
		if one := &s.slots[at]; one.key == key || one.list.until == 0 {
			return one.list
		}
	}
}

// fill makes the table. No list begins at 0 and ends there.
func (s *starts) fill(lists map[uint64]stretch) {
	size := 1
	for size <= 2*len(lists) {
		size *= 2
	}
	s.slots = make([]slot, size)
	for _, key := range slices.Sorted(maps.Keys(lists)) {
		h := hashOf(key)
		s.seen[h>>6] |= 1 << (h & 63)
		at := h & uint64(size-1)
		for s.slots[at].list.until > 0 {
			at = (at + 1) & uint64(size-1)
		}
		s.slots[at] = slot{key, lists[key]}
	}
}

// gathering collects the needles of a card in one language.
type gathering struct {
	lang     conversation.Lang
	index    *PhraseIndex
	ids      map[wanted]int32
	wanted   []wanted          // by needle
	phrases  map[int32]bool    // needles of which tests ask where they stand
	groups   map[int32][]int32 // by needle
	numbers  map[string]int32  // of groups, by their needles
	patterns []string
}

// wanted is the text of a needle, and whether a word must begin or end with it.
type wanted struct {
	text         string
	starts, ends bool
}

// wantedOf reads a text of a clue. An edge counts where it stands beside a
// Latin letter or a digit at an end of the text.
func wantedOf(s string) wanted {
	text := strings.ReplaceAll(s, string(edge), "")
	return wanted{text, s[0] == edge && latinOrDigit(text[0]), s[len(s)-1] == edge && latinOrDigit(text[len(text)-1])}
}

func latinOrDigit(c byte) bool { return strings.IndexByte(latinLetters, c) >= 0 }

// gather numbers the needles and expressions of a checked card in a language
// and tells every value its own.
func (c *Card) gather(lang conversation.Lang) *PhraseIndex {
	g := newGathering(lang)
	c.eachTest(func(t *Test, _ bool) {
		for i := range t.Args {
			g.value(&t.Args[i].Value)
		}
	})
	g.finish()
	return g.index
}

func newGathering(lang conversation.Lang) *gathering {
	return &gathering{lang: lang, index: &PhraseIndex{}, ids: map[wanted]int32{}, phrases: map[int32]bool{}, groups: map[int32][]int32{}, numbers: map[string]int32{}}
}

// value tells v what it looks for.
func (g *gathering) value(v *Value) {
	var s Clues
	switch v.Kind {
	case KindPhrases:
		for _, text := range v.folded[g.lang] {
			s.Needles = append(s.Needles, g.number(wanted{text: text}))
		}
		for _, id := range s.Needles {
			g.phrases[id] = true
		}
	case KindRegex:
		re := v.Regexp(g.lang)
		if re == nil {
			return
		}
		s.Expression = len(g.patterns)
		g.patterns = append(g.patterns, re.String())
		s.Lists, s.Anywhere = g.clues(v.Phrases.In(g.lang))
	default:
		return
	}
	v.clues[slices.Index(languages, g.lang)] = &s
}

// clues returns the clues that each of the patterns needs.
func (g *gathering) clues(patterns []string) (lists [][]Clue, anywhere bool) {
	all := make([][]clue, len(patterns))
	for i, p := range patterns {
		if all[i] = required(p); all[i] == nil {
			return nil, true
		}
	}
	for _, clues := range all {
		var one []Clue
		for _, c := range clues {
			one = append(one, Clue{g.group(c.texts), int32(c.least), int32(c.most)})
		}
		lists = append(lists, one)
	}
	return lists, false
}

// group numbers a group of needles.
func (g *gathering) group(texts []string) int32 {
	ids := make([]int32, len(texts))
	for i, s := range texts {
		ids[i] = g.number(wantedOf(s))
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	key := fmt.Sprint(ids)
	group, ok := g.numbers[key]
	if !ok {
		group = int32(g.index.groups)
		g.index.groups++
		g.numbers[key] = group
		for _, id := range ids {
			g.groups[id] = append(g.groups[id], group)
		}
	}
	return group
}

// number gives a text its needle.
func (g *gathering) number(w wanted) int32 {
	id, ok := g.ids[w]
	if !ok {
		id = int32(len(g.wanted))
		g.ids[w] = id
		g.wanted = append(g.wanted, w)
	}
	return id
}

// finish makes the index.
func (g *gathering) finish() {
	n := g.index
	words := []string{latinLetters}
	for _, w := range g.wanted {
		words = append(words, w.text)
	}
	set, err := expression.Compile(g.patterns, words, folds())
	if err != nil {
		panic("scorecard: a checked expression does not compile: " + err.Error())
	}
	n.set = set
	n.one, n.plain = make([]stretch, set.Symbols()), make([]bool, set.Symbols())
	for sym := range n.plain {
		n.plain[sym] = set.ASCII(expression.Symbol(sym)) != 0
	}
	one, two, four := map[uint64][]beginning{}, map[uint64][]beginning{}, map[uint64][]beginning{}
	for i, w := range g.wanted {
		id, t := int32(i), set.Append(nil, w.text)
		from, first := int32(len(n.texts)), int32(len(n.groupsOf))
		n.texts, n.groupsOf = append(n.texts, t...), append(n.groupsOf, g.groups[id]...)
		n.needles = append(n.needles, needle{stretch{from, int32(len(n.texts))}, stretch{first, int32(len(n.groupsOf))}, g.phrases[id]})
		if len(t) == 0 {
			continue
		}
		b := beginning{id, from, int32(len(t)), t[len(t)-1], w.starts, w.ends}
		switch {
		case len(t) == 1:
			one[uint64(t[0])] = append(one[uint64(t[0])], b)
		case len(t) >= 4 && set.ASCII(t[0]) != 0:
			key := pair(t[0], t[1]) | pair(t[2], t[3])<<32
			four[key] = append(four[key], b)
		default:
			key := pair(t[0], t[1])
			two[key] = append(two[key], b)
		}
	}
	for sym, list := range n.lay(one) {
		n.one[sym] = list
	}
	n.two.fill(n.lay(two))
	n.four.fill(n.lay(four))
}

// lay appends the needles of each key to begins, and returns where they are.
func (n *PhraseIndex) lay(lists map[uint64][]beginning) map[uint64]stretch {
	out := map[uint64]stretch{}
	for _, key := range slices.Sorted(maps.Keys(lists)) {
		from := int32(len(n.begins))
		n.begins = append(n.begins, lists[key]...)
		out[key] = stretch{from, int32(len(n.begins))}
	}
	return out
}

const latinLetters = "abcdefghijklmnopqrstuvwxyz0123456789"

// folds lists the characters that Fold changes.
var folds = sync.OnceValue(func() []expression.Fold {
	var out []expression.Fold
	for c := rune(0); c <= unicode.MaxRune; c++ {
		if to := Fold(c); to != c {
			out = append(out, expression.Fold{From: c, To: to})
		}
	}
	return out
})
