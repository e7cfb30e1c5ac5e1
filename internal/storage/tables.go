package storage

import (
	"context"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
)

// MigrationsTable is where Migrate notes what it has done.
const MigrationsTable = "storage_migrations"

// Tables returns the names of all tables of the database, sorted.
func Tables(ctx context.Context, tx bun.IDB) ([]string, error) {
	query := `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`
	if tx.Dialect().Name() == dialect.PG {
		query = `SELECT table_name FROM information_schema.tables
			WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name COLLATE "C"`
	}
	var names []string
	err := tx.NewRaw(query).Scan(ctx, &names)
	return names, err
}
