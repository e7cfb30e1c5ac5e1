package scenario

import (
	"slices"
	"strings"
	"unicode"

	"github.com/lianxi-cc/lianxi/conversation"
)

// leastForeign is how much of content a summary must have before it can be of
// something else: when less than a third of it belongs to the matter.
const leastForeign = 4

// misheard returns what is wrong with a summary of the customer's case:
// "number" when it reads back a number that is not his, "matter" when it
// speaks of something else altogether, "" when he can say yes to it.
func (c *Call) misheard(h *heard) string {
	said := c.summaries(h)
	if said == "" {
		return ""
	}
	if c.vocabulary == nil {
		c.vocabulary, c.numbers = c.matter()
	}
	for n := range strings.FieldsFuncSeq(said, func(r rune) bool { return !unicode.IsDigit(r) }) {
		if len(n) >= 4 && !strings.Contains(c.numbers, n) {
			return "number"
		}
	}
	units := contentUnits(said, c.sc.Lang)
	shared := 0
	for _, u := range units {
		if c.vocabulary[u] {
			shared++
		}
	}
	if len(units) < leastForeign || shared*3 >= len(units) {
		return ""
	}
	return "matter"
}

// summaries returns the sentences that give back his words, normalised, or
// the whole turn when only the language engine says that it restates.
func (c *Call) summaries(h *heard) string {
	var b strings.Builder
	for s := range agentSentences(h.text) {
		if n := normalise(s, c.sc.Lang); c.any(c.sc.manners.common.Summing, n) {
			b.WriteString(n)
		}
	}
	if b.Len() == 0 {
		return h.norm
	}
	return b.String()
}

// matter returns the words of this form that a summary of it could hold, and
// all its numbers.
func (c *Call) matter() (map[string]bool, string) {
	texts := []string{c.sc.Title, c.sc.Summary}
	for _, co := range c.sc.Concerns {
		texts = append(append(texts, co.Label), co.Raise.All()...)
		for _, p := range co.Points {
			texts = append(append(append(texts, p.Label), p.Says...), p.Asks.All()...)
		}
	}
	for _, f := range c.sc.Knows {
		texts = append(append(append(texts, f.Label), f.Asked...), f.Tells.All()...)
	}
	for _, w := range c.sc.Lines {
		texts = append(texts, w.All()...)
	}
	for _, v := range c.form.Slots {
		texts = append(texts, v)
	}
	card := c.Card()
	for _, e := range card.Card {
		texts = append(texts, e.Label, e.Value)
	}
	for _, r := range card.Orders {
		texts = append(texts, r.Title)
		for _, e := range r.Entries {
			texts = append(texts, e.Label, e.Value)
		}
	}
	for _, a := range card.Articles {
		texts = append(texts, a.Title, a.Text)
	}
	words := map[string]bool{}
	var numbers strings.Builder
	for _, t := range texts {
		n := normalise(c.form.Fill(t), c.sc.Lang)
		for _, u := range contentUnits(n, c.sc.Lang) {
			words[u] = true
		}
		numbers.WriteString(n + " ")
	}
	return words, numbers.String()
}

// contentUnits returns what of a normalised text carries meaning: pairs of
// characters in Chinese, the beginnings of longer words in English, without
// what any summary has.
func contentUnits(norm string, lang conversation.Lang) []string {
	var out []string
	if lang == conversation.English {
		for w := range strings.FieldsSeq(norm) {
			if len(w) >= 4 && !slices.Contains(emptyEnglish(), w) {
				out = append(out, w[:min(len(w), 5)])
			}
		}
		return out
	}
	var last rune
	for _, r := range norm {
		if !unicode.Is(unicode.Han, r) {
			last = 0
			continue
		}
		if last != 0 && !emptyHan(last) && !emptyHan(r) {
			out = append(out, string([]rune{last, r}))
		}
		last = r
	}
	return out
}

// emptyHan reports a character that stands in any summary.
func emptyHan(r rune) bool {
	return strings.ContainsRune("您你我他她它们的了是说对吗吧呢啊呀嘛意思就也还都这那个么样想要有没不在和跟把被让给会能可以到来去请问好确认核复述理解明白清楚情况一下", r)
}

func emptyEnglish() []string {
	return []string{"about", "again", "also", "back", "been", "before", "called", "calling", "check", "confirm", "correct", "could", "does", "from", "going", "have",
		"haven", "havent", "having", "help", "here", "into", "just", "know", "like", "make", "mean", "meaning", "moment", "much", "need", "okay", "over", "please",
		"repeat", "right", "said", "saying", "should", "some", "sorry", "sure", "tell", "telling", "than", "thank", "thanks", "that", "thats", "their", "them", "then",
		"there", "they", "theyre", "this", "told", "understand", "understood", "very", "want", "wanted", "well", "were", "what", "when", "where", "which",
		"will", "with", "would", "wouldnt", "your", "youre", "yours", "youve"}
}
