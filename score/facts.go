package score

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// fact returns a field as text; numbers and booleans as they are written.
func fact(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return strings.TrimSpace(string(raw))
}

func (r *run) missing() outcome {
	return outcome{truth: unknown, why: whyNoFact, hi: len(r.c.Turns) - 1}
}

// field: a fact handed in with the contact. One that is not there is unknown,
// unless the test asks for its presence.
func (r *run) field(t *scorecard.Test) outcome {
	raw, ok := r.c.Fields[t.Word("name", "")]
	if v := t.Arg("present"); v != nil {
		return r.whether(ok == (v.Int != 0))
	}
	if !ok {
		return r.missing()
	}
	value := fact(raw)
	if v := t.Arg("equals"); v != nil && v.Text != value {
		return r.found(nil)
	}
	if v := t.Arg("one-of"); v != nil && !slices.Contains(v.Texts, value) {
		return r.found(nil)
	}
	if t.Arg("at-least") != nil || t.Arg("at-most") != nil {
		whole, _, _ := strings.Cut(value, ".")
		n, err := strconv.ParseInt(whole, 10, 64)
		if err != nil {
			return r.missing()
		}
		return r.whether(n >= t.Int("at-least", -1<<62) && n <= t.Int("at-most", 1<<62))
	}
	return r.whether(true)
}

// event: something that happened beside the words, with the data it must have.
func (r *run) event(t *scorecard.Test) outcome {
	if len(r.c.Events) == 0 {
		return r.missing()
	}
	hits := r.list()
	for _, e := range r.c.Events {
		if e.Kind == t.Word("kind", "") && carries(e.Data, t) {
			hits.add(r.eventHit(e))
		}
	}
	r.strewn = r.strewn || !slices.IsSortedFunc(hits.hits, func(a, b hit) int { return cmp.Compare(a.turn, b.turn) })
	return r.atLeast(hits, t.Int("at-least", 1))
}

// carries reports whether an event's data has the fields that t wants.
func carries(data json.RawMessage, t *scorecard.Test) bool {
	var fields map[string]json.RawMessage
	if len(data) > 0 && json.Unmarshal(data, &fields) != nil {
		fields = nil
	}
	if v := t.Arg("has"); v != nil {
		for _, name := range v.Texts {
			if fact(fields[name]) == "" || fact(fields[name]) == "null" {
				return false
			}
		}
	}
	if name := t.Word("name", ""); name != "" {
		raw, ok := fields[name]
		return ok && (t.Arg("equals") == nil || fact(raw) == t.Word("equals", ""))
	}
	return true
}

// eventHit places an event before the first character of the turn that
// follows it.
func (r *run) eventHit(e conversation.Event) hit {
	turn := max(0, len(r.c.Turns)-1)
	for i := range r.c.Turns {
		if r.c.Turns[i].Start >= 0 && r.c.Turns[i].Start >= e.At {
			turn = i
			break
		}
	}
	return hit{turn: turn, to: turn, ms: e.At}
}

// duration: the whole lasts longer or shorter than so long.
func (r *run) duration(t *scorecard.Test) outcome {
	if !r.timed() {
		return r.untimed()
	}
	d := r.lasted()
	return r.whether(d > t.Int("longer", -1) && d < t.Int("shorter", 1<<60))
}

// contact: the channel or the direction.
func (r *run) contact(t *scorecard.Test) outcome {
	is := t.Word("is", "")
	return r.whether(string(r.c.Channel) == is || string(r.c.Direction) == is)
}
