package training_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/event"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
	"github.com/lianxi-cc/lianxi/training/trainingdb"
)

const broadband id.Scenario = "zh-broadband-down"

// loaded is the pack and the engine that hears. A restarted program reads the
// same files, so they are read once.
type loaded struct {
	scenarios []*scenario.Scenario
	engine    *language.Engine
}

var pack = sync.OnceValues(func() (loaded, error) {
	cat, err := analysis.LoadCatalogue(content.FS)
	if err != nil {
		return loaded{}, err
	}
	engine, err := language.Load(content.FS, cat)
	if err != nil {
		return loaded{}, err
	}
	scenarios, err := scenario.Load(content.FS)
	return loaded{scenarios, engine}, err
})

// desk is a practice desk over a database, which survives it.
type desk struct {
	*training.Calls
	clock *testkit.Clock
	db    *storage.DB
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	db := testkit.SQLite(t)
	if err := db.Migrate(context.Background(), event.Migrations(), trainingdb.Migrations()); err != nil {
		t.Fatal(err)
	}
	d := &desk{clock: testkit.NewClock(), db: db}
	d.restart(t)
	return d
}

// restart is the program ending and starting again on the same database.
func (d *desk) restart(t *testing.T) {
	t.Helper()
	p, err := pack()
	if err != nil {
		t.Fatal(err)
	}
	ids := testkit.IDs(d.clock)
	d.clock.Add(time.Minute) // so that ids differ from those before
	d.Calls = training.NewCalls(trainingdb.New(d.db, ids), scenario.ScenarioList(p.scenarios), p.engine.Acts, d.clock.Now, ids)
}

func trainee(name string) staff.Actor {
	return staff.DefaultTable().Actor(staff.Person{ID: id.Person(name), Roles: staff.RolesOf(staff.Trainee)}, nil)
}

func (d *desk) begin(t *testing.T, notes training.Notes) training.View {
	t.Helper()
	v, err := d.Begin(context.Background(), trainee("lin"), broadband, notes, 7)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (d *desk) say(t *testing.T, pid id.Practice, text string) training.View {
	t.Helper()
	d.clock.Add(9 * time.Second)
	v, err := d.Say(context.Background(), trainee("lin"), pid, text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestACallGoesOnAfterARestartAsIfNothingHadHappened(t *testing.T) {
	lines := []string{"您好，工号1023为您服务，请问有什么可以帮您？", "断网好几天，确实很影响您上班，我马上帮您查。", "请问光猫上是什么灯亮着？"}
	steady, restarted := newDesk(t), newDesk(t)
	a, b := steady.begin(t, training.NotesLive), restarted.begin(t, training.NotesLive)
	for _, text := range lines {
		a = steady.say(t, a.Practice.ID, text)
		steady.clock.Add(time.Minute) // as long as the restart takes
		restarted.restart(t)
		b = restarted.say(t, b.Practice.ID, text)
	}
	ignore := func(v training.View) training.View {
		for i := range v.Lines {
			v.Lines[i].At, v.Lines[i].Delay = 0, 0
		}
		v.Practice, v.Scenario = training.Practice{}, nil
		return v
	}
	if d := cmp.Diff(ignore(a), ignore(b)); d != "" {
		t.Error("the restarted call went another way (-steady +restarted)", d)
	}
	if len(a.Lines) < 6 {
		t.Errorf("only %d lines were said", len(a.Lines))
	}
}

func TestNotesAreShownWhenTheyWereAskedFor(t *testing.T) {
	for notes, want := range map[training.Notes]struct{ talking, over bool }{
		training.NotesLive: {true, true}, training.NotesAfter: {false, true}, training.NotesOff: {false, false},
	} {
		d := newDesk(t)
		v := d.begin(t, notes)
		v = d.say(t, v.Practice.ID, "您好，请问有什么可以帮您？")
		if got := len(v.Notes) > 0; got != want.talking {
			t.Errorf("%s: notes while talking %v, want %v", notes, got, want.talking)
		}
		v, err := d.HangUp(context.Background(), trainee("lin"), v.Practice.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(v.Notes) > 0; got != want.over {
			t.Errorf("%s: notes afterwards %v, want %v", notes, got, want.over)
		}
	}
}

func TestACallBelongsToWhoTakesIt(t *testing.T) {
	d, ctx := newDesk(t), context.Background()
	v := d.begin(t, training.NotesOff)
	for what, err := range map[string]error{
		"view":    second(d.View(ctx, trainee("wang"), v.Practice.ID)),
		"say":     second(d.Say(ctx, trainee("wang"), v.Practice.ID, "您好")),
		"hang up": second(d.HangUp(ctx, trainee("wang"), v.Practice.ID)),
	} {
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("%s by another person: %v, want not found", what, err)
		}
	}
	auditor := staff.DefaultTable().Actor(staff.Person{ID: "shen", Roles: staff.RolesOf(staff.Auditor)}, nil)
	if _, err := d.Begin(ctx, auditor, broadband, training.NotesOff, 1); !fault.Is(err, fault.Denied) {
		t.Errorf("an auditor began a call: %v, want denied", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestWrongInputIsRefusedAndNothingIsLost(t *testing.T) {
	d, ctx := newDesk(t), context.Background()
	v := d.begin(t, training.NotesOff)
	if _, err := d.Say(ctx, trainee("lin"), v.Practice.ID, strings.Repeat("啊", training.MaxLine+1)); !fault.Is(err, fault.Invalid) {
		t.Errorf("an endless line: %v, want invalid", err)
	}
	if _, err := d.Begin(ctx, trainee("lin"), "no-such", training.NotesOff, 1); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown scenario: %v, want not found", err)
	}
	if _, err := d.Begin(ctx, trainee("lin"), broadband, "loud", 1); !fault.Is(err, fault.Invalid) {
		t.Errorf("unknown notes: %v, want invalid", err)
	}
	if v = d.say(t, v.Practice.ID, "您好"); len(v.Lines) != 2 {
		t.Errorf("%d lines after the refused one, want 2", len(v.Lines))
	}
}

func TestOfTwoWindowsOneIsToldToReload(t *testing.T) {
	d := newDesk(t)
	v := d.begin(t, training.NotesOff)
	var wg sync.WaitGroup
	errs := make([]error, 8)
	other := newDesk(t)
	other.db = d.db
	other.restart(t)
	for i := range errs {
		wg.Go(func() {
			from := d
			if i%2 == 1 {
				from = other
			}
			_, errs[i] = from.Say(context.Background(), trainee("lin"), v.Practice.ID, "您好，请说。")
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil && !fault.Is(err, fault.Conflict) {
			t.Errorf("got %v, want nothing or a conflict", err)
		}
	}
	d.restart(t)
	got, err := d.View(context.Background(), trainee("lin"), v.Practice.ID)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range got.Lines {
		if l.Seq != i {
			t.Fatalf("line %d has number %d: %v", i, l.Seq, got.Lines)
		}
	}
}

func TestAFinishedCallBecomesAConversation(t *testing.T) {
	d, ctx := newDesk(t), context.Background()
	v := d.begin(t, training.NotesAfter)
	v = d.say(t, v.Practice.ID, "您好，工号1023，请问有什么可以帮您？")
	v, err := d.HangUp(ctx, trainee("lin"), v.Practice.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Say(ctx, trainee("lin"), v.Practice.ID, "喂？"); !fault.Is(err, fault.Conflict) {
		t.Errorf("said after the end: %v, want a conflict", err)
	}
	d.restart(t)
	v, conv, err := d.Record(ctx, v.Practice.ID)
	if err != nil {
		t.Fatal(err)
	}
	if conv.ID != v.Practice.Conversation || conv.EndedBy != conversation.Agent || len(conv.Turns) != len(v.Lines) || conv.Lang != conversation.Chinese {
		t.Errorf("the conversation is %+v", conv)
	}
	of, err := d.RecordOf(ctx, conv.ID)
	if err != nil || of.Practice.ID != v.Practice.ID {
		t.Errorf("found again: %v, %v", of.Practice.ID, err)
	}
	words, err := d.Words(ctx, conv.ID)
	if err != nil || words.Practice.ID != v.Practice.ID || len(words.Lines) != len(v.Lines) || words.Scenario.ID != broadband {
		t.Errorf("its words: %+v, %v", words, err)
	}
	past, err := d.Of(ctx, trainee("lin"), "", 10)
	if err != nil || len(past) != 1 || past[0].State != training.Finished {
		t.Errorf("past calls %v, %v", past, err)
	}
}

// echo words lines by putting a word before them.
type echo struct{ asked int }

func (e *echo) Word(_ context.Context, b scenario.Brief, accepts func(string) scenario.Refusal) (string, bool) {
	e.asked++
	text := "嗯，" + b.Line
	return text, accepts(text) == ""
}

// TestWordsOfAModelAreKept: what a model worded is stored as it was said, marked,
// and comes back after a restart without anybody being asked again.
func TestWordsOfAModelAreKept(t *testing.T) {
	d, e := newDesk(t), &echo{}
	d.WordBy(e)
	v := d.begin(t, training.NotesAfter)
	for _, text := range []string{"您好，请问有什么可以帮您？", "很抱歉，影响您上班了。请问光猫上现在亮的是什么灯？", "请问您重启过吗？"} {
		v = d.say(t, v.Practice.ID, text)
	}
	worded := 0
	for _, l := range v.Lines {
		if l.MachineWorded() {
			worded++
			if l.Role != conversation.Customer || l.Text != "嗯，"+l.Template {
				t.Errorf("line %+v", l)
			}
		}
	}
	if worded < 2 || e.asked < worded {
		t.Fatalf("%d lines were worded, %d asked: %+v", worded, e.asked, v.Lines)
	}
	asked := e.asked
	d.restart(t)
	got, err := d.View(context.Background(), trainee("lin"), v.Practice.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(v.Lines, got.Lines); diff != "" {
		t.Error("other words after the restart (-before +after)", diff)
	}
	if diff := cmp.Diff(v.Moods, got.Moods); diff != "" {
		t.Error("another mood after the restart (-before +after)", diff)
	}
	if v, err = d.HangUp(context.Background(), trainee("lin"), v.Practice.ID); err != nil {
		t.Fatal(err)
	}
	_, conv, err := d.Record(context.Background(), v.Practice.ID)
	if err != nil {
		t.Fatal(err)
	}
	for i, turn := range conv.Turns {
		if turn.Text != v.Lines[i].Text {
			t.Errorf("turn %d of the conversation is %q, said was %q", i, turn.Text, v.Lines[i].Text)
		}
	}
	if e.asked != asked {
		t.Errorf("asked again after the restart")
	}
}

func TestAnExaminationIsNeverWorded(t *testing.T) {
	d, e := newDesk(t), &echo{}
	d.WordBy(e)
	v := d.begin(t, training.NotesOff)
	v = d.say(t, v.Practice.ID, "您好，请问有什么可以帮您？")
	if e.asked > 0 || v.Lines[1].MachineWorded() {
		t.Errorf("asked %d times; lines %+v", e.asked, v.Lines)
	}
}

// editions is a library of one scenario in two versions.
type editions struct {
	scenario.ScenarioList
	versions map[string]*scenario.Scenario
}

func (e editions) At(_ context.Context, _ id.Scenario, version string) (*scenario.Scenario, error) {
	return e.versions[version], nil
}

// TestACallIsPlayedAgainInTheVersionItHad: a release in the middle of a call
// changes the next one, not this one.
func TestACallIsPlayedAgainInTheVersionItHad(t *testing.T) {
	ctx, d := context.Background(), newDesk(t)
	p, err := pack()
	if err != nil {
		t.Fatal(err)
	}
	old, err := scenario.ScenarioList(p.scenarios).Scenario(ctx, broadband)
	if err != nil {
		t.Fatal(err)
	}
	first, second := *old, *old
	first.Version, second.Version, second.Title = "1.aa", "2.bb", "换了标题"
	second.Concerns = second.Concerns[1:] // he wants something else
	shelf := editions{scenario.ScenarioList{&first}, map[string]*scenario.Scenario{"1.aa": &first, "2.bb": &second}}
	open := func() {
		ids := testkit.IDs(d.clock)
		d.clock.Add(time.Minute)
		d.Calls = training.NewCalls(trainingdb.New(d.db, ids), shelf, p.engine.Acts, d.clock.Now, ids)
	}
	open()
	v := d.begin(t, training.NotesAfter)
	v = d.say(t, v.Practice.ID, "您好，请问有什么可以帮您？")
	shelf.ScenarioList = scenario.ScenarioList{&second} // released meanwhile
	open()
	v = d.say(t, v.Practice.ID, "断网好几天，确实很影响您上班，我马上帮您查。")
	if v, err = d.HangUp(ctx, trainee("lin"), v.Practice.ID); err != nil {
		t.Fatal(err)
	}
	again, _, err := d.Record(ctx, v.Practice.ID)
	if err != nil || again.Changed || again.Scenario.Title != old.Title || again.Practice.Version != "1.aa" || len(again.Moods) == 0 {
		t.Errorf("played again with %s %q, changed %v, %v", again.Practice.Version, again.Scenario.Title, again.Changed, err)
	}
	if next := d.begin(t, training.NotesAfter); next.Practice.Version != "2.bb" {
		t.Errorf("the next call has version %s", next.Practice.Version)
	}
	retake, err := d.Retake(ctx, trainee("lin"), v.Practice.ID, 0)
	if err != nil || retake.Practice.Version != "1.aa" {
		t.Errorf("the retake has version %s, %v", retake.Practice.Version, err)
	}
}
