// Package event carries what has happened from the store that wrote it to the
// handlers that want to know, at least once and across crashes.
//
// The truth is the database: a store appends an event in the transaction that
// makes it true, and a handler's work is noted there too. NATS only carries
// ids between the two and may lose all it has: what is not settled is sent
// again. The life of an event:
//
//  1. Append writes its row together with what it tells of.
//  2. The relay sends the ids of committed rows, in order, and notes when.
//  3. Each handler of the topic gets the event, loaded by its id. A failure is
//     noted and tried again later; after too many it is dead (see Bus.Dead).
//  4. When every handler has succeeded or given up, the row is done, and some
//     days later pruned. Rows that are not done are sent again at the start
//     and now and then.
//
// A handler may therefore see an event twice. One whose effect must not come
// twice calls Once in the transaction that has the effect.
package event

import (
	"context"
	"embed"
	"encoding/json"
	"regexp"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
)

// Event is something that has happened.
type Event struct {
	ID    id.Event
	Topic string          // what happened: "conversation.closed"; lower case, digits, dots, hyphens
	Key   string          // to what; events of one key are handled one after the other
	At    time.Time       // when
	Data  json.RawMessage // what else a handler must know; may be empty
}

//go:embed migrations
var migrations embed.FS

// Migrations returns the tables of this package.
func Migrations() storage.Migrations { return storage.EmbeddedMigrations(migrations) }

// bell is rung when an event has been committed.
const bell = "event.outbox"

var topicForm = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*$`)

// outboxRow is an event on its way.
type outboxRow struct {
	bun.BaseModel `bun:"table:event_outbox"`

	Seq   int64 `bun:",pk,autoincrement"`
	ID    id.Event
	Topic string
	Key   string
	At    time.Time
	Data  string
	Sends int        // how often it has been sent
	Sent  *time.Time // when it was sent last; nil: to be sent
	Done  *time.Time // when the last handler settled it
}

func (r *outboxRow) event() Event {
	return Event{ID: r.ID, Topic: r.Topic, Key: r.Key, At: r.At, Data: json.RawMessage(r.Data)}
}

// Append writes e into the outbox inside the caller's transaction: e happens
// if and only if that is committed, and is sent soon after. ctx and tx are
// those that storage.DB.Write gave to its function. An event without an id or
// with a malformed topic is Invalid.
func Append(ctx context.Context, tx bun.IDB, e Event) error {
	if e.ID == "" || !topicForm.MatchString(e.Topic) || len(e.Data) > 0 && !json.Valid(e.Data) {
		return &fault.Error{Kind: fault.Invalid, Op: "event.Append", Key: "event.malformed", Args: fault.Args{"topic": e.Topic}}
	}
	row := outboxRow{ID: e.ID, Topic: e.Topic, Key: e.Key, At: storage.Time(e.At), Data: string(e.Data)}
	if _, err := tx.NewInsert().Model(&row).Returning("NULL").Exec(ctx); err != nil {
		return fault.Wrap("event.Append", err)
	}
	storage.Ring(ctx, bell)
	return nil
}

// Once notes in the caller's transaction that handler has dealt with the event
// e, and reports whether this is the first time. If it is not, the handler has
// nothing left to do; if the transaction fails, the note goes with it.
func Once(ctx context.Context, tx bun.IDB, handler string, e id.Event) (first bool, err error) {
	res, err := tx.NewInsert().Table("event_handled").Model(&map[string]any{"event_id": string(e), "handler": handler}).
		On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return false, fault.Wrap("event.Once", err)
	}
	n, err := res.RowsAffected()
	return n == 1, fault.Wrap("event.Once", err)
}
