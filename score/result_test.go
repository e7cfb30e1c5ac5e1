package score_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestResultsKeepTheirBytes holds results of all cards against golden files:
// what a result says must change only where a card or the engine does.
func TestResultsKeepTheirBytes(t *testing.T) {
	p := loadPack(t)
	const file = "testdata/results.golden"
	var out bytes.Buffer
	for _, s := range append(readScripts(t, "testdata/zh.txt")[:3], readScripts(t, "testdata/en.txt")[:3]...) {
		for _, card := range p.cards {
			r := s.result(p, card)
			r.Versions.Scorecard = "1.golden"
			data, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			out.Write(append(data, '\n'))
		}
	}
	if *update {
		if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(want, out.Bytes()) {
		t.Errorf("results differ from %s (run with -update if that is meant): %v", file, err)
	}
}

func TestTheOrderOfFindingsDoesNotMatter(t *testing.T) {
	p := loadPack(t)
	for _, s := range readScripts(t, "testdata/zh.txt") {
		one, _ := json.Marshal(s.result(p, p.card(t, "general")))
		before := slices.Clone(s.found)
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(s.found), func(i, j int) { s.found[i], s.found[j] = s.found[j], s.found[i] })
		shuffled := slices.Clone(s.found)
		two, _ := json.Marshal(s.result(p, p.card(t, "general")))
		if !bytes.Equal(one, two) {
			t.Errorf("%s: another order gives another result", s.conv.ID)
		}
		if !slices.Equal(s.found, shuffled) || len(before) != len(s.found) {
			t.Error("the caller's findings were changed")
		}
	}
}

func TestTheShapeOfAResult(t *testing.T) {
	p := loadPack(t)
	s := readScripts(t, "testdata/en.txt")[0]
	data, _ := json.Marshal(s.result(p, p.card(t, "general")))
	var got map[string]json.RawMessage
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"id", "scorecard", "versions", "raw", "score", "auto_fail", "items"} {
		if _, ok := got[key]; !ok {
			t.Errorf("no %q in %s", key, data)
		}
	}
	if len(got) != 7 || string(got["auto_fail"]) != "[]" {
		t.Errorf("%d keys, auto_fail %s", len(got), got["auto_fail"])
	}
	var items []map[string]json.RawMessage
	if err := json.Unmarshal(got["items"], &items); err != nil {
		t.Fatal(err)
	}
	for _, it := range items {
		if len(it) != 6 || string(it["evidence"]) == "null" || string(it["reason"]) == `""` {
			t.Errorf("item %v", it)
		}
	}
}

func TestWhatIsAbsentNamesTheWindowSearched(t *testing.T) {
	p := loadPack(t)
	for _, s := range readScripts(t, "testdata/zh.txt") {
		if s.conv.ID != "zc07" {
			continue
		}
		it := s.result(p, p.card(t, "general")).Item("anything-else")
		if it.Verdict != scorecard.Missed || len(it.Evidence) != 1 {
			t.Fatalf("%+v", it)
		}
		if e := it.Evidence[0]; e.Turn != 0 || e.ToTurn != len(s.conv.Turns)-1 || e.From != 0 || e.To != 0 || e.Better == "" || e.Feeling == "" {
			t.Errorf("%+v", e)
		}
		if !strings.Contains(it.Reason, "查看了整通对话") {
			t.Errorf("the reason names no window: %s", it.Reason)
		}
	}
}

// TestNothingSaidIsNotJudged: silence is no merit and no fault.
func TestNothingSaidIsNotJudged(t *testing.T) {
	p := loadPack(t)
	blank := conversation.Turn{Role: conversation.Agent, Text: " \n", Start: -1, End: -1}
	noise := conversation.Turn{Role: conversation.System, Text: "接通", Start: -1, End: -1}
	for _, card := range p.cards {
		for _, turns := range [][]conversation.Turn{nil, {blank}, {noise, blank}} {
			r := score.Score(card, conversation.Conversation{Lang: conversation.Chinese, Turns: turns}, nil, p.cat, score.Versions{})
			if !r.NA || r.Score != 0 || r.String() != "–" || len(r.AutoFail) > 0 {
				t.Errorf("%s of %d turns: score %s, na %v, fails %v", card.ID, len(turns), r.Score, r.NA, r.AutoFail)
			}
			for _, it := range r.Items {
				if it.Verdict != scorecard.NA || it.Reason == "" {
					t.Errorf("%s: %+v", card.ID, it)
				}
			}
		}
	}
}

// TestAMetAbsenceNamesTheWindowSearched: what was not done is proved by where
// it was looked for.
func TestAMetAbsenceNamesTheWindowSearched(t *testing.T) {
	p := loadPack(t)
	for _, s := range readScripts(t, "testdata/zh.txt") {
		for _, it := range s.result(p, p.card(t, "general")).Items {
			if it.Verdict != scorecard.NA && len(it.Evidence) == 0 {
				t.Errorf("%s: %s is %s without evidence", s.conv.ID, it.ID, it.Verdict)
			}
		}
	}
}

func TestFaultsSayWhatTheCustomerFelt(t *testing.T) {
	p := loadPack(t)
	for _, s := range readScripts(t, "testdata/zh.txt") {
		it := s.result(p, p.card(t, "general")).Item("no-prohibited-wording")
		if it.Verdict == scorecard.Met || it.Verdict == scorecard.NA {
			continue
		}
		for _, e := range it.Evidence {
			if e.Act == "" || e.Feeling == "" || e.Better == "" {
				t.Errorf("%s: %+v", s.conv.ID, e)
			}
		}
	}
}

// FuzzScore scores whatever there may be: no panic, no score out of range, no
// evidence outside the conversation, and twice the same bytes.
func FuzzScore(f *testing.F) {
	p := loadPack(f)
	f.Add("您好 agent\x00退款 customer", uint64(1), true)
	f.Add("", uint64(9), false)
	f.Add(strings.Repeat("啊", 500), uint64(77), true)
	f.Fuzz(func(t *testing.T, text string, seed uint64, timed bool) {
		c, found := randomTalk(text, seed, timed, p)
		for _, card := range p.cards {
			r := score.Score(card, c, found, p.cat, score.Versions{})
			if r.Score < 0 || r.Score > 1000 || r.Raw < 0 || r.Raw > 1000 {
				t.Fatalf("score %s raw %s", r.Score, r.Raw)
			}
			for _, it := range r.Items {
				for _, e := range it.Evidence {
					if e.Turn < 0 || e.ToTurn < e.Turn || e.ToTurn >= len(c.Turns) || e.From < 0 {
						t.Fatalf("%s: evidence %+v of %d turns", it.ID, e, len(c.Turns))
					}
				}
			}
			a, _ := json.Marshal(r)
			b, _ := json.Marshal(score.Score(card, c, found, p.cat, score.Versions{}))
			if !bytes.Equal(a, b) {
				t.Fatal("twice, two results")
			}
		}
	})
}

// randomTalk cuts text into turns and strews acts over them.
func randomTalk(text string, seed uint64, timed bool, p pack) (conversation.Conversation, []analysis.Finding) {
	source := rand.New(rand.NewPCG(seed, 3))
	c := conversation.Conversation{Lang: conversation.Chinese, Channel: conversation.Phone, Direction: conversation.Inbound}
	if source.IntN(2) == 0 {
		c.Lang, c.Channel, c.Direction = conversation.English, conversation.Chat, conversation.Outbound
	}
	at := int64(0)
	for part := range strings.SplitSeq(text, "\x00") {
		t := conversation.Turn{Role: []conversation.Role{"agent", "customer", "system"}[source.IntN(3)], Text: part, Start: -1, End: -1, Confidence: source.IntN(1001)}
		if timed {
			t.Start = at + source.Int64N(20_000)
			t.End = t.Start + source.Int64N(9_000)
			at = t.End
		}
		c.Turns = append(c.Turns, t)
	}
	var found []analysis.Finding
	acts := p.cat.All()
	for range source.IntN(30) {
		turn := source.IntN(len(c.Turns))
		n := len([]rune(c.Turns[turn].Text))
		from := source.IntN(n + 1)
		found = append(found, analysis.Finding{Act: acts[source.IntN(len(acts))].ID, Turn: turn, From: from, To: from + source.IntN(n-from+1), Sure: source.IntN(1001)})
	}
	return c, found
}

func BenchmarkScore(b *testing.B) {
	p := loadPack(b)
	card := p.card(b, "general")
	set := readRated(b, "../testdata/conversations-public.jsonl")
	hear := handLabelled(b, "testdata/public-acts.txt")
	found := make([][]analysis.Finding, len(set))
	for i := range set {
		found[i] = hear(set[i].conv)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		score.Score(card, set[i%len(set)].conv, found[i%len(set)], p.cat, score.Versions{})
	}
}

func BenchmarkParse(b *testing.B) {
	text := []byte(loadPack(b).card(b, "general").Text())
	for b.Loop() {
		if _, err := scorecard.Parse("general.yaml", text, scorecard.Known{}); err != nil {
			b.Fatal(err)
		}
	}
}
