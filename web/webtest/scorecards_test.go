package webtest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/staff"
)

// draft saves a changed text of the enquiry card as another evaluator.
func (c *Centre) draft(t testing.TB, card id.Scorecard, old, text string) scorecard.Version {
	t.Helper()
	live, err := c.Deps.Cards.Live(t.Context(), card)
	if err != nil {
		t.Fatal(err)
	}
	base, err := c.Deps.Cards.Version(t.Context(), card, live.Version)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(base.Text, old, text, 1)
	v, err := c.Deps.Cards.Save(t.Context(), c.People[staff.Instructor].ID, base, changed, "道别只看最后一句")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// draftPath is a version on trial of which one rule is not proved yet.
func (c *Centre) draftPath(t testing.TB) string {
	t.Helper()
	v := c.draft(t, "enquiry", "met: {act: [farewell]", "met: {act: [farewell, thank]")
	err := c.Deps.Cards.Decide(t.Context(), scorecard.Decision{Card: v.Card, Version: v.Name, To: scorecard.Shadow, By: v.Author}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return "/scorecards/enquiry/versions/" + v.Name
}

func TestAScorecardIsChangedAndPutInForce(t *testing.T) {
	c := Staffed(t)
	call := c.Practise(t, staff.Trainee)
	records, err := c.Deps.Results.Of(t.Context(), call.Conversation)
	if err != nil {
		t.Fatal(err)
	}
	was := records[0]
	card := string(was.Scorecard)
	evaluator := c.SignedIn(t, staff.Evaluator)
	list := Get(t, evaluator, c.URL+"/scorecards")
	if n := len(list.All("#scorecards tbody tr")); n != 6 {
		t.Errorf("%d scorecards, want 6", n)
	}
	page := Get(t, evaluator, c.URL+"/scorecards/"+card)
	weights := page.All("input.weight")
	const weight = "weight.leaves-content" // the call lost all of it
	if !slices.ContainsFunc(weights, func(n *node) bool { return n.attr["name"] == weight }) {
		t.Fatalf("the form has no %s", weight)
	}
	address := c.URL + page.One(t, "form.card-form").attr["action"]

	if a := Post(t, evaluator, address, url.Values{"why": {"没有改"}}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("nothing changed: status %d", a.StatusCode)
	}
	draft := Post(t, evaluator, address, url.Values{weight: {"900"}, "why": {"客户安心离开更重要"}})
	if !strings.Contains(draft.Request.URL.Path, "/versions/2.") || !strings.Contains(draft.Body, "客户安心离开更重要") {
		t.Fatalf("saving came to %s", draft.Request.URL.Path)
	}
	if n := len(draft.All(".diff-line.added")); n != 2 { // the weight, and the number of the version
		t.Errorf("%d lines were added, want 2", n)
	}
	effect := Get(t, evaluator, c.URL+draft.Request.URL.Path+"/effect")
	if !strings.Contains(effect.Body, "林晓") || !strings.Contains(effect.Body, was.Total()) {
		t.Errorf("the dry run says %s", effect.Body)
	}
	state := c.URL + draft.Request.URL.Path + "/state"
	Post(t, evaluator, state, url.Values{"state": {"shadow"}})
	if a := Post(t, evaluator, state, url.Values{"state": {"live"}}); a.StatusCode != http.StatusForbidden {
		t.Errorf("she put live what she wrote: status %d", a.StatusCode)
	}
	if _, err := c.Staff.CreatePerson(t.Context(), c.Admin, staff.NewPerson{Name: "bea", Display: "白露", Roles: staff.RolesOf(staff.Evaluator), Password: Password, Settled: true}); err != nil {
		t.Fatal(err)
	}
	bea := c.Client(t)
	Post(t, bea, c.URL+"/sign-in", url.Values{"name": {"bea"}, "password": {Password}})
	if a := Post(t, bea, state, url.Values{"state": {"live"}}); a.StatusCode != http.StatusOK { // a weight needs no proof
		t.Errorf("a colleague puts it in force: status %d", a.StatusCode)
	}

	live, err := c.Deps.Cards.Live(t.Context(), was.Scorecard)
	if err != nil || !strings.HasPrefix(live.Version, "2.") {
		t.Fatalf("in force is %v (%v)", live, err)
	}
	again := c.Practise(t, staff.Trainee)
	c.await(t, "the result", func() bool {
		records, err = c.Deps.Results.Of(t.Context(), again.Conversation)
		return err == nil && len(records) > 0
	})
	if records[0].Versions.Scorecard != live.Version {
		t.Errorf("the next call is judged by %s, want %s", records[0].Versions.Scorecard, live.Version)
	}
	old := Get(t, evaluator, c.URL+"/conversations/"+string(call.Conversation))
	if !strings.Contains(old.Body, was.Versions.Scorecard) {
		t.Error("the old result does not name the version that made it")
	}
}

func TestANewRuleNeedsProof(t *testing.T) {
	c := Staffed(t)
	const rule = "      - id: no-filler\n        title: {zh: 不带口头禅, en: No fillers}\n        weight: 2\n        missed: {words: [这个我不清楚]}\n"
	general, err := c.Deps.Cards.Live(t.Context(), "enquiry")
	if err != nil {
		t.Fatal(err)
	}
	first := "      - id: " + general.Sections[0].Items[0].ID + "\n"
	v := c.draft(t, "enquiry", first, rule+first)
	evaluator := c.SignedIn(t, staff.Evaluator)
	address := c.URL + "/scorecards/enquiry/versions/" + v.Name
	Post(t, evaluator, address+"/state", url.Values{"state": {"shadow"}})
	page := Get(t, evaluator, address)
	if lacking := page.All(".lacking li"); len(lacking) != 1 || !lacking[0].Says("不带口头禅") || len(page.All("#move-why")) != 1 {
		t.Errorf("%d items lack proof, want the new one", len(lacking))
	}
	if a := Post(t, evaluator, address+"/state", url.Values{"state": {"live"}}); a.StatusCode != http.StatusConflict {
		t.Errorf("in force without proof: status %d", a.StatusCode)
	}

	// On trial it judges beside the live version, and reviewers judge it.
	call := c.Practise(t, staff.Trainee)
	talk := c.URL + "/conversations/" + string(call.Conversation)
	c.await(t, "the trial", func() bool {
		records, err := c.Deps.Results.Of(t.Context(), call.Conversation)
		return err == nil && len(records) == 2
	})
	form := reviewForm(Get(t, evaluator, talk))
	if form.Get("verdict.no-filler") != "missed" {
		t.Fatalf("the form holds %q for the rule on trial", form.Get("verdict.no-filler"))
	}
	Post(t, evaluator, talk+"/reviews", form)
	page = Get(t, evaluator, address)
	if !strings.Contains(page.Body, "1 / 1，100 %") {
		t.Error("the review is no proof of the rule")
	}
	if told := Get(t, c.SignedIn(t, staff.Trainee), talk); strings.Contains(told.Body, "不带口头禅") {
		t.Error("the trainee sees a rule on trial")
	}

	if a := Post(t, evaluator, address+"/state", url.Values{"state": {"live"}, "why": {"措辞固定，不会误判。"}}); a.StatusCode != http.StatusOK {
		t.Errorf("in force by a person's word: status %d", a.StatusCode)
	}
	if a := Get(t, evaluator, c.URL+"/scorecards/enquiry"); !strings.Contains(a.Body, "措辞固定") {
		t.Error("the decision is not on record")
	}
}

func TestTheTextOfAScorecard(t *testing.T) {
	c := Staffed(t)
	evaluator := c.SignedIn(t, staff.Evaluator)
	live, err := c.Deps.Cards.Live(t.Context(), "general")
	if err != nil {
		t.Fatal(err)
	}
	address := c.URL + "/scorecards/general/versions/" + live.Version + "/text"
	page := Get(t, evaluator, address)
	if !strings.Contains(page.Body, "# The general scorecard") {
		t.Error("the text lost its comments")
	}
	broken := strings.Replace(live.Text(), "critical: customer", "critical: custommer", 1)
	a := Post(t, evaluator, address, url.Values{"text": {broken}})
	if a.StatusCode != http.StatusUnprocessableEntity || len(a.All(".problems li")) != 1 || !strings.Contains(a.Body, "custommer") {
		t.Errorf("a mistake: status %d", a.StatusCode)
	}
	if a := Post(t, evaluator, address, url.Values{"text": {strings.ReplaceAll(live.Text(), "\n", "\r\n")}}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("as a browser sends what it was given: status %d, want no new version", a.StatusCode)
	}
	own := Post(t, evaluator, address, url.Values{"text": {strings.Replace(live.Text(), "id: general", "id: night-shift", 1)}})
	if !strings.Contains(own.Request.URL.Path, "/scorecards/night-shift/versions/1.") || len(own.All(".effect")) != 0 || len(own.All(".move button")) != 2 {
		t.Errorf("a new card came to %s, status %d", own.Request.URL.Path, own.StatusCode)
	}
	if n := len(Get(t, evaluator, c.URL+"/scorecards").All("#scorecards tbody tr")); n != 7 {
		t.Errorf("%d scorecards are listed, want 7", n)
	}
	saved := Post(t, evaluator, address, url.Values{"text": {live.Text() + "# 说明：试一试\n"}, "why": {"加一句说明"}})
	if !strings.Contains(saved.Request.URL.Path, "/versions/2.") {
		t.Fatalf("saving came to %s, status %d", saved.Request.URL.Path, saved.StatusCode)
	}
	if !strings.Contains(Get(t, evaluator, c.URL+saved.Request.URL.Path+"/text").Body, "# 说明：试一试") {
		t.Error("the new comment is gone")
	}
}
