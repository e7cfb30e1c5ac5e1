// Package visit turns a request into a visit: who reads, in which language,
// what she may do, and how a page or an error reaches her.
//
// A page's handler takes a *Visit and returns an error; the door writes the
// error page. Every route says who may come in (Access); what somebody may do
// to a particular thing is decided in the handler, by package staff.
package visit

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/ui"
)

// Visit is one request with its reader. The zero Actor is a stranger's.
type Visit struct {
	ui.Reader
	Actor   staff.Actor
	Person  staff.Person
	Session staff.Session
	Request *http.Request
	Writer  http.ResponseWriter

	door *Door
}

// Handler answers a visit. An error becomes an error page.
type Handler func(v *Visit) error

// Context returns the request's context.
func (v *Visit) Context() context.Context { return v.Request.Context() }

// Show sends a page.
func (v *Visit) Show(c templ.Component) error { return v.ShowStatus(http.StatusOK, c) }

// ShowStatus sends a page with a status, as a form that must be corrected has.
func (v *Visit) ShowStatus(status int, c templ.Component) error {
	h := v.Writer.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(v.Lang()))
	v.Writer.WriteHeader(status)
	if err := c.Render(v.Context(), v.Writer); err != nil {
		v.door.Log.DebugContext(v.Context(), "page not sent", "path", v.Path, "error", err)
	}
	return nil
}

// Go leads the browser on after a change; to is a path of ours.
func (v *Visit) Go(to string) error {
	if v.Request.Header.Get("HX-Request") != "" {
		v.Writer.Header().Set("HX-Redirect", to)
		v.Writer.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(v.Writer, v.Request, to, http.StatusSeeOther)
	return nil
}

// Form returns a value of the form that was sent, "" when there is none.
func (v *Visit) Form(name string) string { return v.Request.FormValue(name) }

// Part reports whether a script asked for a part of a page.
func (v *Visit) Part() bool {
	return v.Request.Header.Get("X-Part") != "" || v.Request.Header.Get("HX-Request") != ""
}

// May reports whether the reader may do p to anything at all.
func (v *Visit) May(p staff.Permission) bool { return staff.May(v.Actor, p) }

// MayOthers reports whether the reader may do p to what belongs to others.
func (v *Visit) MayOthers(p staff.Permission) bool { return BeyondOwn(v.Actor, p) }

// BeyondOwn reports whether a may do p to more than what is hers or was
// shared with her.
func BeyondOwn(a staff.Actor, p staff.Permission) bool {
	for _, s := range staff.Reach(a, p) {
		if s != staff.Own && s != staff.Shared {
			return true
		}
	}
	return false
}

// Origin returns where the request came from.
func (v *Visit) Origin() staff.Origin { return originOf(v.Request) }

// Wrong returns what a person should read about err when she can mend it
// herself, to be shown in the form. Any other error goes on to the door.
func (v *Visit) Wrong(err error) (string, error) {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.Denied:
		return v.Error(err), nil
	}
	return "", err
}

// WrongChoice is Wrong for a form in which something is chosen by its name: that
// it is not there any more is for the reader to mend, too.
func (v *Visit) WrongChoice(err error) (string, error) {
	if fault.Is(err, fault.NotFound) {
		return v.Error(err), nil
	}
	return v.Wrong(err)
}

// SignIn puts a session into the browser's cookie, under a fresh token.
func (v *Visit) SignIn(in staff.SignedIn) error { return v.door.remember(v.Request, in) }

// Forget takes the session out of the browser's cookie.
func (v *Visit) Forget() error {
	return fault.As(fault.Unavailable, "", v.door.Sessions.Destroy(v.Context()))
}

// Keep holds a value in the cookie session until it is Taken, as a redirect
// through a provider needs.
func (v *Visit) Keep(key, value string) { v.door.Sessions.Put(v.Context(), key, value) }

// Take returns what was kept and forgets it.
func (v *Visit) Take(key string) string { return v.door.Sessions.PopString(v.Context(), key) }

// Inside returns to when it is a path of ours, else otherwise. It keeps
// "come back to" from leading out of the house.
func Inside(to, otherwise string) string {
	u, err := url.Parse(to)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(to, "/") ||
		strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n") {
		return otherwise
	}
	return to
}
