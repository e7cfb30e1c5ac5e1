package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/scorecard"
)

// TestScoreJudgesByTheCardInForce puts another version of a card in force in a
// centre; the command judges by it, and the result says so.
func TestScoreJudgesByTheCardInForce(t *testing.T) {
	dir := t.TempDir()
	h := openTestHouse(t, dir)
	if err := h.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "call.jsonl")
	if err := os.WriteFile(file, []byte(`{"id":"c1","lang":"zh","turns":[{"role":"agent","text":"您好"},{"role":"customer","text":"你好"}]}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	judgedBy := func() string {
		var out, problems bytes.Buffer
		if code := run(t.Context(), []string{"--data", dir, "score", "--scorecard", "general", file}, std{in: strings.NewReader(""), out: &out, err: &problems}); code != exitOK {
			t.Fatalf("exit %d: %s", code, problems.String())
		}
		var r struct{ Versions struct{ Scorecard string } }
		if err := json.Unmarshal(out.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		return r.Versions.Scorecard
	}
	before, err := h.cards.Live(t.Context(), "general")
	if err != nil {
		t.Fatal(err)
	}
	if got := judgedBy(); got != before.Version {
		t.Errorf("judged by %s, in force is %s", got, before.Version)
	}
	base, err := h.cards.Version(t.Context(), "general", before.Version)
	if err != nil {
		t.Fatal(err)
	}
	next, err := h.cards.Save(t.Context(), "ann", base, strings.Replace(base.Text, "weight: 5", "weight: 6", 1), "weighs more")
	if err != nil {
		t.Fatal(err)
	}
	if got := judgedBy(); got != before.Version {
		t.Errorf("a draft judges: %s", got)
	}
	for _, to := range []scorecard.State{scorecard.Shadow, scorecard.Live} {
		now, err := h.cards.Version(t.Context(), "general", next.Name)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.cards.Decide(t.Context(), scorecard.Decision{Card: "general", Version: next.Name, From: now.State, To: to, By: "eva", Why: "as agreed"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if got := judgedBy(); got != next.Name {
		t.Errorf("judged by %s, in force is %s", got, next.Name)
	}
}
