package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const draftCalls = "../../scenario/draft/testdata/calls.jsonl"

// lianxi runs a command and returns its exit code and what it printed.
func lianxi(t *testing.T, in string, args ...string) (int, string, string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(context.Background(), append([]string{"--locale", "en"}, args...), std{in: strings.NewReader(in), out: &out, err: &errs})
	return code, out.String(), errs.String()
}

func TestADraftIsCheckedAndPlayed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	if code, _, errs := lianxi(t, "", "scenario", "draft", "--of", "en-draft-bill", "--id", "en-moved-out", "--out", dir, draftCalls); code != exitOK {
		t.Fatalf("draft: exit %d, %s", code, errs)
	}
	file := filepath.Join(dir, "scenario.yaml")
	if code, out, errs := lianxi(t, "", "scenario", "check", file); code != exitOK || !strings.Contains(out, "en-moved-out") {
		t.Errorf("check: exit %d, %s%s", code, out, errs)
	}
	code, out, errs := lianxi(t, "", "play", file, "--seed", "3", "--agent", filepath.Join(dir, "agent.txt"))
	if code != exitOK || !strings.Contains(out, `{"ending":"solved"`) {
		t.Errorf("play: exit %d, %s%s", code, out, errs)
	}
	if code, _, errs := lianxi(t, "", "scenario", "draft", "--out", dir, draftCalls); code != exitError || !strings.Contains(errs, "scenario.yaml") && !strings.Contains(errs, "agent.txt") {
		t.Errorf("drafting over a draft: exit %d, %s", code, errs)
	}
}

func TestADraftFromStandardInputIsOneValidText(t *testing.T) {
	calls, err := os.ReadFile(draftCalls)
	if err != nil {
		t.Fatal(err)
	}
	code, out, errs := lianxi(t, string(calls), "scenario", "draft", "-")
	if code != exitOK || !strings.Contains(out, "# agent.txt:") {
		t.Fatalf("exit %d, %s", code, errs)
	}
	if code, _, errs := lianxi(t, out, "scenario", "check", "-"); code != exitOK {
		t.Errorf("what was printed is no scenario: %s", errs)
	}
}

func TestWhatMakesNoDraftIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		args []string
		says string
	}{
		"too short":  {`{"id":"a","lang":"zh","turns":[{"role":"agent","text":"您好"},{"role":"customer","text":"喂"}]}`, []string{"-"}, "too little"},
		"none":       {"", []string{"-"}, "holds no conversation"},
		"no such":    {"", []string{"--of", "x", draftCalls}, "“x”"},
		"no file":    {"", []string{"nowhere.jsonl"}, "nowhere.jsonl"},
		"not stored": {"", []string{"--data", t.TempDir(), "c-1"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := lianxi(t, c.in, append([]string{"scenario", "draft"}, c.args...)...)
			if code != exitError || out != "" || errs == "" || !strings.Contains(errs, c.says) {
				t.Errorf("exit %d, out %q, err %q", code, out, errs)
			}
		})
	}
}

// TestAnyAgentMayPlay: a file, standard input and the built-in name of the same
// agent give the same call; a seed may be as large as a number gets.
func TestAnyAgentMayPlay(t *testing.T) {
	file := "../../content/scenarios/en/en-museum-hours/expert.txt"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, seed := range []string{"1", "18446744073709551615"} {
		code, want, errs := lianxi(t, "", "play", "en-museum-hours", "--seed", seed, "--agent", "builtin:en-museum-hours/expert")
		if code != exitOK || !strings.Contains(want, `"ending":"solved"`) {
			t.Fatalf("exit %d, %s%s", code, want, errs)
		}
		for _, agent := range []string{file, "-"} {
			if _, got, _ := lianxi(t, string(text), "play", "en-museum-hours", "--seed", seed, "--agent", agent); got != want {
				t.Errorf("agent %s, seed %s: another call:\n%s\n---\n%s", agent, seed, got, want)
			}
		}
	}
}
