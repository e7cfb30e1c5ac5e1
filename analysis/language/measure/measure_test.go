package measure_test

import (
	"io/fs"
	"math"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language/measure"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/conversation"
)

func catalogue(t *testing.T) *analysis.Catalogue {
	t.Helper()
	cat, err := analysis.LoadCatalogue(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// reader finds the acts whose ids stand in the text, and the signals, which
// have an exclamation mark before theirs.
type reader struct{}

func (reader) Acts(u analysis.Utterance) []analysis.Finding { return found(u, false) }

func (reader) Signals(u analysis.Utterance) []analysis.Finding { return found(u, true) }

func found(u analysis.Utterance, signals bool) []analysis.Finding {
	var out []analysis.Finding
	for _, w := range strings.Fields(u.Text) {
		if id, signal := strings.CutPrefix(w, "!"); signal == signals {
			out = append(out, analysis.Finding{Act: analysis.Act(id)})
		}
	}
	return out
}

func TestTake(t *testing.T) {
	items := []measure.Item{
		{ID: "1", Role: "agent", Text: "greet greet three-noes", Acts: []analysis.Act{"greet"}, Not: []analysis.Act{"three-noes", "thanks"}},
		{ID: "2", Role: "agent", Text: "greet", Acts: []analysis.Act{"greet", "own"}, Not: []analysis.Act{"argue"}},
		{ID: "3", Role: "customer", Text: "thanks", Acts: []analysis.Act{"thanks"}},
	}
	r := measure.Take(catalogue(t), items, 7, reader{})
	if r.Pooled != (measure.Count{Right: 3, Wrong: 1, Missed: 1}) || r.Micro != 0.75 {
		t.Errorf("pooled %+v, micro %v", r.Pooled, r.Micro)
	}
	if r.Macro != 0.5 { // greet 1, thanks 1, own 0, three-noes 0
		t.Errorf("macro %v", r.Macro)
	}
	if r.Faults != (measure.Count{Wrong: 1}) || r.Tempting != (measure.Share{Hits: 1, Of: 2}) || r.FaultsTempt != (measure.Share{Hits: 1, Of: 2}) {
		t.Errorf("faults %+v, tempting %+v, of faults %+v", r.Faults, r.Tempting, r.FaultsTempt)
	}
	if len(r.Misses) != 2 || r.Misses[0].Item.ID != "1" || r.Misses[0].Lured != 1 {
		t.Errorf("misses %+v", r.Misses)
	}
	again := measure.Take(catalogue(t), items, 7, reader{})
	if again.MicroRange != r.MicroRange || again.MacroRange != r.MacroRange || r.MicroRange.Low > r.Micro || r.MicroRange.High < r.Micro {
		t.Errorf("intervals %+v and %+v around %v", r.MicroRange, again.MicroRange, r.Micro)
	}
}

func TestAnItemIsMeasuredByWhatItIsLabelledFor(t *testing.T) {
	items := []measure.Item{
		{ID: "1", Role: "agent", Text: "greet !urges-lie", Acts: []analysis.Act{"greet"}},
		{ID: "2", Role: "agent", Text: "greet !urges-lie !serves", Acts: []analysis.Act{"urges-lie"}, Of: "red-lines"},
		{ID: "3", Role: "agent", Text: "greet !urges-lie", Not: []analysis.Act{"urges-lie"}, Of: "red-lines"},
	}
	r := measure.Take(catalogue(t), items, 7, reader{})
	if r.Pooled != (measure.Count{Right: 2, Wrong: 1}) || r.Tempting != (measure.Share{Hits: 1, Of: 1}) {
		t.Errorf("pooled %+v, tempting %+v", r.Pooled, r.Tempting)
	}
}

func TestWilson(t *testing.T) {
	low, high := measure.Share{Hits: 19, Of: 20}.Wilson()
	if math.Abs(low-.7639) > 1e-4 || math.Abs(high-.9911) > 1e-4 {
		t.Errorf("19 of 20 = %v to %v", low, high)
	}
	if low, high := (measure.Share{}).Wilson(); low != 0 || high != 1 {
		t.Errorf("nothing = %v to %v", low, high)
	}
}

func TestReadRefuses(t *testing.T) {
	const line = `{"id":"a","lang":"zh","role":"agent","text":"好","acts":[],"not":[]}` + "\n"
	for name, tt := range map[string]struct{ text, want string }{
		"twice": {line + line, "x:2"},
		"json":  {line + "\n{", "x:3"},
		"field": {`{"id":"a","role":"agent","txt":""}`, "x:1"},
		"role":  {`{"id":"a","role":"robot"}`, "x:1"},
	} {
		if _, err := measure.Read("x", strings.NewReader(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", name, err, tt.want)
		}
	}
	if items, err := measure.Read("x", strings.NewReader(line)); err != nil || len(items) != 1 {
		t.Errorf("got %v, %v", items, err)
	}
}

// TestLabelledSets checks the sets that tune the lexicon: known acts of the
// right speaker, and no two utterances nearly alike.
func TestLabelledSets(t *testing.T) {
	cat := catalogue(t)
	byLang := map[conversation.Lang][]measure.Item{}
	root := os.DirFS("../../../content") // the sets are no part of the pack
	names, err := fs.Glob(root, "labelled/*.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		f, err := root.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		items, err := measure.Read(path.Base(name), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range items {
			for _, a := range it.Acts {
				if info, ok := cat.Act(a); !ok || info.Speaker() != it.Role {
					t.Errorf("%s: a turn of the %s cannot carry %s", it.ID, it.Role, a)
				}
			}
			byLang[it.Lang] = append(byLang[it.Lang], it)
		}
	}
	if n := len(byLang[conversation.Chinese]); n < 1500 {
		t.Errorf("%d Chinese utterances, at least 1500 are wanted", n)
	}
	for _, items := range byLang {
		for _, pair := range measure.Alike(items, 0.8) {
			t.Errorf("%s and %s are nearly alike", pair[0].ID, pair[1].ID)
		}
	}
}
