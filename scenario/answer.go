package scenario

import "github.com/lianxi-cc/lianxi/conversation"

// onContent answers the matter itself: facts that were asked for and points
// that were said.
func (c *Call) onContent(h *heard) (move, bool) {
	told, answered := c.tell(h.asked, h)
	if !h.partly && !c.owing {
		return told, answered
	}
	h.progress = h.progress || h.partly
	if answered && !c.wholeConcern() {
		return told, true // he has answered; what he still wants can wait
	}
	m, ok := c.taken(h)
	if !ok {
		return told, answered
	}
	m.text = c.join(told.text, m.text)
	return m, true
}

// wholeConcern reports whether a concern's points are all said while it is
// not yet settled.
func (c *Call) wholeConcern() bool {
	for n := range c.concerns {
		if !c.concerns[n].settled && c.whole(n) {
			return true
		}
	}
	return false
}

// whole reports whether every point of concern n is said.
func (c *Call) whole(n int) bool {
	for i := range c.points {
		if c.points[i].concern == n && !c.points[i].done {
			return false
		}
	}
	return true
}

// tell gives the facts, at most two in one breath. What is withheld is evaded;
// what was told already comes with a sigh.
func (c *Call) tell(facts []int, h *heard) (move, bool) {
	var out move
	n, fresh := 0, false
	for _, i := range facts {
		fresh = fresh || !c.facts[i].told
	}
	for _, i := range facts {
		if n == 2 {
			break
		}
		if c.facts[i].told && (fresh || n > 0) {
			continue
		}
		m, ok := c.tellOne(&c.facts[i], h)
		if !ok {
			continue
		}
		n++
		out.behaviour, out.text = m.behaviour, c.join(out.text, m.text)
	}
	return out, n > 0
}

func (c *Call) tellOne(f *factState, h *heard) (move, bool) {
	switch {
	case f.told:
		c.sting("asked-again")
		return c.lineAnd("again", f.ID, &f.Again)
	case !c.willing(f):
		return c.lineAnd("evade", f.ID, &f.Evades)
	}
	m, ok := c.lineAnd("tell", f.ID, &f.Tells)
	if !ok {
		return m, false
	}
	f.told, h.progress = true, true
	c.interest += f.Interest
	if f.identity {
		c.countIdentity()
	}
	return m, true
}

// lineAnd is line, counted under the bare name too.
func (c *Call) lineAnd(key, ref string, own *Wordings) (move, bool) {
	m, ok := c.line(key, ref, own)
	if ok {
		c.did[key]++
	}
	return m, ok
}

// willing reports whether the customer would tell f now.
func (c *Call) willing(f *factState) bool {
	w := f.Withheld
	if w == nil {
		return true
	}
	acted := len(w.Acts) == 0
	for _, a := range w.Acts {
		acted = acted || c.acts[a] > 0
	}
	return acted && c.mood.Trust >= w.Trust && c.all(w.After)
}

func (c *Call) countIdentity() {
	c.verified = c.verified || c.identityTold() >= c.sc.Verification.Enough
}

// identityTold returns how many of the facts that prove who he is are told.
func (c *Call) identityTold() int {
	n := 0
	for _, f := range c.facts {
		if f.identity && f.told {
			n++
		}
	}
	return n
}

// taken goes on from what was understood: the concern is settled and the next
// comes up, or he asks for what is missing.
func (c *Call) taken(h *heard) (move, bool) {
	var out move
	c.owing, h.answered = false, true
	settled := c.settleConcerns()
	for _, n := range settled {
		if m, ok := c.accept(n); ok {
			out.behaviour, out.text = m.behaviour, c.join(out.text, m.text)
		}
	}
	if c.over() {
		return c.afterAll(out, h), out.text != ""
	}
	if len(settled) > 0 || c.onFloor() < 0 {
		if m, ok := c.raise(); ok {
			m.text = c.join(out.text, m.text)
			return m, true
		}
	}
	if m, ok := c.askMissing(); ok {
		m.text = c.join(out.text, m.text)
		return m, true
	}
	if out.text != "" {
		return out, true
	}
	return c.act("go-on", "")
}

// settleConcerns marks the concerns whose points are all said and returns
// those that had been raised. One settled before he raised it is dropped.
func (c *Call) settleConcerns() []int {
	var now []int
	for n := range c.concerns {
		if c.concerns[n].settled || !c.whole(n) {
			continue
		}
		c.concerns[n].settled = true
		c.happen("settled")
		if c.concerns[n].raised {
			now = append(now, n)
		}
	}
	return now
}

// accept words the end of a concern. An outbound offer that does not interest
// him enough gets a clear no.
func (c *Call) accept(n int) (move, bool) {
	co := &c.sc.Concerns[n]
	if c.sc.Direction == conversation.Outbound && c.interest < c.sc.Outbound.Accepts {
		c.refused = true
		return c.act("say-no", co.ID)
	}
	return c.lineAnd("accept", co.ID, &co.Accept)
}

// afterAll adds what the same agent turn already asked for: anything else, or
// the parting.
func (c *Call) afterAll(m move, h *heard) move {
	switch {
	case h.has("farewell"):
		if bye, ok := c.act("goodbye", ""); ok {
			m.behaviour, m.text = "goodbye", c.join(m.text, bye.text)
		}
		m.end = c.leaving()
	case h.has("ask-anything-else"):
		if no, ok := c.act("nothing-else", ""); ok {
			m.behaviour, m.text = "nothing-else", c.join(m.text, no.text)
			c.did["nothing-else"]++
		}
	}
	return m
}

// askMissing asks for the next point of the concern on the floor.
func (c *Call) askMissing() (move, bool) {
	n := c.onFloor()
	for i := range c.points {
		p := &c.points[i]
		if p.concern != n || p.done || !c.all(p.After) {
			continue
		}
		if text, ok := c.pick(p.Asks); ok {
			c.did["ask"]++
			return move{behaviour: name("ask", p.ID), text: text}, true
		}
	}
	return move{}, false
}

// onFloor returns the concern being talked about, or -1.
func (c *Call) onFloor() int {
	if c.floor < 0 {
		return -1
	}
	return c.form.Order[c.floor]
}

// over reports whether nothing is open any more.
func (c *Call) over() bool {
	for _, co := range c.concerns {
		if !co.settled {
			return false
		}
	}
	return true
}

func (c *Call) onParting(h *heard) (move, bool) {
	if !h.has("farewell") || c.over() {
		return move{}, false
	}
	if c.did["not-done"] > 0 {
		return c.leave(), true
	}
	c.sting("sent-away")
	return c.act("not-done", "")
}

// onOver brings a settled call to its end.
func (c *Call) onOver(h *heard) (move, bool) {
	if !c.over() {
		return move{}, false
	}
	h.progress = true
	if h.has("farewell") {
		return c.goodbye(), true
	}
	if h.has("ask-anything-else") {
		if m, ok := c.act("nothing-else", ""); ok {
			return m, true
		}
	}
	if c.did["thanks"] == 0 && !c.refused {
		if m, ok := c.act("thanks", ""); ok {
			return m, true
		}
	}
	if c.did["nothing-else"] == 0 {
		if m, ok := c.act("nothing-else", ""); ok {
			return m, true
		}
	}
	return c.goodbye(), true
}

func (c *Call) onAnythingElse(h *heard) (move, bool) {
	if !h.has("ask-anything-else") {
		return move{}, false
	}
	c.sting("sent-away")
	if m, ok := c.raise(); ok {
		return m, ok
	}
	return c.act("not-done", "")
}

func (c *Call) onName(h *heard) (move, bool) {
	if !h.has("ask-name") {
		return move{}, false
	}
	if c.did["give-name"] > 0 {
		c.happen("asked-again")
		return c.act("name-again", "")
	}
	h.progress = true
	return c.act("give-name", "")
}

func (c *Call) onHold(h *heard) (move, bool) {
	if !h.has("hold-request") {
		return move{}, false
	}
	c.holding = true
	m, ok := c.act("wait", "")
	m.free = c.did["wait"] <= 1
	return m, ok
}

func (c *Call) onSoothed(h *heard) (move, bool) {
	soothed := false
	for _, a := range c.sc.manners.moods.Soothing {
		soothed = soothed || h.acts[a]
	}
	if !soothed || c.mood.Band() == Calm && c.did["soften"] > 0 || c.did["soften"] >= 2 {
		return move{}, false
	}
	if c.sc.Mood.Irritation < 350 {
		return move{}, false
	}
	h.progress = c.did["soften"] == 0
	return c.act("soften", "")
}

func (c *Call) onConsent(h *heard) (move, bool) {
	switch {
	case h.has("ask-opinion", "ask-permission") && c.did["agree"] < 3:
		return c.act("agree", "")
	case h.has("own", "hold-return", "open-ticket") && c.did["go-on"] < 2:
		return c.act("go-on", "")
	}
	return move{}, false
}

// onRestated confirms a summary, twice at most, and objects to one of
// something else.
func (c *Call) onRestated(h *heard) (move, bool) {
	if !h.summary {
		return move{}, false
	}
	if wrong := c.misheard(h); wrong != "" {
		c.sting("misheard")
		return c.act("deny", wrong)
	}
	if c.did["confirm"] >= 2 {
		return move{}, false
	}
	h.progress = c.did["confirm"] == 0
	return c.act("confirm", "")
}

// onOpenQuestion rewards an open question with what the customer would tell
// anybody who asks; otherwise he answers as one who does not know.
func (c *Call) onOpenQuestion(h *heard) (move, bool) {
	if !h.has("ask-open", "ask-choice", "offer-help", "yield-floor") {
		return move{}, false
	}
	for i := range c.facts {
		f := &c.facts[i]
		if f.Offers && !f.told && c.willing(f) && !h.has("ask-choice") {
			return c.tellOne(f, h)
		}
	}
	if h.has("offer-help", "yield-floor") || c.did["off-script"] >= 3 {
		return move{}, false
	}
	return c.act("off-script", "")
}

// onNothingNew: nothing in the turn called for an answer. Habits come first,
// then he asks for what he still wants, pushes, tires.
func (c *Call) onNothingNew(h *heard) (move, bool) {
	if m, ok := c.habit(h, "idle"); ok {
		return m, true
	}
	if m, ok := c.askMissing(); ok {
		return m, true
	}
	for _, key := range []string{"push-back", "weary"} {
		if m, ok := c.act(key, ""); ok {
			return m, true
		}
	}
	return move{}, false
}
