// Package trainingtest holds what every training.Store must do, as one suite
// for all databases.
package trainingtest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/training"
)

var started = time.Date(2026, 3, 2, 9, 0, 0, 123456000, time.UTC)

// call returns the n-th call of a person. Each test has its own person, so
// that all can use one database.
func call(person id.Person, n int) training.Practice {
	return training.Practice{
		ID: id.Practice(fmt.Sprintf("%s-call-%02d", person, n)), Person: person,
		Scenario: "zh-broadband-down", Seed: 1<<63 + uint64(n), Notes: training.NotesLive, State: training.Talking,
		Started: started, Conversation: id.Conversation(fmt.Sprintf("%s-conversation-%02d", person, n)),
	}
}

func lines(from int, texts ...string) []training.Line {
	out := make([]training.Line, len(texts))
	for i, text := range texts {
		role := conversation.Agent
		if (from+i)%2 == 1 {
			role = conversation.Customer
		}
		out[i] = training.Line{Seq: from + i, Role: role, Text: text, At: int64(1000 * (from + i)), Delay: 700}
	}
	return out
}

// Run runs the suite on the stores that open gives; they may share a database.
func Run(t *testing.T, open func(*testing.T) training.Store) {
	t.Run("a call is found as it was left", func(t *testing.T) { testRoundTrip(t, open(t)) })
	t.Run("a line that somebody else wrote first is a conflict", func(t *testing.T) { testConflict(t, open(t)) })
	t.Run("of many writers of one line exactly one wins", func(t *testing.T) { testRace(t, open(t)) })
	t.Run("a call finishes once", func(t *testing.T) { testFinish(t, open(t)) })
	t.Run("calls are listed newest first, page by page", func(t *testing.T) { testList(t, open(t)) })
	t.Run("a call is listed with those that take it again", func(t *testing.T) { testRetakes(t, open(t)) })
	t.Run("calls are overdue from their deadline until they end", func(t *testing.T) { testOverdue(t, open(t)) })
	t.Run("a paper is taken once, or taken back", func(t *testing.T) { testPapers(t, open(t)) })
	t.Run("what is not there is not found", func(t *testing.T) { testMissing(t, open(t)) })
}

func testRoundTrip(t *testing.T, s training.Store) {
	ctx, p := context.Background(), call("roundtrip", 1)
	p.Retakes, p.From, p.Version = "another", 3, "3.1a2b3c4d"
	p.Paper, p.Limit, p.Worded = "paper-of-roundtrip", 90*time.Second, true
	said := lines(0, "您好，工号1023为您服务。", "我家网断了！")
	said[1].Template = "我家断网了！"
	must(t, s.BeginPractice(ctx, p, nil))
	must(t, s.AppendLines(ctx, p.ID, said))
	got, gotLines, err := s.Practice(ctx, p.ID)
	must(t, err)
	if d := cmp.Diff(p, got); d != "" {
		t.Error("call (-want +got)", d)
	}
	if d := cmp.Diff(said, gotLines); d != "" {
		t.Error("lines (-want +got)", d)
	}
	got, _, err = s.PracticeOf(ctx, p.Conversation)
	must(t, err)
	if got.ID != p.ID {
		t.Errorf("by conversation: %s, want %s", got.ID, p.ID)
	}
	if err := s.BeginPractice(ctx, p, nil); !fault.Is(err, fault.Conflict) {
		t.Errorf("the same call begun twice: %v, want a conflict", err)
	}
}

func testConflict(t *testing.T, s training.Store) {
	ctx, p := context.Background(), call("conflict", 1)
	must(t, s.BeginPractice(ctx, p, nil))
	must(t, s.AppendLines(ctx, p.ID, lines(0, "您好", "喂")))
	if err := s.AppendLines(ctx, p.ID, lines(0, "早上好", "喂？")); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	_, got, err := s.Practice(ctx, p.ID)
	must(t, err)
	if len(got) != 2 || got[0].Text != "您好" {
		t.Errorf("the first writer's lines are gone: %v", got)
	}
}

func testRace(t *testing.T, s training.Store) {
	ctx, p := context.Background(), call("race", 1)
	must(t, s.BeginPractice(ctx, p, nil))
	errs := make([]error, 16)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = s.AppendLines(ctx, p.ID, lines(0, fmt.Sprint("writer ", i))) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !fault.Is(err, fault.Conflict) {
			t.Errorf("a loser got %v, want a conflict", err)
		}
	}
	if won != 1 {
		t.Errorf("%d writers won, want 1", won)
	}
}

func testFinish(t *testing.T, s training.Store) {
	ctx, p := context.Background(), call("finish", 1)
	must(t, s.BeginPractice(ctx, p, nil))
	done := p
	done.State, done.Ending, done.EndedBy, done.Ended = training.Finished, "solved", conversation.Customer, started.Add(time.Minute)
	must(t, s.FinishPractice(ctx, done, lines(0, "再见")))
	if err := s.FinishPractice(ctx, done, nil); !fault.Is(err, fault.Conflict) {
		t.Errorf("finished twice: %v, want a conflict", err)
	}
	got, said, err := s.Practice(ctx, p.ID)
	must(t, err)
	if d := cmp.Diff(done, got); d != "" || len(said) != 1 {
		t.Error("call (-want +got)", d, said)
	}
	must(t, s.MarkScored(ctx, p.ID))
	must(t, s.MarkScored(ctx, p.ID))
	if got, _, err = s.Practice(ctx, p.ID); err != nil || got.State != training.Scored {
		t.Errorf("state %s, %v; want scored", got.State, err)
	}
}

func testList(t *testing.T, s training.Store) {
	ctx := context.Background()
	for n := 1; n <= 5; n++ {
		must(t, s.BeginPractice(ctx, call("lister", n), nil))
	}
	must(t, s.BeginPractice(ctx, call("somebody-else", 9), nil))

	first, err := s.Practices(ctx, "lister", "", 3)
	must(t, err)
	rest, err := s.Practices(ctx, "lister", first[len(first)-1].ID, 3)
	must(t, err)
	var got []id.Practice
	for _, p := range append(first, rest...) {
		got = append(got, p.ID)
	}
	var want []id.Practice
	for n := 5; n >= 1; n-- {
		want = append(want, call("lister", n).ID)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error("(-want +got)", d)
	}
}

func testRetakes(t *testing.T, s training.Store) {
	ctx, first, again := context.Background(), call("retaker", 1), call("retaker", 2)
	again.Retakes = first.ID
	must(t, s.BeginPractice(ctx, first, nil))
	must(t, s.BeginPractice(ctx, again, nil))
	got, err := s.Retakes(ctx, first.ID)
	must(t, err)
	if len(got) != 1 || got[0].ID != again.ID {
		t.Errorf("retakes %v", got)
	}
}

func testOverdue(t *testing.T, s training.Store) {
	ctx, p, free := context.Background(), call("late", 1), call("late", 2)
	p.Limit = 10 * time.Minute
	must(t, s.BeginPractice(ctx, p, nil))
	must(t, s.BeginPractice(ctx, free, nil))
	overdue := func(after time.Duration) bool {
		t.Helper()
		ids, err := s.Overdue(ctx, started.Add(after))
		must(t, err)
		if slices.Contains(ids, free.ID) {
			t.Error("a call without a limit is overdue")
		}
		return slices.Contains(ids, p.ID)
	}
	if overdue(10*time.Minute - time.Millisecond) {
		t.Error("overdue before its deadline")
	}
	if !overdue(10 * time.Minute) {
		t.Error("not overdue at its deadline")
	}
	done := p
	done.State, done.Ending, done.EndedBy, done.Ended = training.Finished, "unsolved", conversation.System, started.Add(p.Limit)
	must(t, s.FinishPractice(ctx, done, nil))
	if overdue(time.Hour) {
		t.Error("overdue although it ended")
	}
}

func testPapers(t *testing.T, s training.Store) {
	ctx := context.Background()
	paper := func(n int) training.Paper {
		return training.Paper{ID: id.Paper(fmt.Sprintf("paper-%02d", n)), Person: "examinee", Scenario: "zh-broadband-down", Limit: 8 * time.Minute,
			Worded: n == 2, By: "advisor", Set: started}
	}
	for n := 1; n <= 3; n++ {
		must(t, s.AddPaper(ctx, paper(n)))
	}
	if err := s.AddPaper(ctx, paper(1)); !fault.Is(err, fault.Conflict) {
		t.Errorf("set twice: %v, want conflict", err)
	}
	p := call("examinee", 1)
	p.Paper = "paper-01"
	must(t, s.BeginPractice(ctx, p, nil))
	again := call("examinee", 2)
	again.Paper = "paper-01"
	if err := s.BeginPractice(ctx, again, nil); !fault.Is(err, fault.Conflict) {
		t.Errorf("taken twice: %v, want conflict", err)
	}
	must(t, s.WithdrawPaper(ctx, "paper-03", started.Add(time.Hour)))
	for _, over := range []id.Paper{"paper-01", "paper-03", "no-such-paper"} {
		if err := s.WithdrawPaper(ctx, over, started); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s withdrawn: %v, want conflict", over, err)
		}
	}
	one, two, three := paper(1), paper(2), paper(3)
	one.Practice, one.State, one.Conversation = p.ID, training.Talking, p.Conversation
	three.Withdrawn = started.Add(time.Hour)
	for _, q := range []training.PaperQuery{{Person: "examinee", Limit: 10}, {By: "advisor", Limit: 10}} {
		got, err := s.Papers(ctx, q)
		must(t, err)
		if d := cmp.Diff([]training.Paper{three, two, one}, got); d != "" {
			t.Errorf("%+v: %s", q, d)
		}
	}
	if got, err := s.Paper(ctx, "paper-01"); err != nil || got != one {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := s.Paper(ctx, "no-such-paper"); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v, want not found", err)
	}
}

func testMissing(t *testing.T, s training.Store) {
	ctx := context.Background()
	if _, _, err := s.Practice(ctx, "01KAJ3X8W00000000000000404"); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v, want not found", err)
	}
	if _, _, err := s.PracticeOf(ctx, "01KAJ3X8W00000000000000404"); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v, want not found", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
