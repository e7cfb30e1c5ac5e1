package scorecards

import (
	"fmt"
	"iter"
	"strconv"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Effect is what a version would change: the last conversations that the card
// judged, scored again by the version in force and by this one.
type Effect struct {
	Count   int // how many conversations were looked at
	Moved   int // how many of them would move
	Summary string
	People  []PersonMoved
	Talks   []TalkMoved
}

// PersonMoved is a person whose scores would move, on average.
type PersonMoved struct {
	Name              string
	Count             int
	Before, After, By string
}

// TalkMoved is a conversation whose score or verdicts would move.
type TalkMoved struct {
	URL, Name, When   string
	Before, After, By string
	Items             []string
}

// The number of conversations of a dry run: asked for nothing, and at most;
// and of how many the page lists each.
const (
	effectDefault = 100
	effectMax     = 500
	talksShown    = 20
)

// past is a conversation of a dry run.
type past struct {
	conversation.Listed
	talk conversation.Conversation
}

// Effect runs a version dry, as a part of its page.
func (p Pages) Effect(v *visit.Visit) error {
	version, card, err := p.version(v)
	if err != nil {
		return err
	}
	live, err := p.Cards.Live(v.Context(), version.Card)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(v.Form("n"))
	if err != nil || n < 1 {
		n = effectDefault
	}
	talks, err := p.past(v, card.ID, min(n, effectMax))
	if err != nil {
		return err
	}
	heads := map[id.Conversation]past{}
	for _, t := range talks {
		heads[t.ID] = t
	}
	shifts := score.DryRun(live, card, p.cases(talks), p.Acts)
	out := Effect{Count: len(talks), Moved: len(shifts)}
	out.Summary = v.Text("web.scorecard.effect.summary", ui.Args{"count": fmt.Sprint(out.Count), "moved": fmt.Sprint(out.Moved)})
	if err := p.people(v, card, shifts, heads, &out); err != nil {
		return err
	}
	return v.Show(EffectPart(v.Reader, out))
}

// past returns the newest conversations that the card judged and the reader
// may see.
func (p Pages) past(v *visit.Visit, card id.Scorecard, n int) ([]past, error) {
	var out []past
	const page, pages = 100, 20
	q := conversation.Query{Limit: page}
	for range pages {
		listed, err := p.Conversations.List(v.Context(), q)
		if err != nil {
			return nil, err
		}
		for _, l := range listed {
			ok, err := p.judgedBy(v, l, card)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			talk, _, err := p.Conversations.Get(v.Context(), l.ID)
			if fault.Is(err, fault.NotFound) {
				continue // erased meanwhile
			}
			if err != nil {
				return nil, err
			}
			if out = append(out, past{l, talk}); len(out) == n {
				return out, nil
			}
		}
		if len(listed) < page {
			break
		}
		q.After = listed[len(listed)-1].ID
	}
	return out, nil
}

func (p Pages) judgedBy(v *visit.Visit, l conversation.Listed, card id.Scorecard) (bool, error) {
	subject := staff.Subject{}
	if l.Owner != "" {
		var err error
		if subject, err = p.Staff.Subject(v.Context(), l.Owner); err != nil {
			return false, err
		}
	}
	if !staff.Can(v.Actor, staff.ResultRead, subject) {
		return false, nil
	}
	records, err := p.Results.Of(v.Context(), l.ID)
	standing := score.Standing(records)
	return len(standing) > 0 && standing[0].Scorecard == card, err
}

func (p Pages) cases(talks []past) iter.Seq[score.Case] {
	return func(yield func(score.Case) bool) {
		for _, t := range talks {
			if !yield(score.Case{Conversation: t.talk, Findings: p.Judge.Findings(t.talk)}) {
				return
			}
		}
	}
}

// people lists whose scores would move, and the conversations behind it.
func (p Pages) people(v *visit.Visit, card *scorecard.Card, shifts []score.Shift, heads map[id.Conversation]past, out *Effect) error {
	var who []id.Person
	for _, h := range heads {
		who = append(who, h.Owner)
	}
	names, err := p.Staff.Names(v.Context(), v.Actor, who...)
	if err != nil {
		return err
	}
	for _, m := range score.ByPeople(shifts, func(c id.Conversation) id.Person { return heads[c].Owner }) {
		by := m.After - m.Before
		out.People = append(out.People, PersonMoved{Name: names[m.Person], Count: m.Conversations, Before: m.Before.String(), After: m.After.String(),
			By: signed(by)})
	}
	for _, m := range shifts[:min(len(shifts), talksShown)] {
		h, by := heads[m.Conversation], m.After-m.Before
		out.Talks = append(out.Talks, TalkMoved{URL: "/conversations/" + string(m.Conversation), Name: names[h.Owner], When: v.When(h.Added, v.Now),
			Before: m.Before.String(), After: m.After.String(), By: signed(by), Items: titles(v, card, m.Items)})
	}
	return nil
}

// titles names items as the card does; one that it no longer has keeps its id.
func titles(v *visit.Visit, card *scorecard.Card, items []string) []string {
	out := make([]string, len(items))
	for i, item := range items {
		out[i] = item
		if def := card.Item(item); def != nil {
			out[i] = def.Title.In(conversation.Lang(v.Lang().Speech()))
		}
	}
	return out
}

func signed(p score.Points) string {
	if p > 0 {
		return "+" + p.String()
	}
	return p.String()
}
