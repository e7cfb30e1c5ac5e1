package training

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/conversation/redact"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/staff"
)

// MaxLine bounds what a person can say in one turn, in code points. Spoken
// turns rarely pass 300.
const MaxLine = 2000

// Hear finds the acts of an utterance; the language engine's Acts.
type Hear func(analysis.Utterance) []analysis.Finding

// Calls leads practice calls. It is safe for use by several goroutines; turns
// of one call are taken one after the other.
//
// Lock order: live.mu before Calls.mu, which guards open and the times in it.
type Calls struct {
	store     Store
	scenarios Scenarios
	hear      Hear
	now       func() time.Time
	ids       *id.Source
	masks     bool   // personal data is taken out of what trainees say
	worder    Worder // nil: customers speak as their scenarios have it
	exams     Exams

	mu   sync.Mutex
	open map[id.Practice]*held
}

// held is a call in memory and when it was last used.
type held struct {
	call *live
	used time.Time
}

// maxOpen bounds the calls kept ready in memory. One that was put away is
// played again from its lines, which costs about a millisecond.
const maxOpen = 4096

// live is a call held in memory between two turns.
type live struct {
	mu    sync.Mutex
	p     Practice
	sc    *scenario.Scenario // in the version that the call is played with
	call  *scenario.Call
	lines []Line
	notes []Note

	changed bool // a replay went another way: the stored words are what was said
	gone    bool // put away; who waited for it must load it again
}

// NewCalls returns the practice desk for the given scenarios.
func NewCalls(store Store, scenarios Scenarios, hear Hear, now func() time.Time, ids *id.Source) *Calls {
	return &Calls{store: store, scenarios: scenarios, hear: hear, now: now, ids: ids, open: map[id.Practice]*held{}}
}

// WordBy lets w word what customers say from now on. Call it before the first
// call begins. An examination's customer speaks as the scenario has it, the same for
// everybody, unless its paper says otherwise.
func (c *Calls) WordBy(w Worder) { c.worder = w }

// HasWorder reports whether anything can word what customers say: whether papers
// may ask for it.
func (c *Calls) HasWorder() bool { return c.worder != nil }

// MaskPersonal takes personal data out of what trainees say before it is heard,
// stored or handed to a Worder. What virtual customers say of themselves is made
// up and stays. Call it before the first call is begun.
func (c *Calls) MaskPersonal() { c.masks = true }

// masked returns what a trainee says next without personal data. What was said
// before tells what it is about.
func (c *Calls) masked(l *live, text string) string {
	if !c.masks {
		return text
	}
	said := conversation.Conversation{Lang: l.sc.Lang}
	for _, line := range l.lines {
		said.Turns = append(said.Turns, conversation.Turn{Role: line.Role, Text: line.Text})
	}
	said.Turns = append(said.Turns, conversation.Turn{Role: conversation.Agent, Text: text})
	out, _ := redact.Mask(said)
	return out.Turns[len(out.Turns)-1].Text
}

// Scenarios lists what can be practised now, by language, level and id.
func (c *Calls) Scenarios(ctx context.Context) ([]*scenario.Scenario, error) {
	all, err := c.scenarios.Live(ctx)
	return all, fault.Wrap("training.Scenarios", err)
}

// Scenario returns a scenario as the next call will have it. NotFound.
func (c *Calls) Scenario(ctx context.Context, sid id.Scenario) (*scenario.Scenario, error) {
	s, err := c.scenarios.Scenario(ctx, sid)
	return s, fault.Wrap("training.Scenario", err)
}

// Played returns the scenario of a call in the version it was played with. NotFound.
func (c *Calls) Played(ctx context.Context, p Practice) (*scenario.Scenario, error) {
	s, err := c.scenarios.At(ctx, p.Scenario, p.Version)
	return s, fault.Wrap("training.Played", err)
}

// View is a practice call as its page shows it.
type View struct {
	Practice Practice
	Scenario *scenario.Scenario
	Card     scenario.CustomerCard
	Lines    []Line
	Outcome  scenario.Outcome
	Notes    []Note // with NotesLive while talking; afterwards unless NotesOff
	Moods    []scenario.MoodAt
	// Changed says that the lexicon was changed since: the words
	// are what was said, outcome, notes and moods are not known any more.
	Changed bool
}

// Begin opens a call of actor with the virtual customer of a scenario. Without
// notes it is an examination's: the house draws the form, whatever seed says, and
// the level sets the time.
//
// Denied when she may not practise, NotFound when there is no such scenario.
func (c *Calls) Begin(ctx context.Context, actor staff.Actor, sid id.Scenario, notes Notes, seed uint64) (View, error) {
	if err := staff.Need(actor, staff.PracticeTake, staff.Subject{Owner: actor.Person}); err != nil {
		return View{}, err
	}
	s, err := c.Scenario(ctx, sid)
	if err != nil {
		return View{}, err
	}
	switch notes {
	case NotesOff, NotesAfter, NotesLive:
	default:
		return View{}, fault.New(fault.Invalid, "training.notes.unknown", fault.Args{"notes": notes})
	}
	p := Practice{Person: actor.Person, Seed: seed, Notes: notes}
	if p.Exam() {
		p.Seed, p.Limit = c.drawn(seed), c.LimitOf(s.Level)
	}
	return c.begin(ctx, s, p)
}

// begin opens the call p with the customer of s.
func (c *Calls) begin(ctx context.Context, s *scenario.Scenario, p Practice) (View, error) {
	p.ID, p.Conversation = id.Make[id.Practice](c.ids), id.Make[id.Conversation](c.ids)
	p.Scenario, p.Version, p.State, p.Started = s.ID, s.Version, Talking, c.now().UTC().Truncate(time.Microsecond)
	l := &live{sc: s, call: scenario.Start(s, p.Seed, c.hear), p: p}
	if reply, speaks := l.call.Opening(); speaks {
		l.lines = append(l.lines, Line{Role: conversation.Customer, Text: reply.Text})
	}
	if err := c.store.BeginPractice(ctx, l.p, l.lines); err != nil {
		return View{}, fault.Wrap("training.Begin", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	c.keep(l)
	return c.view(l), nil
}

// Say takes one line of the actor and returns the call with the customer's
// answer in it. Both are durable when Say returns.
//
// NotFound when it is no call of hers, Conflict when it is finished or
// somebody spoke meanwhile (in another window), Invalid when the line is too long.
func (c *Calls) Say(ctx context.Context, actor staff.Actor, pid id.Practice, text string) (View, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\x00", ""))
	if n := utf8.RuneCountInString(text); n > MaxLine {
		return View{}, fault.New(fault.Invalid, "training.line.long", fault.Args{"length": n, "max": MaxLine})
	}
	return c.turn(ctx, actor, pid, func(l *live, at, delay int64) scenario.Reply {
		l.lines = append(l.lines, Line{Seq: len(l.lines), Role: conversation.Agent, Text: c.masked(l, text), At: at, Delay: delay})
		return l.say(l.lines[len(l.lines)-1])
	})
}

// HangUp ends the call from the agent's side. Errors as for Say.
func (c *Calls) HangUp(ctx context.Context, actor staff.Actor, pid id.Practice) (View, error) {
	return c.turn(ctx, actor, pid, func(l *live, _, _ int64) scenario.Reply { return l.call.HangUp() })
}

// turn lets act move the call, stores what was said and returns the view.
func (c *Calls) turn(ctx context.Context, actor staff.Actor, pid id.Practice, act func(l *live, at, delay int64) scenario.Reply) (View, error) {
	l, err := c.lock(ctx, actor, pid)
	if err != nil {
		return View{}, err
	}
	defer l.mu.Unlock()
	if l.p.State != Talking {
		return View{}, fault.New(fault.Conflict, "training.call.over", nil)
	}
	from := len(l.lines)
	at := c.now().Sub(l.p.Started).Milliseconds()
	delay := at
	if from > 0 {
		delay -= l.lines[from-1].At
	}
	reply := act(l, at, max(delay, 0))
	if reply.Text != "" {
		l.lines = append(l.lines, c.answer(ctx, l, reply.Text, at))
	}
	if err := c.save(ctx, l, from, reply); err != nil {
		// What is in memory is ahead of what is stored: put it away, so that the
		// next turn starts from the truth.
		l.gone = true
		c.drop(pid)
		return View{}, fault.Wrap("training.turn", err)
	}
	if l.p.State != Talking {
		c.drop(pid)
	}
	return c.view(l), nil
}

// answer is the customer's line, worded anew where that may be. Its time is
// when it was there: nobody is blamed for the time that wording took.
func (c *Calls) answer(ctx context.Context, l *live, text string, at int64) Line {
	line := Line{Seq: len(l.lines), Role: conversation.Customer, Text: text, At: at}
	if !c.HasWorder() || l.p.Exam() && !l.p.Worded {
		return line
	}
	brief, ok := l.call.Brief()
	if !ok {
		return line
	}
	if words, ok := c.worder.Word(ctx, brief, l.call.Accepts); ok {
		l.call.Reword(words)
		line.Text, line.Template = words, text
	}
	line.At = c.now().Sub(l.p.Started).Milliseconds()
	return line
}

func (c *Calls) save(ctx context.Context, l *live, from int, reply scenario.Reply) error {
	if !reply.Ended {
		return c.store.AppendLines(ctx, l.p.ID, l.lines[from:])
	}
	done := l.p
	done.State, done.Ending, done.Ended = Finished, reply.Ending, c.now().UTC().Truncate(time.Microsecond)
	done.EndedBy = l.call.Conversation().EndedBy
	if err := c.store.FinishPractice(ctx, done, l.lines[from:]); err != nil {
		return err
	}
	l.p = done
	return nil
}

// View returns a call of actor as it stands. NotFound.
func (c *Calls) View(ctx context.Context, actor staff.Actor, pid id.Practice) (View, error) {
	l, err := c.lock(ctx, actor, pid)
	if err != nil {
		return View{}, err
	}
	defer l.mu.Unlock()
	return c.view(l), nil
}

// Of lists the calls of actor, newest first, from before on.
func (c *Calls) Of(ctx context.Context, actor staff.Actor, before id.Practice, limit int) ([]Practice, error) {
	ps, err := c.store.Practices(ctx, actor.Person, before, limit)
	return ps, fault.Wrap("training.Of", err)
}

// Record plays a call again and returns it with the conversation it was. The
// flow uses it when a call has finished. NotFound.
func (c *Calls) Record(ctx context.Context, pid id.Practice) (View, conversation.Conversation, error) {
	l, err := c.load(ctx, pid)
	if err != nil {
		return View{}, conversation.Conversation{}, err
	}
	return c.view(l), c.conversation(l), nil
}

// RecordOf is Record by the conversation that a call became. NotFound.
func (c *Calls) RecordOf(ctx context.Context, cid id.Conversation) (View, error) {
	p, lines, err := c.store.PracticeOf(ctx, cid)
	if err != nil {
		return View{}, fault.Wrap("training.RecordOf", err)
	}
	l, err := c.replay(ctx, p, lines)
	if err != nil {
		return View{}, err
	}
	return c.view(l), nil
}

// Words is what was said in the call that a conversation came from. The call is
// not played again, so the view has no card, outcome, notes or moods. NotFound,
// also when its scenario is not known any more.
func (c *Calls) Words(ctx context.Context, cid id.Conversation) (View, error) {
	p, lines, err := c.store.PracticeOf(ctx, cid)
	if err != nil {
		return View{}, fault.Wrap("training.Words", err)
	}
	s, err := c.Played(ctx, p)
	return View{Practice: p, Scenario: s, Lines: lines}, err
}

// MarkScored notes that the result of a call is there.
func (c *Calls) MarkScored(ctx context.Context, pid id.Practice) error {
	return fault.Wrap("training.MarkScored", c.store.MarkScored(ctx, pid))
}

// conversation is the call as a record: the call's own turns, which the
// scenario times as if they had been spoken, with the stored id and start.
func (c *Calls) conversation(l *live) conversation.Conversation {
	conv := l.call.Conversation()
	conv.ID, conv.Started, conv.EndedBy = l.p.Conversation, l.p.Started, l.p.EndedBy
	conv.Fields = maps.Clone(conv.Fields)
	for name, value := range map[string]string{FieldMode: l.p.Mode(), FieldVersion: l.p.Version, FieldRetakes: string(l.p.Retakes)} {
		if value != "" {
			conv.Fields[name] = json.RawMessage(strconv.Quote(value))
		}
	}
	if !l.changed {
		return conv
	}
	conv.Turns = make([]conversation.Turn, len(l.lines))
	for i, line := range l.lines {
		conv.Turns[i] = conversation.Turn{Role: line.Role, Text: line.Text,
			Start: line.At, End: line.At, Confidence: conversation.Unknown}
	}
	return conv
}

// lock returns a call of actor's with its lock held, ended if its time is over.
func (c *Calls) lock(ctx context.Context, actor staff.Actor, pid id.Practice) (*live, error) {
	for {
		l, err := c.find(ctx, actor, pid)
		if err != nil {
			return nil, err
		}
		l.mu.Lock()
		if err := c.expire(ctx, l); err != nil {
			l.mu.Unlock()
			return nil, err
		}
		if !l.gone {
			return l, nil
		}
		l.mu.Unlock()
	}
}

// find returns the call in memory or loads it, if it is a call of hers.
func (c *Calls) find(ctx context.Context, actor staff.Actor, pid id.Practice) (*live, error) {
	c.mu.Lock()
	h, ok := c.open[pid]
	if ok {
		h.used = c.now()
	}
	c.mu.Unlock()
	if ok {
		return h.call, mine(h.call, actor)
	}
	l, err := c.load(ctx, pid)
	if err == nil {
		err = mine(l, actor)
	}
	if err == nil && l.p.State == Talking {
		l = c.keep(l)
	}
	return l, err
}

// mine refuses a call that is somebody else's. Who asks is not told that it exists.
func mine(l *live, actor staff.Actor) error {
	if !staff.Can(actor, staff.PracticeTake, staff.Subject{Owner: l.p.Person}) {
		return fault.New(fault.NotFound, "training.call.unknown", nil)
	}
	return nil
}

// say lets the customer hear a line and notes what was heard in it.
func (l *live) say(line Line) scenario.Reply {
	reply := l.call.Say(line.Text, time.Duration(line.Delay)*time.Millisecond)
	for _, f := range reply.Findings {
		f.Turn = line.Seq
		l.notes = append(l.notes, Note{Seq: line.Seq, Finding: f})
	}
	return reply
}

func (c *Calls) load(ctx context.Context, pid id.Practice) (*live, error) {
	p, lines, err := c.store.Practice(ctx, pid)
	if err != nil {
		return nil, fault.Wrap("training.load", err)
	}
	return c.replay(ctx, p, lines)
}

// replay plays a stored call again, with the scenario it was played with. When the
// lexicon was changed since, its customer may answer otherwise than she did:
// Conflict while the call goes on; of a finished one the words remain and the mood
// is unknown.
func (c *Calls) replay(ctx context.Context, p Practice, lines []Line) (*live, error) {
	s, err := c.Played(ctx, p)
	if err != nil {
		return nil, err
	}
	l := &live{p: p, sc: s, lines: lines, call: scenario.Start(s, p.Seed, c.hear)}
	l.changed = !l.play(lines)
	switch p.EndedBy {
	case conversation.Agent:
		l.call.HangUp()
	case conversation.System:
		l.call.Stop()
	}
	if l.changed && p.State == Talking && !p.overdue(c.now()) {
		return nil, fault.New(fault.Conflict, "training.scenario.changed", fault.Args{"scenario": p.Scenario})
	}
	return l, nil
}

// play takes a fresh call through lines, all of a call or its first ones. It
// reports whether the customer said then what he says now. Words that a model
// chose are put back where they stood.
func (l *live) play(lines []Line) bool {
	opening, _ := l.call.Opening()
	said, same := opening.Text, true
	for _, line := range lines {
		if line.Role == conversation.Agent {
			same = same && said == ""
			said = l.say(line).Text
			continue
		}
		same = same && said == line.scripted()
		if said = ""; line.MachineWorded() {
			l.call.Reword(line.Text)
		}
	}
	return same && said == ""
}

// keep holds a call in memory and returns the one that is held: another
// goroutine may have loaded it first. It puts the longest unused away.
func (c *Calls) keep(l *live) *live {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h, ok := c.open[l.p.ID]; ok {
		return h.call
	}
	if len(c.open) >= maxOpen {
		var oldest id.Practice
		for pid, h := range c.open {
			if oldest == "" || h.used.Before(c.open[oldest].used) {
				oldest = pid
			}
		}
		delete(c.open, oldest)
	}
	c.open[l.p.ID] = &held{call: l, used: c.now()}
	return l
}

func (c *Calls) drop(pid id.Practice) {
	c.mu.Lock()
	delete(c.open, pid)
	c.mu.Unlock()
}

// view copies a call for its page. The caller holds l.mu or owns l alone.
func (c *Calls) view(l *live) View {
	v := View{Practice: l.p, Scenario: l.sc, Card: l.call.Card(), Lines: slices.Clone(l.lines)}
	if l.changed {
		v.Changed = true
		return v
	}
	v.Outcome = l.call.Outcome()
	if l.p.Notes == NotesLive || l.p.Notes == NotesAfter && l.p.State != Talking {
		v.Notes = slices.Clone(l.notes)
		v.Moods = l.call.Moods()
	}
	return v
}
