// Package home is the first page after signing in: what to do next, by role.
package home

import (
	"context"
	"time"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
	"github.com/lianxi-cc/lianxi/web/practice"
	"github.com/lianxi-cc/lianxi/web/result"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Staff is what the home page needs of package staff.
type Staff interface {
	People(ctx context.Context, a staff.Actor, f staff.Filter) ([]staff.Person, error)
	Teams(ctx context.Context) ([]staff.Team, error)
	Audit(ctx context.Context, a staff.Actor, q staff.Query) ([]staff.Record, error)
}

// Calls lists a person's practice calls; training.Calls does.
type Calls interface {
	Of(ctx context.Context, a staff.Actor, before id.Practice, limit int) ([]training.Practice, error)
}

// Conversations lists a person's latest; a conversation.Store does.
type Conversations interface {
	List(ctx context.Context, q conversation.Query) ([]conversation.Listed, error)
}

// Contests lists what waits for an answer; a score.Store does.
type Contests interface {
	Contests(ctx context.Context, q score.ContestQuery) ([]score.Contest, error)
}

// Pages are the pages of this errand.
type Pages struct {
	Staff    Staff
	Calls    Calls
	Contests Contests
	Practice *practice.Pages
	Results  result.Pages

	Conversations Conversations
}

// Page is the home page: a greeting, the one thing to do, and the blocks of
// the reader's roles.
type Page struct {
	Hello  string
	Next   Next
	Past   []practice.Past  // of one who practises
	Papers []practice.Paper // exams that wait, beside the one to take next
	Begin  []practice.Item  // for her who has not yet
	Class  *Class
	Steps  []Step // of an administrator who sets up a centre
	Audit  *AuditBlock
	Notes  []Note // what else the roles hold today
	Review *Review
}

// Next is the one thing to do now.
type Next struct{ Title, Text, URL, Button, Icon string }

// Class is the people the reader looks after, who needs her first on top.
type Class struct {
	Title string
	Rows  []Member
}

// Member is one person of the class.
type Member struct {
	Name, URL  string
	Last, Mark string // when she last practised, and how it went
	Note       string // why she stands where she stands
	Tone       ui.Tone
}

// Step is one thing to set up, and whether it is done.
type Step struct {
	Title, Text, URL string
	Done             bool
}

// AuditBlock is what an auditor sees first.
type AuditBlock struct{ Records, Refused string }

// Note is a role's honest word about today.
type Note struct{ Title, Text string }

// Review is what waits for an evaluator.
type Review struct {
	Told int // views that wait for an answer
	Rows []result.Row
}

// Show shows the home page.
func (p Pages) Show(v *visit.Visit) error {
	out := Page{Hello: hello(v)}
	for _, fill := range []func(*visit.Visit, *Page) error{p.learner, p.leader, p.evaluator, p.administrator, p.auditor, p.others} {
		if err := fill(v, &out); err != nil {
			return err
		}
	}
	return v.Show(Show(v.Reader, out))
}

// hello greets by the hour of the centre.
func hello(v *visit.Visit) string {
	part := "evening"
	switch h := v.Hour(v.Now); {
	case h >= 5 && h < 12:
		part = "morning"
	case h >= 12 && h < 18:
		part = "afternoon"
	case h >= 23 || h < 5:
		part = "night"
	}
	return v.Text("web.home.hello."+part, ui.Args{"name": v.Name})
}

// recent is how many calls the home page lists.
const recent = 5

// learner is for whoever practises: go on with the open call, take the exam that
// waits, look at the new result, or begin.
func (p Pages) learner(v *visit.Visit, out *Page) error {
	if !v.May(staff.PracticeTake) {
		return nil
	}
	calls, err := p.Calls.Of(v.Context(), v.Actor, "", recent)
	if err != nil {
		return err
	}
	if out.Past, err = p.Practice.Past(v, calls); err != nil {
		return err
	}
	if out.Papers, err = p.Practice.Papers(v); err != nil {
		return err
	}
	if !v.Person.Roles.Has(staff.Trainee) && !v.Person.Roles.Has(staff.Agent) {
		return nil
	}
	if n := len(out.Papers) - 1; n >= 0 && (len(calls) == 0 || calls[0].State != training.Talking) { // the one that waits longest
		out.Next, out.Papers = examOf(v, out.Papers[n]), out.Papers[:n]
		return nil
	}
	out.Next = nextOf(v, calls, out.Past)
	if len(calls) == 0 {
		out.Begin, err = p.Practice.Starters(v, 3)
	}
	return err
}

func examOf(v *visit.Visit, p practice.Paper) Next {
	return Next{Title: v.Text("web.home.exam.title", ui.Args{"title": p.Title}), Text: v.Text("web.paper.limit", ui.Args{"limit": p.Limit}), URL: p.URL,
		Button: v.Text("web.paper.go"), Icon: "certificate"}
}

func nextOf(v *visit.Visit, calls []training.Practice, past []practice.Past) Next {
	if len(calls) == 0 {
		return Next{Title: v.Text("web.home.first.title"), Text: v.Text("web.home.first.text"), URL: "/practice", Button: v.Text("web.home.first.go"), Icon: "headset"}
	}
	title := ui.Args{"title": past[0].Title}
	switch {
	case calls[0].State == training.Talking:
		return Next{Title: v.Text("web.home.open.title", title), Text: v.Text("web.home.open.text"), URL: past[0].URL, Button: v.Text("web.practice.resume"), Icon: "phone"}
	case past[0].Mark == "":
		return Next{Title: v.Text("web.home.pending.title", title), Text: v.Text("web.home.pending.text"), URL: past[0].URL, Button: v.Text("web.home.pending.go"), Icon: "arrow-right"}
	case v.Now.Sub(calls[0].Ended) < 12*time.Hour:
		return Next{Title: v.Text("web.home.result.title", title), Text: v.Text("web.home.result.text"), URL: past[0].URL, Button: v.Text("web.home.result.go"), Icon: "arrow-right"}
	}
	return Next{Title: v.Text("web.home.again.title"), Text: v.Text("web.home.again.text", ui.Args{"title": past[0].Title, "when": past[0].When}),
		URL: "/practice", Button: v.Text("web.home.again.go"), Icon: "headset"}
}

// reviewed is how many conversations an evaluator finds on her home page.
const reviewed = 8

// evaluator is what waits for whoever corrects results.
func (p Pages) evaluator(v *visit.Visit, out *Page) error {
	if !v.May(staff.ResultCorrect) {
		return nil
	}
	open, err := p.Contests.Contests(v.Context(), score.ContestQuery{State: score.Open, Limit: 500})
	if err != nil {
		return err
	}
	rows, err := p.Results.Latest(v, reviewed)
	if err != nil {
		return err
	}
	out.Review = &Review{Told: len(open), Rows: rows}
	if out.Next.URL != "" {
		return nil
	}
	switch {
	case len(open) > 0:
		out.Next = Next{Title: v.Plural("web.home.told.title", len(open)), Text: v.Text("web.home.told.text"), URL: "/conversations", Button: v.Text("web.home.told.go"), Icon: "message-circle"}
	case len(rows) > 0:
		out.Next = Next{Title: v.Text("web.home.review.title"), Text: v.Text("web.home.review.text"), URL: "/reviews", Button: v.Text("web.home.review.go"), Icon: "messages"}
	default:
		out.Next = Next{Title: v.Text("web.home.review.none"), Text: v.Text("web.conversation.empty.text"), URL: "/practice", Button: v.Text("web.home.review.try"), Icon: "headset"}
	}
	return nil
}
