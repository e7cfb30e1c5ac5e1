// Package yamldoc reads the YAML texts that people write: strictly, and with
// problems that say file, line, column, what was read, what was expected and
// the nearest known word.
package yamldoc

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// MaxBytes bounds a text; a longer one is refused before it is parsed.
const MaxBytes = 4 << 20

// maxDepth bounds nesting, so that hostile text cannot exhaust the stack.
const maxDepth = 64

// Problem is one thing wrong in a text. Key names its message in the locale
// catalogues; Read, Expected and Nearest are the message's arguments.
type Problem struct {
	At       fault.Position
	Key      string
	Read     string
	Expected string
	Nearest  string // the known word closest to Read; "" when none is close
	In       string // the words around Read, where Read alone would not be found; else ""
}

// String returns the problem in English, as the command line prints it.
func (p Problem) String() string {
	s := p.At.String() + ": "
	switch p.Key {
	case "yamldoc.unknown":
		s += fmt.Sprintf("unknown word %q", p.Read)
	case "yamldoc.syntax":
		s += "not valid YAML: " + p.Read
	default:
		s += fmt.Sprintf("read %q", p.Read)
	}
	if p.In != "" {
		s += fmt.Sprintf(" in %q", p.In)
	}
	if p.Expected != "" {
		s += ", expected " + p.Expected
	}
	if p.Nearest != "" {
		s += fmt.Sprintf("; did you mean %q?", p.Nearest)
	}
	return s
}

// Problems is everything wrong in a text, in the order of the text. As an
// error it is Invalid.
type Problems []Problem

// Error returns one problem a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets fault.KindOf see an Invalid error at the first problem.
func (ps Problems) Unwrap() error {
	if len(ps) == 0 {
		return nil
	}
	p := ps[0]
	return &fault.Error{Kind: fault.Invalid, Key: p.Key, At: p.At,
		Args: fault.Args{"read": p.Read, "expected": p.Expected, "nearest": p.Nearest, "in": p.In}}
}

// Doc is a parsed text that remembers where everything stands.
type Doc struct {
	File string
	Root *yaml.Node

	text []byte
}

// Line returns line n of the text as it stands there, counted from 1.
func (d *Doc) Line(n int) string {
	i := 0
	for line := range bytes.Lines(d.text) {
		if i++; i == n {
			return strings.TrimRight(string(line), "\r\n")
		}
	}
	return ""
}

// Parse reads one YAML document. Anchors, aliases and tags are refused: a
// reader should see a rule where it is written, aliases can be made to explode,
// and a tag makes of a value what its words do not say.
func Parse(file string, text []byte) (*Doc, error) {
	at := fault.Position{File: file, Line: 1, Column: 1}
	if len(text) > MaxBytes {
		return nil, Problems{{At: at, Key: "yamldoc.long", Read: strconv.Itoa(len(text)), Expected: fmt.Sprintf("at most %d bytes", MaxBytes)}}
	}
	if deepFlow(text) {
		return nil, Problems{{At: at, Key: "yamldoc.deep", Read: "…", Expected: fmt.Sprintf("at most %d levels", maxDepth)}}
	}
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		at.Line, at.Column = syntaxLine(err), 0
		return nil, Problems{{At: at, Key: "yamldoc.syntax", Read: strings.TrimPrefix(err.Error(), "yaml: ")}}
	}
	if root.Kind == 0 {
		return nil, Problems{{At: at, Key: "yamldoc.empty", Read: "", Expected: "a YAML document"}}
	}
	d := &Doc{File: file, Root: root.Content[0], text: text}
	if p := d.refuse(d.Root, 0); p != nil {
		return nil, Problems{*p}
	}
	return d, nil
}

// deepFlow reports nesting of flow brackets beyond maxDepth, which the YAML
// scanner itself would follow.
func deepFlow(text []byte) bool {
	depth := 0
	for _, c := range text {
		switch c {
		case '[', '{':
			if depth++; depth > maxDepth*4 {
				return true
			}
		case ']', '}':
			depth--
		}
	}
	return false
}

func syntaxLine(err error) int {
	_, rest, ok := strings.Cut(err.Error(), "line ")
	if !ok {
		return 0
	}
	digits, _, _ := strings.Cut(rest, ":")
	n, _ := strconv.Atoi(digits)
	return n
}

func (d *Doc) refuse(n *yaml.Node, depth int) *Problem {
	switch {
	case depth > maxDepth:
		return &Problem{At: d.At(n), Key: "yamldoc.deep", Read: "…", Expected: fmt.Sprintf("at most %d levels", maxDepth)}
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return &Problem{At: d.At(n), Key: "yamldoc.alias", Read: n.Value + n.Anchor, Expected: "the value itself"}
	case n.Style&yaml.TaggedStyle != 0:
		return &Problem{At: d.At(n), Key: "yamldoc.expected", Read: n.Tag + " " + n.Value, Expected: "the value itself, without a tag"}
	}
	for _, c := range n.Content {
		if p := d.refuse(c, depth+1); p != nil {
			return p
		}
	}
	return nil
}

// At returns where node n stands.
func (d *Doc) At(n *yaml.Node) fault.Position {
	return fault.Position{File: d.File, Line: n.Line, Column: n.Column}
}

// Unknown returns the problem of a word that is not one of known.
func (d *Doc) Unknown(n *yaml.Node, known []string) Problem {
	return Problem{At: d.At(n), Key: "yamldoc.unknown", Read: n.Value, Expected: oneOf(known), Nearest: Nearest(n.Value, known)}
}

// Want returns the problem of a node that should be something else; expected
// says what, as "a number from 1 to 5".
func (d *Doc) Want(n *yaml.Node, expected string) Problem {
	return Problem{At: d.At(n), Key: "yamldoc.expected", Read: describe(n), Expected: expected}
}

func oneOf(known []string) string {
	if len(known) > 12 {
		return "a known word"
	}
	return "one of " + strings.Join(known, ", ")
}

// Decode fills out, a pointer to a struct with yaml tags, from node n. Every
// key that out does not know and every value of the wrong shape is a problem
// at its own place. A field of type *yaml.Node or yaml.Node takes what it
// finds, for the caller to read further.
func (d *Doc) Decode(n *yaml.Node, out any) error {
	var ps Problems
	d.check(n, reflect.TypeOf(out).Elem(), &ps)
	if len(ps) > 0 {
		return ps
	}
	if err := n.Decode(out); err != nil {
		var te *yaml.TypeError
		if errors.As(err, &te) {
			return Problems{{At: d.At(n), Key: "yamldoc.syntax", Read: strings.Join(te.Errors, "; ")}}
		}
		return Problems{{At: d.At(n), Key: "yamldoc.syntax", Read: err.Error()}}
	}
	return nil
}

var (
	nodeType        = reflect.TypeFor[yaml.Node]()
	unmarshalerType = reflect.TypeFor[yaml.Unmarshaler]()
)

// check compares the shape of n with the Go type t.
func (d *Doc) check(n *yaml.Node, t reflect.Type, ps *Problems) {
	if t == nodeType || reflect.PointerTo(t).Implements(unmarshalerType) || n.Tag == "!!null" {
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		d.check(n, t.Elem(), ps)
	case reflect.Struct:
		d.checkStruct(n, t, ps)
	case reflect.Slice, reflect.Array:
		if n.Kind != yaml.SequenceNode {
			*ps = append(*ps, d.Want(n, "a list"))
			return
		}
		for _, c := range n.Content {
			d.check(c, t.Elem(), ps)
		}
	case reflect.Map:
		if n.Kind != yaml.MappingNode {
			*ps = append(*ps, d.Want(n, "a mapping"))
			return
		}
		for i := 1; i < len(n.Content); i += 2 {
			d.check(n.Content[i], t.Elem(), ps)
		}
	default:
		d.checkScalar(n, t, ps)
	}
}

func (d *Doc) checkStruct(n *yaml.Node, t reflect.Type, ps *Problems) {
	if n.Kind != yaml.MappingNode {
		*ps = append(*ps, d.Want(n, "a mapping"))
		return
	}
	fields := map[string]reflect.Type{}
	var known []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if name != "" && name != "-" {
			fields[name] = t.Field(i).Type
			known = append(known, name)
		}
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		ft, ok := fields[key.Value]
		switch {
		case !ok:
			*ps = append(*ps, d.Unknown(key, known))
		case seen[key.Value]:
			*ps = append(*ps, d.Want(key, "each key once"))
		default:
			d.check(value, ft, ps)
		}
		seen[key.Value] = true
	}
}

func (d *Doc) checkScalar(n *yaml.Node, t reflect.Type, ps *Problems) {
	if t.Kind() == reflect.Interface {
		return
	}
	if n.Kind != yaml.ScalarNode {
		*ps = append(*ps, d.Want(n, scalarName(t.Kind())))
		return
	}
	if v := reflect.New(t); n.Decode(v.Interface()) != nil {
		*ps = append(*ps, d.Want(n, scalarName(t.Kind())))
	}
}

func scalarName(k reflect.Kind) string {
	switch k {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number"
	case reflect.Float32, reflect.Float64:
		return "a number"
	default:
		return "a text"
	}
}

func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	default:
		return n.Value
	}
}

// Nearest returns the known word with the smallest edit distance to word, or
// "" when none is within a third of its length (at least 2).
func Nearest(word string, known []string) string {
	limit := max(2, len([]rune(word))/3)
	best, found := limit+1, ""
	for _, k := range slices.Sorted(slices.Values(known)) {
		if dist := distance([]rune(word), []rune(k)); dist < best {
			best, found = dist, k
		}
	}
	return found
}

// distance counts the letters to add, remove, change or swap with their
// neighbour to make b of a.
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i, ca := range a {
		row[0] = i + 1
		for j, cb := range b {
			cost := 1
			if ca == cb {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && ca == b[j-1] && a[i-1] == cb {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
