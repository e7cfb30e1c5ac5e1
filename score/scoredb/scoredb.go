// Package scoredb keeps results and what people say of them in SQL.
package scoredb

import (
	"context"
	"embed"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/event"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/score"
)

//go:embed migrations
var migrations embed.FS

// Migrations returns the tables of score.
func Migrations() storage.Migrations { return storage.EmbeddedMigrations(migrations) }

// Store keeps results in a database.
type Store struct {
	db  *storage.DB
	ids *id.Source
}

var _ score.Store = (*Store)(nil)

// New returns a Store on db. ids names the events it writes.
func New(db *storage.DB, ids *id.Source) *Store { return &Store{db: db, ids: ids} }

type resultRow struct {
	bun.BaseModel `bun:"table:score_results,alias:r"`

	ID           id.Result `bun:",pk"`
	Key          string
	Conversation id.Conversation
	Scorecard    id.Scorecard
	CardVersion  string
	Engine       string
	Lexicon      string
	Method       score.Method
	Rater        id.Person
	Corrects     id.Result
	Reason       string
	Score        score.Points
	Made         time.Time
	Result       []byte
}

func rowOf(r score.Record) *resultRow {
	return &resultRow{
		ID: r.ID, Key: r.Key, Conversation: r.Conversation, Scorecard: r.Scorecard,
		CardVersion: r.Versions.Scorecard, Engine: r.Versions.Engine, Lexicon: r.Versions.Lexicon,
		Method: r.Method, Rater: r.Rater, Corrects: r.Corrects, Reason: r.Reason,
		Score: r.Score, Made: storage.Time(r.Made), Result: r.Result,
	}
}

func (r *resultRow) record() score.Record {
	return score.Record{
		ID: r.ID, Key: r.Key, Conversation: r.Conversation, Scorecard: r.Scorecard,
		Versions: score.Versions{Engine: r.Engine, Lexicon: r.Lexicon, Scorecard: r.CardVersion},
		Method:   r.Method, Rater: r.Rater, Corrects: r.Corrects, Reason: r.Reason,
		Score: r.Score, Made: r.Made.UTC(), Result: r.Result,
	}
}

// Add implements score.Store.
func (s *Store) Add(ctx context.Context, r score.Record) (out score.Record, err error) {
	if r.ID == "" || r.Key == "" || r.Conversation == "" || !json.Valid(r.Result) {
		return out, &fault.Error{Kind: fault.Invalid, Op: "scoredb.Add", Key: "score.malformed"}
	}
	row := rowOf(r)
	err = s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error { return s.add(ctx, tx, r, row) })
	if err != nil {
		return out, fault.Wrap("scoredb.Add", err)
	}
	return row.record(), nil
}

// add stores r, or reads into row the record that has its key.
func (s *Store) add(ctx context.Context, tx bun.IDB, r score.Record, row *resultRow) error {
	res, err := tx.NewInsert().Model(row).On("CONFLICT (key) DO NOTHING").Exec(ctx)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 {
		return tx.NewSelect().Model(row).Where("key = ?", r.Key).Scan(ctx)
	}
	if err := correctable(ctx, tx, r); err != nil {
		return err
	}
	data, err := json.Marshal(map[string]id.Result{"result": r.ID})
	if err != nil {
		return err
	}
	return event.Append(ctx, tx, event.Event{
		ID: id.Make[id.Event](s.ids), Topic: score.TopicAdded, Key: string(r.Conversation), At: r.Made, Data: data,
	})
}

// correctable looks whether what r corrects, if anything, may be corrected by
// it. r is stored already and does not count.
func correctable(ctx context.Context, tx bun.IDB, r score.Record) error {
	if r.Corrects == "" {
		return nil
	}
	there, err := tx.NewSelect().Model((*resultRow)(nil)).Where("id = ? AND conversation = ?", r.Corrects, r.Conversation).Exists(ctx)
	if err == nil && (!there || r.Corrects == r.ID) {
		err = unknown(r.Corrects)
	}
	if err != nil {
		return err
	}
	already, err := tx.NewSelect().Model((*resultRow)(nil)).Where("corrects = ? AND id <> ?", r.Corrects, r.ID).Exists(ctx)
	if err == nil && already {
		err = fault.New(fault.Conflict, "score.corrected", fault.Args{"id": string(r.Corrects)})
	}
	return err
}

func unknown(r id.Result) error {
	return fault.New(fault.NotFound, "score.unknown", fault.Args{"id": string(r)})
}

// Get implements score.Store.
func (s *Store) Get(ctx context.Context, r id.Result) (score.Record, error) {
	var row resultRow
	err := s.db.Read().NewSelect().Model(&row).Where("id = ?", r).Scan(ctx)
	if storage.NotFound(err) {
		err = unknown(r)
	}
	if err != nil {
		return score.Record{}, fault.Wrap("scoredb.Get", err)
	}
	return row.record(), nil
}

// Of implements score.Store.
func (s *Store) Of(ctx context.Context, c ...id.Conversation) ([]score.Record, error) {
	if len(c) == 0 {
		return nil, nil
	}
	var rows []resultRow
	err := s.db.Read().NewSelect().Model(&rows).Where("conversation IN (?)", bun.List(c)).OrderExpr("made DESC, id DESC").Scan(ctx)
	if err != nil {
		return nil, fault.Wrap("scoredb.Of", err)
	}
	out := make([]score.Record, len(rows))
	for i := range rows {
		out[i] = rows[i].record()
	}
	return out, nil
}
