// Package storage opens the house's database, SQLite or PostgreSQL, and lets
// many goroutines write to it as one: their functions share a transaction and
// each returns only when that transaction is safely on the disk.
//
// A store keeps a *DB, reads with DB.Read and writes with DB.Write. It names
// only its own tables and brings their definition as Migrations. Times are
// handed in as UTC microseconds (see Time) and come back as UTC; there are no
// database defaults, so both databases hold the same values.
package storage

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// readers is how many connections serve reads at once. SQLite readers never
// wait for the writer; more than this only compete for the processor.
const readers = 8

// DB is an open database. Its methods are safe for use by several goroutines.
type DB struct {
	read   *bun.DB
	writer *writer
}

// Open opens the database that url names and starts its writer: "postgres://…"
// or "postgresql://…" a PostgreSQL, anything else the path of an SQLite file,
// which is created if need be ("" stands for lianxi.db in the current folder).
// It creates no tables; call Migrate. An unreachable database is Unavailable.
func Open(ctx context.Context, url string) (*DB, error) {
	open := openSQLite
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		open = openPostgreSQL
	}
	write, read, err := open(url)
	if err != nil {
		return nil, fault.Wrap("storage.Open", err)
	}
	// The writer goes first: it creates the SQLite file and turns on its
	// write-ahead log, which a reader may not do.
	for _, db := range []*bun.DB{write, read} {
		if err := db.PingContext(ctx); err != nil {
			err = errors.Join(err, write.Close(), read.Close())
			return nil, &fault.Error{Kind: fault.Unavailable, Op: "storage.Open", Key: "storage.unavailable", Err: err}
		}
	}
	return &DB{read: read, writer: startWriter(write)}, nil
}

// Read returns the connections that read. They see everything whose Write has
// returned, and refuse to change anything.
func (db *DB) Read() bun.IDB { return db.read }

// Snapshot calls fn with a transaction that sees the database as it was at one
// moment, however long fn takes and whatever is written meanwhile.
func (db *DB) Snapshot(ctx context.Context, fn func(ctx context.Context, tx bun.IDB) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if db.Postgres() {
		opts.Isolation = sql.LevelRepeatableRead
	}
	return db.read.RunInTx(ctx, opts, func(ctx context.Context, tx bun.Tx) error { return fn(ctx, tx) })
}

// Write runs fn in a transaction and returns when what it wrote is durable.
//
// Functions of several callers share one transaction, each behind its own
// savepoint: if fn fails, only its own changes are undone and its error is
// returned as it is. They run one after the other, so fn may read, decide and
// write without being overtaken by another Write of this process. fn must do
// nothing but talk to tx, must not keep it, and must not call Write itself.
//
// A ctx that ends withdraws a write that has not begun; one that has begun is
// finished, and ctx inside fn no longer ends. After Close, and when the
// database fails at committing, the error is Unavailable.
func (db *DB) Write(ctx context.Context, fn func(ctx context.Context, tx bun.IDB) error) error {
	return db.writer.write(ctx, fn)
}

// Bell returns a channel that is rung after a Write whose function called
// Ring with name. Rings that nobody has heard yet become one, and a write of
// another process rings nothing here: look for what is new at every ring, and
// now and then without one. A bell is for one listener.
func (db *DB) Bell(name string) <-chan struct{} { return db.writer.bell(name) }

// Postgres reports whether the database is a PostgreSQL rather than SQLite.
func (db *DB) Postgres() bool { return db.read.Dialect().Name() == dialect.PG }

// Close lets the writes that have begun finish, refuses new ones and closes
// all connections. Closing twice is harmless.
func (db *DB) Close() error {
	return errors.Join(db.writer.close(), db.read.Close())
}

// Time returns t as the databases keep it: UTC, whole microseconds.
func Time(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
