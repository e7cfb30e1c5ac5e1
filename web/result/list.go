package result

import (
	"fmt"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// ListPage is the conversations a reader may see.
type ListPage struct {
	Rows   []Row
	Shared bool // others' conversations may be among them
	More   string

	QueueURL string // the first conversation to judge; "" when the reader may not
}

// Row is one conversation in the list.
type Row struct {
	URL, When, Who, Title, TitleLang string
	Kind                             string // channel, direction and source, in words
	Turns, Mark                      string
	Told                             int  // contests that wait for an answer
	Reviewed                         bool // the reader judged it
}

// pageSize is how many conversations stand on one page.
const pageSize = 50

// List shows the conversations in the reader's reach, newest first.
func (p Pages) List(v *visit.Visit) error {
	q, shared, err := p.reach(v)
	if err != nil {
		return err
	}
	q.After, q.Limit = id.Conversation(v.Form("after")), pageSize
	listed, err := p.Conversations.List(v.Context(), q)
	if err != nil {
		return err
	}
	out := ListPage{Shared: shared}
	if out.Rows, err = p.rows(v, listed, shared); err != nil {
		return err
	}
	if shared && v.May(staff.ResultCorrect) && len(listed) > 0 {
		out.QueueURL = "/reviews"
	}
	if len(listed) == pageSize {
		out.More = "/conversations?after=" + string(listed[pageSize-1].ID)
	}
	return v.Show(List(v.Reader, out))
}

// reach restricts a list to what the actor may read, and reports whether that
// is more than her own: the people in her teams as they are now.
func (p Pages) reach(v *visit.Visit) (conversation.Query, bool, error) {
	var teams []id.Team
	for _, s := range staff.Reach(v.Actor, staff.ConversationRead) {
		if s == staff.Everything {
			return conversation.Query{}, true, nil
		}
		teams = append(teams, v.Actor.TeamsIn(s)...)
	}
	if len(teams) == 0 {
		return conversation.Query{Owner: v.Actor.Person}, false, nil
	}
	owners := []id.Person{v.Actor.Person}
	for after := id.Person(""); ; {
		page, err := p.Staff.People(v.Context(), v.Actor, staff.Filter{Teams: teams, After: after, Limit: peoplePage})
		if err != nil {
			return conversation.Query{}, false, err
		}
		for _, one := range page {
			owners, after = append(owners, one.ID), one.ID
		}
		if len(page) < peoplePage {
			return conversation.Query{Owners: owners}, true, nil
		}
	}
}

// peoplePage is how many people are asked for at once.
const peoplePage = 500

func (p Pages) rows(v *visit.Visit, listed []conversation.Listed, shared bool) ([]Row, error) {
	var who []id.Person
	ids := make([]id.Conversation, 0, len(listed))
	for _, l := range listed {
		who, ids = append(who, l.Owner), append(ids, l.ID)
	}
	names, err := p.Staff.Names(v.Context(), v.Actor, who...)
	if err != nil {
		return nil, err
	}
	told, err := p.open(v, shared)
	if err != nil {
		return nil, err
	}
	done, err := p.done(v, listed)
	if err != nil {
		return nil, err
	}
	all, err := p.Results.Of(v.Context(), ids...)
	if err != nil {
		return nil, err
	}
	records := map[id.Conversation][]score.Record{}
	for _, r := range all {
		records[r.Conversation] = append(records[r.Conversation], r)
	}
	var out []Row
	for _, l := range listed {
		row := Row{URL: "/conversations/" + string(l.ID), When: v.When(l.Added, v.Now), Who: names[l.Owner], Title: v.Text("web.conversation.source." + string(l.Source)),
			Kind:  v.Text("web.channel."+string(l.Channel)) + " · " + v.Text("web.direction."+string(l.Direction)),
			Turns: fmt.Sprint(l.Turns), Reviewed: done[l.ID]}
		if err := p.complete(v, l, records[l.ID], told, &row); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

// complete adds the scenario's title, the mark and what waits for an answer.
func (p Pages) complete(v *visit.Visit, l conversation.Listed, records []score.Record, told map[id.Result]int, row *Row) error {
	if l.Source == conversation.Practised {
		call, err := p.Calls.Words(v.Context(), l.ID)
		switch {
		case err == nil:
			row.Title, row.TitleLang = call.Scenario.Title, string(call.Scenario.Lang)
		case !fault.Is(err, fault.NotFound):
			return err
		}
	}
	for _, r := range records {
		row.Told += told[r.ID]
	}
	if records = score.Standing(records); len(records) > 0 {
		row.Mark = records[0].Total()
	}
	return nil
}

// open counts the contests that wait for an answer, by result.
func (p Pages) open(v *visit.Visit, shared bool) (map[id.Result]int, error) {
	out := map[id.Result]int{}
	if !shared || !v.May(staff.ResultCorrect) {
		return out, nil
	}
	all, err := p.Results.Contests(v.Context(), score.ContestQuery{State: score.Open, Limit: 500})
	for _, c := range all {
		out[c.Result]++
	}
	return out, err
}

// Latest returns the newest conversations in the reader's reach, for the home
// page of an evaluator.
func (p Pages) Latest(v *visit.Visit, n int) ([]Row, error) {
	q, shared, err := p.reach(v)
	if err != nil {
		return nil, err
	}
	q.Limit = n
	listed, err := p.Conversations.List(v.Context(), q)
	if err != nil {
		return nil, err
	}
	return p.rows(v, listed, shared)
}
