package scorecard

import (
	"slices"
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

	one   []int32 // by symbol: the needle of this symbol alone, or -1
	two   starts  // needles by their first two symbols
	four  starts  // longer needles that begin with ASCII, by their first four
	plain []bool  // by symbol: ASCII
}

// needle is one text that is looked for: its stretches of PhraseIndex.texts and of
// PhraseIndex.groupsOf, the clues it belongs to.
type needle struct {
	text, groups stretch
	phrase       bool // tests ask where it stands
}

// stretch is a run of a list.
type stretch struct{ from, until int32 }

// Clues is what a value looks for in one language.
type Clues struct {
	Needles    []int32   // KindPhrases: one for each phrase
	Expression int       // KindRegex: its number in Expressions
	Lists      [][]int32 // KindRegex: it matches only where, of one of these lists, a needle of every group stands
	Anywhere   bool      // KindRegex: it may match where no clue stands
}

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
		if id := n.one[sym]; id >= 0 {
			places = append(places, Place{id, int32(i)})
		}
		if i+1 >= len(text) {
			break
		}
		key := pair(sym, text[i+1])
		if n.two.may(key) {
			places = n.found(n.two.list(key), text[i:], int32(i), places)
		}
		if n.plain[sym] && i+3 < len(text) {
			if key |= pair(text[i+2], text[i+3]) << 32; n.four.may(key) {
				places = n.found(n.four.list(key), text[i:], int32(i), places)
			}
		}
	}
	return places
}

func (n *PhraseIndex) found(list []int32, text []expression.Symbol, at int32, places []Place) []Place {
	for _, id := range list {
		t := n.Needle(id)
		if len(t) > len(text) || t[len(t)-1] != text[len(t)-1] {
			continue
		}
		k := 2 // so many are alike already
		for k < len(t) && t[k] == text[k] {
			k++
		}
		if k >= len(t) {
			places = append(places, Place{id, at})
		}
	}
	return places
}

func pair(a, b expression.Symbol) uint64 { return uint64(a) | uint64(b)<<16 }

// starts is needles by what they begin with.
type starts struct {
	seen  [1 << 10]uint64 // a bit for each hash of a key
	keys  []uint64        // of an open hash table
	lists [][]int32
	used  int
}

func hashOf(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 >> 48 & (1<<16 - 1) }

func (s *starts) may(key uint64) bool {
	h := hashOf(key)
	return s.seen[h>>6]>>(h&63)&1 != 0
}

// list returns the needles that begin with key.
func (s *starts) list(key uint64) []int32 { return s.lists[s.slot(key)] }

// slot returns where the needles that begin with key are, or would be.
func (s *starts) slot(key uint64) uint64 {
	mask := uint64(len(s.keys) - 1)
	at := hashOf(key) & mask
	for s.lists[at] != nil && s.keys[at] != key {
		at = (at + 1) & mask
	}
	return at
}

func (s *starts) add(key uint64, id int32) {
	if 2*s.used >= len(s.keys) {
		old := *s
		size := max(16, 2*len(s.keys))
		s.keys, s.lists = make([]uint64, size), make([][]int32, size)
		for i, list := range old.lists {
			if list != nil {
				at := s.slot(old.keys[i])
				s.keys[at], s.lists[at] = old.keys[i], list
			}
		}
	}
	at := s.slot(key)
	if s.lists[at] == nil {
		s.used++
	}
	s.keys[at], s.lists[at] = key, append(s.lists[at], id)
	h := hashOf(key)
	s.seen[h>>6] |= 1 << (h & 63)
}

// gathering collects the needles of a card in one language.
type gathering struct {
	lang     conversation.Lang
	index    *PhraseIndex
	ids      map[string]int32
	texts    []string
	phrases  map[int32]bool    // needles of which tests ask where they stand
	groups   map[int32][]int32 // by needle
	patterns []string
}

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
	return &gathering{lang: lang, index: &PhraseIndex{}, ids: map[string]int32{}, phrases: map[int32]bool{}, groups: map[int32][]int32{}}
}

// value tells v what it looks for.
func (g *gathering) value(v *Value) {
	var s Clues
	switch v.Kind {
	case KindPhrases:
		s.Needles = g.number(v.folded[g.lang])
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

// clues returns the groups that each of the patterns needs.
func (g *gathering) clues(patterns []string) (clues [][]int32, anywhere bool) {
	all := make([][][]string, len(patterns))
	for i, p := range patterns {
		if all[i] = required(p); all[i] == nil {
			return nil, true
		}
	}
	for _, groups := range all {
		var one []int32
		for _, texts := range groups {
			group := int32(g.index.groups)
			g.index.groups++
			for _, id := range g.number(texts) {
				if !slices.Contains(g.groups[id], group) {
					g.groups[id] = append(g.groups[id], group)
				}
			}
			one = append(one, group)
		}
		clues = append(clues, one)
	}
	return clues, false
}

// number gives each text its needle.
func (g *gathering) number(list []string) []int32 {
	out := make([]int32, len(list))
	for i, s := range list {
		id, ok := g.ids[s]
		if !ok {
			id = int32(len(g.texts))
			g.ids[s] = id
			g.texts = append(g.texts, s)
		}
		out[i] = id
	}
	return out
}

// finish makes the index.
func (g *gathering) finish() {
	n := g.index
	set, err := expression.Compile(g.patterns, append(g.texts, latinLetters), folds())
	if err != nil {
		panic("scorecard: a checked expression does not compile: " + err.Error())
	}
	n.set = set
	n.one, n.plain = make([]int32, set.Symbols()), make([]bool, set.Symbols())
	for sym := range n.one {
		n.one[sym] = -1
		n.plain[sym] = set.ASCII(expression.Symbol(sym)) != 0
	}
	for i, text := range g.texts {
		id, t := int32(i), set.Append(nil, text)
		from, first := int32(len(n.texts)), int32(len(n.groupsOf))
		n.texts, n.groupsOf = append(n.texts, t...), append(n.groupsOf, g.groups[id]...)
		n.needles = append(n.needles, needle{stretch{from, int32(len(n.texts))}, stretch{first, int32(len(n.groupsOf))}, g.phrases[id]})
		switch {
		case len(t) == 0:
		case len(t) == 1:
			n.one[t[0]] = id
		case len(t) >= 4 && set.ASCII(t[0]) != 0:
			n.four.add(pair(t[0], t[1])|pair(t[2], t[3])<<32, id)
		default:
			n.two.add(pair(t[0], t[1]), id)
		}
	}
	for _, s := range []*starts{&n.two, &n.four} {
		if s.keys == nil {
			s.keys, s.lists = make([]uint64, 1), make([][]int32, 1)
		}
	}
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
