package score

import (
	"math/bits"
	"slices"
)

// likenesses compares texts that come one after the other. Two texts are as
// alike as they share pairs of neighbouring characters, per mille: twice the
// number of common pairs, by the number of all.
type likenesses struct {
	all   []likeness
	pairs []uint64 // of all texts; those of one in order
}

// likeness is what is compared of one text.
type likeness struct {
	turn        int
	from, until int32 // in pairs
	letters     int
	first       rune
	mask        uint64 // a bit for the hash of each pair
}

func (l *likenesses) reset() { l.all, l.pairs = l.all[:0], l.pairs[:0] }

// add takes the letters of the next text.
func (l *likenesses) add(turn int, text []rune) {
	one := likeness{turn: turn, from: int32(len(l.pairs)), letters: len(text)}
	if len(text) > 0 {
		one.first = text[0]
	}
	for i := 1; i < len(text); i++ {
		p := uint64(text[i-1])<<32 | uint64(text[i])
		l.pairs = append(l.pairs, p)
		one.mask |= 1 << (p * 0x9E3779B97F4A7C15 >> 58)
	}
	one.until = int32(len(l.pairs))
	slices.Sort(l.pairs[one.from:one.until])
	l.all = append(l.all, one)
}

// count returns how many of the texts before the last one are at least so much
// like it, per mille, and meet the condition, if there is one; it stops at
// enough. The nearest come first.
func (l *likenesses) count(least, enough int, meets func(turn int) bool) int {
	n := 0
	last := &l.all[len(l.all)-1]
	for i := len(l.all) - 2; i >= 0 && n < enough; i-- {
		if other := &l.all[i]; l.alike(other, last, least) && (meets == nil || meets(other.turn)) {
			n++
		}
	}
	return n
}

// alike reports whether two texts are alike.
func (l *likenesses) alike(a, b *likeness, least int) bool {
	if a.letters < 2 || b.letters < 2 {
		same := 0
		if a.letters == 1 && b.letters == 1 && a.first == b.first {
			same = 1000
		}
		return same >= least
	}
	// Every bit that one has alone is a pair that the other has not.
	most := min(a.letters-1-bits.OnesCount64(a.mask&^b.mask), b.letters-1-bits.OnesCount64(b.mask&^a.mask))
	all := a.letters + b.letters - 2
	if 2000*most/all < least {
		return false
	}
	return 2000*commonOf(l.pairs[a.from:a.until], l.pairs[b.from:b.until])/all >= least
}

// commonOf counts what two lists in order have in common.
func commonOf(a, b []uint64) int {
	n := 0
	for i, k := 0, 0; i < len(a) && k < len(b); {
		switch {
		case a[i] < b[k]:
			i++
		case a[i] > b[k]:
			k++
		default:
			n, i, k = n+1, i+1, k+1
		}
	}
	return n
}
