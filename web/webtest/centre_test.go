package webtest

import (
	"context"
	"crypto/ed25519"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/analysisdb"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/conversation/conversationdb"
	"github.com/lianxi-cc/lianxi/flow"
	"github.com/lianxi-cc/lianxi/internal/event"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/scenario/scenariodb"
	"github.com/lianxi-cc/lianxi/score/engine"
	"github.com/lianxi-cc/lianxi/score/scoredb"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/scorecard/scorecarddb"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/skill/skilldb"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/staff/staffdb"
	"github.com/lianxi-cc/lianxi/training"
	"github.com/lianxi-cc/lianxi/training/trainingdb"
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
	Ears   *language.Live

	ahead atomic.Int64 // nanoseconds by which the clock of practice was put ahead
}

// now is the clock of practice calls and of pages.
func (c *Centre) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// pack is the built-in content and the engines made of it; it is loaded once,
// because it does not change.
var pack = sync.OnceValues(func() (out struct {
	judge *engine.Engine
	ears  *language.Engine
	acts  *analysis.Catalogue
	tree  []scorecard.Competency
}, err error) {
	if out.acts, err = analysis.LoadCatalogue(content.FS); err != nil {
		return out, err
	}
	if out.ears, err = language.Load(content.FS, out.acts); err != nil {
		return out, err
	}
	if out.tree, err = scorecard.LoadCompetencies(content.FS); err != nil {
		return out, err
	}
	cards, err := scorecard.Load(content.FS, scorecard.Known{})
	if err != nil {
		return out, err
	}
	out.judge = engine.New(out.ears, out.acts, cards)
	return out, nil
})

// Open starts an empty centre: nobody is there yet. Practice calls are scored
// by the flow, over the bus, as in the program.
func Open(t testing.TB) *Centre {
	t.Helper()
	p, err := pack()
	if err != nil {
		t.Fatal(err)
	}
	db := testkit.SQLite(t)
	if err := db.Migrate(t.Context(), event.Migrations(), staffdb.Migrations(), scenariodb.Migrations(), trainingdb.Migrations(), conversationdb.Migrations(), scorecarddb.Migrations(), scoredb.Migrations(), skilldb.Migrations(), analysisdb.Migrations()); err != nil {
		t.Fatal(err)
	}
	catalogue, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	ids := id.NewSource(time.Now, testkit.Random(6))
	cost := staff.Cost{Memory: 64, Time: 1, Threads: 1} // as cheap as it gets: the hash is not what is tested
	c := &Centre{People: map[staff.Role]staff.Person{}, Ears: language.NewLive(p.ears)}
	c.Staff = staff.NewService(staffdb.New(db), staff.Options{Now: time.Now, Rand: testkit.Random(7), Hasher: staff.NewHasher(cost, 4, testkit.Random(8))})
	_, key, err := ed25519.GenerateKey(testkit.Random(9))
	if err != nil {
		t.Fatal(err)
	}
	bus := event.NewBus(db, event.Options{Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler)})
	results := scoredb.New(db, ids)
	cards := scorecard.NewService(scorecarddb.New(db), scorecard.Options{Now: time.Now})
	if err := cards.Install(t.Context(), p.judge.Cards()); err != nil {
		t.Fatal(err)
	}
	scenarios := scenario.NewLibrary(scenariodb.New(db), content.FS, scenario.LibraryOptions{Now: time.Now})
	if err := scenarios.Install(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.Deps = web.Deps{
		Scenarios: scenarios,
		Reviews:   results, IDs: ids,
		Staff: c.Staff, Cookies: staffdb.NewCookies(db, time.Now),
		Calls:         training.NewCalls(trainingdb.New(db, ids), scenarios, c.Ears.Acts, c.now, ids),
		Conversations: conversationdb.New(db, ids), Results: results,
		Archive:  skill.NewService(skilldb.New(db), skill.Options{Now: time.Now, Rand: testkit.Random(10), People: c.Staff, Key: key}),
		HalfLife: skill.DefaultHalfLife, Live: bus.Live,
		Acts: p.acts, Cards: cards, Judge: p.judge, Competencies: p.tree,
		Lexicon:   c.lexicon(db, ids),
		Catalogue: catalogue, Zone: time.FixedZone("CST", 8*3600), Now: c.now, Seed: func() uint64 { return 42 },
		Log: slog.New(slog.NewTextHandler(logTo{t}, &slog.HandlerOptions{Level: slog.LevelError})), Development: true,
	}
	judge := engine.New(c.Ears, p.acts, p.judge.Cards())
	limits, err := training.LoadLimits(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	c.Deps.Calls.Examine(training.Exams{Limits: limits, Seed: func() uint64 { return 4711 }})
	story := flow.Flow{Calls: c.Deps.Calls, Conversations: c.Deps.Conversations, Cards: cards, Judge: judge, Results: c.Deps.Results, Archive: c.Deps.Archive, IDs: ids, Live: bus.Live}
	story.Subscribe(bus)
	if err := bus.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bus.Close() })
	c.serve(t)
	return c
}

func (c *Centre) serve(t testing.TB) {
	t.Helper()
	pages, err := web.New(c.Deps)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(pages)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	c.URL = server.URL
}

// logTo shows the program's errors in the test's own log.
type logTo struct{ t testing.TB }

func (l logTo) Write(b []byte) (int, error) {
	l.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
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
