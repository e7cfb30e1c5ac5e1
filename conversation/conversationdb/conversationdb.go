// Package conversationdb keeps conversations in SQL, each whole as one line of
// JSONL beside the columns by which it is found.
package conversationdb

import (
	"context"
	"embed"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/event"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
)

//go:embed migrations
var migrations embed.FS

// Migrations returns the tables of conversation.
func Migrations() storage.Migrations { return storage.EmbeddedMigrations(migrations) }

// The lengths of a page: asked for nothing, and at most.
const (
	pageDefault = 50
	pageMax     = 500
)

// Store keeps conversations in a database.
type Store struct {
	db  *storage.DB
	ids *id.Source
}

var _ conversation.Store = (*Store)(nil)

// New returns a Store on db. ids names the events it writes.
func New(db *storage.DB, ids *id.Source) *Store { return &Store{db: db, ids: ids} }

// row is a conversation. Content is what conversation.EncodeJSONL gives.
type row struct {
	bun.BaseModel `bun:"table:conversation_conversations,alias:c"`

	ID        id.Conversation `bun:",pk"`
	Source    conversation.Source
	Owner     id.Person
	Team      id.Team
	Added     time.Time
	Lang      conversation.Lang
	Channel   conversation.Channel
	Direction conversation.Direction
	Started   time.Time `bun:",nullzero"`
	Turns     int
	Content   string
}

func (r *row) head() conversation.Head {
	return conversation.Head{Source: r.Source, Owner: r.Owner, Team: r.Team, Added: r.Added.UTC()}
}

// Add implements conversation.Store.
func (s *Store) Add(ctx context.Context, c conversation.Conversation, h conversation.Head) error {
	content, err := conversation.EncodeJSONL(c)
	if err != nil {
		return err
	}
	r := row{
		ID: c.ID, Source: h.Source, Owner: h.Owner, Team: h.Team, Added: storage.Time(h.Added),
		Lang: c.Lang, Channel: c.Channel, Direction: c.Direction, Turns: len(c.Turns), Content: string(content),
	}
	if !c.Started.IsZero() {
		r.Started = storage.Time(c.Started)
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		res, err := tx.NewInsert().Model(&r).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return same(ctx, tx, &r, err)
		}
		return event.Append(ctx, tx, event.Event{
			ID: id.Make[id.Event](s.ids), Topic: conversation.TopicAdded, Key: string(c.ID), At: h.Added,
		})
	})
	return fault.Wrap("conversationdb.Add", err)
}

// same returns Conflict unless the conversation stored under r's id is r.
func same(ctx context.Context, tx bun.IDB, r *row, err error) error {
	if err != nil {
		return err
	}
	var old row
	if err := tx.NewSelect().Model(&old).Where("id = ?", r.ID).Scan(ctx); err != nil {
		return err
	}
	if old.Content != r.Content || old.Source != r.Source || old.Owner != r.Owner {
		return fault.New(fault.Conflict, "conversation.taken", fault.Args{"id": string(r.ID)})
	}
	return nil
}

// Get implements conversation.Store.
func (s *Store) Get(ctx context.Context, c id.Conversation) (conversation.Conversation, conversation.Head, error) {
	var r row
	err := s.db.Read().NewSelect().Model(&r).Where("id = ?", c).Scan(ctx)
	if storage.NotFound(err) {
		err = &fault.Error{Kind: fault.NotFound, Key: "conversation.unknown", Args: fault.Args{"id": string(c)}, Err: err}
	}
	if err != nil {
		return conversation.Conversation{}, conversation.Head{}, fault.Wrap("conversationdb.Get", err)
	}
	out, err := conversation.DecodeJSONL([]byte(r.Content))
	if err != nil {
		return out, r.head(), &fault.Error{Kind: fault.Internal, Op: "conversationdb.Get", Err: err}
	}
	return out, r.head(), nil
}

// List implements conversation.Store.
func (s *Store) List(ctx context.Context, q conversation.Query) ([]conversation.Listed, error) {
	limit := pageDefault
	if q.Limit > 0 {
		limit = min(q.Limit, pageMax)
	}
	var rows []row
	sel := s.db.Read().NewSelect().Model(&rows).ExcludeColumn("content").OrderExpr("added DESC, id DESC").Limit(int64(limit))
	if q.Owner != "" {
		sel.Where("owner = ?", q.Owner)
	}
	if q.Owners != nil {
		sel.Where("owner IN (?)", bun.List(append([]id.Person{""}, q.Owners...))).Where("owner <> ''")
	}
	if len(q.Teams) > 0 {
		sel.Where("team IN (?)", bun.List(q.Teams))
	}
	if q.Source != "" {
		sel.Where("source = ?", q.Source)
	}
	if q.After != "" {
		sel.Where("(added, id) < (SELECT p.added, p.id FROM conversation_conversations AS p WHERE p.id = ?)", q.After)
	}
	if err := sel.Scan(ctx); err != nil {
		return nil, fault.Wrap("conversationdb.List", err)
	}
	out := make([]conversation.Listed, len(rows))
	for i := range rows {
		r := &rows[i]
		out[i] = conversation.Listed{Head: r.head(), ID: r.ID, Lang: r.Lang, Channel: r.Channel, Direction: r.Direction, Turns: r.Turns}
		if !r.Started.IsZero() {
			out[i].Started = r.Started.UTC()
		}
	}
	return out, nil
}

// Erase implements conversation.Store.
func (s *Store) Erase(ctx context.Context, owner id.Person) (n int, err error) {
	if owner == "" {
		return 0, nil // whose owner is unknown belongs to nobody in particular
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		res, err := tx.NewDelete().Model((*row)(nil)).Where("owner = ?", owner).Exec(ctx)
		if err != nil {
			return err
		}
		affected, err := res.RowsAffected()
		n = int(affected)
		return err
	})
	return n, fault.Wrap("conversationdb.Erase", err)
}
