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
	Turn     int       `json:"turn"`
	From     int       `json:"from"`
	To       int       `json:"to"`
	What     string    `json:"what"`
	By       string    `json:"by"`  // the words of the deadline; "" when there is none that can be kept to
	Due      time.Time `json:"due"` // zero when By is "" or the start of the call is unknown
	promised hit
}

// Promises returns the promises made in conversation c, in which f was found.
func Promises(c conversation.Conversation, f []analysis.Finding) []Promise {
	var hits []hit
	for _, one := range sorted(f, len(c.Turns)) {
		if one.Act == "promise" {
			hits = append(hits, hit{turn: one.Turn, to: one.Turn, from: one.From, until: one.To, act: one.Act})
		}
	}
	return promises(&c, hits)
}

// promises makes one entry a sentence: a sentence that promises twice is one
// promise.
func promises(c *conversation.Conversation, hits []hit) []Promise {
	var out []Promise
	for _, h := range hits {
		text := []rune(fold(c.Turns[h.turn].Text))
		s := sentenceAround(text, h)
		if n := len(out); n > 0 && out[n-1].Turn == h.turn && out[n-1].From == s[0] {
			continue
		}
		p := Promise{Turn: h.turn, From: s[0], To: s[1], promised: h,
			What: strings.Trim(cut(c.Turns[h.turn].Text, s[0], s[1]), " ，,。.；;！!")}
		if d, ok := deadlineIn(c.Lang, text, s, h); ok {
			p.By = cut(c.Turns[h.turn].Text, d.from, d.until)
			p.Due = d.due(spokenAt(c, h.turn))
		}
		out = append(out, p)
	}
	return out
}

// spokenAt is when turn was said; zero when the call's start is unknown.
func spokenAt(c *conversation.Conversation, turn int) time.Time {
	if c.Started.IsZero() || c.Turns[turn].Start < 0 {
		return c.Started
	}
	return c.Started.Add(time.Duration(c.Turns[turn].Start) * time.Millisecond)
}

func sentenceAround(text []rune, h hit) [2]int {
	for _, s := range sentences(text) {
		if h.from < s[1] {
			return s
		}
	}
	return [2]int{0, len(text)}
}

// deadlineIn looks for a time expression in the promise's sentence, then in
// the rest of its turn; a limit wins over a mere time, then the nearest.
func deadlineIn(lang conversation.Lang, text []rune, s [2]int, h hit) (deadline, bool) {
	all := deadlines(lang, string(text))
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
