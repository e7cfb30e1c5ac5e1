package api_test

import (
	"crypto/ed25519"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/api"
	"github.com/lianxi-cc/lianxi/api/client"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/conversation/conversationdb"
	"github.com/lianxi-cc/lianxi/internal/event"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/score/engine"
	"github.com/lianxi-cc/lianxi/score/scoredb"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/scorecard/scorecarddb"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/skill/skilldb"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/staff/staffdb"
)

// centre is a centre with its API, and one person of every role.
type centre struct {
	url    string
	deps   api.Deps
	people map[staff.Role]staff.Person
	tokens map[staff.Role]string // with every scope the person has
}

// judge is the built-in content and its engine, loaded once.
var judge = sync.OnceValues(func() (*engine.Engine, error) {
	acts, err := analysis.LoadCatalogue(content.FS)
	if err != nil {
		return nil, err
	}
	ears, err := language.Load(content.FS, acts)
	if err != nil {
		return nil, err
	}
	cards, err := scorecard.Load(content.FS, scorecard.Known{})
	if err != nil {
		return nil, err
	}
	return engine.New(ears, acts, cards), nil
})

func open(t *testing.T, db *storage.DB) *centre {
	t.Helper()
	j, err := judge()
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), event.Migrations(), staffdb.Migrations(), conversationdb.Migrations(), scorecarddb.Migrations(), scoredb.Migrations(), skilldb.Migrations()); err != nil {
		t.Fatal(err)
	}
	catalogue, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	_, key, err := ed25519.GenerateKey(testkit.Random(3))
	if err != nil {
		t.Fatal(err)
	}
	ids := id.NewSource(time.Now, testkit.Random(1))
	people := staff.NewService(staffdb.New(db), staff.Options{Now: time.Now, Rand: testkit.Random(2),
		Hasher: staff.NewHasher(staff.Cost{Memory: 64, Time: 1, Threads: 1}, 4, testkit.Random(4))})
	c := &centre{people: map[staff.Role]staff.Person{}, tokens: map[staff.Role]string{}}
	cards := scorecard.NewService(scorecarddb.New(db), scorecard.Options{Now: time.Now})
	if err := cards.Install(t.Context(), j.Cards()); err != nil {
		t.Fatal(err)
	}
	c.deps = api.Deps{
		Staff: people, Conversations: conversationdb.New(db, ids), Cards: cards, Judge: j, Results: scoredb.New(db, ids),
		Archive: skill.NewService(skilldb.New(db), skill.Options{Now: time.Now, Rand: testkit.Random(5), People: people, Key: key}),
		IDs:     ids, Catalogue: catalogue, Zone: time.UTC, Now: time.Now,
		Log: slog.New(slog.NewTextHandler(logTo{t}, &slog.HandlerOptions{Level: slog.LevelError})),
	}
	c.hire(t)
	c.url = serve(t, c.deps)
	return c
}

const password = "a quiet harbour at dawn"

// hire makes one person of every role. The lead heads the agent's team.
func (c *centre) hire(t *testing.T) {
	t.Helper()
	s := c.deps.Staff
	in, err := s.CreateFirst(t.Context(), staff.NewPerson{Name: "administrator", Display: "顾安然", Password: password}, staff.Origin{})
	if err != nil {
		t.Fatal(err)
	}
	team, err := s.CreateTeam(t.Context(), in.Actor, staff.TeamKind, "宽带二组")
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range staff.AllRoles() {
		p := in.Person
		if role != staff.Administrator {
			p, err = s.CreatePerson(t.Context(), in.Actor, staff.NewPerson{Name: role.String(), Display: "某" + role.String(), Roles: staff.RolesOf(role), Password: password, Settled: true})
			if err != nil {
				t.Fatal(err)
			}
		}
		c.people[role] = p
		if part, ok := map[staff.Role]staff.Part{staff.Lead: staff.Head, staff.Agent: staff.Member}[role]; ok {
			if err := s.SetMember(t.Context(), in.Actor, team.ID, p.ID, part); err != nil {
				t.Fatal(err)
			}
		}
	}
	// By default only some may issue tokens; here everybody may who may write.
	rows := staff.DefaultTable().Rows()
	for _, role := range staff.AllRoles() {
		if role != staff.Auditor {
			rows = append(rows, staff.Grant{Role: role, Permission: staff.TokenIssue, Scope: staff.Own})
		}
	}
	if err := s.EditTable(t.Context(), in.Actor, rows); err != nil {
		t.Fatal(err)
	}
	for _, role := range staff.AllRoles() {
		if role != staff.Auditor {
			c.tokens[role] = c.token(t, role)
		}
	}
}

// token issues a token with the given scopes, or with all that a role has.
func (c *centre) token(t *testing.T, role staff.Role, scopes ...staff.Permission) string {
	t.Helper()
	ctx, p := t.Context(), c.people[role]
	in, err := c.deps.Staff.SignIn(ctx, p.Name, password, staff.Origin{})
	if err != nil {
		t.Fatal(err)
	}
	if len(scopes) == 0 {
		for _, s := range staff.AllPermissions() {
			if staff.May(in.Actor, s) {
				scopes = append(scopes, s)
			}
		}
	}
	_, secret, err := c.deps.Staff.IssueToken(ctx, in.Actor, "test", scopes, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// as returns a client with the token of a role.
func (c *centre) as(role staff.Role) *client.Client {
	return client.New(c.url, c.tokens[role], "en", nil)
}

// logTo shows the program's errors in the test's own log.
type logTo struct{ t testing.TB }

func (l logTo) Write(b []byte) (int, error) {
	l.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

// serve starts another door to the same centre.
func serve(t *testing.T, d api.Deps) string {
	t.Helper()
	server := httptest.NewServer(api.New(d))
	t.Cleanup(server.Close)
	return server.URL
}
