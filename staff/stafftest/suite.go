// Package stafftest holds the one suite that every staff.Store must pass, and
// the Service with it.
package stafftest

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/staff"
)

// Run holds the stores that open returns, each empty, to what staff.Store
// promises.
func Run(t *testing.T, open func(t *testing.T) staff.Store) {
	for name, test := range map[string]func(*testing.T, staff.Store){
		"people": people, "filter": filter, "teams": teams, "sessions": sessions, "tokens": tokens,
		"tallies": tallies, "log": audit, "grants": grants, "atomic": atomic, "reading": reading,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
	for name, test := range map[string]func(*testing.T, *House){
		"first": first, "sign-in": signIn, "lockout": lockout, "lockout at once": lockoutAtOnce, "sessions end": sessionsEnd,
		"passwords": passwords, "roles": roles, "tokens act": tokensAct, "provision": provision,
		"scopes": scopes, "table": table, "everything is recorded": recorded, "forget": forget,
	} {
		t.Run(name, func(t *testing.T) { test(t, NewHouse(t, open(t), staff.Options{})) })
	}
}

var moment = time.Date(2026, 3, 2, 9, 0, 0, 123456000, time.UTC)

func change(t *testing.T, s staff.Store, fn func(ctx context.Context, tx staff.Tx) error) {
	t.Helper()
	if err := s.Change(t.Context(), func(tx staff.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func view(t *testing.T, s staff.Store, fn func(ctx context.Context, tx staff.Tx) error) {
	t.Helper()
	if err := s.View(t.Context(), func(tx staff.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// key returns the message key of err.
func key(err error) string {
	var e *fault.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}

func wantKey(t *testing.T, err error, want string) {
	t.Helper()
	if got := key(err); got != want {
		t.Errorf("err = %v, want key %q", err, want)
	}
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func somebody(n, name, display string) staff.Person {
	return staff.Person{ID: id.Person(n), Name: name, Display: display, State: staff.Active, Created: moment, Changed: moment}
}

func people(t *testing.T, s staff.Store) {
	p := somebody("P1", "陈晨", "陈晨 ’;--")
	p.Language, p.Roles, p.Password, p.MustChange = "zh-CN", staff.RolesOf(staff.Trainee, staff.Auditor), "$argon2id$", true
	p.Identity = staff.Identity{Issuer: "https://id.example", Subject: "s-1"}
	change(t, s, func(ctx context.Context, tx staff.Tx) error { return tx.SavePerson(ctx, p) })
	view(t, s, func(ctx context.Context, tx staff.Tx) error {
		for _, find := range []func() (staff.Person, error){
			func() (staff.Person, error) { return tx.Person(ctx, "P1") },
			func() (staff.Person, error) { return tx.PersonByName(ctx, "陈晨") },
			func() (staff.Person, error) { return tx.PersonByIdentity(ctx, p.Identity) },
		} {
			got, err := find()
			if err != nil {
				return err
			}
			same(t, got, p)
		}
		for _, missing := range []func() (staff.Person, error){
			func() (staff.Person, error) { return tx.Person(ctx, "P2") },
			func() (staff.Person, error) { return tx.PersonByName(ctx, "a\x00\xff") },
			func() (staff.Person, error) { return tx.PersonByIdentity(ctx, staff.Identity{}) },
			func() (staff.Person, error) {
				return tx.PersonByIdentity(ctx, staff.Identity{Issuer: "https://other.example", Subject: "s-1"})
			},
		} {
			_, err := missing()
			wantKey(t, err, "staff.person.unknown")
		}
		return nil
	})
	p.Display, p.Identity, p.Roles = "陈晨", staff.Identity{}, 0
	change(t, s, func(ctx context.Context, tx staff.Tx) error { return tx.SavePerson(ctx, p) })
	other := somebody("P2", "陈晨", "别人")
	err := s.Change(t.Context(), func(tx staff.Tx) error { return tx.SavePerson(t.Context(), other) })
	wantKey(t, err, "staff.name.taken")
	other.Name = "b2"
	change(t, s, func(ctx context.Context, tx staff.Tx) error { return tx.SavePerson(ctx, other) }) // two without an identity
	p.Identity, other.Identity = staff.Identity{Issuer: "i", Subject: "x"}, staff.Identity{Issuer: "i", Subject: "x"}
	change(t, s, func(ctx context.Context, tx staff.Tx) error { return tx.SavePerson(ctx, p) })
	err = s.Change(t.Context(), func(tx staff.Tx) error { return tx.SavePerson(t.Context(), other) })
	wantKey(t, err, "staff.identity.taken")
}

func filter(t *testing.T, s staff.Store) {
	change(t, s, func(ctx context.Context, tx staff.Tx) error {
		for i, name := range []string{"anna", "bo%b", "cleo", "dora", "emil"} {
			p := somebody("P"+string(rune('1'+i)), name, "Name "+name)
			p.Roles = staff.RolesOf(staff.Role(i % 3))
			if name == "emil" {
				p.State = staff.Left
			}
			if err := tx.SavePerson(ctx, p); err != nil {
				return err
			}
		}
		if err := tx.SaveTeam(ctx, staff.Team{ID: "T1", Kind: staff.TeamKind, Name: "一组", Created: moment}); err != nil {
			return err
		}
		return tx.SetMember(ctx, staff.Membership{Team: "T1", Person: "P3", Part: staff.Member})
	})
	for name, c := range map[string]struct {
		f    staff.Filter
		want string
	}{
		"all":        {staff.Filter{Limit: 9}, "P1P2P3P4P5"},
		"two":        {staff.Filter{Limit: 2}, "P1P2"},
		"next two":   {staff.Filter{Limit: 2, After: "P2"}, "P3P4"},
		"text":       {staff.Filter{Limit: 9, Text: "NAME an"}, "P1"},
		"a sign":     {staff.Filter{Limit: 9, Text: "%"}, "P2"},
		"zero byte":  {staff.Filter{Limit: 9, Text: "\x00"}, ""},
		"role":       {staff.Filter{Limit: 9, Role: staff.RolesOf(staff.Trainee)}, "P1P4"},
		"either":     {staff.Filter{Limit: 9, Role: staff.RolesOf(staff.Trainee, staff.Agent)}, "P1P2P4P5"},
		"state":      {staff.Filter{Limit: 9, State: staff.Left}, "P5"},
		"team":       {staff.Filter{Limit: 9, Teams: []id.Team{"T1", "T2"}}, "P3"},
		"ids":        {staff.Filter{Limit: 9, IDs: []id.Person{"P9", "P4", "", "P1"}}, "P1P4"},
		"other team": {staff.Filter{Limit: 9, Teams: []id.Team{"T2"}}, ""},
	} {
		view(t, s, func(ctx context.Context, tx staff.Tx) error {
			found, err := tx.People(ctx, c.f)
			got := ""
			for _, p := range found {
				got += string(p.ID)
			}
			if got != c.want {
				t.Errorf("%s: %s, want %s", name, got, c.want)
			}
			return err
		})
	}
}

func teams(t *testing.T, s staff.Store) {
	class := staff.Team{ID: "T2", Kind: staff.ClassKind, Name: "三月班", Created: moment}
	team := staff.Team{ID: "T1", Kind: staff.TeamKind, Name: "一组", Created: moment, Closed: true}
	change(t, s, func(ctx context.Context, tx staff.Tx) error {
		err := errors.Join(tx.SavePerson(ctx, somebody("P1", "anna", "Anna")), tx.SavePerson(ctx, somebody("P2", "bob", "Bob")), tx.SaveTeam(ctx, team), tx.SaveTeam(ctx, class))
		return errors.Join(err, tx.SetMember(ctx, staff.Membership{Team: "T1", Person: "P1", Part: staff.Member}),
			tx.SetMember(ctx, staff.Membership{Team: "T1", Person: "P2", Part: staff.Member}),
			tx.SetMember(ctx, staff.Membership{Team: "T2", Person: "P1", Part: staff.Member}),
			tx.SetMember(ctx, staff.Membership{Team: "T2", Person: "P1", Part: staff.Head}))
	})
	head := staff.Membership{Team: "T2", Kind: staff.ClassKind, Person: "P1", Part: staff.Head}
	view(t, s, func(ctx context.Context, tx staff.Tx) error {
		all, err := tx.Teams(ctx)
		same(t, all, []staff.Team{class, team})
		ms, err2 := tx.Memberships(ctx, "P1")
		same(t, ms, []staff.Membership{{Team: "T1", Kind: staff.TeamKind, Person: "P1", Part: staff.Member}, head})
		of, err3 := tx.MembersOf(ctx, "T2")
		same(t, of, []staff.Membership{head})
		both, err4 := tx.Memberships(ctx, "P2", "P9", "P1", "P2")
		same(t, both, []staff.Membership{ms[0], {Team: "T1", Kind: staff.TeamKind, Person: "P2", Part: staff.Member}, head})
		none, err5 := tx.Memberships(ctx)
		same(t, none, []staff.Membership(nil))
		return errors.Join(err, err2, err3, err4, err5)
	})
	change(t, s, func(ctx context.Context, tx staff.Tx) error {
		return tx.SetMember(ctx, staff.Membership{Team: "T2", Person: "P1"})
	})
	view(t, s, func(ctx context.Context, tx staff.Tx) error {
		ms, err := tx.Memberships(ctx, "P1")
		if len(ms) != 1 {
			t.Errorf("still in %v", ms)
		}
		return err
	})
}

func sessions(t *testing.T, s staff.Store) {
	one := staff.Session{ID: "S1", Person: "P1", Started: moment, Seen: moment, Address: "10.0.0.1", Agent: "浏览器", Means: "password"}
	two, three := one, one
	two.ID, three.ID = "S2", "S3"
	two.Started = moment.Add(time.Second)
	change(t, s, func(ctx context.Context, tx staff.Tx) error {
		return errors.Join(tx.SavePerson(ctx, somebody("P1", "anna", "Anna")), tx.SaveSession(ctx, one), tx.SaveSession(ctx, two), tx.SaveSession(ctx, three))
	})
	one.Seen = moment.Add(time.Hour)
	change(t, s, func(ctx context.Context, tx staff.Tx) error {
		return errors.Join(tx.SaveSession(ctx, one), tx.EndSession(ctx, "S3"), tx.EndSession(ctx, "S9"))
	})
	view(t, s, func(ctx context.Context, tx staff.Tx) error {
		got, err := tx.Session(ctx, "S1")
		same(t, got, one)
		all, err2 := tx.SessionsOf(ctx, "P1")
		same(t, all, []staff.Session{two, one})
		_, gone := tx.Session(ctx, "S3")
		wantKey(t, gone, "staff.session.unknown")
		return errors.Join(err, err2)
	})
	change(t, s, func(ctx context.Context, tx staff.Tx) error { return tx.EndSessions(ctx, "P1", "S1") })
	view(t, s, func(ctx context.Context, tx staff.Tx) error {
		all, err := tx.SessionsOf(ctx, "P1")
		same(t, all, []staff.Session{one})
		return err
	})
}

func tokens(t *testing.T, s staff.Store) {
	k := staff.Token{ID: "K1", Person: "P1", Name: "报表", Scopes: []staff.Permission{staff.ResultRead, staff.ArchiveRead},
		Hash: [32]byte{1, 2, 3}, Created: moment, Expires: moment.Add(time.Hour)}
	change(t, s, func(ctx context.Context, tx staff.Tx) error {
		return errors.Join(tx.SavePerson(ctx, somebody("P1", "anna", "Anna")), tx.SaveToken(ctx, k))
	})
	for range 2 {
		view(t, s, func(ctx context.Context, tx staff.Tx) error {
			got, err := tx.Token(ctx, "K1")
			same(t, got, k)
			all, err2 := tx.TokensOf(ctx, "P1")
			same(t, all, []staff.Token{k})
			_, missing := tx.Token(ctx, "K\x002")
			wantKey(t, missing, "staff.token.unknown")
			return errors.Join(err, err2)
		})
		k.Used, k.Revoked = moment.Add(time.Minute), moment.Add(2*time.Minute)
		change(t, s, func(ctx context.Context, tx staff.Tx) error { return tx.SaveToken(ctx, k) })
	}
}

func tallies(t *testing.T, s staff.Store) {
	want := staff.Tally{Count: 3, Last: moment}
	change(t, s, func(ctx context.Context, tx staff.Tx) error {
		if y, err := tx.Tally(ctx, "name:x"); err != nil || y != (staff.Tally{}) {
			t.Errorf("a new tally is %v (%v)", y, err)
		}
		return errors.Join(tx.SaveTally(ctx, "name:x", staff.Tally{Count: 2, Last: moment}), tx.SaveTally(ctx, "name:x", want))
	})
	change(t, s, func(ctx context.Context, tx staff.Tx) error {
		y, err := tx.Tally(ctx, "name:x")
		same(t, y, want)
		return errors.Join(err, tx.SaveTally(ctx, "name:x", staff.Tally{}))
	})
	view(t, s, func(ctx context.Context, tx staff.Tx) error {
		y, err := tx.Tally(ctx, "name:x")
		same(t, y, staff.Tally{})
		return err
	})
}

func audit(t *testing.T, s staff.Store) {
	change(t, s, func(ctx context.Context, tx staff.Tx) error {
		if last, err := tx.LastRecord(ctx); err != nil || last.Seq != 0 {
			t.Errorf("an empty log ends with %v (%v)", last, err)
		}
		for n := range int64(5) {
			r := staff.Record{Seq: n + 1, At: moment.Add(time.Duration(n) * time.Second), Who: "P1", Via: staff.ViaPage, Session: "S1", Token: "K1",
				Address: "10.0.0.1", Action: staff.DidSignIn, Kind: "person", Object: "P1", Outcome: staff.Done,
				Detail: map[string]string{"a": "1", "中": "“文”"}, Prev: [32]byte{byte(n)}, Hash: [32]byte{byte(n + 1)}}
			if n == 4 {
				r.Who, r.Detail, r.Outcome = "P2", nil, staff.Refused
			}
			if err := tx.AddRecord(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
	for name, c := range map[string]struct {
		q    staff.Query
		want []int64
	}{
		"all":      {staff.Query{Limit: 9}, []int64{5, 4, 3, 2, 1}},
		"page":     {staff.Query{Limit: 2, Before: 4}, []int64{3, 2}},
		"who":      {staff.Query{Limit: 9, Who: "P2"}, []int64{5}},
		"outcome":  {staff.Query{Limit: 9, Outcome: staff.Refused}, []int64{5}},
		"object":   {staff.Query{Limit: 1, Kind: "person", Object: "P1", Action: staff.DidSignIn}, []int64{5}},
		"times":    {staff.Query{Limit: 9, From: moment.Add(time.Second), To: moment.Add(3 * time.Second)}, []int64{3, 2}},
		"nonsense": {staff.Query{Limit: 9, Object: "\x00'"}, nil},
	} {
		view(t, s, func(ctx context.Context, tx staff.Tx) error {
			rs, err := tx.Records(ctx, c.q)
			var got []int64
			for _, r := range rs {
				got = append(got, r.Seq)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
			return err
		})
	}
	view(t, s, func(ctx context.Context, tx staff.Tx) error {
		last, err := tx.LastRecord(ctx)
		same(t, last, staff.Record{Seq: 5, At: moment.Add(4 * time.Second), Who: "P2", Via: staff.ViaPage, Session: "S1", Token: "K1", Address: "10.0.0.1",
			Action: staff.DidSignIn, Kind: "person", Object: "P1", Outcome: staff.Refused, Prev: [32]byte{4}, Hash: [32]byte{5}})
		var walked []int64
		err2 := tx.Walk(ctx, 3, func(r staff.Record) error {
			walked = append(walked, r.Seq)
			return nil
		})
		same(t, walked, []int64{3, 4, 5})
		return errors.Join(err, err2)
	})
}

func grants(t *testing.T, s staff.Store) {
	queue := staff.Grant{Role: staff.Lead, Permission: staff.QueueRead, Scope: staff.InTeam}
	rows := []staff.Grant{queue, queue, {Role: staff.Agent, Permission: staff.ArchiveRead, Scope: staff.Own}}
	for _, c := range []struct {
		save []staff.Grant
		want int
	}{{nil, 0}, {rows, 2}, {rows[:1], 1}, {nil, 0}} {
		change(t, s, func(ctx context.Context, tx staff.Tx) error { return tx.SaveGrants(ctx, c.save) })
		view(t, s, func(ctx context.Context, tx staff.Tx) error {
			got, err := tx.Grants(ctx)
			if len(got) != c.want {
				t.Errorf("%v, want %d rows", got, c.want)
			}
			return err
		})
	}
}

func atomic(t *testing.T, s staff.Store) {
	broken := errors.New("no")
	err := s.Change(t.Context(), func(tx staff.Tx) error {
		if err := tx.SavePerson(t.Context(), somebody("P1", "anna", "Anna")); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("err = %v, want fn's own", err)
	}
	view(t, s, func(ctx context.Context, tx staff.Tx) error {
		_, err := tx.Person(ctx, "P1")
		wantKey(t, err, "staff.person.unknown")
		return nil
	})
}

func reading(t *testing.T, s staff.Store) {
	err := s.View(t.Context(), func(tx staff.Tx) error { return tx.SavePerson(t.Context(), somebody("P1", "anna", "Anna")) })
	if err == nil {
		t.Error("a View wrote")
	}
}

// House is a Service over a store, with a clock of its own and an
// administrator who is signed in.
type House struct {
	*staff.Service
	Store staff.Store
	Clock *testkit.Clock
	Root  staff.SignedIn
}

// Password is the one that everybody in a House begins with.
const Password = "沉静的蓝色海 7 号"

// From is where everybody in a House comes from.
var From = staff.Origin{Address: "192.0.2.7", Agent: "test"}

// NewHouse returns a House over store, which must be empty.
func NewHouse(t testing.TB, store staff.Store, opts staff.Options) *House {
	t.Helper()
	h := &House{Store: store, Clock: testkit.NewClock()}
	opts.Now, opts.Rand = h.Clock.Now, rand.Reader
	opts.Hasher = staff.NewHasher(staff.Cost{Memory: 8, Time: 1, Threads: 1}, 4, rand.Reader)
	h.Service = staff.NewService(store, opts)
	root, err := h.CreateFirst(t.Context(), staff.NewPerson{Name: "Root", Display: "管理员", Password: Password}, From)
	if err != nil {
		t.Fatal(err)
	}
	h.Root = root
	return h
}

// Hire makes a person with roles, and signs her in.
func (h *House) Hire(t testing.TB, name string, roles ...staff.Role) staff.SignedIn {
	t.Helper()
	_, err := h.CreatePerson(t.Context(), h.Root.Actor, staff.NewPerson{Name: name, Display: name, Roles: staff.RolesOf(roles...), Password: Password, Settled: true})
	if err != nil {
		t.Fatal(err)
	}
	return h.Enter(t, name)
}

// Enter signs a person in with Password.
func (h *House) Enter(t testing.TB, name string) staff.SignedIn {
	t.Helper()
	in, err := h.SignIn(t.Context(), name, Password, From)
	if err != nil {
		t.Fatal(err)
	}
	return in
}
