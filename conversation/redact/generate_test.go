package redact_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/conversation/redact"
)

// maker writes synthetic talks in which it knows every piece of personal data.
// All numbers are made up: resident ids lie in the unassigned region 900000,
// cards begin with a range for tests, names are drawn from lists.
type maker struct {
	r    *rand.Rand
	lang conversation.Lang
	c    conversation.Conversation
	gold []redact.Span

	scenes [][]scripted // of testdata/scenes-*.txt
}

// secret is a part of a turn that must be found.
type secret struct {
	kind redact.Kind
	text string
}

func (m *maker) pick(from ...string) string { return from[m.r.IntN(len(from))] }

func (m *maker) digits(n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(byte('0' + m.r.IntN(10)))
	}
	return b.String()
}

// say adds a turn of literal strings and secrets.
func (m *maker) say(role conversation.Role, parts ...any) {
	var b strings.Builder
	n := 0
	for _, p := range parts {
		text := ""
		switch p := p.(type) {
		case string:
			text = p
		case secret:
			text = p.text
			if text != "" {
				m.gold = append(m.gold, redact.Span{Kind: p.kind, Turn: len(m.c.Turns), From: n, To: n + len([]rune(text))})
			}
		}
		b.WriteString(text)
		n += len([]rune(text))
	}
	m.c.Turns = append(m.c.Turns, conversation.Turn{Role: role, Text: b.String(), Start: -1, End: -1, Confidence: -1})
}

var hanSpoken = map[byte][]string{
	'0': {"零", "零", "洞", "〇"}, '1': {"一", "幺", "幺"}, '2': {"二", "二", "两"}, '3': {"三"}, '4': {"四"}, '5': {"五"}, '6': {"六"}, '7': {"七", "七", "拐"}, '8': {"八"}, '9': {"九"},
	'X': {"X", "x", "叉"},
}

var englishSpoken = map[byte][]string{
	'0': {"zero", "oh", "oh"}, '1': {"one"}, '2': {"two"}, '3': {"three"}, '4': {"four"}, '5': {"five"}, '6': {"six"}, '7': {"seven"}, '8': {"eight"}, '9': {"nine"}, 'X': {"X"},
}

// aloud reads digits out as words.
func (m *maker) aloud(digits string) string {
	var words []string
	for i := 0; i < len(digits); i++ {
		d := digits[i]
		if m.lang == conversation.English {
			if i+1 < len(digits) && digits[i+1] == d && d != 'X' && m.r.IntN(2) == 0 {
				words = append(words, "double "+englishSpoken[d][0])
				i++
				continue
			}
			words = append(words, m.pick(englishSpoken[d]...))
			continue
		}
		if i+2 < len(digits) && digits[i+1] == d && digits[i+2] == d && d != 'X' && m.r.IntN(3) == 0 {
			words = append(words, "三个"+hanSpoken[d][0])
			i += 2
			continue
		}
		words = append(words, m.pick(hanSpoken[d]...))
	}
	if m.lang == conversation.English {
		return strings.Join(words, " ")
	}
	return strings.Join(words, "")
}

// groups cuts digits into three or four pieces.
func (m *maker) groups(digits string) []string {
	var out []string
	for len(digits) > 5 {
		n := 3 + m.r.IntN(2)
		out, digits = append(out, digits[:n]), digits[n:]
	}
	return append(out, digits)
}

// number has the customer tell digits: written, in groups, read out, read out
// with pauses, or piece by piece with the agent humming or echoing.
func (m *maker) number(kind redact.Kind, before, digits, after string) {
	pause, fill := "，", m.pick("，嗯，", "，然后", " ", "…呃，")
	if m.lang == conversation.English {
		pause, fill = ", ", m.pick(", um, ", " then ", "... ", ", and ")
	}
	said := func(join string, read func(string) string) string {
		var parts []string
		for _, g := range m.groups(digits) {
			parts = append(parts, read(g))
		}
		return strings.Join(parts, join)
	}
	written := func(s string) string { return s }
	switch m.r.IntN(8) {
	case 0:
		m.say(conversation.Customer, before, secret{kind, digits}, after)
	case 1:
		m.say(conversation.Customer, before, secret{kind, said(m.pick(" ", "-"), written)}, after)
	case 2, 3:
		m.say(conversation.Customer, before, secret{kind, m.aloud(digits)}, after)
	case 4:
		m.say(conversation.Customer, before, secret{kind, said(pause, m.aloud)}, after)
	case 5:
		m.say(conversation.Customer, before, secret{kind, said(fill, m.aloud)}, after)
	default:
		pieces := m.groups(digits)
		read, echo := m.aloud, m.r.IntN(2) == 0
		if m.r.IntN(3) == 0 {
			read = written
		}
		for i, p := range pieces {
			lead, tail := "", ""
			if i == 0 {
				lead = before
			}
			if i == len(pieces)-1 {
				tail = after
			} else if m.r.IntN(2) == 0 {
				tail = strings.TrimSpace(pause)
			}
			m.say(conversation.Customer, lead, secret{kind, read(p)}, tail)
			if i == len(pieces)-1 {
				break
			}
			switch {
			case echo && m.lang == conversation.English:
				m.say(conversation.Agent, secret{kind, m.aloud(p)}, m.pick(", okay.", ", go on.", "."))
			case echo:
				m.say(conversation.Agent, secret{kind, m.aloud(p)}, m.pick("，嗯。", "，您继续。", "。"))
			case m.lang == conversation.English:
				m.say(conversation.Agent, m.pick("Mm-hmm.", "Okay.", "Go ahead.", "Yes?"))
			default:
				m.say(conversation.Agent, m.pick("嗯。", "好的，您继续。", "您请说。", "对。"))
			}
		}
		if echo { // the last piece is not echoed; what was is still the number's
			return
		}
	}
}

func (m *maker) residentID() string {
	base := "900000" + fmt.Sprintf("%04d%02d%02d", 1950+m.r.IntN(55), 1+m.r.IntN(12), 1+m.r.IntN(28)) + m.digits(3)
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * int(base[i]-'0')
	}
	return base + string("10X98765432"[sum%11])
}

func (m *maker) card() string {
	base := m.pick("411111", "622202", "356600") + m.digits(m.pickInt(9, 9, 12))
	sum := 0
	for i := range len(base) {
		d := int(base[len(base)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return base + string(byte('0'+(10-sum%10)%10))
}

func (m *maker) pickInt(from ...int) int { return from[m.r.IntN(len(from))] }

// talk makes one talk of several exchanges, secrets and near misses mixed.
func (m *maker) talk() {
	m.c = conversation.Conversation{ID: "t", Lang: m.lang, Channel: conversation.Phone, Direction: conversation.Inbound}
	scenes := chineseScenes
	if m.lang == conversation.English {
		scenes = englishScenes
	}
	for range 4 {
		if len(m.scenes) > 0 && m.r.IntN(2) == 0 {
			m.scene(m.scenes[m.r.IntN(len(m.scenes))])
		} else {
			scenes[m.r.IntN(len(scenes))](m)
		}
	}
	slices.SortFunc(m.gold, func(a, b redact.Span) int { return (a.Turn-b.Turn)*100_000 + a.From - b.From })
}
