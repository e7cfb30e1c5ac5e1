package language

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language/measure"
	"github.com/lianxi-cc/lianxi/conversation"
)

// parts compares how the engine reads an utterance, and what its wordings and
// conditions match, with the oracle, and says what differs.
func (o *oracle) parts(u analysis.Utterance) string {
	h := newHearing(o.e, o.v)
	want := o.v.slowly(u.Text)
	if got := h.reader.read(u.Text); !slices.Equal(got, want) {
		return fmt.Sprintf("%q is read as\n%v, slowly as\n%v", u.Text, got, want)
	}
	h.listen(u, len(u.Context))
	s := &turn{Utterance: u, spoken: o.read(saying{u.Role, u.Text})}
	o.search(s)
	for _, c := range o.v.conditions {
		found := o.found(c, &s.main, 0, len(s.main.text))
		if !o.wearied && found != h.m.found(c, 0, len(h.m.text)) {
			return fmt.Sprintf("%q: condition %d found naively: %v", u.Text, c.slot, found)
		}
	}
	if o.wearied {
		return ""
	}
	if hits := h.search.find(h.m, o.v.said[u.Role], contactOf(u.Channel, u.Direction), h.hopeless()); !slices.Equal(hits, s.hits) {
		return fmt.Sprintf("%q: hits\n%v, naively\n%v", u.Text, o.v.names(hits), o.v.names(s.hits))
	}
	if hits := h.search.find(h.raw, o.v.repeated[u.Role], contactOf(u.Channel, u.Direction), h.hopeless()); !slices.Equal(hits, s.repeats) {
		return fmt.Sprintf("%q: hits of rules that count\n%v, naively\n%v", u.Text, o.v.names(hits), o.v.names(s.repeats))
	}
	return ""
}

// heardOtherwise compares what the engine hears with the oracle, and says what
// differs.
func (o *oracle) heardOtherwise(u analysis.Utterance) string {
	acts, signals := o.parted(o.acts(u))
	if o.wearied {
		return ""
	}
	if got := o.e.Acts(u); !slices.Equal(got, acts) {
		return fmt.Sprintf("%+v: heard\n%+v, naively\n%+v", u, got, acts)
	}
	if got := o.e.Signals(u); !slices.Equal(got, signals) {
		return fmt.Sprintf("%+v: heard the signals\n%+v, naively\n%+v", u, got, signals)
	}
	return ""
}

// parted parts the signals from the acts.
func (o *oracle) parted(found []analysis.Finding) (acts, signals []analysis.Finding) {
	for _, f := range found {
		if n, _ := o.e.acts.number(f.Act); o.e.acts.signal[n] {
			signals = append(signals, f)
		} else {
			acts = append(acts, f)
		}
	}
	return acts, signals
}

// check compares the engine with the oracle on one utterance.
func check(t testing.TB, o *oracle, u analysis.Utterance) {
	t.Helper()
	o.forget()
	if wrong := cmp.Or(o.parts(u), o.heardOtherwise(u)); wrong != "" {
		t.Fatal(wrong)
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
	case os.Getenv("LIANXI_LONG") != "": // the oracle takes some 15 ms for each
		step = 7
	case testing.Short():
		step = 1000
	}
	oracles := shippedOracles(t, e)
	r := rand.New(rand.NewPCG(1, 1))
	for i := 0; i < len(items); i += step {
		u := items[i].Utterance()
		u.Text = garble(r, u.Text)
		check(t, oracles[u.Lang], u)
	}
}

// shippedOracles returns the oracles of the built-in lexicon.
func shippedOracles(t testing.TB, e *Engine) map[conversation.Lang]*oracle {
	t.Helper()
	out := map[conversation.Lang]*oracle{}
	for _, lang := range languages {
		m, err := loadModel(os.DirFS("../../content"), lang)
		if err != nil {
			t.Fatal(err)
		}
		out[lang] = newOracle(e, lang, m)
	}
	return out
}

// TestLongTextsAreHeardAsByTheOracle looks for wordings that begin far before
// the word by which they are found, in texts so long that they are searched in
// parts.
func TestLongTextsAreHeardAsByTheOracle(t *testing.T) {
	words := []string{"查", "好", "的", "天", "地", "人", "水", "火"}
	lexicon := "rules:\n  - act: greet\n    say: |\n"
	for _, w := range words {
		lexicon += "      您 ~~9 " + w + " $\n"
	}
	cat, err := analysis.ParseCatalogue(analysis.CatalogueFile, []byte(madeActs))
	if err != nil {
		t.Fatal(err)
	}
	e, err := Load(fstest.MapFS{analysis.CatalogueFile: {Data: []byte(madeActs)}, "lexicon/zh/a.yaml": {Data: []byte(lexicon)}}, cat)
	if err != nil {
		t.Fatal(err)
	}
	o := newOracle(e, conversation.Chinese, nil)
	r := rand.New(rand.NewPCG(4, 4))
	for range 12 {
		var text strings.Builder
		for range 7000 {
			text.WriteString(append(words, "您", "您", "，", "，")[r.IntN(12)])
		}
		check(t, o, analysis.Utterance{Lang: conversation.Chinese, Role: conversation.Agent, Text: text.String()})
		if o.wearied {
			t.Fatal("more is heard than the engine keeps")
		}
	}
}

// FuzzHearsAsTheOracle looks for a text that the engine and the oracle hear
// differently.
func FuzzHearsAsTheOracle(f *testing.F) {
	e, items := shipped(f)
	for i := 0; i < len(items); i += len(items) / 20 {
		f.Add(items[i].Text, items[i].Lang == conversation.English, items[i].Role == conversation.Customer)
	}
	oracles := shippedOracles(f, e)
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
		check(t, oracles[u.Lang], u)
	})
}
