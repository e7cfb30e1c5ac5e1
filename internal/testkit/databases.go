// Package testkit starts what tests need and machines differ in: a PostgreSQL
// of their own, empty databases of both kinds, a clock that only moves when it
// is told to, and ids that are the same in every run.
package testkit

import (
	"path/filepath"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/storage"
)

// SQLite returns an open, empty SQLite database that ends with the test.
func SQLite(t testing.TB) *storage.DB {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "test.db"))
}

// Databases runs fn as a subtest on an empty SQLite database and as another on
// an empty PostgreSQL database; that one is skipped where there is none.
func Databases(t *testing.T, fn func(t *testing.T, db *storage.DB)) {
	t.Run("sqlite", func(t *testing.T) { fn(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { fn(t, open(t, PostgreSQL(t))) })
}

func open(t testing.TB, url string) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}
