package language

import (
	"slices"
	"unicode"

	"github.com/lianxi-cc/lianxi/conversation"
)

// The oracle hears as docs/lexicon.md and docs/engine.md say it, without any
// haste: it reads character by character, tries every wording at every token
// by walking the tree of the wording instead of a program, asks every
// condition anew, and adds up a model trait by trait. What the engine finds
// must be the same to the last character.
type oracle struct {
	e        *Engine
	v        *voice
	model    *Model
	rows     map[uint64][]Weight // of model, by trait
	names    map[uint32]string   // of the words of the vocabulary
	known    []bool              // by wording: it is known with what it can begin
	set      [][]anchor          // by wording, when that is not known
	turns    map[saying]*spoken
	patience int // steps of an attempt after which it gives up
	steps    int
	wearied  bool // it gave up, or heard more than the engine keeps: what it says is not to be relied on
}

// newOracle returns the oracle of a language of e, whose statistical part is
// model; nil is none.
func newOracle(e *Engine, lang conversation.Lang, model *Model) *oracle {
	o := &oracle{e: e, v: e.voices[lang], model: model, rows: map[uint64][]Weight{}, names: map[uint32]string{}, patience: 200_000}
	for i := range o.v.wordings {
		_, ok := firstOf(o.v.wordings[i].tree)
		o.known = append(o.known, ok)
		o.set = append(o.set, nil)
		if !ok {
			o.set[i] = anchorsOf(o.v.wordings[i].tree)
		}
	}
	for w, id := range o.v.speller.words {
		o.names[id] = w
	}
	if model != nil {
		for _, r := range model.Rows {
			o.rows[r.Key] = r.Weights
		}
	}
	return o
}

// saying is a turn for itself.
type saying struct {
	role conversation.Role
	text string
}

// spoken is a turn as the oracle reads it.
type spoken struct {
	main, all stream // without hesitation sounds, and with them
	hits      []hit
	repeats   []hit
	searched  bool
}

// stream is tokens with what is known of the places between them.
type stream struct {
	text    []token
	begins  []bool // a clause begins before the token
	ends    []bool // a clause ends before the token, at least loosely
	asked   []bool // the sentence that the token stands in ends in a question mark
	stopped bool   // there is a mark that ends a sentence
}

// read returns a turn.
func (o *oracle) read(s saying) *spoken {
	if t := o.turns[s]; t != nil {
		return t
	}
	all := o.v.slowly(s.text)
	main := slices.DeleteFunc(slices.Clone(all), func(t token) bool { return t.kind&isSound != 0 })
	t := &spoken{main: o.listen(main), all: o.listen(all)}
	if o.turns == nil {
		o.turns = map[saying]*spoken{}
	}
	o.turns[s] = t
	return t
}

// forget drops what was read.
func (o *oracle) forget() { o.turns, o.wearied = nil, false }

// listen looks for clauses and questions.
func (o *oracle) listen(text []token) stream {
	n := len(text)
	s := stream{text: text, begins: make([]bool, n+1), ends: make([]bool, n+1), asked: make([]bool, n+1)}
	for i := range n {
		finished := i > 0 && slices.ContainsFunc(o.v.finals, func(w []uint32) bool { return i >= len(w) && stands(w, text, i-len(w)) })
		starter := longest(o.v.starters, text, i)
		if i == 0 || text[i-1].kind&isPunct != 0 || finished || starter > 1 {
			s.begins[i] = true
		}
		if text[i].kind&isPunct != 0 || i > 0 && (starter > 1 || finished && starter > 0) {
			s.ends[i] = true
		}
		if opener := longest(o.v.openers, text, i); s.begins[i] && opener > 0 {
			s.begins[i+opener] = true
		}
		stop := slices.IndexFunc(text[i:], func(t token) bool { return t.kind&isStop != 0 })
		s.stopped = s.stopped || stop >= 0
		s.asked[i] = stop >= 0 && text[i+stop].kind&isAsk != 0
	}
	s.ends[n] = true
	return s
}

// stands reports whether the words stand in text from token i on.
func stands(words []uint32, text []token, i int) bool {
	if len(words) > len(text)-i {
		return false
	}
	for k, id := range words {
		if text[i+k].id != id {
			return false
		}
	}
	return true
}

// longest returns the length of the longest of lists that stands at i.
func longest(lists [][]uint32, text []token, i int) int {
	best := 0
	for _, words := range lists {
		if stands(words, text, i) {
			best = max(best, len(words))
		}
	}
	return best
}

// match tries n at pos and calls then for every end, the preferred one first,
// until then is content.
func (o *oracle) match(s *stream, n *node, pos int, then func(int) bool) bool {
	o.steps++
	text := s.text
	if o.steps > o.patience {
		o.wearied = true
		return false
	}
	switch n.op {
	case opToken:
		return pos < len(text) && text[pos].id == n.id && then(pos+1)
	case opClass:
		return pos < len(text) && text[pos].kind&n.kind != 0 && then(pos+1)
	case opSeq:
		return o.sequence(s, n.kids, pos, then)
	case opAlt:
		return slices.ContainsFunc(n.kids, func(k *node) bool { return o.match(s, k, pos, then) })
	case opOptional:
		return o.match(s, n.kids[0], pos, then) || then(pos)
	case opGap, opWideGap:
		barrier := uint16(isPunct)
		if n.op == opWideGap {
			barrier = isStop
		}
		for k := 0; k <= n.max; k++ {
			o.steps++
			if k >= n.min && then(pos+k) {
				return true
			}
			if pos+k >= len(text) || text[pos+k].kind&barrier != 0 {
				return false
			}
		}
		return false
	case opNotAhead:
		return !o.match(s, n.kids[0], pos, func(int) bool { return true }) && then(pos)
	case opNotBehind:
		_, wide := n.kids[0].width()
		for from := pos; from >= 0 && from >= pos-min(wide, maxGap); from-- {
			if o.match(s, n.kids[0], from, func(end int) bool { return end == pos }) {
				return false
			}
		}
		return then(pos)
	}
	return s.holds(n.op, pos) && then(pos)
}

func (o *oracle) sequence(s *stream, kids []*node, pos int, then func(int) bool) bool {
	if len(kids) == 0 {
		return then(pos)
	}
	return o.match(s, kids[0], pos, func(end int) bool { return o.sequence(s, kids[1:], end, then) })
}

// holds tests a condition on a place between tokens.
func (s *stream) holds(op nodeOp, pos int) bool {
	n := len(s.text)
	switch op {
	case opBegin:
		return pos == 0 || pos == 1 && s.text[0].kind&isPunct != 0
	case opStart:
		return pos < n && s.begins[pos]
	case opEnd:
		return pos == n || s.text[pos].kind&isPunct != 0
	case opLooseEnd:
		return s.ends[pos]
	case opAskEnd:
		return pos == n && !s.stopped || pos < n && s.text[pos].kind&isAsk != 0
	case opAsk:
		return pos < n && s.asked[pos]
	}
	panic("no such sign")
}

// end returns where the preferred match of n at pos ends, or -1.
func (o *oracle) end(s *stream, n *node, pos int) int {
	out := -1
	o.match(s, n, pos, func(end int) bool { out = end; return true })
	return out
}

// begin is a new attempt.
func (o *oracle) begin() { o.steps = 0 }

// hits returns the matches of the wordings that are for one of the contacts:
// of those that may begin with anything by the place of their anchor, then the
// others by place and wording. Again asks for those that count repetitions.
func (o *oracle) hits(s *stream, role conversation.Role, contacts uint16, not actSet, again bool) []hit {
	var out []hit
	var heard []int32
	for i := range o.v.wordings {
		r := &o.v.rules[o.v.wordings[i].rule]
		if !r.guard && !o.v.wordings[i].firm && not.has(r.act) {
			continue
		}
		if again == (r.times > 0) && (r.role == role || r.guard && !again) && r.contacts()&contacts != 0 {
			heard = append(heard, int32(i))
		}
	}
	for at := range s.text {
		for _, long := range []int{1, 2} {
			for _, i := range heard {
				for _, a := range o.set[i] {
					if len(a.ids) == long && stands(a.ids, s.text, at) {
						out = o.around(out, s, i, at, a)
					}
				}
			}
		}
	}
	for at := range s.text {
		for _, i := range heard {
			if !o.known[i] {
				continue
			}
			o.begin()
			if end := o.end(s, o.v.wordings[i].tree, at); end > at {
				out = append(out, hit{i, int32(at), int32(end)})
			}
		}
	}
	return out
}

// around appends the match of wording i with its anchor a at a token: the one
// that begins farthest before it.
func (o *oracle) around(out []hit, s *stream, i int32, at int, a anchor) []hit {
	for from := max(at-a.max, 0); from <= at-a.min; from++ {
		o.begin()
		if end := o.end(s, o.v.wordings[i].tree, from); end > from {
			return append(out, hit{i, int32(from), int32(end)})
		}
	}
	return out
}

// found reports whether one of the wordings of c begins within tokens [from, to).
func (o *oracle) found(c *condition, s *stream, from, to int) bool {
	for pos := from; pos < to; pos++ {
		o.begin()
		for _, n := range c.trees {
			if o.end(s, n, pos) >= 0 {
				return true
			}
		}
	}
	return false
}

// slowly reads text without the tables of glyphs.
func (v *voice) slowly(text string) []token {
	toks := v.speller.tokens(text)
	quotations := v.quotations(text)
	for i := range toks {
		toks[i].kind &^= isQuoted
		for _, q := range quotations {
			if q[0] < toks[i].from && toks[i].from < q[1] {
				toks[i].kind |= isQuoted
			}
		}
	}
	if v.speller.homophone != nil {
		for i := 0; i < len(toks); i++ {
			if w := v.speller.homophone.wordAt(toks[i:]); w != nil {
				for k, id := range w.ids {
					toks[i+k].id, toks[i+k].sym = id, w.syms[k]
				}
				i += len(w.ids) - 1
			}
		}
	}
	return v.speller.respell(toks)
}

// quotations returns where the marks of quotations stand that are closed.
func (v *voice) quotations(text string) (out [][2]int32) {
	var open []int32
	var closing []rune
	word := []rune(nil) // that is being read
	for i, c := range []rune(text) {
		c = v.speller.fix(c)
		switch n := len(closing); {
		case digit(c) || c >= 'a' && c <= 'z' || c >= 0x80 && c < 0x2000 && unicode.IsLetter(c) || c == '\'' && len(word) > 0:
			word = append(word, c)
			continue
		case (c == '.' || c == ',') && len(word) > 0 && digit(word[len(word)-1]):
			word = append(word, c)
			continue
		case n > 0 && c == closing[n-1]:
			out = append(out, [2]int32{open[n-1], int32(i)})
			open, closing = open[:n-1], closing[:n-1]
		case quoteClose(c) != 0:
			open, closing = append(open, int32(i)), append(closing, quoteClose(c))
		}
		word = nil
	}
	return out
}
