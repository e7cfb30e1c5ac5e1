package main

import (
	"context"
	"slices"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/training"
)

// TestARetakeIsScoredAndEntersNoArchive: its first half has its marks already.
func TestARetakeIsScoredAndEntersNoArchive(t *testing.T) {
	ctx := context.Background()
	h := openTestHouse(t, t.TempDir())
	if _, err := h.fillDemo(ctx); err != nil {
		t.Fatal(err)
	}
	if err := h.Start(ctx); err != nil {
		t.Fatal(err)
	}
	lin := signIn(t, h, "lin")
	scored := func(v training.View) {
		waitFor(t, "the result", func() bool {
			now, err := h.calls.View(ctx, lin, v.Practice.ID)
			return err == nil && now.Practice.State == training.Scored
		})
	}
	entered := func(c id.Conversation) bool {
		all, err := h.archive.Archive(ctx, lin, lin.Person)
		return err == nil && slices.ContainsFunc(all, func(e skill.Entry) bool { return e.Source.Conversation == c })
	}
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
	scored(v)
	waitFor(t, "the entry of the first call", func() bool { return entered(v.Practice.Conversation) })
	again, err := h.calls.Retake(ctx, lin, v.Practice.ID, 2)
	if err != nil {
		t.Fatal(err)
	}
	if again, err = h.calls.Say(ctx, lin, again.Practice.ID, "断网这几天一定很着急，我来帮您。请问光猫上亮的是什么灯？"); err != nil {
		t.Fatal(err)
	}
	if again, err = h.calls.HangUp(ctx, lin, again.Practice.ID); err != nil {
		t.Fatal(err)
	}
	scored(again)
	// An event that comes later has been through the same steps by then.
	third, err := h.calls.Begin(ctx, lin, "zh-broadband-down", training.NotesAfter, 8)
	if err != nil {
		t.Fatal(err)
	}
	if third, err = h.calls.HangUp(ctx, lin, third.Practice.ID); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the entry of the third call", func() bool { return entered(third.Practice.Conversation) })
	if entered(again.Practice.Conversation) {
		t.Error("the retake is in the archive")
	}
}
