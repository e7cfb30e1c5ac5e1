package score

import (
	"strings"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// maxEvidence bounds the places shown for one item; the reason says how many
// there were.
const maxEvidence = 20

// item judges one item of the card.
func (r *run) item(def *scorecard.Item) Item {
	out := Item{ID: def.ID}
	v, o := r.verdict(def, &out)
	out.Verdict = v
	out.Reason = r.reason(def, v, o)
	out.Evidence = r.evidence(def, v, o)
	out.price(r.card, def)
	return out
}

// verdict decides an item and sets its share of the weight.
func (r *run) verdict(def *scorecard.Item, it *Item) (scorecard.Verdict, outcome) {
	if r.silent {
		return scorecard.NA, outcome{truth: unknown, why: whyNothingSaid}
	}
	if def.Method != scorecard.ByRule {
		return scorecard.NA, outcome{truth: unknown, why: whyPerson(def.Method)}
	}
	if def.When != nil {
		if o := r.test(def.When); o.truth != yes {
			return scorecard.NA, o
		}
	}
	if def.Count != nil {
		return r.counted(def, it)
	}
	if def.Share != nil {
		return r.shared(def, it)
	}
	v, o := r.tested(def)
	it.share = def.Scale.Share(v)
	return v, o
}

func whyPerson(m scorecard.Method) why {
	if m == scorecard.ByModel {
		return whyNoModel
	}
	return whyPersonJudges
}

// tested looks at missed, then met, then partly. An unknown answer that could
// still change the verdict makes it N/A.
func (r *run) tested(def *scorecard.Item) (scorecard.Verdict, outcome) {
	otherwise := outcome{hi: len(r.c.Turns) - 1}
	if def.Missed != nil {
		o := r.test(def.Missed)
		switch o.truth {
		case yes:
			return scorecard.Missed, o
		case unknown:
			return scorecard.NA, o
		}
		otherwise = o
	}
	if def.Met != nil {
		o := r.test(def.Met)
		switch o.truth {
		case yes:
			return scorecard.Met, o
		case unknown:
			return scorecard.NA, o
		}
		otherwise = o
	}
	if def.Partly != nil {
		o := r.test(def.Partly)
		switch o.truth {
		case yes:
			return scorecard.Partly, o
		case unknown:
			return scorecard.NA, o
		}
	}
	if def.Met == nil {
		return scorecard.Met, otherwise
	}
	return scorecard.Missed, otherwise
}

// counted takes points for every hit, up to the item's most.
func (r *run) counted(def *scorecard.Item, it *Item) (scorecard.Verdict, outcome) {
	o := r.test(def.Count.Of)
	if o.truth == unknown {
		return scorecard.NA, o
	}
	taken := min(len(o.hits)*def.Count.Take, def.Count.Max)
	if o.truth == yes && len(o.hits) == 0 {
		taken = def.Count.Take
	}
	it.share = 1000 - taken*1000/def.Count.Max
	switch {
	case taken == 0:
		return scorecard.Met, o
	case taken == def.Count.Max:
		return scorecard.Missed, o
	}
	return scorecard.Partly, o
}

// shared asks in how many of the agent's turns the test hits.
func (r *run) shared(def *scorecard.Item, it *Item) (scorecard.Verdict, outcome) {
	o := r.test(def.Share.Of)
	if o.truth == unknown {
		return scorecard.NA, o
	}
	hit, turns := r.hitTurns(o.hits)
	if turns == 0 {
		return scorecard.NA, outcome{truth: unknown, why: whyNothingSaid}
	}
	it.share = def.Share.Worth(hit, turns)
	switch it.share {
	case 0:
		return scorecard.Missed, o
	case 1000:
		return scorecard.Met, o
	}
	return scorecard.Partly, o
}

// hitTurns counts the agent's turns with words, and those of them that hits
// stand in.
func (r *run) hitTurns(hits []hit) (hit, turns int) {
	next := 0
	for i := range r.c.Turns {
		t := &r.c.Turns[i]
		if t.Role != conversation.Agent || strings.TrimSpace(t.Text) == "" {
			continue
		}
		turns++
		for next < len(hits) && hits[next].turn < i {
			next++
		}
		if next < len(hits) && hits[next].turn == i {
			hit++
		}
	}
	return hit, turns
}

// evidence shows the places of o; for what is absent, the window searched. It
// is never nil.
func (r *run) evidence(def *scorecard.Item, v scorecard.Verdict, o outcome) []Evidence {
	from := len(r.shown)
	if v != scorecard.NA {
		r.show(def, v, o)
	}
	return r.shown[from:len(r.shown):len(r.shown)]
}

func (r *run) show(def *scorecard.Item, v scorecard.Verdict, o outcome) {
	lang := r.c.Lang
	lost := v == scorecard.Missed || v == scorecard.Partly
	feeling, better := "", ""
	if lost {
		feeling, better = def.Feeling.In(lang), def.Better.In(lang)
	}
	if lost && def.Share != nil && def.Share.None < def.Share.Full {
		o = outcome{hi: len(r.c.Turns) - 1} // what is lacking stands in no turn that hits
	}
	if last := len(r.c.Turns) - 1; len(o.hits) == 0 && last >= 0 {
		lo := min(max(o.lo, 0), last)
		hi := min(max(o.hi, lo), last)
		r.shown = append(r.shown, Evidence{Turn: lo, ToTurn: hi, MS: r.ms(r.moment(lo, 0)), Feeling: feeling, Better: better})
	}
	for _, h := range o.hits[:min(len(o.hits), maxEvidence)] {
		e := Evidence{Turn: h.turn, ToTurn: h.to, From: h.from, To: h.until, MS: r.ms(h.ms), Act: h.act}
		if lost {
			e.Feeling, e.Better = r.wordings(h.act, feeling, better)
		}
		r.shown = append(r.shown, e)
	}
}

// wordings returns the fault's own feeling and better wording, or the item's.
func (r *run) wordings(act analysis.Act, feeling, better string) (string, string) {
	if r.cat == nil || act == "" {
		return feeling, better
	}
	info, ok := r.cat.Act(act)
	if !ok || info.Kind != analysis.Fault {
		return feeling, better
	}
	if s := info.Feeling[r.c.Lang]; s != "" {
		feeling = s
	}
	if s := info.Better[r.c.Lang]; s != "" {
		better = s
	}
	return feeling, better
}

func (r *run) ms(at int64) *int64 {
	if at < 0 {
		return nil
	}
	r.times = append(r.times, at)
	return &r.times[len(r.times)-1]
}
