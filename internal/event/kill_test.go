package event_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/event"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
)

// These make this test binary the process that is killed.
const (
	childURL = "LIANXI_EVENT_TEST_URL"
	childDir = "LIANXI_EVENT_TEST_DIR"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(childURL); url != "" {
		workUntilKilled(url, os.Getenv(childDir))
	}
	os.Exit(m.Run())
}

// workUntilKilled appends events for ever, each with a row that says so, prints
// their ids once they are durable, and handles them meanwhile.
func workUntilKilled(url, dir string) {
	ctx := context.Background()
	db, err := storage.Open(ctx, url)
	if err != nil {
		panic(err)
	}
	if err := db.Migrate(ctx, event.Migrations(), effects); err != nil {
		panic(err)
	}
	b := event.NewBus(db, killable(dir))
	handlers(b, db)
	if err := b.Start(ctx); err != nil {
		panic(err)
	}
	source := ids()
	for range 4 {
		go func() {
			for i := 0; ; i++ {
				e := make1(source, "a", fmt.Sprint("key ", i%20))
				err := db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
					if _, err := tx.NewInsert().Model(&effect{EventID: e.ID, Note: "cause"}).Exec(ctx); err != nil {
						return err
					}
					return event.Append(ctx, tx, e)
				})
				if err != nil {
					panic(err)
				}
				fmt.Println(e.ID)
			}
		}()
	}
	select {}
}

func killable(dir string) event.Options {
	return event.Options{Dir: dir, Tries: 1000, Backoff: func(int) time.Duration { return 10 * time.Millisecond }}
}

// handlers adds one handler that works and one that often fails.
func handlers(b *event.Bus, db *storage.DB) {
	var n atomic.Int64
	b.Handle("a", "steady", once(db, "steady"))
	b.Handle("a", "moody", func(ctx context.Context, e event.Event) error {
		if n.Add(1)%5 == 0 {
			return errors.New("not in the mood")
		}
		return once(db, "moody")(ctx, e)
	})
}

// However often the process is killed, every event whose cause is durable is
// handled by every handler exactly once, as its effects show.
func TestEffectsComeOnceAcrossKills(t *testing.T) {
	kills := 4
	if os.Getenv("LIANXI_LONG") != "" {
		kills = 100
	}
	for name, open := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "kill.db") },
		"postgres": func(t *testing.T) string { return testkit.PostgreSQL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			url, dir := open(t), t.TempDir()
			var confirmed []id.Event
			for i := range kills {
				confirmed = append(confirmed, killAfter(t, url, dir, 20+83*i%200)...)
			}
			db, err := storage.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			left := openEvents(t, db)
			start(t, db, killable(dir), func(b *event.Bus) { handlers(b, db) })
			for n := left; n > 0; { // slow machines may take long, but must get on
				until(t, fmt.Sprintf("fewer than %d events are open", n), func() bool { return openEvents(t, db) < n })
				n = openEvents(t, db)
			}
			t.Logf("%d confirmed, %d were open after the last of %d kills", len(confirmed), left, kills)
			checkEffects(t, db, confirmed)
		})
	}
}

func killAfter(t *testing.T, url, dir string, n int) (confirmed []id.Event) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childURL+"="+url, childDir+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if confirmed = append(confirmed, id.Event(lines.Text())); len(confirmed) == n {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = child.Wait() // it was killed
	if len(confirmed) < n {
		t.Fatalf("the process ended by itself after %d events", len(confirmed))
	}
	return confirmed
}

func checkEffects(t *testing.T, db *storage.DB, confirmed []id.Event) {
	t.Helper()
	var rows []effect
	if err := db.Read().NewSelect().Model(&rows).Scan(t.Context()); err != nil {
		t.Fatal(err)
	}
	times := map[id.Event]map[string]int{}
	for _, r := range rows {
		if times[r.EventID] == nil {
			times[r.EventID] = map[string]int{}
		}
		times[r.EventID][r.Note]++
	}
	for e, notes := range times {
		if notes["cause"] != 1 || notes["steady"] != 1 || notes["moody"] != 1 {
			t.Errorf("event %s: effects %v, want each once", e, notes)
		}
	}
	for _, e := range confirmed {
		if times[e] == nil {
			t.Errorf("event %s was confirmed and is lost", e)
		}
	}
}
