package score

import (
	"context"
	"encoding/json"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// Method says how a result came about.
type Method string

// The methods.
const (
	ByRule   Method = "rule"   // by Score
	ByModel  Method = "model"  // by a language model
	ByPerson Method = "person" // by an evaluator
	OnTrial  Method = "trial"  // by a version of the card that runs beside the live one; never a mark
)

// TopicAdded is the topic of the event that Store.Add writes; its key is the
// conversation's id, its data {"result": id}.
const TopicAdded = "score.added"

// Record is a result as the house keeps it: once, and unchanged. A correction
// is a new record that names the old one.
type Record struct {
	ID           id.Result
	Key          string // no two records have the same; see RuleKey
	Conversation id.Conversation
	Scorecard    id.Scorecard
	Versions     Versions
	Method       Method
	Rater        id.Person // who judged, ByPerson; never whom the result is about
	Corrects     id.Result // the record this one replaces; "" for none
	Reason       string    // why it does
	Score        Points
	Made         time.Time       // UTC, microseconds
	Result       json.RawMessage // a Result, kept byte for byte
}

// Total returns what a person reads as the score, as Result.String does.
func (r Record) Total() string {
	var result Result
	if json.Unmarshal(r.Result, &result) == nil && result.NA {
		return result.String()
	}
	return r.Score.String()
}

// NewRecord returns the record of what Score found.
func NewRecord(i id.Result, r Result, made time.Time) (Record, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return Record{}, fault.Wrap("score.NewRecord", err)
	}
	return Record{
		ID: i, Key: RuleKey(r), Conversation: r.ID, Scorecard: r.Scorecard, Versions: r.Versions,
		Method: ByRule, Score: r.Score, Made: made, Result: data,
	}, nil
}

// AsTrial returns r as what a version on trial found.
func (r Record) AsTrial() Record {
	r.Method, r.Key = OnTrial, string(OnTrial)+" "+r.Key
	return r
}

// RuleKey is the key of what Score found: the same conversation judged by the
// same versions is the same result, however often it is judged.
func RuleKey(r Result) string {
	key, err := json.Marshal([]string{string(ByRule), string(r.ID), string(r.Scorecard), r.Versions.Scorecard, r.Versions.Engine, r.Versions.Lexicon})
	if err != nil {
		panic(err) // strings can always be marshalled
	}
	return string(key)
}

// Standing returns, of all records of conversations, those that no other corrects,
// in their order. What a card on trial says stands nowhere.
func Standing(records []Record) []Record {
	corrected := make(map[id.Result]bool)
	for _, r := range records {
		corrected[r.Corrects] = true
	}
	var out []Record
	for _, r := range records {
		if !corrected[r.ID] && r.Method != OnTrial {
			out = append(out, r)
		}
	}
	return out
}

// ContestState is where a contest stands.
type ContestState string

// The states. A contest that has been answered never opens again.
const (
	Open   ContestState = "open"
	Agreed ContestState = "agreed" // the evaluator sees it her way; a correction may follow
	Upheld ContestState = "upheld" // the result stands, and the answer says why
)

// Contest is what a person says of a result: I see this differently.
type Contest struct {
	Result   id.Result
	Person   id.Person // who says so
	Item     string    // of the card; "" for the whole result
	Text     string
	Opened   time.Time // UTC, microseconds
	State    ContestState
	Answerer id.Person // "" while open
	Answer   string
	Answered time.Time // zero while open
}

// ContestQuery chooses contests. Zero fields do not restrict.
type ContestQuery struct {
	Result id.Result
	Person id.Person
	State  ContestState
	Limit  int // at most 500; 0 means 50
}

// Store keeps results and what people say of them.
type Store interface {
	// Add stores r durably and, in the same transaction, the event TopicAdded,
	// and returns r. If its key is there already, it stores nothing and returns
	// the record that has it. A correction must name a record of the same
	// conversation that nobody has corrected: NotFound (score.unknown), Conflict
	// (score.corrected).
	Add(ctx context.Context, r Record) (Record, error)
	// Get returns one record; NotFound (score.unknown).
	Get(ctx context.Context, r id.Result) (Record, error)
	// Of returns all records of conversations, the latest first.
	Of(ctx context.Context, c ...id.Conversation) ([]Record, error)
	// OpenContest stores a contest as open; Conflict (score.contested) if the
	// person contests the same already, NotFound if there is no such result.
	OpenContest(ctx context.Context, c Contest) error
	// AnswerContest stores State, Answerer, Answer and Answered of the contest
	// that c's Result, Person and Item name; NotFound, or Conflict
	// (score.answered) if it is not open.
	AnswerContest(ctx context.Context, c Contest) error
	// Contests returns what q chooses, the oldest first.
	Contests(ctx context.Context, q ContestQuery) ([]Contest, error)
}
