package score

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// reason says in the conversation's language why an item was judged so: the
// moment, then what the card says of it. It is read by the person scored.
func (r *run) reason(def *scorecard.Item, v scorecard.Verdict, o outcome) string {
	zh := r.c.Lang != conversation.English
	if v == scorecard.NA {
		if o.truth == unknown {
			return whyText(o.why, zh)
		}
		if s := def.Say[v].In(r.c.Lang); s != "" {
			return s
		}
		return pick(zh, "这通对话没有用到这一项，不计分。", "This did not come up in the conversation, so it does not count.")
	}
	said := def.Say[v].In(r.c.Lang)
	if said == "" {
		said = generic(v, zh)
	}
	if len(o.hits) == 0 && v == scorecard.Met {
		return said
	}
	r.prose.begin()
	if def.Share != nil {
		r.shareOfTurns(o.hits, zh)
	}
	if len(o.hits) > 0 {
		r.moments(o.hits, zh)
	}
	r.prose.put(said)
	if len(o.hits) == 0 {
		r.searched(o, zh)
	}
	return r.prose.end()
}

func pick(zh bool, a, b string) string {
	if zh {
		return a
	}
	return b
}

func generic(v scorecard.Verdict, zh bool) string {
	switch v {
	case scorecard.Met:
		return pick(zh, "这一项做到了。", "This was done.")
	case scorecard.Partly:
		return pick(zh, "这一项做到了一部分。", "This was done in part.")
	}
	return pick(zh, "这一项这次没有做到。", "This was not done this time.")
}

// whyText says why a test could not be answered.
func whyText(w why, zh bool) string {
	switch w {
	case whyNoTimes:
		return pick(zh, "记录里没有每句话的时间，这一项无法判断，不计分。", "The record has no times for the turns, so this cannot be judged and does not count.")
	case whyNoRecording:
		return pick(zh, "没有录音，这一项无法判断，不计分。", "There is no recording, so this cannot be judged and does not count.")
	case whyWrongContact:
		return pick(zh, "这一项不适用于这种渠道或呼叫方向，不计分。", "This does not apply to this channel or direction, so it does not count.")
	case whyUncertain:
		return pick(zh, "识别结果不够可靠，这一项不计分。", "The transcript is too uncertain here, so this does not count.")
	case whyNoKnowledge:
		return pick(zh, "没有可对照的知识条目，这一项无法判断，不计分。", "There is no article to check against, so this does not count.")
	case whyNoModel:
		return pick(zh, "这一项要由评分模型判断，目前还没有判断，不计分。", "A grading model judges this and has not yet, so it does not count.")
	case whyNothingSaid:
		return pick(zh, "这通对话里没有人说话，这一项不计分。", "Nobody says anything in this conversation, so this does not count.")
	case whyPersonJudges:
		return pick(zh, "这一项由质检员来评，目前还没有评，不计分。", "An evaluator judges this and has not yet, so it does not count.")
	}
	return pick(zh, "缺少判断所需的资料，这一项不计分。", "What is needed to judge this is missing, so it does not count.")
}

// moments names the first place and how many more there are.
func (r *run) moments(hits []hit, zh bool) {
	h := r.clearest(hits)
	r.when(h, zh)
	if words, whole := r.quote(h, zh); len(words) > 0 || !whole {
		who := pick(zh, "您说", "you said ")
		if r.c.Turns[h.turn].Role == conversation.Customer {
			who = pick(zh, "客户说", "the customer said ")
		}
		r.prose.put(pick(zh, "，", " "), who, pick(zh, "“", `"`))
		for _, c := range words {
			r.prose.text = utf8.AppendRune(r.prose.text, c)
		}
		if !whole {
			r.prose.put("…")
		}
		r.prose.put(pick(zh, "”", `"`))
	}
	if n := len(hits); n > 1 {
		r.prose.put(pick(zh, "（共", " ("))
		r.number(int64(n))
		r.prose.put(pick(zh, "处）", " times in all)"))
	}
	r.prose.put(pick(zh, "。", ". "))
}

// clearest returns the first hit that is more than nearly heard, or else the
// first: nobody should read first what was doubtful.
func (r *run) clearest(hits []hit) hit {
	for _, h := range hits {
		if !slices.ContainsFunc(r.faint[h.act], func(f hit) bool { return f.turn == h.turn && f.from == h.from }) {
			return h
		}
	}
	return hits[0]
}

// shareOfTurns says in how many turns there are hits.
func (r *run) shareOfTurns(hits []hit, zh bool) {
	hit, turns := r.hitTurns(hits)
	if zh {
		r.prose.put("您说了")
		r.number(int64(turns))
		r.prose.put("次话，其中")
		r.number(int64(hit))
		r.prose.put("次是这样。")
		return
	}
	r.number(int64(hit))
	r.prose.put(" of your ")
	r.number(int64(turns))
	r.prose.put(" turns. ")
}

// number writes n.
func (r *run) number(n int64) { r.prose.text = strconv.AppendInt(r.prose.text, n, 10) }

// when names a moment by the clock, or by the line when there are no times.
func (r *run) when(h hit, zh bool) {
	switch {
	case h.ms < 0:
		r.prose.put(pick(zh, "第", "In line "))
		r.number(int64(h.turn + 1))
		r.prose.put(pick(zh, "句", ""))
	case zh && h.ms < 60_000:
		r.prose.put("第")
		r.number(h.ms / 1000)
		r.prose.put("秒")
	default:
		r.prose.put(pick(zh, "", "At "))
		r.number(h.ms / 60_000)
		r.prose.put(pick(zh, "分", ":"))
		seconds := h.ms / 1000 % 60
		if seconds < 10 {
			r.prose.put("0")
		}
		r.number(seconds)
		r.prose.put(pick(zh, "秒", ""))
	}
}

// quote gives the words of a hit: its sentence when the hit is short, cut to
// what can be taken in at a glance, which is then not the whole.
func (r *run) quote(h hit, zh bool) (words []rune, whole bool) {
	if h.from == h.until && h.turn == h.to || h.to != h.turn {
		return nil, true
	}
	text := r.runes(r.c.Turns[h.turn].Text)
	from, until := min(max(h.from, 0), len(text)), min(max(h.until, 0), len(text))
	most := 26
	if !zh {
		most = 70
	}
	if until-from < 6 || !zh && until-from < 15 {
		s := r.sentenceAround(text, h)
		from, until = min(from, s[0]), max(until, s[1])
	}
	whole = until-from <= most
	return trimmed(text[from:min(until, from+most)]), whole
}

// trimmed leaves out the spaces and marks at the ends of a quotation.
func trimmed(words []rune) []rune {
	for len(words) > 0 && strings.ContainsRune(" ，,。.；;", words[0]) {
		words = words[1:]
	}
	for len(words) > 0 && strings.ContainsRune(" ，,。.；;", words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return words
}

// searched names the window in which something was looked for in vain.
func (r *run) searched(o outcome, zh bool) {
	last := len(r.c.Turns)
	if last == 0 {
		return
	}
	lo, hi := min(max(o.lo, 0)+1, last), min(max(o.hi, 0)+1, last)
	switch {
	case lo == 1 && hi == last:
		r.prose.put(pick(zh, "（查看了整通对话）", " (Searched: the whole conversation.)"))
	case lo >= hi:
		r.prose.put(pick(zh, "（查看了第", " (Searched: line "))
		r.number(int64(lo))
		r.prose.put(pick(zh, "句）", ".)"))
	default:
		r.prose.put(pick(zh, "（查看了第", " (Searched: lines "))
		r.number(int64(lo))
		r.prose.put(pick(zh, "～", " to "))
		r.number(int64(hi))
		r.prose.put(pick(zh, "句）", ".)"))
	}
}
