package main

import (
	"context"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/staff"
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
	return logins, h.demoTeams(ctx, machine, made)
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
