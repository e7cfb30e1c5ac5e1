package api

import (
	"cmp"
	"context"
	"encoding/hex"
	"slices"
	"time"

	"github.com/lianxi-cc/lianxi/api/client"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/staff"
)

type byID struct {
	ID string `path:"id" maxLength:"200"`
}

type answer[T any] struct{ Body T }

// people lists whom the actor may know of, by display name.
func (d door) people(ctx context.Context, in *struct {
	After string `query:"after" maxLength:"200" doc:"next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
	Text  string `query:"text" maxLength:"200" doc:"Part of a name"`
}) (*answer[client.People], error) {
	found, err := d.Staff.People(ctx, actorOf(ctx), staff.Filter{Text: in.Text, After: id.Person(in.After), Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &answer[client.People]{Body: client.People{People: []client.Person{}}}
	for _, p := range found {
		out.Body.People = append(out.Body.People, person(p))
	}
	if len(found) == in.Limit {
		out.Body.Next = string(found[len(found)-1].ID)
	}
	return out, nil
}

// person returns one person with her teams.
func (d door) person(ctx context.Context, in *byID) (*answer[client.Person], error) {
	p, teams, err := d.Staff.Person(ctx, actorOf(ctx), id.Person(in.ID))
	if err != nil {
		return nil, err
	}
	out := &answer[client.Person]{Body: person(p)}
	for _, m := range teams {
		out.Body.Teams = append(out.Body.Teams, client.Membership{Team: string(m.Team), Kind: string(m.Kind), Part: string(m.Part)})
	}
	return out, nil
}

func person(p staff.Person) client.Person {
	out := client.Person{ID: string(p.ID), Name: p.Name, Display: p.Display, Language: p.Language, State: string(p.State), Roles: []string{}}
	for _, r := range staff.AllRoles() {
		if p.Roles.Has(r) {
			out.Roles = append(out.Roles, r.String())
		}
	}
	return out
}

// archive returns a person's skill archive.
func (d door) archive(ctx context.Context, in *byID) (*answer[client.Archive], error) {
	entries, err := d.Archive.Archive(ctx, actorOf(ctx), id.Person(in.ID))
	if err != nil {
		return nil, err
	}
	estimates, err := d.Archive.Estimates(ctx, actorOf(ctx), id.Person(in.ID))
	if err != nil {
		return nil, err
	}
	out := &answer[client.Archive]{Body: client.Archive{Person: in.ID, Entries: []client.Entry{}, Estimates: []client.Estimate{}}}
	for _, e := range entries {
		out.Body.Entries = append(out.Body.Entries, entry(e))
	}
	for c, e := range estimates {
		out.Body.Estimates = append(out.Body.Estimates, client.Estimate{Competency: string(c), Mean: e.Mean, Low: e.Low, High: e.High, Marks: e.N})
	}
	slices.SortFunc(out.Body.Estimates, func(a, b client.Estimate) int { return cmp.Compare(a.Competency, b.Competency) })
	return out, nil
}

func entry(e skill.Entry) client.Entry {
	out := client.Entry{
		ID: string(e.ID), Seq: e.Seq, Kind: string(e.Kind), At: e.At, By: string(e.By), Names: e.Names, Hash: hex.EncodeToString(e.Hash[:]),
		Gone: e.Gone, Of: known(e.Of), Conversation: string(e.Source.Conversation), Result: e.Source.Result, Text: e.Text,
	}
	for _, m := range e.Marks {
		out.Marks = append(out.Marks, client.Mark{Competency: string(m.Competency), Points: m.Points, Max: m.Max})
	}
	return out
}

// known returns t, or nil for the zero time.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
