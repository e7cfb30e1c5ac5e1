package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
)

// MigrationsTable is where Migrate notes what it has done.
const MigrationsTable = "storage_migrations"

// Tables returns the names of all tables of the database, sorted. Indexes that
// SQLite keeps in tables are not among them: they follow from others.
func Tables(ctx context.Context, tx bun.IDB) ([]string, error) {
	query := `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`
	if tx.Dialect().Name() == dialect.PG {
		query = `SELECT table_name FROM information_schema.tables
			WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name COLLATE "C"`
	}
	var names []string
	err := tx.NewRaw(query).Scan(ctx, &names)
	return names, err
}

// kind is how a column's values stand in a backup, whatever the database calls
// its type.
type kind string

const (
	kindInt   kind = "int"   // a JSON number
	kindFloat kind = "float" // a JSON number
	kindBool  kind = "bool"  // true or false
	kindText  kind = "text"  // a string
	kindBytes kind = "bytes" // a string in base64
	kindTime  kind = "time"  // a string, RFC 3339 in UTC
)

// kinds by the types of SQLite and PostgreSQL that our migrations use.
var kinds = map[string]kind{
	"integer": kindInt, "bigint": kindInt, "smallint": kindInt,
	"real": kindFloat, "double precision": kindFloat,
	"boolean": kindBool,
	"text":    kindText, "character varying": kindText, "json": kindText, "jsonb": kindText,
	"blob": kindBytes, "bytea": kindBytes,
	"timestamp": kindTime, "timestamptz": kindTime, "timestamp with time zone": kindTime,
}

// column is one column of a table. Key is its place in the primary key,
// counted from 1; 0 is none.
type column struct {
	Name string `json:"name"`
	Kind kind   `json:"kind"`
	Key  int    `json:"key,omitempty"`
}

// columnsOf returns a table's columns, sorted by name, without those that the
// database computes.
func columnsOf(ctx context.Context, tx bun.IDB, table string) ([]column, error) {
	query := `SELECT name, type, pk AS key FROM pragma_table_xinfo(?) WHERE hidden = 0`
	if tx.Dialect().Name() == dialect.PG {
		query = `SELECT c.column_name AS name, c.data_type AS type, coalesce(k.ordinal_position, 0) AS key
			FROM information_schema.columns AS c
			LEFT JOIN information_schema.table_constraints AS p
				ON p.table_schema = c.table_schema AND p.table_name = c.table_name AND p.constraint_type = 'PRIMARY KEY'
			LEFT JOIN information_schema.key_column_usage AS k
				ON k.constraint_schema = p.constraint_schema AND k.constraint_name = p.constraint_name
				AND k.table_name = c.table_name AND k.column_name = c.column_name
			WHERE c.table_schema = current_schema() AND c.table_name = ? AND c.is_generated = 'NEVER'`
	}
	var rows []struct {
		Name, Type string
		Key        int
	}
	if err := tx.NewRaw(query, table).Scan(ctx, &rows); err != nil {
		return nil, err
	}
	out := make([]column, len(rows))
	for i, r := range rows {
		k, ok := kinds[strings.ToLower(r.Type)]
		if !ok {
			return nil, fmt.Errorf("column %s.%s: a backup does not know the type %s", table, r.Name, r.Type)
		}
		out[i] = column{r.Name, k, r.Key}
	}
	slices.SortFunc(out, func(a, b column) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

// keyOrder returns an ORDER BY list that both databases understand alike: by
// the primary key or, without one, by everything.
func keyOrder(columns []column, postgres bool) string {
	key := slices.DeleteFunc(slices.Clone(columns), func(c column) bool { return c.Key == 0 })
	slices.SortFunc(key, func(a, b column) int { return cmp.Compare(a.Key, b.Key) })
	if len(key) == 0 {
		key = columns
	}
	terms := make([]string, len(key))
	for i, c := range key {
		terms[i] = quote(c.Name)
		if c.Kind == kindText && postgres {
			terms[i] += ` COLLATE "C"`
		}
		terms[i] += " NULLS FIRST"
	}
	return strings.Join(terms, ", ")
}

// quote returns a name as both databases take it.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// names returns the quoted names of columns as a list.
func names(columns []column) string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = quote(c.Name)
	}
	return strings.Join(out, ", ")
}
