package staff

import (
	"context"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// Record appends to the audit log what another domain did for the actor; r
// names action, object, outcome (Done when empty) and detail, the rest is
// filled in.
func (s *Service) Record(ctx context.Context, a Actor, r Record) error {
	return fault.Wrap("staff.Record", s.change(ctx, a, func(Tx) (Record, error) { return r, nil }))
}

// Audit returns records of the audit log, newest first. It needs AuditRead.
func (s *Service) Audit(ctx context.Context, a Actor, q Query) ([]Record, error) {
	const op = "staff.Audit"
	if err := s.need(ctx, a, AuditRead, Subject{}, Record{Action: "audit.read", Kind: "audit"}); err != nil {
		return nil, fault.Wrap(op, err)
	}
	var out []Record
	err := s.store.View(ctx, func(tx Tx) (err error) {
		out, err = tx.Records(ctx, q.bounded())
		return err
	})
	return out, fault.Wrap(op, err)
}

// WalkAudit calls fn for every record, oldest first: for backups, and for
// domains that keep witnesses in the log. It asks for no permission; no door
// may offer it.
func (s *Service) WalkAudit(ctx context.Context, fn func(Record) error) error {
	return fault.Wrap("staff.WalkAudit", s.store.View(ctx, func(tx Tx) error { return tx.Walk(ctx, 1, fn) }))
}

// VerifyAudit follows the chain of the whole audit log and returns its last
// record. It returns Conflict (staff.audit.broken) with the number (seq) of
// the first record that was changed, removed, moved or put in. Records removed
// from the end leave no gap: compare the last record with one that was noted
// elsewhere. It needs AuditRead.
func (s *Service) VerifyAudit(ctx context.Context, a Actor) (last Record, err error) {
	const op = "staff.VerifyAudit"
	if err := s.need(ctx, a, AuditRead, Subject{}, Record{Action: "audit.verify", Kind: "audit"}); err != nil {
		return Record{}, fault.Wrap(op, err)
	}
	err = s.WalkAudit(ctx, func(r Record) error {
		if err := r.follows(last); err != nil {
			return err
		}
		last = r
		return nil
	})
	return last, fault.Wrap(op, err)
}
