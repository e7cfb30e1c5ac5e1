// Package flow is the story of a conversation in one file: each step hands one
// thing to the next domain.
//
//	a practice call ends  → record: it becomes a conversation
//	a conversation is in  → score:  acts are found, a card judges
//	a result is in        → enter:  the skill archive gets its marks
//	                      → tell:   the page that waits for it is told
//
// Every step is called at least once for its event and may be called again
// after a crash: what it hands on is keyed by what it came from, so the second
// time changes nothing.
package flow

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/conversation/redact"
	"github.com/lianxi-cc/lianxi/internal/event"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/score/engine"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
)

// Flow joins the domains.
type Flow struct {
	Calls         *training.Calls
	Conversations conversation.Store
	Cards         *scorecard.Service
	Judge         *engine.Engine
	Results       score.Store
	Archive       *skill.Service
	IDs           *id.Source
	Live          func() *event.Live // of the started bus
	Mask          bool               // personal data is masked before a conversation is stored
}

// Subscribe lets the steps hear of their events. Call it before the bus starts.
func (f *Flow) Subscribe(bus *event.Bus) {
	bus.Handle(training.TopicFinished, "record", f.record)
	bus.Handle(conversation.TopicAdded, "score", f.score)
	bus.Handle(score.TopicAdded, "enter", f.enter)
	bus.Handle(score.TopicAdded, "tell", f.tell)
}

// record makes a conversation of a finished practice call.
func (f *Flow) record(ctx context.Context, e event.Event) error {
	view, conv, err := f.Calls.Record(ctx, id.Practice(e.Key))
	if err != nil {
		return err
	}
	if f.Mask {
		conv, _ = redact.Mask(conv)
	}
	return f.Conversations.Add(ctx, conv, conversation.Head{
		Source: conversation.Practised, Owner: view.Practice.Person, Added: view.Practice.Ended})
}

// score finds the acts in a conversation and judges it by the card meant for it.
func (f *Flow) score(ctx context.Context, e event.Event) error {
	conv, head, err := f.Conversations.Get(ctx, id.Conversation(e.Key))
	if err != nil {
		return err
	}
	card, err := f.cardFor(ctx, conv, head)
	if err != nil {
		return err
	}
	done, err := f.scored(ctx, conv.ID, card.ID)
	if err != nil {
		return err
	}
	if !done {
		r, err := score.NewRecord(id.Make[id.Result](f.IDs), f.Judge.Score(card, conv), head.Added)
		if err != nil {
			return err
		}
		if _, err := f.Results.Add(ctx, r); err != nil {
			return err
		}
	}
	return f.try(ctx, conv, head, card.ID)
}

// try judges a conversation by the version of the card that is on trial, so
// that reviewers can say how often it is right before it judges anybody.
func (f *Flow) try(ctx context.Context, conv conversation.Conversation, head conversation.Head, card id.Scorecard) error {
	trial, there, err := f.Cards.OnTrial(ctx, card)
	if err != nil || !there {
		return err
	}
	r, err := score.NewRecord(id.Make[id.Result](f.IDs), f.Judge.Score(trial, conv), head.Added)
	if err != nil {
		return err
	}
	_, err = f.Results.Add(ctx, r.AsTrial())
	return err
}

// scored reports whether the card judged the conversation already. A step that
// comes again after an upgrade must not give a second mark by other rules.
func (f *Flow) scored(ctx context.Context, c id.Conversation, card id.Scorecard) (bool, error) {
	all, err := f.Results.Of(ctx, c)
	return slices.ContainsFunc(all, func(r score.Record) bool { return r.Scorecard == card && r.Method == score.ByRule }), err
}

// cardFor is the card of the scenario for a practice call, the one that a
// posted conversation names, else the general one.
func (f *Flow) cardFor(ctx context.Context, conv conversation.Conversation, head conversation.Head) (*scorecard.Card, error) {
	if head.Source == conversation.Practised {
		view, err := f.Calls.Words(ctx, conv.ID)
		if err != nil {
			return nil, err
		}
		return f.Cards.Live(ctx, view.Scenario.Scorecard)
	}
	if name := field(conv, "scorecard"); name != "" {
		if named, err := f.Cards.Live(ctx, id.Scorecard(name)); !fault.Is(err, fault.NotFound) {
			return named, err
		}
	}
	return f.Cards.Live(ctx, scorecard.General)
}

func field(c conversation.Conversation, name string) string {
	var s string
	if json.Unmarshal(c.Fields[name], &s) != nil {
		return ""
	}
	return s
}

// enter puts a result into the archive of whom it is about, or corrects the
// entry of the result that it corrects. A conversation of nobody known is
// entered nowhere, nor is a retake, half of which has its marks already; an
// archive that was erased takes no more.
func (f *Flow) enter(ctx context.Context, e event.Event) error {
	rec, conv, head, err := f.given(ctx, e)
	if err != nil || head.Owner == "" || rec.Method == score.OnTrial {
		return err
	}
	if head.Source == conversation.Practised && field(conv, training.FieldRetakes) != "" {
		return nil
	}
	draft, err := f.draft(ctx, rec, head)
	if err != nil {
		return err
	}
	_, err = f.Archive.Append(ctx, writer, draft)
	var fe *fault.Error
	if errors.As(err, &fe) && fe.Key == "skill.erased" {
		return nil
	}
	return err
}

// writer is the flow as it writes into archives.
var writer = staff.Machine(staff.ArchiveAdd, staff.ArchiveCorrect, staff.ArchiveRead)

// tell lets the pages that wait for a result know, and closes the practice
// call it belongs to.
func (f *Flow) tell(ctx context.Context, e event.Event) error {
	rec, _, head, err := f.given(ctx, e)
	if err != nil || head.Owner == "" || rec.Method == score.OnTrial {
		return err
	}
	if head.Source == conversation.Practised {
		view, err := f.Calls.Words(ctx, rec.Conversation)
		if err != nil {
			return err
		}
		if err := f.Calls.MarkScored(ctx, view.Practice.ID); err != nil {
			return err
		}
	}
	return f.Live().Publish(LiveChannel(head.Owner), event.Notice{Topic: "result", Key: string(rec.Conversation)})
}

// LiveChannel is where the notices for a person go.
func LiveChannel(p id.Person) string { return "person." + string(p) }

// given returns the result that an event speaks of, its conversation and whose that is.
func (f *Flow) given(ctx context.Context, e event.Event) (score.Record, conversation.Conversation, conversation.Head, error) {
	var data struct {
		Result id.Result `json:"result"`
	}
	if err := json.Unmarshal(e.Data, &data); err != nil {
		return score.Record{}, conversation.Conversation{}, conversation.Head{}, err
	}
	rec, err := f.Results.Get(ctx, data.Result)
	if err != nil {
		return score.Record{}, conversation.Conversation{}, conversation.Head{}, err
	}
	conv, head, err := f.Conversations.Get(ctx, rec.Conversation)
	return rec, conv, head, err
}
