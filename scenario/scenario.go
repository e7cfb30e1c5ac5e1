// Package scenario plays virtual customers: people with hidden facts,
// policies and a mood, moved by what the agent does and leaves undone.
//
// A Scenario is a text (docs/scenario-language.md) that Load reads and checks.
// Start begins a Call from it with a seed. Every agent turn goes in by Say and
// comes back as the customer's Reply. Nothing but the seed, the agent's words
// and the delays decides what happens, so a call is restored by replay.
//
// A turn passes through five files: listen.go (what was said), feel.go (mood),
// decide.go (behaviour), word.go (line), ending.go (how the call ends).
package scenario

import (
	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// Scenario is one situation with one customer, in many parallel forms.
type Scenario struct {
	ID           id.Scenario            `yaml:"id"`
	Lang         conversation.Lang      `yaml:"lang"`
	Title        string                 `yaml:"title"`
	Summary      string                 `yaml:"summary"` // what the trainee is told beforehand
	Trade        string                 `yaml:"trade"`
	Kind         string                 `yaml:"kind"`
	Level        int                    `yaml:"level"` // 1 (easy) to 5 (hard)
	Channel      conversation.Channel   `yaml:"channel"`
	Direction    conversation.Direction `yaml:"direction"`
	Scorecard    id.Scorecard           `yaml:"scorecard"`
	Competencies []id.Competency        `yaml:"competencies"`
	Customer     Customer               `yaml:"customer"`
	Vary         map[string][]Row       `yaml:"vary"`
	Mood         Mood                   `yaml:"mood"`
	Limits       Limits                 `yaml:"limits"`
	Moves        map[analysis.Act]Shift `yaml:"moves"` // what calms or stings this customer more than others
	Desk         Desk                   `yaml:"desk"`
	Verification Verification           `yaml:"verification"`
	Outbound     Outbound               `yaml:"outbound"`
	Order        string                 `yaml:"order"` // of the concerns: "fixed" or "any"
	Concerns     []Concern              `yaml:"concerns"`
	Knows        []Fact                 `yaml:"knows"`
	Forbidden    []Forbidden            `yaml:"forbidden"`
	Policies     []Policy               `yaml:"policies"`
	Lines        map[string]Wordings    `yaml:"lines"`

	// Version is which text this is, "3.1a2b3c4d": the centre's number, and which
	// common texts it was read with. "" when the text is in no store.
	Version string `yaml:"-"`

	manners *manners
	customs map[string]Wordings // what anybody says where Lines has nothing
	ready   map[string]pattern  // of the texts without slots
}

// Customer is who calls.
type Customer struct {
	Age         string   `yaml:"age"`
	Temperament string   `yaml:"temperament"` // a name in mood.yaml
	Pace        string   `yaml:"pace"`        // slow, normal, fast
	Verbosity   string   `yaml:"verbosity"`   // brief, normal, talkative
	Dialect     string   `yaml:"dialect"`
	Tier        string   `yaml:"tier"`
	Voice       Voice    `yaml:"voice"`
	Takes       int      `yaml:"takes"`  // how many characters (zh) or words (en) he follows in one turn; 0: any
	Jargon      []string `yaml:"jargon"` // words he does not understand
}

// Voice is how the customer sounds on a spoken call, in per cent of normal.
type Voice struct {
	Rate  int `yaml:"rate"`
	Pitch int `yaml:"pitch"`
}

// Row is one line of a table of variable parts: slot name to value.
type Row map[string]string

// Limits are the irritations (0 to 1000) from which the customer threatens,
// asks for the supervisor and hangs up. Zero takes the house's default.
type Limits struct {
	Threaten   int `yaml:"threaten"`
	Supervisor int `yaml:"supervisor"`
	HangUp     int `yaml:"hang_up"`
}

// Desk is what the agent finds in the company's systems.
type Desk struct {
	Card     []Entry   `yaml:"card"`
	Orders   []Record  `yaml:"orders"`
	Articles []Article `yaml:"articles"`
}

// Entry is one labelled value on the desk.
type Entry struct {
	Label string `yaml:"label" json:"label"`
	Value string `yaml:"value" json:"value"`
}

// Record is an order, a policy, a ticket: a title and its entries.
type Record struct {
	Title   string  `yaml:"title" json:"title"`
	Entries []Entry `yaml:"entries" json:"entries"`
}

// Article is a page of the knowledge base.
type Article struct {
	Title string `yaml:"title" json:"title"`
	Text  string `yaml:"text" json:"text"`
}

// Verification says whether the request needs the caller's identity. When it
// is due, Facts are what he may be asked, Enough of them suffice, and points
// listed in Before do not count until then (none listed: all of them). When it
// is not due, asking is a fault of process and the customer says so.
type Verification struct {
	Due    bool     `yaml:"due"`
	Facts  []string `yaml:"facts"`
	Enough int      `yaml:"enough"`
	Before []string `yaml:"before"`
	Trust  int      `yaml:"trust"` // below it he wants a reason first
}

// Outbound is what an agent's call meets: interest from 0 to 1000, and the
// interest from which the customer accepts (above 1000: never).
type Outbound struct {
	Interest int `yaml:"interest"`
	Accepts  int `yaml:"accepts"`
}

// Concern is one thing the customer wants: a question, a fault, a grievance.
type Concern struct {
	ID     string   `yaml:"id"`
	Label  string   `yaml:"label"`
	Raise  Wordings `yaml:"raise"`
	Points []Point  `yaml:"points"`
	Accept Wordings `yaml:"accept"`
}

// Point is one thing that must be said (or done) before a concern is settled.
// Every pattern of Says must occur, in any turns; or one of Acts. After names
// points and facts that must come first.
type Point struct {
	ID       string         `yaml:"id"`
	Label    string         `yaml:"label"`
	Says     []string       `yaml:"says"`
	Acts     []analysis.Act `yaml:"acts"`
	After    []string       `yaml:"after"`
	Asks     Wordings       `yaml:"asks"` // how the customer asks for it
	Interest int            `yaml:"interest"`
}

// Fact is something the customer knows and tells when asked.
type Fact struct {
	ID       string    `yaml:"id"`
	Label    string    `yaml:"label"`
	Asked    []string  `yaml:"asked"`    // patterns, one of which must occur in a question
	Hidden   string    `yaml:"hidden"`   // the value no other line may hold
	Withheld *Withheld `yaml:"withheld"` // nil: told at once
	Offers   bool      `yaml:"offers"`   // told at any open question
	Tells    Wordings  `yaml:"tells"`
	Evades   Wordings  `yaml:"evades"`
	Again    Wordings  `yaml:"again"`
	Interest int       `yaml:"interest"`
}

// Withheld says what it takes until a fact is told: trust, one of the acts at
// any time before, points and facts that came first. All that is named holds.
type Withheld struct {
	Trust int            `yaml:"trust"`
	Acts  []analysis.Act `yaml:"acts"`
	After []string       `yaml:"after"`
}

// Forbidden is a promise that must not be made: every pattern in one turn.
type Forbidden struct {
	ID    string   `yaml:"id"`
	Label string   `yaml:"label"`
	Says  []string `yaml:"says"`
	Line  Wordings `yaml:"line"`
}

// Policy is a habit: Do happens When all that is named holds, at most Times
// (0: as long as there are wordings), at least Every agent turns apart.
type Policy struct {
	Do    string `yaml:"do"`
	At    string `yaml:"at"` // "idle": nothing better to say; "first": before anything else; "join": added to what is said
	When  When   `yaml:"when"`
	Times int    `yaml:"times"`
	Every int    `yaml:"every"`
}

// When is a conjunction of conditions; what is not named always holds.
type When struct {
	Irritation Range          `yaml:"irritation"`
	Trust      Range          `yaml:"trust"`
	Patience   Range          `yaml:"patience"`
	Clarity    Range          `yaml:"clarity"`
	Turn       Range          `yaml:"turn"`    // agent turns so far
	Stalled    Range          `yaml:"stalled"` // agent turns without progress
	Acts       []analysis.Act `yaml:"acts"`    // one of them in this turn
	Without    []analysis.Act `yaml:"without"` // none of them so far
	After      []string       `yaml:"after"`   // points said, facts told, concerns settled
	Until      []string       `yaml:"until"`   // none of these yet
	Open       bool           `yaml:"open"`    // a concern is still unsettled
}

// Range holds for From ≤ v < Below; zero is no bound.
type Range struct {
	From  int `yaml:"from"`
	Below int `yaml:"below"`
}

// Wordings are the ways to say one thing, by how heated the customer is. Any
// fits every band.
type Wordings struct {
	Any   []string `yaml:"any"`
	Calm  []string `yaml:"calm"`
	Tense []string `yaml:"tense"`
	Hot   []string `yaml:"hot"`
}

// Mood is how the customer stands to the call; each gauge from 0 to 1000.
type Mood struct {
	Irritation int `yaml:"irritation" json:"irritation"`
	Trust      int `yaml:"trust" json:"trust"`
	Patience   int `yaml:"patience" json:"patience"`
	Clarity    int `yaml:"clarity" json:"clarity"`
}

// Shift is a change of mood.
type Shift struct {
	Irritation int `yaml:"irritation"`
	Trust      int `yaml:"trust"`
	Patience   int `yaml:"patience"`
	Clarity    int `yaml:"clarity"`
}

// Band is how heated the customer is; wordings are chosen by it.
type Band string

// The bands, by irritation.
const (
	Calm  Band = "calm"  // below 350
	Tense Band = "tense" // below 650
	Hot   Band = "hot"
)

// Band returns the band of m.
func (m Mood) Band() Band {
	switch {
	case m.Irritation < 350:
		return Calm
	case m.Irritation < 650:
		return Tense
	}
	return Hot
}

// Ending is how a call went out; "" while it goes on.
type Ending string

// The endings.
const (
	Solved     Ending = "solved"      // settled, and the customer thanked
	SolvedCold Ending = "solved-cold" // settled, but nobody felt heard
	Declined   Ending = "declined"    // outbound: a no, well taken
	Unsolved   Ending = "unsolved"    // left without a solution
	Escalated  Ending = "escalated"   // handed to the supervisor
	HungUp     Ending = "hung-up"     // the customer hung up in anger
)
