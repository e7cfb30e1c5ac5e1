package skilldb_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/skill/skilldb"
	"github.com/lianxi-cc/lianxi/skill/skilltest"
	"github.com/lianxi-cc/lianxi/staff"
)

func migrated(t testing.TB, db *storage.DB) *storage.DB {
	t.Helper()
	if err := db.Migrate(t.Context(), skilldb.Migrations()); err != nil {
		t.Fatal(err)
	}
	return db
}

func open(t testing.TB, url string) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestSQLite(t *testing.T) {
	skilltest.Run(t, func(t *testing.T) skill.Store { return skilldb.New(migrated(t, testkit.SQLite(t))) })
}

func TestPostgreSQL(t *testing.T) {
	skilltest.Run(t, func(t *testing.T) skill.Store { return skilldb.New(migrated(t, open(t, testkit.PostgreSQL(t)))) })
}

// TestTwoNodes lets two processes' worth of connections append for the same
// person at once.
func TestTwoNodes(t *testing.T) {
	url := testkit.PostgreSQL(t)
	h := skilltest.NewHouse(t, skilldb.New(migrated(t, open(t, url))))
	nodes := []*skill.Service{h.Service, h.Over(skilldb.New(open(t, url)))}
	var wg sync.WaitGroup
	for n, node := range nodes {
		for w := range 4 {
			wg.Go(func() {
				for i := range 10 {
					if _, err := node.Append(t.Context(), h.Flow, skilltest.Draft("P1", fmt.Sprint(n/2, w, i), 50)); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	wg.Wait()
	if r := h.Whole(t); r.Entries != 41 {
		t.Errorf("%d entries, want 40 occasions and the opening", r.Entries)
	}
}

// exec runs statements and returns how many rows the last of them touched.
func exec(t *testing.T, db *storage.DB, statements ...string) (rows int64) {
	t.Helper()
	for _, s := range statements {
		err := db.Write(t.Context(), func(ctx context.Context, tx bun.IDB) error {
			done, err := tx.ExecContext(ctx, s)
			if err == nil {
				rows, err = done.RowsAffected()
			}
			return err
		})
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	return rows
}

// disarm takes away what refuses changes, as a thief of the database would.
func disarm(t *testing.T, db *storage.DB) {
	t.Helper()
	if db.Postgres() {
		exec(t, db, "ALTER TABLE skill_entries DISABLE TRIGGER ALL", "ALTER TABLE skill_heads DISABLE TRIGGER ALL")
		return
	}
	exec(t, db, "DROP TRIGGER skill_entries_no_update", "DROP TRIGGER skill_entries_no_delete", "DROP TRIGGER skill_heads_no_update", "DROP TRIGGER skill_heads_no_delete")
}

func TestTheArchiveRefusesToChange(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *storage.DB) {
		h := skilltest.NewHouse(t, skilldb.New(migrated(t, db)))
		h.Must(t, skilltest.Draft("P1", "c1", 80))
		statements := []string{"UPDATE skill_entries SET seq = 9", "DELETE FROM skill_entries", "UPDATE skill_heads SET seq = 9", "DELETE FROM skill_heads"}
		if db.Postgres() {
			statements = append(statements, "TRUNCATE skill_entries", "TRUNCATE skill_heads")
		}
		for _, s := range statements {
			err := db.Write(t.Context(), func(ctx context.Context, tx bun.IDB) error {
				_, err := tx.ExecContext(ctx, s)
				return err
			})
			if err == nil || !strings.Contains(err.Error(), "an archive is never changed") {
				t.Errorf("%s: %v", s, err)
			}
		}
		h.Whole(t)
	})
}

// prepare fills an archive: P1 has five entries with a correction, P2 was
// erased after three, P3 has two. The last of all is P3's.
func prepare(t *testing.T, db *storage.DB) *skilltest.House {
	t.Helper()
	h := skilltest.NewHouse(t, skilldb.New(migrated(t, db)))
	h.Must(t, skilltest.Draft("P1", "c1", 80), skilltest.Draft("P1", "c2", 70), skilltest.Draft("P2", "c1", 60), skilltest.Draft("P2", "c2", 50))
	fix := skilltest.Draft("P1", "", 90)
	fix.Kind, fix.Names = skill.Correction, 2
	if _, err := h.Append(t.Context(), skilltest.As("A1", staff.Advisor), fix); err != nil {
		t.Fatal(err)
	}
	if err := h.Erase(t.Context(), h.Root, "P2"); err != nil {
		t.Fatal(err)
	}
	h.Must(t, skilltest.Draft("P1", "c3", 40), skilltest.Draft("P3", "c1", 40))
	h.Whole(t)
	disarm(t, db)
	return h
}

// columns returns the columns of the archive's tables as the database has
// them, so that a new column without a check fails here.
func columns(t *testing.T, db *storage.DB) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, table := range []string{"skill_entries", "skill_keys", "skill_heads"} {
		query := "SELECT name FROM pragma_table_info('" + table + "')"
		if db.Postgres() {
			query = "SELECT column_name FROM information_schema.columns WHERE table_name = '" + table + "'"
		}
		var names []string
		if err := db.Read().NewRaw(query).Scan(t.Context(), &names); err != nil {
			t.Fatal(err)
		}
		out[table] = names
	}
	return out
}

// other returns SQL that gives a column another value of its own type.
func other(column string, postgres bool) []string {
	flip := func(c string) string { // another first byte
		if postgres {
			return fmt.Sprintf("set_byte(%s, 0, 255 - get_byte(%s, 0))", c, c)
		}
		return fmt.Sprintf("CAST(CASE WHEN substr(%s, 1, 1) = x'00' THEN x'01' ELSE x'00' END || substr(%s, 2) AS BLOB)", c, c)
	}
	short := func(c string) string { return fmt.Sprintf("substr(%s, 1, 3)", c) }
	switch column {
	case "seq", "n":
		return []string{column + " + 100"}
	case "at", "names":
		return []string{column + " + 1", column + " - 1"}
	case "person", "id", "by", "kind", "source":
		return []string{"'Z' || " + column, "''", "'note'"}
	default:
		return []string{flip(column), short(column)}
	}
}

func TestEveryColumnOfEveryRowIsGuarded(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *storage.DB) {
		h, tried := prepare(t, db), 0
		for table, names := range columns(t, db) {
			if len(names) < 4 {
				t.Fatalf("%s has the columns %v", table, names)
			}
			rows := []string{"person = 'P1' AND seq = 3", "person = 'P1' AND seq = 1", "person = 'P1' AND seq = 4", "person = 'P2' AND seq = 4", "person = 'P3' AND seq = 2"}
			if table != "skill_keys" {
				rows = append(rows, "person = 'P2' AND seq = 2") // erased
			}
			for _, column := range names {
				for _, value := range other(column, db.Postgres()) {
					for _, row := range rows {
						tamper(t, db, h, fmt.Sprintf("UPDATE %s SET %s = %s WHERE %s AND %s <> %s", table, column, value, row, column, value))
						tried++
					}
				}
			}
		}
		if h.Whole(t); tried < 200 {
			t.Errorf("only %d changes were tried", tried)
		}
	})
}

// tamper runs a statement on a copy of the tables, checks that Verify finds
// it, and puts the rows back.
func tamper(t *testing.T, db *storage.DB, h *skilltest.House, statements ...string) []skill.Flaw {
	t.Helper()
	for _, table := range []string{"skill_entries", "skill_keys", "skill_heads"} {
		exec(t, db, "DROP TABLE IF EXISTS kept_"+table, "CREATE TABLE kept_"+table+" AS SELECT * FROM "+table)
	}
	touched := exec(t, db, statements...)
	r, err := h.Verify(t.Context(), h.Auditor)
	for _, table := range []string{"skill_entries", "skill_keys", "skill_heads"} {
		exec(t, db, "DELETE FROM "+table, "INSERT INTO "+table+" SELECT * FROM kept_"+table)
	}
	if err == nil && r.Whole() != (touched == 0) {
		t.Errorf("%d rows were touched, found %+v: %s", touched, r.Flaws, strings.Join(statements, "; "))
	}
	return r.Flaws
}

func TestWhatAThiefOfTheDatabaseWouldTry(t *testing.T) {
	at := func(p id.Person, seq int64) func(f skill.Flaw) bool {
		return func(f skill.Flaw) bool { return f.Person == p && f.Seq == seq }
	}
	swap := func(table string) []string { // puts P1's entry 2 in the place of 3 and back
		return []string{"UPDATE " + table + " SET seq = 100 WHERE person = 'P1' AND seq = 2", "UPDATE " + table + " SET seq = 2 WHERE person = 'P1' AND seq = 3",
			"UPDATE " + table + " SET seq = 3 WHERE person = 'P1' AND seq = 100"}
	}
	for name, c := range map[string]struct {
		statements []string
		what       skill.What
		where      func(skill.Flaw) bool
	}{
		"an entry is removed":  {[]string{"DELETE FROM skill_entries WHERE person = 'P1' AND seq = 3"}, skill.EntryMissing, at("P1", 3)},
		"the last is removed":  {[]string{"DELETE FROM skill_entries WHERE person = 'P3' AND seq = 2"}, skill.EntryMissing, at("P3", 2)},
		"the first is removed": {[]string{"DELETE FROM skill_entries WHERE person = 'P1' AND seq = 1"}, skill.EntryMissing, at("P1", 1)},
		"with its key":         {[]string{"DELETE FROM skill_entries WHERE person = 'P1' AND seq = 5", "DELETE FROM skill_keys WHERE person = 'P1' AND seq = 5"}, skill.EntryMissing, at("P1", 5)},
		"with its key and head": {[]string{"DELETE FROM skill_entries WHERE person = 'P1' AND seq = 5", "DELETE FROM skill_keys WHERE person = 'P1' AND seq = 5",
			"DELETE FROM skill_heads WHERE person = 'P1' AND seq = 5"}, skill.HeadMissing, func(f skill.Flaw) bool { return f.N == 9 }},
		"the centre's last with key and head": {[]string{"DELETE FROM skill_entries WHERE person = 'P3' AND seq = 2", "DELETE FROM skill_keys WHERE person = 'P3' AND seq = 2",
			"DELETE FROM skill_heads WHERE person = 'P3' AND seq = 2"}, skill.TailMissing, at("P3", 2)},
		"a whole person": {[]string{"DELETE FROM skill_entries WHERE person = 'P3'", "DELETE FROM skill_keys WHERE person = 'P3'", "DELETE FROM skill_heads WHERE person = 'P3'"},
			skill.TailMissing, at("P3", 2)},
		"everything": {[]string{"DELETE FROM skill_entries", "DELETE FROM skill_keys", "DELETE FROM skill_heads"}, skill.TailMissing, at("P3", 2)},
		"the last removed, the others renumbered": {[]string{"DELETE FROM skill_entries WHERE person = 'P1' AND seq = 5", "DELETE FROM skill_keys WHERE person = 'P1' AND seq = 5",
			"DELETE FROM skill_heads WHERE person = 'P1' AND seq = 5", "UPDATE skill_heads SET n = n - 1 WHERE n > 9"}, skill.HeadForged, at("P3", 1)},
		"a head is removed":     {[]string{"DELETE FROM skill_heads WHERE person = 'P1' AND seq = 2"}, skill.EntryInserted, at("P1", 2)},
		"entries change places": {swap("skill_entries"), skill.EntryChanged, at("P1", 2)},
		"with their keys":       {append(swap("skill_entries"), swap("skill_keys")...), skill.EntryChanged, at("P1", 3)},
		"and heads":             {slices.Concat(swap("skill_entries"), swap("skill_keys"), swap("skill_heads")), skill.HeadForged, at("P1", 3)},
		"keys change places":    {swap("skill_keys"), skill.ContentBroken, at("P1", 2)},
		"an entry is copied": {[]string{"INSERT INTO skill_entries (id, person, seq, kind, at, by, names, prev, lock, box, hash) SELECT 'X', person, 6, kind, at, by, names, hash, lock, box, hash FROM skill_entries WHERE person = 'P1' AND seq = 5"},
			skill.EntryInserted, at("P1", 6)},
		"for somebody new": {[]string{"INSERT INTO skill_entries (id, person, seq, kind, at, by, names, prev, lock, box, hash) SELECT 'X', 'P8', 1, kind, at, by, names, prev, lock, box, hash FROM skill_entries WHERE person = 'P1' AND seq = 1"},
			skill.EntryInserted, at("P8", 1)},
		"a key is destroyed":       {[]string{"DELETE FROM skill_keys WHERE person = 'P1' AND seq = 3"}, skill.KeyMissing, at("P1", 3)},
		"the erasing's own key":    {[]string{"DELETE FROM skill_keys WHERE person = 'P2' AND seq = 4"}, skill.KeyMissing, at("P2", 4)},
		"a key comes back":         {[]string{"INSERT INTO skill_keys (person, seq, key, source) SELECT 'P2', 2, key, source FROM skill_keys WHERE person = 'P1' AND seq = 2"}, skill.KeySurvived, at("P2", 2)},
		"a key without an entry":   {[]string{"INSERT INTO skill_keys (person, seq, key, source) SELECT 'P8', 1, key, source FROM skill_keys WHERE person = 'P1' AND seq = 2"}, skill.KeyOrphaned, at("P8", 1)},
		"the erasing is taken out": {[]string{"DELETE FROM skill_entries WHERE person = 'P2' AND seq = 4"}, skill.KeyMissing, at("P2", 2)},
		"content and key together": {[]string{"UPDATE skill_entries SET box = (SELECT box FROM skill_entries WHERE person = 'P3' AND seq = 2), lock = (SELECT lock FROM skill_entries WHERE person = 'P3' AND seq = 2) WHERE person = 'P1' AND seq = 3",
			"UPDATE skill_keys SET key = (SELECT key FROM skill_keys WHERE person = 'P3' AND seq = 2) WHERE person = 'P1' AND seq = 3"}, skill.EntryChanged, at("P1", 3)},
	} {
		t.Run(name, func(t *testing.T) {
			testkit.Databases(t, func(t *testing.T, db *storage.DB) {
				flaws := tamper(t, db, prepare(t, db), c.statements...)
				if !slices.ContainsFunc(flaws, func(f skill.Flaw) bool { return f.What == c.what && c.where(f) }) {
					t.Errorf("want %s, found %+v", c.what, flaws)
				}
			})
		})
	}
}

// TestWithoutIndexes puts two rows in one place, after the index that forbids
// it was taken away.
func TestWithoutIndexes(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *storage.DB) {
		h := prepare(t, db)
		if db.Postgres() {
			exec(t, db, "ALTER TABLE skill_keys DROP CONSTRAINT skill_keys_pkey", "DROP INDEX skill_keys_source")
		} else {
			exec(t, db, "ALTER TABLE skill_keys RENAME TO old", "CREATE TABLE skill_keys AS SELECT * FROM old")
		}
		exec(t, db, "INSERT INTO skill_keys SELECT * FROM skill_keys WHERE person = 'P3'")
		r, err := h.Verify(t.Context(), h.Auditor)
		if err != nil || r.Whole() {
			t.Errorf("not found: %+v (%v)", r, err)
		}
	})
}

// TestErasedKeysAreGone looks for a destroyed key, which must be nowhere in
// SQLite's files once the log was written back.
func TestErasedKeysAreGone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.db")
	db := migrated(t, open(t, file))
	h := skilltest.NewHouse(t, skilldb.New(db))
	h.Must(t, skilltest.Draft("P1", "c1", 80), skilltest.Draft("P2", "c1", 80))
	var keys [][]byte
	if err := db.Read().NewRaw("SELECT key FROM skill_keys ORDER BY person, seq").Scan(t.Context(), &keys); err != nil {
		t.Fatal(err)
	}
	if err := h.Erase(t.Context(), h.Root, "P1"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, key := range keys {
		if lies := bytes.Contains(text, key); lies != (i >= 2) {
			t.Errorf("key %d lies in the file: %v", i, lies)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	h := skilltest.NewHouse(b, skilldb.New(migrated(b, testkit.SQLite(b))))
	n := 0
	for b.Loop() {
		n++
		h.Must(b, skilltest.Draft("P1", fmt.Sprint(n), 50))
	}
}

func BenchmarkVerify(b *testing.B) {
	h := skilltest.NewHouse(b, skilldb.New(migrated(b, testkit.SQLite(b))))
	var ds []skill.Draft
	for n := range 1000 {
		ds = append(ds, skilltest.Draft("P1", fmt.Sprint(n), 50))
	}
	h.Must(b, ds...)
	for b.Loop() {
		h.Whole(b)
	}
}
