package client

import (
	"encoding/json"
	"time"
)

// Problem is an error as the API tells it (RFC 9457).
type Problem struct {
	Type   string `json:"type" doc:"about:blank"`
	Title  string `json:"title" doc:"The kind of problem, in the reader's language"`
	Status int    `json:"status" doc:"The HTTP status"`
	Detail string `json:"detail" doc:"What happened, in the reader's language"`
	Key    string `json:"key,omitempty" doc:"A stable name of the message, for programs"`
	Line   int    `json:"line,omitempty" doc:"Where in the body, from 1"`
	Column int    `json:"column,omitempty" doc:"Where in the line, in code points from 1"`
}

// Error returns the problem as one line.
func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType returns the media type of a problem.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// Person is somebody of the centre.
type Person struct {
	ID       string       `json:"id"`
	Name     string       `json:"name" doc:"The sign-in name"`
	Display  string       `json:"display" doc:"How colleagues read it"`
	Language string       `json:"language,omitempty" doc:"BCP 47; absent follows the browser"`
	Roles    []string     `json:"roles"`
	State    string       `json:"state" doc:"active, or why not"`
	Teams    []Membership `json:"teams,omitempty" doc:"Of one person only, not in lists"`
}

// Membership says which part a person has in a team.
type Membership struct {
	Team string `json:"team"`
	Kind string `json:"kind" doc:"team, class, course or department"`
	Part string `json:"part" doc:"member or head"`
}

// People is one page of people.
type People struct {
	People []Person `json:"people"`
	Next   string   `json:"next,omitempty" doc:"after of the next page; absent on the last"`
}

// Head is what is known of a conversation beside its words.
type Head struct {
	ID        string     `json:"id"`
	Source    string     `json:"source" doc:"posted or practised"`
	Agent     string     `json:"agent,omitempty" doc:"The person who led it"`
	Added     time.Time  `json:"added"`
	Lang      string     `json:"lang"`
	Channel   string     `json:"channel"`
	Direction string     `json:"direction"`
	Started   *time.Time `json:"started,omitempty"`
	Turns     int        `json:"turns"`
}

// Conversations is one page of conversations.
type Conversations struct {
	Conversations []Head `json:"conversations"`
	Next          string `json:"next,omitempty" doc:"after of the next page; absent on the last"`
}

// Conversation is a conversation with its words and its results.
type Conversation struct {
	Head
	Record  Record   `json:"record" doc:"The conversation as it was brought in"`
	Results []Result `json:"results" doc:"Those that stand, the latest first; absent without the permission"`
}

// Posted is the answer to a conversation that was brought in.
type Posted struct {
	Head
	Result Result `json:"result"`
}

// Result is one judgement of a conversation, by a machine or a person.
type Result struct {
	ID       string    `json:"id"`
	Method   string    `json:"method" doc:"rule, model or person"`
	Corrects string    `json:"corrects,omitempty" doc:"The result that this one replaces"`
	Reason   string    `json:"reason,omitempty" doc:"Why it does"`
	Made     time.Time `json:"made"`
	Score    Score     `json:"score" doc:"As lianxi score prints it"`
}

// Archive is a person's skill archive with what it says of her now.
type Archive struct {
	Person    string     `json:"person"`
	Entries   []Entry    `json:"entries" doc:"In the order in which they were added"`
	Estimates []Estimate `json:"estimates" doc:"By competency, with doubt"`
}

// Entry is one entry of an archive.
type Entry struct {
	ID           string            `json:"id"`
	Seq          int64             `json:"seq" doc:"Counts from 1, without gaps"`
	Kind         string            `json:"kind"`
	At           time.Time         `json:"at"`
	By           string            `json:"by,omitempty" doc:"The person who wrote it; absent for the machine"`
	Names        int64             `json:"names,omitempty" doc:"The seq that a correction corrects, or the last that was erased"`
	Hash         string            `json:"hash" doc:"Covers the entry and the one before it; hexadecimal"`
	Gone         bool              `json:"gone,omitempty" doc:"Its content was erased"`
	Of           *time.Time        `json:"of,omitempty" doc:"When what it speaks of happened"`
	Conversation string            `json:"conversation,omitempty"`
	Result       string            `json:"result,omitempty"`
	Marks        []Mark            `json:"marks,omitempty"`
	Text         map[string]string `json:"text,omitempty" doc:"By language"`
}

// Mark is how well one competency was shown; only the ratio counts.
type Mark struct {
	Competency string `json:"competency"`
	Points     int64  `json:"points"`
	Max        int64  `json:"max"`
}

// Estimate is what the marks say of a competency now, in per mille.
type Estimate struct {
	Competency string `json:"competency"`
	Mean       int    `json:"mean"`
	Low        int    `json:"low" doc:"Lower end of the band"`
	High       int    `json:"high" doc:"Upper end of the band"`
	Marks      int    `json:"marks" doc:"How many marks count"`
}

// Record is a conversation in the form of one line of JSONL; decode it with
// conversation.DecodeJSONL.
type Record []byte

// MarshalJSON returns the record as it is.
func (r Record) MarshalJSON() ([]byte, error) { return json.RawMessage(r).MarshalJSON() }

// UnmarshalJSON keeps the record as it came.
func (r *Record) UnmarshalJSON(b []byte) error { *r = append((*r)[:0], b...); return nil }

// Score is a result in the form of one line of lianxi score, byte for byte as
// it was made.
type Score []byte

// MarshalJSON returns the score as it is.
func (s Score) MarshalJSON() ([]byte, error) { return json.RawMessage(s).MarshalJSON() }

// UnmarshalJSON keeps the score as it came.
func (s *Score) UnmarshalJSON(b []byte) error { *s = append((*s)[:0], b...); return nil }
