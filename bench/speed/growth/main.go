// Command growth measures how cost grows: with the wordings of a lexicon, the
// rules of a card, the turns of a conversation, and the number of
// conversations that pass through the program.
//
//	go run ./bench/speed/growth wordings rules turns jobs
//	go build -o /tmp/lianxi ./cmd/lianxi && go run ./bench/speed/growth -program /tmp/lianxi stream
//
// Times are processor time, of which only the ratios within one run mean
// anything. stream starts the program itself, feeds it conversations and
// prints the most memory it ever held.
package main

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/bench/speed"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "growth:", err)
		os.Exit(1)
	}
}

// bench is what the measurements share.
type bench struct {
	content fs.FS
	load    *speed.Load
	out     *tabwriter.Writer
	program string
	most    int
	rounds  int
}

func run() error {
	content := flag.String("content", "content", "the content folder")
	n := flag.Int("n", 200, "conversations of a measurement in this process")
	rounds := flag.Int("rounds", 5, "rounds")
	program := flag.String("program", "", "stream: the program to start")
	most := flag.Int("most", 1_000_000, "stream: the most conversations")
	turns := flag.Int("turns", 60, "turns of a conversation")
	flag.Parse()
	files := os.DirFS(*content)
	load, err := speed.Open(files, "general", 1, *n, *turns)
	if err != nil {
		return err
	}
	b := &bench{content: files, load: load, out: tabwriter.NewWriter(os.Stdout, 2, 0, 2, ' ', tabwriter.AlignRight), program: *program, most: *most, rounds: *rounds}
	all := map[string]func() error{"wordings": b.wordings, "rules": b.rules, "turns": b.turns, "jobs": b.jobs, "stream": b.stream}
	for _, what := range flag.Args() {
		measure, ok := all[what]
		if !ok {
			return fmt.Errorf("nothing grows with %q", what)
		}
		if err := measure(); err != nil {
			return err
		}
		if err := b.out.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// compare prints the contenders beside the first.
func (b *bench) compare(per string, units []int, contenders []speed.Contender) {
	figures := speed.Measure(contenders, len(b.load.Conversations), b.rounds)
	fmt.Fprintf(b.out, "contender\tµs a %s\tallocations\t× the first\t\n", per)
	first := 0.0
	for i, f := range figures {
		t := float64(f.Median()) / float64(time.Microsecond) / float64(units[i])
		if i == 0 {
			first = t
		}
		fmt.Fprintf(b.out, "%s\t%.1f\t%.1f\t%.2f\t\n", f.Name, t, f.Allocs, t/first)
	}
}

// wordings hears by lexicons of different sizes, without the statistical part.
func (b *bench) wordings() error {
	var contenders []speed.Contender
	var units []int
	for _, n := range []int{500, 2000, 10_000} {
		lexicon, made, err := madeLexicon(b.content, b.load, n)
		if err != nil {
			return err
		}
		hear, err := language.LoadWith(lexicon, b.load.Catalogue, nil)
		if err != nil {
			return err
		}
		heard := 0
		for _, c := range b.load.Conversations {
			heard += len(hear.Conversation(c))
		}
		name := fmt.Sprintf("%d wordings, %d acts heard", made, heard/len(b.load.Conversations))
		contenders = append(contenders, speed.Contender{Name: name, Do: func(i int) { hear.Conversation(b.load.Conversations[i]) }})
		units = append(units, 1)
	}
	b.compare("conversation", units, contenders)
	return nil
}

// rules judges by cards of different sizes.
func (b *bench) rules() error {
	var contenders []speed.Contender
	var units []int
	for _, n := range []int{20, 100, 500} {
		card, err := scorecard.Parse("made.yaml", madeCard(b.load, n), scorecard.Known{})
		if err != nil {
			return err
		}
		s := score.NewScorer(b.load.Catalogue)
		contenders = append(contenders, speed.Contender{Name: fmt.Sprintf("%d rules", n), Do: func(i int) {
			s.Score(card, &b.load.Conversations[i], b.load.Findings[i], score.Versions{})
		}})
		units = append(units, 1)
	}
	b.compare("conversation", units, contenders)
	return nil
}

// turns judges conversations of 100, 1,000 and 10,000 turns by all cards.
func (b *bench) turns() error {
	for _, stage := range []string{"acts", "rules"} {
		var contenders []speed.Contender
		var units []int
		for _, n := range []int{100, 1000, 10_000} {
			c := joined(b.load.Conversations, n)
			found := b.load.Hear.Conversation(c)
			s := score.NewScorer(b.load.Catalogue)
			do := func(i int) {
				if i > 0 { // one conversation is enough
					return
				}
				if stage == "acts" {
					b.load.Hear.Conversation(c)
					return
				}
				for _, card := range b.load.Judge.Cards() {
					s.Score(card, &c, found, score.Versions{})
				}
			}
			contenders = append(contenders, speed.Contender{Name: fmt.Sprintf("%s of %d turns", stage, n), Do: do})
			units = append(units, n)
		}
		n := len(b.load.Conversations)
		for i := range units {
			units[i] = max(1, units[i]/n)
		}
		b.compare("turn", units, contenders)
	}
	return nil
}

// joined is one conversation of n turns: those of Chinese conversations, one
// after the other.
func joined(list []conversation.Conversation, n int) conversation.Conversation {
	out := list[0]
	out.Lang, out.Turns = conversation.Chinese, nil
	at := int64(0)
	for i := 0; len(out.Turns) < n; i = (i + 1) % len(list) {
		if list[i].Lang != out.Lang {
			continue
		}
		for _, t := range list[i].Turns {
			t.Start, t.End = t.Start+at, t.End+at
			out.Turns = append(out.Turns, t)
		}
		at = out.Turns[len(out.Turns)-1].End
	}
	out.Turns = out.Turns[:n]
	return out
}

// jobs lets one and two workers score the same conversations. Where the machine
// has other work, processor time says more: what two workers use beyond one is
// what they lose to each other.
func (b *bench) jobs() error {
	fmt.Fprintf(b.out, "workers\tconversations a second\t× the first\tµs each, of a processor\t× the first\t\n")
	var rates, used []float64
	for i, n := range []int{1, min(2, runtime.NumCPU())} {
		took, spent := time.Duration(1<<62), time.Duration(1<<62)
		for range b.rounds {
			start, cpu := time.Now(), speed.CPU()
			var workers sync.WaitGroup
			for w := range n {
				workers.Go(func() { b.work(w, n) })
			}
			workers.Wait()
			took, spent = min(took, time.Since(start)), min(spent, speed.CPU()-cpu)
		}
		lines := float64(len(b.load.Lines))
		rates, used = append(rates, lines/took.Seconds()), append(used, spent.Seconds()*1e6/lines)
		fmt.Fprintf(b.out, "%d\t%.0f\t%.2f\t%.0f\t%.2f\t\n", n, rates[i], rates[i]/rates[0], used[i], used[i]/used[0])
	}
	return nil
}

// work is the whole chain for every nth conversation.
func (b *bench) work(first, n int) {
	s := b.load.Judge.Scorer()
	var line []byte
	for i := first; i < len(b.load.Lines); i += n {
		c, err := conversation.DecodeJSONL(b.load.Lines[i])
		if err != nil {
			panic(err)
		}
		line = s.Score(b.load.Card, c).AppendJSON(line[:0])
	}
}

// spoken returns the texts of the turns of a language, with the role and the
// acts that are heard in them.
func spoken(l *speed.Load, lang conversation.Lang, visit func(text string, acts []analysis.Act)) {
	for i, c := range l.Conversations {
		if c.Lang != lang {
			continue
		}
		acts := make([][]analysis.Act, len(c.Turns))
		for _, f := range l.Findings[i] {
			acts[f.Turn] = append(acts[f.Turn], f.Act)
		}
		for k, t := range c.Turns {
			visit(t.Text, acts[k])
		}
	}
}
