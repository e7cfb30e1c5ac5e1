package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// release puts text in force as the next version of the centre's own lexicon.
func release(t *testing.T, h *house, text string) {
	t.Helper()
	ctx := context.Background()
	list, err := h.lexicons.Lexicons(ctx)
	if err != nil {
		t.Fatal(err)
	}
	l := analysis.Lexicon{Base: len(list), Author: "ann", Made: time.Now(), Texts: wordings{conversation.Chinese: text}}
	hear, err := h.ears.compile(l.Texts)
	if err != nil {
		t.Fatal(err)
	}
	if l, err = h.lexicons.SaveLexicon(ctx, l); err != nil {
		t.Fatal(err)
	}
	if _, err := h.lexicons.Release(ctx, analysis.Release{Number: l.Number, By: "eva", At: time.Now(), Version: hear.Version()}); err != nil {
		t.Fatal(err)
	}
	if err := h.Released(ctx); err != nil {
		t.Fatal(err)
	}
}

// TestReleasedWordingsAreHeardAtOnce releases two versions in a running
// centre. It hears by the newest without a restart, so does a command with
// --data, and an old result can be had again by the version that it names.
func TestReleasedWordingsAreHeardAtOnce(t *testing.T) {
	dir := t.TempDir()
	h := openTestHouse(t, dir)
	if err := h.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	const words = "这事包我身上啦"
	u := analysis.Utterance{Lang: conversation.Chinese, Role: conversation.Agent, Text: words}
	heardNow := func() string {
		var out []string
		for _, f := range h.ears.language.Acts(u) {
			out = append(out, string(f.Act))
		}
		return strings.Join(out, " ")
	}
	bare := h.ears.language.Engine().Version()
	if got := heardNow(); strings.Contains(got, "own") {
		t.Fatalf("the built-in pack hears %q already; this test needs another wording", got)
	}
	file := filepath.Join(dir, "call.jsonl")
	if err := os.WriteFile(file, []byte(`{"id":"c1","lang":"zh","turns":[{"role":"customer","text":"还没修好"},{"role":"agent","text":"`+words+`"}]}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	score := func(more ...string) string {
		var out, problems bytes.Buffer
		args := append([]string{"--data", dir, "--locale", "en", "score"}, append(more, file)...)
		if code := run(t.Context(), args, std{in: strings.NewReader(""), out: &out, err: &problems}); code != exitOK {
			t.Fatalf("%v: exit %d\n%s", args, code, problems.String())
		}
		return out.String()
	}
	first := score()

	release(t, h, "rules:\n  - act: own\n    say: |\n      包我身上\n")
	if got := heardNow(); !strings.Contains(got, "own") {
		t.Errorf("after the release the centre hears %q", got)
	}
	second := score()
	release(t, h, "rules:\n  - act: promise\n    say: |\n      包我身上\n")
	third := score()

	seen := map[string]string{}
	for _, result := range []string{first, second, third} {
		var r struct{ Versions struct{ Lexicon string } }
		if err := json.Unmarshal([]byte(result), &r); err != nil {
			t.Fatal(err)
		}
		if seen[r.Versions.Lexicon] != "" {
			t.Errorf("two lexicons are called %s", r.Versions.Lexicon)
		}
		seen[r.Versions.Lexicon] = result
		if again := score("--lexicon-version", r.Versions.Lexicon); again != result {
			t.Errorf("by %s again:\n%s\nwas\n%s", r.Versions.Lexicon, again, result)
		}
	}
	if score("--lexicon-version", "1") != second || score("--lexicon-version", "0") != first || seen[bare] != first {
		t.Error("a version by its number is another one")
	}
	if second == first || third == second {
		t.Error("own wordings change no result")
	}
	var out, problems bytes.Buffer
	if code := run(t.Context(), []string{"--data", dir, "--locale", "en", "acts", "--lexicon-version", "7", file}, std{out: &out, err: &problems}); code != exitError || !strings.Contains(problems.String(), "7") {
		t.Errorf("an unknown version: exit %d, %s", code, problems.String())
	}
	out.Reset()
	run(t.Context(), []string{"--data", dir, "lexicon", "list"}, std{out: &out, err: &problems})
	if lines := strings.Count(out.String(), "\n"); lines != 2 {
		t.Errorf("lexicon list:\n%s", out.String())
	}
}

// TestOtherNodesHearWhatWasReleased lets the notice of a release bring a second
// pair of ears in step.
func TestOtherNodesHearWhatWasReleased(t *testing.T) {
	h := openTestHouse(t, t.TempDir())
	if err := h.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := h.ears.language.Engine()
	release(t, h, "rules:\n  - act: own\n    say: |\n      包我身上\n")
	// As another node would be: in step with what was before.
	h.following.Lock()
	h.ears.language.Put(before)
	h.inForce = 0
	h.following.Unlock()
	if err := h.bus.Live().Publish(lexiconChannel, noticeOfRelease); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the other lexicon", func() bool { return h.ears.language.Engine() != before })
}
