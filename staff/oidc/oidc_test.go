package oidc_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/staff/oidc"
)

// house is a provider in this process. One code is good for one token.
type house struct {
	*httptest.Server
	t      *testing.T
	clock  *testkit.Clock
	key    *ecdsa.PrivateKey
	signer *ecdsa.PrivateKey // who signs; another than key is a forger
	change func(claims map[string]any)
	token  func(raw string) string // what is handed out instead
	status int                     // of the token endpoint; 0 means it works

	challenge, nonce string
	codes            map[string]bool
}

func newHouse(t *testing.T) *house {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, clock: testkit.NewClock(), key: key, signer: key, codes: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", h.discovery)
	mux.HandleFunc("GET /keys", h.keys)
	mux.HandleFunc("POST /token", h.exchange)
	h.Server = httptest.NewServer(mux)
	t.Cleanup(h.Close)
	return h
}

func (h *house) discovery(w http.ResponseWriter, _ *http.Request) {
	_ = json.NewEncoder(w).Encode(map[string]any{"issuer": h.URL, "authorization_endpoint": h.URL + "/authorize", "token_endpoint": h.URL + "/token",
		"jwks_uri": h.URL + "/keys", "id_token_signing_alg_values_supported": []string{"ES256"}})
}

func (h *house) keys(w http.ResponseWriter, _ *http.Request) {
	_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: h.key.Public(), KeyID: "1", Algorithm: "ES256", Use: "sig"}}})
}

func (h *house) exchange(w http.ResponseWriter, r *http.Request) {
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	user, secret, _ := r.BasicAuth()
	switch {
	case h.status != 0:
		w.WriteHeader(h.status)
		return
	case !h.codes[r.FormValue("code")], base64.RawURLEncoding.EncodeToString(sum[:]) != h.challenge, user != "lianxi" || secret != "s3cret":
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
		return
	}
	delete(h.codes, r.FormValue("code"))
	now := h.clock.Now()
	claims := map[string]any{"iss": h.URL, "sub": "42", "aud": "lianxi", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(), "nonce": h.nonce,
		"name": "陈晨", "preferred_username": "chen", "locale": "zh_Hans_CN"}
	if h.change != nil {
		h.change(claims)
	}
	raw := h.sign(claims)
	if h.token != nil {
		raw = h.token(raw)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": raw})
}

func (h *house) sign(claims map[string]any) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: h.signer}, (&jose.SignerOptions{}).WithHeader("kid", "1"))
	if err != nil {
		h.t.Error(err)
	}
	raw, err := jwt.Signed(signer).Claims(maps.Clone(claims)).Serialize()
	if err != nil {
		h.t.Error(err)
	}
	return raw
}

func (h *house) client() *oidc.Provider {
	h.t.Helper()
	p, err := oidc.New(oidc.Config{Issuer: h.URL, ClientID: "lianxi", ClientSecret: "s3cret", RedirectURL: "http://127.0.0.1:8080/sign-in/back"}, h.clock.Now)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// visit is what a browser does at the provider: it follows the link, signs in
// and is sent back.
func (h *house) visit(to string) url.Values {
	h.t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		h.t.Fatal(err)
	}
	q := u.Query()
	if q.Get("code_challenge_method") != "S256" || q.Get("response_type") != "code" || !strings.Contains(q.Get("scope"), "openid") || q.Get("nonce") == "" ||
		q.Get("redirect_uri") != "http://127.0.0.1:8080/sign-in/back" {
		h.t.Errorf("asked for %v", q)
	}
	h.challenge, h.nonce = q.Get("code_challenge"), q.Get("nonce")
	code := rand.Text()
	h.codes[code] = true
	return url.Values{"state": {q.Get("state")}, "code": {code}}
}

func back(values url.Values) *http.Request {
	return httptest.NewRequest(http.MethodGet, "/sign-in/back?"+values.Encode(), nil)
}

func keyOf(err error) string {
	var e *fault.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}

func TestSignIn(t *testing.T) {
	h := newHouse(t)
	p := h.client()
	to, kept, err := p.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.Finish(t.Context(), kept, back(h.visit(to)))
	want := staff.Claim{Identity: staff.Identity{Issuer: h.URL, Subject: "42"}, Name: "chen", Display: "陈晨", Language: "zh-CN"}
	if err != nil || got != want {
		t.Errorf("%+v (%v), want %+v", got, err, want)
	}
}

func TestWhatIsRefused(t *testing.T) {
	set := func(name string, value any) func(*house) {
		return func(h *house) { h.change = func(c map[string]any) { c[name] = value } }
	}
	for name, c := range map[string]struct {
		house func(*house)
		come  func(h *house, back url.Values, kept *string)
		want  string
	}{
		"wrong audience":    {set("aud", "somebody-else"), nil, "staff.oidc.refused"},
		"several audiences": {set("aud", []string{"lianxi", "somebody-else"}), nil, "staff.oidc.refused"},
		"another party":     {set("azp", "somebody-else"), nil, "staff.oidc.refused"},
		"wrong nonce":       {set("nonce", "other"), nil, "staff.oidc.refused"},
		"no nonce":          {set("nonce", ""), nil, "staff.oidc.refused"},
		"wrong issuer":      {set("iss", "https://evil.example"), nil, "staff.oidc.refused"},
		"no subject":        {set("sub", ""), nil, "staff.oidc.refused"},
		"expired": {func(h *house) {
			h.change = func(c map[string]any) { c["exp"] = h.clock.Now().Add(-time.Minute).Unix() }
		}, nil, "staff.oidc.refused"},
		"not yet valid":        {func(h *house) { h.change = func(c map[string]any) { c["nbf"] = h.clock.Now().Add(time.Hour).Unix() } }, nil, "staff.oidc.refused"},
		"signed by another":    {func(h *house) { h.signer, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }, nil, "staff.oidc.refused"},
		"not signed":           {func(h *house) { h.token = unsigned }, nil, "staff.oidc.refused"},
		"no token":             {func(h *house) { h.token = func(string) string { return "" } }, nil, "staff.oidc.refused"},
		"a token that is none": {func(h *house) { h.token = func(string) string { return "a.b.c" } }, nil, "staff.oidc.refused"},
		"code of another":      {func(*house) {}, func(_ *house, b url.Values, _ *string) { b.Set("code", "stolen") }, "staff.oidc.refused"},
		"another's verifier":   {func(*house) {}, func(h *house, _ url.Values, _ *string) { h.challenge = "x" }, "staff.oidc.refused"},
		"no code":              {func(*house) {}, func(_ *house, b url.Values, _ *string) { b.Del("code") }, "staff.oidc.refused"},
		"the person said no":   {func(*house) {}, func(_ *house, b url.Values, _ *string) { b.Set("error", "access_denied") }, "staff.oidc.refused"},
		"mixed up":             {func(*house) {}, func(_ *house, b url.Values, _ *string) { b.Set("iss", "https://evil.example") }, "staff.oidc.refused"},
		"wrong state":          {func(*house) {}, func(_ *house, b url.Values, _ *string) { b.Set("state", "x") }, "staff.oidc.state"},
		"no state":             {func(*house) {}, func(_ *house, b url.Values, _ *string) { b.Del("state") }, "staff.oidc.state"},
		"nothing kept":         {func(*house) {}, func(_ *house, _ url.Values, kept *string) { *kept = "" }, "staff.oidc.state"},
		"nonsense kept":        {func(*house) {}, func(_ *house, _ url.Values, kept *string) { *kept = "AAAA\x00" }, "staff.oidc.state"},
		"too slow":             {func(*house) {}, func(h *house, _ url.Values, _ *string) { h.clock.Add(10 * time.Minute) }, "staff.oidc.state"},
		"the provider fails":   {func(h *house) { h.status = http.StatusBadGateway }, nil, "staff.oidc.unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			c.house(h)
			p := h.client()
			to, kept, err := p.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			values := h.visit(to)
			if c.come != nil {
				c.come(h, values, &kept)
			}
			got, err := p.Finish(t.Context(), kept, back(values))
			if keyOf(err) != c.want || got != (staff.Claim{}) {
				t.Errorf("%+v (%v), want %s", got, err, c.want)
			}
		})
	}
}

// unsigned says of itself that it needs no signature.
func unsigned(raw string) string {
	parts := strings.Split(raw, ".")
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + parts[1] + "."
}

func TestAStateIsGoodOnce(t *testing.T) {
	h := newHouse(t)
	p := h.client()
	to, kept, err := p.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Finish(t.Context(), kept, back(h.visit(to))); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Finish(t.Context(), kept, back(h.visit(to))); keyOf(err) != "staff.oidc.state" {
		t.Errorf("replayed: %v", err)
	}
	h.clock.Add(time.Hour) // what is too old is forgotten, and still not taken
	if _, err := p.Finish(t.Context(), kept, back(h.visit(to))); keyOf(err) != "staff.oidc.state" {
		t.Errorf("replayed later: %v", err)
	}
}

func TestAProviderThatIsAway(t *testing.T) {
	h := newHouse(t)
	p := h.client()
	address := h.URL
	h.Close()
	if _, _, err := p.Begin(t.Context()); keyOf(err) != "staff.oidc.unavailable" || !fault.Is(err, fault.Unavailable) {
		t.Errorf("%s is away, and: %v", address, err)
	}
}

func TestWhatIsNoConfiguration(t *testing.T) {
	good := oidc.Config{Issuer: "https://id.example", ClientID: "lianxi", RedirectURL: "https://lianxi.example/back"}
	for name, change := range map[string]func(*oidc.Config){
		"plain http": func(c *oidc.Config) { c.Issuer = "http://id.example" }, "no address": func(c *oidc.Config) { c.RedirectURL = "/back" },
		"nothing": func(c *oidc.Config) { c.Issuer = "" }, "no client": func(c *oidc.Config) { c.ClientID = "" }, "file": func(c *oidc.Config) { c.Issuer = "file:///etc" },
	} {
		c := good
		change(&c)
		if _, err := oidc.New(c, time.Now); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := oidc.New(good, time.Now); err != nil {
		t.Error(err)
	}
}
