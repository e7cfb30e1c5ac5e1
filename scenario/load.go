package scenario

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// Load reads every scenarios/<lang>/<id>/scenario.yaml of fsys, sorted by
// language (Chinese first), level and id. All that is wrong in any of them is
// reported at once, as an Invalid error with positions.
func Load(fsys fs.FS) ([]*Scenario, error) {
	var all []*Scenario
	var errs []error
	for _, lang := range []conversation.Lang{conversation.Chinese, conversation.English} {
		files, err := fs.Glob(fsys, "scenarios/"+string(lang)+"/*/scenario.yaml")
		if err != nil || len(files) == 0 {
			continue
		}
		m, err := loadManners(fsys, lang)
		if err != nil {
			return nil, wrongFile(err)
		}
		for _, file := range files {
			sc, err := loadFile(fsys, file, m)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			all = append(all, sc)
		}
	}
	if len(errs) > 0 {
		return nil, fault.Wrap("scenario.Load", errors.Join(errs...))
	}
	slices.SortStableFunc(all, byLangLevelID)
	return all, nil
}

func byLangLevelID(a, b *Scenario) int {
	if a.Lang != b.Lang {
		return -strings.Compare(string(a.Lang), string(b.Lang))
	}
	if a.Level != b.Level {
		return a.Level - b.Level
	}
	return strings.Compare(string(a.ID), string(b.ID))
}

func loadFile(fsys fs.FS, file string, m *manners) (*Scenario, error) {
	text, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, fault.As(fault.NotFound, "scenario.unreadable", err)
	}
	return parse(file, text, m, Known{})
}

// Parse reads one scenario, with the customs of fsys (mood.yaml and the
// language's common.yaml). What is wrong comes back as yamldoc.Problems.
func Parse(fsys fs.FS, file string, text []byte) (*Scenario, error) {
	d, err := yamldoc.Parse(file, text)
	if err != nil {
		return nil, err
	}
	m, err := loadManners(fsys, headOf(d).Lang)
	if err != nil {
		return nil, wrongFile(err)
	}
	return parse(file, text, m, Known{})
}

// Head is what stands at the top of a scenario and tells what it is.
type Head struct {
	Title        string                 `yaml:"title"`
	Lang         conversation.Lang      `yaml:"lang"`
	Level        int                    `yaml:"level"`
	Channel      conversation.Channel   `yaml:"channel"`
	Direction    conversation.Direction `yaml:"direction"`
	Competencies []id.Competency        `yaml:"competencies"`
}

// HeadOf reads the head of a text that may be full of mistakes; what cannot be
// read stays empty, and the language is Chinese unless the text says English.
func HeadOf(text string) Head {
	d, err := yamldoc.Parse("", []byte(text))
	if err != nil {
		return Head{Lang: conversation.Chinese}
	}
	return headOf(d)
}

func headOf(d *yamldoc.Doc) Head {
	var h Head
	_ = d.Root.Decode(&h) // what has the wrong shape is told by the checks
	if h.Lang != conversation.English {
		h.Lang = conversation.Chinese
	}
	return h
}

func parse(file string, text []byte, m *manners, known Known) (*Scenario, error) {
	d, err := yamldoc.Parse(file, text)
	if err != nil {
		return nil, err
	}
	sc := &Scenario{manners: m}
	if err := d.Decode(d.Root, sc); err != nil {
		return nil, err
	}
	if ps := check(d, sc, known); len(ps) > 0 {
		return nil, ps
	}
	sc.complete()
	return sc, nil
}

func wrongFile(err error) error {
	if fault.Is(err, fault.Invalid) {
		return err
	}
	return fault.As(fault.NotFound, "scenario.common-missing", err)
}

// complete fills in what the text left to the house.
func (sc *Scenario) complete() {
	def := sc.manners.moods.Limits
	if sc.Limits.Threaten == 0 {
		sc.Limits.Threaten = def.Threaten
	}
	if sc.Limits.Supervisor == 0 {
		sc.Limits.Supervisor = def.Supervisor
	}
	if sc.Limits.HangUp == 0 {
		sc.Limits.HangUp = def.HangUp
	}
	if sc.Verification.Due && sc.Verification.Enough == 0 {
		sc.Verification.Enough = len(sc.Verification.Facts)
	}
	for i := range sc.Policies {
		if sc.Policies[i].At == "" {
			sc.Policies[i].At = "idle"
		}
	}
	sc.customs = sc.manners.common.lines(sc)
	sc.ready = map[string]pattern{}
	for _, text := range sc.patterns() {
		if !strings.Contains(text, "{") {
			sc.ready[text] = compile(text, sc.Lang)
		}
	}
}

// patterns returns every text that is a pattern.
func (sc *Scenario) patterns() []string {
	all := slices.Concat(sc.manners.common.Machine, sc.manners.common.Asking, sc.manners.common.Summing, sc.Customer.Jargon)
	for _, co := range sc.Concerns {
		for _, p := range co.Points {
			all = append(all, p.Says...)
		}
	}
	for _, f := range sc.Knows {
		all = append(all, f.Asked...)
	}
	for _, f := range sc.Forbidden {
		all = append(all, f.Says...)
	}
	return all
}
