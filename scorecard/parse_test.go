package scorecard_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/scorecard"
)

const head = "id: c\nversion: 1\ntitle: {en: C}\n"

// body returns a card with one item of these lines.
func body(lines ...string) string {
	return head + "sections:\n  - id: s\n    title: {en: S}\n    items:\n      - id: i\n        title: {en: I}\n        " + strings.Join(lines, "\n        ") + "\n"
}

var few = scorecard.Known{Acts: []analysis.Act{"greet", "empathise", "apologise"}, Competencies: scorecard.IDs([]scorecard.Competency{{ID: "empathy"}})}

func TestTheCheckerSaysWhereAndWhatWasExpected(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"act":              {body("met: {act: emphatise}"), `c.yaml:10:20: unknown word "emphatise", expected one of greet, empathise, apologise; did you mean "empathise"?`},
		"operator":         {body("met: {acts: greet}"), `c.yaml:10:15: unknown word "acts", expected a known word; did you mean "act"?`},
		"scope key":        {body("met: {act: greet, windo: first 2 turns}"), `c.yaml:10:27: unknown word "windo", expected a known word; did you mean "window"?`},
		"window":           {body("met: {act: greet, window: first two turns}"), `c.yaml:10:35: read "first two turns", expected a window like "first 2 turns", "last 10 s", "first 20 %" or "turns 2..5"`},
		"duration":         {body("met: {silence: 10}"), `c.yaml:10:24: read "10", expected a time like "10 s", "800 ms" or "2 min"`},
		"distance":         {body("met: {act: greet, after: {of: {act: greet}, within: two turns}}"), `c.yaml:10:61: read "two turns", expected a distance like "2 turns", "10 s" or "30 characters"`},
		"name":             {body("met: upsett") + "define: {upset: {act: greet}}\n", `c.yaml:10:14: read "upsett", expected the name of a test under define; did you mean "upset"?`},
		"competency":       {body("competencies: [emphathy]", "met: {act: greet}"), `c.yaml:10:24: unknown word "emphathy", expected one of empathy; did you mean "empathy"?`},
		"item key":         {body("wieght: 3", "met: {act: greet}"), `c.yaml:10:9: unknown word "wieght", expected a known word; did you mean "weight"?`},
		"regex":            {body("met: {regex: 'a('}"), "c.yaml:10:22: read \"a(\", expected a regular expression of RE2: missing closing ): `a(`"},
		"missing":          {body("met: {near: {a: x, b: y}}"), `c.yaml:10:21: read "a mapping", expected also within`},
		"two operators":    {body("met: {act: greet, words: hello}"), `c.yaml:10:27: read "words", expected one operator in a test`},
		"no judgement":     {body("weight: 3"), `c.yaml:8:9: read "a mapping", expected met, missed, count or share: how the item is judged`},
		"circle":           {body("met: a") + "define: {a: {not: b}, b: {not: a}}\n", `c.yaml:11:32: read "a", expected a test that does not use itself`},
		"this":             {body("met: this"), `c.yaml:10:14: read "this", expected this only inside unless`},
		"item twice":       {strings.Replace(body("met: {act: greet}"), "      - id: i\n", "      - {id: i, title: {en: I}, met: {act: greet}}\n      - id: i\n", 1), `c.yaml:9:13: read "i", expected each item's id once`},
		"example's item":   {body("met: {act: greet}") + "examples:\n  - {item: j, verdict: met, lang: en, turns: ['agent: Hi']}\n", `c.yaml:12:12: read "j", expected the id of an item; did you mean "i"?`},
		"example's medium": {body("met: {act: greet}") + "examples:\n  - {item: i, verdict: met, lang: en, channel: fax, turns: ['agent: Hi']}\n", `c.yaml:12:48: unknown word "fax", expected one of phone, chat`},
		"example's way":    {body("met: {act: greet}") + "examples:\n  - {item: i, verdict: met, lang: en, direction: outbond, turns: ['agent: Hi']}\n", `c.yaml:12:50: unknown word "outbond", expected one of inbound, outbound; did you mean "outbound"?`},
		"state":            {head + "state: alive\n" + strings.TrimPrefix(body("met: {act: greet}"), head), `c.yaml:4:8: unknown word "alive", expected one of draft, shadow, live, retired; did you mean "live"?`},
		"synonyms":         {body("met: {words: <hello>}") + "synonyms: {hallo: [hi]}\n", `c.yaml:10:14: read "<hello>", expected a set under synonyms; did you mean "hallo"?`},
		"step":             {body("met: {flow: {steps: [{id: a, test: {act: greet}, after: [b]}]}}"), `c.yaml:10:66: read "b", expected the id of a step above`},
		"count and met":    {body("met: {act: greet}", "count: {of: {act: greet}, take: 1, max: 2}"), `c.yaml:11:16: read "a mapping", expected either count, or share, or met, partly and missed`},
		"share and met":    {body("met: {act: greet}", "share: {of: {act: greet}, none: 0, full: 50}"), `c.yaml:11:16: read "a mapping", expected either count, or share, or met, partly and missed`},
		"share of nothing": {body("share: {of: {act: greet}, none: 20, full: 20}"), `c.yaml:10:16: read "a mapping", expected none and full up to a hundred per cent, not the same`},
		"share without of": {body("share: {none: 20, full: 30}"), `c.yaml:10:16: read "a mapping", expected of: the test whose share of the turns is asked`},
		"points that rise": {body("scale: {points: [1, 2, 0]}", "met: {act: greet}"), `c.yaml:10:16: read "a mapping", expected points that do not rise from met to missed, met from 1 to 1000`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := scorecard.Parse("c.yaml", []byte(c.text), few)
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if !fault.Is(err, fault.Invalid) {
				t.Error("a wrong card must be invalid")
			}
			testkit.SaidInChinese(t, err)
		})
	}
}

func TestEveryMistakeIsReportedInTheOrderOfTheText(t *testing.T) {
	_, err := scorecard.Parse("c.yaml", []byte(body("met: {act: [gret, empathize]}", "competencies: [x]")), few)
	if err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Fatalf("want three problems:\n%v", err)
	}
	if !strings.HasPrefix(err.Error(), `c.yaml:10:21: unknown word "gret"`) {
		t.Errorf("the first problem must stand first:\n%v", err)
	}
}

var comparison = []cmp.Option{cmpopts.IgnoreUnexported(scorecard.Card{}, scorecard.Value{}), cmpopts.IgnoreFields(scorecard.Test{}, "At", "Leaf")}

func TestRoundTripLosesNothing(t *testing.T) {
	cards, err := scorecard.Load(content.FS, scorecard.Known{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cards {
		t.Run(string(c.ID), func(t *testing.T) { roundTrip(t, []byte(c.Text())) })
	}
}

// roundTrip checks that a card survives Format: its meaning, its version, its
// comments; and that Format is stable.
func roundTrip(t *testing.T, text []byte) {
	t.Helper()
	a, err := scorecard.Parse("a.yaml", text, scorecard.Known{})
	if err != nil {
		t.Fatal(err)
	}
	out := scorecard.Format(a)
	b, err := scorecard.Parse("a.yaml", out, scorecard.Known{})
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if diff := cmp.Diff(a, b, comparison...); diff != "" {
		t.Errorf("the card changed:\n%s", diff)
	}
	if string(scorecard.Format(b)) != string(out) {
		t.Error("formatting twice differs")
	}
	for line := range strings.Lines(string(text)) {
		if c := strings.TrimSpace(line); strings.HasPrefix(c, "# ") && !strings.Contains(string(out), c) {
			t.Errorf("comment lost: %s", c)
		}
	}
}

func TestCommentsStayWhereTheyWere(t *testing.T) {
	text := "# why this card\n" + body("# the heart of it", "met: {act: greet} # in the opening")
	c, err := scorecard.Parse("c.yaml", []byte(text), few)
	if err != nil {
		t.Fatal(err)
	}
	out := string(scorecard.Format(c))
	for _, want := range []string{"# why this card\nid: c", "# the heart of it\n        met:", "{act: greet} # in the opening"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
}

func TestTheVersionFollowsTheMeaning(t *testing.T) {
	version := func(text string) string {
		c, err := scorecard.Parse("c.yaml", []byte(text), few)
		if err != nil {
			t.Fatal(err)
		}
		return c.Version
	}
	plain := version(body("met: {act: greet}"))
	if got := version("# a remark\n" + body("met:\n          act: [greet]")); got != plain {
		t.Errorf("comment and layout changed the version: %s, %s", plain, got)
	}
	if got := version(body("met: {act: apologise}")); got == plain {
		t.Error("another meaning must have another version")
	}
}

// TestNamesMeanTheSameOnEveryCard keeps definitions that cards share in step.
func TestNamesMeanTheSameOnEveryCard(t *testing.T) {
	cards, err := scorecard.Load(content.FS, known(t))
	if err != nil {
		t.Fatal(err)
	}
	first := map[string]*scorecard.Test{}
	for _, c := range cards {
		for _, d := range c.Define {
			if seen, ok := first[d.Name]; ok {
				if diff := cmp.Diff(seen, d.Test, append(comparison, cmpopts.IgnoreFields(scorecard.Test{}, "Index"))...); diff != "" {
					t.Errorf("%s: %s means something else:\n%s", c.ID, d.Name, diff)
				}
				continue
			}
			first[d.Name] = d.Test
		}
	}
	if len(cards) != 6 {
		t.Errorf("%d cards, want six", len(cards))
	}
}

// TestWordingsAreComplete: every item has both languages wherever it has one.
func TestWordingsAreComplete(t *testing.T) {
	cards, _ := scorecard.Load(content.FS, known(t))
	for _, c := range cards {
		for _, s := range c.Sections {
			for _, it := range s.Items {
				texts := []scorecard.Text{it.Title, it.Why, it.Feeling, it.Better}
				for _, say := range it.Say {
					texts = append(texts, say)
				}
				for _, x := range texts {
					if len(x) == 1 {
						t.Errorf("%s/%s: %v has one language only", c.ID, it.ID, x)
					}
				}
				if len(it.Why) == 0 || len(it.Competencies) == 0 {
					t.Errorf("%s/%s: no reason or no competency", c.ID, it.ID)
				}
			}
		}
	}
}

func TestLoadNamesEveryFileThatIsWrong(t *testing.T) {
	fsys := mapFS{"scorecards/a.yaml": body("met: {act: x}"), "scorecards/b.yaml": "id: [\n"}
	_, err := scorecard.Load(fsys.fs(), few)
	if err == nil || !strings.Contains(err.Error(), "a.yaml") || !strings.Contains(err.Error(), "b.yaml") {
		t.Errorf("both files must be named: %v", err)
	}
	var fe *fault.Error
	if !errors.As(err, &fe) || fe.Kind != fault.Invalid {
		t.Error("must be invalid")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(body("met: {act: greet, after: {of: {words: {zh: [a], en: [b]}}, hit: 3, within: 2.5 s}, unless: this, sure: 900}"))
	f.Add(body("count: {of: {not: {flow: {steps: [{id: a, test: {regex: x}}]}}}, take: 1, max: 3}"))
	f.Fuzz(func(t *testing.T, text string) {
		c, err := scorecard.Parse("f.yaml", []byte(text), scorecard.Known{})
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("a wrong text must be invalid: %v", err)
			}
			return
		}
		again, err := scorecard.Parse("f.yaml", scorecard.Format(c), scorecard.Known{})
		if err != nil {
			t.Fatalf("own text does not parse: %v\n%s", err, scorecard.Format(c))
		}
		if again.Version != c.Version {
			t.Errorf("the version changed on the way:\n%s", scorecard.Format(c))
		}
	})
}
