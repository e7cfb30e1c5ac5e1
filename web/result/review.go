package result

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Reviews keeps how evaluators judge; a score.ReviewStore does.
type Reviews interface {
	AddReview(ctx context.Context, r score.Review, correction score.Record) error
	Reviews(ctx context.Context, q score.ReviewQuery) ([]score.Review, error)
}

// judged is what the machine and people said of a conversation.
type judged struct {
	inForce score.Record // the record that stands
	machine score.Record // what the machine found, from which all of them come
	result  score.Result // of machine
	card    *scorecard.Card
	records []score.Record // all of the conversation, the latest first
	reviews []score.Review // the latest of every rater, the latest first

	trial      score.Record // what the version on trial found; without an ID when there is none
	tried      score.Result // of trial
	triedCard  *scorecard.Card
	triedAlone []score.Item // its items that the machine's result does not have
}

// mine returns the rater's latest review, if she gave one.
func (j *judged) mine(p id.Person) (score.Review, bool) {
	for _, r := range j.reviews {
		if r.Rater == p {
			return r, true
		}
	}
	return score.Review{}, false
}

// judged gathers what was said of a conversation; false while nothing was.
func (p Pages) judged(v *visit.Visit, c id.Conversation) (judged, bool, error) {
	records, err := p.Results.Of(v.Context(), c)
	if err != nil {
		return judged{}, false, err
	}
	standing := score.Standing(records)
	if len(standing) == 0 {
		return judged{}, false, nil
	}
	out := judged{inForce: standing[0], machine: standing[0], records: records}
	for out.machine.Corrects != "" {
		for _, r := range records {
			if r.ID == out.machine.Corrects {
				out.machine = r
				break
			}
		}
	}
	if err := json.Unmarshal(out.machine.Result, &out.result); err != nil {
		return out, false, fault.As(fault.Internal, "", err)
	}
	if out.card, err = p.Cards.Judged(v.Context(), out.machine.Scorecard, out.machine.Versions.Scorecard); err != nil {
		if fault.Is(err, fault.NotFound) {
			err = fault.New(fault.NotFound, "web.result.card", fault.Args{"card": string(out.machine.Scorecard)})
		}
		return out, false, err
	}
	if err := p.onTrial(v, &out); err != nil {
		return out, false, err
	}
	all, err := p.Reviews.Reviews(v.Context(), score.ReviewQuery{Conversations: []id.Conversation{c}})
	for _, r := range score.Latest(all) {
		if r.Result == out.machine.ID {
			out.reviews = append(out.reviews, r)
		}
	}
	return out, true, err
}

// onTrial adds what the latest version on trial found.
func (p Pages) onTrial(v *visit.Visit, out *judged) (err error) {
	i := slices.IndexFunc(out.records, func(r score.Record) bool { return r.Method == score.OnTrial && r.Scorecard == out.machine.Scorecard })
	if i < 0 {
		return nil
	}
	out.trial = out.records[i]
	if err := json.Unmarshal(out.trial.Result, &out.tried); err != nil {
		return fault.As(fault.Internal, "", err)
	}
	known := allItems(out.result)
	for _, it := range allItems(out.tried) {
		if !slices.ContainsFunc(known, func(k score.Item) bool { return k.ID == it.ID }) {
			out.triedAlone = append(out.triedAlone, it)
		}
	}
	out.triedCard, err = p.Cards.Judged(v.Context(), out.trial.Scorecard, out.trial.Versions.Scorecard)
	return err
}

// mayReview reports whether the reader may judge the conversation: never her
// own.
func (f found) mayReview(v *visit.Visit) bool {
	return f.owner != v.Person.ID && staff.Can(v.Actor, staff.ResultCorrect, f.subject)
}

// Review keeps how an evaluator judges every item, and goes on to the next
// conversation.
func (p Pages) Review(v *visit.Visit) error {
	f, j, err := p.reviewable(v)
	if err != nil {
		return err
	}
	review, changes, err := p.reviewed(v, j)
	if err != nil {
		return err
	}
	if missing := unexplained(changes); missing != "" {
		return p.again(v, f, j, changes, missing)
	}
	live := slices.DeleteFunc(slices.Clone(changes), func(c score.Correction) bool {
		return slices.ContainsFunc(j.triedAlone, func(it score.Item) bool { return it.ID == c.Item })
	})
	items, corrected, err := score.Judge(j.card, j.result, live)
	if err != nil {
		return err
	}
	review.Items = items
	correction, err := p.correction(v, j, review, corrected)
	if err != nil {
		return err
	}
	if err := p.Reviews.AddReview(v.Context(), review, correction); err != nil {
		return err
	}
	if err := p.reviewTrial(v, j, review, changes); err != nil {
		return err
	}
	next, err := p.following(v, f.ID)
	if err != nil {
		return err
	}
	if next == "" {
		return v.Go("/conversations/" + string(f.ID))
	}
	return v.Go("/conversations/" + string(next) + "?after=" + string(f.ID))
}

// reviewTrial keeps what the review says of the version on trial: an item that
// both have was judged once, whatever either machine says of it.
func (p Pages) reviewTrial(v *visit.Visit, j judged, r score.Review, changes []score.Correction) error {
	if j.trial.ID == "" {
		return nil
	}
	earlier, err := p.Reviews.Reviews(v.Context(), score.ReviewQuery{Conversations: []id.Conversation{r.Conversation}, Rater: r.Rater})
	if err != nil {
		return err
	}
	r.ID, r.Result, r.Version, r.Revises = id.Make[id.Review](p.IDs), j.trial.ID, j.trial.Versions.Scorecard, ""
	for _, old := range score.Latest(earlier) {
		if old.Result == r.Result {
			r.Revises = old.ID
		}
	}
	said := map[string]score.Judgement{}
	for _, one := range r.Items {
		said[one.Item] = one
	}
	for _, c := range changes {
		said[c.Item] = score.Judgement{Person: c.Verdict, Reason: c.Reason}
	}
	r.Items = nil
	for _, it := range allItems(j.tried) {
		one := score.Judgement{Item: it.ID, Machine: it.Verdict, Person: it.Verdict}
		if s, ok := said[it.ID]; ok {
			one.Person, one.Reason = s.Person, s.Reason
		}
		r.Items = append(r.Items, one)
	}
	return p.Reviews.AddReview(v.Context(), r, score.Record{})
}

// reviewable returns a conversation that the reader may judge, with what was
// said of it.
func (p Pages) reviewable(v *visit.Visit) (found, judged, error) {
	f, err := p.find(v)
	if err != nil {
		return f, judged{}, err
	}
	if f.owner == v.Person.ID {
		return f, judged{}, fault.New(fault.Denied, "web.review.own", nil)
	}
	if err := staff.Need(v.Actor, staff.ResultCorrect, f.subject); err != nil {
		return f, judged{}, err
	}
	j, scored, err := p.judged(v, f.ID)
	if err == nil && !scored {
		err = fault.New(fault.NotFound, "conversation.unknown", nil)
	}
	return f, j, err
}

// reviewed reads the form: a verdict for every item, with a reason where it
// differs from the machine's.
func (p Pages) reviewed(v *visit.Visit, j judged) (score.Review, []score.Correction, error) {
	if v.Form("result") != string(j.machine.ID) {
		return score.Review{}, nil, fault.New(fault.Conflict, "web.review.stale", nil)
	}
	out := score.Review{ID: id.Make[id.Review](p.IDs), Result: j.machine.ID, Conversation: j.machine.Conversation, Scorecard: j.machine.Scorecard,
		Version: j.machine.Versions.Scorecard, Rater: v.Person.ID, Revises: id.Review(v.Form("revises")), Made: v.Now.UTC().Truncate(time.Microsecond)}
	var changes []score.Correction
	for _, it := range append(allItems(j.result), j.triedAlone...) {
		verdict := scorecard.Verdict(v.Form("verdict." + it.ID))
		if verdict == "" || verdict == it.Verdict {
			continue
		}
		why := strings.TrimSpace(v.Form("why." + it.ID))
		if utf8.RuneCountInString(why) > maxWhy {
			return out, nil, fault.New(fault.Invalid, "web.contest.empty", fault.Args{"max": maxWhy})
		}
		changes = append(changes, score.Correction{Item: it.ID, Verdict: verdict, Reason: why})
	}
	return out, changes, nil
}

// unexplained returns the first item that was changed without a reason.
func unexplained(changes []score.Correction) string {
	for _, c := range changes {
		if c.Reason == "" {
			return c.Item
		}
	}
	return ""
}

// again shows the form once more, as it was filled in.
func (p Pages) again(v *visit.Visit, f found, j judged, changes []score.Correction, missing string) error {
	page, err := p.desk(v, f, j)
	if err != nil {
		return err
	}
	page.Form.fill(changes)
	title := missing
	for _, card := range []*scorecard.Card{j.card, j.triedCard} {
		if card != nil && card.Item(missing) != nil {
			title = unnumbered(card.Item(missing).Title.In(conversation.Lang(v.Lang().Speech())))
			break
		}
	}
	page.Form.Wrong = v.Text("web.review.why.missing", fault.Args{"title": title})
	return v.ShowStatus(422, Desk(v.Reader, page))
}

// correction is the record that follows from a review, or a zero one: when
// nothing changes, or when a colleague's judgement is in force, which stays so
// until somebody puts another in its place knowingly.
func (p Pages) correction(v *visit.Visit, j judged, r score.Review, c score.CorrectedResult) (score.Record, error) {
	if j.inForce.Method == score.ByPerson && j.inForce.Rater != v.Person.ID {
		return score.Record{}, nil
	}
	if len(c.Changes) == 0 && j.inForce.ID == j.machine.ID {
		return score.Record{}, nil
	}
	return p.personal(v, j, r, c)
}

// personal is the record of a person's judgement, in the place of the one in
// force.
func (p Pages) personal(v *visit.Visit, j judged, r score.Review, c score.CorrectedResult) (score.Record, error) {
	data, err := json.Marshal(c.Person)
	if err != nil {
		return score.Record{}, fault.As(fault.Internal, "", err)
	}
	out := j.machine
	out.ID, out.Method, out.Rater, out.Corrects = id.Make[id.Result](p.IDs), score.ByPerson, v.Person.ID, j.inForce.ID
	out.Key, out.Score, out.Result = fmt.Sprintf("person %s %s", r.ID, j.inForce.ID), c.Person.Score, data
	out.Made = v.Now.UTC().Truncate(time.Microsecond)
	reasons := make([]string, 0, len(c.Changes))
	for _, one := range c.Changes {
		reasons = append(reasons, one.Reason)
	}
	out.Reason = strings.Join(reasons, " · ")
	return out, nil
}

// PutInForce puts the reader's review in the place of a colleague's.
func (p Pages) PutInForce(v *visit.Visit) error {
	f, j, err := p.reviewable(v)
	if err != nil {
		return err
	}
	mine, ok := j.mine(v.Person.ID)
	if !ok {
		return fault.New(fault.Conflict, "web.review.stale", nil)
	}
	if j.inForce.Rater == v.Person.ID {
		return v.Go("/conversations/" + string(f.ID))
	}
	_, corrected, err := score.Judge(j.card, j.result, changesOf(mine))
	if err != nil {
		return err
	}
	record, err := p.personal(v, j, mine, corrected)
	if err != nil {
		return err
	}
	if _, err := p.Results.Add(v.Context(), record); err != nil {
		return err
	}
	return v.Go("/conversations/" + string(f.ID))
}

// changesOf returns the corrections that a review makes.
func changesOf(r score.Review) []score.Correction {
	var out []score.Correction
	for _, j := range r.Items {
		if !j.Agrees() {
			out = append(out, score.Correction{Item: j.Item, Verdict: j.Person, Reason: j.Reason})
		}
	}
	return out
}

func allItems(r score.Result) []score.Item {
	return append(append([]score.Item{}, r.Items...), r.Shadow...)
}
