package scenario

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// Pack is the author of the versions that came with the content.
const Pack id.Person = "pack"

// State is where a version stands in its life.
type State string

// The states. Of a scenario one version at most is live: calls begin with it.
const (
	Draft   State = "draft"
	Live    State = "live"
	Retired State = "retired"
)

// The most bytes that a scenario's text may have, and each of its agent scripts.
const (
	MaxText  = 256 << 10
	MaxAgent = 64 << 10
)

// Agents returns the names of the scripted agents that stand beside a scenario.
func Agents() []string { return []string{"expert", "novice", "rude"} }

// Texts are what makes a scenario: the customer, and the scripted agents by
// name.
type Texts struct {
	Scenario string
	Agents   map[string]string
}

// Version is one stored state of a scenario's texts. The texts never change,
// and may be full of mistakes as long as they are a draft; State is the latest
// decision about them.
type Version struct {
	Scenario id.Scenario
	Number   int // counts a scenario's versions from 1
	Texts    Texts
	State    State
	Author   id.Person
	Why      string // what was changed, in her words
	Base     int    // the version it was written from; 0 for none
	Made     time.Time
}

// Decision puts a version into a state.
type Decision struct {
	Scenario id.Scenario
	Number   int
	From, To State
	By       id.Person
	At       time.Time
	Why      string
}

// Customs are what all scenarios of a language share, as text: the table of
// moods and the common lines. A call is played again with those it had.
type Customs struct {
	Lang         conversation.Lang
	Moods, Lines string
}

// Hash names the customs.
func (c Customs) Hash() string {
	sum := sha256.Sum256([]byte(string(c.Lang) + "\x00" + c.Moods + "\x00" + c.Lines))
	return hex.EncodeToString(sum[:4])
}

// Store keeps versions of scenarios, and the customs they were played with.
type Store interface {
	// AddVersion stores v as it is, and its first decision. A number that is there
	// already, or a second live version, is Conflict (scenario.version.taken).
	AddVersion(ctx context.Context, v Version) error
	// Version returns one version; NotFound (scenario.version.unknown).
	Version(ctx context.Context, s id.Scenario, number int) (Version, error)
	// Versions returns the versions of a scenario, of all for "", without their
	// texts, by scenario and the newest first.
	Versions(ctx context.Context, s id.Scenario) ([]Version, error)
	// Foremost returns of every scenario the version that is live, else the newest,
	// with its texts, by scenario.
	Foremost(ctx context.Context) ([]Version, error)
	// Decide stores d and moves its version from d.From to d.To; one that is in
	// another state by now is Conflict (scenario.version.moved). Going live, the
	// version that was live is retired in the same transaction.
	Decide(ctx context.Context, d Decision) error
	// Decisions returns the decisions about a scenario, the latest first.
	Decisions(ctx context.Context, s id.Scenario) ([]Decision, error)
	// KeepCustoms stores customs under their hash; keeping them twice is no error.
	KeepCustoms(ctx context.Context, c Customs) error
	// Customs returns the customs of that hash; NotFound (scenario.customs.unknown).
	Customs(ctx context.Context, hash string) (Customs, error)
}
