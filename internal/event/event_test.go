package event_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/event"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
)

// effects is where the handlers of these tests leave their traces.
var effects = storage.Migrations{FS: fstest.MapFS{
	"sqlite/9901_effects.tx.up.sql":   {Data: []byte("CREATE TABLE test_effects (event_id TEXT NOT NULL, note TEXT NOT NULL)")},
	"postgres/9901_effects.tx.up.sql": {Data: []byte("CREATE TABLE test_effects (event_id TEXT NOT NULL, note TEXT NOT NULL)")},
}}

type effect struct {
	bun.BaseModel `bun:"table:test_effects"`

	EventID id.Event
	Note    string
}

// patience is how long a test waits for what must happen.
const patience = 60 * time.Second

func onBoth(t *testing.T, fn func(t *testing.T, db *storage.DB)) {
	testkit.Databases(t, func(t *testing.T, db *storage.DB) {
		if err := db.Migrate(t.Context(), event.Migrations(), effects); err != nil {
			t.Fatal(err)
		}
		fn(t, db)
	})
}

// options are those of an impatient bus in folder.
func options(folder string) event.Options {
	return event.Options{Dir: folder, Tries: 3, Backoff: func(int) time.Duration { return time.Millisecond }}
}

// start starts a bus with the handlers that prepare adds.
func start(t *testing.T, db *storage.DB, o event.Options, prepare func(*event.Bus)) *event.Bus {
	t.Helper()
	b := event.NewBus(db, o)
	prepare(b)
	if err := b.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func make1(ids *id.Source, topic, key string) event.Event {
	return event.Event{ID: id.Make[id.Event](ids), Topic: topic, Key: key, At: time.Now(), Data: json.RawMessage(`{"客户":"您好"}`)}
}

func ids() *id.Source { return id.NewSource(time.Now, rand.Reader) }

func appendAll(t *testing.T, db *storage.DB, events ...event.Event) {
	t.Helper()
	err := db.Write(t.Context(), func(ctx context.Context, tx bun.IDB) error {
		for _, e := range events {
			if err := event.Append(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// receive returns the next value of c, or ends the test when none comes.
func receive[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

// until asks until the answer is yes.
func until(t *testing.T, what string, yes func() bool) {
	t.Helper()
	end := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !yes() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatal("never happened: " + what)
		}
	}
}

func openEvents(t *testing.T, db *storage.DB) int {
	t.Helper()
	var n int
	if err := db.Read().NewRaw("SELECT count(*) FROM event_outbox WHERE done IS NULL").Scan(t.Context(), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEveryHandlerOfATopicGetsTheEvent(t *testing.T) {
	onBoth(t, func(t *testing.T, db *storage.DB) {
		type call struct {
			name string
			e    event.Event
		}
		calls := make(chan call, 10)
		note := func(name string) event.Func {
			return func(_ context.Context, e event.Event) error { calls <- call{name, e}; return nil }
		}
		start(t, db, options(t.TempDir()), func(b *event.Bus) {
			b.Handle("conversation.closed", "score", note("score"))
			b.Handle("conversation.closed", "plan", note("plan"))
			b.Handle("score.added", "archive", note("archive"))
		})
		source := ids()
		closed, added := make1(source, "conversation.closed", "通话 1"), make1(source, "score.added", "r1")
		appendAll(t, db, closed, added, make1(source, "nobody.listens", "x"))
		got := []string{}
		for range 3 {
			c := receive(t, calls)
			want := closed
			if c.name == "archive" {
				want = added
			}
			if c.e.ID != want.ID || c.e.Key != want.Key || string(c.e.Data) != string(want.Data) || !c.e.At.Equal(storage.Time(want.At)) {
				t.Errorf("%s got %+v, want %+v", c.name, c.e, want)
			}
			got = append(got, c.name)
		}
		slices.Sort(got)
		if want := []string{"archive", "plan", "score"}; !slices.Equal(got, want) {
			t.Errorf("called %v, want %v", got, want)
		}
		until(t, "all events are done", func() bool { return openEvents(t, db) == 0 })
	})
}

func TestAnEventHappensOnlyWithItsTransaction(t *testing.T) {
	onBoth(t, func(t *testing.T, db *storage.DB) {
		got := make(chan id.Event, 10)
		start(t, db, options(t.TempDir()), func(b *event.Bus) {
			b.Handle("a", "h", func(_ context.Context, e event.Event) error { got <- e.ID; return nil })
		})
		source, no := ids(), errors.New("no")
		err := db.Write(t.Context(), func(ctx context.Context, tx bun.IDB) error {
			return errors.Join(event.Append(ctx, tx, make1(source, "a", "1")), no)
		})
		if !errors.Is(err, no) {
			t.Fatal(err)
		}
		kept := make1(source, "a", "1")
		appendAll(t, db, kept)
		if e := receive(t, got); e != kept.ID {
			t.Errorf("the event of a transaction that was undone was sent")
		}
	})
}

func TestEventsOfOneKeyComeInOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, db *storage.DB) {
		var mu sync.Mutex
		seen := map[string][]id.Event{}
		start(t, db, options(t.TempDir()), func(b *event.Bus) {
			b.Handle("a", "h", func(_ context.Context, e event.Event) error {
				mu.Lock()
				defer mu.Unlock()
				seen[e.Key] = append(seen[e.Key], e.ID)
				return nil
			})
		})
		source, want := ids(), map[string][]id.Event{}
		for i := range 600 {
			e := make1(source, "a", fmt.Sprint("key\n", i%7))
			want[e.Key] = append(want[e.Key], e.ID)
			appendAll(t, db, e)
		}
		until(t, "all events are done", func() bool { return openEvents(t, db) == 0 })
		for key, order := range want {
			if !slices.Equal(seen[key], order) {
				t.Errorf("key %q: order or number is wrong: %d of %d", key, len(seen[key]), len(order))
			}
		}
	})
}

func TestAFailingEventIsTriedAgainThenDeadThenRevived(t *testing.T) {
	onBoth(t, func(t *testing.T, db *storage.DB) {
		var calls atomic.Int64
		healed := make(chan id.Event, 1)
		b := start(t, db, options(t.TempDir()), func(b *event.Bus) {
			b.Handle("a", "fails", func(_ context.Context, e event.Event) error {
				switch n := calls.Add(1); {
				case n == 2:
					panic("on the second try")
				case n <= 3:
					return fmt.Errorf("try %d", n)
				}
				healed <- e.ID
				return nil
			})
			b.Handle("a", "works", func(context.Context, event.Event) error { return nil })
		})
		e := make1(ids(), "a", "1")
		appendAll(t, db, e)
		until(t, "the event is done", func() bool { return openEvents(t, db) == 0 })
		dead, err := b.Dead(t.Context(), 10)
		if err != nil || len(dead) != 1 || dead[0].Event.ID != e.ID || dead[0].Handler != "fails" || dead[0].Tries != 3 || dead[0].Error != "try 3" {
			t.Fatalf("dead: %+v, %v", dead, err)
		}
		if err := b.Revive(t.Context(), "works", e.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("reviving what is not dead: %v", err)
		}
		if err := b.Revive(t.Context(), "fails", e.ID); err != nil {
			t.Fatal(err)
		}
		if got := receive(t, healed); got != e.ID {
			t.Errorf("revived %s, want %s", got, e.ID)
		}
		until(t, "the event is done again", func() bool { return openEvents(t, db) == 0 })
		if dead, err := b.Dead(t.Context(), 10); err != nil || len(dead) != 0 {
			t.Errorf("still dead: %+v, %v", dead, err)
		}
	})
}

// once is a handler whose effect must not come twice.
func once(db *storage.DB, name string) event.Func {
	return func(ctx context.Context, e event.Event) error {
		return db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
			first, err := event.Once(ctx, tx, name, e.ID)
			if err != nil || !first {
				return err
			}
			_, err = tx.NewInsert().Model(&effect{EventID: e.ID, Note: name}).Exec(ctx)
			return err
		})
	}
}

func TestOnceIsOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, db *storage.DB) {
		e := make1(ids(), "a", "1")
		for range 3 {
			if err := once(db, "h")(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		if err := once(db, "other")(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		n, err := db.Read().NewSelect().Model((*effect)(nil)).Count(t.Context())
		if err != nil || n != 2 {
			t.Errorf("%d effects, want one a handler (%v)", n, err)
		}
	})
}

// What NATS held may be lost, with the event on its way or before it was sent:
// the next start sends it again, and only to those who have not had it.
func TestNothingIsLostWithTheFolderOfNATS(t *testing.T) {
	onBoth(t, func(t *testing.T, db *storage.DB) {
		source := ids()
		first, second := make1(source, "a", "1"), make1(source, "a", "2")
		appendAll(t, db, first) // before any bus runs
		reached := make(chan struct{}, 100)
		b := start(t, db, options(t.TempDir()), func(b *event.Bus) {
			b.Handle("a", "done", once(db, "done"))
			b.Handle("a", "stuck", func(ctx context.Context, _ event.Event) error {
				reached <- struct{}{}
				return errors.New("not today")
			})
		})
		receive(t, reached)
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		appendAll(t, db, second) // while none runs
		start(t, db, options(t.TempDir()), func(b *event.Bus) {
			b.Handle("a", "done", once(db, "done"))
			b.Handle("a", "stuck", once(db, "stuck"))
		})
		until(t, "both events are done", func() bool { return openEvents(t, db) == 0 })
		var rows []effect
		if err := db.Read().NewSelect().Model(&rows).Scan(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(rows) != 4 {
			t.Errorf("effects %+v, want each handler's on each event once", rows)
		}
	})
}

func TestDoneEventsArePruned(t *testing.T) {
	onBoth(t, func(t *testing.T, db *storage.DB) {
		clock := testkit.NewClock()
		o := options(t.TempDir())
		o.Now, o.Resend = clock.Now, 5*time.Millisecond
		start(t, db, o, func(b *event.Bus) { b.Handle("a", "h", once(db, "h")) })
		appendAll(t, db, make1(ids(), "a", "1"))
		until(t, "the event is done", func() bool { return openEvents(t, db) == 0 })
		clock.Add(15 * 24 * time.Hour)
		until(t, "the event is forgotten", func() bool {
			var n int
			err := db.Read().NewRaw("SELECT (SELECT count(*) FROM event_outbox) + (SELECT count(*) FROM event_handled)").Scan(t.Context(), &n)
			return err == nil && n == 0
		})
	})
}

func TestMalformedEventsAreRefused(t *testing.T) {
	db := testkit.SQLite(t)
	if err := db.Migrate(t.Context(), event.Migrations()); err != nil {
		t.Fatal(err)
	}
	source := ids()
	for name, change := range map[string]func(*event.Event){
		"no id":    func(e *event.Event) { e.ID = "" },
		"no topic": func(e *event.Event) { e.Topic = "" },
		"pattern":  func(e *event.Event) { e.Topic = "a.>" },
		"dots":     func(e *event.Event) { e.Topic = "a..b" },
		"data":     func(e *event.Event) { e.Data = json.RawMessage("{") },
	} {
		e := make1(source, "a.b", "1")
		change(&e)
		err := db.Write(t.Context(), func(ctx context.Context, tx bun.IDB) error { return event.Append(ctx, tx, e) })
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want invalid", name, err)
		}
	}
}

func TestHandleRefusesOurMistakes(t *testing.T) {
	nothing := func(context.Context, event.Event) error { return nil }
	for name, mistake := range map[string]func(*event.Bus){
		"name taken": func(b *event.Bus) { b.Handle("a", "h", nothing); b.Handle("b", "h", nothing) },
		"bad name":   func(b *event.Bus) { b.Handle("a", "h.1", nothing) },
		"bad topic":  func(b *event.Bus) { b.Handle("a.*", "h", nothing) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			mistake(event.NewBus(nil, event.Options{}))
		}()
	}
}

func TestAnUnusableFolderIsSaid(t *testing.T) {
	db := testkit.SQLite(t)
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, o := range []event.Options{{}, {Dir: file}, {Server: "nats://127.0.0.1:1"}} {
		b := event.NewBus(db, o)
		if err := b.Start(t.Context()); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%+v: %v, want unavailable", o, err)
		}
	}
}
