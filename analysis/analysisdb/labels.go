package analysisdb

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
)

type labelRow struct {
	bun.BaseModel `bun:"table:analysis_labels,alias:b"`

	ID           id.Label `bun:",pk"`
	Utterance    string   // a JSON object, said
	Acts         string   // JSON lists
	Nots         string
	Note         string
	Conversation id.Conversation
	Turn         int
	Author       id.Person
	Made         time.Time
}

// said is an utterance as a label keeps it.
type said struct {
	Lang      conversation.Lang      `json:"lang"`
	Channel   conversation.Channel   `json:"channel"`
	Direction conversation.Direction `json:"direction"`
	Role      conversation.Role      `json:"role"`
	Text      string                 `json:"text"`
	Before    []before               `json:"before"`
}

type before struct {
	Role conversation.Role `json:"role"`
	Text string            `json:"text"`
}

// AddLabel implements analysis.LexiconStore.
func (s *Store) AddLabel(ctx context.Context, l analysis.Label) error {
	const op = "analysisdb.AddLabel"
	if l.ID == "" || l.Author == "" || l.Conversation == "" || l.Turn < 0 || l.Utterance.Text == "" || l.Made.IsZero() {
		return malformed(op)
	}
	row := labelRow{ID: l.ID, Note: l.Note, Conversation: l.Conversation, Turn: l.Turn, Author: l.Author, Made: storage.Time(l.Made)}
	u := said{l.Utterance.Lang, l.Utterance.Channel, l.Utterance.Direction, l.Utterance.Role, l.Utterance.Text, []before{}}
	for _, t := range l.Utterance.Context {
		u.Before = append(u.Before, before{t.Role, t.Text})
	}
	for _, part := range []struct {
		to   *string
		from any
	}{{&row.Utterance, u}, {&row.Acts, notNil(l.Acts)}, {&row.Nots, notNil(l.Not)}} {
		text, err := json.Marshal(part.from)
		if err != nil {
			return fault.Wrap(op, err)
		}
		*part.to = string(text)
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
	if storage.IsUnique(err) {
		err = fault.New(fault.Conflict, "lexicon.label.taken", nil)
	}
	return fault.Wrap(op, err)
}

func notNil(acts []analysis.Act) []analysis.Act {
	if acts == nil {
		return []analysis.Act{}
	}
	return acts
}

func (r *labelRow) label() (analysis.Label, error) {
	l := analysis.Label{ID: r.ID, Note: r.Note, Conversation: r.Conversation, Turn: r.Turn, Author: r.Author, Made: r.Made.UTC()}
	var u said
	for _, part := range []struct {
		from string
		to   any
	}{{r.Utterance, &u}, {r.Acts, &l.Acts}, {r.Nots, &l.Not}} {
		if err := json.Unmarshal([]byte(part.from), part.to); err != nil {
			return l, err
		}
	}
	l.Utterance = analysis.Utterance{Lang: u.Lang, Channel: u.Channel, Direction: u.Direction, Role: u.Role, Text: u.Text}
	for _, b := range u.Before {
		l.Utterance.Context = append(l.Utterance.Context, conversation.Turn{Role: b.Role, Text: b.Text,
			Start: conversation.Unknown, End: conversation.Unknown, Confidence: conversation.Unknown})
	}
	return l, nil
}

// Labels implements analysis.LexiconStore.
func (s *Store) Labels(ctx context.Context) ([]analysis.Label, error) {
	var rows []labelRow
	if err := s.db.Read().NewSelect().Model(&rows).OrderExpr("made, id").Scan(ctx); err != nil {
		return nil, fault.Wrap("analysisdb.Labels", err)
	}
	out := make([]analysis.Label, len(rows))
	for i := range rows {
		var err error
		if out[i], err = rows[i].label(); err != nil {
			return nil, fault.Wrap("analysisdb.Labels", err)
		}
	}
	return out, nil
}

// RemoveLabel implements analysis.LexiconStore.
func (s *Store) RemoveLabel(ctx context.Context, l id.Label) error {
	err := s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		res, err := tx.NewDelete().Model((*labelRow)(nil)).Where("id = ?", l).Exec(ctx)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "lexicon.label.unknown", nil)
		}
		return err
	})
	return fault.Wrap("analysisdb.RemoveLabel", err)
}
