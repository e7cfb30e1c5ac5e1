package score

import (
	"regexp"
	"strings"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scorecard"
)

func later(a, b hit) bool { return b.turn > a.to || b.turn == a.to && b.from >= a.until }

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
	var hits []hit
	for _, x := range a.hits {
		for _, y := range b.hits {
			if later(x, y) && r.within(reach, x, y) {
				hits = append(hits, hit{turn: x.turn, from: x.from, to: y.to, until: y.until, act: x.act, ms: x.ms})
				break
			}
		}
	}
	return r.found(hits)
}

// neverUntil hits where the forbidden thing comes although the permitting one
// has not come before it.
func (r *run) neverUntil(t *scorecard.Test) outcome {
	a, b := r.test(t.Operand("never")), r.test(t.Operand("until"))
	if a.truth == unknown || b.truth == unknown {
		return outcome{truth: unknown, why: max(a.why, b.why)}
	}
	var hits []hit
	for _, x := range a.hits {
		if len(b.hits) == 0 || !later(b.hits[0], x) {
			hits = append(hits, x)
		}
	}
	return r.found(hits)
}

// flow: the steps come in order, at least so many of them. A step counts when
// it has a hit after those of the steps it must follow, as far as these came.
func (r *run) flow(t *scorecard.Test) outcome {
	steps := t.Arg("steps").Steps
	least := t.Int("at-least", int64(len(steps)))
	free := t.Int("any-order", 0) != 0
	done := make(map[string]hit, len(steps))
	var hits []hit
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
			done[steps[i].ID] = h
			hits = append(hits, h)
			previous = steps[i].ID
		}
	}
	switch n := int64(len(done)); {
	case n >= least:
		return outcome{truth: yes, hits: order(hits), hi: len(r.c.Turns) - 1}
	case n+open >= least:
		return outcome{truth: unknown, why: why}
	}
	return r.found(nil)
}

// firstAfter returns the first hit that follows the steps named in after.
func firstAfter(hits []hit, after []string, done map[string]hit, free bool) (hit, bool) {
	for _, h := range hits {
		good := true
		for _, step := range after {
			if d, ok := done[step]; ok && !free && !(h.turn > d.turn || h.turn == d.turn && h.from >= d.from) {
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
	var said [][]rune
	var turns []int
	r.speaks(t, func(turn int) {
		if b := bare(r.c.Turns[turn].Text); len(b) >= short {
			said, turns = append(said, b), append(turns, turn)
		}
	})
	var hits []hit
	for i := range said {
		n := 1
		for j := range i {
			if alike(said[j], said[i]) >= least {
				n++
			}
		}
		if n >= times {
			hits = append(hits, r.whole(turns[i]))
		}
	}
	return r.found(hits)
}

// surely is how sure the hearing must be, per mille, before an agent is held
// to have been asked twice: a wording must say so, suspicion is not enough.
const surely = 1000

// asksAgain: the customer has to ask the same again, by the act or because
// two questions of hers are alike and the agent spoke between them.
func (r *run) asksAgain(t *scorecard.Test) outcome {
	var hits []hit
	for _, h := range r.acts["repeat-question"] {
		if r.fits(&scorecard.Scope{Sure: surely}, h) {
			hits = append(hits, h)
		}
	}
	var reach scorecard.Distance
	if v := t.Arg("within"); v != nil {
		reach = v.Reach
	}
	hits = append(hits, r.repeatedQuestions(int(t.Int("similar", 550)), reach)...)
	return r.found(order(hits))
}

// repeatedQuestions returns the customer's turns whose question was asked in
// an earlier turn, not further back than reach, that the agent has spoken after.
func (r *run) repeatedQuestions(least int, reach scorecard.Distance) []hit {
	var asked [][]rune
	var turns []int
	var hits []hit
	for i := range r.c.Turns {
		if r.c.Turns[i].Role != conversation.Customer || !question(r.text(i)) {
			continue
		}
		b := bare(insisting.ReplaceAllString(r.text(i), " "))
		if len(b) < 4 {
			continue
		}
		for j := range asked {
			if alike(asked[j], b) >= least && r.agentBetween(turns[j], i) && r.within(reach, r.whole(turns[j]), r.whole(i)) {
				hits = append(hits, r.whole(i))
				break
			}
		}
		asked, turns = append(asked, b), append(turns, i)
	}
	return hits
}

// insisting is what people add to a question when they ask it again.
var insisting = regexp.MustCompile(`到底|究竟|我(?:就|刚才|刚刚)?(?:是)?问的?(?:就)?是?|我的意思是|所以|[啊呢呀]|\b(?:so|but|yes|yeah|again|and|i asked(?: you)?|i said|i mean|i'm asking)\b`)

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
	for _, w := range []string{"吗", "什么", "怎么", "多少", "几点", "哪", "为什么", "能不能", "是不是", "多久", "啥",
		"几天", "几号", "几时", "几个", "有没有", "行不行", "可不可以", "要不要", "好了没", "咋"} {
		if strings.Contains(text, w) {
			return true
		}
	}
	for _, w := range []string{"what ", "when ", "where ", "why ", "how ", "who ", "which ", "can you ", "could you ", "will you ",
		"is it ", "is there ", "are you ", "are there ", "do you ", "did you ", "have you ", "has it "} {
		if strings.Contains(text+" ", w) {
			return true
		}
	}
	return false
}

// recited: the same courtesy in nearly the same words, so many times.
func (r *run) recited(t *scorecard.Test) outcome {
	times, least := int(t.Int("times", 3)), int(t.Int("similar", 600))
	var hits []hit
	for _, a := range t.Arg("acts").Acts {
		hits = append(hits, r.recitedAct(a, times, least)...)
	}
	return r.found(order(hits))
}

func (r *run) recitedAct(a analysis.Act, times, least int) []hit {
	var out []hit
	said := make([][]rune, len(r.acts[a]))
	for i, h := range r.acts[a] {
		said[i] = bare(cut(r.c.Turns[h.turn].Text, h.from, h.until))
		n := 1
		for j := range i {
			if r.acts[a][j].turn != h.turn && alike(said[j], said[i]) >= least {
				n++
			}
		}
		if n >= times {
			out = append(out, h)
		}
	}
	return out
}

// cut returns the code points [from, until) of s.
func cut(s string, from, until int) string {
	runes := []rune(s)
	from = min(max(from, 0), len(runes))
	until = min(max(until, from), len(runes))
	return string(runes[from:until])
}
