package scorecard

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// composer puts what a card takes from parts in the place of the words that
// take it. It works on lines, so that the whole text reads as if it had been
// written so: comments, order and layout stay.
type composer struct {
	r     *reader // for the card's problems
	text  *sheet
	parts []*part      // in the order in which the card names them
	tests []*yaml.Node // of the items of the whole card
	edits []edit
}

// edit puts lines in the place of the lines [from,to).
type edit struct {
	from, to int
	lines    []line
}

// compose returns the whole text of a card. The error is a yamldoc.Problems,
// kind Invalid, or what went wrong in reading a part.
func compose(file string, text []byte, l *library) (fullText, error) {
	s, err := readSheet(file, text)
	if err != nil {
		return nil, err
	}
	c := &composer{r: &reader{doc: s.doc}, text: s}
	root := s.doc.Root
	list, uses := valueOf(root, "parts"), usesOf(root)
	if list == root && len(uses) == 0 {
		return s.take(0, len(s.lines), 0), nil
	}
	if list != root {
		if err := c.open(list, l); err != nil {
			return nil, err
		}
	}
	if len(c.r.ps) == 0 { // without a part, each of its names would be a problem of its own
		c.r.once(uses, "each item's id once")
		c.compose(root)
	}
	if len(c.r.ps) > 0 {
		sortProblems(c.r.ps)
		return nil, c.r.ps
	}
	return c.lines(), nil
}

// usesOf returns what stands under use in the items of a card.
func usesOf(root *yaml.Node) []*yaml.Node {
	var out []*yaml.Node
	for _, section := range children(root, "sections") {
		for _, it := range children(section, "items") {
			if uses(it) {
				out = append(out, valueOf(it, "use"))
			}
		}
	}
	return out
}

// open finds the parts that the card names.
func (c *composer) open(list *yaml.Node, l *library) error {
	if list.Kind != yaml.SequenceNode {
		c.r.want(list, "a list of parts")
		return nil
	}
	c.r.once(list.Content, "each part once")
	for _, n := range list.Content {
		p, err := l.part(n.Value)
		var ps yamldoc.Problems
		switch {
		case errors.Is(err, fs.ErrNotExist):
			c.unknown(n, "the name of a part", l.names())
		case errors.As(err, &ps):
			c.r.ps = append(c.r.ps, ps...)
		case err != nil:
			return err
		default:
			c.distinct(p)
			c.parts = append(c.parts, p)
		}
	}
	return nil
}

func (c *composer) unknown(n *yaml.Node, expected string, known []string) {
	c.r.ps = append(c.r.ps, yamldoc.Problem{At: c.r.doc.At(n), Key: "yamldoc.unknown", Read: n.Value,
		Expected: expected, Nearest: yamldoc.Nearest(n.Value, known)})
}

// distinct reports the names that a part before p has too.
func (c *composer) distinct(p *part) {
	if slices.Contains(c.parts, p) {
		return // named twice, as was said already
	}
	for _, d := range p.define {
		if c.definition(d.key.Value) != nil {
			c.r.ps = append(c.r.ps, p.doc.Want(d.key, "a name that no other part of the card has"))
		}
	}
	for _, it := range p.items {
		own := valueOf(it.value, "id")
		if found, _ := c.item(own.Value); found != nil {
			c.r.ps = append(c.r.ps, p.doc.Want(own, "an id that no other part of the card has"))
		}
	}
}

// definition returns the parts' definition of that name, or nil.
func (c *composer) definition(name string) *piece {
	for _, p := range c.parts {
		for i := range p.define {
			if p.define[i].key.Value == name {
				return &p.define[i]
			}
		}
	}
	return nil
}

// item returns the item with that id, or nil, and its part.
func (c *composer) item(itemID string) (*piece, *part) {
	for _, p := range c.parts {
		for i := range p.items {
			if valueOf(p.items[i].value, "id").Value == itemID {
				return &p.items[i], p
			}
		}
	}
	return nil, nil
}

// inside returns the entries of a piece of the card.
func (c *composer) inside(n *yaml.Node, low, end int) []piece {
	out, ok := c.text.pieces(n, low, end)
	if !ok {
		c.r.want(n, inLines)
	}
	return out
}

// compose makes the edits: items first, which say what definitions are used.
func (c *composer) compose(root *yaml.Node) {
	for _, section := range children(root, "sections") {
		for _, it := range children(section, "items") {
			for i := 0; !uses(it) && i+1 < len(it.Content); i += 2 {
				c.test(it.Content[i], it.Content[i+1])
			}
		}
	}
	var define, parts *piece
	top := c.inside(root, 0, len(c.text.lines))
	for i, t := range top {
		switch t.key.Value {
		case "define":
			define = &top[i]
		case "parts":
			parts = &top[i]
		case "sections":
			c.sections(t)
		}
	}
	if len(c.r.ps) == 0 && parts != nil {
		c.define(parts, define, c.needed(define))
	}
}

// needed returns the definitions of parts that the whole card uses. The card's
// own ones are all in it, and come first.
func (c *composer) needed(define *piece) map[string]bool {
	own := map[string]bool{}
	queue := slices.Clone(c.tests)
	if define != nil && define.value.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(define.value.Content); i += 2 {
			key, value := define.value.Content[i], define.value.Content[i+1]
			own[key.Value], queue = true, append(queue, value)
			if d := c.definition(key.Value); d != nil && same(d.value, value) {
				c.r.want(key, "a test other than the part's")
			}
		}
	}
	needed := map[string]bool{}
	for len(queue) > 0 {
		test := (&reader{doc: c.r.doc}).test(queue[0]) // what is wrong in it is found in the whole card
		queue = queue[1:]
		test.Walk(func(t *Test) {
			name := t.Word("name", "")
			if t.Op != OpUse || own[name] || needed[name] {
				return
			}
			if d := c.definition(name); d != nil {
				needed[name], queue = true, append(queue, d.value)
			}
		})
	}
	return needed
}

// define puts the needed definitions before the card's own ones, or in the
// place where it names its parts.
func (c *composer) define(parts, own *piece, needed map[string]bool) {
	var entries []piece
	column := 3
	if own != nil && len(needed) > 0 {
		entries = c.inside(own.value, own.at+1, own.to)
		if len(entries) > 0 {
			column = entries[0].key.Column
		} else if bare := strings.TrimSpace(cut(c.text.lines[own.at], own.key.Column+len("define"), -1)); bare != "" && bare[0] != '#' {
			c.r.want(own.value, inLines)
		}
	}
	lines := c.definitions(needed, column)
	names := edit{from: parts.at, to: parts.to}
	for names.from > parts.from && c.text.comment(names.from-1) {
		names.from--
	}
	switch {
	case len(lines) == 0 || own != nil:
		if names.from > 0 && c.text.blank(names.from-1) && names.to < len(c.text.lines) && c.text.blank(names.to) {
			names.to++
		}
	default:
		at := line{file: c.r.doc.File, number: parts.at + 1}
		at.text = "define:\n"
		names.lines = append([]line{at}, lines...)
		lines = nil
	}
	c.edits = append(c.edits, names)
	if len(lines) > 0 {
		if len(entries) > 0 && !entries[0].gap {
			lines = append(lines, line{text: "\n", file: c.r.doc.File, number: own.at + 1})
		}
		c.edits = append(c.edits, edit{own.at + 1, own.at + 1, lines})
	}
}

// definitions returns the lines of the needed definitions, in the order of the
// parts, with an empty line where there is one in the part.
func (c *composer) definitions(needed map[string]bool, column int) []line {
	var out []line
	for _, p := range c.parts {
		gap := true
		for _, d := range p.define {
			gap = gap || d.gap
			if !needed[d.key.Value] {
				continue
			}
			if gap && len(out) > 0 {
				out = append(out, line{text: "\n", file: p.doc.File, number: d.at + 1})
			}
			gap = false
			out = append(out, p.take(d.from, d.to, column-d.key.Column)...)
		}
	}
	return out
}

// lines returns the card's lines with the edits made.
func (c *composer) lines() fullText {
	slices.SortStableFunc(c.edits, func(a, b edit) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	var out fullText
	at := 0
	for _, e := range c.edits {
		out = append(out, c.text.take(at, e.from, 0)...)
		out = append(out, e.lines...)
		at = e.to
	}
	return append(out, c.text.take(at, len(c.text.lines), 0)...)
}
