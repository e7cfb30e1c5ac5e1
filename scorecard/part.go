package scorecard

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// PartFolder is where parts lie, each in a file NAME.yaml. Name stands before
// the names of its files in messages.
type PartFolder struct {
	Name  string
	Files fs.FS
}

// ContentParts is the folder of parts of the content in fsys.
func ContentParts(fsys fs.FS) PartFolder {
	const name = "scorecards/parts"
	files, err := fs.Sub(fsys, name)
	if err != nil {
		panic("scorecard: " + name + " is no name of a folder: " + err.Error())
	}
	return PartFolder{Name: name, Files: files}
}

// part is what cards share: definitions and items, with the places of their
// words. It does not name other parts, so that no circle can be.
type part struct {
	*sheet
	define, items []piece
}

// partText is the shape of a part.
type partText struct {
	Define yaml.Node `yaml:"define"`
	Items  yaml.Node `yaml:"items"`
}

// readPart reads a part from its text. The error is yamldoc.Problems about the
// layout alone; what stands in it is checked in the cards that take it.
func readPart(file string, text []byte) (*part, error) {
	s, err := readSheet(file, text)
	if err != nil {
		return nil, err
	}
	root := s.doc.Root
	if err := s.doc.Decode(root, &partText{}); err != nil {
		return nil, err
	}
	p, r := &part{sheet: s}, &reader{doc: s.doc}
	top, ok := s.pieces(root, 0, len(s.lines))
	for _, t := range top {
		switch inside, good := s.pieces(t.value, t.at+1, t.to); {
		case !good:
			ok = false
		case t.key.Value == "define":
			p.define = inside
		default:
			p.items = inside
		}
	}
	switch {
	case !ok:
		r.want(root, inLines)
	case len(p.define)+len(p.items) == 0:
		r.want(root, "definitions or items")
	}
	var names []*yaml.Node
	for _, d := range p.define {
		names = append(names, d.key)
	}
	r.once(names, "each name once")
	p.checkItems(r)
	if len(r.ps) > 0 {
		sortProblems(r.ps)
		return nil, r.ps
	}
	return p, nil
}

// checkItems finds items that cannot be taken by their id.
func (p *part) checkItems(r *reader) {
	var ids []*yaml.Node
	for _, it := range p.items {
		keys, ok := p.pieces(it.value, it.at, it.to)
		switch {
		case !ok || it.value.Kind != yaml.MappingNode:
			r.want(it.value, inLines)
		case len(keys) == 0 || keys[0].key.Value != "id" || !id.Slug(keys[0].value.Value):
			r.want(it.value, "an item that begins with its id")
		default:
			ids = append(ids, keys[0].value)
		}
	}
	r.once(ids, "each item's id once")
}

// CheckPart returns what is wrong in a part that only its own text shows:
// yamldoc.Problems, kind Invalid. Names that it uses may be defined by the
// other parts of a card, so that only the cards show whether they all are.
func CheckPart(file string, text []byte, known Known) error {
	p, err := readPart(file, text)
	if err != nil {
		return err
	}
	r := &reader{doc: p.doc, known: known}
	for _, d := range p.define {
		r.definition(d.key, d.value)
	}
	for _, it := range p.items {
		r.item(it.value)
	}
	if len(r.ps) > 0 {
		sortProblems(r.ps)
		return r.ps
	}
	return nil
}

// library finds parts, each read once.
type library struct {
	folders []PartFolder
	read    map[string]*part
}

// part returns the part of that name from the first folder that has it;
// fs.ErrNotExist when none has.
func (l *library) part(name string) (*part, error) {
	if p := l.read[name]; p != nil {
		return p, nil
	}
	if !id.Slug(name) {
		return nil, fs.ErrNotExist
	}
	for _, f := range l.folders {
		text, err := fs.ReadFile(f.Files, name+".yaml")
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		p, err := readPart(path.Join(f.Name, name+".yaml"), text)
		if err != nil {
			return nil, err
		}
		if l.read == nil {
			l.read = map[string]*part{}
		}
		l.read[name] = p
		return p, nil
	}
	return nil, fs.ErrNotExist
}

// names lists the parts there are.
func (l *library) names() []string {
	var out []string
	for _, f := range l.folders {
		files, _ := fs.Glob(f.Files, "*.yaml") // the pattern is good, and that is all it says
		for _, file := range files {
			out = append(out, strings.TrimSuffix(file, ".yaml"))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Read reads a card from the text of a file as Parse does, after putting in
// what it takes from parts: of several folders that have a part, the first
// counts. The text of the card is the whole one, without parts. Problems name
// the file and the line in which the words stand.
func Read(file string, text []byte, folders []PartFolder, known Known) (*Card, error) {
	return read(file, text, &library{folders: folders}, known)
}

func read(file string, text []byte, l *library, known Known) (*Card, error) {
	lines, err := compose(file, text, l)
	if err != nil {
		return nil, err
	}
	c, err := Parse(file, lines.text(), known)
	var ps yamldoc.Problems
	if errors.As(err, &ps) {
		return nil, lines.placed(ps)
	}
	return c, err
}

// fullText is a card's text in which everything stands, by its lines.
type fullText []line

// line is one line of a whole card and where it was written: in the line of
// that number, counted from 1, by so many columns further left.
type line struct {
	text   string
	file   string
	number int
	moved  int
}

func (w fullText) text() []byte {
	var out []byte
	for i, l := range w {
		out = append(out, l.text...)
		if i+1 < len(w) && !breaks.MatchString(l.text) {
			out = append(out, '\n')
		}
	}
	return out
}

// placed moves problems to where their words stand.
func (w fullText) placed(ps yamldoc.Problems) yamldoc.Problems {
	out := slices.Clone(ps)
	for i, p := range ps {
		if n := p.At.Line; n >= 1 && n <= len(w) {
			l := w[n-1]
			out[i].At = fault.Position{File: l.file, Line: l.number, Column: max(1, p.At.Column-l.moved)}
		}
	}
	return out
}
