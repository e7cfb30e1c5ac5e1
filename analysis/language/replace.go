package language

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// relationsFile says which acts replace which others.
const relationsFile = "lexicon/relations.yaml"

// A replacement says that for the same words the specific act is meant and
// not the general one.
type replacement struct {
	act    actNumber
	over   actSet
	within string // "words": overlapping; "clause": the same clause; "turn"
}

type relationsText struct {
	Replaces []replaceText `yaml:"replaces"`
}

type replaceText struct {
	Act    yaml.Node   `yaml:"act"`
	Over   []yaml.Node `yaml:"over"`
	Within yaml.Node   `yaml:"within"`
}

func loadReplacements(fsys fs.FS, cat *analysis.Catalogue, acts *actList) ([]replacement, error) {
	text, err := fs.ReadFile(fsys, relationsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("language.Load: %w", err)
	}
	doc, err := yamldoc.Parse(relationsFile, text)
	if err != nil {
		return nil, err
	}
	var t relationsText
	if err := doc.Decode(doc.Root, &t); err != nil {
		return nil, err
	}
	b := &builder{cat: cat, acts: acts, doc: doc}
	var out []replacement
	for i := range t.Replaces {
		r := &t.Replaces[i]
		special, over := b.named([]yaml.Node{r.Act}), b.actSet(r.Over)
		within := b.oneOf(&r.Within, "words", "clause", "turn")
		if len(special) != 1 {
			continue
		}
		n, _ := acts.number(special[0])
		if over.has(n) {
			b.problems = append(b.problems, doc.Want(&r.Act, "an act that does not replace itself"))
		}
		out = append(out, replacement{n, over, within})
	}
	if len(b.problems) > 0 {
		return nil, b.problems
	}
	return out, nil
}

// replace takes out what a more specific act replaces. The relations are
// applied in the order of the file.
func (h *hearing) replace(marks []mark) []mark {
	if len(marks) < 2 {
		return marks
	}
	for i := range h.e.over {
		r := &h.e.over[i]
		if slices.ContainsFunc(marks, func(m mark) bool { return m.act == r.act }) {
			marks = h.without(marks, r)
		}
	}
	return marks
}

// without returns marks less those that r's act replaces.
func (h *hearing) without(marks []mark, r *replacement) []mark {
	out := h.kept[:0]
	for _, x := range marks {
		gone := false
		if r.over.has(x.act) {
			for _, m := range marks {
				gone = gone || m.act == r.act && h.near(m, x, r.within)
			}
		}
		if !gone {
			out = append(out, x)
		}
	}
	h.marks, h.kept = out, marks[:0]
	return out
}

// near reports whether two marks are about the same words.
func (h *hearing) near(a, b mark, within string) bool {
	switch within {
	case "turn":
		return true
	case "clause":
		m := h.m
		if len(m.text) == 0 {
			m = h.raw // there are but hesitation sounds
		}
		from, _ := m.clause(a.from)
		_, to := m.clause(max(a.to-1, a.from))
		return b.from < to && b.to > from
	}
	return b.from < a.to && b.to > a.from
}
