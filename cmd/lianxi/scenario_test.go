package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/training"
	"github.com/lianxi-cc/lianxi/training/trainingdb"
)

// TestCommandsPlayWhatTheCentreReleased: with --data the scenario in force is
// listed and played, with the scripts that stand beside it.
func TestCommandsPlayWhatTheCentreReleased(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	h := openTestHouse(t, dir)
	const sid id.Scenario = "zh-fund-value"
	base, err := h.scenarios.Version(ctx, sid, 1)
	if err != nil {
		t.Fatal(err)
	}
	texts := base.Texts
	texts.Scenario = strings.Replace(texts.Scenario, "title: ", "title: 本中心的", 1)
	texts.Agents = map[string]string{"expert": "您好，这里是本中心，请问有什么可以帮您？\n"}
	v, err := h.scenarios.Save(ctx, "ann", base, texts, "")
	if err == nil {
		err = h.scenarios.Release(ctx, "eva", sid, v.Number, "")
	}
	if err == nil {
		err = h.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	code, out, wrong := lianxi(t, "", "--data", dir, "scenario", "list")
	if code != 0 || !strings.Contains(out, "本中心的") || strings.Contains(out, `"builtin:zh-fund-value/rude"`) || !strings.Contains(out, `"builtin:zh-care-repair/rude"`) {
		t.Errorf("list: %d, %s%s", code, out, wrong)
	}
	code, out, wrong = lianxi(t, "", "--data", dir, "play", string(sid), "--agent", "builtin:zh-fund-value/expert")
	if code != 0 || !strings.Contains(out, "这里是本中心") {
		t.Errorf("play: %d, %s%s", code, out, wrong)
	}
	if code, out, _ = lianxi(t, "", "scenario", "list"); code != 0 || strings.Contains(out, "本中心的") {
		t.Error("the built-in pack has the centre's scenario")
	}
}

// TestTheBellEndsAnExamThatRanOutWhileTheHouseWasClosed: it is scored as it stands.
func TestTheBellEndsAnExamThatRanOutWhileTheHouseWasClosed(t *testing.T) {
	ctx := context.Background()
	h := openTestHouse(t, t.TempDir())
	if _, err := h.fillDemo(ctx); err != nil {
		t.Fatal(err)
	}
	lin := signIn(t, h, "lin")
	p := training.Practice{ID: id.Make[id.Practice](h.ids), Person: lin.Person, Scenario: "zh-fund-value", Seed: 3, Notes: training.NotesOff, State: training.Talking,
		Started: time.Now().Add(-time.Hour).UTC().Truncate(time.Microsecond), Conversation: id.Make[id.Conversation](h.ids), Limit: 6 * time.Minute}
	store := trainingdb.New(h.db, h.ids)
	if err := store.BeginPractice(ctx, p, nil); err != nil {
		t.Fatal(err)
	}
	if err := h.Start(ctx); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the result", func() bool {
		now, _, err := store.Practice(ctx, p.ID) // nobody looks at the call
		return err == nil && now.State == training.Scored && now.EndedBy == conversation.System && now.Ended.Equal(p.Started.Add(p.Limit))
	})
}
