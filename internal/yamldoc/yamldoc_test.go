package yamldoc_test

import (
	"errors"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

type card struct {
	ID    string   `yaml:"id"`
	Count int      `yaml:"count"`
	Items []item   `yaml:"items"`
	Rest  *rawNode `yaml:"rest"`
}

type item struct {
	Act    string `yaml:"act"`
	Weight int    `yaml:"weight"`
}

type rawNode = yaml.Node

func decode(text string) error {
	d, err := yamldoc.Parse("card.yaml", []byte(text))
	if err != nil {
		return err
	}
	return d.Decode(d.Root, &card{})
}

func TestProblemsSayWhereAndWhatWasExpected(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"unknown key with a near word": {"id: a\ncuont: 3\n", `card.yaml:2:1: unknown word "cuont", expected one of id, count, items, rest; did you mean "count"?`},
		"wrong scalar":                 {"id: a\ncount: many\n", `card.yaml:2:8: read "many", expected a whole number`},
		"wrong shape":                  {"items: yes\n", `card.yaml:1:8: read "yes", expected a list`},
		"deep inside":                  {"items:\n  - act: greet\n    weigth: 3\n", `card.yaml:3:5: unknown word "weigth", expected one of act, weight; did you mean "weight"?`},
		"twice":                        {"id: a\nid: b\n", `card.yaml:2:1: read "id", expected each key once`},
		"empty":                        {"", `card.yaml:1:1: read "", expected a YAML document`},
		"alias":                        {"id: &a x\n", `card.yaml:1:5: read "xa", expected the value itself`},
		"tag":                          {"id: !!str 7\n", `card.yaml:1:5: read "!!str 7", expected the value itself, without a tag`},
	} {
		t.Run(name, func(t *testing.T) {
			err := decode(c.text)
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			var fe *fault.Error
			if !errors.As(err, &fe) || fe.Kind != fault.Invalid {
				t.Errorf("the error must be invalid: %v", err)
			}
		})
	}
}

func TestAllProblemsAreReportedAtOnce(t *testing.T) {
	err := decode("idd: a\ncount: x\nitems: 3\n")
	if got := strings.Count(err.Error(), "\n") + 1; got != 3 {
		t.Errorf("%d problems reported, want 3:\n%v", got, err)
	}
}

func TestGoodTextIsRead(t *testing.T) {
	if err := decode("id: a\ncount: 3\nitems:\n  - {act: greet, weight: 2}\nrest: {anything: [1, 2]}\n"); err != nil {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("id: a\ncount: 3\n")
	f.Add("items:\n  - {act: greet}\n")
	f.Add(strings.Repeat("[", 5000))
	f.Add("a: &x [*x]\n")
	f.Fuzz(func(t *testing.T, text string) {
		err := decode(text)
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("a wrong text must be invalid, got %v", err)
		}
	})
}
