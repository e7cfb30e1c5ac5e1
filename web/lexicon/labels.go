package lexicon

import (
	"net/http"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/conversation/redact"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// contextTurns is how many turns before an utterance are kept with a label: as
// many as the engine looks at.
const contextTurns = 8

// labelsPage is every labelled utterance of the centre.
type labelsPage struct{ rows []labelRow }

type labelRow struct {
	id, text, lang, role, who, when, note string
	acts, not                             []string
	heard                                 bool // the engine in force hears what it should
	link                                  string
}

// Labels shows what colleagues said must be heard.
func (p Pages) Labels(v *visit.Visit) error {
	list, err := p.Store.Labels(v.Context())
	if err != nil {
		return err
	}
	var people []id.Person
	for _, l := range list {
		people = append(people, l.Author)
	}
	names, err := p.Staff.Names(v.Context(), v.Actor, people...)
	if err != nil {
		return err
	}
	var out labelsPage
	hear := p.Live.Engine()
	for _, l := range slices.Backward(list) {
		row := labelRow{id: string(l.ID), text: l.Utterance.Text, lang: string(l.Utterance.Lang), role: v.Text("web.who." + string(l.Utterance.Role)),
			who: names[l.Author], when: v.When(l.Made, v.Now), note: l.Note,
			link: "/conversations/" + string(l.Conversation) + "#turn-" + strconv.Itoa(l.Turn)}
		for _, a := range l.Acts {
			row.acts = append(row.acts, p.title(v, a))
		}
		for _, a := range l.Not {
			row.not = append(row.not, p.title(v, a))
		}
		found := actsOf(hear.Acts(l.Utterance))
		row.heard = len(found) == len(l.Acts) && !slices.ContainsFunc(l.Acts, func(a analysis.Act) bool { return !slices.Contains(found, a) })
		out.rows = append(out.rows, row)
	}
	return v.Show(labels(v.Reader, out))
}

// labelPage is the form of a new label.
type labelPage struct {
	conversation string
	turn         int
	lang, text   string
	role         string
	before       []said
	acts         []actGroup
	not          string // the act that somebody says was not meant; "" for none
	wrong        string
	note         string
}

type said struct{ who, text string }

// heardIn is an utterance that somebody wants to label, masked.
type heardIn struct {
	analysis.Utterance
	conversation id.Conversation
	turn         int
}

// find returns the turn that a request names, of a conversation that the
// reader may see. Personal data is masked before anything else is done with it.
func (p Pages) find(v *visit.Visit) (heardIn, error) {
	cid := id.Conversation(v.Form("conversation"))
	unknown := fault.New(fault.NotFound, "conversation.unknown", nil)
	c, head, err := p.Conversations.Get(v.Context(), cid)
	if err != nil {
		return heardIn{}, err
	}
	var subject staff.Subject
	if head.Owner != "" {
		if subject, err = p.Staff.Subject(v.Context(), head.Owner); err != nil {
			return heardIn{}, err
		}
	}
	n, err := strconv.Atoi(v.Form("turn"))
	if err != nil || n < 0 || n >= len(c.Turns) || c.Turns[n].Role == conversation.System || !staff.Can(v.Actor, staff.ConversationRead, subject) {
		return heardIn{}, unknown
	}
	masked, _ := redact.Mask(c)
	t := masked.Turns[n]
	return heardIn{conversation: cid, turn: n, Utterance: analysis.Utterance{Lang: c.Lang, Channel: c.Channel, Direction: c.Direction,
		Role: t.Role, Text: t.Text, Context: masked.Turns[max(0, n-contextTurns):n]}}, nil
}

// LabelForm shows a turn with what is heard in it, to be put right.
func (p Pages) LabelForm(v *visit.Visit) error {
	h, err := p.find(v)
	if err != nil {
		return err
	}
	chosen := actsOf(p.Live.Engine().Acts(h.Utterance))
	asked := analysis.Act(v.Form("act"))
	switch not := v.Form("not") != ""; {
	case not:
		chosen = slices.DeleteFunc(chosen, func(a analysis.Act) bool { return a == asked })
	case p.spokenBy(asked, h.Role):
		chosen = append(chosen, asked)
	}
	return v.Show(labelForm(v.Reader, p.labelPage(v, h, chosen)))
}

// spokenBy reports whether the catalogue has an act for that speaker.
func (p Pages) spokenBy(a analysis.Act, role conversation.Role) bool {
	info, ok := p.Acts.Act(a)
	return ok && info.Speaker() == role
}

func (p Pages) labelPage(v *visit.Visit, h heardIn, chosen []analysis.Act) labelPage {
	out := labelPage{conversation: string(h.conversation), turn: h.turn, lang: string(h.Lang), text: h.Text, role: v.Text("web.who." + string(h.Role)), note: v.Form("note")}
	if v.Form("not") != "" {
		out.not = v.Form("act")
	}
	for _, t := range h.Context[max(0, len(h.Context)-3):] {
		out.before = append(out.before, said{v.Text("web.who." + string(t.Role)), t.Text})
	}
	kinds := []analysis.Kind{analysis.CustomerSays}
	if h.Role == conversation.Agent {
		kinds = []analysis.Kind{analysis.Technique, analysis.Fault}
	}
	for _, kind := range kinds {
		out.acts = append(out.acts, p.groups(v, idsOf(chosen), kind)...)
	}
	return out
}

// AddLabel keeps what a person says must be heard in a turn.
func (p Pages) AddLabel(v *visit.Visit) error {
	h, err := p.find(v)
	if err != nil {
		return err
	}
	l := analysis.Label{ID: p.NewLabel(), Utterance: h.Utterance, Conversation: h.conversation, Turn: h.turn, Author: v.Person.ID, Made: v.Now,
		Note: clean(v.Form("note")), Acts: []analysis.Act{}, Not: []analysis.Act{}}
	for _, x := range v.Request.Form["acts"] {
		if a := analysis.Act(x); p.spokenBy(a, h.Role) && !slices.Contains(l.Acts, a) {
			l.Acts = append(l.Acts, a)
		}
	}
	tempting := append(actsOf(p.Live.Engine().Acts(h.Utterance)), analysis.Act(v.Form("was")))
	for _, a := range tempting {
		if p.spokenBy(a, h.Role) && !slices.Contains(l.Acts, a) && !slices.Contains(l.Not, a) {
			l.Not = append(l.Not, a)
		}
	}
	if utf8.RuneCountInString(l.Note) > analysis.MaxWhy {
		err = fault.New(fault.Invalid, "lexicon.malformed", nil)
	} else {
		err = p.Store.AddLabel(v.Context(), l)
	}
	if err == nil {
		if err := p.audit(v, didLabel, string(l.ID)); err != nil {
			return err
		}
		return v.Go("/lexicon/labels")
	}
	text, err := v.Wrong(err)
	if err != nil {
		return err
	}
	out := p.labelPage(v, h, l.Acts)
	out.wrong = text
	return v.ShowStatus(http.StatusUnprocessableEntity, labelForm(v.Reader, out))
}

// RemoveLabel takes a label away again.
func (p Pages) RemoveLabel(v *visit.Visit) error {
	l := id.Label(v.Request.PathValue("label"))
	if err := p.Store.RemoveLabel(v.Context(), l); err != nil {
		return err
	}
	if err := p.audit(v, didUnlabel, string(l)); err != nil {
		return err
	}
	return v.Go("/lexicon/labels")
}

// LabelURL leads to the form that labels a turn; act, if any, is what was heard
// there wrongly (not) or should have been.
func LabelURL(c id.Conversation, turn int, act analysis.Act, not bool) string {
	url := "/lexicon/labels/new?conversation=" + string(c) + "&turn=" + strconv.Itoa(turn)
	if act != "" {
		url += "&act=" + string(act)
	}
	if not {
		url += "&not=1"
	}
	return url
}
