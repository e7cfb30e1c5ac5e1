package training

import (
	"context"
	"io/fs"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/staff"
)

// Paper is an examination call that somebody sets for a person: which customer,
// how long, and whether a language model may word him. The form is drawn by the
// house when the call begins.
type Paper struct {
	ID        id.Paper
	Person    id.Person
	Scenario  id.Scenario
	Limit     time.Duration
	Worded    bool
	By        id.Person
	Set       time.Time
	Withdrawn time.Time // zero as long as it stands

	Practice     id.Practice // the call, once it was begun; "" before
	State        State       // of that call
	Conversation id.Conversation
}

// Waiting reports whether the paper can still be taken.
func (p Paper) Waiting() bool { return p.Practice == "" && p.Withdrawn.IsZero() }

// PaperQuery asks for papers: for a person, set by one, or both.
type PaperQuery struct {
	Person, By id.Person
	Limit      int
}

// Papers keeps papers.
type Papers interface {
	// AddPaper stores a new paper. Conflict when the id is taken.
	AddPaper(ctx context.Context, p Paper) error
	// Paper returns a paper with what came of it. NotFound.
	Paper(ctx context.Context, paper id.Paper) (Paper, error)
	// Papers lists papers with what came of them, newest first.
	Papers(ctx context.Context, q PaperQuery) ([]Paper, error)
	// WithdrawPaper takes a paper back. Conflict when its call was begun, or it was
	// taken back already.
	WithdrawPaper(ctx context.Context, paper id.Paper, at time.Time) error
}

// Exams is how a house examines.
type Exams struct {
	Limits Limits
	Seed   func() uint64 // draws the form of a call: nobody chooses it
}

// Limits are how long an examination's call may last, by the level of its
// scenario, where nobody says otherwise.
type Limits map[int]time.Duration

// The bounds of a limit.
const (
	MinLimit = time.Minute
	MaxLimit = 2 * time.Hour
)

// LoadLimits reads exams.yaml of fsys. What is wrong comes back as
// yamldoc.Problems.
func LoadLimits(fsys fs.FS) (Limits, error) {
	const file = "exams.yaml"
	text, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, fault.As(fault.NotFound, "training.limits.missing", err)
	}
	d, err := yamldoc.Parse(file, text)
	if err != nil {
		return nil, err
	}
	var doc struct {
		Minutes map[int]int `yaml:"minutes"`
	}
	if err := d.Decode(d.Root, &doc); err != nil {
		return nil, err
	}
	out := Limits{}
	for level := 1; level <= 5; level++ {
		limit := time.Duration(doc.Minutes[level]) * time.Minute
		if limit < MinLimit || limit > MaxLimit {
			return nil, yamldoc.Problems{d.Want(d.Root, "minutes from 1 to 120 for each level from 1 to 5")}
		}
		out[level] = limit
	}
	return out, nil
}

// Examine lets calls be examined by e. Call it before the first call begins.
func (c *Calls) Examine(e Exams) { c.exams = e }

// LimitOf returns how long an examination's call of a level may last, where
// nobody says otherwise; 0 for as long as the customer bears.
func (c *Calls) LimitOf(level int) time.Duration { return c.exams.Limits[level] }

// SetPaper sets an examination call for the person that subject tells of. A zero
// limit takes that of the scenario's level.
//
// Denied when actor may not set her one, NotFound when there is no such scenario,
// Invalid for a limit out of bounds, or for a model's words where no model is.
func (c *Calls) SetPaper(ctx context.Context, actor staff.Actor, subject staff.Subject, p Paper) (Paper, error) {
	if err := staff.Need(actor, staff.ExamSet, subject); err != nil {
		return Paper{}, err
	}
	s, err := c.Scenario(ctx, p.Scenario)
	if err != nil {
		return Paper{}, err
	}
	if p.Worded && !c.HasWorder() {
		return Paper{}, fault.New(fault.Invalid, "training.paper.worded", nil)
	}
	if p.Limit == 0 {
		p.Limit = c.LimitOf(s.Level)
	}
	if p.Limit < MinLimit || p.Limit > MaxLimit {
		return Paper{}, fault.New(fault.Invalid, "training.paper.limit", fault.Args{"from": int(MinLimit.Minutes()), "to": int(MaxLimit.Minutes())})
	}
	out := Paper{ID: id.Make[id.Paper](c.ids), Person: subject.Owner, Scenario: s.ID, Limit: p.Limit, Worded: p.Worded,
		By: actor.Person, Set: c.now().UTC().Truncate(time.Microsecond)}
	return out, fault.Wrap("training.SetPaper", c.store.AddPaper(ctx, out))
}

// papersListed is how many papers a list shows at most.
const papersListed = 200

// PapersFor lists the papers that were set for actor, newest first.
func (c *Calls) PapersFor(ctx context.Context, actor staff.Actor) ([]Paper, error) {
	ps, err := c.store.Papers(ctx, PaperQuery{Person: actor.Person, Limit: papersListed})
	return ps, fault.Wrap("training.PapersFor", err)
}

// PapersBy lists the papers that actor set, newest first.
func (c *Calls) PapersBy(ctx context.Context, actor staff.Actor) ([]Paper, error) {
	ps, err := c.store.Papers(ctx, PaperQuery{By: actor.Person, Limit: papersListed})
	return ps, fault.Wrap("training.PapersBy", err)
}

// Paper returns a paper that was set for actor. NotFound.
func (c *Calls) Paper(ctx context.Context, actor staff.Actor, paper id.Paper) (Paper, error) {
	p, err := c.store.Paper(ctx, paper)
	if err == nil && !staff.Can(actor, staff.ExamTake, staff.Subject{Owner: p.Person}) {
		err = unknownPaper()
	}
	return p, fault.Wrap("training.Paper", err)
}

func unknownPaper() error { return fault.New(fault.NotFound, "training.paper.unknown", nil) }

// WithdrawPaper takes back a paper that actor set. NotFound when she set none
// such, Conflict when its call was begun.
func (c *Calls) WithdrawPaper(ctx context.Context, actor staff.Actor, paper id.Paper) error {
	p, err := c.store.Paper(ctx, paper)
	if err == nil && (p.By != actor.Person || actor.Person == "") {
		err = unknownPaper()
	}
	if err == nil {
		err = c.store.WithdrawPaper(ctx, paper, c.now().UTC().Truncate(time.Microsecond))
	}
	return fault.Wrap("training.WithdrawPaper", err)
}

// BeginPaper begins the call of a paper that was set for actor; a paper has one.
// NotFound, Conflict when it was begun or taken back. Where the model is gone that
// the paper was set with, the customer speaks as the scenario has it.
func (c *Calls) BeginPaper(ctx context.Context, actor staff.Actor, paper id.Paper) (View, error) {
	p, err := c.Paper(ctx, actor, paper)
	if err != nil {
		return View{}, err
	}
	if !p.Waiting() {
		return View{}, fault.New(fault.Conflict, "training.paper.over", nil)
	}
	s, err := c.Scenario(ctx, p.Scenario)
	if err != nil {
		return View{}, err
	}
	return c.begin(ctx, s, Practice{Person: p.Person, Seed: c.drawn(0), Notes: NotesOff, Paper: p.ID, Limit: p.Limit, Worded: p.Worded && c.HasWorder()})
}

// drawn is the seed of an examination's call; a house that does not examine
// takes the one it is given.
func (c *Calls) drawn(otherwise uint64) uint64 {
	if c.exams.Seed == nil {
		return otherwise
	}
	return c.exams.Seed()
}

// EndOverdue ends the calls whose time is over, as they stand: also those whose
// page was closed. It returns how many ended.
func (c *Calls) EndOverdue(ctx context.Context) (int, error) {
	ids, err := c.store.Overdue(ctx, c.now())
	if err != nil {
		return 0, fault.Wrap("training.EndOverdue", err)
	}
	for n, pid := range ids {
		l, err := c.lock(ctx, bell, pid)
		if err != nil {
			return n, fault.Wrap("training.EndOverdue", err)
		}
		l.mu.Unlock()
	}
	return len(ids), nil
}

// bell is the house as it ends calls.
var bell = staff.Machine(staff.PracticeTake)

// expire ends l when its time is over. The caller holds l.mu.
func (c *Calls) expire(ctx context.Context, l *live) error {
	if !l.p.overdue(c.now()) {
		return nil
	}
	reply := l.call.Stop()
	done := l.p
	done.State, done.Ending, done.EndedBy = Finished, reply.Ending, l.call.Conversation().EndedBy
	if l.changed { // how he felt is not known any more
		done.Ending = scenario.Unsolved
	}
	done.Ended, _ = l.p.Deadline()
	c.drop(l.p.ID)
	if err := c.store.FinishPractice(ctx, done, nil); err != nil {
		l.gone = true
		if fault.Is(err, fault.Conflict) { // another node was faster
			return nil
		}
		return fault.Wrap("training.expire", err)
	}
	l.p = done
	return nil
}
