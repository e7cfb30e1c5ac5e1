package skill

import (
	"context"

	"github.com/lianxi-cc/lianxi/internal/id"
)

// Store keeps sealed entries, their keys and the heads. Append runs fn in one
// durable transaction, after every other Append of the centre on any node, so
// that fn may read the ends of the chains and continue them; fn must be short
// and may be run again. View runs fn on one moment of the store, read only,
// however long it takes.
type Store interface {
	Append(ctx context.Context, fn func(Tx) error) error
	View(ctx context.Context, fn func(View) error) error
}

// Tx is a View that may also add. DestroyKeys overwrites and removes the keys
// of a person's entries up to and with the number upTo.
type Tx interface {
	View
	Add(ctx context.Context, s Sealed, k Key, h Head) error
	DestroyKeys(ctx context.Context, p id.Person, upTo int64) error
}

// View reads the store. What is not there is the zero value.
type View interface {
	Last(ctx context.Context, p id.Person) (Sealed, error)
	LastHead(ctx context.Context) (Head, error)
	Find(ctx context.Context, e id.Entry) (Sealed, Key, error)
	FindSource(ctx context.Context, p id.Person, source string) (Sealed, Key, error)
	Archive(ctx context.Context, p id.Person) ([]Sealed, []Key, error) // by Seq
	Whole
}

// Place is a place in the order of persons, bytewise by id, and numbers.
type Place struct {
	Person id.Person
	Seq    int64
}

// Whole reads everything in pages, for Verify. A page holds at most limit
// rows that come after the given place; heads by person come by N within one
// place. Counts returns how many entries, keys and heads there are.
type Whole interface {
	Heads(ctx context.Context, after int64, limit int) ([]Head, error)
	HeadsAfter(ctx context.Context, after Place, limit int) ([]Head, error)
	EntriesAfter(ctx context.Context, after Place, limit int) ([]Sealed, error)
	KeysAfter(ctx context.Context, after Place, limit int) ([]Key, error)
	Counts(ctx context.Context) (entries, keys, heads int64, err error)
}
