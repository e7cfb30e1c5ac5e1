package storage_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
)

// notes is a schema for the tests of this package.
var notes = storage.Migrations{FS: fstest.MapFS{
	"sqlite/9901_notes.tx.up.sql": {Data: []byte(`CREATE TABLE test_notes (
		id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, at TIMESTAMP NOT NULL, parent INTEGER REFERENCES test_notes(id));
		CREATE INDEX test_notes_at ON test_notes (at);`)},
	"postgres/9901_notes.tx.up.sql": {Data: []byte(`CREATE TABLE test_notes (
		id BIGINT PRIMARY KEY, text TEXT NOT NULL UNIQUE, at TIMESTAMPTZ NOT NULL, parent BIGINT REFERENCES test_notes(id));
		CREATE INDEX test_notes_at ON test_notes (at);`)},
}}

type note struct {
	bun.BaseModel `bun:"table:test_notes"`

	ID     int64
	Text   string
	At     time.Time
	Parent *int64
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 123_456_000, time.UTC)

// onBoth runs fn on a migrated SQLite and PostgreSQL.
func onBoth(t *testing.T, fn func(t *testing.T, db *storage.DB)) {
	testkit.Databases(t, func(t *testing.T, db *storage.DB) {
		if err := db.Migrate(t.Context(), notes); err != nil {
			t.Fatal(err)
		}
		fn(t, db)
	})
}

func insert(id int, text string) func(context.Context, bun.IDB) error {
	return func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.NewInsert().Model(&note{ID: int64(id), Text: text, At: noon}).Exec(ctx)
		return err
	}
}

func count(t *testing.T, db *storage.DB) int {
	t.Helper()
	n, err := db.Read().NewSelect().Model((*note)(nil)).Count(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

func TestWrittenRowsComeBackEqual(t *testing.T) {
	onBoth(t, func(t *testing.T, db *storage.DB) {
		shanghai := time.FixedZone("CST", 8*3600)
		want := note{ID: 1, Text: "您好，'引号'; \\ ? 🙂", At: storage.Time(noon.In(shanghai).Add(999))}
		err := db.Write(t.Context(), func(ctx context.Context, tx bun.IDB) error {
			_, err := tx.NewInsert().Model(&want).Exec(ctx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var got note
		if err := db.Read().NewSelect().Model(&got).Where("id = 1").Scan(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got.Text != want.Text || !got.At.Equal(noon) || got.At.Location() != time.UTC {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func TestReadRefusesToWrite(t *testing.T) {
	onBoth(t, func(t *testing.T, db *storage.DB) {
		if err := insert(1, "a")(t.Context(), db.Read()); err == nil {
			t.Error("the reading connections wrote")
		}
	})
}

// Of many functions at once, those that fail leave nothing behind and hurt
// nobody: neither an error, nor a broken statement, nor a panic, nor a
// goroutine that ends.
func TestFailingFunctionsHurtNobody(t *testing.T) {
	onBoth(t, func(t *testing.T, db *storage.DB) {
		mine := errors.New("mine")
		var wg sync.WaitGroup
		start := make(chan struct{})
		for i := range 200 {
			wg.Go(func() {
				defer func() { _ = recover() }()
				<-start
				err := db.Write(t.Context(), func(ctx context.Context, tx bun.IDB) error {
					if err := insert(i, fmt.Sprint(i))(ctx, tx); err != nil {
						return err
					}
					switch i % 5 {
					case 1:
						return mine
					case 2:
						return insert(1000+i, fmt.Sprint(i))(ctx, tx) // the text exists
					case 3:
						panic("mine too")
					case 4:
						runtime.Goexit()
					}
					return nil
				})
				if i%5 == 0 && err != nil || i%5 == 1 && !errors.Is(err, mine) || i%5 == 2 && !storage.IsUnique(err) {
					t.Errorf("writer %d: %v", i, err)
				}
			})
		}
		close(start)
		wg.Wait()
		if n := count(t, db); n != 40 {
			t.Errorf("%d rows, want the 40 of those who succeeded", n)
		}
	})
}

// PostgreSQL breaks a transaction at an error even if the function overlooks
// it; nobody else may pay for that.
func TestOverlookedErrorHurtsNobodyElse(t *testing.T) {
	onBoth(t, func(t *testing.T, db *storage.DB) {
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				err := db.Write(t.Context(), func(ctx context.Context, tx bun.IDB) error {
					if i%7 == 3 {
						_, _ = tx.ExecContext(ctx, "SELECT * FROM test_nothing")
						return nil
					}
					return insert(i, fmt.Sprint(i))(ctx, tx)
				})
				if i%7 != 3 && err != nil {
					t.Errorf("writer %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if n := count(t, db); n != 86 {
			t.Errorf("%d rows, want 86", n)
		}
	})
}

// The same in small batches, where the one who broke the transaction is often
// the last.
func TestOverlookedErrorAtTheEndHurtsNobodyElse(t *testing.T) {
	onBoth(t, func(t *testing.T, db *storage.DB) {
		for round := range 20 {
			var wg sync.WaitGroup
			for i := range 3 {
				wg.Go(func() {
					err := db.Write(t.Context(), func(ctx context.Context, tx bun.IDB) error {
						if i == round%3 {
							_, _ = tx.ExecContext(ctx, "SELECT * FROM test_nothing")
							return nil
						}
						return insert(3*round+i, fmt.Sprint(round, i))(ctx, tx)
					})
					if i != round%3 && err != nil {
						t.Errorf("round %d, writer %d: %v", round, i, err)
					}
				})
			}
			wg.Wait()
		}
	})
}

func TestFailedCommitIsToldAndLeavesTheWriterWell(t *testing.T) {
	onBoth(t, func(t *testing.T, db *storage.DB) {
		deferred := "ALTER TABLE test_notes ADD COLUMN other BIGINT REFERENCES test_notes(id) DEFERRABLE INITIALLY DEFERRED"
		err := db.Write(t.Context(), func(ctx context.Context, tx bun.IDB) error {
			_, err := tx.ExecContext(ctx, deferred)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = db.Write(t.Context(), func(ctx context.Context, tx bun.IDB) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO test_notes (id, text, at, other) VALUES (1, 'a', ?, 99)", noon)
			return err
		})
		if !fault.Is(err, fault.Unavailable) || !storage.IsForeign(err) {
			t.Errorf("err = %v, want the violation found at the commit", err)
		}
		if err := db.Write(t.Context(), insert(2, "b")); err != nil {
			t.Errorf("the next write: %v", err)
		}
		if n := count(t, db); n != 1 {
			t.Errorf("%d rows, want 1", n)
		}
	})
}

func TestWriteInsideWriteIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, db *storage.DB) {
		err := db.Write(t.Context(), func(ctx context.Context, _ bun.IDB) error {
			return db.Write(ctx, insert(1, "a"))
		})
		if !fault.Is(err, fault.Internal) {
			t.Errorf("err = %v, want a refusal", err)
		}
	})
}

func TestAWaitingWriteCanBeWithdrawn(t *testing.T) {
	onBoth(t, func(t *testing.T, db *storage.DB) {
		begun, release := make(chan struct{}), make(chan struct{})
		ctx, cancel := context.WithCancel(t.Context())
		first := make(chan error, 1)
		go func() {
			first <- db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
				close(begun)
				<-release
				return insert(1, "begun")(ctx, tx)
			})
		}()
		<-begun
		second := make(chan error, 1)
		go func() { second <- db.Write(ctx, insert(2, "waiting")) }()
		cancel()
		if err := <-second; !errors.Is(err, context.Canceled) || !fault.Is(err, fault.Unavailable) {
			t.Errorf("waiting write: %v, want it withdrawn", err)
		}
		close(release)
		if err := <-first; err != nil {
			t.Errorf("a write that had begun must be finished: %v", err)
		}
		if n := count(t, db); n != 1 {
			t.Errorf("%d rows, want 1", n)
		}
	})
}

func TestCloseFinishesWhatHasBegun(t *testing.T) {
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), notes); err != nil {
		t.Fatal(err)
	}
	begun, release := make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	go func() {
		first <- db.Write(t.Context(), func(ctx context.Context, tx bun.IDB) error {
			close(begun)
			<-release
			return insert(1, "a")(ctx, tx)
		})
	}()
	<-begun
	closed := make(chan error, 1)
	go func() { closed <- db.Close() }()
	close(release)
	if err := errors.Join(<-first, <-closed, db.Close()); err != nil {
		t.Error(err)
	}
	if err := db.Write(context.Background(), insert(2, "b")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("after Close: %v, want unavailable", err)
	}
}

func TestBellsRingForWhatIsDurable(t *testing.T) {
	onBoth(t, func(t *testing.T, db *storage.DB) {
		bell := db.Bell("news")
		failing := errors.New("no")
		for i, want := range []error{failing, nil, nil} {
			err := db.Write(t.Context(), func(ctx context.Context, tx bun.IDB) error {
				storage.Ring(ctx, "news")
				storage.Ring(ctx, "news")
				return errors.Join(insert(i, fmt.Sprint(i))(ctx, tx), want)
			})
			if !errors.Is(err, want) {
				t.Fatal(err)
			}
		}
		<-bell
		select {
		case <-bell:
			t.Error("two writes before anyone looked must ring once")
		default:
		}
		storage.Ring(t.Context(), "news") // outside of a write: nothing
		if n := count(t, db); n != 2 {
			t.Errorf("%d rows, want 2", n)
		}
	})
}

func TestSnapshotStandsStill(t *testing.T) {
	onBoth(t, func(t *testing.T, db *storage.DB) {
		err := db.Snapshot(t.Context(), func(ctx context.Context, tx bun.IDB) error {
			before, err := tx.NewSelect().Model((*note)(nil)).Count(ctx)
			if err != nil {
				return err
			}
			if err := db.Write(ctx, insert(1, "meanwhile")); err != nil {
				return err
			}
			after, err := tx.NewSelect().Model((*note)(nil)).Count(ctx)
			if before != 0 || after != 0 {
				t.Errorf("the snapshot saw %d, then %d rows", before, after)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := count(t, db); n != 1 {
			t.Errorf("%d rows after the snapshot, want 1", n)
		}
	})
}

func TestErrorsAreRecognised(t *testing.T) {
	onBoth(t, func(t *testing.T, db *storage.DB) {
		if err := db.Write(t.Context(), insert(1, "a")); err != nil {
			t.Fatal(err)
		}
		parent := int64(77)
		for name, c := range map[string]struct {
			row  note
			is   func(error) bool
			want bool
		}{
			"same key":       {note{ID: 1, Text: "b", At: noon}, storage.IsUnique, true},
			"same text":      {note{ID: 2, Text: "a", At: noon}, storage.IsUnique, true},
			"missing parent": {note{ID: 3, Text: "c", At: noon, Parent: &parent}, storage.IsForeign, true},
			"not unique":     {note{ID: 3, Text: "c", At: noon, Parent: &parent}, storage.IsUnique, false},
		} {
			err := db.Write(t.Context(), func(ctx context.Context, tx bun.IDB) error {
				_, err := tx.NewInsert().Model(&c.row).Exec(ctx)
				return fault.Wrap("test", err)
			})
			if err == nil || c.is(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		var n note
		if err := db.Read().NewSelect().Model(&n).Where("id = 9").Scan(t.Context()); !storage.NotFound(err) {
			t.Errorf("no row: %v", err)
		}
		if storage.NotFound(nil) || storage.IsUnique(nil) || storage.IsUnique(sql.ErrNoRows) {
			t.Error("no error is recognised as one")
		}
	})
}

func TestOpenTakesAnyFolderName(t *testing.T) {
	for _, name := range []string{"plain", "with space", "数据", "50%25", "a?mode=ro&x", "a#b", "a&b;c"} {
		path := filepath.Join(t.TempDir(), name, "lianxi.db")
		db, err := storage.Open(t.Context(), path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := errors.Join(db.Migrate(t.Context(), notes), db.Close()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		again, err := storage.Open(t.Context(), path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if steps, err := again.Applied(t.Context()); err != nil || len(steps) != 1 {
			t.Errorf("%s: %v steps after reopening, %v", name, steps, err)
		}
		_ = again.Close()
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	for url, want := range map[string]fault.Kind{
		"postgres://127.0.0.1:1/none?connect_timeout=1": fault.Unavailable,
		"postgres://%%":         fault.Invalid,
		"/proc/nowhere/here.db": fault.Unavailable,
	} {
		if _, err := storage.Open(t.Context(), url); !fault.Is(err, want) {
			t.Errorf("%s: %v, want %v", url, err, want)
		}
	}
}
