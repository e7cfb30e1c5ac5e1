// Package result tells a person how a conversation went: what went best, what
// to try next, the mark with its reasons, and the words that caused them.
package result

import "github.com/lianxi-cc/lianxi/web/ui"

// Page is a conversation with its score.
type Page struct {
	Title, Sub string
	TitleLang  string // of the title, when it is content
	Lang       string // of the conversation, zh or en
	Mine       bool   // the reader is the one who spoke
	Who        string // who spoke, for a reader who is somebody else
	Best, Next string
	Total      string
	Failed     []string // the reasons why the whole result is zero
	Sections   []ui.Section
	Mood       []ui.MoodPoint
	Turns      []Turn
	Unheard    []Remark // what was looked for in the whole call
	Items      []Item
	Full       bool     // nothing is left to add
	Exam       bool     // it was an examination's call
	Worded     bool     // … whose customer a model was allowed to word
	RetakeURL  string   // URL that takes a line to say again; "" when it may not be
	Compare    *Compare // with the call that this one takes again; nil when it takes none
	First      string   // URL of the call that this one takes again; "" when it takes none
	Retakes    []Place  // the calls that take this one again
	Played     string   // which scenario, version, form, mode and time; "" when it was no practice call
	AgainURL   string   // the same scenario once more; "" when there is none
	LiveURL    string   // while the result is on its way
	ReadyURL   string   // says when it is there
	Contest    string   // URL that takes "I see this differently"; "" when the reader may not
	Answer     string   // URL that takes an answer to that; "" when the reader may not
	Versions   string
	Back       ui.Link
	DraftURL   string // makes a scenario of it; "" when the reader may not

	Form      *Form // of an evaluator who judges
	Seen      *Seen // how far the evaluator agrees with the others
	Judges    []Judge
	ReviewURL string // judge again; "" when the reader may not
	QueueURL  string // the next conversation to judge
}

// Turn is one turn with the remarks that stand beside it. Pieces are its
// words, cut where a remark begins or ends.
type Turn struct {
	N       int
	Who     string // agent, customer, system
	Pieces  []Piece
	Remarks []Remark
	Machine bool   // a language model found the words
	Label   string // where one may say what should be heard in it; "" for whom it is not
}

// Piece is a run of words. Ref counts the remark it belongs to within the
// turn, from 1; 0 is none.
type Piece struct {
	Text string
	Ref  int
	Good bool
	Card int // the turn of the remark + 1, when it stands beside another turn; else 0
}

// Remark is what is said in the margin: what was said, what the customer felt,
// what would have been better.
type Remark struct {
	Ref     int
	Kind    Kind
	Title   string
	Said    string
	Times   int // how often it was said, when more than once; else 0
	Feeling string
	Better  string
	Reason  string // Absent: what was looked for, and where
	Item    string // the item it speaks for
	Told    *Told  // what was told about the item; nil when nothing was
	Label   string // where one may say that this was heard wrongly; "" for whom it is not
}

// Kind says what a remark does.
type Kind string

// The kinds of remarks.
const (
	Praise Kind = "praise"
	Advice Kind = "advice"
	Absent Kind = "absent" // something that was not heard; the words beside it are where it was looked for
)

// Item is one item of the scorecard.
type Item struct {
	ID, Title, Section string
	Verdict, Reason    string
	Points, Max        string
	Places             []Place
	Told               *Told
	Machine, Said      string // the machine's verdict and reason, where a person put another in its place
}

// Judge is who judged the conversation, machine or person.
type Judge struct {
	Who, When, Mark, Note string
	InForce               bool
}

// Place is a link to a turn.
type Place struct{ Text, URL string }
