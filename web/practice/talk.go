package practice

import (
	"strconv"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/training"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// seedOf returns the seed that the ring showed, so that the card on the desk
// is the one the call begins with.
func seedOf(v *visit.Visit, fresh func() uint64) uint64 {
	if seed, err := strconv.ParseUint(v.Form("seed"), 10, 64); err == nil {
		return seed
	}
	return fresh()
}

func (p *Pages) id(v *visit.Visit) id.Practice { return id.Practice(v.Request.PathValue("practice")) }

// Call shows a call as it stands; one that is over leads to its result.
func (p *Pages) Call(v *visit.Visit) error {
	view, err := p.calls.View(v.Context(), v.Actor, p.id(v))
	if err != nil {
		return err
	}
	if view.Practice.State != training.Talking {
		return v.Go(resultURL(view))
	}
	return v.Show(Call(v.Reader, p.page(v, view)))
}

// Say takes one line and answers with the customer's.
func (p *Pages) Say(v *visit.Visit) error {
	view, err := p.calls.Say(v.Context(), v.Actor, p.id(v), v.Form("text"))
	if err != nil {
		return err
	}
	return p.turn(v, view, lastAgent(view.Lines)+1)
}

// HangUp ends the call from the agent's side.
func (p *Pages) HangUp(v *visit.Visit) error {
	before, err := p.calls.View(v.Context(), v.Actor, p.id(v))
	if err != nil {
		return err
	}
	view, err := p.calls.HangUp(v.Context(), v.Actor, p.id(v))
	if err != nil {
		return err
	}
	return p.turn(v, view, len(before.Lines))
}

// Retake begins a call that takes a finished one again from one of its lines.
func (p *Pages) Retake(v *visit.Visit) error {
	line, err := strconv.Atoi(v.Form("line"))
	if err != nil {
		line = -1 // no line of hers, which Retake tells
	}
	view, err := p.calls.Retake(v.Context(), v.Actor, p.id(v), line)
	if err != nil {
		return err
	}
	return v.Go(callURL(view.Practice.ID))
}

// turn answers a script with the lines from number from on, and a plain form
// with the page they lead to.
func (p *Pages) turn(v *visit.Visit, view training.View, from int) error {
	if !v.Part() {
		if view.Practice.State != training.Talking {
			return v.Go(resultURL(view))
		}
		return v.Go(callURL(view.Practice.ID))
	}
	return v.Show(Turn(v.Reader, p.page(v, view), linesOf(view.Lines[from:])))
}

func lastAgent(lines []training.Line) int {
	for i := len(lines) - 1; i >= 0; i-- {
		if lines[i].Role == conversation.Agent {
			return i
		}
	}
	return -1
}

func linesOf(lines []training.Line) []Line {
	var out []Line
	for _, l := range lines {
		out = append(out, Line{Customer: l.Role == conversation.Customer, Text: l.Text, Machine: l.MachineWorded()})
	}
	return out
}

func resultURL(view training.View) string {
	return "/conversations/" + string(view.Practice.Conversation)
}

func (p *Pages) page(v *visit.Visit, view training.View) CallPage {
	url, s := callURL(view.Practice.ID), view.Scenario
	out := CallPage{Title: s.Title, SayURL: url + "/lines", EndURL: url + "/end", ResultURL: resultURL(view), Lang: string(s.Lang),
		Phone: s.Channel == conversation.Phone, Outbound: s.Direction == conversation.Outbound, Started: view.Practice.Started,
		Card: view.Card, Lines: linesOf(view.Lines), Guided: view.Practice.Notes == training.NotesLive, Voice: s.Customer.Voice, Exam: view.Practice.Exam(),
		Over: view.Practice.State != training.Talking}
	if view.Practice.Retakes != "" {
		out.Again = view.Practice.From + 1
	}
	if at, limited := view.Practice.Deadline(); limited {
		out.Deadline, out.Limit = at, v.Duration(view.Practice.Limit)
	}
	if out.Over {
		out.OverText = v.Text("web.call.over." + overBy(view.Practice.EndedBy))
	}
	if out.Guided {
		p.note(v, view, &out)
	}
	return out
}

func overBy(r conversation.Role) string {
	switch r {
	case conversation.Agent, conversation.Customer:
		return string(r)
	}
	return string(conversation.System)
}

// notesShown is how many notes stand beside the call; older ones are on the
// result.
const notesShown = 7

// note fills in what was heard, newest first, and the one hint: what would
// have been better than the last line's first fault.
func (p *Pages) note(v *visit.Visit, view training.View, out *CallPage) {
	lang, words := conversation.Lang(v.Lang().Speech()), view.Scenario.Lang
	last := lastAgent(view.Lines)
	for i := len(view.Notes) - 1; i >= 0; i-- {
		n := view.Notes[i]
		info, known := p.acts.Act(n.Finding.Act)
		if !known || info.Kind == analysis.CustomerSays {
			continue
		}
		fault := info.Kind == analysis.Fault
		if fault && n.Seq == last {
			out.Hint = &Hint{Title: v.Text("web.call.hint.better"), Text: info.Better[words]}
		}
		if len(out.Heard) < notesShown {
			out.Heard = append(out.Heard, Heard{Title: info.Title[lang], Quote: quote(view.Lines, n), Good: !fault})
		}
	}
}

// quote returns the words that a note speaks of.
func quote(lines []training.Line, n training.Note) string {
	if n.Seq >= len(lines) {
		return ""
	}
	text := []rune(lines[n.Seq].Text)
	from, to := max(0, n.Finding.From), min(len(text), n.Finding.To)
	if from >= to {
		return ""
	}
	return string(text[from:to])
}
