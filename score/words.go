package score

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/expression"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// list is hits that a test gathers, in memory of the run.
type list struct{ hits []hit }

// list returns an empty list, good until the run judges another conversation.
func (r *run) list() *list {
	if r.used == len(r.lists) {
		r.lists = append(r.lists, &list{})
	}
	l := r.lists[r.used]
	l.hits = l.hits[:0]
	r.used++
	return l
}

func (l *list) add(h ...hit) { l.hits = append(l.hits, h...) }

// inOrder sorts the hits by place and drops repeated ones.
func (l *list) inOrder() []hit {
	for i := 1; i < len(l.hits); i++ {
		a, b := &l.hits[i-1], &l.hits[i]
		if a.turn > b.turn || a.turn == b.turn && a.from >= b.from {
			slices.SortStableFunc(l.hits, func(a, b hit) int {
				if a.turn != b.turn { // mostly
					return a.turn - b.turn
				}
				return cmp.Or(a.from-b.from, a.to-b.to, a.until-b.until, cmp.Compare(a.act, b.act))
			})
			l.hits = slices.Compact(l.hits)
			break
		}
	}
	return l.hits
}

// speaks visits the turns of the role that t looks at; agent unless it says.
func (r *run) speaks(t *scorecard.Test, visit func(turn int)) {
	role := t.Scope.Role
	if role == "" {
		role = conversation.Agent
	}
	for i := range r.c.Turns {
		if role == "any" || r.c.Turns[i].Role == role {
			visit(i)
		}
	}
}

func (r *run) at(turn, from, until int) hit {
	return hit{turn: turn, to: turn, from: from, until: until, ms: r.moment(turn, from)}
}

func (r *run) whole(turn int) hit { return r.at(turn, 0, r.characters(turn)) }

func (r *run) act(t *scorecard.Test) outcome {
	acts := t.Arg("acts").Acts
	faintly := t.Scope.Sure > 0 && t.Scope.Sure < analysis.Heard
	if len(acts) == 1 && !faintly {
		return r.found(r.acts[acts[0]])
	}
	hits := r.list()
	for _, a := range acts {
		hits.add(r.acts[a]...)
		if faintly {
			hits.add(r.faint[a]...)
		}
	}
	return r.found(hits.inOrder())
}

// listens reports whether t looks at the turn: at its role's, the agent's
// unless it says.
func (r *run) listens(t *scorecard.Test, turn int32) bool {
	role := t.Scope.Role
	if role == "" {
		role = conversation.Agent
	}
	return role == "any" || r.c.Turns[turn].Role == role
}

// needleHits adds the places of one needle and reports whether there are any. A needle that begins or ends
// with a Latin letter or a digit must stand as a word there, and one place
// does not run into the next.
func (r *run) needleHits(t *scorecard.Test, needle int32, hits *list) bool {
	phrase := r.index.Needle(needle)
	turn, end := int32(-1), 0
	for i := r.places.head[needle]; i >= 0; i = r.places.all[i].next {
		p := r.places.all[i]
		at := int(p.at)
		if p.turn == turn && at < end || !r.listens(t, p.turn) || !r.asWord(phrase, r.of(int(p.turn)), at) {
			continue
		}
		turn, end = p.turn, at+len(phrase)
		hits.add(r.at(int(p.turn), at, end))
	}
	return turn >= 0
}

// asWord reports whether the phrase found at a place stands as a word there,
// as far as its own ends are Latin letters or digits.
func (r *run) asWord(phrase, text []expression.Symbol, at int) bool {
	end := at + len(phrase)
	return (at == 0 || !r.index.Latin(phrase[0]) || !r.index.Latin(text[at-1])) &&
		(end == len(text) || !r.index.Latin(phrase[len(phrase)-1]) || !r.index.Latin(text[end]))
}

// phraseHits returns the places of any of the phrases.
func (r *run) phraseHits(t *scorecard.Test, v *scorecard.Value) *list {
	hits := r.list()
	for _, id := range r.needles(v) {
		r.needleHits(t, id, hits)
	}
	hits.inOrder()
	return hits
}

// words: any phrase; and all of them, n of them, none of them, as asked.
func (r *run) words(t *scorecard.Test) outcome {
	hits := r.list()
	if v := t.Arg("any"); v != nil {
		if hits = r.phraseHits(t, v); len(hits.hits) == 0 {
			return r.found(nil)
		}
	}
	for _, id := range r.needles(t.Arg("all")) {
		if !r.needleHits(t, id, hits) {
			return r.found(nil)
		}
	}
	if v := t.Arg("of"); v != nil {
		said := int64(0)
		for _, id := range r.needles(v) {
			if r.needleHits(t, id, hits) {
				said++
			}
		}
		if said < t.Int("at-least", 1) {
			return r.found(nil)
		}
	}
	if v := t.Arg("none"); v != nil && len(r.phraseHits(t, v).hits) > 0 {
		return r.found(nil)
	}
	o := r.found(hits.inOrder())
	if len(o.hits) == 0 && t.Arg("none") != nil {
		o.truth = yes // nothing was wanted, and nothing is there
	}
	return o
}

// needles returns the needles of the phrases of v.
func (r *run) needles(v *scorecard.Value) []int32 {
	if s := v.Clues(r.c.Lang); s != nil {
		return s.Needles
	}
	return nil
}

// regex: the expression, except where the other expression covers it.
func (r *run) regex(t *scorecard.Test) outcome {
	v, e := t.Arg("pattern"), t.Arg("except")
	sought, except := v.Clues(r.c.Lang), e.Clues(r.c.Lang)
	set := r.index.Expressions()
	if sought == nil {
		if re := v.Regexp(r.c.Lang); re != nil {
			return r.found(r.regexSlowly(t, re, e.Regexp(r.c.Lang)))
		}
		return r.found(nil)
	}
	if set.MatchesNothing(sought.Expression) || except != nil && set.MatchesNothing(except.Expression) {
		return r.found(r.regexSlowly(t, v.Regexp(r.c.Lang), e.Regexp(r.c.Lang)))
	}
	hits := r.list()
	r.suspect(sought, t.Scope.Role)
	for turn := r.nextSuspect(0); turn >= 0; turn = r.nextSuspect(turn + 1) {
		if from, last := r.reach(sought, turn); from <= last {
			r.matches(turn, from, last, sought, except, hits)
		}
	}
	return r.found(hits.hits)
}

// matches adds the matches in one turn, which begin from from to last, that
// except does not cover.
func (r *run) matches(turn, from, last int, sought, except *scorecard.Clues, hits *list) {
	text := r.of(turn)
	looked := false
	for from <= last {
		start, end, ok := r.finder.Find(sought.Expression, text, from, last)
		if !ok {
			return
		}
		from = end
		if except != nil {
			if !looked {
				r.spare(turn, except)
				looked = true
			}
			if slices.ContainsFunc(r.spared, func(s [2]int) bool { return s[0] < end && start < s[1] }) {
				continue
			}
		}
		hits.add(r.at(turn, start, end))
	}
}

// regexSlowly is regex by package regexp, for what may match no character.
func (r *run) regexSlowly(t *scorecard.Test, re, except *regexp.Regexp) []hit {
	var hits []hit
	for turn := range r.c.Turns {
		if !r.listens(t, int32(turn)) {
			continue
		}
		text := r.text(turn)
		var spared [][]int
		if except != nil {
			spared = except.FindAllStringIndex(text, -1)
		}
		for _, m := range re.FindAllStringIndex(text, -1) {
			if m[1] > m[0] && !slices.ContainsFunc(spared, func(s []int) bool { return s[0] < m[1] && m[0] < s[1] }) {
				hits = append(hits, r.at(turn, runeCount(text[:m[0]]), runeCount(text[:m[1]])))
			}
		}
	}
	return hits
}

// near: a then b within n characters, b not followed by c.
func (r *run) near(t *scorecard.Test) outcome {
	within := int(t.Int("within", 0))
	as, bs := r.phraseHits(t, t.Arg("a")).hits, r.phraseHits(t, t.Arg("b")).hits
	not := t.Arg("not-followed-by").Wordings(r.c.Lang)
	hits := r.list()
	first := 0 // of bs, in the turn of a
	for _, a := range as {
		for first < len(bs) && bs[first].turn < a.turn {
			first++
		}
		for _, b := range bs[first:] {
			if b.turn > a.turn {
				break
			}
			if b.from < a.until || b.from-a.until > within {
				continue
			}
			text := r.text(b.turn)
			rest := strings.TrimLeft(text[byteAt(text, b.until):], " ,，")
			if !beginsWith(rest, not) {
				hits.add(r.at(a.turn, a.from, b.until))
				break
			}
		}
	}
	return r.found(hits.hits)
}

// endsWith: a sentence ends with one of the phrases, punctuation aside.
func (r *run) endsWith(t *scorecard.Test) outcome {
	phrases := t.Arg("any").Wordings(r.c.Lang)
	hits := r.list()
	r.speaks(t, func(turn int) {
		text := r.runes(r.text(turn))
		r.cuts = sentences(r.cuts[:0], text)
		for _, s := range r.cuts {
			end := s[1]
			for end > s[0] && !unicode.IsLetter(text[end-1]) && !unicode.IsDigit(text[end-1]) {
				end--
			}
			said := cut(r.text(turn), s[0], end)
			for _, p := range phrases {
				if strings.HasSuffix(said, p) && wordBegins(said, len(said)-len(p), p) {
					hits.add(r.at(turn, end-runeCount(p), end))
					break
				}
			}
		}
	})
	return r.found(hits.hits)
}

// similar: a sentence shares enough pairs of characters with a sample.
func (r *run) similar(t *scorecard.Test) outcome {
	said := &r.likenesses
	said.reset()
	for _, p := range t.Arg("to").Wordings(r.c.Lang) {
		r.letters = appendBare(r.letters[:0], p)
		said.add(-1, r.letters)
	}
	samples, pairs := len(said.all), len(said.pairs)
	least := int(t.Int("at-least", 700))
	hits := r.list()
	r.speaks(t, func(turn int) {
		r.cuts = sentences(r.cuts[:0], r.runes(r.text(turn)))
		for _, s := range r.cuts {
			said.all, said.pairs = said.all[:samples], said.pairs[:pairs]
			r.letters = appendBare(r.letters[:0], cut(r.text(turn), s[0], s[1]))
			said.add(turn, r.letters)
			if said.count(least, 1, nil) > 0 {
				hits.add(r.at(turn, s[0], s[1]))
			}
		}
	})
	return r.found(hits.hits)
}

// length: turns (or the role's whole text) of at least or at most so many
// characters, sentences or turns.
func (r *run) length(t *scorecard.Test) outcome {
	unit, least, most := t.Word("unit", ""), t.Int("at-least", 0), t.Int("at-most", 1<<40)
	measure := func(turn int) int64 {
		switch unit {
		case "sentences":
			r.cuts = sentences(r.cuts[:0], r.runes(r.c.Turns[turn].Text))
			return int64(len(r.cuts))
		case "turns":
			return 1
		}
		return int64(bareLength(r.c.Turns[turn].Text))
	}
	hits := r.list()
	if unit == "turns" || t.Word("per", "turn") == "conversation" {
		sum := int64(0)
		r.speaks(t, func(turn int) { sum += measure(turn) })
		o := r.found(nil)
		if sum >= least && sum <= most {
			o.truth = yes
		}
		return o
	}
	r.speaks(t, func(turn int) {
		if n := measure(turn); n >= least && n <= most {
			hits.add(r.whole(turn))
		}
	})
	return r.found(hits.hits)
}

// language: turns in which most letters are of the language.
func (r *run) language(t *scorecard.Test) outcome {
	want := t.Word("is", "")
	hits := r.list()
	r.speaks(t, func(turn int) {
		han, other := 0, 0
		for _, c := range r.c.Turns[turn].Text {
			switch {
			case unicode.Is(unicode.Han, c):
				han++
			case unicode.IsLetter(c):
				other++
			}
		}
		// A Latin word has about five letters, a Han character is a syllable.
		lang := "en"
		if han*5 > other {
			lang = "zh"
		}
		if han+other > 0 && lang == want {
			hits.add(r.whole(turn))
		}
	})
	return r.found(hits.hits)
}

// soundsLike: a phrase as a recogniser may have misheard it. English phrases
// are looked for as they are written.
func (r *run) soundsLike(t *scorecard.Test) outcome {
	phrases := t.Arg("any").Wordings(r.c.Lang)
	if r.c.Lang == conversation.English {
		return r.found(r.phraseHits(t, t.Arg("any")).hits)
	}
	hits := r.list()
	r.speaks(t, func(turn int) {
		text := r.runes(r.text(turn))
		for _, p := range phrases {
			findSound(text, []rune(p), func(from, until int) { hits.add(r.at(turn, from, until)) })
		}
	})
	return r.found(hits.inOrder())
}
