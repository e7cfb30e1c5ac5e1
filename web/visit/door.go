package visit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/ui"
)

// Access says who may come in at a route. The zero Access lets nobody in
// without a sign-in.
type Access struct {
	who        who
	permission staff.Permission
}

type who uint8

const (
	signedIn who = iota
	anyone
	holder
)

// Anyone lets everybody in, also before signing in.
func Anyone() Access { return Access{who: anyone} }

// SignedIn lets in whoever is signed in, whatever her roles.
func SignedIn() Access { return Access{who: signedIn} }

// Holder lets in who may do p to anything at all.
func Holder(p staff.Permission) Access { return Access{who: holder, permission: p} }

// Open reports whether a stranger may come in.
func (a Access) Open() bool { return a.who == anyone }

// Permission returns the permission the route needs, if it needs one.
func (a Access) Permission() (staff.Permission, bool) { return a.permission, a.who == holder }

// String names the access as a table of routes shows it.
func (a Access) String() string {
	switch a.who {
	case anyone:
		return "anyone"
	case holder:
		return a.permission.String()
	}
	return "signed in"
}

// Sessions resumes a session; staff.Service does.
type Sessions interface {
	Resume(ctx context.Context, s id.Session, from staff.Origin) (staff.SignedIn, error)
}

// Door makes visits of requests.
type Door struct {
	Catalogue   *locale.Catalogue
	Zone        *time.Location
	Now         func() time.Time
	Log         *slog.Logger
	Assets      string
	Development bool
	Secure      bool // the browser reaches us by https
	Sessions    *scs.SessionManager
	Staff       Sessions
	Links       func(staff.Actor) (links, own []ui.Link)
}

// The names of the cookies and of what the cookie session holds.
const (
	languageCookie = "lianxi_language"
	themeCookie    = "lianxi_theme"
	sessionKey     = "session"
	passwordPath   = "/account/password"
	signInPath     = "/sign-in"
)

// maxBody bounds a form. The longest is a line of 2000 characters.
const maxBody = 1 << 20

// Open returns the route's handler behind the door.
func (d *Door) Open(a Access, h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		v := &Visit{Request: r, Writer: w, door: d}
		v.Reader = d.reader(r)
		defer d.catch(v)
		in, known, err := d.who(r)
		if err != nil {
			d.fail(v, err)
			return
		}
		if known {
			d.greet(v, in)
		}
		if done := d.turnAway(v, a, known); done {
			return
		}
		if err := h(v); err != nil {
			d.fail(v, err)
		}
	})
}

// who returns whose session the cookie names. A session that is over is
// forgotten, and the visitor a stranger.
func (d *Door) who(r *http.Request) (staff.SignedIn, bool, error) {
	sid := id.Session(d.Sessions.GetString(r.Context(), sessionKey))
	if sid == "" {
		return staff.SignedIn{}, false, nil
	}
	in, err := d.Staff.Resume(r.Context(), sid, originOf(r))
	if fault.Is(err, fault.Denied) || fault.Is(err, fault.NotFound) {
		d.Sessions.Remove(r.Context(), sessionKey)
		return staff.SignedIn{}, false, nil
	}
	return in, err == nil, err
}

func (d *Door) greet(v *Visit, in staff.SignedIn) {
	v.Actor, v.Person, v.Session = in.Actor, in.Person, in.Session
	v.Name, v.SignName = in.Person.Display, in.Person.Name
	if _, err := v.Request.Cookie(languageCookie); err != nil && in.Person.Language != "" {
		if lang, ok := locale.Parse(in.Person.Language); ok {
			v.Printer = d.Catalogue.Printer(lang, d.Zone)
		}
	}
	if d.Links != nil {
		v.Links, v.Own = d.Links(in.Actor)
		markHere(v.Links, v.Path)
	}
}

// turnAway sends a visitor elsewhere who may not come in here, and reports
// whether it did.
func (d *Door) turnAway(v *Visit, a Access, known bool) bool {
	if a.Open() {
		return false
	}
	if !known {
		to := signInPath
		if v.Request.Method == http.MethodGet && v.Request.URL.Path != "/" && !v.Part() {
			to += "?to=" + url.QueryEscape(v.Request.URL.RequestURI())
		}
		_ = v.Go(to)
		return true
	}
	if v.Person.MustChange && v.Request.URL.Path != passwordPath && v.Request.URL.Path != "/sign-out" {
		_ = v.Go(passwordPath)
		return true
	}
	if p, needs := a.Permission(); needs && !staff.May(v.Actor, p) {
		d.fail(v, fault.New(fault.Denied, "web.denied", nil))
		return true
	}
	return false
}

// reader reads language and theme of a request.
func (d *Door) reader(r *http.Request) ui.Reader {
	lang := d.Catalogue.Match(cookie(r, languageCookie), r.Header.Get("Accept-Language"))
	return ui.Reader{
		Printer: d.Catalogue.Printer(lang, d.Zone), Now: d.Now(), Assets: d.Assets,
		Theme: ui.ParseTheme(cookie(r, themeCookie)), Path: r.URL.RequestURI(), Development: d.Development,
	}
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// SetLanguage remembers the reader's language.
func (v *Visit) SetLanguage(l locale.Lang) {
	v.door.remind(v.Writer, languageCookie, string(l))
	v.Printer = v.door.Catalogue.Printer(l, v.door.Zone)
}

// SetTheme remembers the reader's theme.
func (v *Visit) SetTheme(t ui.Theme) {
	v.door.remind(v.Writer, themeCookie, string(t))
	v.Theme = t
}

// remind keeps a choice in the browser for a year.
func (d *Door) remind(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, Secure: d.Secure, SameSite: http.SameSiteLaxMode})
}

func (d *Door) remember(r *http.Request, in staff.SignedIn) error {
	if err := d.Sessions.RenewToken(r.Context()); err != nil {
		return fault.As(fault.Unavailable, "", err)
	}
	d.Sessions.Put(r.Context(), sessionKey, string(in.Session.ID))
	return nil
}

// markHere marks the link whose page the path lies under, the longest first.
func markHere(links []ui.Link, path string) {
	best := -1
	for i, l := range links {
		if under(path, l.URL) && (best < 0 || len(l.URL) > len(links[best].URL)) {
			best = i
		}
	}
	if best >= 0 {
		links[best].Here = true
	}
}

func under(path, base string) bool {
	if base == "/" {
		return path == "/"
	}
	return len(path) >= len(base) && path[:len(base)] == base && (len(path) == len(base) || path[len(base)] == '/' || path[len(base)] == '?')
}

func originOf(r *http.Request) staff.Origin {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return staff.Origin{Address: host, Agent: r.UserAgent()}
}

// catch turns a panic into an error page; the program goes on.
func (d *Door) catch(v *Visit) {
	p := recover()
	if p == nil {
		return
	}
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(p)
	}
	d.fail(v, &fault.Error{Op: "web", Err: fmt.Errorf("panic: %v\n%s", p, debug.Stack())})
}
