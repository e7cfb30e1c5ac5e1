package scorecard

import (
	"context"
	"time"

	"github.com/lianxi-cc/lianxi/internal/id"
)

// Pack is the author of the versions that came with the content.
const Pack id.Person = "pack"

// Version is one stored text of a card. The text never changes; what the
// centre decides about it is kept beside it, and State is the latest decision.
type Version struct {
	Card   id.Scorecard
	Name   string // as results name it, "3.1a2b3c4d"
	Number int    // counts a card's versions
	Text   string
	State  State
	Author id.Person
	Why    string // what was changed, in her words
	Base   string // the version it was written from; "" for none
	Made   time.Time
}

// Decision puts a version into a state. Going live says on which proof, or
// whose word, it rests.
type Decision struct {
	Card     id.Scorecard
	Version  string
	From, To State
	By       id.Person
	At       time.Time
	Why      string
}

// Store keeps versions of cards. Of a card one version at most is live, and
// one on trial.
type Store interface {
	// AddVersion stores v as it is, and its first decision. A card's version that
	// is there already, by name or number, is Conflict (scorecard.version.taken).
	AddVersion(ctx context.Context, v Version) error
	// Version returns one version; NotFound (scorecard.version.unknown).
	Version(ctx context.Context, card id.Scorecard, name string) (Version, error)
	// InState returns the version of a card that is in a state, the newest of
	// several; NotFound (scorecard.version.unknown).
	InState(ctx context.Context, card id.Scorecard, s State) (Version, error)
	// Versions returns the versions of a card, of all cards for "", without
	// their texts, the newest first.
	Versions(ctx context.Context, card id.Scorecard) ([]Version, error)
	// Decide stores d and moves its version from d.From to d.To; one that is in
	// another state by now is Conflict (scorecard.version.moved). The version that
	// was in d.To's place, live or on trial, is retired in the same transaction.
	Decide(ctx context.Context, d Decision) error
	// Decisions returns the decisions about a card, the latest first.
	Decisions(ctx context.Context, card id.Scorecard) ([]Decision, error)
}
