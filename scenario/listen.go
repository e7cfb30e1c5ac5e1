package scenario

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// contextTurns is how many turns before an utterance are given to Hear.
const contextTurns = 8

// heard is what the customer takes from one agent turn.
type heard struct {
	text, norm string
	says       string // norm without the summaries
	findings   []analysis.Finding
	sure       []analysis.Finding // of these, what moves him
	acts       map[analysis.Act]bool
	asked      []int // facts asked for
	points     []int // points completed by this turn
	partly     bool  // something of a point was said
	forbidden  int   // a promise that must not be made; -1: none
	late       int64 // milliseconds of silence beyond what he bears

	empty, nonsense, machine, question, summary, repeated, muddled, unverified bool

	progress bool // set by decide: the matter moved on
	answered bool // set by decide: what was understood has been answered
}

func (h *heard) has(acts ...analysis.Act) bool {
	for _, a := range acts {
		if h.acts[a] {
			return true
		}
	}
	return false
}

// Surely is how sure a finding must be, per mille, to move the customer: what
// may be a misunderstanding is let pass, as people do.
const Surely = 700

// listen appends the agent's turn and takes in what it says.
func (c *Call) listen(text string, delay time.Duration) *heard {
	h := &heard{text: text, norm: normalise(text, c.sc.Lang), forbidden: -1, acts: map[analysis.Act]bool{}}
	h.late = c.hearSilence(text, delay)
	h.findings = c.findings(text)
	for _, f := range h.findings {
		if f.Sure < Surely {
			continue
		}
		h.sure = append(h.sure, f)
		if !h.acts[f.Act] {
			h.acts[f.Act] = true
			c.acts[f.Act]++
		}
	}
	h.empty = strings.TrimSpace(h.norm) == ""
	h.machine = c.any(c.sc.manners.common.Machine, h.norm)
	h.question = h.has("ask-open", "ask-choice", "ask-name", "verify-identity", "ask-favour", "ask-repeat") || strings.ContainsAny(text, "?？") || c.any(c.sc.manners.common.Asking, h.norm)
	h.repeated = !h.empty && c.heardOf[h.norm]
	c.heardOf[h.norm] = true
	h.muddled = c.tooMuch(h)
	h.summary = h.has("restate") || c.any(c.sc.manners.common.Summing, h.norm)
	c.hearPoints(h)
	c.hearQuestions(h)
	c.hearPromises(h)
	h.nonsense = !h.empty && len(h.findings) == 0 && !h.partly && len(h.asked) == 0 && gibberish(text, c.sc.Lang)
	c.turns++
	return h
}

// hearSilence puts the turn on the clock and returns how much longer than
// bearable the customer waited. What the agent announced (hold-request) is
// bearable for two minutes.
func (c *Call) hearSilence(text string, delay time.Duration) int64 {
	gap := max(delay.Milliseconds()-typingTime(text, c.sc.Lang), 400)
	if len(c.conv.Turns) == 0 {
		gap = 0
	}
	start := c.clock + gap
	c.clock = start + speakingTime(text, c.sc.Lang)
	c.conv.Turns = append(c.conv.Turns, conversation.Turn{Role: conversation.Agent, Text: text, Start: start, End: c.clock, Confidence: conversation.Unknown})
	bears := int64(c.pace().Waits)
	if c.holding {
		bears = max(bears, 120_000)
	}
	c.holding = false
	return max(0, gap-bears)
}

func (c *Call) findings(text string) []analysis.Finding {
	turn := len(c.conv.Turns) - 1
	found := c.hear(analysis.Utterance{
		Lang: c.sc.Lang, Channel: c.sc.Channel, Direction: c.sc.Direction, Role: conversation.Agent,
		Context: c.conv.Turns[max(0, turn-contextTurns):turn], Text: text,
	})
	for i := range found {
		found[i].Turn = turn
	}
	return found
}

func (c *Call) any(texts []string, norm string) bool {
	for _, t := range texts {
		if c.sc.ready[t].find(norm) >= 0 {
			return true
		}
	}
	return false
}

// tooMuch reports a turn that this customer cannot follow: too long for him
// or in words he does not know.
func (c *Call) tooMuch(h *heard) bool {
	if n := c.sc.Customer.Takes; n > 0 {
		length := utf8.RuneCountInString(h.norm)
		if c.sc.Lang == conversation.English {
			length = strings.Count(h.norm, " ") - 1
		}
		if length > n {
			return true
		}
	}
	for _, p := range c.jargon {
		if p.find(h.norm) >= 0 {
			return true
		}
	}
	return false
}

func (c *Call) hearQuestions(h *heard) {
	if !h.question {
		return
	}
	asks := c.questions(h)
	for i, f := range c.facts {
		if h.partly && f.told {
			continue // he mentions it again while explaining
		}
		for _, p := range f.asked {
			if p.find(asks) >= 0 {
				h.asked = append(h.asked, i)
				break
			}
		}
	}
}

// questions returns the sentences of the turn that ask something, normalised.
// A sentence that sums up what he said does not ask; nor do the statements
// beside a question or a summary.
func (c *Call) questions(h *heard) string {
	var asks, rest strings.Builder
	for s := range agentSentences(h.text) {
		n := normalise(s, c.sc.Lang)
		switch {
		case c.any(c.sc.manners.common.Summing, n):
		case strings.ContainsAny(s, "?？") || c.any(c.sc.manners.common.Asking, n):
			asks.WriteString(n)
		default:
			rest.WriteString(n)
		}
	}
	if asks.Len() == 0 && !h.summary {
		return rest.String()
	}
	return asks.String()
}

// statements returns what the turn tells him, normalised: all of it but the
// sentences that give back his own words.
func (c *Call) statements(h *heard) string {
	if !h.summary {
		return h.norm
	}
	var b strings.Builder
	for s := range agentSentences(h.text) {
		if n := normalise(s, c.sc.Lang); !c.any(c.sc.manners.common.Summing, n) {
			b.WriteString(n)
		}
	}
	return b.String()
}

// agentSentences yields the sentences of text with their closing marks.
func agentSentences(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for text != "" {
			end := len(text)
			for i, r := range text {
				next := i + utf8.RuneLen(r)
				if strings.ContainsRune("。！？?!", r) || r == '.' && strings.HasPrefix(text[next:], " ") {
					end = next
					break
				}
			}
			if !yield(text[:end]) {
				return
			}
			text = text[end:]
		}
	}
}

// hearPoints notes what of the points was said. A point whose turn has not
// come (After, verification) is not taken in; nor is anything of a turn he
// could not follow.
func (c *Call) hearPoints(h *heard) {
	if h.muddled && c.did["confused"] < 3 {
		return
	}
	h.says = c.statements(h)
	for i := range c.points {
		p := &c.points[i]
		if p.done {
			continue
		}
		found := c.said(p, h)
		if !found || !c.all(p.After) {
			continue
		}
		if c.needsVerification(p.ID) && !c.verified {
			h.unverified = true
			continue
		}
		c.takeIn(i, h)
	}
}

// said reports whether something of p not yet heard is in the turn.
func (c *Call) said(p *pointState, h *heard) bool {
	for i, g := range p.groups {
		if !p.seen[i] && g.find(h.says) >= 0 {
			return true
		}
	}
	return h.has(p.Acts...)
}

func (c *Call) takeIn(i int, h *heard) {
	p := &c.points[i]
	missing := 0
	for j, g := range p.groups {
		if !p.seen[j] && g.find(h.says) >= 0 {
			p.seen[j] = true
			h.partly = true
		}
		if !p.seen[j] {
			missing++
		}
	}
	if missing == 0 && len(p.groups) > 0 || h.has(p.Acts...) {
		p.done = true
		h.partly = true
		h.points = append(h.points, i)
		c.interest += p.Interest
	}
}

func (c *Call) needsVerification(point string) bool {
	v := c.sc.Verification
	if !v.Due {
		return false
	}
	if len(v.Before) == 0 {
		return true
	}
	for _, b := range v.Before {
		if b == point {
			return true
		}
	}
	return false
}

// hearPromises looks for a forbidden promise that is not denied in the same
// breath.
func (c *Call) hearPromises(h *heard) {
	for i, ps := range c.forbid {
		all := len(ps) > 0
		for _, p := range ps {
			at := p.find(h.norm)
			all = all && at >= 0 && !denied(h.norm, at)
		}
		if all && !h.question {
			h.forbidden = i
			return
		}
	}
}

// denied reports whether what begins at byte at is negated just before.
func denied(norm string, at int) bool {
	before := norm[max(0, at-18):at]
	for _, no := range []string{"不", "没", "无法", " cant", " cannot", " not", " unable", " wont", " dont"} {
		if strings.Contains(before, no) {
			return true
		}
	}
	return false
}

// all reports whether every point, fact or concern of ids is behind us.
func (c *Call) all(ids []string) bool {
	for _, id := range ids {
		if !c.has(id) {
			return false
		}
	}
	return true
}

func (c *Call) has(id string) bool {
	if id == "verified" {
		return c.verified
	}
	for i := range c.points {
		if c.points[i].ID == id {
			return c.points[i].done
		}
	}
	for i := range c.facts {
		if c.facts[i].ID == id {
			return c.facts[i].told
		}
	}
	for i := range c.sc.Concerns {
		if c.sc.Concerns[i].ID == id {
			return c.concerns[i].settled
		}
	}
	return false
}

// gibberish reports a text that no customer could make sense of: no letters
// of the language, one letter hammered, or an unspeakable run of consonants.
func gibberish(text string, lang conversation.Lang) bool {
	letters, own, run, longest := 0, 0, 0, 0
	distinct := map[rune]bool{}
	for _, r := range text {
		r = unicode.ToLower(r)
		if unicode.IsDigit(r) {
			own++ // a number may well be an answer
		}
		if !unicode.IsLetter(r) {
			run = 0
			continue
		}
		letters++
		distinct[r] = true
		if unicode.Is(unicode.Han, r) == (lang == conversation.Chinese) {
			own++
		}
		run++
		if strings.ContainsRune("aeiouyh", r) {
			run = 0
		}
		longest = max(longest, run)
	}
	hammered := letters >= 4 && len(distinct) <= 2
	return own == 0 || hammered || lang == conversation.English && longest >= 6
}
