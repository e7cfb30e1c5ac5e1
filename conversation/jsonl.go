package conversation

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// wire is a conversation as it stands in a line of JSONL. It is only written;
// reading is stricter than encoding/json can be, see DecodeJSONL.
type wire struct {
	ID        string                     `json:"id"`
	Lang      Lang                       `json:"lang"`
	Channel   Channel                    `json:"channel"`
	Direction Direction                  `json:"direction"`
	Started   string                     `json:"started,omitempty"`
	EndedBy   Role                       `json:"ended_by,omitempty"`
	Fields    map[string]json.RawMessage `json:"fields,omitempty"`
	Events    []wireEvent                `json:"events,omitempty"`
	Turns     []wireTurn                 `json:"turns"`
}

type wireEvent struct {
	Kind string          `json:"kind"`
	At   json.Number     `json:"at,omitempty"`
	Data json.RawMessage `json:"data,omitempty"`
}

type wireTurn struct {
	Role       Role        `json:"role"`
	Text       string      `json:"text"`
	Start      json.Number `json:"start,omitempty"`
	End        json.Number `json:"end,omitempty"`
	Confidence json.Number `json:"confidence,omitempty"`
}

// EncodeJSONL writes c as one line, without the line feed, in the form that
// DecodeJSONL reads: equal conversations give equal bytes. A conversation
// that DecodeJSONL would refuse is fault.Invalid.
func EncodeJSONL(c Conversation) ([]byte, error) {
	if err := check(c); err != nil {
		return nil, fault.Wrap("conversation.EncodeJSONL", err)
	}
	w := wire{
		ID: string(c.ID), Lang: c.Lang, Channel: c.Channel, Direction: c.Direction,
		EndedBy: c.EndedBy, Fields: c.Fields, Turns: make([]wireTurn, 0, len(c.Turns)),
	}
	if !c.Started.IsZero() {
		w.Started = c.Started.Format(time.RFC3339Nano)
	}
	for _, e := range c.Events {
		w.Events = append(w.Events, wireEvent{Kind: e.Kind, At: known(e.At), Data: e.Data})
	}
	for _, t := range c.Turns {
		w.Turns = append(w.Turns, wireTurn{
			Role: t.Role, Text: t.Text, Start: known(t.Start), End: known(t.End), Confidence: known(int64(t.Confidence)),
		})
	}
	return plainJSON(w)
}

// plainJSON is json.Marshal without the escapes that HTML would need.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fault.As(fault.Invalid, "conversation.unwritable", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// known returns thousandths as a number of ones; "" when unknown.
func known(thousandths int64) json.Number {
	if thousandths < 0 {
		return ""
	}
	return json.Number(seconds(thousandths))
}

// seconds writes milliseconds as seconds with no more digits than needed.
func seconds(ms int64) string {
	if ms%1000 == 0 {
		return strconv.FormatInt(ms/1000, 10)
	}
	fraction := strconv.FormatInt(1000+ms%1000, 10)[1:]
	for fraction[len(fraction)-1] == '0' {
		fraction = fraction[:len(fraction)-1]
	}
	return strconv.FormatInt(ms/1000, 10) + "." + fraction
}

// check returns fault.Invalid for a conversation that breaks a rule of the
// record: what a format does not say by itself (WebVTT knows no roles) and
// what a program may have got wrong.
func check(c Conversation) error {
	wrong := func(where, want string, found any) error {
		return fault.New(fault.Invalid, "conversation.value", fault.Args{"where": where, "want": want, "found": found})
	}
	at := func(i int, name string) string { return "turns[" + strconv.Itoa(i) + "]." + name }
	switch {
	case c.ID == "" || len(c.ID) > MaxID:
		return wrong("id", "1…"+strconv.Itoa(MaxID), len(c.ID))
	case c.Lang != Chinese && c.Lang != English:
		return wrong("lang", list([]Lang{Chinese, English}), string(c.Lang))
	case c.Channel != Phone && c.Channel != Chat:
		return wrong("channel", list([]Channel{Phone, Chat}), string(c.Channel))
	case c.Direction != Inbound && c.Direction != Outbound:
		return wrong("direction", list([]Direction{Inbound, Outbound}), string(c.Direction))
	case c.EndedBy != "" && !speaks(c.EndedBy):
		return wrong("ended_by", list([]Role{Agent, Customer, System}), string(c.EndedBy))
	case len(c.Turns) > MaxTurns:
		return fault.New(fault.Invalid, "conversation.limit.turns", fault.Args{"limit": MaxTurns})
	case badByte([]byte(c.ID)) >= 0:
		return fault.New(fault.Invalid, "conversation.encoding", fault.Args{"where": "id"})
	}
	for i, t := range c.Turns {
		switch {
		case !speaks(t.Role):
			return wrong(at(i, "role"), list([]Role{Agent, Customer, System}), string(t.Role))
		case len(t.Text) > MaxText:
			return fault.New(fault.Invalid, "conversation.limit.text", fault.Args{"where": at(i, "text"), "limit": MaxText})
		case !utf8.ValidString(t.Text):
			return fault.New(fault.Invalid, "conversation.encoding", fault.Args{"where": at(i, "text")})
		case badByte([]byte(t.Text)) >= 0:
			return fault.New(fault.Invalid, "conversation.nul", fault.Args{"where": at(i, "text")})
		case t.Start >= 0 && t.End >= 0 && t.End < t.Start:
			return fault.New(fault.Invalid, "conversation.times",
				fault.Args{"where": at(i, "end"), "start": seconds(t.Start), "end": seconds(t.End)})
		}
	}
	return nil
}

// speaks reports whether r is one of the roles.
func speaks(r Role) bool { return r == Agent || r == Customer || r == System }
