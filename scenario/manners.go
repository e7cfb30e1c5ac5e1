package scenario

import (
	"io/fs"
	"maps"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// manners is what customers have in common: how acts move a mood
// (scenarios/mood.yaml) and what people say when nothing particular is
// wanted (scenarios/<lang>/common.yaml).
type manners struct {
	moods  moodTable
	common common
}

// moodTable is mood.yaml.
type moodTable struct {
	Acts         map[analysis.Act]Shift `yaml:"acts"`
	Faults       []analysis.Act         `yaml:"faults"`   // those of Acts that hurt
	Soothing     []analysis.Act         `yaml:"soothing"` // those that answer an outburst
	Listening    []analysis.Act         `yaml:"listening"`
	Temperaments map[string]temperament `yaml:"temperaments"`
	Paces        map[string]pace        `yaml:"paces"`
	Limits       Limits                 `yaml:"limits"`
	Warm         warmth                 `yaml:"warm"`
	Events       map[string]Shift       `yaml:"events"`
}

// temperament scales what hurts and what soothes, in per cent.
type temperament struct {
	Stings int `yaml:"stings"`
	Calms  int `yaml:"calms"`
}

// pace is how a customer speaks and waits. The times are milliseconds.
type pace struct {
	Answers int `yaml:"answers"`  // pause before he answers
	Waits   int `yaml:"waits"`    // silence he bears without a word
	PerUnit int `yaml:"per_unit"` // patience, in per cent of the normal cost of a turn
}

// warmth is what it takes to be thanked at the end.
type warmth struct {
	Irritation int `yaml:"irritation"` // at most
	Trust      int `yaml:"trust"`      // at least
	Listening  int `yaml:"listening"`  // different listening acts, at least
}

// common is common.yaml of one language.
type common struct {
	Lines    map[string]Wordings `yaml:"lines"`
	Chat     map[string]Wordings `yaml:"chat"`     // instead of Lines for one who writes
	Outbound map[string]Wordings `yaml:"outbound"` // instead of Lines for one who was called
	Machine  []string            `yaml:"machine"`  // attempts to talk to the machine
	Asking   []string            `yaml:"asking"`   // what makes a sentence a question or request
	Summing  []string            `yaml:"summing"`  // what ends a summary: is that right?
}

// lines returns the common lines for the customer of sc. One who writes hears
// nothing and hangs nothing up, and one who was called did not call.
func (c *common) lines(sc *Scenario) map[string]Wordings {
	out := maps.Clone(c.Lines)
	if sc.Channel == conversation.Chat {
		maps.Copy(out, c.Chat)
	}
	if sc.Direction == conversation.Outbound {
		maps.Copy(out, c.Outbound)
	}
	return out
}

// moodFile is where the table of moods lies in a content, commonFile the common
// lines of a language.
const moodFile = "scenarios/mood.yaml"

func commonFile(lang conversation.Lang) string { return "scenarios/" + string(lang) + "/common.yaml" }

// readCustoms reads the common texts of one language.
func readCustoms(fsys fs.FS, lang conversation.Lang) (Customs, error) {
	moods, err := fs.ReadFile(fsys, moodFile)
	if err != nil {
		return Customs{}, err
	}
	lines, err := fs.ReadFile(fsys, commonFile(lang))
	return Customs{Lang: lang, Moods: string(moods), Lines: string(lines)}, err
}

// loadManners reads and parses the common texts of one language.
func loadManners(fsys fs.FS, lang conversation.Lang) (*manners, error) {
	c, err := readCustoms(fsys, lang)
	if err != nil {
		return nil, err
	}
	return c.manners()
}

func (c Customs) manners() (*manners, error) {
	m := &manners{}
	if err := readYAML(moodFile, c.Moods, &m.moods); err != nil {
		return nil, err
	}
	if err := readYAML(commonFile(c.Lang), c.Lines, &m.common); err != nil {
		return nil, err
	}
	return m, nil
}

func readYAML(file, text string, out any) error {
	d, err := yamldoc.Parse(file, []byte(text))
	if err != nil {
		return err
	}
	return d.Decode(d.Root, out)
}
