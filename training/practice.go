// Package training leads a person from the first lesson to the desk. It holds
// practice: a call with a virtual customer, turn by turn, which survives a
// crash because every turn is durable before it is answered.
package training

import (
	"context"
	"time"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scenario"
)

// Notes says when a trainee sees what was heard in her lines.
type Notes string

// When notes are shown.
const (
	NotesOff   Notes = "off"   // never; as in an examination
	NotesAfter Notes = "after" // with the result
	NotesLive  Notes = "live"  // beside the call, one at a time
)

// State is where a practice call stands.
type State string

// The states, in order. A call never goes back.
const (
	Talking  State = "talking"
	Finished State = "finished" // hung up; its result is on the way
	Scored   State = "scored"
)

// Practice is one call of a person with a virtual customer.
//
// The call itself is not stored: the same scenario, seed, agent lines and
// delays give the same call, so it is played again when it is needed, or from
// its first lines only. Words that a language model chose are stored and taken
// from there: no model is asked twice.
type Practice struct {
	ID           id.Practice
	Person       id.Person
	Scenario     id.Scenario
	Version      string // of the scenario that it is played with; "" in calls older than the centre's library
	Seed         uint64
	Notes        Notes
	State        State
	Ending       scenario.Ending // "" while talking
	EndedBy      conversation.Role
	Started      time.Time
	Ended        time.Time // zero while talking
	Conversation id.Conversation
	Retakes      id.Practice // the call that this one takes again; "" when none
	From         int         // of a retake: the first line that is its own

	Paper  id.Paper      // that set the call; "" for none
	Limit  time.Duration // how long it may last; 0 for as long as the customer bears
	Worded bool          // an examination's call that a model may word: its paper says so
}

// Deadline is when the call ends by itself; ok is false when it has no limit.
func (p Practice) Deadline() (at time.Time, ok bool) {
	return p.Started.Add(p.Limit), p.Limit > 0
}

// overdue reports whether the call should have ended by now.
func (p Practice) overdue(now time.Time) bool {
	at, limited := p.Deadline()
	return limited && p.State == Talking && !now.Before(at)
}

// Exam reports whether the call is an examination's: the house chose the form,
// nobody helps, its time is limited, and it cannot be taken again.
func (p Practice) Exam() bool { return p.Notes == NotesOff }

// Mode names how the call is held, as its conversation says: guided, practice or
// exam.
func (p Practice) Mode() string {
	switch p.Notes {
	case NotesLive:
		return "guided"
	case NotesOff:
		return "exam"
	}
	return "practice"
}

// Line is one turn of a practice call. At counts milliseconds from the start.
type Line struct {
	Seq   int // counts from 0
	Role  conversation.Role
	Text  string
	At    int64
	Delay int64 // agent lines: milliseconds since the customer's last word
	// Template is the line as the scenario has it, where a language model found
	// the words in Text; "" where Text is that line.
	Template string
}

// MachineWorded reports whether a language model found the words. Who reads
// them is told.
func (l Line) MachineWorded() bool { return l.Template != "" }

// scripted is what the scenario made the customer say.
func (l Line) scripted() string {
	if l.MachineWorded() {
		return l.Template
	}
	return l.Text
}

// Scenarios are what can be practised; a *scenario.Library is.
type Scenarios interface {
	// Live returns the scenarios that calls can begin with, in the order of lists.
	Live(ctx context.Context) ([]*scenario.Scenario, error)
	// Scenario returns the version of one that calls begin with. NotFound.
	Scenario(ctx context.Context, s id.Scenario) (*scenario.Scenario, error)
	// At returns one as it was in a version, "" for the one in force. NotFound.
	At(ctx context.Context, s id.Scenario, version string) (*scenario.Scenario, error)
}

// Worder words what a customer says anew; ok is false when the line stays as
// the scenario has it. accepts says whether words may stand for it.
type Worder interface {
	Word(ctx context.Context, b scenario.Brief, accepts func(string) scenario.Refusal) (text string, ok bool)
}

// Note is something heard in an agent's line, for the trainee to see.
type Note struct {
	Seq     int // of the line
	Finding analysis.Finding
}

// Store keeps practice calls.
type Store interface {
	// BeginPractice stores a new call with its opening lines. Conflict when the id is
	// taken, or a call of its paper was begun already.
	BeginPractice(ctx context.Context, p Practice, opening []Line) error
	// AppendLines stores lines durably behind those there are. Conflict when
	// the first Seq is not the next one: somebody else spoke meanwhile.
	AppendLines(ctx context.Context, practice id.Practice, lines []Line) error
	// FinishPractice stores the last lines, the ending and, in the same
	// transaction, the event practice.finished. Conflict when it is finished.
	FinishPractice(ctx context.Context, p Practice, last []Line) error
	// MarkScored moves a finished call to Scored; doing so twice is no error.
	MarkScored(ctx context.Context, practice id.Practice) error
	// Practice returns a call and its lines. NotFound.
	Practice(ctx context.Context, practice id.Practice) (Practice, []Line, error)
	// PracticeOf returns the call that a conversation came from. NotFound.
	PracticeOf(ctx context.Context, c id.Conversation) (Practice, []Line, error)
	// Practices lists a person's calls, newest first, from before on.
	Practices(ctx context.Context, person id.Person, before id.Practice, limit int) ([]Practice, error)
	// Retakes lists the calls that take one again, oldest first.
	Retakes(ctx context.Context, practice id.Practice) ([]Practice, error)
	// Overdue lists calls that still go on although their deadline is not after at.
	Overdue(ctx context.Context, at time.Time) ([]id.Practice, error)
	Papers
}

// TopicFinished is the topic of the event that FinishPractice writes; its key
// is the practice's id.
const TopicFinished = "practice.finished"
