package result

import (
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/training"
)

// advice counts what is said in the margins and at the end, praise aside.
func advice(p Page) (n int) {
	for _, t := range p.Turns {
		for _, m := range t.Remarks {
			if m.Kind != Praise {
				n++
			}
		}
	}
	return n + len(p.Unheard)
}

// TestAGuidedCallGetsFewPoints: what cost most stays, its words stay marked,
// and the table still holds everything.
func TestAGuidedCallGetsFewPoints(t *testing.T) {
	s := sample(t)
	var all, few Page
	s.fill(reader(t), &all)
	s.Call.Practice.Notes = training.NotesLive
	s.fill(reader(t), &few)
	s.fewer(&few, 1)
	if advice(all) < 2 || advice(few) != 1 || len(few.Items) != len(all.Items) {
		t.Fatalf("%d points of all, %d of few", advice(all), advice(few))
	}
	s.Mine = false
	var theirs Page
	if s.fill(reader(t), &theirs); advice(theirs) != advice(all) {
		t.Errorf("an evaluator sees %d points of %d", advice(theirs), advice(all))
	}
	for _, turn := range few.Turns {
		for _, m := range turn.Remarks {
			if m.Kind != Praise && m.Item != "noes" {
				t.Errorf("%q was kept, which did not cost most", m.Item)
			}
		}
		for _, w := range turn.Pieces {
			if w.Ref > 0 && len(turn.Remarks) == 0 {
				t.Errorf("%q is marked, and nothing is said of it", w.Text)
			}
		}
	}
}

func TestWhatOtherWordsChanged(t *testing.T) {
	was := Side{Ending: "客户挂了电话", Mark: "41", Mood: "很着急"}
	for _, tc := range []struct {
		now  Side
		want string
	}{
		{Side{Ending: "问题解决，客户道谢", Mark: "88", Mood: "平静"}, "换了说法以后：结局从“客户挂了电话”变成“问题解决，客户道谢”；得分从41到88；客户最后的心情从“很着急”变成“平静”。"},
		{Side{Ending: was.Ending, Mark: "60", Mood: was.Mood}, "换了说法以后：得分从41到60。"},
		{Side{Ending: was.Ending, Mark: "41"}, "结局、得分和客户最后的心情都和原来那通一样。"},
	} {
		if got := changed(readerIn(t, locale.Chinese), was, tc.now); got != tc.want {
			t.Errorf("%q, want %q", got, tc.want)
		}
	}
}

// TestWhatAMachineWordedSaysSo: on the transcript and beside the earlier call.
func TestWhatAMachineWordedSaysSo(t *testing.T) {
	s := sample(t)
	for _, turn := range s.Conversation.Turns {
		s.Call.Lines = append(s.Call.Lines, training.Line{Seq: len(s.Call.Lines), Role: turn.Role, Text: turn.Text})
	}
	s.Call.Lines[2].Template = "行吧"
	var p Page
	s.fill(reader(t), &p)
	side := sideOf(reader(t), *s.Call, 1, "")
	for i, turn := range p.Turns {
		if turn.Machine != (i == 2) {
			t.Errorf("turn %d: worded by a machine is %t", i, turn.Machine)
		}
	}
	if len(side.Lines) != 3 || !side.Lines[1].Machine || side.Lines[0].Machine {
		t.Errorf("from line 1 on: %+v", side.Lines)
	}
	var page strings.Builder
	if err := talk(reader(t), p).Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(page.String(), "worded by a machine"); n != 1 {
		t.Errorf("the page says so %d times, want once", n)
	}
}

func TestARedLineDoesNotHideWhatWasBetter(t *testing.T) {
	r := readerIn(t, locale.English)
	for want, result := range map[string]score.Result{
		"76.8":                          {Score: 768, Raw: 768},
		"0 (76.8 but for the red line)": {Score: 0, Raw: 768, AutoFail: []string{"insult"}},
		"0":                             {Score: 0, Raw: 0, AutoFail: []string{"insult"}},
		"–":                             {NA: true},
	} {
		if got := compared(r, result); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got, err := recorded(r, score.Record{}); got != "" || err != nil {
		t.Errorf("no record has the mark %q, %v", got, err)
	}
}
