package lexicon

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// block is one list of wordings of an entry.
type block struct {
	key   string
	lines *[]string
}

// blocksOf returns the lists of wordings of e, say first.
func blocksOf(e *language.Entry) []block {
	return []block{{"say", (*[]string)(&e.Say)}, {"unless", (*[]string)(&e.Unless)}, {"with-clause", (*[]string)(&e.WithClause)},
		{"unless-turn", (*[]string)(&e.UnlessTurn)}, {"with", (*[]string)(&e.With)}, {"after", (*[]string)(&e.After)},
		{"after-unless", (*[]string)(&e.AfterUnless)}, {"after-agent", (*[]string)(&e.AfterAgent)}}
}

// entryPage is the form of one rule or guard.
type entryPage struct {
	lang     conversation.Lang
	at, base int // at is -1 for a new one
	guard    bool
	entry    language.Entry
	acts     []actGroup // of the rule, or those a guard silences
	except   []actGroup
	heard    []actGroup
	covers   []ui.Option
	channel  []ui.Option
	dir      []ui.Option
	opening  []ui.Option
	more     bool // conditions are in use
	why      string
	wrong    []string
	conflict bool
}

// actGroup is the acts of one kind, for a list of choices.
type actGroup struct {
	title   string
	options []ui.Option
}

// RuleForm shows a rule to change, or an empty one.
func (p Pages) RuleForm(v *visit.Visit) error {
	draft, err := p.draft(v.Context())
	if err != nil {
		return err
	}
	at, e := -1, language.Entry{Guard: v.Form("kind") == "guard", Act: v.Form("act")}
	if n := v.Request.PathValue("rule"); n != "new" {
		entries, err := language.Outline(file(langOf(v)), draft.Texts[langOf(v)])
		if err != nil {
			return err
		}
		if at, err = strconv.Atoi(n); err != nil || at < 0 || at >= len(entries) {
			return fault.New(fault.NotFound, "web.lexicon.rule.unknown", nil)
		}
		e = entries[at]
	} else if say := strings.TrimSpace(v.Form("say")); say != "" {
		e.Say = []string{say}
	}
	return v.Show(ruleForm(v.Reader, p.form(v, draft.Number, at, e)))
}

func (p Pages) form(v *visit.Visit, base, at int, e language.Entry) entryPage {
	out := entryPage{lang: langOf(v), at: at, base: base, guard: e.Guard, entry: e, why: v.Form("why")}
	chosen := e.Acts
	if !e.Guard {
		chosen = []string{e.Act}
	}
	out.acts = p.groups(v, chosen, "")
	out.except = p.groups(v, e.Except, "")
	out.heard = p.groups(v, e.Heard, analysis.CustomerSays)
	options := func(key, chosen string, values ...string) []ui.Option {
		var all []ui.Option
		for _, x := range values {
			all = append(all, ui.Option{Value: x, Text: v.Text("web.lexicon." + key + "." + x), Chosen: x == chosen})
		}
		return all
	}
	out.covers = options("covers", or(e.Covers, "clause"), "match", "clause", "sentence", "turn")
	out.channel = options("channel", or(e.Channel, "any"), "any", "phone", "chat")
	out.dir = options("direction", or(e.Direction, "any"), "any", "inbound", "outbound")
	opening := "any"
	if e.Opening != nil {
		opening = strconv.FormatBool(*e.Opening)
	}
	out.opening = options("opening", opening, "any", "true", "false")
	out.more = len(conditions(v, e, func(ids []string) string { return strings.Join(ids, " ") })) > 0
	return out
}

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// groups lists the acts by kind, or those of one kind.
func (p Pages) groups(v *visit.Visit, chosen []string, only analysis.Kind) []actGroup {
	var out []actGroup
	for _, kind := range []analysis.Kind{analysis.Technique, analysis.Fault, analysis.CustomerSays} {
		if only != "" && kind != only {
			continue
		}
		g := actGroup{title: v.Text("web.lexicon.kind." + string(kind))}
		for _, info := range p.Acts.All() {
			if info.Kind == kind {
				g.options = append(g.options, ui.Option{Value: string(info.ID), Text: p.title(v, info.ID), Chosen: slices.Contains(chosen, string(info.ID))})
			}
		}
		out = append(out, g)
	}
	return out
}

// read takes the entry out of a form that was sent.
func read(v *visit.Visit) language.Entry {
	v.Form("act") // parses the form
	all := func(name string) []string {
		var out []string
		for _, x := range v.Request.Form[name] {
			if x != "" {
				out = append(out, x)
			}
		}
		return out
	}
	e := language.Entry{Guard: v.Form("kind") == "guard", Heard: all("heard"),
		Quoted: slices.Contains(all("flags"), "quoted"), Free: slices.Contains(all("flags"), "free")}
	if note := clean(v.Form("note")); note != "" {
		e.Note = []string{note}
	}
	if e.Guard {
		e.Covers, e.Acts, e.Except = v.Form("covers"), all("acts"), all("except")
	} else {
		e.Act = v.Form("act")
	}
	e.Channel, e.Direction = notAny(v.Form("channel")), notAny(v.Form("direction"))
	if b, err := strconv.ParseBool(v.Form("opening")); err == nil {
		e.Opening = &b
	}
	if n, err := strconv.Atoi(v.Form("times")); err == nil && n > 1 && n < 100 {
		e.Times = n
	}
	for _, b := range blocksOf(&e) {
		for line := range strings.Lines(v.Form(b.key)) {
			if line = clean(line); line != "" {
				*b.lines = append(*b.lines, line)
			}
		}
	}
	return e
}

func notAny(s string) string {
	if s == "any" {
		return ""
	}
	return s
}

// clean takes out what would break a line.
func clean(line string) string {
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == '\u2028' || c == '\u2029' || c == utf8.RuneError {
			return ' '
		}
		return c
	}, line))
}

// SaveRule makes the next version, with a rule added or changed.
func (p Pages) SaveRule(v *visit.Visit) error {
	draft, err := p.draft(v.Context())
	if err != nil {
		return err
	}
	lang, e := langOf(v), read(v)
	at, err := strconv.Atoi(v.Form("at"))
	if err != nil {
		at = -1
	}
	text, err := "", sameBase(v, draft)
	if err == nil {
		text, err = language.Put(file(lang), draft.Texts[lang], at, keepOver(e, draft.Texts[lang], at, lang))
	}
	if err == nil {
		err = p.save(v, draft, lang, text)
	}
	if err == nil {
		return v.Go("/lexicon?saved=1&lang=" + string(lang))
	}
	out := p.form(v, base(v), at, e)
	out.conflict = fault.Is(err, fault.Conflict)
	if out.wrong, err = told(v, err, false); err != nil {
		return err
	}
	return v.ShowStatus(http.StatusUnprocessableEntity, ruleForm(v.Reader, out))
}

// keepOver keeps of the entry that is replaced what the form does not show.
func keepOver(e language.Entry, text string, at int, lang conversation.Lang) language.Entry {
	if old, err := language.Outline(file(lang), text); err == nil && at >= 0 && at < len(old) {
		e.HeardEver = old[at].HeardEver
		if len(old[at].Note) > 1 && len(e.Note) == 1 && e.Note[0] == strings.Join(old[at].Note, " ") {
			e.Note = old[at].Note
		}
	}
	return e
}

func base(v *visit.Visit) int {
	n, err := strconv.Atoi(v.Form("base"))
	if err != nil {
		return -1
	}
	return n
}

// sameBase refuses a form that was made from an older version: the rule it
// speaks of may be another one by now.
func sameBase(v *visit.Visit, draft analysis.Lexicon) error {
	if base(v) != draft.Number {
		return fault.New(fault.Conflict, "lexicon.changed", nil)
	}
	return nil
}

// save makes text the language's wordings in the next version. What does not
// compile is never saved.
func (p Pages) save(v *visit.Visit, draft analysis.Lexicon, lang conversation.Lang, text string) error {
	texts := Texts{}
	for l, t := range draft.Texts {
		texts[l] = t
	}
	texts[lang] = text
	if len(text) > analysis.MaxLexicon {
		return fault.New(fault.Invalid, "lexicon.malformed", nil)
	}
	if _, err := p.engine(texts); err != nil {
		return err
	}
	why := clean(v.Form("why"))
	if utf8.RuneCountInString(why) > analysis.MaxWhy {
		why = string([]rune(why)[:analysis.MaxWhy])
	}
	saved, err := p.Store.SaveLexicon(v.Context(), analysis.Lexicon{Base: draft.Number, Texts: texts, Author: v.Person.ID, Made: v.Now, Why: why})
	if err != nil {
		return err
	}
	return p.audit(v, didDraft, strconv.Itoa(saved.Number))
}

func (p Pages) audit(v *visit.Visit, did staff.Action, object string) error {
	return p.Staff.Record(v.Context(), v.Actor, staff.Record{Action: did, Kind: "lexicon", Object: object})
}

// told returns what a person should read about err, one line a problem; with
// places, each with its line in the text.
func told(v *visit.Visit, err error, places bool) ([]string, error) {
	var ps yamldoc.Problems
	if !errors.As(err, &ps) {
		text, err := v.Wrong(err)
		return []string{text}, err
	}
	var out []string
	for _, problem := range ps {
		at := problem.At
		problem.At = fault.Position{}
		text := v.Error(yamldoc.Problems{problem}.Unwrap())
		if places && at.Line > 0 {
			text = v.Text("web.lexicon.at", ui.Args{"line": at.Line, "what": text})
		}
		out = append(out, text)
	}
	return out, nil
}

// RemoveRule makes the next version, without a rule.
func (p Pages) RemoveRule(v *visit.Visit) error {
	draft, err := p.draft(v.Context())
	if err != nil {
		return err
	}
	if err := sameBase(v, draft); err != nil {
		return err
	}
	lang := langOf(v)
	at, err := strconv.Atoi(v.Request.PathValue("rule"))
	if err != nil {
		return fault.New(fault.NotFound, "web.lexicon.rule.unknown", nil)
	}
	text, err := language.Remove(file(lang), draft.Texts[lang], at)
	if err != nil {
		return fault.New(fault.NotFound, "web.lexicon.rule.unknown", nil)
	}
	if err := p.save(v, draft, lang, text); err != nil {
		return err
	}
	return v.Go("/lexicon?saved=1&lang=" + string(lang))
}

// textPage is the whole text of one language.
type textPage struct {
	lang  conversation.Lang
	base  int
	text  string
	why   string
	wrong []string
}

// TextForm shows the whole text.
func (p Pages) TextForm(v *visit.Visit) error {
	draft, err := p.draft(v.Context())
	if err != nil {
		return err
	}
	return v.Show(textForm(v.Reader, textPage{lang: langOf(v), base: draft.Number, text: draft.Texts[langOf(v)]}))
}

// SaveText makes the next version from the whole text.
func (p Pages) SaveText(v *visit.Visit) error {
	draft, err := p.draft(v.Context())
	if err != nil {
		return err
	}
	lang, text := langOf(v), strings.ReplaceAll(v.Form("text"), "\r\n", "\n")
	if err = sameBase(v, draft); err == nil {
		_, err = language.Outline(file(lang), text)
	}
	if err == nil {
		err = p.save(v, draft, lang, text)
	}
	if err == nil {
		return v.Go("/lexicon?saved=1&lang=" + string(lang))
	}
	out := textPage{lang: lang, base: base(v), text: text, why: v.Form("why")}
	if out.wrong, err = told(v, err, true); err != nil {
		return err
	}
	return v.ShowStatus(http.StatusUnprocessableEntity, textForm(v.Reader, out))
}
