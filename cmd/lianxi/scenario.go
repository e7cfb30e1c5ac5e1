package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/scenario/scenariodb"
)

// scenarioCmd works on scenarios.
type scenarioCmd struct {
	List  scenarioListCmd  `cmd:"" help:"List the scenarios with their scripted agents."`
	Check scenarioCheckCmd `cmd:"" help:"Check scenario files; every problem names its place."`
	Draft scenarioDraftCmd `cmd:"" help:"Propose a scenario from a real conversation, personal data replaced."`
}

// scenarios are what a command can play: the centre's, as in force in its
// database, or those of the content. agents holds the scripts beside them.
type scenarios struct {
	list   []*scenario.Scenario
	agents map[id.Scenario]map[string]string
}

// scenarios returns what the command can play.
func (e *env) scenarios(ctx context.Context, content fs.FS) (out scenarios, err error) {
	out.agents = map[id.Scenario]map[string]string{}
	err = e.withOwnStore(ctx, func(db *storage.DB) error {
		if there, err := scenariodb.There(ctx, db); !there || err != nil {
			return err
		}
		return out.own(ctx, scenario.NewLibrary(scenariodb.New(db), content, scenario.LibraryOptions{Now: time.Now}))
	})
	if err != nil || len(out.list) > 0 {
		return out, err
	}
	if out.list, err = scenario.Load(content); err != nil {
		return out, err
	}
	for _, s := range out.list {
		out.agents[s.ID] = map[string]string{}
		for _, a := range scenario.Agents() {
			text, err := fs.ReadFile(content, agentFile(s, a))
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return out, err
			}
			out.agents[s.ID][a] = string(text)
		}
	}
	return out, nil
}

// own fills in what a centre's library has in force.
func (s *scenarios) own(ctx context.Context, l *scenario.Library) (err error) {
	if s.list, err = l.Live(ctx); err != nil {
		return err
	}
	for _, sc := range s.list {
		if s.agents[sc.ID], err = l.Scripts(ctx, sc); err != nil {
			return err
		}
	}
	return nil
}

// builtinAgent begins a reference to a scripted agent that stands beside a
// scenario.
const builtinAgent = "builtin:"

type scenarioListCmd struct {
	Human bool `help:"Print text for people instead of JSON lines."`
}

type scenarioLine struct {
	ID        id.Scenario            `json:"id"`
	Lang      conversation.Lang      `json:"lang"`
	Title     string                 `json:"title"`
	Level     int                    `json:"level"`
	Channel   conversation.Channel   `json:"channel"`
	Direction conversation.Direction `json:"direction"`
	Scorecard id.Scorecard           `json:"scorecard"`
	Agents    map[string]string      `json:"agents"`
}

// Run prints one scenario a line.
func (c *scenarioListCmd) Run(ctx context.Context, e *env) error {
	ears, err := openContent(e.data)
	if err != nil {
		return err
	}
	all, err := e.scenarios(ctx, ears.content)
	if err != nil {
		return err
	}
	for _, s := range all.list {
		line := scenarioLine{ID: s.ID, Lang: s.Lang, Title: s.Title, Level: s.Level, Channel: s.Channel, Direction: s.Direction,
			Scorecard: s.Scorecard, Agents: map[string]string{}}
		for _, a := range scenario.Agents() {
			if all.agents[s.ID][a] != "" {
				line.Agents[a] = builtinAgent + string(s.ID) + "/" + a
			}
		}
		if c.Human {
			fmt.Fprintf(e.out, "%-28s %s %d %-5s %-8s %s\n", s.ID, s.Lang, s.Level, s.Channel, s.Direction, s.Title)
		} else if err := writeJSON(e.out, line); err != nil {
			return err
		}
	}
	return nil
}

// agentFile is where the scripted agent of a scenario lies in the content.
func agentFile(s *scenario.Scenario, agent string) string {
	return path.Join("scenarios", string(s.Lang), string(s.ID), agent+".txt")
}

type scenarioCheckCmd struct {
	Files []string `arg:"" name:"file" help:"Scenario files."`
}

// Run reports every problem of every file.
func (c *scenarioCheckCmd) Run(e *env) error {
	ears, err := openContent(e.data)
	if err != nil {
		return err
	}
	bad := false
	for _, name := range c.Files {
		s, err := e.readScenario(ears.content, name)
		if err == nil {
			_, err = fmt.Fprintf(e.out, "%s: %s\n", name, s.ID)
		}
		if err != nil {
			bad = true
			e.problem(err)
		}
	}
	if bad {
		return errReported
	}
	return nil
}

// readScenario reads a scenario file, with the customs of the content.
func (e *env) readScenario(content fs.FS, name string) (s *scenario.Scenario, err error) {
	err = e.withFile(name, func(r io.Reader) error {
		text, err := io.ReadAll(io.LimitReader(r, yamldoc.MaxBytes+1))
		if err != nil {
			return err
		}
		s, err = scenario.Parse(content, name, text)
		return err
	})
	return s, err
}

// scenarioNamed returns the scenario of that id, or the one in that file: so
// that a new one can be tried before it is installed.
func (e *env) scenarioNamed(content fs.FS, all scenarios, ref string) (*scenario.Scenario, error) {
	if strings.HasSuffix(ref, ".yaml") {
		return e.readScenario(content, ref)
	}
	return findScenario(all.list, id.Scenario(ref))
}

// findScenario returns the scenario of that id.
func findScenario(all []*scenario.Scenario, sid id.Scenario) (*scenario.Scenario, error) {
	var names []string
	for _, s := range all {
		if s.ID == sid {
			return s, nil
		}
		names = append(names, string(s.ID))
	}
	return nil, fault.New(fault.NotFound, "cli.scenario.unknown", fault.Args{"id": sid, "nearest": yamldoc.Nearest(string(sid), names)})
}

// openScript reads the scripted agent that ref names: builtin:SCENARIO/AGENT,
// a file, or - for standard input.
func (e *env) openScript(all scenarios, ref string) (*scenario.Script, error) {
	name, builtin := strings.CutPrefix(ref, builtinAgent)
	if !builtin {
		var script *scenario.Script
		err := e.withFile(ref, func(r io.Reader) error {
			text, err := io.ReadAll(io.LimitReader(r, yamldoc.MaxBytes))
			if err != nil {
				return err
			}
			script, err = scenario.ParseScript(ref, text)
			return err
		})
		return script, err
	}
	sid, agent, _ := strings.Cut(name, "/")
	s, err := findScenario(all.list, id.Scenario(sid))
	if err != nil {
		return nil, err
	}
	text := all.agents[s.ID][agent]
	if text == "" {
		return nil, fault.New(fault.NotFound, "cli.agent.unknown", fault.Args{"scenario": sid, "agent": agent})
	}
	return scenario.ParseScript(agentFile(s, agent), []byte(text))
}
