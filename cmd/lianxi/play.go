package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/score"
)

// playCmd lets a scripted agent talk with a virtual customer and prints each
// turn, then the ending with the result.
type playCmd struct {
	heardBy
	Seed     uint64 `help:"Which parallel form of the scenario." default:"1"`
	Agent    string `help:"builtin:SCENARIO/expert, a file with a line a turn, or - for standard input." required:""`
	Human    bool   `help:"Print text for people instead of JSON lines."`
	Scenario string `arg:"" help:"Id of the scenario, or a scenario file (.yaml)."`
}

// playedEnd is the last line.
type playedEnd struct {
	Ending scenario.Ending `json:"ending"`
	Result score.Result    `json:"result"`
}

// Run plays the call and scores it by the scenario's own card.
func (c *playCmd) Run(ctx context.Context, e *env) error {
	ears, err := c.open(ctx, e)
	if err != nil {
		return err
	}
	all, err := e.scenarios(ctx, ears.content)
	if err != nil {
		return err
	}
	s, err := e.scenarioNamed(ears.content, all, c.Scenario)
	if err != nil {
		return err
	}
	script, err := e.openScript(all, c.Agent)
	if err != nil {
		return err
	}
	judge, err := ears.judge(s.Scorecard)
	if err != nil {
		return err
	}
	var writeErr error
	call := scenario.Play(s, c.Seed, script, ears.language.Acts, func(p scenario.Played) {
		if writeErr == nil {
			writeErr = c.turn(e, p)
		}
	})
	if writeErr != nil {
		return writeErr
	}
	conv := call.Conversation()
	conv.ID = id.Conversation(fmt.Sprintf("%s-%d", s.ID, c.Seed))
	return c.end(e, playedEnd{Ending: call.Outcome().Ending, Result: judge.score(conv)})
}

func (c *playCmd) turn(e *env, p scenario.Played) error {
	if !c.Human {
		return writeJSON(e.out, p)
	}
	acts := make([]string, len(p.Acts))
	for i, a := range p.Acts {
		acts[i] = string(a)
	}
	side := "  客"
	if p.Role == conversation.Agent {
		side = "席  "
	}
	_, err := fmt.Fprintf(e.out, "%2d %s %s\n         [%s] irritation %d, trust %d\n", p.Turn, side, p.Text, strings.Join(acts, " "), p.Mood.Irritation, p.Mood.Trust)
	return err
}

func (c *playCmd) end(e *env, end playedEnd) error {
	if !c.Human {
		return writeJSON(e.out, end)
	}
	fmt.Fprintf(e.out, "%s  %s\n", end.Ending, end.Result)
	for _, it := range end.Result.Items {
		fmt.Fprintf(e.out, "  %-7s %5s/%-5s %s  %s\n", it.Verdict, it.Points, it.Max, it.ID, it.Reason)
	}
	return nil
}
