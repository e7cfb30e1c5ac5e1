package result

import (
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// The search for the next conversation looks at so many, page by page.
const (
	queuePage  = 50
	queuePages = 20
)

// Queue leads an evaluator to the first conversation that she has not judged.
func (p Pages) Queue(v *visit.Visit) error {
	next, err := p.following(v, id.Conversation(v.Form("after")))
	if err != nil {
		return err
	}
	if next == "" {
		return v.Go("/conversations")
	}
	return v.Go("/conversations/" + string(next))
}

// following returns the next older conversation that the reader may judge and
// has not, from the newest again after the last; "" when there is none.
func (p Pages) following(v *visit.Visit, after id.Conversation) (id.Conversation, error) {
	next, err := p.unreviewed(v, after)
	if err == nil && next == "" && after != "" {
		next, err = p.unreviewed(v, "")
	}
	return next, err
}

func (p Pages) unreviewed(v *visit.Visit, after id.Conversation) (id.Conversation, error) {
	q, _, err := p.reach(v)
	if err != nil {
		return "", err
	}
	q.After, q.Limit = after, queuePage
	for range queuePages {
		listed, err := p.Conversations.List(v.Context(), q)
		if err != nil {
			return "", err
		}
		next, err := p.firstUnreviewed(v, listed)
		if err != nil || next != "" || len(listed) < queuePage {
			return next, err
		}
		q.After = listed[len(listed)-1].ID
	}
	return "", nil
}

func (p Pages) firstUnreviewed(v *visit.Visit, listed []conversation.Listed) (id.Conversation, error) {
	done, err := p.done(v, listed)
	if err != nil {
		return "", err
	}
	for _, l := range listed {
		if done[l.ID] || l.Owner == v.Person.ID {
			continue
		}
		ok, err := p.judgeable(v, l)
		if err != nil || ok {
			return l.ID, err
		}
	}
	return "", nil
}

// judgeable reports whether a conversation has a result that the reader may
// judge.
func (p Pages) judgeable(v *visit.Visit, l conversation.Listed) (bool, error) {
	subject := staff.Subject{}
	if l.Owner != "" {
		var err error
		if subject, err = p.Staff.Subject(v.Context(), l.Owner); err != nil {
			return false, err
		}
	}
	if !staff.Can(v.Actor, staff.ResultCorrect, subject) {
		return false, nil
	}
	_, scored, err := p.standing(v, l.ID)
	return scored, err
}

// done returns which of the conversations the reader judged.
func (p Pages) done(v *visit.Visit, listed []conversation.Listed) (map[id.Conversation]bool, error) {
	out := map[id.Conversation]bool{}
	if !v.May(staff.ResultCorrect) {
		return out, nil
	}
	ids := make([]id.Conversation, 0, len(listed))
	for _, l := range listed {
		ids = append(ids, l.ID)
	}
	mine, err := p.Reviews.Reviews(v.Context(), score.ReviewQuery{Conversations: ids, Rater: v.Person.ID, Limit: 5000})
	for _, r := range mine {
		out[r.Conversation] = true
	}
	return out, err
}
