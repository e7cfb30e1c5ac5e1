package result

import (
	"encoding/json"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Brief is a conversation in a line.
type Brief struct {
	Title string // of the scenario; "" when it was no practice call
	Mark  string // "" while there is none
	Best  string // what went best
}

// Brief tells of a conversation in a line, for the timeline of an archive.
// It asks for no permission: who may read the archive may read this.
func (p Pages) Brief(v *visit.Visit, c id.Conversation) (Brief, error) {
	var out Brief
	source := Source{Acts: p.Acts}
	call, err := p.Calls.Words(v.Context(), c)
	switch {
	case err == nil:
		out.Title, source.Conversation = call.Scenario.Title, spoken(call)
		source.Mine = call.Practice.Person == v.Person.ID
	case !fault.Is(err, fault.NotFound):
		return out, err
	default:
		if source.Conversation, _, err = p.Conversations.Get(v.Context(), c); err != nil && !fault.Is(err, fault.NotFound) {
			return out, err
		}
	}
	record, scored, err := p.standing(v, c)
	if err != nil || !scored {
		return out, err
	}
	out.Mark = record.Total()
	if source.Card, err = p.Cards.Judged(v.Context(), record.Scorecard, record.Versions.Scorecard); err != nil {
		if fault.Is(err, fault.NotFound) {
			err = nil
		}
		return out, err
	}
	if err := json.Unmarshal(record.Result, &source.Result); err != nil {
		return out, fault.As(fault.Internal, "", err)
	}
	out.Best = source.best(v.Reader, conversation.Lang(v.Lang().Speech()))
	return out, nil
}
