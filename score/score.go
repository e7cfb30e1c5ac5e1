// Package score turns what was found in a conversation into a Result: points
// with reasons, by the rules of one scorecard.
//
// Score is a pure function: the same findings and the same version of the card
// give the same bytes, on every machine. Its arithmetic is in integers. It
// never knows whose conversation it is.
package score

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// Points are tenths of a point; as JSON a number with at most one decimal.
type Points int64

// String returns the points as "75" or "75.5".
func (p Points) String() string {
	sign := ""
	if p < 0 {
		sign, p = "-", -p
	}
	s := sign + strconv.FormatInt(int64(p)/10, 10)
	if p%10 != 0 {
		s += "." + strconv.FormatInt(int64(p)%10, 10)
	}
	return s
}

// MarshalJSON writes the number.
func (p Points) MarshalJSON() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalJSON reads what MarshalJSON wrote.
func (p *Points) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return err
	}
	if f < 0 {
		*p = -Points(-f*10 + 0.5)
	} else {
		*p = Points(f*10 + 0.5)
	}
	return nil
}

// String returns what a person reads as the score: "–" where there is none.
func (r Result) String() string {
	if r.NA {
		return "–"
	}
	return r.Score.String()
}

// Versions names what made a result, so that it can be made again.
type Versions struct {
	Engine    string `json:"engine"`
	Lexicon   string `json:"lexicon"`
	Scorecard string `json:"scorecard"`
}

// Result is a conversation's score with its reasons. Raw is before caps and
// automatic fails, Score after them; both run from 0 to 100 on a weighted
// card, from 0 to the card's start on a deducting one. Where no item applied,
// as when nobody said anything, there is no score: NA is set and both are 0.
type Result struct {
	ID        id.Conversation `json:"id"`
	Scorecard id.Scorecard    `json:"scorecard"`
	Versions  Versions        `json:"versions"`
	Raw       Points          `json:"raw"`
	Score     Points          `json:"score"`
	NA        bool            `json:"na,omitempty"`
	AutoFail  []string        `json:"auto_fail"` // the items that failed the section or the form
	Items     []Item          `json:"items"`
	Shadow    []Item          `json:"shadow,omitempty"` // items on trial: judged, never scored
}

// Item is the judgement of one item of the card.
type Item struct {
	ID       string            `json:"id"`
	Verdict  scorecard.Verdict `json:"verdict"`
	Reason   string            `json:"reason"`
	Points   Points            `json:"points"`
	Max      Points            `json:"max"`
	Evidence []Evidence        `json:"evidence"`

	share int // per mille of the item's best
	taken int // Deduct: points taken
}

// Evidence is the place a judgement rests on. From and To are the half-open
// range of code points in turn Turn (To of ToTurn when they differ). For what
// is absent, Turn and ToTurn are the window that was searched, From and To 0.
type Evidence struct {
	Turn    int          `json:"turn"`
	ToTurn  int          `json:"to_turn"`
	From    int          `json:"from"`
	To      int          `json:"to"`
	MS      *int64       `json:"ms"` // from the call's start; null when the source has no times
	Act     analysis.Act `json:"act"`
	Feeling string       `json:"feeling"`
	Better  string       `json:"better"`
}

// Item returns the judgement of the item with the id, or nil.
func (r Result) Item(itemID string) *Item {
	for i := range r.Items {
		if r.Items[i].ID == itemID {
			return &r.Items[i]
		}
	}
	return nil
}

// Scorer judges conversations one after the other, for one goroutine, in
// memory that it uses again: once the conversations bring nothing new, it does
// not allocate.
type Scorer struct {
	cat    *analysis.Catalogue
	run    run
	result Result
	failed []string
}

// NewScorer returns a Scorer. cat gives the feelings and the better wordings
// of faults.
func NewScorer(cat *analysis.Catalogue) *Scorer {
	return &Scorer{cat: cat, failed: make([]string, 0, 8), result: Result{Items: make([]Item, 0, 32)}}
}

// Score judges conversation c, in which f was found, by card. v.Scorecard is
// filled in. The result and all it holds are good until the next call; Clone
// keeps it longer.
func (s *Scorer) Score(card *scorecard.Card, c *conversation.Conversation, f []analysis.Finding, v Versions) *Result {
	s.run.begin(card, c, f, s.cat)
	defer s.run.end()
	v.Scorecard = card.Version
	s.result = Result{ID: c.ID, Scorecard: card.ID, Versions: v, Items: s.result.Items[:0], Shadow: s.result.Shadow[:0]}
	for i := range card.Sections {
		for k := range card.Sections[i].Items {
			def := &card.Sections[i].Items[k]
			switch def.State {
			case scorecard.Live:
				s.result.Items = append(s.result.Items, s.run.item(def))
			case scorecard.Shadow:
				item := s.run.item(def)
				item.Points, item.Max = 0, 0
				s.result.Shadow = append(s.result.Shadow, item)
			}
		}
	}
	s.failed = s.result.total(card, s.failed[:0])
	return &s.result
}

// scorers serves Score, whose callers judge now and then.
var scorers = sync.Pool{New: func() any { return NewScorer(nil) }}

// Score judges conversation c, in which f was found, by card. cat gives the
// feelings and the better wordings of faults. v.Scorecard is filled in.
func Score(card *scorecard.Card, c conversation.Conversation, f []analysis.Finding, cat *analysis.Catalogue, v Versions) Result {
	s := scorers.Get().(*Scorer)
	defer scorers.Put(s)
	s.cat = cat
	return s.Score(card, &c, f, v).Clone()
}

// Clone returns a copy of r that shares no memory with it.
func (r *Result) Clone() Result {
	out := *r
	out.AutoFail = append(make([]string, 0, len(r.AutoFail)), r.AutoFail...)
	out.Items, out.Shadow = cloned(r.Items), nil
	if len(r.Shadow) > 0 {
		out.Shadow = cloned(r.Shadow)
	}
	return out
}

// cloned copies items with all they hold.
func cloned(items []Item) []Item {
	out := append(make([]Item, 0, len(items)), items...)
	places, moments := 0, 0
	for i := range items {
		places += len(items[i].Evidence)
	}
	shown, times := make([]Evidence, 0, places), make([]int64, 0, places)
	var reasons strings.Builder
	for i := range items {
		reasons.WriteString(items[i].Reason)
	}
	all := reasons.String()
	for i := range out {
		it := &out[i]
		it.Reason, all = all[:len(it.Reason)], all[len(it.Reason):]
		from := len(shown)
		shown = append(shown, it.Evidence...)
		it.Evidence = shown[from:len(shown):len(shown)]
		for k := range it.Evidence {
			if e := &it.Evidence[k]; e.MS != nil {
				times = append(times, *e.MS)
				e.MS = &times[moments]
				moments++
			}
		}
	}
	return out
}

// total sums the items up. They stand in the order of the card's live items.
// The items that failed more than themselves are appended to failed.
func (r *Result) total(card *scorecard.Card, failed []string) []string {
	t := tally{card: card, cap: -1, failed: failed}
	next := 0
	for s := range card.Sections {
		t.begin(&card.Sections[s])
		for i := range card.Sections[s].Items {
			if def := &card.Sections[s].Items[i]; def.State == scorecard.Live {
				t.add(def, &r.Items[next])
				next++
			}
		}
		t.end()
	}
	r.NA = !slices.ContainsFunc(r.Items, func(it Item) bool { return it.Verdict != scorecard.NA })
	r.Raw, r.Score = 0, 0
	if !r.NA {
		r.Raw, r.Score = t.result()
	}
	r.AutoFail = t.failed
	return t.failed
}

// unit is the fixed point of section and form scores: a millionth.
const unit = 1_000_000

// tally sums items into sections and sections into the form.
type tally struct {
	card    *scorecard.Card
	section *scorecard.Section

	weight, won   int64 // of the current section, weights and per mille of weights
	sectionFailed bool
	formWeight    int64
	rawSum, sum   int64 // Σ weight × share in millionths, before and after section fails
	taken         int64
	sectionTaken  int64
	formFailed    bool
	cap           int
	failed        []string
}

func (t *tally) begin(s *scorecard.Section) {
	t.section, t.weight, t.won, t.sectionFailed, t.sectionTaken = s, 0, 0, false, 0
}

// add counts one item; what is N/A leaves numerator and denominator.
func (t *tally) add(def *scorecard.Item, it *Item) {
	if it.Verdict == scorecard.NA {
		return
	}
	t.weight += int64(def.Weight)
	t.won += int64(def.Weight) * int64(it.share)
	t.sectionTaken += int64(it.taken)
	if it.Verdict != scorecard.Missed {
		return
	}
	if def.Cap >= 0 && (t.cap < 0 || def.Cap < t.cap) {
		t.cap = def.Cap
	}
	switch def.AutoFail {
	case scorecard.SectionFail:
		t.sectionFailed = true
		t.failed = append(t.failed, def.ID)
	case scorecard.FormFail:
		t.formFailed = true
		t.failed = append(t.failed, def.ID)
	}
}

// end closes a section. Without a weight of its own it weighs what its
// applicable items weigh; all N/A, it is absent.
func (t *tally) end() {
	t.taken += t.sectionTaken
	if t.weight == 0 {
		return
	}
	share := t.won * (unit / 1000) / t.weight
	w := int64(t.section.Weight)
	if w == 0 {
		w = t.weight
	}
	t.formWeight += w
	t.rawSum += w * share
	if !t.sectionFailed {
		t.sum += w * share
	}
}

// result returns the raw score and the final one: raw, then section fails,
// then caps, then the form's fail.
func (t *tally) result() (raw, final Points) {
	if t.card.Scheme == scorecard.Deduct {
		raw = Points(max(0, int64(t.card.Start)-t.taken) * 10)
		final = raw
		if len(t.failed) > 0 { // without section scores, a section's fail is the form's
			final = 0
		}
	} else if t.formWeight > 0 {
		raw, final = tenths(t.rawSum, t.formWeight), tenths(t.sum, t.formWeight)
	}
	if t.cap >= 0 {
		final = min(final, Points(t.cap*10))
	}
	if t.formFailed {
		final = 0
	}
	return raw, final
}

// tenths returns 100·sum/(weight·unit) in tenths, rounded half up.
func tenths(sum, weight int64) Points {
	d := weight * unit
	return Points((sum*1000 + d/2) / d)
}

// sorted returns the findings in the order of the conversation, leaving out
// what points outside it.
func (r *run) sorted(f []analysis.Finding, turns int) []analysis.Finding {
	ordered := true
	for i := range f {
		if f[i].Turn < 0 || f[i].Turn >= turns || i > 0 && compareFindings(f[i-1], f[i]) > 0 {
			ordered = false
			break
		}
	}
	if ordered {
		return f
	}
	r.findings = r.findings[:0]
	for _, one := range f {
		if one.Turn >= 0 && one.Turn < turns {
			r.findings = append(r.findings, one)
		}
	}
	slices.SortStableFunc(r.findings, compareFindings)
	return r.findings
}

func compareFindings(a, b analysis.Finding) int {
	return cmp.Or(cmp.Compare(a.Turn, b.Turn), cmp.Compare(a.From, b.From), cmp.Compare(a.Act, b.Act), cmp.Compare(a.To, b.To))
}
