package people

import (
	"net/http"
	"slices"

	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// personPage is one person.
type personPage struct {
	id       id.Person
	name     string
	sign     string
	created  string
	state    staff.State
	titles   []string
	language []ui.Option
	roles    []ui.Option
	teams    []member
	free     []ui.Option // teams she is not in
	archive  string
	mayEdit  bool
	self     bool
	shown
}

// member is her part in one team.
type member struct{ team, name, kind, part string }

// shown is what the last change has to say.
type shown struct {
	password string // shown once
	fresh    bool   // of a new account
	wrong    string
	done     string
	undoURL  string
	undoBody string
}

func (p Pages) person(v *visit.Visit) id.Person { return id.Person(v.Request.PathValue("person")) }

// Show shows one person.
func (p Pages) Show(v *visit.Visit) error {
	var s shown
	path := "/people/" + v.Request.PathValue("person")
	switch v.Form("done") {
	case "locked":
		s = shown{done: v.Text("web.people.done.locked"), undoURL: path + "/state", undoBody: "state=active"}
	case "active":
		s.done = v.Text("web.people.done.active")
	case "saved":
		s.done = v.Text("web.people.done.saved")
	case "out":
		s.done = v.Text("web.people.done.out")
	case "unlock":
		s.done = v.Text("web.people.done.unlock")
	}
	return p.show(v, p.person(v), http.StatusOK, s)
}

func (p Pages) show(v *visit.Visit, who id.Person, status int, s shown) error {
	person, memberships, err := p.Staff.Person(v.Context(), v.Actor, who)
	if err != nil {
		return err
	}
	teams, err := p.Staff.Teams(v.Context())
	if err != nil {
		return err
	}
	out := personPage{id: who, name: person.Display, sign: person.Name, created: v.Date(person.Created), state: person.State, shown: s,
		language: languageOptions(v, person.Language), roles: roleOptions(v, person.Roles),
		mayEdit: v.May(staff.PeopleEdit), self: who == v.Person.ID}
	for _, r := range person.Roles.List() {
		out.titles = append(out.titles, v.Text(r.Title()))
	}
	out.teams, out.free = membersOf(v, teams, memberships)
	subject := staff.Subject{Owner: who, Teams: teamIDs(memberships)}
	if staff.Can(v.Actor, staff.ArchiveRead, subject) {
		out.archive = "/archive/" + string(who)
	}
	return v.ShowStatus(status, show(v.Reader, out))
}

func teamIDs(ms []staff.Membership) []id.Team {
	var out []id.Team
	for _, m := range ms {
		out = append(out, m.Team)
	}
	return out
}

// membersOf sorts the teams into those she is in and those she may join.
func membersOf(v *visit.Visit, teams []staff.Team, ms []staff.Membership) (in []member, free []ui.Option) {
	for _, t := range teams {
		at := slices.IndexFunc(ms, func(m staff.Membership) bool { return m.Team == t.ID })
		kind := v.Text("web.team.kind." + string(t.Kind))
		if at < 0 {
			if !t.Closed {
				free = append(free, ui.Option{Value: string(t.ID), Text: t.Name + " · " + kind})
			}
			continue
		}
		in = append(in, member{team: string(t.ID), name: t.Name, kind: kind, part: v.Text(partKey(t.Kind, ms[at].Part))})
	}
	return in, free
}

// partKey names a part in a kind of team: the head of a class is its advisor.
func partKey(k staff.Kind, p staff.Part) string {
	if p == staff.Head {
		return "web.team.head." + string(k)
	}
	return "web.team.member"
}

// after shows the person again with what went wrong, or leads back to her.
func (p Pages) after(v *visit.Visit, err error, done string) error {
	who := p.person(v)
	if err != nil {
		text, err := v.Wrong(err)
		if err != nil {
			return err
		}
		return p.show(v, who, http.StatusUnprocessableEntity, shown{wrong: text})
	}
	return v.Go("/people/" + string(who) + "?done=" + done)
}

// SetRoles gives the roles that were checked.
func (p Pages) SetRoles(v *visit.Visit) error {
	roles, err := rolesOf(v)
	if err == nil {
		err = p.Staff.SetRoles(v.Context(), v.Actor, p.person(v), roles)
	}
	return p.after(v, err, "saved")
}

// SetProfile changes name and language.
func (p Pages) SetProfile(v *visit.Visit) error {
	err := p.Staff.ChangeProfile(v.Context(), v.Actor, p.person(v), staff.Profile{Display: v.Form("display"), Language: v.Form("language")})
	return p.after(v, err, "saved")
}

// SetState locks a person out, or lets her in again.
func (p Pages) SetState(v *visit.Visit) error {
	to := staff.State(v.Form("state"))
	return p.after(v, p.Staff.SetState(v.Context(), v.Actor, p.person(v), to), string(to))
}

// Unlock forgets failed sign-ins.
func (p Pages) Unlock(v *visit.Visit) error {
	return p.after(v, p.Staff.Unlock(v.Context(), v.Actor, p.person(v)), "unlock")
}

// SignOut ends her sessions everywhere.
func (p Pages) SignOut(v *visit.Visit) error {
	return p.after(v, p.Staff.SignOutEverywhere(v.Context(), v.Actor, p.person(v)), "out")
}

// ResetPassword gives her a new password and shows it once. The page is the
// answer itself, so that the password stands in no address and no history.
func (p Pages) ResetPassword(v *visit.Visit) error {
	password, err := p.Staff.ResetPassword(v.Context(), v.Actor, p.person(v))
	if err != nil {
		return p.after(v, err, "")
	}
	return p.show(v, p.person(v), http.StatusOK, shown{password: password})
}

// SetMember gives her a part in a team, or takes her out.
func (p Pages) SetMember(v *visit.Visit) error {
	err := p.Staff.SetMember(v.Context(), v.Actor, id.Team(v.Form("team")), p.person(v), staff.Part(v.Form("part")))
	return p.after(v, err, "saved")
}
