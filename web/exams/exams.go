// Package exams is where examinations are set for people and looked after.
package exams

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Calls sets papers; training.Calls does.
type Calls interface {
	Scenarios(ctx context.Context) ([]*scenario.Scenario, error)
	LimitOf(level int) time.Duration
	HasWorder() bool
	SetPaper(ctx context.Context, a staff.Actor, subject staff.Subject, p training.Paper) (training.Paper, error)
	PapersBy(ctx context.Context, a staff.Actor) ([]training.Paper, error)
	WithdrawPaper(ctx context.Context, a staff.Actor, p id.Paper) error
}

// Staff tells who is who; staff.Service does.
type Staff interface {
	People(ctx context.Context, a staff.Actor, f staff.Filter) ([]staff.Person, error)
	Subjects(ctx context.Context, who ...id.Person) (map[id.Person]staff.Subject, error)
	Names(ctx context.Context, a staff.Actor, who ...id.Person) (map[id.Person]string, error)
	Record(ctx context.Context, a staff.Actor, r staff.Record) error
}

// Marks tells the marks of the conversations that have one.
type Marks interface {
	Marks(ctx context.Context, cs ...id.Conversation) (map[id.Conversation]string, error)
}

// Pages are the pages of this errand.
type Pages struct {
	Calls Calls
	Staff Staff
	Marks Marks
}

// The actions of this errand in the audit log.
const (
	didSet      staff.Action = "exam.set"
	didWithdraw staff.Action = "exam.withdraw"
)

// Page is the papers that the reader set, and the form for new ones.
type Page struct {
	People    []ui.Option
	Scenarios []ui.Option
	Minutes   string // what was asked for; "" for the level's own
	Model     bool   // there is one that could word the customer
	Worded    bool
	Levels    string // the limits by level, in one line
	Wrong     string
	Set       bool
	Rows      []Row
}

// Row is one paper.
type Row struct {
	Person, Title, Lang, Limit, When string
	State, URL, Mark                 string
	Worded                           bool
	WithdrawURL                      string
}

// maxPeople bounds whom the form offers.
const maxPeople = 300

// Show shows the papers of the reader.
func (p Pages) Show(v *visit.Visit) error {
	out, err := p.page(v)
	if err != nil {
		return err
	}
	out.Set = v.Form("set") != ""
	return v.Show(show(v.Reader, out))
}

func (p Pages) page(v *visit.Visit) (Page, error) {
	out := Page{Minutes: v.Form("minutes"), Model: p.Calls.HasWorder(), Worded: v.Form("worded") != ""}
	people, err := p.Staff.People(v.Context(), v.Actor, staff.Filter{State: staff.Active, Limit: maxPeople})
	if err != nil {
		return out, err
	}
	who := make([]id.Person, len(people))
	for i, one := range people {
		who[i] = one.ID
	}
	subjects, err := p.Staff.Subjects(v.Context(), who...)
	if err != nil {
		return out, err
	}
	for _, one := range people {
		if one.ID != v.Person.ID && staff.Can(v.Actor, staff.ExamSet, subjects[one.ID]) {
			out.People = append(out.People, ui.Option{Value: string(one.ID), Text: one.Display, Chosen: slices.Contains(v.Request.Form["person"], string(one.ID))})
		}
	}
	all, err := p.Calls.Scenarios(v.Context())
	if err != nil {
		return out, err
	}
	titles := map[id.Scenario]*scenario.Scenario{}
	all = slices.SortedStableFunc(slices.Values(all), func(a, b *scenario.Scenario) int { return v.Lang().OwnFirst(string(a.Lang), string(b.Lang)) })
	for _, s := range all {
		titles[s.ID] = s
		out.Scenarios = append(out.Scenarios, ui.Option{Value: string(s.ID), Chosen: string(s.ID) == v.Form("scenario"),
			Text: v.Text("web.level."+strconv.Itoa(min(max(s.Level, 1), 5))) + " · " + s.Title})
	}
	var levels []string
	for level := 1; level <= 5; level++ {
		levels = append(levels, v.Text("web.level."+strconv.Itoa(level))+" "+v.Duration(p.Calls.LimitOf(level)))
	}
	out.Levels = strings.Join(levels, " · ")
	return out, p.rows(v, titles, &out)
}

// rows lists what was set, and what came of it.
func (p Pages) rows(v *visit.Visit, titles map[id.Scenario]*scenario.Scenario, out *Page) error {
	papers, err := p.Calls.PapersBy(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	var who []id.Person
	var taken []id.Conversation
	for _, one := range papers {
		who = append(who, one.Person)
		if one.Practice != "" {
			taken = append(taken, one.Conversation)
		}
	}
	names, err := p.Staff.Names(v.Context(), v.Actor, who...)
	if err != nil {
		return err
	}
	marks, err := p.Marks.Marks(v.Context(), taken...)
	if err != nil {
		return err
	}
	for _, one := range papers {
		row := Row{Person: names[one.Person], Title: string(one.Scenario), Limit: v.Duration(one.Limit), When: v.When(one.Set, v.Now), Worded: one.Worded}
		if s := titles[one.Scenario]; s != nil {
			row.Title, row.Lang = s.Title, string(s.Lang)
		}
		row.outcome(v, one, marks[one.Conversation])
		out.Rows = append(out.Rows, row)
	}
	return nil
}

// outcome says what came of a paper; mark is "" as long as there is none.
func (row *Row) outcome(v *visit.Visit, one training.Paper, mark string) {
	switch {
	case !one.Withdrawn.IsZero():
		row.State = v.Text("web.exam.state.withdrawn")
	case one.Practice == "":
		row.State = v.Text("web.exam.state.waiting")
		row.WithdrawURL = "/exams/" + string(one.ID) + "/withdraw"
	case one.State == training.Talking:
		row.State = v.Text("web.practice.state.talking")
	default:
		row.State, row.URL, row.Mark = v.Text("web.exam.state.done"), "/conversations/"+string(one.Conversation), mark
	}
}

// Set sets a paper for each person that was chosen.
func (p Pages) Set(v *visit.Visit) error {
	err := p.set(v)
	if err == nil {
		return v.Go("/exams?set=1")
	}
	out, pageErr := p.page(v)
	if pageErr != nil {
		return pageErr
	}
	if out.Wrong, err = v.WrongChoice(err); err != nil {
		return err
	}
	return v.ShowStatus(http.StatusUnprocessableEntity, show(v.Reader, out))
}

func (p Pages) set(v *visit.Visit) error {
	minutes, err := minutesOf(v)
	if err != nil {
		return err
	}
	var who []id.Person
	for _, one := range v.Request.Form["person"] {
		who = append(who, id.Person(one))
	}
	if len(who) == 0 {
		return fault.New(fault.Invalid, "web.exam.nobody", nil)
	}
	subjects, err := p.Staff.Subjects(v.Context(), who...)
	if err != nil {
		return err
	}
	for _, one := range who { // all or nobody
		if err := staff.Need(v.Actor, staff.ExamSet, subjects[one]); err != nil {
			return err
		}
	}
	for _, one := range who {
		paper, err := p.Calls.SetPaper(v.Context(), v.Actor, subjects[one], training.Paper{Scenario: id.Scenario(v.Form("scenario")),
			Limit: time.Duration(minutes) * time.Minute, Worded: v.Form("worded") != ""})
		if err != nil {
			return err
		}
		if err := p.audit(v, didSet, paper.ID); err != nil {
			return err
		}
	}
	return nil
}

func minutesOf(v *visit.Visit) (int, error) {
	text := strings.TrimSpace(v.Form("minutes"))
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > int(training.MaxLimit.Minutes()) {
		return 0, fault.New(fault.Invalid, "training.paper.limit", fault.Args{"from": int(training.MinLimit.Minutes()), "to": int(training.MaxLimit.Minutes())})
	}
	return n, nil
}

func (p Pages) audit(v *visit.Visit, did staff.Action, paper id.Paper) error {
	return p.Staff.Record(v.Context(), v.Actor, staff.Record{Action: did, Kind: "exam", Object: string(paper)})
}

// Withdraw takes back a paper that nobody began.
func (p Pages) Withdraw(v *visit.Visit) error {
	paper := id.Paper(v.Request.PathValue("paper"))
	if err := p.Calls.WithdrawPaper(v.Context(), v.Actor, paper); err != nil {
		return err
	}
	if err := p.audit(v, didWithdraw, paper); err != nil {
		return err
	}
	return v.Go("/exams")
}
