// Package signin lets people in and out.
package signin

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Staff is what signing in needs of package staff.
type Staff interface {
	Empty(ctx context.Context) (bool, error)
	SignIn(ctx context.Context, name, password string, from staff.Origin) (staff.SignedIn, error)
	SignInBy(ctx context.Context, c staff.Claim, from staff.Origin) (staff.SignedIn, error)
	SignOut(ctx context.Context, a staff.Actor) error
}

// Provider is another house that vouches for people. Begin returns where to
// send the browser and what must be kept until it comes back; Finish checks
// what came back against what was kept.
type Provider interface {
	Begin(ctx context.Context) (url, kept string, err error)
	Finish(ctx context.Context, kept string, r *http.Request) (staff.Claim, error)
}

// Pages are the pages of this errand. Provider is nil when none is configured.
type Pages struct {
	Staff        Staff
	Provider     Provider
	ProviderName string
}

// page is what the form shows.
type page struct {
	name, to, wrong, provider string
}

// Form shows the form; an empty house leads to its first page.
func (p Pages) Form(v *visit.Visit) error {
	if v.SignedIn() {
		return v.Go(visit.Inside(v.Form("to"), "/"))
	}
	empty, err := p.Staff.Empty(v.Context())
	if err != nil {
		return err
	}
	if empty {
		return v.Go("/first-run")
	}
	return v.Show(form(v.Reader, p.page(v)))
}

func (p Pages) page(v *visit.Visit) page {
	out := page{name: v.Form("name"), to: visit.Inside(v.Form("to"), "/")}
	if p.Provider != nil {
		out.provider = p.ProviderName
	}
	return out
}

// SignIn takes name and password.
func (p Pages) SignIn(v *visit.Visit) error {
	in, err := p.Staff.SignIn(v.Context(), v.Form("name"), v.Form("password"), v.Origin())
	if err != nil {
		return p.again(v, err)
	}
	return p.enter(v, in, visit.Inside(v.Form("to"), "/"))
}

// again shows the form once more and says why.
func (p Pages) again(v *visit.Visit, err error) error {
	text, err2 := v.Wrong(err)
	if err2 != nil {
		return err2
	}
	out := p.page(v)
	out.wrong = text
	status := http.StatusUnauthorized
	if wait := waitOf(err); wait > 0 {
		status = http.StatusTooManyRequests
		v.Writer.Header().Set("Retry-After", strconv.Itoa(wait))
	}
	return v.ShowStatus(status, form(v.Reader, out))
}

// waitOf returns how many seconds a refused sign-in must wait.
func waitOf(err error) int {
	var f *fault.Error
	if !errors.As(err, &f) || f.Key != "staff.signin.wait" {
		return 0
	}
	seconds, _ := f.Args["seconds"].(int)
	return seconds
}

func (p Pages) enter(v *visit.Visit, in staff.SignedIn, to string) error {
	if err := v.SignIn(in); err != nil {
		return err
	}
	return v.Go(to)
}

// What is kept while the browser is at the provider.
const (
	keptProvider = "provider"
	keptTo       = "provider-to"
)

// ToProvider sends the browser to the provider. It is a link and not a form:
// browsers hold a form to the content security policy on every redirect.
func (p Pages) ToProvider(v *visit.Visit) error {
	if p.Provider == nil {
		return visit.NotFound(v)
	}
	url, kept, err := p.Provider.Begin(v.Context())
	if err != nil {
		return p.again(v, fault.As(fault.Denied, "web.signin.provider-down", err))
	}
	v.Keep(keptProvider, kept)
	v.Keep(keptTo, visit.Inside(v.Form("to"), "/"))
	http.Redirect(v.Writer, v.Request, url, http.StatusSeeOther)
	return nil
}

// FromProvider takes the browser back.
func (p Pages) FromProvider(v *visit.Visit) error {
	kept, to := v.Take(keptProvider), v.Take(keptTo)
	if p.Provider == nil {
		return visit.NotFound(v)
	}
	if kept == "" {
		return p.again(v, fault.New(fault.Denied, "web.signin.provider-lost", nil))
	}
	claim, err := p.Provider.Finish(v.Context(), kept, v.Request)
	if err != nil {
		return p.again(v, fault.As(fault.Denied, "web.signin.provider-refused", err))
	}
	in, err := p.Staff.SignInBy(v.Context(), claim, v.Origin())
	if err != nil {
		return p.again(v, err)
	}
	return p.enter(v, in, visit.Inside(to, "/"))
}

// SignOut ends the session, here and at the browser.
func (p Pages) SignOut(v *visit.Visit) error {
	if err := p.Staff.SignOut(v.Context(), v.Actor); err != nil {
		return err
	}
	if err := v.Forget(); err != nil {
		return err
	}
	return v.Go("/sign-in")
}
