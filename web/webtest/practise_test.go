package webtest

import (
	"strings"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
)

// lines is what an agent says in the test calls: some of it well put, some not.
var lines = []string{
	"您好，客户服务中心，工号3016，请问有什么可以帮您？",
	"实在抱歉，给您添麻烦了，换了谁都会着急。请问您贵姓？",
	"这个我不清楚，你先等一下好不好？",
	"让您久等了。我跟您确认一下：您是说已经报过一次，还没有解决，对吗？",
	"我马上为您登记，明天下午三点前给您回电话。请问还有什么可以帮您的吗？",
	"感谢您的来电，再见。",
}

// scenarioFor returns an inbound phone scenario in Chinese.
func (c *Centre) scenarioFor(t testing.TB) *scenario.Scenario {
	t.Helper()
	all, err := c.Deps.Calls.Scenarios(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s.Lang == conversation.Chinese && s.Channel == conversation.Phone && s.Direction == conversation.Inbound {
			return s
		}
	}
	t.Fatal("the pack has no inbound phone scenario in Chinese")
	return nil
}

// actor signs the person of a role in and returns her as an actor.
func (c *Centre) actor(t testing.TB, role staff.Role) staff.Actor {
	t.Helper()
	in, err := c.Staff.SignIn(t.Context(), role.String(), Password, staff.Origin{Address: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	return in.Actor
}

// Practise holds a call as the person of role and waits until the flow has
// scored it and entered it into her archive.
func (c *Centre) Practise(t testing.TB, role staff.Role) training.Practice {
	t.Helper()
	actor := c.actor(t, role)
	view, err := c.Deps.Calls.Begin(t.Context(), actor, c.scenarioFor(t).ID, training.NotesAfter, 7)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if view.Practice.State != training.Talking {
			break
		}
		if view, err = c.Deps.Calls.Say(t.Context(), actor, view.Practice.ID, line); err != nil {
			t.Fatal(err)
		}
	}
	if view.Practice.State == training.Talking {
		if view, err = c.Deps.Calls.HangUp(t.Context(), actor, view.Practice.ID); err != nil {
			t.Fatal(err)
		}
	}
	c.await(t, "the archive entry", func() bool {
		entries, err := c.Deps.Archive.Archive(t.Context(), actor, actor.Person)
		return err == nil && len(entries) > 1
	})
	return view.Practice
}

// await asks until something came about; it is the flow's turn meanwhile.
func (c *Centre) await(t testing.TB, what string, there func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !there(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s did not come", what)
		}
	}
}

// competency returns one that the trainee's archive has marks for.
func (c *Centre) competency(t testing.TB) string {
	t.Helper()
	actor := c.actor(t, staff.Trainee)
	estimates, err := c.Deps.Archive.Estimates(t.Context(), actor, actor.Person)
	if err != nil {
		t.Fatal(err)
	}
	for id := range estimates {
		return string(id)
	}
	t.Fatal("the archive has no marks")
	return ""
}

// TestTheMainPath is a trainee's evening, by keyboard alone: from the home
// page into a call, through it, to the result, which arrives by itself, and
// into the archive.
func TestTheMainPath(t *testing.T) {
	c := Staffed(t)
	b := NewBrowser(t, c.URL)
	b.SignIn(t, "trainee")
	b.Focus(t, "a.btn.first")
	b.Type(t, "\n")
	b.Wait(t, "#scenarios")
	b.Type(t, "/")
	if !Eval[bool](t, b, `document.activeElement.matches("[data-search]")`) {
		t.Error("/ does not lead to the search box")
	}
	Eval[string](t, b, `document.activeElement.value = ""`) // the driver types the key as well, which a keyboard would not
	s := c.scenarioFor(t)
	b.Type(t, s.Title)
	b.Press(t, "ArrowDown")
	if got := Eval[string](t, b, `document.activeElement.getAttribute("href") ?? ""`); got != "/practice/scenarios/"+string(s.ID) {
		t.Fatalf("the arrow leads to %q", got)
	}
	b.Type(t, "\n")
	b.Wait(t, ".answer")
	b.Check(t, "ring")
	if !Eval[bool](t, b, `document.activeElement.matches(".answer")`) {
		t.Error("the ring does not wait for Enter")
	}
	b.Click(t, `input[value="live"]`)
	b.Focus(t, ".answer")
	b.Type(t, "\n")
	b.Wait(t, "[data-call]")
	if !Eval[bool](t, b, `document.activeElement.matches("textarea")`) {
		t.Error("the typing area has no focus")
	}
	for i, line := range lines {
		if Eval[bool](t, b, `!document.querySelector("[data-curtain]").hidden`) {
			break
		}
		began := time.Now()
		b.Type(t, line+"\n")
		b.Until(t, `document.querySelectorAll(".line.agent").length > `+itoa(i)+` && (document.querySelectorAll(".line.customer:not(.thinking)").length > `+itoa(i)+` || !document.querySelector("[data-curtain]").hidden)`)
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("line %d was answered after %v", i, took)
		}
	}
	b.Shot(t, "main-path-call")
	if !Eval[bool](t, b, `!document.querySelector("[data-curtain]").hidden`) {
		b.Press(t, "Escape")
		if !Eval[bool](t, b, `!document.querySelector("[data-on-hold]").hidden`) {
			t.Error("Escape does not hold the call")
		}
		b.Check(t, "on hold")
		b.Shot(t, "main-path-hold")
		b.Press(t, "Escape")
		b.Check(t, "call")
		b.Open(t, Eval[string](t, b, `location.pathname`)) // a reload finds the call as it was
		if got := Eval[int](t, b, `document.querySelectorAll(".line.agent").length`); got != len(lines) {
			t.Errorf("after a reload %d lines are there, %d were said", got, len(lines))
		}
		b.Click(t, "[data-hang-up] button")
	}
	b.Until(t, `!document.querySelector("[data-curtain]").hidden`)
	b.Shot(t, "main-path-curtain")
	b.Until(t, `document.querySelector(".mark-card") !== null`) // the page goes on, and the result arrives, by itself
	b.Check(t, "result")
	b.Shot(t, "main-path-result")
	b.contest(t, c)
	b.Open(t, "/archive")
	b.Check(t, "archive")
	b.Shot(t, "main-path-archive")
	b.Click(t, "a.band")
	b.Until(t, `document.querySelector("#evidence .proofs li") !== null`)
	b.Check(t, "evidence")
}

// contest tells on the result page that one sees an item differently.
func (b *Browser) contest(t *testing.T, c *Centre) {
	t.Helper()
	b.Do(t, click(".remark .contest summary"))
	b.Do(t, click(".remark .contest[open] textarea"))
	b.Type(t, "我在接通前已经报过工号。")
	b.Do(t, click(".remark .contest[open] button"))
	b.Until(t, `document.querySelector(".told") !== null`)
	told, err := c.Deps.Results.Contests(t.Context(), score.ContestQuery{State: score.Open})
	if err != nil || len(told) != 1 || !strings.Contains(told[0].Text, "工号") {
		t.Errorf("the contest was not kept: %v, %v", told, err)
	}
}
