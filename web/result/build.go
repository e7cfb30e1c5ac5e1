package result

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/training"
	"github.com/lianxi-cc/lianxi/web/ui"
)

// Told is what the one who spoke told about an item she sees differently, and
// what was answered.
type Told struct {
	Result id.Result // of which the item was contested
	Item   string
	Person id.Person
	Name   string // of the person, for a reader who is somebody else
	Why    string
	State  score.ContestState
	Answer string
}

// Source is what a result page is made of.
type Source struct {
	Conversation conversation.Conversation
	Result       score.Result
	Machine      score.Result // what the machine found, where a person judged after it
	Card         *scorecard.Card
	Acts         *analysis.Catalogue
	Call         *training.View // the practice call; nil when it was none
	Told         []Told
	Person       id.Person // who spoke; "" when nobody of the house did
	Mine         bool
	Label        bool // the reader may say what should be heard
}

// fill writes the judgement into p: the two sentences, the mark, the turns
// with their remarks, the mood line and the items.
func (s Source) fill(r ui.Reader, p *Page) {
	lang := conversation.Lang(r.Lang().Speech())
	p.Total = s.Result.String()
	p.Full = s.Result.Score == 1000
	p.Sections = s.sections(lang)
	p.Best, p.Next = s.best(r, lang), s.next(r, lang)
	p.Failed = s.failed(r, lang)
	p.Turns = s.turns(r, lang, p)
	p.Mood = s.mood(r)
	p.Items = s.items(r, lang)
	if s.Mine && s.Call != nil && s.Call.Practice.Notes == training.NotesLive { // who judges or advises sees all
		s.fewer(p, pointsAfterGuidance)
	}
	v := s.Result.Versions
	p.Versions = r.Text("web.result.versions", ui.Args{"card": s.Card.Title.In(lang), "version": v.Scorecard, "engine": v.Engine, "lexicon": v.Lexicon})
}

// sections returns each section's share of its applicable points.
func (s Source) sections(lang conversation.Lang) []ui.Section {
	var out []ui.Section
	for i := range s.Card.Sections {
		def := &s.Card.Sections[i]
		var points, most score.Points
		for j := range def.Items {
			if it := s.Result.Item(def.Items[j].ID); it != nil && it.Verdict != scorecard.NA {
				points, most = points+it.Points, most+it.Max
			}
		}
		one := ui.Section{Title: def.Title.In(lang), Share: -1}
		if most > 0 {
			one.Share = int(points * 1000 / most)
			one.Value = fmt.Sprint((one.Share + 5) / 10)
		} else if weightless(def) {
			continue // a section of red lines has no mark of its own
		}
		out = append(out, one)
	}
	return out
}

func weightless(s *scorecard.Section) bool {
	return !slices.ContainsFunc(s.Items, func(it scorecard.Item) bool { return it.Weight > 0 })
}

// best says what went best: the weightiest item that was met by something
// the agent said, with the words.
func (s Source) best(r ui.Reader, lang conversation.Lang) string {
	var best *score.Item
	var said string
	for i := range s.Result.Items {
		it := &s.Result.Items[i]
		if it.Verdict != scorecard.Met || it.Max == 0 {
			continue
		}
		words := s.quote(it)
		if best != nil && (said != "" && words == "" || it.Max <= best.Max && (said != "" || words == "")) {
			continue
		}
		best, said = it, words
	}
	switch {
	case best == nil:
		return r.Text("web.result.best.none")
	case said == "":
		return r.Text("web.result.best.title", ui.Args{"title": s.title(best.ID, lang)})
	case s.Mine:
		return r.Text("web.result.best.mine", ui.Args{"title": s.title(best.ID, lang), "said": said})
	}
	return r.Text("web.result.best.other", ui.Args{"title": s.title(best.ID, lang), "said": said})
}

// next says what to try: the item that cost most, with a better wording.
func (s Source) next(r ui.Reader, lang conversation.Lang) string {
	var worst *score.Item
	for i := range s.Result.Items {
		it := &s.Result.Items[i]
		open := it.Verdict == scorecard.Missed || it.Verdict == scorecard.Partly
		if open && (worst == nil || it.Max-it.Points > worst.Max-worst.Points) {
			worst = it
		}
	}
	if worst == nil {
		return r.Text("web.result.next.none")
	}
	for _, e := range worst.Evidence {
		if said := s.words(&score.Item{Evidence: []score.Evidence{e}}); said != "" && e.Better != "" && !s.earned(worst, e) {
			return r.Text("web.result.next.instead", ui.Args{"said": said, "better": strings.TrimRight(e.Better, "。.")})
		}
		if e.Better != "" {
			return r.Text("web.result.next.better", ui.Args{"title": s.title(worst.ID, lang), "better": e.Better})
		}
	}
	return r.Text("web.result.next.title", ui.Args{"title": s.title(worst.ID, lang)})
}

// failed explains every automatic fail.
func (s Source) failed(r ui.Reader, lang conversation.Lang) []string {
	var out []string
	for _, itemID := range s.Result.AutoFail {
		key := "web.result.failed.form"
		if def := s.Card.Item(itemID); def != nil && def.AutoFail == scorecard.SectionFail {
			key = "web.result.failed.section"
		}
		out = append(out, r.Text(key, ui.Args{"title": s.title(itemID, lang), "raw": s.Result.Raw.String()}))
	}
	return out
}

// title returns an item's title as a sentence or a remark speaks it: the
// number of its section belongs to the table only.
func (s Source) title(itemID string, lang conversation.Lang) string {
	if def := s.Card.Item(itemID); def != nil {
		return unnumbered(def.Title.In(lang))
	}
	return itemID
}

// words returns the agent's words among an item's evidence; "" when it has
// none. The longest say most.
func (s Source) words(it *score.Item) string {
	best := ""
	for _, e := range it.Evidence {
		if e.Turn < 0 || e.Turn >= len(s.Conversation.Turns) || e.Turn != e.ToTurn || s.Conversation.Turns[e.Turn].Role != conversation.Agent {
			continue
		}
		if w := s.cut(e.Turn, e.From, e.To); utf8.RuneCountInString(w) > utf8.RuneCountInString(best) {
			best = w
		}
	}
	return strings.TrimRight(best, "。，！？；,.!?; ")
}

// cut returns the code points [from,to) of a turn.
func (s Source) cut(turn, from, to int) string {
	if turn < 0 || turn >= len(s.Conversation.Turns) {
		return ""
	}
	text := []rune(s.Conversation.Turns[turn].Text)
	from, to = max(0, from), min(len(text), to)
	if from >= to {
		return ""
	}
	return string(text[from:to])
}

// sank is how far a mood must fall, per mille, for the line to point at it.
const sank = 60

// mood returns how the customer felt after each turn: his trust, and how far
// from irritated he is.
func (s Source) mood(r ui.Reader) []ui.MoodPoint {
	var out []ui.MoodPoint
	last := -1
	if s.Call == nil {
		return nil
	}
	for _, m := range s.Call.Moods {
		level := (1000 - m.Mood.Irritation + m.Mood.Trust) / 2
		turn := max(0, m.Turn)
		point := ui.MoodPoint{Level: level, URL: fmt.Sprintf("#turn-%d", turn), Low: last >= 0 && level <= last-sank,
			Title: r.Text("web.mood.at", ui.Args{"n": turn + 1, "mood": r.Text("web.mood." + string(m.Mood.Band()))})}
		if m.Turn < 0 {
			point.Title = r.Text("web.mood.start", ui.Args{"mood": r.Text("web.mood." + string(m.Mood.Band()))})
		}
		out, last = append(out, point), level
	}
	return out
}

// items returns every item with its verdict and links to its places.
func (s Source) items(r ui.Reader, lang conversation.Lang) []Item {
	var out []Item
	for i := range s.Card.Sections {
		def := &s.Card.Sections[i]
		for j := range def.Items {
			it := s.Result.Item(def.Items[j].ID)
			if it == nil {
				continue
			}
			one := Item{ID: it.ID, Title: def.Items[j].Title.In(lang), Section: def.Title.In(lang), Verdict: string(it.Verdict), Reason: it.Reason,
				Points: it.Points.String(), Max: it.Max.String(), Told: s.told(it.ID)}
			if was := s.Machine.Item(it.ID); was != nil && was.Verdict != it.Verdict {
				one.Machine, one.Said = string(was.Verdict), was.Reason
			}
			one.Places = s.places(r, it)
			out = append(out, one)
		}
	}
	return out
}

func (s Source) places(r ui.Reader, it *score.Item) []Place {
	var out []Place
	seen := map[int]bool{}
	for _, e := range it.Evidence {
		if e.From == e.To || seen[e.Turn] {
			continue
		}
		seen[e.Turn] = true
		out = append(out, Place{Text: r.Text("web.result.line", ui.Args{"n": e.Turn + 1}), URL: fmt.Sprintf("#turn-%d", e.Turn)})
	}
	return out
}

// told returns what was told about an item; nil when nothing was.
func (s Source) told(item string) *Told {
	for i := range s.Told {
		if s.Told[i].Item == item {
			return &s.Told[i]
		}
	}
	return nil
}
