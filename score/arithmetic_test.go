package score_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// spec is a card in shorthand: sections of items "id weight settings…", where
// an item is met when its own name is among the findings, partly met with
// name-half, N/A without name-due when it says "due".
func specCard(t *testing.T, top string, sections ...string) *scorecard.Card {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "id: spec\nversion: 1\nstate: live\ntitle: {en: Spec}\n%ssections:\n", top)
	for i, s := range sections {
		head, items, _ := strings.Cut(s, ": ")
		fmt.Fprintf(&b, "  - id: s%d\n    title: {en: S}\n    weight: %s\n    items:\n", i, head)
		for item := range strings.SplitSeq(items, "; ") {
			f := strings.Fields(item)
			fmt.Fprintf(&b, "      - {id: %s, title: {en: I}, weight: %s", f[0], f[1])
			for _, more := range f[2:] {
				switch key, value, _ := strings.Cut(more, "="); key {
				case "due":
					fmt.Fprintf(&b, ", when: {act: %s-due}", f[0])
				case "count":
					take, most, _ := strings.Cut(value, "/")
					fmt.Fprintf(&b, ", count: {of: {act: %s}, take: %s, max: %s}", f[0], take, most)
				default:
					fmt.Fprintf(&b, ", %s: %s", key, value)
				}
			}
			if !strings.Contains(item, "count=") {
				fmt.Fprintf(&b, ", met: {act: %s}, partly: {act: %s-half}", f[0], f[0])
			}
			b.WriteString("}\n")
		}
	}
	c, err := scorecard.Parse("spec.yaml", []byte(b.String()), scorecard.Known{})
	if err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	return c
}

func scoreActs(card *scorecard.Card, acts string) score.Result {
	c := conversation.Conversation{Lang: conversation.English, Turns: []conversation.Turn{{Role: conversation.Agent, Text: "words", Start: -1, End: -1}}}
	var f []analysis.Finding
	for i, a := range strings.Fields(acts) {
		f = append(f, analysis.Finding{Act: analysis.Act(a), From: i, To: i + 1})
	}
	return score.Score(card, c, f, nil, score.Versions{})
}

func TestArithmetic(t *testing.T) {
	for name, c := range map[string]struct {
		top      string
		sections []string
		acts     string
		raw, end string
		failed   string
	}{
		"the golden example":                   {"", []string{"0: a 10; b 20 due; c 40; d 30"}, "a c-half d", "75", "75", ""},
		"all met":                              {"", []string{"0: a 10; b 20"}, "a b", "100", "100", ""},
		"nothing applies":                      {"", []string{"0: a 10 due"}, "", "0", "0", ""},
		"a section all N/A is absent":          {"", []string{"50: a 1 due", "50: b 1; c 1"}, "b", "50", "50", ""},
		"sections by their weights":            {"", []string{"75: a 1", "25: b 9"}, "a", "75", "75", ""},
		"thirds are rounded to a tenth":        {"", []string{"0: a 1; b 1; c 1"}, "a b", "66.7", "66.7", ""},
		"five three one":                       {"", []string{"0: a 10 scale=5-3-1; b 10 scale=5-3-1; c 10 scale=5-3-1"}, "a b-half", "60", "60", ""},
		"counted, capped":                      {"", []string{"0: a 10 count=40/100"}, "a a", "20", "20", ""},
		"counted beyond the cap":               {"", []string{"0: a 10 count=40/100; b 10"}, "a a a a b", "50", "50", ""},
		"a cap holds the score, not the raw":   {"", []string{"0: a 1 cap=60; b 9"}, "b", "90", "60", ""},
		"the lower cap holds":                  {"", []string{"0: a 1 cap=60; b 1 cap=40; c 8"}, "c", "80", "40", ""},
		"a cap of a met item does not hold":    {"", []string{"0: a 1 cap=60; b 9"}, "a b", "100", "100", ""},
		"an automatic fail of the form":        {"", []string{"0: a 0 auto-fail=form; b 10"}, "b", "100", "0", "a"},
		"an automatic fail rises to section":   {"", []string{"50: a 1 auto-fail=section; b 9", "50: c 1"}, "b c", "95", "50", "a"},
		"a fail that is N/A fails nothing":     {"", []string{"0: a 1 due auto-fail=form; b 1"}, "b", "100", "100", ""},
		"deduct starts at 100":                 {"scheme: deduct\n", []string{"0: a 20; b 10; c 5"}, "a", "85", "85", ""},
		"deduct by hits with a cap per item":   {"scheme: deduct\n", []string{"0: a 0 count=5/10; b 0 count=20/60"}, "a a a b", "70", "70", ""},
		"deduct, a class caps the result":      {"scheme: deduct\n", []string{"0: a 10 cap=50; b 5"}, "b", "90", "50", ""},
		"deduct never goes below nothing":      {"scheme: deduct\nstart: 20\n", []string{"0: a 15; b 15"}, "", "0", "0", ""},
		"deduct, half for partly":              {"scheme: deduct\n", []string{"0: a 20"}, "a-half", "90", "90", ""},
		"a draft or retired item is not asked": {"", []string{"0: a 1; b 1 state=draft; c 1 state=retired"}, "a", "100", "100", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := scoreActs(specCard(t, c.top, c.sections...), c.acts)
			if r.Raw.String() != c.raw || r.Score.String() != c.end || strings.Join(r.AutoFail, " ") != c.failed {
				t.Errorf("raw %s score %s fails %v, want %s, %s, %q", r.Raw, r.Score, r.AutoFail, c.raw, c.end, c.failed)
			}
		})
	}
}

// shareCard asks for acts in the agent's turns; settings go to the item, top to
// the card.
func shareCard(t *testing.T, top, share, settings string) *scorecard.Card {
	t.Helper()
	text := "id: spec\nversion: 1\nstate: live\ntitle: {en: Spec}\n" + top + "sections:\n  - id: s\n    title: {en: S}\n    items:\n" +
		"      - {id: a, title: {en: I}" + settings + ", share: {of: {act: [own, propose]}, " + share + "}}\n"
	c, err := scorecard.Parse("spec.yaml", []byte(text), scorecard.Known{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// scoreTurns scores ten turns of an agent between those of a customer; the
// first so many of the agent's carry acts.
func scoreTurns(card *scorecard.Card, carrying int) score.Result {
	c := conversation.Conversation{Lang: conversation.English}
	var f []analysis.Finding
	for i := range 20 {
		role := []conversation.Role{conversation.Customer, conversation.Agent}[i%2]
		c.Turns = append(c.Turns, conversation.Turn{Role: role, Text: "words", Start: -1, End: -1})
		if i%2 == 1 && i/2 < carrying {
			f = append(f, analysis.Finding{Act: "own", Turn: i, To: 1}, analysis.Finding{Act: "propose", Turn: i, From: 2, To: 4})
		}
	}
	return score.Score(card, c, f, nil, score.Versions{})
}

func TestAShareCountsTheTurnsThatATestHits(t *testing.T) {
	for name, c := range map[string]struct {
		top, share, settings string
		carrying             int
		points, verdict      string
	}{
		"nothing up to none":           {"", "none: 10, full: 60", ", weight: 8", 1, "0", "missed"},
		"everything from full on":      {"", "none: 10, full: 60", ", weight: 8", 6, "8", "met"},
		"in proportion between":        {"", "none: 10, full: 60", ", weight: 8", 3, "3.2", "partly"},
		"tenths are rounded":           {"", "none: 0, full: 60", ", weight: 10", 1, "2", "partly"},
		"the fewer the better":         {"", "none: 40, full: 0", ", weight: 8", 1, "6.4", "partly"},
		"none at all, the better":      {"", "none: 40, full: 0", ", weight: 8", 0, "8", "met"},
		"deducted in proportion":       {"scheme: deduct\n", "none: 10, full: 60", ", weight: 20", 4, "-8", "partly"},
		"deducted from what is little": {"scheme: deduct\n", "none: 0, full: 100", ", weight: 3", 5, "-2", "partly"},
	} {
		t.Run(name, func(t *testing.T) {
			card := shareCard(t, c.top, c.share, c.settings)
			r := scoreTurns(card, c.carrying)
			it := r.Items[0]
			if it.Points.String() != c.points || string(it.Verdict) != c.verdict || len(it.Evidence) == 0 {
				t.Errorf("%+v, want %s points, %s", it, c.points, c.verdict)
			}
			data, _ := json.Marshal(r)
			var read score.Result
			if err := json.Unmarshal(data, &read); err != nil {
				t.Fatal(err)
			}
			again, err := score.Correct(card, read, []score.Correction{{Item: "a", Verdict: it.Verdict, Reason: "as it was"}})
			if err != nil || again.Person.Raw != r.Raw || again.Person.Items[0].Points != it.Points {
				t.Errorf("read back: %+v, %v", again.Person, err)
			}
		})
	}
}

func TestAShareBlamesNoTurnForWhatIsLacking(t *testing.T) {
	rising := scoreTurns(shareCard(t, "", "none: 10, full: 60", ""), 3).Items[0].Evidence
	if len(rising) != 1 || rising[0].Turn != 0 || rising[0].ToTurn != 19 || rising[0].Act != "" {
		t.Errorf("where more is better, the evidence is %+v, want the whole conversation", rising)
	}
	falling := scoreTurns(shareCard(t, "", "none: 60, full: 10", ""), 3).Items[0].Evidence
	if len(falling) != 6 || falling[0].Turn != 1 || falling[0].Act != "own" {
		t.Errorf("where fewer is better, the evidence is %+v, want the hits", falling)
	}
}

func TestAShareSaysOfHowManyTurns(t *testing.T) {
	r := scoreTurns(shareCard(t, "", "none: 10, full: 60", ""), 3)
	if want := "3 of your 10 turns. "; !strings.HasPrefix(r.Items[0].Reason, want) {
		t.Errorf("reason %q, want it to begin with %q", r.Items[0].Reason, want)
	}
}

func TestWhatWasNearlyHeardIsNotQuotedFirst(t *testing.T) {
	card, err := scorecard.Parse("spec.yaml", []byte("id: spec\nversion: 1\nstate: live\ntitle: {en: Spec}\nsections:\n  - id: s\n    title: {en: S}\n    items:\n"+
		"      - {id: a, title: {en: I}, missed: {count: {of: {act: insults, sure: 300}, at-least: 2}}}\n"), scorecard.Known{})
	if err != nil {
		t.Fatal(err)
	}
	c := conversation.Conversation{Lang: conversation.English}
	for _, text := range []string{"Which of the two is it then?", "You could not work a doorbell.", "Bless, it can read as well."} {
		c.Turns = append(c.Turns, conversation.Turn{Role: conversation.Agent, Text: text, Start: -1, End: -1, Confidence: -1})
	}
	sure := func(turn, sure int) analysis.Finding {
		return analysis.Finding{Act: "insults", Turn: turn, To: len(c.Turns[turn].Text), Sure: sure}
	}
	for want, found := range map[string][]analysis.Finding{
		"In line 2 you said \"You could not": {sure(0, 310), sure(1, 700), sure(2, 250)},
		"In line 1 you said \"Which of the":  {sure(0, 310), sure(2, 400)},
	} {
		if r := score.Score(card, c, found, nil, score.Versions{}).Items[0]; r.Verdict != scorecard.Missed || !strings.HasPrefix(r.Reason, want) {
			t.Errorf("%s: %q, want %q", r.Verdict, r.Reason, want)
		}
	}
}

func TestShadowItemsAreShownAndNeverScored(t *testing.T) {
	r := scoreActs(specCard(t, "", "0: a 1; b 9 state=shadow auto-fail=form"), "a")
	if r.Score != 1000 || len(r.Items) != 1 || len(r.Shadow) != 1 || r.Shadow[0].Verdict != scorecard.Missed || len(r.AutoFail) != 0 {
		t.Errorf("%+v", r)
	}
}

func TestPointsAreReadAsWritten(t *testing.T) {
	for p, want := range map[score.Points]string{0: "0", 750: "75", 667: "66.7", -205: "-20.5", 5: "0.5"} {
		data, _ := json.Marshal(p)
		var back score.Points
		if err := json.Unmarshal(data, &back); string(data) != want || err != nil || back != p {
			t.Errorf("%d: %s, back %d, %v", p, data, back, err)
		}
	}
}

func TestCorrectKeepsMachineAndPerson(t *testing.T) {
	card := specCard(t, "", "0: a 10; b 20 due; c 40; d 30 count=50/100; e 0 auto-fail=form")
	machine := scoreActs(card, "a c-half d e")
	if machine.Score.String() != "56.3" { // 10 + 20 + 15 of 80
		t.Fatalf("machine %s", machine.Score)
	}
	data, _ := json.Marshal(machine)
	var read score.Result
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	got, err := score.Correct(card, read, []score.Correction{{Item: "c", Verdict: scorecard.Met, Reason: "she did say it, the recogniser missed it"}, {Item: "b", Verdict: scorecard.Missed, Reason: "it was due"}})
	if err != nil {
		t.Fatal(err)
	}
	if got.Person.Score.String() != "65" { // 10 + 0 + 40 + 15 of 100
		t.Errorf("person %s, items %+v", got.Person.Score, got.Person.Items)
	}
	if again, _ := json.Marshal(got.Machine); string(again) != string(data) {
		t.Error("the machine's result changed")
	}
	failed, err := score.Correct(card, read, []score.Correction{{Item: "e", Verdict: scorecard.Missed, Reason: "insult at 0:40"}})
	if err != nil || failed.Person.Score != 0 || !slices.Equal(failed.Person.AutoFail, []string{"e"}) {
		t.Errorf("%v %+v", err, failed.Person)
	}
}

func TestCorrectionsThatSayTooLittleAreRefused(t *testing.T) {
	card := specCard(t, "", "0: a 10")
	r := scoreActs(card, "a")
	for name, c := range map[string]struct {
		card   *scorecard.Card
		change score.Correction
	}{
		"no reason":    {card, score.Correction{Item: "a", Verdict: scorecard.Missed}},
		"no verdict":   {card, score.Correction{Item: "a", Verdict: "bad", Reason: "x"}},
		"no such item": {card, score.Correction{Item: "z", Verdict: scorecard.Met, Reason: "x"}},
		"another card": {specCard(t, "", "0: a 11"), score.Correction{Item: "a", Verdict: scorecard.Met, Reason: "x"}},
	} {
		if _, err := score.Correct(c.card, r, []score.Correction{c.change}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDryRunShowsWhoseScoreWouldMove(t *testing.T) {
	before, after := specCard(t, "", "0: a 10; b 10"), specCard(t, "", "0: a 10; b 30; c 0 auto-fail=form")
	turn := []conversation.Turn{{Role: conversation.Agent, Text: "words", Start: -1, End: -1}}
	cases := []score.Case{
		{Conversation: conversation.Conversation{ID: "one", Turns: turn}, Findings: []analysis.Finding{{Act: "a"}, {Act: "c"}}},
		{Conversation: conversation.Conversation{ID: "two", Turns: turn}, Findings: []analysis.Finding{{Act: "a"}, {Act: "b"}, {Act: "c"}}},
		{Conversation: conversation.Conversation{ID: "three", Turns: turn}, Findings: []analysis.Finding{{Act: "a"}, {Act: "b"}}},
	}
	moves := score.DryRun(before, after, slices.Values(cases), nil)
	if len(moves) != 3 || moves[0].Conversation != "three" || moves[0].After != 0 || !slices.Equal(moves[0].AutoFail, []string{"c"}) {
		t.Fatalf("%+v", moves)
	}
	if moves[1].Conversation != "one" || moves[1].Before != 500 || moves[1].After != 250 {
		t.Errorf("%+v", moves[1])
	}
	if same := score.DryRun(before, before, slices.Values(cases), nil); len(same) != 0 {
		t.Errorf("the same card moves nothing: %+v", same)
	}
	people := score.ByPeople(moves, func(c id.Conversation) id.Person {
		return map[id.Conversation]id.Person{"one": "ann", "two": "ann", "three": "bo"}[c]
	})
	if len(people) != 2 || people[0].Person != "bo" || people[1] != (score.PersonShift{Person: "ann", Conversations: 2, Before: 750, After: 625}) {
		t.Errorf("%+v", people)
	}
}

func TestStoredExamplesHold(t *testing.T) {
	p := loadPack(t)
	engine := p.engine(t)
	for _, card := range p.cards {
		for _, e := range score.Examples(card, engine.Conversation, p.cat) {
			if !e.Right() {
				t.Errorf("%s/%s: %s (%s), want %s: %q", card.ID, e.Example.Item, e.Got, e.Reason, e.Example.Verdict, e.Example.Turns)
			}
		}
	}
	if len(p.card(t, "general").Examples) == 0 {
		t.Error("the general card shows no example")
	}
}

func TestScoringIsSafeForManyAtOnce(t *testing.T) {
	p := loadPack(t)
	card := p.card(t, "general")
	all := readScripts(t, "testdata/zh.txt")
	want := make([]string, len(all))
	for i, s := range all {
		data, _ := json.Marshal(s.result(p, card))
		want[i] = string(data)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i, s := range all {
				if data, _ := json.Marshal(s.result(p, card)); string(data) != want[i] {
					t.Errorf("%s differs when scored beside others", s.conv.ID)
				}
			}
		})
	}
	wg.Wait()
}
