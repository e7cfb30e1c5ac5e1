package train

import (
	"math"
	"math/rand/v2"
)

// example is one utterance as a learner sees it: the columns of its traits,
// ascending, each with its value.
type example struct {
	cols []int32
	vals []float64 // nil: all 1
}

// solver trains linear support vector machines with squared hinge loss by
// dual coordinate descent (Hsieh et al., A Dual Coordinate Descent Method for
// Large-scale Linear SVM, ICML 2008, algorithm 1 for L2-SVM).
type solver struct {
	cost   float64
	rounds int
	seed   uint64
}

// tolerance ends a descent: the spread of the projected gradient in a round.
const tolerance = 0.01

// fit returns the weights of the columns and the bias that part the examples
// for which is is true from the others. The bias is a column of its own that
// is always 1. Examples that look settled are left out until the others are
// settled too (shrinking, section 3.3 there).
//
// Products are converted before they are added, so that no machine fuses the
// two and the same data give the same weights everywhere.
func (s solver) fit(xs []example, width int, is []bool) (weights []float64, bias float64) {
	w := make([]float64, width)
	alpha := make([]float64, len(xs))
	diagonal := 1 / (2 * s.cost)
	square := make([]float64, len(xs))
	order := make([]int, len(xs))
	for i := range xs {
		order[i] = i
		square[i] = 1 + diagonal
		for k := range xs[i].cols {
			v := xs[i].value(k)
			square[i] += float64(v * v)
		}
	}
	rng := rand.New(rand.NewPCG(s.seed, 1))
	active, highest := order, math.Inf(1)
	for range s.rounds {
		rng.Shuffle(len(active), func(a, b int) { active[a], active[b] = active[b], active[a] })
		low, high := 0.0, 0.0
		for n := 0; n < len(active); n++ {
			i := active[n]
			y := -1.0
			if is[i] {
				y = 1
			}
			gradient := y*(xs[i].dot(w)+bias) - 1 + float64(diagonal*alpha[i])
			if alpha[i] == 0 && gradient > 0 {
				if gradient > highest {
					last := len(active) - 1
					active[n], active[last] = active[last], i
					active = active[:last]
					n--
				}
				continue
			}
			low, high = min(low, gradient), max(high, gradient)
			next := max(alpha[i]-gradient/square[i], 0)
			if step := (next - alpha[i]) * y; step != 0 {
				xs[i].add(w, step)
				bias += step
				alpha[i] = next
			}
		}
		switch {
		case high-low >= tolerance:
			if highest = high; highest <= 0 {
				highest = math.Inf(1)
			}
		case len(active) < len(order):
			active, highest = order, math.Inf(1)
		default:
			return w, bias
		}
	}
	return w, bias
}

func (x *example) value(k int) float64 {
	if x.vals == nil {
		return 1
	}
	return x.vals[k]
}

func (x *example) dot(w []float64) float64 {
	sum := 0.0
	if x.vals == nil {
		for _, c := range x.cols {
			sum += w[c]
		}
		return sum
	}
	for k, c := range x.cols {
		sum += float64(x.vals[k] * w[c])
	}
	return sum
}

func (x *example) add(w []float64, step float64) {
	if x.vals == nil {
		for _, c := range x.cols {
			w[c] += step
		}
		return
	}
	for k, c := range x.cols {
		w[c] += float64(x.vals[k] * step)
	}
}
