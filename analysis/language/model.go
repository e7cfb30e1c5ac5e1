package language

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// A Model is the statistical part of one language: for each act a sum of
// whole-numbered weights over the traits of an utterance, one of which is that
// the wordings heard the act. An act counts when its sum is above zero.
//
// So it takes back what a wording heard in the wrong company, and adds what no
// wording foresaw; each sum can be taken apart into the words that spoke for
// it. It does not change after it is decoded or trained.
type Model struct {
	Words []string // vocabulary beyond the lexicon's, sorted
	Acts  []analysis.Act
	Bias  []int32 // by act, in 1/WeightUnit
	// Wordings are those it learned with, as Engine.Wordings gives them. Any other is
	// a later one, whose writer knows better: what it hears stays.
	Wordings []uint32
	// Rows are the weights of the traits, by ascending key.
	Rows []Row

	slots []uint32 // rows by the low bits of their keys, from 1; 0 is empty, the next slot is tried
}

// A Row holds what one trait says for or against acts.
type Row struct {
	Key     uint64
	Weights []Weight
}

// Weight is what a trait adds to the sum of the act with that number.
type Weight struct {
	Act   uint8
	Value int16 // in 1/WeightUnit
}

// WeightUnit is the fixed point of weights: a sum of this size is one unit of
// the margin that training aims at.
const WeightUnit = 2048

// modelFile is where the model of a language lies beside its wordings.
func modelFile(lang conversation.Lang) string { return path.Join("lexicon", string(lang), "model.bin") }

// modelMagic begins a model file; the digit is the version of the form.
const modelMagic = "lianxi-model 1\n"

var errModel = errors.New("not a model of this version")

// loadModel reads the model of lang; nil when there is none.
func loadModel(fsys fs.FS, lang conversation.Lang) (*Model, error) {
	text, err := fs.ReadFile(fsys, modelFile(lang))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("language.Load: %w", err)
	}
	m, err := DecodeModel(text)
	if err != nil {
		return nil, fmt.Errorf("language.Load: %s: %w", modelFile(lang), err)
	}
	return m, nil
}

// learn puts m beside the wordings.
func (v *voice) learn(m *Model) {
	v.keyWords()
	if len(m.Acts) == 0 {
		return
	}
	v.model = m
	for i := range v.wordings {
		w := &v.wordings[i]
		_, known := slices.BinarySearch(m.Wordings, wordingHash(v.rules[w.rule].act, w.text))
		w.firm = !known
	}
}

// wordingHash names a wording with the act it is for.
func wordingHash(a analysis.Act, text string) uint32 {
	return uint32(traitKey(aHeard, wordHash(string(a)), wordHash(text)))
}

// Wordings returns the wordings of a language as a model keeps them.
func (e *Engine) Wordings(lang conversation.Lang) []uint32 {
	var out []uint32
	if v := e.voices[lang]; v != nil {
		for _, w := range v.wordings {
			out = append(out, wordingHash(v.rules[w.rule].act, w.text))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Encode returns the model as a file: magic, acts, biases, words, wordings,
// then the rows with the differences of their keys; numbers are varints.
func (m *Model) Encode() []byte {
	var b []byte
	text := func(s string) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	b = append(b, modelMagic...)
	b = binary.AppendUvarint(b, uint64(len(m.Acts)))
	for i, a := range m.Acts {
		text(string(a))
		b = binary.AppendVarint(b, int64(m.Bias[i]))
	}
	b = binary.AppendUvarint(b, uint64(len(m.Words)))
	for _, w := range m.Words {
		text(w)
	}
	b = binary.AppendUvarint(b, uint64(len(m.Wordings)))
	for _, w := range m.Wordings {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	b = binary.AppendUvarint(b, uint64(len(m.Rows)))
	last := uint64(0)
	for _, r := range m.Rows {
		b = binary.AppendUvarint(b, r.Key-last)
		last = r.Key
		b = binary.AppendUvarint(b, uint64(len(r.Weights)))
		for _, w := range r.Weights {
			b = append(b, w.Act)
			b = binary.AppendVarint(b, int64(w.Value))
		}
	}
	return b
}

// DecodeModel reads what Encode wrote. It refuses anything else, in time and
// memory bounded by the size of the file.
func DecodeModel(text []byte) (*Model, error) {
	rest, ok := bytes.CutPrefix(text, []byte(modelMagic))
	if !ok {
		return nil, errModel
	}
	d := modelReader{rest: rest}
	m := &Model{}
	for range d.count(2) {
		m.Acts = append(m.Acts, analysis.Act(d.text()))
		m.Bias = append(m.Bias, int32(d.signed(1<<30)))
	}
	for range d.count(2) {
		m.Words = append(m.Words, d.text())
	}
	for range d.count(4) {
		m.Wordings = append(m.Wordings, uint32(d.byte())|uint32(d.byte())<<8|uint32(d.byte())<<16|uint32(d.byte())<<24)
	}
	key := uint64(0)
	for range d.count(2) {
		key += d.unsigned()
		r := Row{Key: key}
		for range d.count(2) {
			r.Weights = append(r.Weights, Weight{d.byte(), int16(d.signed(1<<15 - 1))})
		}
		m.Rows = append(m.Rows, r)
	}
	if d.bad || len(d.rest) > 0 || len(m.Acts) > 256 {
		return nil, errModel
	}
	for i, r := range m.Rows {
		if i > 0 && r.Key <= m.Rows[i-1].Key || slices.ContainsFunc(r.Weights, func(w Weight) bool { return int(w.Act) >= len(m.Acts) }) {
			return nil, errModel
		}
	}
	m.index()
	return m, nil
}

// index fills the slots, at most half of them.
func (m *Model) index() {
	size := 1
	for size < 2*len(m.Rows)+2 {
		size *= 2
	}
	m.slots = make([]uint32, size)
	for i, r := range m.Rows {
		at := r.Key & uint64(size-1)
		for m.slots[at] != 0 {
			at = (at + 1) & uint64(size-1)
		}
		m.slots[at] = uint32(i + 1)
	}
}

// row returns the number of the row of a trait, -1 when it has none.
func (m *Model) row(key uint64) int {
	mask := uint64(len(m.slots) - 1)
	for at := key & mask; ; at = (at + 1) & mask {
		n := m.slots[at]
		if n == 0 {
			return -1
		}
		if m.Rows[n-1].Key == key {
			return int(n - 1)
		}
	}
}

// modelReader takes numbers off the front of a file.
type modelReader struct {
	rest []byte
	bad  bool
}

func (d *modelReader) unsigned() uint64 {
	x, n := binary.Uvarint(d.rest)
	if n <= 0 {
		d.bad, d.rest = true, nil
		return 0
	}
	d.rest = d.rest[n:]
	return x
}

// count reads how many things follow, each of at least size bytes.
func (d *modelReader) count(size int) int {
	n := d.unsigned()
	if n > uint64(len(d.rest)/size) {
		d.bad, d.rest = true, nil
		return 0
	}
	return int(n)
}

func (d *modelReader) signed(limit int64) int64 {
	x, n := binary.Varint(d.rest)
	if n <= 0 || x > limit || x < -limit {
		d.bad, d.rest = true, nil
		return 0
	}
	d.rest = d.rest[n:]
	return x
}

func (d *modelReader) byte() byte {
	if len(d.rest) == 0 {
		d.bad = true
		return 0
	}
	b := d.rest[0]
	d.rest = d.rest[1:]
	return b
}

func (d *modelReader) text() string {
	n := d.count(1)
	s := string(d.rest[:n])
	d.rest = d.rest[n:]
	return s
}

// tally is what a hearing adds up in, used again.
type tally struct {
	sums  []int32  // by act
	seen  []uint32 // by row: the round in which it was added last
	round uint32
}

// add adds a trait's weights, the first time in a round.
func (t *tally) add(m *Model, key uint64) {
	n := m.row(key)
	if n < 0 || t.seen[n] == t.round {
		return
	}
	t.seen[n] = t.round
	for _, w := range m.Rows[n].Weights {
		t.sums[w.Act] += int32(w.Value)
	}
}

// begin starts a round.
func (t *tally) begin(m *Model) {
	if t.round++; len(t.seen) != len(m.Rows) || t.round == 0 {
		t.seen, t.round = make([]uint32, len(m.Rows)), 1
	}
	t.sums = append(t.sums[:0], m.Bias...)
}

// sums returns the sum of each act over the traits of the turn and the acts
// the wordings heard.
func (h *hearing) sums(marks []mark) []int32 {
	model := h.v.model
	h.tally.begin(model)
	h.traits(func(key uint64, _, _ int) { h.tally.add(model, key) })
	for _, m := range marks {
		h.tally.add(model, HeardTrait(m.act))
	}
	return h.tally.sums
}

// judge takes back the marks that the sums speak against and adds those they
// speak for. Marks of acts the model does not know, and firm ones, stay.
func (h *hearing) judge(marks []mark) []mark {
	model := h.v.model
	if model == nil || h.inner || len(h.raw.text) == 0 {
		return marks
	}
	sums := h.sums(marks)
	out := h.judged[:0]
	for _, m := range marks {
		if i := model.number(m.act); i < 0 || m.firm || sums[i] > -h.hesitation() {
			out = append(out, m)
		}
	}
	for i, a := range model.Acts {
		if sums[i] <= h.hesitation() || slices.ContainsFunc(marks, func(m mark) bool { return m.act == a }) {
			continue
		}
		if info, ok := h.e.cat.Act(a); ok && info.Speaker() == h.u.Role {
			out = append(out, h.spoken(uint8(i), sums[i]))
		}
	}
	h.judged = out
	return out
}

// hesitation is how far from zero a sum must be for the model to overrule the
// wordings. Most of what customers say carries no act, far more than in
// labelled utterances, so there it is believed only when it is fairly sure.
func (h *hearing) hesitation() int32 {
	if h.u.Role == conversation.Customer {
		return WeightUnit * 3 / 10
	}
	return 0
}

// number returns the number of an act in the model, -1 when it has none.
func (m *Model) number(a analysis.Act) int {
	if i, ok := slices.BinarySearch(m.Acts, a); ok {
		return i
	}
	return -1
}

// spoken places an act that the model heard: the run of tokens that spoke for
// it most, and in why the words of the strongest traits.
func (h *hearing) spoken(act uint8, sum int32) mark {
	weight := make([]int32, len(h.raw.text))
	type voiceOf struct {
		from, to int
		value    int32
	}
	var strongest []voiceOf
	seen := map[uint64]bool{}
	h.traits(func(key uint64, from, to int) {
		to = min(to, len(weight))
		if from >= to {
			return
		}
		n := h.v.model.row(key)
		if n < 0 {
			return
		}
		for _, w := range h.v.model.Rows[n].Weights {
			if w.Act != act {
				continue
			}
			for i := from; i < to; i++ {
				weight[i] += int32(w.Value) / int32(to-from)
			}
			if w.Value > 0 && !seen[key] {
				seen[key] = true
				strongest = append(strongest, voiceOf{from, to, int32(w.Value)})
			}
		}
	})
	from, to := bestRun(weight)
	slices.SortStableFunc(strongest, func(a, b voiceOf) int { return int(b.value - a.value) })
	why := modelWhy
	for i, s := range strongest[:min(3, len(strongest))] {
		if i > 0 {
			why += " ·"
		}
		why += " " + h.words(s.from, s.to)
	}
	return mark{act: h.v.model.Acts[act], from: h.inMain(from), to: max(h.inMain(to-1)+1, h.inMain(from)+1), sure: sureOf(sum), why: why}
}

// modelWhy begins the reason of an act that the model heard.
const modelWhy = "model:"

// words returns the words of the given tokens of the raw stream.
func (h *hearing) words(from, to int) string {
	text := []rune(h.u.Text)
	return string(text[h.raw.text[from].from:h.raw.text[to-1].to])
}

// bestRun returns the run with the greatest sum (Kadane), at least one token.
func bestRun(weight []int32) (from, to int) {
	best, sum, start := int32(-1<<31), int32(0), 0
	for i, w := range weight {
		if sum <= 0 {
			sum, start = 0, i
		}
		if sum += w; sum > best {
			best, from, to = sum, start, i+1
		}
	}
	return from, to
}

// sureOf turns a sum into per mille: 500 at zero, 900 at a full unit, never
// above 990; only a wording is certain.
func sureOf(sum int32) int {
	s := int(sum)
	if s <= WeightUnit {
		return 500 + 400*max(s, 0)/WeightUnit
	}
	return 900 + 90*min(s-WeightUnit, WeightUnit)/WeightUnit
}
