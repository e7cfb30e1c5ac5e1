package webtest

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
)

const broadband id.Scenario = "zh-broadband-down"

// form is what the editor of a page would send.
func editorForm(a Answer) url.Values {
	out := url.Values{}
	for _, box := range a.All(".scenario-editor textarea") {
		out.Set(box.attr["name"], strings.TrimPrefix(box.text, "\n"))
	}
	return out
}

// colleague creates a second evaluator and signs her in.
func (c *Centre) colleague(t testing.TB) *http.Client {
	t.Helper()
	if _, err := c.Staff.CreatePerson(t.Context(), c.Admin, staff.NewPerson{Name: "bea", Display: "白露", Roles: staff.RolesOf(staff.Evaluator), Password: Password, Settled: true}); err != nil {
		t.Fatal(err)
	}
	bea := c.Client(t)
	Post(t, bea, c.URL+"/sign-in", url.Values{"name": {"bea"}, "password": {Password}})
	return bea
}

// TestAScenarioIsWrittenAndPutInForce: a draft with a mistake is kept, a clean one
// is released by somebody else, the next call uses it, and one under way does not.
func TestAScenarioIsWrittenAndPutInForce(t *testing.T) {
	c := Staffed(t)
	trainee := c.actor(t, staff.Trainee)
	under, err := c.Deps.Calls.Begin(t.Context(), trainee, broadband, training.NotesAfter, 3)
	if err != nil {
		t.Fatal(err)
	}
	instructor, evaluator := c.SignedIn(t, staff.Instructor), c.SignedIn(t, staff.Evaluator)
	if n := len(Get(t, instructor, c.URL+"/scenarios").All("[data-row]")); n < 40 {
		t.Errorf("%d scenarios are listed", n)
	}
	page := Get(t, instructor, c.URL+"/scenarios/"+string(broadband))
	form := editorForm(page)
	address := c.URL + page.One(t, ".scenario-editor").attr["action"]
	if a := Post(t, instructor, address, form); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("nothing changed: status %d", a.StatusCode)
	}
	text := form.Get("scenario")
	form.Set("scenario", strings.Replace(text, "kind: complaint", "kind: complain", 1))
	form.Set("why", "先存着")
	bad := Post(t, instructor, address, form)
	if !strings.HasSuffix(bad.Request.URL.Path, "/versions/2") || len(bad.All(".problems li")) != 1 || !strings.Contains(bad.Body, "complaint") || len(bad.All(".card-next button")) != 1 {
		t.Fatalf("a mistake: %s, %d problems", bad.Request.URL.Path, len(bad.All(".problems li")))
	}
	if a := Post(t, evaluator, c.URL+bad.Request.URL.Path+"/state", url.Values{"state": {"live"}}); a.StatusCode != http.StatusConflict {
		t.Errorf("released with a mistake: status %d", a.StatusCode)
	}
	form.Set("scenario", strings.ReplaceAll(strings.Replace(text, "断网好几天的居家办公客户", "断网的设计师", 1), "\n", "\r\n"))
	good := Post(t, instructor, address, form)
	if !strings.HasSuffix(good.Request.URL.Path, "/versions/3") || len(good.All(".problems li")) != 0 {
		t.Fatalf("saving came to %s", good.Request.URL.Path)
	}
	if a := Get(t, instructor, c.URL+good.Request.URL.Path+"/compare?with=1"); len(a.All(".diff-line.added")) != 1 || len(a.All(".diff-line.removed")) != 1 {
		t.Errorf("%d lines were added, want one", len(a.All(".diff-line.added")))
	}
	state := c.URL + good.Request.URL.Path + "/state"
	if a := Post(t, instructor, state, url.Values{"state": {"live"}}); a.StatusCode != http.StatusForbidden {
		t.Errorf("she released her own: status %d", a.StatusCode)
	}
	if a := Post(t, evaluator, state, url.Values{"state": {"live"}, "why": {"试演过了"}}); a.StatusCode != http.StatusOK {
		t.Errorf("a colleague releases it: status %d", a.StatusCode)
	}
	next, err := c.Deps.Calls.Begin(t.Context(), trainee, broadband, training.NotesAfter, 3)
	if err != nil || next.Scenario.Title != "断网的设计师" || !strings.HasPrefix(next.Practice.Version, "3.") {
		t.Errorf("the next call has %q, version %s, %v", next.Scenario.Title, next.Practice.Version, err)
	}
	old, err := c.Deps.Calls.Say(t.Context(), trainee, under.Practice.ID, "您好，请问有什么可以帮您？")
	if err != nil || old.Scenario.Title == next.Scenario.Title {
		t.Errorf("the call under way became %q, %v", old.Scenario.Title, err)
	}
	if a := Get(t, c.SignedIn(t, staff.Trainee), c.URL+"/practice"); !strings.Contains(a.Body, "断网的设计师") {
		t.Error("the list of practice has the old title")
	}

	// The evaluator's own draft is released by another one; withdrawn, it rings no more.
	page = Get(t, evaluator, c.URL+"/scenarios/"+string(broadband))
	form = editorForm(page)
	form.Set("scenario", form.Get("scenario")+"# 说明\n")
	own := Post(t, evaluator, c.URL+page.One(t, ".scenario-editor").attr["action"], form)
	state = c.URL + own.Request.URL.Path + "/state"
	if a := Post(t, evaluator, state, url.Values{"state": {"live"}}); a.StatusCode != http.StatusForbidden {
		t.Errorf("an evaluator released her own: status %d", a.StatusCode)
	}
	bea := c.colleague(t)
	Post(t, bea, state, url.Values{"state": {"live"}})
	Post(t, bea, state, url.Values{"state": {"retired"}})
	if _, err := c.Deps.Calls.Begin(t.Context(), trainee, broadband, training.NotesAfter, 3); err == nil {
		t.Error("a withdrawn scenario still rings")
	}
}

func TestWaysToANewScenario(t *testing.T) {
	c := Staffed(t)
	client := c.SignedIn(t, staff.Instructor)
	lands := func(a Answer, sid string, problems int) {
		t.Helper()
		if a.Request.URL.Path != "/scenarios/"+sid+"/versions/1" {
			t.Fatalf("came to %s, status %d", a.Request.URL.Path, a.StatusCode)
		}
		if n := len(a.All(".problems li")); n != problems {
			t.Errorf("%s: %d problems, want %d", sid, n, problems)
		}
	}
	lands(Post(t, client, c.URL+"/scenarios", url.Values{"way": {"copy"}, "from": {string(broadband)}, "id": {"zh-our-own"}}), "zh-our-own", 0)
	lands(Post(t, client, c.URL+"/scenarios", url.Values{"way": {"text"}, "text": {"id: zh-half-done\nlang: zh\ntitle: 写了一半\nlevel: [\n"}}), "zh-half-done", 1)
	lands(upload(t, client, c.URL+"/scenarios", "id: en-from-file\nlang: en\ntitle: Uploaded\n"), "en-from-file", len(Get(t, client, c.URL+"/scenarios/en-from-file").All(".problems li")))
	for name, form := range map[string]url.Values{
		"a name that is taken": {"way": {"copy"}, "from": {string(broadband)}, "id": {string(broadband)}},
		"no name":              {"way": {"text"}, "text": {"title: 没有编号\n"}},
		"nothing":              {"way": {"text"}, "text": {""}, "id": {"zh-nothing"}},
		"no way":               {"id": {"zh-no-way"}},
	} {
		if a := Post(t, client, c.URL+"/scenarios", form); a.StatusCode != http.StatusUnprocessableEntity || len(a.All(".alert")) != 1 {
			t.Errorf("%s: status %d at %s", name, a.StatusCode, a.Request.URL.Path)
		}
	}
}

// told is a call in which people say who they are.
func (c *Centre) told(t testing.TB) conversation.Conversation {
	t.Helper()
	conv := conversation.Conversation{ID: "01K00000000000000000TOLD99", Lang: conversation.Chinese, Channel: conversation.Phone, Direction: conversation.Inbound}
	for i, text := range []string{
		"您好，星河宽带，工号2016，请问有什么可以帮您？", "家里宽带断了三天了，我叫王建国，电话13912345678，你们到底管不管？",
		"实在抱歉，王先生，给您添麻烦了。请问光猫上亮的是什么灯？", "亮红灯，重启过好几次都没用。",
		"我给您报修，明天下午三点前师傅上门，修好之后我再给您回电话。", "行，那我等着。",
		"感谢您的来电，再见。",
	} {
		role := conversation.Agent
		if i%2 == 1 {
			role = conversation.Customer
		}
		at := int64(i) * 10_000
		conv.Turns = append(conv.Turns, conversation.Turn{Role: role, Text: text, Start: at, End: at + 8_000, Confidence: conversation.Unknown})
	}
	head := conversation.Head{Source: conversation.Posted, Owner: c.People[staff.Agent].ID, Added: time.Now().UTC().Truncate(time.Microsecond)}
	if err := c.Deps.Conversations.Add(t.Context(), conv, head); err != nil {
		t.Fatal(err)
	}
	c.marked(t, conv.ID)
	return conv
}

// TestAScenarioFromAConversation: an evaluator who reads a call goes on to a draft
// that names nobody, tries it, and keeps it under a name of her own.
func TestAScenarioFromAConversation(t *testing.T) {
	c := Staffed(t)
	conv := c.told(t)
	b := NewBrowser(t, c.URL)
	b.SignIn(t, "evaluator")
	b.Open(t, "/conversations/"+string(conv.ID))
	b.both(t, "desk-to-scenario")
	b.Click(t, ".to-scenario a")
	b.Wait(t, ".scenario-editor")
	b.Until(t, `document.querySelectorAll("[data-lines] span").length > 20`)
	b.both(t, "scenario-drafted")
	texts := Eval[string](t, b, `[...document.querySelectorAll(".scenario-editor textarea")].map(t => t.value).join("\n")`)
	for _, hers := range []string{"13912345678", "建国", "王"} {
		if strings.Contains(texts, hers) {
			t.Errorf("the draft holds %q:\n%s", hers, texts)
		}
	}
	if !strings.Contains(texts, "断了三天") || !strings.Contains(texts, "师傅上门") {
		t.Errorf("the draft lacks what was said:\n%s", texts)
	}
	if n := Eval[int](t, b, `document.querySelectorAll(".alert.warm, .good-line").length`); n != 2 {
		t.Error("it is not told what the draft is, or it has mistakes")
	}
	sid := id.Scenario(Eval[string](t, b, `document.querySelector("#f-id-draft").value`))
	if versions, err := c.Deps.Scenarios.Versions(t.Context(), sid); sid == "" || err != nil || len(versions) != 0 {
		t.Errorf("%q is stored without being asked for: %v, %v", sid, versions, err)
	}
	b.Focus(t, "#bench-line")
	b.Type(t, "您好，请问有什么可以帮您？\n")
	b.Until(t, `document.querySelectorAll(".bench-turn").length === 1`)
	for _, k := range []struct{ name, comes string }{{string(broadband), "/scenarios"}, {"zh-from-talk", "/scenarios/zh-from-talk/versions/1"}} {
		b.Do(t, chromedp.Evaluate[chromedp.Void](`document.querySelector("#f-id-draft").value = "`+k.name+`"; undefined`))
		b.Focus(t, ".scenario-editor button.first")
		b.Type(t, "\n")
		b.Until(t, `location.pathname === "`+k.comes+`" && document.querySelector(".scenario-editor textarea").value.includes("断了三天")`)
		if wrong := Eval[bool](t, b, `document.querySelector(".alert.harm") !== null`); wrong != (k.comes == "/scenarios") {
			t.Errorf("kept as %s: refused %v", k.name, wrong)
		}
	}
	v, err := c.Deps.Scenarios.Version(t.Context(), "zh-from-talk", 1)
	if err != nil || v.State != scenario.Draft || v.Author != c.People[staff.Evaluator].ID || !strings.Contains(v.Texts.Scenario, "id: zh-from-talk\n") || v.Why == "" {
		t.Errorf("kept is %+v, %v", v, err)
	}
	for _, x := range b.Trouble() {
		t.Error(x)
	}
}

// TestWhoIsLedFromAConversationToAScenario: whoever may write scenarios, of calls
// that she may read.
func TestWhoIsLedFromAConversationToAScenario(t *testing.T) {
	c := Staffed(t)
	call := c.Practise(t, staff.Trainee)
	talk := c.URL + "/conversations/" + string(call.Conversation)
	evaluator := c.SignedIn(t, staff.Evaluator)
	Post(t, evaluator, talk+"/reviews", reviewForm(Get(t, evaluator, talk)))
	if a := Get(t, evaluator, talk); len(a.All(".to-scenario a")) != 1 {
		t.Error("who has judged is led nowhere")
	}
	if a := Get(t, c.SignedIn(t, staff.Trainee), talk); len(a.All(".to-scenario")) != 0 {
		t.Error("a trainee is led to the scenarios")
	}
	instructor := c.SignedIn(t, staff.Instructor)
	for name, conv := range map[string]string{"no conversation": "nothing", "of a trainee whom she does not teach": string(call.Conversation), "by its address": talk} {
		a := Get(t, instructor, c.URL+"/scenarios/new?id=zh-new&conversation="+url.QueryEscape(conv))
		if a.StatusCode != http.StatusUnprocessableEntity || len(a.All(".alert")) != 1 || a.One(t, "#f-conversation").attr["value"] != conv || a.One(t, "#f-id-conversation").attr["value"] != "zh-new" {
			t.Errorf("%s: status %d", name, a.StatusCode)
		}
	}
	if a := Get(t, evaluator, c.URL+"/scenarios/new?conversation="+url.QueryEscape(talk+"?after=1#turn-2")); len(a.All(".scenario-editor")) != 1 {
		t.Errorf("an address of a conversation leads to status %d", a.StatusCode)
	}
}

// TestScenariosOfTheReadersLanguageComeFirst: wherever one is chosen or listed.
func TestScenariosOfTheReadersLanguageComeFirst(t *testing.T) {
	c := Staffed(t)
	instructor, advisor := c.SignedIn(t, staff.Instructor), c.SignedIn(t, staff.Advisor)
	for _, k := range []struct {
		client         *http.Client
		path, selector string
		attr, prefix   string
	}{
		{instructor, "/scenarios/new", "select[name=from] option", "value", ""},
		{instructor, "/scenarios", "[data-row] a.main", "href", "/scenarios/"},
		{advisor, "/exams", "select[name=scenario] option", "value", ""},
	} {
		for lang, order := range map[string][2]string{"zh-CN": {"zh-", "en-"}, "en": {"en-", "zh-"}} {
			Post(t, k.client, c.URL+"/preferences/language", url.Values{"language": {lang}, "back": {"/"}})
			all := Get(t, k.client, c.URL+k.path).All(k.selector)
			if len(all) < 40 {
				t.Fatalf("%s lists %d scenarios", k.path, len(all))
			}
			first, last := all[0].attr[k.attr], all[len(all)-1].attr[k.attr]
			if !strings.HasPrefix(first, k.prefix+order[0]) || !strings.HasPrefix(last, k.prefix+order[1]) {
				t.Errorf("%s in %s runs from %s to %s", k.path, lang, first, last)
			}
		}
	}
}

// upload posts a file as the form for new scenarios does.
func upload(t *testing.T, client *http.Client, address, text string) Answer {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range map[string]string{"way": "text", "id": "", "text": ""} {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	file, err := w.CreateFormFile("file", "scenario.yaml")
	if err == nil {
		_, err = file.Write([]byte(text))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.Post(address, w.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, answer)
}

// TestTheBenchTellsWhy: what was heard, why he answers so, what moved him and by
// how much, and what he keeps back; no call is made.
func TestTheBenchTellsWhy(t *testing.T) {
	c := Staffed(t)
	client := c.SignedIn(t, staff.Instructor)
	form := editorForm(Get(t, client, c.URL+"/scenarios/"+string(broadband)))
	form.Set("of", string(broadband))
	form.Set("seed", "4")
	form["said"] = []string{"您好，星河宽带，工号2016，请问有什么可以帮您？", "这个我不清楚，你先等一下好不好？"}
	form["wait"] = []string{"1", "1"}
	a := Post(t, client, c.URL+"/scenarios/bench", form)
	turns := a.All(".bench-turn")
	if len(turns) != 2 || len(a.All(".bench-turn mark.fault")) == 0 || len(a.All(".bench-moved .by.warm")) == 0 || len(a.All(".gauges dd")) != 4 {
		t.Fatalf("%d turns: %s", len(turns), a.Body)
	}
	if !turns[1].Says("为什么这样回应") || !turns[0].Says("还没说为什么来电") || len(a.All(".inside-point")) < 8 {
		t.Errorf("the reasons are missing: %s", a.Body)
	}
	if again := Post(t, client, c.URL+"/scenarios/bench", form); again.Body != a.Body {
		t.Error("the same lines are another talk")
	}
	form.Set("scenario", strings.Replace(form.Get("scenario"), "kind: complaint", "kind: complain", 1))
	if a := Post(t, client, c.URL+"/scenarios/bench", form); a.StatusCode != http.StatusUnprocessableEntity || len(a.All("[data-note]")) != 1 {
		t.Errorf("a text with a mistake: status %d", a.StatusCode)
	}
	for name, change := range map[string]url.Values{"seed": {"seed": {"viele"}}, "line": {"seed": {"1"}, "said": {strings.Repeat("好", 2001)}}} {
		for k, v := range change {
			form[k] = v
		}
		if a := Post(t, client, c.URL+"/scenarios/bench", form); a.StatusCode != http.StatusBadRequest {
			t.Errorf("a wrong %s: status %d", name, a.StatusCode)
		}
	}
	calls, err := c.Deps.Calls.Of(t.Context(), c.actor(t, staff.Instructor), "", 10)
	if err != nil || len(calls) != 0 {
		t.Errorf("%d calls were made, %v", len(calls), err)
	}
}

func TestScriptedAgentsProveAScenario(t *testing.T) {
	c := Staffed(t)
	client := c.SignedIn(t, staff.Instructor)
	form := editorForm(Get(t, client, c.URL+"/scenarios/"+string(broadband)))
	form.Set("of", string(broadband))
	form.Set("forms", "4")
	a := Post(t, client, c.URL+"/scenarios/proof", form)
	if len(a.All(".proof tbody tr")) != 3 || len(a.All(".promises li.done")) != len(a.All(".promises li")) || len(a.All(".promises li")) != 8 {
		t.Errorf("the proof says %s", a.Body)
	}
	form.Set("expert", "您好。\n")
	form.Set("rude", "")
	a = Post(t, client, c.URL+"/scenarios/proof", form)
	if len(a.All(".proof tbody tr")) != 2 || len(a.All(".promises li.off")) == 0 || !strings.Contains(a.Body, "还没有脚本：无礼坐席") {
		t.Errorf("a bad expert and no rude agent: %s", a.Body)
	}
	form.Set("forms", "5000")
	if a := Post(t, client, c.URL+"/scenarios/proof", form); a.StatusCode != http.StatusBadRequest {
		t.Errorf("too many forms: status %d", a.StatusCode)
	}
}

// TestWritingAScenarioInTheBrowser: a mistake shows at its line while one types,
// the talk on the bench follows the text, and nothing is lost when it is saved.
func TestWritingAScenarioInTheBrowser(t *testing.T) {
	c := Staffed(t)
	b := NewBrowser(t, c.URL)
	b.SignIn(t, "instructor")
	b.Open(t, "/scenarios/"+string(broadband))
	b.look(t, "scenario")
	b.Size(t, 1440, 900)
	b.Open(t, "/scenarios/"+string(broadband))
	set := func(old, text string) {
		b.Do(t, chromedp.Evaluate[chromedp.Void](`{ const t = document.querySelector("textarea[name=scenario]"); t.value = t.value.replace(`+strconv.Quote(old)+`, `+strconv.Quote(text)+`); t.dispatchEvent(new Event("input", {bubbles: true})); undefined }`))
	}
	set("kind: complaint", "kind: complain")
	b.Until(t, `document.querySelector("[data-pane=scenario] [data-marks] div")?.textContent.includes("complaint")`)
	if got := Eval[string](t, b, `document.querySelector("[data-pane=scenario] [data-lines] .off").textContent.trim()`); got != "6" {
		t.Errorf("the mark stands at line %s, want 6", got)
	}
	b.Click(t, "[data-problems] [data-line]")
	if !Eval[bool](t, b, `(() => { const t = document.activeElement; return t.name === "scenario" && t.value.slice(t.selectionStart, t.selectionEnd) === "complain"; })()`) {
		t.Error("a problem does not lead to its place")
	}
	b.Check(t, "scenario with a mistake")
	b.Shot(t, "scenario-mistake")
	set("kind: complain\n", "kind: complaint\n")
	b.Until(t, `document.querySelectorAll("[data-marks] div").length === 0`)
	b.Focus(t, "#bench-line")
	b.Type(t, "您好，星河宽带，工号2016，请问有什么可以帮您？\n")
	b.Until(t, `document.querySelectorAll(".bench-turn").length === 1`)
	b.Type(t, "真的非常抱歉，给您添麻烦了，我特别理解您的心情。请问光猫上现在亮的是什么灯？\n")
	b.Until(t, `document.querySelectorAll(".bench-turn").length === 2`)
	b.Click(t, ".bench-turn:last-child summary")
	b.both(t, "scenario-bench")
	set("\"光猫上一直亮{light}。\"", "\"灯是{light}，我说的是光猫上的灯。\"")
	b.Click(t, "[data-take-back]")
	b.Until(t, `document.querySelectorAll(".bench-turn").length === 1 && document.querySelector("#bench-line").value.includes("光猫")`)
	b.Click(t, `input[name="bench-pane"][value="proof"]`)
	b.Do(t, chromedp.Evaluate[chromedp.Void](`document.querySelector("[name=forms]").value = "3"; undefined`))
	b.Click(t, "[data-bench-proof] button")
	b.Until(t, `document.querySelectorAll(".proof tbody tr").length === 3`)
	b.both(t, "scenario-proof")
	b.Focus(t, ".scenario-editor button.first")
	b.Type(t, "\n")
	b.Until(t, `location.pathname.endsWith("/versions/2")`)
	v, err := c.Deps.Scenarios.Version(t.Context(), broadband, 2)
	if err != nil || v.State != scenario.Draft || !strings.Contains(v.Texts.Scenario, "灯是{light}") {
		t.Errorf("version 2: %v", err)
	}
	if now, err := c.Deps.Scenarios.Scenario(t.Context(), broadband); err != nil || !strings.HasPrefix(now.Version, "1.") {
		t.Errorf("a draft is in force: %s, %v", now.Version, err)
	}
}

// both looks at the page as it stands, on a phone and wide.
func (b *Browser) both(t *testing.T, name string) {
	t.Helper()
	for _, size := range []int64{390, 1440} {
		b.Size(t, size, 900)
		b.Check(t, name+" "+strconv.Itoa(int(size)))
		b.Shot(t, name+"-"+strconv.Itoa(int(size)))
	}
}
