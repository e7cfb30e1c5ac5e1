package scenarios

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/training"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// The bench bounds a talk, as a call does by its customer's patience.
const (
	maxSaid = 200
	maxLine = training.MaxLine
	maxWait = 600 // seconds
)

// Check tells what is wrong in the texts of the editor, as a part.
func (p Pages) Check(v *visit.Visit) error {
	_, _, problems, err := p.Library.Read(v.Context(), id.Scenario(v.Form("of")), texts(v))
	if err != nil {
		return err
	}
	return v.Show(problemsPart(v.Reader, told(v, problems)))
}

// Talk is a conversation on the bench: what was said and what it did.
type Talk struct {
	Lang     string
	Note     string // why it cannot be held
	Opening  string
	Turns    []Turn
	Ended    string // how it ended, in words; "" while it goes on
	Says     string // what that says about the agent
	Facts    []Fact
	Concerns []Concern
	Verified bool
	Verifies bool // the matter needs it
	Form     []scenario.Entry
	Moods    []ui.MoodPoint
	Gauges   []Gauge
}

// Turn is a line of the agent's and what came of it.
type Turn struct {
	N        int
	Pieces   []Piece
	Acts     []Act
	Answer   string
	Behave   string // "ask:refund"
	Rule     string
	Policies []Policy
	Moved    []Moved
	Gauges   []Gauge
}

// Piece is a run of the agent's words; Ref counts the act they spoke for.
type Piece struct {
	Text string
	Ref  int
}

// Act is one that was heard in the line.
type Act struct {
	Title, ID string
	Faint     bool // not sure enough to move the customer
	Fault     bool
}

// Policy is one of the scenario's that spoke.
type Policy struct {
	N, Line int
	Do      string
}

// Moved is one thing that moved the mood.
type Moved struct {
	What  string
	By    []Gauge
	Worse bool
}

// Gauge is one gauge of a mood: where it stands and by how much it moved.
type Gauge struct {
	Title  string
	Value  int
	By     string // "+30"; "" for nothing
	Better bool   // the move did the agent good
}

// Fact is what the customer knows, told or kept back.
type Fact struct {
	Label, State string // told, open, withheld
	Needs        []string
}

// Concern is what he wants, with its points.
type Concern struct {
	Label, State string // waiting, raised, settled
	Points       []Point
}

// Point is one thing that must be said.
type Point struct {
	Label   string
	Done    bool
	Missing string
}

// Bench plays the draft with what was typed so far and answers with all of it.
// Nothing is stored: the same lines and delays are the same talk.
func (p Pages) Bench(v *visit.Visit) error {
	said, waits, seed, err := typed(v)
	if err != nil {
		return err
	}
	t := texts(v)
	sc, _, problems, err := p.Library.Read(v.Context(), id.Scenario(v.Form("of")), t)
	if err != nil {
		return err
	}
	if sc == nil {
		wrong := 0
		for _, x := range told(v, problems) {
			if x.Pane == paneScenario {
				wrong++
			}
		}
		return v.ShowStatus(http.StatusUnprocessableEntity, talkPart(v.Reader, Talk{Note: v.Plural("web.scenario.bench.wrong", wrong)}))
	}
	return v.Show(talkPart(v.Reader, p.talk(v, sc, t.Scenario, seed, said, waits)))
}

// typed reads the agent's lines, how long he waited before each, and the seed.
func typed(v *visit.Visit) (said []string, waits []time.Duration, seed uint64, err error) {
	_ = v.Form("seed") // reads the form
	said = v.Request.Form["said"]
	late := v.Request.Form["wait"]
	if len(said) > maxSaid {
		return nil, nil, 0, fault.New(fault.Invalid, "web.scenario.bench.long", fault.Args{"max": maxSaid})
	}
	for i, line := range said {
		if utf8.RuneCountInString(line) > maxLine {
			return nil, nil, 0, fault.New(fault.Invalid, "training.line.long", fault.Args{"length": utf8.RuneCountInString(line), "max": maxLine})
		}
		wait := 0
		if i < len(late) {
			wait, _ = strconv.Atoi(late[i]) // what is no number is no wait
		}
		waits = append(waits, time.Duration(min(max(wait, 0), maxWait))*time.Second)
	}
	if seed, err = strconv.ParseUint(cmp.Or(strings.TrimSpace(v.Form("seed")), "1"), 10, 64); err != nil {
		return nil, nil, 0, fault.New(fault.Invalid, "web.scenario.bench.seed", nil)
	}
	return said, waits, seed, nil
}

func (p Pages) talk(v *visit.Visit, sc *scenario.Scenario, text string, seed uint64, said []string, waits []time.Duration) Talk {
	out := Talk{Lang: string(sc.Lang), Verifies: sc.Verification.Due}
	call := scenario.Start(sc, seed, p.Hear.Engine().Acts)
	if r, ok := call.Opening(); ok {
		out.Opening = r.Text
	}
	before := sc.Mood
	for i, line := range said {
		r := call.Say(line, scenario.TypedAfter(line, sc.Lang, waits[i]))
		turn := p.turn(v, sc, text, line, before, r)
		turn.N = i
		out.Turns = append(out.Turns, turn)
		before = r.Mood
		if r.Ended {
			out.Ended, out.Says = v.Text("scenario.ending."+string(r.Ending)), v.Text("scenario.says."+string(r.Ending))
			break
		}
	}
	out.Gauges = gauges(v, before, scenario.Shift{})
	for i, m := range call.Moods() {
		out.Moods = append(out.Moods, ui.MoodPoint{Level: 1000 - m.Mood.Irritation, URL: fmt.Sprintf("#bench-%d", max(0, i-1)), Title: v.Text("web.mood." + string(m.Mood.Band()))})
	}
	for _, slot := range slices.Sorted(maps.Keys(call.Slots())) {
		out.Form = append(out.Form, scenario.Entry{Label: "{" + slot + "}", Value: call.Slots()[slot]})
	}
	p.inside(v, call.Inside(), &out)
	return out
}

func (p Pages) turn(v *visit.Visit, sc *scenario.Scenario, text, line string, before scenario.Mood, r scenario.Reply) Turn {
	out := Turn{Answer: r.Text, Behave: r.Behaviour}
	if r.Rule != "" {
		out.Rule = v.Text("scenario.rule." + r.Rule)
	}
	out.Pieces, out.Acts = p.heard(v, line, r.Findings)
	for _, n := range r.Policies {
		out.Policies = append(out.Policies, Policy{N: n + 1, Do: sc.Policies[n].Do, Line: scenario.LineOf(text, "policies", n)})
	}
	for _, m := range r.Moved {
		out.Moved = append(out.Moved, p.moved(v, m))
	}
	out.Gauges = gauges(v, r.Mood, scenario.Shift{Irritation: r.Mood.Irritation - before.Irritation, Trust: r.Mood.Trust - before.Trust,
		Patience: r.Mood.Patience - before.Patience, Clarity: r.Mood.Clarity - before.Clarity})
	return out
}

// heard cuts the line where acts were heard and names them.
func (p Pages) heard(v *visit.Visit, line string, found []analysis.Finding) ([]Piece, []Act) {
	found = slices.Clone(found)
	slices.SortStableFunc(found, func(a, b analysis.Finding) int { return cmp.Or(a.From-b.From, a.To-b.To) })
	runes, at := []rune(line), 0
	var pieces []Piece
	var acts []Act
	for _, f := range found {
		acts = append(acts, p.act(v, f))
		from, to := max(f.From, at), min(f.To, len(runes))
		if from >= to {
			continue
		}
		if from > at {
			pieces = append(pieces, Piece{Text: string(runes[at:from])})
		}
		pieces = append(pieces, Piece{Text: string(runes[from:to]), Ref: len(acts)})
		at = to
	}
	if at < len(runes) {
		pieces = append(pieces, Piece{Text: string(runes[at:])})
	}
	return pieces, acts
}

func (p Pages) act(v *visit.Visit, f analysis.Finding) Act {
	out := Act{ID: string(f.Act), Title: p.title(v, f.Act), Faint: f.Sure < scenario.Surely}
	if info, ok := p.Acts.Act(f.Act); ok {
		out.Fault = info.Kind == analysis.Fault
	}
	return out
}

func (p Pages) title(v *visit.Visit, a analysis.Act) string {
	if info, ok := p.Acts.Act(a); ok {
		return info.Title[conversation.Lang(v.Lang().Speech())]
	}
	return string(a)
}

func (p Pages) moved(v *visit.Visit, m scenario.MoodShift) Moved {
	out := Moved{What: v.Text("scenario.cause.later")}
	switch m.Why {
	case scenario.ByAct:
		out.What = p.title(v, analysis.Act(m.What))
	case scenario.ByEvent:
		out.What = v.Text("scenario.event." + m.What)
	}
	for _, g := range gauges(v, scenario.Mood{}, m.Shift) {
		if g.By != "" {
			out.By = append(out.By, g)
			out.Worse = out.Worse || !g.Better
		}
	}
	return out
}

// gauges lists a mood with what moved in it.
func gauges(v *visit.Visit, m scenario.Mood, by scenario.Shift) []Gauge {
	out := []Gauge{
		{Title: v.Text("web.scenario.gauge.irritation"), Value: m.Irritation, By: signed(by.Irritation), Better: by.Irritation < 0},
		{Title: v.Text("web.scenario.gauge.trust"), Value: m.Trust, By: signed(by.Trust), Better: by.Trust > 0},
		{Title: v.Text("web.scenario.gauge.patience"), Value: m.Patience, By: signed(by.Patience), Better: by.Patience > 0},
		{Title: v.Text("web.scenario.gauge.clarity"), Value: m.Clarity, By: signed(by.Clarity), Better: by.Clarity > 0},
	}
	return out
}

func signed(n int) string {
	switch {
	case n > 0:
		return "+" + strconv.Itoa(n)
	case n < 0:
		return "−" + strconv.Itoa(-n)
	}
	return ""
}

// inside tells which facts and points are behind us and what the others need.
func (p Pages) inside(v *visit.Visit, in scenario.Inside, out *Talk) {
	out.Verified = in.Verified
	for _, f := range in.Facts {
		one := Fact{Label: cmp.Or(f.Label, f.ID), State: "open"}
		switch {
		case f.Told:
			one.State = "told"
		case f.Withheld:
			one.State = "withheld"
			one.Needs = p.needs(v, f.Lacks)
		}
		out.Facts = append(out.Facts, one)
	}
	for _, co := range in.Concerns {
		one := Concern{Label: cmp.Or(co.Label, co.ID), State: "waiting"}
		switch {
		case co.Settled:
			one.State = "settled"
		case co.Raised:
			one.State = "raised"
		}
		for _, pt := range co.Points {
			missing := strings.Join(pt.Missing, " + ")
			if len(pt.Waits) > 0 {
				missing = v.Text("web.scenario.needs.after", ui.Args{"what": joined(v, pt.Waits)})
			}
			one.Points = append(one.Points, Point{Label: pt.Label, Done: pt.Done, Missing: missing})
		}
		out.Concerns = append(out.Concerns, one)
	}
}

func (p Pages) needs(v *visit.Visit, w scenario.Withheld) []string {
	var out []string
	if w.Trust > 0 {
		out = append(out, v.Text("web.scenario.needs.trust", ui.Args{"n": w.Trust}))
	}
	if len(w.Acts) > 0 {
		var titles []string
		for _, a := range w.Acts {
			titles = append(titles, p.title(v, a))
		}
		out = append(out, v.Text("web.scenario.needs.acts", ui.Args{"what": joined(v, titles)}))
	}
	if len(w.After) > 0 {
		out = append(out, v.Text("web.scenario.needs.after", ui.Args{"what": joined(v, w.After)}))
	}
	return out
}

func joined(v *visit.Visit, words []string) string {
	if v.Lang().Speech() == "zh" {
		return strings.Join(words, "、")
	}
	return strings.Join(words, ", ")
}

// ProofPart is what the scripted agents proved.
type ProofPart struct {
	Note     string
	Card     string
	Forms    int
	Kept     bool
	Agents   []AgentRow
	Promises []PromiseRow
	Lost     []string // items that cost the expert points
	Missing  []string // agents without a script
}

// AgentRow is how one agent fared.
type AgentRow struct{ Title, Mean, Range, Endings, Texts string }

// PromiseRow is one promise, kept or not.
type PromiseRow struct {
	Text, Figure string
	OK           bool
}

// Prove lets the scripted agents play the draft and tells whether it keeps what
// the house promises of a scenario.
func (p Pages) Prove(v *visit.Visit) error {
	forms, err := strconv.Atoi(cmp.Or(v.Form("forms"), "20"))
	if err != nil {
		forms = 0
	}
	sc, agents, problems, err := p.Library.Read(v.Context(), id.Scenario(v.Form("of")), texts(v))
	if err != nil {
		return err
	}
	if sc == nil || len(problems) > 0 {
		return v.ShowStatus(http.StatusUnprocessableEntity, proofPart(v.Reader, ProofPart{Note: v.Plural("web.scenario.bench.wrong", len(problems))}))
	}
	if len(agents) == 0 {
		return v.ShowStatus(http.StatusUnprocessableEntity, proofPart(v.Reader, ProofPart{Note: v.Text("web.scenario.proof.none")}))
	}
	card, err := p.Cards.Live(v.Context(), sc.Scorecard)
	if err != nil {
		return err
	}
	proof, err := training.Prove(v.Context(), sc, agents, forms, p.Hear.Engine().Acts, func(c conversation.Conversation) score.Result { return p.Judge.Score(card, c) })
	if err != nil {
		return err
	}
	return v.Show(proofPart(v.Reader, proved(v, proof, card)))
}

func proved(v *visit.Visit, proof training.Proof, card *scorecard.Card) ProofPart {
	lang := conversation.Lang(v.Lang().Speech())
	out := ProofPart{Card: card.Title.In(lang), Forms: proof.Forms, Kept: true}
	played := map[string]bool{}
	for _, a := range proof.Agents {
		played[a.Agent] = true
		low, high := a.Range()
		out.Agents = append(out.Agents, AgentRow{Title: v.Text("web.scenario.pane." + a.Agent), Mean: a.Mean().String(), Range: low.String() + "–" + high.String(),
			Endings: endings(v, a.Endings), Texts: fmt.Sprint(a.Texts)})
		if a.Agent == "expert" {
			out.Lost = lost(a.Lost, card, lang, proof.Forms)
		}
	}
	for _, name := range scenario.Agents() {
		if !played[name] {
			out.Missing = append(out.Missing, v.Text("web.scenario.pane."+name))
		}
	}
	for _, pr := range proof.Promises {
		row := PromiseRow{Text: v.Text("web.scenario.promise." + pr.Key), Figure: fmt.Sprintf("%d / %d", pr.Kept, pr.Of), OK: pr.OK}
		if pr.Key == "spread" {
			row.Figure = fmt.Sprintf("%.1f ≤ %.1f", float64(pr.Kept)/10, float64(pr.Of)/10)
		}
		out.Promises = append(out.Promises, row)
		out.Kept = out.Kept && pr.OK
	}
	out.Kept = out.Kept && len(out.Missing) == 0
	return out
}

func endings(v *visit.Visit, of map[scenario.Ending]int) string {
	var out []string
	for _, e := range slices.SortedFunc(maps.Keys(of), func(a, b scenario.Ending) int { return cmp.Or(of[b]-of[a], strings.Compare(string(a), string(b))) }) {
		out = append(out, v.Text("scenario.ending.short."+string(e))+" "+strconv.Itoa(of[e]))
	}
	return joined(v, out)
}

// lost names the items on which points were lost, the most frequent first.
func lost(of map[string]int, card *scorecard.Card, lang conversation.Lang, forms int) []string {
	var out []string
	for _, item := range slices.SortedFunc(maps.Keys(of), func(a, b string) int { return cmp.Or(of[b]-of[a], strings.Compare(a, b)) }) {
		title := item
		if def := card.Item(item); def != nil {
			title = def.Title.In(lang)
		}
		out = append(out, fmt.Sprintf("%s %d / %d", title, of[item], forms))
	}
	return out
}
