package redact_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/conversation/redact"
)

// hardCase is a talk of testdata/hard-*.txt with what must be found in it.
type hardCase struct {
	line int
	c    conversation.Conversation
	gold []redact.Span
}

// hardCases reads a file of them.
func hardCases(t *testing.T, lang conversation.Lang) []hardCase {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("testdata/hard-%s.txt", lang))
	if err != nil {
		t.Fatal(err)
	}
	var out []hardCase
	var now hardCase
	for n, line := range strings.Split(string(text)+"\n", "\n") {
		line, comment := strings.TrimSpace(line), strings.HasPrefix(line, "#")
		if line == "" || comment {
			if len(now.c.Turns) > 0 {
				out, now = append(out, now), hardCase{}
			}
			continue
		}
		role, words, ok := strings.Cut(line, ": ")
		if !ok || role != "a" && role != "c" {
			t.Fatalf("hard-%s.txt:%d: %q", lang, n+1, line)
		}
		if len(now.c.Turns) == 0 {
			now.line, now.c.Lang = n+1, lang
		}
		now.turn(map[string]conversation.Role{"a": agent, "c": customer}[role], words)
	}
	return out
}

// readScenes reads the scenes of the generator.
func readScenes(t *testing.T, lang conversation.Lang) [][]scripted {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("testdata/scenes-%s.txt", lang))
	if err != nil {
		t.Fatal(err)
	}
	var out [][]scripted
	for scene := range strings.SplitSeq(string(text), "\n\n") {
		var turns []scripted
		for line := range strings.Lines(scene) {
			if role, words, ok := strings.Cut(strings.TrimSpace(line), ": "); ok && !strings.HasPrefix(line, "#") {
				turns = append(turns, scripted{map[string]conversation.Role{"a": agent, "c": customer}[role], words})
			}
		}
		if len(turns) > 0 {
			out = append(out, turns)
		}
	}
	return out
}

func (h *hardCase) turn(role conversation.Role, words string) {
	var b strings.Builder
	n := 0
	add := func(s string) { b.WriteString(s); n += len([]rune(s)) }
	for words != "" {
		before, rest, ok := strings.Cut(words, "{")
		add(before)
		if !ok {
			break
		}
		secret, after, _ := strings.Cut(rest, "}")
		kind, said, _ := strings.Cut(secret, ":")
		h.gold = append(h.gold, redact.Span{Kind: redact.Kind(kind), Turn: len(h.c.Turns), From: n, To: n + len([]rune(said))})
		add(said)
		words = after
	}
	h.c.Turns = append(h.c.Turns, conversation.Turn{Role: role, Text: b.String(), Start: -1, End: -1, Confidence: -1})
}

// TestHard finds what is personal in the hard cases, and nothing else.
func TestHard(t *testing.T) {
	for _, lang := range []conversation.Lang{conversation.Chinese, conversation.English} {
		wrong := 0
		for _, h := range hardCases(t, lang) {
			spans := redact.Find(h.c)
			for _, g := range h.gold {
				if !covered(spans, g) {
					wrong++
					t.Errorf("hard-%s.txt:%d: %s %q is not found in %q", lang, h.line, g.Kind, part(h.c, g), h.c.Turns[g.Turn].Text)
				}
			}
			for _, s := range spans {
				if !slices.ContainsFunc(h.gold, func(g redact.Span) bool { return g.Turn == s.Turn && g.From < s.To && s.From < g.To }) {
					wrong++
					t.Errorf("hard-%s.txt:%d: %q is no %s in %q", lang, h.line, part(h.c, s), s.Kind, h.c.Turns[s.Turn].Text)
				}
			}
		}
		t.Logf("%s: %d wrong", lang, wrong)
	}
}
