// Package redact finds personal data in what was said and masks it.
//
// It hears numbers the way people speak them: digits as words (幺三八, double
// five), with pauses, spread over several turns, echoed by the other side. It
// keeps what is nobody's: service numbers (400…, 95…), order numbers, amounts,
// dates. A surname with a title (陈先生, Ms Dawson) stays, because it does not
// tell who somebody is and the conversation is judged by its use.
//
// A mask has as many code points as what it covers, so that every position in
// a masked conversation means the same as in the original. The work grows
// linearly with the text.
package redact

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
)

// Kind is a sort of personal data.
type Kind string

// The kinds.
const (
	Identity Kind = "id"    // resident id, social security number
	Phone    Kind = "phone" // mobile or home number
	Card     Kind = "card"  // bank card number, and its security code
	Plate    Kind = "plate" // vehicle registration
	Email    Kind = "email"
	Address  Kind = "address" // down to a house
	Name     Kind = "name"    // a full or a given name
)

// Kinds lists all kinds.
func Kinds() []Kind { return []Kind{Identity, Phone, Card, Plate, Email, Address, Name} }

// Span is one piece of personal data: the code points [From,To) of a turn. A
// number said over several turns gives a span in each.
type Span struct {
	Kind     Kind
	Turn     int
	From, To int
}

// Find returns the personal data in the turns of c, in order, without overlaps.
func Find(c conversation.Conversation) []Span {
	talk := newTalk(c)
	var all []Span
	all = append(all, talk.numbers()...)
	all = append(all, talk.plates()...)
	all = append(all, talk.emails()...)
	all = append(all, talk.addresses()...)
	all = append(all, talk.names()...)
	return disjoint(all)
}

// disjoint sorts spans and, where two overlap, joins them under the kind of
// the longer one: nothing that either covers may show.
func disjoint(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.Turn, b.Turn), cmp.Compare(a.From, b.From), cmp.Compare(b.To, a.To), cmp.Compare(a.Kind, b.Kind))
	})
	var out []Span
	longest := 0
	for _, s := range spans {
		last := len(out) - 1
		if last < 0 || out[last].Turn != s.Turn || out[last].To <= s.From {
			out, longest = append(out, s), s.To-s.From
			continue
		}
		if s.To-s.From > longest {
			out[last].Kind, longest = s.Kind, s.To-s.From
		}
		out[last].To = max(out[last].To, s.To)
	}
	return out
}

// mask stands for every code point of personal data.
const mask = '*'

// Mask returns c with all personal data masked, in its turns and in every text
// and number of its fields and events, and the spans in the turns. c itself is
// not changed.
func Mask(c conversation.Conversation) (conversation.Conversation, []Span) {
	spans := Find(c)
	out := c
	out.Turns = slices.Clone(c.Turns)
	for i := 0; i < len(spans); {
		turn := spans[i].Turn
		runes := []rune(c.Turns[turn].Text)
		for ; i < len(spans) && spans[i].Turn == turn; i++ {
			cover(runes, spans[i])
		}
		out.Turns[turn].Text = string(runes)
	}
	if c.Fields != nil {
		out.Fields = map[string]json.RawMessage{}
		for name, value := range c.Fields {
			out.Fields[name] = maskJSON(c.Lang, name, value)
		}
	}
	out.Events = slices.Clone(c.Events)
	for i, e := range c.Events {
		if e.Data != nil {
			out.Events[i].Data = maskJSON(c.Lang, e.Kind, e.Data)
		}
	}
	return out, spans
}

// Text returns text, said in lang, with its personal data masked.
func Text(lang conversation.Lang, text string) string {
	return maskAfter(lang, "", text)
}

// maskAfter masks text as said after the words before, such as a field's name.
func maskAfter(lang conversation.Lang, before, text string) string {
	c := conversation.Conversation{Lang: lang, Turns: []conversation.Turn{
		{Role: conversation.Agent, Text: strings.NewReplacer("_", " ", "-", " ").Replace(before)},
		{Role: conversation.Customer, Text: text},
	}}
	runes := []rune(text)
	for _, s := range Find(c) {
		if s.Turn == 1 {
			cover(runes, s)
		}
	}
	return string(runes)
}

func cover(runes []rune, s Span) {
	for i := s.From; i < s.To; i++ {
		runes[i] = mask
	}
}

// maskJSON masks the texts and the long numbers in a JSON value; name is what
// the value is called. What is no JSON is masked as a text.
func maskJSON(lang conversation.Lang, name string, raw json.RawMessage) json.RawMessage {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		value = string(raw)
	}
	masked, changed := maskValue(lang, name, value)
	if !changed {
		return raw
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(masked); err != nil {
		return json.RawMessage(`null`) // cannot be shown, so it is not
	}
	return bytes.TrimSpace(out.Bytes())
}

func maskValue(lang conversation.Lang, name string, value any) (any, bool) {
	changed := false
	switch v := value.(type) {
	case string:
		masked := maskAfter(lang, name, v)
		if said, ok := namedName(lang, name, v); ok {
			masked = said
		}
		return masked, masked != v
	case json.Number:
		if masked := maskAfter(lang, name, v.String()); masked != v.String() {
			return masked, true
		}
	case []any:
		for i := range v {
			var c bool
			v[i], c = maskValue(lang, name, v[i])
			changed = changed || c
		}
	case map[string]any:
		for key := range v {
			var c bool
			v[key], c = maskValue(lang, key, v[key])
			changed = changed || c
		}
	}
	return value, changed
}
