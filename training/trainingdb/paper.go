package trainingdb

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/training"
)

type paperRow struct {
	bun.BaseModel `bun:"table:training_papers,alias:e"`

	ID        id.Paper `bun:",pk"`
	Person    id.Person
	Scenario  id.Scenario
	Allowed   int64 `bun:"limit_ms"`
	Worded    bool
	By        id.Person `bun:"set_by"`
	Set       time.Time `bun:"set_at"`
	Withdrawn time.Time `bun:",nullzero"`

	Practice     id.Practice     `bun:",scanonly"`
	State        training.State  `bun:",scanonly"`
	Conversation id.Conversation `bun:",scanonly"`
}

func (r *paperRow) paper() training.Paper {
	p := training.Paper{ID: r.ID, Person: r.Person, Scenario: r.Scenario, Limit: time.Duration(r.Allowed) * time.Millisecond, Worded: r.Worded,
		By: r.By, Set: r.Set.UTC(), Practice: r.Practice, State: r.State, Conversation: r.Conversation}
	if !r.Withdrawn.IsZero() {
		p.Withdrawn = r.Withdrawn.UTC()
	}
	return p
}

// AddPaper implements training.Papers.
func (s *Store) AddPaper(ctx context.Context, p training.Paper) error {
	row := paperRow{ID: p.ID, Person: p.Person, Scenario: p.Scenario, Allowed: p.Limit.Milliseconds(), Worded: p.Worded, By: p.By, Set: p.Set.UTC()}
	err := s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
	return taken(err)
}

// papers begins a query for papers with what came of them.
func (s *Store) papers(rows any) *bun.SelectQuery {
	return s.db.Read().NewSelect().Model(rows).
		Column("e.id", "e.person", "e.scenario", "e.limit_ms", "e.worded", "e.set_by", "e.set_at", "e.withdrawn").
		ColumnExpr("COALESCE(p.id, '') AS practice").ColumnExpr("COALESCE(p.state, '') AS state").ColumnExpr("COALESCE(p.conversation, '') AS conversation").
		Join("LEFT JOIN training_practices AS p ON p.paper = e.id")
}

// Paper implements training.Papers.
func (s *Store) Paper(ctx context.Context, paper id.Paper) (training.Paper, error) {
	var row paperRow
	err := s.papers(&row).Where("e.id = ?", paper).Scan(ctx)
	if storage.NotFound(err) {
		err = fault.As(fault.NotFound, "training.paper.unknown", err)
	}
	if err != nil {
		return training.Paper{}, err
	}
	return row.paper(), nil
}

// Papers implements training.Papers.
func (s *Store) Papers(ctx context.Context, q training.PaperQuery) ([]training.Paper, error) {
	var rows []paperRow
	sel := s.papers(&rows).OrderExpr("e.id DESC").Limit(int64(q.Limit))
	if q.Person != "" {
		sel = sel.Where("e.person = ?", q.Person)
	}
	if q.By != "" {
		sel = sel.Where("e.set_by = ?", q.By)
	}
	if err := sel.Scan(ctx); err != nil {
		return nil, err
	}
	out := make([]training.Paper, len(rows))
	for i := range rows {
		out[i] = rows[i].paper()
	}
	return out, nil
}

// WithdrawPaper implements training.Papers.
func (s *Store) WithdrawPaper(ctx context.Context, paper id.Paper, at time.Time) error {
	return s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		res, err := tx.NewUpdate().Model((*paperRow)(nil)).Set("withdrawn = ?", storage.Time(at)).
			Where("id = ? AND withdrawn IS NULL", paper).
			Where("NOT EXISTS (SELECT 1 FROM training_practices AS p WHERE p.paper = ?)", paper).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return &fault.Error{Kind: fault.Conflict, Key: "training.paper.over", Err: err}
		}
		return nil
	})
}
