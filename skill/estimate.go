package skill

import (
	"math"
	"time"

	"github.com/lianxi-cc/lianxi/internal/id"
)

// Estimate is what can be said of one competency. All but N are per mille of
// the full mark. The truth lies between Low and High with 95 % confidence, if
// the person's marks vary no more than right and wrong would; a mean is never
// shown without them.
type Estimate struct {
	Mean, Low, High int
	N               int // marks that count
}

// DefaultHalfLife is the age at which a mark weighs half of a new one.
const DefaultHalfLife = 90 * 24 * time.Hour

// Estimates returns what entries, one person's and in order, say of each
// competency at the moment now. A competency without marks is absent. A
// corrected entry counts as corrected, an erased one not at all.
//
// The formula: a mark is x = points/max. Its weight is w = 2^(-age/halfLife),
// in steps of a sixteenth of the half-life, its age that of what it speaks of.
// The mean is p = Σwx/Σw. So many equal marks would be as good as the weighted
// ones: n = (Σw)²/Σw². The band is Wilson's interval for p and n with
// z = 1.96, its ends rounded outwards. Weights are integers and every
// operation on floats is one that all machines round alike, so that the same
// entries give the same numbers everywhere.
func Estimates(entries []Entry, now time.Time, halfLife time.Duration) map[id.Competency]Estimate {
	sums := map[id.Competency]*sum{}
	for _, e := range Current(entries) {
		w := weight(now.Sub(e.moment()), halfLife)
		if w == 0 {
			continue
		}
		for _, m := range e.Marks {
			if sums[m.Competency] == nil {
				sums[m.Competency] = &sum{}
			}
			sums[m.Competency].add(m, w)
		}
	}
	out := make(map[id.Competency]Estimate, len(sums))
	for c, s := range sums {
		out[c] = s.estimate()
	}
	return out
}

// one is the weight of a new mark.
const one = 1 << 20

// steps holds one times 2^(-k/16).
var steps = [16]int64{1048576, 1004120, 961548, 920782, 881744, 844361, 808563, 774282, 741455, 710020, 679917, 651091, 623487, 597053, 571740, 547500}

// weight returns the weight of a mark of that age; 0 after 20 half-lives.
func weight(age, halfLife time.Duration) int64 {
	if age <= 0 || halfLife < 16 {
		return one
	}
	k := int64(age / (halfLife / 16))
	return steps[k%16] >> min(k/16, 62)
}

// sum collects the marks of one competency.
type sum struct {
	n         int
	w, wx, ww int64 // Σw, Σwx with x in millionths, Σw²
}

func (s *sum) add(m Mark, w int64) {
	s.n++
	s.w += w
	s.wx += w * (m.Points * 1_000_000 / m.Max)
	s.ww += w * w
}

func (s *sum) estimate() Estimate {
	w := float64(s.w)
	p := float64(s.wx) / float64(w*1e6)
	n := float64(w*w) / float64(s.ww)
	low, high := wilson(p, n)
	return Estimate{N: s.n, Mean: int(math.Round(p * 1000)),
		Low: max(int(math.Floor(low*1000)), 0), High: min(int(math.Ceil(high*1000)), 1000)}
}

// z is the two-sided 95 % point of the normal distribution.
const z = 1.959963984540054

// wilson returns the interval for a share p of n, in which n need not be
// whole. The conversions keep compilers from fusing operations, which would
// round differently from machine to machine.
func wilson(p, n float64) (low, high float64) {
	const zz = z * z
	scale := 1 + float64(zz/n)
	centre := float64(p+float64(zz/float64(2*n))) / scale
	inner := float64(float64(p*float64(1-p))/n) + float64(zz/float64(float64(4*n)*n))
	half := float64(z*math.Sqrt(inner)) / scale
	return centre - half, centre + half
}
