package config_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/config"
	"github.com/lianxi-cc/lianxi/internal/fault"
)

func TestNothingSetGivesTheDefaults(t *testing.T) {
	c, err := config.Parse("", nil, nil)
	if err != nil || c.Server.Listen != "127.0.0.1:8080" || c.Log.Level != "info" {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestTheEnvironmentOverridesTheFile(t *testing.T) {
	c, err := config.Parse("lianxi.toml", []byte("[server]\nlisten = \"127.0.0.1:1\"\n[privacy]\nmask = true\n"),
		[]string{"LIANXI_SERVER_LISTEN=127.0.0.1:2", "LIANXI_BUS_CLUSTER_ROUTES=a:1,b:2", "LIANXI_LONG=1"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Server.Listen != "127.0.0.1:2" || !c.Privacy.Mask || len(c.Bus.ClusterRoutes) != 2 {
		t.Errorf("got %+v", c)
	}
}

func TestWrongSettingsSayWhereAndWhatWasExpected(t *testing.T) {
	for name, c := range map[string]struct {
		text, env string
		key, at   string
		says      string
	}{
		"unknown key":   {text: "[server]\nlisten = \"127.0.0.1:1\"\nlistn = 3\n", key: "config.unknown", at: "f.toml:3:1", says: `did you mean "listen"?`},
		"unknown group": {text: "[databse]\nurl = \"\"\n", key: "config.unknown", says: "databse"},
		"syntax":        {text: "[server\n", key: "config.syntax", at: "f.toml:2"},
		"wrong type":    {text: "[privacy]\nmask = \"yes\"\n", key: "config.syntax"},
		"listen":        {text: "[server]\nlisten = \"here\"\n", key: "config.value", says: "expected host:port"},
		"database":      {text: "[database]\nurl = \"mysql://u:geheim@h/d\"\n", key: "config.value", says: "postgres://"},
		"level":         {text: "[log]\nlevel = \"loud\"\n", key: "config.value", says: "debug, info"},
		"boolean":       {env: "LIANXI_PRIVACY_MASK=perhaps", key: "config.bool"},
		"model's url":   {text: "[language_model]\nurl = \"host/v1\"\nname = \"m\"\n", key: "config.value", says: "https://host/v1"},
		"model's name":  {text: "[language_model]\nurl = \"https://host/v1\"\nkey = \"geheim\"\n", key: "config.value", says: "language_model.name"},
		"model's time":  {text: "[language_model]\ntimeout = \"1h\"\n", key: "config.value", says: "at most 10s"},
		"oidc":          {text: "[oidc]\nissuer = \"https://id.example\"\n", key: "config.value", says: "client_id"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := config.Parse("f.toml", []byte(c.text), []string{c.env})
			var fe *fault.Error
			if !errors.As(err, &fe) || fe.Kind != fault.Invalid || fe.Key != c.key {
				t.Fatalf("got %v, want an invalid %s", err, c.key)
			}
			if !strings.HasPrefix(fe.At.String(), c.at) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %q, want it at %q to say %q", err, c.at, c.says)
			}
			if strings.Contains(err.Error(), "geheim") {
				t.Error("a secret was printed")
			}
		})
	}
}

func TestWhatIsInForceIsPrintedWithoutSecrets(t *testing.T) {
	c, err := config.Parse("f", []byte("[database]\nurl = \"postgres://u:geheim@h/d\"\n[language_model]\nkey = \"geheim\"\n[log]\nlevel = \"warn\"\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := c.Text()
	if err != nil || strings.Contains(text, "geheim") || !strings.Contains(text, `level = "warn"`) || !strings.Contains(text, "(hidden)") {
		t.Errorf("got %v\n%s", err, text)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("[server]\nlisten = \"127.0.0.1:1\"\n")
	f.Add("[oidc]\nissuer = 3\n")
	f.Add("a.b.c = [[[[[[")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := config.Parse("f", []byte(text), nil); err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("a wrong file must be invalid, got %v", err)
		}
	})
}
