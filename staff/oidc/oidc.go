// Package oidc signs people in by an account of another house, as OpenID
// Connect describes it: authorization code with PKCE, state and nonce.
//
// The provider vouches for an issuer and a subject, nothing else: who that is
// here, staff decides. Names and languages only fill a new account.
package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/staff"
)

// Config names the provider and who we are to it.
type Config struct {
	Issuer       string // as the provider spells it; https, or http on this machine
	ClientID     string
	ClientSecret string // "" for a public client; PKCE is used in any case
	RedirectURL  string // our page that takes people back, as the provider has it
}

// The bounds of a sign-in.
const (
	patience   = 10 * time.Minute // between going to the provider and coming back
	answerTime = 10 * time.Second // of the provider to one request of ours
	maxAnswer  = 1 << 20          // bytes of such an answer
	maxUsed    = 10_000           // sign-ins remembered as used
)

// Provider is a provider of identities. It looks the provider up when the
// first person comes, so that the program starts while the provider is away.
// It is safe for use by several goroutines.
type Provider struct {
	cfg    Config
	now    func() time.Time
	client *http.Client

	mu    sync.Mutex // guards what follows
	found *oidc.Provider
	used  map[string]time.Time // states that came back, until they are too old anyway
}

// New returns a Provider for cfg. It returns Invalid (staff.oidc.config) when
// the issuer or our own address is no https URL (http is for this machine
// alone) or the client's id is missing. It asks nobody yet.
func New(cfg Config, now func() time.Time) (*Provider, error) {
	for _, address := range []string{cfg.Issuer, cfg.RedirectURL} {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Fragment != "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
			return nil, fault.Wrap("oidc.New", fault.New(fault.Invalid, "staff.oidc.config", fault.Args{"read": address}))
		}
	}
	if cfg.ClientID == "" {
		return nil, fault.Wrap("oidc.New", fault.New(fault.Invalid, "staff.oidc.config", fault.Args{"read": "client_id"}))
	}
	client := &http.Client{Timeout: answerTime, Transport: bounded{http.DefaultTransport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &Provider{cfg: cfg, now: now, client: client, used: map[string]time.Time{}}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// bounded cuts off what a provider answers beyond maxAnswer.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(answer.Body, maxAnswer), answer.Body}
	return answer, nil
}

// Begin returns where to send the browser, and what must be kept for it on
// the server's side until it comes back. It returns Unavailable
// (staff.oidc.unavailable) when the provider cannot be looked up.
func (p *Provider) Begin(ctx context.Context) (to, kept string, err error) {
	found, err := p.find(ctx)
	if err != nil {
		return "", "", fault.Wrap("oidc.Begin", err)
	}
	s := sign{state: rand.Text(), nonce: rand.Text(), verifier: oauth2.GenerateVerifier(), at: p.now()}
	to = p.flow(found).AuthCodeURL(s.state, oidc.Nonce(s.nonce), oauth2.S256ChallengeOption(s.verifier))
	return to, s.String(), nil
}

// Finish checks what the provider sent the browser back with against what
// Begin had kept, fetches the identity and returns whom it vouches for. It
// returns Denied with
//
//   - staff.oidc.state: not what was kept, kept too long, or used already;
//   - staff.oidc.refused: the provider, or the person at it, said no; or what
//     it vouched for was not meant for us, not now, or not signed by it;
//
// and Unavailable (staff.oidc.unavailable) when it does not answer.
func (p *Provider) Finish(ctx context.Context, kept string, r *http.Request) (staff.Claim, error) {
	const op = "oidc.Finish"
	back := r.URL.Query()
	s, ok := readSign(kept)
	if !ok || subtle.ConstantTimeCompare([]byte(s.state), []byte(back.Get("state"))) != 1 || !p.spend(s) {
		return staff.Claim{}, fault.Wrap(op, fault.New(fault.Denied, "staff.oidc.state", nil))
	}
	if why := back.Get("error"); why != "" || back.Get("code") == "" {
		return staff.Claim{}, refused(op, errors.New("the provider says "+strconv.Quote(why)))
	}
	if iss := back.Get("iss"); iss != "" && iss != p.cfg.Issuer { // RFC 9207
		return staff.Claim{}, refused(op, errors.New("answered by another issuer"))
	}
	found, err := p.find(ctx)
	if err != nil {
		return staff.Claim{}, fault.Wrap(op, err)
	}
	answer, err := p.flow(found).Exchange(p.over(ctx), back.Get("code"), oauth2.VerifierOption(s.verifier))
	if err != nil {
		var said *oauth2.RetrieveError
		if errors.As(err, &said) && said.Response != nil && said.Response.StatusCode < 500 {
			return staff.Claim{}, refused(op, err)
		}
		return staff.Claim{}, fault.Wrap(op, fault.As(fault.Unavailable, "staff.oidc.unavailable", err))
	}
	raw, _ := answer.Extra("id_token").(string)
	c, err := p.verify(ctx, found, raw, s.nonce)
	return c, fault.Wrap(op, err)
}

// verify returns whom an ID token vouches for.
func (p *Provider) verify(ctx context.Context, found *oidc.Provider, raw, nonce string) (staff.Claim, error) {
	const op = "oidc.verify"
	verifier := found.Verifier(&oidc.Config{ClientID: p.cfg.ClientID, Now: p.now})
	token, err := verifier.Verify(p.over(ctx), raw)
	if err != nil {
		return staff.Claim{}, refused(op, err)
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1 {
		return staff.Claim{}, refused(op, errors.New("the nonce is not ours"))
	}
	var said struct {
		Party    string `json:"azp"`
		Name     string `json:"name"`
		Username string `json:"preferred_username"`
		Locale   string `json:"locale"`
	}
	if err := token.Claims(&said); err != nil {
		return staff.Claim{}, refused(op, err)
	}
	// A token for several is ours only if it was made for us (OpenID Connect
	// Core, 3.1.3.7).
	if said.Party != "" && said.Party != p.cfg.ClientID || said.Party == "" && len(token.Audience) > 1 {
		return staff.Claim{}, refused(op, errors.New("made for another party"))
	}
	if token.Subject == "" {
		return staff.Claim{}, refused(op, errors.New("no subject"))
	}
	return staff.Claim{Identity: staff.Identity{Issuer: token.Issuer, Subject: token.Subject}, Name: said.Username, Display: said.Name,
		Language: language(said.Locale)}, nil
}

// language returns the language of ours that a provider's locale means.
func language(tag string) string {
	primary, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
	i := slices.IndexFunc(staff.Languages(), func(l string) bool {
		own, _, _ := strings.Cut(l, "-")
		return own == primary
	})
	if i < 0 {
		return ""
	}
	return staff.Languages()[i]
}

func refused(op string, err error) error {
	return fault.Wrap(op, fault.As(fault.Denied, "staff.oidc.refused", err))
}

// over returns ctx with our client for the requests of the libraries.
func (p *Provider) over(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.client)
}

func (p *Provider) flow(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: p.cfg.ClientID, ClientSecret: p.cfg.ClientSecret, Endpoint: found.Endpoint(),
		RedirectURL: p.cfg.RedirectURL, Scopes: []string{oidc.ScopeOpenID, "profile"}}
}

// find looks the provider up, once it answered for good.
func (p *Provider) find(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	found := p.found
	p.mu.Unlock()
	if found != nil {
		return found, nil
	}
	found, err := oidc.NewProvider(p.over(ctx), p.cfg.Issuer)
	if err != nil {
		return nil, fault.As(fault.Unavailable, "staff.oidc.unavailable", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found = found
	return found, nil
}

// spend reports whether s may still be used, and uses it up. The cookie
// session gives a kept value out only once; this holds even if a door forgets.
func (p *Provider) spend(s sign) bool {
	now := p.now()
	if age := now.Sub(s.at); age < 0 || age >= patience {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, again := p.used[s.state]; again {
		return false
	}
	for state, at := range p.used {
		if now.Sub(at) >= patience {
			delete(p.used, state)
		}
	}
	if len(p.used) >= maxUsed {
		return false
	}
	p.used[s.state] = s.at
	return true
}

// sign is what is kept between Begin and Finish.
type sign struct {
	state, nonce, verifier string
	at                     time.Time
}

// String writes s for the cookie session.
func (s sign) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join([]string{s.state, s.nonce, s.verifier, strconv.FormatInt(s.at.UnixMicro(), 10)}, " ")))
}

func readSign(text string) (sign, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	parts := strings.Split(string(raw), " ")
	if err != nil || len(parts) != 4 || parts[0] == "" || parts[1] == "" || parts[2] == "" {
		return sign{}, false
	}
	at, err := strconv.ParseInt(parts[3], 10, 64)
	return sign{state: parts[0], nonce: parts[1], verifier: parts[2], at: time.UnixMicro(at).UTC()}, err == nil
}
