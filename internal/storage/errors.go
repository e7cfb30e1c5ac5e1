package storage

import (
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// IsUnique reports whether err says that a row with the same key exists.
func IsUnique(err error) bool {
	return hasCode(err, "23505", sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// IsForeign reports whether err says that a row names another that is missing,
// or is still named by one.
func IsForeign(err error) bool {
	return hasCode(err, "23503", sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY)
}

// NotFound reports whether err says that a query for one row found none.
func NotFound(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// hasCode reports whether err carries PostgreSQL's state or one of SQLite's
// extended codes.
func hasCode(err error, state string, codes ...int) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == state
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		for _, c := range codes {
			if lite.Code() == c {
				return true
			}
		}
	}
	return false
}
