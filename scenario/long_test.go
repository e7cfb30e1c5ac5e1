package scenario_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/lianxi-cc/lianxi/scenario"
)

// patient returns a customer who never runs out of words or patience: no turn
// costs him anything.
func patient(t testing.TB) *scenario.Scenario {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, file := range []string{"scenarios/mood.yaml", "scenarios/en/common.yaml"} {
		text, err := os.ReadFile("../content/" + file)
		if err != nil {
			t.Fatal(err)
		}
		free := regexp.MustCompile(`(?m)^  (turn|stalled|stuck): .*$`).ReplaceAll(text, []byte("  $1: {}"))
		fsys[file] = &fstest.MapFile{Data: free}
	}
	var many []string
	for i := range 600 {
		many = append(many, fmt.Sprintf("%q", fmt.Sprintf("So what about matter %d, then?", i)))
	}
	text := strings.Replace(small, "verification:", "lines:\n  push-back: {any: ["+strings.Join(many, ", ")+"]}\nverification:", 1)
	sc, err := scenario.Parse(fsys, "en-small.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

// turns plays n agent turns that lead nowhere, numbered from from, and
// returns how many were answered.
func turns(c *scenario.Call, from, n int) int {
	for i := from; i < from+n; i++ {
		line := fmt.Sprintf("I see, that is number %d on my list of things.", 1000+i)
		if i == 0 {
			line = "Good morning, how can I help you?"
		}
		if r := c.Say(line, 2*time.Second); r.Ended {
			return i - from + 1
		}
	}
	return n
}

// TestTwoHundredTurns: a long call stays fast, and its last turns take no
// more memory than its first.
func TestTwoHundredTurns(t *testing.T) {
	sc := patient(t)
	c := scenario.Start(sc, 1, keywords)
	from := 0
	twenty := func() { from += turns(c, from, 20) }
	twenty() // AllocsPerRun runs once to warm up
	early := testing.AllocsPerRun(1, twenty)
	from += turns(c, from, 100)
	late := testing.AllocsPerRun(1, twenty)
	if n := len(c.Conversation().Turns) / 2; n != 200 {
		t.Fatalf("the call has %d turns:\n%s", n, transcript(c))
	}
	if late > early*5/4 {
		t.Errorf("20 turns allocate %.0f times late in the call, %.0f early", late, early)
	}
}

func BenchmarkTurn(b *testing.B) {
	sc := patient(b)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		c := scenario.Start(sc, 1, keywords)
		b.StartTimer()
		if n := turns(c, 0, 200); n < 200 {
			b.Fatalf("ended after %d turns", n)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*200), "µs/turn")
}

// BenchmarkExpert plays whole calls of the pack with the language engine.
func BenchmarkExpert(b *testing.B) {
	hear := engine(b)
	sc := find(b, "zh-broadband-down")
	script := agent(b, sc, "expert")
	n := 0
	for b.Loop() {
		n += len(scenario.Play(sc, 3, script, hear, nil).Conversation().Turns) / 2
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n), "µs/turn")
}
