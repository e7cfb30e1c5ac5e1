package webtest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/staff"
)

// reviewForm is the form as the machine filled it in.
func reviewForm(page Answer) url.Values {
	out := url.Values{}
	for _, in := range page.All("[data-review] input") {
		if _, checked := in.attr["checked"]; checked || in.attr["type"] == "hidden" {
			out.Set(in.attr["name"], in.attr["value"])
		}
	}
	return out
}

// change returns an item of the form that the machine gave for met, and that
// weighs enough for its loss to show below any cap.
func change(t *testing.T, form url.Values) string {
	t.Helper()
	const item = "solution-or-next-step"
	if form.Get("verdict."+item) != "met" {
		t.Fatalf("the machine did not give %s for met", item)
	}
	return item
}

func TestAnEvaluatorReviews(t *testing.T) {
	c := Staffed(t)
	first, second := c.Practise(t, staff.Trainee), c.Practise(t, staff.Agent)
	evaluator, trainee := c.SignedIn(t, staff.Evaluator), c.SignedIn(t, staff.Trainee)
	queue := Get(t, evaluator, c.URL+"/reviews")
	if !strings.HasSuffix(queue.Request.URL.Path, string(second.Conversation)) {
		t.Fatalf("the queue begins at %s, want the newest", queue.Request.URL.Path)
	}
	address := c.URL + "/conversations/" + string(first.Conversation)
	page := Get(t, evaluator, address)
	form := reviewForm(page)
	item := change(t, form)
	before := Get(t, trainee, address).One(t, ".mark-total b").text

	form.Set("verdict."+item, "missed")
	if a := Post(t, evaluator, address+"/reviews", form); a.StatusCode != http.StatusUnprocessableEntity || len(a.All(".alert.harm")) != 1 {
		t.Errorf("a correction without a reason: status %d", a.StatusCode)
	}
	form.Set("why."+item, "那句话不是对客户说的。")
	next := Post(t, evaluator, address+"/reviews", form)
	if !strings.HasSuffix(next.Request.URL.Path, string(second.Conversation)) {
		t.Errorf("after the review one comes to %s, want the next conversation", next.Request.URL.Path)
	}
	if seen := next.One(t, ".seen-card"); len(next.All(".differ li")) != 1 {
		t.Errorf("what was seen alike: %s", seen.text)
	}
	if a := Post(t, evaluator, address+"/reviews", form); a.StatusCode != http.StatusConflict {
		t.Errorf("the same form again: status %d", a.StatusCode)
	}

	actor := c.actor(t, staff.Trainee)
	c.await(t, "the correction in her archive", func() bool {
		entries, err := c.Deps.Archive.Archive(t.Context(), actor, actor.Person)
		return err == nil && slices.ContainsFunc(entries, func(e skill.Entry) bool { return e.Kind == skill.Correction })
	})
	told := Get(t, trainee, address)
	if after := told.One(t, ".mark-total b").text; after == before {
		t.Errorf("the mark stays %s", after)
	}
	judges := told.All(".judges li")
	if len(judges) != 2 || !judges[0].Says("机器") || !judges[1].Says("沈知秋") || len(told.All(".judges .chip")) != 1 {
		t.Errorf("%d lines say who judged", len(judges))
	}
	if was := told.All(".was"); len(was) != 1 {
		t.Errorf("%d items show what the machine said, want the changed one", len(was))
	}
	if len(told.All(".review-acts")) != 0 {
		t.Error("the trainee is offered to review")
	}
}

// TestASecondReviewIsBlind: a colleague sees what the machine said and not
// what the first evaluator did, until she has judged herself.
func TestASecondReviewIsBlind(t *testing.T) {
	c := Staffed(t)
	call := c.Practise(t, staff.Trainee)
	address := c.URL + "/conversations/" + string(call.Conversation)
	if _, err := c.Staff.CreatePerson(t.Context(), c.Admin, staff.NewPerson{Name: "bea", Display: "白露", Roles: staff.RolesOf(staff.Evaluator), Password: Password, Settled: true}); err != nil {
		t.Fatal(err)
	}
	eva, bea := c.SignedIn(t, staff.Evaluator), c.Client(t)
	Post(t, bea, c.URL+"/sign-in", url.Values{"name": {"bea"}, "password": {Password}})

	form := reviewForm(Get(t, eva, address))
	item := change(t, form)
	form.Set("verdict."+item, "missed")
	form.Set("why."+item, "只说了一半。")
	Post(t, eva, address+"/reviews", form)

	page := Get(t, bea, address)
	if strings.Contains(page.Body, "沈知秋") || strings.Contains(page.Body, "只说了一半") {
		t.Error("the second evaluator sees what the first one did")
	}
	done := Post(t, bea, address+"/reviews", reviewForm(page))
	if !strings.Contains(done.Body, "沈知秋") {
		t.Error("after she judged she is not told how her colleague did")
	}
	records, err := c.Deps.Results.Of(t.Context(), call.Conversation)
	if err != nil || len(records) != 2 || score.Standing(records)[0].Rater != c.People[staff.Evaluator].ID {
		t.Errorf("%d records, the first evaluator's must stand (%v)", len(records), err)
	}
	Post(t, bea, address+"/in-force", nil)
	records, err = c.Deps.Results.Of(t.Context(), call.Conversation)
	if err != nil || len(records) != 3 || score.Standing(records)[0].Rater == c.People[staff.Evaluator].ID {
		t.Errorf("%d records, the second evaluator's must stand now (%v)", len(records), err)
	}
}

func TestNobodyReviewsHerself(t *testing.T) {
	c := Staffed(t)
	call := c.Practise(t, staff.Evaluator)
	evaluator := c.SignedIn(t, staff.Evaluator)
	address := c.URL + "/conversations/" + string(call.Conversation)
	if page := Get(t, evaluator, address); len(page.All("[data-review]")) != 0 {
		t.Error("she is offered to review her own call")
	}
	if a := Post(t, evaluator, address+"/reviews", nil); a.StatusCode != http.StatusForbidden {
		t.Errorf("her own call: status %d", a.StatusCode)
	}
	if a := Get(t, evaluator, c.URL+"/reviews"); a.Request.URL.Path != "/conversations" {
		t.Errorf("the queue leads to %s", a.Request.URL.Path)
	}
}

// TestReviewingByKeyboard accepts, corrects and submits without a mouse.
func TestReviewingByKeyboard(t *testing.T) {
	c := Staffed(t)
	call := c.Practise(t, staff.Trainee)
	b := NewBrowser(t, c.URL)
	b.SignIn(t, "evaluator")
	b.Open(t, "/conversations/"+string(call.Conversation))
	b.Wait(t, ".judge:focus")
	b.Press(t, "Enter")
	b.Type(t, "0")
	b.Wait(t, ".judge textarea:focus")
	b.Type(t, "客户没有给机会。")
	b.Press(t, "Enter")
	if got := Eval[string](t, b, `document.querySelector("[data-looked]").textContent`); got != "2" {
		t.Errorf("%s items were looked at, want 2", got)
	}
	if got := Eval[int](t, b, `[...document.querySelectorAll(".judge")].indexOf(document.activeElement)`); got != 2 {
		t.Errorf("item %d has the focus, want the third", got)
	}
	Eval[bool](t, b, `document.querySelector("[data-send]").focus() ?? true`)
	b.Press(t, "Enter")
	b.Wait(t, ".judges")
	for _, x := range b.Trouble() {
		t.Error(x)
	}
}
