package training

import (
	"context"
	"slices"
	"time"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/staff"
)

// FieldMode and FieldVersion are the conversation's fields that name the mode of
// the call and the version of its scenario.
const (
	FieldMode    = "mode"
	FieldVersion = "scenario_version"
)

// FieldRetakes is the conversation's field that names the call it takes again.
// What was said before that line has its mark already, so nobody gets a second
// one for it.
const FieldRetakes = "retakes"

// Retake begins a call of actor that repeats a finished one up to line seq,
// which she says anew: the same customer, in the mood he had then, with the
// same words, also those that a model chose.
//
// NotFound when it is no call of hers, Conflict while it goes on or when the
// lexicon was changed since, Denied for an examination's, Invalid when seq is
// no line of hers.
func (c *Calls) Retake(ctx context.Context, actor staff.Actor, pid id.Practice, seq int) (View, error) {
	if err := staff.Need(actor, staff.PracticeTake, staff.Subject{Owner: actor.Person}); err != nil {
		return View{}, err
	}
	p, lines, err := c.finished(ctx, actor, pid)
	if err != nil {
		return View{}, err
	}
	if seq < 0 || seq >= len(lines) || lines[seq].Role != conversation.Agent {
		return View{}, fault.New(fault.Invalid, "training.retake.line", nil)
	}
	s, err := c.Played(ctx, p)
	if err != nil {
		return View{}, err
	}
	l := &live{sc: s, call: scenario.Start(s, p.Seed, c.hear), lines: slices.Clone(lines[:seq])}
	if !l.play(l.lines) {
		return View{}, fault.New(fault.Conflict, "training.scenario.changed", fault.Args{"scenario": p.Scenario})
	}
	began := c.now().UTC().Truncate(time.Microsecond)
	if seq > 0 { // as if the lines before had just been said
		began = began.Add(-time.Duration(l.lines[seq-1].At) * time.Millisecond)
	}
	l.p = Practice{ID: id.Make[id.Practice](c.ids), Person: actor.Person, Scenario: p.Scenario, Version: p.Version, Seed: p.Seed, Notes: p.Notes,
		State: Talking, Started: began, Conversation: id.Make[id.Conversation](c.ids), Retakes: pid, From: seq}
	if err := c.store.BeginPractice(ctx, l.p, l.lines); err != nil {
		return View{}, fault.Wrap("training.Retake", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	c.keep(l)
	return c.view(l), nil
}

// RetakesOf lists the calls that take p again, oldest first.
func (c *Calls) RetakesOf(ctx context.Context, p Practice) ([]Practice, error) {
	ps, err := c.store.Retakes(ctx, p.ID)
	return ps, fault.Wrap("training.RetakesOf", err)
}

// finished returns a call of actor's that is over and may be taken again.
func (c *Calls) finished(ctx context.Context, actor staff.Actor, pid id.Practice) (Practice, []Line, error) {
	l, err := c.lock(ctx, actor, pid)
	if err != nil {
		return Practice{}, nil, err
	}
	defer l.mu.Unlock()
	switch {
	case l.p.State == Talking:
		return Practice{}, nil, fault.New(fault.Conflict, "training.retake.talking", nil)
	case l.p.Exam():
		return Practice{}, nil, fault.New(fault.Denied, "training.retake.exam", nil)
	}
	return l.p, l.lines, nil
}
