package scorecard

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/expression"
)

func TestRequiredTexts(t *testing.T) {
	for pattern, want := range map[string]string{
		"余额(是|为)":                  "余额 0-0",
		"(已经|已).{0,4}挂失":           "已 0-0 + 挂失 1-6",
		"a+bcd?":                   "bc 1-any",
		"(foo|bar)baz":             "barbaz|foobaz 0-0",
		`\bi('ve| have) changed\b`: "<i have>|<i've> 0-0",
		".*":                       "",
		"(a|.)":                    "",
		"[0-9]{3,}":                "0|1|2|3|4|5|6|7|8|9 0-0 + 0|1|2|3|4|5|6|7|8|9 2-2",
		`\b(he|she)\b.{0,3}(bought( it)?|e-?mailed)`: "<he>|<she> 0-0 + bought|e-mailed|emailed 2-6",
		"p(in|ass(word|code))s?":                     "passcode|password|pin 0-0",
		"(?i)HELLO":                                  "hello 0-0",
		"傻[逼叉]":                                      "傻叉|傻逼 0-0",
		"(密码|账号).{0,6}(改|变更)":                        "密码|账号 0-0 + 变更|改 2-8",
		"x?(abc|d.{2}efg)h*ijk":                      "abc|efg 0-4 + ijk 3-any",
	} {
		var got []string
		for _, c := range required(pattern) {
			slices.Sort(c.texts)
			most := strconv.Itoa(c.most)
			if c.most == endless {
				most = "any"
			}
			for i, text := range c.texts {
				if w := wantedOf(text); w.starts || w.ends {
					c.texts[i] = "<" + w.text + ">"
				}
			}
			got = append(got, fmt.Sprintf("%s %d-%s", strings.Join(c.texts, "|"), c.least, most))
		}
		if strings.Join(got, " + ") != want {
			t.Errorf("%s: %q, want %q", pattern, got, want)
		}
	}
}

func TestNeedlesAreFoundWhereverTheyStand(t *testing.T) {
	g := newGathering(conversation.Chinese)
	for _, s := range []string{"再见", "见", "ok", "re", "请稍等", "稍等", "refund", "reverse", "\bre", "re\b", "\brefun\b", "\bd", "\b见"} {
		g.number(wantedOf(s))
	}
	g.finish()
	n := g.index
	got := map[string][]int{}
	for _, p := range n.Find(n.Expressions().Append(nil, "好的ok,请稍等,再见re REFUND refun"), nil) {
		text := g.wanted[p.Needle].text
		if g.wanted[p.Needle].starts {
			text = "<" + text
		}
		if g.wanted[p.Needle].ends {
			text += ">"
		}
		got[text] = append(got[text], int(p.At))
	}
	want := map[string][]int{"ok": {2}, "请稍等": {5}, "稍等": {6}, "再见": {9}, "见": {10}, "re": {11, 14, 21}, "refund": {14},
		"<re": {11, 14, 21}, "re>": {11}, "<refun>": {21}}
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
		start, end, ok := f.Find(sought.Expression, symbols, from, len(symbols))
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
	for _, m := range want {
		if !sought.Anywhere && !n.clued(sought, symbols, m[0]) {
			t.Errorf("%s matches %q at %v without its clues", re, text, m)
		}
	}
}

// clued reports whether all clues of one list stand where a match that begins
// at start must have them.
func (n *PhraseIndex) clued(sought *Clues, text []expression.Symbol, start int) bool {
	there := map[int32][]int32{}
	for _, p := range n.Find(text, nil) {
		for _, g := range n.GroupsOf(p.Needle) {
			there[g] = append(there[g], p.At-int32(start))
		}
	}
	return slices.ContainsFunc(sought.Lists, func(clues []Clue) bool {
		return !slices.ContainsFunc(clues, func(c Clue) bool {
			return !slices.ContainsFunc(there[c.Group], func(at int32) bool { return at >= c.Least && at <= c.Most })
		})
	})
}

// FuzzRequired holds the promise that lets a scorer skip an expression, or
// begin late and end early: of each clue a text stands in every match, so far
// from its beginning.
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
		folded := strings.Map(Fold, text)
		for _, m := range re.FindAllStringIndex(folded, -1) {
			for _, c := range required(pattern) {
				if !c.standsIn([]rune(folded), utf8.RuneCountInString(folded[:m[0]]), utf8.RuneCountInString(folded[:m[1]])) {
					t.Errorf("%q matches %q in %q without %v", pattern, folded[m[0]:m[1]], folded, c)
				}
			}
		}
	})
}

// standsIn reports whether one of the texts stands in the match of text from
// start to end.
func (c clue) standsIn(text []rune, start, end int) bool {
	for at := start + c.least; at <= min(start+c.most, end); at++ {
		if slices.ContainsFunc(c.texts, func(s string) bool {
			w := wantedOf(s)
			until := at + utf8.RuneCountInString(w.text)
			return strings.HasPrefix(string(text[at:end]), w.text) && (!w.starts || at == 0 || !inWord(text[at-1])) && (!w.ends || until == len(text) || !inWord(text[until]))
		}) {
			return true
		}
	}
	return false
}

func inWord(c rune) bool { return c < utf8.RuneSelf && latinOrDigit(byte(c)) }
