package language_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/analysis/language/measure"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/conversation"
)

// TestExplainHearsTheSame compares Explain with Acts on every labelled
// utterance that may be looked at.
func TestExplainHearsTheSame(t *testing.T) {
	e := builtIn(t)
	files, err := filepath.Glob("../../content/labelled/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		items, err := measure.Read(file, f)
		_ = f.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range items {
			u := it.Utterance()
			var got []analysis.Finding
			for _, h := range e.Explain(u).Heard {
				got = append(got, h.Finding)
				if h.At.Line == 0 && !strings.HasPrefix(h.Why, "model:") {
					t.Errorf("%s %s: nobody knows where %q stands", file, it.ID, h.Why)
				}
			}
			if diff := cmp.Diff(e.Acts(u), got); diff != "" {
				t.Fatalf("%s %s: %s", file, it.ID, diff)
			}
		}
	}
}

// related loads a Chinese lexicon of one file with relations.
func related(t *testing.T, text, relations string) *language.Engine {
	t.Helper()
	cat, err := analysis.LoadCatalogue(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	acts, err := content.FS.ReadFile("acts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	e, err := language.Load(fstest.MapFS{"acts.yaml": {Data: acts}, "lexicon/zh/a.yaml": {Data: []byte(text)},
		"lexicon/relations.yaml": {Data: []byte(relations)}}, cat)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestExplainSaysWhy(t *testing.T) {
	e := related(t, `
words:
  you: [您, 你]
openers: 好的
rules:
  - act: hold-request
    say: |
      稍等
      等一下
    unless: |
      (别|不要)让?{you}
  - act: own
    say: |
      我来查
    heard: [vent-anger]
  - act: apologise
    say: |
      抱歉
  - act: empathise
    say: |
      抱歉让您
guards:
  - say: |
      如果
    except: [apologise]
`, `
replaces:
  - act: empathise
    over: [apologise]
    within: words
`)
	say := func(text string) language.Explanation {
		return e.Explain(analysis.Utterance{Lang: conversation.Chinese, Role: conversation.Agent, Text: text})
	}
	if x := say("好的，请您稍等。"); len(x.Heard) != 1 || x.Heard[0].Why != "稍等" || x.Heard[0].At.String() != "lexicon/zh/a.yaml:8" || x.Heard[0].From != 5 {
		t.Errorf("heard %+v", x.Heard)
	}
	x := say("如果您稍等，我就帮您")
	if len(x.Heard) != 0 || len(x.Silenced) != 1 {
		t.Fatalf("guarded: %+v", x)
	}
	if s := x.Silenced[0]; s.Because != language.ByGuard || s.By != "如果" || s.ByAt.Line != 24 || s.Words.From != 0 || s.Words.To != 2 || s.Act != "hold-request" {
		t.Errorf("guarded by %+v", s)
	}
	x = say("不会让您等一下又等一下，不要让您稍等")
	if len(x.Silenced) != 1 || x.Silenced[0].Because != language.ByUnless || x.Silenced[0].Words.From != 12 || x.Silenced[0].Words.To != 16 {
		t.Errorf("unless: %+v", x.Silenced)
	}
	if x := say("我来查"); len(x.Silenced) != 1 || x.Silenced[0].Because != language.ByHeard {
		t.Errorf("heard: %+v", x.Silenced)
	}
	x = say("很抱歉让您久等")
	if len(x.Heard) != 1 || x.Heard[0].Act != "empathise" || len(x.Silenced) != 0 {
		t.Errorf("replaced: heard %+v, silenced %+v", x.Heard, x.Silenced)
	}
	if len(x.Replaced) != 1 || x.Replaced[0].Act != "apologise" || x.Replaced[0].By != "empathise" || x.Replaced[0].Within != "words" {
		t.Errorf("replaced: %+v", x.Replaced)
	}
}

func TestLiveChangesBetweenTurns(t *testing.T) {
	first := related(t, "rules:\n  - act: apologise\n    say: |\n      抱歉\n", "replaces: []\n")
	second := related(t, "rules:\n  - act: apologise\n    say: |\n      不好意思\n", "replaces: []\n")
	live := language.NewLive(first)
	u := analysis.Utterance{Lang: conversation.Chinese, Role: conversation.Agent, Text: "抱歉"}
	if n := len(live.Acts(u)); n != 1 {
		t.Fatalf("%d acts before", n)
	}
	live.Put(second)
	if n := len(live.Acts(u)); n != 0 || live.Engine().Version() == first.Version() {
		t.Errorf("%d acts after; version %s", n, live.Engine().Version())
	}
}
