package score

import (
	"slices"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scorecard"
)

func later(a, b hit) bool { return b.turn > a.to || b.turn == a.to && b.from >= a.until }

// firstLater returns the number of the first of hits that is later than a and
// within reach of it, or -1. Hits stand in the order of the turns.
func (r *run) firstLater(a hit, hits []hit, reach scorecard.Distance) int {
	first := 0
	if !r.strewn {
		first, _ = slices.BinarySearchFunc(hits, a, func(b, a hit) int {
			if later(a, b) {
				return 1
			}
			return -1
		})
	}
	for i := first; i < len(hits); i++ {
		if later(a, hits[i]) && r.within(reach, a, hits[i]) {
			return i
		}
		if reach.Unit == "turns" && !r.strewn {
			break // the next is further still
		}
	}
	return -1
}

// order: a first, then b, at most so far apart. The evidence runs from a to b.
func (r *run) order(t *scorecard.Test) outcome {
	a, b := r.test(t.Operand("first")), r.test(t.Operand("then"))
	if a.truth == unknown || b.truth == unknown {
		return outcome{truth: unknown, why: max(a.why, b.why)}
	}
	var reach scorecard.Distance
	if v := t.Arg("within"); v != nil {
		reach = v.Reach
	}
	hits := r.list()
	for _, x := range a.hits {
		if i := r.firstLater(x, b.hits, reach); i >= 0 {
			y := b.hits[i]
			hits.add(hit{turn: x.turn, from: x.from, to: y.to, until: y.until, act: x.act, ms: x.ms})
		}
	}
	return r.found(hits.hits)
}

// neverUntil hits where the forbidden thing comes although the permitting one
// has not come before it.
func (r *run) neverUntil(t *scorecard.Test) outcome {
	a, b := r.test(t.Operand("never")), r.test(t.Operand("until"))
	if a.truth == unknown || b.truth == unknown {
		return outcome{truth: unknown, why: max(a.why, b.why)}
	}
	hits := r.list()
	for _, x := range a.hits {
		if len(b.hits) == 0 || !later(b.hits[0], x) {
			hits.add(x)
		}
	}
	return r.found(hits.hits)
}

// step is a step of a flow that was done.
type step struct {
	id  string
	hit hit
}

// flow: the steps come in order, at least so many of them. A step counts when
// it has a hit after those of the steps it must follow, as far as these came.
func (r *run) flow(t *scorecard.Test) outcome {
	steps := t.Arg("steps").Steps
	least := t.Int("at-least", int64(len(steps)))
	free := t.Int("any-order", 0) != 0
	var room [24]step
	done := room[:0]
	hits := r.list()
	open, why := int64(0), whyNone
	previous := ""
	for i := range steps {
		o := r.test(steps[i].Test)
		if o.truth == unknown {
			open, why = open+1, o.why
			continue
		}
		after := steps[i].After
		if after == nil && previous != "" {
			after = []string{previous}
		}
		if h, ok := firstAfter(o.hits, after, done, free); ok {
			done = append(slices.DeleteFunc(done, func(d step) bool { return d.id == steps[i].ID }), step{steps[i].ID, h})
			hits.add(h)
			previous = steps[i].ID
		}
	}
	switch n := int64(len(done)); {
	case n >= least:
		return outcome{truth: yes, hits: hits.inOrder(), hi: len(r.c.Turns) - 1}
	case n+open >= least:
		return outcome{truth: unknown, why: why}
	}
	return r.found(nil)
}

// firstAfter returns the first hit that follows the steps named in after.
func firstAfter(hits []hit, after []string, done []step, free bool) (hit, bool) {
	for _, h := range hits {
		good := true
		for _, d := range done {
			if !free && slices.Contains(after, d.id) && !(h.turn > d.hit.turn || h.turn == d.hit.turn && h.from >= d.hit.from) {
				good = false
			}
		}
		if good {
			return h, true
		}
	}
	return hit{}, false
}

// repeats: the same speaker says nearly the same again, so many times.
func (r *run) repeats(t *scorecard.Test) outcome {
	least, times := int(t.Int("similar", 800)), int(t.Int("times", 2))
	short := int(t.Int("min-characters", 4))
	said := &r.likenesses
	said.reset()
	hits := r.list()
	r.speaks(t, func(turn int) {
		r.letters = appendBare(r.letters[:0], r.c.Turns[turn].Text)
		if len(r.letters) < short {
			return
		}
		said.add(turn, r.letters)
		if said.count(least, times-1, nil) >= times-1 {
			hits.add(r.whole(turn))
		}
	})
	return r.found(hits.hits)
}

// surely is how sure the hearing must be, per mille, before an agent is held
// to have been asked twice: a wording must say so, suspicion is not enough.
const surely = 1000

// asksAgain: the customer has to ask the same again, by the act or because
// two questions of hers are alike and the agent spoke between them.
func (r *run) asksAgain(t *scorecard.Test) outcome {
	hits := r.list()
	for _, h := range r.acts["repeat-question"] {
		if r.fits(&scorecard.Scope{Sure: surely}, h) {
			hits.add(h)
		}
	}
	var reach scorecard.Distance
	if v := t.Arg("within"); v != nil {
		reach = v.Reach
	}
	r.repeatedQuestions(int(t.Int("similar", 550)), reach, hits)
	return r.found(hits.inOrder())
}

// repeatedQuestions adds the customer's turns whose question was asked in an
// earlier turn, not further back than reach, that the agent has spoken after.
func (r *run) repeatedQuestions(least int, reach scorecard.Distance, hits *list) {
	asked := &r.likenesses
	asked.reset()
	for i := range r.c.Turns {
		if r.c.Turns[i].Role != conversation.Customer || !question(r.text(i)) {
			continue
		}
		if r.letters = r.withoutInsisting(r.letters[:0], r.text(i)); len(r.letters) < 4 {
			continue
		}
		asked.add(i, r.letters)
		now := r.whole(i)
		if asked.count(least, 1, func(turn int) bool { return r.agentBetween(turn, i) && r.within(reach, r.whole(turn), now) }) > 0 {
			hits.add(now)
		}
	}
}

// withoutInsisting appends the letters and digits of a folded text, less what
// people add to a question when they ask it again.
func (r *run) withoutInsisting(out []rune, text string) []rune {
	rest := 0
	r.quantities.read(r.c.Lang, text)
	r.quantities.places(r.either(hanInsisting, enInsisting), func(start, end int) {
		out = appendBare(out, text[rest:start])
		rest = end
	})
	return appendBare(out, text[rest:])
}

// insistingText is what people add to a question when they ask it again.
const insistingText = `到底|究竟|我(?:就|刚才|刚刚)?(?:是)?问的?(?:就)?是?|我的意思是|所以|[啊呢呀]|\b(?:so|but|yes|yeah|again|and|i asked(?: you)?|i said|i mean|i'm asking)\b`

// agentBetween reports whether the agent speaks between two turns.
func (r *run) agentBetween(a, b int) bool {
	for i := a + 1; i < b; i++ {
		if r.c.Turns[i].Role == conversation.Agent {
			return true
		}
	}
	return false
}

// question reports whether a folded text asks something.
func question(text string) bool {
	if strings.ContainsAny(text, "?？") {
		return true
	}
	for _, w := range questionWords {
		if strings.Contains(text, w) {
			return true
		}
	}
	for _, w := range questionBeginnings {
		if strings.Contains(text, w) || strings.HasSuffix(text, w[:len(w)-1]) {
			return true
		}
	}
	return false
}

// What a question says: somewhere, and before a space or at the end.
var (
	questionWords = []string{"吗", "什么", "怎么", "多少", "几点", "哪", "为什么", "能不能", "是不是", "多久", "啥",
		"几天", "几号", "几时", "几个", "有没有", "行不行", "可不可以", "要不要", "好了没", "咋"}
	questionBeginnings = []string{"what ", "when ", "where ", "why ", "how ", "who ", "which ", "can you ", "could you ", "will you ",
		"is it ", "is there ", "are you ", "are there ", "do you ", "did you ", "have you ", "has it "}
)

// recited: the same courtesy in nearly the same words, so many times.
func (r *run) recited(t *scorecard.Test) outcome {
	times, least := int(t.Int("times", 3)), int(t.Int("similar", 600))
	hits := r.list()
	for _, a := range t.Arg("acts").Acts {
		said := &r.likenesses
		said.reset()
		for _, h := range r.acts[a] {
			text := r.c.Turns[h.turn].Text
			from := byteAt(text, h.from)
			r.letters = appendBare(r.letters[:0], text[from:max(from, byteAt(text, h.until))])
			said.add(h.turn, r.letters)
			if said.count(least, times-1, func(turn int) bool { return turn != h.turn }) >= times-1 {
				hits.add(h)
			}
		}
	}
	return r.found(hits.inOrder())
}
