// Package expression finds regular expressions in texts: the places that
// package regexp finds, many times faster and without allocating.
//
// The expressions of a Set are compiled together. A text is first turned into
// Symbols, one a character; characters that no expression tells apart share
// one. Each expression then is an automaton over symbols whose states are made
// when a text first needs them: one that reads forward and knows where the
// leftmost match ends, preferring what regexp prefers, and one that reads
// backward from there and knows where it begins. The states belong to a
// Finder, which serves one goroutine; a Set never changes.
package expression

import (
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// Symbol stands for the characters that no expression of a set tells apart.
type Symbol uint16

// Fold is a character that is read as another.
type Fold struct{ From, To rune }

// Set is expressions that read the same symbols.
type Set struct {
	pages       []uint16 // by character / pageSize: which of table
	table       [][pageSize]Symbol
	plain       [utf8.RuneSelf]Symbol // of ASCII, without the pages
	han         []Symbol              // of the characters from firstHan to lastHan
	symbols     int
	ascii       []byte // by symbol: its ASCII character, 0 when it is none or not alone
	expressions []*Expression
}

const pageSize = 128

// Expression is one expression of a set.
type Expression struct {
	forward, backward *syntax.Prog
	sets              []int32  // of characters that it tells apart
	boundary, lines   bool     // it speaks of words, of lines
	classes           []uint16 // by symbol
	kinds             []kind   // by class
	empty             bool     // it may match no character
	circles           bool     // it may come back to a place without reading a character
}

// kind is what the automata have to know of a class.
type kind struct {
	like          rune // one of its characters
	word, newline bool
}

// Compile makes a set of patterns in the syntax of package regexp. words are
// texts whose characters must be told apart too. folds must not name a
// character twice.
func Compile(patterns, words []string, folds []Fold) (*Set, error) {
	s := &Set{}
	cuts := newCuts()
	for _, p := range patterns {
		e, err := parse(p)
		if err != nil {
			return nil, err
		}
		s.expressions = append(s.expressions, e)
		cuts.expression(e)
	}
	for _, w := range words {
		for _, c := range w {
			cuts.add([]rune{c, c})
		}
	}
	symbols := s.number(cuts, folds)
	for _, e := range s.expressions {
		e.tell(symbols)
	}
	return s, nil
}

// parse compiles one pattern for both directions.
func parse(pattern string) (*Expression, error) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, err
	}
	re = re.Simplify()
	e := &Expression{}
	if e.forward, err = syntax.Compile(re); err != nil {
		return nil, err
	}
	if e.backward, err = syntax.Compile(reversed(re)); err != nil {
		return nil, err
	}
	e.empty, e.circles = matchesNothing(e.forward), circles(e.forward)
	return e, nil
}

// reversed returns the expression that matches what re matches, read backward.
func reversed(re *syntax.Regexp) *syntax.Regexp {
	out := *re
	switch re.Op {
	case syntax.OpBeginLine:
		out.Op = syntax.OpEndLine
	case syntax.OpEndLine:
		out.Op = syntax.OpBeginLine
	case syntax.OpBeginText:
		out.Op = syntax.OpEndText
	case syntax.OpEndText:
		out.Op = syntax.OpBeginText
	case syntax.OpLiteral:
		out.Rune = make([]rune, len(re.Rune))
		for i, c := range re.Rune {
			out.Rune[len(re.Rune)-1-i] = c
		}
	}
	out.Sub = make([]*syntax.Regexp, len(re.Sub))
	for i, sub := range re.Sub {
		at := i
		if re.Op == syntax.OpConcat {
			at = len(re.Sub) - 1 - i
		}
		out.Sub[at] = reversed(sub)
	}
	return &out
}

// matchesNothing reports whether a match may hold no character.
func matchesNothing(p *syntax.Prog) bool {
	return leads(p, uint32(p.Start), func(pc uint32) bool { return p.Inst[pc].Op == syntax.InstMatch })
}

// circles reports whether one may come back to a place without reading a
// character: (\b|x)+ does.
func circles(p *syntax.Prog) bool {
	for place := range p.Inst {
		in := &p.Inst[place]
		if in.Op == syntax.InstEmptyWidth && leads(p, in.Out, func(pc uint32) bool { return pc == uint32(place) }) {
			return true
		}
	}
	return false
}

// leads reports whether one may get from pc to a wanted instruction without
// reading a character.
func leads(p *syntax.Prog, pc uint32, wanted func(pc uint32) bool) bool {
	seen := make([]bool, len(p.Inst))
	var reach func(pc uint32) bool
	reach = func(pc uint32) bool {
		if seen[pc] {
			return false
		}
		seen[pc] = true
		if wanted(pc) {
			return true
		}
		switch in := &p.Inst[pc]; in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			return reach(in.Out) || reach(in.Arg)
		case syntax.InstNop, syntax.InstCapture, syntax.InstEmptyWidth:
			return reach(in.Out)
		}
		return false
	}
	return reach(pc)
}

// Len returns how many expressions there are; they are numbered as they were
// given.
func (s *Set) Len() int { return len(s.expressions) }

// MatchesNothing reports whether expression i may match without a character.
// A Finder finds only what holds one, so such an expression is found as
// regexp finds it only when it never prefers nothing.
func (s *Set) MatchesNothing(i int) bool { return s.expressions[i].empty }

// Symbols returns how many symbols there are; they are numbered from 0.
func (s *Set) Symbols() int { return s.symbols }

// ASCII returns the ASCII character that sym stands for, or 0 when it stands
// for another or for several.
func (s *Set) ASCII(sym Symbol) byte { return s.ascii[sym] }

const firstHan, lastHan = 0x4E00, 0x9FFF

// Append appends the symbols of text, one for each character; a byte that is
// no text is one.
func (s *Set) Append(out []Symbol, text string) []Symbol {
	n := len(out)
	out = slices.Grow(out, len(text))[:n+len(text)]
	for i := 0; i < len(text); n++ {
		c := text[i]
		if c < utf8.RuneSelf {
			out[n] = s.plain[c]
			i++
			continue
		}
		if c >= 0xE4 && c <= 0xE9 && i+2 < len(text) && text[i+1]&0xC0 == 0x80 && text[i+2]&0xC0 == 0x80 {
			at := (int(c&0x0F)<<12 | int(text[i+1]&0x3F)<<6 | int(text[i+2]&0x3F)) - firstHan
			if uint(at) < uint(len(s.han)) {
				out[n] = s.han[at]
				i += 3
				continue
			}
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		out[n] = s.table[s.pages[r/pageSize]][r%pageSize]
		i += size
	}
	return out[:n]
}

// wordCharacters are those of which \b speaks.
var wordCharacters = []rune{'0', '9', 'A', 'Z', '_', '_', 'a', 'z'}

func isWord(c rune) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c == '_' || c >= 'a' && c <= 'z'
}

// rangesOf returns the characters that an instruction reads, as pairs; nil for
// one that reads none.
func rangesOf(in *syntax.Inst) []rune {
	switch in.Op {
	case syntax.InstRune, syntax.InstRune1:
		if len(in.Rune) != 1 {
			return in.Rune
		}
		c := in.Rune[0]
		out := []rune{c, c}
		if syntax.Flags(in.Arg)&syntax.FoldCase != 0 {
			for f := unicode.SimpleFold(c); f != c; f = unicode.SimpleFold(f) {
				out = append(out, f, f)
			}
		}
		return out
	case syntax.InstRuneAny:
		return []rune{0, unicode.MaxRune}
	case syntax.InstRuneAnyNotNL:
		return []rune{0, '\n' - 1, '\n' + 1, unicode.MaxRune}
	}
	return nil
}
