package score

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/scorecard"
)

func runeCount(s string) int { return utf8.RuneCountInString(s) }

// text returns the folded text of a turn. It has as many characters as the
// turn, so that positions agree.
func (r *run) text(turn int) string { return r.texts[turn] }

// fold folds s, giving s itself back when nothing changes.
func fold(s string) string {
	if !utf8.ValidString(s) {
		s = string([]rune(s))
	}
	return strings.Map(scorecard.Fold, s)
}

// sentences returns the half-open ranges of the sentences in text. A text
// without punctuation is one sentence.
func sentences(text []rune) [][2]int {
	var out [][2]int
	start := -1
	for i, c := range text {
		switch {
		case strings.ContainsRune("。！？!?；;\n", c) || c == '.' && (i+1 == len(text) || text[i+1] == ' '):
			if start >= 0 {
				out = append(out, [2]int{start, i + 1})
			}
			start = -1
		case start < 0 && !unicode.IsSpace(c):
			start = i
		}
	}
	if start >= 0 {
		out = append(out, [2]int{start, len(text)})
	}
	return out
}

// bareLength counts the letters and digits of s: what is spoken.
func bareLength(s string) int {
	n := 0
	for _, c := range s {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			n++
		}
	}
	return n
}

// bare returns the letters and digits of s, folded.
func bare(s string) []rune {
	out := make([]rune, 0, len(s)/2)
	for _, c := range s {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			out = append(out, scorecard.Fold(c))
		}
	}
	return out
}

// alike returns how much two texts share, per mille: twice the number of
// common pairs of neighbouring characters, by the number of all.
func alike(a, b []rune) int {
	if len(a) < 2 || len(b) < 2 {
		if string(a) == string(b) && len(a) > 0 {
			return 1000
		}
		return 0
	}
	pairs := make(map[[2]rune]int, len(a))
	for i := 1; i < len(a); i++ {
		pairs[[2]rune{a[i-1], a[i]}]++
	}
	common := 0
	for i := 1; i < len(b); i++ {
		p := [2]rune{b[i-1], b[i]}
		if pairs[p] > 0 {
			pairs[p]--
			common++
		}
	}
	return 2000 * common / (len(a) + len(b) - 2)
}

// places is where the needles of a card stand in a conversation: for each
// needle a chain of places in the order of the conversation.
type places struct {
	head, tail []int32 // by needle; -1: nowhere
	all        []place
}

type place struct {
	turn, at int32 // at counts bytes of the folded text
	next     int32
}

func (p *places) reset(needles int) {
	p.head, p.tail, p.all = sized(p.head, needles), sized(p.tail, needles), p.all[:0]
	for i := range p.head {
		p.head[i] = -1
	}
}

func (p *places) add(needle, turn, at int32) {
	i := int32(len(p.all))
	p.all = append(p.all, place{turn: turn, at: at, next: -1})
	if p.head[needle] < 0 {
		p.head[needle] = i
	} else {
		p.all[p.tail[needle]].next = i
	}
	p.tail[needle] = i
}

// wordEdge reports whether byte i of text is the edge of a word, as far as
// phrase asks for one on that side.
func wordEdge(text string, i int, phrase string, left bool) bool {
	if left {
		return !latin(phrase[0]) || i == 0 || !latin(text[i-1])
	}
	return !latin(phrase[len(phrase)-1]) || i == len(text) || !latin(text[i])
}

func latin(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }
