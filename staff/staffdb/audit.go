package staffdb

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/staff"
)

type auditRow struct {
	bun.BaseModel `bun:"table:staff_audit,alias:a"`

	Seq     int64 `bun:",pk"`
	At      time.Time
	Who     id.Person
	Via     staff.Via
	Session id.Session
	Token   id.Token
	Address string
	Action  staff.Action
	Kind    string
	Object  string
	Outcome staff.Outcome
	Detail  string // JSON; kept as text, because a jsonb may come back in other bytes
	Prev    []byte
	Hash    []byte
}

// record returns the row as a record. A row that no AddRecord can have
// written gets a hash that fits nothing, so that it is found as changed.
func (r auditRow) record() staff.Record {
	out := staff.Record{Seq: r.Seq, At: r.At.UTC(), Who: r.Who, Via: r.Via, Session: r.Session, Token: r.Token, Address: r.Address,
		Action: r.Action, Kind: r.Kind, Object: r.Object, Outcome: r.Outcome}
	copy(out.Prev[:], r.Prev)
	err := json.Unmarshal([]byte(r.Detail), &out.Detail)
	again, err2 := json.Marshal(out.Detail)
	if err == nil && err2 == nil && string(again) == r.Detail && len(r.Prev) == len(out.Prev) && len(r.Hash) == len(out.Hash) {
		copy(out.Hash[:], r.Hash)
	}
	return out
}

func (t tx) AddRecord(ctx context.Context, r staff.Record) error {
	detail, err := json.Marshal(r.Detail)
	if err != nil {
		return err
	}
	row := auditRow{Seq: r.Seq, At: storage.Time(r.At), Who: r.Who, Via: r.Via, Session: r.Session, Token: r.Token, Address: r.Address,
		Action: r.Action, Kind: r.Kind, Object: r.Object, Outcome: r.Outcome, Detail: string(detail), Prev: r.Prev[:], Hash: r.Hash[:]}
	_, err = t.db.NewInsert().Model(&row).Exec(ctx)
	return err
}

func (t tx) LastRecord(ctx context.Context) (staff.Record, error) {
	var row auditRow
	err := t.db.NewSelect().Model(&row).Order("a.seq DESC").Limit(1).Scan(ctx)
	if storage.NotFound(err) {
		return staff.Record{}, nil
	}
	if err != nil {
		return staff.Record{}, err
	}
	return row.record(), nil
}

func (t tx) Records(ctx context.Context, q staff.Query) ([]staff.Record, error) {
	sel := t.db.NewSelect().Model((*auditRow)(nil)).Order("a.seq DESC").Limit(int64(q.Limit))
	for column, value := range map[string]string{"who": string(q.Who), "action": string(q.Action), "kind": q.Kind, "object": q.Object, "outcome": string(q.Outcome)} {
		if value != "" {
			sel = sel.Where("a.? = ?", bun.Ident(column), clean(value))
		}
	}
	if !q.From.IsZero() {
		sel = sel.Where("a.at >= ?", storage.Time(q.From))
	}
	if !q.To.IsZero() {
		sel = sel.Where("a.at < ?", storage.Time(q.To))
	}
	if q.Before > 0 {
		sel = sel.Where("a.seq < ?", q.Before)
	}
	return records(ctx, sel)
}

func records(ctx context.Context, q *bun.SelectQuery) ([]staff.Record, error) {
	var rows []auditRow
	if err := q.Scan(ctx, &rows); err != nil {
		return nil, err
	}
	out := make([]staff.Record, len(rows))
	for i, r := range rows {
		out[i] = r.record()
	}
	return out, nil
}

// walkPage is how many records Walk holds at a time.
const walkPage = 1000

func (t tx) Walk(ctx context.Context, from int64, fn func(staff.Record) error) error {
	for {
		page, err := records(ctx, t.db.NewSelect().Model((*auditRow)(nil)).Where("a.seq >= ?", from).Order("a.seq").Limit(walkPage))
		if err != nil {
			return err
		}
		for _, r := range page {
			if err := fn(r); err != nil {
				return err
			}
			from = r.Seq + 1
		}
		if len(page) < walkPage {
			return nil
		}
	}
}
