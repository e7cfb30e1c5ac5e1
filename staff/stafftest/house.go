package stafftest

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/staff"
)

func first(t *testing.T, h *House) {
	ctx := t.Context()
	if h.Root.Person.Name != "root" || !h.Root.Actor.Roles.Has(staff.Administrator) {
		t.Errorf("the first person is %+v", h.Root.Person)
	}
	if empty, err := h.Empty(ctx); err != nil || empty {
		t.Errorf("empty = %v (%v)", empty, err)
	}
	_, err := h.CreateFirst(ctx, staff.NewPerson{Name: "mallory", Display: "M", Password: Password}, From)
	wantKey(t, err, "staff.first.exists")
	_, err = h.CreateFirst(ctx, staff.NewPerson{Name: "mallory", Display: "M"}, From)
	wantKey(t, err, "staff.password.short")
}

func signIn(t *testing.T, h *House) {
	ctx := t.Context()
	h.Hire(t, "anna", staff.Trainee)
	in := h.Enter(t, " ANNA ")
	if in.Person.Name != "anna" || in.Actor.Person != in.Person.ID || !staff.May(in.Actor, staff.PracticeTake) {
		t.Errorf("signed in as %+v", in)
	}
	for name, c := range map[string][2]string{
		"wrong password": {"anna", Password + "x"}, "empty": {"anna", ""}, "unknown": {"nobody", Password}, "huge": {"anna", strings.Repeat("x", 1<<20)},
		"bytes": {"an\x00na\xff", "\x00\xff"}, "everything empty": {"", ""},
	} {
		_, err := h.SignIn(ctx, c[0], c[1], From)
		if key(err) != "staff.signin.wrong" {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, h.SetState(ctx, h.Root.Actor, in.Person.ID, staff.Locked))
	_, err := h.SignIn(ctx, "anna", Password, From)
	wantKey(t, err, "staff.signin.locked")
	_, err = h.SignIn(ctx, "anna", "wrong", From)
	wantKey(t, err, "staff.signin.wrong")
	must(t, h.SetState(ctx, h.Root.Actor, in.Person.ID, staff.Active))
	must(t, h.Unlock(ctx, h.Root.Actor, in.Person.ID))
	h.Enter(t, "anna")
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func lockout(t *testing.T, h *House) {
	ctx := t.Context()
	in := h.Hire(t, "anna", staff.Trainee)
	for range 5 {
		_, err := h.SignIn(ctx, "anna", "guess", From)
		wantKey(t, err, "staff.signin.wrong")
	}
	elsewhere := staff.Origin{Address: "198.51.100.1"}
	_, err := h.SignIn(ctx, "anna", Password, elsewhere) // right, but not looked at
	wantKey(t, err, "staff.signin.wait")
	h.Clock.Add(29 * time.Second)
	_, err = h.SignIn(ctx, "ANNA", Password, elsewhere)
	wantKey(t, err, "staff.signin.wait")
	h.Clock.Add(time.Second)
	_, err = h.SignIn(ctx, "anna", "guess", From)
	wantKey(t, err, "staff.signin.wrong")
	h.Clock.Add(31 * time.Second) // the second wait is twice as long
	_, err = h.SignIn(ctx, "anna", Password, From)
	wantKey(t, err, "staff.signin.wait")
	must(t, h.Unlock(ctx, h.Root.Actor, in.Person.ID))
	h.Enter(t, "anna")
	for n := range 60 { // a sprayer from one address, each name once
		_, err := h.SignIn(ctx, "n"+strconv.Itoa(n), "Password1", staff.Origin{Address: "2001:db8::1"})
		wantKey(t, err, "staff.signin.wrong")
	}
	_, err = h.SignIn(ctx, "anna", Password, staff.Origin{Address: "2001:db8::ffff"})
	wantKey(t, err, "staff.signin.wait")
	h.Enter(t, "anna")
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

func lockoutAtOnce(t *testing.T, h *House) {
	h.Hire(t, "anna", staff.Trainee)
	var wg sync.WaitGroup
	var mu sync.Mutex
	looked := 0
	for range 40 {
		wg.Go(func() {
			_, err := h.SignIn(t.Context(), "anna", "guess", From)
			mu.Lock()
			defer mu.Unlock()
			if key(err) == "staff.signin.wrong" {
				looked++
			}
		})
	}
	wg.Wait()
	if looked != 5 {
		t.Errorf("%d of 40 guesses at once were looked at, want 5", looked)
	}
}

func sessionsEnd(t *testing.T, h *House) {
	ctx := t.Context()
	h.Hire(t, "anna", staff.Trainee)
	a, b, c := h.Enter(t, "anna"), h.Enter(t, "anna"), h.Enter(t, "anna")
	alive := func(in staff.SignedIn) bool {
		t.Helper()
		got, err := h.Resume(ctx, in.Session.ID, From)
		if err != nil {
			wantKey(t, err, "staff.session.over")
		}
		return err == nil && got.Actor.Session == in.Session.ID && staff.Can(got.Actor, staff.ArchiveRead, staff.Subject{Owner: in.Person.ID})
	}
	if !alive(a) || !alive(b) || !alive(c) {
		t.Fatal("a fresh session is over")
	}
	must(t, h.SignOut(ctx, a.Actor))
	if alive(a) || !alive(b) {
		t.Error("signing out ended the wrong session")
	}
	must(t, h.SignOutEverywhere(ctx, b.Actor, b.Person.ID))
	if !alive(b) || alive(c) {
		t.Error("signing out everywhere kept another session")
	}
	for range 7 { // used every hour and a half, it lives until half a day is over
		h.Clock.Add(90 * time.Minute)
		if !alive(b) {
			t.Fatal("a session in use ended")
		}
	}
	h.Clock.Add(90*time.Minute + time.Microsecond)
	if alive(b) {
		t.Error("a session outlived half a day")
	}
	d := h.Enter(t, "anna")
	h.Clock.Add(2 * time.Hour)
	if alive(d) {
		t.Error("an idle session lives")
	}
	e := h.Enter(t, "anna")
	if list, err := h.Sessions(ctx, e.Actor, e.Person.ID); err != nil || len(list) != 1 {
		t.Errorf("sessions %v (%v), want the living one", list, err)
	}
	must(t, h.SetState(ctx, h.Enter(t, "root").Actor, e.Person.ID, staff.Left))
	if alive(e) {
		t.Error("a session outlived its person's leaving")
	}
	if _, err := h.Resume(ctx, "x\x00'", From); key(err) != "staff.session.over" {
		t.Errorf("nonsense: %v", err)
	}
}

func passwords(t *testing.T, h *House) {
	ctx := t.Context()
	in := h.Hire(t, "anna", staff.Trainee)
	other := h.Enter(t, "anna")
	const next = "new horizons 42 窗"
	wantKey(t, h.ChangePassword(ctx, in.Actor, "wrong", next), "staff.password.wrong")
	wantKey(t, h.ChangePassword(ctx, in.Actor, Password, Password), "staff.password.same")
	wantKey(t, h.ChangePassword(ctx, in.Actor, Password, "short"), "staff.password.short")
	must(t, h.ChangePassword(ctx, in.Actor, Password, next))
	if _, err := h.Resume(ctx, in.Session.ID, From); err != nil {
		t.Errorf("the own session ended: %v", err)
	}
	if _, err := h.Resume(ctx, other.Session.ID, From); key(err) != "staff.session.over" {
		t.Errorf("another session lives on: %v", err)
	}
	if _, err := h.SignIn(ctx, "anna", Password, From); key(err) != "staff.signin.wrong" {
		t.Errorf("the old password: %v", err)
	}
	given, err := h.ResetPassword(ctx, h.Root.Actor, in.Person.ID)
	must(t, err)
	back, err := h.SignIn(ctx, "anna", given, From)
	must(t, err)
	if !back.Person.MustChange || staff.May(back.Actor, staff.ArchiveRead) {
		t.Error("a reset password opens more than its change")
	}
	must(t, h.ChangePassword(ctx, back.Actor, given, next))
	if again, err := h.Resume(ctx, back.Session.ID, From); err != nil || !staff.May(again.Actor, staff.ArchiveRead) {
		t.Errorf("after the change: %v (%v)", again, err)
	}
	_, err = h.ResetPassword(ctx, in.Actor, h.Root.Person.ID)
	wantKey(t, err, "staff.denied")
}

func roles(t *testing.T, h *House) {
	ctx := t.Context()
	in := h.Hire(t, "anna", staff.Trainee)
	wantKey(t, h.SetRoles(ctx, in.Actor, in.Person.ID, staff.RolesOf(staff.Administrator)), "staff.denied")
	wantKey(t, h.SetRoles(ctx, h.Root.Actor, h.Root.Person.ID, 0), "staff.roles.self")
	wantKey(t, h.SetState(ctx, h.Root.Actor, h.Root.Person.ID, staff.Left), "staff.administrator.last")
	wantKey(t, h.SetState(ctx, h.Root.Actor, in.Person.ID, "asleep"), "staff.state.unknown")
	wantKey(t, h.SetRoles(ctx, h.Root.Actor, "nobody", 0), "staff.person.unknown")
	must(t, h.SetRoles(ctx, h.Root.Actor, in.Person.ID, staff.RolesOf(staff.Evaluator, staff.Administrator)))
	now, err := h.Resume(ctx, in.Session.ID, From)
	must(t, err)
	if !staff.Can(now.Actor, staff.ResultCorrect, staff.Subject{}) {
		t.Error("a role that was given does not work in an open session")
	}
	must(t, h.SetRoles(ctx, now.Actor, h.Root.Person.ID, 0))
	if _, err := h.CreatePerson(ctx, staff.Actor{}, staff.NewPerson{}); key(err) != "staff.denied" {
		t.Errorf("the zero actor: %v", err)
	}
	for _, n := range []staff.NewPerson{{Name: "a", Display: "x"}, {Name: "a b", Display: "x"}, {Name: "ab", Display: "\n"}, {Name: "ab", Display: "x", Language: "tlh"}} {
		if _, err := h.CreatePerson(ctx, now.Actor, n); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", n, err)
		}
	}
}

func tokensAct(t *testing.T, h *House) {
	ctx := t.Context()
	in := h.Hire(t, "eve", staff.Evaluator)
	k, secret, err := h.IssueToken(ctx, in.Actor, "reports", []staff.Permission{staff.ResultRead, staff.TokenIssue}, 24*time.Hour)
	must(t, err)
	a, err := h.Bearer(ctx, secret, From)
	must(t, err)
	if a.Person != in.Person.ID || a.Token != k.ID || !staff.Can(a, staff.ResultRead, staff.Subject{}) || staff.May(a, staff.ResultCorrect) {
		t.Errorf("the token acts as %+v", a)
	}
	if _, _, err := h.IssueToken(ctx, a, "more", []staff.Permission{staff.ResultRead}, time.Hour); key(err) != "staff.denied" {
		t.Errorf("a token made a token: %v", err)
	}
	for name, bad := range map[string]string{"empty": "", "cut": secret[:len(secret)-1], "other": secret[:len(secret)-2] + "AA", "no id": "lianxi_" + secret[34:],
		"case": strings.ToLower(secret), "bytes": "lianxi_\x00\xff_", "long": secret + secret} {
		if _, err := h.Bearer(ctx, bad, From); key(err) != "staff.token.bad" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for want, c := range map[string]struct {
		name   string
		scopes []staff.Permission
		life   time.Duration
	}{
		"staff.token.scopes": {"x", []staff.Permission{staff.PeopleEdit}, time.Hour}, "staff.token.life": {"x", []staff.Permission{staff.ResultRead}, 367 * 24 * time.Hour},
		"staff.display.form": {"", []staff.Permission{staff.ResultRead}, time.Hour},
	} {
		_, _, err := h.IssueToken(ctx, in.Actor, c.name, c.scopes, c.life)
		wantKey(t, err, want)
	}
	must(t, h.SetRoles(ctx, h.Root.Actor, in.Person.ID, staff.RolesOf(staff.Trainee)))
	if a, err = h.Bearer(ctx, secret, From); err != nil || staff.Can(a, staff.ResultRead, staff.Subject{}) {
		t.Errorf("a token kept what its person lost: %v", err)
	}
	h.Clock.Add(24 * time.Hour)
	_, err = h.Bearer(ctx, secret, From)
	wantKey(t, err, "staff.token.bad")
	h.revoking(t)
}

func (h *House) revoking(t *testing.T) {
	ctx := t.Context()
	in, other := h.Hire(t, "fay", staff.Evaluator), h.Hire(t, "gus", staff.Evaluator)
	k, secret, err := h.IssueToken(ctx, in.Actor, "reports", []staff.Permission{staff.ResultRead}, time.Hour)
	must(t, err)
	wantKey(t, h.RevokeToken(ctx, other.Actor, k.ID), "staff.denied")
	wantKey(t, h.RevokeToken(ctx, in.Actor, "nothing"), "staff.token.unknown")
	must(t, h.RevokeToken(ctx, in.Actor, k.ID))
	must(t, h.RevokeToken(ctx, in.Actor, k.ID))
	_, err = h.Bearer(ctx, secret, From)
	wantKey(t, err, "staff.token.bad")
	list, err := h.Tokens(ctx, in.Actor, in.Person.ID)
	if err != nil || len(list) != 1 || list[0].Revoked.IsZero() || list[0].Hash != [32]byte{} {
		t.Errorf("tokens %+v (%v)", list, err)
	}
}

func provision(t *testing.T, h *House) {
	ctx := t.Context()
	who := staff.Claim{Identity: staff.Identity{Issuer: "https://id.example", Subject: "42"}, Name: "Anna", Display: "安娜", Language: "zh-CN"}
	_, err := h.SignInBy(ctx, who, From)
	wantKey(t, err, "staff.signin.stranger")
	_, err = h.SignInBy(ctx, staff.Claim{}, From)
	wantKey(t, err, "staff.signin.stranger")
	in := h.Hire(t, "anna", staff.Lead)
	must(t, h.SetIdentity(ctx, in.Actor, in.Person.ID, who.Identity))
	by, err := h.SignInBy(ctx, who, From)
	if err != nil || by.Person.ID != in.Person.ID || by.Session.Means != "oidc" {
		t.Errorf("signed in as %+v (%v)", by, err)
	}
	must(t, h.SetState(ctx, h.Root.Actor, in.Person.ID, staff.Locked))
	_, err = h.SignInBy(ctx, who, From)
	wantKey(t, err, "staff.signin.locked")
	open := *h
	open.Service = staff.NewService(h.Store, staff.Options{Now: h.Clock.Now, Rand: endless{}, Hasher: staff.NewHasher(staff.DefaultCost(), 1, endless{}),
		Provision: staff.RolesOf(staff.Trainee)})
	who.Subject = "43"
	made, err := open.SignInBy(ctx, who, From)
	must(t, err)
	if made.Person.ID == in.Person.ID || made.Person.Name == "anna" || made.Person.Roles != staff.RolesOf(staff.Trainee) || made.Person.Display != "安娜" {
		t.Errorf("a stranger became %+v", made.Person)
	}
	if _, err := open.SignIn(ctx, made.Person.Name, "", From); key(err) != "staff.signin.wrong" {
		t.Errorf("an account without a password was opened: %v", err)
	}
}

func scopes(t *testing.T, h *House) {
	ctx := t.Context()
	lead, anna, bob := h.Hire(t, "lead", staff.Lead), h.Hire(t, "anna", staff.Agent), h.Hire(t, "bob", staff.Agent)
	team, err := h.CreateTeam(ctx, h.Root.Actor, staff.TeamKind, "一组")
	must(t, err)
	must(t, h.SetMember(ctx, h.Root.Actor, team.ID, lead.Person.ID, staff.Head))
	must(t, h.SetMember(ctx, h.Root.Actor, team.ID, anna.Person.ID, staff.Member))
	wantKey(t, h.SetMember(ctx, lead.Actor, team.ID, bob.Person.ID, staff.Member), "staff.denied")
	wantKey(t, h.SetMember(ctx, h.Root.Actor, team.ID, "nobody", staff.Member), "staff.person.unknown")
	wantKey(t, h.SetMember(ctx, h.Root.Actor, "nothing", anna.Person.ID, staff.Member), "staff.team.unknown")
	wantKey(t, h.SetMember(ctx, h.Root.Actor, team.ID, anna.Person.ID, "mascot"), "staff.part.unknown")
	now, err := h.Resume(ctx, lead.Session.ID, From)
	must(t, err)
	for p, want := range map[id.Person]bool{anna.Person.ID: true, bob.Person.ID: false, lead.Person.ID: true} {
		subject, err := h.Subject(ctx, p)
		if got := staff.Can(now.Actor, staff.ResultRead, subject); err != nil || got != want {
			t.Errorf("the lead reads %s: %v (%v), want %v", p, got, err, want)
		}
	}
	if all, err := h.Subjects(ctx, anna.Person.ID, bob.Person.ID, "nobody"); err != nil || len(all) != 3 || len(all[anna.Person.ID].Teams) != 1 || all["nobody"].Owner != "nobody" {
		t.Errorf("the subjects are %v (%v)", all, err)
	}
	list, err := h.People(ctx, now.Actor, staff.Filter{})
	if err != nil || len(list) != 2 {
		t.Errorf("the lead knows %v (%v)", list, err)
	}
	if list, err := h.People(ctx, bob.Actor, staff.Filter{}); err != nil || len(list) != 0 {
		t.Errorf("an agent knows %v (%v)", list, err)
	}
	_, _, err = h.Person(ctx, now.Actor, bob.Person.ID)
	wantKey(t, err, "staff.denied")
	if p, ms, err := h.Person(ctx, now.Actor, anna.Person.ID); err != nil || p.Name != "anna" || len(ms) != 1 {
		t.Errorf("%v %v %v", p, ms, err)
	}
	if names, err := h.Names(ctx, bob.Actor, anna.Person.ID, "nobody", ""); err != nil || len(names) != 1 || names[anna.Person.ID] != "anna" {
		t.Errorf("names %v (%v)", names, err)
	}
	must(t, h.ChangeTeam(ctx, h.Root.Actor, team.ID, "二组", true))
	if got, err := h.Team(ctx, team.ID); err != nil || got.Name != "二组" || !got.Closed || got.Kind != staff.TeamKind {
		t.Errorf("%+v (%v)", got, err)
	}
}

func table(t *testing.T, h *House) {
	ctx := t.Context()
	lead := h.Hire(t, "lead", staff.Lead)
	rows := append(staff.DefaultTable().Rows(), staff.Grant{Role: staff.Lead, Permission: staff.AuditRead, Scope: staff.Everything})
	wantKey(t, h.EditTable(ctx, lead.Actor, rows), "staff.denied")
	wantKey(t, h.EditTable(ctx, h.Root.Actor, append(rows, staff.Grant{Role: staff.Administrator, Permission: staff.ArchiveRead, Scope: staff.Everything})), "staff.table.marks")
	must(t, h.EditTable(ctx, h.Root.Actor, rows))
	if now, err := h.Resume(ctx, lead.Session.ID, From); err != nil || !staff.May(now.Actor, staff.AuditRead) {
		t.Errorf("the edited table is not in force: %v", err)
	}
	must(t, h.EditTable(ctx, h.Root.Actor, nil))
	if now, err := h.Resume(ctx, lead.Session.ID, From); err != nil || staff.May(now.Actor, staff.AuditRead) {
		t.Errorf("the default table is not back: %v", err)
	}
}

func recorded(t *testing.T, h *House) {
	ctx := t.Context()
	aud, anna := h.Hire(t, "aud", staff.Auditor), h.Hire(t, "anna", staff.Trainee)
	_, _ = h.SignIn(ctx, "anna", "wrong", From)
	_, err := h.Audit(ctx, anna.Actor, staff.Query{})
	wantKey(t, err, "staff.denied")
	must(t, h.Record(ctx, anna.Actor, staff.Record{Action: "scorecard.edit", Kind: "scorecard\x00\xff", Object: "general", Detail: map[string]string{"\xff": "\x00"}}))
	rs, err := h.Audit(ctx, aud.Actor, staff.Query{Limit: 3})
	must(t, err)
	if len(rs) != 3 || rs[0].Action != "scorecard.edit" || rs[0].Who != anna.Person.ID || rs[0].Outcome != staff.Done || rs[0].Address != From.Address ||
		rs[1].Outcome != staff.Refused || rs[2].Action != staff.DidSignIn || rs[2].Outcome != staff.Refused || rs[2].Object != string(anna.Person.ID) {
		t.Errorf("the log ends %+v", rs)
	}
	last, err := h.VerifyAudit(ctx, aud.Actor)
	if err != nil || last.Seq != rs[0].Seq {
		t.Errorf("verified up to %d: %v", last.Seq, err)
	}
	must(t, h.WalkAudit(ctx, func(r staff.Record) error {
		for _, v := range r.Detail {
			if strings.Contains(v, Password) || strings.Contains(v, "argon2") {
				t.Errorf("a secret in the log: %+v", r)
			}
		}
		return nil
	}))
}

func forget(t *testing.T, h *House) {
	ctx := t.Context()
	in := h.Hire(t, "anna", staff.Evaluator)
	team, err := h.CreateTeam(ctx, h.Root.Actor, staff.TeamKind, "一组")
	must(t, err)
	must(t, h.SetMember(ctx, h.Root.Actor, team.ID, in.Person.ID, staff.Head))
	_, secret, err := h.IssueToken(ctx, in.Actor, "reports", []staff.Permission{staff.ResultRead}, time.Hour)
	must(t, err)
	wantKey(t, h.Forget(ctx, h.Root.Actor, in.Person.ID), "staff.forget.present")
	must(t, h.SetState(ctx, h.Root.Actor, in.Person.ID, staff.Left))
	must(t, h.Forget(ctx, h.Root.Actor, in.Person.ID))
	p, ms, err := h.Person(ctx, h.Root.Actor, in.Person.ID)
	if err != nil || strings.Contains(p.Name+p.Display+p.Password, "anna") || p.Roles != 0 || len(ms) != 0 || p.State != staff.Left {
		t.Errorf("left behind: %+v %v (%v)", p, ms, err)
	}
	if _, err := h.Bearer(ctx, secret, From); key(err) != "staff.token.bad" {
		t.Errorf("her token lives: %v", err)
	}
	view(t, h.Store, func(ctx context.Context, tx staff.Tx) error {
		all, err := tx.TokensOf(ctx, in.Person.ID)
		if len(all) != 1 || all[0].Name != "" || all[0].Hash != [32]byte{} {
			t.Errorf("tokens %+v", all)
		}
		return err
	})
}
