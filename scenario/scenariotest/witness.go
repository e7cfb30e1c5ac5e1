package scenariotest

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/scenario"
)

// Witness listens to one call. It takes the customer's words apart into the
// lines he has, keeps a ledger of what these lines claim, and objects to what
// does not fit: it knows what was said and what the scenario says, not how the
// customer decides.
type Witness struct {
	sc    *scenario.Scenario
	call  *scenario.Call
	lines map[string][]string // a line of this form to the behaviours it belongs to
	long  int                 // bytes of the longest line

	said  map[string]bool // sentences, folded
	did   map[string]int  // behaviours, whole and bare
	acts  map[analysis.Act]bool
	asked string // all that the agent said
	mood  scenario.Mood
	own   string // all that the customer said, folded
}

// NewWitness returns the witness of a call that has just begun.
func NewWitness(sc *scenario.Scenario, c *scenario.Call) *Witness {
	w := &Witness{sc: sc, call: c, lines: map[string][]string{}, said: map[string]bool{}, did: map[string]int{}, acts: map[analysis.Act]bool{}, mood: sc.Mood}
	for behaviour, wordings := range sc.Spoken() {
		for _, text := range wordings.All() {
			text = c.Form().Fill(text)
			w.lines[text] = append(w.lines[text], behaviour)
			w.long = max(w.long, len(text))
		}
	}
	return w
}

// Hears takes the agent's line and the customer's answer to it.
func (w *Witness) Hears(line string, r scenario.Reply) error {
	w.asked += " " + line
	for _, f := range r.Findings {
		w.acts[f.Act] = true
	}
	if strings.TrimSpace(r.Text) == "" {
		return fmt.Errorf("the customer says nothing at all")
	}
	if err := w.repeats(r.Text); err != nil {
		return err
	}
	pieces, ok := w.pieces(r.Text)
	if !ok {
		return fmt.Errorf("nobody wrote these words for this form: %q", r.Text)
	}
	for _, behaviours := range pieces {
		p, err := w.meant(behaviours, line, r)
		if err != nil {
			return fmt.Errorf("%w: %q", err, r.Text)
		}
		w.did[p]++
		if bare, ref, ok := strings.Cut(p, ":"); ok && ref != "" {
			w.did[bare]++
		}
	}
	w.mood = r.Mood
	w.own += fold(r.Text)
	return nil
}

// repeats objects to a sentence that was said before, whatever its signs.
func (w *Witness) repeats(text string) error {
	ends := func(r rune) bool { return strings.ContainsRune("。！？!?\n", r) }
	for s := range strings.FieldsFuncSeq(strings.ReplaceAll(text, ". ", "。"), ends) {
		if s = fold(s); s == "" {
			continue
		}
		if w.said[s] {
			return fmt.Errorf("said twice: %q", s)
		}
		w.said[s] = true
	}
	return nil
}

// pieces takes a line apart and returns, in the order in which they stand, the
// behaviours to which each piece may belong.
func (w *Witness) pieces(text string) ([][]string, bool) {
	text = strings.TrimPrefix(strings.TrimPrefix(text, "，"), " ")
	if text == "" {
		return nil, true
	}
	for n := min(len(text), w.long); n > 0; n-- {
		behaviours, ok := w.lines[text[:n]]
		if !ok {
			continue
		}
		if rest, ok := w.pieces(text[n:]); ok {
			return append([][]string{behaviours}, rest...), true
		}
	}
	return nil, false
}

// meant returns which of the behaviours that share a wording fits what was
// before: the one that the reply names, if it fits.
func (w *Witness) meant(behaviours []string, line string, r scenario.Reply) (string, error) {
	var first error
	if slices.Contains(behaviours, r.Behaviour) {
		behaviours = append([]string{r.Behaviour}, behaviours...)
	}
	for _, b := range behaviours {
		err := w.claims(b, line, r)
		if err == nil {
			return b, nil
		}
		if first == nil {
			first = err
		}
	}
	return "", first
}

func (w *Witness) fill(text string) string { return w.call.Form().Fill(text) }

func (w *Witness) missing(p scenario.Point) bool {
	return slices.Contains(w.call.Outcome().Missing, w.fill(p.Label))
}

// open reports whether a point of the concern (any: "") is still unsaid.
func (w *Witness) open(concern string) bool {
	for _, co := range w.sc.Concerns {
		if concern == "" || co.ID == concern {
			if slices.ContainsFunc(co.Points, w.missing) {
				return true
			}
		}
	}
	return false
}

// fold leaves letters and digits, small.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
