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
	hits := r.list()
	for _, a := range each.hits {
		b := r.firstLater(a, by.hits, reach)
		if b < 0 {
			return outcome{lo: a.turn, hi: min(len(r.c.Turns)-1, a.to+int(max(1, reach.N)))}
		}
		hits.add(by.hits[b])
	}
	return r.found(hits.inOrder())
}

// promise: places of promises with a deadline, with a hedge, without.
func (r *run) promise(t *scorecard.Test) outcome {
	want := t.Word("with", "any")
	if !r.pledged {
		r.pledged = true
		for _, h := range r.acts["promise"] {
			r.pledge(h)
		}
	}
	hits := r.list()
	for _, p := range r.pledges {
		hedged := r.hasAct("hedge", p.turn, p.turn)
		good := false
		switch want {
		case "any":
			good = true
		case "deadline":
			good = p.dated
		case "no-deadline":
			good = !p.dated
		case "hedge":
			good = hedged
		case "bare":
			good = !p.dated && !hedged
		}
		if good {
			h := r.at(p.turn, p.from, p.until)
			h.act = "promise"
			hits.add(h)
		}
	}
	return r.found(hits.inOrder())
}

// refusal: a refusal that offers another way, or one that does not, neither
// at once nor in the agent's next words.
func (r *run) refusal(t *scorecard.Test) outcome {
	if t.Int("alternative", 0) != 0 {
		return r.found(r.acts["offer-alternative"])
	}
	hits := r.list()
	for _, h := range r.acts["blunt-refusal"] {
		if !r.hasAct("offer-alternative", h.turn, h.turn+2) && !r.hasAct("propose", h.turn, h.turn+2) {
			hits.add(h)
		}
	}
	return r.found(hits.hits)
}

// verified is what was asked of the customer's identity against what the
// request needed.
type verified string

// The findings. verifiedNot: nothing was asked and nothing needed it.
const (
	verifiedRight     verified = "right"
	verifiedTooMuch   verified = "too-much"
	verifiedTooLittle verified = "too-little"
	verifiedNot       verified = "na"
)

// verification weighs what was asked against what was needed. Personal matters
// told or changed before anybody's identity was established is too little;
// identity asked for a public matter, or for a matter that nothing shows to
// need it while the customer objects, is too much.
func (r *run) verification(t *scorecard.Test) outcome {
	v, hits := r.weigh(t)
	if string(v) != t.Word("is", "") {
		return r.found(nil)
	}
	return r.found(hits)
}

// weigh returns the finding with its evidence. What was asked and given is
// looked for only where it matters: most conversations tell nothing.
func (r *run) weigh(t *scorecard.Test) (verified, []hit) {
	told := r.operandHits(t, "told")
	if len(told) == 0 && t.Word("is", "") == string(verifiedTooLittle) {
		return verifiedNot, nil
	}
	asked := r.operandHits(t, "asked")
	since := firstTurn(asked, len(r.c.Turns)) // the first turn in which somebody's identity is known
	for i := range told {
		if since >= told[i].turn {
			since = firstTurn(r.operandHits(t, "given"), since)
		}
		if since >= told[i].turn {
			return verifiedTooLittle, told[i : i+1]
		}
	}
	if len(asked) == 0 {
		return verifiedNot, nil
	}
	needed, objected := false, false
	for _, h := range r.operandHits(t, "needed") {
		needed = needed || h.turn < asked[len(asked)-1].turn
	}
	for _, h := range r.operandHits(t, "objected") {
		objected = objected || h.turn > asked[0].turn
	}
	public := len(r.operandHits(t, "public")) > 0
	if public && objected || !needed && (public || objected) {
		return verifiedTooMuch, asked
	}
	return verifiedRight, asked
}

// firstTurn returns the turn of the first of hits, or of what came before it.
func firstTurn(hits []hit, before int) int {
	if len(hits) == 0 {
		return before
	}
	return min(hits[0].turn, before)
}

// operandHits returns the hits of the test called name, none when t has none.
func (r *run) operandHits(t *scorecard.Test, name string) []hit {
	if sub := t.Operand(name); sub != nil {
		return r.test(sub).hits
	}
	return nil
}
