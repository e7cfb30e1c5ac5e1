package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language/measure"
	"github.com/lianxi-cc/lianxi/conversation"
)

// lexiconCmd works on the lexicon.
type lexiconCmd struct {
	Test  lexiconTestCmd  `cmd:"" help:"Measure the lexicon on labelled utterances."`
	Train lexiconTrainCmd `cmd:"" help:"Train the statistical part on labelled utterances."`
	List  lexiconListCmd  `cmd:"" help:"List what of the centre's own lexicon was in force, and when."`
}

// lexiconTestCmd prints precision and recall with Wilson intervals, F1 with a
// bootstrap interval, the acts from the worst on, and the worst errors.
type lexiconTestCmd struct {
	heardBy
	Seed   uint64 `help:"Seed of the bootstrap samples." default:"1"`
	Worst  int    `help:"How many acts and errors to print." default:"15"`
	Human  bool   `help:"Print text for people instead of JSON lines."`
	File   string `arg:"" help:"Labelled utterances, one JSON object a line; - reads standard input."`
	Misses bool   `help:"Print every utterance that was heard wrongly."`
}

// lexiconLine is one language's measure, as the command prints it.
type lexiconLine struct {
	Lang            conversation.Lang `json:"lang"`
	Items           int               `json:"items"`
	Micro           float64           `json:"micro_f1"`
	MicroRange      measure.Interval  `json:"micro_f1_95"`
	Macro           float64           `json:"macro_f1"`
	MacroRange      measure.Interval  `json:"macro_f1_95"`
	Faults          proportions       `json:"faults"`
	FalseAlarms     measure.Share     `json:"false_alarms"`
	FaultAlarms     measure.Share     `json:"fault_false_alarms"`
	Acts            []actLine         `json:"acts"`
	Misses          []measure.Miss    `json:"misses,omitempty"`
	FalseAlarmShare float64           `json:"false_alarm_share"`
	Pooled          proportions       `json:"pooled"`
}

type proportions struct {
	Precision      float64    `json:"precision"`
	PrecisionRange [2]float64 `json:"precision_95"`
	Recall         float64    `json:"recall"`
	RecallRange    [2]float64 `json:"recall_95"`
}

type actLine struct {
	Act   analysis.Act  `json:"act"`
	F1    float64       `json:"f1"`
	Count measure.Count `json:"count"`
	proportions
}

// Run measures each language that the file holds.
func (c *lexiconTestCmd) Run(ctx context.Context, e *env) error {
	ears, err := c.open(ctx, e)
	if err != nil {
		return err
	}
	var items []measure.Item
	if err := e.withFile(c.File, func(r io.Reader) error {
		items, err = measure.Read(c.File, r)
		return err
	}); err != nil {
		return err
	}
	byLang := measure.ByLang(ears.catalogue, items, c.Seed, ears.language.Engine())
	for _, lang := range []conversation.Lang{conversation.Chinese, conversation.English} {
		res, ok := byLang[lang]
		if !ok {
			continue
		}
		line := c.line(lang, res)
		if c.Human {
			c.text(e, line, res)
		} else if err := writeJSON(e.out, line); err != nil {
			return err
		}
	}
	return nil
}

func (c *lexiconTestCmd) line(lang conversation.Lang, r measure.Result) lexiconLine {
	line := lexiconLine{Lang: lang, Items: r.Items, Micro: r.Micro, MicroRange: r.MicroRange, Macro: r.Macro, MacroRange: r.MacroRange,
		Pooled: proportionsOf(r.Pooled), Faults: proportionsOf(r.Faults), FalseAlarms: r.Tempting, FaultAlarms: r.FaultsTempt,
		FalseAlarmShare: r.Tempting.Value()}
	for _, a := range r.Acts {
		line.Acts = append(line.Acts, actLine{Act: a.Act, F1: a.Count.F1(), Count: a.Count, proportions: proportionsOf(a.Count)})
	}
	if c.Misses {
		line.Misses = r.Misses
	} else {
		line.Misses = r.Misses[:min(c.Worst, len(r.Misses))]
	}
	return line
}

func proportionsOf(c measure.Count) proportions {
	p, r := c.Precision(), c.Recall()
	var out proportions
	out.Precision, out.Recall = p.Value(), r.Value()
	out.PrecisionRange[0], out.PrecisionRange[1] = p.Wilson()
	out.RecallRange[0], out.RecallRange[1] = r.Wilson()
	return out
}

func (c *lexiconTestCmd) text(e *env, l lexiconLine, r measure.Result) {
	fmt.Fprintf(e.out, "%s  %d utterances\n", l.Lang, l.Items)
	fmt.Fprintf(e.out, "  micro F1 %.3f [%.3f, %.3f]   macro F1 %.3f [%.3f, %.3f]\n",
		l.Micro, l.MicroRange.Low, l.MicroRange.High, l.Macro, l.MacroRange.Low, l.MacroRange.High)
	fmt.Fprintf(e.out, "  faults: precision %.3f [%.3f, %.3f]   recall %.3f [%.3f, %.3f]\n", l.Faults.Precision, l.Faults.PrecisionRange[0],
		l.Faults.PrecisionRange[1], l.Faults.Recall, l.Faults.RecallRange[0], l.Faults.RecallRange[1])
	fmt.Fprintf(e.out, "  false alarms on tempting negatives: %d of %d (%.3f); faults %d of %d\n",
		r.Tempting.Hits, r.Tempting.Of, r.Tempting.Value(), r.FaultsTempt.Hits, r.FaultsTempt.Of)
	for _, a := range l.Acts[:min(c.Worst, len(l.Acts))] {
		fmt.Fprintf(e.out, "  %-24s F1 %.2f   right %d wrong %d missed %d   precision [%.2f, %.2f] recall [%.2f, %.2f]\n", a.Act, a.F1,
			a.Count.Right, a.Count.Wrong, a.Count.Missed, a.PrecisionRange[0], a.PrecisionRange[1], a.RecallRange[0], a.RecallRange[1])
	}
	for _, m := range l.Misses {
		var wrong []string
		for _, f := range m.Wrong {
			wrong = append(wrong, fmt.Sprintf("+%s (%s)", f.Act, f.Why))
		}
		for _, a := range m.Missed {
			wrong = append(wrong, "-"+string(a))
		}
		slices.Sort(wrong)
		fmt.Fprintf(e.out, "  %s %v\n      %s\n", m.Item.ID, wrong, m.Item.Text)
	}
}
