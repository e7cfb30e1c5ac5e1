package result

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// maxWhy bounds what is told about a result, in code points.
const maxWhy = 1000

// why reads the words of a contest or an answer.
func why(v *visit.Visit) (string, error) {
	text := strings.TrimSpace(v.Form("why"))
	if text == "" || utf8.RuneCountInString(text) > maxWhy {
		return "", fault.New(fault.Invalid, "web.contest.empty", fault.Args{"max": maxWhy})
	}
	return text, nil
}

// Contest keeps that the one who spoke sees an item differently.
func (p Pages) Contest(v *visit.Visit) error {
	f, err := p.find(v)
	if err != nil {
		return err
	}
	if f.owner != v.Person.ID {
		return fault.New(fault.Denied, "web.denied", nil)
	}
	if err := staff.Need(v.Actor, staff.ResultContest, f.subject); err != nil {
		return err
	}
	record, scored, err := p.standing(v, f.ID)
	if err != nil {
		return err
	}
	if !scored {
		return fault.New(fault.NotFound, "conversation.unknown", nil)
	}
	text, err := why(v)
	if err != nil {
		return err
	}
	told := score.Contest{Result: record.ID, Person: v.Person.ID, Item: v.Form("item"), Text: text, Opened: v.Now.UTC().Truncate(time.Microsecond), State: score.Open}
	if err := p.Results.OpenContest(v.Context(), told); err != nil {
		return err
	}
	if v.Part() {
		return v.Show(ToldNote(v.Reader, Told{Item: told.Item, Person: told.Person, Why: text, State: score.Open}, "", ""))
	}
	return v.Go("/conversations/" + string(f.ID))
}

// Answer keeps what an evaluator says to a contest.
func (p Pages) Answer(v *visit.Visit) error {
	f, err := p.find(v)
	if err != nil {
		return err
	}
	if err := staff.Need(v.Actor, staff.ResultCorrect, f.subject); err != nil {
		return err
	}
	person := id.Person(v.Form("person"))
	if person == v.Person.ID {
		return fault.New(fault.Denied, "web.contest.own", nil)
	}
	result, err := p.contested(v, f.ID)
	if err != nil {
		return err
	}
	text, err := why(v)
	if err != nil {
		return err
	}
	state := score.Upheld
	if v.Form("state") == string(score.Agreed) {
		state = score.Agreed
	}
	err = p.Results.AnswerContest(v.Context(), score.Contest{Result: result, Person: person, Item: v.Form("item"), State: state,
		Answerer: v.Person.ID, Answer: text, Answered: v.Now.UTC().Truncate(time.Microsecond)})
	if err != nil {
		return err
	}
	if v.Part() {
		names, err := p.Staff.Names(v.Context(), v.Actor, person)
		if err != nil {
			return err
		}
		told := Told{Result: result, Name: names[person], Item: v.Form("item"), Person: person, Why: v.Form("told"), State: state, Answer: text}
		return v.Show(ToldNote(v.Reader, told, "", ""))
	}
	return v.Go("/conversations/" + string(f.ID))
}

// contested returns the result that the form names, which may have been
// corrected since; the one in force when it names none of the conversation's.
func (p Pages) contested(v *visit.Visit, c id.Conversation) (id.Result, error) {
	records, err := p.Results.Of(v.Context(), c)
	if err != nil {
		return "", err
	}
	for _, r := range records {
		if string(r.ID) == v.Form("result") {
			return r.ID, nil
		}
	}
	if records = score.Standing(records); len(records) == 0 {
		return "", fault.New(fault.NotFound, "conversation.unknown", nil)
	}
	return records[0].ID, nil
}
