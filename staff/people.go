package staff

import (
	"context"
	"encoding/base32"
	"io"
	"slices"
	"strings"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// NewPerson is what an account is made of. Password may be empty: then she
// signs in by an identity provider, or after ResetPassword.
type NewPerson struct {
	Name, Display, Language string
	Roles                   Roles
	Password                string
	Settled                 bool // she need not change the password at first
}

func (s *Service) newPerson() Person {
	return Person{ID: id.Make[id.Person](s.ids), State: Active, Created: s.now(), Changed: s.now()}
}

// build checks n and makes a person of it.
func (s *Service) build(ctx context.Context, n NewPerson) (Person, error) {
	p := s.newPerson()
	p.Name, p.Display, p.Language, p.Roles = FoldName(n.Name), strings.TrimSpace(n.Display), n.Language, n.Roles
	if err := checkPerson(p); err != nil {
		return Person{}, err
	}
	if n.Password == "" {
		return p, nil
	}
	if err := CheckPassword(n.Password, p.Name, p.Display); err != nil {
		return Person{}, err
	}
	hash, err := s.opts.Hasher.Hash(ctx, n.Password)
	p.Password, p.MustChange = hash, !n.Settled
	return p, err
}

func checkPerson(p Person) error {
	if err := CheckName(p.Name); err != nil {
		return err
	}
	if err := CheckDisplay(p.Display); err != nil {
		return err
	}
	return checkLanguage(p.Language)
}

// Empty reports whether there is nobody yet, so that the first page offers to
// make the administrator.
func (s *Service) Empty(ctx context.Context) (bool, error) {
	var empty bool
	err := s.store.View(ctx, func(tx Tx) error {
		some, err := tx.People(ctx, Filter{Limit: 1})
		empty = len(some) == 0
		return err
	})
	return empty, fault.Wrap("staff.Empty", err)
}

// CreateFirst makes the first person, an administrator, and signs her in. It
// returns Conflict (staff.first.exists) as soon as there is anybody, and
// Invalid as CreatePerson does; a password is needed.
func (s *Service) CreateFirst(ctx context.Context, n NewPerson, from Origin) (SignedIn, error) {
	const op = "staff.CreateFirst"
	if n.Password == "" {
		return SignedIn{}, fault.Wrap(op, CheckPassword("", "", ""))
	}
	n.Settled, n.Roles = true, n.Roles|RolesOf(Administrator)
	p, err := s.build(ctx, n)
	if err != nil {
		return SignedIn{}, fault.Wrap(op, err)
	}
	err = s.change(ctx, Actor{Via: ViaPage, Address: from.Address}, func(tx Tx) (Record, error) {
		some, err := tx.People(ctx, Filter{Limit: 1})
		if err == nil && len(some) > 0 {
			err = fault.New(fault.Conflict, "staff.first.exists", nil)
		}
		if err != nil {
			return Record{}, err
		}
		return Record{Who: p.ID, Action: DidCreatePerson, Kind: "person", Object: string(p.ID),
			Detail: map[string]string{"roles": names(p.Roles), "first": "true"}}, tx.SavePerson(ctx, p)
	})
	if err != nil {
		return SignedIn{}, fault.Wrap(op, err)
	}
	in, err := s.begin(ctx, p, "password", from, func(Tx) error { return nil })
	return in, fault.Wrap(op, err)
}

// CreatePerson makes an account. It needs PeopleEdit and returns Invalid with
// the key of the check that failed (staff.name.form, staff.display.form,
// staff.language.unknown, staff.password.…) or Conflict (staff.name.taken).
func (s *Service) CreatePerson(ctx context.Context, a Actor, n NewPerson) (Person, error) {
	const op = "staff.CreatePerson"
	if err := s.need(ctx, a, PeopleEdit, Subject{}, Record{Action: DidCreatePerson, Kind: "person"}); err != nil {
		return Person{}, fault.Wrap(op, err)
	}
	p, err := s.build(ctx, n)
	if err != nil {
		return Person{}, fault.Wrap(op, err)
	}
	err = s.change(ctx, a, func(tx Tx) (Record, error) {
		return Record{Action: DidCreatePerson, Kind: "person", Object: string(p.ID), Detail: map[string]string{"roles": names(p.Roles)}},
			tx.SavePerson(ctx, p)
	})
	return p, fault.Wrap(op, err)
}

// Person returns somebody the actor may know of. It needs PeopleRead.
func (s *Service) Person(ctx context.Context, a Actor, p id.Person) (Person, []Membership, error) {
	const op = "staff.Person"
	var person Person
	var ms []Membership
	err := s.store.View(ctx, func(tx Tx) (err error) {
		var subject Subject
		if person, subject, err = subjectIn(ctx, tx, p); err != nil {
			return err
		}
		if err := Need(a, PeopleRead, subject); err != nil {
			return err
		}
		ms, err = tx.Memberships(ctx, p)
		return err
	})
	if err != nil {
		return Person{}, nil, fault.Wrap(op, err)
	}
	return person, ms, nil
}

// People returns the people the actor may know of, by display name. It needs
// PeopleRead in a scope beyond oneself and otherwise returns nobody.
func (s *Service) People(ctx context.Context, a Actor, f Filter) ([]Person, error) {
	const op = "staff.People"
	if !Can(a, PeopleRead, Subject{}) {
		var reach []id.Team
		for _, scope := range Reach(a, PeopleRead) {
			reach = append(reach, a.heads[scope]...)
		}
		f.Teams = both(reach, f.Teams)
		if len(f.Teams) == 0 {
			return nil, nil
		}
	}
	if f.Limit <= 0 {
		f.Limit = defaultPage
	}
	f.Limit = min(f.Limit, maxPage)
	var out []Person
	err := s.store.View(ctx, func(tx Tx) (err error) {
		out, err = tx.People(ctx, f)
		return err
	})
	return out, fault.Wrap(op, err)
}

// both returns the teams of reach that are wanted; all when none are named.
func both(reach, wanted []id.Team) []id.Team {
	if len(wanted) == 0 {
		return reach
	}
	var out []id.Team
	for _, t := range wanted {
		if meet([]id.Team{t}, reach) {
			out = append(out, t)
		}
	}
	return out
}

// Names returns the display names of people, for pages that say by whom
// something was done. Everybody who may do anything may read them; ids that
// nobody has are left out.
func (s *Service) Names(ctx context.Context, a Actor, who ...id.Person) (map[id.Person]string, error) {
	out := map[id.Person]string{}
	who = slices.Compact(slices.Sorted(slices.Values(who)))
	if a.may == nil || len(who) == 0 {
		return out, nil
	}
	err := s.store.View(ctx, func(tx Tx) error {
		found, err := tx.People(ctx, Filter{IDs: who, Limit: len(who)})
		for _, p := range found {
			out[p.ID] = p.Display
		}
		return err
	})
	return out, fault.Wrap("staff.Names", err)
}

// Profile is what a person may change of herself.
type Profile struct {
	Display, Language string
}

// ChangeProfile changes how a person is called and her language. One may do
// it for oneself; for another it needs PeopleEdit.
func (s *Service) ChangeProfile(ctx context.Context, a Actor, p id.Person, to Profile) error {
	return s.edit(ctx, "staff.ChangeProfile", a, p, Record{Action: DidChangePerson}, true, func(_ Tx, person *Person) error {
		person.Display, person.Language = strings.TrimSpace(to.Display), to.Language
		return checkPerson(*person)
	})
}

// SetIdentity links a person to an account of an identity provider; the zero
// Identity unlinks her. One may do it for oneself, with an identity the door
// has verified; for another it needs PeopleEdit. It returns Conflict
// (staff.identity.taken) when somebody else has it.
func (s *Service) SetIdentity(ctx context.Context, a Actor, p id.Person, i Identity) error {
	what := Record{Action: DidChangePerson, Detail: map[string]string{"issuer": i.Issuer}}
	return s.edit(ctx, "staff.SetIdentity", a, p, what, true, func(_ Tx, person *Person) error {
		person.Identity = i
		return nil
	})
}

// SetRoles gives a person exactly these roles. It needs PeopleEdit, is Denied
// (staff.roles.self) for oneself, and returns Conflict
// (staff.administrator.last) when no administrator would be left.
func (s *Service) SetRoles(ctx context.Context, a Actor, p id.Person, roles Roles) error {
	what := Record{Action: DidSetRoles, Detail: map[string]string{"roles": names(roles)}}
	return s.edit(ctx, "staff.SetRoles", a, p, what, false, func(tx Tx, person *Person) error {
		if a.Person == p {
			return fault.New(fault.Denied, "staff.roles.self", nil)
		}
		what.Detail["before"] = names(person.Roles)
		person.Roles = roles
		return s.keepOne(ctx, tx, *person)
	})
}

// SetState lets a person in again, locks her out, or notes that she left; in
// the latter cases her sessions end and her tokens rest. It needs PeopleEdit
// and returns Conflict (staff.administrator.last) when no administrator would
// be left.
func (s *Service) SetState(ctx context.Context, a Actor, p id.Person, to State) error {
	what := Record{Action: DidSetState, Detail: map[string]string{"state": string(to)}}
	return s.edit(ctx, "staff.SetState", a, p, what, false, func(tx Tx, person *Person) error {
		if err := checkState(to); err != nil {
			return err
		}
		person.State = to
		if to != Active {
			if err := tx.EndSessions(ctx, p, ""); err != nil {
				return err
			}
		}
		return s.keepOne(ctx, tx, *person)
	})
}

// Unlock forgets the failed sign-ins of a person. It needs PeopleEdit.
func (s *Service) Unlock(ctx context.Context, a Actor, p id.Person) error {
	return s.edit(ctx, "staff.Unlock", a, p, Record{Action: DidUnlock}, false, func(tx Tx, person *Person) error {
		return tx.SaveTally(ctx, nameKey(person.Name), Tally{})
	})
}

// Forget takes out of a person's record all that names her: names, password,
// identity, teams, sessions and tokens. Her id stays, because the audit log
// and other people's archives name it. It needs PeopleEdit, and returns
// Conflict (staff.forget.present) unless she has left. Her archive is erased
// by package skill.
func (s *Service) Forget(ctx context.Context, a Actor, p id.Person) error {
	return s.edit(ctx, "staff.Forget", a, p, Record{Action: DidForget}, false, func(tx Tx, person *Person) error {
		if person.State != Left {
			return fault.New(fault.Conflict, "staff.forget.present", nil)
		}
		person.Name = "forgotten-" + strings.ToLower(string(p))
		person.Display, person.Language, person.Password, person.Roles, person.Identity = "—", "", "", 0, Identity{}
		if err := tx.EndSessions(ctx, p, ""); err != nil {
			return err
		}
		return s.strip(ctx, tx, p)
	})
}

// strip takes a person out of her teams and revokes her tokens.
func (s *Service) strip(ctx context.Context, tx Tx, p id.Person) error {
	ms, err := tx.Memberships(ctx, p)
	if err != nil {
		return err
	}
	for _, m := range ms {
		if err := tx.SetMember(ctx, Membership{Team: m.Team, Person: p}); err != nil {
			return err
		}
	}
	tokens, err := tx.TokensOf(ctx, p)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		t.Name, t.Hash = "", [32]byte{}
		if t.Revoked.IsZero() {
			t.Revoked = s.now()
		}
		if err := tx.SaveToken(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// edit changes one person: it checks the permission (own says that nobody
// needs one for herself), lets fn change the person and saves her.
func (s *Service) edit(ctx context.Context, op string, a Actor, p id.Person, what Record, own bool, fn func(Tx, *Person) error) error {
	what.Kind, what.Object = "person", string(p)
	check := func() error { return s.need(ctx, a, PeopleEdit, Subject{Owner: p}, what) }
	if own {
		check = func() error { return s.needUnlessOwn(ctx, a, p, what) }
	}
	if err := check(); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.change(ctx, a, func(tx Tx) (Record, error) {
		person, err := tx.Person(ctx, p)
		if err != nil {
			return what, err
		}
		if err := fn(tx, &person); err != nil {
			return what, err
		}
		person.Changed = s.now()
		return what, tx.SavePerson(ctx, person)
	}))
}

// keepOne returns Conflict when, with p as she shall be, no administrator
// could sign in.
func (s *Service) keepOne(ctx context.Context, tx Tx, p Person) error {
	if p.State == Active && p.Roles.Has(Administrator) {
		return nil
	}
	left, err := tx.People(ctx, Filter{Role: RolesOf(Administrator), State: Active, Limit: 2})
	if err != nil {
		return err
	}
	for _, other := range left {
		if other.ID != p.ID {
			return nil
		}
	}
	return fault.New(fault.Conflict, "staff.administrator.last", nil)
}

// ChangePassword replaces the actor's own password and ends her other
// sessions. It returns Denied (staff.password.wrong) when old is not the
// present one, Denied (staff.signin.wait) after too many tries, and Invalid as
// CheckPassword does, or with staff.password.same.
func (s *Service) ChangePassword(ctx context.Context, a Actor, old, new string) error {
	const op = "staff.ChangePassword"
	var person Person
	err := s.store.View(ctx, func(tx Tx) (err error) {
		person, err = tx.Person(ctx, a.Person)
		return err
	})
	if err != nil {
		return fault.Wrap(op, err)
	}
	if person, err = s.admit(ctx, person.Name, Origin{Address: a.Address}); err != nil {
		return fault.Wrap(op, err)
	}
	ok, _, err := s.opts.Hasher.Verify(ctx, person.Password, old)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if !ok {
		what := Record{Action: DidChangePassword, Kind: "person", Object: string(person.ID), Outcome: Refused}
		err := s.change(ctx, a, func(Tx) (Record, error) { return what, nil })
		if err == nil {
			err = fault.New(fault.Denied, "staff.password.wrong", nil)
		}
		return fault.Wrap(op, err)
	}
	if old == new {
		return fault.Wrap(op, fault.New(fault.Invalid, "staff.password.same", nil))
	}
	return fault.Wrap(op, s.setPassword(ctx, a, person, new, DidChangePassword))
}

// ResetPassword gives a person a new password, returns it to be shown once,
// and ends her sessions; she must change it at her next sign-in. It needs
// PeopleEdit.
func (s *Service) ResetPassword(ctx context.Context, a Actor, p id.Person) (string, error) {
	const op = "staff.ResetPassword"
	what := Record{Action: DidResetPassword, Kind: "person", Object: string(p)}
	if err := s.need(ctx, a, PeopleEdit, Subject{Owner: p}, what); err != nil {
		return "", fault.Wrap(op, err)
	}
	var person Person
	err := s.store.View(ctx, func(tx Tx) (err error) {
		person, err = tx.Person(ctx, p)
		return err
	})
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	password, err := s.randomPassword()
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	return password, fault.Wrap(op, s.setPassword(ctx, a, person, password, DidResetPassword))
}

// setPassword hashes and saves a password and ends all sessions but the
// actor's own.
func (s *Service) setPassword(ctx context.Context, a Actor, p Person, password string, did Action) error {
	if err := CheckPassword(password, p.Name, p.Display); err != nil {
		return err
	}
	hash, err := s.opts.Hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	return s.change(ctx, a, func(tx Tx) (Record, error) {
		now, err := tx.Person(ctx, p.ID)
		if err != nil {
			return Record{}, err
		}
		if now.Password != p.Password {
			return Record{}, fault.New(fault.Conflict, "staff.person.changed", nil)
		}
		now.Password, now.MustChange, now.Changed = hash, did == DidResetPassword, s.now()
		if err := tx.SavePerson(ctx, now); err != nil {
			return Record{}, err
		}
		if err := tx.SaveTally(ctx, nameKey(now.Name), Tally{}); err != nil {
			return Record{}, err
		}
		keep := a.Session
		if did == DidResetPassword {
			keep = ""
		}
		return Record{Action: did, Kind: "person", Object: string(p.ID)}, tx.EndSessions(ctx, p.ID, keep)
	})
}

// randomPassword returns 80 bits as four groups that can be read out over the
// phone.
func (s *Service) randomPassword() (string, error) {
	raw := make([]byte, 10)
	if _, err := io.ReadFull(s.opts.Rand, raw); err != nil {
		return "", err
	}
	text := base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").EncodeToString(raw)
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:], nil
}

func names(rs Roles) string {
	var out []string
	for _, r := range rs.List() {
		out = append(out, r.String())
	}
	return strings.Join(out, " ")
}
