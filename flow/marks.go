package flow

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/skill"
)

// draft is the archive entry of a result: its marks by competency.
func (f *Flow) draft(ctx context.Context, rec score.Record, head conversation.Head) (skill.Draft, error) {
	var r score.Result
	if err := json.Unmarshal(rec.Result, &r); err != nil {
		return skill.Draft{}, err
	}
	card, err := f.Cards.Judged(ctx, rec.Scorecard, rec.Versions.Scorecard)
	if err != nil {
		return skill.Draft{}, err
	}
	d := skill.Draft{Person: head.Owner, Kind: skill.Marked, Content: skill.Content{
		Of:    head.Added,
		Marks: marks(card, r),
		Source: skill.Source{Key: "result:" + string(rec.ID), Conversation: rec.Conversation, Result: string(rec.ID),
			Scorecard: rec.Scorecard, Version: rec.Versions.Scorecard},
	}}
	if rec.Corrects == "" {
		return d, nil
	}
	old, err := f.entryOf(ctx, head.Owner, rec.Corrects)
	if err != nil {
		return skill.Draft{}, err
	}
	d.Kind, d.Names = skill.Correction, old
	return d, nil
}

// entryOf is the number of the entry that a result made. It is Unavailable
// while that entry is still on its way.
func (f *Flow) entryOf(ctx context.Context, p id.Person, r id.Result) (int64, error) {
	entries, err := f.Archive.Archive(ctx, writer, p)
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(entries, func(e skill.Entry) bool { return e.Source.Result == string(r) })
	if i < 0 {
		return 0, fault.New(fault.Unavailable, "flow.entry.waiting", nil)
	}
	return entries[i].Seq, nil
}

// marks adds up the points of a result by the competencies that its items
// feed. What was not applicable says nothing.
func marks(card *scorecard.Card, r score.Result) []skill.Mark {
	sums := map[id.Competency]skill.Mark{}
	for _, it := range r.Items {
		def := card.Item(it.ID)
		if def == nil || it.Verdict == scorecard.NA || it.Max <= 0 {
			continue
		}
		for _, c := range def.Competencies {
			m := sums[c]
			m.Competency = c
			m.Points += int64(min(max(it.Points, 0), it.Max))
			m.Max += int64(it.Max)
			sums[c] = m
		}
	}
	out := make([]skill.Mark, 0, len(sums))
	for _, m := range sums {
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b skill.Mark) int {
		if a.Competency < b.Competency {
			return -1
		}
		return 1
	})
	return out
}
