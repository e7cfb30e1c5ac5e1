package language

import (
	"maps"
	"slices"
	"unicode/utf8"
)

// seal prepares the speller for reading when everything that the lexicon
// names is known.
func (s *speller) seal(openers, finals, starters [][]uint32) {
	if s.homophone != nil {
		for _, id := range slices.Sorted(maps.Keys(s.homophone.sound)) {
			s.symbols.of(id)
		}
	}
	s.mark(openers, finals, starters)
	s.wordSym = make([]uint16, unknownNumber+1-wordBase+uint32(len(s.words)))
	for id, sym := range s.symbols.byID {
		if id >= wordBase {
			s.wordSym[id-wordBase] = sym
		}
	}
	if s.homophone != nil {
		s.homophone.seal(s.symbols)
	}
	s.glyphs = newGlyphs(s)
}

// mark notes by symbol what the lists say of it.
func (s *speller) mark(openers, finals, starters [][]uint32) {
	for _, list := range [][][]uint32{openers, finals, starters, {slices.Sorted(maps.Keys(s.spell)), slices.Sorted(maps.Keys(s.sounds))}} {
		for _, ids := range list {
			s.symbols.all(ids)
		}
	}
	s.traits = make([]trait, len(s.symbols.ids))
	for id := range s.sounds {
		s.traits[s.symbols.of(id)] |= aSound
	}
	for id := range s.spell {
		s.traits[s.symbols.of(id)] |= spelled
	}
	for _, ids := range openers {
		s.traits[s.symbols.of(ids[0])] |= opens
	}
	for _, ids := range starters {
		s.traits[s.symbols.of(ids[0])] |= starts
	}
	for _, ids := range finals {
		s.traits[s.symbols.of(ids[len(ids)-1])] |= finishes
	}
	s.traits[0] = 0
}

// read turns text into tokens as tokens does, puts right what sounds like a
// word of the list, and respells. The result is good until the next call.
func (r *reader) read(text string) []token {
	r.out = r.out[:0]
	r.fast(text)
	if r.s.homophone != nil {
		r.s.homophone.repair(r.out)
	}
	return r.respell()
}

// fast reads characters that are plain at first sight itself and leaves the
// others to rune.
func (r *reader) fast(text string) {
	g := r.s.glyphs
	pos := int32(0)
	for i := 0; i < len(text) && len(r.out) < maxTokens; pos++ {
		c, size := rune(text[i]), 1
		if c >= utf8.RuneSelf {
			c, size = decode(text, i)
		}
		x := g.at(c)
		switch {
		case x.class == hanGlyph:
			if len(r.word) > 0 {
				r.endWord()
			}
			r.out = append(r.out, token{id: uint32(c), kind: uint16(x.kind), sym: x.sym, from: pos, to: pos + 1})
		case x.class == letterGlyph:
			size = r.run(text[i:], g[0], pos)
			pos += int32(size) - 1
		case x.class == spaceGlyph:
			r.endWord()
		case x.class == markGlyph || x.class == pointGlyph && len(r.word) == 0:
			r.endWord()
			r.punct(uint16(x.kind), pos)
		default:
			r.rune(r.s.fix(c), pos)
		}
		i += size
	}
	r.end()
}

// decode returns the character at i; three bytes are what Chinese has.
func decode(text string, i int) (rune, int) {
	if i+2 < len(text) {
		a, b, c := text[i], text[i+1], text[i+2]
		if a > 0xE0 && a < 0xF0 && a != 0xED && b&0xC0 == 0x80 && c&0xC0 == 0x80 {
			return rune(a&0x0F)<<12 | rune(b&0x3F)<<6 | rune(c&0x3F), 3
		}
	}
	return utf8.DecodeRuneInString(text[i:])
}

// run reads the ASCII letters that text begins with and returns how many.
func (r *reader) run(text string, ascii *[256]glyph, pos int32) int {
	if len(r.word) > 0 && digit(rune(r.word[0])) {
		r.endWord()
	}
	if len(r.word) == 0 {
		r.start = pos
	}
	for i := range len(text) {
		c := text[i]
		if c >= utf8.RuneSelf || ascii[c].class != letterGlyph {
			return i
		}
		if r.letters < maxWord {
			r.word, r.letters = append(r.word, byte(ascii[c].sym)), r.letters+1
		}
	}
	return len(text)
}

// respell applies the spellings as speller.respell does.
func (r *reader) respell() []token {
	in := r.out
	s := r.s
	first := slices.IndexFunc(in, func(t token) bool { return s.traits[t.sym]&spelled != 0 })
	if first < 0 {
		return in
	}
	out := append(r.respelt[:0], in[:first]...)
	for i := first; i < len(in); {
		var sp *spelling
		if s.traits[in[i].sym]&spelled != 0 {
			sp = s.spellingAt(in[i:])
		}
		if sp == nil {
			out = append(out, in[i])
			i++
			continue
		}
		out = sp.write(out, s, in[i], in[i+len(sp.from)-1])
		i += len(sp.from)
	}
	r.respelt = out
	return out
}
