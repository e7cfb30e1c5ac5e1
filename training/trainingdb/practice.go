// Package trainingdb keeps training in SQL: practice calls and their lines.
package trainingdb

import (
	"context"
	"embed"
	"encoding/json"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/event"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/training"
)

//go:embed migrations
var migrations embed.FS

// Migrations returns the tables of training.
func Migrations() storage.Migrations { return storage.EmbeddedMigrations(migrations) }

// Store keeps practice calls in a database.
type Store struct {
	db  *storage.DB
	ids *id.Source
}

var _ training.Store = (*Store)(nil)

// New returns a Store on db. ids names the events it writes.
func New(db *storage.DB, ids *id.Source) *Store { return &Store{db: db, ids: ids} }

type practiceRow struct {
	bun.BaseModel `bun:"table:training_practices,alias:p"`

	ID           id.Practice `bun:",pk"`
	Person       id.Person
	Scenario     id.Scenario
	Version      string `bun:"scenario_version"`
	Seed         string // unsigned 64 bits fit no SQL integer
	Notes        training.Notes
	State        training.State
	Ending       scenario.Ending
	EndedBy      conversation.Role
	Started      time.Time
	Ended        time.Time `bun:",nullzero"`
	Conversation id.Conversation
	Retakes      id.Practice
	From         int `bun:"from_line"`
	Paper        id.Paper
	Allowed      int64     `bun:"limit_ms"`
	Deadline     time.Time `bun:",nullzero"`
	Worded       bool
}

type lineRow struct {
	bun.BaseModel `bun:"table:training_lines,alias:l"`

	Practice id.Practice `bun:",pk"`
	Seq      int         `bun:",pk"`
	Role     conversation.Role
	Text     string
	At       int64
	Delay    int64
	Template string
}

func rowOf(p training.Practice) *practiceRow {
	row := &practiceRow{ID: p.ID, Person: p.Person, Scenario: p.Scenario, Version: p.Version,
		Seed: strconv.FormatUint(p.Seed, 10), Notes: p.Notes, State: p.State, Ending: p.Ending, EndedBy: p.EndedBy,
		Started: p.Started.UTC(), Ended: p.Ended.UTC(), Conversation: p.Conversation,
		Retakes: p.Retakes, From: p.From, Paper: p.Paper, Allowed: p.Limit.Milliseconds(), Worded: p.Worded}
	if at, limited := p.Deadline(); limited {
		row.Deadline = at.UTC()
	}
	return row
}

func (r *practiceRow) practice() training.Practice {
	seed, _ := strconv.ParseUint(r.Seed, 10, 64) // written by rowOf alone
	p := training.Practice{ID: r.ID, Person: r.Person, Scenario: r.Scenario, Version: r.Version, Seed: seed,
		Notes: r.Notes, State: r.State, Ending: r.Ending, EndedBy: r.EndedBy, Started: r.Started.UTC(), Conversation: r.Conversation,
		Retakes: r.Retakes, From: r.From, Paper: r.Paper, Limit: time.Duration(r.Allowed) * time.Millisecond, Worded: r.Worded}
	if !r.Ended.IsZero() {
		p.Ended = r.Ended.UTC()
	}
	return p
}

// BeginPractice implements training.Store.
func (s *Store) BeginPractice(ctx context.Context, p training.Practice, opening []training.Line) error {
	err := s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		if _, err := tx.NewInsert().Model(rowOf(p)).Exec(ctx); err != nil {
			return err
		}
		return insertLines(ctx, tx, p.ID, opening)
	})
	return taken(err)
}

// AppendLines implements training.Store.
func (s *Store) AppendLines(ctx context.Context, practice id.Practice, lines []training.Line) error {
	err := s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		return insertLines(ctx, tx, practice, lines)
	})
	return taken(err)
}

// insertLines adds lines; the primary key refuses a second writer. Two lines
// written together always follow each other, so a gap cannot arise.
func insertLines(ctx context.Context, tx bun.IDB, practice id.Practice, lines []training.Line) error {
	if len(lines) == 0 {
		return nil
	}
	rows := make([]lineRow, len(lines))
	for i, l := range lines {
		rows[i] = lineRow{Practice: practice, Seq: l.Seq, Role: l.Role, Text: l.Text, At: l.At, Delay: l.Delay, Template: l.Template}
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// taken makes a broken uniqueness the Conflict that the contract promises.
func taken(err error) error {
	if storage.IsUnique(err) {
		return fault.As(fault.Conflict, "training.call.elsewhere", err)
	}
	return err
}

// FinishPractice implements training.Store.
func (s *Store) FinishPractice(ctx context.Context, p training.Practice, last []training.Line) error {
	data, err := json.Marshal(struct {
		Practice id.Practice `json:"practice"`
	}{p.ID})
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		if err := insertLines(ctx, tx, p.ID, last); err != nil {
			return err
		}
		res, err := tx.NewUpdate().Model(rowOf(p)).Column("state", "ending", "ended_by", "ended").
			WherePK().Where("state = ?", training.Talking).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return &fault.Error{Kind: fault.Conflict, Key: "training.call.over", Err: err}
		}
		return event.Append(ctx, tx, event.Event{ID: id.Make[id.Event](s.ids), Topic: training.TopicFinished,
			Key: string(p.ID), At: p.Ended, Data: data})
	})
	return taken(err)
}

// MarkScored implements training.Store.
func (s *Store) MarkScored(ctx context.Context, practice id.Practice) error {
	return s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.NewUpdate().Model((*practiceRow)(nil)).Set("state = ?", training.Scored).
			Where("id = ?", practice).Where("state = ?", training.Finished).Exec(ctx)
		return err
	})
}

// Practice implements training.Store.
func (s *Store) Practice(ctx context.Context, practice id.Practice) (training.Practice, []training.Line, error) {
	return s.one(ctx, "id = ?", string(practice))
}

// PracticeOf implements training.Store.
func (s *Store) PracticeOf(ctx context.Context, c id.Conversation) (training.Practice, []training.Line, error) {
	return s.one(ctx, "conversation = ?", string(c))
}

func (s *Store) one(ctx context.Context, where, value string) (training.Practice, []training.Line, error) {
	var row practiceRow
	if err := s.db.Read().NewSelect().Model(&row).Where(where, value).Scan(ctx); err != nil {
		if storage.NotFound(err) {
			return training.Practice{}, nil, fault.As(fault.NotFound, "training.call.unknown", err)
		}
		return training.Practice{}, nil, err
	}
	var rows []lineRow
	if err := s.db.Read().NewSelect().Model(&rows).Where("practice = ?", row.ID).Order("seq").Scan(ctx); err != nil {
		return training.Practice{}, nil, err
	}
	lines := make([]training.Line, len(rows))
	for i, r := range rows {
		lines[i] = training.Line{Seq: r.Seq, Role: r.Role, Text: r.Text, At: r.At, Delay: r.Delay, Template: r.Template}
	}
	return row.practice(), lines, nil
}

// Practices implements training.Store.
func (s *Store) Practices(ctx context.Context, person id.Person, before id.Practice, limit int) ([]training.Practice, error) {
	var rows []practiceRow
	q := s.db.Read().NewSelect().Model(&rows).Where("person = ?", person).Order("id DESC").Limit(int64(limit))
	if before != "" {
		q = q.Where("id < ?", before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, err
	}
	out := make([]training.Practice, len(rows))
	for i := range rows {
		out[i] = rows[i].practice()
	}
	return out, nil
}

// Retakes implements training.Store.
func (s *Store) Retakes(ctx context.Context, practice id.Practice) ([]training.Practice, error) {
	var rows []practiceRow
	if err := s.db.Read().NewSelect().Model(&rows).Where("retakes = ?", practice).Order("id").Scan(ctx); err != nil {
		return nil, err
	}
	out := make([]training.Practice, len(rows))
	for i := range rows {
		out[i] = rows[i].practice()
	}
	return out, nil
}

// Overdue implements training.Store.
func (s *Store) Overdue(ctx context.Context, at time.Time) ([]id.Practice, error) {
	var out []id.Practice
	err := s.db.Read().NewSelect().Model((*practiceRow)(nil)).Column("id").
		Where("state = ? AND deadline IS NOT NULL AND deadline <= ?", training.Talking, storage.Time(at)).Order("id").Scan(ctx, &out)
	return out, err
}
