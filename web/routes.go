package web

import (
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/account"
	"github.com/lianxi-cc/lianxi/web/archive"
	"github.com/lianxi-cc/lianxi/web/audit"
	"github.com/lianxi-cc/lianxi/web/exams"
	"github.com/lianxi-cc/lianxi/web/firstrun"
	"github.com/lianxi-cc/lianxi/web/gallery"
	"github.com/lianxi-cc/lianxi/web/home"
	"github.com/lianxi-cc/lianxi/web/lexicon"
	"github.com/lianxi-cc/lianxi/web/live"
	"github.com/lianxi-cc/lianxi/web/people"
	"github.com/lianxi-cc/lianxi/web/practice"
	"github.com/lianxi-cc/lianxi/web/result"
	"github.com/lianxi-cc/lianxi/web/scenarios"
	"github.com/lianxi-cc/lianxi/web/scorecards"
	"github.com/lianxi-cc/lianxi/web/signin"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Route is one address of the house.
type Route struct {
	Method, Pattern string
	Access          visit.Access
	Handler         visit.Handler
}

// Routes returns every page of the house. What a reader may do to a
// particular person or conversation is decided behind the route, by staff.Can.
func Routes(d Deps) []Route {
	var (
		anyone, signedIn = visit.Anyone(), visit.SignedIn()
		may              = visit.Holder

		entrance = signin.Pages{Staff: d.Staff, Provider: d.Provider, ProviderName: d.ProviderName}
		first    = firstrun.Pages{Staff: d.Staff}
		own      = account.Pages{Staff: d.Staff}
		crew     = people.Pages{Staff: d.Staff}
		log      = audit.Pages{Log: d.Staff}
		notices  = live.Pages{Live: d.Live}
		results  = result.Pages{Conversations: d.Conversations, Results: d.Results, Reviews: d.Reviews, IDs: d.IDs, Calls: d.Calls, Staff: d.Staff, Cards: d.Cards, Acts: d.Acts}
		archives = archive.Pages{Skill: d.Archive, Names: d.Staff, Briefs: results, Competencies: d.Competencies, HalfLife: d.HalfLife}
		calls    = practice.New(d.Calls, results, d.Acts, namer(d.Competencies), d.Seed)
		wordings = lexicon.New(lexiconDeps(d))
		cards    = scorecards.Pages{Cards: d.Cards, Judge: d.Judge, Acts: d.Acts, Reviews: d.Reviews, Results: d.Results, Conversations: d.Conversations, Staff: d.Staff}
		plays    = scenarios.Pages{Library: d.Scenarios, Hear: d.Lexicon.Live, Judge: d.Judge, Cards: d.Cards, Acts: d.Acts, Conversations: d.Conversations, Staff: d.Staff, Trains: namer(d.Competencies)}
		start    = home.Pages{Staff: d.Staff, Calls: d.Calls, Contests: d.Results, Practice: calls, Results: results, Conversations: d.Conversations}
	)
	routes := []Route{
		{"GET", "/{$}", signedIn, start.Show},
		{"GET", "/live", signedIn, notices.Stream},

		{"GET", "/sign-in", anyone, entrance.Form},
		{"POST", "/sign-in", anyone, entrance.SignIn},
		{"GET", "/sign-in/provider", anyone, entrance.ToProvider},
		{"GET", "/sign-in/back", anyone, entrance.FromProvider},
		{"POST", "/sign-out", signedIn, entrance.SignOut},
		{"GET", "/first-run", anyone, first.Form},
		{"POST", "/first-run", anyone, first.Create},
		{"POST", "/preferences/language", anyone, own.Language},
		{"POST", "/preferences/theme", anyone, own.Theme},

		{"GET", "/account", signedIn, own.Show},
		{"POST", "/account/profile", signedIn, own.ChangeProfile},
		{"GET", "/account/password", signedIn, own.PasswordForm},
		{"POST", "/account/password", signedIn, own.ChangePassword},
		{"POST", "/account/sign-out-everywhere", signedIn, own.SignOutEverywhere},

		{"GET", "/practice", may(staff.PracticeTake), calls.List},
		{"GET", "/practice/scenarios/{scenario}", may(staff.PracticeTake), calls.Ring},
		{"POST", "/practice/calls", may(staff.PracticeTake), calls.Answer},
		{"GET", "/practice/calls/{practice}", may(staff.PracticeTake), calls.Call},
		{"POST", "/practice/calls/{practice}/lines", may(staff.PracticeTake), calls.Say},
		{"POST", "/practice/calls/{practice}/end", may(staff.PracticeTake), calls.HangUp},
		{"POST", "/practice/calls/{practice}/retakes", may(staff.PracticeTake), calls.Retake},

		{"GET", "/conversations", may(staff.ConversationRead), results.List},
		{"GET", "/conversations/{conversation}", may(staff.ConversationRead), results.Show},
		{"GET", "/conversations/{conversation}/ready", may(staff.ConversationRead), results.Ready},
		{"POST", "/conversations/{conversation}/contests", may(staff.ResultContest), results.Contest},
		{"POST", "/conversations/{conversation}/answers", may(staff.ResultCorrect), results.Answer},
		{"POST", "/conversations/{conversation}/reviews", may(staff.ResultCorrect), results.Review},
		{"POST", "/conversations/{conversation}/in-force", may(staff.ResultCorrect), results.PutInForce},
		{"GET", "/reviews", may(staff.ResultCorrect), results.Queue},

		{"GET", "/scorecards", may(staff.ScorecardEdit), cards.List},
		{"GET", "/scorecards/{card}", may(staff.ScorecardEdit), cards.Show},
		{"GET", "/scorecards/{card}/versions/{version}", may(staff.ScorecardEdit), cards.Show},
		{"GET", "/scorecards/{card}/versions/{version}/text", may(staff.ScorecardEdit), cards.Text},
		{"POST", "/scorecards/{card}/versions/{version}/text", may(staff.ScorecardEdit), cards.SaveText},
		{"POST", "/scorecards/{card}/versions/{version}/settings", may(staff.ScorecardEdit), cards.SaveSettings},
		{"GET", "/scorecards/{card}/versions/{version}/effect", may(staff.ScorecardEdit), cards.Effect},
		{"POST", "/scorecards/{card}/versions/{version}/state", may(staff.ScorecardEdit), cards.Move},

		{"GET", "/archive", may(staff.ArchiveRead), archives.Own},
		{"GET", "/archive/{person}", may(staff.ArchiveRead), archives.Show},

		{"GET", "/lexicon", may(staff.LexiconEdit), wordings.List},
		{"POST", "/lexicon/bench", may(staff.LexiconEdit), wordings.Bench},
		{"GET", "/lexicon/compare", may(staff.LexiconEdit), wordings.Compare},
		{"GET", "/lexicon/rules/{rule}", may(staff.LexiconEdit), wordings.RuleForm},
		{"POST", "/lexicon/rules", may(staff.LexiconEdit), wordings.SaveRule},
		{"POST", "/lexicon/rules/{rule}/remove", may(staff.LexiconEdit), wordings.RemoveRule},
		{"GET", "/lexicon/text", may(staff.LexiconEdit), wordings.TextForm},
		{"POST", "/lexicon/text", may(staff.LexiconEdit), wordings.SaveText},
		{"GET", "/lexicon/versions", may(staff.LexiconEdit), wordings.Versions},
		{"GET", "/lexicon/versions/{version}", may(staff.LexiconEdit), wordings.Version},
		{"POST", "/lexicon/releases", may(staff.RuleRelease), wordings.Release},
		{"GET", "/lexicon/measure", may(staff.LexiconEdit), wordings.Measure},
		{"GET", "/lexicon/labels", may(staff.LexiconEdit), wordings.Labels},
		{"GET", "/lexicon/labels/new", may(staff.LexiconEdit), wordings.LabelForm},
		{"POST", "/lexicon/labels", may(staff.LexiconEdit), wordings.AddLabel},
		{"POST", "/lexicon/labels/{label}/remove", may(staff.LexiconEdit), wordings.RemoveLabel},

		{"GET", "/people", may(staff.PeopleRead), crew.List},
		{"GET", "/people/new", may(staff.PeopleEdit), crew.NewForm},
		{"POST", "/people", may(staff.PeopleEdit), crew.Create},
		{"GET", "/people/{person}", may(staff.PeopleRead), crew.Show},
		{"POST", "/people/{person}/roles", may(staff.PeopleEdit), crew.SetRoles},
		{"POST", "/people/{person}/profile", may(staff.PeopleEdit), crew.SetProfile},
		{"POST", "/people/{person}/state", may(staff.PeopleEdit), crew.SetState},
		{"POST", "/people/{person}/unlock", may(staff.PeopleEdit), crew.Unlock},
		{"POST", "/people/{person}/sign-out", may(staff.PeopleEdit), crew.SignOut},
		{"POST", "/people/{person}/password", may(staff.PeopleEdit), crew.ResetPassword},
		{"POST", "/people/{person}/teams", may(staff.TeamEdit), crew.SetMember},
		{"GET", "/teams", may(staff.TeamEdit), crew.Teams},
		{"POST", "/teams", may(staff.TeamEdit), crew.CreateTeam},
		{"POST", "/teams/{team}", may(staff.TeamEdit), crew.ChangeTeam},

		{"GET", "/audit", may(staff.AuditRead), log.List},
		{"POST", "/audit/verify", may(staff.AuditRead), log.Verify},
	}
	routes = append(routes, scenarioRoutes(plays)...)
	routes = append(routes, examRoutes(exams.Pages{Calls: d.Calls, Staff: d.Staff, Marks: results}, calls)...)
	if d.Development {
		routes = append(routes,
			Route{"GET", "/ui", anyone, gallery.Components},
			Route{"GET", "/ui/{page}", anyone, gallery.Page})
	}
	return routes
}

// scenarioRoutes are where virtual customers are written and tried.
func scenarioRoutes(p scenarios.Pages) []Route {
	may := visit.Holder
	return []Route{
		{"GET", "/scenarios", may(staff.ScenarioEdit), p.List},
		{"GET", "/scenarios/new", may(staff.ScenarioEdit), p.New},
		{"POST", "/scenarios", may(staff.ScenarioEdit), p.Create},
		{"POST", "/scenarios/check", may(staff.ScenarioEdit), p.Check},
		{"POST", "/scenarios/bench", may(staff.ScenarioEdit), p.Bench},
		{"POST", "/scenarios/proof", may(staff.ScenarioEdit), p.Prove},
		{"GET", "/scenarios/{scenario}", may(staff.ScenarioEdit), p.Show},
		{"GET", "/scenarios/{scenario}/versions/{version}", may(staff.ScenarioEdit), p.Show},
		{"POST", "/scenarios/{scenario}/versions/{version}", may(staff.ScenarioEdit), p.Save},
		{"POST", "/scenarios/{scenario}/versions/{version}/state", may(staff.ScenarioEdit), p.Move},
		{"GET", "/scenarios/{scenario}/versions/{version}/compare", may(staff.ScenarioEdit), p.Compare},
	}
}

// examRoutes are where examinations are set, and taken.
func examRoutes(set exams.Pages, taken *practice.Pages) []Route {
	may := visit.Holder
	return []Route{
		{"GET", "/exams", may(staff.ExamSet), set.Show},
		{"POST", "/exams", may(staff.ExamSet), set.Set},
		{"POST", "/exams/{paper}/withdraw", may(staff.ExamSet), set.Withdraw},
		{"GET", "/practice/exams/{paper}", may(staff.ExamTake), taken.PaperRing},
		{"POST", "/practice/exams/{paper}", may(staff.ExamTake), taken.TakePaper},
	}
}

// lexiconDeps gives the pages of the lexicon what the other pages have.
func lexiconDeps(d Deps) lexicon.Deps {
	out := d.Lexicon
	out.Acts, out.Staff, out.Conversations = d.Acts, d.Staff, d.Conversations
	return out
}

// links returns the pages that a reader's menu offers, and those of her own
// menu.
func links(a staff.Actor) (menu, own []ui.Link) {
	menu = append(menu, ui.Link{URL: "/", Icon: "home", Key: "web.nav.home"})
	if staff.May(a, staff.PracticeTake) {
		menu = append(menu, ui.Link{URL: "/practice", Icon: "headset", Key: "web.nav.practice"})
	}
	if staff.May(a, staff.PracticeTake) {
		menu = append(menu, ui.Link{URL: "/archive", Icon: "notebook", Key: "web.nav.archive"})
	}
	if visit.BeyondOwn(a, staff.ConversationRead) {
		menu = append(menu, ui.Link{URL: "/conversations", Icon: "messages", Key: "web.nav.conversations"})
	}
	if visit.BeyondOwn(a, staff.ExamSet) {
		menu = append(menu, ui.Link{URL: "/exams", Icon: "certificate", Key: "web.nav.exams"})
	}
	if staff.May(a, staff.ScenarioEdit) {
		menu = append(menu, ui.Link{URL: "/scenarios", Icon: "masks-theater", Key: "web.nav.scenarios"})
	}
	if staff.May(a, staff.LexiconEdit) {
		menu = append(menu, ui.Link{URL: "/lexicon", Icon: "vocabulary", Key: "web.nav.lexicon"})
	}
	if staff.May(a, staff.ScorecardEdit) {
		menu = append(menu, ui.Link{URL: "/scorecards", Icon: "clipboard-list", Key: "web.nav.scorecards"})
	}
	if visit.BeyondOwn(a, staff.PeopleRead) {
		menu = append(menu, ui.Link{URL: "/people", Icon: "users", Key: "web.nav.people"})
	}
	if staff.May(a, staff.AuditRead) {
		menu = append(menu, ui.Link{URL: "/audit", Icon: "history", Key: "web.nav.audit"})
	}
	own = append(own, ui.Link{URL: "/account", Icon: "user-circle", Key: "web.account.title"})
	return menu, own
}

// namer names competencies; one that the tree does not hold has no name.
func namer(tree []scorecard.Competency) func(id.Competency, conversation.Lang) string {
	titles := make(map[id.Competency]scorecard.Text, len(tree))
	for _, c := range tree {
		titles[c.ID] = c.Title
	}
	return func(c id.Competency, lang conversation.Lang) string { return titles[c].In(lang) }
}
