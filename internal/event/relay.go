package event

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
)

// sendBatch is how many events are sent and noted as sent at once.
const sendBatch = 256

// keyHeader carries an event's key, by which it finds its worker.
const keyHeader = "Lianxi-Key"

// relay sends what the outbox holds until run ends: at every ring of the bell,
// and now and then for what other nodes have left.
func (b *Bus) relay(run context.Context) {
	rung := b.db.Bell(bell)
	poll := time.NewTicker(b.opt.Poll)
	defer poll.Stop()
	sweep := time.NewTicker(b.opt.Resend)
	defer sweep.Stop()
	for run.Err() == nil {
		n, err := b.send(run)
		if err != nil && run.Err() == nil {
			b.opt.Log.Error("events wait to be sent", "err", err)
		}
		if n == sendBatch {
			continue // there may be more
		}
		select {
		case <-rung:
		case <-poll.C:
		case <-sweep.C:
			now := b.opt.Now()
			err := errors.Join(b.resend(run, now.Add(-b.opt.Resend)), b.prune(run, now.Add(-b.opt.Keep)))
			if err != nil && run.Err() == nil {
				b.opt.Log.Error("outbox not swept", "err", err)
			}
		case <-run.Done():
		}
	}
}

// send sends one batch of what waits, in order, and notes what NATS has
// confirmed. It returns how many that were.
func (b *Bus) send(ctx context.Context) (int, error) {
	var rows []outboxRow
	err := b.db.Read().NewSelect().Model(&rows).Where("done IS NULL AND sent IS NULL").Order("seq").Limit(sendBatch).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	acks, err := b.publish(rows)
	var sent, unheard []id.Event
	for i, ack := range acks {
		if failed := confirmed(ctx, ack); failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		sent = append(sent, rows[i].ID)
		if len(b.handlers[rows[i].Topic]) == 0 {
			unheard = append(unheard, rows[i].ID)
		}
	}
	if len(sent) > 0 {
		err = errors.Join(err, b.noteSent(ctx, sent, unheard))
	}
	return len(sent), err
}

// publish hands the ids of rows to NATS without waiting. What could not be
// handed over is missing at the end of the answer.
func (b *Bus) publish(rows []outboxRow) ([]jetstream.PubAckFuture, error) {
	acks := make([]jetstream.PubAckFuture, 0, len(rows))
	for _, r := range rows {
		m := nats.NewMsg(eventSubject + r.Topic)
		m.Data = []byte(r.ID)
		m.Header.Set(keyHeader, url.QueryEscape(r.Key)) // a header holds one line of ASCII
		// Two nodes that send the same row send the same message id, and NATS
		// keeps one; a row that is sent again has another.
		ack, err := b.js.PublishMsgAsync(m, jetstream.WithMsgID(fmt.Sprintf("%s.%d", r.ID, r.Sends)))
		if err != nil {
			return acks, err
		}
		acks = append(acks, ack)
	}
	return acks, nil
}

// confirmed waits until NATS has the message, or says that it has not.
func confirmed(ctx context.Context, ack jetstream.PubAckFuture) error {
	late := time.NewTimer(ackWait)
	defer late.Stop()
	select {
	case <-ack.Ok():
		return nil
	case err := <-ack.Err():
		return err
	case <-late.C:
		return errors.New("event: NATS does not confirm")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// noteSent marks what was sent, and what nobody listens to as done.
func (b *Bus) noteSent(ctx context.Context, sent, unheard []id.Event) error {
	now := storage.Time(b.opt.Now())
	return b.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.NewUpdate().Model((*outboxRow)(nil)).Set("sent = ?", now).Set("sends = sends + 1").
			Where("id IN (?)", bun.List(sent)).Exec(ctx)
		if err != nil || len(unheard) == 0 {
			return err
		}
		_, err = tx.NewUpdate().Model((*outboxRow)(nil)).Set("done = ?", now).Where("id IN (?)", bun.List(unheard)).Exec(ctx)
		return err
	})
}

// resend has everything sent again that was sent before then and is not done.
func (b *Bus) resend(ctx context.Context, then time.Time) error {
	return b.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.NewUpdate().Model((*outboxRow)(nil)).Set("sent = NULL").
			Where("done IS NULL AND sent <= ?", storage.Time(then)).Exec(ctx)
		storage.Ring(ctx, bell)
		return err
	})
}

// prune forgets events that were done before then; those that are dead for
// some handler stay until somebody has looked at them.
func (b *Bus) prune(ctx context.Context, then time.Time) error {
	return b.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		old := tx.NewSelect().Model((*outboxRow)(nil)).Column("id").Where("done < ?", storage.Time(then)).
			Where("id NOT IN (SELECT event_id FROM event_failures)")
		if _, err := tx.NewDelete().Table("event_handled").Where("event_id IN (?)", old).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewDelete().Model((*outboxRow)(nil)).Where("id IN (?)", old).Exec(ctx)
		return err
	})
}
