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
	if r.folded[turn] == "" {
		r.folded[turn] = fold(r.c.Turns[turn].Text)
	}
	return r.folded[turn]
}

// fold folds s, giving s itself back when nothing changes.
func fold(s string) string {
	if folded(s) {
		return s
	}
	return string(appendFolded(nil, s))
}

// appendFolded appends s, folded. Nearly all of it is copied as it is: small
// ASCII letters and Han characters.
func appendFolded(out []byte, s string) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c < utf8.RuneSelf && (c < 'A' || c > 'Z'):
			out = append(out, c)
			i++
		case han(s, i):
			out = append(out, s[i:i+3]...)
			i += 3
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			out = utf8.AppendRune(out, scorecard.Fold(r))
			i += size
		}
	}
	return out
}

// folded reports whether s is folded already.
func folded(s string) bool {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c < utf8.RuneSelf && (c < 'A' || c > 'Z'):
			i++
		case han(s, i):
			i += 3
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 || scorecard.Fold(r) != r {
				return false
			}
			i += size
		}
	}
	return true
}

// han reports whether a character from U+4000 to U+9FFF stands at i: there is
// nothing to fold among these.
func han(s string, i int) bool {
	return s[i] >= 0xE4 && s[i] <= 0xE9 && i+2 < len(s) && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80
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

// wordEdge reports whether byte i of text is the edge of a word, as far as
// phrase asks for one on that side.
func wordEdge(text string, i int, phrase string, left bool) bool {
	if left {
		return !latin(phrase[0]) || i == 0 || !latin(text[i-1])
	}
	return !latin(phrase[len(phrase)-1]) || i == len(text) || !latin(text[i])
}

func latin(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }
