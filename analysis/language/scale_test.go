package language

import (
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// slowSums adds up a model as its comment says: every trait once, by its key.
func slowSums(h *hearing, m *Model, marks []mark) []int32 {
	sums := slices.Clone(m.Bias)
	seen := map[uint64]bool{}
	add := func(key uint64) {
		at, ok := slices.BinarySearchFunc(m.Rows, key, func(r Row, key uint64) int {
			if r.Key < key {
				return -1
			}
			return int(min(r.Key-key, 1))
		})
		if !ok || seen[key] {
			return
		}
		seen[key] = true
		for _, w := range m.Rows[at].Weights {
			sums[w.Act] += int32(w.Value)
		}
	}
	h.traits(func(key uint64, _, _ int) { add(key) })
	for _, x := range marks {
		add(HeardTrait(h.e.acts.names[x.act]))
	}
	return sums
}

func TestWeighsEveryTraitOnce(t *testing.T) {
	e, items := shipped(t)
	models := map[conversation.Lang]*Model{}
	for _, lang := range languages {
		m, err := loadModel(os.DirFS("../../content"), lang)
		if err != nil || m == nil {
			t.Fatal(m, err)
		}
		models[lang] = m
	}
	r := rand.New(rand.NewPCG(2, 2))
	long := ""
	for i := 0; i < len(items); i += 37 {
		u := items[i].Utterance()
		u.Text = garble(r, u.Text)
		if long += u.Text; i%50 == 0 {
			u.Text = long // many rows: the lanes run full
		}
		if len(long) > 4000 {
			long = ""
		}
		v, m := e.voices[u.Lang], models[u.Lang]
		h := newHearing(e, v)
		h.listen(u, len(u.Context))
		marks := slices.Clone(h.worded())
		s := v.scales[speakerOf(u.Role)]
		want := slowSums(h, m, marks)
		for lane, got := range h.weigh(s, marks) {
			a := e.acts.names[s.acts[lane]]
			if at, _ := slices.BinarySearch(m.Acts, a); got != want[at] {
				t.Fatalf("%q: %s weighs %d, slowly %d", u.Text, a, got, want[at])
			}
		}
	}
}

func TestPageKeepsWhatWasWritten(t *testing.T) {
	var p page
	var got []string
	for i := range 5000 {
		got = append(got, p.write([]byte{'a' + byte(i%26), 'b', byte('0' + i%10)}))
	}
	long := p.write(make([]byte, 3*pageSize))
	for i, s := range got {
		if s != string([]byte{'a' + byte(i%26), 'b', byte('0' + i%10)}) {
			t.Fatalf("text %d became %q", i, s)
		}
	}
	if len(long) != 3*pageSize {
		t.Errorf("a long text has %d bytes", len(long))
	}
}

// TestHearsACallAsItsRecord: what is kept of a call between its utterances
// changes nothing, nor do other calls in between.
func TestHearsACallAsItsRecord(t *testing.T) {
	e, items := shipped(t)
	r := rand.New(rand.NewPCG(3, 3))
	calls := []conversation.Conversation{
		{Lang: conversation.Chinese, Channel: conversation.Phone, Direction: conversation.Inbound},
		{Lang: conversation.Chinese, Channel: conversation.Chat, Direction: conversation.Outbound},
		{Lang: conversation.Chinese, Channel: conversation.Phone, Direction: conversation.Inbound},
	}
	for len(calls[0].Turns) < 40 {
		if it := items[r.IntN(len(items))]; it.Lang == conversation.Chinese {
			for i := range calls {
				role := it.Role
				if i == 2 && r.IntN(3) == 0 { // the same words from somebody else
					role = conversation.Customer
				}
				calls[i].Turns = append(calls[i].Turns, conversation.Turn{Role: role, Text: it.Text})
			}
		}
	}
	got := make([][]analysis.Finding, len(calls))
	for at := range calls[0].Turns {
		for i, c := range calls {
			u := analysis.Utterance{Lang: c.Lang, Channel: c.Channel, Direction: c.Direction,
				Role: c.Turns[at].Role, Text: c.Turns[at].Text, Context: c.Turns[:at]}
			found := append(e.Acts(u), e.Signals(u)...)
			sortFindings(found)
			for _, f := range found {
				f.Turn = at
				got[i] = append(got[i], f)
			}
		}
	}
	for i, c := range calls {
		if want := e.Conversation(c); !slices.Equal(got[i], want) {
			t.Errorf("call %d is heard as\n%v\nits record as\n%v", i, got[i], want)
		}
	}
}
