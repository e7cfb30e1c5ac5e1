package score

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

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
		if got := fold(s); got != text {
			t.Fatalf("%q folds to %q, want %q", s, got, text)
		}
		if folded(s) != (s == text && utf8.ValidString(s)) {
			t.Fatalf("%q is folded: %v", s, folded(s))
		}
		for _, least := range []int{1, 4} {
			if got, want := digitRuns(text, least), digitsSlowly(text, least); !slices.Equal(got, want) {
				t.Fatalf("%q: digits %v, want %v", text, got, want)
			}
		}
		point, span := mayName(text)
		n := 0
		count := func([]int, deadline) { n++ }
		if chinesePoints(text, count); n > 0 && !point {
			t.Fatalf("%q names a point", text)
		}
		n = 0
		if chineseSpans(text, count); n > 0 && !span {
			t.Fatalf("%q names a span", text)
		}
		if !hanMoney(text) && hanAmount.MatchString(text) {
			t.Fatalf("%q names an amount", text)
		}
		quick := 0
		englishDeadlines(text, func([]int, deadline) { quick++ })
		n = 0
		englishPoints(text, count)
		englishClocks(text, count)
		englishSpans(text, count)
		if quick != n {
			t.Fatalf("%q: %d English times, want %d", text, quick, n)
		}
	})
}
