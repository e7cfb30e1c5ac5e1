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
func (r *run) text(turn int) string {
	if !r.folded[turn] {
		r.texts[turn], r.folded[turn] = fold(r.c.Turns[turn].Text), true
	}
	return r.texts[turn]
}

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

// find visits the places of phrase in text by code points. A phrase that
// begins or ends with a Latin letter or a digit must stand as a word there.
func find(text, phrase string, visit func(from, until int)) {
	if phrase == "" {
		return
	}
	for start := 0; ; {
		i := strings.Index(text[start:], phrase)
		if i < 0 {
			return
		}
		i += start
		if wordEdge(text, i, phrase, true) && wordEdge(text, i+len(phrase), phrase, false) {
			from := utf8.RuneCountInString(text[:i])
			visit(from, from+utf8.RuneCountInString(phrase))
		}
		start = i + len(phrase)
	}
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
