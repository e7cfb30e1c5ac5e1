package scorecards

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// maxWhy bounds what is written about a change, in code points.
const maxWhy = 1000

// TextPage is the text of a version, to be changed.
type TextPage struct {
	Title, Version, Back string
	URL                  string
	Text, Why            string
	Problems             []Problem
	Wrong                string
	Rows                 int
}

// Problem is one thing that is wrong in a text, and where.
type Problem struct {
	Line, Column int
	Text         string
}

// Text shows the text of a version.
func (p Pages) Text(v *visit.Visit) error {
	version, card, err := p.version(v)
	if err != nil {
		return err
	}
	return v.Show(Text(v.Reader, textPage(v, version, card, version.Text)))
}

func textPage(v *visit.Visit, version scorecard.Version, card *scorecard.Card, text string) TextPage {
	back := "/scorecards/" + string(version.Card) + "/versions/" + version.Name
	return TextPage{Title: card.Title.In(conversation.Lang(v.Lang().Speech())), Version: version.Name, Back: back, URL: back + "/text", Text: text,
		Rows: min(60, strings.Count(text, "\n")+3)}
}

// SaveText keeps a changed text as a new draft, or says what is wrong in it.
func (p Pages) SaveText(v *visit.Visit) error {
	version, card, err := p.version(v)
	if err != nil {
		return err
	}
	if err := staff.Need(v.Actor, staff.ScorecardEdit, staff.Subject{}); err != nil {
		return err
	}
	text := v.Form("text")
	saved, err := p.save(v, version, text)
	var problems yamldoc.Problems
	if err == nil {
		return v.Go("/scorecards/" + string(saved.Card) + "/versions/" + saved.Name)
	}
	page := textPage(v, version, card, text)
	page.Why = v.Form("why")
	if errors.As(err, &problems) {
		for _, one := range problems {
			page.Problems = append(page.Problems, Problem{Line: one.At.Line, Column: one.At.Column, Text: problem(v, one)})
		}
	} else if page.Wrong, err = v.Wrong(err); err != nil {
		return err
	}
	return v.ShowStatus(http.StatusUnprocessableEntity, Text(v.Reader, page))
}

// save keeps a text as a new version, with why it was changed.
func (p Pages) save(v *visit.Visit, base scorecard.Version, text string) (scorecard.Version, error) {
	why := strings.TrimSpace(v.Form("why"))
	if utf8.RuneCountInString(why) > maxWhy {
		return scorecard.Version{}, fault.New(fault.Invalid, "web.contest.empty", fault.Args{"max": maxWhy})
	}
	return p.Cards.Save(v.Context(), v.Person.ID, base, text, why)
}

// SaveSettings keeps what was changed in the form as a new draft: weights,
// states, and what a miss means. The text keeps everything else.
func (p Pages) SaveSettings(v *visit.Visit) error {
	version, card, err := p.version(v)
	if err != nil {
		return err
	}
	if err := staff.Need(v.Actor, staff.ScorecardEdit, staff.Subject{}); err != nil {
		return err
	}
	saved, err := p.saveSettings(v, version, card)
	if err == nil {
		return v.Go("/scorecards/" + string(saved.Card) + "/versions/" + saved.Name)
	}
	page, pageErr := p.page(v, version, card)
	if pageErr != nil {
		return pageErr
	}
	var problems yamldoc.Problems
	if errors.As(err, &problems) {
		page.Problem = problem(v, problems[0])
	} else if page.Problem, err = v.Wrong(err); err != nil {
		return err
	}
	return v.ShowStatus(http.StatusUnprocessableEntity, Show(v.Reader, page))
}

func (p Pages) saveSettings(v *visit.Visit, version scorecard.Version, card *scorecard.Card) (scorecard.Version, error) {
	settings, err := settings(v, card)
	if err != nil {
		return scorecard.Version{}, err
	}
	text, err := scorecard.Edit([]byte(version.Text), settings)
	if err != nil {
		return scorecard.Version{}, err
	}
	return p.save(v, version, string(text))
}

// settings reads what the form changes.
func settings(v *visit.Visit, card *scorecard.Card) ([]scorecard.Setting, error) {
	var out []scorecard.Setting
	for s := range card.Sections {
		for _, it := range card.Sections[s].Items {
			now := []scorecard.Setting{{Item: it.ID, Key: "weight", Value: strconv.Itoa(it.Weight)}, {Item: it.ID, Key: "state", Value: string(it.State)},
				{Item: it.ID, Key: "critical", Value: string(it.Critical)}, {Item: it.ID, Key: "auto-fail", Value: string(it.AutoFail)}}
			for _, one := range now {
				asked := strings.TrimSpace(v.Form(one.Key + "." + it.ID))
				if asked == "" || asked == one.Value {
					continue
				}
				if n, err := strconv.Atoi(asked); one.Key == "weight" && (err != nil || n < 0 || n > 1000) {
					return nil, fault.New(fault.Invalid, "scorecard.edit", fault.Args{"item": it.ID, "key": one.Key})
				}
				one.Value = asked
				out = append(out, one)
			}
		}
	}
	return out, nil
}

// Move moves a version on in its life.
func (p Pages) Move(v *visit.Visit) error {
	version, card, err := p.version(v)
	if err != nil {
		return err
	}
	to := scorecard.State(v.Form("state"))
	if !slices.Contains([]scorecard.State{scorecard.Shadow, scorecard.Live, scorecard.Retired}, to) {
		return fault.New(fault.Invalid, "scorecard.state.unknown", fault.Args{"state": string(to)})
	}
	if err := mayMove(v, version, to); err != nil {
		return err
	}
	figures, err := p.proofs(v, card)
	if err != nil {
		return err
	}
	why := strings.TrimSpace(v.Form("why"))
	if utf8.RuneCountInString(why) > maxWhy {
		return fault.New(fault.Invalid, "web.contest.empty", fault.Args{"max": maxWhy})
	}
	if wrong, _ := exampleFigures(v, p.examples(card, conversation.Lang(v.Lang().Speech()))); wrong > 0 && why == "" && to == scorecard.Live {
		return p.refuse(v, version, card, fault.New(fault.Conflict, "web.scorecard.examples.refused", nil))
	}
	err = p.Cards.Decide(v.Context(), scorecard.Decision{Card: version.Card, Version: version.Name, To: to, By: v.Person.ID, Why: why}, known(figures))
	if fault.Is(err, fault.Conflict) {
		return p.refuse(v, version, card, err)
	}
	if err != nil {
		return err
	}
	return v.Go("/scorecards/" + string(version.Card) + "/versions/" + version.Name)
}

// refuse shows the version with what stands in the way.
func (p Pages) refuse(v *visit.Visit, version scorecard.Version, card *scorecard.Card, why error) error {
	page, err := p.page(v, version, card)
	if err != nil {
		return err
	}
	page.Problem = v.Error(why)
	return v.ShowStatus(http.StatusConflict, Show(v.Reader, page))
}

// mayMove: whoever writes scorecards may try one or withdraw it; putting one
// in force takes another person.
func mayMove(v *visit.Visit, version scorecard.Version, to scorecard.State) error {
	if to != scorecard.Live {
		return staff.Need(v.Actor, staff.ScorecardEdit, staff.Subject{})
	}
	if version.Author == v.Person.ID {
		return fault.New(fault.Denied, "scorecard.version.own", nil)
	}
	return staff.Need(v.Actor, staff.RuleRelease, staff.Subject{Author: version.Author})
}

// problem says in the reader's language what is wrong in a text.
func problem(v *visit.Visit, p yamldoc.Problem) string {
	return v.Text(p.Key, ui.Args{"read": p.Read, "expected": p.Expected, "nearest": p.Nearest})
}
