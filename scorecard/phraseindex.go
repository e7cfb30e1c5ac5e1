package scorecard

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/conversation"
)

// PhraseIndex is the list of all texts that a card looks for in one language: its
// phrases, and for each regular expression texts of which one must stand where
// the expression matches. They are found in one pass over a text, so that the
// cost of a card does not grow with the number of its words.
type PhraseIndex struct {
	texts  []string
	seen   [1 << 11]uint64 // a bit for each hash of three bytes that a needle begins with
	starts []uint32        // of an open hash table: the first three bytes
	lists  [][]int32       // the needles that begin so
	short  []int32         // needles of one or two bytes
}

// Place is where a needle stands, counted in bytes.
type Place struct{ Needle, At int32 }

func keyOf(s string) uint32 { return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 }

func hashOf(key uint32) uint32 { return key * 0x9E3779B1 >> 15 }

func newPhraseIndex(texts []string) *PhraseIndex {
	n := &PhraseIndex{texts: texts}
	size := 16
	for size < 2*len(texts) {
		size *= 2
	}
	n.starts, n.lists = make([]uint32, size), make([][]int32, size)
	for i, t := range texts {
		if len(t) < 3 {
			n.short = append(n.short, int32(i))
			continue
		}
		key := keyOf(t)
		at := n.slot(key)
		n.starts[at], n.lists[at] = key, append(n.lists[at], int32(i))
		h := hashOf(key)
		n.seen[h>>6] |= 1 << (h & 63)
	}
	return n
}

// slot returns where the needles that begin with key are, or would be.
func (n *PhraseIndex) slot(key uint32) uint32 {
	mask := uint32(len(n.starts) - 1)
	at := hashOf(key) & mask
	for n.lists[at] != nil && n.starts[at] != key {
		at = (at + 1) & mask
	}
	return at
}

// Len returns how many needles there are; they are numbered from 0.
func (n *PhraseIndex) Len() int { return len(n.texts) }

// Text returns needle i.
func (n *PhraseIndex) Text(i int32) string { return n.texts[i] }

// Find appends every place of every needle in a folded text; those of one
// needle are in order.
func (n *PhraseIndex) Find(text string, places []Place) []Place {
	for i := 0; i+3 <= len(text); {
		key := keyOf(text[i:])
		if h := hashOf(key); n.seen[h>>6]>>(h&63)&1 != 0 {
			for _, id := range n.lists[n.slot(key)] {
				if strings.HasPrefix(text[i:], n.texts[id]) {
					places = append(places, Place{id, int32(i)})
				}
			}
		}
		switch c := text[i]; { // to the next character
		case c < 0x80:
			i++
		case c >= 0xF0:
			i += 4
		case c >= 0xE0:
			i += 3
		default:
			i += 2
		}
	}
	for _, id := range n.short {
		for i := 0; ; {
			j := strings.Index(text[i:], n.texts[id])
			if j < 0 {
				break
			}
			places = append(places, Place{id, int32(i + j)})
			i += j + 1
		}
	}
	return places
}

// Index returns what the card looks for in lang.
func (c *Card) Index(lang conversation.Lang) *PhraseIndex {
	if lang == conversation.English {
		return c.english
	}
	return c.chinese
}

// gather numbers the needles of a checked card and tells every value its own.
func (c *Card) gather() {
	for _, lang := range []conversation.Lang{conversation.Chinese, conversation.English} {
		ids := map[string]int32{}
		var texts []string
		number := func(list []string) []int32 {
			out := make([]int32, len(list))
			for i, s := range list {
				id, ok := ids[s]
				if !ok {
					id = int32(len(texts))
					ids[s] = id
					texts = append(texts, s)
				}
				out[i] = id
			}
			return out
		}
		c.eachTest(func(t *Test, _ bool) {
			for i := range t.Args {
				t.Args[i].number(lang, number)
			}
		})
		if n := newPhraseIndex(texts); lang == conversation.English {
			c.english = n
		} else {
			c.chinese = n
		}
	}
}

// number gives a value the numbers of its needles in lang.
func (v *Value) number(lang conversation.Lang, number func([]string) []int32) {
	var list []string
	switch v.Kind {
	case KindPhrases:
		list = v.folded[lang]
	case KindRegex:
		var clues [][]Clue
		for _, p := range v.Phrases.In(lang) {
			groups := required(p)
			if groups == nil {
				return // this expression may match anywhere
			}
			var one []Clue
			for _, g := range groups {
				one = append(one, Clue{Needles: number(g.texts), Within: g.within})
			}
			clues = append(clues, one)
		}
		if v.clues == nil {
			v.clues = map[conversation.Lang][][]Clue{}
		}
		v.clues[lang] = clues
		return
	default:
		return
	}
	if v.ids == nil {
		v.ids = map[conversation.Lang][]int32{}
	}
	v.ids[lang] = number(list)
}

// IDs returns the numbers of the value's phrases in lang, in their order.
func (v *Value) IDs(lang conversation.Lang) []int32 {
	if v == nil {
		return nil
	}
	return v.ids[lang]
}

// A Clue is needles one of which must stand where an expression matches, after
// one of the clue before and at most Within bytes from its beginning; Within 0
// is any distance.
type Clue struct {
	Needles []int32
	Within  int
}

// Clues returns for each of the value's expressions the clues that must stand
// where it matches, in their order. ok is false when one may match anywhere.
func (v *Value) Clues(lang conversation.Lang) (clues [][]Clue, ok bool) {
	clues, ok = v.clues[lang]
	return clues, ok
}

// most bounds the texts that stand for one expression.
const most = 96

// group is texts one of which must stand, at most within bytes after the
// beginning of the group before; within 0 is any distance.
type group struct {
	texts  []string
	within int
}

// required returns groups of folded texts: of each group one stands in
// everything that the expression matches, and they stand in the order of the
// groups. It is nil when there are none worth looking for.
func required(pattern string) []group {
	re, err := syntax.Parse(pattern, syntax.Perl|syntax.FoldCase)
	if err != nil {
		return nil
	}
	all := requiredInOrder(re.Simplify())
	var rarest []string
	for _, g := range all {
		rarest = better(rarest, g.texts)
	}
	out, skipped := all[:0], 0 // skipped: the distance of groups left out; -1: any
	for _, g := range all {
		if frequency(g.texts) > telling && frequency(g.texts) != frequency(rarest) {
			skipped = farther(skipped, g.within)
			continue
		}
		if g.within = farther(skipped, g.within); g.within < 0 || len(out) == 0 {
			g.within = 0
		}
		for i := range g.texts {
			g.texts[i] = strings.Map(Fold, g.texts[i])
		}
		out, skipped = append(out, g), 0
	}
	return out
}

// farther adds two distances, of which -1 is any.
func farther(a, b int) int {
	if a < 0 || b < 0 {
		return -1
	}
	return a + b
}

// telling is how frequent the texts of a group may be, beside the rarest group,
// to be worth looking for.
const telling = 100

// requiredInOrder opens a sequence: what lies between two gaps is one group.
// Distances of -1 are any.
func requiredInOrder(re *syntax.Regexp) []group {
	switch re.Op {
	case syntax.OpCapture:
		return requiredInOrder(re.Sub[0])
	case syntax.OpConcat:
	default:
		if one := requiredOf(re); one != nil {
			return []group{{one, -1}}
		}
		return nil
	}
	var out []group
	wide := 0 // bytes since the beginning of what held the last group
	for from := 0; from < len(re.Sub); {
		to := from
		for to < len(re.Sub) && exact(re.Sub[to]) && requiredOf(re.Sub[to]) != nil {
			to++
		}
		var found []group
		if to > from {
			found = []group{{requiredOfConcat(re.Sub[from:to]), -1}}
		} else {
			to = from + 1
			found = requiredInOrder(re.Sub[from])
		}
		own := 0
		for _, sub := range re.Sub[from:to] {
			own = farther(own, widest(sub))
		}
		if len(found) > 0 {
			found[0].within = farther(wide, own)
			out, wide = append(out, found...), 0
		}
		wide = farther(wide, own)
		from = to
	}
	return out
}

// widest returns how many bytes a match may have at most, or -1.
func widest(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune) * utf8.UTFMax
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return utf8.UTFMax
	case syntax.OpCapture, syntax.OpQuest:
		return widest(re.Sub[0])
	case syntax.OpRepeat:
		if w := widest(re.Sub[0]); re.Max >= 0 && w >= 0 {
			return w * re.Max
		}
		return -1
	case syntax.OpConcat, syntax.OpAlternate:
		sum, most := 0, 0
		for _, sub := range re.Sub {
			w := widest(sub)
			if w < 0 {
				return -1
			}
			sum, most = sum+w, max(most, w)
		}
		if re.Op == syntax.OpConcat {
			return sum
		}
		return most
	case syntax.OpStar, syntax.OpPlus:
		return -1
	}
	return 0 // a place between characters
}

func requiredOf(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{string(re.Rune)}
	case syntax.OpCharClass:
		return classOf(re)
	case syntax.OpCapture, syntax.OpPlus:
		return requiredOf(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return requiredOf(re.Sub[0])
		}
	case syntax.OpAlternate:
		var out []string
		for _, sub := range re.Sub {
			one := requiredOf(sub)
			if one == nil || len(out)+len(one) > most {
				return nil
			}
			out = append(out, one...)
		}
		return out
	case syntax.OpConcat:
		return requiredOfConcat(re.Sub)
	}
	return nil
}

// requiredOfConcat takes the part that says most. A small class beside a
// literal is multiplied out, so that prefixes factored out of an alternation
// come together again.
func requiredOfConcat(subs []*syntax.Regexp) []string {
	var best, run []string
	for _, sub := range subs {
		one := requiredOf(sub)
		plain := sub.Op == syntax.OpLiteral || sub.Op == syntax.OpCharClass || sub.Op == syntax.OpCapture || sub.Op == syntax.OpAlternate
		switch {
		case one == nil:
			run = nil
			continue
		case plain && exact(sub) && run != nil && len(run)*len(one) <= most:
			run = product(run, one)
		case exact(sub):
			run = one
		default:
			run = nil
			best = better(best, one)
			continue
		}
		best = better(best, run)
	}
	return best
}

// exact reports whether the expression matches just the texts required of it.
func exact(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral, syntax.OpCharClass:
		return true
	case syntax.OpCapture:
		return exact(re.Sub[0])
	case syntax.OpAlternate, syntax.OpConcat:
		for _, sub := range re.Sub {
			if sub.Op != syntax.OpLiteral && sub.Op != syntax.OpCharClass {
				return false
			}
		}
		return re.Op == syntax.OpAlternate
	}
	return false
}

func product(a, b []string) []string {
	out := make([]string, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			out = append(out, x+y)
		}
	}
	return out
}

// better prefers the list that is found less often.
func better(a, b []string) []string {
	if a == nil || b != nil && frequency(b) < frequency(a) {
		return b
	}
	return a
}

// frequency guesses how often one of the texts stands in a conversation: one
// Han character is frequent, a pronoun or 是 very, two together are rare.
func frequency(list []string) int {
	sum := 0
	for _, s := range list {
		switch {
		case len(s) <= 3 && strings.ContainsAny(s, "的是我你您他她有不了在为一"):
			sum += 100
		case len(s) == 1:
			sum += 90
		case len(s) == 2:
			sum += 60
		case len(s) == 3:
			sum += 10
		case len(s) <= 5:
			sum += 3
		default:
			sum++
		}
	}
	return sum
}

// classOf lists a small class, one character each, folded.
func classOf(re *syntax.Regexp) []string {
	var out []string
	for i := 0; i < len(re.Rune); i += 2 {
		if re.Rune[i+1]-re.Rune[i] > most {
			return nil
		}
		for c := re.Rune[i]; c <= re.Rune[i+1]; c++ {
			if s := string(Fold(c)); !unicode.IsUpper(c) && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
		if len(out) > 24 {
			return nil
		}
	}
	return out
}
