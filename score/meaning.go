package score

import (
	"github.com/lianxi-cc/lianxi/scorecard"
)

// answered: every hit of each is followed by one of by, within the distance
// (3 turns unless the test says). Its evidence is the answers; without a hit
// of each it is no hit.
func (r *run) answered(t *scorecard.Test) outcome {
	each, by := r.test(t.Operand("each")), r.test(t.Operand("by"))
	if each.truth == unknown || by.truth == unknown {
		return outcome{truth: unknown, why: max(each.why, by.why)}
	}
	reach := scorecard.Distance{Unit: "turns", N: 3}
	if v := t.Arg("within"); v != nil {
		reach = v.Reach
	}
	var hits []hit
	for _, a := range each.hits {
		found := false
		for _, b := range by.hits {
			if later(a, b) && r.within(reach, a, b) {
				hits, found = append(hits, b), true
				break
			}
		}
		if !found {
			return outcome{lo: a.turn, hi: min(len(r.c.Turns)-1, a.to+int(max(1, reach.N)))}
		}
	}
	return r.found(order(hits))
}

// promise: places of promises with a deadline, with a hedge, without.
func (r *run) promise(t *scorecard.Test) outcome {
	want := t.Word("with", "any")
	var hits []hit
	if !r.pledged {
		r.ledger, r.pledged = promises(r.c, r.acts["promise"]), true
	}
	for _, p := range r.ledger {
		hedged := r.hasAct("hedge", p.Turn, p.Turn)
		good := map[string]bool{"any": true, "deadline": p.By != "", "no-deadline": p.By == "",
			"hedge": hedged, "bare": p.By == "" && !hedged}[want]
		if good {
			h := r.at(p.Turn, p.From, p.To)
			h.act = "promise"
			hits = append(hits, h)
		}
	}
	return r.found(order(hits))
}

// refusal: a refusal that offers another way, or one that does not, neither
// at once nor in the agent's next words.
func (r *run) refusal(t *scorecard.Test) outcome {
	if t.Int("alternative", 0) != 0 {
		return r.found(r.acts["offer-alternative"])
	}
	var hits []hit
	for _, h := range r.acts["blunt-refusal"] {
		if !r.hasAct("offer-alternative", h.turn, h.turn+2) && !r.hasAct("propose", h.turn, h.turn+2) {
			hits = append(hits, h)
		}
	}
	return r.found(hits)
}

// Verification is what was asked of the customer's identity against what the
// request needed.
type Verification string

// The findings. VerificationNA: nothing was asked and nothing needed it.
const (
	VerificationRight     Verification = "right"
	VerificationTooMuch   Verification = "too-much"
	VerificationTooLittle Verification = "too-little"
	VerificationNA        Verification = "na"
)

// verification weighs what was asked against what was needed. Personal matters
// told or changed before anybody's identity was established is too little;
// identity asked for a public matter, or for a matter that nothing shows to
// need it while the customer objects, is too much.
func (r *run) verification(t *scorecard.Test) outcome {
	v, hits, o := r.weigh(t)
	if o.truth == unknown {
		return o
	}
	if string(v) != t.Word("is", "") {
		return r.found(nil)
	}
	return r.found(hits)
}

// weigh returns the finding with its evidence.
func (r *run) weigh(t *scorecard.Test) (Verification, []hit, outcome) {
	get := func(name string) []hit {
		if sub := t.Operand(name); sub != nil {
			return r.test(sub).hits
		}
		return nil
	}
	asked, told := get("asked"), get("told")
	known := order(append(append([]hit(nil), asked...), get("given")...))
	for _, h := range told {
		if len(known) == 0 || known[0].turn >= h.turn {
			return VerificationTooLittle, []hit{h}, outcome{}
		}
	}
	if len(asked) == 0 {
		return VerificationNA, nil, outcome{}
	}
	needed, objected := false, false
	for _, h := range get("needed") {
		needed = needed || h.turn < asked[len(asked)-1].turn
	}
	for _, h := range get("objected") {
		objected = objected || h.turn > asked[0].turn
	}
	public := len(get("public")) > 0
	if public && objected || !needed && (public || objected) {
		return VerificationTooMuch, asked, outcome{}
	}
	return VerificationRight, asked, outcome{}
}
