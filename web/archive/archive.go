package archive

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/result"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Skill reads archives; skill.Service does.
type Skill interface {
	Archive(ctx context.Context, a staff.Actor, p id.Person, shared ...id.Person) ([]skill.Entry, error)
}

// Names tells how people are called; staff.Service does.
type Names interface {
	Names(ctx context.Context, a staff.Actor, who ...id.Person) (map[id.Person]string, error)
}

// Briefs tells of a conversation in a line; result.Pages does.
type Briefs interface {
	Brief(v *visit.Visit, c id.Conversation) (result.Brief, error)
}

// Pages are the pages of this errand. HalfLife is that of the archive's
// estimates.
type Pages struct {
	Skill        Skill
	Names        Names
	Briefs       Briefs
	Competencies []scorecard.Competency
	HalfLife     time.Duration
}

// Own shows the reader's own archive.
func (p Pages) Own(v *visit.Visit) error { return p.show(v, v.Person.ID) }

// Show shows somebody's archive; one's own has an address of its own.
func (p Pages) Show(v *visit.Visit) error {
	who := id.Person(v.Request.PathValue("person"))
	if who == v.Person.ID {
		return v.Go("/archive")
	}
	return p.show(v, who)
}

func (p Pages) show(v *visit.Visit, who id.Person) error {
	raw, err := p.Skill.Archive(v.Context(), v.Actor, who)
	if fault.Is(err, fault.Denied) { // who may not read it is not told whether there is one
		return fault.New(fault.NotFound, "web.error.no-page", nil)
	}
	if err != nil {
		return err
	}
	names, err := p.Names.Names(v.Context(), v.Actor, authors(raw, who)...)
	if err != nil {
		return err
	}
	out := Page{Mine: who == v.Person.ID, Path: "/archive/" + string(who), Begin: who == v.Person.ID && v.May(staff.PracticeTake)}
	if out.Mine {
		out.Path, out.Title = "/archive", v.Text("web.archive.mine")
	} else if names[who] == "" {
		return fault.New(fault.NotFound, "web.error.no-page", nil)
	} else {
		out.Title = v.Text("web.archive.of", ui.Args{"name": names[who]})
	}
	w := writer{v: v, names: names, corrected: corrected(raw), brief: p.Briefs.Brief}
	current := skill.Current(raw)
	if len(current) > 0 {
		out.Sub = v.Plural("web.archive.sub", len(raw), ui.Args{"month": v.Month(current[0].At)})
	}
	if out.Months, out.More, err = w.months(current, v.Form("before"), out.Path); err != nil {
		return err
	}
	estimates := skill.Estimates(raw, v.Now, p.HalfLife)
	chosen := id.Competency(v.Form("competency"))
	out.Groups, out.Unknown = p.groups(v, estimates, chosen, out.Path)
	if out.Evidence, err = p.evidence(v, w, current, estimates, chosen); err != nil {
		return err
	}
	return v.Show(Show(v.Reader, out))
}

func authors(entries []skill.Entry, who id.Person) []id.Person {
	out := []id.Person{who}
	for _, e := range entries {
		if e.By != "" && !slices.Contains(out, e.By) {
			out = append(out, e.By)
		}
	}
	return out
}

// groups lays the estimates out along the tree. Competencies without any
// evidence are only named: an empty band would look like a low one.
func (p Pages) groups(v *visit.Visit, estimates map[id.Competency]skill.Estimate, chosen id.Competency, path string) (groups []BandGroup, unknown []string) {
	lang := conversation.Lang(v.Lang().Speech())
	top := map[id.Competency]id.Competency{}
	parents := map[id.Competency]bool{}
	for _, c := range p.Competencies {
		parents[c.Parent] = true
	}
	at := map[id.Competency]int{}
	for _, c := range p.Competencies {
		if c.Parent == "" {
			top[c.ID] = c.ID
			at[c.ID] = len(groups)
			groups = append(groups, BandGroup{Title: c.Title.In(lang)})
		} else {
			top[c.ID] = top[c.Parent]
		}
		e, known := estimates[c.ID]
		if !known {
			if !parents[c.ID] {
				unknown = append(unknown, c.Title.In(lang))
			}
			continue
		}
		g := &groups[at[top[c.ID]]]
		g.Bands = append(g.Bands, ui.Band{Title: c.Title.In(lang), URL: path + "?competency=" + string(c.ID), Low: e.Low, Middle: e.Mean, High: e.High,
			Known: true, Value: span(e), Here: c.ID == chosen})
	}
	return slices.DeleteFunc(groups, func(g BandGroup) bool { return len(g.Bands) == 0 }), unknown
}

// span writes an estimate's band in hundredths.
func span(e skill.Estimate) string {
	return strconv.Itoa((e.Low+5)/10) + "–" + strconv.Itoa((e.High+5)/10)
}

// evidence lists what stands behind the chosen competency, newest first.
func (p Pages) evidence(v *visit.Visit, w writer, current []skill.Entry, estimates map[id.Competency]skill.Estimate, chosen id.Competency) (*Evidence, error) {
	at := slices.IndexFunc(p.Competencies, func(c scorecard.Competency) bool { return c.ID == chosen })
	if at < 0 {
		return nil, nil
	}
	out := &Evidence{Title: p.Competencies[at].Title.In(conversation.Lang(v.Lang().Speech()))}
	if e, known := estimates[chosen]; known {
		out.Estimate = v.Plural("web.archive.estimate", e.N, ui.Args{"span": span(e)})
	}
	for _, e := range slices.Backward(current) {
		for _, m := range e.Marks {
			if m.Competency == chosen {
				entry, err := w.entry(e)
				if err != nil {
					return nil, err
				}
				out.Items = append(out.Items, Proof{When: entry.When, Text: entry.What, URL: entry.URL, Mark: v.Decimal(float64(m.Points) * 100 / float64(m.Max))})
			}
		}
	}
	return out, nil
}
