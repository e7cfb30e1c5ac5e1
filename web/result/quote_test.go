package result

import (
	"testing"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
)

func TestUnnumbered(t *testing.T) {
	for title, want := range map[string]string{
		"六、提出方案": "提出方案", "十二、收尾": "收尾", "3 Encourages to let it out": "Encourages to let it out", "2. Greets": "Greets",
		"一句话说清": "一句话说清", "24 hours are kept": "24 hours are kept", "Greets": "Greets", "": "", "7": "7",
	} {
		if got := unnumbered(title); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
}

func TestAround(t *testing.T) {
	const sentence, clause = "。！？；!?;.\n", "。！？；!?;.\n，,"
	for _, tc := range []struct {
		text, stops string
		from, to    int
		want        string
	}{
		{"您好，工号3016。请讲", sentence, 0, 2, "您好，工号3016"},
		{"您好，工号3016。请讲", clause, 0, 2, "您好"},
		{"Hi. So what's the address on file? Thanks.", sentence, 7, 13, " So what's the address on file"},
		{"It costs 3.50 a month. Fine", sentence, 3, 8, "It costs 3.50 a month"},
		{"好", sentence, -4, 9, "好"},
	} {
		text := []rune(tc.text)
		from, to := around(text, tc.from, tc.to, tc.stops)
		if got := string(text[from:to]); got != tc.want {
			t.Errorf("%q: %q, want %q", tc.text, got, tc.want)
		}
	}
}

// TestQuoteKeepsOffRemarks: words with a remark beside them are no praise.
func TestQuoteKeepsOffRemarks(t *testing.T) {
	s := sample(t)
	s.Result.Items[0].Evidence = []score.Evidence{{Turn: 3, ToTurn: 3, From: 0, To: 2, Act: "greet"}}
	if got := s.quote(&s.Result.Items[0]); got != "" {
		t.Errorf("quoted %q", got)
	}
}

// TestTheSameFaultHasOneCard, at its first place; the others keep their underline.
func TestTheSameFaultHasOneCard(t *testing.T) {
	s := sample(t)
	e := s.Result.Items[1].Evidence[0]
	other := e
	other.Turn, other.ToTurn, other.From, other.To = 1, 1, 3, 5
	s.Result.Items[1].Evidence = []score.Evidence{other, e}
	var p Page
	turns := s.turns(reader(t), conversation.English, &p)
	if cards := turns[1].Remarks; len(cards) != 2 || cards[1].Times != 2 {
		t.Errorf("the first place: %+v", cards)
	}
	for _, m := range turns[3].Remarks {
		if m.Kind == Advice {
			t.Errorf("a second card: %+v", m)
		}
	}
	if last := turns[3].Pieces[1]; last.Card != 2 || last.Ref == 0 {
		t.Errorf("the second place: %+v", last)
	}
}

// TestEarnedWordsAreNoCause: what earned a part of the points is not shown as
// what the customer minded.
func TestEarnedWordsAreNoCause(t *testing.T) {
	s := sample(t)
	s.Result.Items[2] = score.Item{ID: "close", Verdict: scorecard.Partly, Points: 15, Max: 30, Reason: "没有道别",
		Evidence: []score.Evidence{{Turn: 1, ToTurn: 1, To: 2, Act: "greet", Feeling: "被打发", Better: "祝您愉快"}}}
	var p Page
	for _, turn := range s.turns(reader(t), conversation.English, &p) {
		for _, m := range turn.Remarks {
			if m.Item == "close" && (m.Kind != Absent || m.Said != "" || m.Feeling != "" || m.Better != "祝您愉快") {
				t.Errorf("%+v", m)
			}
		}
	}
}
