package scenario

import (
	"time"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// maxPlayed bounds a scripted call, in agent turns.
const maxPlayed = 500

// scriptDelay is how long a scripted agent waits before a line, beyond the
// time it takes to type it.
const scriptDelay = 1200 * time.Millisecond

// TypedAfter is how long it takes to wait and then to type text.
func TypedAfter(text string, lang conversation.Lang, wait time.Duration) time.Duration {
	return wait + time.Duration(typingTime(text, lang))*time.Millisecond
}

// Played is one turn of a scripted call as the command line prints it.
type Played struct {
	Turn      int               `json:"turn"`
	Role      conversation.Role `json:"role"`
	Text      string            `json:"text"`
	Acts      []analysis.Act    `json:"acts"`
	Mood      Mood              `json:"mood"`
	Behaviour string            `json:"behaviour,omitempty"` // a customer turn's
}

// Play lets a scripted agent serve sc in the form of seed and hands every
// turn to emit (nil: nobody). When the script has no line left the agent
// hangs up, and the call is unsolved. The call that comes back has ended.
func Play(sc *Scenario, seed uint64, s *Script, hear func(analysis.Utterance) []analysis.Finding, emit func(Played)) *Call {
	c := Start(sc, seed, hear)
	if emit == nil {
		emit = func(Played) {}
	}
	reading := s.read()
	last := ""
	if r, ok := c.Opening(); ok {
		c.emitCustomer(r, emit)
		last = r.Behaviour
	}
	for range maxPlayed {
		text, ok := reading.next(last)
		if !ok {
			break
		}
		text = c.form.Fill(text)
		before := c.mood
		turn := len(c.conv.Turns)
		r := c.Say(text, TypedAfter(text, sc.Lang, scriptDelay))
		emit(Played{Turn: turn, Role: conversation.Agent, Text: text, Acts: actsOf(r.Findings), Mood: before})
		c.emitCustomer(r, emit)
		if r.Ended {
			return c
		}
		last = r.Behaviour
	}
	c.HangUp()
	c.ending = Unsolved // who has nothing left to say leaves the customer alone
	return c
}

func (c *Call) emitCustomer(r Reply, emit func(Played)) {
	turn := len(c.conv.Turns) - 1
	found := c.hear(analysis.Utterance{
		Lang: c.sc.Lang, Channel: c.sc.Channel, Direction: c.sc.Direction, Role: conversation.Customer,
		Context: c.conv.Turns[max(0, turn-contextTurns):turn], Text: r.Text,
	})
	emit(Played{Turn: turn, Role: conversation.Customer, Text: r.Text, Acts: actsOf(found), Mood: r.Mood, Behaviour: r.Behaviour})
}

// actsOf returns the acts in order, each once.
func actsOf(found []analysis.Finding) []analysis.Act {
	acts := []analysis.Act{}
	seen := map[analysis.Act]bool{}
	for _, f := range found {
		if !seen[f.Act] {
			seen[f.Act] = true
			acts = append(acts, f.Act)
		}
	}
	return acts
}
