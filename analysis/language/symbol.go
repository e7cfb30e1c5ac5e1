package language

import "unicode"

// symbols number the tokens that a lexicon names, densely and from 1, so that
// what is known of a token lies in tables and not in maps. 0 is every token
// that no wording, spelling or list mentions.
type symbols struct {
	byID map[uint32]uint16
	ids  []uint32 // by symbol
}

func newSymbols() *symbols { return &symbols{byID: map[uint32]uint16{}, ids: []uint32{0}} }

// maxSymbols bounds the tokens that one lexicon may name.
const maxSymbols = 1 << 16

// of returns the symbol of a token, making one for a new token.
func (s *symbols) of(id uint32) uint16 {
	if n, ok := s.byID[id]; ok {
		return n
	}
	if len(s.ids) == maxSymbols {
		return 0
	}
	n := uint16(len(s.ids))
	s.byID[id] = n
	s.ids = append(s.ids, id)
	return n
}

// all returns the symbols of tokens.
func (s *symbols) all(ids []uint32) []uint16 {
	out := make([]uint16, len(ids))
	for i, id := range ids {
		out[i] = s.of(id)
	}
	return out
}

// A glyph is what the reader knows of a character at first sight.
type glyph struct {
	sym   uint16
	kind  uint8
	class glyphClass
}

type glyphClass uint8

const (
	otherGlyph  glyphClass = iota // read it step by step
	hanGlyph                      // a Chinese character that is written plainly
	letterGlyph                   // an ASCII letter; sym is its small form
	spaceGlyph                    // ends a word and is nothing itself
	markGlyph                     // punctuation that is no quotation mark
	pointGlyph                    // the same, but inside a number it is none
)

// glyphs are the characters of the basic plane, by pages of 256.
type glyphs [256]*[256]glyph

// at returns the glyph of any character.
func (g *glyphs) at(c rune) glyph {
	if c > 0xFFFF {
		return glyph{}
	}
	return g[c>>8][c&0xFF]
}

// newGlyphs looks every character up once.
func newGlyphs(s *speller) *glyphs {
	var g glyphs
	for page := range g {
		g[page] = new([256]glyph)
		for low := range 256 {
			g[page][low] = s.glyph(rune(page<<8 | low))
		}
	}
	return &g
}

func (s *speller) glyph(c rune) glyph {
	plain := s.fix(c)
	switch {
	case c < 0x80 && plain >= 'a' && plain <= 'z':
		return glyph{sym: uint16(plain), class: letterGlyph}
	case plain == ' ' || plain == '\t':
		return glyph{class: spaceGlyph}
	case plain == '.' || plain == ',':
		return glyph{kind: uint8(punctuation(plain)), class: pointGlyph}
	case unicode.Is(unicode.Han, plain):
		if plain != c {
			return glyph{}
		}
		return glyph{sym: s.symbols.byID[uint32(c)], kind: uint8(s.hanKind(c)), class: hanGlyph}
	case plain == '\'' || plain == '-' || plain == 0 || plain == unicode.ReplacementChar || quoteClose(plain) != 0 || closesQuote(plain),
		plain >= '0' && plain <= '9', plain < 0x2000 && unicode.IsLetter(plain):
		return glyph{}
	}
	return glyph{kind: uint8(punctuation(plain)), class: markGlyph}
}

func closesQuote(c rune) bool {
	switch c {
	case '”', '"', '》', '」', '』', '\'':
		return true
	}
	return false
}
