package event

import (
	"context"
	"fmt"
	"hash/fnv"
	"runtime/debug"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
)

// workers is how many events of different keys one handler deals with at once.
const workers = 8

// inFlight is how many events NATS hands to one node's handler ahead of its
// work, and allInFlight to that of all nodes. A node that is killed keeps its
// share for as long as NATS waits for its answer.
const (
	inFlight    = 64
	allInFlight = 16 * inFlight
)

// handler is a function and what feeds it.
type handler struct {
	bus         *Bus
	topic, name string
	fn          Func

	consume jetstream.ConsumeContext
	lanes   [workers]chan jetstream.Msg // one a worker
}

// failure is a handler's bad experience with an event.
type failure struct {
	bun.BaseModel `bun:"table:event_failures"`

	EventID id.Event
	Handler string
	Tries   int
	Error   string
	At      time.Time // of the last try
	Next    time.Time // of the next
	Dead    bool      // there is no next
}

// start makes the handler's durable consumer and its workers. run ends the
// intake; calls is the context of the calls.
func (h *handler) start(ctx, run, calls context.Context) error {
	var consumer jetstream.Consumer
	err := h.bus.settled(ctx, func(ctx context.Context) (err error) {
		consumer, err = h.bus.js.CreateOrUpdateConsumer(ctx, streamName, jetstream.ConsumerConfig{
			Durable: h.name, FilterSubject: eventSubject + h.topic, DeliverPolicy: jetstream.DeliverAllPolicy,
			AckPolicy: jetstream.AckExplicitPolicy, AckWait: ackWait, MaxAckPending: allInFlight, MaxDeliver: -1,
		})
		return err
	})
	if err != nil {
		return err
	}
	for i := range h.lanes {
		h.lanes[i] = make(chan jetstream.Msg)
		h.bus.wg.Go(func() { h.work(run, calls, h.lanes[i]) })
	}
	h.consume, err = consumer.Consume(func(m jetstream.Msg) {
		select {
		case h.lanes[lane(m.Headers().Get(keyHeader))] <- m:
		case <-run.Done():
			_ = m.Nak() // if that is lost too, the start sends it again
		}
	}, jetstream.PullMaxMessages(inFlight))
	return err
}

// end stops the intake and hands back what is waiting in it; run must have
// ended.
func (h *handler) end() {
	if h.consume != nil {
		h.consume.Drain()
		<-h.consume.Closed()
	}
}

// lane returns the worker that serves key.
func lane(key string) int {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(key)) // a hash takes everything
	return int(sum.Sum32() % workers)
}

func (h *handler) work(run, calls context.Context, lane <-chan jetstream.Msg) {
	for {
		select {
		case m := <-lane:
			h.deliver(calls, m)
		case <-run.Done():
			return
		}
	}
}

// deliver calls the handler for one message and tells NATS what to do with it.
// An answer that NATS does not get only means that the message comes again.
func (h *handler) deliver(ctx context.Context, m jetstream.Msg) {
	defer stillWorking(m)()
	wait, err := h.attempt(ctx, id.Event(m.Data()))
	if err != nil {
		h.bus.opt.Log.Warn("event not handled", "handler", h.name, "event", string(m.Data()), "again", wait, "err", err)
	}
	if wait > 0 {
		_ = m.NakWithDelay(wait)
		return
	}
	_ = m.Ack()
}

// stillWorking keeps NATS from giving the message to another node while a slow
// handler is at it; the function it returns ends that.
func stillWorking(m jetstream.Msg) (stop func()) {
	ended := make(chan struct{})
	go func() {
		tick := time.NewTicker(ackWait / 3)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				_ = m.InProgress() // at worst it comes twice
			case <-ended:
				return
			}
		}
	}()
	return func() { close(ended) }
}

// attempt handles the event unless that has been done, is given up, or is not
// due yet. It returns after how long the event is wanted again, 0 for never,
// and the handler's error.
func (h *handler) attempt(ctx context.Context, event id.Event) (time.Duration, error) {
	again := h.bus.opt.Backoff(1)
	var row struct {
		outboxRow
		Handled bool
		Tries   int
		Dead    bool
		Next    *time.Time
	}
	err := h.bus.db.Read().NewSelect().TableExpr("event_outbox AS o").ColumnExpr("o.*, f.next").
		ColumnExpr("coalesce(f.tries, 0) AS tries, coalesce(f.dead, ?) AS dead", false).
		ColumnExpr("EXISTS (SELECT 1 FROM event_handled h WHERE h.event_id = o.id AND h.handler = ?) AS handled", h.name).
		Join("LEFT JOIN event_failures AS f ON f.event_id = o.id AND f.handler = ?", h.name).
		Where("o.id = ?", event).Scan(ctx, &row)
	if storage.NotFound(err) {
		return 0, nil // of another database, or pruned long ago
	}
	if err != nil {
		return again, err
	}
	if now := h.bus.opt.Now(); row.Next != nil && !row.Handled && !row.Dead && row.Next.After(now) {
		return row.Next.Sub(now), nil
	}
	var failed error
	if !row.Handled && !row.Dead {
		failed = h.call(ctx, row.event())
	}
	wait, err := h.settle(ctx, event, row.Tries, failed)
	if err != nil {
		return again, err
	}
	return wait, failed
}

// call calls the handler's function; a panic is an error.
func (h *handler) call(ctx context.Context, e Event) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return h.fn(ctx, e)
}

// settle notes how the handler fared with the event, and that the event is
// done when it was the last. tries is how often it had failed before.
func (h *handler) settle(ctx context.Context, event id.Event, tries int, failed error) (wait time.Duration, err error) {
	now := storage.Time(h.bus.opt.Now())
	err = h.bus.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		if failed != nil {
			tries++
			wait = h.bus.opt.Backoff(tries)
			f := failure{EventID: event, Handler: h.name, Tries: tries, Error: failed.Error(), At: now, Next: storage.Time(now.Add(wait)), Dead: tries >= h.bus.opt.Tries}
			_, err := tx.NewInsert().Model(&f).On("CONFLICT (event_id, handler) DO UPDATE").
				Set("tries = EXCLUDED.tries, error = EXCLUDED.error, at = EXCLUDED.at, next = EXCLUDED.next, dead = EXCLUDED.dead").Exec(ctx)
			if err != nil || !f.Dead {
				return err
			}
			wait = 0
		} else if err := h.noteHandled(ctx, tx, event); err != nil {
			return err
		}
		return h.noteDone(ctx, tx, event, now)
	})
	return wait, err
}

// noteHandled notes success, unless the handler has done so itself, and
// forgets earlier failures. An event that is dead keeps its failure.
func (h *handler) noteHandled(ctx context.Context, tx bun.IDB, event id.Event) error {
	dead, err := tx.NewSelect().Model((*failure)(nil)).Where("event_id = ? AND handler = ? AND dead", event, h.name).Exists(ctx)
	if err != nil || dead {
		return err
	}
	if _, err := Once(ctx, tx, h.name, event); err != nil {
		return err
	}
	_, err = tx.NewDelete().Model((*failure)(nil)).Where("event_id = ? AND handler = ?", event, h.name).Exec(ctx)
	return err
}

// noteDone marks the event as done if every handler has handled it or given up.
func (h *handler) noteDone(ctx context.Context, tx bun.IDB, event id.Event, now time.Time) error {
	all := h.bus.handlers[h.topic]
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = one.name
	}
	_, err := tx.NewUpdate().Model((*outboxRow)(nil)).Set("done = ?", now).Where("id = ? AND done IS NULL", event).
		Where(`(SELECT count(*) FROM event_handled h WHERE h.event_id = ?0 AND h.handler IN (?1)) +
			(SELECT count(*) FROM event_failures f WHERE f.event_id = ?0 AND f.handler IN (?1) AND f.dead) >= ?2`, event, bun.List(names), len(names)).
		Exec(ctx)
	return err
}
