// Package speed measures the way of a conversation from a JSON line to a
// result, stage by stage, beside contenders that do a part of it.
//
//	go run ./bench/speed/run                      stages alone
//	cd bench/hyperscan && go run .                with Hyperscan beside them (cgo)
//
// All contenders take turns in one run, round by round, so that a busy machine
// slows all of them alike; times are processor time of this process. Compare
// figures of one run, not across machines.
package speed

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
)

// A Contender does its work on conversation i of the load.
type Contender struct {
	Name string
	Do   func(i int)
}

// Main runs the bench as a command. more adds contenders to the stages; with
// base, times are also shown as multiples of the contender of that name.
func Main(base string, more func(*Load) ([]Contender, error)) {
	if err := run(base, more); err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(1)
	}
}

func run(base string, more func(*Load) ([]Contender, error)) (err error) {
	content := flag.String("content", "content", "the content folder")
	card := flag.String("scorecard", "general", "id of the scorecard")
	n := flag.Int("n", 1000, "conversations")
	turns := flag.Int("turns", 60, "turns of each")
	seed := flag.Uint64("seed", 1, "seed of the corpus")
	rounds := flag.Int("rounds", 7, "rounds")
	only := flag.String("only", "", "measure these contenders alone, by name with commas")
	profile := flag.String("cpuprofile", "", "write a profile of the rounds to this file")
	write := flag.String("write", "", "write the corpus to this file and end")
	flag.Parse()

	l, err := Open(os.DirFS(*content), id.Scorecard(*card), *seed, *n, *turns)
	if err != nil {
		return err
	}
	if *write != "" {
		return writeLines(*write, l.Lines)
	}
	contenders := Stages(l)
	if more != nil {
		added, err := more(l)
		if err != nil {
			return err
		}
		contenders = append(contenders, added...)
	}
	if *only != "" {
		contenders = slices.DeleteFunc(contenders, func(c Contender) bool { return !slices.Contains(strings.Split(*only, ","), c.Name) })
	}
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer func() {
			pprof.StopCPUProfile()
			err = errors.Join(err, f.Close())
		}()
	}
	return report(os.Stdout, l, Measure(contenders, *n, *rounds), base)
}

func writeLines(name string, lines [][]byte) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	for _, line := range lines {
		if _, err := f.Write(append(line, '\n')); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return f.Close()
}

// Stages are the steps of the whole chain, and the chain itself.
func Stages(l *Load) []Contender {
	v := score.Versions{Engine: language.EngineVersion, Lexicon: l.Hear.Version()}
	rules, chain := score.NewScorer(l.Catalogue), l.Judge.Scorer()
	results := make([]score.Result, len(l.Conversations))
	for i := range results {
		results[i] = rules.Score(l.Card, &l.Conversations[i], l.Findings[i], v).Clone()
	}
	var line []byte
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	return []Contender{
		{"decode", func(i int) { _, err := conversation.DecodeJSONL(l.Lines[i]); must(err) }},
		{"acts", func(i int) { l.Hear.Conversation(l.Conversations[i]) }},
		{"rules", func(i int) { rules.Score(l.Card, &l.Conversations[i], l.Findings[i], v) }},
		{"write", func(i int) { line = results[i].AppendJSON(line[:0]) }},
		{"chain", func(i int) {
			c, err := conversation.DecodeJSONL(l.Lines[i])
			must(err)
			line = chain.Score(l.Card, c).AppendJSON(line[:0])
		}},
		{"live", func(i int) { // the last of the turns alone, as it comes in on one of many calls
			c := &l.Conversations[i]
			l.hear(c, len(c.Turns)-1-i%2)
		}},
		{"push", func(i int) { // all turns one by one, as they come in on one call
			c := &l.Conversations[i]
			for at := range c.Turns {
				l.hear(c, at)
			}
		}},
	}
}

// hear hears one turn with those before it.
func (l *Load) hear(c *conversation.Conversation, at int) []analysis.Finding {
	return l.Hear.Acts(analysis.Utterance{Lang: c.Lang, Channel: c.Channel, Direction: c.Direction, Role: c.Turns[at].Role,
		Context: c.Turns[:at], Text: c.Turns[at].Text})
}

// Figure is what was measured of one contender, for one conversation.
type Figure struct {
	Name   string
	Times  []time.Duration // by round
	Allocs float64         // of the last round
}

// Median is the middle of the rounds.
func (f Figure) Median() time.Duration {
	t := slices.Sorted(slices.Values(f.Times))
	return t[len(t)/2]
}

// Measure lets the contenders take turns, round by round, on n conversations.
func Measure(contenders []Contender, n, rounds int) []Figure {
	out := make([]Figure, len(contenders))
	for round := range rounds + 1 { // the first warms up
		for k, c := range contenders {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := CPU()
			for i := range n {
				c.Do(i)
			}
			took := CPU() - start
			runtime.ReadMemStats(&after)
			out[k].Name, out[k].Allocs = c.Name, float64(after.Mallocs-before.Mallocs)/float64(n)
			if round > 0 {
				out[k].Times = append(out[k].Times, took/time.Duration(n))
			}
		}
	}
	return out
}

func report(w io.Writer, l *Load, figures []Figure, base string) error {
	bytes := 0
	for _, line := range l.Lines {
		bytes += len(line)
	}
	fmt.Fprintf(w, "%d conversations, %d bytes of JSON each; %s, %s\n", len(l.Lines), bytes/len(l.Lines), runtime.Version(), runtime.GOARCH)
	var unit time.Duration
	for _, f := range figures {
		if f.Name == base {
			unit = f.Median()
		}
	}
	t := tabwriter.NewWriter(w, 2, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "contender\tµs\tbest\tallocations\t× "+base+"\t\n")
	for _, f := range figures {
		ratio := "-"
		if unit > 0 {
			ratio = fmt.Sprintf("%.2f", float64(f.Median())/float64(unit))
		}
		fmt.Fprintf(t, "%s\t%.1f\t%.1f\t%.1f\t%s\t\n", f.Name, micros(f.Median()), micros(slices.Min(f.Times)), f.Allocs, ratio)
	}
	return t.Flush()
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
