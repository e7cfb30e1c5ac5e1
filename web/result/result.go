package result

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Conversations reads the conversations of the house; a conversation.Store does.
type Conversations interface {
	Get(ctx context.Context, c id.Conversation) (conversation.Conversation, conversation.Head, error)
	List(ctx context.Context, q conversation.Query) ([]conversation.Listed, error)
}

// Results reads results and keeps what people say of them; a score.Store does.
type Results interface {
	Of(ctx context.Context, c ...id.Conversation) ([]score.Record, error)
	OpenContest(ctx context.Context, c score.Contest) error
	AnswerContest(ctx context.Context, c score.Contest) error
	Contests(ctx context.Context, q score.ContestQuery) ([]score.Contest, error)
	Add(ctx context.Context, r score.Record) (score.Record, error)
}

// Calls tells of the practice call that a conversation was; training.Calls does.
type Calls interface {
	RecordOf(ctx context.Context, c id.Conversation) (training.View, error)
	Record(ctx context.Context, c id.Practice) (training.View, conversation.Conversation, error)
	Words(ctx context.Context, c id.Conversation) (training.View, error)
	RetakesOf(ctx context.Context, p training.Practice) ([]training.Practice, error)
}

// Staff tells whose things are whose; staff.Service does.
type Staff interface {
	Subject(ctx context.Context, p id.Person) (staff.Subject, error)
	Names(ctx context.Context, a staff.Actor, who ...id.Person) (map[id.Person]string, error)
	People(ctx context.Context, a staff.Actor, f staff.Filter) ([]staff.Person, error)
}

// Pages are the pages of this errand.
type Pages struct {
	Conversations Conversations
	Results       Results
	Reviews       Reviews
	IDs           *id.Source
	Calls         Calls
	Staff         Staff
	Cards         *scorecard.Service
	Acts          *analysis.Catalogue
}

// found is a conversation with what the house knows of it.
type found struct {
	conversation.Conversation
	owner   id.Person
	subject staff.Subject
	call    *training.View // nil when it was no practice call
}

// find returns a conversation the reader may see. A practice call is found as
// soon as it is over, also before the flow has stored it. Who may not see a
// conversation is told that there is none.
func (p Pages) find(v *visit.Visit) (found, error) {
	cid := id.Conversation(v.Request.PathValue("conversation"))
	var out found
	call, err := p.Calls.RecordOf(v.Context(), cid)
	switch {
	case err == nil:
		out.call, out.owner = &call, call.Practice.Person
	case !fault.Is(err, fault.NotFound):
		return out, err
	}
	c, head, err := p.Conversations.Get(v.Context(), cid)
	switch {
	case err == nil:
		out.Conversation = c
		if out.owner == "" {
			out.owner = head.Owner
		}
	case fault.Is(err, fault.NotFound) && out.call != nil:
		out.Conversation = spoken(call)
	default:
		return out, err
	}
	if out.owner != "" {
		if out.subject, err = p.Staff.Subject(v.Context(), out.owner); err != nil {
			return out, err
		}
	}
	if !staff.Can(v.Actor, staff.ConversationRead, out.subject) || !staff.Can(v.Actor, staff.ResultRead, out.subject) {
		return out, fault.New(fault.NotFound, "conversation.unknown", nil)
	}
	return out, nil
}

// spoken is the conversation of a call that the flow has not stored yet.
func spoken(call training.View) conversation.Conversation {
	out := conversation.Conversation{ID: call.Practice.Conversation, Lang: call.Scenario.Lang, Channel: call.Scenario.Channel,
		Direction: call.Scenario.Direction, Started: call.Practice.Started, EndedBy: call.Practice.EndedBy}
	for _, l := range call.Lines {
		out.Turns = append(out.Turns, conversation.Turn{Role: l.Role, Text: l.Text, Start: conversation.Unknown, End: conversation.Unknown, Confidence: conversation.Unknown})
	}
	return out
}

// Show shows a conversation with its result, or waits for it.
func (p Pages) Show(v *visit.Visit) error {
	f, err := p.find(v)
	if err != nil {
		return err
	}
	if f.call != nil && f.call.Practice.State == training.Talking {
		if f.owner == v.Person.ID {
			return v.Go("/practice/calls/" + string(f.call.Practice.ID))
		}
		return fault.New(fault.NotFound, "conversation.unknown", nil)
	}
	names, err := p.Staff.Names(v.Context(), v.Actor, f.owner)
	if err != nil {
		return err
	}
	j, scored, err := p.judged(v, f.ID)
	if err != nil {
		return err
	}
	if _, done := j.mine(v.Person.ID); scored && f.mayReview(v) && (!done || v.Form("revise") != "") {
		page, err := p.desk(v, f, j)
		if err != nil {
			return err
		}
		return v.Show(Desk(v.Reader, page))
	}
	page := p.frame(v, f, names[f.owner])
	if err := p.linkRetakes(v, f, &page); err != nil {
		return err
	}
	source := Source{Conversation: f.Conversation, Acts: p.Acts, Person: f.owner, Mine: page.Mine,
		Label: v.May(staff.LexiconEdit) && !page.Mine, Call: f.call}
	if !scored {
		page.LiveURL = "/live"
		page.ReadyURL = "/conversations/" + string(f.ID) + "/ready"
		page.Turns = source.turns(v.Reader, "", &page)
		return v.Show(Show(v.Reader, page))
	}
	if err := p.judge(v, f, j, &source, &page); err != nil {
		return err
	}
	return v.Show(Show(v.Reader, page))
}

// judge fills the page with the result in force, what was told about it, and
// who judged.
func (p Pages) judge(v *visit.Visit, f found, j judged, source *Source, page *Page) error {
	if err := json.Unmarshal(j.inForce.Result, &source.Result); err != nil {
		return fault.As(fault.Internal, "", err)
	}
	source.Card, source.Machine = j.card, j.result
	var err error
	if source.Told, err = p.told(v, f, j, page.Who); err != nil {
		return err
	}
	if staff.Can(v.Actor, staff.ResultContest, f.subject) && page.Mine {
		page.Contest = "/conversations/" + string(f.ID) + "/contests"
	}
	if f.mayReview(v) {
		page.Answer = "/conversations/" + string(f.ID) + "/answers"
		page.ReviewURL = "/conversations/" + string(f.ID) + "?revise=1"
		page.QueueURL = "/reviews?after=" + string(f.ID)
		if page.Seen, err = p.comparison(v, f.ID, j); err != nil {
			return err
		}
	}
	source.fill(v.Reader, page)
	if page.Compare, err = p.compare(v, f, source.Result); err != nil {
		return err
	}
	page.Judges, err = p.judges(v, j, f.mayReview(v))
	return err
}

// told returns what was told about any of a conversation's results.
func (p Pages) told(v *visit.Visit, f found, j judged, name string) ([]Told, error) {
	var out []Told
	for _, r := range j.records {
		contests, err := p.Results.Contests(v.Context(), score.ContestQuery{Result: r.ID, Limit: 500})
		if err != nil {
			return nil, err
		}
		for _, c := range contests {
			one := Told{Result: c.Result, Item: c.Item, Person: c.Person, Why: c.Text, State: c.State, Answer: c.Answer}
			if c.Person != v.Person.ID && c.Person == f.owner {
				one.Name = name
			}
			out = append(out, one)
		}
	}
	return out, nil
}

// frame is what the page says before there is a result.
func (p Pages) frame(v *visit.Visit, f found, name string) Page {
	draft := ""
	if v.May(staff.ScenarioEdit) {
		draft = "/scenarios/new?conversation=" + string(f.ID)
	}
	page := Page{DraftURL: draft, Lang: string(f.Lang), Mine: f.owner == v.Person.ID, Who: name, Title: v.Text("web.conversation.title"),
		Back: ui.Link{URL: "/conversations", Key: "web.nav.conversations"}}
	var sub []string
	if name != "" && !page.Mine {
		sub = append(sub, name)
	}
	if !f.Started.IsZero() {
		sub = append(sub, v.When(f.Started, v.Now))
	}
	if f.call != nil {
		page.Title, page.TitleLang = f.call.Scenario.Title, string(f.call.Scenario.Lang)
		sub = append(sub, v.Duration(lasted(f)))
		if page.Exam = f.call.Practice.Exam(); page.Exam {
			sub = append(sub, v.Text("web.mode.off"))
			page.Worded = f.call.Practice.Worded
			if f.call.Practice.EndedBy == conversation.System {
				sub = append(sub, v.Text("web.result.time-over"))
			}
		}
		page.RetakeURL, page.Played = f.retakeURL(v), played(v.Reader, f.call.Practice)
		if page.Mine {
			page.Back = ui.Link{URL: "/practice", Key: "web.practice.title"}
			page.AgainURL = "/practice/scenarios/" + string(f.call.Practice.Scenario)
		}
	}
	page.Sub = strings.Join(sub, " · ")
	return page
}

// lasted returns how long a practice call lasted: to the end of its last turn,
// by the same times as its evidence, or else by the clock, which an examination's
// is measured by.
func lasted(f found) time.Duration {
	if n := len(f.Turns); !f.call.Practice.Exam() && n > 0 && f.Turns[n-1].End > 0 {
		return time.Duration(f.Turns[n-1].End) * time.Millisecond
	}
	return f.call.Practice.Ended.Sub(f.call.Practice.Started)
}

// standing returns the record that stands: the latest that nobody corrected.
func (p Pages) standing(v *visit.Visit, c id.Conversation) (score.Record, bool, error) {
	records, err := p.inForce(v.Context(), c)
	r, there := records[c]
	return r, there, err
}

// Marks returns the marks that stand, as other pages list them; a conversation
// without one is left out.
func (p Pages) Marks(ctx context.Context, cs ...id.Conversation) (map[id.Conversation]string, error) {
	records, err := p.inForce(ctx, cs...)
	out := make(map[id.Conversation]string, len(records))
	for c, r := range records {
		out[c] = r.Total()
	}
	return out, err
}

// inForce returns the records that stand, the latest of each conversation that has
// one.
func (p Pages) inForce(ctx context.Context, cs ...id.Conversation) (map[id.Conversation]score.Record, error) {
	records, err := p.Results.Of(ctx, cs...)
	out := make(map[id.Conversation]score.Record, len(cs))
	for _, r := range score.Standing(records) { // the latest first
		if _, there := out[r.Conversation]; !there {
			out[r.Conversation] = r
		}
	}
	return out, err
}

// Ready tells a waiting page that the result is there.
func (p Pages) Ready(v *visit.Visit) error {
	f, err := p.find(v)
	if err != nil {
		return err
	}
	_, scored, err := p.standing(v, f.ID)
	if err != nil {
		return err
	}
	if scored {
		return v.Go("/conversations/" + string(f.ID))
	}
	v.Writer.WriteHeader(204)
	return nil
}
