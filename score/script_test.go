package score_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// script is one conversation of a text script with what must come out.
type script struct {
	conv    conversation.Conversation
	found   []analysis.Finding
	wants   []string
	overall float64
	level   string
}

// readScripts reads a file of scripts; its form is explained at the head of
// testdata/zh.txt.
func readScripts(t testing.TB, file string) []*script {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []*script
	var cur *script
	then := false
	line := 0
	for raw := range strings.Lines(string(text)) {
		line++
		l := strings.TrimSpace(raw)
		switch {
		case l == "" || strings.HasPrefix(l, "#"):
		case strings.HasPrefix(l, "conversation "):
			cur, then = newScript(strings.Fields(l)), false
			out = append(out, cur)
		case l == "then":
			then = true
		case then && strings.HasPrefix(l, "expert "):
			if _, err := fmt.Sscanf(l, "expert %f %s", &cur.overall, &cur.level); err != nil {
				t.Fatalf("%s:%d: %v", file, line, err)
			}
		case then:
			cur.wants = append(cur.wants, l)
		default:
			if err := cur.turn(l); err != nil {
				t.Fatalf("%s:%d: %v", file, line, err)
			}
		}
	}
	return out
}

func newScript(f []string) *script {
	c := conversation.Conversation{ID: id.Conversation(f[1]), Lang: conversation.Lang(f[2]), Channel: conversation.Channel(f[3]), Direction: conversation.Direction(f[4])}
	for _, more := range f[5:] {
		key, value, _ := strings.Cut(more, "=")
		switch key {
		case "ended":
			c.EndedBy = conversation.Role(value)
		case "started":
			c.Started, _ = time.Parse(time.RFC3339, value)
		}
	}
	return &script{conv: c}
}

// turn reads "role [from-to]: words [acts]"; an act may be act=quote, or
// act@sure.
func (s *script) turn(l string) error {
	head, words, ok := strings.Cut(l, ": ")
	if !ok {
		return fmt.Errorf("no turn: %q", l)
	}
	role, times, _ := strings.Cut(head, " ")
	t := conversation.Turn{Role: conversation.Role(role), Start: conversation.Unknown, End: conversation.Unknown, Confidence: conversation.Unknown}
	if from, to, ok := strings.Cut(times, "-"); ok {
		a, err1 := strconv.ParseFloat(from, 64)
		b, err2 := strconv.ParseFloat(to, 64)
		if err1 != nil || err2 != nil {
			return fmt.Errorf("bad times %q", times)
		}
		t.Start, t.End = int64(a*1000+0.5), int64(b*1000+0.5)
	}
	acts := ""
	if i := strings.LastIndex(words, " ["); i >= 0 && strings.HasSuffix(words, "]") {
		words, acts = words[:i], words[i+2:len(words)-1]
	}
	t.Text = strings.TrimSpace(words)
	n := len(s.conv.Turns)
	for _, a := range strings.Fields(acts) {
		f := analysis.Finding{Act: analysis.Act(a), Turn: n, To: len([]rune(t.Text)), Sure: 1000}
		if act, sure, ok := strings.Cut(a, "@"); ok {
			n, err := strconv.Atoi(sure)
			if err != nil {
				return err
			}
			f.Act, f.Sure = analysis.Act(act), n
		}
		if act, quote, ok := strings.Cut(a, "="); ok {
			i := strings.Index(t.Text, quote)
			if i < 0 {
				return fmt.Errorf("%q is not in %q", quote, t.Text)
			}
			f.Act, f.From = analysis.Act(act), len([]rune(t.Text[:i]))
			f.To = f.From + len([]rune(quote))
		}
		s.found = append(s.found, f)
	}
	s.conv.Turns = append(s.conv.Turns, t)
	return nil
}

// check holds one line of what must come out against the results.
func (s *script) check(t *testing.T, p pack, want string) {
	t.Helper()
	f := strings.Fields(want)
	switch {
	case f[0] == "promise":
		by := strings.TrimPrefix(want, "promise by ")
		var got []string
		for _, one := range score.Promises(s.conv, s.found) {
			got = append(got, one.By)
		}
		if !slices.Contains(got, by) {
			t.Errorf("promises by %q, want %q", got, by)
		}
	case f[0] == "verification":
		item := s.result(p, p.card(t, "general")).Item("right-sized-verification")
		breach := s.result(p, p.card(t, "general")).Item("privacy-breach")
		got := map[bool]string{true: "too-little", false: map[scorecard.Verdict]string{"met": "right", "missed": "too-much", "na": "na"}[item.Verdict]}[breach.Verdict == scorecard.Missed]
		if got != f[1] {
			t.Errorf("verification %s, want %s", got, f[1])
		}
	case len(f) == 2:
		s.checkRange(t, s.result(p, p.card(t, f[0])), f[1])
	case f[1] == "auto-fail":
		got := strings.Join(s.result(p, p.card(t, f[0])).AutoFail, " ")
		if f[2] == "none" && got != "" || f[2] != "none" && !strings.Contains(got, f[2]) {
			t.Errorf("automatic fail %q, want %s", got, f[2])
		}
	case f[1] == "item":
		item := s.result(p, p.card(t, f[0])).Item(f[2])
		if item == nil || string(item.Verdict) != f[3] {
			t.Errorf("item %s: %+v, want %s", f[2], item, f[3])
		}
	case f[1] == "says":
		item := s.result(p, p.card(t, f[0])).Item(f[2])
		phrase := strings.TrimSpace(want[strings.Index(want, f[2])+len(f[2]):])
		if item == nil || !strings.Contains(item.Reason, phrase) {
			t.Errorf("item %s says %+v, want %q in it", f[2], item, phrase)
		}
	default:
		t.Errorf("what is %q?", want)
	}
}

func (s *script) checkRange(t *testing.T, r score.Result, want string) {
	t.Helper()
	var lo, hi float64
	if _, err := fmt.Sscanf(strings.Replace(want, "..", " ", 1), "%f %f", &lo, &hi); err != nil {
		t.Fatal(want)
	}
	if got := float64(r.Score) / 10; got < lo || got > hi {
		t.Errorf("score %v (raw %v), want %s; lost: %s", r.Score, r.Raw, want, lost(r))
	}
}

func lost(r score.Result) string {
	var out []string
	for _, it := range r.Items {
		if it.Verdict == scorecard.Missed || it.Verdict == scorecard.Partly {
			out = append(out, fmt.Sprintf("%s %s/%s", it.ID, it.Points, it.Max))
		}
	}
	return strings.Join(out, ", ")
}

// exampleCards returns the cards under docs/rules.
func exampleCards(t testing.TB) []*scorecard.Card {
	t.Helper()
	files, _ := filepath.Glob("../docs/rules/*.yaml")
	if len(files) < 3 {
		t.Fatal("the example rules are missing")
	}
	var out []*scorecard.Card
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := scorecard.Parse(file, text, scorecard.Known{})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

func (s *script) result(p pack, card *scorecard.Card) score.Result {
	return score.Score(card, s.conv, s.found, p.cat, score.Versions{})
}

func TestScripts(t *testing.T) {
	p := loadPack(t)
	p.cards = append(p.cards, exampleCards(t)...)
	engine := p.engine(t)
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		if strings.HasSuffix(file, "-acts.txt") {
			continue
		}
		for _, s := range readScripts(t, file) {
			t.Run(string(s.conv.ID), func(t *testing.T) {
				s.hearSignals(engine)
				for _, want := range s.wants {
					s.check(t, p, want)
				}
			})
		}
	}
}

// hearSignals adds what no script says by hand.
func (s *script) hearSignals(engine *language.Engine) {
	for i, turn := range s.conv.Turns {
		for _, f := range engine.Signals(analysis.Utterance{Lang: s.conv.Lang, Channel: s.conv.Channel, Direction: s.conv.Direction,
			Role: turn.Role, Text: turn.Text, Context: s.conv.Turns[:i]}) {
			f.Turn = i
			s.found = append(s.found, f)
		}
	}
}

func TestOwnConversationsAreRankedAsRated(t *testing.T) {
	p := loadPack(t)
	engine := p.engine(t)
	for name, hear := range map[string]func(*script) []analysis.Finding{
		"by hand": func(s *script) []analysis.Finding {
			s.hearSignals(engine)
			return s.found
		},
		"by engine": func(s *script) []analysis.Finding { return engine.Conversation(s.conv) },
	} {
		var machine, expert []float64
		for _, file := range []string{"testdata/zh.txt", "testdata/en.txt"} {
			for _, s := range readScripts(t, file) {
				r := score.Score(p.card(t, "general"), s.conv, hear(s), p.cat, score.Versions{})
				machine, expert = append(machine, float64(r.Score)), append(expert, s.overall)
				t.Logf("%s %s %-4s %3.0f machine %s raw %s %v lost %s", name, s.conv.ID, s.level, s.overall, r.Score, r.Raw, r.AutoFail, lost(r))
			}
		}
		t.Logf("%s: Spearman %.3f on %d conversations", name, spearman(machine, expert), len(machine))
		if rho := spearman(machine, expert); name == "by hand" && rho < 0.85 {
			t.Errorf("acts by hand: Spearman %.3f, want at least 0.85", rho)
		}
	}
}
