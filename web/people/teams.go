package people

import (
	"net/http"

	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// teamsPage is all teams by kind.
type teamsPage struct {
	teams []team
	kinds []ui.Option
	wrong string
}

type team struct {
	id, name, kind string
	closed         bool
}

// Teams shows all teams.
func (p Pages) Teams(v *visit.Visit) error { return p.teams(v, http.StatusOK, "") }

func (p Pages) teams(v *visit.Visit, status int, wrong string) error {
	all, err := p.Staff.Teams(v.Context())
	if err != nil {
		return err
	}
	out := teamsPage{wrong: wrong}
	for _, k := range staff.Kinds() {
		out.kinds = append(out.kinds, ui.Option{Value: string(k), Text: v.Text("web.team.kind." + string(k)), Chosen: k == staff.ClassKind})
	}
	for _, t := range all {
		out.teams = append(out.teams, team{id: string(t.ID), name: t.Name, kind: v.Text("web.team.kind." + string(t.Kind)), closed: t.Closed})
	}
	return v.ShowStatus(status, teams(v.Reader, out))
}

// CreateTeam makes a team.
func (p Pages) CreateTeam(v *visit.Visit) error {
	_, err := p.Staff.CreateTeam(v.Context(), v.Actor, staff.Kind(v.Form("kind")), v.Form("name"))
	return p.afterTeam(v, err)
}

// ChangeTeam renames a team, closes it or opens it again.
func (p Pages) ChangeTeam(v *visit.Visit) error {
	err := p.Staff.ChangeTeam(v.Context(), v.Actor, id.Team(v.Request.PathValue("team")), v.Form("name"), v.Form("closed") == "yes")
	return p.afterTeam(v, err)
}

func (p Pages) afterTeam(v *visit.Visit, err error) error {
	if err == nil {
		return v.Go("/teams")
	}
	text, err := v.Wrong(err)
	if err != nil {
		return err
	}
	return p.teams(v, http.StatusUnprocessableEntity, text)
}
