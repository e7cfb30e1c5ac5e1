package scorecard

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestRequiredTexts(t *testing.T) {
	for pattern, want := range map[string]string{
		"余额(是|为)":                  "余额",
		"(已经|已).{0,4}挂失":           "已 + 挂失",
		"a+bcd?":                   "a + bc",
		"(foo|bar)baz":             "barbaz|foobaz",
		`\bi('ve| have) changed\b`: "i have changed|i've changed",
		".*":                       "",
		"(a|.)":                    "",
		"[0-9]{3,}":                "0|1|2|3|4|5|6|7|8|9 + 0|1|2|3|4|5|6|7|8|9",
		"(?i)HELLO":                "hello",
		"傻[逼叉]":                    "傻叉|傻逼",
		"(密码|账号).{0,6}(改|变更)":      "密码|账号 + 变更|改",
	} {
		var got []string
		for _, g := range required(pattern) {
			slices.Sort(g.texts)
			got = append(got, strings.Join(g.texts, "|"))
		}
		if strings.Join(got, " + ") != want {
			t.Errorf("%s: %q, want %q", pattern, got, want)
		}
	}
}

func TestNeedlesAreFoundWhereverTheyStand(t *testing.T) {
	n := newPhraseIndex([]string{"再见", "见", "ok", "re", "请稍等", "稍等"})
	got := map[string][]int{}
	for _, p := range n.Find("好的ok,请稍等,再见re", nil) {
		got[n.Text(p.Needle)] = append(got[n.Text(p.Needle)], int(p.At))
	}
	want := map[string][]int{"ok": {6}, "请稍等": {9}, "稍等": {12}, "再见": {19}, "见": {22}, "re": {25}}
	for text, at := range want {
		if !slices.Equal(got[text], at) {
			t.Errorf("%s at %v, want %v", text, got[text], at)
		}
	}
}

// FuzzRequired holds the promise that lets a scorer skip an expression: where
// it matches, one of its required texts stands.
func FuzzRequired(f *testing.F) {
	f.Add("余额(是|为)[0-9]+", "您的余额是30元")
	f.Add(`\b(change|reset)\b.{0,9}(pin|card)s?`, "Please RESET my cards")
	f.Add("(a|b)?(cd|ce){2,3}x*", "cdcecdxx")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 60 || len(text) > 200 {
			return
		}
		re, err := regexp.Compile("(?i)(?:" + pattern + ")")
		if err != nil {
			return
		}
		if _, err := regexp.Compile(pattern); err != nil {
			return
		}
		need := required(pattern)
		folded := strings.Map(Fold, text)
		if need == nil || !re.MatchString(folded) {
			return
		}
		if !standInOrder(need, folded) {
			t.Errorf("%q matches %q without one of each of %v", pattern, folded, need)
		}
	})
}

// standInOrder reports whether one of each group stands in text, in order and
// near enough.
func standInOrder(groups []group, text string) bool {
	starts := []int(nil)
	for n, g := range groups {
		var next []int
		for at := range text {
			for _, s := range g.texts {
				if !strings.HasPrefix(text[at:], s) {
					continue
				}
				if n == 0 || slices.ContainsFunc(starts, func(b int) bool { return b < at && (g.within == 0 || at-b <= g.within) }) {
					next = append(next, at)
				}
			}
		}
		starts = next
	}
	return len(starts) > 0
}
