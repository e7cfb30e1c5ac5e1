package scorecards

import (
	"fmt"
	"math"

	"github.com/lianxi-cc/lianxi/analysis/language/measure"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/score/agreement"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// maxReviews is how many reviews the proof rests on: the newest.
const maxReviews = 5000

// proofs returns how the rules of a card proved: reviews of every version in
// which an item had the same rule count.
func (p Pages) proofs(v *visit.Visit, card *scorecard.Card) (map[string]agreement.Item, error) {
	reviews, err := p.Reviews.Reviews(v.Context(), score.ReviewQuery{Scorecard: card.ID, Limit: maxReviews})
	if err != nil {
		return nil, err
	}
	rules := map[string]string{} // by version and item
	for _, r := range reviews {
		if _, known := rules[r.Version]; known {
			continue
		}
		rules[r.Version] = ""
		of, err := p.Cards.At(v.Context(), card.ID, r.Version)
		if err != nil {
			continue // older than the store: not known by which rule it was judged
		}
		for _, j := range r.Items {
			rules[r.Version+" "+j.Item] = of.Rule(j.Item)
		}
	}
	now := map[string]string{}
	return agreement.Of(reviews, func(r score.Review, item string) bool {
		rule, known := now[item]
		if !known {
			rule = card.Rule(item)
			now[item] = rule
		}
		return rule != "" && rules[r.Version+" "+item] == rule
	}), nil
}

func sections(v *visit.Visit, card *scorecard.Card, proofs map[string]agreement.Item, lang conversation.Lang) []Section {
	var out []Section
	for i := range card.Sections {
		def := &card.Sections[i]
		s := Section{Title: def.Title.In(lang)}
		if def.Weight > 0 {
			s.Weight = fmt.Sprint(def.Weight)
		}
		for k := range def.Items {
			s.Items = append(s.Items, itemOf(v, card, &def.Items[k], proofs[def.Items[k].ID], lang))
		}
		out = append(out, s)
	}
	return out
}

func itemOf(v *visit.Visit, card *scorecard.Card, def *scorecard.Item, proof agreement.Item, lang conversation.Lang) Item {
	it := Item{ID: def.ID, Title: def.Title.In(lang), Why: def.Why.In(lang), Weight: fmt.Sprint(def.Weight), State: string(def.State),
		Method: v.Text("web.scorecard.method." + string(def.Method)), Critical: string(def.Critical), Fails: string(def.AutoFail), Text: card.ItemText(def.ID),
		Judged: proof.Judged}
	if def.Count != nil {
		it.Counted, it.Weight = true, v.Text("web.scorecard.takes", ui.Args{"take": def.Count.Take, "max": def.Count.Max})
	}
	if def.Share != nil {
		it.Share = v.Text("web.scorecard.share", ui.Args{"none": def.Share.None, "full": def.Share.Full})
	}
	if proof.Judged > 0 {
		it.Same, it.AC1, it.Alpha = percent(proof.Percent), figure(proof.AC1), figure(proof.Alpha)
	}
	if proof.Proof.Reviewed > 0 {
		it.Hits = v.Text("web.scorecard.hits", ui.Args{"right": proof.Proof.Right, "reviewed": proof.Proof.Reviewed,
			"percent": share(proof.Precision()), "low": share(proof.Low), "high": share(proof.High)})
	}
	return it
}

// percent writes a share with its interval, "91 % (85–96)".
func percent(f agreement.Figure) string {
	if math.IsNaN(f.Value) {
		return "–"
	}
	return fmt.Sprintf("%s %% (%s–%s)", share(f.Value), share(f.Low), share(f.High))
}

// figure writes a coefficient with its interval, "0.87 (0.79–0.94)".
func figure(f agreement.Figure) string {
	if math.IsNaN(f.Value) {
		return "–"
	}
	return fmt.Sprintf("%.2f (%.2f–%.2f)", f.Value, f.Low, f.High)
}

func share(f float64) string { return fmt.Sprintf("%.0f", f*100) }

// examples judges the stored examples.
func (p Pages) examples(card *scorecard.Card, lang conversation.Lang) []Sample {
	var out []Sample
	for _, e := range p.Judge.Examples(card) {
		one := Sample{Item: e.Example.Item, Want: string(e.Example.Verdict), Got: string(e.Got), Reason: e.Reason, Turns: e.Example.Turns, Right: e.Right()}
		if def := card.Item(e.Example.Item); def != nil {
			one.Item = def.Title.In(lang)
		}
		out = append(out, one)
	}
	return out
}

// exampleFigures counts the examples that are judged otherwise than their
// author said, and words how often costing points was right and was found.
func exampleFigures(v *visit.Visit, all []Sample) (wrong int, figures string) {
	costs := func(verdict string) bool {
		return verdict == string(scorecard.Missed) || verdict == string(scorecard.Partly)
	}
	var precision, recall measure.Share
	for _, e := range all {
		if !e.Right {
			wrong++
		}
		if costs(e.Got) {
			precision.Of++
		}
		if costs(e.Want) {
			recall.Of++
		}
		if costs(e.Got) && e.Got == e.Want {
			precision.Hits++
			recall.Hits++
		}
	}
	if precision.Of == 0 || recall.Of == 0 {
		return wrong, ""
	}
	return wrong, v.Text("web.scorecard.examples.figures", ui.Args{"precision": shareOf(precision), "recall": shareOf(recall)})
}

// shareOf writes a share with Wilson's interval, "3 / 4, 75 % (30–95)".
func shareOf(s measure.Share) string {
	low, high := s.Wilson()
	return fmt.Sprintf("%d / %d, %s %% (%s–%s)", s.Hits, s.Of, share(s.Value()), share(low), share(high))
}

// known returns the proofs as a card's life asks for them.
func known(figures map[string]agreement.Item) map[string]scorecard.Proof {
	out := map[string]scorecard.Proof{}
	for item, f := range figures {
		out[item] = f.Proof
	}
	return out
}
