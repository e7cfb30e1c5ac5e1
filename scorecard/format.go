package scorecard

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// Format returns the card's text form. Parse(Format(c)) gives an equal card,
// and comments and layout of the text that c was read from are kept.
func Format(c *Card) []byte {
	root := formatCard(c)
	if c.source != nil {
		dress(root, c.source)
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(root); err != nil {
		panic("scorecard: own nodes do not encode: " + err.Error())
	}
	return out.Bytes()
}

// mapping is a YAML mapping under construction.
type mapping struct{ n *yaml.Node }

func newMapping() mapping { return mapping{&yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}} }

func (m mapping) put(key string, value *yaml.Node) {
	if value != nil {
		m.n.Content = append(m.n.Content, scalar(key), value)
	}
}

// word puts a text unless it is the one that Parse would assume.
func (m mapping) word(key, value, assumed string) {
	if value != assumed {
		m.put(key, scalar(value))
	}
}

func (m mapping) number(key string, value, assumed int) {
	if value != assumed {
		m.put(key, whole(int64(value)))
	}
}

func scalar(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

func whole(i int64) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.FormatInt(i, 10)}
}

func list(items ...*yaml.Node) *yaml.Node {
	if len(items) == 0 {
		return nil
	}
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: items}
}

func flow(n *yaml.Node) *yaml.Node {
	if n != nil {
		n.Style = yaml.FlowStyle
	}
	return n
}

func scalars[T ~string](in []T) *yaml.Node {
	var out []*yaml.Node
	for _, s := range in {
		out = append(out, scalar(string(s)))
	}
	return flow(list(out...))
}

func formatText(t Text) *yaml.Node {
	if len(t) == 0 {
		return nil
	}
	m := newMapping()
	for _, lang := range []conversation.Lang{conversation.Chinese, conversation.English} {
		if s, ok := t[lang]; ok {
			m.put(string(lang), scalar(s))
		}
	}
	return m.n
}

func formatCard(c *Card) *yaml.Node {
	m := newMapping()
	m.put("id", scalar(string(c.ID)))
	m.put("version", whole(int64(c.Number)))
	m.word("state", string(c.State), string(Draft))
	m.word("owner", c.Owner, "")
	m.put("title", formatText(c.Title))
	m.put("about", formatText(c.About))
	m.word("scheme", string(c.Scheme), string(Weighted))
	m.number("start", c.Start, 100)
	if len(c.Sets) > 0 {
		sets := newMapping()
		for _, s := range c.Sets {
			sets.put(s.Name, formatPhrases(s.Phrases))
		}
		m.put("synonyms", sets.n)
	}
	if len(c.Define) > 0 {
		defs := newMapping()
		for _, d := range c.Define {
			defs.put(d.Name, formatTest(d.Test))
		}
		m.put("define", defs.n)
	}
	var sections, examples []*yaml.Node
	for i := range c.Sections {
		sections = append(sections, formatSection(&c.Sections[i]))
	}
	m.put("sections", list(sections...))
	for _, e := range c.Examples {
		ex := newMapping()
		ex.put("item", scalar(e.Item))
		ex.put("verdict", scalar(string(e.Verdict)))
		ex.put("lang", scalar(string(e.Lang)))
		if e.Channel != conversation.Phone {
			ex.put("channel", scalar(string(e.Channel)))
		}
		if e.Direction != conversation.Inbound {
			ex.put("direction", scalar(string(e.Direction)))
		}
		ex.put("turns", list(scalars(e.Turns).Content...))
		examples = append(examples, ex.n)
	}
	m.put("examples", list(examples...))
	return m.n
}

func formatSection(s *Section) *yaml.Node {
	m := newMapping()
	m.put("id", scalar(s.ID))
	m.put("title", formatText(s.Title))
	m.number("weight", s.Weight, 0)
	var items []*yaml.Node
	for i := range s.Items {
		items = append(items, formatItem(&s.Items[i]))
	}
	m.put("items", list(items...))
	return m.n
}

func formatItem(it *Item) *yaml.Node {
	m := newMapping()
	m.put("id", scalar(it.ID))
	m.put("title", formatText(it.Title))
	m.put("why", formatText(it.Why))
	m.number("weight", it.Weight, 1)
	m.put("scale", formatScale(it.Scale))
	m.word("state", string(it.State), string(Live))
	m.word("owner", it.Owner, "")
	m.word("method", string(it.Method), string(ByRule))
	m.put("competencies", scalars(it.Competencies))
	m.word("critical", string(it.Critical), string(NotCritical))
	m.word("auto-fail", string(it.AutoFail), string(NoFail))
	m.number("cap", it.Cap, -1)
	m.put("when", formatTest(it.When))
	m.put("missed", formatTest(it.Missed))
	m.put("met", formatTest(it.Met))
	m.put("partly", formatTest(it.Partly))
	if it.Count != nil {
		count := newMapping()
		count.put("of", formatTest(it.Count.Of))
		count.put("take", whole(int64(it.Count.Take)))
		count.put("max", whole(int64(it.Count.Max)))
		m.put("count", count.n)
	}
	if it.Share != nil {
		m.put("share", formatShare(it.Share))
	}
	if len(it.Say) > 0 {
		say := newMapping()
		for _, v := range verdicts {
			if t, ok := it.Say[v]; ok {
				say.put(string(v), formatText(t))
			}
		}
		m.put("say", say.n)
	}
	m.put("feeling", formatText(it.Feeling))
	m.put("better", formatText(it.Better))
	return m.n
}

func formatScale(s Scale) *yaml.Node {
	switch s.Name {
	case yesNo.Name:
		return nil
	case five.Name:
		return scalar(s.Name)
	}
	m := newMapping()
	m.put("points", flow(list(whole(int64(s.Met)), whole(int64(s.Partly)), whole(int64(s.Missed)))))
	return flow(m.n)
}

func formatPhrases(p Phrases) *yaml.Node {
	if all, ok := p[""]; ok {
		return scalars(all)
	}
	m := newMapping()
	for _, lang := range []conversation.Lang{conversation.Chinese, conversation.English} {
		if l, ok := p[lang]; ok {
			m.put(string(lang), scalars(l))
		}
	}
	return m.n
}

func formatShare(s *Share) *yaml.Node {
	m := newMapping()
	m.put("of", formatTest(s.Of))
	m.put("none", whole(int64(s.None)))
	m.put("full", whole(int64(s.Full)))
	return m.n
}

func formatTest(t *Test) *yaml.Node {
	if t == nil {
		return nil
	}
	switch t.Op {
	case OpUse:
		return scalar(t.Word("name", ""))
	case OpThis:
		return scalar(OpThis)
	}
	m := newMapping()
	m.put(t.Op, formatArgs(t))
	s := &t.Scope
	m.word("role", string(s.Role), "")
	m.word("channel", string(s.Channel), "")
	m.word("direction", string(s.Direction), "")
	if s.Window != (Window{}) {
		m.put("window", scalar(s.Window.String()))
	}
	for _, rel := range s.Relations {
		m.put(rel.Where, formatRelation(rel))
	}
	m.put("unless", formatTest(s.Unless))
	m.number("min-length", s.MinLength, 0)
	m.number("sure", s.Sure, 0)
	return flow(m.n)
}

// formatArgs writes the first argument bare when it stands alone and can.
func formatArgs(t *Test) *yaml.Node {
	op := operator(t.Op)
	bare := len(t.Args) == 1 && t.Args[0].Name == op.Params[0].Name
	for _, p := range op.Params[1:] {
		bare = bare && !p.Required
	}
	if bare {
		return formatValue(&t.Args[0].Value)
	}
	m := newMapping()
	for i := range t.Args {
		m.put(t.Args[i].Name, formatValue(&t.Args[i].Value))
	}
	return flow(m.n)
}

func formatValue(v *Value) *yaml.Node {
	switch v.Kind {
	case KindTest:
		return formatTest(v.Tests[0])
	case KindTests:
		var out []*yaml.Node
		for _, t := range v.Tests {
			out = append(out, formatTest(t))
		}
		return list(out...)
	case KindActs:
		return formatActs(v.Acts)
	case KindPhrases, KindRegex:
		return flow(formatPhrases(v.Phrases))
	case KindInt:
		return whole(v.Int)
	case KindDuration:
		return scalar(Distance{Unit: "ms", N: v.Int}.String())
	case KindShare:
		return scalar(Distance{Unit: "share", N: v.Int}.String())
	case KindBool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(v.Int != 0)}
	case KindTexts:
		return scalars(v.Texts)
	case KindSteps:
		return formatSteps(v.Steps)
	case KindDistance:
		return scalar(v.Reach.String())
	default:
		return scalar(v.Text)
	}
}

func formatActs(acts []analysis.Act) *yaml.Node {
	if len(acts) == 1 {
		return scalar(string(acts[0]))
	}
	return scalars(acts)
}

func formatSteps(steps []Step) *yaml.Node {
	var out []*yaml.Node
	for _, s := range steps {
		m := newMapping()
		m.put("id", scalar(s.ID))
		m.put("title", flow(formatText(s.Title)))
		m.put("test", formatTest(s.Test))
		m.put("after", scalars(s.After))
		out = append(out, m.n)
	}
	return list(out...)
}

func formatRelation(rel Relation) *yaml.Node {
	if rel.Hit == "any" && rel.Within == (Distance{}) {
		return formatTest(rel.Of)
	}
	m := newMapping()
	m.put("of", formatTest(rel.Of))
	if rel.Hit == "nth" {
		m.put("hit", whole(int64(rel.N)))
	} else {
		m.word("hit", rel.Hit, "any")
	}
	if rel.Within != (Distance{}) {
		m.put("within", scalar(rel.Within.String()))
	}
	return flow(m.n)
}

// String returns the distance as the text form writes it.
func (d Distance) String() string {
	switch {
	case d.Unit == "ms" && d.N%60_000 == 0 && d.N > 0:
		return fmt.Sprintf("%d min", d.N/60_000)
	case d.Unit == "ms" && d.N%1000 == 0:
		return fmt.Sprintf("%d s", d.N/1000)
	case d.Unit == "share" && d.N%10 == 0:
		return fmt.Sprintf("%d %%", d.N/10)
	case d.Unit == "share":
		return fmt.Sprintf("%d.%d %%", d.N/10, d.N%10)
	}
	return fmt.Sprintf("%d %s", d.N, d.Unit)
}

// String returns the window as the text form writes it.
func (w Window) String() string {
	if w.Edge == "range" {
		return fmt.Sprintf("%s %d..%d", w.Unit, w.From, w.To)
	}
	return w.Edge + " " + Distance{Unit: w.Unit, N: w.To}.String()
}

// dress gives node n the comments and the layout of source, entry by entry:
// mappings by key, lists by the entry's id or place.
func dress(n, source *yaml.Node) {
	n.HeadComment, n.LineComment, n.FootComment = source.HeadComment, source.LineComment, source.FootComment
	if n.Kind != source.Kind {
		return
	}
	n.Style = source.Style
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			for j := 0; j+1 < len(source.Content); j += 2 {
				if n.Content[i].Value == source.Content[j].Value {
					dress(n.Content[i], source.Content[j])
					dress(n.Content[i+1], source.Content[j+1])
				}
			}
		}
		reorder(n, source)
	case yaml.SequenceNode:
		for i, entry := range n.Content {
			if s := counterpart(entry, i, source); s != nil {
				dress(entry, s)
			}
		}
	}
}

// reorder puts the keys of n into the order in which source has them, new
// keys last.
func reorder(n, source *yaml.Node) {
	place := func(key string) int {
		for j := 0; j+1 < len(source.Content); j += 2 {
			if source.Content[j].Value == key {
				return j
			}
		}
		return len(source.Content)
	}
	type pair struct{ key, value *yaml.Node }
	pairs := make([]pair, 0, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		pairs = append(pairs, pair{n.Content[i], n.Content[i+1]})
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return place(a.key.Value) - place(b.key.Value) })
	n.Content = n.Content[:0]
	for _, p := range pairs {
		n.Content = append(n.Content, p.key, p.value)
	}
}

func counterpart(entry *yaml.Node, i int, source *yaml.Node) *yaml.Node {
	if own := valueOf(entry, "id"); own != entry {
		for _, s := range source.Content {
			if other := valueOf(s, "id"); other != s && other.Value == own.Value {
				return s
			}
		}
		return nil
	}
	if i < len(source.Content) {
		return source.Content[i]
	}
	return nil
}
