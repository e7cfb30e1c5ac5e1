package score_test

import (
	"bytes"
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/score"
)

// heardTalks are conversations with the acts that people labelled in them.
func heardTalks(t testing.TB) (talks []conversation.Conversation, found [][]analysis.Finding) {
	hear := handLabelled(t, "testdata/public-acts.txt")
	for _, r := range readRated(t, "../testdata/conversations-public.jsonl") {
		talks = append(talks, r.conv)
		found = append(found, hear(r.conv))
	}
	return talks, found
}

// TestAScorerForgetsTheConversationBefore judges many conversations by all
// cards in one scorer, and each in a new one.
func TestAScorerForgetsTheConversationBefore(t *testing.T) {
	p := loadPack(t)
	talks, found := heardTalks(t)
	old := score.NewScorer(p.cat)
	for i := range talks {
		for _, card := range p.cards {
			got := old.Score(card, &talks[i], found[i], score.Versions{}).AppendJSON(nil)
			want := score.NewScorer(p.cat).Score(card, &talks[i], found[i], score.Versions{}).AppendJSON(nil)
			if !bytes.Equal(got, want) {
				t.Fatalf("%s by %s:\n%s\nwant\n%s", talks[i].ID, card.ID, got, want)
			}
		}
	}
}

func TestACloneOutlivesTheNextConversation(t *testing.T) {
	p := loadPack(t)
	talks, found := heardTalks(t)
	card, s := p.card(t, "general"), score.NewScorer(p.cat)
	first := s.Score(card, &talks[0], found[0], score.Versions{})
	want := first.AppendJSON(nil)
	kept := first.Clone()
	for i := range talks {
		s.Score(card, &talks[i], found[i], score.Versions{})
	}
	if got := kept.AppendJSON(nil); !bytes.Equal(got, want) {
		t.Errorf("the clone became\n%s\nit was\n%s", got, want)
	}
}

func TestAScorerDoesNotAllocate(t *testing.T) {
	p := loadPack(t)
	talks, found := heardTalks(t)
	for _, card := range p.cards {
		s := score.NewScorer(p.cat)
		all := func() {
			for i := range talks {
				s.Score(card, &talks[i], found[i], score.Versions{})
			}
		}
		all()
		if n := testing.AllocsPerRun(3, all); n > 0 {
			t.Errorf("%s: %.0f allocations for %d conversations", card.ID, n, len(talks))
		}
	}
}
