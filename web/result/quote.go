package result

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// longest is how many code points a quoted sentence may have; of a longer one
// the clause is quoted.
const longest = 60

// quote returns the sentence or clause of the agent that speaks best for an
// item; "" when none does without a remark beside it.
func (s Source) quote(it *score.Item) string {
	best := ""
	for _, e := range it.Evidence {
		info, _ := s.Acts.Act(e.Act)
		if e.Turn < 0 || e.Turn >= len(s.Conversation.Turns) || e.Turn != e.ToTurn || e.To <= e.From ||
			s.Conversation.Turns[e.Turn].Role != conversation.Agent || info.Kind != analysis.Technique {
			continue
		}
		text := []rune(s.Conversation.Turns[e.Turn].Text)
		for _, stops := range []string{"。！？；!?;.\n", "。！？；!?;.\n，,"} {
			from, to := around(text, e.From, e.To, stops)
			if s.remarked(e.Turn, from, to) || to-from > longest && !strings.Contains(stops, ",") {
				continue
			}
			if w := trim(s.cut(e.Turn, from, to)); utf8.RuneCountInString(w) > utf8.RuneCountInString(best) {
				best = w
			}
			break
		}
	}
	return best
}

// around widens [from,to) to the nearest stops on either side, without them.
func around(text []rune, from, to int, stops string) (int, int) {
	from, to = min(max(0, from), len(text)), min(max(0, to), len(text))
	for from > 0 && !stop(text, from-1, stops) {
		from--
	}
	for to < len(text) && !stop(text, to, stops) && (to == from || !stop(text, to-1, stops)) {
		to++
	}
	return from, to
}

// stop reports whether text ends a sentence or clause at a code point. A dot
// or a comma within a number or a name does not.
func stop(text []rune, at int, stops string) bool {
	if !strings.ContainsRune(stops, text[at]) {
		return false
	}
	within := text[at] == '.' || text[at] == ','
	return !within || at+1 == len(text) || unicode.IsSpace(text[at+1])
}

// remarked reports whether an item that was not fully met speaks of words
// within [from,to) of a turn.
func (s Source) remarked(turn, from, to int) bool {
	for i := range s.Result.Items {
		it := &s.Result.Items[i]
		if it.Verdict != scorecard.Missed && it.Verdict != scorecard.Partly {
			continue
		}
		for _, e := range it.Evidence {
			if e.To == e.From || turn < e.Turn || turn > e.ToTurn {
				continue
			}
			if e.Turn != e.ToTurn || e.From < to && from < e.To {
				return true
			}
		}
	}
	return false
}

// earned reports whether e is what earned a partly met item its points, not
// what it lacks.
func (s Source) earned(it *score.Item, e score.Evidence) bool {
	info, ok := s.Acts.Act(e.Act)
	return ok && it.Verdict == scorecard.Partly && info.Kind == analysis.Technique
}

func trim(words string) string { return strings.Trim(words, "。，！？；,.!?; \n") }

// unnumbered cuts the number of a section from a title: "六、提出方案",
// "3 Encourages to let it out".
func unnumbered(title string) string {
	rest := strings.TrimLeft(title, "一二三四五六七八九十")
	if cut, ok := strings.CutPrefix(rest, "、"); ok && rest != title {
		return strings.TrimSpace(cut)
	}
	rest = strings.TrimLeft(title, "0123456789")
	if rest == title {
		return title
	}
	for _, mark := range []string{"、", ". ", ") "} {
		if cut, ok := strings.CutPrefix(rest, mark); ok {
			return strings.TrimSpace(cut)
		}
	}
	if cut, ok := strings.CutPrefix(rest, " "); ok {
		if first, _ := utf8.DecodeRuneInString(cut); unicode.IsUpper(first) {
			return cut
		}
	}
	return title
}
