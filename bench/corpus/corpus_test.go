package corpus_test

import (
	"os"
	"reflect"
	"testing"

	"github.com/lianxi-cc/lianxi/bench/corpus"
	"github.com/lianxi-cc/lianxi/conversation"
)

func TestSameSeedSameConversation(t *testing.T) {
	s, err := corpus.Open(os.DirFS("../../content"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[conversation.Lang]int{}
	for n := range 200 {
		c := s.Conversation(1, n, 60)
		if !reflect.DeepEqual(c, s.Conversation(1, n, 60)) {
			t.Fatalf("conversation %d differs from itself", n)
		}
		line, err := conversation.EncodeJSONL(c)
		if err != nil {
			t.Fatal(err)
		}
		back, err := conversation.DecodeJSONL(line)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(c, back) {
			t.Fatalf("conversation %d does not survive being written", n)
		}
		if len(c.Turns) != 60 {
			t.Fatalf("%d turns, want 60", len(c.Turns))
		}
		seen[c.Lang]++
	}
	if seen[conversation.Chinese] < 120 || seen[conversation.English] < 30 {
		t.Errorf("languages: %v", seen)
	}
}
