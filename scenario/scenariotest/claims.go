package scenariotest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/scenario"
)

// claims checks what one piece of an answer takes for granted.
func (w *Witness) claims(piece, line string, r scenario.Reply) error {
	key, ref, _ := strings.Cut(piece, ":")
	for _, check := range []func(key, ref string) error{w.claimsFact, w.claimsConcern, w.claimsState, w.claimsPast} {
		if err := check(key, ref); err != nil {
			return err
		}
	}
	if key == "tell" {
		return w.reveals(ref, line, r)
	}
	if key == "leave" || key == "hang-up" {
		if r.Ending == scenario.Solved || r.Ending == scenario.SolvedCold {
			return fmt.Errorf("complains and leaves as if nothing had been solved")
		}
	}
	return w.leaks(r.Text)
}

// claimsFact: a fact is told once, called told only when it was, and not kept
// back when it is out.
func (w *Witness) claimsFact(key, ref string) error {
	switch {
	case key == "tell" && w.did["tell:"+ref] > 0:
		return fmt.Errorf("tells %s a second time as if it were new", ref)
	case key == "again" && w.did["tell:"+ref] == 0 && (ref != "" || w.did["tell"] == 0):
		return fmt.Errorf("claims to have told %s", ref)
	case key == "evade" && ref != "" && w.did["tell:"+ref] > 0:
		return fmt.Errorf("keeps %s back after telling it", ref)
	}
	return nil
}

// claimsConcern: a concern is raised once, while it is open, and accepted once,
// when it is settled; what was said is not asked for.
func (w *Witness) claimsConcern(key, ref string) error {
	switch {
	case key == "raise" && w.did["raise:"+ref] > 0:
		return fmt.Errorf("raises %s twice", ref)
	case key == "raise" && !w.open(ref):
		return fmt.Errorf("raises %s, which is settled", ref)
	case key == "accept" && (w.did["accept:"+ref] > 0 || w.open(ref)):
		return fmt.Errorf("accepts %s, which is not settled", ref)
	case key == "accept" && w.did["say-no"] > 0:
		return fmt.Errorf("accepts what he refused")
	case key == "ask":
		for _, co := range w.sc.Concerns {
			for _, p := range co.Points {
				if p.ID == ref && (!w.missing(p) || w.did["accept:"+co.ID] > 0) {
					return fmt.Errorf("asks for %s, which he was told", ref)
				}
			}
		}
	}
	return nil
}

// claimsState: who is content does not push, who is not does not part content.
func (w *Witness) claimsState(key, _ string) error {
	switch key {
	case "thanks", "nothing-else", "goodbye":
		if w.open("") {
			return fmt.Errorf("is content though something is open")
		}
	case "not-done", "push-back", "weary", "repeat", "hurry", "ask-supervisor", "test-promise", "vent":
		if w.content() {
			return fmt.Errorf("goes on though everything is settled")
		}
	}
	if w.did["nothing-else"] > 0 && slices.Contains([]string{"raise", "ask", "accept", "nothing-else-more"}, key) {
		return fmt.Errorf("comes with more after saying there was nothing else")
	}
	return nil
}

// content reports whether nothing is open and he has shown that he knows it:
// by accepting what he raised, by thanks, by a no.
func (w *Witness) content() bool {
	for _, co := range w.sc.Concerns {
		if w.did["raise:"+co.ID] > w.did["accept:"+co.ID] {
			return false
		}
	}
	return !w.open("") && w.did["accept"]+w.did["thanks"]+w.did["nothing-else"]+w.did["say-no"] > 0
}

// claimsPast: lines that speak of what happened before need it to have happened.
func (w *Witness) claimsPast(key, _ string) error {
	for later, before := range map[string]string{
		"name-again": "give-name", "say-no-again": "say-no", "relieved": "test-promise", "doubt": "test-promise",
		"push-back": "raise", "repeat": "raise",
	} {
		if key == later && w.did[before] == 0 {
			return fmt.Errorf("speaks of a %s that was not", before)
		}
	}
	if key == "unverified" {
		for _, f := range w.sc.Verification.Facts {
			if w.did["tell:"+f] > 0 {
				return fmt.Errorf("says that nobody checked, after %s was checked", f)
			}
		}
	}
	return nil
}

// reveals checks that a fact comes out only as the scenario allows: asked for
// (or offered, or needed to prove who he is), with the trust, the acts and the
// points that it waits for.
func (w *Witness) reveals(ref, line string, r scenario.Reply) error {
	i := slices.IndexFunc(w.sc.Knows, func(f scenario.Fact) bool { return f.ID == ref })
	f := w.sc.Knows[i]
	if !f.Offers && !slices.Contains(w.sc.Verification.Facts, ref) && !w.askedFor(f) {
		return fmt.Errorf("reveals %s unasked", ref)
	}
	h := f.Withheld
	if h == nil {
		return nil
	}
	if len(h.Acts) > 0 && !slices.ContainsFunc(h.Acts, func(a analysis.Act) bool { return w.acts[a] }) {
		return fmt.Errorf("reveals %s without any of %v", ref, h.Acts)
	}
	// The mood between the agent's words and the answer is not seen from outside;
	// nothing but the turn itself (at most 60) moves trust after it.
	if max(w.mood.Trust, r.Mood.Trust)+60 < h.Trust {
		return fmt.Errorf("reveals %s with trust %d of %d", ref, r.Mood.Trust, h.Trust)
	}
	for _, id := range h.After {
		if !w.behind(id) {
			return fmt.Errorf("reveals %s before %s", ref, id)
		}
	}
	return nil
}

// behind reports whether a point, fact or concern is dealt with.
func (w *Witness) behind(id string) bool {
	for _, co := range w.sc.Concerns {
		if co.ID == id {
			return !w.open(id)
		}
		for _, p := range co.Points {
			if p.ID == id {
				return !w.missing(p)
			}
		}
	}
	if id == "verified" {
		return slices.ContainsFunc(w.sc.Verification.Facts, func(f string) bool { return w.did["tell:"+f] > 0 })
	}
	return w.did["tell:"+id] > 0
}

// leaks looks for a hidden value in a line that tells something else.
func (w *Witness) leaks(text string) error {
	for _, f := range w.sc.Knows {
		if f.Hidden == "" || w.did["tell:"+f.ID] > 0 {
			continue
		}
		if hidden := w.fill(f.Hidden); strings.Contains(text, hidden) && !w.tells(text, f) {
			return fmt.Errorf("gives %q away", hidden)
		}
	}
	return nil
}

// tells reports whether the line also tells f itself.
func (w *Witness) tells(text string, f scenario.Fact) bool {
	return slices.ContainsFunc(f.Tells.All(), func(t string) bool { return strings.Contains(text, w.fill(t)) })
}

// askedFor reports whether the agent ever used a word by which f is asked.
func (w *Witness) askedFor(f scenario.Fact) bool {
	said := digits(fold(w.asked))
	for _, asked := range f.Asked {
		for alt := range strings.SplitSeq(asked, "|") {
			first, _, _ := strings.Cut(w.fill(alt), "…")
			if strings.Contains(said, digits(fold(first))) {
				return true
			}
		}
	}
	return false
}

// digits writes Chinese digits as Arabic ones.
func digits(s string) string {
	return strings.NewReplacer("〇", "0", "零", "0", "一", "1", "二", "2", "两", "2", "三", "3", "四", "4", "五", "5", "六", "6", "七", "7", "八", "8", "九", "9").Replace(s)
}
