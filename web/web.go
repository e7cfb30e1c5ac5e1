// Package web is the door for people: every page of the house.
//
// A page's folder is a reader's errand. The list of all routes is in
// routes.go; each says who may come in.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/event"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/score/engine"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
	"github.com/lianxi-cc/lianxi/web/lexicon"
	"github.com/lianxi-cc/lianxi/web/signin"
	"github.com/lianxi-cc/lianxi/web/static"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Deps is what the pages need of the house. All fields are needed but
// Provider.
type Deps struct {
	Staff         *staff.Service
	Cookies       scs.CtxStore // where cookie sessions are kept
	Calls         *training.Calls
	Scenarios     *scenario.Library
	Conversations conversation.Store
	Results       score.Store
	Reviews       score.ReviewStore
	IDs           *id.Source
	Archive       *skill.Service
	HalfLife      time.Duration      // of the archive's estimates
	Live          func() *event.Live // of the bus once it has started

	Acts         *analysis.Catalogue
	Cards        *scorecard.Service
	Judge        *engine.Engine
	Competencies []scorecard.Competency
	Lexicon      lexicon.Deps // its Acts, Staff and Conversations are those above

	Provider     signin.Provider // nil: no sign-in by another house
	ProviderName string          // on its button

	Catalogue   *locale.Catalogue
	Zone        *time.Location // of the centre; times are shown in it
	Now         func() time.Time
	Seed        func() uint64 // chooses the form of a practice call
	Log         *slog.Logger
	Secure      bool // the browser reaches us by https
	Development bool // offer /ui
}

// New returns the pages. It fails only when a file built into the program is
// broken.
func New(d Deps) (http.Handler, error) {
	files, err := static.Load()
	if err != nil {
		return nil, err
	}
	door := &visit.Door{
		Catalogue: d.Catalogue, Zone: d.Zone, Now: d.Now, Log: d.Log, Assets: files.Prefix(), Development: d.Development,
		Secure: d.Secure, Sessions: sessions(d), Staff: d.Staff, Links: links,
	}
	pages := http.NewServeMux()
	for _, r := range Routes(d) {
		pages.Handle(r.Method+" "+r.Pattern, door.Open(r.Access, r.Handler))
	}
	pages.Handle("GET /", door.Open(visit.Anyone(), visit.NotFound))
	mux := http.NewServeMux()
	mux.Handle("GET /static/", files)
	mux.Handle("GET /favicon.ico", http.RedirectHandler(files.Prefix()+"/favicon.svg", http.StatusFound))
	mux.Handle("/", guard(door.Sessions.LoadAndSave(pages)))
	return secure(http.NewCrossOriginProtection().Handler(mux)), nil
}

// cookieLife is how long a browser keeps the cookie; staff ends sessions
// earlier, after idleness.
const cookieLife = 12 * time.Hour

func sessions(d Deps) *scs.SessionManager {
	m := scs.New()
	m.Store = plainStore{d.Cookies}
	m.Lifetime = cookieLife
	m.Cookie.Name = "lianxi"
	m.Cookie.HttpOnly = true
	m.Cookie.Secure = d.Secure
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		d.Log.ErrorContext(r.Context(), "cookie session", "error", err)
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
	}
	return m
}

// plainStore gives scs the methods without a context that its interface asks
// for; it calls only those with one.
type plainStore struct{ scs.CtxStore }

func (s plainStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
func (s plainStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}
func (s plainStore) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

// policy lets a page load nothing but our own files. Images may be data: the
// style sheet holds some of its small drawings in itself.
const policy = "default-src 'self'; img-src 'self' data:; style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// secure sets what every answer carries.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), payment=()")
		next.ServeHTTP(w, r)
	})
}

// guard keeps pages, which are personal, out of shared caches and out of the
// browser's own after signing out.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}
