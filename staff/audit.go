package staff

import (
	"crypto/sha256"
	"encoding/json"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// Action names what was done, as "person.create". Other domains add their
// own; the first part is the domain's word.
type Action string

// The actions of this package.
const (
	DidSignIn         Action = "sign-in"
	DidSignOut        Action = "sign-out"
	DidSignOutAll     Action = "sign-out.everywhere"
	DidChangePassword Action = "password.change"
	DidResetPassword  Action = "password.reset"
	DidCreatePerson   Action = "person.create"
	DidChangePerson   Action = "person.change"
	DidSetState       Action = "person.state"
	DidSetRoles       Action = "person.roles"
	DidForget         Action = "person.forget"
	DidCreateTeam     Action = "team.create"
	DidChangeTeam     Action = "team.change"
	DidSetMember      Action = "team.member"
	DidIssueToken     Action = "token.issue"
	DidRevokeToken    Action = "token.revoke"
	DidEditTable      Action = "table.edit"
	DidUnlock         Action = "lockout.clear"
	DidKeepHead       Action = "archive.head" // see package skill
)

// Outcome says how it ended.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"
	Refused Outcome = "refused" // not permitted, or a wrong password
	Failed  Outcome = "failed"
)

// Record is one line of the audit log: who did what to whom or what, when,
// from where, and how it ended. It is never changed or removed. Hash covers
// every other field and the hash of the record before it.
type Record struct {
	Seq     int64 // counts from 1, without gaps
	At      time.Time
	Who     id.Person // "" for the machine, or for somebody unknown
	Via     Via
	Session id.Session
	Token   id.Token
	Address string
	Action  Action
	Kind    string // of what it was done to: "person", "team", "token", …
	Object  string // its id
	Outcome Outcome
	Detail  map[string]string // small; never a password, a text or a mark
	Prev    [sha256.Size]byte
	Hash    [sha256.Size]byte
}

// Digest returns the hash that r should have. It is the SHA-256 of a JSON
// array of the fields in the order of the struct, times in UTC with
// microseconds, hashes in base64, the detail's keys sorted.
func (r Record) Digest() [sha256.Size]byte {
	text, err := json.Marshal([]any{"lianxi.staff.audit.1", r.Seq, r.At.UTC().Format(auditTime), r.Who, r.Via, r.Session, r.Token,
		r.Address, r.Action, r.Kind, r.Object, r.Outcome, r.Detail, r.Prev[:]})
	if err != nil {
		panic("staff: a record that cannot be written: " + err.Error()) // strings and numbers only
	}
	return sha256.Sum256(text)
}

// The most that is kept of a field, in bytes; what is more is cut off.
const maxField, maxDetail = 200, 4000

const auditTime = "2006-01-02T15:04:05.000000Z"

// after returns r as the record that follows prev; the zero Record precedes
// the first.
func (r Record) after(prev Record) Record {
	r.At = r.At.UTC().Truncate(time.Microsecond)
	r.Address, r.Kind, r.Object = cut(r.Address, maxField), cut(r.Kind, maxField), cut(r.Object, maxField)
	var detail map[string]string
	for k, v := range r.Detail {
		if detail == nil {
			detail = map[string]string{}
		}
		detail[cut(k, maxField)] = cut(v, maxDetail)
	}
	r.Detail = detail
	r.Seq, r.Prev = prev.Seq+1, prev.Hash
	r.Hash = r.Digest()
	return r
}

// follows returns Conflict (staff.audit.broken) naming r's number when r is
// not the unchanged record after prev.
func (r Record) follows(prev Record) error {
	if r.Seq == prev.Seq+1 && r.Prev == prev.Hash && r.Hash == r.Digest() {
		return nil
	}
	return fault.New(fault.Conflict, "staff.audit.broken", fault.Args{"seq": prev.Seq + 1})
}

// Query chooses records of the audit log, newest first. Zero fields do not
// restrict.
type Query struct {
	Who      id.Person
	Action   Action
	Kind     string
	Object   string
	Outcome  Outcome
	From, To time.Time // half-open
	Before   int64     // records with a smaller Seq, for the next page
	Limit    int       // at most 500; 0 means 100
}

const maxPage, defaultPage = 500, 100

func (q Query) bounded() Query {
	if q.Limit <= 0 {
		q.Limit = defaultPage
	}
	q.Limit = min(q.Limit, maxPage)
	return q
}
