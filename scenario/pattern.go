package scenario

import (
	"strings"
	"unicode"

	"github.com/lianxi-cc/lianxi/conversation"
)

// A pattern is a text like "锁定|冻结|输错…次" or "refund*|money…back":
// alternatives parted by |, each one or more pieces with … (or ...) for a gap
// of at most maxGap bytes. Case, width, punctuation and, in Chinese, spaces do
// not matter; Chinese digits equal Arabic ones. English pieces match whole
// words; a final * leaves the end of the word open.
type pattern [][]string

// maxGap bounds what a … may stand for, in bytes of normalised text.
const maxGap = 60

func compile(text string, lang conversation.Lang) pattern {
	var p pattern
	for alt := range strings.SplitSeq(text, "|") {
		var pieces []string
		for piece := range strings.SplitSeq(strings.ReplaceAll(alt, "...", "…"), "…") {
			open := strings.HasSuffix(strings.TrimSpace(piece), "*")
			n := normalise(piece, lang)
			if lang == conversation.English && open {
				n = strings.TrimSuffix(n, " ")
			}
			if strings.TrimSpace(n) != "" {
				pieces = append(pieces, n)
			}
		}
		if len(pieces) > 0 {
			p = append(p, pieces)
		}
	}
	return p
}

// find returns where p begins in the normalised text, or -1.
func (p pattern) find(text string) int {
	best := -1
	for _, pieces := range p {
		if at := findPieces(pieces, text); at >= 0 && (best < 0 || at < best) {
			best = at
		}
	}
	return best
}

func findPieces(pieces []string, text string) int {
	for from := 0; ; {
		i := strings.Index(text[from:], pieces[0])
		if i < 0 {
			return -1
		}
		start := from + i
		if followed(pieces[1:], text, start+len(pieces[0])) {
			return start
		}
		from = start + 1
	}
}

// followed reports whether the rest of the pieces follow, each within maxGap.
// A space that ends one English piece may begin the next.
func followed(rest []string, text string, end int) bool {
	for _, piece := range rest {
		from := end
		if from > 0 && text[from-1] == ' ' {
			from--
		}
		i := strings.Index(text[from:min(len(text), from+maxGap+len(piece))], piece)
		if i < 0 {
			return false
		}
		end = from + i + len(piece)
	}
	return true
}

// normalise brings a text into the form in which patterns match. English text
// becomes words with one space before, between and after.
func normalise(text string, lang conversation.Lang) string {
	var b strings.Builder
	b.Grow(len(text) + 2)
	english := lang == conversation.English
	if english {
		b.WriteByte(' ')
	}
	space, digit := true, false
	for _, r := range text {
		r = fold(r)
		switch {
		case r == '\'' || r == '’':
			continue
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if english && space && digit && unicode.IsDigit(r) && b.Len() > 1 {
				s := strings.TrimSuffix(b.String(), " ") // "20 31" is one number
				b.Reset()
				b.WriteString(s)
			}
			b.WriteRune(r)
			space, digit = false, unicode.IsDigit(r)
		case english && !space:
			b.WriteByte(' ')
			space = true
		}
	}
	if english && !space {
		b.WriteByte(' ')
	}
	return b.String()
}

// fold maps full-width forms to ASCII, capitals to small letters and Chinese
// digits to Arabic ones.
func fold(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		r -= '！' - '!'
	case r == '〇' || r == '零':
		return '0'
	case r == '两':
		return '2'
	case r > 0x7f:
		if i := strings.IndexRune("一二三四五六七八九", r); i >= 0 {
			return rune('1' + i/3)
		}
		return r
	}
	return unicode.ToLower(r)
}
