package webtest

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
)

func TestFirstRunMakesTheAdministratorOnce(t *testing.T) {
	c := Open(t)
	client := c.Client(t)
	if a := Get(t, client, c.URL+"/"); a.Request.URL.Path != "/first-run" {
		t.Fatalf("an empty centre leads to %s", a.Request.URL.Path)
	}
	form := url.Values{"display": {"顾安然"}, "name": {"guanran"}, "password": {Password}, "again": {"another"}}
	a := Post(t, client, c.URL+"/first-run", form)
	if a.StatusCode != http.StatusUnprocessableEntity || len(a.All(".alert.harm")) != 1 || a.One(t, "#f-name").attr["value"] != "guanran" {
		t.Errorf("two passwords that differ: status %d", a.StatusCode)
	}
	form.Set("again", Password)
	if a = Post(t, client, c.URL+"/first-run", form); a.Request.URL.Path != "/" || len(a.All(".steps li")) == 0 {
		t.Fatalf("the first run ends at %s, status %d", a.Request.URL.Path, a.StatusCode)
	}
	if a = Get(t, client, c.URL+"/first-run"); a.Request.URL.Path != "/" {
		t.Error("the first run can be had again")
	}
	form.Set("name", "second")
	if a = Post(t, c.Client(t), c.URL+"/first-run", form); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a second first administrator: status %d", a.StatusCode)
	}
}

func TestSignIn(t *testing.T) {
	c := Staffed(t)
	for _, tc := range []struct{ to, want string }{
		{"/archive", "/archive"}, {"", "/"}, {"//elsewhere.example/", "/"}, {"https://elsewhere.example/", "/"}, {"/\\elsewhere.example", "/"},
	} {
		a := Post(t, c.Client(t), c.URL+"/sign-in", url.Values{"name": {" Trainee "}, "password": {Password}, "to": {tc.to}})
		if a.Request.URL.Path != tc.want || a.Request.URL.Host != strings.TrimPrefix(c.URL, "http://") {
			t.Errorf("to %q: came to %s", tc.to, a.Request.URL)
		}
	}
	client := c.Client(t)
	if a := Get(t, client, c.URL+"/archive"); a.Request.URL.Path != "/sign-in" || a.One(t, "[name=to]").attr["value"] != "/archive" {
		t.Errorf("a stranger at /archive came to %s", a.Request.URL)
	}
	client = c.SignedIn(t, staff.Trainee)
	Post(t, client, c.URL+"/sign-out", nil)
	if a := Get(t, client, c.URL+"/archive"); a.Request.URL.Path != "/sign-in" {
		t.Error("signing out does not end the session")
	}
}

func TestTooManyWrongPasswords(t *testing.T) {
	c := Staffed(t)
	form := url.Values{"name": {"lead"}, "password": {"wrong"}}
	var a Answer
	for range 6 {
		a = Post(t, c.Client(t), c.URL+"/sign-in", form)
		if len(a.All(".alert.warm")) != 1 {
			t.Fatalf("a wrong password: status %d without a word", a.StatusCode)
		}
	}
	if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
		t.Errorf("the sixth failure: status %d, retry after %q", a.StatusCode, a.Header.Get("Retry-After"))
	}
}

func TestANewPersonChangesHerPassword(t *testing.T) {
	c := Staffed(t)
	admin := c.SignedIn(t, staff.Administrator)
	a := Post(t, admin, c.URL+"/people", url.Values{"display": {"陆一鸣"}, "name": {"luyiming"}, "roles": {"trainee", "agent"}})
	password := strings.TrimSpace(a.One(t, ".secret code").text)
	if len(password) < 16 {
		t.Fatalf("the first password is %q", password)
	}
	client := c.Client(t)
	a = Post(t, client, c.URL+"/sign-in", url.Values{"name": {"luyiming"}, "password": {password}})
	if a.Request.URL.Path != "/account/password" {
		t.Fatalf("with the first password one comes to %s", a.Request.URL.Path)
	}
	if a = Get(t, client, c.URL+"/practice"); a.Request.URL.Path != "/account/password" {
		t.Error("one can go on with the first password")
	}
	a = Post(t, client, c.URL+"/account/password", url.Values{"old": {password}, "password": {"short"}, "again": {"short"}})
	if a.StatusCode != http.StatusUnprocessableEntity || len(a.All(".alert.harm")) != 1 {
		t.Errorf("a short password: status %d", a.StatusCode)
	}
	a = Post(t, client, c.URL+"/account/password", url.Values{"old": {password}, "password": {"seven grey herons"}, "again": {"seven grey herons"}})
	if a.Request.URL.Path != "/" || len(a.All(".home-next")) != 1 {
		t.Errorf("after the change one comes to %s, status %d", a.Request.URL.Path, a.StatusCode)
	}
}

func TestAdministratorLocksAndOpens(t *testing.T) {
	c := Staffed(t)
	admin, agent := c.SignedIn(t, staff.Administrator), c.SignedIn(t, staff.Agent)
	page := c.URL + "/people/" + string(c.People[staff.Agent].ID)
	a := Post(t, admin, page+"/state", url.Values{"state": {"locked"}})
	if undo := a.One(t, "template[data-toast]"); undo.attr["data-undo-body"] != "state=active" {
		t.Errorf("locking offers no undo: %v", undo.attr)
	}
	if a := Get(t, agent, c.URL+"/practice"); a.Request.URL.Path != "/sign-in" {
		t.Error("who is locked goes on")
	}
	Post(t, admin, page+"/state", url.Values{"state": {"active"}})
	c.SignedIn(t, staff.Agent)
	own := Get(t, admin, c.URL+"/people/"+string(c.People[staff.Administrator].ID))
	if len(own.All("[value=locked]")) != 0 {
		t.Error("an administrator may lock herself out")
	}
	a = Post(t, admin, c.URL+"/people/"+string(c.People[staff.Administrator].ID)+"/roles", url.Values{"roles": {"trainee"}})
	if a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the last administrator gave her role away: status %d", a.StatusCode)
	}
}

// TestACallWithoutScripts holds a call by plain forms.
func TestACallWithoutScripts(t *testing.T) {
	c := Staffed(t)
	client := c.SignedIn(t, staff.Trainee)
	ring := Get(t, client, c.URL+"/practice/scenarios/"+string(c.scenarioFor(t).ID))
	form := url.Values{"notes": {"live"}, "scenario": {ring.One(t, "[name=scenario]").attr["value"]}, "seed": {ring.One(t, "[name=seed]").attr["value"]}}
	call := Post(t, client, c.URL+"/practice/calls", form)
	if !strings.HasPrefix(call.Request.URL.Path, "/practice/calls/") || len(call.All("[data-call].guided")) != 1 {
		t.Fatalf("answering came to %s", call.Request.URL.Path)
	}
	address := c.URL + call.Request.URL.Path
	call = Post(t, client, address+"/lines", url.Values{"text": {lines[0]}})
	if got := len(call.All(".line.agent")); got != 1 || len(call.All(".line.customer")) == 0 {
		t.Errorf("%d lines of the agent, %d of the customer", got, len(call.All(".line.customer")))
	}
	if len(call.All(".heard li")) == 0 {
		t.Error("a greeting was said, and nothing noted")
	}
	if a := Get(t, c.SignedIn(t, staff.Agent), address); a.StatusCode != http.StatusNotFound {
		t.Errorf("somebody else's call: status %d", a.StatusCode)
	}
	result := Post(t, client, address+"/end", nil)
	if !strings.HasPrefix(result.Request.URL.Path, "/conversations/") {
		t.Fatalf("hanging up came to %s", result.Request.URL.Path)
	}
	c.await(t, "the result", func() bool { return len(Get(t, client, result.Request.URL.String()).All(".mark-card")) == 1 })
	if a := Get(t, client, address); !strings.HasPrefix(a.Request.URL.Path, "/conversations/") {
		t.Error("a call that is over does not lead to its result")
	}
}

func TestWhoSeesAResult(t *testing.T) {
	c := Staffed(t)
	call := c.Practise(t, staff.Trainee)
	address := c.URL + "/conversations/" + string(call.Conversation)
	for role, want := range map[staff.Role]int{staff.Trainee: 200, staff.Advisor: 200, staff.Evaluator: 200, staff.Auditor: 200,
		staff.Agent: 404, staff.Lead: 404, staff.Administrator: 404, staff.Counsellor: 404} {
		a := Get(t, c.SignedIn(t, role), address)
		if a.StatusCode != want {
			t.Errorf("%s: status %d, want %d", role, a.StatusCode, want)
		}
		if offered := len(a.All(".contest")) > 0; offered != (role == staff.Trainee) && want == 200 {
			t.Errorf("%s is offered to contest: %v", role, offered)
		}
	}
	for role, want := range map[staff.Role]int{staff.Trainee: 200, staff.Advisor: 200, staff.Auditor: 200, staff.Agent: 403, staff.Administrator: 403, staff.Lead: 403} {
		a := Get(t, c.SignedIn(t, role), c.URL+"/archive/"+string(c.People[staff.Trainee].ID))
		if a.StatusCode != want && !(want == 403 && a.StatusCode == 404) {
			t.Errorf("archive as %s: status %d, want %d", role, a.StatusCode, want)
		}
	}
}

func TestAContestIsAnswered(t *testing.T) {
	c := Staffed(t)
	call := c.Practise(t, staff.Trainee)
	address := c.URL + "/conversations/" + string(call.Conversation)
	trainee, evaluator := c.SignedIn(t, staff.Trainee), c.SignedIn(t, staff.Evaluator)
	page := Get(t, trainee, address)
	item := page.All(".contest [name=item]")
	if len(item) == 0 {
		t.Fatal("nothing can be contested")
	}
	form := url.Values{"item": {item[0].attr["value"]}, "why": {"  "}}
	if a := Post(t, trainee, address+"/contests", form); a.StatusCode != http.StatusBadRequest {
		t.Errorf("an empty view: status %d", a.StatusCode)
	}
	form.Set("why", "客户先挂断了，我来不及道别。")
	if a := Post(t, trainee, address+"/contests", form); len(a.All(".told")) == 0 {
		t.Error("the view is not shown")
	}
	if a := Post(t, trainee, address+"/contests", form); a.StatusCode != http.StatusConflict {
		t.Errorf("the same view again: status %d", a.StatusCode)
	}
	if a := Post(t, evaluator, address+"/contests", form); a.StatusCode != http.StatusForbidden {
		t.Errorf("a view on somebody else's call: status %d", a.StatusCode)
	}
	home := Get(t, evaluator, c.URL+"/")
	if !home.One(t, "#next-title").Says("1") && !home.One(t, "#next-title").Says("One") {
		t.Errorf("the evaluator's home says %q", home.One(t, "#next-title").text)
	}
	answer := url.Values{"item": form["item"], "person": {string(c.People[staff.Trainee].ID)}, "state": {"agreed"}, "why": {"您说得对。"}}
	Post(t, evaluator, address+"/answers", answer)
	found := false
	for _, n := range Get(t, trainee, address).All(".told") {
		found = found || n.Says("您说得对")
	}
	if !found {
		t.Error("the answer does not reach the trainee")
	}
}

func TestLanguageAndTheme(t *testing.T) {
	c := Staffed(t)
	lang := func(client *http.Client, accept string) string {
		request, _ := http.NewRequest(http.MethodGet, c.URL+"/sign-in", nil)
		request.Header.Set("Accept-Language", accept)
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		return read(t, response).One(t, "html").attr["lang"]
	}
	client := c.Client(t)
	if lang(client, "zh-CN,zh;q=0.9") != "zh-CN" || lang(client, "en-GB") != "en" || lang(client, "") != "zh-CN" {
		t.Error("the browser's language is not taken")
	}
	Post(t, client, c.URL+"/preferences/language", url.Values{"language": {"en"}, "back": {"/sign-in"}})
	if lang(client, "zh-CN") != "en" {
		t.Error("the switch is not remembered")
	}
	a := Post(t, client, c.URL+"/preferences/theme", url.Values{"theme": {"dark"}, "back": {"/sign-in"}})
	if a.One(t, "html").attr["data-theme"] != "dark" {
		t.Error("the theme is not remembered")
	}
}

func TestWhatEveryAnswerCarries(t *testing.T) {
	c := Open(t)
	a := Get(t, c.Client(t), c.URL+"/sign-in")
	for name, want := range map[string]string{"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"} {
		if !strings.Contains(a.Header.Get(name), want) {
			t.Errorf("%s is %q", name, a.Header.Get(name))
		}
	}
	if strings.Contains(a.Header.Get("Content-Security-Policy"), "unsafe") {
		t.Error("the policy lets something unsafe in")
	}
	style := Get(t, c.Client(t), c.URL+a.One(t, "link[rel=stylesheet]").attr["href"])
	if !strings.Contains(style.Header.Get("Cache-Control"), "immutable") || style.StatusCode != http.StatusOK {
		t.Errorf("the style sheet: status %d, %s", style.StatusCode, style.Header.Get("Cache-Control"))
	}
	request, _ := http.NewRequest(http.MethodPost, c.URL+"/sign-in", strings.NewReader("name=a&password=b"))
	request.Header.Set("Origin", "https://elsewhere.example")
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	response, err := http.DefaultClient.Do(request)
	if err != nil || response.StatusCode != http.StatusForbidden {
		t.Errorf("a form from elsewhere: %v, %v", response.Status, err)
	}
	response.Body.Close()
}

func TestNotesStayOffWhenNotWanted(t *testing.T) {
	c := Staffed(t)
	actor := c.actor(t, staff.Trainee)
	view, err := c.Deps.Calls.Begin(t.Context(), actor, c.scenarioFor(t).ID, training.NotesOff, 1)
	if err != nil {
		t.Fatal(err)
	}
	a := Get(t, c.SignedIn(t, staff.Trainee), c.URL+"/practice/calls/"+string(view.Practice.ID))
	if len(a.All(".guide")) != 0 || len(a.All("[data-call]")) != 1 {
		t.Error("notes stand beside a call that wants none")
	}
}

// vouching is another house that vouches for whoever comes back with a code.
type vouching struct{ site string }

func (p vouching) Begin(context.Context) (to, kept string, err error) {
	return p.site + "/sign-in/back?code=good", "kept", nil
}

func (vouching) Finish(_ context.Context, kept string, r *http.Request) (staff.Claim, error) {
	if kept != "kept" || r.FormValue("code") != "good" {
		return staff.Claim{}, errors.New("not vouched for")
	}
	return staff.Claim{Identity: staff.Identity{Issuer: "https://id.example", Subject: "42"}}, nil
}

func TestTheButtonOfAnotherHouse(t *testing.T) {
	c := Staffed(t)
	c.Deps.Provider, c.Deps.ProviderName = vouching{}, "Example"
	c.serve(t)
	form := Get(t, c.Client(t), c.URL+"/sign-in?to=/archive")
	if link := form.One(t, "a.block"); !link.Says("Example") || link.attr["href"] != "/sign-in/provider?to=%2Farchive" {
		t.Errorf("the button is %v", link.attr)
	}
}

func TestAnotherHouseDecidesNothingAlone(t *testing.T) {
	c := Staffed(t)
	if a := Get(t, c.Client(t), c.URL+"/sign-in/provider"); a.StatusCode != http.StatusNotFound {
		t.Errorf("no provider is configured: status %d", a.StatusCode)
	}
	c.Deps.Provider = vouching{""} // the address it sends to is a path of this site
	c.serve(t)
	trainee := c.People[staff.Trainee].ID
	who := staff.Identity{Issuer: "https://id.example", Subject: "42"}
	client := c.Client(t)
	if a := Get(t, client, c.URL+"/sign-in/provider?to=/archive"); a.StatusCode != http.StatusUnauthorized || len(a.All(".alert.warm")) != 1 {
		t.Errorf("a stranger: status %d at %s", a.StatusCode, a.Request.URL)
	}
	if err := c.Staff.SetIdentity(t.Context(), c.Admin, trainee, who); err != nil {
		t.Fatal(err)
	}
	if a := Get(t, client, c.URL+"/sign-in/provider?to=/archive"); a.Request.URL.Path != "/archive" || a.StatusCode != http.StatusOK {
		t.Errorf("she whom the other house knows: status %d at %s", a.StatusCode, a.Request.URL)
	}
	if a := Get(t, c.Client(t), c.URL+"/sign-in/back?code=good"); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("an answer nobody asked for: status %d", a.StatusCode)
	}
}
