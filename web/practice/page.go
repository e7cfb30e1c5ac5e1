// Package practice is where a person talks with a virtual customer: the list
// of scenarios, the ring, and the call.
package practice

import (
	"time"

	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/web/ui"
)

// ListPage is what can be practised, and what was.
type ListPage struct {
	Open       *OpenCall // a call that was left and can be taken up again
	Groups     []Group   // in the reader's language, by level
	Other      []Group   // in the other one
	OtherTitle string
	Past       []Past
	Papers     []Paper // examinations that wait for the reader
	More       string  // URL of older calls; "" when there are none
}

// OpenCall is a call that still goes on.
type OpenCall struct{ Title, URL, Since string }

// Group is the scenarios of one level in one language.
type Group struct {
	Title string
	Lang  string // of its scenarios
	Items []Item
}

// Item is one scenario in the list. Level runs from 1 to 5.
type Item struct {
	Title, Summary, URL string
	Level               int
	Channel, Direction  string
	Trains              []string
	Lang                string // of its words, zh or en
	Tries               int
}

// Past is one call that was taken. Mark is "" until its result is there.
type Past struct {
	Title, When, URL, Mark string
	State                  string // what the list says instead of a mark
	Lang                   string
}

// Paper is an examination that was set for the reader and not taken yet.
type Paper struct{ Title, Lang, URL, Limit, When string }

// RingPage is the moment before a call.
type RingPage struct {
	Title, Summary, AnswerURL string
	Scenario                  string
	Seed                      uint64 // the form of the scenario that rings
	Outbound                  bool
	Lang                      string
	Level                     int
	Modes                     []ui.Option // guided, practice, exam
	Limit                     string      // of an examination's call; "" for none
	Paper                     bool        // an examination that was set; there is no other mode
}

// CallPage is a call as it goes on.
type CallPage struct {
	Title     string
	SayURL    string
	EndURL    string
	ResultURL string
	Lang      string // of the conversation, zh or en
	Phone     bool
	Outbound  bool
	Started   time.Time
	Card      scenario.CustomerCard
	Lines     []Line
	Guided    bool
	Exam      bool
	Again     int       // the line from which an earlier call is taken again, from 1; 0 for none
	Deadline  time.Time // zero when there is none
	Limit     string
	Heard     []Heard
	Hint      *Hint
	Over      bool
	OverText  string
	Voice     scenario.Voice
}

// Line is one thing said.
type Line struct {
	Customer bool
	Text     string
	Machine  bool // a language model found the words
}

// Heard is one act found in an agent's line.
type Heard struct {
	Title, Quote string
	Good         bool
}

// Hint is the one thing worth trying next.
type Hint struct{ Title, Text string }

// speechTag is the language tag that a browser's voices are chosen by.
func (c CallPage) speechTag() string {
	if c.Lang == "en" {
		return "en"
	}
	return "zh"
}
