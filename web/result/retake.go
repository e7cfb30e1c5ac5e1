package result

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Compare is a call beside the one that it takes again: what was said from a
// line on, and where it led.
type Compare struct {
	From      int    // the line that was said anew, from 0
	Changed   string // in one sentence
	Then, Now Side
}

// Side is one of the two calls. What is not known is "".
type Side struct {
	Title, URL         string
	Ending, Mark, Mood string
	Lines              []Said
}

// Said is one line of a call. Who is agent or customer.
type Said struct {
	Who, Text string
	Machine   bool // a language model found the words
}

// retakeURL returns where the reader may take the call again; "" when she may
// not: it is somebody else's, an examination's, still going on, or its customer
// would answer otherwise today.
func (f found) retakeURL(v *visit.Visit) string {
	p := f.call.Practice
	if p.Person != v.Person.ID || p.Exam() || p.State == training.Talking || f.call.Changed ||
		len(f.Turns) != len(f.call.Lines) || !staff.Can(v.Actor, staff.PracticeTake, f.subject) {
		return ""
	}
	return "/practice/calls/" + string(p.ID) + "/retakes"
}

// linkRetakes leads from a call to those that take it again, and from these back.
func (p Pages) linkRetakes(v *visit.Visit, f found, page *Page) error {
	if f.call == nil {
		return nil
	}
	if first := f.call.Practice.Retakes; first != "" {
		then, _, err := p.Calls.Record(v.Context(), first)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err == nil {
			page.First = "/conversations/" + string(then.Practice.Conversation)
		}
	}
	again, err := p.Calls.RetakesOf(v.Context(), f.call.Practice)
	if err != nil {
		return err
	}
	over := make([]id.Conversation, 0, len(again))
	for _, one := range again {
		over = append(over, one.Conversation)
	}
	records, err := p.inForce(v.Context(), over...)
	if err != nil {
		return err
	}
	for i, one := range again {
		args := ui.Args{"nth": i + 1, "n": one.From + 1, "when": v.When(one.Started, v.Now), "mark": ""}
		place := Place{URL: "/conversations/" + string(one.Conversation)}
		if one.State == training.Talking {
			if !page.Mine {
				continue
			}
			place.URL = "/practice/calls/" + string(one.ID)
		} else if args["mark"], err = recorded(v.Reader, records[one.Conversation]); err != nil {
			return err
		}
		place.Text = v.Text("web.result.retakes.from", args)
		page.Retakes = append(page.Retakes, place)
	}
	return nil
}

// recorded is the mark of a record as calls are compared by it; "" for none.
func recorded(r ui.Reader, record score.Record) (string, error) {
	if record.ID == "" {
		return "", nil
	}
	var result score.Result
	if err := json.Unmarshal(record.Result, &result); err != nil {
		return "", fault.As(fault.Internal, "", err)
	}
	return compared(r, result), nil
}

// compared is a mark as calls are compared by it: where a red line made it what it
// is, with what it would have been, so that two calls that crossed one differ.
func compared(r ui.Reader, result score.Result) string {
	if len(result.AutoFail) == 0 || result.Raw == result.Score {
		return result.String()
	}
	return r.Text("web.compare.raw", ui.Args{"mark": result.String(), "raw": result.Raw.String()})
}

// played says which scenario a call was, in which version and form, how it was
// held and how long it took by the clock.
func played(r ui.Reader, p training.Practice) string {
	number, _, _ := strings.Cut(p.Version, ".")
	args := ui.Args{"scenario": string(p.Scenario), "version": number, "seed": strconv.FormatUint(p.Seed, 10), "mode": r.Text("web.mode." + string(p.Notes)),
		"used": r.Duration(p.Ended.Sub(p.Started)), "limit": ""}
	if p.Limit > 0 {
		args["limit"] = r.Duration(p.Limit)
	}
	return r.Text("web.result.played", args)
}

// compare sets a call, which has its result, beside the one that it takes again;
// nil when it takes none.
func (p Pages) compare(v *visit.Visit, f found, result score.Result) (*Compare, error) {
	if f.call == nil || f.call.Practice.Retakes == "" {
		return nil, nil
	}
	then, _, err := p.Calls.Record(v.Context(), f.call.Practice.Retakes)
	if fault.Is(err, fault.NotFound) {
		return nil, nil // its owner may have had it erased
	}
	if err != nil {
		return nil, err
	}
	record, _, err := p.standing(v, then.Practice.Conversation)
	if err != nil {
		return nil, err
	}
	earlier, err := recorded(v.Reader, record)
	if err != nil {
		return nil, err
	}
	from := f.call.Practice.From
	out := &Compare{From: from, Then: sideOf(v.Reader, then, from, earlier), Now: sideOf(v.Reader, *f.call, from, compared(v.Reader, result))}
	out.Then.Title, out.Then.URL = v.Text("web.compare.then"), "/conversations/"+string(then.Practice.Conversation)
	out.Now.Title = v.Text("web.compare.now")
	out.Changed = changed(v.Reader, out.Then, out.Now)
	return out, nil
}

func sideOf(r ui.Reader, call training.View, from int, mark string) Side {
	out := Side{Mark: mark}
	if e := call.Practice.Ending; e != "" {
		out.Ending = r.Text("scenario.ending." + string(e))
	}
	if n := len(call.Moods); n > 0 {
		out.Mood = r.Text("web.mood." + string(call.Moods[n-1].Mood.Band()))
	}
	for _, l := range call.Lines[min(from, len(call.Lines)):] {
		out.Lines = append(out.Lines, Said{Who: string(l.Role), Text: l.Text, Machine: l.MachineWorded()})
	}
	return out
}

// changed says in one sentence what the other words did.
func changed(r ui.Reader, then, now Side) string {
	var what []string
	for _, c := range []struct{ key, was, is string }{
		{"ending", then.Ending, now.Ending}, {"mark", then.Mark, now.Mark}, {"mood", then.Mood, now.Mood},
	} {
		if c.was != "" && c.is != "" && c.was != c.is {
			what = append(what, r.Text("web.compare.changed."+c.key, ui.Args{"was": c.was, "is": c.is}))
		}
	}
	if len(what) == 0 {
		return r.Text("web.compare.same")
	}
	sep := "; "
	if r.Lang() == locale.Chinese {
		sep = "；"
	}
	return r.Text("web.compare.changed", ui.Args{"what": strings.Join(what, sep)})
}

// pointsAfterGuidance is how many points of feedback a guided call gets: who is
// led by the hand has heard the others while she spoke.
const pointsAfterGuidance = 2

// fewer keeps the n remarks whose items cost most, and all praise. The table of
// items still holds everything.
func (s Source) fewer(p *Page, n int) {
	var items []string
	collect := func(remarks []Remark) {
		for _, m := range remarks {
			if m.Kind != Praise && !slices.Contains(items, m.Item) {
				items = append(items, m.Item)
			}
		}
	}
	for _, t := range p.Turns {
		collect(t.Remarks)
	}
	collect(p.Unheard)
	slices.SortStableFunc(items, func(a, b string) int { return int(s.lost(b) - s.lost(a)) })
	kept := map[string]bool{}
	for _, it := range items[:min(n, len(items))] {
		kept[it] = true
	}
	seen := map[string]bool{}
	drop := func(m Remark) bool {
		if m.Kind == Praise {
			return false
		}
		if !kept[m.Item] || seen[m.Item] {
			return true
		}
		seen[m.Item] = true
		return false
	}
	for i := range p.Turns {
		p.Turns[i].Remarks = slices.DeleteFunc(p.Turns[i].Remarks, drop)
	}
	p.Unheard = slices.DeleteFunc(p.Unheard, drop)
	p.unmark()
}

// lost is how much an item cost.
func (s Source) lost(item string) score.Points {
	it := s.Result.Item(item)
	if it == nil {
		return 0
	}
	return it.Max - it.Points
}

// unmark takes the marks off words whose remark is gone.
func (p *Page) unmark() {
	for i, t := range p.Turns {
		for k, w := range t.Pieces {
			at := i
			if w.Card > 0 {
				at = w.Card - 1
			}
			if w.Ref > 0 && !slices.ContainsFunc(p.Turns[at].Remarks, func(m Remark) bool { return m.Ref == w.Ref }) {
				p.Turns[i].Pieces[k] = Piece{Text: w.Text}
			}
		}
	}
}
