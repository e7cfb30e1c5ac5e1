package language

import (
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/conversation"
)

func TestMarksWhatStandsInQuotations(t *testing.T) {
	e, _ := shipped(t)
	r := reader{s: e.voices[conversation.Chinese].speller}
	for _, c := range []struct{ text, marked string }{ // groups of marks are one token, and not inside
		{"他说“好的”是吗", "...##..."},
		{"“我说“不行”他走”了", ".########.."},
		{"“好”，“行”", ".#.#."},
		{"“我“不行", "....."},
	} {
		var b strings.Builder
		for _, x := range r.read(c.text) {
			if x.kind&isQuoted != 0 {
				b.WriteByte('#')
			} else {
				b.WriteByte('.')
			}
		}
		if b.String() != c.marked {
			t.Errorf("%s is marked %s, want %s", c.text, b.String(), c.marked)
		}
	}
}
