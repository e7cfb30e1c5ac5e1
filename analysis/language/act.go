package language

import (
	"slices"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// An actNumber stands for an act while hearing; the numbers follow the order
// of the names.
type actNumber uint16

// noAct is the number of no act.
const noAct = ^actNumber(0)

// actList is the catalogue as hearing needs it.
type actList struct {
	names   []analysis.Act      // by number
	speaker []conversation.Role // by number
	signal  []bool              // by number
	faint   []bool              // by number: found when it is nearly heard, too
}

func newActList(cat *analysis.Catalogue) *actList {
	l := &actList{}
	for _, info := range cat.All() {
		l.names = append(l.names, info.ID)
	}
	slices.Sort(l.names)
	for _, a := range l.names {
		info, _ := cat.Act(a)
		l.speaker = append(l.speaker, info.Speaker())
		l.signal = append(l.signal, info.Kind == analysis.Signal)
		l.faint = append(l.faint, info.Faint)
	}
	return l
}

// number returns the number of an act; ok is false when there is no such act.
func (l *actList) number(a analysis.Act) (n actNumber, ok bool) {
	i, ok := slices.BinarySearch(l.names, a)
	return actNumber(i), ok
}

// set returns the acts as a set; nil when there are none.
func (l *actList) set(acts []analysis.Act) actSet {
	var out actSet
	for _, a := range acts {
		if n, ok := l.number(a); ok {
			out = out.with(n)
		}
	}
	return out
}

// speakers are the roles whose turns are heard.
var speakers = []conversation.Role{conversation.Agent, conversation.Customer}

// speakerOf numbers the speakers.
func speakerOf(r conversation.Role) int {
	if r == conversation.Customer {
		return 1
	}
	return 0
}

// An actSet holds acts, a bit for each.
type actSet []uint64

// with returns the set with n added; s may be changed.
func (s actSet) with(n actNumber) actSet {
	for len(s) <= int(n>>6) {
		s = append(s, 0)
	}
	s[n>>6] |= 1 << (n & 63)
	return s
}

func (s actSet) has(n actNumber) bool { return int(n>>6) < len(s) && s[n>>6]>>(n&63)&1 != 0 }

// meets reports whether the sets share an act.
func (s actSet) meets(o actSet) bool {
	for i := range min(len(s), len(o)) {
		if s[i]&o[i] != 0 {
			return true
		}
	}
	return false
}
