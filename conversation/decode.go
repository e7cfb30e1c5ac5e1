package conversation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// What a conversation may be at most. The limits keep one hostile file from
// taking the memory of all; they lie far above anything people say.
const (
	MaxLine  = 64 << 20 // bytes of one conversation, whatever the format
	MaxTurns = 50_000   // a twelve-hour chat has a few thousand
	MaxText  = 4 << 20  // bytes of one turn's text
	MaxID    = 200      // bytes of an id
	MaxDepth = 64       // of JSON values inside one another
	maxMS    = 1e12     // milliseconds: 31 years
)

// DecodeJSONL reads one conversation from a line of JSONL:
//
//	{"id","lang":"zh|en","channel":"phone|chat","direction":"inbound|outbound",
//	 "started":RFC 3339,"ended_by":"agent|customer|system","fields":{},
//	 "events":[{"kind","at","data"}],
//	 "turns":[{"role":"agent|customer|system","text","start","end","confidence"}]}
//
// Times are seconds. Only id, lang and turns with role and text are required;
// what is absent or null is phone, inbound or unknown. Other keys are ignored.
//
// Errors are fault.Invalid, name the value (turns[3].role) and stand at its
// column; Line counts within the given bytes.
func DecodeJSONL(line []byte) (Conversation, error) {
	if c, ok := decodePlainly(line); ok {
		return c, nil
	}
	return decodeStrictly(line)
}

// decodeStrictly is the strict reading: every faster one must agree with it.
func decodeStrictly(line []byte) (Conversation, error) {
	c := &cursor{data: bytes.TrimPrefix(line, []byte("\uFEFF"))}
	c.checkBytes()
	out := Conversation{Channel: Phone, Direction: Inbound}
	c.conversation(&out)
	c.end()
	if c.err != nil {
		return Conversation{}, c.err
	}
	return out, nil
}

// checkBytes fails for what no text may hold, before anything is read.
func (c *cursor) checkBytes() {
	if len(c.data) > MaxLine {
		c.fail(0, "conversation.limit.line", fault.Args{"limit": MaxLine >> 20})
		return
	}
	if at := badByte(c.data); at >= 0 {
		key := "conversation.encoding"
		if c.data[at] == 0 {
			key = "conversation.nul"
		}
		c.fail(at, key, nil)
	}
}

// badByte returns the position of the first NUL or the first byte that is not
// UTF-8; -1 when there is none.
func badByte(data []byte) int {
	nul := bytes.IndexByte(data, 0)
	if utf8.Valid(data) {
		return nul
	}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == 0 || r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return nul
}

// seen lists the known keys of an object that have stood already. A key that
// stands twice is an error: readers disagree about which one counts.
type seen []string

// once notes key and fails when it stood before.
func (c *cursor) once(s *seen, key string) {
	if slices.Contains(*s, key) {
		c.fail(c.pos, "conversation.json.twice", nil)
	}
	*s = append(*s, key)
}

// require fails for the first of keys that did not stand in the object.
func (c *cursor) require(s seen, keys ...string) {
	for _, key := range keys {
		if !slices.Contains(s, key) {
			c.path = append(c.path, step{key: key})
			c.fail(max(c.pos-1, 0), "conversation.missing", nil)
			c.path = c.path[:len(c.path)-1]
		}
	}
}

func (c *cursor) conversation(out *Conversation) {
	s := make(seen, 0, 9)
	c.object(func(key string) {
		if c.optional(key) && c.null() {
			return
		}
		switch key {
		case "id":
			out.ID = id.Conversation(c.text(MaxID))
			if out.ID == "" {
				c.fail(c.pos, "conversation.missing", nil)
			}
		case "lang":
			out.Lang = oneOf(c, Chinese, English)
		case "channel":
			out.Channel = oneOf(c, Phone, Chat)
		case "direction":
			out.Direction = oneOf(c, Inbound, Outbound)
		case "started":
			out.Started = c.time()
		case "ended_by":
			out.EndedBy = oneOf(c, Agent, Customer, System)
		case "fields":
			c.fields(out)
		case "events":
			c.array(func(int) { out.Events = append(out.Events, c.event()) })
		case "turns":
			c.turns(out)
		default:
			c.skip()
			return
		}
		c.once(&s, key)
	})
	c.require(s, "id", "lang", "turns")
}

// optional reports whether key may be null, which means the same as absent.
func (c *cursor) optional(key string) bool {
	switch key {
	case "id", "lang", "turns", "role", "text", "kind":
		return false
	}
	return true
}

func (c *cursor) fields(out *Conversation) {
	out.Fields = map[string]json.RawMessage{}
	c.object(func(key string) {
		if _, twice := out.Fields[key]; twice {
			c.fail(c.pos, "conversation.json.twice", nil)
		}
		out.Fields[key] = c.raw()
	})
}

func (c *cursor) event() Event {
	e, s := Event{At: Unknown}, make(seen, 0, 3)
	c.object(func(key string) {
		if c.optional(key) && c.null() {
			return
		}
		switch key {
		case "kind":
			e.Kind = c.text(MaxID)
		case "at":
			e.At = c.thousandths(maxMS)
		case "data":
			e.Data = c.raw()
		default:
			c.skip()
			return
		}
		c.once(&s, key)
	})
	c.require(s, "kind")
	return e
}

func (c *cursor) turns(out *Conversation) {
	out.Turns = []Turn{}
	c.array(func(i int) {
		if i >= MaxTurns {
			c.fail(c.pos, "conversation.limit.turns", fault.Args{"limit": MaxTurns})
			return
		}
		out.Turns = append(out.Turns, c.turn())
	})
}

func (c *cursor) turn() Turn {
	t, s := Turn{Start: Unknown, End: Unknown, Confidence: Unknown}, make(seen, 0, 5)
	c.object(func(key string) {
		if c.optional(key) && c.null() {
			return
		}
		switch key {
		case "role":
			t.Role = oneOf(c, Agent, Customer, System)
		case "text":
			t.Text = c.text(MaxText)
		case "start":
			t.Start = c.thousandths(maxMS)
		case "end":
			t.End = c.thousandths(maxMS)
		case "confidence":
			t.Confidence = int(c.thousandths(1000))
		default:
			c.skip()
			return
		}
		c.once(&s, key)
	})
	c.require(s, "role", "text")
	if t.Start != Unknown && t.End != Unknown && t.End < t.Start {
		c.fail(c.pos-1, "conversation.times", fault.Args{"start": seconds(t.Start), "end": seconds(t.End)})
	}
	return t
}

// text reads a string of at most limit bytes.
func (c *cursor) text(limit int) string {
	at := c.pos
	s := c.string()
	if len(s) > limit {
		c.fail(at, "conversation.limit.text", fault.Args{"limit": limit})
	}
	return s
}

// oneOf reads a string that must be one of the given words.
func oneOf[T ~string](c *cursor, words ...T) T {
	c.space()
	at := c.pos
	s := T(c.string())
	for _, w := range words {
		if s == w {
			return w
		}
	}
	if c.err == nil {
		c.fail(at, "conversation.value", fault.Args{"want": list(words), "found": excerpt(string(s))})
	}
	return ""
}

// list writes words as a person reads them: "zh", "en".
func list[T ~string](words []T) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = fmt.Sprintf("%q", string(w))
	}
	return strings.Join(quoted, ", ")
}

func (c *cursor) time() time.Time {
	c.space()
	at := c.pos
	s := c.string()
	t, err := time.Parse(time.RFC3339, s)
	if err != nil && c.err == nil {
		c.fail(at, "conversation.value", fault.Args{"want": "2026-01-31T09:30:00+08:00", "found": excerpt(s)})
	}
	return t
}
