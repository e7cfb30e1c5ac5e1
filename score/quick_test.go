package score

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// foldSlowly is the definition of fold.
func foldSlowly(s string) string { return strings.Map(scorecard.Fold, string([]rune(s))) }

// digitsSlowly is digitRuns in the plainest form.
func digitsSlowly(text string, least int) []digitRun {
	var out []digitRun
	var cur digitRun
	flush := func() {
		if len(cur.digits) >= least {
			out = append(out, cur)
		}
		cur = digitRun{}
	}
	runes := []rune(text)
	double := 1
	for i := 0; i < len(runes); {
		end := i
		for end < len(runes) && runes[end] >= 'a' && runes[end] <= 'z' {
			end++
		}
		end = max(end, i+1)
		word := string(runes[i:end])
		d := englishDigit(word)
		if d < 0 && end == i+1 {
			d = hanDigit(runes[i])
		}
		switch {
		case d >= 0:
			if cur.digits == "" {
				cur.from = i
			}
			cur.digits, cur.until, double = cur.digits+strings.Repeat(string(rune('0'+d)), double), end, 1
		case word == "double":
			double = 2
		case word == "triple" || word == "treble":
			double = 3
		case strings.Trim(word, " ,，、-.") == "":
			// a breath between digits
		default:
			flush()
			double = 1
		}
		i = end
	}
	flush()
	return out
}

// FuzzQuickReadings holds the quick readings of a text to the slow ones.
func FuzzQuickReadings(f *testing.F) {
	for _, s := range []string{"您的尾号是一二三四，明天下午三点前，半个小时内给您回电", "DOUBLE six, three oh nine; 12-34 5６７", "this week by 5pm within two hours\xff",
		"下周三,月底,一个半小时,3个工作日,十二点半,工号,星期天", "一共 ￥3,000 元,半块钱,两毛,三美元", "’‘　ＡＢ", "他下班之前,今早,当天"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 400 {
			return
		}
		text := foldSlowly(s)
		var p prose
		if got := p.folded(s); got != text {
			t.Fatalf("%q folds to %q, want %q", s, got, text)
		}
		if folded(s) != (s == text && utf8.ValidString(s)) {
			t.Fatalf("%q is folded: %v", s, folded(s))
		}
		for _, least := range []int{1, 4} {
			if got, want := digitRuns(nil, &p, text, least), digitsSlowly(text, least); !slices.Equal(got, want) {
				t.Fatalf("%q: digits %v, want %v", text, got, want)
			}
		}
		var q quantities
		compareQuantities(t, &q, conversation.Chinese, text)
		compareQuantities(t, &q, conversation.English, text)
		a, b := text[:byteAt(text, len(text)/6)], text[byteAt(text, len(text)/9):]
		compareLikeness(t, a, b)
		compareLikeness(t, text, a+b)
	})
}

// compareLikeness holds the comparing of two texts to its definition.
func compareLikeness(t *testing.T, a, b string) {
	t.Helper()
	x, y := appendBare(nil, a), appendBare(nil, b)
	want := alike(x, y)
	var l likenesses
	l.add(0, x)
	l.add(1, y)
	for least := range 1002 {
		if got := l.count(least, 1, nil) == 1; got != (want >= least) {
			t.Fatalf("%q and %q are %d ‰ alike; at least %d: %v", a, b, want, least, got)
		}
	}
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
