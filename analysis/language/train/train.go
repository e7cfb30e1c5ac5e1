// Package train makes the statistical part of the language engine from
// labelled utterances.
//
// Two stages of linear support vector machines, one for each act. The first
// looks at words alone. Its answers on utterances of a hand it has not learned
// from, together with what the wordings heard in them, teach the second stage
// how far to trust either; only hands that nobody wrote wordings for can teach
// that. Both stages are linear, so they fold into one table of weights.
//
// The same utterances and the same lexicon give the same bytes everywhere.
package train

import (
	"cmp"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/analysis/language/measure"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
)

// Set is what one hand labelled. Seen says that people read it while they
// wrote wordings, so that the wordings look better on it than they are.
type Set struct {
	Name  string
	Seen  bool
	Items []measure.Item
}

// What training is made of. The figures were chosen by leaving out one unseen
// hand after the other.
const (
	firstCost   = 0.03 // of the first stage: low, since words are many
	secondCost  = 0.03
	ownScale    = 2.0   // of an act's own answer and wordings in the second stage
	otherScale  = 0.5   // of those of the other acts
	leastTrait  = 3     // utterances that must carry a trait
	leastAct    = 8     // utterances that must carry an act
	leastWeight = 0.016 // smaller weights are left out
	leftOut     = 5     // groups of unseen hands, each left out once
	confined    = 0.01  // share of inbound utterances up to which an act belongs to outbound calls
	confinement = -8.0  // what an inbound call says against such an act, more than words can say for it
	rounds      = 200
	seed        = 7
)

// ErrUnseen is the problem of fewer than two sets that the wordings' writers
// had not seen.
var ErrUnseen = fault.New(fault.Invalid, "lexicon.train.unseen", nil)

// Vocabulary returns the words of the items that a model must know, sorted.
func Vocabulary(items []measure.Item) []string {
	words := map[string]bool{}
	read := func(text string) {
		text = strings.ToLower(strings.ReplaceAll(text, "’", "'"))
		for _, w := range strings.FieldsFunc(text, func(r rune) bool { return r != '\'' && (r >= 0x2000 || !unicode.IsLetter(r)) }) {
			if w = strings.Trim(w, "'"); w != "" && len(w) <= 40 {
				words[w] = true
			}
		}
	}
	for _, it := range items {
		read(it.Text)
		for _, c := range it.Context {
			read(c.Text)
		}
	}
	return slices.Sorted(maps.Keys(words))
}

// Model trains on the sets, all of language lang. load returns the engine
// whose vocabulary holds the given words and that has no model.
func Model(cat *analysis.Catalogue, lang conversation.Lang, load func(words []string) (*language.Engine, error), sets []Set) (*language.Model, error) {
	unseen := 0
	var all []measure.Item
	for _, s := range sets {
		all = append(all, s.Items...)
		if !s.Seen {
			unseen++
		}
	}
	if unseen < 2 {
		return nil, ErrUnseen
	}
	words := Vocabulary(all)
	engine, err := load(words)
	if err != nil {
		return nil, err
	}
	b := newBuilder(words)
	for _, role := range []conversation.Role{conversation.Agent, conversation.Customer} {
		p := pupil{data: read(engine, sets, role)}
		p.acts = p.learnable()
		for _, a := range p.acts {
			info, _ := cat.Act(a)
			p.infos = append(p.infos, info)
		}
		b.add(p.learn(), p.acts)
	}
	return b.model(engine.Wordings(lang))
}

// said is an utterance with its label.
type said struct {
	set   int
	seen  bool
	of    string // the family of signals it is labelled for; "": acts of service
	keys  []uint64
	heard map[analysis.Act]bool
	acts  map[analysis.Act]bool
	not   map[analysis.Act]bool // tempting, but not carried
}

// tells reports whether the label of s says if it carries the act. What is
// labelled for acts of service, or for another family of signals, carries no
// signal, but where one may hide in it; of acts of service only what is labelled
// for them tells.
func (s *said) tells(a analysis.ActInfo) bool {
	if s.of == a.Family || a.Kind != analysis.Signal {
		return s.of == a.Family
	}
	return !slices.ContainsFunc(a.HidesIn, func(in analysis.Act) bool { return in == analysis.AnyAct || s.acts[in] })
}

func read(e *language.Engine, sets []Set, role conversation.Role) []said {
	var out []said
	for n, s := range sets {
		for _, it := range s.Items {
			if it.Role != role {
				continue
			}
			t := e.Traits(it.Utterance())
			out = append(out, said{n, s.Seen, it.Of, t.Keys, setOf(t.Heard), setOf(it.Acts), setOf(it.Not)})
		}
	}
	return out
}

func setOf(acts []analysis.Act) map[analysis.Act]bool {
	out := map[analysis.Act]bool{}
	for _, a := range acts {
		out[a] = true
	}
	return out
}

// pupil learns the acts of one speaker.
type pupil struct {
	data  []said
	acts  []analysis.Act
	infos []analysis.ActInfo // of the acts
}

// telling returns which of the utterances tell of act k.
func (p *pupil) telling(k int, of []said) (which []int) {
	for i := range of {
		if of[i].tells(p.infos[k]) {
			which = append(which, i)
		}
	}
	return which
}

// pick returns the elements with these numbers.
func pick[T any](list []T, which []int) []T {
	out := make([]T, len(which))
	for i, n := range which {
		out[i] = list[n]
	}
	return out
}

// learnable returns the acts that enough utterances carry, sorted.
func (p *pupil) learnable() []analysis.Act {
	count := map[analysis.Act]int{}
	for _, s := range p.data {
		for a := range s.acts {
			count[a]++
		}
	}
	maps.DeleteFunc(count, func(_ analysis.Act, n int) bool { return n < leastAct })
	return slices.Sorted(maps.Keys(count))
}

// table holds weights by trait and act, and the biases.
type table struct {
	keys    []uint64 // ascending
	weights [][]float64
	bias    []float64
}

// learn returns the folded weights of both stages.
func (p *pupil) learn() table {
	answers := p.answers()
	second := p.second(answers)
	first := p.first(func(said) bool { return true })
	t := p.fold(first, second)
	p.confine(t)
	return t
}

// confine keeps acts that belong to outbound calls out of all others: those
// which hardly any inbound utterance carries.
func (p *pupil) confine(t table) {
	inbound := slices.Index(t.keys, language.InboundTrait())
	if inbound < 0 {
		return
	}
	for k, a := range p.acts {
		all, in := 0, 0
		for _, s := range p.data {
			if s.acts[a] {
				all++
				if slices.Contains(s.keys, language.InboundTrait()) {
					in++
				}
			}
		}
		if float64(in) <= confined*float64(all) {
			t.weights[k][inbound] = confinement
		}
	}
}

// first trains the stage that looks at words, on the utterances that want is
// true for.
func (p *pupil) first(want func(said) bool) table {
	var chosen []said
	for _, s := range p.data {
		if want(s) {
			chosen = append(chosen, s)
		}
	}
	t := table{keys: frequent(chosen), bias: make([]float64, len(p.acts)), weights: make([][]float64, len(p.acts))}
	column := columns(t.keys)
	xs := make([]example, len(chosen))
	for i, s := range chosen {
		xs[i] = example{cols: present(s.keys, column)}
	}
	p.each(func(k int, a analysis.Act) {
		which := p.telling(k, chosen)
		t.weights[k], t.bias[k] = solver{firstCost, rounds, seed}.fit(pick(xs, which), len(t.keys), labels(pick(chosen, which), a))
	})
	return t
}

// each does learn for every act, some at a time. It returns when all are done.
func (p *pupil) each(learn func(k int, a analysis.Act)) {
	var wait sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for k, a := range p.acts {
		free <- struct{}{}
		wait.Go(func() {
			learn(k, a)
			<-free
		})
	}
	wait.Wait()
}

func labels(of []said, a analysis.Act) []bool {
	out := make([]bool, len(of))
	for i, s := range of {
		out[i] = s.acts[a]
	}
	return out
}

// frequent returns the traits that enough utterances carry.
func frequent(of []said) []uint64 {
	count := map[uint64]int{}
	for _, s := range of {
		for _, k := range s.keys {
			count[k]++
		}
	}
	maps.DeleteFunc(count, func(_ uint64, n int) bool { return n < leastTrait })
	return slices.Sorted(maps.Keys(count))
}

func columns(keys []uint64) map[uint64]int32 {
	out := make(map[uint64]int32, len(keys))
	for i, k := range keys {
		out[k] = int32(i)
	}
	return out
}

func present(keys []uint64, column map[uint64]int32) []int32 {
	var out []int32
	for _, k := range keys {
		if c, ok := column[k]; ok {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return out
}

// answers returns the first stage's answers for the utterances of unseen
// hands, each by a stage that did not learn from that hand; nil for the others.
func (p *pupil) answers() [][]float64 {
	out := make([][]float64, len(p.data))
	for _, group := range p.groups() {
		t := p.first(func(s said) bool { return !group[s.set] })
		column := columns(t.keys)
		for i, s := range p.data {
			if group[s.set] {
				out[i] = t.answer(present(s.keys, column))
			}
		}
	}
	return out
}

// groups parts the unseen sets into those that are left out together.
func (p *pupil) groups() []map[int]bool {
	hands := map[int]bool{}
	for _, s := range p.data {
		if !s.seen {
			hands[s.set] = true
		}
	}
	out := make([]map[int]bool, min(leftOut, len(hands)))
	for i, hand := range slices.Sorted(maps.Keys(hands)) {
		at := i % len(out)
		if out[at] == nil {
			out[at] = map[int]bool{}
		}
		out[at][hand] = true
	}
	return out
}

func (t table) answer(cols []int32) []float64 {
	out := slices.Clone(t.bias)
	for k := range out {
		for _, c := range cols {
			out[k] += t.weights[k][c]
		}
	}
	return out
}

// second trains the stage that weighs the answers of the first against what
// the wordings heard. Its columns are the answers of all acts, then whether
// the wordings heard each.
func (p *pupil) second(answers [][]float64) table {
	n := len(p.acts)
	var chosen []said
	var given [][]float64
	for i, s := range p.data {
		if answers[i] != nil {
			chosen, given = append(chosen, s), append(given, answers[i])
		}
	}
	t := table{bias: make([]float64, n), weights: make([][]float64, n)}
	p.each(func(k int, a analysis.Act) {
		which := p.telling(k, chosen)
		xs := make([]example, len(which))
		for i, n := range which {
			xs[i] = p.weigh(given[n], chosen[n], k)
		}
		t.weights[k], t.bias[k] = solver{secondCost, rounds, seed}.fit(xs, 2*n, labels(pick(chosen, which), a))
		for c := range t.weights[k] {
			t.weights[k][c] *= scale(c%n == k)
		}
	})
	p.settle(t, chosen, given)
	return t
}

func scale(own bool) float64 {
	if own {
		return ownScale
	}
	return otherScale
}

// weigh returns an utterance as the second stage of act k sees it.
func (p *pupil) weigh(answer []float64, s said, k int) example {
	var x example
	n := len(p.acts)
	for c, v := range answer {
		if p.infos[c].Kind == analysis.Signal && p.infos[k].Kind != analysis.Signal {
			continue // most utterances labelled for acts of service are about something else
		}
		x.cols, x.vals = append(x.cols, int32(c)), append(x.vals, v*scale(c == k))
	}
	for c, a := range p.acts {
		if s.heard[a] {
			x.cols, x.vals = append(x.cols, int32(n+c)), append(x.vals, scale(c == k))
		}
	}
	return x
}

// settle moves the answers so that zero is where to part, judged on the unseen
// hands: those where the wordings heard the act by one step, the others by
// another, since the wordings fall for tempting words and the first stage
// alone is timid. The faults move together and so do the other acts of service,
// since for a single one the utterances are too few; each signal, of which sets
// of its own tell, moves alone. Precision weighs more than recall, most of all
// with faults and signals: to be blamed wrongly is worse than to get away once,
// and of a faint signal what is nearly heard is not lost.
// A false alarm at words labelled as tempting counts on top.
func (p *pupil) settle(t table, chosen []said, given [][]float64) {
	n := len(p.acts)
	for _, group := range p.settling() {
		heard, unheard := p.steps(t, chosen, given, group.acts)
		best, bestWorth := [2]float64{}, math.Inf(-1)
		for _, h := range heard {
			for _, u := range unheard {
				if w := h.with(u).worth(group.beta, group.lure); w > bestWorth {
					best, bestWorth = [2]float64{h.shift, u.shift}, w
				}
			}
		}
		for _, k := range group.acts {
			t.bias[k] += best[1]
			t.weights[k][n+k] += best[0] - best[1]
		}
	}
}

// settling is a group of acts whose answers move together, with what their
// precision and a false alarm at tempting words are worth; see parting.worth.
type settling struct {
	acts       []int
	beta, lure float64
}

// settling returns the groups: the faults, each signal, and the other acts.
func (p *pupil) settling() (out []settling) {
	faults, others := settling{nil, 0.5, 1.25}, settling{nil, 0.7, 1.7}
	for k, info := range p.infos {
		switch {
		case info.Kind == analysis.Fault:
			faults.acts = append(faults.acts, k)
		case info.Faint:
			out = append(out, settling{[]int{k}, 0.3, 0.85})
		case info.Kind == analysis.Signal:
			out = append(out, settling{[]int{k}, 0.45, 0.85})
		default:
			others.acts = append(others.acts, k)
		}
	}
	return append(out, faults, others)
}

// parting counts how answers part the utterances when they are moved by shift.
type parting struct {
	measure.Count
	lured, tempting int // false alarms at tempting words, of how many such
	shift           float64
}

// worth is the F-measure less what false alarms at tempting words cost: lure if
// there were one at each.
func (c parting) worth(beta, lure float64) float64 {
	return fBeta(c.Count, beta) - lure*float64(c.lured)/float64(max(c.tempting, 1))
}

// steps returns the partings of the second stage's answers at every step, for
// acts that the wordings heard and for those they did not; small steps first,
// so that of equals the smallest is taken.
func (p *pupil) steps(t table, chosen []said, given [][]float64, acts []int) (heard, unheard []parting) {
	for step := range 15 {
		heard = append(heard, parting{shift: float64(-step) * 0.05}, parting{shift: float64(step) * 0.05})
	}
	unheard = slices.Clone(heard)
	for i := range chosen {
		s := &chosen[i]
		for _, k := range acts {
			if !s.tells(p.infos[k]) {
				continue
			}
			a := p.acts[k]
			z := p.answer(t, *s, given[i], k)
			of := unheard
			if s.heard[a] {
				of = heard
			}
			for j := range of {
				of[j].count(z, s.acts[a], s.not[a])
			}
		}
	}
	return heard, unheard
}

// with returns the sum of two partings.
func (c parting) with(o parting) parting {
	c.Add(o.Count)
	c.lured, c.tempting = c.lured+o.lured, c.tempting+o.tempting
	return c
}

// count adds an answer to the parting.
func (c *parting) count(z float64, is, tempting bool) {
	yes := z+c.shift > 0
	switch {
	case yes && is:
		c.Right++
	case yes:
		c.Wrong++
	case is:
		c.Missed++
	}
	if tempting {
		c.tempting++
		if yes {
			c.lured++
		}
	}
}

// answer returns the second stage's answer for act k.
func (p *pupil) answer(t table, s said, given []float64, k int) float64 {
	z := t.bias[k]
	for b, v := range given {
		z += float64(t.weights[k][b] * v)
	}
	for b, other := range p.acts {
		if s.heard[other] {
			z += t.weights[k][len(p.acts)+b]
		}
	}
	return z
}

// fBeta is the weighted harmonic mean of precision and recall; below 1, beta
// favours precision (van Rijsbergen 1979).
func fBeta(c measure.Count, beta float64) float64 {
	b := beta * beta
	of := (1+b)*float64(c.Right) + b*float64(c.Missed) + float64(c.Wrong)
	if of == 0 {
		return 0
	}
	return (1 + b) * float64(c.Right) / of
}

// fold joins the stages: the second's sum over the first's answers is a sum
// over traits.
func (p *pupil) fold(first, second table) table {
	n := len(p.acts)
	out := table{keys: slices.Clone(first.keys), bias: slices.Clone(second.bias), weights: make([][]float64, n)}
	for k := range p.acts {
		w := make([]float64, len(first.keys), len(first.keys)+n)
		for b := range p.acts {
			share := second.weights[k][b]
			out.bias[k] += float64(share * first.bias[b])
			for c, v := range first.weights[b] {
				w[c] += float64(share * v)
			}
		}
		out.weights[k] = append(w, second.weights[k][n:]...)
	}
	for _, a := range p.acts {
		out.keys = append(out.keys, language.HeardTrait(a))
	}
	return out
}

// builder gathers the tables of both speakers into a model.
type builder struct {
	words []string
	bias  map[analysis.Act]float64
	rows  map[uint64]map[analysis.Act]float64
}

func newBuilder(words []string) *builder {
	return &builder{words, map[analysis.Act]float64{}, map[uint64]map[analysis.Act]float64{}}
}

func (b *builder) add(t table, acts []analysis.Act) {
	for k, a := range acts {
		b.bias[a] = t.bias[k]
		for c, w := range t.weights[k] {
			if math.Abs(w) < leastWeight {
				continue
			}
			key := t.keys[c]
			if b.rows[key] == nil {
				b.rows[key] = map[analysis.Act]float64{}
			}
			b.rows[key][a] = w
		}
	}
}

// model rounds the weights to whole numbers.
func (b *builder) model(wordings []uint32) (*language.Model, error) {
	m := &language.Model{Words: b.words, Wordings: wordings, Acts: slices.Sorted(maps.Keys(b.bias))}
	number := map[analysis.Act]uint8{}
	for i, a := range m.Acts {
		number[a] = uint8(i)
		m.Bias = append(m.Bias, int32(math.Round(b.bias[a]*language.WeightUnit)))
	}
	for _, key := range slices.Sorted(maps.Keys(b.rows)) {
		r := language.Row{Key: key}
		for a, w := range b.rows[key] {
			for v := int(math.Round(w * language.WeightUnit)); v != 0; {
				part := max(min(v, math.MaxInt8), math.MinInt8)
				r.Weights = append(r.Weights, language.Weight{Act: number[a], Value: int8(part)})
				v -= part
			}
		}
		slices.SortFunc(r.Weights, func(a, b language.Weight) int {
			return cmp.Or(cmp.Compare(a.Act, b.Act), cmp.Compare(a.Value, b.Value))
		})
		m.Rows = append(m.Rows, r)
	}
	return language.DecodeModel(m.Encode())
}
