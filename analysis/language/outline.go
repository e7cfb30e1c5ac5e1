package language

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// Entry is one rule or guard of a lexicon text, as a page edits it. The lists
// of wordings hold one a line, comments included; docs/lexicon.md says what
// each key means.
type Entry struct {
	Guard bool     `yaml:"-"`
	Note  []string `yaml:"-"` // comment lines right above, without the #

	Act       string   `yaml:"act"`
	Covers    string   `yaml:"covers"`
	Acts      []string `yaml:"acts"`
	Except    []string `yaml:"except"`
	Channel   string   `yaml:"channel"`
	Direction string   `yaml:"direction"`
	Opening   *bool    `yaml:"opening"`
	Times     int      `yaml:"times"`
	Quoted    bool     `yaml:"quoted"`
	Free      bool     `yaml:"free"`
	Heard     []string `yaml:"heard"`
	HeardEver []string `yaml:"heard-ever"`

	Say         wordList `yaml:"say"`
	Unless      wordList `yaml:"unless"`
	WithClause  wordList `yaml:"with-clause"`
	UnlessTurn  wordList `yaml:"unless-turn"`
	With        wordList `yaml:"with"`
	After       wordList `yaml:"after"`
	AfterUnless wordList `yaml:"after-unless"`
	AfterAgent  wordList `yaml:"after-agent"`

	From, To int `yaml:"-"` // its lines in the text, counted from 1, To behind the last
}

// wordList is a block of wordings, one a line, or a list of them.
type wordList []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (w *wordList) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.SequenceNode {
		for _, k := range n.Content {
			*w = append(*w, k.Value)
		}
		return nil
	}
	for line := range strings.Lines(n.Value) {
		if line = strings.TrimSpace(line); line != "" {
			*w = append(*w, line)
		}
	}
	return nil
}

// outline is a text with its entries and where more could be put.
type outline struct {
	lines   []string
	entries []Entry
	lists   map[string]place // by "rules" and "guards"
}

// place is where a list of entries stands.
type place struct {
	from, to int // its lines: of the key, and behind the last of its content
	indent   int // of the dashes
	empty    bool
}

// Outline returns the rules and guards of a lexicon text in their order. A
// text that is no lexicon at all comes back as yamldoc.Problems; what is wrong
// inside a wording is for Load to say.
func Outline(file, text string) ([]Entry, error) {
	o, err := outlineOf(file, text)
	if err != nil {
		return nil, err
	}
	return o.entries, nil
}

func outlineOf(file, text string) (outline, error) {
	o := outline{lines: strings.Split(strings.TrimRight(text, "\n"), "\n"), lists: map[string]place{}}
	if strings.TrimSpace(strings.Join(o.uncommented(), "")) == "" {
		return o, nil
	}
	doc, err := yamldoc.Parse(file, []byte(text))
	if err != nil {
		return o, err
	}
	if doc.Root.Kind != yaml.MappingNode { // an empty value passes for one, but nothing can stand in it
		return o, yamldoc.Problems{doc.Want(doc.Root, "a mapping")}
	}
	if err := doc.Decode(doc.Root, &fileText{}); err != nil {
		return o, err
	}
	for i := 0; i+1 < len(doc.Root.Content); i += 2 {
		key, value := doc.Root.Content[i], doc.Root.Content[i+1]
		if key.Value != "rules" && key.Value != "guards" {
			continue
		}
		at := place{from: key.Line, to: lastLine(value) + 1, indent: 2, empty: len(value.Content) == 0}
		for _, n := range value.Content {
			e := Entry{Guard: key.Value == "guards", From: n.Line, To: lastLine(n) + 1}
			if err := n.Decode(&e); err != nil {
				return o, yamldoc.Problems{doc.Want(n, "a rule")}
			}
			at.indent = max(n.Column-3, 0)
			if value.Style&yaml.FlowStyle != 0 {
				return o, yamldoc.Problems{doc.Want(value, "each rule on lines of its own, with a dash before it")}
			}
			e.note(o.lines)
			o.entries = append(o.entries, e)
		}
		o.lists[key.Value] = at
	}
	return o, nil
}

func (o *outline) uncommented() []string {
	return slices.DeleteFunc(slices.Clone(o.lines), func(l string) bool { return strings.HasPrefix(strings.TrimSpace(l), "#") })
}

// note takes the comment lines right above the entry to it.
func (e *Entry) note(lines []string) {
	for e.From > 1 {
		comment, ok := strings.CutPrefix(strings.TrimSpace(lines[e.From-2]), "#")
		if !ok || len(lines[e.From-2]) > 0 && lines[e.From-2][0] == '#' { // a comment at the margin belongs to the file
			return
		}
		e.From--
		e.Note = append([]string{strings.TrimSpace(comment)}, e.Note...)
	}
}

// lastLine returns the last line on which something of n stands.
func lastLine(n *yaml.Node) int {
	last := n.Line
	if n.Kind == yaml.ScalarNode && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		last += len(strings.Split(strings.TrimRight(n.Value, "\n"), "\n"))
	}
	for _, k := range n.Content {
		last = max(last, lastLine(k))
	}
	return last
}

// Put returns the text with e in the place of entry at, or at the end of its
// list when at is negative. Everything else stays as it was, comments too.
func Put(file, text string, at int, e Entry) (string, error) {
	o, err := outlineOf(file, text)
	if err != nil {
		return "", err
	}
	key := "rules"
	if e.Guard {
		key = "guards"
	}
	list, there := o.lists[key]
	switch {
	case at >= len(o.entries):
		return "", yamldoc.Problems{{Key: "yamldoc.expected", Read: strconv.Itoa(at), Expected: "an entry of the text"}}
	case at >= 0 && o.entries[at].Guard == e.Guard:
		o.splice(o.entries[at].From, o.entries[at].To, e.text(list.indent))
	case at >= 0:
		without, err := Remove(file, text, at)
		if err != nil {
			return "", err
		}
		return Put(file, without, -1, e)
	case there && list.empty:
		o.splice(list.from, list.to, append([]string{key + ":"}, e.text(2)...))
	case there:
		o.splice(list.to, list.to, e.text(list.indent))
	default:
		if strings.TrimSpace(o.lines[len(o.lines)-1]) == "" {
			o.lines = o.lines[:len(o.lines)-1]
		}
		o.lines = append(append(o.lines, key+":"), e.text(2)...)
	}
	return o.join(), nil
}

// Remove returns the text without entry at.
func Remove(file, text string, at int) (string, error) {
	o, err := outlineOf(file, text)
	if err != nil {
		return "", err
	}
	if at < 0 || at >= len(o.entries) {
		return "", yamldoc.Problems{{Key: "yamldoc.expected", Read: strconv.Itoa(at), Expected: "an entry of the text"}}
	}
	e := o.entries[at]
	same := 0
	for _, other := range o.entries {
		if other.Guard == e.Guard {
			same++
		}
	}
	o.splice(e.From, e.To, nil)
	if same == 1 { // the list is empty now, and an empty list is no list
		key := map[bool]string{false: "rules", true: "guards"}[e.Guard]
		o.splice(o.lists[key].from, o.lists[key].from+1, nil)
	}
	return o.join(), nil
}

// splice puts lines in the place of lines [from, to), counted from 1.
func (o *outline) splice(from, to int, lines []string) {
	o.lines = slices.Replace(o.lines, from-1, min(to-1, len(o.lines)), lines...)
}

func (o *outline) join() string {
	text := strings.Trim(strings.Join(o.lines, "\n"), "\n")
	if text == "" {
		return ""
	}
	return text + "\n"
}

// text writes e in its one form, the dash indented by indent spaces.
func (e Entry) text(indent int) []string {
	pad := strings.Repeat(" ", indent)
	var out []string
	for _, l := range e.Note {
		out = append(out, pad+"# "+l)
	}
	w := entryWriter{pad: pad}
	w.value("act", e.Act)
	w.value("covers", e.Covers)
	w.list("acts", e.Acts)
	w.list("except", e.Except)
	w.value("channel", e.Channel)
	w.value("direction", e.Direction)
	if e.Opening != nil {
		w.value("opening", strconv.FormatBool(*e.Opening))
	}
	if e.Times > 0 {
		w.value("times", strconv.Itoa(e.Times))
	}
	for _, flag := range []struct {
		key string
		on  bool
	}{{"quoted", e.Quoted}, {"free", e.Free}} {
		if flag.on {
			w.value(flag.key, "true")
		}
	}
	w.list("heard", e.Heard)
	w.list("heard-ever", e.HeardEver)
	for _, b := range []struct {
		key   string
		lines []string
	}{{"say", e.Say}, {"unless", e.Unless}, {"with-clause", e.WithClause}, {"unless-turn", e.UnlessTurn}, {"with", e.With},
		{"after", e.After}, {"after-unless", e.AfterUnless}, {"after-agent", e.AfterAgent}} {
		w.block(b.key, b.lines)
	}
	return append(out, w.out...)
}

// entryWriter writes the keys of an entry, the first behind the dash.
type entryWriter struct {
	pad string
	out []string
}

func (w *entryWriter) line(text string) {
	dash := "  "
	if len(w.out) == 0 {
		dash = "- "
	}
	w.out = append(w.out, w.pad+dash+text)
}

func (w *entryWriter) value(key, value string) {
	if value != "" {
		w.line(key + ": " + value)
	}
}

func (w *entryWriter) list(key string, values []string) {
	if len(values) > 0 {
		w.line(fmt.Sprintf("%s: [%s]", key, strings.Join(values, ", ")))
	}
}

func (w *entryWriter) block(key string, lines []string) {
	if len(lines) == 0 {
		return
	}
	w.line(key + ": |")
	for _, l := range lines {
		w.out = append(w.out, w.pad+"    "+l)
	}
}
