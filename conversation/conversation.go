// Package conversation holds the record of anything said between an agent and
// a customer, whether on a call, in a chat or by mail: who spoke, what, and when.
//
// A Conversation is a value. Its text is kept exactly as it came in; every
// position in it counts Unicode code points of that text.
package conversation

import (
	"encoding/json"
	"time"

	"github.com/lianxi-cc/lianxi/internal/id"
)

// Lang is the language a conversation is held in.
type Lang string

// The languages the product understands.
const (
	Chinese Lang = "zh"
	English Lang = "en"
)

// Role says in which capacity somebody speaks.
type Role string

// The roles. System turns are announcements and notices; no one is judged by them.
const (
	Agent    Role = "agent"
	Customer Role = "customer"
	System   Role = "system"
)

// Channel is the medium of a conversation.
type Channel string

// The channels.
const (
	Phone Channel = "phone"
	Chat  Channel = "chat"
)

// Direction says who contacted whom.
type Direction string

// The directions.
const (
	Inbound  Direction = "inbound"
	Outbound Direction = "outbound"
)

// Unknown stands for a time or a confidence that the source does not give.
const Unknown = -1

// Conversation is one conversation from its first to its last turn.
type Conversation struct {
	ID        id.Conversation
	Lang      Lang
	Channel   Channel   // Phone when the source is silent
	Direction Direction // Inbound when the source is silent
	Started   time.Time // zero when unknown
	EndedBy   Role      // who hung up; "" when unknown
	Fields    map[string]json.RawMessage
	Events    []Event
	Turns     []Turn
}

// Turn is what one party says until another speaks.
type Turn struct {
	Role       Role
	Text       string
	Start, End int64 // milliseconds from the conversation's start, or Unknown
	Confidence int   // of the recogniser, per mille, or Unknown
}

// Event is something that happened beside the words: an article opened, a
// hold, a transfer, a work order.
type Event struct {
	Kind string
	At   int64 // milliseconds from the start, or Unknown
	Data json.RawMessage
}
