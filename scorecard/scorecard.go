// Package scorecard holds the rule language: what a quality manager writes to
// say how a conversation turns into a score.
//
// A Card has sections, a section has items, an item has conditions, and a
// condition is a Test: an operator with a scope, over acts, words, order and
// timing. The text form is YAML; Parse checks it with positions, Format writes
// it back, and neither loses anything. Files share definitions and items in
// parts, which Read and Load put into the text before anybody else sees it.
// What the operators mean is in docs/rule-language.md; the table Operators is
// where both come from.
package scorecard

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// Text is a wording by language.
type Text map[conversation.Lang]string

// In returns the text in lang, or in the other language when there is none.
func (t Text) In(lang conversation.Lang) string {
	if s, ok := t[lang]; ok {
		return s
	}
	for _, other := range []conversation.Lang{conversation.Chinese, conversation.English} {
		if s, ok := t[other]; ok {
			return s
		}
	}
	return ""
}

// Card is one version of a scorecard. It is not changed after Parse, and is
// safe for use by several goroutines.
type Card struct {
	ID       id.Scorecard
	Number   int    // the version number its owner gave
	Version  string // Number and the first 8 hex digits of the hash of its text form
	State    State
	Owner    string // who answers for it
	Title    Text
	About    Text
	Scheme   Scheme
	Start    int           // Deduct: the score before anything is taken
	Sets     []Set         // synonyms, by name
	Define   []*Definition // tests with a name, in the order of the text
	Sections []Section
	Examples []Example

	text    []byte                 // as it was read, whole
	source  *yaml.Node             // keeps comments and layout for Format
	indexes [2]func() *PhraseIndex // by language; see Index
	leaves  int
}

// Scheme says how points become a score.
type Scheme string

// The schemes. Weighted: 100·Σ w·s / Σ w over what is not N/A. Deduct: starts
// at Card.Start and takes points per hit.
const (
	Weighted Scheme = "weighted"
	Deduct   Scheme = "deduct"
)

// Set is a named list of phrases that words tests write as <name>.
type Set struct {
	Name    string
	Phrases Phrases
}

// Definition is a test with a name, for other tests to use.
type Definition struct {
	Name string
	Test *Test
}

// Section groups items. A Weight of 0 lets its items' weights count directly;
// otherwise the section's own score counts by Weight.
type Section struct {
	ID     string
	Title  Text
	Weight int
	Items  []Item
}

// Item is one line of a scorecard.
type Item struct {
	ID           string
	Title        Text
	Why          Text // the reason the item exists
	Weight       int
	Scale        Scale
	State        State // Live unless the text says otherwise
	Owner        string
	Method       Method
	Competencies []id.Competency
	Critical     Critical
	AutoFail     Reach
	Cap          int   // a missed item caps the whole score at this; -1: no cap
	When         *Test // N/A unless it hits; nil: always applicable
	Missed       *Test // looked at first
	Met          *Test // nil: met unless Missed or Partly hits
	Partly       *Test
	Count        *Count // replaces Met, Partly and Missed
	Share        *Share // so does this
	Say          map[Verdict]Text
	Feeling      Text // what the customer felt when it was missed
	Better       Text // what would have been better
}

// tests returns the tests that judge the item; nil for what it leaves out.
func (it *Item) tests() []*Test {
	out := []*Test{it.When, it.Missed, it.Met, it.Partly}
	if it.Count != nil {
		out = append(out, it.Count.Of)
	}
	if it.Share != nil {
		out = append(out, it.Share.Of)
	}
	return out
}

// Count scores by hits: each takes Take from Max, at most Max.
type Count struct {
	Of   *Test
	Take int
	Max  int
}

// Share scores by how many of the agent's turns a test hits: nothing up to None
// per cent of them, everything from Full on, in proportion between. With Full
// below None the fewer are the better.
type Share struct {
	Of         *Test
	None, Full int
}

// Worth returns what so many hit turns of so many, at least one, are worth, in
// tenths of 1000, so that a result's points tell it.
func (s *Share) Worth(hit, turns int) int {
	// In parts of (Full-None) % of the turns, rounded half up.
	part := (100*hit - s.None*turns) * 10
	whole := (s.Full - s.None) * turns
	if whole < 0 {
		part, whole = -part, -whole
	}
	return min(max((2*part+whole)/(2*whole), 0), 10) * 100
}

// Verdict is the outcome of an item.
type Verdict string

// The verdicts.
const (
	Met    Verdict = "met"
	Partly Verdict = "partly"
	Missed Verdict = "missed"
	NA     Verdict = "na"
)

// Valid reports whether v is a verdict.
func (v Verdict) Valid() bool { return slices.Contains(verdicts, v) }

// verdicts lists them in the order of a text.
var verdicts = []Verdict{Met, Partly, Missed, NA}

// Scale gives the share of an item's weight for met, partly and missed, per
// mille of its best.
type Scale struct {
	Name                string // "yes-no", "5-3-1" or "points"
	Met, Partly, Missed int    // points of the scale; Met is the most
}

// The scales of the text form; "points" has its own numbers.
var (
	yesNo = Scale{Name: "yes-no", Met: 2, Partly: 1, Missed: 0}
	five  = Scale{Name: "5-3-1", Met: 5, Partly: 3, Missed: 1}
)

// Share returns what verdict v earns, per mille of the item's weight.
func (s Scale) Share(v Verdict) int {
	points := 0
	switch v {
	case Met:
		points = s.Met
	case Partly:
		points = s.Partly
	case Missed:
		points = s.Missed
	}
	if s.Met == 0 {
		return 0
	}
	return (points*1000 + s.Met/2) / s.Met
}

// Method says who judges an item.
type Method string

// The methods. What a model or a person judges is N/A until they have.
const (
	ByRule   Method = "rule"
	ByModel  Method = "model"
	ByPerson Method = "person"
)

// Critical is the class of a critical error.
type Critical string

// The classes.
const (
	NotCritical        Critical = "none"
	CustomerCritical   Critical = "customer"
	BusinessCritical   Critical = "business"
	ComplianceCritical Critical = "compliance"
)

// Reach says how far an automatic fail reaches.
type Reach string

// The reaches.
const (
	NoFail      Reach = "none"
	SectionFail Reach = "section"
	FormFail    Reach = "form"
)

// Example is a stored conversation with what a person says of one item.
type Example struct {
	Item      string
	Verdict   Verdict
	Lang      conversation.Lang
	Channel   conversation.Channel   // Phone when the text is silent
	Direction conversation.Direction // Inbound when the text is silent
	Turns     []string               // "agent: …" or "customer: …"
}

// Known is what a card may speak of. A nil list is not checked.
type Known struct {
	Acts         []analysis.Act
	Competencies []id.Competency
}

// Leaves returns how many tests have a Leaf.
func (c *Card) Leaves() int { return c.leaves }

// Defined returns the test named name, or nil.
func (c *Card) Defined(name string) *Test {
	for _, d := range c.Define {
		if d.Name == name {
			return d.Test
		}
	}
	return nil
}

// Item returns the item with the id, or nil.
func (c *Card) Item(itemID string) *Item {
	for s := range c.Sections {
		for i := range c.Sections[s].Items {
			if c.Sections[s].Items[i].ID == itemID {
				return &c.Sections[s].Items[i]
			}
		}
	}
	return nil
}
