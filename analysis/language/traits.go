package language

import (
	"strings"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// Traits is what the statistical part knows of an utterance: hashes of the
// words and where they stand, and the acts that the wordings heard.
type Traits struct {
	Keys  []uint64 // each once
	Heard []analysis.Act
}

// Families of traits. The family is part of the hash, so the numbers never
// change their meaning.
const (
	aWord          = 1  // one token
	aPair          = 2  // two neighbours
	aPairOverOne   = 3  // two tokens with one between them
	aStem          = 4  // an English word without its ending
	aStemPair      = 5  // two of these
	aClauseHead    = 6  // the first token of a clause
	aClauseOpening = 7  // the first two
	aClauseEnd     = 8  // the last token of a clause, and whether a question mark follows
	aClauseEnding  = 9  // the last three
	aBefore        = 10 // words of the two turns before, by speaker
	aSetting       = 11 // direction, channel, what is known of the turns before
	aHeard         = 12 // an act that the wordings heard
)

// What a token is to the traits when it is no word.
const (
	keyEdge uint64 = iota + 1
	keyNumber
	keyComma
	keyStop
	keyAsk
)

// mix is one step of a multiplicative hash (Knuth's golden ratio constant).
func mix(h, x uint64) uint64 {
	h = (h ^ x) * 0x9E3779B97F4A7C15
	return h ^ h>>29
}

// traitKey is the hash of a trait; 48 bits, so that a model is compact.
func traitKey(family uint64, xs ...uint64) uint64 {
	h := mix(0x51ED270B, family)
	for _, x := range xs {
		h = mix(h, x)
	}
	return h >> 16
}

// wordHash is the key of a word: FNV-1a, 64 bits.
func wordHash(w string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(w) {
		h = (h ^ uint64(w[i])) * 0x100000001b3
	}
	return h
}

// HeardTrait is the trait that the wordings heard an act.
func HeardTrait(a analysis.Act) uint64 { return traitKey(aHeard, wordHash(string(a))) }

// endings are taken off English words, the first that fits; what is left has
// at least three letters.
var endings = []string{"'s", "ing", "ed", "es", "s", "ly", "e"}

// stemOf returns an English word without its ending.
func stemOf(w string) string {
	for _, e := range endings {
		if len(w) > len(e)+2 && strings.HasSuffix(w, e) {
			return w[:len(w)-len(e)]
		}
	}
	return w
}

// wordKeys are the keys of a word of the vocabulary and of its stem.
type wordKeys struct{ word, stem uint64 }

// keyWords gives every word of the vocabulary its keys.
func (v *voice) keyWords() {
	v.keys = make([]wordKeys, unknownNumber+1+len(v.speller.words)-wordBase)
	for w, id := range v.speller.words {
		v.keys[id-wordBase] = wordKeys{wordHash(w), wordHash("~" + stemOf(w))}
	}
}

// key returns what t is to the traits.
func (v *voice) key(t *token) uint64 {
	switch {
	case t.kind&isAsk != 0:
		return keyAsk
	case t.kind&isStop != 0:
		return keyStop
	case t.kind&isPunct != 0:
		return keyComma
	case t.kind&(isNumber|isHan) == isNumber:
		return keyNumber
	case t.id >= wordBase:
		return v.keys[t.id-wordBase].word
	}
	return uint64(t.id)
}

// stem returns the key of t without its ending.
func (v *voice) stem(t *token) uint64 {
	if t.kind&isWord != 0 {
		return v.keys[t.id-wordBase].stem
	}
	return v.key(t)
}

// Traits returns what the statistical part looks at in u.
func (e *Engine) Traits(u analysis.Utterance) Traits {
	v := e.voices[u.Lang]
	if v == nil {
		return Traits{}
	}
	h := e.hearing(v)
	defer e.release(h)
	h.listen(u, len(u.Context))
	var t Traits
	seen := map[uint64]bool{}
	marks := h.worded()
	h.traits(func(key uint64, _, _ int) {
		if !seen[key] {
			seen[key] = true
			t.Keys = append(t.Keys, key)
		}
	})
	heard := map[analysis.Act]bool{}
	for _, m := range marks {
		if !heard[m.act] {
			heard[m.act] = true
			t.Heard = append(t.Heard, m.act)
		}
	}
	return t
}

// traits calls put for each trait of the turn with the tokens of h.raw that
// carry it; a trait may come several times.
func (h *hearing) traits(put func(key uint64, from, to int)) {
	v, m := h.v, h.raw
	n := len(m.text)
	at := func(i int) uint64 {
		if i < 0 || i >= n {
			return keyEdge
		}
		return v.key(&m.text[i])
	}
	english := v.lang == conversation.English
	before, a, b, c := keyEdge, at(0), at(1), at(2)
	twice := keyEdge // two tokens before
	for i := range n {
		put(traitKey(aWord, a), i, i+1)
		put(traitKey(aPair, a, b), i, i+2)
		if i+1 < n {
			put(traitKey(aPairOverOne, a, c), i, i+3)
		}
		if english {
			s, next := v.stem(&m.text[i]), keyEdge
			if i+1 < n {
				next = v.stem(&m.text[i+1])
			}
			put(traitKey(aStem, s), i, i+1)
			put(traitKey(aStemPair, s, next), i, i+2)
		}
		if m.marks[i]&clauseStart != 0 {
			put(traitKey(aClauseHead, a), i, i+1)
			put(traitKey(aClauseOpening, a, b), i, i+2)
		}
		if i > 0 && (m.marks[i+1]&looseEnd != 0 || i+1 == n) {
			ask := uint64(0)
			if b == keyAsk {
				ask = 1
			}
			put(traitKey(aClauseEnd, a, ask), i, i+1)
			if i > 1 {
				put(traitKey(aClauseEnding, twice, before, a, ask), i-2, i+1)
			}
		}
		twice, before, a, b, c = before, a, b, c, at(i+3)
	}
	h.setting(put)
}

// setting calls put for what is known beside the words of the turn.
func (h *hearing) setting(put func(key uint64, from, to int)) {
	flag := func(n uint64, on bool) {
		x := uint64(0)
		if on {
			x = 1
		}
		put(traitKey(aSetting, n, x), 0, 0)
	}
	ctx := h.u.Context
	flag(1, h.u.Direction == conversation.Outbound)
	flag(2, h.u.Channel == conversation.Chat)
	flag(3, len(ctx) > 0)
	if len(ctx) == 0 {
		return
	}
	flag(4, h.agentSpoke())
	for back := 1; back <= 2 && back <= len(ctx); back++ {
		i := len(ctx) - back
		who := uint64(back) << 1
		if ctx[i].Role == conversation.Agent {
			who++
		}
		toks := h.turn(i).text
		for k := range toks {
			a := h.v.key(&toks[k])
			put(traitKey(aBefore, who, a), 0, 0)
			if k+1 < len(toks) {
				put(traitKey(aBefore, who, a, h.v.key(&toks[k+1])), 0, 0)
			}
		}
	}
}
