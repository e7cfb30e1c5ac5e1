package main

import (
	"context"
	"strings"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/staff"
)

// tokenCmd works on the tokens with which programs use the API.
type tokenCmd struct {
	Issue tokenIssueCmd `cmd:"" help:"Issue a token for a person; its secret is shown once."`
}

type tokenIssueCmd struct {
	Name   string        `help:"What the token is for." default:"api"`
	Scope  []string      `help:"What it may do, as conversation.add; several by commas." required:""`
	Life   time.Duration `help:"How long it is good." default:"2160h"`
	Person string        `arg:"" help:"Sign-in name of the person it acts for."`
}

type issuedToken struct {
	Token   id.Token  `json:"token"`
	Secret  string    `json:"secret"`
	Expires time.Time `json:"expires"`
}

// Run issues the token as the person herself would: it can do no more than she
// may, and only who may issue tokens gets one. Whoever can run this command
// owns the data folder; the audit log has it all the same.
func (c *tokenIssueCmd) Run(ctx context.Context, e *env) error {
	h, err := e.existingHouse(ctx, toRead)
	if err != nil {
		return err
	}
	defer func() { _ = h.Close() }() // what was written is durable
	actor, err := h.actorNamed(ctx, c.Person)
	if err != nil {
		return err
	}
	var scopes []staff.Permission
	for _, name := range c.Scope {
		p, err := staff.ParsePermission(strings.TrimSpace(name))
		if err != nil {
			return err
		}
		scopes = append(scopes, p)
	}
	t, secret, err := h.people.IssueToken(ctx, actor, c.Name, scopes, c.Life)
	if err != nil {
		return err
	}
	return writeJSON(e.out, issuedToken{Token: t.ID, Secret: secret, Expires: t.Expires})
}

// actorNamed is the person of that sign-in name as she may act.
func (h *house) actorNamed(ctx context.Context, name string) (staff.Actor, error) {
	machine := staff.Machine(staff.PeopleRead)
	found, err := h.people.People(ctx, machine, staff.Filter{Text: staff.FoldName(name), State: staff.Active})
	if err != nil {
		return staff.Actor{}, err
	}
	for _, p := range found {
		if p.Name != staff.FoldName(name) {
			continue
		}
		table, err := h.people.Table(ctx)
		if err != nil {
			return staff.Actor{}, err
		}
		_, memberships, err := h.people.Person(ctx, machine, p.ID)
		return table.Actor(p, memberships), err
	}
	return staff.Actor{}, fault.New(fault.NotFound, "staff.person.unknown", nil)
}
