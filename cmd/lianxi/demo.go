package main

import (
	"context"
	"io/fs"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
)

// demoPassword opens every demo account. It is no secret, so a demo listens on
// this machine only.
const demoPassword = "lianxi-demo-2026"

// login is one demo account as serve prints it.
type login struct {
	Role     string `json:"role"`
	Name     string `json:"name"`
	Password string `json:"password"`
}

// demoPeople are one person a role, as a small centre might have them.
var demoPeople = [...]struct {
	role    staff.Role
	name    string
	display string
}{
	{staff.Trainee, "lin", "林晓雨"},
	{staff.Agent, "zhao", "赵一鸣"},
	{staff.Advisor, "chen", "陈静"},
	{staff.Instructor, "he", "何建国"},
	{staff.Evaluator, "su", "苏敏"},
	{staff.Lead, "wu", "吴海峰"},
	{staff.Counsellor, "yan", "颜如意"},
	{staff.Handler, "qian", "钱立"},
	{staff.Administrator, "admin", "管理员"},
	{staff.Auditor, "shen", "沈言"},
}

// fillDemo makes the demo people in an empty centre and returns their logins.
// In a centre that has them already it only returns the logins; one with
// other people is refused.
func (h *house) fillDemo(ctx context.Context) ([]login, error) {
	logins := make([]login, len(demoPeople))
	for i, p := range demoPeople {
		logins[i] = login{Role: p.role.String(), Name: p.name, Password: demoPassword}
	}
	machine := staff.Machine(staff.PeopleRead, staff.PeopleEdit, staff.TeamEdit)
	empty, err := h.people.Empty(ctx)
	if err != nil {
		return nil, err
	}
	if !empty {
		return logins, h.isDemo(ctx, machine)
	}
	made := map[staff.Role]id.Person{}
	for _, p := range demoPeople {
		person, err := h.people.CreatePerson(ctx, machine, staff.NewPerson{Name: p.name, Display: p.display, Roles: staff.RolesOf(p.role),
			Password: demoPassword, Settled: true})
		if err != nil {
			return nil, err
		}
		made[p.role] = person.ID
	}
	if err := h.demoTeams(ctx, machine, made); err != nil {
		return nil, err
	}
	return logins, h.demoCalls(ctx)
}

// demoCalls are practice calls that demo people have taken, so that archives
// and lists have something to show. The scripted agents of the scenarios spoke
// in their place; customers, results and archives are the real ones.
func (h *house) demoCalls(ctx context.Context) error {
	for _, c := range []struct{ name, scenario, agent string }{
		{"lin", "zh-fund-value", "novice"},
		{"lin", "zh-broadband-down", "novice"},
		{"lin", "zh-broadband-down", "expert"},
		{"zhao", "zh-parcel-signed", "expert"},
		{"zhao", "en-late-parcel", "novice"},
	} {
		s, err := h.calls.Scenario(ctx, id.Scenario(c.scenario))
		if fault.Is(err, fault.NotFound) {
			continue // a centre's own content may lack it
		}
		if err == nil {
			err = h.demoCall(ctx, c.name, s, c.agent)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (h *house) demoCall(ctx context.Context, name string, s *scenario.Scenario, agent string) error {
	in, err := h.people.SignIn(ctx, name, demoPassword, staff.Origin{Address: "127.0.0.1", Agent: "demo"})
	if err != nil {
		return err
	}
	file := agentFile(s, agent)
	text, err := fs.ReadFile(h.ears.content, file)
	if err != nil {
		return err
	}
	script, err := scenario.ParseScript(file, text)
	if err != nil {
		return err
	}
	const seed = 3
	v, err := h.calls.Begin(ctx, in.Actor, s.ID, training.NotesAfter, seed)
	if err != nil {
		return err
	}
	for _, t := range scenario.Play(s, seed, script, h.ears.language.Acts, nil).Conversation().Turns {
		if t.Role == conversation.Agent && v.Practice.State == training.Talking {
			if v, err = h.calls.Say(ctx, in.Actor, v.Practice.ID, t.Text); err != nil {
				return err
			}
		}
	}
	if v.Practice.State == training.Talking {
		if _, err = h.calls.HangUp(ctx, in.Actor, v.Practice.ID); err != nil {
			return err
		}
	}
	return h.people.SignOut(ctx, in.Actor)
}

// isDemo refuses a centre without the demo's last person.
func (h *house) isDemo(ctx context.Context, machine staff.Actor) error {
	last := demoPeople[len(demoPeople)-1]
	found, err := h.people.People(ctx, machine, staff.Filter{Text: last.name, Limit: 10})
	if err != nil {
		return err
	}
	for _, p := range found {
		if p.Name == last.name && p.Display == last.display {
			return nil
		}
	}
	return fault.New(fault.Conflict, "cli.demo.taken", fault.Args{"dir": h.dir})
}

// demoTeams puts the demo people where they belong.
func (h *house) demoTeams(ctx context.Context, machine staff.Actor, made map[staff.Role]id.Person) error {
	for _, t := range []struct {
		kind    staff.Kind
		name    string
		heads   []staff.Role
		members []staff.Role
	}{
		{staff.ClassKind, "秋季一班", []staff.Role{staff.Advisor}, []staff.Role{staff.Trainee}},
		{staff.CourseKind, "电话礼仪与接听技巧", []staff.Role{staff.Instructor}, []staff.Role{staff.Trainee}},
		{staff.TeamKind, "热线一组", []staff.Role{staff.Lead}, []staff.Role{staff.Agent}},
		{staff.DepartmentKind, "网络维护部", nil, []staff.Role{staff.Handler}},
	} {
		team, err := h.people.CreateTeam(ctx, machine, t.kind, t.name)
		if err != nil {
			return err
		}
		for part, roles := range map[staff.Part][]staff.Role{staff.Head: t.heads, staff.Member: t.members} {
			for _, r := range roles {
				if err := h.people.SetMember(ctx, machine, team.ID, made[r], part); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
