package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/lianxi-cc/lianxi/api"
	"github.com/lianxi-cc/lianxi/internal/config"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/staff/oidc"
	"github.com/lianxi-cc/lianxi/staff/staffdb"
	"github.com/lianxi-cc/lianxi/web"
	"github.com/lianxi-cc/lianxi/web/lexicon"
	"github.com/lianxi-cc/lianxi/web/signin"
)

// serveCmd serves the pages and the API until it is interrupted.
type serveCmd struct {
	Listen        string `help:"Address to listen on; port 0 takes a free one." placeholder:"HOST:PORT"`
	Demo          bool   `help:"Fill an empty centre with demo people; only on this machine."`
	NewArchiveKey bool   `help:"Make a new signing key where the old one was lost."`
	Development   bool   `help:"Offer the page of components, /ui." hidden:""`
}

// served is the first line on standard output.
type served struct {
	URL    string  `json:"url"`
	Logins []login `json:"logins"`
}

// grace is how long requests may go on after the signal to stop.
const grace = 10 * time.Second

// Run opens the centre, prints its address and serves.
func (c *serveCmd) Run(ctx context.Context, e *env) error {
	cfg, err := e.loadConfig()
	if err != nil {
		return err
	}
	if c.Listen != "" {
		cfg.Server.Listen = c.Listen
	}
	if c.Demo && !loopback(cfg.Server.Listen) {
		return fault.New(fault.Invalid, "cli.demo.loopback", fault.Args{"listen": cfg.Server.Listen})
	}
	l, err := net.Listen("tcp", cfg.Server.Listen)
	if err != nil {
		return &fault.Error{Kind: fault.Invalid, Key: "cli.listen", Args: fault.Args{"listen": cfg.Server.Listen, "problem": cause(err)}, Err: err}
	}
	unlock, err := lockFolder(e.dataDir())
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer unlock()
	how := toServe
	if c.NewArchiveKey {
		how = toServeNewKey
	}
	h, err := openHouse(ctx, e.dataDir(), cfg, newLog(e.err, cfg.Log), how)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	line := served{Logins: []login{}}
	if c.Demo {
		if line.Logins, err = h.fillDemo(ctx); err != nil {
			return errors.Join(err, l.Close(), h.Close())
		}
	}
	return errors.Join(c.serve(ctx, e, h, l, line), h.Close())
}

func (c *serveCmd) serve(ctx context.Context, e *env, h *house, l net.Listener, line served) error {
	line.URL = publicURL(h.cfg.Server, l.Addr())
	handler, err := h.handler(line.URL, c.Development)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	if err := h.Start(ctx); err != nil {
		return errors.Join(err, l.Close())
	}
	if err := writeJSON(e.out, line); err != nil {
		return errors.Join(err, l.Close())
	}
	if err := e.flush(); err != nil {
		return errors.Join(err, l.Close())
	}
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		BaseContext: func(net.Listener) context.Context { return ctx }}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := srv.Shutdown(closing); err != nil {
		return srv.Close()
	}
	return nil
}

// handler is every door of the house. address is what people type.
func (h *house) handler(address string, development bool) (http.Handler, error) {
	catalogue, err := locale.Load()
	if err != nil {
		return nil, err
	}
	competencies, err := scorecard.LoadCompetencies(h.ears.content)
	if err != nil {
		return nil, err
	}
	provider, err := h.provider(address)
	if err != nil {
		return nil, err
	}
	pages, err := web.New(web.Deps{
		Staff: h.people, Cookies: staffdb.NewCookies(h.db, time.Now), Calls: h.calls, Scenarios: h.scenarios, Conversations: h.conversations,
		Results: h.results, Reviews: h.results, IDs: h.ids, Archive: h.archive, HalfLife: skill.DefaultHalfLife, Live: h.bus.Live,
		Acts: h.ears.catalogue, Cards: h.cards, Judge: h.judge, Competencies: competencies,
		Lexicon: lexicon.Deps{Store: h.lexicons, Live: h.ears.language, Compile: h.ears.compile, Released: h.Released, Labelled: labelled,
			NewLabel: func() id.Label { return id.Make[id.Label](h.ids) }},
		Provider: provider, ProviderName: h.cfg.OIDC.Name,
		Catalogue: catalogue, Zone: time.Local, Now: time.Now, Seed: drawForm, Log: h.log,
		Secure: strings.HasPrefix(address, "https://"), Development: development})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", h.health)
	mux.Handle(api.Prefix+"/", api.New(api.Deps{
		Staff: h.people, Conversations: h.conversations, Cards: h.cards, Judge: h.judge, Results: h.results, Archive: h.archive,
		IDs: h.ids, Catalogue: catalogue, Zone: time.Local, Now: time.Now, Mask: h.cfg.Privacy.Mask, Log: h.log}))
	mux.Handle("/", pages)
	return withoutNUL(mux), nil
}

// withoutNUL refuses addresses that hold a NUL: nothing here has one in its
// name, and no database takes it.
func withoutNUL(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "\x00") || strings.Contains(r.URL.RawQuery, "%00") {
			http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// provider signs people in by the centre's own accounts, if one is configured.
func (h *house) provider(address string) (signin.Provider, error) {
	c := h.cfg.OIDC
	if c.Issuer == "" {
		return nil, nil
	}
	return oidc.New(oidc.Config{Issuer: c.Issuer, ClientID: c.ClientID, ClientSecret: string(c.ClientSecret),
		RedirectURL: strings.TrimSuffix(address, "/") + "/sign-in/back"}, time.Now)
}

// health answers 200 as long as the database does.
func (h *house) health(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	if _, err := h.db.Read().ExecContext(ctx, "SELECT 1"); err != nil {
		h.log.ErrorContext(ctx, "health", "error", err)
		http.Error(w, "database unavailable", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = fmt.Fprintln(w, "ok") // who asked has gone
}

// loopback reports whether listen names this machine only.
func loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// publicURL is what people type.
func publicURL(c config.Server, at net.Addr) string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	return "http://" + at.String()
}
