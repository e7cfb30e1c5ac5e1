// Package scenarios is where a centre's scenarios are read, written, tried and
// put in force.
package scenarios

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/score/engine"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Conversations reads past conversations; a conversation.Store does.
type Conversations interface {
	Get(ctx context.Context, c id.Conversation) (conversation.Conversation, conversation.Head, error)
}

// Staff names people and keeps the audit log; staff.Service does.
type Staff interface {
	Subject(ctx context.Context, p id.Person) (staff.Subject, error)
	Names(ctx context.Context, a staff.Actor, who ...id.Person) (map[id.Person]string, error)
	Record(ctx context.Context, a staff.Actor, r staff.Record) error
}

// Pages are the pages of this errand.
type Pages struct {
	Library       *scenario.Library
	Hear          interface{ Engine() *language.Engine }
	Judge         *engine.Engine
	Cards         *scorecard.Service
	Acts          *analysis.Catalogue
	Conversations Conversations
	Staff         Staff
	Trains        func(id.Competency, conversation.Lang) string // names a competency
}

// The actions of this errand in the audit log.
const (
	didDraft   staff.Action = "scenario.draft"
	didRelease staff.Action = "scenario.release"
	didRetire  staff.Action = "scenario.retire"
)

// ListPage is all scenarios of the centre, by language.
type ListPage struct {
	Groups []Group
}

// Group is the scenarios of one language.
type Group struct {
	Title string
	Rows  []Row
}

// Row is one scenario: what is in force, what is under way, and who did it.
type Row struct {
	URL, ID, Title, Lang string
	Level                int
	Channel, Direction   string
	Trains               []string
	State                scenario.State // of the version shown
	Number               int
	Drafts               string // "" for none
	Who, When, Why       string // of the newest version
}

// List shows the scenarios.
func (p Pages) List(v *visit.Visit) error {
	versions, err := p.Library.Versions(v.Context(), "")
	if err != nil {
		return err
	}
	shown, err := p.Library.Foremost(v.Context())
	if err != nil {
		return err
	}
	who, err := p.authors(v, versions)
	if err != nil {
		return err
	}
	all := map[id.Scenario][]scenario.Version{} // the newest first
	for _, one := range versions {
		all[one.Scenario] = append(all[one.Scenario], one)
	}
	rows := map[conversation.Lang][]Row{}
	for _, one := range shown {
		row := p.row(v, one, all[one.Scenario], who)
		rows[conversation.Lang(row.Lang)] = append(rows[conversation.Lang(row.Lang)], row)
	}
	var out ListPage
	for _, lang := range langs(v) {
		slices.SortStableFunc(rows[lang], func(a, b Row) int {
			return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(a.Title, b.Title))
		})
		if len(rows[lang]) > 0 {
			out.Groups = append(out.Groups, Group{Title: v.Text("web.practice.group." + string(lang)), Rows: rows[lang]})
		}
	}
	return v.Show(list(v.Reader, out))
}

// langs are the languages of scenarios, the reader's first.
func langs(v *visit.Visit) []conversation.Lang {
	out := []conversation.Lang{conversation.Chinese, conversation.English}
	slices.SortStableFunc(out, func(a, b conversation.Lang) int { return v.Lang().OwnFirst(string(a), string(b)) })
	return out
}

// row tells of a scenario by the version shown, which is in force or the newest,
// and of what was last done to it.
func (p Pages) row(v *visit.Visit, shown scenario.Version, versions []scenario.Version, who func(id.Person) string) Row {
	newest, drafts := shown, 0
	if len(versions) > 0 {
		newest = versions[0]
	}
	for _, one := range versions {
		if one.State == scenario.Draft {
			drafts++
		}
	}
	head := scenario.HeadOf(shown.Texts.Scenario)
	row := Row{URL: scenarioURL(shown.Scenario), ID: string(shown.Scenario), Title: cmp.Or(head.Title, string(shown.Scenario)), Lang: string(head.Lang),
		Level: head.Level, Channel: string(head.Channel), Direction: string(head.Direction), State: shown.State, Number: shown.Number,
		Who: who(newest.Author), When: v.When(newest.Made, v.Now), Why: newest.Why, Trains: p.trains(v, head.Competencies)}
	if drafts > 0 {
		row.Drafts = v.Plural("web.scorecard.drafts", drafts)
	}
	return row
}

func (p Pages) trains(v *visit.Visit, competencies []id.Competency) []string {
	var out []string
	for _, c := range competencies {
		out = append(out, cmp.Or(p.Trains(c, conversation.Lang(v.Lang().Speech())), string(c)))
	}
	return out
}

func scenarioURL(s id.Scenario) string { return "/scenarios/" + string(s) }

func versionURL(s id.Scenario, n int) string {
	return scenarioURL(s) + "/versions/" + strconv.Itoa(n)
}

// authors names the people who wrote or decided.
func (p Pages) authors(v *visit.Visit, versions []scenario.Version, more ...id.Person) (func(id.Person) string, error) {
	ids := more
	for _, one := range versions {
		ids = append(ids, one.Author)
	}
	names, err := p.Staff.Names(v.Context(), v.Actor, ids...)
	return func(who id.Person) string {
		if who == scenario.Pack {
			return v.Text("web.scorecard.pack")
		}
		return names[who]
	}, err
}

// version returns the version that the address names, else the draft that is
// newest, else the one in force.
func (p Pages) version(v *visit.Visit) (scenario.Version, []scenario.Version, error) {
	s := id.Scenario(v.Request.PathValue("scenario"))
	versions, err := p.Library.Versions(v.Context(), s)
	if err != nil {
		return scenario.Version{}, nil, err
	}
	if s == "" || len(versions) == 0 {
		return scenario.Version{}, nil, fault.New(fault.NotFound, "scenario.unknown", fault.Args{"scenario": string(s)})
	}
	n := current(versions)
	if asked := v.Request.PathValue("version"); asked != "" {
		if n, err = strconv.Atoi(asked); err != nil {
			return scenario.Version{}, nil, fault.New(fault.NotFound, "scenario.version.unknown", fault.Args{"version": asked})
		}
	}
	one, err := p.Library.Version(v.Context(), s, n)
	return one, versions, err
}

func current(versions []scenario.Version) int {
	for _, one := range versions {
		if one.State != scenario.Retired {
			return one.Number
		}
	}
	return versions[0].Number
}
