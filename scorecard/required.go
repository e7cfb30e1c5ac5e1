package scorecard

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// most bounds the texts of a clue.
const most = 256

// endless is more characters than anything has.
const endless = 1 << 24

// clue is texts of which one stands in everything that an expression matches:
// it begins from least to most characters after the match begins.
type clue struct {
	texts       []string
	least, most int // most is at most endless
}

// behind returns the clue of something that begins so many characters later.
func (c clue) behind(w width) clue {
	return clue{c.texts, min(endless, c.least+w.least), min(endless, c.most+w.most)}
}

// required returns the clues of an expression, folded, in the order in which
// they stand. It is nil when there are none worth looking for.
func required(pattern string) []clue {
	re, err := syntax.Parse(pattern, syntax.Perl|syntax.FoldCase)
	if err != nil {
		return nil
	}
	all := requiredInOrder(re.Simplify())
	var rarest clue
	for _, c := range all {
		rarest = better(rarest, c)
	}
	out := all[:0]
	for _, c := range all {
		if frequency(c.texts) > telling && frequency(c.texts) != frequency(rarest.texts) {
			continue
		}
		c.texts = withoutLonger(c.texts)
		out = append(out, c)
	}
	return out
}

// withoutLonger sorts texts and leaves out those that begin with another.
func withoutLonger(texts []string) []string {
	slices.Sort(texts)
	out := texts[:1]
	for _, s := range texts[1:] {
		if !strings.HasPrefix(s, out[len(out)-1]) {
			out = append(out, s)
		}
	}
	return out
}

// telling is how frequent the texts of a clue may be, beside the rarest clue,
// to be worth looking for.
const telling = 100

// requiredInOrder opens a sequence: what lies between two gaps is one clue.
func requiredInOrder(re *syntax.Regexp) []clue {
	switch re.Op {
	case syntax.OpCapture:
		return requiredInOrder(re.Sub[0])
	case syntax.OpConcat:
	default:
		if one := requiredOf(re); one.texts != nil {
			return []clue{one}
		}
		return nil
	}
	var out []clue
	var at width // of what stands before
	for from := 0; from < len(re.Sub); {
		to := from
		for to < len(re.Sub) && exactly(re.Sub[to]) != nil {
			to++
		}
		if to > from {
			if one := requiredOfConcat(re.Sub[from:to]); one.texts != nil {
				out = append(out, one.behind(at))
			}
		} else {
			to = from + 1
			for _, c := range requiredInOrder(re.Sub[from]) {
				out = append(out, c.behind(at))
			}
		}
		for _, sub := range re.Sub[from:to] {
			at = at.and(widthOf(sub))
		}
		from = to
	}
	return out
}

// requiredOf returns the clue of an expression that says most; without texts
// when there is none.
func requiredOf(re *syntax.Regexp) clue {
	if all := exactly(re); all != nil && !slices.ContainsFunc(all, saysNothing) {
		return clue{texts: all}
	}
	switch re.Op {
	case syntax.OpCapture, syntax.OpPlus:
		return requiredOf(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return requiredOf(re.Sub[0])
		}
	case syntax.OpAlternate:
		return requiredOfEither(re.Sub)
	case syntax.OpConcat:
		return requiredOfConcat(re.Sub)
	}
	return clue{}
}

// requiredOfEither joins the clues of alternatives.
func requiredOfEither(subs []*syntax.Regexp) clue {
	out := clue{least: endless}
	for _, sub := range subs {
		one := requiredOf(sub)
		if one.texts == nil || len(out.texts)+len(one.texts) > most {
			return clue{}
		}
		out = clue{append(out.texts, one.texts...), min(out.least, one.least), max(out.most, one.most)}
	}
	return out
}

// requiredOfConcat takes the part that says most. Neighbours of which all
// texts are known are multiplied out.
func requiredOfConcat(subs []*syntax.Regexp) clue {
	var best, run clue
	var at width // of what stands before
	for _, sub := range subs {
		all := exactly(sub)
		switch {
		case all == nil:
			run = clue{}
			best = better(best, requiredOf(sub).behind(at))
		case run.texts != nil && len(run.texts)*len(all) <= most:
			run.texts = product(run.texts, all)
		default:
			run = clue{texts: all}.behind(at)
		}
		if !slices.ContainsFunc(run.texts, saysNothing) {
			best = better(best, run)
		}
		at = at.and(widthOf(sub))
	}
	return best
}

// edge stands in a text of a clue where a word begins or ends, as \b says.
const edge = '\b'

// saysNothing reports whether a text of a clue holds no character.
func saysNothing(text string) bool { return strings.Trim(text, string(edge)) == "" }

// exactly returns all texts that an expression matches, folded; nil when they
// are many, or unknown.
func exactly(re *syntax.Regexp) (out []string) {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{strings.Map(Fold, string(re.Rune))}
	case syntax.OpCharClass:
		return classOf(re)
	case syntax.OpWordBoundary:
		return []string{string(edge)}
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpNoWordBoundary:
		return []string{""}
	case syntax.OpCapture:
		return exactly(re.Sub[0])
	case syntax.OpQuest:
		if one := exactly(re.Sub[0]); one != nil && len(one) < most {
			return append(slices.Clip(one), "")
		}
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			one := exactly(sub)
			if one == nil || len(out)+len(one) > most {
				return nil
			}
			out = append(out, one...)
		}
	case syntax.OpConcat:
		out = []string{""}
		for _, sub := range re.Sub {
			one := exactly(sub)
			if one == nil || len(out)*len(one) > most {
				return nil
			}
			out = product(out, one)
		}
	}
	return out
}

// width is how many characters an expression matches, from least to most,
// which is at most endless.
type width struct{ least, most int }

func (w width) and(other width) width {
	return width{min(endless, w.least+other.least), min(endless, w.most+other.most)}
}

func widthOf(re *syntax.Regexp) (w width) {
	switch re.Op {
	case syntax.OpLiteral:
		return width{len(re.Rune), len(re.Rune)}
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return width{1, 1}
	case syntax.OpCapture:
		return widthOf(re.Sub[0])
	case syntax.OpStar:
		return width{0, endless}
	case syntax.OpPlus:
		return width{widthOf(re.Sub[0]).least, endless}
	case syntax.OpQuest:
		return width{0, widthOf(re.Sub[0]).most}
	case syntax.OpRepeat:
		one := widthOf(re.Sub[0])
		w = width{min(endless, re.Min*one.least), endless}
		if re.Max >= 0 {
			w.most = min(endless, re.Max*one.most)
		}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			w = w.and(widthOf(sub))
		}
	case syntax.OpAlternate:
		w.least = endless
		for _, sub := range re.Sub {
			one := widthOf(sub)
			w = width{min(w.least, one.least), max(w.most, one.most)}
		}
	}
	return w
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

// better prefers the clue that is found less often.
func better(a, b clue) clue {
	if a.texts == nil || b.texts != nil && frequency(b.texts) < frequency(a.texts) {
		return b
	}
	return a
}

// frequency guesses how often one of the texts stands in ten conversations.
func frequency(list []string) int {
	sum := 0
	for _, s := range list {
		n := frequencyOf(strings.Trim(s, " "+string(edge)))
		if strings.ContainsRune(s, edge) {
			n = n/4 + 1
		}
		sum += n
	}
	return sum
}

func frequencyOf(s string) int {
	first, size := utf8.DecodeRuneInString(s)
	switch {
	case s == "":
		return 10_000
	case size == len(s) && unicode.IsDigit(first):
		return 40
	case size == len(s) && first < utf8.RuneSelf:
		return 2000
	case size == len(s) && strings.ContainsRune(frequentCharacters, first):
		return 300
	case len(s) == 2 || slices.Contains(frequentWords, s):
		return 200
	case len(s) == 3: // one Han character
		return 10
	case len(s) <= 5:
		return 3
	}
	return 1
}

// Characters and words that stand in every other turn.
const frequentCharacters = "。的是我你您他她有不了在为一"

var frequentWords = []string{"the", "you", "your", "that", "this", "for", "and", "one", "our", "her", "can", "not", "all", "out", "what", "have", "was", "with",
	"it's", "i'm", "his", "are", "but", "will", "like"}

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
