package measure

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// Alike returns the pairs of items whose texts share more than limit of their
// pairs of neighbouring characters (Jaccard index), for texts of the same
// speaker and, where there is one, the same context.
//
// Two texts that share that much share one of the rarest of their pairs, so
// only these are looked up (prefix filtering; Chaudhuri et al., ICDE 2006).
func Alike(items []Item, limit float64) [][2]Item {
	grams := ranked(items)
	contexts := map[string]int{}
	context := make([]int, len(items))
	for i, it := range items {
		of := contextOf(it)
		if _, ok := contexts[of]; !ok {
			contexts[of] = len(contexts)
		}
		context[i] = contexts[of]
	}
	holders := map[int32][]int{}
	met := make([]int, len(items)) // by item: the last one it was compared with, from 1
	var out [][2]Item
	for i, it := range items {
		n := len(grams[i])
		var others []int
		for _, g := range grams[i][:n-int(math.Floor(limit*float64(n)))] {
			for _, k := range holders[g] {
				if met[k] != i+1 && context[k] == context[i] && items[k].Role == it.Role {
					met[k] = i + 1
					others = append(others, k)
				}
			}
			holders[g] = append(holders[g], i)
		}
		slices.Sort(others)
		for _, k := range others {
			if alike(grams[i], grams[k], limit) {
				out = append(out, [2]Item{items[k], it})
			}
		}
	}
	return out
}

// ranked returns the pairs of each text as numbers, the rarest first.
func ranked(items []Item) [][]int32 {
	common := map[gram]int{}
	all := make([][]gram, len(items))
	for i, it := range items {
		all[i] = pairs(it.Text)
		for _, g := range all[i] {
			common[g]++
		}
	}
	order := slices.SortedFunc(maps.Keys(common), func(a, b gram) int {
		return cmp.Or(cmp.Compare(common[a], common[b]), slices.Compare(a[:], b[:]))
	})
	rank := make(map[gram]int32, len(order))
	for i, g := range order {
		rank[g] = int32(i)
	}
	out := make([][]int32, len(items))
	for i, of := range all {
		for _, g := range of {
			out[i] = append(out[i], rank[g])
		}
		slices.Sort(out[i])
	}
	return out
}

// gram is a pair of neighbouring characters.
type gram [2]rune

// pairs returns the pairs of a text, each once.
func pairs(text string) []gram {
	seen := map[gram]bool{}
	var out []gram
	var last rune
	for _, c := range text {
		if g := (gram{last, c}); last != 0 && !seen[g] {
			seen[g] = true
			out = append(out, g)
		}
		last = c
	}
	return out
}

// alike reports whether the Jaccard index of two sorted sets passes limit.
// Their sizes alone often say no.
func alike(a, b []int32, limit float64) bool {
	if float64(len(a)) < limit*float64(len(b)) || float64(len(b)) < limit*float64(len(a)) {
		return false
	}
	shared := 0
	for i, k := 0, 0; i < len(a) && k < len(b); {
		switch {
		case a[i] < b[k]:
			i++
		case a[i] > b[k]:
			k++
		default:
			shared, i, k = shared+1, i+1, k+1
		}
	}
	return float64(shared) > limit*float64(len(a)+len(b)-shared)
}

func contextOf(it Item) string {
	s := ""
	for _, t := range it.Context {
		s += t.Text + "\n"
	}
	return s
}
