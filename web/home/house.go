package home

import (
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// administrator shows how far the centre is set up.
func (p Pages) administrator(v *visit.Visit, out *Page) error {
	if !v.May(staff.PeopleEdit) {
		return nil
	}
	people, err := p.Staff.People(v.Context(), v.Actor, staff.Filter{Limit: 500})
	if err != nil {
		return err
	}
	teams, err := p.Staff.Teams(v.Context())
	if err != nil {
		return err
	}
	var learners, evaluators, others int
	for _, one := range people {
		if one.Roles.Has(staff.Trainee) || one.Roles.Has(staff.Agent) {
			learners++
		}
		if one.Roles.Has(staff.Evaluator) {
			evaluators++
		}
		if one.Roles.Has(staff.Administrator) && one.ID != v.Person.ID {
			others++
		}
	}
	step := func(key, url string, done bool) Step {
		return Step{Title: v.Text("web.home.step." + key), Text: v.Text("web.home.step." + key + ".why"), URL: url, Done: done}
	}
	out.Steps = []Step{
		step("people", "/people/new", learners > 0),
		step("teams", "/teams", len(teams) > 0),
		step("evaluator", "/people/new", evaluators > 0),
		step("second", "/people/new", others > 0),
	}
	if out.Next.URL != "" {
		return nil
	}
	for _, s := range out.Steps {
		if !s.Done {
			out.Next = Next{Title: s.Title, Text: s.Text, URL: s.URL, Button: v.Text("web.home.step.go"), Icon: "arrow-right"}
			return nil
		}
	}
	out.Next = Next{Title: v.Plural("web.home.settled.title", len(people)), Text: v.Text("web.home.settled.text"), URL: "/people", Button: v.Text("web.home.settled.go"), Icon: "users"}
	return nil
}

// auditor shows how long the log is and what was refused lately.
func (p Pages) auditor(v *visit.Visit, out *Page) error {
	if !v.May(staff.AuditRead) {
		return nil
	}
	last, err := p.Staff.Audit(v.Context(), v.Actor, staff.Query{Limit: 1})
	if err != nil {
		return err
	}
	refused, err := p.Staff.Audit(v.Context(), v.Actor, staff.Query{Outcome: staff.Refused, From: v.Now.AddDate(0, 0, -7), Limit: 500})
	if err != nil {
		return err
	}
	count := 0
	if len(last) > 0 {
		count = int(last[0].Seq)
	}
	out.Audit = &AuditBlock{Records: v.Plural("web.home.audit.records", count), Refused: v.Plural("web.home.audit.refused", len(refused))}
	if out.Next.URL == "" {
		out.Next = Next{Title: v.Text("web.home.audit.title"), Text: v.Text("web.home.audit.text"), URL: "/audit", Button: v.Text("web.home.audit.go"), Icon: "history"}
	}
	return nil
}

// others says honestly what the remaining roles can do today.
func (p Pages) others(v *visit.Visit, out *Page) error {
	for _, r := range []staff.Role{staff.Instructor, staff.Counsellor, staff.Handler} {
		if v.Person.Roles.Has(r) {
			out.Notes = append(out.Notes, Note{Title: v.Text(r.Title()), Text: v.Text("web.home.note." + r.String())})
		}
	}
	if out.Next.URL != "" {
		return nil
	}
	switch {
	case v.May(staff.PracticeTake):
		out.Next = Next{Title: v.Text("web.home.try.title"), Text: v.Text("web.home.try.text"), URL: "/practice", Button: v.Text("web.home.first.go"), Icon: "headset"}
	case v.Person.Roles.Has(staff.Advisor) || v.Person.Roles.Has(staff.Lead):
		out.Next = Next{Title: v.Text("web.home.nobody.title"), Text: v.Text("web.home.nobody.text"), URL: "/account", Button: v.Text("web.account.title"), Icon: "user-circle"}
	default:
		out.Next = Next{Title: v.Text("web.home.rest.title"), Text: v.Text("web.home.rest.text")}
	}
	return nil
}
