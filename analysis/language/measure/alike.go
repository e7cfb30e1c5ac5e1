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
	grams := make([][]gram, len(items))
	common := map[gram]int{}
	for i, it := range items {
		grams[i] = pairs(it.Text)
		for _, g := range grams[i] {
			common[g]++
		}
	}
	holders := map[gram][]int{}
	var out [][2]Item
	for i, it := range items {
		slices.SortFunc(grams[i], func(a, b gram) int { return cmp.Or(cmp.Compare(common[a], common[b]), slices.Compare(a[:], b[:])) })
		n := len(grams[i])
		met := map[int]bool{}
		for _, g := range grams[i][:n-int(math.Floor(limit*float64(n)))] {
			for _, k := range holders[g] {
				met[k] = true
			}
			holders[g] = append(holders[g], i)
		}
		mine := make(map[gram]bool, n)
		for _, g := range grams[i] {
			mine[g] = true
		}
		for _, k := range slices.Sorted(maps.Keys(met)) {
			if items[k].Role == it.Role && alike(mine, grams[k], limit) && contextOf(items[k]) == contextOf(it) {
				out = append(out, [2]Item{items[k], it})
			}
		}
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

// alike reports whether the Jaccard index of two sets passes limit. Their
// sizes alone often say no.
func alike(a map[gram]bool, b []gram, limit float64) bool {
	if float64(len(a)) < limit*float64(len(b)) || float64(len(b)) < limit*float64(len(a)) {
		return false
	}
	shared := 0
	for _, g := range b {
		if a[g] {
			shared++
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
