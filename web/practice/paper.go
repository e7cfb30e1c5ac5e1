package practice

import (
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Papers lists the examinations that wait for the reader, for this page and the
// home page. One whose scenario was withdrawn meanwhile cannot be taken.
func (p *Pages) Papers(v *visit.Visit) ([]Paper, error) {
	if !v.May(staff.ExamTake) {
		return nil, nil
	}
	all, err := p.calls.PapersFor(v.Context(), v.Actor)
	if err != nil {
		return nil, err
	}
	var out []Paper
	for _, one := range all {
		if !one.Waiting() {
			continue
		}
		s, err := p.calls.Scenario(v.Context(), one.Scenario)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, Paper{Title: s.Title, Lang: string(s.Lang), URL: paperURL(one), Limit: v.Duration(one.Limit), When: v.When(one.Set, v.Now)})
	}
	return out, nil
}

func paperURL(p training.Paper) string { return "/practice/exams/" + string(p.ID) }

func paperOf(v *visit.Visit) id.Paper { return id.Paper(v.Request.PathValue("paper")) }

// PaperRing shows the moment before an examination; one that was begun leads to
// its call.
func (p *Pages) PaperRing(v *visit.Visit) error {
	paper, err := p.calls.Paper(v.Context(), v.Actor, paperOf(v))
	if err != nil {
		return err
	}
	if paper.Practice != "" {
		return v.Go(callURL(paper.Practice))
	}
	if !paper.Waiting() {
		return fault.New(fault.Conflict, "training.paper.over", nil)
	}
	s, err := p.calls.Scenario(v.Context(), paper.Scenario)
	if err != nil {
		return err
	}
	return v.Show(Ring(v.Reader, RingPage{Title: s.Title, AnswerURL: paperURL(paper), Outbound: s.Direction == conversation.Outbound,
		Lang: string(s.Lang), Level: s.Level, Limit: v.Duration(paper.Limit), Paper: true}))
}

// TakePaper begins an examination.
func (p *Pages) TakePaper(v *visit.Visit) error {
	view, err := p.calls.BeginPaper(v.Context(), v.Actor, paperOf(v))
	if err != nil {
		return err
	}
	return v.Go(callURL(view.Practice.ID))
}
