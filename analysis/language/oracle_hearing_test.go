package language

import (
	"cmp"
	"slices"
	"strings"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// A claim is an act that the oracle hears at tokens [from, to) of the turn
// without hesitation sounds.
type claim struct {
	act      actNumber
	from, to int
	sure     int
	why      string
	firm     bool
}

// turn is an utterance that the oracle hears.
type turn struct {
	analysis.Utterance
	*spoken
	inner bool // it is heard for itself, as a turn of a context
}

// acts returns what Engine.Acts and Engine.Signals must return, together.
func (o *oracle) acts(u analysis.Utterance) []analysis.Finding {
	if u.Role != conversation.Agent && u.Role != conversation.Customer {
		return nil
	}
	u.Context = u.Context[max(len(u.Context)-contextTurns, 0):]
	t := &turn{Utterance: u, spoken: o.read(saying{u.Role, u.Text})}
	var out []analysis.Finding
	for _, c := range o.judge(t, o.worded(t)) {
		out = append(out, o.place(t, c))
	}
	slices.SortFunc(out, func(a, b analysis.Finding) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Act, b.Act), cmp.Compare(a.To, b.To))
	})
	return out
}

// place says where a claim stands in the given text; marks at its end are left out.
func (o *oracle) place(t *turn, c claim) analysis.Finding {
	f := analysis.Finding{Act: o.e.acts.names[c.act], Sure: c.sure, Why: c.why}
	text := t.main.text
	if len(text) == 0 {
		f.From, f.To = int(t.all.text[0].from), int(t.all.text[len(t.all.text)-1].to)
		return f
	}
	first, last := min(c.from, len(text)-1), max(min(c.to, len(text))-1, 0)
	for last > c.from && text[last].kind&isPunct != 0 {
		last--
	}
	f.From, f.To = int(text[first].from), int(text[last].to)
	return f
}

// search looks for the wordings of the speaker, once.
func (o *oracle) search(t *turn) {
	if !t.searched {
		not := o.hopeless(t)
		t.hits = o.hits(&t.main, t.Role, contactOf(t.Channel, t.Direction), not, false)
		t.repeats = o.hits(&t.all, t.Role, contactOf(t.Channel, t.Direction), not, true)
		t.searched = true
		o.wearied = o.wearied || len(t.hits) >= maxHits || len(t.repeats) >= maxHits
	}
}

// hopeless returns the acts that would be taken back whatever the wordings hear
// and whatever was said before, as far as half a unit.
func (o *oracle) hopeless(t *turn) actSet {
	if o.model == nil || len(t.all.text) == 0 {
		return nil
	}
	alone := *t
	alone.Context = nil
	list := o.signs(&alone)
	seen := map[uint64]bool{traitKey(aSetting, 3, 0): true} // whether somebody spoke is not known
	var keys []uint64
	for _, x := range list {
		if !seen[x.key] {
			seen[x.key] = true
			keys = append(keys, x.key)
		}
	}
	var out actSet
	for number, a := range o.model.Acts {
		act, ok := o.e.acts.number(a)
		if !ok || o.e.acts.speaker[act] != t.Role {
			continue
		}
		says := func(n, bit uint64) int32 { return o.weight(traitKey(aSetting, n, bit), number) }
		sum := o.model.Bias[number] + WeightUnit/2 + max(o.weight(HeardTrait(a), number), 0) +
			max(says(3, 0), says(3, 1)+says(4, 0), says(3, 1)+says(4, 1))
		for _, key := range keys {
			sum += o.weight(key, number)
		}
		if t.Role == conversation.Customer {
			sum += WeightUnit * 3 / 10
		}
		if sum <= 0 {
			out = out.with(act)
		}
	}
	return out
}

// worded returns what the wordings hear.
func (o *oracle) worded(t *turn) []claim {
	o.search(t)
	var guards []hit
	for _, h := range t.hits {
		if r := o.rule(h); r.guard && o.counts(t, &t.main, r, h) {
			guards = append(guards, h)
		}
	}
	var out []claim
	for _, h := range t.hits {
		r, w := o.rule(h), &o.v.wordings[h.wording]
		silent := !r.free && slices.ContainsFunc(guards, func(g hit) bool { return o.covers(t, g, h) })
		if !r.guard && !silent && o.counts(t, &t.main, r, h) {
			out = append(out, claim{act: r.act, from: int(h.from), to: int(h.to), sure: 1000, why: w.text, firm: w.firm})
		}
	}
	return o.related(t, joined(append(out, o.repeated(t)...)))
}

func (o *oracle) rule(h hit) *rule { return &o.v.rules[o.v.wordings[h.wording].rule] }

// counts reports whether the conditions of a rule hold for its match in s. Those
// for a whole turn are looked for without hesitation sounds.
func (o *oracle) counts(t *turn, s *stream, r *rule, h hit) bool {
	from, to := s.clause(int(h.from), int(h.to))
	agentSpoke := slices.ContainsFunc(t.Context, func(c conversation.Turn) bool { return c.Role == conversation.Agent })
	last := func(role conversation.Role, c *condition) bool {
		for _, x := range slices.Backward(t.Context) {
			if x.Role == role {
				before := &o.read(saying{x.Role, x.Text}).main
				return o.found(c, before, 0, len(before.text))
			}
		}
		return false
	}
	switch {
	case !r.quoted && s.text[h.from].kind&isQuoted != 0,
		r.opening != nil && *r.opening == agentSpoke,
		r.unless != nil && o.found(r.unless, s, from, to),
		r.withClause != nil && !o.found(r.withClause, s, from, to),
		r.unlessTurn != nil && o.found(r.unlessTurn, &t.main, 0, len(t.main.text)),
		r.with != nil && !o.found(r.with, &t.main, 0, len(t.main.text)),
		r.after != nil && !last(conversation.Customer, r.after),
		r.afterUnless != nil && last(conversation.Customer, r.afterUnless),
		r.afterAgent != nil && !last(conversation.Agent, r.afterAgent),
		r.heard != nil && !o.heard(t, r.heard, false),
		r.heardEver != nil && !o.heard(t, r.heardEver, true):
		return false
	}
	return true
}

// clause returns the tokens of the clauses around those from from to to.
func (s *stream) clause(from, to int) (first, end int) {
	punct := func(i int) bool { return s.text[i].kind&isPunct != 0 }
	for first = from; first > 0 && from-first < maxClause && !s.ends[first] && !punct(first-1); first-- {
	}
	last := to - 1
	for end = last; end < len(s.text) && end-last < maxClause && !punct(end) && (end == last || !s.ends[end]); end++ {
	}
	return first, end
}

// whole takes a run of tokens to the ends of the clauses it has half of.
func (s *stream) whole(from, to int) (first, end int) {
	words := make([]int, 0, to-from)
	for i := from; i < to; i++ {
		words = append(words, i)
	}
	punct := func(i int) bool { return s.text[i].kind&isPunct != 0 }
	for len(words) > 1 && punct(words[0]) {
		words = words[1:]
	}
	for len(words) > 1 && punct(words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	from, to = words[0], words[len(words)-1]+1
	if punct(from) {
		return from, to
	}
	half := func(at int) (begin, end int, is bool) {
		begin, end = s.clause(at, at+1)
		held := 0
		for _, i := range words {
			if i >= begin && i < end {
				held++
			}
		}
		return begin, end, held*2 >= end-begin
	}
	firstBegin, firstEnd, firstHeld := half(from)
	lastBegin, lastEnd, lastHeld := half(to - 1)
	if !firstHeld && !lastHeld {
		return from, to
	}
	if to <= firstEnd {
		return firstBegin, firstEnd
	}
	if first = firstEnd; firstHeld {
		first = firstBegin
	}
	if end = lastBegin; lastHeld {
		end = lastEnd
	}
	return first, end
}

// heard reports whether the customer's last turn carries one of the acts, or
// any of his turns with ever.
func (o *oracle) heard(t *turn, acts actSet, ever bool) bool {
	if t.inner {
		return false
	}
	for _, c := range slices.Backward(t.Context) {
		if c.Role != conversation.Customer {
			continue
		}
		u := t.Utterance
		u.Role, u.Text, u.Context = c.Role, c.Text, nil
		for _, x := range o.worded(&turn{Utterance: u, spoken: o.read(saying{c.Role, c.Text}), inner: true}) {
			if acts.has(x.act) {
				return true
			}
		}
		if !ever {
			return false
		}
	}
	return false
}

// covers reports whether the guard that matched as g silences h.
func (o *oracle) covers(t *turn, g, h hit) bool {
	r := o.rule(g)
	act := o.rule(h).act
	if r.acts != nil && !r.acts.has(act) || r.except.has(act) {
		return false
	}
	end := int(g.to)
	barrier := uint16(0)
	switch r.covers {
	case "turn":
		return true
	case "clause":
		barrier = isPunct
	case "sentence":
		barrier = isStop
	}
	for barrier != 0 && end < len(t.main.text) && end-int(g.to) < maxClause && t.main.text[end].kind&barrier == 0 {
		end++
	}
	return h.from >= g.from && int(h.from) < end
}

// repeated returns the acts of wordings that are said as often as their rules ask.
func (o *oracle) repeated(t *turn) []claim {
	var out []claim
	for i := range o.v.wordings {
		var places []hit
		for _, h := range t.repeats {
			if int(h.wording) == i && o.counts(t, &t.all, o.rule(h), h) {
				places = append(places, h)
			}
		}
		slices.SortStableFunc(places, func(a, b hit) int { return int(a.from - b.from) })
		count, end := 0, int32(0)
		for _, h := range places {
			if h.from >= end {
				count, end = count+1, h.to
			}
		}
		w := &o.v.wordings[i]
		r := &o.v.rules[w.rule]
		if count > 0 && count >= r.times {
			from, to := t.inMain(int(places[0].from)), t.untilInMain(int(places[len(places)-1].to))
			out = append(out, claim{act: r.act, from: from, to: max(to, from+1), sure: 1000, why: w.text, firm: w.firm})
		}
	}
	return out
}

// stream returns the tokens that claims stand in: those without hesitation
// sounds, if there are any.
func (t *turn) stream() *stream {
	if len(t.main.text) == 0 {
		return &t.all
	}
	return &t.main
}

// untilInMain returns how many tokens of the stream stand before one of the
// turn with hesitation sounds.
func (t *turn) untilInMain(at int) int {
	if len(t.main.text) == 0 {
		return at
	}
	sounds := 0
	for _, x := range t.all.text[:at] {
		if x.kind&isSound != 0 {
			sounds++
		}
	}
	return at - sounds
}

// inMain returns where a token of the turn with hesitation sounds stands in the
// stream: a sound at the next word, or the last.
func (t *turn) inMain(at int) int { return min(t.untilInMain(at), len(t.stream().text)-1) }

// joined sorts claims by act and place and makes one of those that overlap.
func joined(claims []claim) []claim {
	slices.SortStableFunc(claims, func(a, b claim) int {
		return cmp.Or(cmp.Compare(a.act, b.act), cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to))
	})
	var out []claim
	for _, c := range claims {
		if n := len(out); n > 0 && out[n-1].act == c.act && c.from < out[n-1].to {
			out[n-1].to, out[n-1].firm = max(out[n-1].to, c.to), out[n-1].firm || c.firm
		} else {
			out = append(out, c)
		}
	}
	return out
}

// related takes out what more specific acts replace.
func (o *oracle) related(t *turn, claims []claim) []claim {
	for i := range o.e.over {
		r := &o.e.over[i]
		claims = slices.DeleteFunc(slices.Clone(claims), func(x claim) bool {
			return r.over.has(x.act) && slices.ContainsFunc(claims, func(c claim) bool { return c.act == r.act && t.near(c, x, r.within) })
		})
	}
	return claims
}

func (t *turn) near(special, general claim, within string) bool {
	from, to := special.from, special.to
	switch within {
	case "turn":
		return true
	case "clause":
		from, to = t.stream().clause(from, max(to, from+1))
	}
	return general.from < to && general.to > from
}

// A sign is something the statistical part may have learned of.
type sign struct {
	key      uint64
	from, to int  // the tokens that carry it
	before   bool // it is of the turns before
	setting  bool // it is no words
}

// judge lets the statistical part take back and add acts.
func (o *oracle) judge(t *turn, claims []claim) []claim {
	text := t.all.text
	if o.model == nil || len(text) == 0 {
		return claims
	}
	list := o.signs(t)
	for _, c := range claims {
		list = append(list, sign{key: HeardTrait(o.e.acts.names[c.act]), setting: true})
	}
	least := int32(0)
	if t.Role == conversation.Customer {
		least = WeightUnit * 3 / 10
	}
	out := slices.Clone(claims)
	for number, a := range o.model.Acts {
		act, ok := o.e.acts.number(a)
		if !ok || o.e.acts.speaker[act] != t.Role {
			continue
		}
		sum, before := o.model.Bias[number], int32(0)
		seen := map[uint64]bool{}
		for _, x := range list {
			if w := o.weight(x.key, number); !seen[x.key] {
				seen[x.key] = true
				sum += w
				if x.before {
					before += w
				}
			}
		}
		worded := slices.ContainsFunc(claims, func(c claim) bool { return c.act == act })
		switch {
		case worded && sum <= -least:
			out = slices.DeleteFunc(out, func(c claim) bool { return c.act == act && !c.firm })
		case o.e.acts.faint[act] && sum > least-40, !worded && sum > least && (o.e.acts.signal[act] || sum-before > -WeightUnit/4):
			c := o.added(t, act, number, sum, list)
			if sum <= least {
				c.sure = min(c.sure, 499)
			}
			out = append(out, c)
		}
	}
	return out
}

// weight returns what a trait says of the act with that number.
func (o *oracle) weight(key uint64, number int) (sum int32) {
	for _, w := range o.rows[key] {
		if int(w.Act) == number {
			sum += int32(w.Value)
		}
	}
	return sum
}

// added places an act that the statistical part hears.
func (o *oracle) added(t *turn, act actNumber, number int, sum int32, list []sign) claim {
	text := t.all.text
	weights := make([]int32, len(text))
	var strongest []sign
	for _, x := range list {
		w := o.weight(x.key, number)
		if w == 0 || x.before || x.setting {
			continue
		}
		to := min(x.to, len(text))
		for i := x.from; i < to; i++ {
			weights[i] += w * 6 / int32(to-x.from)
		}
		if w > 0 && !slices.ContainsFunc(strongest, func(s sign) bool { return s.key == x.key }) {
			strongest = append(strongest, x)
		}
	}
	slices.SortStableFunc(strongest, func(a, b sign) int { return cmp.Compare(o.weight(b.key, number), o.weight(a.key, number)) })
	var words []string
	for _, x := range strongest[:min(len(strongest), 3)] {
		words = append(words, " "+string([]rune(t.Text)[text[x.from].from:text[min(x.to, len(text))-1].to]))
	}
	from, to, best := 0, 1, int32(-1<<31)
	for i := range weights { // the greatest sum, the earliest of the shortest
		run := int32(0)
		for k := i; k >= 0; k-- {
			if run += weights[k]; run > best {
				from, to, best = k, i+1, run
			}
		}
	}
	from, to = t.all.whole(from, to)
	at := t.inMain(from)
	return claim{act: act, from: at, to: max(t.inMain(to-1)+1, at+1), sure: int(sureOf(sum)), why: "model:" + strings.Join(words, " ·")}
}

// key returns what a token is to the statistical part, and its stem.
func (o *oracle) key(t token) (word, stem uint64) {
	switch {
	case t.kind&isAsk != 0:
		return keyAsk, keyAsk
	case t.kind&isStop != 0:
		return keyStop, keyStop
	case t.kind&isPunct != 0:
		return keyComma, keyComma
	case t.kind&isNumber != 0 && t.kind&isHan == 0:
		return keyNumber, keyNumber
	case t.id < wordBase:
		return uint64(t.id), uint64(t.id)
	}
	if w, ok := o.names[t.id]; ok {
		return wordHash(w), wordHash("~" + stemOf(w))
	}
	return 0, 0
}

// signs lists what the statistical part looks at.
func (o *oracle) signs(t *turn) []sign {
	var out []sign
	s, n := &t.all, len(t.all.text)
	words, stems := make([]uint64, n+2), make([]uint64, n+2)
	for i := range words {
		if words[i], stems[i] = keyEdge, keyEdge; i < n {
			words[i], stems[i] = o.key(s.text[i])
		}
	}
	for i := range n {
		put := func(from, to int, family uint64, keys ...uint64) {
			out = append(out, sign{key: traitKey(family, keys...), from: from, to: to})
		}
		put(i, i+1, aWord, words[i])
		put(i, i+2, aPair, words[i], words[i+1])
		if i+1 < n {
			put(i, i+3, aPairOverOne, words[i], words[i+2])
		}
		if o.v.lang == conversation.English {
			put(i, i+1, aStem, stems[i])
			put(i, i+2, aStemPair, stems[i], stems[i+1])
		}
		if s.begins[i] {
			put(i, i+1, aClauseHead, words[i])
			put(i, i+2, aClauseOpening, words[i], words[i+1])
		}
		if i == 0 || !s.ends[i+1] {
			continue
		}
		ask := uint64(0)
		if words[i+1] == keyAsk {
			ask = 1
		}
		put(i, i+1, aClauseEnd, words[i], ask)
		if i > 1 {
			put(i-2, i+1, aClauseEnding, words[i-2], words[i-1], words[i], ask)
		}
	}
	return o.before(t, o.setting(t, out))
}

// setting appends what is known beside the words.
func (o *oracle) setting(t *turn, out []sign) []sign {
	talked := len(t.Context) > 0
	put := func(number uint64, on bool) {
		bit := uint64(0)
		if on {
			bit = 1
		}
		out = append(out, sign{key: traitKey(aSetting, number, bit), setting: true})
	}
	put(1, t.Direction == conversation.Outbound)
	put(2, t.Channel == conversation.Chat)
	put(3, talked)
	if talked {
		put(4, slices.ContainsFunc(t.Context, func(c conversation.Turn) bool { return c.Role == conversation.Agent }))
	}
	return out
}

// before appends the words of the turn before.
func (o *oracle) before(t *turn, out []sign) []sign {
	if len(t.Context) == 0 {
		return out
	}
	c := t.Context[len(t.Context)-1]
	who := uint64(2)
	if c.Role == conversation.Agent {
		who = 3
	}
	text := o.read(saying{c.Role, c.Text}).main.text
	for i, tok := range text {
		word, _ := o.key(tok)
		next := keyEdge
		if i+1 < len(text) {
			next, _ = o.key(text[i+1])
		}
		out = append(out, sign{key: traitKey(aBefore, who, word), before: true}, sign{key: traitKey(aBeforePair, who, word, next), before: true})
	}
	return out
}
