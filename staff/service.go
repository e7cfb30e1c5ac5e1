package staff

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// Options are what a Service is made of. Now, Rand and Hasher are needed;
// the zero value of the others means the default.
type Options struct {
	Now      func() time.Time
	Rand     io.Reader // cryptographic, safe for concurrent use
	Hasher   *Hasher
	Sessions SessionLimits
	Names    Lockout // of sign-in names
	Address  Lockout // of network addresses
	// Provision gives whom an identity provider vouches for an account at the
	// first sign-in, with these roles. No roles: strangers stay outside.
	Provision Roles
}

// Service is what the doors call. Every method that changes something writes
// its record into the audit log in the same transaction; what was refused for
// want of a permission is recorded too. Errors are *fault.Error:
//
//   - Denied (staff.denied) when the actor may not do it;
//   - NotFound (staff.person.unknown, staff.team.unknown, …);
//   - Invalid with the key of the check that failed;
//   - Conflict when it is taken, or changed meanwhile;
//   - Unavailable when the store or the hasher cannot be had.
//
// A Service is safe for use by several goroutines.
type Service struct {
	store Store
	opts  Options
	ids   *id.Source

	mu     sync.Mutex // guards what follows
	table  *Table
	loaded time.Time
}

// NewService returns a Service over store.
func NewService(store Store, opts Options) *Service {
	if opts.Sessions == (SessionLimits{}) {
		opts.Sessions = DefaultSessionLimits()
	}
	if opts.Names == (Lockout{}) {
		opts.Names = NameLockout()
	}
	if opts.Address == (Lockout{}) {
		opts.Address = AddressLockout()
	}
	return &Service{store: store, opts: opts, ids: id.NewSource(opts.Now, opts.Rand)}
}

// now returns the time as the stores keep it.
func (s *Service) now() time.Time { return s.opts.Now().UTC().Truncate(time.Microsecond) }

// tableAge is how long another node's edit of the table may go unseen.
const tableAge = 10 * time.Second

// Table returns the permission table in force.
func (s *Service) Table(ctx context.Context) (*Table, error) {
	s.mu.Lock()
	table, fresh := s.table, s.table != nil && s.now().Sub(s.loaded) < tableAge
	s.mu.Unlock()
	if fresh {
		return table, nil
	}
	err := s.store.View(ctx, func(tx Tx) (err error) {
		table, err = readTable(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fault.Wrap("staff.Table", err)
	}
	s.keepTable(table)
	return table, nil
}

func readTable(ctx context.Context, tx Tx) (*Table, error) {
	rows, err := tx.Grants(ctx)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return DefaultTable(), nil
	}
	return NewTable(rows)
}

func (s *Service) keepTable(t *Table) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.table, s.loaded = t, s.now()
}

// EditTable puts another permission table in force; rows equal to none puts
// back the default. It needs TableEdit and returns Invalid as NewTable does.
func (s *Service) EditTable(ctx context.Context, a Actor, rows []Grant) error {
	const op = "staff.EditTable"
	what := Record{Action: DidEditTable, Kind: "table"}
	if err := s.need(ctx, a, TableEdit, Subject{}, what); err != nil {
		return fault.Wrap(op, err)
	}
	table := DefaultTable()
	if len(rows) > 0 {
		t, err := NewTable(rows)
		if err != nil {
			return fault.Wrap(op, err)
		}
		table = t
	}
	err := s.change(ctx, a, func(tx Tx) (Record, error) {
		before, err := readTable(ctx, tx)
		if err != nil {
			return what, err
		}
		what.Detail = difference(before.Rows(), table.Rows())
		return what, tx.SaveGrants(ctx, rows)
	})
	if err == nil {
		s.keepTable(table)
	}
	return fault.Wrap(op, err)
}

// difference names the rows that came and went.
func difference(before, after []Grant) map[string]string {
	out := map[string]string{}
	for sign, pair := range map[string][2][]Grant{"removed": {before, after}, "added": {after, before}} {
		other := map[Grant]bool{}
		for _, g := range pair[1] {
			other[g] = true
		}
		for _, g := range pair[0] {
			if !other[g] {
				out[sign] += g.Role.String() + " " + g.Permission.String() + " " + g.Scope.String() + "; "
			}
		}
	}
	return out
}

// change runs fn in one transaction and records what it returns.
func (s *Service) change(ctx context.Context, a Actor, fn func(tx Tx) (Record, error)) error {
	return s.store.Change(ctx, func(tx Tx) error {
		r, err := fn(tx)
		if err != nil {
			return err
		}
		if r.Outcome == "" {
			r.Outcome = Done
		}
		return s.record(ctx, tx, a, r)
	})
}

// record appends r, done by a now, to the audit log.
func (s *Service) record(ctx context.Context, tx Tx, a Actor, r Record) error {
	last, err := tx.LastRecord(ctx)
	if err != nil {
		return err
	}
	r.At, r.Via, r.Session, r.Token, r.Address = s.now(), a.Via, a.Session, a.Token, a.Address
	if r.Who == "" {
		r.Who = a.Person
	}
	return tx.AddRecord(ctx, r.after(last))
}

// need returns Denied, and records the attempt as refused, when a may not do
// p to subject.
func (s *Service) need(ctx context.Context, a Actor, p Permission, subject Subject, what Record) error {
	denied := Need(a, p, subject)
	if denied == nil {
		return nil
	}
	what.Outcome = Refused
	if err := s.store.Change(ctx, func(tx Tx) error { return s.record(ctx, tx, a, what) }); err != nil {
		return err
	}
	return denied
}

// Subject returns what belongs to a person as a subject of permissions: hers,
// in her teams, shared with nobody. The caller adds with whom it is shared.
func (s *Service) Subject(ctx context.Context, p id.Person) (Subject, error) {
	all, err := s.Subjects(ctx, p)
	return all[p], err
}

// Subjects is Subject for several people at once.
func (s *Service) Subjects(ctx context.Context, who ...id.Person) (map[id.Person]Subject, error) {
	var out map[id.Person]Subject
	err := s.store.View(ctx, func(tx Tx) (err error) {
		out, err = subjectsIn(ctx, tx, who...)
		return err
	})
	return out, fault.Wrap("staff.Subjects", err)
}

func subjectsIn(ctx context.Context, tx Tx, who ...id.Person) (map[id.Person]Subject, error) {
	ms, err := tx.Memberships(ctx, who...)
	teams := map[id.Person][]id.Team{}
	for _, m := range ms {
		teams[m.Person] = append(teams[m.Person], m.Team)
	}
	out := make(map[id.Person]Subject, len(who))
	for _, p := range who {
		out[p] = Subject{Owner: p, Teams: teams[p]}
	}
	return out, err
}

// subjectIn is Subject within a transaction, for a person who must exist.
func subjectIn(ctx context.Context, tx Tx, p id.Person) (Person, Subject, error) {
	person, err := tx.Person(ctx, p)
	if err != nil {
		return Person{}, Subject{}, err
	}
	all, err := subjectsIn(ctx, tx, p)
	return person, all[p], err
}

// actor returns p as an actor under the table in force. One who must change
// her password may do nothing else before.
func (s *Service) actor(ctx context.Context, tx Tx, table *Table, p Person) (Actor, error) {
	ms, err := tx.Memberships(ctx, p.ID)
	if err != nil {
		return Actor{}, err
	}
	a := table.Actor(p, ms)
	if p.MustChange {
		a = a.limit(nil)
	}
	return a, nil
}
