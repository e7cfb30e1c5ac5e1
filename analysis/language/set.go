package language

import "slices"

// sets are sets of symbols, numbered, for two questions: is this token in set
// n, and is any token of this text in set n. They lie as one row of bits for
// each symbol, a bit for each set.
type sets struct {
	byKey map[string]int
	lists [][]uint16
	words int      // of a row
	rowOf []uint16 // by symbol; row 0 is empty
	rows  []uint64
}

// add numbers the set of these symbols.
func (s *sets) add(syms []uint16) int {
	syms = slices.Compact(slices.Sorted(slices.Values(syms)))
	key := make([]byte, 0, 2*len(syms))
	for _, x := range syms {
		key = append(key, byte(x), byte(x>>8))
	}
	if n, ok := s.byKey[string(key)]; ok {
		return n
	}
	if s.byKey == nil {
		s.byKey = map[string]int{}
	}
	n := len(s.lists)
	s.byKey[string(key)] = n
	s.lists = append(s.lists, syms)
	return n
}

// seal lays the rows out for so many symbols.
func (s *sets) seal(symbols int) {
	s.words = (len(s.lists) + 63) / 64
	s.rowOf = make([]uint16, symbols)
	s.rows = make([]uint64, s.words)
	for n, list := range s.lists {
		for _, sym := range list {
			if s.rowOf[sym] == 0 {
				s.rowOf[sym] = uint16(len(s.rows) / max(s.words, 1))
				s.rows = append(s.rows, make([]uint64, s.words)...)
			}
			s.rows[int(s.rowOf[sym])*s.words+n>>6] |= 1 << (n & 63)
		}
	}
	s.byKey, s.lists = nil, nil
}

// row returns the sets that hold sym, as bits.
func (s *sets) row(sym uint16) []uint64 {
	at := int(s.rowOf[sym]) * s.words
	return s.rows[at : at+s.words]
}

// has reports whether set n holds sym.
func (s *sets) has(n int, sym uint16) bool {
	return s.rows[int(s.rowOf[sym])*s.words+n>>6]>>(n&63)&1 != 0
}

// in writes to into which sets hold any token of toks.
func (s *sets) in(toks []token, into []uint64) []uint64 {
	into = append(into[:0], make([]uint64, s.words)...)
	for i := range toks {
		if s.rowOf[toks[i].sym] != 0 {
			for k, bits := range s.row(toks[i].sym) {
				into[k] |= bits
			}
		}
	}
	return into
}
