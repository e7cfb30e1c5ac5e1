package staff_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/staff"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestDefaultTable holds the table to a text that a person can read: one line
// a permission, and the scopes in which each role has it.
func TestDefaultTable(t *testing.T) {
	got := map[staff.Permission]map[staff.Role][]string{}
	for _, g := range staff.DefaultTable().Rows() {
		if got[g.Permission] == nil {
			got[g.Permission] = map[staff.Role][]string{}
		}
		got[g.Permission][g.Role] = append(got[g.Permission][g.Role], g.Scope.String())
	}
	var b strings.Builder
	for _, p := range staff.AllPermissions() {
		fmt.Fprintf(&b, "%s:", p)
		for _, r := range staff.AllRoles() {
			if s := got[p][r]; s != nil {
				fmt.Fprintf(&b, " %s(%s)", r, strings.Join(s, ","))
			}
		}
		b.WriteString("\n")
	}
	const file = "testdata/permissions.txt"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != b.String() {
		t.Errorf("the table changed (%v); look at it and run with -update:\n%s", err, b.String())
	}
}

func TestEveryPermissionIsHeldBySomebody(t *testing.T) {
	held := map[staff.Permission]bool{}
	for _, g := range staff.DefaultTable().Rows() {
		held[g.Permission] = true
	}
	for _, p := range staff.AllPermissions() {
		if !held[p] {
			t.Errorf("nobody has %s", p)
		}
	}
}

func TestDefaultTableKeepsThePromises(t *testing.T) {
	rows := staff.DefaultTable().Rows()
	again, err := staff.NewTable(rows)
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Rows()) != len(rows) {
		t.Errorf("%d rows became %d", len(rows), len(again.Rows()))
	}
}

func TestEditedTablesKeepThePromises(t *testing.T) {
	for name, c := range map[string]struct {
		g    staff.Grant
		want string
	}{
		"an administrator who reads archives":  {staff.Grant{Role: staff.Administrator, Permission: staff.ArchiveRead, Scope: staff.Everything}, "staff.table.marks"},
		"an administrator who reads talks":     {staff.Grant{Role: staff.Administrator, Permission: staff.TalkRead, Scope: staff.Shared}, "staff.table.marks"},
		"an administrator who reads wellbeing": {staff.Grant{Role: staff.Administrator, Permission: staff.WellbeingRead, Scope: staff.InTeam}, "staff.table.marks"},
		"an auditor who writes":                {staff.Grant{Role: staff.Auditor, Permission: staff.ResultCorrect, Scope: staff.Everything}, "staff.table.writes"},
		"an auditor who writes her own":        {staff.Grant{Role: staff.Auditor, Permission: staff.ResultContest, Scope: staff.Own}, "staff.table.writes"},
		"a lead who reads wellbeing":           {staff.Grant{Role: staff.Lead, Permission: staff.WellbeingRead, Scope: staff.InTeam}, "staff.table.wellbeing"},
		"a lead who reads talks":               {staff.Grant{Role: staff.Lead, Permission: staff.TalkRead, Scope: staff.InTeam}, "staff.table.talks"},
		"an advisor who reads every talk":      {staff.Grant{Role: staff.Advisor, Permission: staff.TalkRead, Scope: staff.Everything}, "staff.table.talks"},
		"an unknown permission":                {staff.Grant{Role: staff.Lead, Permission: 250, Scope: staff.Own}, "staff.table.row"},
		"an unknown role":                      {staff.Grant{Role: 99, Permission: staff.TalkRead, Scope: staff.Own}, "staff.table.row"},
	} {
		_, err := staff.NewTable(append(staff.DefaultTable().Rows(), c.g))
		var e *fault.Error
		if !errors.As(err, &e) || e.Key != c.want || e.Kind != fault.Invalid {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := staff.NewTable(nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("a table without administrators: %v", err)
	}
}

// actor makes an actor of the default table with roles and memberships.
func actor(p id.Person, ms []staff.Membership, roles ...staff.Role) staff.Actor {
	return staff.DefaultTable().Actor(staff.Person{ID: p, Roles: staff.RolesOf(roles...)}, ms)
}

func in(kind staff.Kind, part staff.Part) []staff.Membership {
	return []staff.Membership{{Team: "T1", Kind: kind, Part: part}}
}

func TestCan(t *testing.T) {
	mine, hers := staff.Subject{Owner: "me"}, staff.Subject{Owner: "her", Teams: []id.Team{"T0", "T1"}}
	shared := staff.Subject{Owner: "her", Shared: []id.Person{"me"}}
	all := []staff.Role{staff.Trainee, staff.Agent, staff.Advisor, staff.Instructor, staff.Evaluator, staff.Lead, staff.Counsellor, staff.Handler, staff.Administrator, staff.Auditor}
	for name, c := range map[string]struct {
		a    staff.Actor
		p    staff.Permission
		s    staff.Subject
		want bool
	}{
		"nobody":                              {staff.Actor{}, staff.ArchiveRead, mine, false},
		"nobody, of nobody":                   {staff.Actor{}, staff.ArchiveRead, staff.Subject{}, false},
		"no role":                             {actor("me", nil), staff.ArchiveRead, mine, false},
		"own archive":                         {actor("me", nil, staff.Trainee), staff.ArchiveRead, mine, true},
		"another's archive":                   {actor("me", nil, staff.Trainee), staff.ArchiveRead, hers, false},
		"an archive of nobody":                {actor("", nil, staff.Trainee), staff.ArchiveRead, staff.Subject{}, false},
		"her class":                           {actor("me", in(staff.ClassKind, staff.Head), staff.Advisor), staff.ArchiveRead, hers, true},
		"a class she is only in":              {actor("me", in(staff.ClassKind, staff.Member), staff.Advisor), staff.ArchiveRead, hers, false},
		"an advisor who leads a team":         {actor("me", in(staff.TeamKind, staff.Head), staff.Advisor), staff.ArchiveRead, hers, false},
		"a head without the role":             {actor("me", in(staff.ClassKind, staff.Head), staff.Trainee), staff.ArchiveRead, hers, false},
		"another class":                       {actor("me", in(staff.ClassKind, staff.Head), staff.Advisor), staff.ArchiveRead, staff.Subject{Owner: "her", Teams: []id.Team{"T2"}}, false},
		"team lead, results":                  {actor("me", in(staff.TeamKind, staff.Head), staff.Lead), staff.ResultRead, hers, true},
		"team lead, archive":                  {actor("me", in(staff.TeamKind, staff.Head), staff.Lead), staff.ArchiveRead, hers, false},
		"instructor, course":                  {actor("me", in(staff.CourseKind, staff.Head), staff.Instructor), staff.ResultRead, hers, true},
		"handler, department":                 {actor("me", in(staff.DepartmentKind, staff.Member), staff.Handler), staff.WorkOrderWork, hers, true},
		"handler, other department":           {actor("me", nil, staff.Handler), staff.WorkOrderWork, hers, false},
		"counsellor, not shared":              {actor("me", in(staff.TeamKind, staff.Head), staff.Counsellor), staff.WellbeingRead, hers, false},
		"counsellor, shared":                  {actor("me", nil, staff.Counsellor), staff.WellbeingRead, shared, true},
		"wellbeing, every role but the owner": {actor("me", in(staff.ClassKind, staff.Head), all...), staff.WellbeingRead, hers, false},
		"an own rule":                         {actor("me", nil, staff.Evaluator), staff.RuleRelease, staff.Subject{Author: "me"}, false},
		"another's rule":                      {actor("me", nil, staff.Evaluator), staff.RuleRelease, staff.Subject{Author: "her"}, true},
		"a rule of nobody":                    {actor("me", nil, staff.Evaluator), staff.RuleRelease, staff.Subject{}, false},
		"administrator, results":              {actor("me", nil, staff.Administrator), staff.ResultRead, hers, false},
		"auditor, results":                    {actor("me", nil, staff.Auditor), staff.ResultRead, hers, true},
		"auditor, a note":                     {actor("me", nil, staff.Auditor), staff.ArchiveAdd, hers, false},
		"a permission that is none":           {actor("me", nil, all...), 255, hers, false},
		"the machine":                         {staff.Machine(staff.ArchiveAdd), staff.ArchiveAdd, hers, true},
		"the machine, elsewhere":              {staff.Machine(staff.ArchiveAdd), staff.ArchiveRead, hers, false},
	} {
		if got := staff.Can(c.a, c.p, c.s); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if err := staff.Need(c.a, c.p, c.s); (err == nil) != c.want || err != nil && !fault.Is(err, fault.Denied) {
			t.Errorf("%s: Need says %v", name, err)
		}
	}
}

// TestMoreRolesNeverTakeAway checks that a set of roles may do what any of
// its roles may, and nothing else.
func TestMoreRolesNeverTakeAway(t *testing.T) {
	subjects := []staff.Subject{{}, {Owner: "me"}, {Owner: "her", Teams: []id.Team{"T1"}}, {Owner: "her", Shared: []id.Person{"me"}}, {Author: "her"}}
	ms := append(in(staff.ClassKind, staff.Head), in(staff.TeamKind, staff.Head)...)
	for _, a := range staff.AllRoles() {
		for _, b := range staff.AllRoles() {
			both, one, two := actor("me", ms, a, b), actor("me", ms, a), actor("me", ms, b)
			for _, p := range staff.AllPermissions() {
				for _, s := range subjects {
					if staff.Can(both, p, s) != (staff.Can(one, p, s) || staff.Can(two, p, s)) {
						t.Fatalf("%s and %s together differ at %s on %+v", a, b, p, s)
					}
				}
			}
		}
	}
}

func BenchmarkCan(b *testing.B) {
	a := actor("me", in(staff.ClassKind, staff.Head), staff.Advisor, staff.Instructor)
	s := staff.Subject{Owner: "her", Teams: []id.Team{"T0", "T1"}}
	b.ReportAllocs()
	for b.Loop() {
		if !staff.Can(a, staff.ArchiveRead, s) {
			b.Fatal("denied")
		}
	}
}
