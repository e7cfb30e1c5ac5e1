package scorecard

import (
	"io/fs"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// Competency is one node of the competency tree. Parent is "" at the top.
type Competency struct {
	ID     id.Competency
	Parent id.Competency
	Title  Text
}

// LoadCompetencies reads competencies.yaml of fsys, parents before children.
func LoadCompetencies(fsys fs.FS) ([]Competency, error) {
	const file = "competencies.yaml"
	text, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, fault.Wrap("scorecard.LoadCompetencies", err)
	}
	out, err := parseCompetencies(file, text)
	return out, fault.Wrap("scorecard.LoadCompetencies", err)
}

func parseCompetencies(file string, text []byte) ([]Competency, error) {
	doc, err := yamldoc.Parse(file, text)
	if err != nil {
		return nil, err
	}
	r := &reader{doc: doc}
	var t struct {
		Competencies []yaml.Node `yaml:"competencies"`
	}
	r.decode(doc.Root, &t)
	var out []Competency
	var known []string
	for i := range t.Competencies {
		n := &t.Competencies[i]
		var one struct {
			ID     string            `yaml:"id"`
			Parent string            `yaml:"parent"`
			Title  map[string]string `yaml:"title"`
		}
		if !r.decode(n, &one) {
			continue
		}
		c := Competency{ID: id.Competency(one.ID), Parent: id.Competency(one.Parent), Title: r.text(n, "title", one.Title)}
		r.needSlug(n, one.ID)
		r.needTitle(n, c.Title)
		if one.Parent != "" {
			r.choice(n, "parent", one.Parent, "", known)
		}
		if slices.Contains(known, one.ID) {
			r.want(valueOf(n, "id"), "each competency once")
		}
		known = append(known, one.ID)
		out = append(out, c)
	}
	if len(r.ps) > 0 {
		return nil, r.ps
	}
	return out, nil
}

// IDs returns the ids of cs, for Known.
func IDs(cs []Competency) []id.Competency {
	out := make([]id.Competency, len(cs))
	for i, c := range cs {
		out[i] = c.ID
	}
	return out
}
