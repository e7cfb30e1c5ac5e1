package score

import (
	"cmp"
	"iter"
	"slices"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// Case is a past conversation with what was found in it.
type Case struct {
	Conversation conversation.Conversation
	Findings     []analysis.Finding
}

// Shift is what a change of the card would do to one conversation.
type Shift struct {
	Conversation  id.Conversation
	Before, After Points
	AutoFail      []string // automatic fails of the new card that the old one has not
	Items         []string // items whose verdict differs, new and dropped ones included
}

// DryRun scores past conversations by two versions of a card and returns those
// whose score or verdicts would move, the largest change of score first.
func DryRun(before, after *scorecard.Card, past iter.Seq[Case], cat *analysis.Catalogue) []Shift {
	var out []Shift
	for p := range past {
		a := Score(before, p.Conversation, p.Findings, cat, Versions{})
		b := Score(after, p.Conversation, p.Findings, cat, Versions{})
		m := Shift{Conversation: p.Conversation.ID, Before: a.Score, After: b.Score, Items: changed(a, b)}
		for _, item := range b.AutoFail {
			if !slices.Contains(a.AutoFail, item) {
				m.AutoFail = append(m.AutoFail, item)
			}
		}
		if m.Before != m.After || len(m.Items) > 0 || len(m.AutoFail) > 0 {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b Shift) int {
		return cmp.Or(cmp.Compare(b.size(), a.size()), cmp.Compare(a.Conversation, b.Conversation))
	})
	return out
}

func (m Shift) size() Points { return max(m.After-m.Before, m.Before-m.After) }

// changed returns the items on which two results differ, in the order of b,
// then those that only a has.
func changed(a, b Result) []string {
	var out []string
	for _, it := range b.Items {
		if old := a.Item(it.ID); old == nil || old.Verdict != it.Verdict {
			out = append(out, it.ID)
		}
	}
	for _, it := range a.Items {
		if b.Item(it.ID) == nil {
			out = append(out, it.ID)
		}
	}
	return out
}

// PersonShift is a person whose scores would move: how many, and their mean before
// and after.
type PersonShift struct {
	Person        id.Person
	Conversations int
	Before, After Points
}

// ByPeople gathers shifts by person, the largest change of mean first. whose
// knows the person of a conversation; shifts it gives "" for are left out.
func ByPeople(shifts []Shift, whose func(id.Conversation) id.Person) []PersonShift {
	at := map[id.Person]int{}
	var out []PersonShift
	for _, m := range shifts {
		p := whose(m.Conversation)
		if p == "" {
			continue
		}
		i, ok := at[p]
		if !ok {
			i = len(out)
			at[p] = i
			out = append(out, PersonShift{Person: p})
		}
		out[i].Conversations++
		out[i].Before += m.Before
		out[i].After += m.After
	}
	for i := range out {
		n := Points(out[i].Conversations)
		out[i].Before, out[i].After = (out[i].Before+n/2)/n, (out[i].After+n/2)/n
	}
	slices.SortFunc(out, func(a, b PersonShift) int {
		da, db := a.After-a.Before, b.After-b.Before
		return cmp.Or(cmp.Compare(max(db, -db), max(da, -da)), cmp.Compare(a.Person, b.Person))
	})
	return out
}
