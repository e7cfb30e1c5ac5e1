package score

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// timed reports whether every turn has its times.
func (r *run) timed() bool {
	for i := range r.c.Turns {
		if r.c.Turns[i].Start < 0 || r.c.Turns[i].End < r.c.Turns[i].Start {
			return false
		}
	}
	return len(r.c.Turns) > 0
}

func (r *run) untimed() outcome {
	return outcome{truth: unknown, why: whyNoTimes, hi: len(r.c.Turns) - 1}
}

// gap is the stillness between two turns: after turn before, until somebody
// speaks again. It belongs to whoever breaks it.
type gap struct {
	before int
	ms     int64
	whose  conversation.Role
}

// gaps visits the stillnesses.
func (r *run) gaps(visit func(gap)) {
	end := int64(0)
	for i := 1; i < len(r.c.Turns); i++ {
		end = max(end, r.c.Turns[i-1].End)
		if ms := r.c.Turns[i].Start - end; ms > 0 {
			visit(gap{i - 1, ms, r.c.Turns[i].Role})
		}
	}
}

// still is the evidence of a gap: from the end of the turn before it to the
// beginning of the one after.
func (r *run) still(g gap) hit {
	n := r.characters(g.before)
	return hit{turn: g.before, to: g.before + 1, from: n, until: 0, ms: r.c.Turns[g.before].End}
}

// silence: nobody speaks for longer than so long, so many times.
func (r *run) silence(t *scorecard.Test) outcome {
	if !r.timed() {
		return r.untimed()
	}
	longer, whose := t.Int("longer", 0), t.Word("whose", "any")
	hits := r.list()
	r.gaps(func(g gap) {
		if g.ms > longer && (whose == "any" || string(g.whose) == whose) {
			hits.add(r.still(g))
		}
	})
	return r.atLeast(hits, t.Int("at-least", 1))
}

// atLeast is the outcome of hits that count only when there are n.
func (r *run) atLeast(hits *list, n int64) outcome {
	if int64(len(hits.hits)) < n {
		return r.found(nil)
	}
	return r.found(hits.hits)
}

// silenceShare: the stillness of the whole is more than so much of its length.
func (r *run) silenceShare(t *scorecard.Test) outcome {
	if !r.timed() {
		return r.untimed()
	}
	sum := int64(0)
	r.gaps(func(g gap) { sum += g.ms })
	return r.whether(sum*1000 > t.Int("above", 0)*r.lasted())
}

// whether is an outcome without a place.
func (r *run) whether(b bool) outcome {
	o := r.found(nil)
	if b {
		o.truth = yes
	}
	return o
}

func (r *run) lasted() int64 {
	end := int64(0)
	for i := range r.c.Turns {
		end = max(end, r.c.Turns[i].End)
	}
	return end
}

// responseTime: an answer (or the mean of them) takes longer than so long.
func (r *run) responseTime(t *scorecard.Test) outcome {
	if !r.timed() {
		return r.untimed()
	}
	of, longer := conversation.Role(t.Word("of", "agent")), t.Int("longer", 0)
	hits := r.list()
	sum, n := int64(0), int64(0)
	for i := 1; i < len(r.c.Turns); i++ {
		if r.c.Turns[i].Role != of || r.c.Turns[i-1].Role == of {
			continue
		}
		ms := max(0, r.c.Turns[i].Start-r.c.Turns[i-1].End)
		sum, n = sum+ms, n+1
		if ms > longer {
			hits.add(r.still(gap{before: i - 1}))
		}
	}
	if t.Word("measure", "any") == "mean" {
		return r.whether(n > 0 && sum > longer*n)
	}
	return r.found(hits.hits)
}

// hold: waits on the line, from hold events where the source has them,
// otherwise the stillness after a hold-request or before a hold-return;
// announced says whether the agent asked first.
func (r *run) hold(t *scorecard.Test) outcome {
	if !r.timed() {
		return r.untimed()
	}
	longer := t.Int("longer", 0)
	announced := t.Arg("announced")
	hits := r.list()
	r.gaps(func(g gap) {
		if g.whose != conversation.Agent || g.ms <= longer {
			return
		}
		asked := r.hasAct("hold-request", g.before-2, g.before)
		back := r.hasAct("hold-return", g.before+1, g.before+1)
		if !asked && !back && r.eventIn("hold", g) == 0 {
			return
		}
		if announced == nil || (announced.Int != 0) == asked {
			hits.add(r.still(g))
		}
	})
	return r.atLeast(hits, t.Int("at-least", 1))
}

// hasAct reports whether the act stands in one of the turns lo to hi.
func (r *run) hasAct(act analysis.Act, lo, hi int) bool {
	hits := r.acts[act]
	i, _ := slices.BinarySearchFunc(hits, lo, func(h hit, turn int) int { return cmp.Compare(h.turn, turn) })
	return i < len(hits) && hits[i].turn <= hi
}

func (r *run) eventIn(kind string, g gap) int {
	n := 0
	for _, e := range r.c.Events {
		if e.Kind == kind && e.At >= r.c.Turns[g.before].Start && e.At <= r.c.Turns[g.before+1].Start {
			n++
		}
	}
	return n
}

// pace returns syllables (Chinese) or words (English) a minute of a turn; ok
// is false for turns too short to measure.
func (r *run) pace(turn int) (int64, bool) {
	t := &r.c.Turns[turn]
	ms := t.End - t.Start
	n := spoken(t.Text, r.c.Lang)
	if ms < 1500 || n < 5 {
		return 0, false
	}
	return n * 60_000 / ms, true
}

// spoken counts syllables in Chinese (one a Han character, a Latin word or
// digit one) and words in English.
func spoken(text string, lang conversation.Lang) int64 {
	n, inWord := int64(0), false
	for _, c := range text {
		switch {
		case unicode.Is(unicode.Han, c):
			n, inWord = n+1, false
		case unicode.IsDigit(c) && lang == conversation.Chinese:
			n, inWord = n+1, false
		case unicode.IsLetter(c) || unicode.IsDigit(c) || c == '\'' || c == '’':
			if !inWord {
				n++
			}
			inWord = true
		default:
			inWord = false
		}
	}
	return n
}

// rate: the speaker's pace in a turn, on average, or its change from the
// speaker's mean of the other turns.
func (r *run) rate(t *scorecard.Test) outcome {
	if !r.timed() || r.c.Channel == conversation.Chat {
		return r.untimed()
	}
	measure := t.Word("measure", "turn")
	above, below, by := t.Int("above", 1<<40), t.Int("below", 0), t.Int("by", 200)
	sum, n := int64(0), int64(0)
	r.speaks(t, func(turn int) {
		if p, ok := r.pace(turn); ok {
			sum, n = sum+p, n+1
		}
	})
	if n == 0 {
		return r.untimed()
	}
	if measure == "mean" {
		return r.whether(sum/n > above || sum/n < below)
	}
	hits := r.list()
	r.speaks(t, func(turn int) {
		p, ok := r.pace(turn)
		if !ok {
			return
		}
		hit := p > above || p < below
		if others := n - 1; measure != "turn" && others > 0 {
			base := (sum - p) / others
			hit = measure == "rise" && p*1000 > base*(1000+by) || measure == "fall" && p*1000 < base*(1000-by)
		}
		if hit {
			hits.add(r.whole(turn))
		}
	})
	return r.found(hits.hits)
}

// rateFit: agent and customer speak at rates further apart than so much of
// the customer's.
func (r *run) rateFit(t *scorecard.Test) outcome {
	if !r.timed() || r.c.Channel == conversation.Chat {
		return r.untimed()
	}
	var sum, n [2]int64
	for i := range r.c.Turns {
		side := sideOf(r.c.Turns[i].Role)
		if p, ok := r.pace(i); ok && side < len(sum) {
			sum[side], n[side] = sum[side]+p, n[side]+1
		}
	}
	if n[0] == 0 || n[1] == 0 {
		return r.untimed()
	}
	agent, customer := sum[0]/n[0], sum[1]/n[1]
	apart := max(agent-customer, customer-agent)
	return r.whether(apart*1000 > t.Int("apart", 0)*customer)
}

// backChannels are the short words that listen and do not take the floor.
var backChannels = map[string]bool{"嗯": true, "嗯嗯": true, "哦": true, "对": true, "是": true, "是的": true, "好": true, "好的": true, "对对": true, "啊": true,
	"uh-huh": true, "mm": true, "mhm": true, "yes": true, "yeah": true, "right": true, "ok": true, "okay": true, "i see": true, "sure": true}

// overlap: somebody begins while the other still speaks, for longer than so
// long, having had the floor for floor; back-channels are left out.
func (r *run) overlap(t *scorecard.Test) outcome {
	if !r.timed() || r.c.Channel == conversation.Chat {
		return r.untimed()
	}
	longer, floor := t.Int("longer", 800), t.Int("floor", 1000)
	by := conversation.Role(t.Word("by", "agent"))
	hits := r.list()
	for i := 1; i < len(r.c.Turns); i++ {
		a, b := &r.c.Turns[i-1], &r.c.Turns[i]
		over := min(a.End, b.End) - b.Start
		if b.Role != by || a.Role == by || over < longer || b.Start-a.Start < floor || backChannels[r.bareWords(i)] {
			continue
		}
		if v := t.Arg("yielded"); v != nil && (v.Int != 0) != (b.End > a.End) {
			continue
		}
		hits.add(r.whole(i))
	}
	return r.found(hits.hits)
}

// bareWords is the text of a turn without what is no letter at its ends, folded.
func (r *run) bareWords(turn int) string {
	return strings.TrimFunc(r.text(turn), func(c rune) bool { return !unicode.IsLetter(c) })
}

// talkShare: the agent's part of all that is spoken.
func (r *run) talkShare(t *scorecard.Test) outcome {
	if !r.timed() {
		return r.untimed()
	}
	role := conversation.Agent
	if t.Scope.Role != "" {
		role = t.Scope.Role
	}
	own, all := int64(0), int64(0)
	for i := range r.c.Turns {
		ms := r.c.Turns[i].End - r.c.Turns[i].Start
		all += ms
		if r.c.Turns[i].Role == role {
			own += ms
		}
	}
	if all == 0 {
		return r.untimed()
	}
	share := own * 1000 / all
	return r.whether(share > t.Int("above", 1001) || share < t.Int("below", -1))
}

// monologue: one speaks for longer than so long while the other says nothing.
func (r *run) monologue(t *scorecard.Test) outcome {
	if !r.timed() {
		return r.untimed()
	}
	longer := t.Int("longer", 0)
	role := conversation.Agent
	if t.Scope.Role != "" {
		role = t.Scope.Role
	}
	hits := r.list()
	for i := 0; i < len(r.c.Turns); i++ {
		if r.c.Turns[i].Role != role {
			continue
		}
		j := i
		for j+1 < len(r.c.Turns) && r.c.Turns[j+1].Role == role {
			j++
		}
		if r.c.Turns[j].End-r.c.Turns[i].Start > longer {
			h := r.whole(i)
			h.to, h.until = j, runeCount(r.c.Turns[j].Text)
			hits.add(h)
		}
		i = j
	}
	return r.found(hits.hits)
}

// endedBy: who hung up, and that it was before something had happened.
func (r *run) endedBy(t *scorecard.Test) outcome {
	if r.c.EndedBy == "" || len(r.c.Turns) == 0 {
		return outcome{truth: unknown, why: whyNoFact, hi: len(r.c.Turns) - 1}
	}
	if string(r.c.EndedBy) != t.Word("who", "") {
		return r.found(nil)
	}
	if before := t.Operand("before"); before != nil {
		switch o := r.test(before); o.truth {
		case yes:
			return r.found(nil)
		case unknown:
			return o
		}
	}
	hits := r.list()
	hits.add(r.whole(len(r.c.Turns) - 1))
	return r.found(hits.hits)
}
