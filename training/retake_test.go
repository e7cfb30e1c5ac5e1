package training_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/training"
)

// spoiled is a finished call in which the third line ruins it.
func spoiled(t *testing.T, d *desk, notes training.Notes) training.View {
	t.Helper()
	v := d.begin(t, notes)
	for _, text := range []string{"您好，请问有什么可以帮您？", "很抱歉，影响您上班了，我马上为您查。", "你这人怎么这么烦，听不懂人话吗？"} {
		v = d.say(t, v.Practice.ID, text)
	}
	if v.Practice.State == training.Talking {
		t.Fatal("he bears an insult")
	}
	return v
}

// line returns the number of the n-th line of the agent, from 1.
func line(v training.View, n int) int {
	for _, l := range v.Lines {
		if l.Role == "agent" {
			if n--; n == 0 {
				return l.Seq
			}
		}
	}
	return -1
}

// TestACallIsTakenAgainFromALine: up to it everything is as it was, also what
// a model worded; from it on the call goes another way, and both stay.
func TestACallIsTakenAgainFromALine(t *testing.T) {
	d, ctx := newDesk(t), context.Background()
	d.WordBy(&echo{})
	first := spoiled(t, d, training.NotesAfter)
	from := line(first, 3)
	again, err := d.Retake(ctx, trainee("lin"), first.Practice.ID, from)
	if err != nil {
		t.Fatal(err)
	}
	if p := again.Practice; p.ID == first.Practice.ID || p.Retakes != first.Practice.ID || p.From != from || p.State != training.Talking || p.Seed != first.Practice.Seed {
		t.Errorf("the retake is %+v", p)
	}
	if diff := cmp.Diff(first.Lines[:from], again.Lines); diff != "" {
		t.Error("the lines before (-first +again)", diff)
	}
	d.restart(t)
	d.clock.Add(time.Second)
	again = d.say(t, again.Practice.ID, "断网这几天一定很着急，换成我也一样。请问光猫上现在亮的是什么灯？")
	if again, err = d.HangUp(ctx, trainee("lin"), again.Practice.ID); err != nil {
		t.Fatal(err)
	}
	if got := again.Lines[from].Delay; got < 9_000 || got > 120_000 {
		t.Errorf("she took %d ms to answer", got)
	}
	if a, b := first.Moods[len(first.Moods)-1].Mood, again.Moods[len(again.Moods)-1].Mood; a.Irritation <= b.Irritation {
		t.Errorf("the insult irritated him to %d, kindness to %d", a.Irritation, b.Irritation)
	}
	_, conv, err := d.Record(ctx, again.Practice.ID)
	if err != nil || string(conv.Fields[training.FieldRetakes]) != `"`+string(first.Practice.ID)+`"` {
		t.Errorf("the conversation says %s of what it retakes, %v", conv.Fields[training.FieldRetakes], err)
	}
	if v, err := d.View(ctx, trainee("lin"), first.Practice.ID); err != nil || len(v.Lines) != len(first.Lines) {
		t.Errorf("the first call changed: %v, %v", v.Lines, err)
	}
	if _, err := d.Retake(ctx, trainee("lin"), again.Practice.ID, from); err != nil {
		t.Errorf("a retake taken again: %v", err)
	}
}

func TestARetakeFromTheFirstLineIsTheSameCustomer(t *testing.T) {
	d := newDesk(t)
	first := spoiled(t, d, training.NotesAfter)
	again, err := d.Retake(context.Background(), trainee("lin"), first.Practice.ID, 0)
	if err != nil || len(again.Lines) != 0 {
		t.Fatalf("%v, %v", again.Lines, err)
	}
	again = d.say(t, again.Practice.ID, first.Lines[0].Text)
	if again.Lines[1].Text != first.Lines[1].Text {
		t.Errorf("he says %q, said %q", again.Lines[1].Text, first.Lines[1].Text)
	}
}

func TestWhatCannotBeTakenAgain(t *testing.T) {
	d, ctx := newDesk(t), context.Background()
	exam, done, talking := spoiled(t, d, training.NotesOff), spoiled(t, d, training.NotesAfter), d.begin(t, training.NotesAfter)
	for name, c := range map[string]struct {
		who  string
		call id.Practice
		seq  int
		want fault.Kind
	}{
		"an examination":    {"lin", exam.Practice.ID, 0, fault.Denied},
		"one that goes on":  {"lin", talking.Practice.ID, 0, fault.Conflict},
		"a customer's line": {"lin", done.Practice.ID, 1, fault.Invalid},
		"beyond the end":    {"lin", done.Practice.ID, 99, fault.Invalid},
		"before the first":  {"lin", done.Practice.ID, -1, fault.Invalid},
		"somebody else's":   {"wang", done.Practice.ID, 0, fault.NotFound},
		"none":              {"lin", "nothing", 0, fault.NotFound},
	} {
		if _, err := d.Retake(ctx, trainee(c.who), c.call, c.seq); !fault.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}
