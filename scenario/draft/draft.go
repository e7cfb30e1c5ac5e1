// Package draft proposes a scenario from a real conversation: what the customer
// wanted, what he knew, how his mood went, how it ended, and the agent's lines
// as a script. Personal data is replaced by slots with invented values.
//
// A draft passes the checks of the language and can be played; it is not
// finished. Comments say what only a person can know: whether the agent was
// right, what must not be promised, what he should be asked rightly for.
package draft

import (
	"fmt"
	"strings"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scenario"
)

// Draft is a proposal for a person to finish.
type Draft struct {
	ID       id.Scenario
	Scenario []byte // scenario.yaml
	Script   []byte // the real agent's lines, as a scripted agent
}

// From drafts a scenario called sid from c, hearing by hear. Invalid
// (scenario.draft.short) when c holds no turn of a customer that says what he
// wants, or none of an agent.
func From(c conversation.Conversation, sid id.Scenario, hear scenario.Hear) (Draft, error) {
	t := listen(anonymous(c), hear)
	f := t.find()
	if len(f.concerns) == 0 || len(f.concerns[0].points) == 0 {
		return Draft{}, &fault.Error{Kind: fault.Invalid, Key: "scenario.draft.short", Args: fault.Args{"turns": len(c.Turns)},
			Err: fmt.Errorf("no concern and no answer in %d turns", len(c.Turns))}
	}
	return Draft{ID: sid, Scenario: t.write(sid, f), Script: t.script(f)}, nil
}

// talk is the conversation with what was heard in it.
type talk struct {
	masked
	turns []turn
}

// turn is one turn of agent or customer, with slots for personal data.
type turn struct {
	role conversation.Role
	text string
	acts map[analysis.Act]bool
}

func (t *turn) has(acts ...analysis.Act) bool {
	for _, a := range acts {
		if t.acts[a] {
			return true
		}
	}
	return false
}

func (t *turn) customer() bool { return t.role == conversation.Customer }

// asks reports whether the turn asks something.
func (t *turn) asks() bool {
	return strings.ContainsAny(t.text, "?？") || t.has("ask-open", "ask-choice", "ask-name", "verify-identity", "ask-favour")
}

// listen joins what one party said in a row into one turn and hears it.
func listen(m masked, hear scenario.Hear) *talk {
	t := &talk{masked: m}
	for i, said := range m.conv.Turns {
		text := strings.TrimSpace(m.texts[i])
		if said.Role == conversation.System || text == "" {
			continue
		}
		acts := map[analysis.Act]bool{}
		for _, f := range hear(analysis.Utterance{Lang: m.conv.Lang, Channel: m.conv.Channel, Direction: m.conv.Direction,
			Role: said.Role, Context: m.conv.Turns[max(0, i-8):i], Text: said.Text}) {
			acts[f.Act] = true
		}
		if n := len(t.turns) - 1; n >= 0 && t.turns[n].role == said.Role {
			t.turns[n].text = t.join(t.turns[n].text, text)
			for a := range acts {
				t.turns[n].acts[a] = true
			}
			continue
		}
		t.turns = append(t.turns, turn{role: said.Role, text: text, acts: acts})
	}
	return t
}

func (t *talk) chinese() bool { return t.conv.Lang == conversation.Chinese }

func (t *talk) join(a, b string) string {
	if t.chinese() {
		return a + b
	}
	return a + " " + b
}
