package practice

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Calls leads practice calls; training.Calls does.
type Calls interface {
	Scenarios(ctx context.Context) ([]*scenario.Scenario, error)
	Scenario(ctx context.Context, s id.Scenario) (*scenario.Scenario, error)
	Played(ctx context.Context, p training.Practice) (*scenario.Scenario, error)
	Begin(ctx context.Context, a staff.Actor, s id.Scenario, notes training.Notes, seed uint64) (training.View, error)
	Talk
	Examining
}

// Examining leads the examinations that are set for a person.
type Examining interface {
	LimitOf(level int) time.Duration
	PapersFor(ctx context.Context, a staff.Actor) ([]training.Paper, error)
	Paper(ctx context.Context, a staff.Actor, p id.Paper) (training.Paper, error)
	BeginPaper(ctx context.Context, a staff.Actor, p id.Paper) (training.View, error)
}

// Talk is one call as it goes on, and those that were.
type Talk interface {
	Say(ctx context.Context, a staff.Actor, c id.Practice, text string) (training.View, error)
	HangUp(ctx context.Context, a staff.Actor, c id.Practice) (training.View, error)
	Retake(ctx context.Context, a staff.Actor, c id.Practice, line int) (training.View, error)
	View(ctx context.Context, a staff.Actor, c id.Practice) (training.View, error)
	Of(ctx context.Context, a staff.Actor, before id.Practice, limit int) ([]training.Practice, error)
}

// Marks tells the marks of the conversations that have one.
type Marks interface {
	Marks(ctx context.Context, cs ...id.Conversation) (map[id.Conversation]string, error)
}

// Pages are the pages of this errand.
type Pages struct {
	calls  Calls
	marks  Marks
	acts   *analysis.Catalogue
	trains func(id.Competency, conversation.Lang) string
	seed   func() uint64
}

// New returns the pages. trains names a competency in a language; seed makes
// each call another form of its scenario.
func New(calls Calls, marks Marks, acts *analysis.Catalogue, trains func(id.Competency, conversation.Lang) string, seed func() uint64) *Pages {
	return &Pages{calls: calls, marks: marks, acts: acts, trains: trains, seed: seed}
}

// The page counts how often each scenario was tried among the latest calls,
// and lists the very last; the others are among the conversations.
const (
	countedCalls = 200
	listedCalls  = 5
)

// List shows what can be practised, and what was.
func (p *Pages) List(v *visit.Visit) error {
	past, err := p.calls.Of(v.Context(), v.Actor, "", countedCalls)
	if err != nil {
		return err
	}
	var out ListPage
	if out.Groups, out.Other, err = p.groups(v, past); err != nil {
		return err
	}
	out.OtherTitle = v.Text("web.practice.group." + otherLang(v))
	if out.Past, err = p.Past(v, past[:min(len(past), listedCalls)]); err != nil {
		return err
	}
	if out.Papers, err = p.Papers(v); err != nil {
		return err
	}
	if len(past) > listedCalls {
		out.More = "/conversations"
	}
	for _, c := range past {
		if c.State == training.Talking {
			out.Open = &OpenCall{Title: p.title(v, c), URL: callURL(c.ID), Since: v.When(c.Started, v.Now)}
			break
		}
	}
	return v.Show(List(v.Reader, out))
}

// groups sorts the scenarios of a language by level. The reader's own
// language comes first, the other one is offered behind it.
func (p *Pages) groups(v *visit.Visit, past []training.Practice) (own, other []Group, err error) {
	all, err := p.calls.Scenarios(v.Context())
	if err != nil {
		return nil, nil, err
	}
	tries := map[id.Scenario]int{}
	for _, c := range past {
		tries[c.Scenario]++
	}
	mine := conversation.Lang(v.Lang().Speech())
	for _, s := range all {
		groups := &other
		if s.Lang == mine {
			groups = &own
		}
		title := v.Text(fmt.Sprintf("web.level.%d", max(1, min(5, s.Level))))
		if n := len(*groups); n == 0 || (*groups)[n-1].Title != title {
			*groups = append(*groups, Group{Title: title, Lang: string(s.Lang)})
		}
		g := &(*groups)[len(*groups)-1]
		g.Items = append(g.Items, p.item(v, s, tries[s.ID]))
	}
	return own, other, nil
}

// Starters returns the easiest scenarios in the reader's language, for a home
// page without a call yet.
func (p *Pages) Starters(v *visit.Visit, n int) ([]Item, error) {
	all, err := p.calls.Scenarios(v.Context())
	var out []Item
	for _, s := range all {
		if len(out) < n && s.Lang == conversation.Lang(v.Lang().Speech()) {
			out = append(out, p.item(v, s, 0))
		}
	}
	return out, err
}

func (p *Pages) item(v *visit.Visit, s *scenario.Scenario, tries int) Item {
	out := Item{Title: s.Title, Summary: s.Summarised(1), URL: "/practice/scenarios/" + string(s.ID), Level: s.Level,
		Channel: string(s.Channel), Direction: string(s.Direction), Lang: string(s.Lang), Tries: tries}
	for _, c := range s.Competencies {
		if name := p.trains(c, conversation.Lang(v.Lang().Speech())); name != "" {
			out.Trains = append(out.Trains, name)
		}
	}
	return out
}

// Past lists calls with their marks, for this page and the home page.
func (p *Pages) Past(v *visit.Visit, calls []training.Practice) ([]Past, error) {
	over := make([]id.Conversation, 0, len(calls))
	for _, c := range calls {
		if c.State != training.Talking {
			over = append(over, c.Conversation)
		}
	}
	marks, err := p.marks.Marks(v.Context(), over...)
	if err != nil {
		return nil, err
	}
	var out []Past
	for _, c := range calls {
		one := Past{Title: p.title(v, c), When: v.When(c.Started, v.Now), URL: "/conversations/" + string(c.Conversation), Lang: p.lang(v, c)}
		if c.State == training.Talking {
			one.URL, one.State = callURL(c.ID), v.Text("web.practice.state.talking")
		} else if one.Mark = marks[c.Conversation]; one.Mark == "" {
			one.State = v.Text("web.practice.state.finished")
		}
		out = append(out, one)
	}
	return out, nil
}

// title and lang answer for calls whose scenario is not known any more, too.
func (p *Pages) title(v *visit.Visit, c training.Practice) string {
	if sc, err := p.calls.Played(v.Context(), c); err == nil {
		return sc.Title
	}
	return string(c.Scenario)
}

func (p *Pages) lang(v *visit.Visit, c training.Practice) string {
	if sc, err := p.calls.Played(v.Context(), c); err == nil {
		return string(sc.Lang)
	}
	return ""
}

func callURL(c id.Practice) string { return "/practice/calls/" + string(c) }

// Ring shows the moment before a call.
func (p *Pages) Ring(v *visit.Visit) error {
	s, err := p.calls.Scenario(v.Context(), id.Scenario(v.Request.PathValue("scenario")))
	if err != nil {
		return err
	}
	seed := p.seed()
	out := RingPage{Title: s.Title, Summary: s.Summarised(seed), AnswerURL: "/practice/calls", Seed: seed, Scenario: string(s.ID),
		Outbound: s.Direction == conversation.Outbound, Lang: string(s.Lang), Level: s.Level}
	if limit := p.calls.LimitOf(s.Level); limit > 0 {
		out.Limit = v.Duration(limit)
	}
	for _, n := range []training.Notes{training.NotesLive, training.NotesAfter, training.NotesOff} {
		out.Modes = append(out.Modes, ui.Option{Value: string(n), Text: v.Text("web.mode." + string(n)), Chosen: string(n) == notesBefore(v)})
	}
	return v.Show(Ring(v.Reader, out))
}

// notesCookie remembers the mode that the reader likes.
const notesCookie = "lianxi_notes"

func notesBefore(v *visit.Visit) string {
	if c, err := v.Request.Cookie(notesCookie); err == nil {
		switch n := training.Notes(c.Value); n {
		case training.NotesAfter, training.NotesLive: // an examination is chosen each time
			return c.Value
		}
	}
	return string(training.NotesAfter)
}

// Answer begins the call.
func (p *Pages) Answer(v *visit.Visit) error {
	notes := training.Notes(v.Form("notes"))
	view, err := p.calls.Begin(v.Context(), v.Actor, id.Scenario(v.Form("scenario")), notes, seedOf(v, p.seed))
	if err != nil {
		return err
	}
	http.SetCookie(v.Writer, &http.Cookie{Name: notesCookie, Value: string(notes), Path: "/practice", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return v.Go(callURL(view.Practice.ID))
}

func otherLang(v *visit.Visit) string {
	if v.Lang().Speech() == "zh" {
		return "en"
	}
	return "zh"
}
