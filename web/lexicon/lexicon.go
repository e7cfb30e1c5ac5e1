// Package lexicon is where trainers write the centre's own wordings: with a
// bench that shows at once what fires and why, a comparison with what is in
// force, and the measure of labelled utterances.
package lexicon

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/analysis/language/measure"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Staff names people and keeps the audit log; staff.Service does.
type Staff interface {
	Names(ctx context.Context, a staff.Actor, who ...id.Person) (map[id.Person]string, error)
	Subject(ctx context.Context, p id.Person) (staff.Subject, error)
	Record(ctx context.Context, a staff.Actor, r staff.Record) error
}

// Conversations reads the conversations of the house; a conversation.Store does.
type Conversations interface {
	Get(ctx context.Context, c id.Conversation) (conversation.Conversation, conversation.Head, error)
}

// Texts are own wordings by language.
type Texts = map[conversation.Lang]string

// Deps is what the pages need of the house.
type Deps struct {
	Store         analysis.LexiconStore
	Acts          *analysis.Catalogue
	Live          interface{ Engine() *language.Engine }
	Compile       func(Texts) (*language.Engine, error) // yamldoc.Problems for what is wrong
	Released      func(context.Context) error           // brings a release into force
	Labelled      func() ([]measure.Item, error)        // the built-in labelled utterances
	Staff         Staff
	Conversations Conversations
	NewLabel      func() id.Label
}

// Pages are the pages of this errand.
type Pages struct {
	Deps
	kept *kept
}

// New returns the pages over d.
func New(d Deps) Pages { return Pages{Deps: d, kept: &kept{}} }

// The actions of this errand in the audit log.
const (
	didDraft   staff.Action = "lexicon.draft"
	didRelease staff.Action = "lexicon.release"
	didLabel   staff.Action = "lexicon.label"
	didUnlabel staff.Action = "lexicon.unlabel"
)

// draft returns the newest version with its texts; its Number is 0 when nobody
// has written anything yet.
func (p Pages) draft(ctx context.Context) (analysis.Lexicon, error) {
	list, err := p.Store.Lexicons(ctx)
	if err != nil || len(list) == 0 {
		return analysis.Lexicon{Texts: Texts{}}, err
	}
	return p.Store.Lexicon(ctx, list[0].Number)
}

// inForce returns the latest release; its Number is 0 when the built-in
// wordings are heard alone.
func (p Pages) inForce(ctx context.Context) (analysis.Release, error) {
	list, err := p.Store.Releases(ctx)
	if err != nil || len(list) == 0 {
		return analysis.Release{}, err
	}
	return list[0], nil
}

// kept remembers engines and measures: a draft is compiled once, however often
// somebody types into the bench.
type kept struct {
	mu       sync.Mutex
	engines  []keptEngine
	measures []keptMeasure
}

type keptEngine struct {
	key  [32]byte
	hear *language.Engine
}

// maxKept bounds what is remembered of each: the draft of now, the one before
// it, and a little for colleagues.
const maxKept = 4

// engine returns the engine of texts.
func (p Pages) engine(texts Texts) (*language.Engine, error) {
	raw, err := json.Marshal(texts)
	if err != nil {
		return nil, fault.As(fault.Internal, "", err)
	}
	key := sha256.Sum256(raw)
	p.kept.mu.Lock()
	for _, k := range p.kept.engines {
		if k.key == key {
			p.kept.mu.Unlock()
			return k.hear, nil
		}
	}
	p.kept.mu.Unlock()
	hear, err := p.Compile(texts) // outside of the lock: it takes a while
	if err != nil {
		return nil, err
	}
	p.kept.mu.Lock()
	defer p.kept.mu.Unlock()
	p.kept.engines = append([]keptEngine{{key, hear}}, p.kept.engines[:min(len(p.kept.engines), maxKept-1)]...)
	return hear, nil
}

// langs are the languages a lexicon may be in.
func langs() []conversation.Lang {
	return []conversation.Lang{conversation.Chinese, conversation.English}
}

// langOf reads the language of a request: the one asked for, else the reader's.
func langOf(v *visit.Visit) conversation.Lang {
	if l := conversation.Lang(v.Form("lang")); slices.Contains(langs(), l) {
		return l
	}
	return conversation.Lang(v.Lang().Speech())
}

func file(lang conversation.Lang) string { return string(lang) }

// page is the lexicon of one language.
type page struct {
	lang    conversation.Lang
	langs   []ui.Option
	entries []entryRow
	broken  string // the text is no lexicon; the text view mends it
	state   string // which version this is, and what is in force
	ahead   bool   // the draft is not in force
	labels  int
	bench   bench
	saved   bool
}

// entryRow is a rule or guard in the list.
type entryRow struct {
	n          int
	guard      bool
	title, id  string
	say        []string
	conditions []string
	note       string
	search     string
}

// List shows the lexicon of a language with the bench.
func (p Pages) List(v *visit.Visit) error {
	draft, err := p.draft(v.Context())
	if err != nil {
		return err
	}
	out, err := p.page(v, draft)
	if err != nil {
		return err
	}
	out.bench = p.benchOf(v, out.lang)
	out.saved = v.Form("saved") != ""
	return v.Show(list(v.Reader, out))
}

func (p Pages) page(v *visit.Visit, draft analysis.Lexicon) (page, error) {
	out := page{lang: langOf(v)}
	for _, l := range langs() {
		out.langs = append(out.langs, ui.Option{Value: string(l), Text: v.Text("web.lexicon.lang." + string(l)), Chosen: l == out.lang})
	}
	live, err := p.inForce(v.Context())
	if err != nil {
		return out, err
	}
	out.ahead = live.Number != draft.Number
	out.state = p.state(v, draft, live)
	entries, err := language.Outline(file(out.lang), draft.Texts[out.lang])
	if err != nil {
		out.broken = v.Error(err)
	}
	for i, e := range entries {
		out.entries = append(out.entries, p.row(v, i, e))
	}
	labels, err := p.Store.Labels(v.Context())
	out.labels = len(labels)
	return out, err
}

func (p Pages) state(v *visit.Visit, draft analysis.Lexicon, live analysis.Release) string {
	switch {
	case draft.Number == 0:
		return v.Text("web.lexicon.state.none")
	case draft.Number == live.Number:
		return v.Text("web.lexicon.state.live", ui.Args{"n": draft.Number, "when": v.When(live.At, v.Now)})
	case live.Number == 0:
		return v.Text("web.lexicon.state.draft", ui.Args{"n": draft.Number})
	}
	return v.Text("web.lexicon.state.ahead", ui.Args{"n": draft.Number, "live": live.Number})
}

func (p Pages) row(v *visit.Visit, n int, e language.Entry) entryRow {
	out := entryRow{n: n, guard: e.Guard, id: e.Act, say: e.Say, note: strings.Join(e.Note, " ")}
	if e.Guard {
		out.title = v.Text("web.lexicon.guard")
	} else {
		out.title = p.title(v, analysis.Act(e.Act))
	}
	out.conditions = conditions(v, e, func(ids []string) string { return p.titles(v, ids) })
	out.search = strings.Join(append([]string{out.title, e.Act, out.note}, e.Say...), " ")
	return out
}

// title names an act in the reader's language; one that nobody knows stands as
// its id.
func (p Pages) title(v *visit.Visit, a analysis.Act) string {
	if info, ok := p.Acts.Act(a); ok {
		return info.Title[conversation.Lang(v.Lang().Speech())]
	}
	return string(a)
}

func (p Pages) titles(v *visit.Visit, ids []string) string {
	var out []string
	for _, a := range ids {
		out = append(out, p.title(v, analysis.Act(a)))
	}
	return joined(v, out)
}

func joined(v *visit.Visit, words []string) string {
	if v.Lang().Speech() == "zh" {
		return strings.Join(words, "、")
	}
	return strings.Join(words, ", ")
}

// conditions says in words when an entry counts.
func conditions(v *visit.Visit, e language.Entry, acts func([]string) string) []string {
	var out []string
	add := func(key, value string) {
		if value != "" {
			out = append(out, v.Text("web.lexicon.if."+key, ui.Args{"what": value}))
		}
	}
	if e.Covers != "" {
		add("covers", v.Text("web.lexicon.covers."+e.Covers))
	}
	add("acts", acts(e.Acts))
	add("except", acts(e.Except))
	for _, x := range []struct{ key, value string }{{"channel", e.Channel}, {"direction", e.Direction}} {
		if x.value != "" {
			add(x.key, v.Text("web.lexicon."+x.key+"."+x.value))
		}
	}
	if e.Opening != nil {
		add("opening", v.Text("web.lexicon.opening."+fmt.Sprint(*e.Opening)))
	}
	if e.Times > 0 {
		add("times", fmt.Sprint(e.Times))
	}
	if e.Quoted {
		add("quoted", "true")
	}
	if e.Free {
		add("free", "true")
	}
	add("heard", acts(e.Heard))
	add("heard-ever", acts(e.HeardEver))
	for _, b := range blocksOf(&e) {
		if b.key != "say" {
			add(b.key, strings.Join(*b.lines, " · "))
		}
	}
	return out
}
