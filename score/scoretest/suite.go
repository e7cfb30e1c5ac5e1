// Package scoretest holds what every score.Store must do, as one suite for all
// databases.
package scoretest

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 123456000, time.UTC)

// byRule returns what the engine of the given version found in conversation c.
func byRule(t *testing.T, i id.Result, c id.Conversation, engine string, minute int) score.Record {
	t.Helper()
	r, err := score.NewRecord(i, score.Result{
		ID: c, Scorecard: "general", Versions: score.Versions{Engine: engine, Lexicon: "zh-0a1b", Scorecard: "3"}, Raw: 905, Score: 875,
		AutoFail: []string{}, Items: []score.Item{{ID: "greet", Verdict: "met", Reason: "问候及时 <&>", Points: 50, Max: 50}},
	}, noon.Add(time.Duration(minute)*time.Minute))
	must(t, err)
	return r
}

// byPerson returns an evaluator's correction of the record old.
func byPerson(i id.Result, old score.Record, minute int) score.Record {
	r := old
	r.ID, r.Key, r.Method, r.Rater, r.Corrects, r.Reason = i, "person "+string(i), score.ByPerson, "eva", old.ID, "她当时已经道过歉"
	r.Score, r.Made = 900, noon.Add(time.Duration(minute)*time.Minute)
	r.Result = json.RawMessage(`{"score": 90,  "spaces": "stay"}`)
	return r
}

// Store is everything that the suite tries.
type Store interface {
	score.Store
	score.ReviewStore
}

// Run runs the suite on the stores that open gives, each empty.
func Run(t *testing.T, open func(*testing.T) Store) {
	t.Run("a result comes back byte for byte", func(t *testing.T) { testBytes(t, open(t)) })
	t.Run("the same result is stored once", func(t *testing.T) { testOnce(t, open(t)) })
	t.Run("a correction names what it corrects", func(t *testing.T) { testCorrection(t, open(t)) })
	t.Run("a contest is opened and answered once", func(t *testing.T) { testContest(t, open(t)) })
	t.Run("contests are found, the oldest first", func(t *testing.T) { testContests(t, open(t)) })
	t.Run("a review is added and never rewritten", func(t *testing.T) { testReview(t, open(t)) })
	t.Run("a review and its correction come together or not at all", func(t *testing.T) { testReviewCorrects(t, open(t)) })
	t.Run("reviews are found, the latest first", func(t *testing.T) { testReviews(t, open(t)) })
	t.Run("what is malformed is refused", func(t *testing.T) { testMalformed(t, open(t)) })
}

func testBytes(t *testing.T, s score.Store) {
	ctx := context.Background()
	want := byRule(t, "r1", "c1", "1", 0)
	got, err := s.Add(ctx, want)
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	got, err = s.Get(ctx, "r1")
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := s.Get(ctx, "r2"); !fault.Is(err, fault.NotFound) {
		t.Errorf("missing: %v, want not found", err)
	}
	if list, err := s.Of(ctx, "c2"); err != nil || len(list) != 0 {
		t.Errorf("results of another conversation: %v, %v", list, err)
	}
}

func testOnce(t *testing.T, s score.Store) {
	ctx := context.Background()
	first := byRule(t, "r1", "c1", "1", 0)
	_, err := s.Add(ctx, first)
	must(t, err)
	got, err := s.Add(ctx, byRule(t, "r2", "c1", "1", 5))
	must(t, err)
	if diff := cmp.Diff(first, got); diff != "" {
		t.Errorf("the second is not the first: %s", diff)
	}
	_, err = s.Add(ctx, byRule(t, "r3", "c1", "2", 6))
	must(t, err)
	if list, err := s.Of(ctx, "c1"); err != nil || len(list) != 2 || list[0].ID != "r3" || list[1].ID != "r1" {
		t.Errorf("results %+v, want r3 and r1 (%v)", list, err)
	}
	_, err = s.Add(ctx, byRule(t, "r4", "c2", "1", 3))
	must(t, err)
	if list, err := s.Of(ctx, "c2", "c0", "c1"); err != nil || len(list) != 3 || list[0].ID != "r3" || list[1].ID != "r4" || list[2].ID != "r1" {
		t.Errorf("results of two %+v, want r3, r4 and r1 (%v)", list, err)
	}
	if list, err := s.Of(ctx); err != nil || len(list) != 0 {
		t.Errorf("results of none: %v, %v", list, err)
	}
	again := byRule(t, "r1", "c9", "1", 0)
	if _, err := s.Add(ctx, again); err == nil {
		t.Error("another result took an id that is taken")
	}
}

func testCorrection(t *testing.T, s score.Store) {
	ctx := context.Background()
	first, err := s.Add(ctx, byRule(t, "r1", "c1", "1", 0))
	must(t, err)
	_, err = s.Add(ctx, byRule(t, "r2", "c2", "1", 0))
	must(t, err)
	second := byPerson("r3", first, 10)
	_, err = s.Add(ctx, second)
	must(t, err)

	list, err := s.Of(ctx, "c1")
	must(t, err)
	if diff := cmp.Diff([]score.Record{second, first}, list); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]score.Record{second}, score.Standing(list)); diff != "" {
		t.Errorf("standing: %s", diff)
	}
	elsewhere := byPerson("r5", second, 20)
	elsewhere.Corrects = "r2"
	itself := byPerson("r6", second, 20)
	itself.Corrects = "r6"
	for name, c := range map[string]struct {
		r    score.Record
		want fault.Kind
	}{
		"corrected already":    {byPerson("r4", first, 20), fault.Conflict},
		"another conversation": {elsewhere, fault.NotFound},
		"itself":               {itself, fault.NotFound},
	} {
		if _, err := s.Add(ctx, c.r); !fault.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if _, err := s.Get(ctx, c.r.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: was stored all the same (%v)", name, err)
		}
	}
}

func testContest(t *testing.T, s score.Store) {
	ctx := context.Background()
	_, err := s.Add(ctx, byRule(t, "r1", "c1", "1", 0))
	must(t, err)
	c := score.Contest{Result: "r1", Person: "ann", Item: "greet", Text: "我问候过了。", Opened: noon, State: score.Open}
	must(t, s.OpenContest(ctx, c))
	if err := s.OpenContest(ctx, c); !fault.Is(err, fault.Conflict) {
		t.Errorf("opened twice: %v, want conflict", err)
	}
	missing := c
	missing.Result = "r9"
	if err := s.OpenContest(ctx, missing); !fault.Is(err, fault.NotFound) {
		t.Errorf("no such result: %v, want not found", err)
	}
	answer := c
	answer.State, answer.Answerer, answer.Answer, answer.Answered = score.Agreed, "eva", "您说得对。", noon.Add(time.Hour)
	must(t, s.AnswerContest(ctx, answer))
	if err := s.AnswerContest(ctx, answer); !fault.Is(err, fault.Conflict) {
		t.Errorf("answered twice: %v, want conflict", err)
	}
	answer.Item = "close"
	if err := s.AnswerContest(ctx, answer); !fault.Is(err, fault.NotFound) {
		t.Errorf("no such contest: %v, want not found", err)
	}
	answer.Item = "greet"
	got, err := s.Contests(ctx, score.ContestQuery{Result: "r1"})
	must(t, err)
	if diff := cmp.Diff([]score.Contest{answer}, got); diff != "" {
		t.Error(diff)
	}
}

func testContests(t *testing.T, s score.Store) {
	ctx := context.Background()
	for i, r := range []id.Result{"r1", "r2", "r3"} {
		_, err := s.Add(ctx, byRule(t, r, id.Conversation("of "+r), "1", 0))
		must(t, err)
		must(t, s.OpenContest(ctx, score.Contest{Result: r, Person: []id.Person{"ann", "bob", "ann"}[i], Text: "我有不同看法。", Opened: noon.Add(time.Duration(-i) * time.Hour)}))
	}
	must(t, s.AnswerContest(ctx, score.Contest{Result: "r3", Person: "ann", State: score.Upheld, Answerer: "eva", Answer: "见第 3 句。", Answered: noon}))
	for name, c := range map[string]struct {
		q    score.ContestQuery
		want []id.Result
	}{
		"all":    {score.ContestQuery{}, []id.Result{"r3", "r2", "r1"}},
		"open":   {score.ContestQuery{State: score.Open}, []id.Result{"r2", "r1"}},
		"person": {score.ContestQuery{Person: "ann"}, []id.Result{"r3", "r1"}},
		"limit":  {score.ContestQuery{Limit: 1}, []id.Result{"r3"}},
		"none":   {score.ContestQuery{Result: "r1", State: score.Upheld}, nil},
	} {
		list, err := s.Contests(ctx, c.q)
		must(t, err)
		var got []id.Result
		for _, one := range list {
			got = append(got, one.Result)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func testMalformed(t *testing.T, s score.Store) {
	ctx := context.Background()
	broken := byRule(t, "r1", "c1", "1", 0)
	broken.Result = json.RawMessage(`{"score":`)
	_, addErr := s.Add(ctx, broken)
	for name, err := range map[string]error{
		"result":  addErr,
		"contest": s.OpenContest(ctx, score.Contest{Result: "r1", Person: "ann", Opened: noon}),
		"answer":  s.AnswerContest(ctx, score.Contest{Result: "r1", Person: "ann", State: score.Open, Answerer: "eva", Answered: noon}),
	} {
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want invalid", name, err)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
