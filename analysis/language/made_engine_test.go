package language

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// A madeEngine is the engine of a made lexicon with its oracle.
type madeEngine struct {
	*maker
	text, over string
	e          *Engine
	o          *oracle
}

// makeEngine makes the lexicon of that number and loads it.
func makeEngine(t *testing.T, cat *analysis.Catalogue, number int) *madeEngine {
	t.Helper()
	x := &madeEngine{maker: &maker{Rand: rand.New(rand.NewPCG(3, uint64(number))), lang: languages[number%2]}}
	x.text = x.lexicon()
	files := fstest.MapFS{analysis.CatalogueFile: {Data: []byte(madeActs)}, "lexicon/" + string(x.lang) + "/a.yaml": {Data: []byte(x.text)}}
	if x.one(2) {
		x.over = x.relations()
		files[relationsFile] = &fstest.MapFile{Data: []byte(x.over)}
	}
	load := func(m *Model) {
		var err error
		if x.e, err = LoadWith(files, cat, map[conversation.Lang]*Model{x.lang: m}); err != nil {
			t.Fatalf("lexicon %d: %v\n%s", number, err, x.text)
		}
	}
	m := &Model{}
	if x.one(2) {
		m.Words = []string{"2024", "zebra"}
	}
	load(m)
	x.o = newOracle(x.e, x.lang, nil)
	if x.one(2) {
		x.learn(m)
		load(m)
		x.o = newOracle(x.e, x.lang, m)
	}
	x.o.patience = maxSteps / 4
	return x
}

// learn teaches m some of what is said. Its sums are mostly near where they
// part.
func (x *madeEngine) learn(m *Model) {
	for _, a := range x.e.acts.names {
		if !x.one(4) {
			m.Acts, m.Bias = append(m.Acts, a), append(m.Bias, int32(x.IntN(62)-47))
		}
	}
	for _, w := range x.e.Wordings(x.lang) {
		if !x.one(3) {
			m.Wordings = append(m.Wordings, w)
		}
	}
	keys := map[uint64]bool{}
	for _, a := range x.e.acts.names {
		keys[HeardTrait(a)] = true
	}
	for range 8 {
		c := x.conversation()
		if x.one(40) {
			c.Turns[0].Text = x.written(x.talk(nil, 200))
			c.Turns = c.Turns[:1]
		}
		last := len(c.Turns) - 1
		u := analysis.Utterance{Lang: c.Lang, Channel: c.Channel, Direction: c.Direction, Role: c.Turns[last].Role, Text: c.Turns[last].Text, Context: c.Turns[:last]}
		for _, s := range x.o.signs(&turn{Utterance: u, spoken: x.o.read(saying{u.Role, u.Text})}) {
			keys[s.key] = true
		}
	}
	steep := x.one(6)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if x.one(2) && len(m.Acts) > 0 {
			m.Rows = append(m.Rows, Row{Key: key, Weights: x.weights(len(m.Acts), steep)})
		}
	}
}

// weights makes small weights of all acts, or any of a few, then sometimes two of
// one act; steep ones are all as great as fits.
func (x *madeEngine) weights(acts int, steep bool) (out []Weight) {
	limit, few := 16, x.one(2)
	if few {
		limit = []int{16, 20, 100}[x.IntN(3)]
	}
	for a := range acts {
		switch {
		case steep:
			out = append(out, Weight{uint8(a), math.MaxInt8 * int8(1-a%2*2)})
		case !few || x.one(acts):
			out = append(out, Weight{uint8(a), int8(x.IntN(2*limit+1) - limit)})
			if few && x.one(20) {
				out = append(out, out[len(out)-1])
			}
		}
	}
	return out
}

// fillers are said between the words of wordings.
var fillers = []string{"天", "zebra", "7", "2024", "3.14", "嗯", "um", "啊", "請", "ok", "一", "？", "，", "x"}

// marks stand between clauses.
var marks = []string{"，", "。", "？", "！", ",", ".", "?", "、", "…", "\n", "；", "，。", "?!"}

// say appends words that n matches, as far as it does not look around.
func (x *madeEngine) say(out []string, n *node) []string {
	switch n.op {
	case opToken:
		if w, ok := x.o.names[n.id]; ok {
			return append(out, w)
		}
		return append(out, string(rune(n.id)))
	case opClass:
		switch {
		case n.kind&isPunct != 0:
			return append(out, x.pick(marks...))
		case n.kind == isNumber:
			return append(out, x.pick("7", "一", "110", "24"))
		}
		return append(out, x.pick("天", "您", "zebra"))
	case opSeq:
		for _, k := range n.kids {
			out = x.say(out, k)
		}
	case opAlt:
		return x.say(out, n.kids[x.IntN(len(n.kids))])
	case opOptional:
		if x.one(2) {
			return x.say(out, n.kids[0])
		}
	case opGap, opWideGap:
		for range n.min + x.IntN(min(n.max-n.min, 3)+1) {
			out = append(out, x.filler())
		}
	case opNotAhead, opNotBehind:
		if x.one(8) {
			return x.say(out, n.kids[0])
		}
	case opStart, opEnd:
		if x.one(3) {
			return append(out, x.pick(marks...))
		}
	case opAsk, opAskEnd:
		if x.one(3) {
			return append(out, "？")
		}
	}
	return out
}

// talk appends so many words.
func (x *madeEngine) talk(out []string, words int) []string {
	for range words {
		out = append(out, x.filler())
	}
	return out
}

func (x *madeEngine) filler() string {
	if x.one(3) {
		return x.pick(fillers...)
	}
	return x.word()
}

// turn makes what somebody says: a few wordings, mostly his, and conditions,
// with other words between them, damaged now and then.
func (x *madeEngine) turn(role conversation.Role) string {
	var out []string
	for range 1 + x.IntN(3) {
		quoted := x.one(10)
		if quoted {
			out = append(out, "“")
		}
		switch x.IntN(6) {
		case 0:
			out = x.talk(out, x.IntN(4))
		case 1:
			if len(x.o.v.conditions) > 0 {
				c := x.o.v.conditions[x.IntN(len(x.o.v.conditions))]
				out = x.say(out, c.trees[x.IntN(len(c.trees))])
			}
		default:
			w := &x.o.v.wordings[x.IntN(len(x.o.v.wordings))]
			for tries := 0; tries < 6 && x.o.v.rules[w.rule].role != role; tries++ {
				w = &x.o.v.wordings[x.IntN(len(x.o.v.wordings))]
			}
			out = x.say(out, w.tree)
		}
		if quoted {
			out = append(out, "”")
		}
		if x.one(3) {
			out = append(out, x.pick(marks...))
		}
	}
	switch x.IntN(10_000) {
	case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10: // longer than a clause without marks may be
		out = x.talk(out, 150)
	case 11:
		out = x.talk(out, 1500)
	default:
		if !x.one(100) {
			break
		}
		// hesitation sounds alone
		for out = out[:0]; x.IntN(4) > 0; {
			out = append(out, x.pick("嗯", "啊", "um"))
		}
	}
	return x.written(out)
}

// written writes tokens down, sometimes not as they are.
func (x *madeEngine) written(tokens []string) string {
	alike := map[string]string{"请": "請", "稍": "烧", "等": "灯", "知": "只", "道": "到", "不": "步", "一": "二", "can't": "cannot", "i'm": "I am", "app": "ＡＰＰ", "you": "YOU"}
	rate := []int{1 << 30, 30, 6}[x.IntN(3)]
	var b strings.Builder
	for _, w := range tokens {
		switch x.IntN(rate) {
		case 0:
			continue
		case 1:
			w += " " + w
		case 2:
			w += x.filler()
		case 3:
			if other, ok := alike[w]; ok {
				w = other
			}
		}
		if last := b.Len() - 1; last >= 0 && b.String()[last] < 0x80 && w[0] < 0x80 || x.one(20) {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	if x.one(12) {
		return garble(x.Rand, b.String())
	}
	return b.String()
}

// conversation makes a conversation of a few turns.
func (x *madeEngine) conversation() conversation.Conversation {
	c := conversation.Conversation{Lang: x.lang, Channel: conversation.Phone, Direction: conversation.Inbound}
	if x.one(2) {
		c.Channel = conversation.Chat
	}
	if x.one(2) {
		c.Direction = conversation.Outbound
	}
	turns := 1 + x.IntN(6)
	if x.one(30) {
		turns = 14 // more than are remembered
	}
	for i := range turns {
		role := []conversation.Role{conversation.Agent, conversation.Customer}[i%2]
		switch x.IntN(12) {
		case 0:
			role = conversation.System
		case 1, 2:
			role = conversation.Agent
		case 3, 4:
			role = conversation.Customer
		}
		said := conversation.Turn{Role: role, Text: x.turn(role)}
		if i > 0 && x.one(12) { // the same words, perhaps of somebody else
			said.Text = c.Turns[x.IntN(i)].Text
		}
		c.Turns = append(c.Turns, said)
	}
	return c
}
