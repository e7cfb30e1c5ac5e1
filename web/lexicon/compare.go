package lexicon

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/analysis/language/measure"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// seed draws the bootstrap samples, the same as the command's default, so that
// page and command print the same figures.
const seed = 1

// keptMeasure is a measure that was taken: which engine, which set.
type keptMeasure struct {
	version, set string
	items        int
	result       measure.Result
}

// set is labelled utterances of one language.
type set struct {
	name  string // "built-in" or "own"
	items []measure.Item
}

// sets returns the labelled utterances of a language: the built-in ones, and
// those of the centre if there are any.
func (p Pages) sets(v *visit.Visit, lang conversation.Lang) ([]set, error) {
	all, err := p.Labelled()
	if err != nil {
		return nil, err
	}
	out := []set{{name: "built-in"}}
	for _, it := range all {
		if it.Lang == lang {
			out[0].items = append(out[0].items, it)
		}
	}
	labels, err := p.Store.Labels(v.Context())
	if err != nil {
		return nil, err
	}
	own := set{name: "own"}
	for _, l := range labels {
		if l.Utterance.Lang == lang {
			own.items = append(own.items, measure.ItemOf(l))
		}
	}
	if len(own.items) > 0 {
		out = append(out, own)
	}
	return out, nil
}

// take measures hear on a set, or remembers that it did.
func (p Pages) take(hear *language.Engine, lang conversation.Lang, s set) measure.Result {
	key := keptMeasure{version: hear.Version(), set: s.name + string(lang), items: len(s.items)}
	if s.name != "own" { // own labels may change without changing their number
		p.kept.mu.Lock()
		for _, k := range p.kept.measures {
			if k.version == key.version && k.set == key.set && k.items == key.items {
				p.kept.mu.Unlock()
				return k.result
			}
		}
		p.kept.mu.Unlock()
	}
	key.result = measure.Take(p.Acts, s.items, seed, hear)
	p.kept.mu.Lock()
	defer p.kept.mu.Unlock()
	p.kept.measures = append([]keptMeasure{key}, p.kept.measures[:min(len(p.kept.measures), 2*maxKept-1)]...)
	return key.result
}

// comparison is what the draft changes against what is in force.
type comparison struct {
	sets []setComparison
	same bool // the draft is what is in force
}

type setComparison struct {
	title, note           string
	figures               []figurePair
	better, worse, others []changed
}

// figurePair is a figure before and after.
type figurePair struct{ name, before, after, tone string }

// changed is an utterance in which the two versions hear different acts.
type changed struct {
	id, text, lang, role, gold string
	changes                    []change
}

// Compare says which labelled utterances the draft hears differently from what
// is in force.
func (p Pages) Compare(v *visit.Visit) error {
	lang := langOf(v)
	draft, err := p.draft(v.Context())
	if err != nil {
		return err
	}
	after, err := p.engine(draft.Texts)
	if err != nil {
		return err
	}
	before := p.Live.Engine()
	out := comparison{same: before.Version() == after.Version()}
	sets, err := p.sets(v, lang)
	if err != nil {
		return err
	}
	for _, s := range sets {
		if !out.same {
			out.sets = append(out.sets, p.compare(v, lang, s, before, after))
		}
	}
	return v.Show(comparePart(v.Reader, out))
}

func (p Pages) compare(v *visit.Visit, lang conversation.Lang, s set, before, after *language.Engine) setComparison {
	out := setComparison{title: v.Text("web.lexicon.set." + s.name), note: v.Plural("web.lexicon.utterances", len(s.items))}
	touched := map[analysis.Act]bool{}
	for _, it := range s.items {
		u := it.Utterance()
		was, is := actsOf(before.Acts(u)), actsOf(after.Acts(u))
		diff := p.changes(v, was, is)
		if len(diff) == 0 {
			continue
		}
		for _, a := range append(slices.Clone(was), is...) {
			if slices.Contains(was, a) != slices.Contains(is, a) {
				touched[a] = true
			}
		}
		one := changed{id: it.ID, text: it.Text, lang: string(it.Lang), role: v.Text("web.who." + string(it.Role)), changes: diff, gold: p.titles(v, idsOf(it.Acts))}
		switch c := cmp.Compare(mistakes(it, is), mistakes(it, was)); {
		case c < 0:
			out.better = append(out.better, one)
		case c > 0:
			out.worse = append(out.worse, one)
		default:
			out.others = append(out.others, one)
		}
	}
	was, is := p.take(before, lang, s), p.take(after, lang, s)
	out.figures = append(out.figures, pair(v.Text("web.lexicon.micro"), f1(was.Micro, was.MicroRange), f1(is.Micro, is.MicroRange), is.Micro-was.Micro))
	for _, a := range p.Acts.All() {
		if touched[a.ID] {
			out.figures = append(out.figures, p.actPairs(v, a.ID, count(was, a.ID), count(is, a.ID))...)
		}
	}
	return out
}

func idsOf(acts []analysis.Act) []string {
	var out []string
	for _, a := range acts {
		out = append(out, string(a))
	}
	return out
}

// mistakes counts what is heard wrongly and what is not heard.
func mistakes(it measure.Item, heard []analysis.Act) int {
	n := 0
	for _, a := range heard {
		if !slices.Contains(it.Acts, a) {
			n++
		}
	}
	for _, a := range it.Acts {
		if !slices.Contains(heard, a) {
			n++
		}
	}
	return n
}

func count(r measure.Result, a analysis.Act) measure.Count {
	for _, x := range r.Acts {
		if x.Act == a {
			return x.Count
		}
	}
	return measure.Count{}
}

func pair(name, before, after string, moved float64) figurePair {
	out := figurePair{name: name, before: before, after: after}
	switch {
	case moved > 0:
		out.tone = "good"
	case moved < 0:
		out.tone = "warm"
	}
	return out
}

func (p Pages) actPairs(v *visit.Visit, a analysis.Act, was, is measure.Count) []figurePair {
	title := p.title(v, a)
	return []figurePair{
		pair(v.Text("web.lexicon.figure.precision", ui.Args{"act": title}), share(was.Precision()), share(is.Precision()), is.Precision().Value()-was.Precision().Value()),
		pair(v.Text("web.lexicon.figure.recall", ui.Args{"act": title}), share(was.Recall()), share(is.Recall()), is.Recall().Value()-was.Recall().Value()),
		pair(v.Text("web.lexicon.figure.f1", ui.Args{"act": title}), fmt.Sprintf("%.2f", was.F1()), fmt.Sprintf("%.2f", is.F1()), is.F1()-was.F1()),
	}
}

// share writes a proportion with its Wilson interval.
func share(s measure.Share) string {
	low, high := s.Wilson()
	return fmt.Sprintf("%.2f [%.2f, %.2f]", s.Value(), low, high)
}

func f1(value float64, r measure.Interval) string {
	return fmt.Sprintf("%.3f [%.3f, %.3f]", value, r.Low, r.High)
}

// measurePage is what the command `lianxi lexicon test` prints.
type measurePage struct {
	lang  conversation.Lang
	langs []ui.Option
	by    []ui.Option
	sets  []measured
}

type measured struct {
	title, note         string
	micro, macro        string
	precision, recall   string // of faults
	alarms, faultAlarms string
	acts                []actRow
	misses              []missRow
	more                int // misses beyond those shown
}

type actRow struct {
	title, id, kind, f1, right, wrong, missed, precision, recall string
}

type missRow struct {
	id, text, lang, role string
	wrong                []wrongRow
	missed               []string
}

type wrongRow struct{ title, why string }

// maxMisses bounds the worst errors that are shown.
const maxMisses = 40

// Measure shows how well the wordings hear labelled utterances.
func (p Pages) Measure(v *visit.Visit) error {
	out := measurePage{lang: langOf(v)}
	for _, l := range langs() {
		out.langs = append(out.langs, ui.Option{Value: string(l), Text: v.Text("web.lexicon.lang." + string(l)), Chosen: l == out.lang})
	}
	hear, by := p.Live.Engine(), "live"
	if v.Form("by") == "draft" {
		draft, err := p.draft(v.Context())
		if err != nil {
			return err
		}
		if hear, err = p.engine(draft.Texts); err != nil {
			return err
		}
		by = "draft"
	}
	for _, x := range []string{"live", "draft"} {
		out.by = append(out.by, ui.Option{Value: x, Text: v.Text("web.lexicon.by." + x), Chosen: x == by})
	}
	sets, err := p.sets(v, out.lang)
	if err != nil {
		return err
	}
	for _, s := range sets {
		out.sets = append(out.sets, p.measured(v, s, p.take(hear, out.lang, s)))
	}
	return v.Show(measureShow(v.Reader, out))
}

func (p Pages) measured(v *visit.Visit, s set, r measure.Result) measured {
	out := measured{title: v.Text("web.lexicon.set." + s.name), note: v.Plural("web.lexicon.utterances", r.Items), micro: f1(r.Micro, r.MicroRange), macro: f1(r.Macro, r.MacroRange),
		precision: share(r.Faults.Precision()), recall: share(r.Faults.Recall()),
		alarms: ofText(r.Tempting), faultAlarms: ofText(r.FaultsTempt), more: max(len(r.Misses)-maxMisses, 0)}
	for _, a := range r.Acts {
		out.acts = append(out.acts, actRow{title: p.title(v, a.Act), id: string(a.Act), kind: v.Text("web.lexicon.kind." + string(a.Kind)), f1: fmt.Sprintf("%.2f", a.Count.F1()),
			right: fmt.Sprint(a.Count.Right), wrong: fmt.Sprint(a.Count.Wrong), missed: fmt.Sprint(a.Count.Missed), precision: share(a.Count.Precision()), recall: share(a.Count.Recall())})
	}
	for _, m := range r.Misses[:min(len(r.Misses), maxMisses)] {
		row := missRow{id: m.Item.ID, text: m.Item.Text, lang: string(m.Item.Lang), role: v.Text("web.who." + string(m.Item.Role))}
		for _, f := range m.Wrong {
			row.wrong = append(row.wrong, wrongRow{p.title(v, f.Act), f.Why})
		}
		for _, a := range m.Missed {
			row.missed = append(row.missed, p.title(v, a))
		}
		out.misses = append(out.misses, row)
	}
	return out
}

func ofText(s measure.Share) string {
	return fmt.Sprintf("%d / %d (%s)", s.Hits, s.Of, strings.TrimSuffix(fmt.Sprintf("%.1f", s.Value()*100), ".0")+" %")
}
