package event

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"sync"
	"time"

	natsserver "github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/storage"
)

// Options say where the bus lives. The zero value of a field is its default.
type Options struct {
	Dir     string           // folder of the embedded NATS; it may be deleted while the program is stopped
	Server  string           // URL of an external NATS; the embedded one stays off then
	Cluster Cluster          // joins the embedded NATS of several nodes
	Now     func() time.Time // default time.Now
	Log     *slog.Logger     // default: silence

	Tries   int                         // after which a failing event is dead; default 8
	Backoff func(try int) time.Duration // wait after the try-th failure, counted from 1; default 1 s doubling up to 5 min
	Keep    time.Duration               // for which done events are kept; default 14 days, at least 2
	Poll    time.Duration               // how often to look for events of other nodes; default 2 s
	Resend  time.Duration               // after which an unsettled event is sent again; default 10 min
	Grace   time.Duration               // for which Close waits for running handlers; default 20 s
}

// Cluster joins several nodes. Every node has its own Name and the same Secret.
type Cluster struct {
	Name     string   // of this node
	Listen   string   // host:port for the other nodes
	Routes   []string // host:port of the other nodes
	Secret   string   // which nodes show each other
	Replicas int      // copies of what is on its way; default 1
}

// Bus sends events from the outbox and calls their handlers.
type Bus struct {
	db  *storage.DB
	opt Options

	handlers map[string][]*handler // by topic; fixed once started
	names    map[string]bool

	server *natsserver.Server // nil with an external NATS
	conn   *nats.Conn
	js     jetstream.JetStream

	stop    context.CancelFunc // ends relay and intake
	abandon context.CancelFunc // ends the contexts of running handlers
	wg      sync.WaitGroup     // relay and workers
}

// Func handles one event. A nil error settles it; any other, or a panic, means
// that it is tried again later.
type Func func(ctx context.Context, e Event) error

var nameForm = regexp.MustCompile(`^[a-z0-9-]+$`)

// NewBus returns a bus that is not yet running: add its handlers, then Start.
func NewBus(db *storage.DB, o Options) *Bus {
	o.defaults()
	return &Bus{db: db, opt: o, handlers: map[string][]*handler{}, names: map[string]bool{}}
}

func (o *Options) defaults() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Tries <= 0 {
		o.Tries = 8
	}
	if o.Backoff == nil {
		o.Backoff = func(try int) time.Duration { return min(time.Second<<min(try-1, 20), 5*time.Minute) }
	}
	if o.Keep <= 0 {
		o.Keep = 14 * 24 * time.Hour
	}
	// Ids that NATS still holds must find their note that they were handled.
	o.Keep = max(o.Keep, 2*streamAge)
	for d, standard := range map[*time.Duration]time.Duration{&o.Poll: 2 * time.Second, &o.Resend: 10 * time.Minute, &o.Grace: 20 * time.Second} {
		if *d <= 0 {
			*d = standard
		}
	}
	o.Cluster.Replicas = max(o.Cluster.Replicas, 1)
}

// Handle has fn called for every event of topic. name stays the same for ever:
// under it is noted what this handler has done. Events of one key come one
// after the other and, as long as none fails, in order; others come at the
// same time. Handle panics when name is taken or malformed, and after Start.
func (b *Bus) Handle(topic, name string, fn func(ctx context.Context, e Event) error) {
	switch {
	case b.stop != nil:
		panic("event: Handle after Start")
	case !topicForm.MatchString(topic) || !nameForm.MatchString(name):
		panic(fmt.Sprintf("event: malformed topic %q or handler name %q", topic, name))
	case b.names[name]:
		panic("event: two handlers named " + name)
	}
	b.names[name] = true
	b.handlers[topic] = append(b.handlers[topic], &handler{bus: b, topic: topic, name: name, fn: fn})
}

// Start connects to NATS, sends what has not been settled and goes on until
// Close. ctx is for the start only. The tables must have been migrated.
func (b *Bus) Start(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, b.Close())
			err = &fault.Error{Kind: fault.Unavailable, Op: "event.Start", Key: "event.unavailable", Err: err}
		}
	}()
	run, stop := context.WithCancel(context.Background())
	calls, abandon := context.WithCancel(context.Background())
	b.stop, b.abandon = stop, abandon
	if err := b.connect(ctx); err != nil {
		return err
	}
	if err := b.resend(ctx, b.opt.Now()); err != nil {
		return err
	}
	for _, hs := range b.handlers {
		for _, h := range hs {
			if err := h.start(ctx, run, calls); err != nil {
				return err
			}
		}
	}
	b.wg.Go(func() { b.relay(run) })
	return nil
}

// Close takes no more events, waits for the handlers that are running and
// disconnects. What they leave undone is done after the next start.
func (b *Bus) Close() error {
	if b.stop == nil {
		return nil
	}
	b.stop()
	for _, hs := range b.handlers {
		for _, h := range hs {
			h.end()
		}
	}
	grace := time.AfterFunc(b.opt.Grace, b.abandon)
	b.wg.Wait()
	grace.Stop()
	b.abandon()
	if b.conn != nil {
		_ = b.conn.FlushTimeout(time.Second) // what was handed back should arrive; else it comes back later
		b.conn.Close()
	}
	if b.server != nil {
		b.server.Shutdown()
		b.server.WaitForShutdown()
	}
	return nil
}
