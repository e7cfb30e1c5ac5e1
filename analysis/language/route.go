package language

import (
	"math"
	"slices"
)

// A route is a way to find the matches of a wording in a text: every match
// has one of the runs in it, min to max tokens after its start, and one token
// of each set of needs anywhere. A wording has a route for each alternative at
// its top.
type route struct {
	runs     []run
	min, max int
	needs    [][]uint16
	mark     uint8   // what must be marked of the token it begins with
	cost     float64 // attempts expected for a token of text
}

// maxRun is how long runs are made, in tokens; maxRuns how many there may be
// before they are made shorter.
const (
	maxRun  = 3
	maxRuns = 200
)

// usage guesses how often tokens are said: as often as wordings speak of them.
// A wrong guess costs time and changes nothing that is heard.
type usage struct {
	symbols *symbols
	count   []float64
	total   float64
	seen    []int // by symbol: the last wording with it, from 1
}

// add counts the tokens of wording i, each once.
func (u *usage) add(n *node, i int) {
	if n.op == opToken {
		if sym := u.symbols.of(n.id); u.seen[sym] != i+1 {
			u.seen[sym] = i + 1
			u.count[sym]++
			u.total++
		}
	}
	for _, k := range n.kids {
		u.add(k, i)
	}
}

// of returns the chance that a run begins at a token. Words that follow one
// another in a wording belong together: they are likelier than by chance.
func (u *usage) of(run []uint16) float64 {
	const together = 15
	p := (u.count[run[0]] + 0.5) / u.total
	for _, sym := range run[1:] {
		p *= math.Min(1, together*(u.count[sym]+0.5)/u.total)
	}
	return p
}

// routesOf returns the routes of a wording that must begin with known tokens.
func (u *usage) routesOf(n *node) []route {
	switch n.op {
	case opAlt:
		var out []route
		for _, k := range n.kids {
			out = append(out, u.routesOf(k)...)
		}
		return out
	case opSeq:
		if kids := flat(n.kids); len(kids) > 1 || kids[0].op != opAlt {
			return []route{u.best(kids)}
		}
		return u.routesOf(flat(n.kids)[0])
	}
	return []route{u.best([]*node{n})}
}

// best returns the route over the part of a sequence that is said least often.
func (u *usage) best(kids []*node) route {
	best, at := route{cost: math.Inf(1)}, 0
	least, most := 0, 0
	for k := range kids {
		r := route{runs: u.runs(kids[k:]), min: least, max: most}
		for _, x := range r.runs {
			if x.size() == 0 {
				r.cost = math.Inf(1)
				break
			}
			r.cost += u.of(x.syms())
		}
		r.cost *= 1 + 0.3*float64(most-least)
		if r.cost < best.cost {
			best, at = r, k
		}
		a, b := kids[k].width()
		least, most = least+a, most+b
	}
	if math.IsInf(best.cost, 1) { // too many runs everywhere: by its first token
		best.cost = 1
		first, _ := firstOf(&node{op: opSeq, kids: kids})
		for _, sym := range u.symbols.all(first) {
			best.runs = append(best.runs, run{sym})
		}
	}
	best.needs, best.mark = u.needs(kids, at, best.cost), markOf(kids)
	return best
}

// markOf returns what must be marked of the token that a sequence begins with.
func markOf(kids []*node) uint8 {
	switch kids[0].op {
	case opStart:
		return clauseStart
	case opBegin:
		return turnStart
	}
	return 0
}

// needs returns up to two sets of which every match holds a token, outside
// the run that begins at kids[at], as far as they are worth asking for.
func (u *usage) needs(kids []*node, at int, cost float64) [][]uint16 {
	const turn, worth = 25, 0.0005 // tokens of a turn; attempts saved in one
	var out [][]uint16
	var chance []float64
	inRun := false
	for k, n := range kids {
		inRun = k == at || inRun && n.op != opGap && n.op != opWideGap && n.op != opOptional && n.op != opClass
		least, _ := n.width()
		first, ok := firstOf(n)
		if inRun || least == 0 || !ok || n.op != opToken && n.op != opAlt {
			continue
		}
		set, p := u.symbols.all(first), 0.0
		for _, sym := range set {
			p += turn * (u.count[sym] + 0.5) / u.total
		}
		if turn*cost*(1-p) < worth {
			continue
		}
		i := len(out)
		for i > 0 && chance[i-1] > p {
			i--
		}
		out = append(out[:i:i], append([][]uint16{set}, out[i:]...)...)
		chance = append(chance[:i:i], append([]float64{p}, chance[i:]...)...)
	}
	return out[:min(len(out), 2)]
}

// runs returns the runs of tokens with which a match of the sequence begins:
// each begins with one of them. One that is empty stands for any token.
func (u *usage) runs(kids []*node) []run {
	open, done := u.extend(&node{op: opSeq, kids: kids}, []run{{}}, maxRuns)
	out := append(done[:len(done):len(done)], open...)
	seen := make(map[run]bool, len(out))
	return slices.DeleteFunc(out, func(r run) bool {
		twice := seen[r]
		seen[r] = true
		return twice
	})
}

// A run is a few symbols that follow one another; 0 is where it ends.
type run [maxRun]uint16

// syms returns the symbols of r.
func (r *run) syms() []uint16 { return r[:r.size()] }

func (r *run) size() int {
	for n, sym := range r {
		if sym == 0 {
			return n
		}
	}
	return maxRun
}

// extend adds the words of n to the open runs. What comes out as done can
// grow no more.
func (u *usage) extend(n *node, in []run, most int) (open, done []run) {
	if len(in) == 0 {
		return nil, nil
	}
	switch n.op {
	case opToken:
		sym := u.symbols.of(n.id)
		for _, r := range in {
			at := r.size()
			r[at] = sym
			if sym == 0 || at == maxRun-1 {
				done = append(done, r)
			} else {
				open = append(open, r)
			}
		}
		return open, done
	case opSeq:
		open = in
		for _, k := range n.kids {
			more, end := u.extend(k, open, most-len(done))
			open, done = more, append(done, end...)
		}
		return open, done
	case opAlt, opOptional:
		if n.op == opOptional {
			open = append(open, in...)
		}
		for _, k := range n.kids {
			more, end := u.extend(k, in, most)
			open, done = append(open, more...), append(done, end...)
			if len(open)+len(done) > most {
				return nil, in // too many: they stay as short as they are
			}
		}
		return open, done
	case opGap, opWideGap, opClass:
		return nil, in
	}
	return in, nil
}
