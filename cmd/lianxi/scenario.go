package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
	"github.com/lianxi-cc/lianxi/scenario"
)

// scenarioCmd works on scenarios.
type scenarioCmd struct {
	List  scenarioListCmd  `cmd:"" help:"List the scenarios with their scripted agents."`
	Check scenarioCheckCmd `cmd:"" help:"Check scenario files; every problem names its place."`
	Draft scenarioDraftCmd `cmd:"" help:"Propose a scenario from a real conversation, personal data replaced."`
}

// scriptedAgents are the agents that every scenario of the pack comes with.
var scriptedAgents = [...]string{"expert", "novice", "rude"}

// builtinAgent begins a reference to a scripted agent of the content.
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
func (c *scenarioListCmd) Run(e *env) error {
	ears, err := openContent(e.data)
	if err != nil {
		return err
	}
	scenarios, err := scenario.Load(ears.content)
	if err != nil {
		return err
	}
	for _, s := range scenarios {
		line := scenarioLine{ID: s.ID, Lang: s.Lang, Title: s.Title, Level: s.Level, Channel: s.Channel, Direction: s.Direction,
			Scorecard: s.Scorecard, Agents: map[string]string{}}
		for _, a := range scriptedAgents {
			if _, err := fs.Stat(ears.content, agentFile(s, a)); err == nil {
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
func (e *env) scenarioNamed(content fs.FS, all []*scenario.Scenario, ref string) (*scenario.Scenario, error) {
	if strings.HasSuffix(ref, ".yaml") {
		return e.readScenario(content, ref)
	}
	return findScenario(all, id.Scenario(ref))
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
func (e *env) openScript(content fs.FS, all []*scenario.Scenario, ref string) (*scenario.Script, error) {
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
	s, err := findScenario(all, id.Scenario(sid))
	if err != nil {
		return nil, err
	}
	file := agentFile(s, agent)
	text, err := fs.ReadFile(content, file)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return nil, fault.New(fault.NotFound, "cli.agent.unknown", fault.Args{"scenario": sid, "agent": agent})
	}
	if err != nil {
		return nil, err
	}
	return scenario.ParseScript(file, text)
}
