// Package agreement measures how far raters agree: an evaluator and the
// machine on the items of a scorecard, or evaluators among each other.
//
// Judgements of quality are skewed, most items are met; kappa alone misleads
// there, so percent, AC1 and alpha stand beside each other, with bootstrap
// intervals. Alpha of .80 is relied upon, .667 to .80 is tentative. Figures
// here are for people to read; no score depends on them.
package agreement

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Table counts pairs of ratings: Table[i][j] things that the first rater put
// into category i and the second into j. It is square.
type Table [][]int

func (t Table) sums() (rows, cols []float64, n float64) {
	rows, cols = make([]float64, len(t)), make([]float64, len(t))
	for i := range t {
		for j, c := range t[i] {
			rows[i], cols[j], n = rows[i]+float64(c), cols[j]+float64(c), n+float64(c)
		}
	}
	return rows, cols, n
}

// Percent returns the share of agreement, from 0 to 1; NaN for an empty table.
func (t Table) Percent() float64 {
	_, _, n := t.sums()
	same := 0
	for i := range t {
		same += t[i][i]
	}
	return float64(same) / n
}

// Weighting says how bad a disagreement is by the distance of its categories.
type Weighting int

// The weightings: every disagreement alike, by the distance, by its square.
const (
	Unweighted Weighting = iota
	Linear
	Quadratic
)

func (w Weighting) of(i, j, k int) float64 {
	d := math.Abs(float64(i-j)) / float64(max(k-1, 1))
	switch {
	case w == Quadratic:
		return d * d
	case w == Linear:
		return d
	case i == j:
		return 0
	}
	return 1
}

// Kappa returns Cohen's kappa, 1 − Σ w·o / Σ w·e; NaN when chance leaves
// nothing to disagree about.
func (t Table) Kappa(w Weighting) float64 {
	rows, cols, n := t.sums()
	var observed, expected float64
	for i := range t {
		for j := range t {
			observed += w.of(i, j, len(t)) * float64(t[i][j]) / n
			expected += w.of(i, j, len(t)) * rows[i] * cols[j] / (n * n)
		}
	}
	return 1 - observed/expected
}

// AC1 returns Gwet's AC1, which stays steady when nearly everything falls into
// one category.
func (t Table) AC1() float64 {
	rows, cols, n := t.sums()
	chance := 0.0
	for i := range t {
		p := (rows[i] + cols[i]) / (2 * n)
		chance += p * (1 - p)
	}
	chance /= float64(max(len(t)-1, 1))
	return (t.Percent() - chance) / (1 - chance)
}

// Fleiss returns Fleiss' kappa of counts[subject][category]; every subject has
// the same number of raters.
func Fleiss(counts [][]int) float64 {
	if len(counts) == 0 {
		return math.NaN()
	}
	share := make([]float64, len(counts[0]))
	agree, raters := 0.0, 0
	for _, c := range counts[0] {
		raters += c
	}
	for _, subject := range counts {
		pairs := 0
		for k, c := range subject {
			share[k] += float64(c)
			pairs += c * (c - 1)
		}
		agree += float64(pairs) / float64(raters*(raters-1))
	}
	n := float64(len(counts))
	agree /= n
	chance := 0.0
	for _, s := range share {
		p := s / (n * float64(raters))
		chance += p * p
	}
	return (agree - chance) / (1 - chance)
}

// Level is the level of measurement of ratings.
type Level int

// The levels.
const (
	Nominal Level = iota
	Ordinal
	Interval
	Ratio
)

// Alpha returns Krippendorff's alpha of ratings[rater][unit], with NaN for
// what is missing; NaN when nothing can be paired.
func Alpha(ratings [][]float64, level Level) float64 {
	values, coincidence := coincidences(ratings)
	n, totals := 0.0, make([]float64, len(values))
	for i := range values {
		for j := range values {
			totals[i] += coincidence[i][j]
		}
		n += totals[i]
	}
	var observed, expected float64
	for i := range values {
		for j := range values {
			d := distance(values, totals, i, j, level)
			observed += coincidence[i][j] * d
			expected += totals[i] * totals[j] * d
		}
	}
	if expected == 0 {
		return math.NaN()
	}
	return 1 - (n-1)*observed/expected
}

// coincidences returns the values that occur and how often each pair of them
// was given to the same unit.
func coincidences(ratings [][]float64) (values []float64, table [][]float64) {
	units := 0
	for _, rater := range ratings {
		units = max(units, len(rater))
		for _, v := range rater {
			if !math.IsNaN(v) && !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
	}
	slices.Sort(values)
	table = make([][]float64, len(values))
	for i := range table {
		table[i] = make([]float64, len(values))
	}
	for u := range units {
		var given []int
		for _, rater := range ratings {
			if u < len(rater) && !math.IsNaN(rater[u]) {
				given = append(given, slices.Index(values, rater[u]))
			}
		}
		for a := range given {
			for b := range given {
				if a != b {
					table[given[a]][given[b]] += 1 / float64(len(given)-1)
				}
			}
		}
	}
	return values, table
}

func distance(values, totals []float64, i, j int, level Level) float64 {
	a, b := values[i], values[j]
	switch {
	case i == j:
		return 0
	case level == Interval:
		return (a - b) * (a - b)
	case level == Ratio:
		return (a - b) * (a - b) / ((a + b) * (a + b))
	case level == Ordinal:
		sum := -(totals[i] + totals[j]) / 2
		for k := min(i, j); k <= max(i, j); k++ {
			sum += totals[k]
		}
		return sum * sum
	}
	return 1
}

// Pair is the judgement of one thing by two raters, as categories from 0.
type Pair struct{ First, Second int }

// NewTable counts pairs over so many categories.
func NewTable(pairs []Pair, categories int) Table {
	t := make(Table, categories)
	for i := range t {
		t[i] = make([]int, categories)
	}
	for _, p := range pairs {
		t[p.First][p.Second]++
	}
	return t
}

// Bootstrap returns the 95 % percentile interval of a figure of pairs, from
// 1000 resamplings; the same seed gives the same interval. Resamplings in
// which the figure has no value are left out.
func Bootstrap(pairs []Pair, seed uint64, figure func([]Pair) float64) (low, high float64) {
	if len(pairs) == 0 {
		return math.NaN(), math.NaN()
	}
	source := rand.New(rand.NewPCG(seed, 0x5eed))
	sample := make([]Pair, len(pairs))
	var values []float64
	for range 1000 {
		for i := range sample {
			sample[i] = pairs[source.IntN(len(pairs))]
		}
		if v := figure(sample); !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return math.NaN(), math.NaN()
	}
	slices.Sort(values)
	return values[len(values)*25/1000], values[min(len(values)-1, len(values)*975/1000)]
}
