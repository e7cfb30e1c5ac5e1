package agreement

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/lianxi-cc/lianxi/analysis/language/measure"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// Figure is a figure of agreement with its 95 % bootstrap interval; NaN where
// it has no value.
type Figure struct{ Value, Low, High float64 }

// Item says how far the machine and evaluators judge an item alike.
type Item struct {
	Judged              int // by how many blind reviews
	Percent, AC1, Alpha Figure
	Proof               scorecard.Proof // of the verdicts that cost points
	Low, High           float64         // the 95 % Wilson interval of its precision
}

// Precision is the share of the item's reviewed hits that were right; NaN
// when there are none.
func (it Item) Precision() float64 { return float64(it.Proof.Right) / float64(it.Proof.Reviewed) }

// categories are the verdicts by which raters are compared. That an item does
// not apply is a judgement like the others.
var categories = []scorecard.Verdict{scorecard.Met, scorecard.Partly, scorecard.Missed, scorecard.NA}

// Of compares machine and evaluators item by item. Agreement rests on the first
// review that an evaluator gave of a result, when she knew nobody else's;
// the proof on the one that she stands by. Agreement looks at the first 500 of
// an item, so give the newest reviews first. counts says whether a review
// judges the item by the rule that is asked about; nil counts all.
func Of(reviews []score.Review, counts func(r score.Review, item string) bool) map[string]Item {
	pairs := map[string][]Pair{}
	out := map[string]Item{}
	each := func(rs []score.Review, visit func(j score.Judgement)) {
		for _, r := range rs {
			for _, j := range r.Items {
				if counts == nil || counts(r, j.Item) {
					visit(j)
				}
			}
		}
	}
	blind := slices.DeleteFunc(slices.Clone(reviews), func(r score.Review) bool { return r.Revises != "" })
	each(blind, func(j score.Judgement) {
		p := Pair{slices.Index(categories, j.Machine), slices.Index(categories, j.Person)}
		if p.First >= 0 && p.Second >= 0 && len(pairs[j.Item]) < maxPairs {
			pairs[j.Item] = append(pairs[j.Item], p)
		}
	})
	each(score.Latest(reviews), func(j score.Judgement) {
		it := out[j.Item]
		if j.Machine == scorecard.Missed || j.Machine == scorecard.Partly {
			it.Proof.Reviewed++
			if j.Agrees() {
				it.Proof.Right++
			}
		}
		out[j.Item] = it
	})
	for name, it := range out {
		it.compare(pairs[name])
		out[name] = it
	}
	return out
}

// compare works out the figures of pairs. One set of resamplings serves all.
func (it *Item) compare(pairs []Pair) {
	it.Judged = len(pairs)
	it.Low, it.High = measure.Share{Hits: it.Proof.Right, Of: it.Proof.Reviewed}.Wilson()
	whole := NewTable(pairs, len(categories))
	it.Percent.Value, it.AC1.Value, it.Alpha.Value = whole.Percent(), whole.AC1(), whole.Alpha()
	var percent, ac1, alpha []float64
	source := rand.New(rand.NewPCG(seed, 0x5eed))
	for range resamplings {
		t := NewTable(nil, len(categories))
		for range pairs {
			p := pairs[source.IntN(len(pairs))]
			t[p.First][p.Second]++
		}
		percent, ac1, alpha = append(percent, t.Percent()), append(ac1, t.AC1()), append(alpha, t.Alpha())
	}
	it.Percent.between(percent)
	it.AC1.between(ac1)
	it.Alpha.between(alpha)
}

const (
	seed        = 1
	resamplings = 1000
	maxPairs    = 500 // of an item; more would make a page wait
)

// between sets the interval that holds 95 % of the values.
func (f *Figure) between(values []float64) {
	values = slices.DeleteFunc(values, math.IsNaN)
	f.Low, f.High = math.NaN(), math.NaN()
	if n := len(values); n > 0 && !math.IsNaN(f.Value) {
		slices.Sort(values)
		f.Low, f.High = values[n*25/1000], values[min(n-1, n*975/1000)]
	}
}

// Alpha returns Krippendorff's nominal alpha of the two raters; NaN when
// everything fell into one category.
func (t Table) Alpha() float64 {
	rows, cols, n := t.sums()
	same := 0.0
	expected := 0.0
	for i := range t {
		same += float64(t[i][i])
		both := rows[i] + cols[i]
		expected += both * (2*n - both)
	}
	if expected == 0 {
		return math.NaN()
	}
	return 1 - (2*n-1)*2*(n-same)/expected
}
