package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Page is one scenario in one of its versions, or one that is stored nowhere yet,
// with its editor and its bench.
type Page struct {
	ID, Title, Lang string
	Of              string // the id that its text must have; "" for any
	New             bool   // it has no version; ID is what it may be called
	From            string // New: URL of the conversation that it was drafted from
	Number, Newest  int
	State           scenario.State
	Live            int // the version in force; 0 for none
	Who, When, Why  string
	URL             string // of this version
	Panes           []Pane
	Problems        []Problem
	Told            string // why a text was not stored
	Wanted          string // what the reader wrote about her change
	Saved           bool

	MayRelease, MayRetire bool
	Own                   bool // she had a hand in it, so that somebody else releases it
	History               []Past
	Decisions             []Decided
	Seed                  string
}

// Pane is one of the texts. Name is also the name of its field.
type Pane struct {
	Name, Title, Hint, Text string
	Wrong                   int // how many problems it has
	Chosen                  bool
}

// Problem is one thing that is wrong, and where.
type Problem struct {
	Pane         string
	File, Text   string
	Line, Column int
}

// Past is one version in the history.
type Past struct {
	URL, CompareURL, Who, When, Why string
	Number                          int
	State                           scenario.State
	Here                            bool
}

// Decided is one decision about the scenario.
type Decided struct {
	Number                int
	State, Who, When, Why string
}

// paneScenario is the pane of the customer; those of the agents are called like
// the agents.
const paneScenario = "scenario"

// Show shows a version.
func (p Pages) Show(v *visit.Visit) error {
	one, versions, err := p.version(v)
	if err != nil {
		return err
	}
	out, err := p.page(v, one, versions, one.Texts)
	if err != nil {
		return err
	}
	out.Saved = v.Form("saved") != ""
	return v.Show(show(v.Reader, out))
}

// page shows texts, which are the version's or were written from them.
func (p Pages) page(v *visit.Visit, one scenario.Version, versions []scenario.Version, t scenario.Texts) (Page, error) {
	out, err := p.edited(v, one.Scenario, t)
	if err != nil {
		return out, err
	}
	out.ID, out.URL, out.Title = string(one.Scenario), versionURL(one.Scenario, one.Number), cmp.Or(out.Title, string(one.Scenario))
	out.Number, out.Newest, out.State = one.Number, versions[0].Number, one.State
	out.When, out.Why = v.When(one.Made, v.Now), one.Why
	if err := p.history(v, one, versions, &out); err != nil {
		return out, err
	}
	return out, p.moves(v, one, &out)
}

// edited is what stands around texts in the editor; of is the id that they must
// have, "" for any.
func (p Pages) edited(v *visit.Visit, of id.Scenario, t scenario.Texts) (Page, error) {
	head := scenario.HeadOf(t.Scenario)
	out := Page{Of: string(of), Title: head.Title, Lang: string(head.Lang), Seed: "1"}
	_, _, problems, err := p.Library.Read(v.Context(), of, t)
	out.Problems = told(v, problems)
	out.Panes = panes(v, t, out.Problems, v.Form("pane"))
	return out, err
}

func panes(v *visit.Visit, t scenario.Texts, problems []Problem, chosen string) []Pane {
	out := []Pane{{Name: paneScenario, Title: v.Text("web.scenario.pane.scenario"), Hint: v.Text("web.scenario.pane.scenario.hint"), Text: t.Scenario}}
	for _, a := range scenario.Agents() {
		out = append(out, Pane{Name: a, Title: v.Text("web.scenario.pane." + a), Hint: v.Text("web.scenario.pane.agent.hint"), Text: t.Agents[a]})
	}
	for i := range out {
		for _, x := range problems {
			if x.Pane == out[i].Name {
				out[i].Wrong++
			}
		}
		out[i].Chosen = out[i].Name == chosen
	}
	if !slices.ContainsFunc(out, func(p Pane) bool { return p.Chosen }) {
		out[0].Chosen = true
	}
	return out
}

// told says in the reader's language what is wrong.
func told(v *visit.Visit, problems yamldoc.Problems) []Problem {
	var out []Problem
	for _, one := range problems {
		x := Problem{Pane: paneScenario, File: one.At.File, Line: one.At.Line, Column: max(1, one.At.Column)}
		if agent, ok := strings.CutSuffix(one.At.File, ".txt"); ok {
			x.Pane = agent
		}
		one.At = fault.Position{}
		x.Text = v.Error(yamldoc.Problems{one}.Unwrap())
		out = append(out, x)
	}
	slices.SortStableFunc(out, func(a, b Problem) int {
		return cmp.Or(paneRank(a.Pane)-paneRank(b.Pane), a.Line-b.Line, a.Column-b.Column)
	})
	return out
}

func paneRank(pane string) int { return slices.Index(scenario.Agents(), pane) }

// history lists the scenario's versions and what was decided about them.
func (p Pages) history(v *visit.Visit, one scenario.Version, versions []scenario.Version, out *Page) error {
	decisions, err := p.Library.Decisions(v.Context(), one.Scenario)
	if err != nil {
		return err
	}
	who, err := p.authors(v, versions, decidedBy(decisions)...)
	if err != nil {
		return err
	}
	out.Who = who(one.Author)
	for _, x := range versions {
		if x.State == scenario.Live {
			out.Live = x.Number
		}
		past := Past{URL: versionURL(x.Scenario, x.Number), Who: who(x.Author), When: v.When(x.Made, v.Now), Why: x.Why, Number: x.Number,
			State: x.State, Here: x.Number == one.Number}
		if !past.Here {
			past.CompareURL = fmt.Sprintf("%s/compare?with=%d", versionURL(one.Scenario, one.Number), x.Number)
		}
		out.History = append(out.History, past)
	}
	for _, d := range decisions {
		if d.From != "" {
			out.Decisions = append(out.Decisions, Decided{Number: d.Number, State: v.Text("web.scenario.state." + string(d.To)), Who: who(d.By), When: v.When(d.At, v.Now), Why: d.Why})
		}
	}
	return nil
}

// moves says what the reader may do with the version.
func (p Pages) moves(v *visit.Visit, one scenario.Version, out *Page) error {
	hands, err := p.Library.Hands(v.Context(), one.Scenario, one.Number)
	if err != nil {
		return err
	}
	out.Own = slices.Contains(hands, v.Person.ID)
	release := staff.Can(v.Actor, staff.RuleRelease, staff.Subject{Author: one.Author})
	out.MayRelease = one.State != scenario.Live && release && !out.Own && len(out.Problems) == 0
	out.MayRetire = one.State == scenario.Draft || one.State == scenario.Live && release
	return nil
}

// Compare shows what differs between two versions, as a part of the page.
func (p Pages) Compare(v *visit.Visit) error {
	one, _, err := p.version(v)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(v.Form("with"))
	if err != nil {
		return fault.New(fault.NotFound, "scenario.version.unknown", fault.Args{"version": v.Form("with")})
	}
	other, err := p.Library.Version(v.Context(), one.Scenario, n)
	if err != nil {
		return err
	}
	older, newer := one, other
	if older.Number > newer.Number {
		older, newer = newer, older
	}
	out := Comparison{Title: v.Text("web.scenario.compare", ui.Args{"a": older.Number, "b": newer.Number}), Back: versionURL(one.Scenario, one.Number)}
	add := func(file, a, b string) {
		if lines := ui.Diff(strings.Split(a, "\n"), strings.Split(b, "\n")); len(lines) > 0 {
			out.Files = append(out.Files, Compared{File: file, Lines: lines})
		}
	}
	add(scenario.ScenarioFile, older.Texts.Scenario, newer.Texts.Scenario)
	for _, a := range scenario.Agents() {
		add(scenario.AgentFile(a), older.Texts.Agents[a], newer.Texts.Agents[a])
	}
	if v.Part() {
		return v.Show(compared(v.Reader, out))
	}
	return v.Show(comparePage(v.Reader, out))
}

// Comparison is what differs between two versions.
type Comparison struct {
	Title, Back string
	Files       []Compared
}

// Compared is what differs in one file.
type Compared struct {
	File  string
	Lines []ui.DiffLine
}

func decidedBy(decisions []scenario.Decision) []id.Person {
	var out []id.Person
	for _, d := range decisions {
		out = append(out, d.By)
	}
	return out
}
