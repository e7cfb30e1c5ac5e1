package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lianxi-cc/lianxi/internal/config"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/openai"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/scenario"
)

// doctorCmd says what is there, what is missing and how to get it.
type doctorCmd struct {
	Human bool `help:"Print text for people instead of JSON lines."`
}

// checkLine is one thing the doctor looked at. Hint is a locale key until it is printed.
type checkLine struct {
	Check string `json:"check"`
	OK    bool   `json:"ok"`
	Found string `json:"found"`
	Hint  string `json:"hint,omitempty"`
}

// Run looks at one thing after the other; what is broken makes it exit 1.
func (c *doctorCmd) Run(ctx context.Context, e *env) error {
	sick := false
	for _, line := range e.checks(ctx) {
		sick = sick || !line.OK
		if line.Hint != "" {
			line.Hint = e.print.Text(line.Hint, fault.Args{"found": line.Found})
		}
		if !c.Human {
			if err := writeJSON(e.out, line); err != nil {
				return err
			}
			continue
		}
		sign := "✓"
		if !line.OK {
			sign = "✗"
		}
		fmt.Fprintf(e.out, "%s %-12s %s\n", sign, line.Check, line.Found)
		if line.Hint != "" {
			fmt.Fprintf(e.out, "  → %s\n", line.Hint)
		}
	}
	if sick {
		return errReported
	}
	return nil
}

func (e *env) checks(ctx context.Context) []checkLine {
	out := []checkLine{e.checkContent(ctx)}
	cfg, err := e.loadConfig()
	if err != nil {
		return append(out, checkLine{Check: "config", Found: e.print.Error(err), Hint: "cli.doctor.config"})
	}
	out = append(out, checkLine{Check: "config", OK: true, Found: filepath.Join(e.dataDir(), configFile)},
		checkData(e.dataDir()), checkDatabase(ctx, e.dataDir(), cfg), checkListen(cfg), checkKey(e.dataDir(), cfg))
	if cfg.OIDC.Issuer != "" {
		out = append(out, checkIssuer(ctx, cfg.OIDC.Issuer))
	}
	if cfg.Model.URL != "" {
		out = append(out, checkModel(ctx, cfg.Model))
	}
	return out
}

// checkModel lets the language model word one harmless line.
func checkModel(ctx context.Context, c config.Model) checkLine {
	line := checkLine{Check: "model", Found: c.Name + " at " + c.URL, Hint: "cli.doctor.model"}
	model, err := openModel(c)
	if err == nil {
		from := time.Now()
		_, err = model.Chat(ctx, openai.Request{Messages: []openai.Message{{Role: "user", Content: "Say: thank you, goodbye."}}, MaxTokens: 20})
		line.Found += fmt.Sprintf(", %d ms", time.Since(from).Milliseconds())
	}
	if err != nil {
		line.Found += ": " + cause(err)
		return line
	}
	line.OK, line.Hint = true, ""
	return line
}

func (e *env) checkContent(ctx context.Context) checkLine {
	line := checkLine{Check: "content", Hint: "cli.doctor.content"}
	ears, err := heardBy{}.open(ctx, e)
	if err != nil {
		line.Found = e.print.Error(err)
		return line
	}
	cards, err := ears.cards()
	if err != nil {
		line.Found = e.print.Error(err)
		return line
	}
	scenarios, err := scenario.Load(ears.content)
	if err != nil {
		line.Found = e.print.Error(err)
		return line
	}
	return checkLine{Check: "content", OK: true, Found: fmt.Sprintf("%d acts, %d scorecards, %d scenarios, lexicon %s",
		len(ears.catalogue.All()), len(cards), len(scenarios), ears.language.Engine().Version())}
}

// checkData tries to write into the data folder, or into the one it would be
// made in.
func checkData(dir string) checkLine {
	line := checkLine{Check: "data", Found: dir, Hint: "cli.doctor.data"}
	at := dir
	if _, err := os.Stat(at); os.IsNotExist(err) {
		at = filepath.Dir(filepath.Clean(dir))
	}
	probe, err := os.CreateTemp(at, ".lianxi-doctor-*")
	if err != nil {
		line.Found = cause(err)
		return line
	}
	_ = probe.Close()
	_ = os.Remove(probe.Name()) // a probe left behind harms nobody
	line.OK, line.Hint = true, ""
	return line
}

func checkDatabase(ctx context.Context, dir string, cfg config.Config) checkLine {
	line := checkLine{Check: "database", Hint: "cli.doctor.database"}
	url := string(cfg.Database.URL)
	if url == "" {
		line.Found = "SQLite " + filepath.Join(dir, databaseFile)
		if _, err := os.Stat(filepath.Join(dir, databaseFile)); err != nil {
			return checkLine{Check: "database", OK: true, Found: line.Found, Hint: "cli.doctor.database.new"}
		}
		url = filepath.Join(dir, databaseFile)
	} else {
		line.Found = "PostgreSQL"
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	db, err := storage.Open(ctx, url)
	if err != nil {
		line.Found += ": " + cause(err)
		return line
	}
	_ = db.Close() // nothing was written
	line.OK, line.Hint = true, ""
	return line
}

func checkListen(cfg config.Config) checkLine {
	line := checkLine{Check: "listen", Found: cfg.Server.Listen, Hint: "cli.doctor.listen"}
	l, err := net.Listen("tcp", cfg.Server.Listen)
	if err != nil {
		line.Found += ": " + cause(err)
		return line
	}
	_ = l.Close() // it was only tried
	line.OK, line.Hint = true, ""
	return line
}

func checkKey(dir string, cfg config.Config) checkLine {
	file := keyFile(dir, cfg.Archive)
	info, err := os.Stat(file)
	switch {
	case os.IsNotExist(err):
		return checkLine{Check: "archive key", OK: true, Found: file, Hint: "cli.doctor.key.new"}
	case err != nil:
		return checkLine{Check: "archive key", Found: cause(err), Hint: "cli.doctor.key"}
	case info.Mode().Perm()&0o077 != 0:
		return checkLine{Check: "archive key", Found: file + " " + info.Mode().Perm().String(), Hint: "cli.doctor.key.open"}
	}
	return checkLine{Check: "archive key", OK: true, Found: file}
}

func checkIssuer(ctx context.Context, issuer string) checkLine {
	line := checkLine{Check: "sign-in", Found: issuer, Hint: "cli.doctor.oidc"}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", nil)
	if err != nil {
		line.Found = cause(err)
		return line
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		line.Found = cause(err)
		return line
	}
	_ = res.Body.Close() // only its status counts
	if res.StatusCode != http.StatusOK {
		line.Found += " " + res.Status
		return line
	}
	line.OK, line.Hint = true, ""
	return line
}
