package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/config"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
)

// killedEnv names the data folder to the process that is to be killed.
const killedEnv = "LIANXI_TEST_KILLED"

func TestMain(m *testing.M) {
	if dir := os.Getenv(killedEnv); dir != "" {
		if err := practiseUntilKilled(dir, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// practiseUntilKilled takes calls, four at once, and says on out what was
// acknowledged: "line PRACTICE SEQ" and "over PRACTICE".
func practiseUntilKilled(dir string, out io.Writer) error {
	ctx := context.Background()
	h, err := openHouse(ctx, dir, config.Default(), slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), toServe)
	if err != nil {
		return err
	}
	if err := h.Start(ctx); err != nil {
		return err
	}
	in, err := h.people.SignIn(ctx, "lin", demoPassword, staff.Origin{Address: "127.0.0.1"})
	if err != nil {
		return err
	}
	var mu sync.Mutex
	say := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(out, format+"\n", args...)
	}
	say("ready")
	errs := make(chan error)
	for range 4 {
		go func() {
			for {
				if err := practiseOnce(ctx, h, in.Actor, say); err != nil {
					errs <- err
					return
				}
			}
		}()
	}
	return <-errs
}

func practiseOnce(ctx context.Context, h *house, a staff.Actor, say func(string, ...any)) error {
	v, err := h.calls.Begin(ctx, a, "zh-fund-value", training.NotesOff, rand.Uint64())
	if err != nil {
		return err
	}
	for _, text := range []string{"您好，请问有什么可以帮您？", "好的，请您稍等，我查一下。", "让您久等了。"} {
		if v, err = h.calls.Say(ctx, a, v.Practice.ID, text); err != nil {
			return err
		}
		say("line %s %d", v.Practice.ID, len(v.Lines)-1)
		if v.Practice.State != training.Talking {
			say("over %s", v.Practice.ID)
			return nil
		}
	}
	if v, err = h.calls.HangUp(ctx, a, v.Practice.ID); err != nil {
		return err
	}
	say("over %s", v.Practice.ID)
	return nil
}

// acknowledged is what the killed processes were told is safe.
type acknowledged struct {
	lines map[id.Practice]int // the last line's number
	over  map[id.Practice]bool
}

func TestKilledAnywhereNothingIsLostAndNothingComesTwice(t *testing.T) {
	kills := 5
	if os.Getenv("LIANXI_LONG") != "" {
		kills = 100
	}
	dir := filepath.Join(t.TempDir(), "centre")
	fillAndClose(t, dir)
	acks := acknowledged{lines: map[id.Practice]int{}, over: map[id.Practice]bool{}}
	rng := rand.New(rand.NewPCG(1, 2))
	for n := range kills {
		// From the first moment of the start to well into the work.
		killAfter(t, dir, rng.IntN(60), &acks)
		if t.Failed() {
			t.Fatalf("after %d kills", n)
		}
	}
	t.Logf("%d kills, %d calls begun, %d finished", kills, len(acks.lines), len(acks.over))
	if len(acks.over) < kills/2 {
		t.Errorf("only %d calls were finished in %d lives: the test proves little", len(acks.over), kills)
	}
	checkKept(t, dir, acks)
}

func fillAndClose(t *testing.T, dir string) {
	t.Helper()
	h, err := openHouse(context.Background(), dir, config.Default(), slog.New(slog.DiscardHandler), toServe)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.fillDemo(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
}

// killAfter starts a process on dir, reads so many of its acknowledgements
// and ends it as a power cut would.
func killAfter(t *testing.T, dir string, acks int, all *acknowledged) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), killedEnv+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for n := 0; n <= acks && lines.Scan(); n++ {
		all.note(lines.Text())
	}
	_ = cmd.Process.Kill() // it may have ended by itself; then Wait says why
	for lines.Scan() {
		all.note(lines.Text()) // what was said before the end counts
	}
	if err := cmd.Wait(); err != nil && !strings.Contains(err.Error(), "killed") {
		t.Errorf("the process ended by itself: %v", err)
	}
}

func (a *acknowledged) note(line string) {
	f := strings.Fields(line)
	switch {
	case len(f) == 3 && f[0] == "line":
		n := 0
		if _, err := fmt.Sscan(f[2], &n); err == nil {
			a.lines[id.Practice(f[1])] = max(n, a.lines[id.Practice(f[1])])
		}
	case len(f) == 2 && f[0] == "over":
		a.over[id.Practice(f[1])] = true
	}
}

func checkKept(t *testing.T, dir string, acks acknowledged) {
	t.Helper()
	ctx := context.Background()
	h := openTestHouse(t, dir)
	if err := h.Start(ctx); err != nil {
		t.Fatal(err)
	}
	lin := signIn(t, h, "lin")
	for pid, last := range acks.lines {
		v, err := h.calls.View(ctx, lin, pid)
		if err != nil || len(v.Lines) <= last {
			t.Errorf("%s: %d lines are there, line %d was acknowledged (%v)", pid, len(v.Lines), last, err)
		}
	}
	var entries []skill.Entry
	waitFor(t, "the last mark", func() bool {
		var err error
		entries, err = h.archive.Archive(ctx, lin, lin.Person)
		return err == nil && marked(ctx, h, entries, lin, acks.over)
	})
	seen := map[id.Conversation]int{}
	for _, e := range entries {
		if e.Kind == skill.Marked {
			seen[e.Source.Conversation]++
		}
	}
	for c, n := range seen {
		recs, err := h.results.Of(ctx, c)
		if n != 1 || err != nil || len(recs) != 1 {
			t.Errorf("conversation %s has %d marks and %d results (%v), want one each", c, n, len(recs), err)
		}
	}
	if report, err := h.archive.Verify(ctx, staff.Machine(staff.ArchiveVerify)); err != nil || !report.Whole() {
		t.Errorf("the archive does not verify: %+v, %v", report, err)
	}
	if dead, err := h.bus.Dead(ctx, 10); err != nil || len(dead) > 0 {
		t.Errorf("events were given up: %+v, %v", dead, err)
	}
}

// marked reports whether every finished call has its mark.
func marked(ctx context.Context, h *house, entries []skill.Entry, a staff.Actor, over map[id.Practice]bool) bool {
	have := map[id.Conversation]bool{}
	for _, e := range entries {
		have[e.Source.Conversation] = true
	}
	for pid := range over {
		v, err := h.calls.View(ctx, a, pid)
		if err != nil || !have[v.Practice.Conversation] {
			return false
		}
	}
	return true
}
