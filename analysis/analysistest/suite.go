// Package analysistest holds what every analysis.LexiconStore must do, as one
// suite for all databases.
package analysistest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 123456000, time.UTC)

// Run runs the suite on the stores that open gives, each empty.
func Run(t *testing.T, open func(*testing.T) analysis.LexiconStore) {
	t.Run("versions follow one another", func(t *testing.T) { testVersions(t, open(t)) })
	t.Run("a version goes live by another's hand", func(t *testing.T) { testRelease(t, open(t)) })
	t.Run("labels come back and go", func(t *testing.T) { testLabels(t, open(t)) })
	t.Run("what is malformed is refused", func(t *testing.T) { testMalformed(t, open(t)) })
}

func version(base int, author id.Person, text string) analysis.Lexicon {
	return analysis.Lexicon{Base: base, Author: author, Made: noon.Add(time.Duration(base) * time.Minute), Why: "客户常这么说 <&>",
		Texts: map[conversation.Lang]string{conversation.Chinese: text, conversation.English: ""}}
}

func testVersions(t *testing.T, s analysis.LexiconStore) {
	ctx := t.Context()
	if list, err := s.Lexicons(ctx); err != nil || len(list) != 0 {
		t.Fatalf("an empty store: %v, %v", list, err)
	}
	want := version(0, "ann", "rules:\n  - act: own\n    say: 包我身上\n")
	got, err := s.SaveLexicon(ctx, want)
	must(t, err)
	want.Number = 1
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	got, err = s.Lexicon(ctx, 1)
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, base := range []int{0, 2} {
		if _, err := s.SaveLexicon(ctx, version(base, "bob", "x")); !fault.Is(err, fault.Conflict) {
			t.Errorf("from version %d: %v, want conflict", base, err)
		}
	}
	second, err := s.SaveLexicon(ctx, version(1, "bob", "rules: []\n"))
	must(t, err)
	list, err := s.Lexicons(ctx)
	must(t, err)
	second.Texts, want.Texts = nil, nil
	if diff := cmp.Diff([]analysis.Lexicon{second, want}, list); diff != "" {
		t.Error(diff)
	}
	if _, err := s.Lexicon(ctx, 3); !fault.Is(err, fault.NotFound) {
		t.Errorf("no such version: %v, want not found", err)
	}
}

func testRelease(t *testing.T, s analysis.LexiconStore) {
	ctx := t.Context()
	for i, author := range []id.Person{"ann", "bob", "ann", "eva"} {
		_, err := s.SaveLexicon(ctx, version(i, author, "rules: []\n"))
		must(t, err)
	}
	release := func(number int, by id.Person) error {
		r, err := s.Release(ctx, analysis.Release{Number: number, By: by, At: noon, Why: "量过了", Version: "0a1b2c"})
		if err == nil && r.Seq == 0 {
			t.Errorf("release %d has no place in the order", number)
		}
		return err
	}
	for _, step := range []struct {
		number int
		by     id.Person
		want   fault.Kind
		fails  bool
	}{
		{0, "eva", fault.Conflict, true}, // nothing is in force anyway
		{3, "ann", fault.Denied, true},   // wrote it
		{3, "bob", fault.Denied, true},   // wrote what it was made from
		{9, "eva", fault.NotFound, true}, // never was
		{2, "eva", 0, false},             //
		{2, "eva", fault.Conflict, true}, // is in force
		{3, "bob", 0, false},             // what bob wrote was released before
		{4, "eva", fault.Denied, true},   //
		{4, "ann", 0, false},             //
		{3, "ann", 0, false},             // going back needs no second reading
		{0, "bob", 0, false},             //
		{0, "bob", fault.Conflict, true}, //
	} {
		err := release(step.number, step.by)
		if step.fails && !fault.Is(err, step.want) || !step.fails && err != nil {
			t.Errorf("version %d by %s: %v", step.number, step.by, err)
		}
	}
	list, err := s.Releases(ctx)
	must(t, err)
	var numbers []int
	for _, r := range list {
		numbers = append(numbers, r.Number)
	}
	if diff := cmp.Diff([]int{0, 3, 4, 3, 2}, numbers); diff != "" {
		t.Error(diff)
	}
	last := list[len(list)-1]
	if diff := cmp.Diff(analysis.Release{Seq: 1, Number: 2, By: "eva", At: noon, Why: "量过了", Version: "0a1b2c"}, last); diff != "" {
		t.Error(diff)
	}
}

func testLabels(t *testing.T, s analysis.LexiconStore) {
	ctx := t.Context()
	turn := func(role conversation.Role, text string) conversation.Turn {
		return conversation.Turn{Role: role, Text: text, Start: conversation.Unknown, End: conversation.Unknown, Confidence: conversation.Unknown}
	}
	first := analysis.Label{ID: "l1", Acts: []analysis.Act{"own"}, Not: []analysis.Act{"promise", "apologise"}, Note: "这句算担当",
		Conversation: "c1", Turn: 3, Author: "eva", Made: noon,
		Utterance: analysis.Utterance{Lang: "zh", Channel: "phone", Direction: "inbound", Role: "agent", Text: "包我身上 <&>",
			Context: []conversation.Turn{turn("customer", "那怎么办"), turn("agent", "您别急")}}}
	second := first
	second.ID, second.Turn, second.Acts, second.Not, second.Utterance.Context = "l2", 4, []analysis.Act{}, []analysis.Act{}, nil
	second.Made = noon.Add(time.Second)
	must(t, s.AddLabel(ctx, first))
	must(t, s.AddLabel(ctx, second))
	again := first
	again.ID = "l3"
	if err := s.AddLabel(ctx, again); !fault.Is(err, fault.Conflict) {
		t.Errorf("the same turn again: %v, want conflict", err)
	}
	list, err := s.Labels(ctx)
	must(t, err)
	if diff := cmp.Diff([]analysis.Label{first, second}, list); diff != "" {
		t.Error(diff)
	}
	must(t, s.RemoveLabel(ctx, "l1"))
	if err := s.RemoveLabel(ctx, "l1"); !fault.Is(err, fault.NotFound) {
		t.Errorf("removed again: %v, want not found", err)
	}
	if list, err := s.Labels(ctx); err != nil || len(list) != 1 {
		t.Errorf("%d labels left (%v)", len(list), err)
	}
}

func testMalformed(t *testing.T, s analysis.LexiconStore) {
	ctx := t.Context()
	long := version(0, "ann", strings.Repeat("x", analysis.MaxLexicon+1))
	bare := version(0, "ann", "")
	bare.Texts = nil
	why := version(0, "ann", "")
	why.Why = strings.Repeat("因", analysis.MaxWhy+1)
	for name, l := range map[string]analysis.Lexicon{"nobody": version(0, "", ""), "long": long, "bare": bare, "why": why,
		"bytes": version(0, "ann", "\xff")} {
		if _, err := s.SaveLexicon(ctx, l); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want invalid", name, err)
		}
	}
	if _, err := s.Release(ctx, analysis.Release{Number: 1}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a release by nobody: %v", err)
	}
	if err := s.AddLabel(ctx, analysis.Label{ID: "l1"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a label without words: %v", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
