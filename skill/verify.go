package skill

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"maps"
	"slices"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// What names a kind of flaw.
type What string

// The flaws that Verify finds.
const (
	HeadMissing    What = "head-missing"    // the heads have a gap before N, or an entry has no head
	HeadBroken     What = "head-broken"     // a head does not name the one before it
	HeadForged     What = "head-forged"     // no trusted key signed it as it stands
	HeadTwice      What = "head-twice"      // two heads for one entry
	TailMissing    What = "tail-missing"    // a witness has seen a head beyond the last one
	WitnessDiffers What = "witness-differs" // a witness has seen another head at this place
	WitnessForged  What = "witness-forged"  // a witness holds a head that no trusted key signed
	EntryMissing   What = "entry-missing"   // a head has no entry, or the numbers have a gap
	EntryInserted  What = "entry-inserted"  // an entry that no head names
	EntryChanged   What = "entry-changed"   // its fields do not give its hash
	EntryReplaced  What = "entry-replaced"  // it is whole, but its head names another
	EntryUnchained What = "entry-unchained" // it does not name the entry before it
	EntryMisplaced What = "entry-misplaced" // its kind cannot stand there, or names nothing
	ContentBroken  What = "content-broken"  // key and ciphertext do not fit each other
	KeyMissing     What = "key-missing"     // destroyed, though nothing says it was erased
	KeySurvived    What = "key-survived"    // the archive was erased, the key is still there
	KeyOrphaned    What = "key-orphaned"    // a key without an entry
	RowsUncounted  What = "rows-uncounted"  // more rows than their order can hold: an index was removed
)

// Flaw is one thing that is not as it was written. N is the head's number in
// the centre's chain, where it is known; Person and Seq are empty where the
// flaw is of no one entry.
type Flaw struct {
	What   What      `json:"what"`
	Person id.Person `json:"person,omitempty"`
	Seq    int64     `json:"seq,omitempty"`
	N      int64     `json:"n,omitempty"`
}

// Title returns the locale key of the sentence that explains the flaw.
func (f Flaw) Title() string { return "skill.flaw." + string(f.What) }

// Report is what Verify found. Last is the newest head, Witnessed how many
// different heads the witnesses had.
type Report struct {
	Persons   int64
	Entries   int64
	Gone      int64 // entries whose keys were destroyed, rightly
	Last      Head
	Witnessed int
	Flaws     []Flaw
	More      bool // there are more flaws than were kept
}

// Whole reports whether nothing was found.
func (r Report) Whole() bool { return len(r.Flaws) == 0 }

// maxFlaws bounds a report: who removed an index must not fill the memory.
const maxFlaws = 1000

const pageSize = 500

// Verify checks that an archive holds exactly what was written, in two walks
// over one moment of the store.
//
// The first walk follows the heads of the whole centre by their number N.
//
//  1. The numbers run 1, 2, 3, … without a gap (head-missing).
//  2. Each head holds the SHA-256 of the one before it (head-broken).
//  3. Each was signed by a trusted key (head-forged).
//  4. Each head that a witness saw is the one that stands there now
//     (witness-differs), and none lies beyond the last one (tail-missing). A
//     witness's head that no trusted key signed counts for nothing but is
//     reported (witness-forged).
//
// Nobody without the signing key can make a head, so after this walk the heads
// up to the newest witnessed one are what was written, all of them.
//
// The second walk goes through heads, entries and keys side by side, by person
// and number.
//
//  5. To each head belongs one entry (entry-missing, head-twice) and to each
//     entry one head (entry-inserted); a person's numbers run 1, 2, 3, ….
//  6. The SHA-256 of an entry's public part and ciphertext is its hash
//     (entry-changed), its head names that hash, kind and time
//     (entry-replaced), and it holds the hash of the person's entry before it
//     (entry-unchained).
//  7. The first entry, and only it, is of kind opened; a correction names an
//     earlier entry; an entry of kind erased is the last and names the one
//     before it (entry-misplaced).
//  8. Each entry before an erased one has no key (key-survived); every other
//     has one (key-missing) that its commitment names, that opens its
//     ciphertext, and beside which stands the content's own source
//     (content-broken). No key is left over (key-orphaned).
//
// What it cannot find: the removal of entries that are newer than everything
// any witness saw; and anything done by who holds the signing key, to entries
// that no witness outside her reach had seen.
//
// The error is the store's; flaws are no error.
func Verify(ctx context.Context, store Store, trusted []ed25519.PublicKey, witnesses []Head) (Report, error) {
	v := &verifier{trusted: trusted, seen: map[int64]Head{}}
	v.hear(witnesses)
	err := store.View(ctx, func(view View) error {
		if err := v.followHeads(ctx, view); err != nil {
			return err
		}
		if err := v.comparePersons(ctx, view); err != nil {
			return err
		}
		return v.count(ctx, view)
	})
	return v.report, fault.Wrap("skill.Verify", err)
}

type verifier struct {
	trusted []ed25519.PublicKey
	seen    map[int64]Head // what witnesses saw, by N
	report  Report

	heads, entries, keys int64 // rows walked
}

func (v *verifier) flaw(what What, p id.Person, seq, n int64) {
	if len(v.report.Flaws) >= maxFlaws {
		v.report.More = true
		return
	}
	v.report.Flaws = append(v.report.Flaws, Flaw{What: what, Person: p, Seq: seq, N: n})
}

// hear sorts out what the witnesses say. Two that differ in one place both
// hold a signed head: the key signed twice, which is reported.
func (v *verifier) hear(witnesses []Head) {
	for _, h := range witnesses {
		if h.N < 1 || !h.SignedBy(v.trusted) {
			v.flaw(WitnessForged, h.Person, h.Seq, h.N)
			continue
		}
		if other, ok := v.seen[h.N]; ok && other.Digest() != h.Digest() {
			v.flaw(WitnessDiffers, h.Person, h.Seq, h.N)
		}
		v.seen[h.N] = h
	}
	v.report.Witnessed = len(v.seen)
}

// followHeads is the first walk.
func (v *verifier) followHeads(ctx context.Context, view Whole) error {
	var last Head
	err := eachHead(ctx, view, func(h Head) error {
		v.heads++
		if h.N != last.N+1 {
			v.flaw(HeadMissing, "", 0, last.N+1)
		} else if want := digestOrZero(last); h.Prev != want {
			v.flaw(HeadBroken, h.Person, h.Seq, h.N)
		}
		if !h.SignedBy(v.trusted) {
			v.flaw(HeadForged, h.Person, h.Seq, h.N)
		}
		if w, ok := v.seen[h.N]; ok && w.Digest() != h.Digest() {
			v.flaw(WitnessDiffers, w.Person, w.Seq, h.N)
		}
		last = h
		return nil
	})
	if err != nil {
		return err
	}
	v.report.Last = last
	for _, n := range slices.Sorted(maps.Keys(v.seen)) {
		if n > last.N {
			v.flaw(TailMissing, v.seen[n].Person, v.seen[n].Seq, n)
		}
	}
	return nil
}

func digestOrZero(h Head) (out [32]byte) {
	if h.N == 0 {
		return out
	}
	return h.Digest()
}

// cursor hands out the rows of one table one by one, in the order of places.
type cursor[T any] struct {
	page  []T
	next  func(after Place) ([]T, error)
	place func(T) Place
	end   bool
	last  Place
}

// peek returns the row at the cursor; ok is false after the last.
func (c *cursor[T]) peek() (row T, ok bool, err error) {
	if len(c.page) == 0 && !c.end {
		if c.page, err = c.next(c.last); err != nil {
			return row, false, err
		}
		if c.end = len(c.page) < pageSize; len(c.page) > 0 {
			c.last = c.place(c.page[len(c.page)-1])
		}
	}
	if len(c.page) == 0 {
		return row, false, nil
	}
	return c.page[0], true, nil
}

// take returns all rows at place p and moves behind them.
func (c *cursor[T]) take(p Place) (rows []T, err error) {
	for {
		row, ok, err := c.peek()
		if err != nil || !ok || c.place(row) != p {
			return rows, err
		}
		rows = append(rows, row)
		c.page = c.page[1:]
	}
}

func before(a, b Place) bool {
	return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Seq, b.Seq)) < 0
}

// comparePersons is the second walk.
func (v *verifier) comparePersons(ctx context.Context, view Whole) error {
	heads := &cursor[Head]{place: func(h Head) Place { return Place{h.Person, h.Seq} },
		next: func(p Place) ([]Head, error) { return view.HeadsAfter(ctx, p, pageSize) }}
	entries := &cursor[Sealed]{place: func(s Sealed) Place { return Place{s.Person, s.Seq} },
		next: func(p Place) ([]Sealed, error) { return view.EntriesAfter(ctx, p, pageSize) }}
	keys := &cursor[Key]{place: func(k Key) Place { return Place{k.Person, k.Seq} },
		next: func(p Place) ([]Key, error) { return view.KeysAfter(ctx, p, pageSize) }}
	w := &walk{verifier: v}
	for {
		place, ok, err := first(heads, entries, keys)
		if err != nil || !ok {
			w.endPerson()
			return err
		}
		hs, err1 := heads.take(place)
		es, err2 := entries.take(place)
		ks, err3 := keys.take(place)
		if err := cmp.Or(err1, err2, err3); err != nil {
			return err
		}
		v.entries, v.keys = v.entries+int64(len(es)), v.keys+int64(len(ks))
		w.step(place, hs, es, ks)
	}
}

// first returns the earliest place at which any cursor stands.
func first(h *cursor[Head], e *cursor[Sealed], k *cursor[Key]) (p Place, ok bool, err error) {
	one, okH, err1 := h.peek()
	two, okE, err2 := e.peek()
	three, okK, err3 := k.peek()
	if err := cmp.Or(err1, err2, err3); err != nil {
		return p, false, err
	}
	for _, c := range []struct {
		at Place
		ok bool
	}{{Place{one.Person, one.Seq}, okH}, {Place{two.Person, two.Seq}, okE}, {Place{three.Person, three.Seq}, okK}} {
		if c.ok && (!ok || before(c.at, p)) {
			p, ok = c.at, true
		}
	}
	return p, ok, nil
}

// walk is where the second walk stands within one person.
type walk struct {
	*verifier
	person id.Person
	seq    int64   // of the last place
	prev   Sealed  // the last entry
	keyed  []int64 // entries that have a key
	bare   []int64 // entries that have none
	erased int64   // the Seq of an entry of kind erased; 0 for none
}

func (w *walk) step(at Place, hs []Head, es []Sealed, ks []Key) {
	if at.Person != w.person || w.seq == 0 {
		w.endPerson()
		*w = walk{verifier: w.verifier, person: at.Person}
		w.report.Persons++
	}
	if at.Seq != w.seq+1 {
		w.flaw(EntryMissing, at.Person, w.seq+1, 0)
	}
	w.seq = at.Seq
	if len(hs) > 1 {
		w.flaw(HeadTwice, at.Person, at.Seq, hs[1].N)
	}
	if len(es) == 0 {
		if len(hs) > 0 {
			w.flaw(EntryMissing, at.Person, at.Seq, hs[0].N)
		}
		if len(ks) > 0 {
			w.flaw(KeyOrphaned, at.Person, at.Seq, 0)
		}
		w.prev = Sealed{Seq: at.Seq}
		if len(hs) > 0 {
			w.prev.Hash, w.prev.Kind = hs[0].Entry, hs[0].Kind // the next is still compared
		}
		return
	}
	if len(hs) == 0 {
		w.flaw(EntryInserted, at.Person, at.Seq, 0)
	}
	if len(es) > 1 {
		w.flaw(EntryInserted, at.Person, at.Seq, 0)
	}
	w.entry(es[0], hs)
	w.key(es[0], ks)
	w.prev = es[0]
	w.report.Entries++
}

// entry checks one entry against itself, its head and the one before it.
func (w *walk) entry(e Sealed, hs []Head) {
	if e.Digest() != e.Hash {
		w.flaw(EntryChanged, e.Person, e.Seq, 0)
	}
	if len(hs) > 0 && (hs[0].Entry != e.Hash || hs[0].Kind != e.Kind || !hs[0].At.Equal(e.At)) {
		w.flaw(EntryReplaced, e.Person, e.Seq, hs[0].N)
	}
	if e.Prev != w.prev.Hash {
		w.flaw(EntryUnchained, e.Person, e.Seq, 0)
	}
	placed := (e.Kind == Opened) == (e.Seq == 1) && w.erased == 0
	switch e.Kind {
	case Correction:
		placed = placed && e.Names >= 1 && e.Names < e.Seq
	case Erased:
		placed = placed && e.Names == e.Seq-1
		w.erased = e.Seq
	case Opened, Talk, Marked, Note, Assessment:
		placed = placed && e.Names == 0
	default:
		placed = false
	}
	if !placed {
		w.flaw(EntryMisplaced, e.Person, e.Seq, 0)
	}
}

// key checks an entry's key, and remembers whether it has one.
func (w *walk) key(e Sealed, ks []Key) {
	if len(ks) == 0 {
		w.bare = append(w.bare, e.Seq)
		return
	}
	if len(ks) > 1 {
		w.flaw(KeyOrphaned, e.Person, e.Seq, 0)
	}
	w.keyed = append(w.keyed, e.Seq)
	if _, err := e.open(ks[0]); err != nil || ks[0].Key == ([32]byte{}) {
		w.flaw(ContentBroken, e.Person, e.Seq, 0)
	}
}

// endPerson compares a person's keys with her erasing, if there was one.
func (w *walk) endPerson() {
	for _, seq := range w.keyed {
		if seq < w.erased {
			w.flaw(KeySurvived, w.person, seq, 0)
		}
	}
	for _, seq := range w.bare {
		if seq < w.erased {
			w.report.Gone++
		} else {
			w.flaw(KeyMissing, w.person, seq, 0)
		}
	}
}

// count compares the rows walked with the rows there are. They differ only
// where somebody took away an index and put two rows in one place.
func (v *verifier) count(ctx context.Context, view Whole) error {
	entries, keys, heads, err := view.Counts(ctx)
	if err != nil {
		return err
	}
	if entries != v.entries || keys != v.keys || heads != v.heads {
		v.flaw(RowsUncounted, "", 0, 0)
	}
	return nil
}
