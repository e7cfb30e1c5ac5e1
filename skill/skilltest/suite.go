// Package skilltest holds the one suite that every skill.Store must pass, and
// the Service with it.
package skilltest

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/staff"
)

// Run holds the stores that open returns, each empty, to what skill.Store
// promises.
func Run(t *testing.T, open func(t *testing.T) skill.Store) {
	for name, test := range map[string]func(*testing.T, *House){
		"append": appends, "same occasion": sameOccasion, "at once": atOnce, "all or none": allOrNone, "corrections": corrections,
		"who may": whoMay, "talks": talks, "erase": erase, "drafts": drafts, "witnesses": witnesses, "many": many, "other key": otherKey,
	} {
		t.Run(name, func(t *testing.T) { test(t, NewHouse(t, open(t))) })
	}
}

// House is a Service over a store, with a clock and a witness of its own.
type House struct {
	*skill.Service
	Store   skill.Store
	Clock   *testkit.Clock
	Key     ed25519.PrivateKey
	Memory  *Memory
	Flow    staff.Actor // the machine that adds marks
	Auditor staff.Actor
	Root    staff.Actor
}

// NewHouse returns a House over store. Persons P1, P2, … are in class C1, from
// P9 on in none; advisor A1 leads it.
func NewHouse(t testing.TB, store skill.Store) *House {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h := &House{Store: store, Clock: testkit.NewClock(), Key: key, Memory: &Memory{}, Flow: staff.Machine(staff.ArchiveAdd)}
	h.Auditor, h.Root = As("AU", staff.Auditor), As("AD", staff.Administrator)
	h.Service = h.Over(store)
	return h
}

// Over returns another Service of the house, over another handle of its store.
func (h *House) Over(store skill.Store) *skill.Service {
	return skill.NewService(store, skill.Options{Now: h.Clock.Now, Rand: rand.Reader, People: classes{}, Key: h.Key, Witnesses: []skill.Witness{h.Memory}})
}

// With returns another Service of the house, that trusts and tells others.
func (h *House) With(trusted []ed25519.PublicKey, w skill.Witness, audit skill.AuditLog) *skill.Service {
	return skill.NewService(h.Store, skill.Options{Now: h.Clock.Now, Rand: rand.Reader, People: classes{}, Key: h.Key, Trusted: trusted,
		Witnesses: []skill.Witness{w}, Audit: audit})
}

type classes struct{}

func (classes) Subject(_ context.Context, p id.Person) (staff.Subject, error) {
	s := staff.Subject{Owner: p}
	if p < "P9" && p > "P" {
		s.Teams = []id.Team{"C1"}
	}
	return s, nil
}

// As returns an actor with a role, who leads class C1 if she may lead one.
func As(p id.Person, roles ...staff.Role) staff.Actor {
	return staff.DefaultTable().Actor(staff.Person{ID: p, Roles: staff.RolesOf(roles...)}, []staff.Membership{{Team: "C1", Kind: staff.ClassKind, Person: p, Part: staff.Head}})
}

// Memory is a witness that forgets nothing until the end of the test. Broken
// makes it fail.
type Memory struct {
	mu     sync.Mutex
	Broken bool
	Has    []skill.Head
}

// Keep keeps h.
func (m *Memory) Keep(_ context.Context, h skill.Head, _ bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Broken {
		return errors.New("the witness is away")
	}
	m.Has = append(m.Has, h)
	return nil
}

// Newest returns the zero Head.
func (m *Memory) Newest(context.Context) (skill.Head, error) { return skill.Head{}, nil }

// Kept calls fn for every head.
func (m *Memory) Kept(_ context.Context, fn func(skill.Head) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, h := range m.Has {
		if err := fn(h); err != nil {
			return err
		}
	}
	return nil
}

// Draft returns a mark of points out of 100 for one competency.
func Draft(p id.Person, source string, points int64) skill.Draft {
	return skill.Draft{Person: p, Kind: skill.Marked, Content: skill.Content{
		Source: skill.Source{Key: source, Conversation: "C-" + id.Conversation(source), Result: "R", Scorecard: "general", Version: "3"},
		Marks:  []skill.Mark{{Competency: "empathy", Points: points, Max: 100}, {Competency: "bearing", Points: 1, Max: 1}},
		Text:   map[string]string{"zh": "先听完，再回应。", "en": "Listened first, then answered."},
	}}
}

// Must adds drafts as the flow.
func (h *House) Must(t testing.TB, ds ...skill.Draft) []skill.Entry {
	t.Helper()
	es, err := h.Append(t.Context(), h.Flow, ds...)
	if err != nil {
		t.Fatal(err)
	}
	return es
}

// Whole fails the test when the archive is not whole.
func (h *House) Whole(t testing.TB) skill.Report {
	t.Helper()
	r, err := h.Verify(t.Context(), h.Auditor)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Whole() {
		t.Fatalf("not whole: %+v", r.Flaws)
	}
	return r
}

func wantKey(t testing.TB, err error, want string) {
	t.Helper()
	var e *fault.Error
	if !errors.As(err, &e) || e.Key != want {
		t.Errorf("err = %v, want key %q", err, want)
	}
}

func appends(t *testing.T, h *House) {
	ctx := t.Context()
	if r := h.Whole(t); r.Entries != 0 || r.Last.N != 0 {
		t.Errorf("an empty archive: %+v", r)
	}
	added := h.Must(t, Draft("P1", "c1", 80), Draft("P2", "c1", 70), Draft("P1", "c2", 90))
	got, err := h.Archive(ctx, As("P1", staff.Trainee), "P1")
	if err != nil || len(got) != 3 || got[0].Kind != skill.Opened || got[0].Seq != 1 {
		t.Fatalf("%+v (%v)", got, err)
	}
	if diff := cmp.Diff([]skill.Entry{added[0], added[2]}, got[1:]); diff != "" {
		t.Errorf("what was added is not what is read (-added +read)\n%s", diff)
	}
	if got[2].Marks[0].Competency != "bearing" || !got[2].At.Equal(h.Clock.Now()) || got[2].Text["zh"] != "先听完，再回应。" {
		t.Errorf("%+v", got[2])
	}
	one, err := h.Entry(ctx, As("P1", staff.Trainee), added[0].ID)
	if diff := cmp.Diff(added[0], one); diff != "" || err != nil {
		t.Errorf("%s (%v)", diff, err)
	}
	for name, e := range map[string]id.Entry{"unknown": "01KAJ3X8W00000000000000000", "nonsense": "\x00\xff'", "another's": added[1].ID} {
		if _, err := h.Entry(ctx, As("P1", staff.Trainee), e); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := h.Archive(ctx, h.Auditor, "P8"); err != nil || len(got) != 0 {
		t.Errorf("nobody's archive: %v (%v)", got, err)
	}
	if r := h.Whole(t); r.Persons != 2 || r.Entries != 5 || r.Last.N != 5 || r.Gone != 0 || r.Witnessed != 1 {
		t.Errorf("%+v", r)
	}
}

func sameOccasion(t *testing.T, h *House) {
	one := h.Must(t, Draft("P1", "c1", 80))[0]
	h.Clock.Add(time.Hour)
	again := h.Must(t, Draft("P1", "c1", 10), Draft("P1", "c2", 50), Draft("P1", "c2", 60))
	if diff := cmp.Diff(one, again[0]); diff != "" {
		t.Errorf("the same occasion again is another entry\n%s", diff)
	}
	if again[1].Seq != 3 || again[2].ID != again[1].ID || again[2].Marks[1].Points != 50 {
		t.Errorf("twice in one call: %+v", again)
	}
	unnamed := Draft("P1", "", 1)
	h.Must(t, unnamed, unnamed)
	if r := h.Whole(t); r.Entries != 5 {
		t.Errorf("%d entries, want 5", r.Entries)
	}
}

func atOnce(t *testing.T, h *House) {
	const writers, each = 8, 12
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := range each {
				p := id.Person(fmt.Sprintf("P%d", 1+(w+n)%2))
				// Every occasion is reported by two writers.
				if _, err := h.Append(t.Context(), h.Flow, Draft(p, fmt.Sprintf("c%d-%d", (w+n)/2%writers, n), 50)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	r := h.Whole(t)
	if r.Last.N != r.Entries || r.Persons != 2 {
		t.Errorf("%+v", r)
	}
}

func allOrNone(t *testing.T, h *House) {
	bad := skill.Draft{Person: "P2", Kind: skill.Correction, Names: 7}
	_, err := h.Append(t.Context(), staff.Machine(staff.ArchiveAdd, staff.ArchiveCorrect), Draft("P1", "c1", 1), bad)
	wantKey(t, err, "skill.entry.unknown")
	if r := h.Whole(t); r.Entries != 0 {
		t.Errorf("half of it was kept: %+v", r)
	}
}

func corrections(t *testing.T, h *House) {
	ctx := t.Context()
	h.Must(t, Draft("P1", "c1", 10))
	eve := As("EV", staff.Evaluator)
	correct := func(names, points int64) error {
		d := Draft("P1", "", points)
		d.Kind, d.Names = skill.Correction, names
		_, err := h.Append(ctx, eve, d)
		return err
	}
	for _, c := range []struct {
		names int64
		want  string
	}{{1, "skill.correction"}, {9, "skill.entry.unknown"}} {
		wantKey(t, correct(c.names, 1), c.want)
	}
	if err := errors.Join(correct(2, 60), correct(3, 90)); err != nil {
		t.Fatal(err)
	}
	es, err := h.Archive(ctx, As("P1", staff.Trainee), "P1")
	if err != nil || len(es) != 4 || es[1].Marks[1].Points != 10 || es[3].By != "EV" {
		t.Fatalf("%+v (%v)", es, err)
	}
	now := skill.Current(es)
	if len(now) != 2 || now[1].Marks[1].Points != 90 || now[1].Kind != skill.Marked || now[1].Seq != 2 {
		t.Errorf("as corrected: %+v", now)
	}
	est, err := h.Estimates(ctx, As("P1", staff.Trainee), "P1")
	if e := est["empathy"]; err != nil || e.N != 1 || e.Mean != 900 || e.Low >= e.Mean || e.High <= e.Mean {
		t.Errorf("%+v (%v)", est, err)
	}
	h.Whole(t)
}

func whoMay(t *testing.T, h *House) {
	ctx := t.Context()
	h.Must(t, Draft("P1", "c1", 80), Draft("P9", "c1", 80))
	note := skill.Draft{Kind: skill.Note, Content: skill.Content{Text: map[string]string{"zh": "今天很稳。"}}}
	for name, c := range map[string]struct {
		a           staff.Actor
		p           id.Person
		read, write bool
	}{
		"herself": {As("P1", staff.Trainee), "P1", true, false}, "another": {As("P2", staff.Trainee), "P1", false, false},
		"her advisor": {As("A1", staff.Advisor), "P1", true, true}, "not her advisor": {As("A1", staff.Advisor), "P9", false, false},
		"administrator": {h.Root, "P1", false, false}, "auditor": {h.Auditor, "P1", true, false}, "nobody": {staff.Actor{}, "P1", false, false},
	} {
		es, err := h.Archive(ctx, c.a, c.p)
		if (err == nil) != c.read || c.read && len(es) < 2 || !c.read && !fault.Is(err, fault.Denied) {
			t.Errorf("%s reads: %v (%v), want %v", name, es, err, c.read)
		}
		note.Person = c.p
		if _, err := h.Append(ctx, c.a, note); (err == nil) != c.write || !c.write && !fault.Is(err, fault.Denied) {
			t.Errorf("%s writes: %v, want %v", name, err, c.write)
		}
	}
	if _, err := h.Verify(ctx, As("P1", staff.Trainee)); !fault.Is(err, fault.Denied) {
		t.Errorf("a trainee verifies: %v", err)
	}
}

func talks(t *testing.T, h *House) {
	ctx := t.Context()
	advisor := As("A1", staff.Advisor)
	talk := Draft("P1", "talk", 80)
	talk.Kind = skill.Talk
	es, err := h.Append(ctx, advisor, talk)
	if err != nil {
		t.Fatal(err)
	}
	fix := talk
	fix.Kind, fix.Names, fix.Source.Key = skill.Correction, es[0].Seq, ""
	_, err = h.Append(ctx, As("EV", staff.Evaluator), fix)
	wantKey(t, err, "staff.denied")
	if _, err := h.Append(ctx, advisor, fix); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		a    staff.Actor
		with []id.Person
		want int
	}{"herself": {As("P1", staff.Trainee), nil, 3}, "her advisor": {advisor, nil, 3}, "auditor": {h.Auditor, nil, 1},
		"shared": {As("CO", staff.Counsellor), []id.Person{"CO"}, 2}} {
		if got, err := h.Archive(ctx, c.a, "P1", c.with...); err != nil || len(got) != c.want {
			t.Errorf("%s reads %d entries (%v), want %d", name, len(got), err, c.want)
		}
	}
	_, err = h.Entry(ctx, h.Auditor, es[0].ID)
	wantKey(t, err, "skill.entry.unknown")
}

func erase(t *testing.T, h *House) {
	ctx := t.Context()
	h.Must(t, Draft("P1", "c1", 80), Draft("P1", "c2", 80), Draft("P2", "c1", 60))
	wantKey(t, h.Erase(ctx, As("P1", staff.Trainee), "P1"), "staff.denied")
	wantKey(t, h.Erase(ctx, h.Root, "P7"), "skill.archive.unknown")
	for range 2 {
		if err := h.Erase(ctx, h.Root, "P1"); err != nil {
			t.Fatal(err)
		}
	}
	es, err := h.Archive(ctx, As("P1", staff.Trainee), "P1")
	if err != nil || len(es) != 4 || es[3].Kind != skill.Erased || es[3].Names != 3 || es[3].By != "AD" {
		t.Fatalf("%+v (%v)", es, err)
	}
	for _, e := range es[:3] {
		if !e.Gone || e.Text != nil || e.Marks != nil || e.Source != (skill.Source{}) {
			t.Errorf("left behind: %+v", e)
		}
	}
	for _, d := range []skill.Draft{Draft("P1", "c1", 80), Draft("P1", "c9", 80)} {
		_, err := h.Append(ctx, h.Flow, d)
		wantKey(t, err, "skill.erased")
	}
	if r := h.Whole(t); r.Gone != 3 || r.Entries != 6 {
		t.Errorf("%+v", r)
	}
	if last := h.Memory.Has[len(h.Memory.Has)-1]; last.Kind != skill.Erased {
		t.Errorf("no witness of the erasing: %+v", last)
	}
	if est, err := h.Estimates(ctx, As("P1", staff.Trainee), "P1"); err != nil || len(est) != 0 {
		t.Errorf("estimates of what was erased: %v (%v)", est, err)
	}
}

func drafts(t *testing.T, h *House) {
	for name, c := range map[string]struct {
		change func(*skill.Draft)
		want   string
	}{
		"opened":             {func(d *skill.Draft) { d.Kind = skill.Opened }, "skill.draft.kind"},
		"erased":             {func(d *skill.Draft) { d.Kind = skill.Erased }, "skill.draft.kind"},
		"no kind":            {func(d *skill.Draft) { d.Kind = "" }, "skill.draft.kind"},
		"nobody":             {func(d *skill.Draft) { d.Person = "" }, "skill.draft.names"},
		"a mark that names":  {func(d *skill.Draft) { d.Names = 1 }, "skill.draft.names"},
		"corrects nothing":   {func(d *skill.Draft) { d.Kind = skill.Correction }, "skill.draft.names"},
		"too many points":    {func(d *skill.Draft) { d.Marks[0].Points = 101 }, "skill.draft.mark"},
		"points below zero":  {func(d *skill.Draft) { d.Marks[0].Points = -1 }, "skill.draft.mark"},
		"no maximum":         {func(d *skill.Draft) { d.Marks[0].Max = 0 }, "skill.draft.mark"},
		"a competency twice": {func(d *skill.Draft) { d.Marks[0].Competency = "bearing" }, "skill.draft.mark"},
		"no slug":            {func(d *skill.Draft) { d.Marks[0].Competency = "同理心" }, "skill.draft.mark"},
		"a broken text":      {func(d *skill.Draft) { d.Text["zh"] = "\xff" }, "skill.draft.text"},
		"a long text":        {func(d *skill.Draft) { d.Text["zh"] = string(make([]byte, 1<<17)) }, "skill.draft.text"},
		"a zero byte":        {func(d *skill.Draft) { d.Source.Key = "a\x00" }, "skill.draft.source"},
	} {
		d := Draft("P1", "c1", 50)
		c.change(&d)
		_, err := h.Append(t.Context(), staff.Machine(staff.AllPermissions()...), d)
		if err == nil {
			t.Errorf("%s: taken", name)
			continue
		}
		wantKey(t, err, c.want)
	}
	if es, err := h.Append(t.Context(), h.Flow); err != nil || len(es) != 0 {
		t.Errorf("no drafts: %v (%v)", es, err)
	}
}

func witnesses(t *testing.T, h *House) {
	ctx := t.Context()
	h.Memory.Broken = true
	_, err := h.Append(ctx, h.Flow, Draft("P1", "c1", 80))
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("a witness failed, and: %v", err)
	}
	h.Memory.Broken = false
	h.Must(t, Draft("P1", "c1", 80)) // the retry adds nothing and catches up
	if r := h.Whole(t); r.Entries != 2 || r.Witnessed != 1 || h.Memory.Has[0].N != 2 {
		t.Errorf("%+v, %+v", r, h.Memory.Has)
	}
	again := h.Over(h.Store) // as after a kill between an entry and its witness
	if err := again.Witness(ctx); err != nil || h.Memory.Has[len(h.Memory.Has)-1].N != 2 {
		t.Errorf("%v %+v", err, h.Memory.Has)
	}
	var all []skill.Head
	if err := h.Heads(ctx, func(one skill.Head) error { all = append(all, one); return nil }); err != nil || len(all) != 2 {
		t.Errorf("%v (%v)", all, err)
	}
	// Another key's heads are no witnesses, and a later head says what is gone.
	other := NewHouse(t, h.Store)
	r, err := skill.Verify(ctx, h.Store, []ed25519.PublicKey{other.Key.Public().(ed25519.PublicKey)}, all)
	if err != nil || r.Whole() || r.Witnessed != 0 {
		t.Errorf("under another key: %+v (%v)", r, err)
	}
}

func many(t *testing.T, h *House) {
	var ds []skill.Draft
	for n := range 620 { // more than a page
		ds = append(ds, Draft(id.Person(fmt.Sprintf("P%d", n%5)), fmt.Sprint("c", n), int64(n%101)))
	}
	h.Must(t, ds...)
	if r := h.Whole(t); r.Persons != 5 || r.Entries != 625 {
		t.Errorf("%+v", r)
	}
}

// otherKey signs on under a new key, with the old one still trusted.
func otherKey(t *testing.T, h *House) {
	h.Must(t, Draft("P1", "c1", 80))
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h.Service = skill.NewService(h.Store, skill.Options{Now: h.Clock.Now, Rand: rand.Reader, People: classes{}, Key: key,
		Trusted: []ed25519.PublicKey{h.Key.Public().(ed25519.PublicKey)}, Witnesses: []skill.Witness{h.Memory}})
	h.Must(t, Draft("P1", "c2", 80))
	h.Whole(t)
}
