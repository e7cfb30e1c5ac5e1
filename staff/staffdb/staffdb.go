// Package staffdb keeps people, teams, sessions, tokens and the audit log in
// the house's database, SQLite or PostgreSQL.
package staffdb

import (
	"context"
	"embed"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/staff"
)

//go:embed migrations
var migrations embed.FS

// Migrations returns the tables of staff.
func Migrations() storage.Migrations { return storage.EmbeddedMigrations(migrations) }

// Store implements staff.Store.
type Store struct {
	db *storage.DB
}

var _ staff.Store = (*Store)(nil)

// New returns a Store on db, which must have been migrated.
func New(db *storage.DB) *Store { return &Store{db: db} }

// chainLock is the key of the advisory lock that PostgreSQL's nodes take
// before they append to a chain; skilldb takes the same one, because two locks
// in one shared transaction could be taken in two orders.
const chainLock = 0x6c69616e02

// View runs fn on one moment of the database, read only.
func (s *Store) View(ctx context.Context, fn func(staff.Tx) error) error {
	return s.db.Snapshot(ctx, func(_ context.Context, db bun.IDB) error { return fn(tx{db}) })
}

// Change runs fn in one durable transaction, after every other Change.
func (s *Store) Change(ctx context.Context, fn func(staff.Tx) error) error {
	return s.db.Write(ctx, func(ctx context.Context, db bun.IDB) error {
		if s.db.Postgres() {
			if _, err := db.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", int64(chainLock)); err != nil {
				return err
			}
		}
		return fn(tx{db})
	})
}

// tx implements staff.Tx on one transaction.
type tx struct {
	db bun.IDB
}

// one reads the row that q selects into out; missing is the key of NotFound.
func one(ctx context.Context, q *bun.SelectQuery, out any, missing string) error {
	err := q.Scan(ctx, out)
	if storage.NotFound(err) {
		return fault.New(fault.NotFound, missing, nil)
	}
	return err
}

// put inserts row, or replaces the one of that id in the columns named.
func (t tx) put(ctx context.Context, row any, key string, columns ...string) error {
	q := t.db.NewInsert().Model(row).On("CONFLICT (" + key + ") DO UPDATE")
	for _, c := range columns {
		q = q.Set("? = EXCLUDED.?", bun.Ident(c), bun.Ident(c))
	}
	_, err := q.Exec(ctx)
	return err
}
