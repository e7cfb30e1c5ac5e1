// Package docs_test tries what the documents tell a newcomer to do.
package docs_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/score/engine"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// TestYourFirstChange makes the change that CONTRIBUTING.md tells of.
func TestYourFirstChange(t *testing.T) {
	before := result(t, content.FS)
	after := result(t, with(t, "lexicon/zh/90-mine.yaml", wording(t)))
	if i := before.Item("hold-announced"); i == nil || i.Verdict != scorecard.Missed {
		t.Errorf("before the change: %+v, want it missed", i)
	}
	if i := after.Item("hold-announced"); i == nil || i.Verdict != scorecard.Met || !strings.Contains(i.Reason, "给我点儿工夫") {
		t.Errorf("after the change: %+v, want it met, with her words", i)
	}
	if after.Score <= before.Score {
		t.Errorf("the mark went from %s to %s", before.Score, after.Score)
	}
}

// wording returns the file that CONTRIBUTING.md tells to make.
func wording(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(string(text))
	if block == nil {
		t.Fatal("CONTRIBUTING.md shows no wording")
	}
	return strings.ReplaceAll(block[1], "\n   ", "\n")
}

// with returns the built-in content and one file more.
func with(t *testing.T, name, text string) fs.FS {
	t.Helper()
	out := fstest.MapFS{name: {Data: []byte(strings.TrimPrefix(text, "   "))}}
	err := fs.WalkDir(content.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(content.FS, path)
		out[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// result scores the call of the document with the content in fsys.
func result(t *testing.T, fsys fs.FS) score.Result {
	t.Helper()
	acts, err := analysis.LoadCatalogue(fsys)
	if err != nil {
		t.Fatal(err)
	}
	ears, err := language.Load(fsys, acts)
	if err != nil {
		t.Fatal(err)
	}
	cards, err := scorecard.Load(fsys, scorecard.Known{})
	if err != nil {
		t.Fatal(err)
	}
	judge := engine.New(ears, acts, cards)
	card, err := judge.Card(scorecard.General)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("first-change.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out score.Result
	err = conversation.Read(f, "first-change.jsonl", conversation.Options{}, func(c conversation.Conversation) error {
		out = judge.Score(card, c)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
