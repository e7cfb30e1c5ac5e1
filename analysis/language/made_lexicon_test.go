package language

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
)

// A maker makes a lexicon with everything that docs/lexicon.md knows, over so
// few words that all of it meets.
type maker struct {
	*rand.Rand
	lang  conversation.Lang
	words []string // what its wordings are made of
	lists []string // the names of its word lists so far
	out   strings.Builder
}

// madeWords are what the wordings of a made lexicon may be made of. Among them
// are those that the shaping lists below speak of.
var madeWords = map[conversation.Lang][]string{
	conversation.Chinese: strings.Fields("您 你 我 不 好 是 的 了 吗 吧 等 稍 查 请 那 啊 嗯 一 三 知 道 订单 好的 请问 稍等 知道 app ok 110 1.5 x·y 晓得 木有"),
	conversation.English: strings.Fields("i you we can can't don't not please wait hold on sorry the is it's um well okay right so but i'm cannot 24 e-mail o'clock naïve a٣b supercalifragilisticexpialidociousandevenmore"),
}

// madeActs is the catalogue of made lexicons: seven acts of agents, of which one
// is a signal and one harms, and five of customers, not in the order of their
// names.
const madeActs = `acts:
  - {id: wait, kind: technique, title: {zh: 等, en: Wait}, meaning: {zh: 等, en: Wait}}
  - {id: greet, kind: technique, title: {zh: 好, en: Greet}, meaning: {zh: 好, en: Greet}}
  - {id: thanks, kind: customer, title: {zh: 谢, en: Thanks}, meaning: {zh: 谢, en: Thanks}}
  - {id: own, kind: technique, title: {zh: 我, en: Own}, meaning: {zh: 我, en: Own}}
  - {id: blunt, kind: fault, title: {zh: 硬, en: Blunt}, meaning: {zh: 硬, en: Blunt}, feeling: {zh: 气, en: Anger}, better: {zh: 请, en: Please}}
  - {id: ask, kind: customer, title: {zh: 问, en: Ask}, meaning: {zh: 问, en: Ask}}
  - {id: complain, kind: customer, title: {zh: 怨, en: Complain}, meaning: {zh: 怨, en: Complain}}
  - {id: lie, kind: signal, by: agent, family: lies, title: {zh: 骗, en: Lie}, meaning: {zh: 骗, en: Lie}}
  - {id: calm, kind: technique, title: {zh: 慰, en: Calm}, meaning: {zh: 慰, en: Calm}}
  - {id: close, kind: technique, title: {zh: 完, en: Close}, meaning: {zh: 完, en: Close}}
  - {id: agree, kind: customer, title: {zh: 好, en: Agree}, meaning: {zh: 好, en: Agree}}
  - {id: vent, kind: customer, title: {zh: 气, en: Vent}, meaning: {zh: 气, en: Vent}}
`

var agentActs, customerActs = []string{"wait", "greet", "own", "blunt", "calm", "close"}, []string{"thanks", "ask", "complain", "agree", "vent"}

func (m *maker) pick(list ...string) string { return list[m.IntN(len(list))] }

// one reports true once in n times.
func (m *maker) one(n int) bool { return m.IntN(n) == 0 }

func (m *maker) word() string { return m.pick(m.words...) }

// wording makes a wording that holds at least one word in every match.
func (m *maker) wording() string {
	if m.one(40) { // it can begin in very many ways
		return strings.Repeat("("+strings.Join(m.words, "|")+")", 2+m.IntN(2)) + m.pick("", " $", " ~ ") + m.word()
	}
	if slices.Contains(m.lists, "many") && m.one(8) {
		return "{many}" + m.pick("", "$", "~{many}")
	}
	parts := []string{m.sequence(2, true)}
	for m.one(6) {
		parts = append(parts, m.sequence(1, true))
	}
	return strings.Join(parts, "|")
}

// either makes alternatives, which may match nothing.
func (m *maker) either(depth int) string {
	parts := []string{m.sequence(depth, m.one(2))}
	for m.one(2) {
		parts = append(parts, m.sequence(depth, m.one(2)))
	}
	return strings.Join(parts, "|")
}

// sequence makes a few parts, one of which is a word when there must be one.
func (m *maker) sequence(depth int, word bool) string {
	n := 1 + m.IntN(4)
	sure := -1
	if word {
		sure = m.IntN(n)
	}
	var b strings.Builder
	for i := range n {
		p := m.word()
		if i != sure {
			p = m.part(depth, i == 0, i == n-1)
		}
		if i > 0 && (m.lang == conversation.English || m.one(2) || p[0] < 0x80 || strings.HasSuffix(b.String(), "~") || b.String()[b.Len()-1] < 0x80) {
			b.WriteByte(' ')
		}
		b.WriteString(p)
	}
	return b.String()
}

// part makes a part of a sequence, which may be its first or its last.
func (m *maker) part(depth int, first, last bool) string {
	switch {
	case first && m.one(4):
		return m.pick("^", "^^", "^", "(<!"+m.either(0)+")")
	case last && m.one(4):
		return m.pick("$", "$$", "<?$>", "<?>", "(!"+m.either(0)+")")
	}
	switch m.IntN(16) {
	case 0, 1:
		return m.word() + "?"
	case 2, 3:
		if depth > 0 {
			return "(" + m.either(depth-1) + ")" + m.pick("", "", "?")
		}
	case 4, 5:
		if depth > 0 {
			return "[" + m.either(depth-1) + "]" + m.pick("", "", "", "?")
		}
	case 6:
		if len(m.lists) > 0 {
			return "{" + m.pick(m.lists...) + "}" + m.pick("", "", "?")
		}
	case 7, 8:
		return m.pick("~", "~~") + m.pick("", "1", "2", "4", "0", "1-2", "0-3", "2-5", "3-3")
	case 9:
		return m.pick("<num>", "<han>", "<word>", "<punct>", "，") + m.pick("", "", "?")
	case 10:
		if m.one(2) {
			return m.pick("^", "$", "^^", "$$", "<?$>", "<?>", "$?", "<?>?") // where they hardly ever hold
		}
		return m.pick("(!", "(<!") + m.either(max(depth-1, 0)) + ")"
	case 11:
		w := m.word() // said twice and more
		return w + " " + w + "? " + w + "?"
	}
	return m.word()
}

// block writes a key with lines of text below it.
func (m *maker) block(indent, key string, lines ...string) {
	fmt.Fprintf(&m.out, "%s%s: |\n", indent, key)
	for _, l := range lines {
		fmt.Fprintf(&m.out, "%s  %s\n", indent, l)
	}
}

// some makes up to n lines.
func (m *maker) some(n int, line func() string) (out []string) {
	for range 1 + m.IntN(n) {
		out = append(out, line())
	}
	return out
}

// lexicon makes the text of a lexicon.
func (m *maker) lexicon() string {
	all := madeWords[m.lang]
	for range 4 + m.IntN(6) {
		m.words = append(m.words, m.pick(all...))
	}
	m.shapes()
	if m.one(2) {
		m.out.WriteString("words:\n")
		for _, name := range []string{"du", "one", "甲"}[:1+m.IntN(3)] {
			m.block("  ", name, m.some(3, func() string { return m.either(1) })...)
			m.lists = append(m.lists, name)
		}
		if m.one(30) {
			var many strings.Builder
			for c := '一'; c < '一'+230; c++ {
				many.WriteString("|" + string(c))
			}
			m.block("  ", "many", many.String()[1:])
			m.lists = append(m.lists, "many", "many", "many")
		}
	}
	m.out.WriteString("rules:\n")
	for range 2 + m.IntN(7) {
		m.rule()
	}
	if m.one(2) {
		m.out.WriteString("guards:\n")
		for range 1 + m.IntN(2) {
			m.guard()
		}
	}
	return m.out.String()
}

// madeShapes are the lists of a made lexicon, each in two ways.
var madeShapes = map[conversation.Lang][][3]string{
	conversation.Chinese: {
		{"openers", "好的|嗯", "那|好 的 您"}, {"finals", "了|吧", "啊|是 的"}, {"starters", "您|请问", "那|我 不"}, {"sounds", "[啊, 嗯]", "[嗯, um]"},
		{"numerals", "一二三", "一"}, {"fold", "請请 們们 單单", "請请"}, {"spell", "晓得 = 知道", "木有 = 不 好 一"},
	},
	conversation.English: {
		{"openers", "well|okay", "so"}, {"finals", "right|please", "it's"}, {"starters", "i|can you", "but|we"}, {"sounds", "[um, uh]", "[well]"},
		{"spell", "cannot = can't", "i am = i'm"},
	},
}

// shapes writes the lists that say how text is read and where clauses are.
func (m *maker) shapes() {
	for _, l := range madeShapes[m.lang] {
		if m.one(2) {
			value := l[1+m.IntN(2)]
			if l[0] == "spell" && m.one(2) {
				value += "\n  " + l[1]
			}
			if strings.HasPrefix(value, "[") {
				fmt.Fprintf(&m.out, "%s: %s\n", l[0], value)
			} else {
				m.out.WriteString(l[0] + ": |\n  " + value + "\n")
			}
		}
	}
	if m.lang == conversation.Chinese && m.one(3) {
		m.block("", "syllables", "bu 不步灯", "shao 稍烧少", "deng 等登灯", "zhi 知只直", "dao 道到倒", "shi 是知", "cha 查差")
		m.out.WriteString("homophones: 稍等 知道 等到 少登 查到底 等不到 查\n")
	}
}

// rule writes a rule.
func (m *maker) rule() {
	fmt.Fprintf(&m.out, "  - act: %s\n", m.pick(append(agentActs, customerActs...)...))
	m.block("    ", "say", m.some(3, m.wording)...)
	if m.one(8) {
		fmt.Fprintf(&m.out, "    times: %d\n", 1+m.IntN(3))
	}
	if m.one(8) {
		m.out.WriteString("    free: true\n")
	}
	m.conditions()
}

// guard writes a guard.
func (m *maker) guard() {
	m.out.WriteString("  - covers: " + m.pick("clause", "match", "sentence", "turn") + "\n")
	m.block("    ", "say", m.some(2, m.wording)...)
	if m.one(3) {
		fmt.Fprintf(&m.out, "    %s: [%s, %s]\n", m.pick("acts", "except"), m.pick(agentActs...), m.pick(customerActs...))
	}
	m.conditions()
}

// conditions writes what a rule or a guard asks for.
func (m *maker) conditions() {
	for _, key := range []string{"unless", "with-clause", "unless-turn", "with", "after", "after-unless", "after-agent"} {
		if m.one(11) {
			m.block("    ", key, m.some(2, func() string { return m.either(1) })...)
		}
	}
	for _, key := range []string{"heard", "heard-ever"} {
		if m.one(11) {
			fmt.Fprintf(&m.out, "    %s: [%s]\n", key, strings.Join(m.some(2, func() string { return m.pick(customerActs...) }), ", "))
		}
	}
	for _, l := range [][]string{{"opening", "true", "false"}, {"quoted", "true"}, {"channel", "phone", "chat"}, {"direction", "inbound", "outbound"}} {
		if m.one(9) {
			fmt.Fprintf(&m.out, "    %s: %s\n", l[0], m.pick(l[1:]...))
		}
	}
}

// relations writes which acts replace which.
func (m *maker) relations() string {
	var b strings.Builder
	b.WriteString("replaces:\n")
	for range 1 + m.IntN(4) {
		acts := agentActs
		if m.one(3) {
			acts = customerActs
		}
		special := m.IntN(len(acts))
		over := func() string { return acts[(special+1+m.IntN(len(acts)-1))%len(acts)] }
		fmt.Fprintf(&b, "  - {act: %s, over: [%s], within: %s}\n", acts[special], strings.Join(m.some(2, over), ", "), m.pick("words", "clause", "turn"))
	}
	return b.String()
}
