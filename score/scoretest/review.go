package scoretest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
)

// reviewOf is how a rater judges the record r.
func reviewOf(i id.Review, r score.Record, rater id.Person, minute int) score.Review {
	return score.Review{ID: i, Result: r.ID, Conversation: r.Conversation, Scorecard: r.Scorecard, Version: r.Versions.Scorecard, Rater: rater,
		Made:  noon.Add(time.Duration(minute) * time.Minute),
		Items: []score.Judgement{{Item: "greet", Machine: "met", Person: "missed", Reason: "接通 <10 秒> 才问候。"}, {Item: "close", Machine: "na", Person: "na"}}}
}

func testReview(t *testing.T, s Store) {
	ctx := context.Background()
	first, err := s.Add(ctx, byRule(t, "r1", "c1", "1", 0))
	must(t, err)
	one := reviewOf("v1", first, "eva", 1)
	must(t, s.AddReview(ctx, one, score.Record{}))
	again := reviewOf("v2", first, "eva", 2)
	if err := s.AddReview(ctx, again, score.Record{}); !fault.Is(err, fault.Conflict) {
		t.Errorf("reviewed twice: %v, want conflict", err)
	}
	again.Revises = "v1"
	must(t, s.AddReview(ctx, again, score.Record{}))
	fork := reviewOf("v3", first, "eva", 3)
	fork.Revises = "v1"
	if err := s.AddReview(ctx, fork, score.Record{}); !fault.Is(err, fault.Conflict) {
		t.Errorf("the same revised twice: %v, want conflict", err)
	}
	other := reviewOf("v4", first, "bea", 4)
	other.Revises = "v2"
	if err := s.AddReview(ctx, other, score.Record{}); !fault.Is(err, fault.Conflict) {
		t.Errorf("revised somebody else's: %v, want conflict", err)
	}
	nowhere := reviewOf("v5", first, "bea", 4)
	nowhere.Result = "r9"
	if err := s.AddReview(ctx, nowhere, score.Record{}); !fault.Is(err, fault.NotFound) {
		t.Errorf("no such result: %v, want not found", err)
	}
	empty := reviewOf("v6", first, "bea", 4)
	empty.Items = nil
	if err := s.AddReview(ctx, empty, score.Record{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("of nothing: %v, want invalid", err)
	}
	all, err := s.Reviews(ctx, score.ReviewQuery{Conversations: []id.Conversation{"c1"}})
	must(t, err)
	if diff := cmp.Diff([]score.Review{again, one}, all); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]score.Review{again}, score.Latest(all)); diff != "" {
		t.Error(diff)
	}
}

func testReviewCorrects(t *testing.T, s Store) {
	ctx := context.Background()
	first, err := s.Add(ctx, byRule(t, "r1", "c1", "1", 0))
	must(t, err)
	second := byPerson("r2", first, 1)
	must(t, s.AddReview(ctx, reviewOf("v1", first, "eva", 1), second))
	late := byPerson("r3", first, 2)
	if err := s.AddReview(ctx, reviewOf("v2", first, "bea", 2), late); !fault.Is(err, fault.Conflict) {
		t.Errorf("corrected already: %v, want conflict", err)
	}
	if all, err := s.Reviews(ctx, score.ReviewQuery{}); err != nil || len(all) != 1 {
		t.Errorf("%d reviews, want the first alone (%v)", len(all), err)
	}
	records, err := s.Of(ctx, "c1")
	must(t, err)
	if diff := cmp.Diff([]score.Record{second}, score.Standing(records)); diff != "" {
		t.Error(diff)
	}
}

func testReviews(t *testing.T, s Store) {
	ctx := context.Background()
	for i, c := range []id.Conversation{"c1", "c2", "c3"} {
		r := byRule(t, id.Result("r"+string(c)), c, "1", 0)
		if c == "c3" {
			r.Scorecard = "chat"
		}
		stored, err := s.Add(ctx, r)
		must(t, err)
		must(t, s.AddReview(ctx, reviewOf(id.Review("v"+string(c)), stored, []id.Person{"eva", "bea", "eva"}[i], i), score.Record{}))
	}
	for name, c := range map[string]struct {
		q    score.ReviewQuery
		want []id.Review
	}{
		"all":           {score.ReviewQuery{}, []id.Review{"vc3", "vc2", "vc1"}},
		"rater":         {score.ReviewQuery{Rater: "eva"}, []id.Review{"vc3", "vc1"}},
		"card":          {score.ReviewQuery{Scorecard: "general"}, []id.Review{"vc2", "vc1"}},
		"conversations": {score.ReviewQuery{Conversations: []id.Conversation{"c1", "c3", "c9"}}, []id.Review{"vc3", "vc1"}},
		"of none":       {score.ReviewQuery{Conversations: []id.Conversation{}}, nil},
		"limit":         {score.ReviewQuery{Limit: 1}, []id.Review{"vc3"}},
	} {
		list, err := s.Reviews(ctx, c.q)
		must(t, err)
		var got []id.Review
		for _, one := range list {
			got = append(got, one.ID)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
