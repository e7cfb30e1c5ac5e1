package scorecard

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// inLines is expected where pieces of a text are taken as they are written.
const inLines = "each entry on lines of its own, without braces"

// breaks are what YAML takes for the end of a line.
var breaks = regexp.MustCompile("\r\n|[\r\n\u0085\u2028\u2029]")

// ends are the marks at which a YAML document is over.
var ends = regexp.MustCompile(`^(---|\.\.\.)(\s|$)`)

// sheet is a text by its lines, so that pieces of it can be taken with their
// comments and their layout.
type sheet struct {
	doc   *yamldoc.Doc
	lines []string // with their breaks
}

func readSheet(file string, text []byte) (*sheet, error) {
	doc, err := yamldoc.Parse(file, text)
	if err != nil {
		return nil, err
	}
	s := &sheet{doc: doc}
	rest := string(text)
	for rest != "" {
		at := breaks.FindStringIndex(rest)
		if at == nil {
			at = []int{0, len(rest)}
		}
		s.lines, rest = append(s.lines, rest[:at[1]]), rest[at[1]:]
	}
	return s, nil
}

// piece is an entry of a mapping or of a list where it stands: the lines
// [from,to) of its sheet, counted from 0, of which those before at are the
// comments above it. The key of an entry of a list is the entry itself.
type piece struct {
	key, value   *yaml.Node
	from, at, to int
	gap          bool // an empty line stands above
}

// pieces returns the entries of n, which stands in the lines [low,end). It is
// false when an entry does not begin its line. What is no mapping and no list
// has none.
func (s *sheet) pieces(n *yaml.Node, low, end int) ([]piece, bool) {
	step := 1
	switch {
	case n.Kind == yaml.MappingNode:
		step = 2
	case n.Kind != yaml.SequenceNode:
		return nil, true
	}
	if n.Style&yaml.FlowStyle != 0 {
		return nil, len(n.Content) == 0
	}
	var out []piece
	for i := 0; i < len(n.Content); i += step {
		p := piece{key: n.Content[i], value: n.Content[i+step-1]}
		p.at = p.key.Line - 1
		if p.at < low || p.at >= end || !s.begins(p.key, step == 1) {
			return nil, false
		}
		p.from = p.at
		for p.from > low && s.heads(p.from-1, p.key.Column) {
			p.from--
		}
		if i > 0 {
			out[len(out)-1].to = p.from
		}
		for p.from < p.at && s.blank(p.from) {
			p.from, p.gap = p.from+1, true
		}
		out, low = append(out, p), p.at+1
	}
	if len(out) > 0 {
		out[len(out)-1].to = s.last(low, end, out[0].key.Column)
	}
	return out, true
}

// last returns where the last entry of a text that ends before the line end is
// over: low is the line after its own first one, column where entries begin.
func (s *sheet) last(low, end, column int) int {
	for i := low; i < end; i++ {
		if ends.MatchString(s.lines[i]) {
			end = i
		}
	}
	for end > low && s.heads(end-1, column) {
		end--
	}
	return end
}

// begins reports whether n is the first on its line, after the dash of its
// entry where there is one; in a list there must be.
func (s *sheet) begins(n *yaml.Node, dash bool) bool {
	before := strings.TrimSpace(cut(s.lines[n.Line-1], 0, n.Column-1))
	return before == "-" || before == "" && !dash
}

// heads reports whether line i may stand above an entry that begins in that
// column: empty, or a comment that is not further right.
func (s *sheet) heads(i, column int) bool {
	return s.blank(i) || s.comment(i) && indent(s.lines[i]) < column
}

func (s *sheet) blank(i int) bool   { return strings.TrimSpace(s.lines[i]) == "" }
func (s *sheet) comment(i int) bool { return strings.HasPrefix(strings.TrimSpace(s.lines[i]), "#") }

// take returns the lines [from,to), moved to the right by so many columns.
func (s *sheet) take(from, to, moved int) []line {
	out := make([]line, 0, to-from)
	for i := from; i < to; i++ {
		l := line{text: s.lines[i], file: s.doc.File, number: i + 1}
		switch have := indent(l.text); {
		case have == 0 && s.blank(i):
		case moved >= 0:
			l.text, l.moved = strings.Repeat(" ", moved)+l.text, moved
		default:
			l.moved = max(moved, -have)
			l.text = l.text[-l.moved:]
		}
		out = append(out, l)
	}
	return out
}

// indent counts the spaces before the text of a line.
func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// cut returns the characters [from,to) of a line; to -1 is its end.
func cut(line string, from, to int) string {
	runes := []rune(line)
	if to < 0 || to > len(runes) {
		to = len(runes)
	}
	return string(runes[min(from, to):to])
}

// same reports whether two values mean the same, whatever their layout.
func same(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.Tag != b.Tag || a.Value != b.Value || len(a.Content) != len(b.Content) {
		return false
	}
	for i := range a.Content {
		if !same(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}
