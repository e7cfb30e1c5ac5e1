package event

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
)

// Dead is an event that a handler has given up.
type Dead struct {
	Event   Event
	Handler string
	Tries   int
	Error   string    // of the last try
	At      time.Time // of the last try
}

// Dead returns the events that a handler has given up, the latest first, at
// most limit.
func (b *Bus) Dead(ctx context.Context, limit int) ([]Dead, error) {
	var rows []struct {
		outboxRow
		Handler string
		Tries   int
		Error   string
		Failed  time.Time
	}
	err := b.db.Read().NewSelect().TableExpr("event_outbox AS o").Join("JOIN event_failures AS f ON f.event_id = o.id AND f.dead").
		ColumnExpr("o.*, f.handler, f.tries, f.error, f.at AS failed").Order("f.at DESC", "o.seq DESC").Limit(int64(limit)).Scan(ctx, &rows)
	if err != nil {
		return nil, fault.Wrap("event.Dead", err)
	}
	out := make([]Dead, len(rows))
	for i, r := range rows {
		out[i] = Dead{Event: r.event(), Handler: r.Handler, Tries: r.Tries, Error: r.Error, At: r.Failed}
	}
	return out, nil
}

// Revive gives a dead event to its handler again, with all its tries; NotFound
// if it is not dead.
func (b *Bus) Revive(ctx context.Context, handler string, event id.Event) error {
	err := b.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		res, err := tx.NewDelete().Model((*failure)(nil)).Where("event_id = ? AND handler = ? AND dead", event, handler).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return &fault.Error{Kind: fault.NotFound, Key: "event.not-dead", Err: err}
		}
		storage.Ring(ctx, bell)
		_, err = tx.NewUpdate().Model((*outboxRow)(nil)).Set("sent = NULL, done = NULL").Where("id = ?", event).Exec(ctx)
		return err
	})
	return fault.Wrap("event.Revive", err)
}
