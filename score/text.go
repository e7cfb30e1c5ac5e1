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
	if r.folds[turn] == "" {
		r.folds[turn] = r.prose.folded(r.c.Turns[turn].Text)
	}
	return r.folds[turn]
}

// runes returns the characters of s, until it is called again.
func (r *run) runes(s string) []rune {
	r.letterRoom = r.letterRoom[:0]
	for _, c := range s {
		r.letterRoom = append(r.letterRoom, c)
	}
	return r.letterRoom
}

// byteAt returns where character n of s begins; before the first it is the
// first, after the last the end.
func byteAt(s string, n int) int {
	for i := range s {
		if n <= 0 {
			return i
		}
		n--
	}
	return len(s)
}

// cut returns the code points [from, until) of s, which is text.
func cut(s string, from, until int) string {
	first := byteAt(s, from)
	return s[first:max(first, byteAt(s, until))]
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

// sentences appends the half-open ranges of the sentences in text. A text
// without punctuation is one sentence.
func sentences(out [][2]int, text []rune) [][2]int {
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

// appendBare appends the letters and digits of s, folded.
func appendBare(out []rune, s string) []rune {
	for _, c := range s {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			out = append(out, scorecard.Fold(c))
		}
	}
	return out
}

// wordBegins reports whether a word begins at byte i of text, as far as phrase
// asks for one.
func wordBegins(text string, i int, phrase string) bool {
	return !latin(phrase[0]) || i == 0 || !latin(text[i-1])
}

func latin(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }
