package score

import (
	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// hostileActs make a customer turn hostile.
var hostileActs = map[analysis.Act]bool{"abuse": true, "vent-anger": true, "threaten": true}

// SteadinessMeasure compares the agent's two turns after each hostile customer turn
// with her other turns of the same conversation: as much as a transcript
// shows. It is behaviour, not an emotion, and no mark.
type SteadinessMeasure struct {
	Hostile int  // hostile customer turns
	After   int  // agent turns compared
	Others  int  // agent turns compared with
	Rated   bool // Rate is known: the source has times, and both sides are long enough
	Rate    int  // change of pace, per mille: +100 is a tenth faster
	Length  int  // change of the mean length of a turn, per mille
	Faults  int  // fault acts per 1000 turns after hostile turns, less those elsewhere
}

// MeasureSteadiness returns the measure; ok is false without a hostile turn, or
// without agent turns on both sides.
func MeasureSteadiness(c conversation.Conversation, f []analysis.Finding, cat *analysis.Catalogue) (s SteadinessMeasure, ok bool) {
	r := run{c: &c}
	hostile := make([]bool, len(c.Turns))
	faults := make([]int, len(c.Turns))
	for _, one := range r.sorted(f, len(c.Turns)) {
		if hostileActs[one.Act] && c.Turns[one.Turn].Role == conversation.Customer {
			hostile[one.Turn] = true
		}
		if info, known := cat.Act(one.Act); known && info.Kind == analysis.Fault {
			faults[one.Turn]++
		}
	}
	var sides [2]side // 0: other turns, 1: after a hostile one
	left := 0
	for i := range c.Turns {
		switch {
		case hostile[i]:
			s.Hostile++
			left = 2
		case c.Turns[i].Role == conversation.Agent:
			n := 0
			if left > 0 {
				n, left = 1, left-1
			}
			sides[n].add(&r, i, faults[i])
		}
	}
	s.Others, s.After = sides[0].turns, sides[1].turns
	if s.Hostile == 0 || s.After == 0 || s.Others == 0 {
		return s, false
	}
	s.Length = change(sides[1].length/int64(s.After), sides[0].length/int64(s.Others))
	s.Faults = sides[1].faults*1000/s.After - sides[0].faults*1000/s.Others
	if r.timed() && sides[0].paced > 0 && sides[1].paced > 0 {
		s.Rated = true
		s.Rate = change(sides[1].pace/sides[1].paced, sides[0].pace/sides[0].paced)
	}
	return s, true
}

type side struct {
	turns, faults       int
	length, pace, paced int64
}

func (s *side) add(r *run, turn, faults int) {
	s.turns++
	s.faults += faults
	s.length += spoken(r.c.Turns[turn].Text, r.c.Lang)
	if p, ok := r.pace(turn); ok {
		s.pace, s.paced = s.pace+p, s.paced+1
	}
}

// change returns the change from base to now, per mille.
func change(now, base int64) int {
	if base == 0 {
		return 0
	}
	return int((now - base) * 1000 / base)
}
