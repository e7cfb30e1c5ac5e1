package staffdb

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/staff"
)

type personRow struct {
	bun.BaseModel `bun:"table:staff_people,alias:p"`

	ID         id.Person `bun:",pk"`
	Name       string
	Display    string
	Language   string
	Roles      int64
	State      staff.State
	Password   string
	MustChange bool
	Issuer     string
	Subject    string
	Created    time.Time
	Changed    time.Time
}

func (r personRow) person() staff.Person {
	return staff.Person{ID: r.ID, Name: r.Name, Display: r.Display, Language: r.Language, Roles: staff.Roles(r.Roles),
		State: r.State, Password: r.Password, MustChange: r.MustChange,
		Identity: staff.Identity{Issuer: r.Issuer, Subject: r.Subject}, Created: r.Created.UTC(), Changed: r.Changed.UTC()}
}

const noPerson = "staff.person.unknown"

func (t tx) Person(ctx context.Context, p id.Person) (staff.Person, error) {
	return t.person(ctx, "p.id = ?", string(p))
}

func (t tx) PersonByName(ctx context.Context, folded string) (staff.Person, error) {
	return t.person(ctx, "p.name = ?", clean(folded))
}

func (t tx) PersonByIdentity(ctx context.Context, i staff.Identity) (staff.Person, error) {
	if i.Subject == "" {
		return staff.Person{}, fault.New(fault.NotFound, noPerson, nil)
	}
	return t.person(ctx, "p.issuer = ? AND p.subject = ?", clean(i.Issuer), clean(i.Subject))
}

func (t tx) person(ctx context.Context, where string, args ...any) (staff.Person, error) {
	var row personRow
	err := one(ctx, t.db.NewSelect().Model(&row).Where(where, args...), &row, noPerson)
	return row.person(), err
}

// clean makes outside text fit for a query: no database takes a zero byte or
// broken UTF-8, and neither is in any name.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

func (t tx) People(ctx context.Context, f staff.Filter) ([]staff.Person, error) {
	q := t.db.NewSelect().Model((*personRow)(nil)).Order("p.display", "p.id").Limit(int64(f.Limit))
	if f.Text != "" {
		like := "%" + escapeLike(clean(strings.ToLower(f.Text))) + "%"
		q = q.Where(`(p.name LIKE ? ESCAPE '!' OR LOWER(p.display) LIKE ? ESCAPE '!')`, like, like)
	}
	if f.Role != 0 {
		q = q.Where("(p.roles & ?) <> 0", int64(f.Role))
	}
	if f.State != "" {
		q = q.Where("p.state = ?", f.State)
	}
	if len(f.Teams) > 0 {
		q = q.Where("p.id IN (SELECT m.person FROM staff_members AS m WHERE m.team IN (?))", bun.List(f.Teams))
	}
	if len(f.IDs) > 0 {
		q = q.Where("p.id IN (?)", bun.List(f.IDs))
	}
	if f.After != "" {
		q = q.Where("(p.display, p.id) > (SELECT a.display, a.id FROM staff_people AS a WHERE a.id = ?)", f.After)
	}
	var rows []personRow
	if err := q.Scan(ctx, &rows); err != nil {
		return nil, err
	}
	out := make([]staff.Person, len(rows))
	for i, r := range rows {
		out[i] = r.person()
	}
	return out, nil
}

func escapeLike(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s)
}

func (t tx) SavePerson(ctx context.Context, p staff.Person) error {
	row := personRow{ID: p.ID, Name: p.Name, Display: p.Display, Language: p.Language, Roles: int64(p.Roles), State: p.State,
		Password: p.Password, MustChange: p.MustChange, Issuer: clean(p.Identity.Issuer), Subject: clean(p.Identity.Subject),
		Created: storage.Time(p.Created), Changed: storage.Time(p.Changed)}
	if err := t.free(ctx, row); err != nil {
		return err
	}
	return t.put(ctx, &row, "id", "name", "display", "language", "roles", "state", "password", "must_change", "issuer", "subject", "changed")
}

// free returns Conflict when another person has the name or the identity. It
// looks before writing, because PostgreSQL ends a transaction at a broken
// index; Changes run one after the other, so nobody comes between.
func (t tx) free(ctx context.Context, row personRow) error {
	for _, c := range []struct {
		key, where string
		args       []any
		skip       bool
	}{
		{"staff.name.taken", "p.name = ?", []any{row.Name}, false},
		{"staff.identity.taken", "p.issuer = ? AND p.subject = ?", []any{row.Issuer, row.Subject}, row.Subject == ""},
	} {
		if c.skip {
			continue
		}
		n, err := t.db.NewSelect().Model((*personRow)(nil)).Where(c.where, c.args...).Where("p.id <> ?", row.ID).Count(ctx)
		if err != nil {
			return err
		}
		if n > 0 {
			return fault.New(fault.Conflict, c.key, nil)
		}
	}
	return nil
}

type teamRow struct {
	bun.BaseModel `bun:"table:staff_teams,alias:t"`

	ID      id.Team `bun:",pk"`
	Kind    staff.Kind
	Name    string
	Created time.Time
	Closed  bool
}

type memberRow struct {
	bun.BaseModel `bun:"table:staff_members,alias:m"`

	Team   id.Team   `bun:",pk"`
	Person id.Person `bun:",pk"`
	Part   staff.Part
}

func (t tx) Teams(ctx context.Context) ([]staff.Team, error) {
	var rows []teamRow
	err := t.db.NewSelect().Model(&rows).Order("t.kind", "t.name", "t.id").Scan(ctx)
	out := make([]staff.Team, len(rows))
	for i, r := range rows {
		out[i] = staff.Team{ID: r.ID, Kind: r.Kind, Name: r.Name, Created: r.Created.UTC(), Closed: r.Closed}
	}
	return out, err
}

func (t tx) SaveTeam(ctx context.Context, team staff.Team) error {
	row := teamRow{ID: team.ID, Kind: team.Kind, Name: team.Name, Created: storage.Time(team.Created), Closed: team.Closed}
	return t.put(ctx, &row, "id", "name", "closed")
}

func (t tx) SetMember(ctx context.Context, m staff.Membership) error {
	row := memberRow{Team: m.Team, Person: m.Person, Part: m.Part}
	if m.Part == "" {
		_, err := t.db.NewDelete().Model(&row).WherePK().Exec(ctx)
		return err
	}
	return t.put(ctx, &row, "team, person", "part")
}

func (t tx) Memberships(ctx context.Context, who ...id.Person) ([]staff.Membership, error) {
	if len(who) == 0 {
		return nil, nil
	}
	return t.members(ctx, "m.person IN (?)", bun.List(who))
}

func (t tx) MembersOf(ctx context.Context, team id.Team) ([]staff.Membership, error) {
	return t.members(ctx, "m.team = ?", string(team))
}

func (t tx) members(ctx context.Context, where string, arg any) ([]staff.Membership, error) {
	var rows []struct {
		memberRow
		Kind staff.Kind
	}
	err := t.db.NewSelect().Model((*memberRow)(nil)).ColumnExpr("m.team, m.person, m.part, t.kind").
		Join("JOIN staff_teams AS t ON t.id = m.team").Where(where, arg).Order("m.team", "m.person").Scan(ctx, &rows)
	out := make([]staff.Membership, len(rows))
	for i, r := range rows {
		out[i] = staff.Membership{Team: r.Team, Kind: r.Kind, Person: r.Person, Part: r.Part}
	}
	return out, err
}
