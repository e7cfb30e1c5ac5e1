package lexicon

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// maxBench bounds what is typed into the bench, in code points.
const maxBench = 2000

// bench is the test bench with what it was asked and what it answered.
type bench struct {
	lang             conversation.Lang
	text, before     string
	role, chan_, dir []ui.Option
	answer           *answer
}

// answer is what is heard in one utterance, by the draft, and why.
type answer struct {
	lang     string
	pieces   []piece
	heard    []firedRow
	silenced []silencedRow
	replaced []replacedRow
	changes  []change // against what is in force
	wrong    string   // the draft cannot be heard by
}

// piece is a run of the utterance; Ref counts the finding from 1, 0 is none.
type piece struct {
	text string
	ref  int
}

// firedRow is one finding with the wording that fired.
type firedRow struct {
	title, id, said, wording, place string
	own                             bool
}

// silencedRow is a match that does not count.
type silencedRow struct {
	firedRow
	why, by, byPlace, words string
}

// replacedRow is a finding that gave way.
type replacedRow struct {
	firedRow
	by string
}

// change is an act that only one of two versions hears.
type change struct {
	title string
	added bool
}

func (p Pages) benchOf(v *visit.Visit, lang conversation.Lang) bench {
	out := bench{lang: lang, text: v.Form("text"), before: v.Form("before")}
	options := func(name string, values ...string) []ui.Option {
		chosen := v.Form(name)
		if !slices.Contains(values, chosen) {
			chosen = values[0]
		}
		var all []ui.Option
		for _, x := range values {
			all = append(all, ui.Option{Value: x, Text: v.Text("web.lexicon." + name + "." + x), Chosen: x == chosen})
		}
		return all
	}
	out.role = options("role", "agent", "customer")
	out.chan_ = options("channel", "phone", "chat")
	out.dir = options("direction", "inbound", "outbound")
	return out
}

func chosen(options []ui.Option) string {
	for _, o := range options {
		if o.Chosen {
			return o.Value
		}
	}
	return ""
}

// utterance is what the bench asks about.
func (b bench) utterance() analysis.Utterance {
	u := analysis.Utterance{Lang: b.lang, Role: conversation.Role(chosen(b.role)), Channel: conversation.Channel(chosen(b.chan_)),
		Direction: conversation.Direction(chosen(b.dir)), Text: strings.TrimSpace(b.text)}
	u.Context = turnsBefore(b.before, u.Role)
	return u
}

// speakers are the words that begin a line of the turns before.
var speakers = []struct {
	word string
	role conversation.Role
}{{"客户", conversation.Customer}, {"客", conversation.Customer}, {"customer", conversation.Customer}, {"c", conversation.Customer},
	{"坐席", conversation.Agent}, {"座席", conversation.Agent}, {"坐", conversation.Agent}, {"客服", conversation.Agent}, {"agent", conversation.Agent}, {"a", conversation.Agent}}

// turnsBefore reads one turn a line, “客户：…” or “Agent: …”. A line that does
// not say who speaks is by the other side than the one after it.
func turnsBefore(text string, next conversation.Role) []conversation.Turn {
	var out []conversation.Turn
	lines := strings.Split(text, "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		line := strings.TrimSpace(lines[i])
		if line == "" {
			continue
		}
		role, said := conversation.Role(""), line
		head, rest, ok := strings.Cut(strings.Replace(line, "：", ":", 1), ":")
		for _, s := range speakers {
			if ok && strings.EqualFold(strings.TrimSpace(head), s.word) {
				role, said = s.role, strings.TrimSpace(rest)
			}
		}
		if role == "" {
			role = conversation.Customer
			if next == conversation.Customer {
				role = conversation.Agent
			}
		}
		next = role
		out = append(out, conversation.Turn{Role: role, Text: said, Start: conversation.Unknown, End: conversation.Unknown, Confidence: conversation.Unknown})
	}
	slices.Reverse(out)
	return out
}

// Bench answers what the draft hears in an utterance, and why.
func (p Pages) Bench(v *visit.Visit) error {
	b := p.benchOf(v, langOf(v))
	if n := utf8.RuneCountInString(b.text) + utf8.RuneCountInString(b.before); n > 5*maxBench {
		return fault.New(fault.Invalid, "web.lexicon.bench.long", fault.Args{"max": maxBench})
	}
	draft, err := p.draft(v.Context())
	if err != nil {
		return err
	}
	if strings.TrimSpace(b.text) != "" {
		a := p.answer(v, draft, b.utterance())
		b.answer = &a
	}
	if v.Part() {
		return v.Show(heardPart(v.Reader, b))
	}
	out, err := p.page(v, draft)
	if err != nil {
		return err
	}
	out.bench = b
	return v.Show(list(v.Reader, out))
}

func (p Pages) answer(v *visit.Visit, draft analysis.Lexicon, u analysis.Utterance) answer {
	out := answer{lang: string(u.Lang)}
	hear, err := p.engine(draft.Texts)
	if err != nil { // the program was changed under it
		out.wrong = v.Error(err)
		hear = p.Live.Engine()
	}
	x := hear.Explain(u)
	runes := []rune(u.Text)
	var found []analysis.Finding
	for _, f := range x.Heard {
		out.heard = append(out.heard, p.fired(v, f, runes))
		found = append(found, f.Finding)
	}
	for _, s := range x.Silenced {
		row := silencedRow{firedRow: p.fired(v, s.Fired, runes), why: v.Text("web.lexicon.because." + string(s.Because)), by: s.By, words: cut(runes, s.Words)}
		if s.By != "" {
			row.byPlace, _ = p.place(v, s.ByAt)
		}
		out.silenced = append(out.silenced, row)
	}
	for _, r := range x.Replaced {
		out.replaced = append(out.replaced, replacedRow{p.fired(v, r.Fired, runes), p.title(v, r.By)})
	}
	out.pieces = pieces(runes, found)
	out.changes = p.changes(v, actsOf(p.Live.Engine().Acts(u)), actsOf(found))
	return out
}

func actsOf(found []analysis.Finding) []analysis.Act {
	var out []analysis.Act
	for _, f := range found {
		if !slices.Contains(out, f.Act) {
			out = append(out, f.Act)
		}
	}
	return out
}

// changes lists what after hears and before does not, and the other way round.
func (p Pages) changes(v *visit.Visit, before, after []analysis.Act) []change {
	var out []change
	for _, a := range after {
		if !slices.Contains(before, a) {
			out = append(out, change{p.title(v, a), true})
		}
	}
	for _, a := range before {
		if !slices.Contains(after, a) {
			out = append(out, change{p.title(v, a), false})
		}
	}
	return out
}

func (p Pages) fired(v *visit.Visit, f language.Fired, runes []rune) firedRow {
	out := firedRow{title: p.title(v, f.Act), id: string(f.Act), said: cut(runes, f.Finding), wording: f.Why}
	out.place, out.own = p.place(v, f.At)
	return out
}

func cut(runes []rune, f analysis.Finding) string {
	return string(runes[min(f.From, len(runes)):min(f.To, len(runes))])
}

// place says where a wording stands: in the centre's own lexicon or in the
// pack, and on which line.
func (p Pages) place(v *visit.Visit, at fault.Position) (string, bool) {
	if at.Line == 0 { // no wording: the statistical part
		return v.Text("web.lexicon.place.model"), false
	}
	_, name, _ := strings.Cut(at.File, "/")
	if strings.HasSuffix(name, ownSuffix) {
		return v.Text("web.lexicon.place.own", ui.Args{"line": at.Line}), true
	}
	return v.Text("web.lexicon.place.pack", ui.Args{"file": name, "line": at.Line}), false
}

// ownSuffix ends the name of the file that the centre's own wordings are
// compiled as.
const ownSuffix = "/99-centre.yaml"

// pieces cuts text at the findings; where two overlap the shorter one shows.
func pieces(text []rune, found []analysis.Finding) []piece {
	owner := make([]int, len(text))
	for i, f := range found {
		for at := f.From; at < min(f.To, len(text)); at++ {
			if o := owner[at]; o == 0 || f.To-f.From < found[o-1].To-found[o-1].From {
				owner[at] = i + 1
			}
		}
	}
	var out []piece
	for from := 0; from < len(text); {
		to := from + 1
		for to < len(text) && owner[to] == owner[from] {
			to++
		}
		out = append(out, piece{string(text[from:to]), owner[from]})
		from = to
	}
	return out
}
