package staff

import (
	"context"

	"github.com/lianxi-cc/lianxi/internal/id"
)

// Store keeps what the Service needs. Change runs fn in one durable
// transaction: all of it is kept, or none. Changes of one centre run one
// after the other, on every node, so fn may read, decide and write; it must
// be short, and may be run again. View runs fn on what was last committed; its
// Tx refuses to write.
type Store interface {
	View(ctx context.Context, fn func(Tx) error) error
	Change(ctx context.Context, fn func(Tx) error) error
}

// Tx is the store within a transaction. A look-up of what is not there
// returns NotFound with the key staff.<thing>.unknown.
type Tx interface {
	People
	Teams
	Sessions
	Tokens
	Tallies
	Log
	Rules
}

// Filter chooses people, by display name and then id. Zero fields do not
// restrict.
type Filter struct {
	Text  string      // part of the sign-in or display name
	Role  Roles       // people with any of these
	State State       // "" for all
	Teams []id.Team   // members of any of these
	IDs   []id.Person // these; who is not there is left out
	After id.Person   // for the next page: the last of the one before
	Limit int         // at most 500; 0 means 100
}

// People keeps persons. SavePerson inserts or replaces by id; it returns
// Conflict with staff.name.taken or staff.identity.taken.
type People interface {
	Person(ctx context.Context, p id.Person) (Person, error)
	PersonByName(ctx context.Context, folded string) (Person, error)
	PersonByIdentity(ctx context.Context, i Identity) (Person, error)
	People(ctx context.Context, f Filter) ([]Person, error)
	SavePerson(ctx context.Context, p Person) error
}

// Teams keeps teams and who is in them. SaveTeam inserts or replaces by id.
// SetMember inserts or replaces a person's part; the part "" takes her out.
// Memberships returns those of people, MembersOf a team's, by team and person.
type Teams interface {
	Teams(ctx context.Context) ([]Team, error)
	SaveTeam(ctx context.Context, t Team) error
	SetMember(ctx context.Context, m Membership) error
	Memberships(ctx context.Context, who ...id.Person) ([]Membership, error)
	MembersOf(ctx context.Context, t id.Team) ([]Membership, error)
}

// Sessions keeps who is signed in where. EndSessions removes those of a
// person but keep ("" keeps none).
type Sessions interface {
	Session(ctx context.Context, s id.Session) (Session, error)
	SessionsOf(ctx context.Context, p id.Person) ([]Session, error)
	SaveSession(ctx context.Context, s Session) error
	EndSession(ctx context.Context, s id.Session) error
	EndSessions(ctx context.Context, p id.Person, keep id.Session) error
}

// Tokens keeps API tokens. SaveToken inserts or replaces by id.
type Tokens interface {
	Token(ctx context.Context, t id.Token) (Token, error)
	TokensOf(ctx context.Context, p id.Person) ([]Token, error)
	SaveToken(ctx context.Context, t Token) error
}

// Tallies keeps counts of failed sign-ins by key; a key that is not there has
// the zero Tally. Saving the zero Tally removes it.
type Tallies interface {
	Tally(ctx context.Context, key string) (Tally, error)
	SaveTally(ctx context.Context, key string, t Tally) error
}

// Log keeps the audit log. LastRecord returns the zero Record when it is
// empty. Walk calls fn for every record from number from on, oldest first, and
// stops at fn's error.
type Log interface {
	LastRecord(ctx context.Context) (Record, error)
	AddRecord(ctx context.Context, r Record) error
	Records(ctx context.Context, q Query) ([]Record, error)
	Walk(ctx context.Context, from int64, fn func(Record) error) error
}

// Rules keeps an edited permission table. No rows mean the default table.
type Rules interface {
	Grants(ctx context.Context) ([]Grant, error)
	SaveGrants(ctx context.Context, rows []Grant) error
}
