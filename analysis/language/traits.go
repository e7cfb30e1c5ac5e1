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
	aBefore        = 10 // words of the turn before, by speaker
	aSetting       = 11 // direction, channel, what is known of the turns before
	aHeard         = 12 // an act that the wordings heard
	aBeforePair    = 13 // two neighbours of the turn before, by speaker
)

// What a token is to the traits when it is no word.
const (
	keyEdge uint64 = iota + 1
	keyNumber
	keyComma
	keyStop
	keyAsk
)

// The numbers among aSetting.
const (
	settingOutbound = iota + 1 // the agent called
	settingChat
	settingTalked     // somebody spoke before
	settingAgentSpoke // an agent did
)

// mix is one step of a multiplicative hash (Knuth's golden ratio constant).
func mix(h, x uint64) uint64 {
	h = (h ^ x) * 0x9E3779B97F4A7C15
	return h ^ h>>29
}

// traitSeed begins the hash of every trait; traitBits are left of it, so that a
// model is compact.
const (
	traitSeed  = 0x51ED270B
	traitBits  = 48
	traitShift = 64 - traitBits
)

// traitKey is the hash of a trait.
func traitKey(family uint64, xs ...uint64) uint64 {
	h := mix(traitSeed, family)
	for _, x := range xs {
		h = mix(h, x)
	}
	return h >> traitShift
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

// InboundTrait is the trait that the customer called, or that nobody knows who did.
func InboundTrait() uint64 { return traitKey(aSetting, settingOutbound, 0) }

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

// wordKeys are the keys of a token and, when it is an English word, of its
// stem.
type wordKeys struct{ word, stem uint64 }

// Numbers of the tokens that are no words; then follow those that have a
// symbol, then the words of the vocabulary. Any other character is 0.
const (
	numberNumber uint32 = iota + 1
	numberComma
	numberStop
	numberAsk
	firstSymbol
)

// keyWords gives every token that has a number its keys.
func (v *voice) keyWords() {
	symbols := v.speller.symbols.ids
	v.firstWord = firstSymbol + uint32(len(symbols))
	v.keys = make([]wordKeys, v.firstWord+unknownNumber+1-wordBase+uint32(len(v.speller.words)))
	for n, key := range map[uint32]uint64{numberNumber: keyNumber, numberComma: keyComma, numberStop: keyStop, numberAsk: keyAsk} {
		v.keys[n] = wordKeys{key, key}
	}
	for sym, id := range symbols {
		v.keys[firstSymbol+uint32(sym)] = wordKeys{uint64(id), uint64(id)}
	}
	for w, id := range v.speller.words {
		v.keys[v.firstWord+id-wordBase] = wordKeys{wordHash(w), wordHash("~" + stemOf(w))}
	}
}

// number returns the number of t.
func (v *voice) number(t *token) uint32 {
	switch {
	case t.kind&isAsk != 0:
		return numberAsk
	case t.kind&isStop != 0:
		return numberStop
	case t.kind&isPunct != 0:
		return numberComma
	case t.kind&(isNumber|isHan) == isNumber:
		return numberNumber
	case t.id >= wordBase:
		return v.firstWord + t.id - wordBase
	case t.sym != 0:
		return firstSymbol + uint32(t.sym)
	}
	return 0
}

// keyed is what a token is to the traits.
type keyed struct {
	wordKeys
	number uint32
}

// words returns what the tokens of m are to the traits, and an edge at the end.
func (m *machine) words() []keyed {
	if len(m.keyed) == 0 {
		for i := range m.text {
			n := m.v.number(&m.text[i])
			keys := m.v.keys[n]
			if n == 0 {
				keys = wordKeys{uint64(m.text[i].id), uint64(m.text[i].id)}
			}
			m.keyed = append(m.keyed, keyed{keys, n})
		}
		m.keyed = append(m.keyed, edgeWord, edgeWord)
	}
	return m.keyed
}

// asks returns 1 when w is a question mark.
func asks(w *keyed) uint64 {
	if w.word == keyAsk {
		return 1
	}
	return 0
}

// edgeWord stands beyond the end of a turn.
var edgeWord = keyed{wordKeys: wordKeys{keyEdge, keyEdge}}

// Traits returns what the statistical part looks at in u.
func (e *Engine) Traits(u analysis.Utterance) Traits {
	v := e.voices[u.Lang]
	if v == nil {
		return Traits{}
	}
	h := e.hearing(v)
	defer e.release(h)
	h.begin()
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
	heard := map[actNumber]bool{}
	for _, m := range marks {
		if !heard[m.act] {
			heard[m.act] = true
			t.Heard = append(t.Heard, h.e.acts.names[m.act])
		}
	}
	return t
}

// traits calls put for each trait of the turn with the tokens of h.raw that
// carry it; a trait may come several times. It is what scale.weigh looks up, in
// the same order.
func (h *hearing) traits(put func(key uint64, from, to int)) {
	v, m := h.v, h.raw
	n := len(m.text)
	words := m.words()
	for i := range n {
		a, b, c := words[i].word, words[i+1].word, words[i+2].word
		put(traitKey(aWord, a), i, i+1)
		put(traitKey(aPair, a, b), i, i+2)
		if i+1 < n {
			put(traitKey(aPairOverOne, a, c), i, i+3)
		}
		if v.lang == conversation.English {
			put(traitKey(aStem, words[i].stem), i, i+1)
			put(traitKey(aStemPair, words[i].stem, words[i+1].stem), i, i+2)
		}
		if m.marks[i]&clauseStart != 0 {
			put(traitKey(aClauseHead, a), i, i+1)
			put(traitKey(aClauseOpening, a, b), i, i+2)
		}
		if i > 0 && m.marks[i+1]&looseEnd != 0 {
			ask := asks(&words[i+1])
			put(traitKey(aClauseEnd, a, ask), i, i+1)
			if i > 1 {
				put(traitKey(aClauseEnding, words[i-2].word, words[i-1].word, a, ask), i-2, i+1)
			}
		}
	}
	h.setting(put)
}

// setting calls put for what is known beside the words of the turn.
func (h *hearing) setting(put func(key uint64, from, to int)) {
	flags, n := h.flags()
	for _, f := range flags[:n] {
		put(f.key(), 0, 0)
	}
	if last := len(h.u.Context) - 1; last >= 0 {
		words := h.turn(last).words()
		for k := range len(words) - 2 {
			who := before(h.u.Context[last].Role)
			put(traitKey(aBefore, who, words[k].word), 0, 0)
			put(traitKey(aBeforePair, who, words[k].word, words[k+1].word), 0, 0)
		}
	}
}

// before is the mark of words of the turn before, by who said it.
func before(role conversation.Role) uint64 {
	if role == conversation.Agent {
		return beforeAgent
	}
	return beforeOther
}

// What before returns. The numbers are part of hashes.
const (
	beforeOther uint64 = iota + 2
	beforeAgent
)

// A flag is something known beside the words, and whether it is so.
type flag struct {
	number int
	on     bool
}

func (f flag) key() uint64 { return traitKey(aSetting, uint64(f.number), uint64(f.bit())) }

func (f flag) bit() int {
	if f.on {
		return 1
	}
	return 0
}

// maxFlags is how many flags there are, counted from 1; the first
// constantFlags are the same for all turns of a conversation.
const (
	maxFlags      = 4
	constantFlags = 2
)

// flags returns what is known; whether an agent spoke, only after somebody did.
func (h *hearing) flags() (all [maxFlags]flag, n int) {
	talked := len(h.u.Context) > 0
	all = [maxFlags]flag{
		{settingOutbound, h.u.Direction == conversation.Outbound},
		{settingChat, h.u.Channel == conversation.Chat},
		{settingTalked, talked},
		{settingAgentSpoke, talked && h.agentSpoke()},
	}
	if !talked {
		return all, maxFlags - 1
	}
	return all, maxFlags
}
