// Package webtest runs the pages over a real centre in a temporary folder, and
// looks at them with a browser. Only tests use it.
package webtest

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/staff/staffdb"
	"github.com/lianxi-cc/lianxi/web"
)

// Password is everybody's password in a test centre.
const Password = "a quiet harbour at dawn"

// Centre is a running centre. People holds one person of every role, whose
// sign-in name is the role's name.
type Centre struct {
	URL    string
	Staff  *staff.Service
	Admin  staff.Actor
	People map[staff.Role]staff.Person
	Deps   web.Deps
}

// Open starts an empty centre: nobody is there yet.
func Open(t testing.TB) *Centre {
	t.Helper()
	db := testkit.SQLite(t)
	catalogue, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	cost := staff.Cost{Memory: 64, Time: 1, Threads: 1} // as cheap as it gets: the hash is not what is tested
	c := &Centre{People: map[staff.Role]staff.Person{}}
	c.Staff = staff.NewService(migrated(t, db), staff.Options{Now: time.Now, Rand: testkit.Random(7), Hasher: staff.NewHasher(cost, 4, testkit.Random(8))})
	c.Deps = web.Deps{
		Staff: c.Staff, Cookies: staffdb.NewCookies(db, time.Now), Catalogue: catalogue, Zone: time.FixedZone("CST", 8*3600),
		Now: time.Now, Log: slog.New(slog.DiscardHandler), Development: true,
	}
	pages, err := web.New(c.Deps)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(pages)
	t.Cleanup(server.Close)
	c.URL = server.URL
	return c
}

func migrated(t testing.TB, db *storage.DB) staff.Store {
	t.Helper()
	if err := db.Migrate(t.Context(), staffdb.Migrations); err != nil {
		t.Fatal(err)
	}
	return staffdb.New(db)
}

// Staffed starts a centre with one person of every role.
func Staffed(t testing.TB) *Centre {
	t.Helper()
	c := Open(t)
	ctx := context.Background()
	in, err := c.Staff.CreateFirst(ctx, staff.NewPerson{Name: "administrator", Display: "顾安然", Roles: staff.RolesOf(staff.Administrator), Password: Password, Settled: true}, staff.Origin{Address: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	c.Admin = in.Actor
	c.People[staff.Administrator] = in.Person
	for role, name := range displays {
		p, err := c.Staff.CreatePerson(ctx, c.Admin, staff.NewPerson{Name: role.String(), Display: name, Roles: staff.RolesOf(role), Password: Password, Settled: true})
		if err != nil {
			t.Fatal(err)
		}
		c.People[role] = p
	}
	c.class(t)
	return c
}

var displays = map[staff.Role]string{
	staff.Trainee: "林晓", staff.Agent: "周子衿", staff.Advisor: "王若兰", staff.Instructor: "何明远", staff.Evaluator: "沈知秋",
	staff.Lead: "赵行之", staff.Counsellor: "苏念", staff.Handler: "钱一凡", staff.Auditor: "Grace Miller",
}

// class puts the trainee into a class and the agent into a team.
func (c *Centre) class(t testing.TB) {
	t.Helper()
	ctx := context.Background()
	for _, g := range []struct {
		kind         staff.Kind
		name         string
		head, member staff.Role
	}{{staff.ClassKind, "2026 年第三期新员工班", staff.Advisor, staff.Trainee}, {staff.TeamKind, "宽带二组", staff.Lead, staff.Agent}} {
		team, err := c.Staff.CreateTeam(ctx, c.Admin, g.kind, g.name)
		if err != nil {
			t.Fatal(err)
		}
		for who, part := range map[staff.Role]staff.Part{g.head: staff.Head, g.member: staff.Member} {
			if err := c.Staff.SetMember(ctx, c.Admin, team.ID, c.People[who].ID, part); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Client returns a client that keeps cookies and follows redirects.
func (c *Centre) Client(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: 20 * time.Second}
}

// SignedIn returns a client that is signed in as the person of role.
func (c *Centre) SignedIn(t testing.TB, role staff.Role) *http.Client {
	t.Helper()
	client := c.Client(t)
	answer, err := client.PostForm(c.URL+"/sign-in", url.Values{"name": {role.String()}, "password": {Password}})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.Request.URL.Path == "/sign-in" {
		t.Fatalf("sign-in as %s was refused: %s", role, answer.Status)
	}
	return client
}
