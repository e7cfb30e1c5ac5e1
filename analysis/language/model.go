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
}

// A Row holds what one trait says for or against acts.
type Row struct {
	Key     uint64
	Weights []Weight
}

// Weight is what a trait adds to the sum of the act with that number. What is
// too much for one weight stands in several.
type Weight struct {
	Act   uint8
	Value int8 // in 1/WeightUnit
}

// WeightUnit is the fixed point of weights: a sum of this size is one unit of
// the margin that training aims at. Hardly a weight is greater than half of it,
// and finer ones hear no better.
const WeightUnit = 64

// modelFile is where the model of a language lies beside its wordings.
func modelFile(lang conversation.Lang) string { return path.Join("lexicon", string(lang), "model.bin") }

// modelMagic begins a model file; the digit is the version of the form.
const modelMagic = "lianxi-model 2\n"

// maxModelActs is how many acts a model may know.
const maxModelActs = 256

var errModel = errors.New("not a model of this version; lianxi lexicon train makes one")

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

// trust makes firm what m has not learned with.
func (v *voice) trust(acts *actList, m *Model) {
	for i := range v.wordings {
		w := &v.wordings[i]
		_, known := slices.BinarySearch(m.Wordings, wordingHash(acts.names[v.rules[w.rule].act], w.text))
		w.firm = len(m.Acts) > 0 && !known
	}
}

// learn puts m beside the wordings.
func (v *voice) learn(acts *actList, m *Model) {
	v.keyWords()
	if len(m.Acts) == 0 {
		return
	}
	for _, role := range speakers {
		v.scales[speakerOf(role)] = v.newScale(m, acts, role)
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
			out = append(out, wordingHash(e.acts.names[v.rules[w.rule].act], w.text))
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
			b = append(b, w.Act, byte(w.Value))
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
	key, weights := uint64(0), 0
	for range d.count(2) {
		key += d.unsigned()
		n := d.count(2)
		r := Row{Key: key, Weights: make([]Weight, 0, n)}
		for range n {
			r.Weights = append(r.Weights, Weight{d.byte(), int8(d.byte())})
		}
		m.Rows, weights = append(m.Rows, r), weights+n
	}
	if d.bad || len(d.rest) > 0 || len(m.Acts) > maxModelActs || weights >= maxWeights {
		return nil, errModel
	}
	for i := range m.Rows {
		if r := &m.Rows[i]; i > 0 && r.Key <= m.Rows[i-1].Key || !r.fits(len(m.Acts)) {
			return nil, errModel
		}
	}
	return m, nil
}

// fits reports whether r can stand in a model of so many acts.
func (r *Row) fits(acts int) bool {
	strange := func(w Weight) bool { return int(w.Act) >= acts }
	return r.Key>>traitBits == 0 && len(r.Weights) < inLanes && !slices.ContainsFunc(r.Weights, strange)
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
