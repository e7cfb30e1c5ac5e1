package redact

import (
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/conversation"
)

// talk is a conversation prepared for looking: the turns as runes.
type talk struct {
	lang  conversation.Lang
	turns []conversation.Turn
	runes [][]rune
}

func newTalk(c conversation.Conversation) *talk {
	t := &talk{lang: c.Lang, turns: c.Turns, runes: make([][]rune, len(c.Turns))}
	for i := range c.Turns {
		t.runes[i] = []rune(c.Turns[i].Text)
	}
	return t
}

// reach is how many code points before something a cue is looked for, in the
// same turn and, from its beginning, in the turns before.
const reach = 48

// before returns up to reach code points that were said before position from
// of a turn, the turns parted by a line feed.
func (t *talk) before(turn, from int) []rune {
	out := t.runes[turn][max(0, from-reach):from]
	for i := turn - 1; i >= 0 && len(out) < reach && turn-i <= 4; i-- {
		said := t.runes[i]
		said = said[max(0, len(said)-(reach-len(out))):]
		out = append(append(append([]rune(nil), said...), '\n'), out...)
	}
	return out
}

// codePoints turns byte positions in text, which must rise, into positions in
// code points, in one walk over the text.
type codePoints struct {
	text         string
	bytes, runes int
}

func (c *codePoints) at(position int) int {
	if position < c.bytes {
		c.bytes, c.runes = 0, 0
	}
	c.runes += utf8.RuneCountInString(c.text[c.bytes:position])
	c.bytes = position
	return c.runes
}
