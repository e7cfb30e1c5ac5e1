package analysis

import (
	"errors"
	"fmt"
	"io/fs"

	"go.yaml.in/yaml/v3"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// CatalogueFile is where a content folder keeps its acts.
const CatalogueFile = "acts.yaml"

// Catalogue is the list of all acts, in the order of its file. It does not
// change after it is loaded.
type Catalogue struct {
	acts []ActInfo
	at   map[Act]int
}

// LoadCatalogue reads acts.yaml at the root of fsys. What is wrong in it comes
// back as yamldoc.Problems with places.
func LoadCatalogue(fsys fs.FS) (*Catalogue, error) {
	text, err := fs.ReadFile(fsys, CatalogueFile)
	if err != nil {
		return nil, fmt.Errorf("analysis.LoadCatalogue: %w", err)
	}
	return ParseCatalogue(CatalogueFile, text)
}

// catalogueText is the shape of the file.
type catalogueText struct {
	Acts []yaml.Node `yaml:"acts"`
}

type actText struct {
	ID      yaml.Node                    `yaml:"id"`
	Kind    yaml.Node                    `yaml:"kind"`
	Title   map[conversation.Lang]string `yaml:"title"`
	Meaning map[conversation.Lang]string `yaml:"meaning"`
	Feeling map[conversation.Lang]string `yaml:"feeling"`
	Better  map[conversation.Lang]string `yaml:"better"`
	By      yaml.Node                    `yaml:"by"`
	Family  string                       `yaml:"family"`
	HidesIn []yaml.Node                  `yaml:"hides-in"`
	Faint   bool                         `yaml:"faint"`
}

// ParseCatalogue reads the text of a catalogue; file names it in problems.
func ParseCatalogue(file string, text []byte) (*Catalogue, error) {
	doc, err := yamldoc.Parse(file, text)
	if err != nil {
		return nil, err
	}
	var raw catalogueText
	if err := doc.Decode(doc.Root, &raw); err != nil {
		return nil, err
	}
	c := &Catalogue{at: map[Act]int{}}
	var problems yamldoc.Problems
	var hides [][]yaml.Node // by act
	for i := range raw.Acts {
		var t actText
		if err := doc.Decode(&raw.Acts[i], &t); err != nil {
			var ps yamldoc.Problems
			if !errors.As(err, &ps) {
				return nil, err
			}
			problems = append(problems, ps...)
			continue
		}
		ps := c.add(doc, &raw.Acts[i], t)
		if len(ps) == 0 {
			hides = append(hides, t.HidesIn)
		}
		problems = append(problems, ps...)
	}
	for i := range hides {
		problems = append(problems, c.hide(doc, &c.acts[i], hides[i])...)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return c, nil
}

// add checks one act and keeps it.
func (c *Catalogue) add(doc *yamldoc.Doc, n *yaml.Node, t actText) yamldoc.Problems {
	var ps yamldoc.Problems
	a := ActInfo{ID: Act(t.ID.Value), Kind: Kind(t.Kind.Value),
		Title: t.Title, Meaning: t.Meaning, Feeling: t.Feeling, Better: t.Better, Family: t.Family, Faint: t.Faint}
	if a.ID == "" {
		ps = append(ps, doc.Want(n, "an act with an id"))
	}
	if _, twice := c.at[a.ID]; twice {
		ps = append(ps, doc.Want(&t.ID, "each act once"))
	}
	switch a.Kind {
	case Technique, Fault, CustomerSays, Signal:
	default:
		ps = append(ps, doc.Unknown(&t.Kind, []string{string(Technique), string(Fault), string(CustomerSays), string(Signal)}))
	}
	for _, lang := range []conversation.Lang{conversation.Chinese, conversation.English} {
		if a.Title[lang] == "" || a.Meaning[lang] == "" {
			ps = append(ps, doc.Want(n, "a title and a meaning in zh and en"))
			break
		}
		if a.Kind == Fault && (a.Feeling[lang] == "" || a.Better[lang] == "") {
			ps = append(ps, doc.Want(n, "for a fault, feeling and better in zh and en"))
			break
		}
	}
	if by := conversation.Role(t.By.Value); a.Kind == Signal {
		a.By = by
		if by != conversation.Agent && by != conversation.Customer {
			ps = append(ps, doc.Want(n, "a signal by agent or customer"))
		}
	}
	if (a.Kind == Signal) != (a.Family != "") {
		ps = append(ps, doc.Want(n, "a family for a signal, and for nothing else"))
	}
	if a.Faint && a.Kind != Signal {
		ps = append(ps, doc.Want(n, "only a signal to be faint"))
	}
	if len(ps) == 0 {
		c.at[a.ID] = len(c.acts)
		c.acts = append(c.acts, a)
	}
	return ps
}

// hide notes in which acts a signal may hide, when all are known.
func (c *Catalogue) hide(doc *yamldoc.Doc, a *ActInfo, in []yaml.Node) (ps yamldoc.Problems) {
	for i := range in {
		_, known := c.at[Act(in[i].Value)]
		switch {
		case a.Kind != Signal:
			return append(ps, doc.Want(&in[i], "a signal, since nothing else hides"))
		case !known && Act(in[i].Value) != AnyAct:
			ps = append(ps, doc.Want(&in[i], "for an act to hide in, one of this file"))
		default:
			a.HidesIn = append(a.HidesIn, Act(in[i].Value))
		}
	}
	return ps
}

// Act returns what the catalogue knows of act a.
func (c *Catalogue) Act(a Act) (ActInfo, bool) {
	i, ok := c.at[a]
	if !ok {
		return ActInfo{}, false
	}
	return c.acts[i], true
}

// All returns all acts in the order of the file. The caller may keep the slice.
func (c *Catalogue) All() []ActInfo {
	return append([]ActInfo(nil), c.acts...)
}
