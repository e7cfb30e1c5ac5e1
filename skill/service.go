package skill

import (
	"context"
	"crypto/ed25519"
	"io"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/staff"
)

// Options are what a Service is made of. Trusted, Witnesses,
// Audit and HalfLife may be left out.
type Options struct {
	Now       func() time.Time
	Rand      io.Reader // cryptographic, safe for concurrent use
	People    People
	Key       ed25519.PrivateKey  // signs heads; kept outside the database
	Trusted   []ed25519.PublicKey // earlier signing keys; that of Key is always trusted
	Witnesses []Witness
	Audit     AuditLog      // who erased and who verified is recorded there; nil: nowhere
	HalfLife  time.Duration // of a mark's weight, see Estimates; 0 means DefaultHalfLife
}

// People tells to which teams a person belongs; staff.Service does.
type People interface {
	Subject(ctx context.Context, p id.Person) (staff.Subject, error)
}

// Service is what the doors and the flow call. Errors are *fault.Error: Denied
// (staff.denied), NotFound, Invalid with the key of the check that failed,
// Conflict, and Unavailable when the store or a witness cannot be had. It is
// safe for use by several goroutines.
type Service struct {
	store  Store
	opts   Options
	ids    *id.Source
	newest atomic.Pointer[Head] // the newest head this process has seen

	mu   sync.Mutex // held while witnesses write
	kept Head       // what all witnesses have; zero before the first
}

// NewService returns a Service over store. Call Witness once at the start.
func NewService(store Store, opts Options) *Service {
	opts.Trusted = append(opts.Trusted[:len(opts.Trusted):len(opts.Trusted)], opts.Key.Public().(ed25519.PublicKey))
	if opts.HalfLife <= 0 {
		opts.HalfLife = DefaultHalfLife
	}
	return &Service{store: store, opts: opts, ids: id.NewSource(opts.Now, opts.Rand)}
}

// Append adds entries in the order of the drafts, all or none, and returns
// them. A person's first is preceded by an entry of kind Opened. A draft whose
// Source.Key the person's archive has already is not added again: what is
// there is returned in its place. The permissions are ArchiveAdd, for a Talk
// TalkHold, for a Correction ArchiveCorrect (and TalkHold, of a talk). It
// returns Invalid with
//
//   - skill.draft.kind, skill.draft.names, skill.draft.mark (competency),
//     skill.draft.text (max), skill.draft.source (max);
//
// NotFound (skill.entry.unknown) for a Correction of nothing, and Conflict
// with
//
//   - skill.erased: the archive was erased and takes no more; a flow drops
//     what it wanted to add;
//   - skill.correction: the named entry has no content to correct.
//
// When a witness fails the entries are kept all the same; Unavailable is
// returned, and a retry with the same Source.Key catches up.
func (s *Service) Append(ctx context.Context, a staff.Actor, drafts ...Draft) ([]Entry, error) {
	const op = "skill.Append"
	plan := make([]planned, len(drafts))
	for i, d := range drafts {
		plan[i].Draft = d
		if err := d.check(); err != nil {
			return nil, fault.Wrap(op, err)
		}
		if err := s.may(ctx, a, &plan[i]); err != nil {
			return nil, fault.Wrap(op, err)
		}
		plan[i].Content = d.Content.settled()
	}
	var out []Entry
	var head Head
	err := s.store.Append(ctx, func(tx Tx) error {
		out = out[:0]
		for _, d := range plan {
			e, err := s.add(ctx, tx, a, d)
			if err != nil {
				return err
			}
			out = append(out, e)
		}
		var err error
		head, err = tx.LastHead(ctx)
		return err
	})
	if err == nil {
		err = s.witness(ctx, head)
	}
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	return out, nil
}

// planned is a draft whose writer may add it.
type planned struct {
	Draft
	talks bool // she may also correct a talk
}

// may returns Denied when a may not add d.
func (s *Service) may(ctx context.Context, a staff.Actor, d *planned) error {
	subject, err := s.opts.People.Subject(ctx, d.Person)
	if err != nil {
		return err
	}
	d.talks = staff.Can(a, staff.TalkHold, subject)
	need := staff.ArchiveAdd
	switch d.Kind {
	case Talk:
		need = staff.TalkHold
	case Correction:
		need = staff.ArchiveCorrect
	}
	return staff.Need(a, need, subject)
}

// add adds one settled draft, unless its occasion is there.
func (s *Service) add(ctx context.Context, tx Tx, a staff.Actor, d planned) (Entry, error) {
	if d.Source.Key != "" {
		sealed, key, err := tx.FindSource(ctx, d.Person, d.Source.Key)
		if err != nil {
			return Entry{}, err
		}
		if sealed.Seq > 0 {
			return sealed.open(key)
		}
	}
	last, err := tx.Last(ctx, d.Person)
	if err != nil {
		return Entry{}, err
	}
	if last.Kind == Erased {
		return Entry{}, fault.New(fault.Conflict, "skill.erased", nil)
	}
	if last.Seq == 0 {
		if last, err = s.put(ctx, tx, last, Sealed{Person: d.Person, Kind: Opened, By: a.Person}, Content{}); err != nil {
			return Entry{}, err
		}
	}
	if d.Kind == Correction {
		if err := correctable(ctx, tx, d); err != nil {
			return Entry{}, err
		}
	}
	sealed, err := s.put(ctx, tx, last, Sealed{Person: d.Person, Kind: d.Kind, By: a.Person, Names: d.Names}, d.Content)
	return Entry{ID: sealed.ID, Person: sealed.Person, Seq: sealed.Seq, Kind: sealed.Kind, At: sealed.At, By: sealed.By, Names: sealed.Names,
		Hash: sealed.Hash, Content: d.Content}, err
}

// correctable returns an error unless d names an entry of its person that has
// a content, and that its writer may correct: a talk only who may hold one.
func correctable(ctx context.Context, tx Tx, d planned) error {
	all, _, err := tx.Archive(ctx, d.Person)
	if err != nil {
		return err
	}
	for at := d.Names; ; {
		if at < 1 || at > int64(len(all)) {
			return fault.New(fault.NotFound, "skill.entry.unknown", nil)
		}
		switch named := all[at-1]; named.Kind {
		case Opened, Erased:
			return fault.New(fault.Conflict, "skill.correction", nil)
		case Talk:
			if !d.talks {
				return fault.New(fault.Denied, "staff.denied", fault.Args{"permission": staff.TalkHold.String()})
			}
			return nil
		case Correction:
			if named.Names >= at { // a broken archive; Verify names it
				return fault.New(fault.Conflict, "skill.entry.broken", fault.Args{"seq": at})
			}
			at = named.Names
		default:
			return nil
		}
	}
}

// put seals content as the entry after last, adds it with its head and
// returns it.
func (s *Service) put(ctx context.Context, tx Tx, last, next Sealed, content Content) (Sealed, error) {
	next.ID, next.Seq, next.At, next.Prev = id.Make[id.Entry](s.ids), last.Seq+1, s.opts.Now(), last.Hash
	sealed, key, err := seal(next, content, s.opts.Rand)
	if err != nil {
		return Sealed{}, err
	}
	prev, err := tx.LastHead(ctx)
	if err != nil {
		return Sealed{}, err
	}
	return sealed, tx.Add(ctx, sealed, key, headOf(sealed, prev, s.opts.Key))
}

// Witness makes sure that every witness has the newest head. The program
// calls it at its start: it may have been killed between an entry and its
// witnesses.
func (s *Service) Witness(ctx context.Context) error {
	head, err := s.Head(ctx)
	if err == nil {
		err = s.witness(ctx, head)
	}
	return fault.Wrap("skill.Witness", err)
}

// Head returns the newest head, the zero Head when there is none. A backup
// repeats it.
func (s *Service) Head(ctx context.Context) (h Head, err error) {
	err = s.store.View(ctx, func(v View) error {
		h, err = v.LastHead(ctx)
		return err
	})
	return h, fault.Wrap("skill.Head", err)
}

// Heads calls fn for every head, oldest first: for a backup that is to bear
// witness to each.
func (s *Service) Heads(ctx context.Context, fn func(Head) error) error {
	return fault.Wrap("skill.Heads", s.store.View(ctx, func(v View) error {
		return eachHead(ctx, v, fn)
	}))
}

func eachHead(ctx context.Context, v Whole, fn func(Head) error) error {
	for n := int64(0); ; {
		page, err := v.Heads(ctx, n, pageSize)
		if err != nil {
			return err
		}
		for _, h := range page {
			if err := fn(h); err != nil {
				return err
			}
			n = h.N
		}
		if len(page) < pageSize {
			return nil
		}
	}
}

// Archive returns a person's archive in order, without the talks the actor
// may not read, and nothing of somebody who has none. It needs ArchiveRead, or
// TalkRead for the talks alone. shared names those with whom the person shared
// her archive.
func (s *Service) Archive(ctx context.Context, a staff.Actor, p id.Person, shared ...id.Person) ([]Entry, error) {
	const op = "skill.Archive"
	subject, err := s.opts.People.Subject(ctx, p)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	subject.Shared = shared
	talks, rest := staff.Can(a, staff.TalkRead, subject), staff.Can(a, staff.ArchiveRead, subject)
	if !talks && !rest {
		return nil, fault.Wrap(op, staff.Need(a, staff.ArchiveRead, subject))
	}
	all, err := s.read(ctx, p)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	var out []Entry
	private := map[int64]bool{} // talks, and what corrects them
	for _, e := range all {
		private[e.Seq] = e.Kind == Talk || e.Kind == Correction && private[e.Names]
		if private[e.Seq] && talks || !private[e.Seq] && rest {
			out = append(out, e)
		}
	}
	return out, nil
}

// read returns all entries of a person.
func (s *Service) read(ctx context.Context, p id.Person) ([]Entry, error) {
	var sealed []Sealed
	keys := map[int64]Key{}
	err := s.store.View(ctx, func(v View) error {
		all, ks, err := v.Archive(ctx, p)
		sealed = all
		for _, k := range ks {
			keys[k.Seq] = k
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]Entry, len(sealed))
	for i, one := range sealed {
		if out[i], err = one.open(keys[one.Seq]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Entry returns one entry. It is NotFound (skill.entry.unknown) also when the
// actor may not read it, so that ids tell nothing.
func (s *Service) Entry(ctx context.Context, a staff.Actor, e id.Entry, shared ...id.Person) (Entry, error) {
	const op = "skill.Entry"
	unknown := fault.New(fault.NotFound, "skill.entry.unknown", nil)
	var found Sealed
	err := s.store.View(ctx, func(v View) (err error) {
		found, _, err = v.Find(ctx, e)
		return err
	})
	if err != nil {
		return Entry{}, fault.Wrap(op, err)
	}
	if found.Seq == 0 {
		return Entry{}, fault.Wrap(op, unknown)
	}
	archive, err := s.Archive(ctx, a, found.Person, shared...)
	if err != nil && !fault.Is(err, fault.Denied) {
		return Entry{}, fault.Wrap(op, err)
	}
	for _, one := range archive {
		if one.ID == e {
			return one, nil
		}
	}
	return Entry{}, fault.Wrap(op, unknown)
}

// Estimates returns what the entries that the actor may read say of a
// person's competencies now. The permissions are those of Archive.
func (s *Service) Estimates(ctx context.Context, a staff.Actor, p id.Person, shared ...id.Person) (map[id.Competency]Estimate, error) {
	all, err := s.Archive(ctx, a, p, shared...)
	if err != nil {
		return nil, fault.Wrap("skill.Estimates", err)
	}
	return Estimates(all, s.opts.Now(), s.opts.HalfLife), nil
}

// Erase destroys the keys of all of a person's entries and adds an entry of
// kind Erased that says so; her archive takes no more. Erasing again changes
// nothing. It needs ArchiveErase, and returns NotFound (skill.archive.unknown)
// for somebody who has no archive. What a backup still holds is not erased.
func (s *Service) Erase(ctx context.Context, a staff.Actor, p id.Person) error {
	const op = "skill.Erase"
	subject, err := s.opts.People.Subject(ctx, p)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if err := staff.Need(a, staff.ArchiveErase, subject); err != nil {
		return fault.Wrap(op, err)
	}
	var head Head
	err = s.store.Append(ctx, func(tx Tx) error {
		head = Head{}
		last, err := tx.Last(ctx, p)
		if err != nil || last.Kind == Erased {
			return err
		}
		if last.Seq == 0 {
			return fault.New(fault.NotFound, "skill.archive.unknown", nil)
		}
		if _, err := s.put(ctx, tx, last, Sealed{Person: p, Kind: Erased, By: a.Person, Names: last.Seq}, Content{}); err != nil {
			return err
		}
		if err := tx.DestroyKeys(ctx, p, last.Seq); err != nil {
			return err
		}
		head, err = tx.LastHead(ctx)
		return err
	})
	if err == nil && head.N > 0 {
		// Every witness keeps every erasing, also when a newer head was kept
		// meanwhile: after an old backup is restored it must be done again.
		s.mu.Lock()
		err = s.keep(ctx, head)
		s.mu.Unlock()
	}
	if err == nil {
		err = s.record(ctx, a, staff.Record{Action: DidErase, Kind: "person", Object: string(p)})
	}
	return fault.Wrap(op, err)
}

// Verify checks the whole archive against the signing keys and the witnesses;
// see the function Verify. Heads that a backup or another place bore witness
// to may be added. It needs ArchiveVerify.
func (s *Service) Verify(ctx context.Context, a staff.Actor, more ...Head) (Report, error) {
	const op = "skill.Service.Verify"
	if err := staff.Need(a, staff.ArchiveVerify, staff.Subject{}); err != nil {
		return Report{}, fault.Wrap(op, err)
	}
	for _, w := range s.opts.Witnesses {
		if err := w.Kept(ctx, func(h Head) error {
			more = append(more, h)
			return nil
		}); err != nil {
			return Report{}, fault.Wrap(op, err)
		}
	}
	r, err := Verify(ctx, s.store, s.opts.Trusted, more)
	if err == nil {
		err = s.record(ctx, a, staff.Record{Action: DidVerify, Kind: "archive",
			Detail: map[string]string{"heads": strconv.FormatInt(r.Last.N, 10), "flaws": strconv.Itoa(len(r.Flaws))}})
	}
	return r, fault.Wrap(op, err)
}

// What this package writes into the audit log beside heads.
const (
	DidErase  staff.Action = "archive.erase"
	DidVerify staff.Action = "archive.verify"
)

func (s *Service) record(ctx context.Context, a staff.Actor, r staff.Record) error {
	if s.opts.Audit == nil {
		return nil
	}
	return s.opts.Audit.Record(ctx, a, r)
}
