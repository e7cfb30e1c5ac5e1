package score

import (
	"slices"
	"strings"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// ExampleResult is a stored example of a card and what the card says of it now.
type ExampleResult struct {
	Example scorecard.Example
	Got     scorecard.Verdict
	Reason  string
}

// Right reports whether the card agrees with the person who stored it.
func (e ExampleResult) Right() bool { return e.Got == e.Example.Verdict }

// Examples judges a card's stored examples; hear finds the acts in them. An
// example of an item in draft or retired has the verdict N/A.
func Examples(card *scorecard.Card, hear func(conversation.Conversation) []analysis.Finding, cat *analysis.Catalogue) []ExampleResult {
	out := make([]ExampleResult, 0, len(card.Examples))
	for _, e := range card.Examples {
		c := talkOf(e)
		r := Score(card, c, hear(c), cat, Versions{})
		one := ExampleResult{Example: e, Got: scorecard.NA}
		for _, it := range slices.Concat(r.Items, r.Shadow) {
			if it.ID == e.Item {
				one.Got, one.Reason = it.Verdict, it.Reason
			}
		}
		out = append(out, one)
	}
	return out
}

// talkOf turns the lines of an example into a conversation without times.
func talkOf(e scorecard.Example) conversation.Conversation {
	c := conversation.Conversation{ID: id.Conversation("example"), Lang: e.Lang, Channel: e.Channel, Direction: e.Direction}
	for _, line := range e.Turns {
		role, text, _ := strings.Cut(line, ": ")
		c.Turns = append(c.Turns, conversation.Turn{Role: conversation.Role(role), Text: text,
			Start: conversation.Unknown, End: conversation.Unknown, Confidence: conversation.Unknown})
	}
	return c
}
