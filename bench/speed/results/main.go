// Command results prints what every scorecard says of many conversations, one
// JSON line each, so that two states of the code can be compared byte for byte:
//
//	go run ./bench/speed/results >before   …change something…   go run ./bench/speed/results >after
//	cmp before after
//
// The conversations are generated, every second one damaged (letters lost,
// doubled, of another width, bytes that are no text, no times, acts where none
// are), then those of the files named as arguments. Every result is followed
// by the promises of the conversation.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/bench/speed"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/score"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "results:", err)
		os.Exit(1)
	}
}

func run() error {
	content := flag.String("content", "content", "the content folder")
	n := flag.Int("n", 1000, "generated conversations")
	turns := flag.Int("turns", 60, "turns of each")
	flag.Parse()
	l, err := speed.Open(os.DirFS(*content), "general", 1, *n, *turns)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	for i, c := range l.Conversations {
		found := l.Findings[i]
		if i%2 == 1 {
			c, found = damage(l, c, rand.New(rand.NewPCG(2, uint64(i))))
		}
		write(out, l, c, found)
	}
	for _, name := range flag.Args() {
		if err := file(out, l, name); err != nil {
			return err
		}
	}
	return out.Flush()
}

// file judges the conversations of a file.
func file(out io.Writer, l *speed.Load, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return conversation.Split(f, name, conversation.Options{}, func(rec conversation.Record) error {
		c, err := rec.Decode()
		if err != nil {
			return err
		}
		write(out, l, c, l.Hear.Conversation(c))
		return nil
	})
}

func write(out io.Writer, l *speed.Load, c conversation.Conversation, found []analysis.Finding) {
	for _, card := range l.Judge.Cards() {
		r := score.Score(card, c, found, l.Catalogue, score.Versions{})
		fmt.Fprintf(out, "%s\n", r.AppendJSON(nil))
	}
	promises, err := json.Marshal(score.Promises(c, found))
	if err != nil {
		panic("results: promises do not encode: " + err.Error())
	}
	fmt.Fprintf(out, "%s\n", promises)
}

// damage spoils a conversation and strews acts over it.
func damage(l *speed.Load, c conversation.Conversation, r *rand.Rand) (conversation.Conversation, []analysis.Finding) {
	c.Turns = append([]conversation.Turn(nil), c.Turns...)
	untimed := r.IntN(4) == 0
	for i := range c.Turns {
		t := &c.Turns[i]
		if r.IntN(3) == 0 {
			t.Text = spoil(t.Text, r)
		}
		if untimed {
			t.Start, t.End = conversation.Unknown, conversation.Unknown
		}
		if r.IntN(9) == 0 {
			t.Role = []conversation.Role{conversation.Agent, conversation.Customer, conversation.System}[r.IntN(3)]
		}
		if r.IntN(40) == 0 {
			t.Text = ""
		}
	}
	if r.IntN(2) == 0 {
		c.EndedBy = c.Turns[r.IntN(len(c.Turns))].Role
	}
	found := l.Hear.Conversation(c)
	acts := l.Catalogue.All()
	for range r.IntN(60) {
		turn := r.IntN(len(c.Turns))
		n := len([]rune(c.Turns[turn].Text))
		from := r.IntN(n + 1)
		found = append(found, analysis.Finding{Act: acts[r.IntN(len(acts))].ID, Turn: turn, From: from, To: from + r.IntN(n-from+1), Sure: r.IntN(1001)})
	}
	return c, found
}

// spoil changes a few letters of a text.
func spoil(text string, r *rand.Rand) string {
	runes := []rune(text)
	if len(runes) == 0 {
		return text
	}
	for range 1 + r.IntN(4) {
		i := r.IntN(len(runes))
		switch c := runes[i]; r.IntN(6) {
		case 0:
			runes = append(runes[:i:i], runes[min(i+1, len(runes)-1):]...)
		case 1:
			runes = append(runes[:i:i], append([]rune{c}, runes[i:]...)...)
		case 2:
			if c > ' ' && c < 127 {
				runes[i] = c - '!' + '！'
			}
		case 3:
			runes[i] = []rune("０9一K\u212aſ，  \n。?")[r.IntN(11)]
		case 4:
			return string(runes[:i]) + "\xe4\xb8" + string(runes[i:])
		default:
			return strings.ToUpper(string(runes))
		}
	}
	return string(runes)
}
