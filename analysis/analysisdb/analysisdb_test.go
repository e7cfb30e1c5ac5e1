package analysisdb_test

import (
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/analysisdb"
	"github.com/lianxi-cc/lianxi/analysis/analysistest"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
)

func open(t *testing.T, db *storage.DB) *analysisdb.Store {
	t.Helper()
	if err := db.Migrate(t.Context(), analysisdb.Migrations()); err != nil {
		t.Fatal(err)
	}
	return analysisdb.New(db)
}

func TestSQLite(t *testing.T) {
	analysistest.Run(t, func(t *testing.T) analysis.LexiconStore { return open(t, testkit.SQLite(t)) })
}

func TestPostgreSQL(t *testing.T) {
	analysistest.Run(t, func(t *testing.T) analysis.LexiconStore {
		db, err := storage.Open(t.Context(), testkit.PostgreSQL(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return open(t, db)
	})
}

func TestLive(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *storage.DB) {
		if _, there, err := analysisdb.Live(t.Context(), db); there || err != nil {
			t.Fatalf("an empty database: %v, %v", there, err)
		}
		s := open(t, db)
		clock := testkit.NewClock()
		first, err := s.SaveLexicon(t.Context(), analysis.Lexicon{Texts: map[conversation.Lang]string{"zh": "rules: []\n"}, Author: "ann", Made: clock.Now()})
		if err != nil {
			t.Fatal(err)
		}
		if _, there, err := analysisdb.Live(t.Context(), db); there || err != nil {
			t.Errorf("a draft is in force: %v, %v", there, err)
		}
		for i, number := range []int{first.Number, 0} {
			if _, err := s.Release(t.Context(), analysis.Release{Number: number, By: "eva", At: clock.Now(), Version: "v"}); err != nil {
				t.Fatal(err)
			}
			l, there, err := analysisdb.Live(t.Context(), db)
			if err != nil || there != (i == 0) || there && l.Texts["zh"] != "rules: []\n" {
				t.Errorf("release %d: %+v, %v, %v", number, l, there, err)
			}
		}
	})
}

func TestWhatWasSavedNeverChanges(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *storage.DB) {
		s := open(t, db)
		clock := testkit.NewClock()
		if _, err := s.SaveLexicon(t.Context(), analysis.Lexicon{Texts: map[conversation.Lang]string{"zh": "rules: []\n"}, Author: "ann", Made: clock.Now()}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Release(t.Context(), analysis.Release{Number: 1, By: "eva", At: clock.Now(), Version: "v"}); err != nil {
			t.Fatal(err)
		}
		for _, change := range []string{"UPDATE analysis_lexicons SET author = 'x'", "UPDATE analysis_releases SET person = 'x'"} {
			if _, err := db.Read().ExecContext(t.Context(), change); err == nil {
				t.Errorf("%s went through", change)
			}
		}
	})
}
