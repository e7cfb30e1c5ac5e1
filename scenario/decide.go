package scenario

import (
	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// rule is one reason to do something. It reports false when it does not apply
// or has no wording left.
type rule struct {
	name  string // as the test bench tells it, under "scenario.rule."
	apply func(*Call, *heard) (move, bool)
}

// rules returns the reasons in the order in which they count.
func rules() []rule {
	return []rule{
		{"empty", (*Call).onEmpty}, {"machine", (*Call).onMachine}, {"nonsense", (*Call).onNonsense}, {"limit", (*Call).onLimit},
		{"pestered", (*Call).onPestered}, {"transfer", (*Call).onTransfer}, {"forbidden", (*Call).onForbidden}, {"hurt", (*Call).onHurt},
		{"pressure", (*Call).onPressure}, {"over", (*Call).onOver}, {"not-raised", (*Call).onNotRaised}, {"first-habit", (*Call).onFirstHabit},
		{"muddled", (*Call).onMuddled}, {"identity", (*Call).onIdentity}, {"unverified", (*Call).onUnverified},
		{"promise-tested", (*Call).onPromiseTested}, {"content", (*Call).onContent}, {"parting", (*Call).onParting},
		{"anything-else", (*Call).onAnythingElse}, {"name", (*Call).onName}, {"hold", (*Call).onHold}, {"restated", (*Call).onRestated},
		{"soothed", (*Call).onSoothed}, {"consent", (*Call).onConsent}, {"open-question", (*Call).onOpenQuestion}, {"nothing-new", (*Call).onNothingNew},
	}
}

// Rules returns the names of the reasons in the order in which they count, and
// last what is done when nothing is left to say.
func Rules() []string {
	var out []string
	for _, r := range rules() {
		out = append(out, r.name)
	}
	return append(out, speechless)
}

const speechless = "speechless"

// decide chooses the behaviour and words it, by the rule that it names. When
// nothing is left to say the customer ends the call.
func (c *Call) decide(h *heard) (move, string) {
	for _, r := range rules() {
		if m, ok := r.apply(c, h); ok {
			c.did[m.behaviour]++
			c.owing = c.owing || h.partly && !h.answered
			if m.end == "" {
				c.joinName(h, &m)
				c.joinHabits(h, &m)
			}
			return m, r.name
		}
	}
	return c.leave(), speechless
}

// act does one thing and counts it under its bare name too.
func (c *Call) act(key, ref string) (move, bool) {
	m, ok := c.line(key, ref, nil)
	if ok && ref != "" {
		c.did[key]++
	}
	return m, ok
}

func (c *Call) onEmpty(h *heard) (move, bool) {
	if !h.empty {
		return move{}, false
	}
	c.happen("nothing-said")
	if c.did["prompt"] >= 3 {
		return c.leave(), true
	}
	return c.act("prompt", "")
}

func (c *Call) onMachine(h *heard) (move, bool) {
	if !h.machine {
		return move{}, false
	}
	return c.act("machine", "")
}

func (c *Call) onNonsense(h *heard) (move, bool) {
	if !h.nonsense {
		return move{}, false
	}
	return c.act("nonsense", "")
}

// onLimit ends the call when patience is used up or anger too great.
func (c *Call) onLimit(h *heard) (move, bool) {
	if c.over() || c.mood.Irritation < c.sc.Limits.HangUp && c.mood.Patience > 0 {
		return move{}, false
	}
	return c.leave(), true
}

// onPestered meets an agent who goes on selling after a no.
func (c *Call) onPestered(h *heard) (move, bool) {
	if !c.refused {
		return move{}, false
	}
	yields := h.has("farewell", "thank", "acknowledge", "apologise", "invite-return", "ask-anything-else", "reply-thanks")
	if !h.has("pester") && (yields || !h.has("offer-information", "propose", "ask-opinion")) {
		return move{}, false
	}
	c.remark("pestered")
	c.happen("pestered")
	if c.did["say-no-again"] > 0 || c.did["say-no-again:"] > 0 {
		c.conv.EndedBy = conversation.Customer
		m, ok := c.act("leave", "pestered")
		m.end = HungUp
		return m, ok
	}
	return c.act("say-no-again", "")
}

// onTransfer: being handed on is right where it is a point (then onContent
// takes it), welcome to one who asked for the supervisor, else an annoyance.
func (c *Call) onTransfer(h *heard) (move, bool) {
	if !h.has("transfer") || len(h.points) > 0 || c.over() {
		return move{}, false
	}
	if c.did["ask-supervisor"] > 0 {
		m, ok := c.act("transfer-ok", "")
		m.end = Escalated
		return m, ok
	}
	if c.did["transfer-object"] > 0 {
		m, ok := c.act("transfer-ok", "")
		m.end = Escalated
		c.remark("transferred")
		return m, ok
	}
	c.happen("transferred")
	return c.act("transfer-object", "")
}

func (c *Call) onForbidden(h *heard) (move, bool) {
	if h.forbidden < 0 {
		return move{}, false
	}
	f := &c.sc.Forbidden[h.forbidden]
	c.remark("forbidden-promise")
	m, ok := c.line("forbidden", f.ID, &f.Line)
	return m, ok
}

// onHurt answers a fault that stings. A lesser one passes when the turn also
// brought the matter forward.
func (c *Call) onHurt(h *heard) (move, bool) {
	worst, act := 0, analysis.Act("")
	for _, f := range h.sure {
		if s := c.shift(f.Act).Irritation; c.isFault(f.Act) && s > worst {
			worst, act = s, f.Act
		}
	}
	if worst < 90 || worst < 180 && (len(h.points) > 0 || len(h.asked) > 0) {
		return move{}, false
	}
	m, ok := c.act("fault", string(act))
	if ok {
		c.outburst = c.turns
	}
	return m, ok
}

// onPressure: the customer threatens, then asks for the supervisor.
func (c *Call) onPressure(h *heard) (move, bool) {
	if h.partly || c.over() {
		return move{}, false
	}
	for _, p := range []struct {
		key  string
		from int
	}{{"ask-supervisor", c.sc.Limits.Supervisor}, {"threaten", c.sc.Limits.Threaten}} {
		if c.mood.Irritation >= p.from && c.did[p.key] == 0 {
			m, ok := c.act(p.key, "")
			if ok {
				c.outburst = c.turns
			}
			return m, ok
		}
	}
	return move{}, false
}

// onNotRaised: the first thing a caller does is to say why he calls; who is
// called wants to know first who is speaking.
func (c *Call) onNotRaised(h *heard) (move, bool) {
	if c.floor >= 0 {
		return move{}, false
	}
	h.progress = true
	if c.sc.Direction == conversation.Outbound && c.acts["self-identify"] == 0 && c.did["who"] == 0 {
		return c.act("who", "")
	}
	if first := c.form.Order[0]; c.whole(first) {
		c.floor, c.concerns[first].raised = 0, true // told before he could ask
		return c.taken(h)
	}
	return c.raise()
}

// raise brings up the next unsettled concern.
func (c *Call) raise() (move, bool) {
	for i := c.floor + 1; i < len(c.form.Order); i++ {
		n := c.form.Order[i]
		if c.concerns[n].settled || c.concerns[n].raised || c.whole(n) {
			continue
		}
		co := &c.sc.Concerns[n]
		m, ok := c.line("raise", co.ID, &co.Raise)
		if !ok {
			continue
		}
		c.floor, c.concerns[n].raised = i, true
		if c.mood.Band() == Hot {
			c.outburst = c.turns
		}
		return m, true
	}
	return move{}, false
}

func (c *Call) onMuddled(h *heard) (move, bool) {
	if !h.muddled || c.did["confused"] >= 3 {
		return move{}, false
	}
	return c.act("confused", "")
}

// onIdentity: asked who he is, the customer tells it where the matter needs
// it and he sees why, and objects where it does not.
func (c *Call) onIdentity(h *heard) (move, bool) {
	facts := c.identityAsked(h)
	if len(facts) == 0 {
		if !h.has("verify-identity") || len(h.asked) > 0 || c.sc.Verification.Due {
			return move{}, false
		}
		return c.overVerified(h)
	}
	if !c.news(facts) && c.news(h.asked) {
		return move{}, false // he is on to something else
	}
	v := c.sc.Verification
	if c.acts["explain-verification"] == 0 && c.mood.Trust < v.Trust && c.did["verify-why"] < 2 {
		if m, ok := c.act("verify-why", ""); ok {
			return m, ok
		}
	}
	return c.tell(facts, h)
}

func (c *Call) identityAsked(h *heard) []int {
	var facts []int
	for _, i := range h.asked {
		if c.facts[i].identity {
			facts = append(facts, i)
		}
	}
	if len(facts) == 0 && h.has("verify-identity") && len(h.asked) == 0 {
		for i, f := range c.facts {
			if f.identity && !f.told {
				return []int{i}
			}
		}
	}
	return facts
}

func (c *Call) overVerified(h *heard) (move, bool) {
	if c.sc.Direction == conversation.Outbound && h.has("use-name") {
		return move{}, false
	}
	c.remark("over-verified")
	c.sting("over-verified")
	if c.did["verify-object"] >= 3 {
		return c.leave(), true
	}
	return c.act("verify-object", "")
}

// onUnverified: something was to be done that needs his identity first, and
// he notices.
func (c *Call) onUnverified(h *heard) (move, bool) {
	if !h.unverified || len(h.points) > 0 || len(h.asked) > 0 {
		return move{}, false
	}
	if !c.early {
		c.early = true
		c.remark("unverified")
		c.happen("unverified")
	}
	if c.identityTold() > 0 {
		return c.act("verify-more", "")
	}
	return c.act("unverified", "")
}

func (c *Call) onPromiseTested(h *heard) (move, bool) {
	if !c.testing || h.has("hold-request") {
		return move{}, false
	}
	c.testing = false
	switch {
	case h.has("over-promise"):
		c.happen("doubt")
		c.testing = true
		return c.act("doubt", "")
	case h.has("hedge", "promise"):
		c.happen("relieved")
		h.progress = true
		m, ok := c.act("relieved", "")
		if ok && (c.owing || h.partly) {
			c.did["relieved"]++
			if more, ok := c.taken(h); ok {
				more.text = c.join(m.text, more.text)
				return more, true
			}
		}
		return m, ok
	}
	return move{}, false
}
