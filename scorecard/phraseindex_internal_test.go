package scorecard

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/expression"
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
			slices.Sort(g)
			got = append(got, strings.Join(g, "|"))
		}
		if strings.Join(got, " + ") != want {
			t.Errorf("%s: %q, want %q", pattern, got, want)
		}
	}
}

func TestNeedlesAreFoundWhereverTheyStand(t *testing.T) {
	g := newGathering(conversation.Chinese)
	needles := []string{"再见", "见", "ok", "re", "请稍等", "稍等", "refund", "reverse"}
	g.number(needles)
	g.finish()
	n := g.index
	got := map[string][]int{}
	for _, p := range n.Find(n.Expressions().Append(nil, "好的ok,请稍等,再见re REFUND refun"), nil) {
		got[needles[p.Needle]] = append(got[needles[p.Needle]], int(p.At))
	}
	want := map[string][]int{"ok": {2}, "请稍等": {5}, "稍等": {6}, "再见": {9}, "见": {10}, "re": {11, 14, 21}, "refund": {14}}
	if len(got) != len(want) {
		t.Errorf("found %v", got)
	}
	for text, at := range want {
		if !slices.Equal(got[text], at) {
			t.Errorf("%s at %v, want %v", text, got[text], at)
		}
	}
}

// TestExpressionsOfTheCardsAreFoundAsRegexpFindsThem holds the quick search to
// package regexp, on people's utterances.
func TestExpressionsOfTheCardsAreFoundAsRegexpFindsThem(t *testing.T) {
	cards, err := Load(os.DirFS("../content"), Known{})
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []conversation.Lang{conversation.Chinese, conversation.English} {
		texts := utterances(t, lang)
		index := cards[0].Index(lang)
		finder := expression.NewFinder(index.Expressions())
		cards[0].eachTest(func(test *Test, _ bool) {
			for i := range test.Args {
				v := &test.Args[i].Value
				if sought := v.Clues(lang); v.Kind == KindRegex && sought != nil {
					for _, text := range texts {
						compareFinds(t, finder, index, v.Regexp(lang), sought, text)
					}
				}
			}
		})
	}
}

// utterances are labelled utterances of a language and those of the red lines.
func utterances(t *testing.T, lang conversation.Lang) []string {
	names, err := filepath.Glob("../content/labelled/" + string(lang) + "-*.jsonl")
	if err != nil || len(names) == 0 {
		t.Fatal("no labelled utterances", err)
	}
	var out []string
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			var u struct {
				Text string `json:"text"`
			}
			if json.Unmarshal([]byte(line), &u) == nil && u.Text != "" && n%151 == 0 {
				out = append(out, u.Text)
			}
			n++
		}
	}
	names, err = filepath.Glob("../score/testdata/heard/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal("no red lines", err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if i%5 == 0 {
				out = append(out, line)
			}
		}
	}
	return out
}

func compareFinds(t *testing.T, f *expression.Finder, n *PhraseIndex, re *regexp.Regexp, sought *Clues, text string) {
	var got, want [][]int
	symbols := n.Expressions().Append(nil, text)
	for from := 0; ; {
		start, end, ok := f.Find(sought.Expression, symbols, from)
		if !ok {
			break
		}
		got, from = append(got, []int{start, end}), end
	}
	folded := strings.Map(Fold, text)
	for _, m := range re.FindAllStringIndex(folded, -1) {
		want = append(want, []int{utf8.RuneCountInString(folded[:m[0]]), utf8.RuneCountInString(folded[:m[1]])})
	}
	if !slices.EqualFunc(got, want, func(a, b []int) bool { return slices.Equal(a, b) }) {
		t.Errorf("%s in %q: %v, want %v", re, text, got, want)
	}
	if len(want) > 0 && !sought.Anywhere && !n.clued(sought, symbols) {
		t.Errorf("%s matches %q without its clues", re, text)
	}
}

// clued reports whether of one list of clues a needle of every group stands.
func (n *PhraseIndex) clued(sought *Clues, text []expression.Symbol) bool {
	there := map[int32]bool{}
	for _, p := range n.Find(text, nil) {
		for _, g := range n.GroupsOf(p.Needle) {
			there[g] = true
		}
	}
	return slices.ContainsFunc(sought.Lists, func(groups []int32) bool {
		return !slices.ContainsFunc(groups, func(g int32) bool { return !there[g] })
	})
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

// standInOrder reports whether one of each group stands in text, in order.
func standInOrder(groups [][]string, text string) bool {
	starts := []int(nil)
	for n, g := range groups {
		var next []int
		for at := range text {
			for _, s := range g {
				if !strings.HasPrefix(text[at:], s) {
					continue
				}
				if n == 0 || slices.ContainsFunc(starts, func(b int) bool { return b < at }) {
					next = append(next, at)
				}
			}
		}
		starts = next
	}
	return len(starts) > 0
}
