package scenario

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// Hear finds the acts in an utterance; (*language.Engine).Acts is one.
type Hear func(analysis.Utterance) []analysis.Finding

// Call is one conversation with a virtual customer. It belongs to one
// goroutine at a time.
type Call struct {
	sc   *Scenario
	form Form
	hear Hear
	rng  *rand.Rand

	conv  conversation.Conversation
	clock int64 // milliseconds: the end of the last turn

	mood   Mood
	carry  Shift // soothing that has not sunk in yet
	grudge int   // hurt that halves what soothes
	moods  []MoodAt

	acts     map[analysis.Act]int // agent turns in which the act occurred
	heardOf  map[string]bool      // the agent's turns, normalised
	used     map[string]bool      // the customer's sentences
	did      map[string]int       // behaviours so far
	points   []pointState
	facts    []factState
	concerns []concernState
	forbid   [][]pattern
	habits   []habit
	jargon   []pattern

	vocabulary map[string]bool // of this form; made when a summary needs it
	numbers    string

	turns    int // agent turns
	stalled  int // agent turns without progress
	outburst int // agent turn after which the customer blew up; -1: none open
	floor    int // index into form.Order of the concern last raised; -1: none
	interest int
	holding  bool // the agent asked to wait
	testing  bool // the customer tested a promise
	refused  bool // outbound: he said no
	owing    bool // something was understood and not answered yet
	verified bool
	early    bool // something was disclosed or tried before verification
	remarks  []Remark
	moved    []MoodShift // in this turn
	policies []int       // of the scenario, that spoke in this turn
	ending   Ending
	last     string // what the customer just did
}

type pointState struct {
	*Point
	concern int
	groups  []pattern
	seen    []bool
	done    bool
}

type factState struct {
	*Fact
	asked    []pattern
	identity bool
	told     bool
}

type concernState struct {
	raised, settled bool
}

type habit struct {
	times, last int
}

// MoodAt is the mood after a turn; Turn is -1 before the first.
type MoodAt struct {
	Turn int  `json:"turn"`
	Mood Mood `json:"mood"`
}

// Reply is what the customer does after an agent's turn.
type Reply struct {
	Text      string
	Behaviour string             // "tell:light": what he does and about what
	Findings  []analysis.Finding // in the agent's line, Turn set
	Mood      Mood
	Ended     bool
	Ending    Ending

	// Why he did it, for who writes the scenario: the rule of decide.go that
	// applied, the policies that spoke (indexes of the scenario's), and what
	// moved his mood.
	Rule     string
	Policies []int
	Moved    []MoodShift
}

// Start begins a call in the parallel form that seed chooses. A Scenario is
// not changed by it: any number of calls may run at once.
func Start(sc *Scenario, seed uint64, hear func(analysis.Utterance) []analysis.Finding) *Call {
	rng := newRand(sc, seed)
	c := &Call{
		sc: sc, form: newForm(sc, rng), hear: hear, rng: rng,
		mood: sc.Mood, interest: sc.Outbound.Interest,
		acts: map[analysis.Act]int{}, heardOf: map[string]bool{}, used: map[string]bool{}, did: map[string]int{},
		concerns: make([]concernState, len(sc.Concerns)), habits: make([]habit, len(sc.Policies)),
		outburst: -1, floor: -1,
	}
	c.conv = conversation.Conversation{
		Lang: sc.Lang, Channel: sc.Channel, Direction: sc.Direction, Fields: c.fields(seed),
	}
	c.moods = []MoodAt{{Turn: -1, Mood: c.mood}}
	c.prepare()
	return c
}

// fields describes the contact to those who judge it later.
func (c *Call) fields(seed uint64) map[string]json.RawMessage {
	text := func(s string) json.RawMessage { return json.RawMessage(strconv.Quote(s)) }
	due := "none"
	if c.sc.Verification.Due {
		due = "due"
	}
	return map[string]json.RawMessage{
		"scenario": text(string(c.sc.ID)), "seed": text(strconv.FormatUint(seed, 10)), "verification": text(due), "kind": text(c.sc.Kind),
	}
}

func (c *Call) prepare() {
	for i := range c.sc.Concerns {
		for j := range c.sc.Concerns[i].Points {
			p := &c.sc.Concerns[i].Points[j]
			c.points = append(c.points, pointState{Point: p, concern: i, groups: c.patterns(p.Says), seen: make([]bool, len(p.Says))})
		}
	}
	for i := range c.sc.Knows {
		f := &c.sc.Knows[i]
		c.facts = append(c.facts, factState{Fact: f, asked: c.patterns(f.Asked), identity: slices.Contains(c.sc.Verification.Facts, f.ID)})
	}
	for _, f := range c.sc.Forbidden {
		c.forbid = append(c.forbid, c.patterns(f.Says))
	}
	c.jargon = c.patterns(c.sc.Customer.Jargon)
	for i := range c.habits {
		c.habits[i].last = -1 << 20
	}
}

func (c *Call) patterns(texts []string) []pattern {
	out := make([]pattern, len(texts))
	for i, text := range texts {
		p, ok := c.sc.ready[text]
		if !ok {
			p = compile(c.form.Fill(text), c.sc.Lang)
		}
		out[i] = p
	}
	return out
}

// Opening returns what the customer says before the agent speaks: in a chat
// a first hello, on an outbound call the words with which he picks up. On an
// inbound phone call there is nothing: the agent greets first.
func (c *Call) Opening() (Reply, bool) {
	if len(c.conv.Turns) > 0 {
		return Reply{}, false
	}
	var m move
	var ok bool
	switch {
	case c.sc.Direction == conversation.Outbound:
		m, ok = c.line("pick-up", "", nil)
	case c.sc.Channel == conversation.Chat:
		m, ok = c.line("knock", "", nil)
	}
	if !ok {
		return Reply{}, false
	}
	c.speak(m.text)
	return c.reply(m, nil), true
}

// Say is the agent's turn: text, said delay after the customer's last word
// (with the time it took to say or type). It returns what the customer does.
// After the end nothing more is said.
func (c *Call) Say(text string, delay time.Duration) Reply {
	if c.ending != "" {
		return Reply{Mood: c.mood, Ended: true, Ending: c.ending}
	}
	c.moved, c.policies = nil, nil
	h := c.listen(text, delay)
	c.feel(h)
	m, rule := c.decide(h)
	c.settle(h, m)
	c.speak(m.text)
	r := c.reply(m, h.findings)
	r.Rule, r.Policies, r.Moved = rule, c.policies, c.moved
	return r
}

// Stop ends the call as it stands, because its time is over: nobody hung up.
func (c *Call) Stop() Reply {
	if c.ending == "" {
		c.conv.EndedBy = conversation.System
		c.ending = c.leaving()
	}
	return Reply{Behaviour: "stopped", Mood: c.mood, Ended: true, Ending: c.ending}
}

// HangUp is the agent hanging up. The customer says nothing more.
func (c *Call) HangUp() Reply {
	if c.ending == "" {
		c.conv.EndedBy = conversation.Agent
		c.remark("hung-up-first")
		c.ending = c.leaving()
	}
	return Reply{Behaviour: "hung-up-on", Mood: c.mood, Ended: true, Ending: c.ending}
}

func (c *Call) reply(m move, findings []analysis.Finding) Reply {
	c.ending, c.last = m.end, m.behaviour
	if m.end != "" {
		c.conv.EndedBy = conversation.Customer
	}
	c.moods = append(c.moods, MoodAt{Turn: len(c.conv.Turns) - 1, Mood: c.mood})
	return Reply{Text: m.text, Behaviour: m.behaviour, Findings: findings, Mood: c.mood, Ended: m.end != "", Ending: m.end}
}

// speak appends the customer's turn, timed by his pace.
func (c *Call) speak(text string) {
	pace := c.pace()
	start := c.clock
	if len(c.conv.Turns) > 0 {
		start += int64(pace.Answers)
	}
	end := start + c.talkingTime(text)
	c.conv.Turns = append(c.conv.Turns, conversation.Turn{Role: conversation.Customer, Text: text, Start: start, End: end, Confidence: conversation.Unknown})
	c.clock = end
}

// talkingTime is how long the customer takes to say text, in milliseconds.
func (c *Call) talkingTime(text string) int64 {
	return speakingTime(text, c.sc.Lang) * 100 / int64(max(c.sc.Customer.Voice.Rate, 50))
}

// speakingTime is how long text takes to say: about 240 characters a minute
// in Chinese, 150 words in English, in milliseconds.
func speakingTime(text string, lang conversation.Lang) int64 {
	n := int64(utf8.RuneCountInString(text))
	if lang == conversation.English {
		return 300 + 65*n
	}
	return 300 + 230*n
}

// typingTime is how long text takes to type, in milliseconds; a trainee is
// not blamed for it.
func typingTime(text string, lang conversation.Lang) int64 {
	n := int64(utf8.RuneCountInString(text))
	if lang == conversation.English {
		return 200 * n
	}
	return 800 * n
}

func (c *Call) pace() pace {
	p, ok := c.sc.manners.moods.Paces[c.sc.Customer.Pace]
	if !ok {
		p = c.sc.manners.moods.Paces["normal"]
	}
	return p
}

// Conversation returns the record so far. The caller must not change its
// turns.
func (c *Call) Conversation() conversation.Conversation { return c.conv }

// Moods returns the mood before the first turn and after every customer turn.
func (c *Call) Moods() []MoodAt { return slices.Clone(c.moods) }

// Form returns the parallel form that the seed chose.
func (c *Call) Form() Form { return c.form }
