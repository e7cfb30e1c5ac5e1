package score

import (
	"context"
	"slices"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// Review is how one evaluator judges every item of what the machine found, on
// trial or live. It is added and never rewritten: who thinks again adds another
// that names the first.
type Review struct {
	ID           id.Review
	Result       id.Result // the record ByRule that it judges
	Conversation id.Conversation
	Scorecard    id.Scorecard
	Version      string // of the scorecard
	Rater        id.Person
	Revises      id.Review // her own review that this one replaces; "" for none
	Made         time.Time // UTC, microseconds
	Items        []Judgement
}

// Judgement is one item as the machine and as a person sees it. Reason says
// why she sees it differently, and is empty where she does not.
type Judgement struct {
	Item    string            `json:"item"`
	Machine scorecard.Verdict `json:"machine"`
	Person  scorecard.Verdict `json:"person"`
	Reason  string            `json:"reason,omitempty"`
}

// Agrees reports whether both see the item alike.
func (j Judgement) Agrees() bool { return j.Machine == j.Person }

// Judge gives every item of r, live ones and those on trial, as the machine
// and an evaluator who makes the changes see them, and the result that follows
// for the live ones. A change to what the machine says anyway is none. The
// errors are those of Correct.
func Judge(card *scorecard.Card, r Result, changes []Correction) ([]Judgement, CorrectedResult, error) {
	live := []Correction{}
	trial := map[string]Correction{}
	for _, c := range changes {
		switch i := slices.IndexFunc(r.Shadow, func(it Item) bool { return it.ID == c.Item }); {
		case i < 0:
			if it := r.Item(c.Item); it == nil || it.Verdict != c.Verdict {
				live = append(live, c)
			}
		case r.Shadow[i].Verdict == c.Verdict:
		case c.Reason == "":
			return nil, CorrectedResult{}, fault.New(fault.Invalid, "score.correction.reason", fault.Args{"item": c.Item})
		case !c.Verdict.Valid():
			return nil, CorrectedResult{}, fault.New(fault.Invalid, "score.correction.verdict", fault.Args{"item": c.Item, "verdict": string(c.Verdict)})
		default:
			trial[c.Item] = c
		}
	}
	corrected, err := Correct(card, r, live)
	if err != nil {
		return nil, CorrectedResult{}, err
	}
	for _, c := range live {
		trial[c.Item] = c
	}
	return judgements(r, trial), corrected, nil
}

func judgements(r Result, changes map[string]Correction) []Judgement {
	out := make([]Judgement, 0, len(r.Items)+len(r.Shadow))
	for _, it := range slices.Concat(r.Items, r.Shadow) {
		j := Judgement{Item: it.ID, Machine: it.Verdict, Person: it.Verdict}
		if c, ok := changes[it.ID]; ok {
			j.Person, j.Reason = c.Verdict, c.Reason
		}
		out = append(out, j)
	}
	return out
}

// Latest returns, of reviews, those that no other revises, in their order.
func Latest(reviews []Review) []Review {
	revised := map[id.Review]bool{}
	for _, r := range reviews {
		revised[r.Revises] = true
	}
	return slices.DeleteFunc(slices.Clone(reviews), func(r Review) bool { return revised[r.ID] })
}

// ReviewQuery chooses reviews. Zero fields do not restrict.
type ReviewQuery struct {
	Conversations []id.Conversation // of any of these; an empty list that is not nil chooses nothing
	Scorecard     id.Scorecard
	Rater         id.Person
	Limit         int // at most 5000; 0 means 500
}

// ReviewStore keeps reviews.
type ReviewStore interface {
	// AddReview stores r durably and, in the same transaction, the correction
	// that follows from it, as Store.Add would; a zero one is none. It returns
	// NotFound (score.unknown) if there is no such result, Conflict
	// (score.reviewed) if the rater has judged it and r does not revise her
	// latest review, and what Store.Add returns.
	AddReview(ctx context.Context, r Review, correction Record) error
	// Reviews returns what q chooses, the latest first.
	Reviews(ctx context.Context, q ReviewQuery) ([]Review, error)
}
