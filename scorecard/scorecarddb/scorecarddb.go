// Package scorecarddb keeps a centre's scorecards in SQL: every version and
// every decision stays as it was.
package scorecarddb

import (
	"context"
	"embed"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/scorecard"
)

//go:embed migrations
var migrations embed.FS

// Migrations returns the tables of scorecard.
func Migrations() storage.Migrations { return storage.EmbeddedMigrations(migrations) }

// Store keeps versions of scorecards in a database.
type Store struct{ db *storage.DB }

var _ scorecard.Store = (*Store)(nil)

// New returns a Store on db.
func New(db *storage.DB) *Store { return &Store{db} }

type versionRow struct {
	bun.BaseModel `bun:"table:scorecard_versions,alias:v"`

	Card   id.Scorecard `bun:",pk"`
	Name   string       `bun:",pk"`
	Number int
	Text   string
	State  scorecard.State
	Author id.Person
	Why    string
	Base   string
	Made   time.Time
}

func (r *versionRow) version() scorecard.Version {
	return scorecard.Version{Card: r.Card, Name: r.Name, Number: r.Number, Text: r.Text, State: r.State, Author: r.Author, Why: r.Why,
		Base: r.Base, Made: r.Made.UTC()}
}

type decisionRow struct {
	bun.BaseModel `bun:"table:scorecard_decisions,alias:d"`

	Card     id.Scorecard `bun:",pk"`
	Seq      int          `bun:",pk"`
	Version  string
	OldState scorecard.State
	NewState scorecard.State
	Person   id.Person
	At       time.Time
	Why      string
}

func (r *decisionRow) decision() scorecard.Decision {
	return scorecard.Decision{Card: r.Card, Version: r.Version, From: r.OldState, To: r.NewState, By: r.Person, At: r.At.UTC(), Why: r.Why}
}

// AddVersion implements scorecard.Store.
func (s *Store) AddVersion(ctx context.Context, v scorecard.Version) error {
	const op = "scorecarddb.AddVersion"
	if v.Card == "" || v.Name == "" || v.Number < 1 || v.Author == "" || v.Made.IsZero() || v.Text == "" || !utf8.ValidString(v.Text) {
		return &fault.Error{Kind: fault.Invalid, Op: op, Key: "scorecard.version.malformed"}
	}
	row := versionRow{Card: v.Card, Name: v.Name, Number: v.Number, Text: v.Text, State: v.State, Author: v.Author, Why: v.Why,
		Base: v.Base, Made: storage.Time(v.Made)}
	err := s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		return note(ctx, tx, scorecard.Decision{Card: v.Card, Version: v.Name, To: v.State, By: v.Author, At: v.Made, Why: v.Why})
	})
	if storage.IsUnique(err) {
		err = fault.New(fault.Conflict, "scorecard.version.taken", fault.Args{"version": v.Name})
	}
	return fault.Wrap(op, err)
}

// note stores a decision after those that are there.
func note(ctx context.Context, tx bun.IDB, d scorecard.Decision) error {
	var last int
	if err := tx.NewSelect().Model((*decisionRow)(nil)).ColumnExpr("COALESCE(MAX(seq), 0)").Where("card = ?", d.Card).Scan(ctx, &last); err != nil {
		return err
	}
	row := decisionRow{Card: d.Card, Seq: last + 1, Version: d.Version, OldState: d.From, NewState: d.To, Person: d.By, At: storage.Time(d.At), Why: d.Why}
	_, err := tx.NewInsert().Model(&row).Exec(ctx)
	return err
}

// Version implements scorecard.Store.
func (s *Store) Version(ctx context.Context, card id.Scorecard, name string) (scorecard.Version, error) {
	var row versionRow
	err := s.db.Read().NewSelect().Model(&row).Where("card = ? AND name = ?", card, name).Scan(ctx)
	return found(&row, name, err)
}

// InState implements scorecard.Store.
func (s *Store) InState(ctx context.Context, card id.Scorecard, state scorecard.State) (scorecard.Version, error) {
	var row versionRow
	err := s.db.Read().NewSelect().Model(&row).Where("card = ? AND state = ?", card, state).OrderExpr("number DESC").Limit(1).Scan(ctx)
	return found(&row, string(state), err)
}

func found(row *versionRow, what string, err error) (scorecard.Version, error) {
	if storage.NotFound(err) {
		err = fault.New(fault.NotFound, "scorecard.version.unknown", fault.Args{"version": what})
	}
	if err != nil {
		return scorecard.Version{}, fault.Wrap("scorecarddb.Version", err)
	}
	return row.version(), nil
}

// Versions implements scorecard.Store.
func (s *Store) Versions(ctx context.Context, card id.Scorecard) ([]scorecard.Version, error) {
	var rows []versionRow
	q := s.db.Read().NewSelect().Model(&rows).ExcludeColumn("text").OrderExpr("card, number DESC")
	if card != "" {
		q.Where("card = ?", card)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fault.Wrap("scorecarddb.Versions", err)
	}
	out := make([]scorecard.Version, len(rows))
	for i := range rows {
		out[i] = rows[i].version()
	}
	return out, nil
}

// Live returns the texts of the cards that are live in a database. A database
// without cards has none; Live makes no tables, so that a command may read a
// centre that another version serves.
func Live(ctx context.Context, db *storage.DB) (map[id.Scorecard]string, error) {
	tables, err := storage.Tables(ctx, db.Read())
	if err != nil || !slices.Contains(tables, "scorecard_versions") {
		return nil, fault.Wrap("scorecarddb.Live", err)
	}
	var rows []versionRow
	if err := db.Read().NewSelect().Model(&rows).Where("state = ?", scorecard.Live).Scan(ctx); err != nil {
		return nil, fault.Wrap("scorecarddb.Live", err)
	}
	out := make(map[id.Scorecard]string, len(rows))
	for i := range rows {
		out[rows[i].Card] = rows[i].Text
	}
	return out, nil
}

// Decide implements scorecard.Store.
func (s *Store) Decide(ctx context.Context, d scorecard.Decision) error {
	const op = "scorecarddb.Decide"
	if d.By == "" || d.At.IsZero() || d.From == d.To {
		return &fault.Error{Kind: fault.Invalid, Op: op, Key: "scorecard.version.malformed"}
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		if d.To == scorecard.Live || d.To == scorecard.Shadow {
			if err := makeRoom(ctx, tx, d); err != nil {
				return err
			}
		}
		res, err := tx.NewUpdate().Model((*versionRow)(nil)).Set("state = ?", d.To).
			Where("card = ? AND name = ? AND state = ?", d.Card, d.Version, d.From).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			if err == nil {
				err = fault.New(fault.Conflict, "scorecard.version.moved", fault.Args{"version": d.Version})
			}
			return err
		}
		return note(ctx, tx, d)
	})
	if storage.IsUnique(err) { // another node was faster
		err = fault.New(fault.Conflict, "scorecard.version.moved", fault.Args{"version": d.Version})
	}
	return fault.Wrap(op, err)
}

// makeRoom retires the version that stands where d's is to go.
func makeRoom(ctx context.Context, tx bun.IDB, d scorecard.Decision) error {
	var rows []versionRow
	err := tx.NewSelect().Model(&rows).ExcludeColumn("text").Where("card = ? AND state = ? AND name <> ?", d.Card, d.To, d.Version).Scan(ctx)
	if err != nil {
		return err
	}
	for _, old := range rows {
		_, err := tx.NewUpdate().Model((*versionRow)(nil)).Set("state = ?", scorecard.Retired).Where("card = ? AND name = ?", old.Card, old.Name).Exec(ctx)
		if err != nil {
			return err
		}
		if err := note(ctx, tx, scorecard.Decision{Card: d.Card, Version: old.Name, From: d.To, To: scorecard.Retired, By: d.By, At: d.At, Why: d.Version}); err != nil {
			return err
		}
	}
	return nil
}

// Decisions implements scorecard.Store.
func (s *Store) Decisions(ctx context.Context, card id.Scorecard) ([]scorecard.Decision, error) {
	var rows []decisionRow
	if err := s.db.Read().NewSelect().Model(&rows).Where("card = ?", card).OrderExpr("seq DESC").Scan(ctx); err != nil {
		return nil, fault.Wrap("scorecarddb.Decisions", err)
	}
	out := make([]scorecard.Decision, len(rows))
	for i := range rows {
		out[i] = rows[i].decision()
	}
	return out, nil
}
