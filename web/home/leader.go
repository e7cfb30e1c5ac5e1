package home

import (
	"cmp"
	"slices"
	"time"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// maxClass is how many people the home page looks at: a large class.
const maxClass = 60

// quiet is how long somebody may go without practice before her advisor
// should ask.
const quiet = 3 * 24 * time.Hour

// leader shows the people whom a class advisor or a team lead looks after.
func (p Pages) leader(v *visit.Visit, out *Page) error {
	var title string
	var teams []id.Team
	switch {
	case v.Person.Roles.Has(staff.Advisor):
		title, teams = v.Text("web.home.class"), v.Actor.TeamsIn(staff.InClass)
	case v.Person.Roles.Has(staff.Lead):
		title, teams = v.Text("web.home.team"), v.Actor.TeamsIn(staff.InTeam)
	default:
		return nil
	}
	out.Class = &Class{Title: title}
	if len(teams) == 0 {
		return nil
	}
	people, err := p.Staff.People(v.Context(), v.Actor, staff.Filter{Teams: teams, State: staff.Active, Limit: maxClass})
	if err != nil {
		return err
	}
	type ranked struct {
		Member
		rank int
		last time.Time
	}
	var rows []ranked
	for _, one := range people {
		if one.ID == v.Person.ID {
			continue
		}
		m, last, err := p.member(v, one)
		if err != nil {
			return err
		}
		rank := 1
		if m.Tone == ui.Warm {
			rank = 0
		}
		rows = append(rows, ranked{m, rank, last})
	}
	slices.SortStableFunc(rows, func(a, b ranked) int { return cmp.Or(cmp.Compare(a.rank, b.rank), a.last.Compare(b.last)) })
	for _, r := range rows {
		out.Class.Rows = append(out.Class.Rows, r.Member)
	}
	if len(rows) > 0 && out.Next.URL == "" {
		first := rows[0]
		if first.Tone != ui.Warm {
			out.Next = Next{Title: v.Text("web.home.steady.title"), Text: v.Text("web.home.steady.text", ui.Args{"name": first.Name}), URL: first.URL, Button: v.Text("web.home.talk.go"), Icon: "notebook"}
			return nil
		}
		out.Next = Next{Title: v.Text("web.home.talk.title", ui.Args{"name": first.Name}), Text: first.Note, URL: first.URL, Button: v.Text("web.home.talk.go"), Icon: "notebook"}
	}
	return nil
}

// member is one person, with why the reader might want to talk to her.
func (p Pages) member(v *visit.Visit, one staff.Person) (Member, time.Time, error) {
	out := Member{Name: one.Display, URL: "/people/" + string(one.ID)}
	if v.MayOthers(staff.ArchiveRead) {
		out.URL = "/archive/" + string(one.ID)
	}
	listed, err := p.Conversations.List(v.Context(), conversation.Query{Owner: one.ID, Limit: 1})
	if err != nil {
		return out, time.Time{}, err
	}
	if len(listed) == 0 {
		out.Note, out.Tone = v.Text("web.home.member.never"), ui.Warm
		return out, time.Time{}, nil
	}
	last := listed[0].Added
	if !v.MayOthers(staff.ArchiveRead) { // a team lead reads the call itself
		out.URL = "/conversations/" + string(listed[0].ID)
	}
	out.Last = v.When(last, v.Now)
	marks, err := p.Results.Marks(v.Context(), listed[0].ID)
	if err != nil {
		return out, last, err
	}
	out.Mark = marks[listed[0].ID]
	out.Note = v.Text("web.home.member.steady")
	if ago := v.Now.Sub(last); ago > quiet {
		out.Note, out.Tone = v.Plural("web.home.member.quiet", int(ago.Hours()/24)), ui.Warm
	}
	return out, last, nil
}
