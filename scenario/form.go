package scenario

import (
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// Form is one of a scenario's parallel forms: what the seed chose.
type Form struct {
	Slots map[string]string // slot name to value
	Order []int             // the concerns in the order in which they come up
}

// newForm draws a form. Tables are drawn in the order of their names, so that
// the same seed gives the same form on every machine.
func newForm(sc *Scenario, rng *rand.Rand) Form {
	f := Form{Slots: map[string]string{}}
	for _, table := range slices.Sorted(maps.Keys(sc.Vary)) {
		rows := sc.Vary[table]
		maps.Copy(f.Slots, rows[rng.IntN(len(rows))])
	}
	for i := range sc.Concerns {
		f.Order = append(f.Order, i)
	}
	if sc.Order == "any" {
		rng.Shuffle(len(f.Order), func(i, j int) { f.Order[i], f.Order[j] = f.Order[j], f.Order[i] })
	}
	return f
}

// newRand returns the generator of one call: PCG, seeded by the caller's seed
// and the scenario's id.
func newRand(sc *Scenario, seed uint64) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(sc.ID))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// Fill puts the form's values into the {slots} of text.
func (f Form) Fill(text string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, after, ok := strings.Cut(rest, "}")
		value, known := f.Slots[name]
		if !ok || !known {
			b.WriteString("{")
			text = rest
			continue
		}
		b.WriteString(value)
		text = after
	}
}

// slotsIn returns the names between braces in text.
func slotsIn(text string) []string {
	var names []string
	for {
		_, rest, ok := strings.Cut(text, "{")
		if !ok {
			return names
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok {
			return append(names, rest)
		}
		names = append(names, name)
		text = after
	}
}
