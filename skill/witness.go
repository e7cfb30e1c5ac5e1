package skill

import (
	"context"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/staff"
)

// Witness keeps heads where the thief of the database does not reach, or
// would have to lie a second time. Keep must be durable when it returns. With
// covered, the archive was seen to hold the witness's Newest head, so h speaks
// for that one too and it may be forgotten; otherwise it must be kept for
// ever, because it is the only trace of what is gone. A head of kind Erased is
// never forgotten. Newest is the zero Head when there is none, or when the
// witness forgets nothing anyway. Kept calls fn for every head that it has.
type Witness interface {
	Keep(ctx context.Context, h Head, covered bool) error
	Newest(ctx context.Context) (Head, error)
	Kept(ctx context.Context, fn func(Head) error) error
}

// AuditLog is what the audit witness needs of staff.Service.
type AuditLog interface {
	Record(ctx context.Context, a staff.Actor, r staff.Record) error
	WalkAudit(ctx context.Context, fn func(staff.Record) error) error
}

// InAudit is a Witness that repeats heads in the audit log, which has a chain
// of its own.
type InAudit struct {
	Log AuditLog
}

var _ Witness = InAudit{}

// detailHead is the word under which a record holds a head.
const detailHead = "head"

// Keep adds a record that holds h.
func (w InAudit) Keep(ctx context.Context, h Head, _ bool) error {
	text, err := h.MarshalText()
	if err != nil {
		return fault.Wrap("skill.InAudit", err)
	}
	return fault.Wrap("skill.InAudit", w.Log.Record(ctx, staff.Machine(), staff.Record{
		Action: staff.DidKeepHead, Kind: "person", Object: string(h.Person), Detail: map[string]string{detailHead: string(text)}}))
}

// Newest returns the zero Head: the log forgets nothing.
func (w InAudit) Newest(context.Context) (Head, error) { return Head{}, nil }

// Kept reads the heads out of the whole audit log. A record whose head cannot
// be read was changed; that is for the audit log's own chain to say.
func (w InAudit) Kept(ctx context.Context, fn func(Head) error) error {
	return fault.Wrap("skill.InAudit", w.Log.WalkAudit(ctx, func(r staff.Record) error {
		if h, ok := readHead(r.Detail[detailHead]); r.Action == staff.DidKeepHead && ok {
			return fn(h)
		}
		return nil
	}))
}
