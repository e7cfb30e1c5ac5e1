package storage_test

import (
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
)

// set makes Migrations that say the same to both databases.
func set(files ...string) storage.Migrations {
	m := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		m["sqlite/"+files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
		m["postgres/"+files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return storage.Migrations{FS: m}
}

func TestMigrateRunsEachStepOnceInOrder(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *storage.DB) {
		late := set("9902_b.tx.up.sql", "CREATE TABLE test_b AS SELECT * FROM test_a")
		early := set("9901_a.tx.up.sql", "CREATE TABLE test_a (id INTEGER); INSERT INTO test_a VALUES (1)")
		var wg sync.WaitGroup
		for range 4 { // nodes that start at once
			wg.Go(func() {
				if err := db.Migrate(t.Context(), late, early); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		more := set("9900_c.tx.up.sql", "CREATE TABLE test_c (id INTEGER)")
		if err := db.Migrate(t.Context(), early, late, more); err != nil {
			t.Fatal(err)
		}
		steps, err := db.Applied(t.Context())
		if want := []storage.Migration{{"9900", "c"}, {"9901", "a"}, {"9902", "b"}}; err != nil || len(steps) != 3 || steps[0] != want[0] || steps[2] != want[2] {
			t.Errorf("applied %v, want %v (%v)", steps, want, err)
		}
		tables, err := storage.Tables(t.Context(), db.Read())
		if got := strings.Join(tables, " "); err != nil || got != "storage_migrations test_a test_b test_c" {
			t.Errorf("tables %q (%v)", got, err)
		}
	})
}

func TestAFailedMigrationChangesNothing(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *storage.DB) {
		broken := set("9901_a.tx.up.sql", "CREATE TABLE test_a (id INTEGER)", "9902_b.tx.up.sql", "CREATE TABEL test_b (id INTEGER)")
		err := db.Migrate(t.Context(), broken)
		if err == nil || !strings.Contains(err.Error(), "9902_b") {
			t.Errorf("err = %v, want one that names the step", err)
		}
		if tables, _ := storage.Tables(t.Context(), db.Read()); len(tables) != 0 {
			t.Errorf("left behind: %v", tables)
		}
		if steps, err := db.Applied(t.Context()); err != nil || len(steps) != 0 {
			t.Errorf("noted as applied: %v, %v", steps, err)
		}
	})
}

func TestMigrateRefusesANewerDatabase(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *storage.DB) {
		old := set("9901_a.tx.up.sql", "CREATE TABLE test_a (id INTEGER)")
		newer := set("9903_z.tx.up.sql", "CREATE TABLE test_z (id INTEGER)")
		if err := db.Migrate(t.Context(), old, newer); err != nil {
			t.Fatal(err)
		}
		err := db.Migrate(t.Context(), old)
		if !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "9903_z") {
			t.Errorf("err = %v, want a refusal that names the unknown step", err)
		}
	})
}

func TestMigrateRefusesOurMistakes(t *testing.T) {
	db, err := storage.Open(t.Context(), t.TempDir()+"/a.db")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for name, c := range map[string]struct {
		sets []storage.Migrations
		want string
	}{
		"no folder":   {[]storage.Migrations{{FS: fstest.MapFS{}}}, "sqlite"},
		"bad name":    {[]storage.Migrations{set("people.sql", "")}, "NNNN_name.tx.up.sql"},
		"same number": {[]storage.Migrations{set("9901_a.tx.up.sql", ""), set("9901_b.tx.up.sql", "")}, "both a and b"},
		"same file":   {[]storage.Migrations{set("9901_a.tx.up.sql", ""), set("9901_a.tx.up.sql", "")}, "both a and a"},
	} {
		if err := db.Migrate(t.Context(), c.sets...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
