package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/conversation/redact"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/score/engine"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// scoreCmd scores conversation files: one result a line, in the order of the
// input whatever the number of jobs.
type scoreCmd struct {
	heardBy
	Scorecard string   `help:"Id of the scorecard, or a file that ends in .yaml." default:"general"`
	Jobs      int      `help:"Conversations scored at once." default:"0"`
	Lang      string   `help:"Language of files that do not say it: zh or en." enum:"zh,en," default:""`
	AgentName string   `help:"Who the agent is, in files that have only names."`
	Human     bool     `help:"Print text for people instead of JSON lines."`
	Files     []string `arg:"" name:"file" help:"vCon, WebVTT or JSONL; - reads standard input."`
}

// judged is the answer to one record: what is printed of it, or what is wrong
// with it.
type judged struct {
	text []byte
	err  error
	size int
}

// Run scores every conversation of every file. A broken one is reported with
// its file and line, and the rest goes on.
func (c *scoreCmd) Run(ctx context.Context, e *env) error {
	ears, err := c.open(ctx, e)
	if err != nil {
		return err
	}
	judge, err := c.judge(e, ears)
	if err != nil {
		return err
	}
	if judge.mask, err = e.masks(); err != nil {
		return err
	}
	bar := c.progress(e)
	jobs := c.Jobs
	if jobs < 1 {
		jobs = runtime.GOMAXPROCS(0)
	}
	broken := false
	desks := c.desks(e, judge, jobs)
	err = ordered(jobs, func(yield func(read) bool) { c.read(e, yield) }, func(n int, r read) judged { return desks[n].answer(r) }, func(j judged) error {
		if bar != nil {
			_ = bar.Add(j.size) // a bar that cannot be drawn is no reason to stop
		}
		if j.err != nil {
			broken = true
			e.problem(j.err)
			return nil
		}
		_, err := e.out.Write(j.text)
		select {
		case desks[0].used <- j.text[:0]:
		default: // enough are kept
		}
		return err
	})
	if bar != nil {
		_ = bar.Finish()
	}
	if err == nil && broken {
		err = errReported
	}
	return err
}

// read is one record of the input, or what is wrong in its place.
type read struct {
	rec conversation.Record
	err error
}

// read splits every file into records. What cannot be read takes its place
// among them, and the next follows.
func (c *scoreCmd) read(e *env, yield func(read) bool) {
	broken := func(err error) error {
		if !yield(read{err: err}) {
			return errStopped
		}
		return nil
	}
	options := conversation.Options{Lang: conversation.Lang(c.Lang), AgentName: c.AgentName, Broken: broken}
	for _, name := range c.Files {
		err := e.withFile(name, func(r io.Reader) error {
			return conversation.Split(r, name, options, func(rec conversation.Record) error {
				if !yield(read{rec: rec}) {
					return errStopped
				}
				return nil
			})
		})
		if err != nil && (errors.Is(err, errStopped) || broken(err) != nil) {
			return
		}
	}
}

// errStopped ends the reading when the output cannot be written.
var errStopped = errors.New("stopped")

// progress returns a bar over the bytes of all files, when somebody watches.
func (c *scoreCmd) progress(e *env) *progressbar.ProgressBar {
	f, ok := e.err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	var total int64
	for _, name := range c.Files {
		info, err := os.Stat(name)
		if err != nil {
			return progressbar.NewOptions64(-1, progressbar.OptionSetWriter(f), progressbar.OptionShowBytes(true))
		}
		total += info.Size()
	}
	return progressbar.NewOptions64(total, progressbar.OptionSetWriter(f), progressbar.OptionShowBytes(true),
		progressbar.OptionClearOnFinish())
}

// desk is where one worker judges records, one after the other.
type desk struct {
	*judge
	scorer *engine.Scorer
	human  bool
	failed string      // what is printed before the automatic fails
	used   chan []byte // texts that were printed, to be written over
}

// desks returns one desk a worker.
func (c *scoreCmd) desks(e *env, j *judge, workers int) []*desk {
	out := make([]*desk, workers)
	used := make(chan []byte, 8*workers)
	for i := range out {
		out[i] = &desk{judge: j, scorer: j.engine.Scorer(), human: c.Human, failed: e.print.Text("cli.score.autofail", nil), used: used}
	}
	return out
}

// answer reads and scores one record and writes what is printed of it.
func (d *desk) answer(r read) judged {
	if r.err != nil {
		return judged{err: r.err}
	}
	c, err := r.rec.Decode()
	if err != nil {
		return judged{err: err, size: len(r.rec.Data)}
	}
	if d.mask {
		c, _ = redact.Mask(c)
	}
	var text []byte
	select {
	case text = <-d.used:
	default:
	}
	result := d.scorer.Score(d.card, c)
	if d.human {
		text = d.appendHuman(text, result, &c)
	} else {
		text = append(result.AppendJSON(text), '\n')
	}
	return judged{text: text, size: len(r.rec.Data)}
}

// appendHuman appends a result as people read it.
func (d *desk) appendHuman(out []byte, r *score.Result, c *conversation.Conversation) []byte {
	out = fmt.Appendf(out, "%s  %s %s", r.ID, r.Scorecard, *r)
	if len(r.AutoFail) > 0 {
		out = fmt.Appendf(out, "  (%s: %s)", d.failed, strings.Join(r.AutoFail, ", "))
	}
	out = append(out, '\n')
	for _, it := range r.Items {
		out = fmt.Appendf(out, "  %-7s %5s/%-5s %s  %s\n", it.Verdict, it.Points, it.Max, it.ID, it.Reason)
		for _, ev := range it.Evidence {
			if ev.To > ev.From && ev.Turn < len(c.Turns) {
				runes := []rune(c.Turns[ev.Turn].Text)
				out = fmt.Appendf(out, "          #%d “%s” %s %s\n", ev.Turn, string(runes[ev.From:min(ev.To, len(runes))]), ev.Feeling, ev.Better)
			}
		}
	}
	return out
}

// judge scores conversations by one card.
type judge struct {
	engine *engine.Engine
	card   *scorecard.Card
	mask   bool // personal data is taken out before anything is judged or quoted
}

// judge returns the judge by the card that is named, by its id or its file.
func (c *scoreCmd) judge(e *env, ears *ears) (*judge, error) {
	if !strings.HasSuffix(c.Scorecard, ".yaml") {
		return ears.judge(id.Scorecard(c.Scorecard))
	}
	eng, err := ears.engine()
	if err != nil {
		return nil, err
	}
	card, err := readCard(e, ears, c.Scorecard)
	return &judge{engine: eng, card: card}, err
}

// judge returns the judge by the card of that id: the version that is live in
// the centre's database, where it has one, else the content's.
func (e *ears) judge(card id.Scorecard) (*judge, error) {
	eng, err := e.engine()
	if err != nil {
		return nil, err
	}
	if text, there := e.live[card]; there {
		c, err := scorecard.Parse(string(card)+".yaml", []byte(text), scorecard.Known{})
		return &judge{engine: eng, card: c}, err
	}
	c, err := eng.Card(card)
	return &judge{engine: eng, card: c}, err
}

func (j *judge) score(c conversation.Conversation) score.Result { return j.engine.Score(j.card, c) }
