package result

import (
	"fmt"
	"slices"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Form is the scorecard as an evaluator fills it in: the machine did so before
// her.
type Form struct {
	URL, Result string
	Revises     string // her review that this one replaces; "" for none
	Sections    []FormSection
	Count       int
	Wrong       string // why it was not taken
	QueueURL    string // the next conversation, without judging this one
}

// FormSection is a section of the form. Trial holds items that are judged and
// not scored.
type FormSection struct {
	Title string
	Trial bool
	Items []FormItem
}

// FormItem is an item with what the machine says and what the evaluator chose.
type FormItem struct {
	ID, Title       string
	Machine, Chosen string
	Reason          string // the machine's
	Why             string // hers
	Turn            int    // the first place of evidence; -1 for none
}

// verdictKeys are the keys that choose a verdict, in the order of the form.
var verdictKeys = []struct{ Key, Verdict string }{{"1", "met"}, {"2", "partly"}, {"3", "missed"}, {"0", "na"}}

// desk is the page of an evaluator who judges: the transcript as the machine
// saw it, and the form. What colleagues said is not on it.
func (p Pages) desk(v *visit.Visit, f found, j judged) (Page, error) {
	names, err := p.Staff.Names(v.Context(), v.Actor, f.owner)
	if err != nil {
		return Page{}, err
	}
	page := p.frame(v, f, names[f.owner])
	if err := p.linkRetakes(v, f, &page); err != nil {
		return Page{}, err
	}
	source := Source{Conversation: f.Conversation, Acts: p.Acts, Person: f.owner, Result: j.result, Card: j.card, Label: v.May(staff.LexiconEdit), Call: f.call}
	if source.Told, err = p.told(v, f, j, page.Who); err != nil {
		return Page{}, err
	}
	page.Answer = "/conversations/" + string(f.ID) + "/answers"
	source.fill(v.Reader, &page)
	page.Form = formOf(v, f.ID, j)
	if page.Seen, err = p.seen(v, id.Conversation(v.Form("after"))); err != nil {
		return Page{}, err
	}
	return page, nil
}

func formOf(v *visit.Visit, c id.Conversation, j judged) *Form {
	lang := conversation.Lang(v.Lang().Speech())
	out := &Form{URL: "/conversations/" + string(c) + "/reviews", Result: string(j.machine.ID), QueueURL: "/reviews?after=" + string(c)}
	trial := FormSection{Title: v.Text("web.review.trial"), Trial: true}
	for i := range j.card.Sections {
		def := &j.card.Sections[i]
		section := FormSection{Title: def.Title.In(lang)}
		for k := range def.Items {
			title := unnumbered(def.Items[k].Title.In(lang))
			if it := j.result.Item(def.Items[k].ID); it != nil {
				section.Items = append(section.Items, formItem(it, title))
			} else if at := slices.IndexFunc(j.result.Shadow, func(it score.Item) bool { return it.ID == def.Items[k].ID }); at >= 0 {
				trial.Items = append(trial.Items, formItem(&j.result.Shadow[at], title))
			}
		}
		if len(section.Items) > 0 {
			out.Sections = append(out.Sections, section)
		}
	}
	for i := range j.triedAlone {
		title := j.triedAlone[i].ID
		if def := j.triedCard.Item(title); def != nil {
			title = unnumbered(def.Title.In(lang))
		}
		trial.Items = append(trial.Items, formItem(&j.triedAlone[i], title))
	}
	if len(trial.Items) > 0 {
		out.Sections = append(out.Sections, trial)
	}
	for _, s := range out.Sections {
		out.Count += len(s.Items)
	}
	if mine, ok := j.mine(v.Person.ID); ok {
		out.Revises = string(mine.ID)
		out.fill(changesOf(mine))
	}
	return out
}

func formItem(it *score.Item, title string) FormItem {
	out := FormItem{ID: it.ID, Title: title, Machine: string(it.Verdict), Chosen: string(it.Verdict), Reason: it.Reason, Turn: -1}
	if it.Verdict != scorecard.NA && len(it.Evidence) > 0 {
		out.Turn = it.Evidence[0].Turn
	}
	return out
}

// fill puts an evaluator's changes into the form.
func (f *Form) fill(changes []score.Correction) {
	for s := range f.Sections {
		for i := range f.Sections[s].Items {
			it := &f.Sections[s].Items[i]
			for _, c := range changes {
				if c.Item == it.ID {
					it.Chosen, it.Why = string(c.Verdict), c.Reason
				}
			}
		}
	}
}

// Seen is how far an evaluator judged a conversation like the machine and like
// her colleagues, told after she did.
type Seen struct {
	Title, TitleLang, URL string
	Lines                 []string // how far she agrees with each
	Differ                []Differ
	ForceURL              string // puts hers in force; "" when it is or nothing differs
}

// Differ is an item on which somebody sees it differently than the reader.
type Differ struct {
	Title, Mine string
	Others      []Other
}

// Other is somebody else's verdict.
type Other struct{ Who, Verdict string }

// seen tells about the conversation that the reader judged before this one.
func (p Pages) seen(v *visit.Visit, c id.Conversation) (*Seen, error) {
	if c == "" {
		return nil, nil
	}
	j, scored, err := p.judged(v, c)
	if err != nil || !scored {
		return nil, err
	}
	return p.comparison(v, c, j)
}

// comparison holds the reader's review against the machine's and everybody
// else's; nil when she gave none.
func (p Pages) comparison(v *visit.Visit, c id.Conversation, j judged) (*Seen, error) {
	mine, ok := j.mine(v.Person.ID)
	if !ok {
		return nil, nil
	}
	brief, err := p.Brief(v, c)
	if err != nil {
		return nil, err
	}
	out := &Seen{Title: brief.Title, URL: "/conversations/" + string(c)}
	if out.Title == "" {
		out.Title = v.Text("web.conversation.title")
	}
	who := []id.Person{}
	for _, r := range j.reviews {
		who = append(who, r.Rater)
	}
	names, err := p.Staff.Names(v.Context(), v.Actor, who...)
	if err != nil {
		return nil, err
	}
	lang := conversation.Lang(v.Lang().Speech())
	machine := map[string]scorecard.Verdict{}
	for _, one := range mine.Items {
		machine[one.Item] = one.Machine
	}
	out.against(v, j, mine, v.Text("web.review.machine"), lang, machine)
	for _, r := range j.reviews {
		if r.Rater == v.Person.ID {
			continue
		}
		theirs := map[string]scorecard.Verdict{}
		for _, one := range r.Items {
			theirs[one.Item] = one.Person
		}
		out.against(v, j, mine, names[r.Rater], lang, theirs)
	}
	if j.inForce.Method == score.ByPerson && j.inForce.Rater != v.Person.ID && len(out.Differ) > 0 {
		out.ForceURL = "/conversations/" + string(c) + "/in-force"
	}
	return out, nil
}

// against counts on how many items somebody agrees with the reader.
func (s *Seen) against(v *visit.Visit, j judged, mine score.Review, who string, lang conversation.Lang, theirs map[string]scorecard.Verdict) {
	same, all := 0, 0
	for _, one := range mine.Items {
		other, ok := theirs[one.Item]
		if !ok {
			continue
		}
		all++
		if other == one.Person {
			same++
			continue
		}
		title := one.Item
		if def := j.card.Item(one.Item); def != nil {
			title = unnumbered(def.Title.In(lang))
		}
		at := slices.IndexFunc(s.Differ, func(d Differ) bool { return d.Title == title })
		if at < 0 {
			at = len(s.Differ)
			s.Differ = append(s.Differ, Differ{Title: title, Mine: string(one.Person)})
		}
		s.Differ[at].Others = append(s.Differ[at].Others, Other{Who: who, Verdict: string(other)})
	}
	s.Lines = append(s.Lines, v.Text("web.review.same", ui.Args{"who": who, "same": fmt.Sprint(same), "all": fmt.Sprint(all)}))
}

// judges lists who judged: the machine, whose judgement is in force, and for
// an evaluator everybody else.
func (p Pages) judges(v *visit.Visit, j judged, everybody bool) ([]Judge, error) {
	out := []Judge{{Who: v.Text("web.review.machine"), When: v.When(j.machine.Made, v.Now), Mark: j.result.String(),
		Note: v.Text("web.review.by-rule"), InForce: j.inForce.ID == j.machine.ID}}
	who := []id.Person{j.inForce.Rater}
	for _, r := range j.reviews {
		who = append(who, r.Rater)
	}
	names, err := p.Staff.Names(v.Context(), v.Actor, who...)
	if err != nil {
		return nil, err
	}
	confirmed := false
	for _, r := range j.reviews {
		changes := changesOf(r)
		force := j.inForce.Rater == r.Rater
		confirms := len(changes) == 0 && j.inForce.ID == j.machine.ID && !confirmed
		if !everybody && !force && !confirms {
			continue
		}
		confirmed = confirmed || confirms
		one := Judge{Who: names[r.Rater], When: v.When(r.Made, v.Now), InForce: force, Note: v.Text("web.review.unchanged")}
		if len(changes) > 0 {
			one.Note = v.Plural("web.review.changed", len(changes))
		}
		if _, corrected, err := score.Judge(j.card, j.result, changes); err == nil {
			one.Mark = corrected.Person.String()
		}
		if force {
			one.Mark = j.inForce.Total()
		}
		out = append(out, one)
	}
	return out, nil
}
