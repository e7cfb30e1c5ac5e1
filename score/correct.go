package score

import (
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// Correction is what an evaluator says of one item instead, and why.
type Correction struct {
	Item    string            `json:"item"`
	Verdict scorecard.Verdict `json:"verdict"`
	Reason  string            `json:"reason"`
}

// CorrectedResult keeps both: what the machine found and how the evaluator sees it.
type CorrectedResult struct {
	Machine Result       `json:"machine"`
	Person  Result       `json:"person"`
	Changes []Correction `json:"changes"`
}

// Correct returns result r of card with the corrections applied and the score
// worked out anew; r itself stays as it is. The evidence stays with the items.
// Invalid (score.correction.*): another card or version than r's, an item that
// it does not judge, no reason, a word that is no verdict.
func Correct(card *scorecard.Card, r Result, changes []Correction) (CorrectedResult, error) {
	if card.ID != r.Scorecard || card.Version != r.Versions.Scorecard {
		return CorrectedResult{}, fault.New(fault.Invalid, "score.correction.card",
			fault.Args{"card": string(card.ID) + " " + card.Version, "result": string(r.Scorecard) + " " + r.Versions.Scorecard})
	}
	person := r
	person.Items = append([]Item(nil), r.Items...)
	for i := range person.Items {
		person.Items[i].restore(card)
	}
	for _, c := range changes {
		if err := person.change(card, c); err != nil {
			return CorrectedResult{}, err
		}
	}
	if len(person.Items) > 0 {
		person.total(card, []string{})
	}
	return CorrectedResult{Machine: r, Person: person, Changes: append([]Correction{}, changes...)}, nil
}

// change puts one correction in place.
func (r *Result) change(card *scorecard.Card, c Correction) error {
	def := card.Item(c.Item)
	for i := range r.Items {
		if r.Items[i].ID != c.Item || def == nil {
			continue
		}
		it := &r.Items[i]
		switch {
		case c.Reason == "":
			return fault.New(fault.Invalid, "score.correction.reason", fault.Args{"item": c.Item})
		case !c.Verdict.Valid():
			return fault.New(fault.Invalid, "score.correction.verdict", fault.Args{"item": c.Item, "verdict": string(c.Verdict)})
		}
		if it.Verdict != c.Verdict {
			it.Verdict = c.Verdict
			it.share = shareOf(def, c.Verdict)
		}
		it.Reason = c.Reason
		it.price(card, def)
		return nil
	}
	return fault.New(fault.Invalid, "score.correction.item", fault.Args{"item": c.Item})
}

// shareOf is what a verdict earns where there are no hits to count.
func shareOf(def *scorecard.Item, v scorecard.Verdict) int {
	switch {
	case v == scorecard.NA:
		return 0
	case def.Count == nil && def.Share == nil:
		return def.Scale.Share(v)
	case v == scorecard.Met:
		return 1000
	case v == scorecard.Partly:
		return 500
	}
	return 0
}

// restore works out the share of an item that was read from a text.
func (it *Item) restore(card *scorecard.Card) {
	def := card.Item(it.ID)
	if def == nil {
		return
	}
	it.share = shareOf(def, it.Verdict)
	if def.Count != nil && it.Verdict == scorecard.Partly {
		taken := min(max(1, len(it.Evidence))*def.Count.Take, def.Count.Max)
		it.share = 1000 - taken*1000/def.Count.Max
	}
	if def.Share != nil && it.Verdict == scorecard.Partly && def.Weight > 0 {
		points := int(it.Points)
		if card.Scheme == scorecard.Deduct {
			points += def.Weight * 10
		}
		it.share = (2*points + def.Weight) / (2 * def.Weight) * 100
	}
	it.price(card, def)
}

// price sets an item's points from its share.
func (it *Item) price(card *scorecard.Card, def *scorecard.Item) {
	it.Points, it.Max, it.taken = 0, 0, 0
	switch {
	case it.Verdict == scorecard.NA:
		it.share = 0
	case card.Scheme == scorecard.Deduct:
		most := def.Weight
		if def.Count != nil {
			most = def.Count.Max
		}
		it.taken = (most*(1000-it.share) + 500) / 1000
		it.Points = -Points(it.taken * 10)
	default:
		it.Max = Points(def.Weight * 10)
		it.Points = Points((int64(def.Weight)*int64(it.share) + 50) / 100)
	}
}
