// Package config reads the one configuration file and the environment, checks
// them strictly and says what is in force.
//
// Every setting has a default that runs; a file may set some, and the
// environment overrides the file: [database] url is LIANXI_DATABASE_URL.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// Secret is a setting that is never printed.
type Secret string

// String hides the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "(hidden)"
}

// MarshalText hides the secret wherever a configuration is printed.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the secret as it stands.
func (s *Secret) UnmarshalText(text []byte) error { *s = Secret(text); return nil }

// Config is everything that can be set. Each part of the house is handed only
// its own struct.
type Config struct {
	Server   Server   `toml:"server"`
	Database Database `toml:"database"`
	Bus      Bus      `toml:"bus"`
	Archive  Archive  `toml:"archive"`
	OIDC     OIDC     `toml:"oidc"`
	Model    Model    `toml:"language_model"`
	Privacy  Privacy  `toml:"privacy"`
	Log      Log      `toml:"log"`
}

// Server is where pages and the API are served.
type Server struct {
	Listen    string `toml:"listen"`     // host:port; port 0 takes a free one
	PublicURL string `toml:"public_url"` // as people type it; "" is http:// and the listen address
}

// Database is where the truth lies.
type Database struct {
	URL Secret `toml:"url"` // "" is SQLite in the data folder; postgres://… PostgreSQL
}

// Bus carries events between the parts and nodes of a centre.
type Bus struct {
	NATSURL       Secret   `toml:"nats_url"`       // "" is the embedded server
	ClusterNode   string   `toml:"cluster_node"`   // this node's name among embedded servers that find each other
	ClusterListen string   `toml:"cluster_listen"` // host:port for the other nodes; "" stands alone
	ClusterRoutes []string `toml:"cluster_routes"` // host:port of the other nodes
	ClusterSecret Secret   `toml:"cluster_secret"` // which the nodes show each other
}

// Archive guards the skill archives.
type Archive struct {
	KeyFile string `toml:"key_file"` // the signing key; "" is keys/archive.key in the data folder
}

// OIDC lets people sign in with the centre's own accounts.
type OIDC struct {
	Issuer       string `toml:"issuer"` // "" switches it off
	ClientID     string `toml:"client_id"`
	ClientSecret Secret `toml:"client_secret"`
	Name         string `toml:"name"`        // on the button
	AutoCreate   bool   `toml:"auto_create"` // make a trainee of anybody the provider knows
}

// Model is the language model that may word what virtual customers say.
type Model struct {
	URL     string `toml:"url"` // of an OpenAI-compatible service, as https://host/v1; "" switches it off
	Key     Secret `toml:"key"`
	Name    string `toml:"name"`    // as the service calls it
	Timeout string `toml:"timeout"` // of one line, as 2s; after it the line stays as it was written
}

// Wait is the timeout as a duration; check has read it before.
func (m Model) Wait() time.Duration {
	d, _ := time.ParseDuration(m.Timeout)
	return d
}

// maxWait is the longest that a trainee is kept waiting for a line.
const maxWait = 10 * time.Second

// Privacy decides what is masked before it is stored or sent elsewhere.
type Privacy struct {
	Mask bool `toml:"mask"` // personal data in conversations that come in
}

// Log is where and how much is written about the running.
type Log struct {
	Level  string `toml:"level"`  // debug, info, warn, error
	Format string `toml:"format"` // text, json
}

// Default returns the configuration that runs with nothing set.
func Default() Config {
	return Config{
		Server: Server{Listen: "127.0.0.1:8080"},
		OIDC:   OIDC{Name: "SSO"},
		Model:  Model{Timeout: "2s"},
		Log:    Log{Level: "info", Format: "text"},
	}
}

// EnvPrefix begins the name of every variable that is read.
const EnvPrefix = "LIANXI_"

// Parse reads the text of a configuration file over the defaults, then the
// environment (as os.Environ gives it), and checks the whole. Errors are
// Invalid and name file, line, column and what was expected.
func Parse(file string, text []byte, environ []string) (Config, error) {
	c := Default()
	meta, err := toml.NewDecoder(bytes.NewReader(text)).Decode(&c)
	if err != nil {
		return Config{}, syntax(file, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return Config{}, unknownKey(file, text, unknown[0])
	}
	if err := c.environment(environ); err != nil {
		return Config{}, err
	}
	return c, c.check(file)
}

func syntax(file string, err error) error {
	at := fault.Position{File: file}
	var pe toml.ParseError
	if errors.As(err, &pe) {
		at.Line, at.Column = pe.Position.Line, pe.Position.Col
		return &fault.Error{Kind: fault.Invalid, Key: "config.syntax", At: at, Args: fault.Args{"problem": pe.Message}, Err: err}
	}
	return &fault.Error{Kind: fault.Invalid, Key: "config.syntax", At: at, Args: fault.Args{"problem": err.Error()}, Err: err}
}

func unknownKey(file string, text []byte, key toml.Key) error {
	word := key[len(key)-1]
	at := fault.Position{File: file}
	for i, line := range strings.Split(string(text), "\n") {
		if col := strings.Index(line, word); col >= 0 && !strings.HasPrefix(strings.TrimSpace(line), "#") {
			at.Line, at.Column = i+1, len([]rune(line[:col]))+1
			break
		}
	}
	near := yamldoc.Nearest(word, names(key[:len(key)-1]))
	return &fault.Error{Kind: fault.Invalid, Key: "config.unknown", At: at,
		Args: fault.Args{"key": key.String(), "nearest": near},
		Err:  fmt.Errorf("unknown setting %q, did you mean %q?", key, near)}
}

// names lists the settings of a section, or the sections.
func names(section toml.Key) []string {
	var out []string
	each(reflect.ValueOf(&Config{}).Elem(), func(s, key string, _ reflect.Value) {
		if len(section) == 0 {
			out = append(out, s)
		} else if s == section[0] {
			out = append(out, key)
		}
	})
	return out
}

// each calls f for every setting of c.
func each(c reflect.Value, f func(section, key string, v reflect.Value)) {
	for i := range c.NumField() {
		section := c.Type().Field(i).Tag.Get("toml")
		for j := range c.Field(i).NumField() {
			f(section, c.Field(i).Type().Field(j).Tag.Get("toml"), c.Field(i).Field(j))
		}
	}
}

// environment overrides settings by variables: LIANXI_SECTION_KEY.
func (c *Config) environment(environ []string) error {
	vars := map[string]string{}
	for _, e := range environ {
		if name, value, ok := strings.Cut(e, "="); ok && strings.HasPrefix(name, EnvPrefix) {
			vars[name] = value
		}
	}
	var err error
	each(reflect.ValueOf(c).Elem(), func(section, key string, v reflect.Value) {
		name := EnvPrefix + strings.ToUpper(section+"_"+key)
		if text, ok := vars[name]; ok && err == nil {
			err = set(v, name, text)
		}
	})
	return err
}

func set(v reflect.Value, name, text string) error {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return &fault.Error{Kind: fault.Invalid, Key: "config.bool", Args: fault.Args{"key": name, "read": text}, Err: err}
		}
		v.SetBool(b)
	case reflect.Slice:
		if text == "" {
			v.SetZero()
			return nil
		}
		v.Set(reflect.ValueOf(strings.Split(text, ",")))
	}
	return nil
}

// check refuses values that cannot work.
func (c *Config) check(file string) error {
	wrong := func(key, read, expected string) error {
		return &fault.Error{Kind: fault.Invalid, Key: "config.value", At: fault.Position{File: file},
			Args: fault.Args{"key": key, "read": read, "expected": expected},
			Err:  fmt.Errorf("%s: read %q, expected %s", key, read, expected)}
	}
	if _, _, err := net.SplitHostPort(c.Server.Listen); err != nil {
		return wrong("server.listen", c.Server.Listen, "host:port")
	}
	if u := c.Server.PublicURL; u != "" {
		if parsed, err := url.Parse(u); err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
			return wrong("server.public_url", u, "http://… or https://…")
		}
	}
	if u := string(c.Database.URL); u != "" && !strings.HasPrefix(u, "postgres://") && !strings.HasPrefix(u, "postgresql://") {
		return wrong("database.url", c.Database.URL.String(), "postgres://… or nothing for SQLite")
	}
	if c.OIDC.Issuer != "" && c.OIDC.ClientID == "" {
		return wrong("oidc.client_id", "", "the client's id, since an issuer is set")
	}
	if u := c.Model.URL; u != "" {
		if parsed, err := url.Parse(u); err != nil || parsed.Host == "" || parsed.User != nil || parsed.Scheme != "http" && parsed.Scheme != "https" {
			return wrong("language_model.url", u, "https://host/v1, without a password")
		}
		if c.Model.Name == "" {
			return wrong("language_model.name", "", "the model's name, since a url is set")
		}
	}
	if d, err := time.ParseDuration(c.Model.Timeout); err != nil || d <= 0 || d > maxWait {
		return wrong("language_model.timeout", c.Model.Timeout, "a time like 2s, at most 10s")
	}
	switch c.Log.Level {
	case "debug", "info", "warn", "error":
	default:
		return wrong("log.level", c.Log.Level, "debug, info, warn or error")
	}
	if c.Log.Format != "text" && c.Log.Format != "json" {
		return wrong("log.format", c.Log.Format, "text or json")
	}
	return nil
}

// Text returns the configuration as a file that would give it, secrets hidden.
func (c Config) Text() (string, error) {
	var b bytes.Buffer
	enc := toml.NewEncoder(&b)
	enc.Indent = ""
	if err := enc.Encode(c); err != nil {
		return "", err
	}
	return b.String(), nil
}
