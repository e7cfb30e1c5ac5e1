package scoredb

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/score"
)

// The lengths of a page of reviews: asked for nothing, and at most.
const (
	reviewsDefault = 500
	reviewsMax     = 5000
)

var _ score.ReviewStore = (*Store)(nil)

type reviewRow struct {
	bun.BaseModel `bun:"table:score_reviews,alias:v"`

	ID           id.Review `bun:",pk"`
	Result       id.Result
	Conversation id.Conversation
	Scorecard    id.Scorecard
	Version      string
	Rater        id.Person
	Revises      id.Review
	Made         time.Time
	Items        []byte
}

func (r *reviewRow) review() (score.Review, error) {
	out := score.Review{ID: r.ID, Result: r.Result, Conversation: r.Conversation, Scorecard: r.Scorecard, Version: r.Version,
		Rater: r.Rater, Revises: r.Revises, Made: r.Made.UTC()}
	return out, json.Unmarshal(r.Items, &out.Items)
}

// AddReview implements score.ReviewStore.
func (s *Store) AddReview(ctx context.Context, r score.Review, correction score.Record) error {
	if r.ID == "" || r.Rater == "" || len(r.Items) == 0 || correction.ID != "" && (correction.Key == "" || !json.Valid(correction.Result)) {
		return &fault.Error{Kind: fault.Invalid, Op: "scoredb.AddReview", Key: "score.malformed"}
	}
	items, err := json.Marshal(r.Items)
	if err != nil {
		return fault.Wrap("scoredb.AddReview", err)
	}
	row := reviewRow{ID: r.ID, Result: r.Result, Conversation: r.Conversation, Scorecard: r.Scorecard, Version: r.Version,
		Rater: r.Rater, Revises: r.Revises, Made: storage.Time(r.Made), Items: items}
	err = s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		if err := revisable(ctx, tx, r); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil || correction.ID == "" {
			return err
		}
		return s.add(ctx, tx, correction, rowOf(correction))
	})
	switch {
	case storage.IsForeign(err):
		err = unknown(r.Result)
	case storage.IsUnique(err):
		err = fault.New(fault.Conflict, "score.reviewed", nil)
	}
	return fault.Wrap("scoredb.AddReview", err)
}

// revisable looks whether r names the rater's own review of the same result,
// if any. That none is revised twice is the table's to know.
func revisable(ctx context.Context, tx bun.IDB, r score.Review) error {
	if r.Revises == "" {
		return nil
	}
	there, err := tx.NewSelect().Model((*reviewRow)(nil)).Where("id = ? AND result = ? AND rater = ?", r.Revises, r.Result, r.Rater).Exists(ctx)
	if err == nil && !there {
		err = fault.New(fault.Conflict, "score.reviewed", nil)
	}
	return err
}

// Reviews implements score.ReviewStore.
func (s *Store) Reviews(ctx context.Context, q score.ReviewQuery) ([]score.Review, error) {
	if q.Conversations != nil && len(q.Conversations) == 0 {
		return nil, nil
	}
	limit := reviewsDefault
	if q.Limit > 0 {
		limit = min(q.Limit, reviewsMax)
	}
	var rows []reviewRow
	sel := s.db.Read().NewSelect().Model(&rows).OrderExpr("made DESC, id DESC").Limit(int64(limit))
	if q.Conversations != nil {
		sel.Where("conversation IN (?)", bun.List(q.Conversations))
	}
	for _, c := range []struct{ column, value string }{{"scorecard", string(q.Scorecard)}, {"rater", string(q.Rater)}} {
		if c.value != "" {
			sel.Where("? = ?", bun.Ident(c.column), c.value)
		}
	}
	if err := sel.Scan(ctx); err != nil {
		return nil, fault.Wrap("scoredb.Reviews", err)
	}
	out := make([]score.Review, len(rows))
	for i := range rows {
		var err error
		if out[i], err = rows[i].review(); err != nil {
			return nil, fault.Wrap("scoredb.Reviews", err)
		}
	}
	return out, nil
}
