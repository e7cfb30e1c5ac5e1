package scoredb

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/score"
)

// The lengths of a page: asked for nothing, and at most.
const (
	pageDefault = 50
	pageMax     = 500
)

type contestRow struct {
	bun.BaseModel `bun:"table:score_contests,alias:c"`

	Result   id.Result `bun:",pk"`
	Person   id.Person `bun:",pk"`
	Item     string    `bun:",pk"`
	Text     string
	Opened   time.Time
	State    score.ContestState
	Answerer id.Person
	Answer   string
	Answered time.Time `bun:",nullzero"`
}

func (r *contestRow) contest() score.Contest {
	c := score.Contest{
		Result: r.Result, Person: r.Person, Item: r.Item, Text: r.Text, Opened: r.Opened.UTC(),
		State: r.State, Answerer: r.Answerer, Answer: r.Answer,
	}
	if !r.Answered.IsZero() {
		c.Answered = r.Answered.UTC()
	}
	return c
}

// OpenContest implements score.Store.
func (s *Store) OpenContest(ctx context.Context, c score.Contest) error {
	if c.Person == "" || c.Text == "" {
		return &fault.Error{Kind: fault.Invalid, Op: "scoredb.OpenContest", Key: "score.malformed"}
	}
	row := contestRow{Result: c.Result, Person: c.Person, Item: c.Item, Text: c.Text, Opened: storage.Time(c.Opened), State: score.Open}
	err := s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
	switch {
	case storage.IsForeign(err):
		err = unknown(c.Result)
	case storage.IsUnique(err):
		err = fault.New(fault.Conflict, "score.contested", nil)
	}
	return fault.Wrap("scoredb.OpenContest", err)
}

// AnswerContest implements score.Store.
func (s *Store) AnswerContest(ctx context.Context, c score.Contest) error {
	if c.State != score.Agreed && c.State != score.Upheld || c.Answerer == "" || c.Answered.IsZero() {
		return &fault.Error{Kind: fault.Invalid, Op: "scoredb.AnswerContest", Key: "score.malformed"}
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		var row contestRow
		err := tx.NewSelect().Model(&row).Where("result = ? AND person = ? AND item = ?", c.Result, c.Person, c.Item).Scan(ctx)
		switch {
		case storage.NotFound(err):
			return fault.New(fault.NotFound, "score.contest.unknown", nil)
		case err != nil:
			return err
		case row.State != score.Open:
			return fault.New(fault.Conflict, "score.answered", nil)
		}
		row.State, row.Answerer, row.Answer, row.Answered = c.State, c.Answerer, c.Answer, storage.Time(c.Answered)
		_, err = tx.NewUpdate().Model(&row).Column("state", "answerer", "answer", "answered").WherePK().Exec(ctx)
		return err
	})
	return fault.Wrap("scoredb.AnswerContest", err)
}

// Contests implements score.Store.
func (s *Store) Contests(ctx context.Context, q score.ContestQuery) ([]score.Contest, error) {
	limit := pageDefault
	if q.Limit > 0 {
		limit = min(q.Limit, pageMax)
	}
	var rows []contestRow
	sel := s.db.Read().NewSelect().Model(&rows).OrderExpr("opened, result, person, item").Limit(int64(limit))
	for _, c := range []struct{ column, value string }{{"result", string(q.Result)}, {"person", string(q.Person)}, {"state", string(q.State)}} {
		if c.value != "" {
			sel.Where("? = ?", bun.Ident(c.column), c.value)
		}
	}
	if err := sel.Scan(ctx); err != nil {
		return nil, fault.Wrap("scoredb.Contests", err)
	}
	out := make([]score.Contest, len(rows))
	for i := range rows {
		out[i] = rows[i].contest()
	}
	return out, nil
}
