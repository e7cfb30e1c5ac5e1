package result

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/training"
	"github.com/lianxi-cc/lianxi/web/ui"
)

func TestPieces(t *testing.T) {
	for _, tc := range []struct {
		name  string
		text  string
		spans []span
		want  []Piece
	}{
		{"nothing", "您好", nil, []Piece{{Text: "您好"}}},
		{"empty", "", []span{{from: 0, to: 3, ref: 1}}, nil},
		{"middle", "这个不清楚啊", []span{{from: 2, to: 5, ref: 1}}, []Piece{{Text: "这个"}, {Text: "不清楚", Ref: 1}, {Text: "啊"}}},
		{"whole", "好的", []span{{from: 0, to: 2, ref: 1, good: true}}, []Piece{{Text: "好的", Ref: 1, Good: true}}},
		{"beyond the end", "好的", []span{{from: 1, to: 9, ref: 1}}, []Piece{{Text: "好"}, {Text: "的", Ref: 1}}},
		{"before the start", "好的", []span{{from: -3, to: 1, ref: 1}}, []Piece{{Text: "好", Ref: 1}, {Text: "的"}}},
		{"advice over praise", "您先等", []span{{from: 0, to: 3, ref: 2, good: true}, {from: 1, to: 2, ref: 1}},
			[]Piece{{Text: "您", Ref: 2, Good: true}, {Text: "先", Ref: 1}, {Text: "等", Ref: 2, Good: true}}},
		{"side by side", "你等", []span{{from: 0, to: 1, ref: 1}, {from: 1, to: 2, ref: 2}}, []Piece{{Text: "你", Ref: 1}, {Text: "等", Ref: 2}}},
		{"astral", "😀好", []span{{from: 1, to: 2, ref: 1}}, []Piece{{Text: "😀"}, {Text: "好", Ref: 1}}},
	} {
		if got := pieces([]rune(tc.text), tc.spans); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

// sample is a short call with a good line, a fault, and something missing.
func sample(t *testing.T) Source {
	t.Helper()
	acts, err := analysis.LoadCatalogue(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	item := func(name string, weight int) scorecard.Item {
		return scorecard.Item{ID: name, Title: scorecard.Text{"zh": "项目" + name, "en": "item " + name}, Weight: weight}
	}
	card := &scorecard.Card{ID: "general", Title: scorecard.Text{"en": "General"}, Sections: []scorecard.Section{
		{ID: "a", Title: scorecard.Text{"en": "A"}, Items: []scorecard.Item{item("greet", 3), item("noes", 10)}},
		{ID: "b", Title: scorecard.Text{"en": "B"}, Items: []scorecard.Item{item("close", 3), item("out", 5)}},
		{ID: "red", Title: scorecard.Text{"en": "Red"}, Items: []scorecard.Item{item("insult", 0)}},
		{ID: "na", Title: scorecard.Text{"en": "NA"}, Items: []scorecard.Item{item("never", 2)}},
	}}
	turn := func(r conversation.Role, text string) conversation.Turn {
		return conversation.Turn{Role: r, Text: text}
	}
	return Source{Mine: true, Acts: acts, Card: card,
		Conversation: conversation.Conversation{ID: "c", Lang: conversation.Chinese, Turns: []conversation.Turn{
			turn(conversation.Customer, "喂"), turn(conversation.Agent, "您好，工号3016"), turn(conversation.Customer, "行"), turn(conversation.Agent, "这个不清楚")}},
		Result: score.Result{Score: 785, Raw: 785, Items: []score.Item{
			{ID: "greet", Verdict: scorecard.Met, Points: 30, Max: 30, Evidence: []score.Evidence{{Turn: 2, ToTurn: 2, To: 1, Act: "agree"}, {Turn: 1, ToTurn: 1, To: 2, Act: "greet"}}},
			{ID: "noes", Verdict: scorecard.Missed, Max: 100, Evidence: []score.Evidence{{Turn: 3, ToTurn: 3, From: 2, To: 5, Act: "three-noes", Feeling: "不专业", Better: "我帮您查"}}},
			{ID: "close", Verdict: scorecard.Partly, Points: 15, Max: 30, Reason: "没有道别", Evidence: []score.Evidence{{Turn: 2, ToTurn: 3}}},
			{ID: "out", Verdict: scorecard.NA, Max: 50}, {ID: "never", Verdict: scorecard.NA, Max: 20},
			{ID: "insult", Verdict: scorecard.Met},
		}},
		Call: &training.View{Moods: []scenario.MoodAt{{Turn: -1, Mood: scenario.Mood{Irritation: 200, Trust: 500}}, {Turn: 2, Mood: scenario.Mood{Irritation: 500, Trust: 500}}}},
		Told: []Told{{Item: "noes", Why: "设备故障"}},
	}
}

func reader(t *testing.T) ui.Reader {
	t.Helper()
	return readerIn(t, locale.English)
}

func readerIn(t *testing.T, lang locale.Lang) ui.Reader {
	t.Helper()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return ui.Reader{Printer: c.Printer(lang, time.UTC)}
}

func TestFill(t *testing.T) {
	var p Page
	sample(t).fill(reader(t), &p)
	if p.Total != "78.5" {
		t.Errorf("total %s", p.Total)
	}
	if want := "What went best: “item greet”, when you said “您好，工号3016”."; p.Best != want {
		t.Errorf("best %q, want %q: the customer's own words are no praise", p.Best, want)
	}
	if want := "Next time, instead of “不清楚”, try “我帮您查”."; p.Next != want {
		t.Errorf("next %q, want %q", p.Next, want)
	}
	wantSections := []ui.Section{{Title: "A", Share: 230, Value: "23"}, {Title: "B", Share: 500, Value: "50"}, {Title: "NA", Share: -1}}
	if !slices.Equal(p.Sections, wantSections) {
		t.Errorf("sections %v, want %v", p.Sections, wantSections)
	}
	if len(p.Mood) != 2 || p.Mood[0].Low || !p.Mood[1].Low || p.Mood[1].URL != "#turn-2" || p.Mood[1].Level != 500 {
		t.Errorf("mood %v", p.Mood)
	}
	if len(p.Items) != 6 || p.Items[1].Told == nil || p.Items[0].Told != nil {
		t.Errorf("items %v", p.Items)
	}
}

func TestRemarksStandBesideTheirWords(t *testing.T) {
	var p Page
	turns := sample(t).turns(reader(t), conversation.English, &p)
	last := turns[3]
	if len(last.Remarks) != 2 || last.Remarks[0].Kind != Advice || last.Remarks[0].Said != "不清楚" || last.Remarks[0].Told == nil {
		t.Fatalf("remarks of the last turn: %+v", last.Remarks)
	}
	if last.Remarks[1].Kind != Absent || last.Remarks[1].Reason != "没有道别" {
		t.Errorf("what was not heard: %+v", last.Remarks[1])
	}
	if turns[1].Remarks[0].Kind != Praise || turns[1].Pieces[0] != (Piece{Text: "您好", Ref: 1, Good: true}) {
		t.Errorf("praise: %+v %+v", turns[1].Remarks, turns[1].Pieces)
	}
	if len(p.Unheard) != 0 {
		t.Errorf("unheard %v", p.Unheard)
	}
}

// TestWhatTheWholeCallLacksStandsBelowIt: also when the call is short; a stretch of
// it keeps the remark beside its words.
func TestWhatTheWholeCallLacksStandsBelowIt(t *testing.T) {
	for name, c := range map[string]struct {
		evidence score.Evidence
		below    bool
	}{
		"all of it":     {score.Evidence{Turn: 0, ToTurn: 3}, true},
		"all but one":   {score.Evidence{Turn: 1, ToTurn: 3}, false},
		"its beginning": {score.Evidence{Turn: 0, ToTurn: 2}, false},
	} {
		s := sample(t)
		s.Result.Items[2].Evidence = []score.Evidence{c.evidence}
		var p Page
		turns := s.turns(reader(t), conversation.English, &p)
		beside := slices.ContainsFunc(turns, func(t Turn) bool {
			return slices.ContainsFunc(t.Remarks, func(m Remark) bool { return m.Item == "close" })
		})
		if below := len(p.Unheard) == 1; below != c.below || beside == c.below {
			t.Errorf("%s: below the call %v, beside its words %v", name, below, beside)
		}
	}
}

// TestBrokenEvidence: evidence that points outside the call is left out.
func TestBrokenEvidence(t *testing.T) {
	s := sample(t)
	s.Result.Items[1].Evidence = []score.Evidence{{Turn: 99, To: 3}, {Turn: -1, To: 3}, {Turn: 3, ToTurn: 99, From: 1, To: 2}, {Turn: 0, ToTurn: 99}}
	var p Page
	if got := s.turns(reader(t), conversation.English, &p); len(got) != 4 {
		t.Errorf("%d turns", len(got))
	}
}

func TestNothingToSay(t *testing.T) {
	s := sample(t)
	s.Result.Items, s.Call.Moods, s.Conversation.Turns = nil, nil, nil
	var p Page
	s.fill(reader(t), &p)
	if p.Best == "" || p.Next == "" || len(p.Turns) != 0 {
		t.Errorf("an empty call: %+v", p)
	}
}

// kept is results as a store has them: of all conversations asked for, the latest
// first.
type kept struct {
	Results
	records []score.Record
	reads   int
}

func (k *kept) Of(_ context.Context, cs ...id.Conversation) (out []score.Record, err error) {
	k.reads++
	for _, r := range k.records {
		if slices.Contains(cs, r.Conversation) {
			out = append(out, r)
		}
	}
	return out, nil
}

func TestTheMarksOfManyConversationsAreOneRead(t *testing.T) {
	store := &kept{records: []score.Record{
		{ID: "r5", Conversation: "trial", Method: score.OnTrial, Score: 100},
		{ID: "r4", Conversation: "corrected", Method: score.ByPerson, Corrects: "r2", Score: 900},
		{ID: "r3", Conversation: "plain", Method: score.ByRule, Score: 875},
		{ID: "r2", Conversation: "corrected", Method: score.ByRule, Score: 400},
		{ID: "r1", Conversation: "plain", Method: score.ByRule, Score: 300},
	}}
	got, err := Pages{Results: store}.Marks(t.Context(), "plain", "corrected", "trial", "none")
	want := map[id.Conversation]string{"plain": "87.5", "corrected": "90"}
	if err != nil || !maps.Equal(got, want) || store.reads != 1 {
		t.Errorf("%v in %d reads, want %v in one (%v)", got, store.reads, want, err)
	}
}
