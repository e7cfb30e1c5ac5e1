package language

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language/measure"
	"github.com/lianxi-cc/lianxi/conversation"
)

// The oracle hears as docs/lexicon.md says it, without any haste: it reads
// character by character, tries every wording at every token, and walks the
// tree of a wording instead of a program. What the engine does must be the
// same to the last hit.
type oracle struct {
	*machine
	known []bool     // by wording: it is known with what it can begin
	set   [][]anchor // by wording, when that is not known
	steps int
}

func newOracle(m *machine) *oracle {
	o := &oracle{machine: m}
	for i := range m.v.wordings {
		_, ok := firstOf(m.v.wordings[i].tree)
		o.known = append(o.known, ok)
		o.set = append(o.set, nil)
		if !ok {
			o.set[i] = anchorsOf(m.v.wordings[i].tree)
		}
	}
	return o
}

// wearied is how many steps the oracle takes before it gives up on a text.
const wearied = 2_000_000

// match tries n at pos and calls then for every end, the preferred one first,
// until then is content.
func (o *oracle) match(n *node, pos int, then func(int) bool) bool {
	o.steps++
	text := o.text
	if o.steps > wearied {
		return false
	}
	switch n.op {
	case opToken:
		return pos < len(text) && text[pos].id == n.id && then(pos+1)
	case opClass:
		return pos < len(text) && text[pos].kind&n.kind != 0 && then(pos+1)
	case opSeq:
		return o.sequence(n.kids, pos, then)
	case opAlt:
		return slices.ContainsFunc(n.kids, func(k *node) bool { return o.match(k, pos, then) })
	case opOptional:
		return o.match(n.kids[0], pos, then) || then(pos)
	case opGap, opWideGap:
		barrier := uint16(isPunct)
		if n.op == opWideGap {
			barrier = isStop
		}
		for k := 0; k <= n.max; k++ {
			if k >= n.min && then(pos+k) {
				return true
			}
			if pos+k >= len(text) || text[pos+k].kind&barrier != 0 {
				return false
			}
		}
		return false
	case opNotAhead:
		return !o.match(n.kids[0], pos, func(int) bool { return true }) && then(pos)
	case opNotBehind:
		_, wide := n.kids[0].width()
		for from := pos; from >= 0 && from >= pos-min(wide, maxGap); from-- {
			if o.match(n.kids[0], from, func(end int) bool { return end == pos }) {
				return false
			}
		}
		return then(pos)
	}
	op := map[nodeOp]instrOp{opBegin: iBegin, opStart: iStart, opEnd: iEnd, opLooseEnd: iLooseEnd, opAsk: iAsk, opAskEnd: iAskEnd}[n.op]
	return o.holds(op, int32(pos)) && then(pos)
}

func (o *oracle) sequence(kids []*node, pos int, then func(int) bool) bool {
	if len(kids) == 0 {
		return then(pos)
	}
	return o.match(kids[0], pos, func(end int) bool { return o.sequence(kids[1:], end, then) })
}

// end returns where the preferred match of n at pos ends, or -1.
func (o *oracle) end(n *node, pos int) int {
	out := -1
	o.match(n, pos, func(end int) bool { out = end; return true })
	return out
}

// hits returns what search.find must return.
func (o *oracle) hits(role conversation.Role, contacts uint16, again bool) []hit {
	var out []hit
	var heard []int32
	for i := range o.v.wordings {
		r := &o.v.rules[o.v.wordings[i].rule]
		if again == (r.times > 0) && (r.role == role || r.guard && !again) && r.contacts()&contacts != 0 {
			heard = append(heard, int32(i))
		}
	}
	each := func(visit func(i int32, w *wording)) {
		for _, i := range heard {
			visit(i, &o.v.wordings[i])
		}
	}
	for at := range o.text {
		for _, long := range []int{1, 2} {
			each(func(i int32, w *wording) {
				for _, a := range o.set[i] {
					if len(a.ids) != long || at+long > len(o.text) || o.text[at].id != a.ids[0] || o.text[at+long-1].id != a.ids[long-1] {
						continue
					}
					for from := max(at-a.max, 0); from <= at-a.min; from++ {
						if end := o.end(w.tree, from); end > from {
							out = append(out, hit{i, int32(from), int32(end)})
							break
						}
					}
				}
			})
		}
	}
	for at := range o.text {
		each(func(i int32, w *wording) {
			if !o.known[i] {
				return
			}
			if end := o.end(w.tree, at); end > at {
				out = append(out, hit{i, int32(at), int32(end)})
			}
		})
	}
	return out
}

// slowly reads text without the tables of glyphs.
func (v *voice) slowly(text string) []token {
	toks := v.speller.tokens(text)
	if v.speller.homophone != nil {
		for i := 0; i < len(toks); i++ {
			if w := v.speller.homophone.wordAt(toks[i:]); w != nil {
				for k, id := range w.ids {
					toks[i+k].id, toks[i+k].sym = id, w.syms[k]
				}
				i += len(w.ids) - 1
			}
		}
	}
	return v.speller.respell(toks)
}

// check compares the engine with the oracle on one utterance.
func check(t testing.TB, e *Engine, u analysis.Utterance) {
	t.Helper()
	v := e.voices[u.Lang]
	h := newHearing(e, v)
	want := v.slowly(u.Text)
	if got := h.reader.read(u.Text); !slices.Equal(got, want) {
		t.Fatalf("%q is read as\n%v, slowly as\n%v", u.Text, got, want)
	}
	h.listen(u, len(u.Context))
	o := newOracle(h.m)
	for _, again := range []bool{false, true} {
		m, x := h.m, v.said[u.Role]
		if again {
			m, x = h.raw, v.repeated[u.Role]
		}
		o.machine = m
		contact := contactOf(u.Channel, u.Direction)
		hits := slices.Clone(h.search.find(m, x, contact))
		naive := o.hits(u.Role, contact, again)
		if o.steps <= wearied && len(naive) < maxHits && !slices.Equal(hits, naive) {
			t.Fatalf("%q: hits\n%v, naively\n%v", u.Text, v.names(hits), v.names(naive))
		}
		if again {
			continue // conditions are looked for without hesitation sounds
		}
		for _, c := range v.conditions {
			found := slices.ContainsFunc(c.trees, func(n *node) bool {
				for pos := range m.text {
					if o.end(n, pos) >= 0 {
						return true
					}
				}
				return false
			})
			if o.steps <= wearied && found != m.found(c, 0, len(m.text)) {
				t.Fatalf("%q: condition %d found naively: %v", u.Text, c.slot, found)
			}
		}
	}
}

func (v *voice) names(hits []hit) []string {
	var out []string
	for _, h := range hits {
		out = append(out, fmt.Sprintf("%s at %d to %d\n", v.wordings[h.wording].text, h.from, h.to))
	}
	return out
}

// shipped returns the engine of the built-in lexicon and the labelled
// utterances.
func shipped(t testing.TB) (*Engine, []measure.Item) {
	t.Helper()
	fsys := os.DirFS("../../content")
	cat, err := analysis.LoadCatalogue(fsys)
	if err != nil {
		t.Fatal(err)
	}
	e, err := Load(fsys, cat)
	if err != nil {
		t.Fatal(err)
	}
	names, err := fs.Glob(fsys, "labelled/*.jsonl")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	var items []measure.Item
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			t.Fatal(err)
		}
		some, err := measure.Read(name, bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, some...)
	}
	return e, items
}

// garble damages a text as recognisers and people do, and worse.
func garble(r *rand.Rand, text string) string {
	odd := []rune(" ，。？！“”\"'’《》「」0129.,-\t\n\x00\uFFFDＡｂ１请您嗯啊呃呢吗了的讓請謝é·…‘`Ünicode、：；(|)")
	in, out := []rune(text), []rune(nil)
	rate := []int{1 << 30, 40, 12, 5}[r.IntN(4)]
	for _, c := range in {
		switch r.IntN(rate) {
		case 0:
		case 1:
			out = append(out, c, c)
		case 2:
			out = append(out, odd[r.IntN(len(odd))], c)
		case 3:
			out = append(out, in[r.IntN(len(in))])
		default:
			out = append(out, c)
		}
	}
	if r.IntN(50) == 0 {
		return string(out) + "\xff\xe4" + text
	}
	return string(out)
}

func TestHearsAsTheOracle(t *testing.T) {
	e, items := shipped(t)
	step := 150
	switch {
	case os.Getenv("LIANXI_LONG") != "": // the oracle takes some 70 ms for each
		step = 7
	case testing.Short():
		step = 1000
	}
	r := rand.New(rand.NewPCG(1, 1))
	for i := 0; i < len(items); i += step {
		u := items[i].Utterance()
		u.Text = garble(r, u.Text)
		check(t, e, u)
	}
}

// FuzzHearsAsTheOracle looks for a text that the engine and the oracle hear
// differently.
func FuzzHearsAsTheOracle(f *testing.F) {
	e, items := shipped(f)
	for i := 0; i < len(items); i += len(items) / 20 {
		f.Add(items[i].Text, items[i].Lang == conversation.English, items[i].Role == conversation.Customer)
	}
	f.Fuzz(func(t *testing.T, text string, english, customer bool) {
		if len(text) > 300 {
			return
		}
		u := analysis.Utterance{Lang: conversation.Chinese, Channel: conversation.Phone, Role: conversation.Agent, Text: text}
		if english {
			u.Lang = conversation.English
		}
		if customer {
			u.Role = conversation.Customer
		}
		check(t, e, u)
	})
}
