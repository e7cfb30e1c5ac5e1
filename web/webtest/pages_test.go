package webtest

import (
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/staff"
)

// walks lists the pages that are looked at, by who looks. PERSON is the
// trainee's id, TALK a finished call of hers.
var walks = []struct {
	role  staff.Role
	paths string
}{
	{staff.Trainee, "/ /practice /practice/scenarios/SCENARIO EXAM /conversations /conversations/TALK /archive /archive?competency=COMPETENCY /account /account/password /no-such-page /audit"},
	{staff.Advisor, "/ /exams /people /archive/PERSON /conversations /conversations/TALK"},
	{staff.Evaluator, "/ /conversations /conversations/TALK /people /practice /lexicon /lexicon/rules/new /lexicon/rules/new?kind=guard /lexicon/text /lexicon/versions /lexicon/measure /lexicon/labels /scorecards /scorecards/general DRAFT DRAFT/text"},
	{staff.Administrator, "/ /people /people/new /people/PERSON /people?q=nobody-at-all /teams"},
	{staff.Auditor, "/ /audit /people /archive/PERSON /conversations/TALK"},
	{staff.Agent, "/ /archive"}, {staff.Instructor, "/ /scenarios /scenarios/new /scenarios/zh-fund-value /scenarios/zh-fund-value/versions/1/compare?with=1"}, {staff.Lead, "/ /people"}, {staff.Counsellor, "/"}, {staff.Handler, "/"},
}

// TestEveryPage walks every page in both languages, wide and on a phone, and
// looks at it in light and dark.
func TestEveryPage(t *testing.T) {
	if testing.Short() {
		t.Skip("the walk through all pages takes a minute")
	}
	c := Staffed(t)
	call := c.Practise(t, staff.Trainee)
	b := NewBrowser(t, c.URL)
	fill := strings.NewReplacer("PERSON", string(c.People[staff.Trainee].ID), "TALK", string(call.Conversation),
		"SCENARIO", string(call.Scenario), "COMPETENCY", c.competency(t), "DRAFT", c.draftPath(t), "EXAM", c.setExam(t, ""))
	strangers := "/sign-in /ui /ui/call /ui/ring /ui/result /ui/archive /ui/practice"
	b.walk(t, "stranger", strings.Fields(strangers))
	for _, w := range walks {
		b.Size(t, 1440, 900)
		b.SignOut(t)
		b.SignIn(t, w.role.String())
		b.walk(t, w.role.String(), strings.Fields(fill.Replace(w.paths)))
	}
}

// walk looks at the paths in both languages and sizes.
func (b *Browser) walk(t *testing.T, who string, paths []string) {
	t.Helper()
	for _, lang := range []string{"zh-CN", "en"} {
		b.Cookie(t, "lianxi_language", lang)
		for _, path := range paths {
			b.Open(t, path)
			for _, size := range []struct {
				name          string
				width, height int64
			}{{"390", 390, 844}, {"1440", 1440, 900}} {
				b.Size(t, size.width, size.height)
				where := who + " " + path + " " + lang + " " + size.name
				b.Check(t, where)
				b.Shot(t, strings.Trim(strings.NewReplacer("/", "-", "?", "-", "=", "-", " ", "_").Replace(where), "-"))
			}
		}
	}
}

// TestFirstRun sets an empty centre up by keyboard alone.
func TestFirstRun(t *testing.T) {
	c := Open(t)
	b := NewBrowser(t, c.URL)
	b.Open(t, "/")
	b.Check(t, "first run")
	b.Shot(t, "first-run")
	b.Type(t, "顾安然\tguanran\t"+Password+"\t"+Password+"\n")
	b.Wait(t, ".home-next")
	b.Check(t, "home of the first administrator")
	if got := Eval[string](t, b, `location.pathname`); got != "/" {
		t.Errorf("the first run leads to %s", got)
	}
}
