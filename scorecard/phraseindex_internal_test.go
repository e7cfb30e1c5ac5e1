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
		"(已经|已).{0,4}挂失":           "挂失",
		"a+bcd?":                   "bc",
		"(foo|bar)baz":             "foobaz barbaz",
		`\bi('ve| have) changed\b`: "i've_changed i_have_changed",
		".*":                       "",
		"(a|.)":                    "",
		"[0-9]{4,}":                "0 1 2 3 4 5 6 7 8 9",
		"(?i)HELLO":                "hello",
		"傻[逼叉]":                    "傻逼 傻叉",
	} {
		got := required(pattern)
		slices.Sort(got)
		w := strings.Fields(want)
		for i := range w {
			w[i] = strings.ReplaceAll(w[i], "_", " ")
		}
		slices.Sort(w)
		if !slices.Equal(got, w) {
			t.Errorf("%s: %q, want %q", pattern, got, w)
		}
	}
}

func TestNeedlesAreFoundWhereverTheyStand(t *testing.T) {
	n := newPhraseIndex([]string{"再见", "见", "ok", "re", "请稍等", "稍等"})
	got := map[string][]int{}
	n.Find("好的ok,请稍等,再见re", func(id int32, at int) { got[n.Text(id)] = append(got[n.Text(id)], at) })
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
		if !slices.ContainsFunc(need, func(s string) bool { return strings.Contains(folded, s) }) {
			t.Errorf("%q matches %q without one of %q", pattern, folded, need)
		}
	})
}
