package staff

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// Origin is where a request came from.
type Origin struct {
	Address string // of the other end, without the port
	Agent   string // what the browser calls itself
}

// SignedIn is a person with the session she is signed in by and what she may
// do. A person whose MustChange is set may do nothing but change her password.
type SignedIn struct {
	Person  Person
	Session Session
	Actor   Actor
}

// SignIn starts a session for the person of that name and password. The door
// puts the session's id into the browser's cookie session, under a fresh
// cookie token. It returns Denied with
//
//   - staff.signin.wait (seconds): too many failures for this name or address;
//     the attempt was not looked at;
//   - staff.signin.wrong: no such name, or another password; nothing tells which;
//   - staff.signin.locked: the right password of somebody who may not come in;
//
// and Unavailable (staff.busy) when too many sign in at once.
func (s *Service) SignIn(ctx context.Context, name, password string, from Origin) (SignedIn, error) {
	const op = "staff.SignIn"
	name = FoldName(name)
	person, err := s.admit(ctx, name, from)
	if err != nil {
		return SignedIn{}, fault.Wrap(op, err)
	}
	if utf8.RuneCountInString(password) > maxPassword {
		password = ""
	}
	ok, stale, err := s.opts.Hasher.Verify(ctx, person.Password, password)
	if err != nil {
		return SignedIn{}, fault.Wrap(op, err)
	}
	if !ok || person.State != Active {
		return SignedIn{}, fault.Wrap(op, s.turnAway(ctx, person, ok, from))
	}
	if stale {
		if person.Password, err = s.opts.Hasher.Hash(ctx, password); err != nil {
			return SignedIn{}, fault.Wrap(op, err)
		}
	}
	in, err := s.begin(ctx, person, "password", from, func(tx Tx) error {
		if stale {
			if err := tx.SavePerson(ctx, person); err != nil {
				return err
			}
		}
		return tx.SaveTally(ctx, nameKey(name), Tally{})
	})
	return in, fault.Wrap(op, err)
}

// admit refuses a name or address that must wait, and otherwise counts the
// attempt as failed until it succeeds: a thousand guesses at once are counted
// before the first is looked at. It returns the person of that name, or the
// zero Person.
func (s *Service) admit(ctx context.Context, name string, from Origin) (Person, error) {
	var person Person
	err := s.store.Change(ctx, func(tx Tx) error {
		now := s.now()
		byName, err := tx.Tally(ctx, nameKey(name))
		if err != nil {
			return err
		}
		byAddress, err := tx.Tally(ctx, addressKey(from.Address))
		if err != nil {
			return err
		}
		wait := max(s.opts.Names.Wait(byName, now), s.opts.Address.Wait(byAddress, now))
		if wait > 0 {
			return fault.New(fault.Denied, "staff.signin.wait", fault.Args{"seconds": int((wait + time.Second - 1) / time.Second)})
		}
		if err := tx.SaveTally(ctx, nameKey(name), s.opts.Names.Failed(byName, now)); err != nil {
			return err
		}
		person, err = tx.PersonByName(ctx, name)
		if fault.Is(err, fault.NotFound) {
			person, err = Person{}, nil
		}
		return err
	})
	return person, err
}

// turnAway counts and records a failed sign-in and returns what to say.
func (s *Service) turnAway(ctx context.Context, p Person, knew bool, from Origin) error {
	why := fault.New(fault.Denied, "staff.signin.wrong", nil)
	if knew {
		why = fault.New(fault.Denied, "staff.signin.locked", nil)
	}
	err := s.change(ctx, Actor{Via: ViaPage, Address: from.Address}, func(tx Tx) (Record, error) {
		key := addressKey(from.Address)
		t, err := tx.Tally(ctx, key)
		if err != nil {
			return Record{}, err
		}
		return Record{Action: DidSignIn, Kind: "person", Object: string(p.ID), Outcome: Refused, Detail: map[string]string{"why": why.Key}},
			tx.SaveTally(ctx, key, s.opts.Address.Failed(t, s.now()))
	})
	if err != nil {
		return err
	}
	return why
}

// begin starts a session for p; also runs in the same transaction.
func (s *Service) begin(ctx context.Context, p Person, means string, from Origin, also func(Tx) error) (SignedIn, error) {
	table, err := s.Table(ctx)
	if err != nil {
		return SignedIn{}, err
	}
	now := s.now()
	in := SignedIn{Session: Session{ID: id.Make[id.Session](s.ids), Person: p.ID, Started: now, Seen: now,
		Address: from.Address, Agent: cut(from.Agent, maxAgent), Means: means}}
	err = s.store.Change(ctx, func(tx Tx) error {
		if err := s.unchanged(ctx, tx, p); err != nil {
			return err
		}
		if err := also(tx); err != nil {
			return err
		}
		if err := s.sweep(ctx, tx, p.ID); err != nil {
			return err
		}
		if err := tx.SaveSession(ctx, in.Session); err != nil {
			return err
		}
		if in.Actor, err = s.actor(ctx, tx, table, p); err != nil {
			return err
		}
		in.Actor.arrive(in.Session, from)
		return s.record(ctx, tx, in.Actor, Record{Action: DidSignIn, Kind: "person", Object: string(p.ID), Outcome: Done,
			Detail: map[string]string{"means": means}})
	})
	in.Person = p
	return in, err
}

// unchanged returns Denied when p may no longer come in: she was locked, or
// her password changed, between the look at it and the session's start.
func (s *Service) unchanged(ctx context.Context, tx Tx, p Person) error {
	now, err := tx.Person(ctx, p.ID)
	if err != nil {
		return err
	}
	if now.State != Active || !now.Changed.Equal(p.Changed) {
		return fault.New(fault.Denied, "staff.signin.wrong", nil)
	}
	return nil
}

// sweep removes a person's sessions that have ended by themselves.
func (s *Service) sweep(ctx context.Context, tx Tx, p id.Person) error {
	all, err := tx.SessionsOf(ctx, p)
	if err != nil {
		return err
	}
	for _, old := range all {
		if !s.opts.Sessions.Alive(old, s.now()) {
			if err := tx.EndSession(ctx, old.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *Actor) arrive(in Session, from Origin) {
	a.Via, a.Session, a.Address = ViaPage, in.ID, from.Address
}

// Claim is what an identity provider vouches for. Only Issuer and Subject
// decide who it is; the rest fills a new account.
type Claim struct {
	Identity
	Name, Display, Language string
}

// SignInBy starts a session for the person whom an identity provider vouched
// for. The door must have verified the claim. A stranger gets an account when
// Options.Provision allows it, and otherwise Denied (staff.signin.stranger);
// Denied (staff.signin.locked) is for somebody who may not come in.
func (s *Service) SignInBy(ctx context.Context, c Claim, from Origin) (SignedIn, error) {
	const op = "staff.SignInBy"
	if c.Issuer == "" || c.Subject == "" {
		return SignedIn{}, fault.Wrap(op, fault.New(fault.Denied, "staff.signin.stranger", nil))
	}
	var person Person
	err := s.store.Change(ctx, func(tx Tx) (err error) {
		person, err = tx.PersonByIdentity(ctx, c.Identity)
		if !fault.Is(err, fault.NotFound) {
			return err
		}
		person, err = s.provision(ctx, tx, c, from)
		return err
	})
	if fault.Is(err, fault.Denied) || err == nil && person.State != Active {
		why := fault.New(fault.Denied, "staff.signin.locked", nil)
		if err != nil {
			why = fault.New(fault.Denied, "staff.signin.stranger", nil)
		}
		err = s.change(ctx, Actor{Via: ViaPage, Address: from.Address}, func(Tx) (Record, error) {
			return Record{Action: DidSignIn, Kind: "person", Object: string(person.ID), Outcome: Refused, Detail: map[string]string{"why": why.Key, "issuer": c.Issuer}}, nil
		})
		if err == nil {
			err = why
		}
	}
	if err != nil {
		return SignedIn{}, fault.Wrap(op, err)
	}
	in, err := s.begin(ctx, person, "oidc", from, func(Tx) error { return nil })
	return in, fault.Wrap(op, err)
}

// provision makes an account for a stranger whom a provider vouched for.
func (s *Service) provision(ctx context.Context, tx Tx, c Claim, from Origin) (Person, error) {
	if s.opts.Provision == 0 {
		return Person{}, fault.New(fault.Denied, "staff.signin.stranger", nil)
	}
	p := s.newPerson()
	p.Roles, p.Identity, p.Display, p.Language = s.opts.Provision, c.Identity, c.Display, c.Language
	if checkLanguage(p.Language) != nil {
		p.Language = ""
	}
	name := FoldName(c.Name)
	_, err := tx.PersonByName(ctx, name)
	if CheckName(name) != nil || !fault.Is(err, fault.NotFound) {
		name = "u-" + strings.ToLower(string(p.ID))
	}
	p.Name = name
	if CheckDisplay(p.Display) != nil {
		p.Display = name
	}
	if err := tx.SavePerson(ctx, p); err != nil {
		return Person{}, err
	}
	return p, s.record(ctx, tx, Actor{Via: ViaPage, Address: from.Address}, Record{Who: p.ID, Action: DidCreatePerson, Kind: "person",
		Object: string(p.ID), Outcome: Done, Detail: map[string]string{"issuer": c.Issuer, "roles": names(p.Roles)}})
}

// Resume returns who the session belongs to and what she may do now. It
// returns Denied (staff.session.over) when the session has ended, whether by
// itself, by signing out or because the person may no longer come in.
func (s *Service) Resume(ctx context.Context, sid id.Session, from Origin) (SignedIn, error) {
	const op = "staff.Resume"
	over := fault.New(fault.Denied, "staff.session.over", nil)
	table, err := s.Table(ctx)
	if err != nil {
		return SignedIn{}, fault.Wrap(op, err)
	}
	var in SignedIn
	err = s.store.View(ctx, func(tx Tx) (err error) {
		if in.Session, err = tx.Session(ctx, sid); fault.Is(err, fault.NotFound) {
			return over
		} else if err != nil {
			return err
		}
		if in.Person, err = tx.Person(ctx, in.Session.Person); err != nil {
			return err
		}
		in.Actor, err = s.actor(ctx, tx, table, in.Person)
		return err
	})
	now := s.now()
	if err == nil && (in.Person.State != Active || !s.opts.Sessions.Alive(in.Session, now)) {
		err = over
	}
	if err != nil {
		return SignedIn{}, fault.Wrap(op, err)
	}
	in.Actor.arrive(in.Session, from)
	if now.Sub(in.Session.Seen) >= seenStep {
		in.Session.Seen = now
		err = s.touch(ctx, in.Session)
	}
	return in, fault.Wrap(op, err)
}

// touch notes that a session was used, unless it was ended meanwhile.
func (s *Service) touch(ctx context.Context, in Session) error {
	return s.store.Change(ctx, func(tx Tx) error {
		if _, err := tx.Session(ctx, in.ID); fault.Is(err, fault.NotFound) {
			return fault.New(fault.Denied, "staff.session.over", nil)
		} else if err != nil {
			return err
		}
		return tx.SaveSession(ctx, in)
	})
}

// SignOut ends the actor's session.
func (s *Service) SignOut(ctx context.Context, a Actor) error {
	return fault.Wrap("staff.SignOut", s.change(ctx, a, func(tx Tx) (Record, error) {
		return Record{Action: DidSignOut, Kind: "session", Object: string(a.Session)}, tx.EndSession(ctx, a.Session)
	}))
}

// SignOutEverywhere ends all sessions of a person but the actor's own. One
// may do it for oneself; for another it needs PeopleEdit.
func (s *Service) SignOutEverywhere(ctx context.Context, a Actor, p id.Person) error {
	const op = "staff.SignOutEverywhere"
	what := Record{Action: DidSignOutAll, Kind: "person", Object: string(p)}
	if err := s.needUnlessOwn(ctx, a, p, what); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.change(ctx, a, func(tx Tx) (Record, error) { return what, tx.EndSessions(ctx, p, a.Session) }))
}

// Sessions returns where a person is signed in, newest first: one's own, or
// with PeopleEdit another's.
func (s *Service) Sessions(ctx context.Context, a Actor, p id.Person) ([]Session, error) {
	const op = "staff.Sessions"
	if err := s.needUnlessOwn(ctx, a, p, Record{Action: "session.read", Kind: "person", Object: string(p)}); err != nil {
		return nil, fault.Wrap(op, err)
	}
	var out []Session
	err := s.store.View(ctx, func(tx Tx) error {
		all, err := tx.SessionsOf(ctx, p)
		for _, one := range all {
			if s.opts.Sessions.Alive(one, s.now()) {
				out = append(out, one)
			}
		}
		return err
	})
	return out, fault.Wrap(op, err)
}

// needUnlessOwn is need with PeopleEdit, which nobody needs for herself.
func (s *Service) needUnlessOwn(ctx context.Context, a Actor, p id.Person, what Record) error {
	if a.Person != "" && a.Person == p {
		return nil
	}
	return s.need(ctx, a, PeopleEdit, Subject{Owner: p}, what)
}

// cut returns at most n bytes of s, whole characters, valid UTF-8.
func cut(s string, n int) string {
	s = strings.ToValidUTF8(s, "?")
	for len(s) > n {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return strings.ReplaceAll(s, "\x00", "")
}
