package train_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/analysis/language/measure"
	"github.com/lianxi-cc/lianxi/analysis/language/train"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/conversation"
)

// hand makes utterances by one hand: apologies and reassurances in words of
// which half stand in no lexicon.
func hand(name string, n int) train.Set {
	s := train.Set{Name: name}
	for i := range n {
		it := measure.Item{ID: fmt.Sprint(name, i), Lang: conversation.English, Role: conversation.Agent,
			Text: fmt.Sprintf("item %d blimey the whatsit went wonky", i), Acts: []analysis.Act{"apologise"}}
		if i%2 == 0 {
			it.Text, it.Acts = fmt.Sprintf("item %d the gubbins sits happily on the shelf", i), nil
		}
		s.Items = append(s.Items, it)
	}
	return s
}

func loader(t testing.TB) (*analysis.Catalogue, func(words []string) (*language.Engine, error)) {
	t.Helper()
	cat, err := analysis.LoadCatalogue(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	return cat, func(words []string) (*language.Engine, error) {
		return language.LoadWith(content.FS, cat, map[conversation.Lang]*language.Model{conversation.English: {Words: words}})
	}
}

// taught returns a model trained on the sets, and the engine with it.
func taught(t *testing.T, cat *analysis.Catalogue, load func([]string) (*language.Engine, error), sets []train.Set) (*language.Model, *language.Engine) {
	t.Helper()
	m, err := train.Model(cat, conversation.English, load, sets)
	if err != nil {
		t.Fatal(err)
	}
	e, err := language.LoadWith(content.FS, cat, map[conversation.Lang]*language.Model{conversation.English: m})
	if err != nil {
		t.Fatal(err)
	}
	return m, e
}

func TestAModelHearsWhatNoWordingForesaw(t *testing.T) {
	cat, load := loader(t)
	sets := []train.Set{hand("a", 40), hand("b", 40)}
	m, e := taught(t, cat, load, sets)
	got := e.Acts(analysis.Utterance{Lang: conversation.English, Role: conversation.Agent, Text: "Blimey, the whatsit went wonky again."})
	if len(got) != 1 || got[0].Act != "apologise" || got[0].Sure >= 1000 || got[0].To <= got[0].From {
		t.Errorf("heard %+v, want one apology that the model found", got)
	}
	again, err := train.Model(cat, conversation.English, load, sets)
	if err != nil || !bytes.Equal(m.Encode(), again.Encode()) {
		t.Errorf("the same utterances gave another model (%v)", err)
	}
}

func TestTrainingNeedsTwoUnseenHands(t *testing.T) {
	cat, load := loader(t)
	seen := hand("b", 4)
	seen.Seen = true
	if _, err := train.Model(cat, conversation.English, load, []train.Set{hand("a", 4), seen}); !errors.Is(err, train.ErrUnseen) {
		t.Errorf("got %v", err)
	}
}

func TestASignalIsLearntFromUtterancesLabelledForSignals(t *testing.T) {
	cat, load := loader(t)
	// Labelled for acts of service, the words of the signal carry no label: of
	// an act in which it may hide they say nothing.
	gubbins := func(name string, n int, of string, acts ...analysis.Act) train.Set {
		s := hand(name, n)
		for i := range s.Items {
			s.Items[i].Of = of
			if s.Items[i].Acts == nil {
				s.Items[i].Acts = acts
			} else {
				s.Items[i].Acts = nil
			}
		}
		return s
	}
	sets := []train.Set{
		gubbins("a", 40, "red-lines", "guarantees"), gubbins("b", 40, "red-lines", "guarantees"),
		gubbins("c", 60, "", "over-promise"), gubbins("d", 60, "", "over-promise"),
	}
	_, e := taught(t, cat, load, sets)
	u := analysis.Utterance{Lang: conversation.English, Role: conversation.Agent, Text: "The gubbins sits happily on the shelf."}
	if got := e.Signals(u); len(got) != 1 || got[0].Act != "guarantees" {
		t.Errorf("heard the signals %+v, want guarantees", got)
	}
	if got := e.Acts(u); len(got) != 1 || got[0].Act != "over-promise" {
		t.Errorf("heard the acts %+v, want over-promise", got)
	}
}
