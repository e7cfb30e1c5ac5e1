package conversation

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// looseString returns a JSON string or the text of a number; "" for the rest.
func looseString(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return n.String()
	}
	return ""
}

// looseTime reads an RFC 3339 time or seconds since 1970; zero for the rest.
func looseTime(raw json.RawMessage) time.Time {
	text := looseString(raw)
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t
	}
	if ms, ok := thousandths(text, 1e14); ok && ms > 0 && isNumber(text) {
		return time.UnixMilli(ms).UTC()
	}
	return time.Time{}
}

// looseThousandths reads a number, also one written as a string; Unknown for
// the rest.
func looseThousandths(raw json.RawMessage) int64 {
	text := looseString(raw)
	if !isNumber(text) {
		return Unknown
	}
	ms, ok := thousandths(text, maxMS)
	if !ok {
		return Unknown
	}
	return ms
}

// isNumber reports whether text is a JSON number.
func isNumber(text string) bool {
	c := &cursor{data: []byte(text)}
	return text != "" && c.number() == text
}

// firstInt returns the first integer of a number or of arrays in arrays.
func firstInt(raw json.RawMessage, fallback int) int {
	for range MaxDepth {
		var several []json.RawMessage
		if json.Unmarshal(raw, &several) != nil || len(several) == 0 {
			break
		}
		raw = several[0]
	}
	if i, err := strconv.Atoi(looseString(raw)); err == nil {
		return i
	}
	return fallback
}

// member returns the first of keys that object has.
func member(object map[string]json.RawMessage, keys ...string) json.RawMessage {
	for _, k := range keys {
		if v, ok := object[k]; ok {
			return v
		}
	}
	return nil
}

// transcript finds the segments of a transcript. Every recogniser has its own
// form; what they share is a list of objects with the words and the speaker,
// at the top or one or two members below it. The body may be JSON in a string.
func transcript(body json.RawMessage) (said []words, language string) {
	for range 4 {
		var text string
		if json.Unmarshal(body, &text) == nil {
			body = json.RawMessage(text)
			continue
		}
		var list []map[string]json.RawMessage
		if json.Unmarshal(body, &list) == nil {
			return segments(list), language
		}
		var object map[string]json.RawMessage
		if json.Unmarshal(body, &object) != nil {
			return nil, language
		}
		if l := looseString(member(object, "language", "lang")); l != "" {
			language = l
		}
		if nested := looseObject(object["transcript"]); nested != nil && language == "" {
			language = looseString(nested["language"])
		}
		body = member(object, "segments", "utterances", "turns", "transcript", "results", "body")
	}
	return nil, language
}

func looseObject(raw json.RawMessage) (object map[string]json.RawMessage) {
	if json.Unmarshal(raw, &object) != nil {
		return nil
	}
	return object
}

func segments(list []map[string]json.RawMessage) []words {
	var said []words
	for _, s := range list {
		text := looseString(member(s, "text", "transcript", "content", "message", "body"))
		if strings.TrimSpace(text) == "" {
			continue
		}
		t := Turn{
			Text:       strings.TrimSpace(text),
			Start:      looseThousandths(member(s, "start", "start_time", "offset", "begin")),
			End:        looseThousandths(member(s, "end", "end_time")),
			Confidence: int(looseThousandths(s["confidence"])),
		}
		if long := looseThousandths(s["duration"]); t.End == Unknown && t.Start != Unknown && long != Unknown {
			t.End = t.Start + long
		}
		if t.End < t.Start || t.Start == Unknown {
			t.End = Unknown
		}
		if t.Confidence > 1000 {
			t.Confidence = Unknown
		}
		said = append(said, words{speaker: looseString(member(s, "speaker", "party", "role", "channel", "name")), turn: t})
	}
	return said
}
