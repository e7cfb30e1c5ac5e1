package webtest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
)

// rude spoils a call with its last line.
var rude = []string{"您好，客户服务中心，工号3016，请问有什么可以帮您？", "你这人怎么这么烦，听不懂人话吗？"}

// Spoil holds a call in a mode, which rudeness ends, and waits for its mark.
func (c *Centre) Spoil(t testing.TB, role staff.Role, notes training.Notes) training.View {
	t.Helper()
	actor := c.actor(t, role)
	view, err := c.Deps.Calls.Begin(t.Context(), actor, c.scenarioFor(t).ID, notes, 7)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range rude {
		if view, err = c.Deps.Calls.Say(t.Context(), actor, view.Practice.ID, line); err != nil {
			t.Fatal(err)
		}
	}
	if view.Practice.State == training.Talking {
		if view, err = c.Deps.Calls.HangUp(t.Context(), actor, view.Practice.ID); err != nil {
			t.Fatal(err)
		}
	}
	c.marked(t, view.Practice.Conversation)
	return view
}

// marked waits until a conversation has its mark.
func (c *Centre) marked(t testing.TB, conv id.Conversation) {
	t.Helper()
	c.await(t, "the mark", func() bool {
		records, err := c.Deps.Results.Of(t.Context(), conv)
		return err == nil && len(records) > 0
	})
}

// lastLine is the number of the agent's last line.
func lastLine(view training.View) int {
	for i := len(view.Lines) - 1; i >= 0; i-- {
		if view.Lines[i].Role == "agent" {
			return i
		}
	}
	return -1
}

// TestTakingACallAgain: from the line that spoiled it, by mouse, to the page
// that sets both calls side by side.
func TestTakingACallAgain(t *testing.T) {
	c := Staffed(t)
	first := c.Spoil(t, staff.Trainee, training.NotesAfter)
	from := lastLine(first)
	b := NewBrowser(t, c.URL)
	b.SignIn(t, "trainee")
	b.Open(t, "/conversations/"+string(first.Practice.Conversation))
	if got := Eval[int](t, b, `document.querySelectorAll(".retake").length`); got != len(rude) {
		t.Errorf("%d lines can be said again, %d are hers", got, len(rude))
	}
	b.look(t, "retake-result")
	b.Click(t, "#turn-"+itoa(from)+" .retake button")
	b.Wait(t, "[data-call]")
	if got := Eval[int](t, b, `document.querySelectorAll("[data-lines] .line").length`); got != from {
		t.Errorf("the call goes on after %d lines, want %d", got, from)
	}
	if got := Eval[string](t, b, `document.querySelector(".talk-state .chip")?.textContent ?? ""`); !strings.Contains(got, itoa(from+1)) {
		t.Errorf("the call says %q of what it takes again", got)
	}
	b.Type(t, "实在抱歉，给您添麻烦了，换了谁都会着急。请问您贵姓？\n")
	b.Until(t, `document.querySelectorAll(".line.customer:not(.thinking)").length > `+itoa(from/2))
	b.Open(t, Eval[string](t, b, `location.pathname`))
	b.Click(t, "[data-hang-up] button")
	b.Until(t, `document.querySelector(".compare") !== null`)
	b.look(t, "retake-compare")
	if got := Eval[int](t, b, `document.querySelectorAll(".compare-side").length`); got != 2 {
		t.Errorf("%d sides, want 2", got)
	}
	again := Eval[string](t, b, `location.pathname`)
	b.Click(t, ".retake-links a") // to the first call, and from there to the retake
	b.Until(t, `location.pathname === "/conversations/`+string(first.Practice.Conversation)+`" && document.querySelector(".retake-links a") !== null`)
	b.Click(t, ".retake-links a")
	b.Until(t, `location.pathname === "`+again+`" && document.querySelector(".compare") !== null`)
	if then := Eval[string](t, b, `document.querySelector(".compare-side .number").textContent`); !strings.HasPrefix(then, "0（不计红线 ") {
		t.Errorf("the earlier mark is %q, which hides behind its red line what was better", then)
	}
	desk := Get(t, c.SignedIn(t, staff.Evaluator), c.URL+"/conversations/"+string(first.Practice.Conversation))
	if link := desk.One(t, ".retake-links a"); link.attr["href"] != again || !link.Says("第 1 次：从第 "+itoa(from+1)+" 句起") || !link.Says("得分") {
		t.Errorf("an evaluator is led to the retake by %q", link.text)
	}
	if !desk.One(t, ".played").Says("第 1 版") {
		t.Error("an evaluator is not told which version and form it was")
	}
	if said := Eval[string](t, b, `document.querySelector(".compare").textContent`); !strings.Contains(said, rude[1]) || !strings.Contains(said, "换了谁都会着急") {
		t.Errorf("the comparison does not show both: %s", said)
	}
}

// look checks a page and takes its picture in both languages and sizes.
func (b *Browser) look(t *testing.T, name string) {
	t.Helper()
	path := Eval[string](t, b, `location.pathname`)
	b.walk(t, name, []string{path})
	b.Cookie(t, "lianxi_language", "zh-CN")
	b.Open(t, path)
}

// TestNobodyTakesAgainWhatIsNotHers: nor what was an examination.
func TestNobodyTakesAgainWhatIsNotHers(t *testing.T) {
	c := Staffed(t)
	hers, exam := c.Spoil(t, staff.Trainee, training.NotesAfter), c.Spoil(t, staff.Trainee, training.NotesOff)
	trainee := c.SignedIn(t, staff.Trainee)
	page := Get(t, trainee, c.URL+"/conversations/"+string(exam.Practice.Conversation))
	if len(page.All(".retake")) != 0 || len(page.All(".exam-note")) != 1 {
		t.Error("the result of an examination's call offers to say it again, or does not say what it was")
	}
	if page := Get(t, c.SignedIn(t, staff.Evaluator), c.URL+"/conversations/"+string(hers.Practice.Conversation)); len(page.All(".retake")) != 0 {
		t.Error("an evaluator is offered to say her line again")
	}
	for _, k := range []struct {
		role   staff.Role
		call   training.View
		line   string
		status int
	}{
		{staff.Agent, hers, "1", http.StatusNotFound}, {staff.Trainee, exam, "1", http.StatusForbidden},
		{staff.Trainee, hers, "", http.StatusBadRequest}, {staff.Trainee, hers, "99", http.StatusBadRequest},
	} {
		a := Post(t, c.SignedIn(t, k.role), c.URL+"/practice/calls/"+string(k.call.Practice.ID)+"/retakes", url.Values{"line": {k.line}})
		if a.StatusCode != k.status {
			t.Errorf("%s takes line %q again: status %d, want %d", k.role, k.line, a.StatusCode, k.status)
		}
	}
}

// TestTheModes: what each promises is on the ring, and only an examination
// shows that it is one while it goes on.
func TestTheModes(t *testing.T) {
	c := Staffed(t)
	b := NewBrowser(t, c.URL)
	b.SignIn(t, "trainee")
	for _, mode := range []string{"live", "after", "off"} {
		b.Open(t, "/practice/scenarios/"+string(c.scenarioFor(t).ID))
		b.Click(t, `input[value="`+mode+`"]`)
		if got := Eval[string](t, b, `[...document.querySelectorAll("[data-mode]")].filter(e => e.offsetParent !== null).map(e => e.dataset.mode).join()`); got != mode {
			t.Errorf("with %s chosen the ring explains %q", mode, got)
		}
		b.Shot(t, "mode-ring-"+mode)
		b.Click(t, ".answer")
		b.Wait(t, "[data-call]")
		b.Check(t, "call in mode "+mode)
		guided, exam := Eval[bool](t, b, `document.querySelector(".guide") !== null`), Eval[bool](t, b, `document.querySelector(".talk-state .chip") !== null`)
		if guided != (mode == "live") || exam != (mode == "off") {
			t.Errorf("%s: guided %t, exam %t", mode, guided, exam)
		}
		b.Shot(t, "mode-call-"+mode)
		if off := Eval[float64](t, b, `(() => { const middle = (s) => { const r = document.querySelector(s).getBoundingClientRect(); return (r.left + r.right) / 2; }; return Math.abs(middle(".lines") - middle(".say")); })()`); off > 12 {
			t.Errorf("%s: the lines stand %.0f px beside the box that one types in", mode, off)
		}
	}
	b.Open(t, "/practice/scenarios/"+string(c.scenarioFor(t).ID))
	if Eval[bool](t, b, `document.querySelector('input[value="off"]').checked`) {
		t.Error("the next call is an examination, too, without being asked for")
	}
}
