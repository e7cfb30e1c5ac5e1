// Package scenariodb keeps a centre's scenarios in SQL: every version and every
// decision stays as it was.
package scenariodb

import (
	"context"
	"embed"
	"encoding/json"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/scenario"
)

//go:embed migrations
var migrations embed.FS

// Migrations returns the tables of scenario.
func Migrations() storage.Migrations { return storage.EmbeddedMigrations(migrations) }

// Store keeps versions of scenarios in a database.
type Store struct{ db *storage.DB }

var _ scenario.Store = (*Store)(nil)

// New returns a Store on db.
func New(db *storage.DB) *Store { return &Store{db} }

// There reports whether a database has the tables of this package: a command may
// read a centre that another version serves.
func There(ctx context.Context, db *storage.DB) (bool, error) {
	tables, err := storage.Tables(ctx, db.Read())
	return slices.Contains(tables, "scenario_versions"), fault.Wrap("scenariodb.There", err)
}

type versionRow struct {
	bun.BaseModel `bun:"table:scenario_versions,alias:v"`

	Scenario id.Scenario `bun:",pk"`
	Number   int         `bun:",pk"`
	Text     string
	Agents   string // a JSON object, script by name
	State    scenario.State
	Author   id.Person
	Why      string
	Base     int
	Made     time.Time
}

func (r *versionRow) version() (scenario.Version, error) {
	v := scenario.Version{Scenario: r.Scenario, Number: r.Number, Texts: scenario.Texts{Scenario: r.Text}, State: r.State,
		Author: r.Author, Why: r.Why, Base: r.Base, Made: r.Made.UTC()}
	if r.Agents == "" {
		return v, nil
	}
	return v, json.Unmarshal([]byte(r.Agents), &v.Texts.Agents)
}

type decisionRow struct {
	bun.BaseModel `bun:"table:scenario_decisions,alias:d"`

	Scenario id.Scenario `bun:",pk"`
	Seq      int         `bun:",pk"`
	Number   int
	OldState scenario.State
	NewState scenario.State
	Person   id.Person
	At       time.Time
	Why      string
}

type customsRow struct {
	bun.BaseModel `bun:"table:scenario_customs,alias:c"`

	Hash  string `bun:",pk"`
	Lang  conversation.Lang
	Moods string
	Lines string
}

// AddVersion implements scenario.Store.
func (s *Store) AddVersion(ctx context.Context, v scenario.Version) error {
	const op = "scenariodb.AddVersion"
	if v.Scenario == "" || v.Number < 1 || v.Author == "" || v.Made.IsZero() || v.Texts.Scenario == "" || !utf8.ValidString(v.Texts.Scenario) {
		return &fault.Error{Kind: fault.Invalid, Op: op, Key: "scenario.version.malformed"}
	}
	agents, err := json.Marshal(v.Texts.Agents)
	if err != nil {
		return fault.Wrap(op, err)
	}
	row := versionRow{Scenario: v.Scenario, Number: v.Number, Text: v.Texts.Scenario, Agents: string(agents), State: v.State,
		Author: v.Author, Why: v.Why, Base: v.Base, Made: storage.Time(v.Made)}
	err = s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		return note(ctx, tx, scenario.Decision{Scenario: v.Scenario, Number: v.Number, To: v.State, By: v.Author, At: v.Made, Why: v.Why})
	})
	if storage.IsUnique(err) {
		err = fault.New(fault.Conflict, "scenario.version.taken", fault.Args{"number": v.Number})
	}
	return fault.Wrap(op, err)
}

// note stores a decision after those that are there.
func note(ctx context.Context, tx bun.IDB, d scenario.Decision) error {
	var last int
	if err := tx.NewSelect().Model((*decisionRow)(nil)).ColumnExpr("COALESCE(MAX(seq), 0)").Where("scenario = ?", d.Scenario).Scan(ctx, &last); err != nil {
		return err
	}
	row := decisionRow{Scenario: d.Scenario, Seq: last + 1, Number: d.Number, OldState: d.From, NewState: d.To, Person: d.By, At: storage.Time(d.At), Why: d.Why}
	_, err := tx.NewInsert().Model(&row).Exec(ctx)
	return err
}

// Version implements scenario.Store.
func (s *Store) Version(ctx context.Context, sc id.Scenario, number int) (scenario.Version, error) {
	const op = "scenariodb.Version"
	var row versionRow
	err := s.db.Read().NewSelect().Model(&row).Where("scenario = ? AND number = ?", sc, number).Scan(ctx)
	if storage.NotFound(err) {
		err = fault.New(fault.NotFound, "scenario.version.unknown", fault.Args{"version": strconv.Itoa(number)})
	}
	if err != nil {
		return scenario.Version{}, fault.Wrap(op, err)
	}
	v, err := row.version()
	return v, fault.Wrap(op, err)
}

// Versions implements scenario.Store.
func (s *Store) Versions(ctx context.Context, sc id.Scenario) ([]scenario.Version, error) {
	const op = "scenariodb.Versions"
	var rows []versionRow
	q := s.db.Read().NewSelect().Model(&rows).ExcludeColumn("text", "agents").OrderExpr("scenario, number DESC")
	if sc != "" {
		q.Where("scenario = ?", sc)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fault.Wrap(op, err)
	}
	out, err := versions(rows)
	return out, fault.Wrap(op, err)
}

// Foremost implements scenario.Store.
func (s *Store) Foremost(ctx context.Context) ([]scenario.Version, error) {
	const op = "scenariodb.Foremost"
	var rows []versionRow
	err := s.db.Read().NewSelect().Model(&rows).
		Where(`v.state = ? OR NOT EXISTS (SELECT 1 FROM scenario_versions AS o
			WHERE o.scenario = v.scenario AND (o.state = ? OR o.number > v.number))`, scenario.Live, scenario.Live).
		OrderExpr("v.scenario").Scan(ctx)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	out, err := versions(rows)
	return out, fault.Wrap(op, err)
}

func versions(rows []versionRow) ([]scenario.Version, error) {
	out := make([]scenario.Version, len(rows))
	for i := range rows {
		var err error
		if out[i], err = rows[i].version(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Decide implements scenario.Store.
func (s *Store) Decide(ctx context.Context, d scenario.Decision) error {
	const op = "scenariodb.Decide"
	if d.By == "" || d.At.IsZero() || d.To == "" {
		return &fault.Error{Kind: fault.Invalid, Op: op, Key: "scenario.version.malformed"}
	}
	moved := fault.New(fault.Conflict, "scenario.version.moved", fault.Args{"number": d.Number})
	if d.From == d.To {
		return fault.Wrap(op, moved)
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		if d.To == scenario.Live {
			if err := makeRoom(ctx, tx, d); err != nil {
				return err
			}
		}
		res, err := tx.NewUpdate().Model((*versionRow)(nil)).Set("state = ?", d.To).
			Where("scenario = ? AND number = ? AND state = ?", d.Scenario, d.Number, d.From).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			if err == nil {
				err = moved
			}
			return err
		}
		return note(ctx, tx, d)
	})
	if storage.IsUnique(err) { // another node was faster
		err = moved
	}
	return fault.Wrap(op, err)
}

// makeRoom retires the version that is live.
func makeRoom(ctx context.Context, tx bun.IDB, d scenario.Decision) error {
	var rows []versionRow
	err := tx.NewSelect().Model(&rows).ExcludeColumn("text", "agents").Where("scenario = ? AND state = ? AND number <> ?", d.Scenario, scenario.Live, d.Number).Scan(ctx)
	if err != nil {
		return err
	}
	for _, old := range rows {
		_, err := tx.NewUpdate().Model((*versionRow)(nil)).Set("state = ?", scenario.Retired).Where("scenario = ? AND number = ?", old.Scenario, old.Number).Exec(ctx)
		if err != nil {
			return err
		}
		if err := note(ctx, tx, scenario.Decision{Scenario: d.Scenario, Number: old.Number, From: scenario.Live, To: scenario.Retired, By: d.By, At: d.At}); err != nil {
			return err
		}
	}
	return nil
}

// Decisions implements scenario.Store.
func (s *Store) Decisions(ctx context.Context, sc id.Scenario) ([]scenario.Decision, error) {
	var rows []decisionRow
	if err := s.db.Read().NewSelect().Model(&rows).Where("scenario = ?", sc).OrderExpr("seq DESC").Scan(ctx); err != nil {
		return nil, fault.Wrap("scenariodb.Decisions", err)
	}
	out := make([]scenario.Decision, len(rows))
	for i, r := range rows {
		out[i] = scenario.Decision{Scenario: r.Scenario, Number: r.Number, From: r.OldState, To: r.NewState, By: r.Person, At: r.At.UTC(), Why: r.Why}
	}
	return out, nil
}

// KeepCustoms implements scenario.Store.
func (s *Store) KeepCustoms(ctx context.Context, c scenario.Customs) error {
	row := customsRow{Hash: c.Hash(), Lang: c.Lang, Moods: c.Moods, Lines: c.Lines}
	return fault.Wrap("scenariodb.KeepCustoms", s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.NewInsert().Model(&row).On("CONFLICT (hash) DO NOTHING").Exec(ctx)
		return err
	}))
}

// Customs implements scenario.Store.
func (s *Store) Customs(ctx context.Context, hash string) (scenario.Customs, error) {
	var row customsRow
	err := s.db.Read().NewSelect().Model(&row).Where("hash = ?", hash).Scan(ctx)
	if storage.NotFound(err) {
		err = fault.New(fault.NotFound, "scenario.customs.unknown", fault.Args{"version": hash})
	}
	if err != nil {
		return scenario.Customs{}, fault.Wrap("scenariodb.Customs", err)
	}
	return scenario.Customs{Lang: row.Lang, Moods: row.Moods, Lines: row.Lines}, nil
}
