package scorecard_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/scorecard"
)

const editable = `# a card with everything in its way
id: edited
version: 1
title: {zh: 试, en: T}
sections:
  - id: s
    title: {zh: 部分, en: S}
    items:
      - id: block   # stays
        # this comment too
        title: {zh: 一, en: One}

        weight: 8
        met: {act: greet}
      - {id: "flow", title: {zh: 二，“有引号”, en: Two}, weight: 4, met: {act: thank}}  # and this
      - title: {en: Three}
        id: late
        critical: "customer" # quoted
        met: {act: farewell}`

func TestEditChangesNothingElse(t *testing.T) {
	for name, c := range map[string]struct {
		setting   scorecard.Setting
		old, want string
	}{
		"a value":             {scorecard.Setting{Item: "block", Key: "weight", Value: "10"}, "weight: 8\n", "weight: 10\n"},
		"in a flow":           {scorecard.Setting{Item: "flow", Key: "weight", Value: "12"}, "weight: 4", "weight: 12"},
		"beside a comment":    {scorecard.Setting{Item: "late", Key: "critical", Value: "compliance"}, `critical: "customer" #`, "critical: compliance #"},
		"new in a block":      {scorecard.Setting{Item: "block", Key: "state", Value: "shadow"}, "id: block   # stays\n", "id: block   # stays\n        state: shadow\n"},
		"new in a flow":       {scorecard.Setting{Item: "flow", Key: "auto-fail", Value: "form"}, `{id: "flow", t`, `{id: "flow", auto-fail: form, t`},
		"new, id not first":   {scorecard.Setting{Item: "late", Key: "weight", Value: "3"}, "        id: late\n", "        id: late\n        weight: 3\n"},
		"what is assumed":     {scorecard.Setting{Item: "block", Key: "state", Value: "live"}, "weight: 8", "weight: 8"},
		"what is there":       {scorecard.Setting{Item: "block", Key: "weight", Value: "8"}, "weight: 8", "weight: 8"},
		"critical left alone": {scorecard.Setting{Item: "flow", Key: "critical", Value: "none"}, "weight: 4", "weight: 4"},
	} {
		got, err := scorecard.Edit([]byte(editable), []scorecard.Setting{c.setting})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(strings.Replace(editable, c.old, c.want, 1), string(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if _, err := scorecard.Parse("edited.yaml", got, scorecard.Known{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, s := range []scorecard.Setting{{Item: "none", Key: "weight", Value: "1"}, {Item: "block", Key: "met", Value: "x"}, {Item: "block", Key: "weight", Value: "1\nmet: x"}, {Item: "block", Key: "weight"}} {
		if _, err := scorecard.Edit([]byte(editable), []scorecard.Setting{s}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v, want invalid", s, err)
		}
	}
}

// TestPageAndTextLoseNothing changes every setting of every item of every
// shipped card through the page's way and back: the text is the same again.
func TestPageAndTextLoseNothing(t *testing.T) {
	cards, err := scorecard.Load(content.FS, scorecard.Known{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cards {
		text := []byte(c.Text())
		var there, back []scorecard.Setting
		for _, s := range c.Sections {
			for _, it := range s.Items {
				there = append(there, scorecard.Setting{Item: it.ID, Key: "weight", Value: fmt.Sprint(it.Weight + 1)})
				back = append(back, scorecard.Setting{Item: it.ID, Key: "weight", Value: fmt.Sprint(it.Weight)})
			}
		}
		edited, err := scorecard.Edit(text, there)
		if err != nil {
			t.Fatal(err)
		}
		changed, err := scorecard.Parse("x.yaml", edited, scorecard.Known{})
		if err != nil {
			t.Fatalf("%s: %v", c.ID, err)
		}
		for s := range c.Sections {
			for i, it := range c.Sections[s].Items {
				if got := changed.Sections[s].Items[i]; got.Weight != it.Weight+1 || changed.Rule(it.ID) != c.Rule(it.ID) {
					t.Errorf("%s %s: weight %d, was %d", c.ID, it.ID, got.Weight, it.Weight)
				}
			}
		}
		again, err := scorecard.Edit(edited, back)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(text), "\n") == strings.Count(string(again), "\n") && string(again) != string(text) {
			t.Errorf("%s: %s", c.ID, cmp.Diff(string(text), string(again)))
		}
	}
}

func TestTheRuleOfAnItem(t *testing.T) {
	parse := func(text string) *scorecard.Card {
		c, err := scorecard.Parse("r.yaml", []byte(text), scorecard.Known{})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	const text = `id: r
version: 1
title: {en: R}
synonyms:
  wait: [hold on]
define:
  upset: {act: complain}
  angry: {any: [upset, {words: <wait>}]}
sections:
  - id: s
    title: {en: S}
    items:
      - {id: a, title: {en: A}, weight: 5, when: angry, met: {act: empathise}}
      - {id: b, title: {en: B}, weight: 5, met: {act: greet}}
`
	base := parse(text)
	for name, c := range map[string]struct {
		old, new string
		a, b     bool // whether the rule stays the same
	}{
		"weight and words":     {"{en: A}, weight: 5", "{en: Calms}, weight: 9", true, true},
		"its own test":         {"act: empathise", "act: apologise", false, true},
		"a definition below":   {"upset: {act: complain}", "upset: {act: vent-anger}", false, true},
		"a set":                {"[hold on]", "[hold on, bear with me]", false, true},
		"who judges":           {"met: {act: greet}}", "method: person}", true, false},
		"the other's own test": {"met: {act: greet}", "met: {act: thank}", true, false},
	} {
		changed := parse(strings.Replace(text, c.old, c.new, 1))
		if a, b := base.Rule("a") == changed.Rule("a"), base.Rule("b") == changed.Rule("b"); a != c.a || b != c.b {
			t.Errorf("%s: same rules %v and %v, want %v and %v", name, a, b, c.a, c.b)
		}
	}
	if base.Rule("none") != "" || len(base.Rule("a")) != 8 {
		t.Errorf("rule names %q, %q", base.Rule("none"), base.Rule("a"))
	}
	next := parse(strings.Replace(text, "act: empathise", "act: apologise", 1))
	if got := scorecard.Unproven(base, next, nil, scorecard.DefaultThreshold); !slices.Equal(got, []string{"a"}) {
		t.Errorf("unproven are %v, want a", got)
	}
	if got := scorecard.Unproven(nil, next, map[string]scorecard.Proof{"b": {Reviewed: 30, Right: 30}}, scorecard.DefaultThreshold); !slices.Equal(got, []string{"a"}) {
		t.Errorf("of a new card unproven are %v, want a", got)
	}
}

// FuzzEdit: what is edited says what was asked for, or is refused; the rest of
// the card stays.
func FuzzEdit(f *testing.F) {
	f.Add("block", "weight", "9")
	f.Add("flow", "state", "shadow")
	f.Add("late", "critical", "it's # odd")
	base, err := scorecard.Parse("edited.yaml", []byte(editable), scorecard.Known{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, item, key, value string) {
		text, err := scorecard.Edit([]byte(editable), []scorecard.Setting{{Item: item, Key: key, Value: value}})
		if err != nil {
			return
		}
		c, err := scorecard.Parse("edited.yaml", text, scorecard.Known{})
		if err != nil {
			return // a value that the setting does not have
		}
		for _, s := range base.Sections {
			for _, it := range s.Items {
				got := c.Item(it.ID)
				if got == nil || it.ID != item && !cmp.Equal(got.Title, it.Title) || c.Rule(it.ID) != base.Rule(it.ID) {
					t.Errorf("%s %s=%q changed %s:\n%s", item, key, value, it.ID, text)
				}
			}
		}
	})
}
