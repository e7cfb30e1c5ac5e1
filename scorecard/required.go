package scorecard

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
)

// most bounds the texts that stand for one expression.
const most = 96

// required returns groups of folded texts: of each group one stands in
// everything that the expression matches, in the order of the groups. It is
// nil when there are none worth looking for.
func required(pattern string) [][]string {
	re, err := syntax.Parse(pattern, syntax.Perl|syntax.FoldCase)
	if err != nil {
		return nil
	}
	all := requiredInOrder(re.Simplify())
	var rarest []string
	for _, g := range all {
		rarest = better(rarest, g)
	}
	out := all[:0]
	for _, g := range all {
		if frequency(g) > telling && frequency(g) != frequency(rarest) {
			continue
		}
		for i := range g {
			g[i] = strings.Map(Fold, g[i])
		}
		out = append(out, g)
	}
	return out
}

// telling is how frequent the texts of a group may be, beside the rarest group,
// to be worth looking for.
const telling = 100

// requiredInOrder opens a sequence: what lies between two gaps is one group.
func requiredInOrder(re *syntax.Regexp) [][]string {
	switch re.Op {
	case syntax.OpCapture:
		return requiredInOrder(re.Sub[0])
	case syntax.OpConcat:
	default:
		if one := requiredOf(re); one != nil {
			return [][]string{one}
		}
		return nil
	}
	var out [][]string
	for from := 0; from < len(re.Sub); {
		to := from
		for to < len(re.Sub) && exact(re.Sub[to]) && requiredOf(re.Sub[to]) != nil {
			to++
		}
		if to > from {
			out = append(out, requiredOfConcat(re.Sub[from:to]))
		} else {
			to = from + 1
			out = append(out, requiredInOrder(re.Sub[from])...)
		}
		from = to
	}
	return out
}

func requiredOf(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{string(re.Rune)}
	case syntax.OpCharClass:
		return classOf(re)
	case syntax.OpCapture, syntax.OpPlus:
		return requiredOf(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return requiredOf(re.Sub[0])
		}
	case syntax.OpAlternate:
		var out []string
		for _, sub := range re.Sub {
			one := requiredOf(sub)
			if one == nil || len(out)+len(one) > most {
				return nil
			}
			out = append(out, one...)
		}
		return out
	case syntax.OpConcat:
		return requiredOfConcat(re.Sub)
	}
	return nil
}

// requiredOfConcat takes the part that says most. A small class beside a
// literal is multiplied out, so that prefixes factored out of an alternation
// come together again.
func requiredOfConcat(subs []*syntax.Regexp) []string {
	var best, run []string
	for _, sub := range subs {
		one := requiredOf(sub)
		plain := sub.Op == syntax.OpLiteral || sub.Op == syntax.OpCharClass || sub.Op == syntax.OpCapture || sub.Op == syntax.OpAlternate
		switch {
		case one == nil:
			run = nil
			continue
		case plain && exact(sub) && run != nil && len(run)*len(one) <= most:
			run = product(run, one)
		case exact(sub):
			run = one
		default:
			run = nil
			best = better(best, one)
			continue
		}
		best = better(best, run)
	}
	return best
}

// exact reports whether the expression matches just the texts required of it.
func exact(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral, syntax.OpCharClass:
		return true
	case syntax.OpCapture:
		return exact(re.Sub[0])
	case syntax.OpAlternate, syntax.OpConcat:
		for _, sub := range re.Sub {
			if sub.Op != syntax.OpLiteral && sub.Op != syntax.OpCharClass {
				return false
			}
		}
		return re.Op == syntax.OpAlternate
	}
	return false
}

func product(a, b []string) []string {
	out := make([]string, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			out = append(out, x+y)
		}
	}
	return out
}

// better prefers the list that is found less often.
func better(a, b []string) []string {
	if a == nil || b != nil && frequency(b) < frequency(a) {
		return b
	}
	return a
}

// frequency guesses how often one of the texts stands in a conversation: one
// Han character is frequent, a pronoun or 是 very, two together are rare.
func frequency(list []string) int {
	sum := 0
	for _, s := range list {
		switch {
		case len(s) <= 3 && strings.ContainsAny(s, "的是我你您他她有不了在为一"):
			sum += 100
		case len(s) == 1:
			sum += 90
		case len(s) == 2:
			sum += 60
		case len(s) == 3:
			sum += 10
		case len(s) <= 5:
			sum += 3
		default:
			sum++
		}
	}
	return sum
}

// classOf lists a small class, one character each, folded.
func classOf(re *syntax.Regexp) []string {
	var out []string
	for i := 0; i < len(re.Rune); i += 2 {
		if re.Rune[i+1]-re.Rune[i] > most {
			return nil
		}
		for c := re.Rune[i]; c <= re.Rune[i+1]; c++ {
			if s := string(Fold(c)); !unicode.IsUpper(c) && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
		if len(out) > 24 {
			return nil
		}
	}
	return out
}
