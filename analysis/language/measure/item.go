// Package measure says how well an engine hears acts, by comparing what it
// finds in labelled utterances with what people labelled.
//
// It is the measure behind `lianxi lexicon test` and the lexicon page. The
// figures do not depend on the machine or on how often they are taken.
package measure

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
)

// Item is one labelled utterance, one line of a JSON Lines file. Acts are all
// acts of the text; Not are tempting ones that it does not carry. An item is
// labelled either for the acts of service or for the family of signals that Of
// names.
type Item struct {
	ID        string                 `json:"id"`
	Lang      conversation.Lang      `json:"lang"`
	Channel   conversation.Channel   `json:"channel"`
	Direction conversation.Direction `json:"direction"`
	Context   []Said                 `json:"context"`
	Role      conversation.Role      `json:"role"`
	Text      string                 `json:"text"`
	Acts      []analysis.Act         `json:"acts"`
	Not       []analysis.Act         `json:"not"`
	Of        string                 `json:"of,omitempty"` // "": acts of service
	Note      string                 `json:"note,omitempty"`
}

// Said is a preceding turn of an Item.
type Said struct {
	Role conversation.Role `json:"role"`
	Text string            `json:"text"`
}

// maxLine bounds a line of a labelled file, in bytes.
const maxLine = 1 << 20

// Read reads labelled utterances; file names them in errors. An id may stand
// only once.
func Read(file string, r io.Reader) ([]Item, error) {
	var out []Item
	seen := map[string]bool{}
	in := bufio.NewScanner(r)
	in.Buffer(nil, maxLine)
	for n := 1; in.Scan(); n++ {
		if strings.TrimSpace(in.Text()) == "" {
			continue
		}
		bad := func(key, read string, err error) error {
			return &fault.Error{Kind: fault.Invalid, Op: "measure.Read", Key: key, Args: fault.Args{"read": read},
				At: fault.Position{File: file, Line: n}, Err: err}
		}
		var it Item
		dec := json.NewDecoder(strings.NewReader(in.Text()))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&it); err != nil {
			return nil, bad("lexicon.item.json", in.Text(), err)
		}
		if it.ID == "" || seen[it.ID] {
			return nil, bad("lexicon.item.id", it.ID, nil)
		}
		if it.Role != conversation.Agent && it.Role != conversation.Customer {
			return nil, bad("lexicon.item.role", string(it.Role), nil)
		}
		seen[it.ID] = true
		out = append(out, it)
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("measure.Read: %s: %w", file, err)
	}
	return out, nil
}

// Utterance returns the item as the engine hears it.
func (it Item) Utterance() analysis.Utterance {
	u := analysis.Utterance{Lang: it.Lang, Channel: it.Channel, Direction: it.Direction, Role: it.Role, Text: it.Text}
	for _, s := range it.Context {
		u.Context = append(u.Context, conversation.Turn{Role: s.Role, Text: s.Text,
			Start: conversation.Unknown, End: conversation.Unknown, Confidence: conversation.Unknown})
	}
	return u
}

// ItemOf returns a label as an item to measure with.
func ItemOf(l analysis.Label) Item {
	u := l.Utterance
	it := Item{ID: string(l.ID), Lang: u.Lang, Channel: u.Channel, Direction: u.Direction, Role: u.Role, Text: u.Text,
		Acts: l.Acts, Not: l.Not, Note: l.Note}
	for _, t := range u.Context {
		it.Context = append(it.Context, Said{Role: t.Role, Text: t.Text})
	}
	return it
}
