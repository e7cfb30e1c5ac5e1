package scenarios

import (
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/scenario/draft"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// maxWhy bounds what is written about a change, in code points.
const maxWhy = 1000

func why(v *visit.Visit) (string, error) {
	text := strings.TrimSpace(strings.ReplaceAll(v.Form("why"), "\x00", ""))
	if utf8.RuneCountInString(text) > maxWhy {
		return "", fault.New(fault.Invalid, "web.contest.empty", fault.Args{"max": maxWhy})
	}
	return text, nil
}

// texts reads what stands in the editor.
func texts(v *visit.Visit) scenario.Texts {
	out := scenario.Texts{Scenario: v.Form(paneScenario), Agents: map[string]string{}}
	for _, a := range scenario.Agents() {
		out.Agents[a] = v.Form(a)
	}
	return out
}

// Save keeps what stands in the editor as a new draft, mistakes and all.
func (p Pages) Save(v *visit.Visit) error {
	base, versions, err := p.version(v)
	if err != nil {
		return err
	}
	if err := staff.Need(v.Actor, staff.ScenarioEdit, staff.Subject{}); err != nil {
		return err
	}
	t := texts(v)
	saved, err := p.save(v, base, t)
	if err == nil {
		return v.Go(versionURL(saved.Scenario, saved.Number) + "?saved=1&pane=" + pane(v))
	}
	out, pageErr := p.page(v, base, versions, t)
	if pageErr != nil {
		return pageErr
	}
	if out.Told, err = v.Wrong(err); err != nil {
		return err
	}
	out.Wanted = v.Form("why")
	return v.ShowStatus(http.StatusUnprocessableEntity, show(v.Reader, out))
}

// pane is the pane that was open; one that nobody knows is the first.
func pane(v *visit.Visit) string {
	for _, a := range scenario.Agents() {
		if v.Form("pane") == a {
			return a
		}
	}
	return paneScenario
}

func (p Pages) save(v *visit.Visit, base scenario.Version, t scenario.Texts) (scenario.Version, error) {
	about, err := why(v)
	if err != nil {
		return scenario.Version{}, err
	}
	return p.keep(v, base, t, about)
}

func (p Pages) keep(v *visit.Visit, base scenario.Version, t scenario.Texts, about string) (scenario.Version, error) {
	saved, err := p.Library.Save(v.Context(), v.Person.ID, base, t, about)
	if err != nil {
		return saved, err
	}
	return saved, p.audit(v, didDraft, saved)
}

func (p Pages) audit(v *visit.Visit, did staff.Action, one scenario.Version) error {
	return p.Staff.Record(v.Context(), v.Actor, staff.Record{Action: did, Kind: "scenario", Object: versionName(one)})
}

func versionName(one scenario.Version) string {
	return strings.TrimPrefix(versionURL(one.Scenario, one.Number), "/scenarios/")
}

// Move puts a version in force, or takes it out of use.
func (p Pages) Move(v *visit.Visit) error {
	one, versions, err := p.version(v)
	if err != nil {
		return err
	}
	if err := p.move(v, one, scenario.State(v.Form("state"))); err != nil {
		out, pageErr := p.page(v, one, versions, one.Texts)
		if pageErr != nil {
			return pageErr
		}
		status := http.StatusConflict
		if fault.Is(err, fault.Denied) {
			status = http.StatusForbidden
		}
		if out.Told, err = v.Wrong(err); err != nil {
			return err
		}
		return v.ShowStatus(status, show(v.Reader, out))
	}
	return v.Go(versionURL(one.Scenario, one.Number))
}

func (p Pages) move(v *visit.Visit, one scenario.Version, to scenario.State) error {
	about, err := why(v)
	if err != nil {
		return err
	}
	switch {
	case to == scenario.Live && one.Author == v.Person.ID:
		return fault.New(fault.Denied, "scenario.release.own", nil)
	case to == scenario.Live || to == scenario.Retired && one.State == scenario.Live:
		err = staff.Need(v.Actor, staff.RuleRelease, staff.Subject{Author: one.Author})
	case to == scenario.Retired:
		err = staff.Need(v.Actor, staff.ScenarioEdit, staff.Subject{})
	default:
		return fault.New(fault.Invalid, "web.scenario.state.unknown", nil)
	}
	if err != nil {
		return err
	}
	if to == scenario.Live {
		if err := p.Library.Release(v.Context(), v.Person.ID, one.Scenario, one.Number, about); err != nil {
			return err
		}
		return p.audit(v, didRelease, one)
	}
	if err := p.Library.Retire(v.Context(), v.Person.ID, one.Scenario, one.Number, about); err != nil {
		return err
	}
	return p.audit(v, didRetire, one)
}

// NewPage is the ways to a new scenario.
type NewPage struct {
	Scenarios                            []ui.Option
	Way                                  string // what was tried: copy, text, conversation
	Wrong                                string
	CopyID, TextID, TalkID, Text, Talked string
}

// New shows the ways to a new scenario; where a conversation is named, the editor
// with a draft made from it. Nothing is stored before she saves.
func (p Pages) New(v *visit.Visit) error {
	if v.Form("conversation") != "" {
		return p.draft(v)
	}
	out, err := p.newPage(v)
	if err != nil {
		return err
	}
	return v.Show(newForm(v.Reader, out))
}

func (p Pages) draft(v *visit.Visit) error {
	t, sid, err := p.drafted(v)
	if err != nil {
		return p.refused(v, err)
	}
	out, err := p.fresh(v, t)
	if err != nil {
		return err
	}
	out.ID = string(sid)
	return v.Show(show(v.Reader, out))
}

// fresh is the editor over texts that are stored nowhere yet.
func (p Pages) fresh(v *visit.Visit, t scenario.Texts) (Page, error) {
	out, err := p.edited(v, "", t)
	out.New, out.State, out.URL = true, scenario.Draft, "/scenarios"
	out.ID, out.Title = v.Form("id"), v.Text("web.scenario.drafted.title")
	out.From = "/conversations/" + conversationID(v)
	return out, err
}

// refused shows the ways again, with what was wrong with the one that was tried.
func (p Pages) refused(v *visit.Visit, wrong error) error {
	out, err := p.newPage(v)
	if err != nil {
		return err
	}
	if out.Wrong, err = v.WrongChoice(wrong); err != nil {
		return err
	}
	return v.ShowStatus(http.StatusUnprocessableEntity, newForm(v.Reader, out))
}

func (p Pages) newPage(v *visit.Visit) (NewPage, error) {
	out := NewPage{Way: v.Form("way"), Talked: v.Form("conversation"), Text: v.Form("text")}
	if out.Talked != "" && out.Way == "" {
		out.Way = "conversation"
	}
	switch out.Way {
	case "copy":
		out.CopyID = v.Form("id")
	case "text":
		out.TextID = v.Form("id")
	case "conversation":
		out.TalkID = v.Form("id")
	}
	all, err := p.Library.Live(v.Context())
	all = slices.SortedStableFunc(slices.Values(all), func(a, b *scenario.Scenario) int { return v.Lang().OwnFirst(string(a.Lang), string(b.Lang)) })
	for _, s := range all {
		out.Scenarios = append(out.Scenarios, ui.Option{Value: string(s.ID), Text: s.Title + " · " + string(s.ID), Chosen: string(s.ID) == v.Form("from")})
	}
	return out, err
}

// Create makes the first version of a new scenario.
func (p Pages) Create(v *visit.Visit) error {
	if err := staff.Need(v.Actor, staff.ScenarioEdit, staff.Subject{}); err != nil {
		return err
	}
	saved, err := p.create(v)
	if err == nil {
		return v.Go(versionURL(saved.Scenario, saved.Number) + "?saved=1")
	}
	if v.Form("way") != "draft" {
		return p.refused(v, err)
	}
	out, pageErr := p.fresh(v, texts(v))
	if pageErr != nil {
		return pageErr
	}
	if out.Told, err = v.Wrong(err); err != nil {
		return err
	}
	return v.ShowStatus(http.StatusUnprocessableEntity, show(v.Reader, out))
}

func (p Pages) create(v *visit.Visit) (scenario.Version, error) {
	sid := formID(v)
	switch v.Form("way") {
	case "copy":
		return p.copied(v, sid)
	case "text":
		return p.pasted(v, sid)
	case "draft":
		return p.written(v, sid)
	}
	return scenario.Version{}, fault.New(fault.Invalid, "web.scenario.way", nil)
}

var idLine = regexp.MustCompile(`(?m)^id:[ \t]*([^\s#]*)`)

// renamed returns a text with the id sid; one that has no id gets a line for it.
func renamed(text string, sid id.Scenario) string {
	if idLine.MatchString(text) {
		done := false
		return idLine.ReplaceAllStringFunc(text, func(line string) string {
			if done {
				return line
			}
			done = true
			return "id: " + string(sid)
		})
	}
	return "id: " + string(sid) + "\n" + text
}

// named returns a text with the id sid; without one it keeps its own. An empty
// text stays empty.
func named(text string, sid id.Scenario) (string, id.Scenario) {
	if sid == "" {
		if m := idLine.FindStringSubmatch(text); m != nil {
			sid = id.Scenario(strings.Trim(m[1], `"'`))
		}
	}
	if strings.TrimSpace(text) == "" {
		return text, sid
	}
	return renamed(text, sid), sid
}

// written takes what stands in the editor of a draft.
func (p Pages) written(v *visit.Visit, sid id.Scenario) (scenario.Version, error) {
	t := texts(v)
	t.Scenario, sid = named(t.Scenario, sid)
	return p.keep(v, scenario.Version{Scenario: sid}, t, v.Text("web.scenario.why.conversation"))
}

func (p Pages) copied(v *visit.Visit, sid id.Scenario) (scenario.Version, error) {
	from, err := p.Library.Scenario(v.Context(), id.Scenario(v.Form("from")))
	if err != nil {
		return scenario.Version{}, err
	}
	versions, err := p.Library.Versions(v.Context(), from.ID)
	if err != nil {
		return scenario.Version{}, err
	}
	for _, one := range versions {
		if one.State == scenario.Live {
			full, err := p.Library.Version(v.Context(), one.Scenario, one.Number)
			if err != nil {
				return full, err
			}
			full.Texts.Scenario = renamed(full.Texts.Scenario, sid)
			return p.keep(v, scenario.Version{Scenario: sid}, full.Texts, v.Text("web.scenario.why.copy", ui.Args{"scenario": versionName(full)}))
		}
	}
	return scenario.Version{}, fault.New(fault.NotFound, "scenario.unknown", fault.Args{"scenario": v.Form("from")})
}

// pasted takes a text, or an uploaded file. Without an id it is the text's own.
func (p Pages) pasted(v *visit.Visit, sid id.Scenario) (scenario.Version, error) {
	text := v.Form("text")
	file, _, err := v.Request.FormFile("file")
	switch {
	case err == nil:
		defer file.Close()
		raw, err := io.ReadAll(io.LimitReader(file, scenario.MaxText+1))
		if err != nil {
			return scenario.Version{}, fault.As(fault.Invalid, "scenario.unreadable", err)
		}
		if len(raw) > 0 {
			text = strings.TrimPrefix(string(raw), "\ufeff")
		}
	case !errors.Is(err, http.ErrMissingFile) && !errors.Is(err, http.ErrNotMultipart):
		return scenario.Version{}, fault.As(fault.Invalid, "scenario.unreadable", err)
	}
	text, sid = named(text, sid)
	return p.keep(v, scenario.Version{Scenario: sid}, scenario.Texts{Scenario: text}, v.Text("web.scenario.why.text"))
}

// drafted proposes a scenario from a stored conversation that the reader may see,
// and what to call it; personal data is replaced.
func (p Pages) drafted(v *visit.Visit) (scenario.Texts, id.Scenario, error) {
	cid := conversationID(v)
	conv, err := p.conversation(v, id.Conversation(cid))
	if err != nil {
		return scenario.Texts{}, "", err
	}
	sid := formID(v)
	if sid == "" {
		tail := strings.ToLower(cid)
		sid = id.Scenario(string(conv.Lang) + "-draft-" + tail[max(0, len(tail)-6):])
	}
	d, err := draft.From(conv, sid, p.Hear.Engine().Acts)
	return scenario.Texts{Scenario: string(d.Scenario), Agents: map[string]string{"expert": string(d.Script)}}, sid, err
}

// conversationID reads which conversation is meant, by its id or its address.
func conversationID(v *visit.Visit) string {
	cid := strings.TrimSpace(v.Form("conversation"))
	if i := strings.LastIndex(cid, "/conversations/"); i >= 0 {
		cid = cid[i+len("/conversations/"):]
	}
	cid, _, _ = strings.Cut(cid, "?")
	cid, _, _ = strings.Cut(cid, "#")
	return cid
}

// formID reads what a new scenario shall be called; "" when nothing is said.
func formID(v *visit.Visit) id.Scenario {
	return id.Scenario(strings.ToLower(strings.TrimSpace(v.Form("id"))))
}

func (p Pages) conversation(v *visit.Visit, cid id.Conversation) (conversation.Conversation, error) {
	unknown := fault.New(fault.NotFound, "conversation.unknown", nil)
	if cid == "" {
		return conversation.Conversation{}, unknown
	}
	conv, head, err := p.Conversations.Get(v.Context(), cid)
	if err != nil {
		return conv, err
	}
	var subject staff.Subject
	if head.Owner != "" {
		if subject, err = p.Staff.Subject(v.Context(), head.Owner); err != nil {
			return conv, err
		}
	}
	if !staff.Can(v.Actor, staff.ConversationRead, subject) {
		return conv, unknown
	}
	return conv, nil
}
