package training_test

import (
	"context"
	"testing"
	"testing/fstest"
	"time"

	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
)

// examined is a desk that examines: every form is 99, a level 3 lasts ten minutes.
func examined(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.examine(t)
	return d
}

func (d *desk) examine(t *testing.T) {
	t.Helper()
	limits, err := training.LoadLimits(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	d.Examine(training.Exams{Limits: limits, Seed: func() uint64 { return 99 }})
}

// advisor is the class advisor of everybody in the class "one".
func advisor() staff.Actor {
	return staff.DefaultTable().Actor(staff.Person{ID: "wang", Roles: staff.RolesOf(staff.Advisor)},
		[]staff.Membership{{Team: "one", Kind: staff.ClassKind, Part: staff.Head}})
}

func (d *desk) set(t *testing.T, p training.Paper) training.Paper {
	t.Helper()
	p.Scenario = broadband
	out, err := d.SetPaper(context.Background(), advisor(), staff.Subject{Owner: "lin", Teams: []id.Team{"one"}}, p)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestNobodyChoosesTheFormOfAnExamination(t *testing.T) {
	d := examined(t)
	for _, notes := range []training.Notes{training.NotesOff, training.NotesAfter} {
		v, err := d.Begin(context.Background(), trainee("lin"), broadband, notes, 7)
		if err != nil {
			t.Fatal(err)
		}
		want, limit := uint64(7), time.Duration(0)
		if notes == training.NotesOff {
			want, limit = 99, 10*time.Minute
		}
		if v.Practice.Seed != want || v.Practice.Limit != limit {
			t.Errorf("%s: form %d, limit %v; want %d, %v", notes, v.Practice.Seed, v.Practice.Limit, want, limit)
		}
	}
}

// TestTimeOverEndsACallAsItStands: at the deadline, not a moment later, for whoever
// still talks, after a restart, and when the page was closed.
func TestTimeOverEndsACallAsItStands(t *testing.T) {
	ctx := context.Background()
	greeting := "您好，请问有什么可以帮您？"
	begin := func(d *desk) training.View {
		v := d.begin(t, training.NotesOff)
		return d.say(t, v.Practice.ID, greeting)
	}
	for name, end := range map[string]func(d *desk, pid id.Practice){
		"by a line": func(d *desk, pid id.Practice) {
			if _, err := d.Say(ctx, trainee("lin"), pid, "对不起，我再说一句。"); !fault.Is(err, fault.Conflict) {
				t.Errorf("a line after the time: %v, want conflict", err)
			}
		},
		"by a look": func(d *desk, pid id.Practice) {
			if _, err := d.View(ctx, trainee("lin"), pid); err != nil {
				t.Error(err)
			}
		},
		"by the bell": func(d *desk, _ id.Practice) {
			if n, err := d.EndOverdue(ctx); n != 1 || err != nil {
				t.Errorf("%d calls ended, %v", n, err)
			}
			if n, err := d.EndOverdue(ctx); n != 0 || err != nil {
				t.Errorf("%d calls ended twice, %v", n, err)
			}
		},
		"by the bell after a restart": func(d *desk, _ id.Practice) {
			d.restart(t)
			d.examine(t)
			if n, err := d.EndOverdue(ctx); n != 1 || err != nil {
				t.Errorf("%d calls ended, %v", n, err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := examined(t)
			v := begin(d)
			at, _ := v.Practice.Deadline()
			d.clock.Add(at.Sub(d.clock.Now()) - time.Millisecond)
			if n, err := d.EndOverdue(ctx); n != 0 || err != nil {
				t.Fatalf("%d calls ended before their time, %v", n, err)
			}
			d.clock.Add(time.Minute)
			end(d, v.Practice.ID)
			got, conv, err := d.Record(ctx, v.Practice.ID)
			if err != nil {
				t.Fatal(err)
			}
			p := got.Practice
			if p.State != training.Finished || p.EndedBy != conversation.System || p.Ending != "unsolved" || !p.Ended.Equal(at) || len(got.Lines) != 2 || conv.EndedBy != conversation.System {
				t.Errorf("ended %s by %s at %v with %d lines, state %s", p.Ending, p.EndedBy, p.Ended, len(got.Lines), p.State)
			}
			if string(conv.Fields[training.FieldMode]) != `"exam"` {
				t.Errorf("the conversation says %s", conv.Fields[training.FieldMode])
			}
		})
	}
}

func TestACallWithoutALimitIsNeverCutOff(t *testing.T) {
	d := examined(t)
	v := d.begin(t, training.NotesAfter)
	d.clock.Add(3 * time.Hour)
	if n, err := d.EndOverdue(context.Background()); n != 0 || err != nil {
		t.Errorf("%d calls ended, %v", n, err)
	}
	if got := d.say(t, v.Practice.ID, "您好，请问有什么可以帮您？"); got.Practice.State != training.Talking && got.Practice.EndedBy == conversation.System {
		t.Error("cut off")
	}
}

func TestAPaperIsSetTakenOnceAndListed(t *testing.T) {
	d, ctx := examined(t), context.Background()
	e := &echo{}
	d.WordBy(e)
	plain, worded, back := d.set(t, training.Paper{}), d.set(t, training.Paper{Limit: 3 * time.Minute, Worded: true}), d.set(t, training.Paper{})
	if plain.Limit != 10*time.Minute {
		t.Errorf("a level 3 lasts %v", plain.Limit)
	}
	if err := d.WithdrawPaper(ctx, trainee("lin"), back.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("the examinee took it back: %v", err)
	}
	if err := d.WithdrawPaper(ctx, advisor(), back.ID); err != nil {
		t.Fatal(err)
	}
	for _, paper := range []training.Paper{plain, worded} {
		v, err := d.BeginPaper(ctx, trainee("lin"), paper.ID)
		if err != nil {
			t.Fatal(err)
		}
		if p := v.Practice; !p.Exam() || p.Paper != paper.ID || p.Limit != paper.Limit || p.Seed != 99 || p.Worded != paper.Worded {
			t.Errorf("the call is %+v", p)
		}
		before := e.asked
		v = d.say(t, v.Practice.ID, "您好，请问有什么可以帮您？")
		if asked := e.asked > before; asked != paper.Worded {
			t.Errorf("a model was asked: %v, the paper says %v", asked, paper.Worded)
		}
		if len(v.Notes) != 0 {
			t.Error("an examinee gets notes")
		}
	}
	for name, c := range map[string]struct {
		who   string
		paper id.Paper
		want  fault.Kind
	}{
		"taken already": {"lin", plain.ID, fault.Conflict}, "taken back": {"lin", back.ID, fault.Conflict},
		"somebody else's": {"zhao", worded.ID, fault.NotFound}, "none": {"lin", "nothing", fault.NotFound},
	} {
		if _, err := d.BeginPaper(ctx, trainee(c.who), c.paper); !fault.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	hers, err := d.PapersFor(ctx, trainee("lin"))
	if err != nil || len(hers) != 3 || hers[0].Waiting() || hers[1].Practice == "" {
		t.Errorf("her papers: %+v, %v", hers, err)
	}
	if set, err := d.PapersBy(ctx, advisor()); err != nil || len(set) != 3 {
		t.Errorf("the advisor's papers: %+v, %v", set, err)
	}
}

func TestWhoMaySetAPaper(t *testing.T) {
	d, ctx := examined(t), context.Background()
	class, strangers := staff.Subject{Owner: "lin", Teams: []id.Team{"one"}}, staff.Subject{Owner: "zhao", Teams: []id.Team{"two"}}
	for name, c := range map[string]struct {
		who     staff.Actor
		subject staff.Subject
		paper   training.Paper
		want    fault.Kind
	}{
		"a trainee, herself":               {trainee("lin"), class, training.Paper{Scenario: broadband}, fault.Denied},
		"an advisor, a stranger":           {advisor(), strangers, training.Paper{Scenario: broadband}, fault.Denied},
		"no such scenario":                 {advisor(), class, training.Paper{Scenario: "zh-no"}, fault.NotFound},
		"a day":                            {advisor(), class, training.Paper{Scenario: broadband, Limit: 24 * time.Hour}, fault.Invalid},
		"a second":                         {advisor(), class, training.Paper{Scenario: broadband, Limit: time.Second}, fault.Invalid},
		"a model's words, without a model": {advisor(), class, training.Paper{Scenario: broadband, Worded: true}, fault.Invalid},
	} {
		if _, err := d.SetPaper(ctx, c.who, c.subject, c.paper); !fault.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// TestAPaperOutlivesTheModel: it was set with a model that is not configured any
// more, and its call does not claim one.
func TestAPaperOutlivesTheModel(t *testing.T) {
	d := examined(t)
	d.WordBy(&echo{})
	paper := d.set(t, training.Paper{Worded: true})
	d.restart(t)
	v, err := d.BeginPaper(context.Background(), trainee("lin"), paper.ID)
	if err != nil || v.Practice.Worded {
		t.Errorf("the call says worded: %v (%v)", v.Practice.Worded, err)
	}
}

func TestLimitsAreData(t *testing.T) {
	for name, text := range map[string]string{
		"a level is missing": "minutes: {1: 5}",
		"too long":           "minutes: {1: 5, 2: 5, 3: 5, 4: 5, 5: 500}",
		"an unknown word":    "hours: {1: 5}",
	} {
		if _, err := training.LoadLimits(fstest.MapFS{"exams.yaml": &fstest.MapFile{Data: []byte(text)}}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want invalid", name, err)
		}
	}
	if _, err := training.LoadLimits(fstest.MapFS{}); !fault.Is(err, fault.NotFound) {
		t.Errorf("no file: %v, want not found", err)
	}
}

func TestACallIsListedWithItsRetakes(t *testing.T) {
	d, ctx := newDesk(t), context.Background()
	first := spoiled(t, d, training.NotesAfter)
	again, err := d.Retake(ctx, trainee("lin"), first.Practice.ID, line(first, 3))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := d.RetakesOf(ctx, first.Practice); err != nil || len(got) != 1 || got[0].ID != again.Practice.ID {
		t.Errorf("retakes %v, %v", got, err)
	}
}
