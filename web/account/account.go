// Package account is where a person looks after her own account: password,
// name and language, and where she is signed in. It also remembers language
// and theme for whoever switches them.
package account

import (
	"context"
	"net/http"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Staff is what the account pages need of package staff.
type Staff interface {
	ChangePassword(ctx context.Context, a staff.Actor, old, new string) error
	ChangeProfile(ctx context.Context, a staff.Actor, p id.Person, to staff.Profile) error
	Sessions(ctx context.Context, a staff.Actor, p id.Person) ([]staff.Session, error)
	SignOutEverywhere(ctx context.Context, a staff.Actor, p id.Person) error
}

// Pages are the pages of this errand.
type Pages struct{ Staff Staff }

// page is the account as it is shown.
type page struct {
	display  string
	language []ui.Option
	roles    []string
	places   []place
	password bool // she has one that she can change
	wrong    string
	done     string
}

// place is one browser she is signed in at.
type place struct {
	what, when, address string
	here                bool
}

// Show shows the account.
func (p Pages) Show(v *visit.Visit) error { return p.show(v, http.StatusOK, "", doneText(v)) }

func doneText(v *visit.Visit) string {
	switch v.Form("done") {
	case "password":
		return v.Text("web.account.password.done")
	case "profile":
		return v.Text("web.account.profile.done")
	case "everywhere":
		return v.Text("web.account.everywhere.done")
	}
	return ""
}

func (p Pages) show(v *visit.Visit, status int, wrong, done string) error {
	sessions, err := p.Staff.Sessions(v.Context(), v.Actor, v.Person.ID)
	if err != nil {
		return err
	}
	out := page{display: v.Person.Display, wrong: wrong, done: done, password: v.Person.Password != ""}
	out.language = append(out.language, ui.Option{Value: "", Text: v.Text("web.account.language.browser"), Chosen: v.Person.Language == ""})
	for _, l := range locale.Langs() {
		out.language = append(out.language, ui.Option{Value: string(l), Text: l.Own(), Chosen: v.Person.Language == string(l)})
	}
	for _, role := range v.Person.Roles.List() {
		out.roles = append(out.roles, v.Text(role.Title()))
	}
	for _, s := range sessions {
		out.places = append(out.places, place{what: browser(v, s.Agent), when: v.When(s.Seen, v.Now), address: s.Address, here: s.ID == v.Session.ID})
	}
	return v.ShowStatus(status, show(v.Reader, out))
}

// PasswordForm shows nothing but the change of the password, as somebody
// whose password another person has set must see it.
func (p Pages) PasswordForm(v *visit.Visit) error {
	return v.Show(passwordPage(v.Reader, v.Person.MustChange, ""))
}

// ChangePassword changes the password.
func (p Pages) ChangePassword(v *visit.Visit) error {
	if err := p.changePassword(v); err != nil {
		text, err := v.Wrong(err)
		if err != nil {
			return err
		}
		return v.ShowStatus(http.StatusUnprocessableEntity, passwordPage(v.Reader, v.Person.MustChange, text))
	}
	if v.Person.MustChange {
		return v.Go("/")
	}
	return v.Go("/account?done=password")
}

func (p Pages) changePassword(v *visit.Visit) error {
	if v.Form("password") != v.Form("again") {
		return fault.New(fault.Invalid, "web.password.differ", nil)
	}
	return p.Staff.ChangePassword(v.Context(), v.Actor, v.Form("old"), v.Form("password"))
}

// ChangeProfile changes name and language.
func (p Pages) ChangeProfile(v *visit.Visit) error {
	to := staff.Profile{Display: v.Form("display"), Language: v.Form("language")}
	if err := p.Staff.ChangeProfile(v.Context(), v.Actor, v.Person.ID, to); err != nil {
		text, err := v.Wrong(err)
		if err != nil {
			return err
		}
		return p.show(v, http.StatusUnprocessableEntity, text, "")
	}
	if l, ok := locale.Parse(to.Language); ok {
		v.SetLanguage(l)
	}
	return v.Go("/account?done=profile")
}

// SignOutEverywhere ends the sessions at all other browsers.
func (p Pages) SignOutEverywhere(v *visit.Visit) error {
	if err := p.Staff.SignOutEverywhere(v.Context(), v.Actor, v.Person.ID); err != nil {
		return err
	}
	return v.Go("/account?done=everywhere")
}

// Language remembers a language in the browser, and with the person when she
// is known.
func (p Pages) Language(v *visit.Visit) error {
	l, ok := locale.Parse(v.Form("language"))
	if !ok {
		return fault.New(fault.Invalid, "web.language.unknown", nil)
	}
	v.SetLanguage(l)
	return v.Go(visit.Inside(v.Form("back"), "/"))
}

// Theme remembers a theme in the browser. A script gets the switch back.
func (p Pages) Theme(v *visit.Visit) error {
	v.SetTheme(ui.ParseTheme(v.Form("theme")))
	if v.Part() {
		return v.Show(ui.ThemeSwitch(v.Reader))
	}
	return v.Go(visit.Inside(v.Form("back"), "/"))
}
