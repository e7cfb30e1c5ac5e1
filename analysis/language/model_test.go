package language_test

import (
	"bytes"
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/conversation"
)

func FuzzDecodeModel(f *testing.F) {
	small := language.Model{Words: []string{"a"}, Acts: []analysis.Act{"greet"}, Bias: []int32{-5}, Wordings: []uint32{7},
		Rows: []language.Row{{Key: 9, Weights: []language.Weight{{Act: 0, Value: -3}}}}}
	f.Add(small.Encode())
	f.Add([]byte("lianxi-model 2\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := language.DecodeModel(text)
		if err != nil {
			return
		}
		again, err := language.DecodeModel(m.Encode())
		if err != nil || !bytes.Equal(m.Encode(), again.Encode()) {
			t.Errorf("what was decoded does not encode to itself: %v", err)
		}
	})
}

// TestModelsFitTheLexicon fails when the wordings have moved so far from the
// models that these should be trained anew (docs/lexicon.md).
func TestModelsFitTheLexicon(t *testing.T) {
	e := builtIn(t)
	for _, lang := range []conversation.Lang{conversation.Chinese, conversation.English} {
		text, err := content.FS.ReadFile("lexicon/" + string(lang) + "/model.bin")
		if err != nil {
			t.Fatal(err)
		}
		m, err := language.DecodeModel(text)
		if err != nil {
			t.Fatalf("%s: %v", lang, err)
		}
		known := map[uint32]bool{}
		for _, w := range m.Wordings {
			known[w] = true
		}
		now, strange := e.Wordings(lang), 0
		for _, w := range now {
			if !known[w] {
				strange++
			}
		}
		if strange*10 > len(now) {
			t.Errorf("%s: %d of %d wordings are newer than the model; run lianxi lexicon train", lang, strange, len(now))
		}
	}
}
