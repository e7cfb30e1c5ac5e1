package draft

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/conversation/redact"
)

// masked is a conversation whose personal data stands as slots in texts, and
// the invented values of these slots.
type masked struct {
	conv  conversation.Conversation
	texts []string
	slots []slot // in the order in which they occur

	customer string // his surname, as it was
}

// slot is a variable part: what it stood for, and values for three forms.
type slot struct {
	name   string
	was    string // folded, to find it again
	values [3]string
}

// plain takes out of what was said what means something in a scenario (braces
// are slots) or may not stand in one. Every code point stays one.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '{':
			return '('
		case r == '}':
			return ')'
		case !unicode.IsPrint(r):
			return ' '
		}
		return r
	}, text)
}

// anonymous replaces personal data, names with titles, order numbers and
// amounts by slots. The same value gets the same slot everywhere.
func anonymous(c conversation.Conversation) masked {
	m := masked{conv: c, texts: make([]string, len(c.Turns))}
	spans := append(redact.Find(c), namesAsked(c)...)
	slices.SortStableFunc(spans, func(a, b redact.Span) int { return cmp.Or(a.Turn-b.Turn, a.From-b.From) })
	m.customer = customersName(c)
	for i, t := range c.Turns {
		runes := []rune(plain(t.Text))
		var b strings.Builder
		at := 0
		for _, s := range spans {
			if s.Turn != i || s.From < at {
				continue // elsewhere, or inside the one before
			}
			b.WriteString(string(runes[at:s.From]))
			b.WriteString(m.slot(string(s.Kind), string(runes[s.From:s.To])))
			at = s.To
		}
		b.WriteString(string(runes[at:]))
		m.texts[i] = m.titles(m.figures(b.String()))
		if t.Role == conversation.Agent {
			m.texts[i] = unnamed(m.texts[i])
		}
	}
	m.addPerson()
	return m
}

// slot returns {name} for a value of a kind.
func (m *masked) slot(kind, value string) string {
	key := kind + " " + fold(value)
	i := slices.IndexFunc(m.slots, func(s slot) bool { return s.was == key })
	if i < 0 {
		n := 1
		for _, s := range m.slots {
			if strings.HasPrefix(s.was, kind+" ") {
				n++
			}
		}
		name := kind
		if n > 1 {
			name = fmt.Sprintf("%s_%d", kind, n)
		}
		i = len(m.slots)
		m.slots = append(m.slots, slot{name: name, was: key, values: m.invent(kind, value, n)})
	}
	return "{" + m.slots[i].name + "}"
}

func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

var (
	chineseTitle = regexp.MustCompile(`(\p{Han})(先生|女士|小姐)`)
	chineseSelf  = regexp.MustCompile(`(我姓|免贵姓|姓)(\p{Han})([，。,.！!]|$)`)
	englishTitle = regexp.MustCompile(`\b(Mr|Mrs|Ms|Miss|Dr)\.? ([A-Z][a-z]+(?:[-'][A-Z][a-z]+)?)\b`)
	englishSelf  = regexp.MustCompile(`\b((?i:my name is|my name's|the name's|it's|i'm|i am)) ([A-Z][a-z]+)( (?:speaking|here))?([,.!]|$)`)
	amount       = regexp.MustCompile(`(?:[£$€] ?)?\d[\d,]*(?:\.\d+)?(?: ?(?:元|块钱|块|pounds?|quid|dollars?|euros?))|[£$€] ?\d[\d,]*(?:\.\d+)?`)
	reference    = regexp.MustCompile(`\b[A-Z]{0,4}[- ]?\d{5,}\b|[A-Z]{1,4}\d{4,}|\d{5,}`)
	inBraces     = regexp.MustCompile(`\{[^{}]*\}`)
)

var (
	staffNumber = regexp.MustCompile(`(工号是?\s?)[0-9零〇一二三四五六七八九幺两]{2,8}`)
	staffName   = regexp.MustCompile(`\b((?i:this is|my name is|my name's|you're speaking to|speaking with))( [A-Z][a-z]+)([ ,.]|$)`)
	staffHan    = regexp.MustCompile(`(我是客服|客服专员|客服代表|回访员|我是|叫我)(小\p{Han})([，。,]|$)`)
)

// unnamed replaces the agent's own name and number: he is somebody too.
func unnamed(text string) string {
	text = staffNumber.ReplaceAllString(text, "${1}1001")
	text = staffHan.ReplaceAllString(text, "${1}小安${3}")
	return staffName.ReplaceAllString(text, "$1 Robin$3")
}

// figures replaces amounts and reference numbers: they differ between parallel
// forms, and an order number leads to whoever placed it.
func (m *masked) figures(text string) string {
	text = outside(text, func(s string) string {
		return amount.ReplaceAllStringFunc(s, func(v string) string { return m.slot("amount", v) })
	})
	return outside(text, func(s string) string {
		return reference.ReplaceAllStringFunc(s, func(v string) string { return m.slot("number", v) })
	})
}

// outside applies f to what stands outside slots.
func outside(text string, f func(string) string) string {
	var b strings.Builder
	at := 0
	for _, s := range inBraces.FindAllStringIndex(text, -1) {
		b.WriteString(f(text[at:s[0]]) + text[s[0]:s[1]])
		at = s[1]
	}
	return b.String() + f(text[at:])
}

// titles replaces surnames with a title, and a customer who says his own.
func (m *masked) titles(text string) string {
	if m.conv.Lang == conversation.Chinese {
		text = chineseTitle.ReplaceAllStringFunc(text, func(s string) string {
			switch r := []rune(s); {
			case strings.ContainsRune("位这那个的是男老贵和对", r[0]):
				return s
			case string(r[0]) != m.customer:
				return m.slot("person", s)
			}
			return "{surname}{title}"
		})
		return chineseSelf.ReplaceAllString(text, "${1}{surname}${3}")
	}
	text = englishTitle.ReplaceAllStringFunc(text, func(s string) string {
		if englishTitle.FindStringSubmatch(s)[2] != m.customer {
			return m.slot("person", s)
		}
		return "{title} {surname}"
	})
	return englishSelf.ReplaceAllString(text, "$1 {surname}$3$4")
}

// customersName returns the surname by which the agent addresses the customer
// most, or "".
func customersName(c conversation.Conversation) string {
	counts, best := map[string]int{}, ""
	for _, t := range c.Turns {
		if t.Role != conversation.Agent {
			continue
		}
		name := func(m []string, at int) {
			if counts[m[at]]++; counts[m[at]] > counts[best] {
				best = m[at]
			}
		}
		for _, m := range chineseTitle.FindAllStringSubmatch(t.Text, -1) {
			name(m, 1)
		}
		for _, m := range englishTitle.FindAllStringSubmatch(t.Text, -1) {
			name(m, 2)
		}
	}
	return best
}

var (
	asksName = regexp.MustCompile(`姓名|名字|户名|全名|户主|收件人|(?i:your (?:full |first |last )?name|name (?:on|of) the)`)
	bareName = regexp.MustCompile(`^\s*(?:(?i:yes,? |sure,? |it's |it is |that's )|我叫|我是|是|叫)?(\p{Han}{2,4}|[A-Z][a-z]+(?: [A-Z][a-z]+){1,2})(?:[，。,. ]|$)`)
)

// namesAsked returns names that are given as a bare answer, which have no cue
// of their own.
func namesAsked(c conversation.Conversation) []redact.Span {
	var out []redact.Span
	for i := 1; i < len(c.Turns); i++ {
		if c.Turns[i].Role != conversation.Customer || c.Turns[i-1].Role != conversation.Agent || !asksName.MatchString(c.Turns[i-1].Text) {
			continue
		}
		if at := bareName.FindStringSubmatchIndex(c.Turns[i].Text); at != nil {
			from := utf8.RuneCountInString(c.Turns[i].Text[:at[2]])
			out = append(out, redact.Span{Kind: redact.Name, Turn: i, From: from, To: from + utf8.RuneCountInString(c.Turns[i].Text[at[2]:at[3]])})
		}
	}
	return out
}

// addPerson adds the slots that every scenario has.
func (m *masked) addPerson() {
	surnames, titles := [3]string{"Hale", "Osborne", "Pryce"}, [3]string{"Mr", "Ms", "Mrs"}
	if m.conv.Lang == conversation.Chinese {
		surnames, titles = [3]string{"骆", "闵", "桑"}, [3]string{"先生", "女士", "先生"}
	}
	m.slots = append(m.slots, slot{name: "surname", values: surnames}, slot{name: "title", values: titles})
}

// invent returns values that belong to nobody: numbers with digits left out of
// use, names and places of no one.
func (m *masked) invent(kind, value string, n int) [3]string {
	zh := m.conv.Lang == conversation.Chinese
	pick := func(chinese, english [3]string) [3]string {
		if zh {
			return chinese
		}
		return english
	}
	var out [3]string
	switch redact.Kind(kind) {
	case redact.Phone:
		out = pick([3]string{"10000001201", "10000004417", "10000008866"}, [3]string{"07700 900112", "07700 900458", "07700 900781"})
	case redact.Identity:
		out = pick([3]string{"000000190001011201", "000000190001014417", "000000190001018866"}, [3]string{"AB 00 01 12 C", "AB 00 04 45 C", "AB 00 07 78 C"})
	case redact.Card:
		out = [3]string{"0000 0000 0000 1201", "0000 0000 0000 4417", "0000 0000 0000 8866"}
	case redact.Plate:
		out = pick([3]string{"甲A·00121", "甲A·00447", "甲A·00886"}, [3]string{"ZZ00 AAA", "ZZ00 BBB", "ZZ00 CCC"})
	case redact.Email:
		out = [3]string{"one@example.com", "two@example.com", "three@example.com"}
	case redact.Address:
		out = pick([3]string{"长乐路12号3栋201", "枫桥街8号5单元402", "青石巷30号1栋603"}, [3]string{"12 Mill Lane", "8 Orchard Row", "30 Harbour Street"})
	case redact.Name:
		out = pick([3]string{"骆明", "闵兰", "桑一平"}, [3]string{"Jo Hale", "Sam Osborne", "Alex Pryce"})
	case "person":
		out = pick([3]string{"柏女士", "简先生", "解女士"}, [3]string{"Ms Wray", "Mr Lisle", "Ms Thorne"})
	default:
		return figure(value)
	}
	if n > 1 { // another person's, another number
		for i := range out {
			out[i] = vary(out[i], n)
		}
	}
	return out
}

// figure varies the digits of an amount or a number; its first value is not
// the real one either.
func figure(value string) [3]string {
	var out [3]string
	for i := range out {
		out[i] = vary(value, i+2)
	}
	return out
}

// vary shifts every digit but a leading one and zeros, so that lengths and round
// sums stay; a name or place gets a number.
func vary(value string, by int) string {
	if !strings.ContainsFunc(value, unicode.IsDigit) {
		return fmt.Sprintf("%s %d", value, by)
	}
	first, k := true, by
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return r
		}
		if first && r == '1' || r == '0' {
			first = false
			return r
		}
		first = false
		k = k*7 + 3
		return '1' + (r-'0'+rune(k%8))%9
	}, value)
}
