package archive

import (
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/web/result"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func newWriter(t *testing.T, raw []skill.Entry) writer {
	t.Helper()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	v := &visit.Visit{Reader: ui.Reader{Printer: c.Printer(locale.English, time.UTC), Now: noon}}
	brief := func(_ *visit.Visit, c id.Conversation) (result.Brief, error) {
		return result.Brief{Title: "A fault", Mark: "80", Best: "Good words."}, nil
	}
	return writer{v: v, names: map[id.Person]string{"w": "Wang"}, corrected: corrected(raw), brief: brief}
}

// entries is an archive of n scored calls, a day apart, the last today.
func entries(n int) []skill.Entry {
	out := []skill.Entry{{Seq: 1, Kind: skill.Opened, At: noon.AddDate(0, 0, -n)}}
	for i := range n {
		out = append(out, skill.Entry{Seq: int64(i + 2), Kind: skill.Marked, At: noon.AddDate(0, 0, i-n+1),
			Content: skill.Content{Source: skill.Source{Conversation: "c"}, Marks: []skill.Mark{{Competency: "listening", Points: 3, Max: 4}}}})
	}
	return out
}

func TestALifeIsReadInPages(t *testing.T) {
	raw := entries(100)
	w := newWriter(t, raw)
	before, seen := "", 0
	for pages := 1; ; pages++ {
		months, more, err := w.months(raw, before, "/archive")
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range months {
			seen += len(m.Entries)
		}
		if more == "" {
			if seen != len(raw) || pages != 3 {
				t.Errorf("%d entries on %d pages, want %d on 3", seen, pages, len(raw))
			}
			return
		}
		before = more[len("/archive?before="):]
	}
}

func TestEntriesAreSentences(t *testing.T) {
	raw := []skill.Entry{
		{Seq: 1, Kind: skill.Opened, At: noon},
		{Seq: 2, Kind: skill.Talk, By: "w", At: noon, Content: skill.Content{Text: map[string]string{"zh": "做过前台"}}},
		{Seq: 3, Kind: skill.Marked, At: noon, Content: skill.Content{Source: skill.Source{Conversation: "c"}}},
		{Seq: 4, Kind: skill.Assessment, At: noon, Content: skill.Content{Text: map[string]string{"en": "Passed with 84"}}},
		{Seq: 5, Kind: skill.Note, By: "nobody", At: noon, Gone: true},
		{Seq: 6, Kind: skill.Correction, Names: 4, At: noon, Content: skill.Content{Text: map[string]string{"en": "Passed with 86"}}},
	}
	w := newWriter(t, raw)
	want := map[int64]Entry{
		1: {What: "The archive was opened"},
		2: {What: "A talk with Wang", More: "做过前台", Big: true},
		3: {What: "Practised “A fault”: 80", More: "Good words.", URL: "/conversations/c"},
		4: {What: "Passed with 86", Lang: "en", Big: true, Corrects: "Corrected later (today, 12:00)"},
		5: {What: "The content was erased at the person's request"},
	}
	for _, e := range skill.Current(raw) {
		got, err := w.entry(e)
		if err != nil {
			t.Fatal(err)
		}
		expected := want[e.Seq]
		expected.When = "today, 12:00"
		if got != expected {
			t.Errorf("entry %d: %+v, want %+v", e.Seq, got, expected)
		}
	}
}

func TestTheMapShowsOnlyWhatIsKnown(t *testing.T) {
	raw := entries(3)
	w := newWriter(t, raw)
	p := Pages{Competencies: []scorecard.Competency{
		{ID: "skill", Title: scorecard.Text{"en": "Skills"}}, {ID: "listening", Parent: "skill", Title: scorecard.Text{"en": "Listening"}},
		{ID: "patience", Parent: "skill", Title: scorecard.Text{"en": "Patience"}}, {ID: "attitude", Title: scorecard.Text{"en": "Attitudes"}}}}
	estimates := skill.Estimates(raw, noon, skill.DefaultHalfLife)
	groups, unknown := p.groups(w.v, estimates, "listening", "/archive")
	if len(groups) != 1 || groups[0].Title != "Skills" || len(groups[0].Bands) != 1 || !groups[0].Bands[0].Here {
		t.Errorf("groups %+v", groups)
	}
	if len(unknown) != 2 || unknown[0] != "Patience" {
		t.Errorf("unknown %v", unknown)
	}
	if b := groups[0].Bands[0]; !(b.Low < b.Middle && b.Middle < b.High) {
		t.Errorf("a band without doubt: %+v", b)
	}
	evidence, err := p.evidence(w.v, w, raw, estimates, "listening")
	if err != nil || len(evidence.Items) != 3 || evidence.Items[0].Mark != "75" || evidence.Items[0].When != "today, 12:00" {
		t.Errorf("evidence %+v, %v", evidence, err)
	}
	if none, _ := p.evidence(w.v, w, raw, estimates, "no-such"); none != nil {
		t.Error("evidence of a competency that is not there")
	}
}
