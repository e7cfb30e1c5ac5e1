package score_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// example is one block of the reference: a test, and conversations with what
// it answers.
type example struct {
	line  int
	test  string
	cases []string
}

// readReference returns the examples of the reference by operator heading.
func readReference(t *testing.T) (examples []example, headings map[string]string) {
	t.Helper()
	text, err := os.ReadFile("../docs/rule-language.md")
	if err != nil {
		t.Fatal(err)
	}
	headings = map[string]string{}
	var cur *example
	n := 0
	for l := range strings.Lines(string(text)) {
		n++
		l = strings.TrimRight(l, "\n")
		switch {
		case strings.HasPrefix(l, "### "):
			name, when, _ := strings.Cut(strings.TrimPrefix(l, "### "), " · ")
			headings[name] = when
		case l == "```rule":
			cur = &example{line: n}
		case l == "```" && cur != nil:
			examples = append(examples, *cur)
			cur = nil
		case cur != nil && cur.test == "":
			cur.test = l
		case cur != nil:
			cur.cases = append(cur.cases, l)
		}
	}
	return examples, headings
}

func TestTheReferenceDescribesEveryOperator(t *testing.T) {
	examples, headings := readReference(t)
	for _, op := range scorecard.Operators() {
		want := map[bool]string{true: "live", false: "at the end"}[op.Live]
		if headings[op.Name] != want {
			t.Errorf("operator %q: the reference says %q, the table %q", op.Name, headings[op.Name], want)
		}
		used := false
		for _, e := range examples {
			used = used || strings.Contains(e.test, op.Name)
		}
		if !used && op.Name != scorecard.OpUse {
			t.Errorf("operator %q has no example", op.Name)
		}
	}
	if len(headings) != len(scorecard.Operators()) {
		t.Errorf("%d headings, %d operators", len(headings), len(scorecard.Operators()))
	}
}

func TestTheExamplesOfTheReferenceHold(t *testing.T) {
	examples, _ := readReference(t)
	p := loadPack(t)
	for _, e := range examples {
		text := "id: example\nversion: 1\nstate: live\ntitle: {en: Example}\nsections:\n  - id: s\n    title: {en: S}\n    items:\n      - id: i\n        title: {en: I}\n        met: " + e.test + "\n"
		card, err := scorecard.Parse("rule-language.md", []byte(text), scorecard.Known{})
		if err != nil {
			t.Errorf("line %d: %v", e.line, err)
			continue
		}
		again, err := scorecard.Parse("again", scorecard.Format(card), scorecard.Known{})
		if err != nil || again.Version != card.Version {
			t.Errorf("line %d: the test does not survive the page: %v\n%s", e.line, err, scorecard.Format(card))
		}
		for _, c := range e.cases {
			answer, talk, _ := strings.Cut(c, " ")
			s := exampleTalk(t, strings.TrimSpace(talk))
			want := map[string]scorecard.Verdict{"hit": scorecard.Met, "no": scorecard.Missed, "unknown": scorecard.NA}[answer]
			r := score.Score(card, s.conv, s.found, p.cat, score.Versions{})
			if got := r.Items[0]; got.Verdict != want {
				t.Errorf("line %d: %s\n  on %s\n  answers %s (%s), want %s", e.line, e.test, talk, got.Verdict, got.Reason, answer)
			}
		}
	}
}

// TestThePartsOfTheReferenceMakeItsWholeCard reads the blocks of the section
// about parts: a part, a card that takes from it, and what that is short for.
func TestThePartsOfTheReferenceMakeItsWholeCard(t *testing.T) {
	text, err := os.ReadFile("../docs/rule-language.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## Parts")
	section, _, _ = strings.Cut(section, "\n## ")
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(section, -1)
	if len(blocks) != 3 {
		t.Fatalf("%d blocks, want a part, a card and the whole card", len(blocks))
	}
	parts := scorecard.PartFolder{Name: "parts", Files: fstest.MapFS{"courtesy.yaml": {Data: []byte(blocks[0][1])}}}
	card, err := scorecard.Read("visits.yaml", []byte(blocks[1][1]), []scorecard.PartFolder{parts}, scorecard.Known{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(blocks[2][1], card.Text()); diff != "" {
		t.Errorf("the whole card is another:\n%s", diff)
	}
}

// exampleTalk reads "(settings) role: words [acts] / role: words".
func exampleTalk(t *testing.T, talk string) *script {
	t.Helper()
	s := &script{conv: conversation.Conversation{Lang: conversation.Chinese, Channel: conversation.Phone, Direction: conversation.Inbound}}
	if strings.HasPrefix(talk, "(") {
		settings, rest, _ := strings.Cut(talk[1:], ") ")
		talk = rest
		s.set(strings.SplitN(settings, " ", 3))
	}
	for turn := range strings.SplitSeq(talk, " / ") {
		if err := s.turn(turn); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func (s *script) set(f []string) {
	c := &s.conv
	switch f[0] {
	case "en":
		c.Lang = conversation.English
	case "chat":
		c.Channel = conversation.Chat
	case "outbound":
		c.Direction = conversation.Outbound
	case "ended":
		c.EndedBy = conversation.Role(f[1])
	case "field":
		name, value, _ := strings.Cut(f[1], "=")
		c.Fields = map[string]json.RawMessage{name: json.RawMessage(strconv.Quote(value))}
	case "articles":
		c.Fields = map[string]json.RawMessage{"articles": json.RawMessage(f[1])}
	case "event":
		kind, at, _ := strings.Cut(f[1], "@")
		ms, _ := strconv.ParseInt(at, 10, 64)
		e := conversation.Event{Kind: kind, At: ms}
		if len(f) > 2 {
			e.Data = json.RawMessage(f[2])
		}
		c.Events = append(c.Events, e)
	}
}
