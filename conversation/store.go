package conversation

import (
	"context"
	"time"

	"github.com/lianxi-cc/lianxi/internal/id"
)

// Source says how a conversation came into the house.
type Source string

// The sources.
const (
	Posted    Source = "posted"    // handed in, by a file or by the API
	Practised Source = "practised" // held with a virtual customer
)

// TopicAdded is the topic of the event that Store.Add writes; its key is the
// conversation's id.
const TopicAdded = "conversation.added"

// Head is what the house knows of a conversation beside its words.
type Head struct {
	Source Source
	Owner  id.Person // the agent who led it; "" when unknown
	Team   id.Team   // hers at that time; "" when unknown
	Added  time.Time // UTC, microseconds
}

// Listed is one line of a list of conversations.
type Listed struct {
	Head
	ID        id.Conversation
	Lang      Lang
	Channel   Channel
	Direction Direction
	Started   time.Time // UTC; zero when unknown
	Turns     int
}

// Query chooses conversations. Zero fields do not restrict.
type Query struct {
	Owner  id.Person
	Owners []id.Person // any of these; an empty list that is not nil chooses nothing
	Teams  []id.Team   // of any of these
	Source Source
	After  id.Conversation // for the next page: the last of the one before
	Limit  int             // at most 500; 0 means 50
}

// Store keeps conversations whole.
type Store interface {
	// Add stores c durably and, in the same transaction, the event TopicAdded.
	// Adding it again is no error and changes nothing; a different one under
	// the same id is Conflict (conversation.taken).
	Add(ctx context.Context, c Conversation, h Head) error
	// Get returns what Add stored; NotFound (conversation.unknown).
	Get(ctx context.Context, c id.Conversation) (Conversation, Head, error)
	// List returns what q chooses, the latest added first.
	List(ctx context.Context, q Query) ([]Listed, error)
	// Erase removes every conversation of owner and returns how many there were.
	Erase(ctx context.Context, owner id.Person) (int, error)
}
