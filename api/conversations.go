package api

import (
	"context"
	"encoding/json"
	"time"

	"github.com/lianxi-cc/lianxi/api/client"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/conversation/redact"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/staff"
)

// post stores a conversation and judges it at once. The flow that hears of it
// would judge it by the same card and finds it judged.
func (d door) post(ctx context.Context, in *struct {
	Agent   string `query:"agent" maxLength:"64" doc:"The person who led it; its mark goes into her archive"`
	RawBody []byte `contentType:"application/json"`
}) (*answer[client.Posted], error) {
	conv, err := conversation.DecodeJSONL(in.RawBody)
	if err != nil {
		return nil, err
	}
	card, err := d.cardFor(ctx, conv)
	if err != nil {
		return nil, err
	}
	head := conversation.Head{Source: conversation.Posted, Added: d.Now().UTC().Truncate(time.Microsecond)}
	if err := d.lead(ctx, id.Person(in.Agent), &head); err != nil {
		return nil, err
	}
	if d.Mask {
		conv, _ = redact.Mask(conv)
	}
	if err := d.Conversations.Add(ctx, conv, head); err != nil {
		return nil, err
	}
	if conv, head, err = d.Conversations.Get(ctx, conv.ID); err != nil { // posted again, it keeps its first head
		return nil, err
	}
	record, err := d.judge(ctx, card, conv, head)
	if err != nil {
		return nil, err
	}
	return &answer[client.Posted]{Body: client.Posted{Head: headOf(conv, head), Result: result(record)}}, nil
}

// cardFor is the card that the field scorecard of a conversation names, else
// the general one.
func (d door) cardFor(ctx context.Context, c conversation.Conversation) (*scorecard.Card, error) {
	raw, named := c.Fields["scorecard"]
	if !named {
		return d.Cards.Live(ctx, scorecard.General)
	}
	var card id.Scorecard
	if err := json.Unmarshal(raw, &card); err != nil {
		return nil, fault.As(fault.Invalid, "api.scorecard", err)
	}
	out, err := d.Cards.Live(ctx, card)
	if fault.Is(err, fault.NotFound) {
		err = fault.As(fault.Invalid, "api.scorecard", err)
	}
	return out, err
}

// lead checks that the actor may bring in a conversation that agent led, and
// writes her into head.
func (d door) lead(ctx context.Context, agent id.Person, head *conversation.Head) error {
	actor := actorOf(ctx)
	if agent == "" {
		return staff.Need(actor, staff.ConversationAdd, staff.Subject{})
	}
	subject, err := d.Staff.Subject(ctx, agent)
	if err != nil {
		return err
	}
	if err := staff.Need(actor, staff.ConversationAdd, subject); err != nil {
		return err
	}
	if _, _, err := d.Staff.Person(ctx, actor, agent); err != nil { // there must be such a person
		return err
	}
	head.Owner = agent
	if len(subject.Teams) > 0 {
		head.Team = subject.Teams[0]
	}
	return nil
}

// judge returns the result that stands by rule and card, making it if there
// is none yet: after an upgrade a conversation keeps its first mark.
func (d door) judge(ctx context.Context, card *scorecard.Card, c conversation.Conversation, head conversation.Head) (score.Record, error) {
	all, err := d.Results.Of(ctx, c.ID)
	if err != nil {
		return score.Record{}, err
	}
	for _, r := range all {
		if r.Scorecard == card.ID && r.Method == score.ByRule {
			return r, nil
		}
	}
	r, err := score.NewRecord(id.Make[id.Result](d.IDs), d.Judge.Score(card, c), head.Added)
	if err != nil {
		return score.Record{}, err
	}
	return d.Results.Add(ctx, r)
}

// conversations lists what the actor may read, the latest first.
func (d door) conversations(ctx context.Context, in *struct {
	After string `query:"after" maxLength:"200" doc:"next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}) (*answer[client.Conversations], error) {
	q := reach(actorOf(ctx))
	q.After, q.Limit = id.Conversation(in.After), in.Limit
	listed, err := d.Conversations.List(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &answer[client.Conversations]{Body: client.Conversations{Conversations: []client.Head{}}}
	for _, l := range listed {
		out.Body.Conversations = append(out.Body.Conversations, client.Head{
			ID: string(l.ID), Source: string(l.Source), Agent: string(l.Owner), Added: l.Added, Lang: string(l.Lang),
			Channel: string(l.Channel), Direction: string(l.Direction), Started: known(l.Started), Turns: l.Turns,
		})
	}
	if len(listed) == in.Limit {
		out.Body.Next = string(listed[len(listed)-1].ID)
	}
	return out, nil
}

// reach restricts a list to what the actor may read.
func reach(a staff.Actor) conversation.Query {
	var teams []id.Team
	for _, s := range staff.Reach(a, staff.ConversationRead) {
		if s == staff.Everything {
			return conversation.Query{}
		}
		teams = append(teams, a.TeamsIn(s)...)
	}
	if len(teams) == 0 {
		return conversation.Query{Owner: a.Person}
	}
	return conversation.Query{Teams: teams}
}

// conversation returns one conversation with the results that stand. One that
// the actor may not read is NotFound, so that ids tell nothing.
func (d door) conversation(ctx context.Context, in *byID) (*answer[client.Conversation], error) {
	conv, head, err := d.Conversations.Get(ctx, id.Conversation(in.ID))
	if err != nil {
		return nil, err
	}
	actor := actorOf(ctx)
	subject := staff.Subject{}
	if head.Owner != "" {
		if subject, err = d.Staff.Subject(ctx, head.Owner); err != nil {
			return nil, err
		}
	}
	if !staff.Can(actor, staff.ConversationRead, subject) {
		return nil, fault.New(fault.NotFound, "conversation.unknown", fault.Args{"id": in.ID})
	}
	record, err := conversation.EncodeJSONL(conv)
	if err != nil {
		return nil, err
	}
	out := &answer[client.Conversation]{Body: client.Conversation{Head: headOf(conv, head), Record: record, Results: []client.Result{}}}
	if !staff.Can(actor, staff.ResultRead, subject) {
		return out, nil
	}
	records, err := d.Results.Of(ctx, conv.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range score.Standing(records) {
		out.Body.Results = append(out.Body.Results, result(r))
	}
	return out, nil
}

func headOf(c conversation.Conversation, h conversation.Head) client.Head {
	return client.Head{
		ID: string(c.ID), Source: string(h.Source), Agent: string(h.Owner), Added: h.Added, Lang: string(c.Lang),
		Channel: string(c.Channel), Direction: string(c.Direction), Started: known(c.Started), Turns: len(c.Turns),
	}
}

func result(r score.Record) client.Result {
	return client.Result{ID: string(r.ID), Method: string(r.Method), Corrects: string(r.Corrects), Reason: r.Reason, Made: r.Made, Score: client.Score(r.Result)}
}
