package score

import (
	"strings"
	"time"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// Promise is one entry of the promise ledger: what the agent said she would
// do, and by when. From and To are code points of the turn.
type Promise struct {
	Turn int       `json:"turn"`
	From int       `json:"from"`
	To   int       `json:"to"`
	What string    `json:"what"`
	By   string    `json:"by"`  // the words of the deadline; "" when there is none that can be kept to
	Due  time.Time `json:"due"` // zero when By is "" or the start of the call is unknown
}

// Promises returns the promises made in conversation c, in which f was found.
func Promises(c conversation.Conversation, f []analysis.Finding) []Promise {
	r := run{c: &c}
	for _, one := range r.sorted(f, len(c.Turns)) {
		if one.Act == "promise" {
			r.pledge(hit{turn: one.Turn, to: one.Turn, from: one.From, until: one.To, act: one.Act})
		}
	}
	var out []Promise
	for _, p := range r.pledges {
		text := string([]rune(c.Turns[p.turn].Text)) // what is no text becomes a character
		one := Promise{Turn: p.turn, From: p.from, To: p.until, What: strings.Trim(cut(text, p.from, p.until), " ，,。.；;！!")}
		if p.dated {
			one.By = cut(text, p.by.from, p.by.until)
			one.Due = p.by.due(spokenAt(&c, p.turn))
		}
		out = append(out, one)
	}
	return out
}

// pledge is a promise as rules see it: its sentence, and the deadline in it.
type pledge struct {
	turn, from, until int
	by                deadline
	dated             bool
}

// pledge notes the promise at h. One entry is a sentence: a sentence that
// promises twice is one promise.
func (r *run) pledge(h hit) {
	text := r.runes(r.c.Turns[h.turn].Text)
	s := r.sentenceAround(text, h)
	if n := len(r.pledges); n > 0 && r.pledges[n-1].turn == h.turn && r.pledges[n-1].from == s[0] {
		return
	}
	p := pledge{turn: h.turn, from: s[0], until: s[1]}
	p.by, p.dated = r.deadlineIn(r.prose.folded(r.c.Turns[h.turn].Text), s, h)
	r.pledges = append(r.pledges, p)
}

// spokenAt is when turn was said; zero when the call's start is unknown.
func spokenAt(c *conversation.Conversation, turn int) time.Time {
	if c.Started.IsZero() || c.Turns[turn].Start < 0 {
		return c.Started
	}
	return c.Started.Add(time.Duration(c.Turns[turn].Start) * time.Millisecond)
}

// sentenceAround returns the sentence in which h begins.
func (r *run) sentenceAround(text []rune, h hit) [2]int {
	r.cuts = sentences(r.cuts[:0], text)
	for _, s := range r.cuts {
		if h.from < s[1] {
			return s
		}
	}
	return [2]int{0, len(text)}
}

// deadlineIn looks for a time expression in the promise's sentence, then in
// the rest of its turn; a limit wins over a mere time, then the nearest.
func (r *run) deadlineIn(text string, s [2]int, h hit) (deadline, bool) {
	all := r.quantities.deadlines(r.c.Lang, text)
	best, far := -1, 0
	for i, d := range all {
		dist := max(0, d.from-h.until, h.from-d.until)
		if d.from < s[0] || d.until > s[1] {
			dist += 1000
		}
		if !d.bound {
			dist += 100
		}
		if best < 0 || dist < far {
			best, far = i, dist
		}
	}
	if best < 0 {
		return deadline{}, false
	}
	return all[best], true
}
