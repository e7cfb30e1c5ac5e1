package storage

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	_ "modernc.org/sqlite" // the driver named "sqlite"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// sqliteDefault is the file that an empty url names.
const sqliteDefault = "lianxi.db"

// openSQLite returns one connection that writes and a pool that only reads.
// The file is readable by its owner alone: it holds people's data.
func openSQLite(path string) (write, read *bun.DB, err error) {
	if path == "" {
		path = sqliteDefault
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, nil, fault.As(fault.Unavailable, "storage.unavailable", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, fault.As(fault.Unavailable, "storage.unavailable", err)
	}
	if err := f.Close(); err != nil {
		return nil, nil, fault.As(fault.Unavailable, "storage.unavailable", err)
	}
	// synchronous=FULL syncs the log at every commit; group commit pays for it.
	// A write transaction takes its lock at the start, so that it never fails
	// half-way for a lock that another process took.
	w, err := openFile(path, "_txlock=immediate", "_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)")
	if err != nil {
		return nil, nil, err
	}
	w.SetMaxOpenConns(1)
	r, err := openFile(path, "mode=ro", "_pragma=query_only(1)")
	if err != nil {
		return nil, nil, err
	}
	limit(r)
	return bun.NewDB(w, sqlitedialect.New()), bun.NewDB(r, sqlitedialect.New()), nil
}

// openFile opens the SQLite file at path with options in the driver's query
// form. A path is data: every character but letters, digits and slashes is
// escaped, so that a question mark in a folder's name is no option.
func openFile(path string, options ...string) (*sql.DB, error) {
	options = append(options, "_pragma=busy_timeout(5000)", "_pragma=foreign_keys(1)", "_timezone=UTC")
	parts := strings.Split(filepath.ToSlash(path), "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	db, err := sql.Open("sqlite", "file:"+strings.Join(parts, "/")+"?"+strings.Join(options, "&"))
	return db, fault.As(fault.Invalid, "storage.url", err)
}

// openPostgreSQL returns one connection that writes and a pool that only reads.
func openPostgreSQL(url string) (write, read *bun.DB, err error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, nil, fault.As(fault.Invalid, "storage.url", err)
	}
	// bun writes arguments into the SQL text, so a statement cache would fill
	// with statements that never come again.
	cfg.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	cfg.RuntimeParams["timezone"] = "UTC"
	cfg.RuntimeParams["client_encoding"] = "UTF8"
	cfg.RuntimeParams["standard_conforming_strings"] = "on"
	utc := stdlib.OptionAfterConnect(func(_ context.Context, c *pgx.Conn) error {
		c.TypeMap().RegisterType(&pgtype.Type{
			Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
		})
		return nil
	})
	w := stdlib.OpenDB(*cfg, utc)
	w.SetMaxOpenConns(1)
	ro := cfg.Copy()
	ro.RuntimeParams["default_transaction_read_only"] = "on"
	r := stdlib.OpenDB(*ro, utc)
	limit(r)
	return bun.NewDB(w, pgdialect.New()), bun.NewDB(r, pgdialect.New()), nil
}

func limit(db *sql.DB) {
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
}
