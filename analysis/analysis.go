// Package analysis holds what the engines find in a conversation: which act,
// in which turn, at which characters, and how sure they are.
//
// The engines are below it: language finds acts in words, voice measures
// sound. Both take values and return values.
package analysis

import "github.com/lianxi-cc/lianxi/conversation"

// Act is the id of something said that matters for service, such as "greet"
// or "blunt-refusal". The ids are stable; the catalogue of acts is content.
type Act string

// Finding is one occurrence of an act. From and To are the half-open range of
// Unicode code points in the turn's text as it was given.
type Finding struct {
	Act      Act
	Turn     int // counts from 0
	From, To int
	Sure     int    // per mille; 1000 for a wording matched literally; see Heard
	Why      string // the wording or the model feature that spoke for it
}

// Heard is the certainty from which on an act counts as heard. Only signals
// that the catalogue calls faint are found with less: they are nearly heard.
const Heard = 500

// Faint reports whether f is but nearly heard; where nobody says how sure it is,
// it is heard.
func (f *Finding) Faint() bool { return f.Sure > 0 && f.Sure < Heard }

// Kind classes acts by what they mean for a score.
type Kind string

// The kinds of acts.
const (
	Technique    Kind = "technique" // an agent act that serves
	Fault        Kind = "fault"     // an agent act that harms
	CustomerSays Kind = "customer"  // a customer act
	Signal       Kind = "signal"    // no act of service; only rules ask for it
)

// ActInfo describes an act in the catalogue. The texts are by language.
type ActInfo struct {
	ID      Act
	Kind    Kind
	Title   map[conversation.Lang]string
	Meaning map[conversation.Lang]string
	Feeling map[conversation.Lang]string // a fault: what the customer feels
	Better  map[conversation.Lang]string // a fault: what would have been better
	// By is who gives a signal; of other acts their kind says it.
	By conversation.Role
	// Family is what a signal is labelled together with: of an utterance that is
	// labelled for one of a family, all of it is known.
	Family string
	// HidesIn are the acts whose utterances may carry a signal without being
	// labelled so: training takes none of them for a counterexample. AnyAct stands
	// for all utterances that are labelled for acts of service.
	HidesIn []Act
	// Faint says of a signal that it is also found when it is nearly heard.
	Faint bool
}

// AnyAct is no act: see ActInfo.HidesIn.
const AnyAct Act = "any"

// Speaker returns whose turns the act is looked for in.
func (a ActInfo) Speaker() conversation.Role {
	switch a.Kind {
	case CustomerSays:
		return conversation.Customer
	case Signal:
		return a.By
	}
	return conversation.Agent
}

// Utterance is one turn with what came before it, as an engine hears it.
// Context holds the preceding turns, oldest first.
type Utterance struct {
	Lang      conversation.Lang
	Channel   conversation.Channel
	Direction conversation.Direction
	Role      conversation.Role
	Context   []conversation.Turn
	Text      string
}
