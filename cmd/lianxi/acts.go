package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/conversation/redact"
	"github.com/lianxi-cc/lianxi/internal/fault"
)

// actsCmd finds the acts in utterances: JSON lines in, JSON lines out.
type actsCmd struct {
	heardBy
	Signals bool     `help:"Also find signals, those nearly heard among them."`
	Human   bool     `help:"Print text for people instead of JSON lines."`
	Files   []string `arg:"" optional:"" name:"file" help:"Files of JSON lines; - or none reads standard input."`
}

// maxUtteranceLine bounds one line of input.
const maxUtteranceLine = 8 << 20

type utteranceLine struct {
	ID        string                 `json:"id"`
	Lang      conversation.Lang      `json:"lang"`
	Channel   conversation.Channel   `json:"channel"`
	Direction conversation.Direction `json:"direction"`
	Role      conversation.Role      `json:"role"`
	Context   []struct {
		Role conversation.Role `json:"role"`
		Text string            `json:"text"`
	} `json:"context"`
	Text *string `json:"text"`
}

type actsLine struct {
	ID      string       `json:"id"`
	Acts    []actSpan    `json:"acts"`
	Signals []signalSpan `json:"signals,omitzero"` // nil: not asked for
}

type actSpan struct {
	Act  analysis.Act `json:"act"`
	From int          `json:"from"`
	To   int          `json:"to"`
}

// signalSpan is a signal and how sure it is, per mille.
type signalSpan struct {
	actSpan
	Sure int `json:"sure"`
}

// Run reads every file and answers each line; a broken line is reported with
// its file and number, and the rest goes on.
func (c *actsCmd) Run(ctx context.Context, e *env) error {
	ears, err := c.open(ctx, e)
	if err != nil {
		return err
	}
	mask, err := e.masks()
	if err != nil {
		return err
	}
	files := c.Files
	if len(files) == 0 {
		files = []string{"-"}
	}
	broken := false
	for _, name := range files {
		err := e.withFile(name, func(r io.Reader) error {
			return eachLine(name, r, func(at fault.Position, line []byte) error {
				u, id, err := parseUtterance(at, line)
				if err != nil {
					broken = true
					e.problem(err)
					return nil
				}
				if mask {
					u = maskUtterance(u)
				}
				var signals []analysis.Finding
				if c.Signals {
					signals = ears.language.Engine().Signals(u)
				}
				return c.write(e, id, u, ears.language.Acts(u), signals)
			})
		})
		if err != nil {
			return err
		}
	}
	if broken {
		return errReported
	}
	return nil
}

// masks reports whether the centre of the data folder has personal data masked.
func (e *env) masks() (bool, error) {
	if e.data == "" {
		return false, nil
	}
	cfg, err := e.loadConfig()
	return cfg.Privacy.Mask, err
}

// maskUtterance takes personal data out of an utterance and what came before.
func maskUtterance(u analysis.Utterance) analysis.Utterance {
	turns := append(slices.Clone(u.Context), conversation.Turn{Role: u.Role, Text: u.Text})
	masked, _ := redact.Mask(conversation.Conversation{Lang: u.Lang, Turns: turns})
	u.Context, u.Text = masked.Turns[:len(turns)-1], masked.Turns[len(turns)-1].Text
	return u
}

func (c *actsCmd) write(e *env, id string, u analysis.Utterance, found, signals []analysis.Finding) error {
	if c.Human {
		fmt.Fprintf(e.out, "%s\t%s\n", id, u.Text)
		runes := []rune(u.Text)
		for _, f := range found {
			fmt.Fprintf(e.out, "\t%-24s %q\n", f.Act, string(runes[f.From:f.To]))
		}
		for _, f := range signals {
			fmt.Fprintf(e.out, "\t%-24s %q %d ‰\n", f.Act, string(runes[f.From:f.To]), f.Sure)
		}
		return nil
	}
	line := actsLine{ID: id, Acts: make([]actSpan, len(found))}
	for i, f := range found {
		line.Acts[i] = actSpan{Act: f.Act, From: f.From, To: f.To}
	}
	if c.Signals {
		line.Signals = make([]signalSpan, len(signals))
		for i, f := range signals {
			line.Signals[i] = signalSpan{actSpan{f.Act, f.From, f.To}, f.Sure}
		}
	}
	return writeJSON(e.out, line)
}

// writeJSON writes v as one line, leaving <, > and & as they are.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// withFile opens name, - being standard input, for f.
func (e *env) withFile(name string, f func(io.Reader) error) error {
	if name == "-" {
		return f(e.in)
	}
	file, err := os.Open(name)
	if err != nil {
		return &fault.Error{Kind: fault.NotFound, Key: "cli.file", Args: fault.Args{"file": name, "problem": cause(err)}, Err: err}
	}
	defer file.Close()
	return f(file)
}

// cause is what the system said of an error, without the name around it.
func cause(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

// eachLine calls f for every line that is not blank. An overlong line is
// reported to f's caller as a problem at its place.
func eachLine(name string, r io.Reader, f func(fault.Position, []byte) error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	for n := 1; ; n++ {
		line, err := readLine(in)
		at := fault.Position{File: name, Line: n}
		if len(strings.TrimSpace(string(line))) > 0 {
			if ferr := f(at, line); ferr != nil {
				return ferr
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return &fault.Error{Kind: fault.Invalid, Key: "cli.file", At: at, Args: fault.Args{"file": name, "problem": cause(err)}, Err: err}
		}
	}
}

// readLine reads one line without its end. Of a line longer than
// maxUtteranceLine it keeps one byte more than that, so that the parser
// refuses it, and skips the rest.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		if room := maxUtteranceLine + 1 - len(line); len(part) > room {
			part = part[:room]
		}
		line = append(line, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return []byte(strings.TrimRight(string(line), "\r\n")), err
		}
	}
}

// parseUtterance reads one line. Only lang, role and text are required.
func parseUtterance(at fault.Position, line []byte) (analysis.Utterance, string, error) {
	wrong := func(key string, args fault.Args) (analysis.Utterance, string, error) {
		return analysis.Utterance{}, "", &fault.Error{Kind: fault.Invalid, Key: key, At: at, Args: args}
	}
	if len(line) > maxUtteranceLine {
		return wrong("cli.line.long", fault.Args{"max": maxUtteranceLine})
	}
	if !utf8.Valid(line) {
		return wrong("cli.line.utf8", nil)
	}
	line = bytes.TrimPrefix(line, []byte("\uFEFF"))
	in := utteranceLine{Channel: conversation.Phone, Direction: conversation.Inbound}
	if err := json.Unmarshal(line, &in); err != nil {
		var te *json.UnmarshalTypeError
		if errors.As(err, &te) {
			return wrong("cli.line.value", fault.Args{"field": te.Field, "read": te.Value, "expected": "text, {…}, […]"})
		}
		return wrong("cli.line.json", fault.Args{"problem": err.Error()})
	}
	if in.ID == "" {
		return wrong("cli.line.missing", fault.Args{"field": "id"})
	}
	one := func(field, read string, known ...string) error {
		for _, k := range known {
			if read == k {
				return nil
			}
		}
		return &fault.Error{Kind: fault.Invalid, Key: "cli.line.value", At: at,
			Args: fault.Args{"field": field, "read": read, "expected": strings.Join(known, ", ")}}
	}
	for _, err := range []error{
		one("lang", string(in.Lang), "zh", "en"),
		one("channel", string(in.Channel), "phone", "chat"),
		one("direction", string(in.Direction), "inbound", "outbound"),
		one("role", string(in.Role), "agent", "customer", "system"),
	} {
		if err != nil {
			return analysis.Utterance{}, "", err
		}
	}
	if in.Text == nil {
		return wrong("cli.line.missing", fault.Args{"field": "text"})
	}
	if strings.Contains(*in.Text, "\x00") {
		return wrong("cli.line.nul", nil)
	}
	u := analysis.Utterance{Lang: in.Lang, Channel: in.Channel, Direction: in.Direction, Role: in.Role, Text: *in.Text}
	for _, c := range in.Context {
		if err := one("context.role", string(c.Role), "agent", "customer", "system"); err != nil {
			return analysis.Utterance{}, "", err
		}
		u.Context = append(u.Context, conversation.Turn{Role: c.Role, Text: c.Text,
			Start: conversation.Unknown, End: conversation.Unknown, Confidence: conversation.Unknown})
	}
	return u, in.ID, nil
}
