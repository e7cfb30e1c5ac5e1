package scorecard_test

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// moods and opening are parts, and read the way a trainer would write them.
const (
	moods = `# What customers feel.
define:
  # Grave or not.
  grave: {act: apologise}
  upset:
    any:        # one is enough
      - grave
      - {act: empathise}

  # Nobody needs this one here.
  glad: {act: greet}
`
	opening = `items:
  # The first word.
  - id: greets
    title: {en: Greets}
    why: {en: It warms.}   # kept
    when: upset
    met:
      act: greet
      unless: grave
    better:
      en: >-
        Good morning,
        how are you?

  - id: names
    title: {en: Names}
    missed: {act: apologise}
`
)

// shared is a folder of these two parts and of others.
func shared(parts map[string]string) []scorecard.PartFolder {
	files := fstest.MapFS{"moods.yaml": {Data: []byte(moods)}, "opening.yaml": {Data: []byte(opening)}}
	for name, text := range parts {
		files[name+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return []scorecard.PartFolder{{Name: "parts", Files: files}}
}

// taking is a card that takes items, which stand at these lines.
func taking(parts string, items ...string) string {
	return head + parts + "sections:\n  - id: s\n    title: {en: S}\n    items:\n      " + strings.Join(items, "\n      ") + "\n"
}

const wholeOpening = `      # The first word.
      - id: greets
        title: {en: Greets}
        why: {en: It warms.}   # kept
        weight: 3
        when: upset
        met:
          act: greet
          unless: grave
        better:
          en: >-
            Good morning,
            how are you?
`

const wholeMoods = `define:
  # Grave or not.
  grave: {act: apologise}
  upset:
    any:        # one is enough
      - grave
      - {act: empathise}
`

func TestACardIsComposedOfParts(t *testing.T) {
	const both, names = "parts: [moods, opening]\n", "parts: [opening]\n"
	for name, c := range map[string]struct{ card, want string }{
		"what it takes stands in its place": {
			taking(both, "- {use: greets, weight: 3}"),
			taking(wholeMoods, "") + wholeOpening,
		},
		"beside items and definitions of its own": {
			taking(both+"\ndefine:\n  # mine\n  own: {act: greet}\n", "- {use: greets, weight: 3}", "- id: mine", "  title: {en: M}", "  met: own"),
			taking("\n"+wholeMoods+"\n  # mine\n  own: {act: greet}\n", "") + wholeOpening + "      - id: mine\n        title: {en: M}\n        met: own\n",
		},
		"its own definition wins": {
			taking(both+"define:\n  upset: {act: greet}\n", "- {use: greets, weight: 3}"),
			taking("define:\n  # Grave or not.\n  grave: {act: apologise}\n\n  upset: {act: greet}\n", "") + wholeOpening,
		},
		"settings take the place of the part's": {
			taking(both, "# above", "- when: grave", "  use: greets   # beside", "  # why so", "  met: {act: [greet,", "    empathise]}", "  weight: 3", "  better: null", "# below"),
			taking("define:\n  # Grave or not.\n  grave: {act: apologise}\n", "# above", "# beside", "# The first word.", "- id: greets", "  title: {en: Greets}",
				"  why: {en: It warms.}   # kept", "  weight: 3", "  when: grave", "  # why so", "  met: {act: [greet,", "    empathise]}", "# below"),
		},
		"a part of which nothing is needed leaves no trace": {
			taking(both, "- use: names"),
			taking("", "- id: names", "  title: {en: Names}", "  missed: {act: apologise}"),
		},
		"in braces, with a remark": {
			taking(names, `- {use: names, "weight":4,  owner: 'it''s' , critical: customer}  # mind }`),
			taking("", "# mind }", "- id: names", "  title: {en: Names}", "  weight: 4", "  owner: 'it''s'", "  critical: customer", "  missed: {act: apologise}"),
		},
		"the last line without an end": {
			strings.TrimSuffix(taking(names, "- use: names", "- {id: b, title: {en: B}, met: {act: greet}}"), "\n"),
			strings.TrimSuffix(taking("", "- id: names", "  title: {en: Names}", "  missed: {act: apologise}", "- {id: b, title: {en: B}, met: {act: greet}}"), "\n"),
		},
		"a remark about the parts goes with them": {
			taking("\n# what the house shares\n"+names+"\n", "- use: names"),
			taking("\n", "- id: names", "  title: {en: Names}", "  missed: {act: apologise}"),
		},
		"without parts nothing changes": {
			taking("# as it is\n\n", "- {id: a, title: {en: A}, met: {act: greet}}") + "\n\n# end",
			taking("# as it is\n\n", "- {id: a, title: {en: A}, met: {act: greet}}") + "\n\n# end",
		},
	} {
		t.Run(name, func(t *testing.T) {
			card, err := scorecard.Read("c.yaml", []byte(c.card), shared(nil), few)
			if err != nil {
				t.Fatal(err)
			}
			want := strings.Replace(c.want, "      \n", "", 1)
			if diff := cmp.Diff(want, card.Text()); diff != "" {
				t.Errorf("the text is not as expected:\n%s", diff)
			}
			if again, err := scorecard.Parse("c.yaml", []byte(card.Text()), few); err != nil || again.Version != card.Version {
				t.Errorf("the text does not stand alone: %v", err)
			}
		})
	}
}

func TestTheComposerSaysWhereAndWhatWasExpected(t *testing.T) {
	const names = "parts: [opening]\n"
	parts := map[string]string{
		"typo":    "items:\n  - id: a\n    title: {en: A}\n    met:\n      act: gret\n",
		"twice":   "define:\n  a: {act: greet}\n  a: {act: greet}\n",
		"again":   "items:\n  - id: names\n    title: {en: N}\n    met: {act: greet}\n",
		"glad":    "define:\n  glad: {act: greet}\n",
		"asks":    "define:\n  asks: glad\n",
		"naming":  "parts: [moods]\ndefine:\n  a: {act: greet}\n",
		"braces":  "define: {a: {act: greet}}\n",
		"noid":    "items:\n  - title: {en: A}\n    id: a\n",
		"nothing": "define:\n",
		"broken":  "define: [\n",
	}
	for name, c := range map[string]struct{ card, want string }{
		"unknown part":          {taking("parts: [openin]\n", "- use: names"), `c.yaml:4:9: unknown word "openin", expected the name of a part; did you mean "opening"?`},
		"no name":               {taking("parts: [../opening]\n", "- use: names"), `c.yaml:4:9: unknown word "../opening", expected the name of a part; did you mean "opening"?`},
		"no list":               {taking("parts: opening\n", "- use: names"), `c.yaml:4:8: read "opening", expected a list of parts`},
		"unknown item":          {taking(names, "- use: name"), `c.yaml:9:14: unknown word "name", expected an item of the parts that the card names; did you mean "names"?`},
		"no part at all":        {taking("", "- use: names"), `c.yaml:8:14: unknown word "names", expected an item of the parts that the card names`},
		"no item's name":        {taking(names, "- use: [names]"), `c.yaml:9:14: unknown word "", expected an item of the parts that the card names`},
		"unknown key":           {taking(names, "- {use: names, wieght: 3}"), `c.yaml:9:22: unknown word "wieght", expected a known word; did you mean "weight"?`},
		"another id":            {taking(names, "- {use: names, id: other}"), `c.yaml:9:22: unknown word "id", expected a known word`},
		"nothing changed":       {taking(names, "- use: names", "  missed: {act: 'apologise'}"), `c.yaml:10:9: read "missed", expected a value other than the part's`},
		"nothing taken away":    {taking(names, "- {use: names, miss: null, met: null}"), "c.yaml:9:22: unknown word \"miss\", expected a known word; did you mean \"missed\"?\nc.yaml:9:34: unknown word \"met\", expected a key that the item of the part has"},
		"same definition":       {taking("parts: [moods, opening]\ndefine:\n  grave: {act: apologise}\n", "- use: greets"), `c.yaml:6:3: read "grave", expected a test other than the part's`},
		"key twice":             {taking(names, "- {use: names, weight: 3, weight: 4}"), `c.yaml:9:33: read "weight", expected each key once`},
		"long in braces":        {taking(names, "- {use: names, missed: {act: greet}}"), `c.yaml:9:30: read "a mapping", expected a single word in braces; longer values on lines of their own`},
		"used twice":            {taking(names, "- use: names", "- use: names"), `c.yaml:10:14: read "names", expected each item's id once`},
		"part twice":            {taking("parts: [opening, opening]\n", "- use: names"), `c.yaml:4:18: read "opening", expected each part once`},
		"item in two parts":     {taking("parts: [opening, again]\n", "- use: names"), `parts/again.yaml:2:9: read "names", expected an id that no other part of the card has`},
		"name in two parts":     {taking("parts: [moods, glad]\n", "- {id: a, title: {en: A}, met: glad}"), `parts/glad.yaml:2:3: read "glad", expected a name that no other part of the card has`},
		"name twice in a part":  {taking("parts: [twice]\n", "- {id: a, title: {en: A}, met: a}"), `parts/twice.yaml:3:3: read "a", expected each name once`},
		"part that names parts": {taking("parts: [naming]\n", "- {id: a, title: {en: A}, met: a}"), `parts/naming.yaml:1:1: unknown word "parts", expected one of define, items`},
		"part in braces":        {taking("parts: [braces]\n", "- {id: a, title: {en: A}, met: a}"), `parts/braces.yaml:1:1: read "a mapping", expected each entry on lines of its own, without braces`},
		"item in braces":        {strings.Replace(taking(names, "- use: names"), "items:\n      - use: names", "items: [{use: names}]", 1), `c.yaml:8:12: read "a list", expected each entry on lines of its own, without braces`},
		"item without its id":   {taking("parts: [noid]\n", "- use: a"), `parts/noid.yaml:2:5: read "a mapping", expected an item that begins with its id`},
		"empty part":            {taking("parts: [nothing]\n", "- use: a"), `parts/nothing.yaml:1:1: read "a mapping", expected definitions or items`},
		"broken part":           {taking("parts: [broken]\n", "- use: a"), `parts/broken.yaml:1: not valid YAML: line 1: did not find expected node content`},
		"mistake in an item":    {taking("parts: [typo]\n", "- {use: a, weight: 3}"), `parts/typo.yaml:5:12: unknown word "gret", expected one of greet, empathise, apologise; did you mean "greet"?`},
		"mistake in a setting":  {taking(names, "- {use: names, weight: 3000}"), `c.yaml:9:30: read "3000", expected a weight from 0 to 1000`},
		"mistake in a card":     {taking(names, "- use: names", "  met: {act: [greet,", "    gret]}"), `c.yaml:11:11: unknown word "gret", expected one of greet, empathise, apologise; did you mean "greet"?`},
		"name left undefined":   {taking("parts: [asks]\n", "- {id: a, title: {en: A}, met: asks}"), `parts/asks.yaml:2:9: read "glad", expected the name of a test under define`},
		"circle through a card": {taking("parts: [asks]\ndefine:\n  glad: asks\n", "- {id: a, title: {en: A}, met: asks}"), `c.yaml:6:9: read "asks", expected a test that does not use itself`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := scorecard.Read("c.yaml", []byte(c.card), shared(parts), few)
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

func TestAMistakeInAPartIsReportedOnce(t *testing.T) {
	fsys := mapFS{"scorecards/parts/p.yaml": "define:\n  a: {act: gret}\n"}
	for _, name := range []string{"x", "y"} {
		fsys["scorecards/"+name+".yaml"] = strings.Replace(taking("parts: [p]\n", "- {id: a, title: {en: A}, met: a}"), "id: c", "id: "+name, 1)
	}
	_, err := scorecard.Load(fsys.fs(), few)
	if err == nil || strings.Count(err.Error(), `unknown word "gret"`) != 1 || !strings.Contains(err.Error(), "scorecards/parts/p.yaml:2:12:") {
		t.Errorf("got %v, want one problem in the part", err)
	}
}

func TestTheFirstFolderThatHasAPartCounts(t *testing.T) {
	own := scorecard.PartFolder{Name: "own", Files: fstest.MapFS{"opening.yaml": {Data: []byte("items:\n  - id: names\n    title: {en: Own}\n    met: {act: greet}\n")}}}
	c, err := scorecard.Read("c.yaml", []byte(taking("parts: [opening, glad]\n", "- use: names", "- {id: a, title: {en: A}, met: glad}")),
		append([]scorecard.PartFolder{own}, shared(map[string]string{"glad": "define:\n  glad: {act: greet}\n"})...), few)
	if err != nil || c.Item("names").Title["en"] != "Own" || c.Defined("glad") == nil {
		t.Errorf("%v, want the own part and the other's definition", err)
	}
}

func TestAPartIsCheckedAlone(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a good one":           {opening, ""},
		"a mistake in an item": {strings.Replace(opening, "act: greet", "act: gret", 1), `p.yaml:8:12: unknown word "gret", expected one of greet, empathise, apologise; did you mean "greet"?`},
		"in a definition":      {"define:\n  a: {akt: greet}\n", `p.yaml:2:7: unknown word "akt", expected a known word; did you mean "act"?`},
		"an id twice":          {opening + "  - id: names\n    title: {en: N}\n    met: {act: greet}\n", `p.yaml:18:9: read "names", expected each item's id once`},
		"an item with use":     {"items:\n  - id: a\n    use: b\n", "p.yaml:3:5: unknown word \"use\", expected a known word"},
	} {
		got := ""
		if err := scorecard.CheckPart("p.yaml", []byte(c.text), few); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// TestTheShippedPartsAreUsed: what stands in a part is taken by some card, and
// good by itself.
func TestTheShippedPartsAreUsed(t *testing.T) {
	cards, err := scorecard.Load(content.FS, known(t))
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Glob(content.FS, "scorecards/parts/*.yaml")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d parts are shipped (%v)", len(files), err)
	}
	for _, file := range files {
		text, err := fs.ReadFile(content.FS, file)
		if err != nil {
			t.Fatal(err)
		}
		if err := scorecard.CheckPart(file, text, known(t)); err != nil {
			t.Error(err)
		}
		var part struct {
			Define yaml.Node
			Items  []struct{ ID string }
		}
		if err := yaml.Unmarshal(text, &part); err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(part.Define.Content); i += 2 {
			name := part.Define.Content[i].Value
			if !slices.ContainsFunc(cards, func(c *scorecard.Card) bool { return c.Defined(name) != nil }) {
				t.Errorf("%s: no card uses %s", file, name)
			}
		}
		for _, it := range part.Items {
			if !slices.ContainsFunc(cards, func(c *scorecard.Card) bool { return c.Item(it.ID) != nil }) {
				t.Errorf("%s: no card takes %s", file, it.ID)
			}
		}
	}
}

// FuzzRead: a card of any text with any part is refused with places in one of
// the two, or its whole text says what the card and the part say.
func FuzzRead(f *testing.F) {
	f.Add(taking("parts: [p]\n", "- {use: names, weight: 3}", "- use: greets", "  when: null", "  met: {act: thank}"), opening)
	f.Add(taking("parts: [p]\ndefine:\n  own: glad\n", "- id: a", "  title: {en: A}", "  met: upset"), moods)
	f.Add(taking("parts: [p]\r\n", "- use: a # b", "  weight: 3"), "items:\r\n- id: a\r\n  title:\r\n   en: |+\r\n    A\r\n\r\n  # b\r\n  met: {act:\r\n b\r\n }\r\n...\r\n")
	f.Add(taking("parts: [p]\n", `- {use: a, owner: "x\u2028", weight: 3}`), "define:\n  b: {act: greet}\n\n# c\nitems:\n    -   id: a\n        title:\n          en: \"A\n\n           # B\"\n        met: b\n")
	f.Fuzz(func(t *testing.T, card, part string) {
		folders := []scorecard.PartFolder{{Name: "parts", Files: fstest.MapFS{"p.yaml": {Data: []byte(part)}}}}
		c, err := scorecard.Read("c.yaml", []byte(card), folders, scorecard.Known{})
		var ps yamldoc.Problems
		switch {
		case errors.As(err, &ps):
			for _, p := range ps {
				if p.At.File != "c.yaml" && p.At.File != "parts/p.yaml" || p.At.Line < 1 && p.Key != "yamldoc.syntax" {
					t.Errorf("no place: %v", p)
				}
			}
		case err != nil:
			t.Errorf("a wrong text must be invalid: %v", err)
		default:
			compared(t, c, card, part)
		}
	})
}

// compared checks a composed card against what its texts say, entry by entry.
func compared(t *testing.T, c *scorecard.Card, card, part string) {
	t.Helper()
	if again, err := scorecard.Parse("c.yaml", []byte(c.Text()), scorecard.Known{}); err != nil || again.Version != c.Version {
		t.Fatalf("the whole text does not stand alone: %v\n%s", err, c.Text())
	}
	read := func(text string) *yaml.Node {
		var doc yaml.Node
		if yaml.Unmarshal([]byte(text), &doc) != nil || len(doc.Content) == 0 {
			return &yaml.Node{}
		}
		return doc.Content[0]
	}
	own, from, got := read(card), read(part), read(c.Text())
	for i := 0; i+1 < len(own.Content); i += 2 {
		switch key := own.Content[i].Value; key {
		case "parts", "define":
		case "sections":
			var want []string
			for _, s := range entry(own, key).Content {
				for _, it := range entry(s, "items").Content {
					want = append(want, said(resolved(it, from)))
				}
			}
			var have []string
			for _, s := range entry(got, key).Content {
				for _, it := range entry(s, "items").Content {
					have = append(have, said(it))
				}
			}
			if diff := cmp.Diff(want, have); diff != "" {
				t.Errorf("the items differ: %s\n%s", diff, c.Text())
			}
		default:
			if a, b := said(entry(own, key)), said(entry(got, key)); a != b {
				t.Errorf("%s was %s and is %s", key, a, b)
			}
		}
	}
	define := entry(got, "define")
	for i := 0; i+1 < len(define.Content); i += 2 {
		name := define.Content[i].Value
		want := entry(entry(own, "define"), name)
		if want.Kind == 0 {
			want = entry(entry(from, "define"), name)
		}
		if a, b := said(want), said(define.Content[i+1]); a != b {
			t.Errorf("%s was %s and is %s", name, a, b)
		}
	}
}

// resolved is the item that it says, taken from the part.
func resolved(it, part *yaml.Node) *yaml.Node {
	own := entry(it, "use")
	if own.Kind == 0 {
		return it
	}
	out := &yaml.Node{Kind: yaml.MappingNode}
	for _, p := range entry(part, "items").Content {
		if entry(p, "id").Value != own.Value {
			continue
		}
		for i := 0; i+1 < len(p.Content); i += 2 {
			if entry(it, p.Content[i].Value).Kind == 0 {
				out.Content = append(out.Content, p.Content[i], p.Content[i+1])
			}
		}
	}
	for i := 0; i+1 < len(it.Content); i += 2 {
		if it.Content[i].Value != "use" && it.Content[i+1].Tag != "!!null" {
			out.Content = append(out.Content, it.Content[i], it.Content[i+1])
		}
	}
	return out
}

// entry returns the value under key, or an empty node.
func entry(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return &yaml.Node{}
}

// said is what a node says, whatever its layout. Empty lines at the end of a
// block are layout.
func said(n *yaml.Node) string {
	var out []string
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			out = append(out, n.Content[i].Value+": "+said(n.Content[i+1]))
		}
		slices.Sort(out)
		return "{" + strings.Join(out, ", ") + "}"
	case yaml.SequenceNode:
		for _, c := range n.Content {
			out = append(out, said(c))
		}
		return "[" + strings.Join(out, ", ") + "]"
	}
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return n.Tag + strings.TrimRight(n.Value, "\n")
	}
	return n.Tag + n.Value
}
