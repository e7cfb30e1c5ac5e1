package analysis

import (
	"context"
	"slices"
	"time"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// Lexicon is one version of a centre's own wordings, which are heard beside
// the built-in ones. A version never changes; who edits makes the next one.
type Lexicon struct {
	Number int // counts from 1
	Base   int // the version it was made from; 0 for the first
	Texts  map[conversation.Lang]string
	Author id.Person
	Made   time.Time // UTC, microseconds
	Why    string
}

// MaxLexicon bounds the text of one language, in bytes.
const MaxLexicon = 256 << 10

// MaxWhy bounds a reason, in code points.
const MaxWhy = 500

// Release puts a version in force, from At until the next release. Number 0
// takes all own wordings out of force.
type Release struct {
	Seq     int // counts from 1
	Number  int
	By      id.Person
	At      time.Time // UTC, microseconds
	Why     string
	Version string // of the engine with these wordings, as results name it
}

// Reviewed returns Denied (lexicon.release.own) when who wrote any of what the
// release of version number would bring into force for the first time: a
// wording goes live only by the hand of somebody else. versions are all there
// are, released the numbers that were in force before.
func Reviewed(versions []Lexicon, released []int, number int, who id.Person) error {
	for number != 0 && !slices.Contains(released, number) {
		at := slices.IndexFunc(versions, func(l Lexicon) bool { return l.Number == number })
		if at < 0 {
			return fault.New(fault.NotFound, "lexicon.unknown", fault.Args{"number": number})
		}
		if versions[at].Author == who {
			return fault.New(fault.Denied, "lexicon.release.own", nil)
		}
		number = versions[at].Base
	}
	return nil
}

// Label is an utterance of a real conversation with what a person says must be
// heard in it and what must not. Personal data is masked before it is made one.
type Label struct {
	ID           id.Label
	Utterance    Utterance
	Acts         []Act // all that must be heard
	Not          []Act // tempting ones that must not
	Note         string
	Conversation id.Conversation
	Turn         int
	Author       id.Person
	Made         time.Time // UTC, microseconds
}

// LexiconStore keeps a centre's own wordings and labels.
type LexiconStore interface {
	// SaveLexicon stores l as the next version and returns it with its Number.
	// Its Base must be the newest version there is: Conflict (lexicon.changed)
	// when somebody saved meanwhile. Invalid (lexicon.malformed).
	SaveLexicon(ctx context.Context, l Lexicon) (Lexicon, error)
	// Lexicon returns one version; NotFound (lexicon.unknown).
	Lexicon(ctx context.Context, number int) (Lexicon, error)
	// Lexicons returns all versions without their texts, the newest first.
	Lexicons(ctx context.Context) ([]Lexicon, error)
	// Release stores r and returns it with its Seq. Denied when r.By may not
	// (see Reviewed), NotFound when there is no such version, Conflict
	// (lexicon.released) when it is in force already.
	Release(ctx context.Context, r Release) (Release, error)
	// Releases returns all releases, the newest first.
	Releases(ctx context.Context) ([]Release, error)

	// AddLabel stores a label; Conflict (lexicon.label.taken) when the same turn
	// of the conversation has one. Invalid (lexicon.malformed).
	AddLabel(ctx context.Context, l Label) error
	// Labels returns all labels, the oldest first.
	Labels(ctx context.Context) ([]Label, error)
	// RemoveLabel removes a label; NotFound (lexicon.label.unknown).
	RemoveLabel(ctx context.Context, l id.Label) error
}
