package staff

import (
	"slices"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// Actor is who does something: a signed-in person, the holder of an API
// token, or a part of the machine. It is a value made at the door and handed
// down. The zero Actor may do nothing.
type Actor struct {
	Person  id.Person // "" for the machine
	Roles   Roles
	Via     Via
	Session id.Session // when Via is ViaPage
	Token   id.Token   // when Via is ViaToken
	Address string     // of the other end; "" when there is none

	may   *[permissionCount]scopes
	heads [scopeCount][]id.Team // the teams that a scope reaches
}

// Via says through which door an actor came.
type Via string

// The doors.
const (
	ViaPage    Via = "page"
	ViaToken   Via = "token"
	ViaMachine Via = "machine"
)

// Subject is what something is done to: whose it is, and which teams it
// belongs to. The zero Subject belongs to nobody; only a permission on
// everything reaches it.
type Subject struct {
	Owner  id.Person
	Teams  []id.Team   // the owner's teams, or the department of a work order
	Shared []id.Person // with whom the owner shared it
	Author id.Person   // who wrote it, for what needs a second pair of eyes
}

// Actor returns person p as an actor with her roles and teams under table t.
func (t *Table) Actor(p Person, ms []Membership) Actor {
	a := Actor{Person: p.ID, Roles: p.Roles, may: t.of(p.Roles)}
	for _, m := range ms {
		if s, ok := m.reach(); ok {
			a.heads[s] = append(a.heads[s], m.Team)
		}
	}
	return a
}

// reach returns the scope in which a membership opens the team's things.
func (m Membership) reach() (Scope, bool) {
	switch {
	case m.Kind == DepartmentKind:
		return Department, true
	case m.Part != Head:
		return 0, false
	case m.Kind == TeamKind:
		return InTeam, true
	case m.Kind == ClassKind:
		return InClass, true
	case m.Kind == CourseKind:
		return InCourse, true
	}
	return 0, false
}

// Machine returns a part of the program as an actor, named for the audit log
// by via's holder, that may do exactly ps, on everything.
func Machine(ps ...Permission) Actor {
	a := Actor{Via: ViaMachine, may: new([permissionCount]scopes)}
	for _, p := range ps {
		a.may[p] = 1 << Everything
	}
	return a
}

// limit returns a with nothing but the permissions ps left.
func (a Actor) limit(ps []Permission) Actor {
	may := new([permissionCount]scopes)
	for _, p := range ps {
		if a.may != nil && p < permissionCount {
			may[p] = a.may[p]
		}
	}
	a.may = may
	return a
}

// Can reports whether a may do p to s. What the table does not allow is
// denied. It neither allocates nor asks a database.
func Can(a Actor, p Permission, s Subject) bool {
	if a.may == nil || p >= permissionCount {
		return false
	}
	have := a.may[p]
	if have == 0 || p.is(foureyes) && (s.Author == "" || s.Author == a.Person) {
		return false
	}
	if have.has(Everything) {
		return true
	}
	if have.has(Own) && a.Person != "" && s.Owner == a.Person {
		return true
	}
	if have.has(Shared) && a.Person != "" && slices.Contains(s.Shared, a.Person) {
		return true
	}
	for scope := InTeam; scope <= Department; scope++ {
		if have.has(scope) && meet(a.heads[scope], s.Teams) {
			return true
		}
	}
	return false
}

func meet(a, b []id.Team) bool {
	for _, t := range a {
		if slices.Contains(b, t) {
			return true
		}
	}
	return false
}

// May reports whether a may do p to anything at all: whether a menu should
// offer it. The thing itself still needs Can.
func May(a Actor, p Permission) bool {
	return a.may != nil && p < permissionCount && a.may[p] != 0
}

// Reach returns the scopes in which a may do p, for a list that asks its
// store for no more than it may show. A list still filters with Can.
func Reach(a Actor, p Permission) []Scope {
	var out []Scope
	for _, s := range AllScopes() {
		if May(a, p) && a.may[p].has(s) {
			out = append(out, s)
		}
	}
	return out
}

// TeamsIn returns the teams of the actor that a scope reaches: those she
// leads, advises, teaches or works in.
func (a Actor) TeamsIn(s Scope) []id.Team {
	if s >= scopeCount {
		return nil
	}
	return slices.Clone(a.heads[s])
}

// Need returns Denied (staff.denied) when a may not do p to s.
func Need(a Actor, p Permission, s Subject) error {
	if Can(a, p, s) {
		return nil
	}
	return fault.New(fault.Denied, "staff.denied", fault.Args{"permission": p.String()})
}
