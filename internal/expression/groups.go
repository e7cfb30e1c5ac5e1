package expression

import (
	"regexp/syntax"
	"unicode/utf8"
)

// groups finds what the parts in parentheses of a match hold, by trying its
// program in regexp's order of preference; no place is tried twice.
type groups struct {
	program *syntax.Prog
	tried   []uint64 // a bit for each instruction and each byte of the match
	jobs    []job
}

// job is an instruction to try at a place, or an older end of a part to put
// back.
type job struct {
	pc   uint32
	at   int
	slot int // to put back at into; -1: none
}

// Groups returns the places, in bytes of text, of the match of expression i
// that is bytes [start, end) and of its parts, as FindStringSubmatchIndex
// does, in the memory of into. The match is one that Find returns.
func (f *Finder) Groups(i int, text string, start, end int, into []int) []int {
	if f.groups[i].program == nil {
		f.groups[i].program = f.set.expressions[i].forward
	}
	return f.groups[i].find(text, start, end, into[:0])
}

func (g *groups) find(text string, start, end int, into []int) []int {
	for range g.program.NumCap {
		into = append(into, -1)
	}
	width := end - start + 1
	need := (len(g.program.Inst)*width + 63) / 64
	if cap(g.tried) < need {
		g.tried = make([]uint64, need)
	}
	g.tried = g.tried[:need]
	clear(g.tried)
	g.jobs = append(g.jobs[:0], job{uint32(g.program.Start), start, -1})
	for len(g.jobs) > 0 {
		j := g.jobs[len(g.jobs)-1]
		g.jobs = g.jobs[:len(g.jobs)-1]
		if j.slot >= 0 {
			into[j.slot] = j.at
			continue
		}
		if g.follow(text, j.pc, j.at, start, end, into) {
			break
		}
	}
	into[0], into[1] = start, end
	return into
}

// follow goes on from pc until it fails or the match is complete.
func (g *groups) follow(text string, pc uint32, at, start, end int, into []int) bool {
	for at <= end {
		bit := int(pc)*(end-start+1) + at - start
		if g.tried[bit>>6]>>(bit&63)&1 != 0 {
			return false
		}
		g.tried[bit>>6] |= 1 << (bit & 63)
		in := &g.program.Inst[pc]
		switch in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			g.jobs = append(g.jobs, job{in.Arg, at, -1})
		case syntax.InstCapture:
			if slot := int(in.Arg); slot < len(into) {
				g.jobs = append(g.jobs, job{0, into[slot], slot})
				into[slot] = at
			}
		case syntax.InstEmptyWidth:
			before, after := rune(-1), rune(-1)
			if at > 0 {
				before, _ = utf8.DecodeLastRuneInString(text[:at])
			}
			if at < len(text) {
				after, _ = utf8.DecodeRuneInString(text[at:])
			}
			if syntax.EmptyOp(in.Arg)&^syntax.EmptyOpContext(before, after) != 0 {
				return false
			}
		case syntax.InstMatch:
			if at == end {
				return true
			}
			return false
		case syntax.InstFail:
			return false
		case syntax.InstNop:
		default:
			if at == end {
				return false
			}
			c, size := utf8.DecodeRuneInString(text[at:])
			if !in.MatchRune(c) {
				return false
			}
			at += size
		}
		pc = in.Out
	}
	return false
}
