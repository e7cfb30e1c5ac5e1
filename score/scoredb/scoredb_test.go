package scoredb_test

import (
	"path/filepath"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/event"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/score/scoredb"
	"github.com/lianxi-cc/lianxi/score/scoretest"
)

func opener(url func(t *testing.T) string) func(*testing.T) scoretest.Store {
	return func(t *testing.T) scoretest.Store {
		return scoredb.New(openDB(t, url(t)), testkit.IDs(testkit.NewClock()))
	}
}

func openDB(t *testing.T, url string) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context(), event.Migrations(), scoredb.Migrations()); err != nil {
		t.Fatal(err)
	}
	return db
}

func TestSQLite(t *testing.T) {
	scoretest.Run(t, opener(func(t *testing.T) string { return filepath.Join(t.TempDir(), "a.db") }))
}

func TestPostgreSQL(t *testing.T) {
	scoretest.Run(t, opener(func(t *testing.T) string { return testkit.PostgreSQL(t) }))
}

func TestAddTellsOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *storage.DB) {
		if err := db.Migrate(t.Context(), event.Migrations(), scoredb.Migrations()); err != nil {
			t.Fatal(err)
		}
		clock := testkit.NewClock()
		s := scoredb.New(db, testkit.IDs(clock))
		for _, name := range []id.Result{"r1", "r2"} {
			r, err := score.NewRecord(name, score.Result{ID: "c1", Scorecard: "general"}, clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Add(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
		var data []string
		err := db.Read().NewRaw("SELECT key || ' ' || data FROM event_outbox WHERE topic = ?", score.TopicAdded).Scan(t.Context(), &data)
		if err != nil || len(data) != 1 || data[0] != `c1 {"result":"r1"}` {
			t.Errorf("events %v, want one (%v)", data, err)
		}
	})
}
