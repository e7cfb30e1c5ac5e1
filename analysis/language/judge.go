package language

import (
	"slices"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// judge takes back the marks that the sums of the statistical part speak
// against and adds those they speak for. Marks of acts the model does not
// know, and firm ones, stay.
func (h *hearing) judge(marks []mark) []mark {
	s := h.v.scales[speakerOf(h.u.Role)]
	if s == nil || h.inner || len(h.raw.text) == 0 {
		return marks
	}
	sums, least := h.weigh(s, marks), h.hesitation()
	out := h.judged[:0]
	for _, m := range marks {
		if l := s.lane[m.act]; l < 0 || m.firm || sums[l] > -least {
			out = append(out, m)
		}
	}
	for l, sum := range sums {
		if h.speaksFor(s, l, sum, least) && !slices.ContainsFunc(marks, func(m mark) bool { return m.act == s.acts[l] }) {
			m := h.spoken(s, l, sum)
			if sum <= least {
				m.sure = min(m.sure, analysis.Heard-1)
			}
			out = append(out, m)
		}
	}
	h.judged = out
	return out
}

// speaksFor reports whether a sum is enough for an act that no wording heard,
// or for a faint one to be found.
func (h *hearing) speaksFor(s *scale, lane int, sum, least int32) bool {
	switch a := s.acts[lane]; {
	case h.e.acts.faint[a]:
		return sum > least-faintness
	case h.e.acts.signal[a]:
		return sum > least
	}
	return sum > least && sum-h.tally.before(s, lane) > -leaning
}

// hesitation is how far from zero a sum must be for the model to overrule the
// wordings. Most of what customers say carries no act, far more than in
// labelled utterances, so there it is believed only when it is fairly sure.
func (h *hearing) hesitation() int32 {
	if h.u.Role == conversation.Customer {
		return WeightUnit * 3 / 10
	}
	return 0
}

// leaning is how far below zero an act may be for the turn alone, and still be
// heard because of the turns before: these tip the scale, they say nothing
// themselves. A signal may lie in the answer as much as in the question, so it
// may lean on that as far as it likes.
const leaning = WeightUnit / 4

// faintness is how far below zero a faint signal is found.
const faintness = WeightUnit * 5 / 8

// tipping is how much the turns before, and other acts that the wordings heard,
// are taken to speak for an act at most.
const tipping = WeightUnit / 2

// before returns what the turns before say of an act.
func (t *tally) before(s *scale, lane int) int32 {
	sum := int32(0)
	for _, x := range t.told {
		sum += s.weight(x.row, lane)
	}
	return sum
}

// spoken places an act that the model heard: the run of tokens that spoke for
// it most, in whole clauses where it can be, and in why the words of the
// strongest traits.
func (h *hearing) spoken(s *scale, lane int, sum int32) mark {
	t, n := &h.tally, len(h.raw.text)
	t.weight = append(t.weight[:0], make([]int32, n)...)
	strongest := t.strongest[:0]
	for _, x := range t.spoke {
		w := s.weight(x.row, lane)
		if w == 0 {
			continue
		}
		from, to := x.tokens()
		to = min(to, n)
		for i := from; i < to; i++ {
			t.weight[i] += w * shares / int32(to-from)
		}
		strongest = keepStrongest(strongest, voiced{x, w})
	}
	t.strongest = strongest
	from, to := h.raw.whole(bestRun(t.weight))
	return mark{act: s.acts[lane], from: h.inMain(from), to: max(h.inMain(to-1)+1, h.inMain(from)+1), sure: sureOf(sum), why: h.reason(strongest)}
}

// shares is into how many parts a weight can be divided among the tokens that
// carry its trait; they are three at most.
const shares = 6

// voiced is a row with what it says of an act.
type voiced struct {
	spoke
	weight int32
}

// reasons is how many traits a reason names.
const reasons = 3

// keepStrongest keeps the rows that speak for an act most, each once, of equals
// the first.
func keepStrongest(list []voiced, x voiced) []voiced {
	if x.weight <= 0 || slices.ContainsFunc(list, func(o voiced) bool { return o.row == x.row }) {
		return list
	}
	i := len(list)
	for i > 0 && (list[i-1].weight < x.weight || list[i-1].weight == x.weight && list[i-1].bearer > x.bearer) {
		i--
	}
	if i == reasons {
		return list
	}
	list = slices.Insert(list, i, x)
	return list[:min(len(list), reasons)]
}

// modelWhy begins the reason of an act that the model heard.
const modelWhy = "model:"

// reason writes the words of the given tokens.
func (h *hearing) reason(strongest []voiced) string {
	b := append(h.line[:0], modelWhy...)
	for i, x := range strongest {
		if i > 0 {
			b = append(b, " ·"...)
		}
		from, to := x.tokens()
		b = h.appendWords(append(b, ' '), h.raw.text[from].from, h.raw.text[min(to, len(h.raw.text))-1].to)
	}
	h.line = b
	return h.page.write(b)
}

// appendWords appends the code points [from, to) of the utterance.
func (h *hearing) appendWords(b []byte, from, to int32) []byte {
	pos := int32(0)
	for _, c := range h.u.Text {
		if pos >= to {
			break
		}
		if pos >= from {
			b = utf8.AppendRune(b, c)
		}
		pos++
	}
	return b
}

// bestRun returns the run with the greatest sum (Kadane), at least one token.
func bestRun(weight []int32) (from, to int) {
	best, sum, start := int32(-1<<31), int32(0), 0
	for i, w := range weight {
		if sum <= 0 {
			sum, start = 0, i
		}
		if sum += w; sum > best {
			best, from, to = sum, start, i+1
		}
	}
	return from, to
}

// whole takes a run of tokens to the ends of clauses, since people are shown
// it: of the clause at either end it gets all when it has half of it or more,
// and loses it otherwise. A run that is little of each stays as it is.
func (m *machine) whole(from, to int) (int, int) {
	for from < to-1 && m.text[from].kind&isPunct != 0 {
		from++
	}
	for from < to-1 && m.text[to-1].kind&isPunct != 0 {
		to--
	}
	if m.text[from].kind&isPunct != 0 {
		return from, to
	}
	first, firstEnd := m.clause(from)
	last, lastEnd := m.clause(to - 1)
	head := 2*(min(firstEnd, to)-from) >= firstEnd-first
	tail := 2*(to-max(last, from)) >= lastEnd-last
	switch {
	case !head && !tail:
		return from, to
	case firstEnd >= to: // both ends lie in one clause
		return first, firstEnd
	case !head:
		return firstEnd, lastEnd
	case !tail:
		return first, last
	}
	return first, lastEnd
}

// sureOf turns a sum into per mille: 500 at zero, less below, 900 at a full
// unit, never above 990; only a wording is certain.
func sureOf(sum int32) int32 {
	if sum <= WeightUnit {
		return analysis.Heard + 400*sum/WeightUnit
	}
	return 900 + 90*min(sum-WeightUnit, WeightUnit)/WeightUnit
}
