package scenario

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// Brief is all that somebody needs to know who words a customer's line anew:
// who speaks, in which mood, what he does, the line as it stands and what has
// been told already. What he withholds is not in it, nor what the agent said.
type Brief struct {
	Lang      conversation.Lang
	Channel   conversation.Channel
	Customer  Customer
	Title     string // what the call is about
	Mood      Mood
	Behaviour string
	Line      string
	Told      []string // facts that he may mention: he told them before
}

// Brief describes the customer's last turn. It reports false when there is
// none, or none made of words.
func (c *Call) Brief() (Brief, bool) {
	line, ok := c.lastLine()
	if bare, _, _ := strings.Cut(c.last, ":"); !ok || bare == "silent" || !strings.ContainsFunc(line.Text, unicode.IsLetter) {
		return Brief{}, false
	}
	b := Brief{Lang: c.sc.Lang, Channel: c.sc.Channel, Customer: c.sc.Customer, Title: c.sc.Title, Mood: c.mood, Behaviour: c.last, Line: line.Text}
	for _, f := range c.facts {
		if f.told {
			b.Told = append(b.Told, c.form.Fill(f.Tells.All()[0]))
		}
	}
	return b, true
}

func (c *Call) lastLine() (*conversation.Turn, bool) {
	n := len(c.conv.Turns) - 1
	if n < 0 || c.conv.Turns[n].Role != conversation.Customer {
		return nil, false
	}
	return &c.conv.Turns[n], true
}

// Reword puts other words in the place of the customer's last turn, as they
// were said: those that a stranger proposed and Accepts let pass, or those
// that were stored. Nothing else about the call changes.
func (c *Call) Reword(text string) {
	line, ok := c.lastLine()
	if !ok {
		return
	}
	line.Text = text
	line.End = line.Start + c.talkingTime(text)
	c.clock = line.End
	c.markUsed(text)
}

// Refusal says why words may not stand for the customer's line.
type Refusal string

// The refusals.
const (
	WrongLanguage Refusal = "language"
	WrongLength   Refusal = "length"
	WrongShape    Refusal = "shape"    // several lines, markup, signs that nobody says
	OutOfRole     Refusal = "role"     // speaks of models and instructions
	OtherFacts    Refusal = "facts"    // leaves out a value of the line, or has one of its own
	GivenAway     Refusal = "withheld" // holds what he has not told
	SaidBefore    Refusal = "repeated"
	OtherActs     Refusal = "acts" // threatens, agrees, thanks… where the line does not
)

// Accepts checks words that somebody proposes for the customer's last line:
// the same language, about as long, nothing that he withholds, the same values,
// the same acts, nothing said before, nothing that no customer would say. ""
// accepts them.
func (c *Call) Accepts(text string) Refusal {
	line, ok := c.lastLine()
	if !ok {
		return WrongShape
	}
	for _, check := range []func(line, text string) Refusal{c.wrongShape, c.wrongRole, c.otherFacts, c.givenAway, c.otherActs} {
		if r := check(line.Text, text); r != "" {
			return r
		}
	}
	if !c.fresh(text) {
		return SaidBefore
	}
	return ""
}

func (c *Call) wrongShape(line, text string) Refusal {
	if !utf8.ValidString(text) || strings.ContainsFunc(text, oddRune) || strings.Contains(text, "http") || strings.Contains(text, "www.") {
		return WrongShape
	}
	for _, name := range []string{"客户：", "客户:", "顾客：", "用户：", "Customer:", "customer:", "User:", "Agent:", "坐席："} {
		if strings.Contains(text, name) {
			return WrongShape
		}
	}
	n, was := utf8.RuneCountInString(text), utf8.RuneCountInString(line)
	if n*3 < was || n > was*2+20 {
		return WrongLength
	}
	letters, han := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
		}
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	if letters == 0 || c.sc.Lang == conversation.Chinese && han*10 < letters*7 || c.sc.Lang == conversation.English && han > 0 {
		return WrongLanguage
	}
	if c.sc.Lang == conversation.English && strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) }) {
		return WrongLanguage
	}
	return ""
}

// oddRune reports what no customer says or types in one line.
func oddRune(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("{}<>[]【】*#`|\\_=@", r)
}

// wrongRole looks for words of who is asked to play, not of who plays. Words
// that the line itself has are no sign.
func (c *Call) wrongRole(line, text string) Refusal {
	text, line = strings.ToLower(text), strings.ToLower(line)
	for _, w := range []string{"提示词", "指令", "语言模型", "大模型", "人工智能", "机器人", "扮演", "台词", "改写", "模板", "角色", "虚拟", "设定", "满分", "作为客户", "作为一名客户",
		"prompt", "instruction", "language model", "assistant", "chatbot", "as an ai", "rewrit", "rephras", "reword", "template", "persona", "role-play", "roleplay", "virtual", "simulat", "as a customer", "openai", "full marks"} {
		if strings.Contains(text, w) && !strings.Contains(line, w) {
			return OutOfRole
		}
	}
	return ""
}

// otherFacts compares the values: every value of the form that the line holds
// must be in the text, and every number of the text in the line or in what was
// told.
func (c *Call) otherFacts(line, text string) Refusal {
	for _, v := range c.form.Slots {
		if strings.Contains(line, v) && !strings.Contains(text, v) {
			return OtherFacts
		}
	}
	known := normalise(line, c.sc.Lang)
	for _, f := range c.facts {
		if f.told {
			for _, t := range f.Tells.All() {
				known += " " + normalise(c.form.Fill(t), c.sc.Lang)
			}
		}
	}
	for _, n := range numbersIn(normalise(text, c.sc.Lang)) {
		if !slices.Contains(numbersIn(known), n) {
			return OtherFacts
		}
	}
	return ""
}

// numbersIn returns the numbers of a normalised text: stretches of digits and of
// Chinese numerals beyond the digits (those are Arabic by now), English number
// words. A lone 一 is mostly no number.
func numbersIn(norm string) []string {
	out := strings.FieldsFunc(norm, func(r rune) bool { return !unicode.IsDigit(r) && !strings.ContainsRune("十百千万亿", r) })
	for w := range strings.FieldsSeq(norm) {
		if slices.Contains(numberWords(), w) {
			out = append(out, w)
		}
	}
	return slices.DeleteFunc(out, func(n string) bool { return n == "1" || n == "万" || n == "十" || n == "百" || n == "千" })
}

func numberWords() []string {
	return strings.Fields("two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen " +
		"twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million half dozen monday tuesday wednesday thursday friday saturday sunday")
}

// givenAway looks for what the customer has not told: hidden values, and the
// values of the form in facts that he keeps.
func (c *Call) givenAway(line, text string) Refusal {
	for _, f := range c.facts {
		if f.told {
			continue
		}
		if h := c.form.Fill(f.Hidden); h != "" && strings.Contains(text, h) && !strings.Contains(line, h) {
			return GivenAway
		}
		for _, tells := range f.Tells.All() {
			for _, slot := range slotsIn(tells) {
				v := c.form.Slots[slot]
				if v != "" && strings.Contains(text, v) && !strings.Contains(line, v) && !c.saidAlready(v) {
					return GivenAway
				}
			}
		}
	}
	return ""
}

// saidAlready reports whether v has occurred in the call before the last turn.
func (c *Call) saidAlready(v string) bool {
	return slices.ContainsFunc(c.conv.Turns[:len(c.conv.Turns)-1], func(t conversation.Turn) bool { return strings.Contains(t.Text, v) })
}

// otherActs compares what the language engine hears, because the judge of the
// call hears it too: other words must not make the call easier or harder.
func (c *Call) otherActs(line, text string) Refusal {
	a, b := c.customerActs(line), c.customerActs(text)
	if !slices.Equal(a, b) {
		return OtherActs
	}
	return ""
}

func (c *Call) customerActs(text string) []analysis.Act {
	turn := len(c.conv.Turns) - 1
	acts := actsOf(c.hear(analysis.Utterance{
		Lang: c.sc.Lang, Channel: c.sc.Channel, Direction: c.sc.Direction, Role: conversation.Customer,
		Context: c.conv.Turns[max(0, turn-contextTurns):turn], Text: text,
	}))
	slices.Sort(acts)
	return acts
}
