package scorecard

import (
	"slices"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// check finds what only the whole card shows: names that nothing defines,
// circles, ids used twice, and words out of place.
func (r *reader) check(c *Card) {
	r.once(r.sections, "each section's id once")
	r.once(r.items, "each item's id once")
	names := make([]string, len(c.Define))
	for i, d := range c.Define {
		names[i] = d.Name
	}
	c.eachTest(func(t *Test, excused bool) {
		r.checkTest(c, t, names, excused)
		if excused && t.Leaf == 0 && t.alone() {
			c.leaves++
			t.Leaf = c.leaves
		}
	})
	r.circles(c)
	for i, e := range c.Examples {
		if c.Item(e.Item) == nil {
			r.problem(r.doc.At(r.examples[i]), e.Item, "the id of an item", itemIDs(c))
		}
	}
}

func (r *reader) problem(at fault.Position, read, expected string, known []string) {
	r.ps = append(r.ps, yamldoc.Problem{At: at, Key: "yamldoc.expected", Read: read, Expected: expected, Nearest: yamldoc.Nearest(read, known)})
}

func itemIDs(c *Card) []string {
	var out []string
	for _, s := range c.Sections {
		for _, it := range s.Items {
			out = append(out, it.ID)
		}
	}
	return out
}

// roots returns the tests that stand at the top of something.
func (c *Card) roots() []*Test {
	var out []*Test
	for _, d := range c.Define {
		out = append(out, d.Test)
	}
	for s := range c.Sections {
		for i := range c.Sections[s].Items {
			out = append(out, c.Sections[s].Items[i].tests()...)
		}
	}
	return out
}

// eachTest visits every test of the card; excused says whether it stands
// inside an unless, where "this" has a meaning.
func (c *Card) eachTest(visit func(t *Test, excused bool)) {
	excuses := map[*Test]bool{}
	for _, root := range c.roots() {
		root.Walk(func(t *Test) {
			t.Scope.Unless.Walk(func(u *Test) { excuses[u] = true })
			visit(t, excuses[t])
		})
	}
}

func (r *reader) checkTest(c *Card, t *Test, names []string, excused bool) {
	switch t.Op {
	case OpUse:
		name := t.Word("name", "")
		t.Index = slices.Index(names, name)
		if t.Index < 0 {
			r.problem(t.At, name, "the name of a test under define", names)
		}
	case OpThis:
		if !excused {
			r.problem(t.At, OpThis, "this only inside unless", nil)
		}
	case "words":
		if t.Arg("at-least") != nil && t.Arg("of") == nil || t.Arg("of") != nil && t.Arg("at-least") == nil {
			r.problem(t.At, "words", "at-least and of together", nil)
		}
	case "n-of":
		if n := t.Int("at-least", 0); n < 1 || n > int64(len(t.Arg("of").Tests)) {
			r.problem(t.At, "n-of", "at-least from 1 to the number of tests", nil)
		}
	}
	for i := range t.Args {
		r.checkSets(c, t, &t.Args[i].Value)
	}
	for _, rel := range t.Scope.Relations {
		if rel.Of == nil {
			r.problem(t.At, rel.Where, "of: the test beside which to look", nil)
		}
	}
}

// checkSets looks up the <names> of synonym sets in phrases, puts their members
// in place and folds all for comparing.
func (r *reader) checkSets(c *Card, t *Test, v *Value) {
	if v.Kind != KindPhrases {
		return
	}
	var known []string
	for _, s := range c.Sets {
		known = append(known, s.Name)
	}
	v.folded = Phrases{}
	for _, lang := range []conversation.Lang{conversation.Chinese, conversation.English} {
		for _, p := range v.Phrases.In(lang) {
			name, isSet := setName(p)
			i := slices.Index(known, name)
			switch {
			case !isSet:
				v.folded[lang] = append(v.folded[lang], strings.Map(Fold, p))
			case i < 0:
				r.unknownSet(t, p, name, known)
			default:
				for _, member := range c.Sets[i].Phrases.In(lang) {
					v.folded[lang] = append(v.folded[lang], strings.Map(Fold, member))
				}
			}
		}
	}
}

// unknownSet reports a <name> that nothing defines, once a test.
func (r *reader) unknownSet(t *Test, phrase, name string, known []string) {
	for _, p := range r.ps {
		if p.At == t.At && p.Read == phrase {
			return
		}
	}
	r.ps = append(r.ps, yamldoc.Problem{At: t.At, Key: "yamldoc.expected", Read: phrase, Expected: "a set under synonyms", Nearest: yamldoc.Nearest(name, known)})
}

// setName returns the name in "<name>".
func setName(phrase string) (string, bool) {
	if len(phrase) > 2 && strings.HasPrefix(phrase, "<") && strings.HasSuffix(phrase, ">") {
		return phrase[1 : len(phrase)-1], true
	}
	return "", false
}

// circles refuses definitions that use themselves.
func (r *reader) circles(c *Card) {
	const white, grey, black = 0, 1, 2
	colour := make([]int, len(c.Define))
	var visit func(i int)
	visit = func(i int) {
		colour[i] = grey
		c.Define[i].Test.Walk(func(t *Test) {
			if t.Op != OpUse || t.Index < 0 {
				return
			}
			switch colour[t.Index] {
			case grey:
				r.problem(t.At, t.Word("name", ""), "a test that does not use itself", nil)
			case white:
				visit(t.Index)
			}
		})
		colour[i] = black
	}
	for i := range c.Define {
		if colour[i] == white {
			visit(i)
		}
	}
}
