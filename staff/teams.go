package staff

import (
	"context"
	"strings"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// CreateTeam makes a team. It needs TeamEdit and returns Invalid
// (staff.display.form, staff.team.kind).
func (s *Service) CreateTeam(ctx context.Context, a Actor, kind Kind, name string) (Team, error) {
	t := Team{ID: id.Make[id.Team](s.ids), Kind: kind, Name: strings.TrimSpace(name), Created: s.now()}
	err := s.saveTeam(ctx, a, t, Record{Action: DidCreateTeam, Detail: map[string]string{"kind": string(kind)}})
	return t, fault.Wrap("staff.CreateTeam", err)
}

// ChangeTeam renames a team, closes it or opens it again. Its kind stays. It
// needs TeamEdit.
func (s *Service) ChangeTeam(ctx context.Context, a Actor, t id.Team, name string, closed bool) error {
	const op = "staff.ChangeTeam"
	team, err := s.Team(ctx, t)
	if err != nil {
		return fault.Wrap(op, err)
	}
	team.Name, team.Closed = strings.TrimSpace(name), closed
	return fault.Wrap(op, s.saveTeam(ctx, a, team, Record{Action: DidChangeTeam}))
}

func (s *Service) saveTeam(ctx context.Context, a Actor, t Team, what Record) error {
	what.Kind, what.Object = "team", string(t.ID)
	if err := s.need(ctx, a, TeamEdit, Subject{Teams: []id.Team{t.ID}}, what); err != nil {
		return err
	}
	if err := checkTeam(t); err != nil {
		return err
	}
	return s.change(ctx, a, func(tx Tx) (Record, error) { return what, tx.SaveTeam(ctx, t) })
}

// Team returns a team, or NotFound (staff.team.unknown). Names of teams are
// no secret within the centre.
func (s *Service) Team(ctx context.Context, t id.Team) (Team, error) {
	all, err := s.Teams(ctx)
	if err != nil {
		return Team{}, err
	}
	for _, team := range all {
		if team.ID == t {
			return team, nil
		}
	}
	return Team{}, fault.New(fault.NotFound, "staff.team.unknown", nil)
}

// Teams returns all teams, by kind and name.
func (s *Service) Teams(ctx context.Context) ([]Team, error) {
	var out []Team
	err := s.store.View(ctx, func(tx Tx) (err error) {
		out, err = tx.Teams(ctx)
		return err
	})
	return out, fault.Wrap("staff.Teams", err)
}

// MembersOf returns who is in a team. It needs PeopleRead on the team.
func (s *Service) MembersOf(ctx context.Context, a Actor, t id.Team) ([]Membership, error) {
	const op = "staff.MembersOf"
	if err := Need(a, PeopleRead, Subject{Teams: []id.Team{t}}); err != nil {
		return nil, fault.Wrap(op, err)
	}
	var out []Membership
	err := s.store.View(ctx, func(tx Tx) (err error) {
		out, err = tx.MembersOf(ctx, t)
		return err
	})
	return out, fault.Wrap(op, err)
}

// SetMember gives a person a part in a team; the part "" takes her out. It
// needs TeamEdit, and returns Invalid (staff.part.unknown) or NotFound
// (staff.person.unknown, staff.team.unknown).
func (s *Service) SetMember(ctx context.Context, a Actor, t id.Team, p id.Person, part Part) error {
	const op = "staff.SetMember"
	what := Record{Action: DidSetMember, Kind: "team", Object: string(t), Detail: map[string]string{"person": string(p), "part": string(part)}}
	if err := s.need(ctx, a, TeamEdit, Subject{Teams: []id.Team{t}}, what); err != nil {
		return fault.Wrap(op, err)
	}
	if part != "" && part != Member && part != Head {
		return fault.Wrap(op, fault.New(fault.Invalid, "staff.part.unknown", fault.Args{"part": string(part)}))
	}
	team, err := s.Team(ctx, t)
	if err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.change(ctx, a, func(tx Tx) (Record, error) {
		if _, err := tx.Person(ctx, p); err != nil {
			return what, err
		}
		return what, tx.SetMember(ctx, Membership{Team: t, Kind: team.Kind, Person: p, Part: part})
	}))
}
