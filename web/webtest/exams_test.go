package webtest

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
)

// setExam lets the class advisor set the trainee an exam by the form, and returns
// its address for the trainee.
func (c *Centre) setExam(t testing.TB, minutes string) string {
	t.Helper()
	advisor := c.SignedIn(t, staff.Advisor)
	a := Post(t, advisor, c.URL+"/exams", url.Values{"person": {string(c.People[staff.Trainee].ID)}, "scenario": {string(broadband)}, "minutes": {minutes}})
	if a.StatusCode != http.StatusOK || len(a.All("tbody tr")) == 0 {
		t.Fatalf("setting an exam: status %d", a.StatusCode)
	}
	papers, err := c.Deps.Calls.PapersFor(t.Context(), c.actor(t, staff.Trainee))
	if err != nil || len(papers) == 0 {
		t.Fatalf("no paper is there: %v", err)
	}
	return "/practice/exams/" + string(papers[0].ID)
}

func TestAnExamIsSetAndTaken(t *testing.T) {
	c := Staffed(t)
	advisor, trainee := c.SignedIn(t, staff.Advisor), c.SignedIn(t, staff.Trainee)
	form := Get(t, advisor, c.URL+"/exams")
	if n := len(form.All("input[name=person]")); n != 1 { // her class has one trainee
		t.Errorf("%d people are offered", n)
	}
	for name, bad := range map[string]url.Values{
		"nobody":      {"scenario": {string(broadband)}},
		"a stranger":  {"person": {string(c.People[staff.Agent].ID)}, "scenario": {string(broadband)}},
		"no scenario": {"person": {string(c.People[staff.Trainee].ID)}, "scenario": {"zh-nothing"}},
		"three hours": {"person": {string(c.People[staff.Trainee].ID)}, "scenario": {string(broadband)}, "minutes": {"180"}},
		"half a word": {"person": {string(c.People[staff.Trainee].ID)}, "scenario": {string(broadband)}, "minutes": {"ten"}},
	} {
		if a := Post(t, advisor, c.URL+"/exams", bad); a.StatusCode != http.StatusUnprocessableEntity || len(a.All(".alert")) != 1 {
			t.Errorf("%s: status %d", name, a.StatusCode)
		}
	}
	paper := c.setExam(t, "7")
	for path, where := range map[string]string{"/": ".home-next", "/practice": ".paper"} { // at home it is the one thing to do
		if a := Get(t, trainee, c.URL+path); len(a.All(where+" a[href="+paper+"]")) != 1 {
			t.Errorf("%s does not offer the exam", path)
		}
	}
	if a := Get(t, c.SignedIn(t, staff.Agent), c.URL+paper); a.StatusCode != http.StatusNotFound {
		t.Errorf("somebody else's exam: status %d", a.StatusCode)
	}
	ring := Get(t, trainee, c.URL+paper)
	if !strings.Contains(ring.Body, "7 分") || strings.Contains(ring.Body, "name=\"seed\"") || len(ring.All("input[name=notes]")) != 0 {
		t.Error("the ring does not say the time, or offers a choice")
	}
	call := Post(t, trainee, c.URL+paper, url.Values{"seed": {"5"}, "notes": {"live"}})
	if len(call.All("[data-deadline]")) != 1 || len(call.All("[data-left-clock]")) != 1 || len(call.All(".guide")) != 0 {
		t.Fatalf("the call came to %s", call.Request.URL.Path)
	}
	if again := Get(t, trainee, c.URL+paper); again.Request.URL.Path != call.Request.URL.Path {
		t.Errorf("the exam leads to %s", again.Request.URL.Path)
	}
	end := Post(t, trainee, c.URL+call.Request.URL.Path+"/end", url.Values{})
	view, err := c.Deps.Calls.PapersFor(t.Context(), c.actor(t, staff.Trainee))
	if err != nil || view[0].State == training.Talking || view[0].Practice == "" {
		t.Fatalf("the paper is %+v, %v", view, err)
	}
	c.marked(t, view[0].Conversation)
	result := Get(t, trainee, c.URL+end.Request.URL.Path)
	played := result.One(t, ".played")
	for _, words := range []string{string(broadband), "第 1 版", "卷号 4711", "考试", "限时 7 分"} {
		if !played.Says(words) {
			t.Errorf("the result does not say %q: %s", words, played.text)
		}
	}
	if len(result.All(".retake")) != 0 {
		t.Error("an exam can be taken again")
	}
	if a := Get(t, advisor, c.URL+"/exams"); len(a.All("td a[href=/conversations/"+string(view[0].Conversation)+"]")) != 1 {
		t.Error("the advisor does not see how it went")
	}
}

// TestAModelWordsAnExamOnlyWhereThereIsOne: without one the form does not offer
// it, and the server takes no such paper.
func TestAModelWordsAnExamOnlyWhereThereIsOne(t *testing.T) {
	c := Staffed(t)
	advisor := c.SignedIn(t, staff.Advisor)
	form := url.Values{"person": {string(c.People[staff.Trainee].ID)}, "scenario": {string(broadband)}, "worded": {"yes"}}
	if a := Get(t, advisor, c.URL+"/exams"); len(a.All("input[name=worded]")) != 0 {
		t.Error("a house without a model offers its words")
	}
	if a := Post(t, advisor, c.URL+"/exams", form); a.StatusCode != http.StatusUnprocessableEntity || len(a.All("tbody tr")) != 0 {
		t.Errorf("a paper worded by no model: status %d, %d papers", a.StatusCode, len(a.All("tbody tr")))
	}
	c.Deps.Calls.WordBy(noWords{})
	if a := Get(t, advisor, c.URL+"/exams"); len(a.All("input[name=worded]")) != 1 {
		t.Error("a house with a model does not offer its words")
	}
	if a := Post(t, advisor, c.URL+"/exams", form); a.StatusCode != http.StatusOK || len(a.All("tbody tr")) != 1 {
		t.Errorf("with a model: status %d, %d papers", a.StatusCode, len(a.All("tbody tr")))
	}
}

// noWords is a model that never finds better ones.
type noWords struct{}

func (noWords) Word(context.Context, scenario.Brief, func(string) scenario.Refusal) (string, bool) {
	return "", false
}

func TestNobodyChoosesHerExamForm(t *testing.T) {
	c := Staffed(t)
	trainee := c.SignedIn(t, staff.Trainee)
	Post(t, trainee, c.URL+"/practice/calls", url.Values{"scenario": {string(broadband)}, "notes": {"off"}, "seed": {"5"}})
	calls, err := c.Deps.Calls.Of(t.Context(), c.actor(t, staff.Trainee), "", 1)
	if err != nil || len(calls) != 1 || calls[0].Seed != 4711 || calls[0].Limit != 10*time.Minute {
		t.Errorf("the call is %+v, %v", calls, err)
	}
}

func TestAnExamThatNobodyBeganIsTakenBack(t *testing.T) {
	c := Staffed(t)
	paper := c.setExam(t, "")
	advisor := c.SignedIn(t, staff.Advisor)
	withdraw := Get(t, advisor, c.URL+"/exams").One(t, "td form").attr["action"]
	if a := Post(t, c.SignedIn(t, staff.Instructor), c.URL+withdraw, url.Values{}); a.StatusCode != http.StatusNotFound {
		t.Errorf("somebody else takes it back: status %d", a.StatusCode)
	}
	Post(t, advisor, c.URL+withdraw, url.Values{})
	trainee := c.SignedIn(t, staff.Trainee)
	if a := Post(t, trainee, c.URL+paper, url.Values{}); a.StatusCode != http.StatusConflict {
		t.Errorf("begun all the same: status %d", a.StatusCode)
	}
	if a := Get(t, trainee, c.URL+"/"); strings.Contains(a.Body, paper) {
		t.Error("it is still offered")
	}
}

// TestAnExamForTheWholeClass: everybody is chosen at once, and nobody sees a box
// that does nothing without a script.
func TestAnExamForTheWholeClass(t *testing.T) {
	c := Staffed(t)
	lin2, err := c.Staff.CreatePerson(t.Context(), c.Admin, staff.NewPerson{Name: "lin2", Display: "林二", Roles: staff.RolesOf(staff.Trainee), Password: Password, Settled: true})
	if err != nil {
		t.Fatal(err)
	}
	teams, err := c.Staff.Teams(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, team := range teams {
		if team.Kind == staff.ClassKind {
			if err := c.Staff.SetMember(t.Context(), c.Admin, team.ID, lin2.ID, staff.Member); err != nil {
				t.Fatal(err)
			}
		}
	}
	b := NewBrowser(t, c.URL)
	b.SignIn(t, "advisor")
	b.Open(t, "/exams")
	b.Click(t, "[name=person]")
	if !Eval[bool](t, b, `document.querySelector("[data-all]").indeterminate`) {
		t.Error("one of two reads like none or all")
	}
	b.Click(t, "[data-all]")
	b.both(t, "exam-form")
	b.Click(t, ".exam-form button.first")
	b.Until(t, `document.querySelectorAll("tbody tr").length === 2`)
	b.both(t, "exams-set")
}

// TestTimeRunsOutInTheBrowser: the page counts down, the server cuts the call off,
// and the page goes to the result by itself.
func TestTimeRunsOutInTheBrowser(t *testing.T) {
	c := Staffed(t)
	paper := c.setExam(t, "1")
	b := NewBrowser(t, c.URL)
	b.SignIn(t, "advisor")
	b.Open(t, "/exams")
	b.look(t, "exams")
	b.SignOut(t)
	b.SignIn(t, "trainee")
	b.Open(t, paper)
	b.look(t, "exam-ring")
	b.Focus(t, ".answer")
	b.Type(t, "\n")
	b.Wait(t, "[data-call]")
	if got := Eval[string](t, b, `document.querySelector("[data-left-clock]").textContent`); got != "1:00" && got != "0:59" && got != "0:58" {
		t.Errorf("%s are left at the beginning", got)
	}
	b.Type(t, "您好，请问有什么可以帮您？\n")
	b.Until(t, `document.querySelectorAll(".line.customer:not(.thinking)").length === 1`)
	c.ahead.Store(int64(35 * time.Second))
	b.Open(t, Eval[string](t, b, `location.pathname`))
	b.Until(t, `/^0:[012]\d$/.test(document.querySelector("[data-left-clock]").textContent)`)
	if !Eval[bool](t, b, `document.querySelector("[data-left].last") !== null && document.querySelector("[data-left-says]").textContent !== ""`) {
		t.Error("the last minute is not told")
	}
	b.both(t, "exam-call")
	calls, err := c.Deps.Calls.Of(t.Context(), c.actor(t, staff.Trainee), "", 1)
	if err != nil {
		t.Fatal(err)
	}
	at, _ := calls[0].Deadline()
	c.ahead.Store(int64(time.Until(at) - 1500*time.Millisecond))
	b.Open(t, "/practice/calls/"+string(calls[0].ID))
	b.Until(t, `location.pathname.startsWith("/conversations/")`)
	calls, err = c.Deps.Calls.Of(t.Context(), c.actor(t, staff.Trainee), "", 1)
	if err != nil || calls[0].EndedBy != conversation.System || calls[0].Ended.Sub(calls[0].Started) != time.Minute {
		t.Errorf("the call ended by %s after %v, %v", calls[0].EndedBy, calls[0].Ended.Sub(calls[0].Started), err)
	}
	c.marked(t, calls[0].Conversation)
	b.Until(t, `document.querySelector(".mark-card") !== null`)
	b.look(t, "exam-result")
}
