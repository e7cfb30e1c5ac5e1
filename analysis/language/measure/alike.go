package measure

// Alike returns the pairs of items whose texts share more than limit of their
// pairs of neighbouring characters (Jaccard index), for texts of the same
// speaker and, where there is one, the same context.
func Alike(items []Item, limit float64) [][2]Item {
	grams := make([]map[[2]rune]bool, len(items))
	holders := map[[2]rune][]int{}
	var out [][2]Item
	for i, it := range items {
		grams[i] = pairs(it.Text)
		shared := map[int]int{}
		for g := range grams[i] {
			for _, k := range holders[g] {
				shared[k]++
			}
			holders[g] = append(holders[g], i)
		}
		for k := range i {
			n := shared[k]
			if n == 0 || items[k].Role != it.Role || contextOf(items[k]) != contextOf(it) {
				continue
			}
			if float64(n) > limit*float64(len(grams[i])+len(grams[k])-n) {
				out = append(out, [2]Item{items[k], it})
			}
		}
	}
	return out
}

func pairs(text string) map[[2]rune]bool {
	out := map[[2]rune]bool{}
	var last rune
	for _, c := range text {
		if last != 0 {
			out[[2]rune{last, c}] = true
		}
		last = c
	}
	return out
}

func contextOf(it Item) string {
	s := ""
	for _, t := range it.Context {
		s += t.Text + "\n"
	}
	return s
}
