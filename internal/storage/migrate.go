package storage

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// Migrations is one domain's share of the schema: an embedded folder with the
// subfolders sqlite and postgres, in which the same numbers say the same thing
// in both dialects: sqlite/0201_people.tx.up.sql. Numbers have four digits and
// are unique across domains; a file that was released is never changed.
type Migrations struct {
	FS fs.FS
}

// EmbeddedMigrations returns the migrations in a store's embedded folder
// "migrations".
func EmbeddedMigrations(f embed.FS) Migrations {
	sub, err := fs.Sub(f, "migrations")
	if err != nil {
		panic(err) // the name is valid
	}
	return Migrations{FS: sub}
}

// Migration is one step of the schema, as "0201" and "people".
type Migration struct {
	Number string
	Name   string
}

// migrationLock is the key of PostgreSQL's advisory lock, "lianxi" in ASCII:
// of several nodes that start at once, one migrates and the others wait. It
// ends with the transaction, so a crash leaves no lock behind.
const migrationLock = 0x6c69616e7869

var migrationFile = regexp.MustCompile(`^(\d{4})_([a-z0-9_]+)\.tx\.up\.sql$`)

// Migrate brings the schema up to what sets define, in the order of their
// numbers: every pending step and the note that it was done in one transaction,
// so that a kill leaves either the old schema or the new. (bun/migrate notes a
// step in a transaction of its own; killed in between, it would run it twice.)
//
// A database that knows steps which sets do not was written by a newer version:
// Migrate refuses it with Conflict and changes nothing.
func (db *DB) Migrate(ctx context.Context, sets ...Migrations) error {
	steps, err := collect(db.dialectFolder(), sets)
	if err != nil {
		return fault.Wrap("storage.Migrate", err)
	}
	err = db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		if db.Postgres() {
			if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", int64(migrationLock)); err != nil {
				return err
			}
		}
		if err := createMigrations(ctx, tx); err != nil {
			return err
		}
		applied, err := appliedIn(ctx, tx)
		if err != nil {
			return err
		}
		return apply(ctx, tx, steps, applied)
	})
	return fault.Wrap("storage.Migrate", err)
}

// Applied returns the steps the database has, in order; none when Migrate has
// never run.
func (db *DB) Applied(ctx context.Context) ([]Migration, error) {
	var out []Migration
	err := db.Snapshot(ctx, func(ctx context.Context, tx bun.IDB) error {
		tables, err := Tables(ctx, tx)
		if err != nil || !slices.Contains(tables, MigrationsTable) {
			return err
		}
		out, err = appliedIn(ctx, tx)
		return err
	})
	return out, fault.Wrap("storage.Applied", err)
}

// String returns the step as "0201_people".
func (m Migration) String() string { return m.Number + "_" + m.Name }

func createMigrations(ctx context.Context, tx bun.IDB) error {
	_, err := tx.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS "+MigrationsTable+` (
		number TEXT PRIMARY KEY, name TEXT NOT NULL, applied TEXT NOT NULL)`)
	return err
}

// step is a migration with its text.
type step struct {
	Migration
	sql string
}

func (db *DB) dialectFolder() string {
	if db.Postgres() {
		return "postgres"
	}
	return "sqlite"
}

// collect reads the steps of all sets, sorted by number. A folder without
// steps, a file with a strange name and a number given twice are our own
// mistakes.
func collect(folder string, sets []Migrations) ([]step, error) {
	var steps []step
	for _, set := range sets {
		files, err := fs.ReadDir(set.FS, folder)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			m := migrationFile.FindStringSubmatch(f.Name())
			if m == nil {
				return nil, fmt.Errorf("migration %s/%s: want NNNN_name.tx.up.sql", folder, f.Name())
			}
			text, err := fs.ReadFile(set.FS, path.Join(folder, f.Name()))
			if err != nil {
				return nil, err
			}
			steps = append(steps, step{Migration{m[1], m[2]}, string(text)})
		}
	}
	slices.SortFunc(steps, func(a, b step) int { return cmp.Compare(a.Number, b.Number) })
	for i := 1; i < len(steps); i++ {
		if a, b := steps[i-1], steps[i]; a.Number == b.Number {
			return nil, fmt.Errorf("migration %s is both %s and %s", a.Number, a.Name, b.Name)
		}
	}
	return steps, nil
}

func appliedIn(ctx context.Context, tx bun.IDB) ([]Migration, error) {
	var out []Migration
	err := tx.NewSelect().Table(MigrationsTable).Column("number", "name").Order("number").Scan(ctx, &out)
	return out, err
}

// apply runs the steps that are not in applied.
func apply(ctx context.Context, tx bun.IDB, steps []step, applied []Migration) error {
	known := make(map[Migration]bool, len(steps))
	for _, s := range steps {
		known[s.Migration] = true
	}
	for _, m := range applied {
		if !known[m] {
			return &fault.Error{
				Kind: fault.Conflict, Key: "storage.newer", Args: fault.Args{"step": m.String()},
				Err: fmt.Errorf("the database has step %s, which this version does not know", m),
			}
		}
	}
	for _, s := range steps {
		if slices.Contains(applied, s.Migration) {
			continue
		}
		if _, err := tx.ExecContext(ctx, s.sql); err != nil {
			return fmt.Errorf("migration %s: %w", s.Migration, err)
		}
		row := map[string]any{"number": s.Number, "name": s.Name, "applied": Time(time.Now()).Format(time.RFC3339Nano)}
		if _, err := tx.NewInsert().Model(&row).Table(MigrationsTable).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}
