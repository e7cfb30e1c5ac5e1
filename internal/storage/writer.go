package storage

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// A batch ends after this many functions or this much time, so that the first
// of them does not wait for ever while others keep coming.
const (
	batchSize = 256
	batchTime = 20 * time.Millisecond
)

// The savepoint's name is fixed: at any time at most one is open.
const (
	mark     = "SAVEPOINT turn"
	moveMark = "RELEASE SAVEPOINT turn; SAVEPOINT turn"
	undo     = "ROLLBACK TO SAVEPOINT turn"
)

// errAbandoned is what the writer learns of a function that panicked or ended
// its goroutine; the panic itself goes on in the caller's.
var errAbandoned = errors.New("storage: the function did not return")

// insideWrite is the context key under which a running function finds its turn.
type insideWrite struct{}

// writer owns the one connection that writes. Its goroutine begins and commits
// the transactions and lends them, one turn at a time, to the goroutines that
// called write: each runs its own function, so a panic or a runtime.Goexit
// hits who caused it and never the writer.
type writer struct {
	db      *bun.DB
	queue   chan *turn    // unbuffered: who has been received is being served
	closing chan struct{} // closed by close
	stopped chan struct{} // closed when the goroutine has ended
	once    sync.Once
	err     error // of closing the connection

	mu    sync.Mutex
	bells map[string]chan struct{} // by the name that Ring is given; guarded by mu
}

// turn is one caller's place in a transaction.
type turn struct {
	tx   chan bun.Tx // the writer lends the transaction
	ran  chan error  // the caller hands it back
	done chan error  // the transaction has been committed, or has not

	rings []string // to be rung after the commit
}

// Ring wakes whoever listens to DB.Bell(name), once the Write whose function
// was given ctx is durable. Outside of a Write it does nothing.
func Ring(ctx context.Context, name string) {
	if t, ok := ctx.Value(insideWrite{}).(*turn); ok && !slices.Contains(t.rings, name) {
		t.rings = append(t.rings, name)
	}
}

// bell returns the channel that is rung as name.
func (w *writer) bell(name string) chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.bells[name] == nil {
		w.bells[name] = make(chan struct{}, 1)
	}
	return w.bells[name]
}

// ring rings once for however many of kept asked for it: who listens looks for
// everything that is new.
func (w *writer) ring(kept []*turn) {
	for _, t := range kept {
		for _, name := range t.rings {
			select {
			case w.bell(name) <- struct{}{}:
			default: // it has been rung and nobody has looked yet
			}
		}
	}
}

func startWriter(db *bun.DB) *writer {
	w := &writer{db: db, queue: make(chan *turn), closing: make(chan struct{}), stopped: make(chan struct{}), bells: map[string]chan struct{}{}}
	go w.loop()
	return w
}

func (w *writer) close() error {
	w.once.Do(func() {
		close(w.closing)
		<-w.stopped
		w.err = w.db.Close()
	})
	return w.err
}

// write waits for a turn, runs fn in it and waits for the commit.
func (w *writer) write(ctx context.Context, fn func(context.Context, bun.IDB) error) error {
	if ctx.Value(insideWrite{}) != nil {
		return fault.Wrap("storage.Write", errors.New("called inside a Write, which would wait for itself"))
	}
	if err := ctx.Err(); err != nil {
		return withdrawn(err)
	}
	t := &turn{tx: make(chan bun.Tx), ran: make(chan error, 1), done: make(chan error, 1)}
	select {
	case w.queue <- t:
	case <-ctx.Done():
		return withdrawn(ctx.Err())
	case <-w.closing:
		return unavailable(sql.ErrConnDone)
	}
	select {
	case tx := <-t.tx:
		t.run(ctx, tx, fn)
	case err := <-t.done: // the transaction could not begin
		return err
	}
	return <-t.done
}

// run calls fn and hands the transaction back, however fn ends. The context
// no longer ends: a statement that is interrupted would take the whole
// transaction with it, and the other callers' writes too.
func (t *turn) run(ctx context.Context, tx bun.Tx, fn func(context.Context, bun.IDB) error) {
	err := errAbandoned
	defer func() { t.ran <- err }()
	err = fn(context.WithValue(context.WithoutCancel(ctx), insideWrite{}, t), tx)
}

func (w *writer) loop() {
	defer close(w.stopped)
	for {
		select {
		case t := <-w.queue:
			for t != nil {
				t = w.batch(t)
			}
		case <-w.closing:
			return
		}
	}
}

// batch serves first and everyone who waits behind it in one transaction. It
// returns a turn that the next one must serve, if there is one.
func (w *writer) batch(first *turn) (next *turn) {
	tx, err := w.db.BeginTx(context.Background(), nil)
	if err != nil {
		first.done <- unavailable(err)
		return nil
	}
	b := &batch{tx: tx, end: time.Now().Add(batchTime)}
	for t := first; t != nil; t = w.more(b) {
		if !b.protect() {
			return t
		}
		if !b.serve(t) {
			return nil
		}
	}
	// The last function may have left the transaction broken: that must come
	// out before the commit, at which it would take all others with it.
	if len(b.kept) > 1 && !b.protect() {
		return nil
	}
	err = tx.Commit()
	if err != nil {
		// SQLite keeps a transaction open whose commit failed.
		_, _ = w.db.ExecContext(context.Background(), "ROLLBACK") // an error says that none was open
	} else {
		w.ring(b.kept)
	}
	b.finish(err)
	return nil
}

// more returns the next waiting turn, or nil when nobody waits or the batch
// has become large or old.
func (w *writer) more(b *batch) *turn {
	if len(b.kept) >= batchSize || time.Now().After(b.end) {
		return nil
	}
	select {
	case t := <-w.queue:
		return t
	default:
		return nil
	}
}

// batch is one transaction and those whose functions have succeeded in it.
type batch struct {
	tx     bun.Tx
	end    time.Time
	kept   []*turn
	marked bool // there is a savepoint
	clean  bool // and it stands behind all of kept
}

// protect sets the savepoint behind all of kept, so that the next function
// cannot hurt them. If the database refuses, the last of kept has left the
// transaction broken (PostgreSQL breaks it at an error, even at one that the
// function overlooked): it alone is undone and told. It returns false when
// nothing could be saved; everyone in kept has been told then.
func (b *batch) protect() bool {
	if len(b.kept) == 0 || b.clean {
		return true
	}
	statement := mark
	if b.marked {
		statement = moveMark
	}
	_, err := b.tx.ExecContext(context.Background(), statement)
	if err != nil {
		if !b.marked {
			return b.lose(err)
		}
		last := len(b.kept) - 1
		b.kept[last].done <- unavailable(err)
		b.kept = b.kept[:last]
		if _, err := b.tx.ExecContext(context.Background(), undo); err != nil {
			return b.lose(err)
		}
	}
	b.marked, b.clean = true, true
	return true
}

// serve lends the transaction to t. If its function fails, it is undone and
// told at once; serve returns false when the transaction has ended with it.
func (b *batch) serve(t *turn) bool {
	t.tx <- b.tx
	err := <-t.ran
	if err == nil {
		b.kept, b.clean = append(b.kept, t), false
		return true
	}
	t.done <- err
	if len(b.kept) == 0 {
		return b.lose(nil)
	}
	if _, err := b.tx.ExecContext(context.Background(), undo); err != nil {
		return b.lose(err)
	}
	return true
}

// lose gives the transaction up because of err and returns false. If even the
// rollback fails, the connection is gone, and the transaction with it.
func (b *batch) lose(err error) bool {
	_ = b.tx.Rollback()
	b.finish(err)
	return false
}

// finish tells everyone in kept how the transaction ended.
func (b *batch) finish(err error) {
	for _, t := range b.kept {
		t.done <- unavailable(err)
	}
}

func withdrawn(err error) error {
	return &fault.Error{Kind: fault.Unavailable, Op: "storage.Write", Key: "storage.withdrawn", Err: err}
}

// unavailable classifies a failure of the database itself; nil stays nil.
func unavailable(err error) error {
	if err == nil {
		return nil
	}
	return &fault.Error{Kind: fault.Unavailable, Op: "storage.Write", Key: "storage.unavailable", Err: err}
}
