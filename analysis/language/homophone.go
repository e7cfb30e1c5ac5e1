package language

import (
	"slices"
	"strings"
)

// homophones finds words that a recogniser wrote with other characters of
// the same sound, such as 烧等 for 稍等.
type homophones struct {
	sound map[uint32][]uint16 // the syllables of a character
	words map[uint16][]soundWord

	bySym [][]uint16 // sound by symbol, once sealed
	pairs []uint64   // a bit for two sounds that a word begins with
}

// soundWord is a word of the list with the sounds of its characters.
type soundWord struct {
	ids    []uint32
	syms   []uint16
	sounds [][]uint16
}

// newHomophones reads lines of a syllable and the characters that have it.
func newHomophones(lines []line) *homophones {
	h := &homophones{sound: map[uint32][]uint16{}, words: map[uint16][]soundWord{}}
	for i, l := range lines {
		_, chars, _ := strings.Cut(l.text, " ")
		for _, c := range chars {
			h.sound[uint32(c)] = append(h.sound[uint32(c)], uint16(i))
		}
	}
	return h
}

// add lists word. Of words with the same sounds the first is the one meant by
// a misspelling; the others are left as they are written.
func (h *homophones) add(word string) {
	var w soundWord
	for _, c := range word {
		if len(h.sound[uint32(c)]) == 0 {
			return // a character of unknown sound cannot be mistaken
		}
		w.ids = append(w.ids, uint32(c))
		w.sounds = append(w.sounds, h.sound[uint32(c)])
	}
	if len(w.ids) < 2 {
		return
	}
	for _, s := range w.sounds[0] {
		h.words[s] = append(h.words[s], w)
	}
}

// finish puts longer words first, keeping the order of the list otherwise.
func (h *homophones) finish() {
	for s := range h.words {
		slices.SortStableFunc(h.words[s], func(a, b soundWord) int { return len(b.ids) - len(a.ids) })
	}
}

// seal prepares the tables by symbol.
func (h *homophones) seal(s *symbols) {
	h.bySym = make([][]uint16, len(s.ids))
	for id, sounds := range h.sound {
		h.bySym[s.of(id)] = sounds
	}
	h.pairs = make([]uint64, (maxSounds*maxSounds)/64)
	for first, list := range h.words {
		for i := range list {
			list[i].syms = s.all(list[i].ids)
			for _, second := range list[i].sounds[1] {
				at := uint32(first)*maxSounds + uint32(second)
				h.pairs[at>>6] |= 1 << (at & 63)
			}
		}
	}
}

// maxSounds bounds the syllables of a lexicon; Mandarin has some 400.
const maxSounds = 1 << 9

// repair writes listed words into toks where others of the same sound stand.
func (h *homophones) repair(toks []token) {
	for i := 0; i+1 < len(toks); i++ {
		if !h.maybe(toks[i].sym, toks[i+1].sym) {
			continue
		}
		if w := h.wordAt(toks[i:]); w != nil {
			for k, id := range w.ids {
				toks[i+k].id, toks[i+k].sym = id, w.syms[k]
			}
			i += len(w.ids) - 1
		}
	}
}

// maybe reports whether a listed word begins with the sounds of two characters.
func (h *homophones) maybe(a, b uint16) bool {
	for _, x := range h.bySym[a] {
		for _, y := range h.bySym[b] {
			at := uint32(x)*maxSounds + uint32(y)
			if h.pairs[at>>6]>>(at&63)&1 != 0 {
				return true
			}
		}
	}
	return false
}

// wordAt returns the listed word that sounds like the beginning of toks: a
// word written as listed, or the first other one of its length.
func (h *homophones) wordAt(toks []token) *soundWord {
	var like *soundWord
	for _, s := range h.bySym[toks[0].sym] {
		list := h.words[s]
		for i := range list {
			w := &list[i]
			if like != nil && len(w.ids) < len(like.ids) {
				break
			}
			switch h.compare(w, toks) {
			case same:
				return w
			case alike:
				if like == nil {
					like = w
				}
			}
		}
	}
	return like
}

type likeness int

const (
	different likeness = iota
	alike
	same
)

// compare says how the beginning of toks relates to w. A word of two
// characters must keep one of them, or nearly any text would sound like one.
func (h *homophones) compare(w *soundWord, toks []token) likeness {
	if len(w.ids) > len(toks) {
		return different
	}
	kept := 0
	for k, id := range w.ids {
		if toks[k].id == id {
			kept++
			continue
		}
		if toks[k].kind&isHan == 0 || !share(h.bySym[toks[k].sym], w.sounds[k]) {
			return different
		}
	}
	switch {
	case kept == len(w.ids):
		return same
	case kept == 0 && len(w.ids) == 2:
		return different
	}
	return alike
}

func share(a, b []uint16) bool {
	for _, x := range a {
		if slices.Contains(b, x) {
			return true
		}
	}
	return false
}
