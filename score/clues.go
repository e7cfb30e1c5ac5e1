package score

import (
	"slices"

	"github.com/lianxi-cc/lianxi/scorecard"
)

// clues says in which turns an expression may match, by the needles that must
// stand there; only these are searched.
type clues struct {
	suspects []uint64 // a bit for each turn
	before   []uint64 // places of one group, turn and byte, in order
	now      []uint64
}

// suspect marks the turns in which, for one of the expressions, needles of all
// its groups stand in order.
func (r *run) suspect(expressions [][]scorecard.Clue) {
	r.suspects = sized(r.suspects, len(r.c.Turns)/64+1)
	for _, clues := range expressions {
		r.before = r.stand(clues[0].Needles, r.before)
		for _, c := range clues[1:] {
			if len(r.before) == 0 {
				break
			}
			r.now = r.stand(c.Needles, r.now)
			r.before, r.now = follow(r.before, r.now, uint64(c.Within)), r.before
		}
		for _, p := range r.before {
			r.suspects[p>>32>>6] |= 1 << (p >> 32 & 63)
		}
	}
}

// stand returns the places of the needles, in order.
func (r *run) stand(needles []int32, into []uint64) []uint64 {
	into = into[:0]
	for _, id := range needles {
		for i := r.places.head[id]; i >= 0; i = r.places.all[i].next {
			into = append(into, uint64(r.places.all[i].turn)<<32|uint64(r.places.all[i].at))
		}
	}
	slices.Sort(into)
	return into
}

// follow leaves those of now that stand after one of before, in the same turn
// and at most within bytes on; within 0 is any distance.
func follow(before, now []uint64, within uint64) []uint64 {
	kept, i := now[:0], 0
	for _, p := range now {
		for i < len(before) && before[i] < p {
			i++
		}
		if i > 0 && before[i-1]>>32 == p>>32 && (within == 0 || p-before[i-1] <= within) {
			kept = append(kept, p)
		}
	}
	return kept
}
