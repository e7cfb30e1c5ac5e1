package score

import (
	"slices"
	"unicode"

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

func (r *run) gaps() []gap {
	var out []gap
	end := int64(0)
	for i := 1; i < len(r.c.Turns); i++ {
		end = max(end, r.c.Turns[i-1].End)
		if ms := r.c.Turns[i].Start - end; ms > 0 {
			out = append(out, gap{i - 1, ms, r.c.Turns[i].Role})
		}
	}
	return out
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
	var hits []hit
	for _, g := range r.gaps() {
		if g.ms > longer && (whose == "any" || string(g.whose) == whose) {
			hits = append(hits, r.still(g))
		}
	}
	if int64(len(hits)) < t.Int("at-least", 1) {
		hits = nil
	}
	return r.found(hits)
}

// silenceShare: the stillness of the whole is more than so much of its length.
func (r *run) silenceShare(t *scorecard.Test) outcome {
	if !r.timed() {
		return r.untimed()
	}
	sum := int64(0)
	for _, g := range r.gaps() {
		sum += g.ms
	}
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
	var hits []hit
	sum, n := int64(0), int64(0)
	for i := 1; i < len(r.c.Turns); i++ {
		if r.c.Turns[i].Role != of || r.c.Turns[i-1].Role == of {
			continue
		}
		ms := max(0, r.c.Turns[i].Start-r.c.Turns[i-1].End)
		sum, n = sum+ms, n+1
		if ms > longer {
			hits = append(hits, r.still(gap{before: i - 1}))
		}
	}
	if t.Word("measure", "any") == "mean" {
		return r.whether(n > 0 && sum > longer*n)
	}
	return r.found(hits)
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
	var hits []hit
	for _, g := range r.gaps() {
		if g.whose != conversation.Agent || g.ms <= longer {
			continue
		}
		asked := r.hasAct("hold-request", g.before-2, g.before)
		back := r.hasAct("hold-return", g.before+1, g.before+1)
		if !asked && !back && r.eventIn("hold", g) == 0 {
			continue
		}
		if announced == nil || (announced.Int != 0) == asked {
			hits = append(hits, r.still(g))
		}
	}
	if int64(len(hits)) < t.Int("at-least", 1) {
		hits = nil
	}
	return r.found(hits)
}

func (r *run) hasAct(act string, lo, hi int) bool {
	for a, hits := range r.acts {
		if string(a) == act {
			return slices.ContainsFunc(hits, func(h hit) bool { return h.turn >= lo && h.turn <= hi })
		}
	}
	return false
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
	var turns []int
	var paces []int64
	sum := int64(0)
	r.speaks(t, func(turn int) {
		if p, ok := r.pace(turn); ok {
			turns, paces, sum = append(turns, turn), append(paces, p), sum+p
		}
	})
	if len(turns) == 0 {
		return r.untimed()
	}
	if measure == "mean" {
		mean := sum / int64(len(turns))
		return r.whether(mean > above || mean < below)
	}
	var hits []hit
	for i, p := range paces {
		hit := p > above || p < below
		if others := int64(len(paces) - 1); measure != "turn" && others > 0 {
			base := (sum - p) / others
			hit = measure == "rise" && p*1000 > base*(1000+by) || measure == "fall" && p*1000 < base*(1000-by)
		}
		if hit {
			hits = append(hits, r.whole(turns[i]))
		}
	}
	return r.found(hits)
}

// rateFit: agent and customer speak at rates further apart than so much of
// the customer's.
func (r *run) rateFit(t *scorecard.Test) outcome {
	if !r.timed() || r.c.Channel == conversation.Chat {
		return r.untimed()
	}
	var sum, n [2]int64
	for i := range r.c.Turns {
		side := slices.Index([]conversation.Role{conversation.Agent, conversation.Customer}, r.c.Turns[i].Role)
		if p, ok := r.pace(i); ok && side >= 0 {
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
	var hits []hit
	for i := 1; i < len(r.c.Turns); i++ {
		a, b := &r.c.Turns[i-1], &r.c.Turns[i]
		over := min(a.End, b.End) - b.Start
		if b.Role != by || a.Role == by || over < longer || b.Start-a.Start < floor || backChannels[string(bareWords(b.Text))] {
			continue
		}
		if v := t.Arg("yielded"); v != nil && (v.Int != 0) != (b.End > a.End) {
			continue
		}
		hits = append(hits, r.whole(i))
	}
	return r.found(hits)
}

// bareWords is the text without punctuation at its ends, folded.
func bareWords(s string) []rune {
	out := []rune(fold(s))
	for len(out) > 0 && !unicode.IsLetter(out[len(out)-1]) {
		out = out[:len(out)-1]
	}
	for len(out) > 0 && !unicode.IsLetter(out[0]) {
		out = out[1:]
	}
	return out
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
	var hits []hit
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
			hits = append(hits, h)
		}
		i = j
	}
	return r.found(hits)
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
	return r.found([]hit{r.whole(len(r.c.Turns) - 1)})
}
