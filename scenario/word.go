package scenario

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/conversation"
)

// move is what the customer does: the behaviour, the worded line, and how the
// call ends with it, if it does.
type move struct {
	behaviour string
	text      string
	end       Ending
	free      bool // this turn is not counted as wasted time
}

// line words a behaviour about ref ("tell", "light"). The wordings of the
// place itself (own) come first, then the scenario's for "tell:light" and for
// "tell", then the common ones. It reports false when all are used up, and
// marks what it takes as used.
func (c *Call) line(key, ref string, own *Wordings) (move, bool) {
	text, ok := c.word(key, ref, own)
	return move{behaviour: name(key, ref), text: text}, ok
}

func name(key, ref string) string {
	if ref == "" {
		return key
	}
	return key + ":" + ref
}

func (c *Call) word(key, ref string, own *Wordings) (string, bool) {
	if own != nil {
		if text, ok := c.pickAny(*own); ok {
			return text, true
		}
	}
	for _, lines := range []map[string]Wordings{c.sc.Lines, c.sc.customs} {
		for _, k := range []string{name(key, ref), key} {
			w, found := lines[k]
			if !found {
				continue
			}
			if text, ok := c.pick(w); ok {
				return text, true
			}
		}
	}
	return "", false
}

// pick chooses among the unused wordings of the present band, then of the
// neighbouring ones.
func (c *Call) pick(w Wordings) (string, bool) {
	for _, band := range w.bands(c.mood.Band()) {
		var fresh []string
		for _, list := range band {
			for _, text := range list {
				if text = c.form.Fill(text); c.fresh(text) {
					fresh = append(fresh, text)
				}
			}
		}
		if len(fresh) > 0 {
			text := fresh[c.rng.IntN(len(fresh))]
			c.markUsed(text)
			return text, true
		}
	}
	return "", false
}

// pickAny is pick for what must be said somehow: a caller in a rage still says
// why he calls, if only in the calm words that his author gave him.
func (c *Call) pickAny(w Wordings) (string, bool) {
	if text, ok := c.pick(w); ok {
		return text, true
	}
	return c.pick(Wordings{Any: slices.Concat(w.Calm, w.Hot)})
}

// bands returns the lists to try in turn.
func (w Wordings) bands(b Band) [][][]string {
	switch b {
	case Calm:
		return [][][]string{{w.Calm, w.Any}, {w.Tense}}
	case Tense:
		return [][][]string{{w.Tense, w.Any}, {w.Calm}, {w.Hot}}
	}
	return [][][]string{{w.Hot, w.Any}, {w.Tense}}
}

// fresh reports whether no sentence of text was said before in this call,
// whatever its signs and capitals.
func (c *Call) fresh(text string) bool {
	for s := range sentences(text) {
		if c.used[s] {
			return false
		}
	}
	return true
}

func (c *Call) markUsed(text string) {
	for s := range sentences(text) {
		c.used[s] = true
	}
}

// sentences yields the sentences of text, folded to small letters and digits.
// One without any, such as “……”, is yielded as it stands.
func sentences(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for text != "" {
			s := text
			if i := strings.IndexAny(text, "。！？!?\n"); i >= 0 {
				s = text[:i]
			}
			if i := strings.Index(s, ". "); i >= 0 {
				s = s[:i]
			}
			text = strings.TrimLeft(text[len(s):], "。！？!?.\n ")
			if s = folded(s); s != "" && !yield(s) {
				return
			}
		}
	}
}

func folded(s string) string {
	f := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
	if f == "" {
		return strings.TrimSpace(s)
	}
	return f
}

// join appends more to the line, as one breath.
func (c *Call) join(text, more string) string {
	switch {
	case text == "" || more == "":
		return text + more
	case c.sc.Lang == conversation.English:
		return text + " " + more
	}
	if last, _ := utf8.DecodeLastRuneInString(text); unicode.IsLetter(last) || unicode.IsDigit(last) {
		return text + "，" + more
	}
	return text + more
}
