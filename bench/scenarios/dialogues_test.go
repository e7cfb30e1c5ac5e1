package scenarios_test

import (
	"flag"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/scenario/scenariotest"
)

var dialogues = flag.Int("dialogues", 20, "how many random agents each customer meets; the full campaign is 10000")

// TestRandomAgents is the campaign behind the property test of scenario: so
// many random dialogues with each customer.
//
//	go test ./bench/scenarios -run TestRandomAgents -timeout 0 -args -dialogues 10000
func TestRandomAgents(t *testing.T) {
	j := newJudge(t)
	for _, sc := range load(t) {
		if *only != "" && *only != string(sc.ID) {
			continue
		}
		lines, err := scenariotest.ReadLines(os.DirFS("../../content"), sc.Lang)
		if err != nil {
			t.Fatal(err)
		}
		var next, failed atomic.Int64
		var all sync.WaitGroup
		for range runtime.GOMAXPROCS(0) {
			all.Go(func() {
				for n := next.Add(1); n <= int64(*dialogues) && failed.Load() < 3; n = next.Add(1) {
					if err := scenariotest.Dialogue(sc, lines, uint64(n), j.engine.Acts); err != nil {
						failed.Add(1)
						t.Errorf("%s, dialogue %d: %v", sc.ID, n, err)
					}
				}
			})
		}
		all.Wait()
		if *dialogues > 1000 {
			t.Logf("%s: %d dialogues", sc.ID, *dialogues)
		}
	}
}

var calls = flag.Int("calls", 1000, "how many calls are held at once")

// TestManyCallsAtOnce holds a thousand calls in one process, each in the middle
// of its talk, and tells what a turn and a call cost.
//
//	go test ./bench/scenarios -run TestManyCallsAtOnce -v -args -calls 1000
func TestManyCallsAtOnce(t *testing.T) {
	j := newJudge(t)
	all := load(t)
	before := heap()
	held := make([]*scenario.Call, *calls)
	for i := range held {
		held[i] = scenario.Start(all[i%len(all)], uint64(i), j.engine.Acts)
		held[i].Opening()
	}
	lines := map[conversation.Lang][]string{
		conversation.Chinese: {"您好，请问有什么可以帮您？", "我明白了，给您添麻烦了，真的很抱歉。", "请问具体是什么情况？", "请您稍等，我马上为您查。"},
		conversation.English: {"Good morning, how can I help?", "I'm very sorry about that.", "What exactly happened?", "One moment, please, let me look into it."},
	}
	turns, slowest := 0, time.Duration(0)
	cpu, start := cpuTime(t), time.Now()
	for n := range 4 {
		for i, c := range held {
			from := time.Now()
			if r := c.Say(lines[all[i%len(all)].Lang][n], 2*time.Second); r.Text != "" {
				turns++
			}
			slowest = max(slowest, time.Since(from))
		}
	}
	spent, wall := cpuTime(t)-cpu, time.Since(start)
	per := spent / time.Duration(turns)
	t.Logf("%d calls at once: %d turns in %v, %v of CPU a turn, the slowest took %v; %d KiB a call", len(held), turns, wall, per, slowest, (heap()-before)/int64(len(held))>>10)
	if per > time.Millisecond {
		t.Errorf("a turn costs %v of CPU", per)
	}
	runtime.KeepAlive([]any{held, all, j})
}

func heap() int64 {
	runtime.GC()
	runtime.GC() // also what finalizers and pools held
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// cpuTime is what this process has used of all processors.
func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Skip(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func load(t testing.TB) []*scenario.Scenario {
	t.Helper()
	all, err := scenario.Load(os.DirFS("../../content"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}
