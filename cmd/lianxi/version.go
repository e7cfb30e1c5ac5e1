package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/lianxi-cc/lianxi/analysis/language"
)

// version is set at release by -ldflags "-X main.version=v1.2.3".
var version = "dev"

// versionCmd prints the versions of program and content.
type versionCmd struct {
	Human bool `help:"Print text for people instead of JSON."`
}

type versionLine struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Go      string `json:"go"`
	Engine  string `json:"engine"`
	Lexicon string `json:"lexicon"`
}

// Run prints them.
func (c *versionCmd) Run(ctx context.Context, e *env) error {
	ears, err := heardBy{}.open(ctx, e)
	if err != nil {
		return err
	}
	line := versionLine{Version: version, Commit: commit(), Go: runtime.Version(), Engine: language.EngineVersion, Lexicon: ears.language.Engine().Version()}
	if !c.Human {
		return writeJSON(e.out, line)
	}
	_, err = fmt.Fprintf(e.out, "lianxi %s %s\n%s\nengine %s\nlexicon %s\n", line.Version, line.Commit, line.Go, line.Engine, line.Lexicon)
	return err
}

// commit is what the program was built from, when the build knew.
func commit() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	return ""
}
