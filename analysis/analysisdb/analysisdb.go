// Package analysisdb keeps a centre's own lexicon and its labelled utterances
// in SQL: every version and every release stays as it was.
package analysisdb

import (
	"context"
	"embed"
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
)

//go:embed migrations
var migrations embed.FS

// Migrations returns the tables of analysis.
func Migrations() storage.Migrations { return storage.EmbeddedMigrations(migrations) }

// Store keeps lexicons, releases and labels in a database.
type Store struct{ db *storage.DB }

var _ analysis.LexiconStore = (*Store)(nil)

// New returns a Store on db.
func New(db *storage.DB) *Store { return &Store{db} }

type lexiconRow struct {
	bun.BaseModel `bun:"table:analysis_lexicons,alias:l"`

	Number int `bun:",pk"`
	Base   int
	Texts  string // a JSON object by language
	Author id.Person
	Made   time.Time
	Why    string
}

func (r *lexiconRow) lexicon() (analysis.Lexicon, error) {
	l := analysis.Lexicon{Number: r.Number, Base: r.Base, Author: r.Author, Made: r.Made.UTC(), Why: r.Why}
	if r.Texts == "" { // left out of a list
		return l, nil
	}
	return l, json.Unmarshal([]byte(r.Texts), &l.Texts)
}

func malformed(op string) error {
	return &fault.Error{Kind: fault.Invalid, Op: op, Key: "lexicon.malformed"}
}

// SaveLexicon implements analysis.LexiconStore.
func (s *Store) SaveLexicon(ctx context.Context, l analysis.Lexicon) (analysis.Lexicon, error) {
	const op = "analysisdb.SaveLexicon"
	if l.Author == "" || l.Made.IsZero() || l.Base < 0 || utf8.RuneCountInString(l.Why) > analysis.MaxWhy || len(l.Texts) == 0 {
		return analysis.Lexicon{}, malformed(op)
	}
	for _, text := range l.Texts {
		if len(text) > analysis.MaxLexicon || !utf8.ValidString(text) {
			return analysis.Lexicon{}, malformed(op)
		}
	}
	texts, err := json.Marshal(l.Texts)
	if err != nil {
		return analysis.Lexicon{}, fault.Wrap(op, err)
	}
	l.Number, l.Made = l.Base+1, storage.Time(l.Made)
	row := lexiconRow{Number: l.Number, Base: l.Base, Texts: string(texts), Author: l.Author, Made: l.Made, Why: l.Why}
	err = s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		last, err := newest(ctx, tx)
		if err != nil {
			return err
		}
		if last != l.Base {
			return fault.New(fault.Conflict, "lexicon.changed", nil)
		}
		_, err = tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
	if storage.IsUnique(err) { // another node was faster
		err = fault.New(fault.Conflict, "lexicon.changed", nil)
	}
	return l, fault.Wrap(op, err)
}

func newest(ctx context.Context, tx bun.IDB) (n int, err error) {
	err = tx.NewSelect().Model((*lexiconRow)(nil)).ColumnExpr("COALESCE(MAX(number), 0)").Scan(ctx, &n)
	return n, err
}

// Lexicon implements analysis.LexiconStore.
func (s *Store) Lexicon(ctx context.Context, number int) (analysis.Lexicon, error) {
	var row lexiconRow
	err := s.db.Read().NewSelect().Model(&row).Where("number = ?", number).Scan(ctx)
	if storage.NotFound(err) {
		err = fault.New(fault.NotFound, "lexicon.unknown", fault.Args{"number": number})
	}
	if err != nil {
		return analysis.Lexicon{}, fault.Wrap("analysisdb.Lexicon", err)
	}
	return row.lexicon()
}

// Lexicons implements analysis.LexiconStore.
func (s *Store) Lexicons(ctx context.Context) ([]analysis.Lexicon, error) {
	out, err := lexicons(ctx, s.db.Read())
	return out, fault.Wrap("analysisdb.Lexicons", err)
}

func lexicons(ctx context.Context, tx bun.IDB) ([]analysis.Lexicon, error) {
	var rows []lexiconRow
	if err := tx.NewSelect().Model(&rows).ExcludeColumn("texts").OrderExpr("number DESC").Scan(ctx); err != nil {
		return nil, err
	}
	out := make([]analysis.Lexicon, len(rows))
	for i := range rows {
		var err error
		if out[i], err = rows[i].lexicon(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

type releaseRow struct {
	bun.BaseModel `bun:"table:analysis_releases,alias:r"`

	Seq     int `bun:",pk"`
	Number  int
	Person  id.Person
	At      time.Time
	Why     string
	Version string
}

// Release implements analysis.LexiconStore.
func (s *Store) Release(ctx context.Context, r analysis.Release) (analysis.Release, error) {
	const op = "analysisdb.Release"
	if r.By == "" || r.At.IsZero() || r.Version == "" || utf8.RuneCountInString(r.Why) > analysis.MaxWhy {
		return analysis.Release{}, malformed(op)
	}
	r.At = storage.Time(r.At)
	err := s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		versions, err := lexicons(ctx, tx)
		if err != nil {
			return err
		}
		past, err := releases(ctx, tx)
		if err != nil {
			return err
		}
		var numbers []int
		r.Seq = 1
		for i, p := range past {
			if i == 0 {
				r.Seq = p.Seq + 1
			}
			numbers = append(numbers, p.Number)
		}
		if len(past) > 0 && past[0].Number == r.Number || len(past) == 0 && r.Number == 0 {
			return fault.New(fault.Conflict, "lexicon.released", nil)
		}
		if err := analysis.Reviewed(versions, numbers, r.Number, r.By); err != nil {
			return err
		}
		_, err = tx.NewInsert().Model(&releaseRow{Seq: r.Seq, Number: r.Number, Person: r.By, At: r.At, Why: r.Why, Version: r.Version}).Exec(ctx)
		return err
	})
	if storage.IsUnique(err) {
		err = fault.New(fault.Conflict, "lexicon.changed", nil)
	}
	return r, fault.Wrap(op, err)
}

// Releases implements analysis.LexiconStore.
func (s *Store) Releases(ctx context.Context) ([]analysis.Release, error) {
	out, err := releases(ctx, s.db.Read())
	return out, fault.Wrap("analysisdb.Releases", err)
}

func releases(ctx context.Context, tx bun.IDB) ([]analysis.Release, error) {
	var rows []releaseRow
	if err := tx.NewSelect().Model(&rows).OrderExpr("seq DESC").Scan(ctx); err != nil {
		return nil, err
	}
	out := make([]analysis.Release, len(rows))
	for i, r := range rows {
		out[i] = analysis.Release{Seq: r.Seq, Number: r.Number, By: r.Person, At: r.At.UTC(), Why: r.Why, Version: r.Version}
	}
	return out, nil
}

// There reports whether a database has the tables of this package.
func There(ctx context.Context, db *storage.DB) (bool, error) {
	tables, err := storage.Tables(ctx, db.Read())
	return slices.Contains(tables, "analysis_releases"), fault.Wrap("analysisdb.There", err)
}

// Live returns the version that is in force in a database, and whether there
// is one. A database from before there were own lexicons has none; Live makes
// no tables, so that a command may read a centre that another version serves.
func Live(ctx context.Context, db *storage.DB) (analysis.Lexicon, bool, error) {
	if there, err := There(ctx, db); !there || err != nil {
		return analysis.Lexicon{}, false, err
	}
	s := New(db)
	past, err := s.Releases(ctx)
	if err != nil || len(past) == 0 || past[0].Number == 0 {
		return analysis.Lexicon{}, false, err
	}
	l, err := s.Lexicon(ctx, past[0].Number)
	return l, err == nil, err
}
