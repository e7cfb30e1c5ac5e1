package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/internal/config"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
)

func openTestHouse(t *testing.T, dir string) *house {
	t.Helper()
	h, err := openHouse(context.Background(), dir, config.Default(), slog.New(slog.NewTextHandler(io.Discard, nil)), toServe)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// signIn returns a demo person as an actor.
func signIn(t *testing.T, h *house, name string) staff.Actor {
	t.Helper()
	in, err := h.people.SignIn(context.Background(), name, demoPassword, staff.Origin{Address: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	return in.Actor
}

// waitFor asks again and again until done says so.
func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline, tick := time.After(30*time.Second), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%s did not come", what)
		}
	}
}

// TestFormsCanBeReadOut: an exam's form has a number that fits the scenario's bench.
func TestFormsCanBeReadOut(t *testing.T) {
	ctx := context.Background()
	h := openTestHouse(t, t.TempDir())
	if _, err := h.fillDemo(ctx); err != nil {
		t.Fatal(err)
	}
	lin := signIn(t, h, "lin")
	for range 5 {
		v, err := h.calls.Begin(ctx, lin, "zh-broadband-down", training.NotesOff, 0)
		if err != nil || v.Practice.Seed > 99_999 {
			t.Fatalf("form %d (%v)", v.Practice.Seed, err)
		}
	}
}

func TestAPracticeCallEndsAsAMarkInTheArchive(t *testing.T) {
	ctx := context.Background()
	h := openTestHouse(t, t.TempDir())
	if _, err := h.fillDemo(ctx); err != nil {
		t.Fatal(err)
	}
	if err := h.Start(ctx); err != nil {
		t.Fatal(err)
	}
	lin := signIn(t, h, "lin")
	news, err := h.bus.Live().Subscribe("person." + string(lin.Person))
	if err != nil {
		t.Fatal(err)
	}
	defer news.Close()

	v, err := h.calls.Begin(ctx, lin, "zh-broadband-down", training.NotesAfter, 7)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"您好，工号1023为您服务，请问有什么可以帮您？", "断网这么久，确实太影响您上班了，我马上为您查。"} {
		if v, err = h.calls.Say(ctx, lin, v.Practice.ID, line); err != nil {
			t.Fatal(err)
		}
	}
	if v, err = h.calls.HangUp(ctx, lin, v.Practice.ID); err != nil {
		t.Fatal(err)
	}
	for told, late := false, time.After(30*time.Second); !told; {
		select {
		case n := <-news.C:
			told = n.Topic == "result" && n.Key == string(v.Practice.Conversation)
		case <-late:
			t.Fatal("the page was never told")
		}
	}
	var entries []skill.Entry
	waitFor(t, "the archive entry", func() bool {
		entries, err = h.archive.Archive(ctx, lin, lin.Person)
		return err == nil && slices.ContainsFunc(entries, func(e skill.Entry) bool { return e.Source.Conversation == v.Practice.Conversation })
	})
	if e := entries[slices.IndexFunc(entries, func(e skill.Entry) bool { return e.Source.Conversation == v.Practice.Conversation })]; e.Kind != skill.Marked || len(e.Marks) == 0 || e.Source.Conversation != v.Practice.Conversation {
		t.Errorf("the entry is %+v", e)
	}
	recs, err := h.results.Of(ctx, v.Practice.Conversation)
	if err != nil || len(recs) != 1 {
		t.Fatalf("%d results, %v", len(recs), err)
	}
	var res score.Result
	if err := json.Unmarshal(recs[0].Result, &res); err != nil || res.Scorecard != id.Scorecard("complaint") || len(res.Items) == 0 {
		t.Errorf("the result is %+v, %v", res, err)
	}
	report, err := h.archive.Verify(ctx, staff.Machine(staff.ArchiveVerify))
	if err != nil || !report.Whole() {
		t.Errorf("the archive does not verify: %+v, %v", report, err)
	}
}
