package measure

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// Count is how often an act was found rightly, wrongly and not at all.
type Count struct {
	Right  int `json:"right"`  // labelled and found
	Wrong  int `json:"wrong"`  // found, not labelled
	Missed int `json:"missed"` // labelled, not found
}

// Add counts what o counts, too.
func (c *Count) Add(o Count) {
	c.Right, c.Wrong, c.Missed = c.Right+o.Right, c.Wrong+o.Wrong, c.Missed+o.Missed
}

// Precision returns the share of what was found that is right.
func (c Count) Precision() Share { return Share{c.Right, c.Right + c.Wrong} }

// Recall returns the share of what was labelled that was found.
func (c Count) Recall() Share { return Share{c.Right, c.Right + c.Missed} }

// F1 returns the harmonic mean of precision and recall, 0 when nothing is right.
func (c Count) F1() float64 {
	if c.Right == 0 {
		return 0
	}
	return float64(2*c.Right) / float64(2*c.Right+c.Wrong+c.Missed)
}

// Share is a proportion Of a count.
type Share struct {
	Hits int `json:"hits"`
	Of   int `json:"of"`
}

// Value returns the proportion, 0 of nothing.
func (s Share) Value() float64 { return float64(s.Hits) / float64(max(s.Of, 1)) }

// Wilson returns the 95 % Wilson score interval of the proportion.
func (s Share) Wilson() (low, high float64) {
	if s.Of == 0 {
		return 0, 1
	}
	const z = 1.959963984540054
	n, p := float64(s.Of), s.Value()
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return math.Max(0, mid-half), math.Min(1, mid+half)
}

// Interval is a 95 % bootstrap interval.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// PerAct is the record of one act.
type PerAct struct {
	Act   analysis.Act  `json:"act"`
	Kind  analysis.Kind `json:"kind"`
	Count Count         `json:"count"`
}

// Miss is an utterance heard wrongly.
type Miss struct {
	Item   Item               `json:"item"`
	Wrong  []analysis.Finding `json:"wrong"`  // found, not labelled
	Missed []analysis.Act     `json:"missed"` // labelled, not found
	Lured  int                `json:"lured"`  // of Wrong, how many were labelled as tempting
}

// Result is the measure of one set of utterances.
type Result struct {
	Items       int      `json:"items"`
	Pooled      Count    `json:"pooled"`
	Micro       float64  `json:"micro"`
	MicroRange  Interval `json:"microRange"`
	Macro       float64  `json:"macro"`
	MacroRange  Interval `json:"macroRange"`
	Faults      Count    `json:"faults"`
	Tempting    Share    `json:"tempting"`    // false alarms on tempting negatives
	FaultsTempt Share    `json:"faultsTempt"` // the same, faults only
	Acts        []PerAct `json:"acts"`        // worst F1 first
	Misses      []Miss   `json:"misses"`      // worst first
}

// samples is how many bootstrap samples an interval is taken from.
const samples = 1000

// Ear is an engine to measure.
type Ear interface {
	Acts(analysis.Utterance) []analysis.Finding
	Signals(analysis.Utterance) []analysis.Finding
}

// Take measures an ear on items, each by what it is labelled for. Seed draws
// the bootstrap samples: the same seed gives the same intervals.
func Take(cat *analysis.Catalogue, items []Item, seed uint64, ear Ear) Result {
	t := tally{cat: cat, number: map[analysis.Act]int{}}
	for _, it := range items {
		t.add(it, t.hear(ear, it))
	}
	return t.result(seed)
}

// ByLang measures each language apart.
func ByLang(cat *analysis.Catalogue, items []Item, seed uint64, ear Ear) map[conversation.Lang]Result {
	parts := map[conversation.Lang][]Item{}
	for _, it := range items {
		parts[it.Lang] = append(parts[it.Lang], it)
	}
	out := map[conversation.Lang]Result{}
	for lang, part := range parts {
		out[lang] = Take(cat, part, seed, ear)
	}
	return out
}

// tally collects what was right and wrong, item by item.
type tally struct {
	cat    *analysis.Catalogue
	number map[analysis.Act]int // of the acts, in the order in which they came up
	each   [][]outcome
	res    Result
}

// outcome is how it went with an act in one item.
type outcome struct {
	act int // its number
	Count
}

// outcomeOf is that act a went as c says.
func (t *tally) outcomeOf(a analysis.Act, c Count) outcome {
	n, ok := t.number[a]
	if !ok {
		n = len(t.number)
		t.number[a] = n
	}
	return outcome{n, c}
}

// hear returns what the ear hears, more than faintly, of that for which the item
// is labelled.
func (t *tally) hear(ear Ear, it Item) []analysis.Finding {
	if it.Of == "" {
		return ear.Acts(it.Utterance())
	}
	return slices.DeleteFunc(ear.Signals(it.Utterance()), func(f analysis.Finding) bool {
		info, _ := t.cat.Act(f.Act)
		return info.Family != it.Of || f.Faint()
	})
}

func (t *tally) add(it Item, found []analysis.Finding) {
	var outcomes []outcome
	miss := Miss{Item: it}
	heard := map[analysis.Act]bool{}
	for _, f := range found {
		if heard[f.Act] {
			continue
		}
		heard[f.Act] = true
		if slices.Contains(it.Acts, f.Act) {
			outcomes = append(outcomes, t.outcomeOf(f.Act, Count{Right: 1}))
		} else {
			outcomes = append(outcomes, t.outcomeOf(f.Act, Count{Wrong: 1}))
			miss.Wrong = append(miss.Wrong, f)
		}
	}
	for i, a := range it.Acts {
		if !heard[a] && !slices.Contains(it.Acts[:i], a) { // labelled twice is missed once
			outcomes = append(outcomes, t.outcomeOf(a, Count{Missed: 1}))
			miss.Missed = append(miss.Missed, a)
		}
	}
	for _, a := range it.Not {
		t.tempt(it, a, heard[a], &miss)
	}
	t.each = append(t.each, outcomes)
	if len(miss.Wrong)+len(miss.Missed) > 0 {
		t.res.Misses = append(t.res.Misses, miss)
	}
}

// tempt counts a tempting negative of the speaker's own role.
func (t *tally) tempt(it Item, a analysis.Act, heard bool, miss *Miss) {
	info, ok := t.cat.Act(a)
	if !ok || info.Speaker() != it.Role {
		return
	}
	one := Share{Of: 1}
	if heard {
		one.Hits = 1
		miss.Lured++
	}
	t.res.Tempting.Hits, t.res.Tempting.Of = t.res.Tempting.Hits+one.Hits, t.res.Tempting.Of+1
	if info.Kind == analysis.Fault {
		t.res.FaultsTempt.Hits, t.res.FaultsTempt.Of = t.res.FaultsTempt.Hits+one.Hits, t.res.FaultsTempt.Of+1
	}
}

func (t *tally) result(seed uint64) Result {
	r := t.res
	r.Items = len(t.each)
	counts := make([]Count, len(t.number))
	for i := range t.each {
		t.count(counts, i)
	}
	for _, info := range t.cat.All() {
		n, ok := t.number[info.ID]
		if !ok {
			continue
		}
		c := counts[n]
		r.Acts = append(r.Acts, PerAct{info.ID, info.Kind, c})
		r.Pooled.Add(c)
		if info.Kind == analysis.Fault {
			r.Faults.Add(c)
		}
	}
	slices.SortStableFunc(r.Acts, func(a, b PerAct) int { return cmp.Compare(a.Count.F1(), b.Count.F1()) })
	slices.SortStableFunc(r.Misses, func(a, b Miss) int {
		return cmp.Or(cmp.Compare(b.Lured, a.Lured), cmp.Compare(len(b.Wrong)+len(b.Missed), len(a.Wrong)+len(a.Missed)))
	})
	r.Micro, r.Macro = scores(counts)
	r.MicroRange, r.MacroRange = t.bootstrap(seed)
	return r
}

// count adds item i to what was counted of each act.
func (t *tally) count(counts []Count, i int) {
	for _, o := range t.each[i] {
		counts[o.act].Add(o.Count)
	}
}

// scores returns micro and macro F1 over the acts that were counted at all.
func scores(counts []Count) (micro, macro float64) {
	var pooled Count
	var f1s []float64
	for _, c := range counts {
		if c != (Count{}) {
			pooled.Add(c)
			f1s = append(f1s, c.F1())
		}
	}
	slices.Sort(f1s) // a fixed order of summation
	for _, f := range f1s {
		macro += f
	}
	return pooled.F1(), macro / float64(max(len(f1s), 1))
}

// bootstrap draws the items with replacement, again and again.
func (t *tally) bootstrap(seed uint64) (micro, macro Interval) {
	if len(t.each) == 0 {
		return micro, macro
	}
	rng := rand.New(rand.NewPCG(seed, 0x11a))
	var mi, ma []float64
	counts := make([]Count, len(t.number))
	for range samples {
		clear(counts)
		for range t.each {
			t.count(counts, rng.IntN(len(t.each)))
		}
		a, b := scores(counts)
		mi, ma = append(mi, a), append(ma, b)
	}
	return middle95(mi), middle95(ma)
}

func middle95(v []float64) Interval {
	slices.Sort(v)
	return Interval{v[len(v)*25/1000], v[len(v)*975/1000]}
}
