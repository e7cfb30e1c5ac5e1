package practice

import (
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/training"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

func TestOneHintAtATime(t *testing.T) {
	acts, err := analysis.LoadCatalogue(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	v := &visit.Visit{Reader: ui.Reader{Printer: c.Printer(locale.Chinese, time.UTC)}}
	note := func(seq int, act analysis.Act, from, to int) training.Note {
		return training.Note{Seq: seq, Finding: analysis.Finding{Act: act, From: from, To: to}}
	}
	fault := firstFault(t, acts)
	view := training.View{Scenario: &scenario.Scenario{Lang: conversation.Chinese}, Lines: []training.Line{
		{Role: conversation.Agent, Text: "您好"}, {Role: conversation.Customer, Text: "喂"}, {Role: conversation.Agent, Text: "这个不清楚"}, {Role: conversation.Customer, Text: "啊？"}},
		Notes: []training.Note{note(0, "greet", 0, 2), note(2, fault, 2, 5), note(2, fault, 0, 99), note(99, fault, 0, 1), note(2, "no-such-act", 0, 1)}}
	p := &Pages{acts: acts}
	var out CallPage
	p.note(v, view, &out)
	info, _ := acts.Act(fault)
	if out.Hint == nil || out.Hint.Text != info.Better[conversation.Chinese] {
		t.Errorf("hint %+v, want %q", out.Hint, info.Better[conversation.Chinese])
	}
	if len(out.Heard) != 4 || out.Heard[3] != (Heard{Title: "问候", Quote: "您好", Good: true}) {
		t.Errorf("heard %+v", out.Heard)
	}
	if out.Heard[2].Quote != "不清楚" || out.Heard[1].Quote != "这个不清楚" || out.Heard[0].Quote != "" {
		t.Errorf("quotes %+v", out.Heard)
	}

	// The fault of an earlier line is no hint any more.
	view.Lines = append(view.Lines, training.Line{Role: conversation.Agent, Text: "我帮您查"})
	out = CallPage{}
	if p.note(v, view, &out); out.Hint != nil {
		t.Errorf("an old hint is still there: %+v", out.Hint)
	}
}

func firstFault(t *testing.T, acts *analysis.Catalogue) analysis.Act {
	t.Helper()
	for _, a := range acts.All() {
		if a.Kind == analysis.Fault && a.Better[conversation.Chinese] != "" {
			return a.ID
		}
	}
	t.Fatal("the catalogue has no fault")
	return ""
}
