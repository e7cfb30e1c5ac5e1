package analysis_test

import (
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/conversation"
)

func TestBuiltInCatalogue(t *testing.T) {
	c, err := analysis.LoadCatalogue(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	count := map[analysis.Kind]int{}
	for _, a := range c.All() {
		count[a.Kind]++
	}
	if count[analysis.Technique] != 35 || count[analysis.Fault] != 22 || count[analysis.CustomerSays] != 18 {
		t.Errorf("kinds = %v", count)
	}
	a, ok := c.Act("three-noes")
	if !ok || a.Speaker() != conversation.Agent || a.Feeling[conversation.Chinese] == "" {
		t.Errorf("three-noes = %+v, %v", a, ok)
	}
	if a, _ := c.Act("thanks"); a.Speaker() != conversation.Customer {
		t.Errorf("thanks is spoken by %s", a.Speaker())
	}
	if _, ok := c.Act("nonsense"); ok {
		t.Error("an unknown act was found")
	}
}

func TestParseCatalogueProblems(t *testing.T) {
	const titles = "    title: {zh: 甲, en: a}\n    meaning: {zh: 甲, en: a}\n"
	for name, tt := range map[string]struct{ text, want string }{
		"kind":    {"acts:\n  - id: a\n    kind: falt\n" + titles, `a.yaml:3:11: unknown word "falt", expected one of technique, fault, customer, signal; did you mean "fault"?`},
		"twice":   {"acts:\n  - id: a\n    kind: technique\n" + titles + "  - id: a\n    kind: technique\n" + titles, "each act once"},
		"feeling": {"acts:\n  - id: a\n    kind: fault\n" + titles, "for a fault, feeling and better"},
		"title":   {"acts:\n  - id: a\n    kind: fault\n", "a title and a meaning"},
		"key":     {"acts:\n  - id: a\n    knd: fault\n", `did you mean "kind"?`},
		"hidden":  {"acts:\n  - id: a\n    kind: signal\n    by: agent\n    family: f\n" + titles + "    hides-in: [b]\n", "for an act to hide in, one of this file"},
		"hides":   {"acts:\n  - id: a\n    kind: fault\n" + titles + "    feeling: {zh: 甲, en: a}\n    better: {zh: 甲, en: a}\n    hides-in: [a]\n", "a signal, since nothing else hides"},
		"by":      {"acts:\n  - id: a\n    kind: signal\n    by: nobody\n    family: f\n" + titles, "a signal by agent or customer"},
		"family":  {"acts:\n  - id: a\n    kind: signal\n    by: customer\n" + titles, "a family for a signal"},
		"faint":   {"acts:\n  - id: a\n    kind: technique\n    faint: true\n" + titles, "only a signal to be faint"},
		"shape":   {"acts: none\n", "expected a list"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := analysis.ParseCatalogue("a.yaml", []byte(tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
