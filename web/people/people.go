// Package people lists the people a reader may know of and, for
// administrators, creates accounts, gives roles and teams, locks, and resets
// passwords.
package people

import (
	"context"
	"net/http"
	"net/url"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Staff is what these pages need of package staff.
type Staff interface {
	Reader
	CreatePerson(ctx context.Context, a staff.Actor, n staff.NewPerson) (staff.Person, error)
	ResetPassword(ctx context.Context, a staff.Actor, p id.Person) (string, error)
	SetRoles(ctx context.Context, a staff.Actor, p id.Person, roles staff.Roles) error
	SetState(ctx context.Context, a staff.Actor, p id.Person, to staff.State) error
	Unlock(ctx context.Context, a staff.Actor, p id.Person) error
	ChangeProfile(ctx context.Context, a staff.Actor, p id.Person, to staff.Profile) error
	SignOutEverywhere(ctx context.Context, a staff.Actor, p id.Person) error
	Crews
}

// Reader reads people and teams.
type Reader interface {
	People(ctx context.Context, a staff.Actor, f staff.Filter) ([]staff.Person, error)
	Person(ctx context.Context, a staff.Actor, p id.Person) (staff.Person, []staff.Membership, error)
	Teams(ctx context.Context) ([]staff.Team, error)
}

// Crews changes teams.
type Crews interface {
	CreateTeam(ctx context.Context, a staff.Actor, kind staff.Kind, name string) (staff.Team, error)
	ChangeTeam(ctx context.Context, a staff.Actor, t id.Team, name string, closed bool) error
	SetMember(ctx context.Context, a staff.Actor, t id.Team, p id.Person, part staff.Part) error
}

// Pages are the pages of this errand.
type Pages struct{ Staff Staff }

// pageSize is how many people stand on one page of the list.
const pageSize = 200

// listPage is the list.
type listPage struct {
	query, role string
	roles       []ui.Option
	rows        []row
	more        string
	mayEdit     bool
	filtered    bool
}

// row is one person in the list.
type row struct {
	name, sign, url string
	roles           []string
	state           staff.State
	archive         string // URL of her archive; "" when the reader may not see it
}

// List shows the people.
func (p Pages) List(v *visit.Visit) error {
	f := staff.Filter{Text: v.Form("q"), After: id.Person(v.Form("after")), Limit: pageSize}
	if role, err := staff.ParseRole(v.Form("role")); err == nil {
		f.Role = staff.RolesOf(role)
	}
	all, err := p.Staff.People(v.Context(), v.Actor, f)
	if err != nil {
		return err
	}
	out := listPage{query: f.Text, role: v.Form("role"), mayEdit: v.May(staff.PeopleEdit), filtered: f.Text != "" || f.Role != 0}
	out.roles = append(out.roles, ui.Option{Text: v.Text("web.people.any-role"), Chosen: out.role == ""})
	for _, r := range staff.AllRoles() {
		out.roles = append(out.roles, ui.Option{Value: r.String(), Text: v.Text(r.Title()), Chosen: out.role == r.String()})
	}
	for _, one := range all {
		out.rows = append(out.rows, rowOf(v, one))
	}
	if len(all) == pageSize {
		q := url.Values{"q": {f.Text}, "role": {out.role}, "after": {string(all[len(all)-1].ID)}}
		out.more = "/people?" + q.Encode()
	}
	return v.Show(list(v.Reader, out))
}

func rowOf(v *visit.Visit, p staff.Person) row {
	out := row{name: p.Display, sign: p.Name, url: "/people/" + string(p.ID), state: p.State}
	for _, r := range p.Roles.List() {
		out.roles = append(out.roles, v.Text(r.Title()))
	}
	if v.MayOthers(staff.ArchiveRead) && learns(p) {
		out.archive = "/archive/" + string(p.ID)
	}
	return out
}

// learns reports whether somebody has an archive that others look into.
func learns(p staff.Person) bool { return p.Roles.Has(staff.Trainee) || p.Roles.Has(staff.Agent) }

// newPage is the form for a new account.
type newPage struct {
	name, display string
	language      []ui.Option
	roles         []ui.Option
	wrong         string
}

// NewForm shows the form for a new account.
func (p Pages) NewForm(v *visit.Visit) error {
	return v.Show(create(v.Reader, newForm(v, staff.RolesOf(staff.Trainee), "")))
}

func newForm(v *visit.Visit, roles staff.Roles, wrong string) newPage {
	out := newPage{name: v.Form("name"), display: v.Form("display"), roles: roleOptions(v, roles), wrong: wrong}
	out.language = languageOptions(v, v.Form("language"))
	return out
}

func languageOptions(v *visit.Visit, chosen string) []ui.Option {
	out := []ui.Option{{Text: v.Text("web.account.language.browser"), Chosen: chosen == ""}}
	for _, l := range locale.Langs() {
		out = append(out, ui.Option{Value: string(l), Text: l.Own(), Chosen: chosen == string(l)})
	}
	return out
}

func roleOptions(v *visit.Visit, chosen staff.Roles) []ui.Option {
	var out []ui.Option
	for _, r := range staff.AllRoles() {
		out = append(out, ui.Option{Value: r.String(), Text: v.Text(r.Title()), Hint: v.Text("web.role." + r.String()), Chosen: chosen.Has(r)})
	}
	return out
}

// rolesOf reads the roles that were checked.
func rolesOf(v *visit.Visit) (staff.Roles, error) {
	if err := v.Request.ParseForm(); err != nil {
		return 0, fault.As(fault.Invalid, "", err)
	}
	var out staff.Roles
	for _, name := range v.Request.PostForm["roles"] {
		r, err := staff.ParseRole(name)
		if err != nil {
			return 0, err
		}
		out |= staff.RolesOf(r)
	}
	return out, nil
}

// Create makes an account and shows its first password, once.
func (p Pages) Create(v *visit.Visit) error {
	roles, err := rolesOf(v)
	if err != nil {
		return err
	}
	person, err := p.Staff.CreatePerson(v.Context(), v.Actor, staff.NewPerson{
		Name: v.Form("name"), Display: v.Form("display"), Language: v.Form("language"), Roles: roles})
	if err != nil {
		text, err := v.Wrong(err)
		if err != nil {
			return err
		}
		return v.ShowStatus(http.StatusUnprocessableEntity, create(v.Reader, newForm(v, roles, text)))
	}
	password, err := p.Staff.ResetPassword(v.Context(), v.Actor, person.ID)
	if err != nil {
		return err
	}
	return p.show(v, person.ID, http.StatusOK, shown{password: password, fresh: true})
}
