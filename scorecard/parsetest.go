package scorecard

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

var (
	roles     = []string{"agent", "customer", "system", "any"}
	scopeKeys = []string{"role", "channel", "direction", "window", "before", "after", "around", "current", "unless", "min-length", "sure"}
	hitWords  = []string{"first", "last", "each", "any"}
)

// test reads a test: a name, or a mapping of one operator and its scope. A
// node of no kind (a key that is absent) is no test.
func (r *reader) test(n *yaml.Node) *Test {
	if n.Kind == 0 {
		return nil
	}
	t := &Test{At: r.doc.At(n)}
	if n.Kind == yaml.ScalarNode {
		t.Op = OpUse
		if n.Value == OpThis {
			t.Op = OpThis
			return t
		}
		t.Args = []Arg{{Name: "name", Value: Value{Kind: KindText, Text: n.Value}}}
		return t
	}
	if n.Kind != yaml.MappingNode {
		r.want(n, "a test: a name or {operator: …}")
		return t
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		op := operator(key.Value)
		switch {
		case op != nil && op.Name != OpUse && op.Name != OpThis:
			if t.Op != "" {
				r.want(key, "one operator in a test")
			}
			t.Op = op.Name
			t.Args = r.args(op, value)
		case slices.Contains(scopeKeys, key.Value):
			r.scope(&t.Scope, key, value)
		default:
			r.unknown(key, append(operatorNames(), scopeKeys...))
		}
	}
	if t.Op == "" && len(r.ps) == 0 {
		r.want(n, "an operator")
	}
	return t
}

// args reads an operator's arguments: the first parameter bare, or a mapping.
func (r *reader) args(op *Operator, n *yaml.Node) []Arg {
	if n.Kind == yaml.MappingNode && !r.bareMapping(op, n) {
		return r.namedArgs(op, n)
	}
	first := op.Params[0]
	for _, p := range op.Params[1:] {
		if p.Required {
			r.want(n, "a mapping with "+paramNames(op))
			return nil
		}
	}
	return []Arg{{Name: first.Name, Value: r.value(first, n)}}
}

// bareMapping reports whether mapping n is the first parameter itself: phrases
// by language, or a test.
func (r *reader) bareMapping(op *Operator, n *yaml.Node) bool {
	if len(n.Content) == 0 {
		return false
	}
	key := n.Content[0].Value
	switch op.Params[0].Kind {
	case KindPhrases, KindRegex:
		return key == "zh" || key == "en"
	case KindTest:
		return paramOf(op, key) == nil && (operator(key) != nil || slices.Contains(scopeKeys, key))
	}
	return false
}

func (r *reader) namedArgs(op *Operator, n *yaml.Node) []Arg {
	found := map[string]Value{}
	r.pairs(n, func(key, value *yaml.Node) {
		p := paramOf(op, key.Value)
		if p == nil {
			r.unknown(key, strings.Split(paramNames(op), ", "))
			return
		}
		found[p.Name] = r.value(*p, value)
	})
	var out []Arg
	for _, p := range op.Params {
		v, ok := found[p.Name]
		switch {
		case ok:
			out = append(out, Arg{Name: p.Name, Value: v})
		case p.Required && len(r.ps) == 0:
			r.want(n, "also "+p.Name)
		}
	}
	if len(out) == 0 && len(op.Params) > 0 && len(r.ps) == 0 && len(n.Content) > 0 {
		r.want(n, "one of "+paramNames(op))
	}
	return out
}

func paramOf(op *Operator, name string) *Param {
	for i := range op.Params {
		if op.Params[i].Name == name {
			return &op.Params[i]
		}
	}
	return nil
}

func paramNames(op *Operator) string {
	var out []string
	for _, p := range op.Params {
		out = append(out, p.Name)
	}
	return strings.Join(out, ", ")
}

// value reads one argument.
func (r *reader) value(p Param, n *yaml.Node) Value {
	v := Value{Kind: p.Kind}
	switch p.Kind {
	case KindTest:
		v.Tests = []*Test{r.test(n)}
	case KindTests:
		for _, c := range r.list(n, "a list of tests") {
			v.Tests = append(v.Tests, r.test(c))
		}
	case KindActs:
		v.Acts = r.acts(n)
	case KindPhrases:
		v.Phrases = r.phrases(n)
	case KindRegex:
		v.Phrases = r.phrases(n)
		v.regex = r.regexes(n, v.Phrases)
	case KindInt:
		v.Int = r.whole(n)
	case KindDuration:
		v.Int = r.duration(n)
	case KindShare:
		v.Int = r.share(n)
	case KindBool:
		v.Int = r.yes(n)
	case KindChoice:
		v.Text = n.Value
		if !slices.Contains(p.Choices, n.Value) {
			r.unknown(n, p.Choices)
		}
	case KindText:
		v.Text = r.scalar(n)
	case KindTexts:
		for _, c := range r.list(n, "a list of texts") {
			v.Texts = append(v.Texts, r.scalar(c))
		}
	case KindSteps:
		v.Steps = r.steps(n)
	case KindDistance:
		v.Reach = r.distance(n)
	}
	return v
}

// list returns the entries of a list, or the scalar itself as the only one.
func (r *reader) list(n *yaml.Node, expected string) []*yaml.Node {
	switch {
	case n.Kind == yaml.SequenceNode && len(n.Content) > 0:
		return n.Content
	case n.Kind == yaml.ScalarNode && n.Tag != "!!null":
		return []*yaml.Node{n}
	}
	r.want(n, expected)
	return nil
}

func (r *reader) scalar(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || n.Value == "" {
		r.want(n, "a text")
	}
	return n.Value
}

func (r *reader) acts(n *yaml.Node) []analysis.Act {
	var out []analysis.Act
	for _, c := range r.list(n, "an act or a list of acts") {
		a := analysis.Act(c.Value)
		if r.known.Acts != nil && !slices.Contains(r.known.Acts, a) {
			r.unknown(c, words(r.known.Acts))
		} else if c.Value == "" {
			r.want(c, "an act")
		}
		out = append(out, a)
	}
	return out
}

// phrases reads a list, or lists by language.
func (r *reader) phrases(n *yaml.Node) Phrases {
	out := Phrases{}
	if n.Kind != yaml.MappingNode {
		out[""] = r.phraseList(n)
		return out
	}
	r.pairs(n, func(key, value *yaml.Node) {
		if key.Value != "zh" && key.Value != "en" {
			r.unknown(key, []string{"zh", "en"})
			return
		}
		out[conversation.Lang(key.Value)] = r.phraseList(value)
	})
	return out
}

func (r *reader) phraseList(n *yaml.Node) []string {
	var out []string
	for _, c := range r.list(n, "a phrase or a list of phrases") {
		out = append(out, r.scalar(c))
	}
	return out
}

func (r *reader) regexes(n *yaml.Node, p Phrases) map[conversation.Lang]*regexp.Regexp {
	out := map[conversation.Lang]*regexp.Regexp{}
	for lang, list := range p {
		parts := make([]string, len(list))
		for i, one := range list {
			if _, err := regexp.Compile(one); err != nil {
				r.want(n, "a regular expression of RE2: "+strings.TrimPrefix(err.Error(), "error parsing regexp: "))
				return nil
			}
			parts[i] = "(?:" + one + ")"
		}
		re, err := regexp.Compile("(?i)" + strings.Join(parts, "|"))
		if err != nil {
			r.want(n, "a shorter regular expression")
			return nil
		}
		out[lang] = re
	}
	return out
}

func (r *reader) whole(n *yaml.Node) int64 {
	i, err := strconv.ParseInt(n.Value, 10, 32)
	if err != nil || i < 0 {
		r.want(n, "a whole number from 0 up")
		return 0
	}
	return i
}

func (r *reader) yes(n *yaml.Node) int64 {
	switch n.Value {
	case "true":
		return 1
	case "false":
		return 0
	}
	r.want(n, "true or false")
	return 0
}

func (r *reader) duration(n *yaml.Node) int64 {
	d, ok := quantity(n.Value)
	if !ok || d.Unit != "ms" {
		r.want(n, `a time like "10 s", "800 ms" or "2 min"`)
	}
	return d.N
}

func (r *reader) share(n *yaml.Node) int64 {
	d, ok := quantity(n.Value)
	if !ok || d.Unit != "share" {
		r.want(n, `a share like "30 %"`)
	}
	return d.N
}

func (r *reader) distance(n *yaml.Node) Distance {
	d, ok := quantity(n.Value)
	if !ok || d.Unit == "share" || d.Unit == "sentences" {
		r.want(n, `a distance like "2 turns", "10 s" or "30 characters"`)
	}
	return d
}

// quantity reads a number and its unit: times become milliseconds, shares per
// mille. One decimal is allowed for seconds, minutes and shares.
func quantity(s string) (Distance, bool) {
	number, unit, ok := strings.Cut(strings.TrimSpace(s), " ")
	if !ok {
		return Distance{}, false
	}
	whole, part, _ := strings.Cut(number, ".")
	n, err := strconv.ParseInt(whole, 10, 32)
	if err != nil || n < 0 || len(part) > 1 {
		return Distance{}, false
	}
	tenths := n * 10
	if part != "" {
		if part[0] < '0' || part[0] > '9' {
			return Distance{}, false
		}
		tenths += int64(part[0] - '0')
	}
	switch unit {
	case "s":
		return Distance{Unit: "ms", N: tenths * 100}, true
	case "min":
		return Distance{Unit: "ms", N: tenths * 6000}, true
	case "%":
		return Distance{Unit: "share", N: tenths}, n <= 1000
	}
	if part != "" {
		return Distance{}, false
	}
	switch unit {
	case "ms":
		return Distance{Unit: "ms", N: n}, true
	case "turn", "turns":
		return Distance{Unit: "turns", N: n}, true
	case "character", "characters":
		return Distance{Unit: "characters", N: n}, true
	case "sentence", "sentences":
		return Distance{Unit: "sentences", N: n}, true
	}
	return Distance{}, false
}

func (r *reader) steps(n *yaml.Node) []Step {
	var out []Step
	if n.Kind != yaml.SequenceNode {
		r.want(n, "a list of steps {id, test}")
		return nil
	}
	for _, c := range n.Content {
		var t struct {
			ID    string            `yaml:"id"`
			Title map[string]string `yaml:"title"`
			Test  yaml.Node         `yaml:"test"`
			After []yaml.Node       `yaml:"after"`
		}
		if !r.decode(c, &t) {
			continue
		}
		r.needSlug(c, t.ID)
		s := Step{ID: t.ID, Title: r.text(c, "title", t.Title), Test: r.test(&t.Test)}
		if t.Test.Kind == 0 {
			r.want(c, "a test for the step")
		}
		for i := range t.After {
			if !slices.ContainsFunc(out, func(o Step) bool { return o.ID == t.After[i].Value }) {
				r.want(&t.After[i], "the id of a step above")
			}
			s.After = append(s.After, t.After[i].Value)
		}
		if slices.ContainsFunc(out, func(o Step) bool { return o.ID == t.ID }) {
			r.want(valueOf(c, "id"), "each step's id once")
		}
		out = append(out, s)
	}
	return out
}

// scope reads one key of a test's scope.
func (r *reader) scope(s *Scope, key, n *yaml.Node) {
	oneOf := func(of ...string) string {
		if !slices.Contains(of, n.Value) {
			r.unknown(n, of)
		}
		return n.Value
	}
	switch key.Value {
	case "role":
		s.Role = conversation.Role(oneOf(roles...))
	case "channel":
		s.Channel = conversation.Channel(oneOf("phone", "chat"))
	case "direction":
		s.Direction = conversation.Direction(oneOf("inbound", "outbound"))
	case "window":
		s.Window = r.window(n)
	case "unless":
		s.Unless = r.test(n)
	case "min-length":
		s.MinLength = int(r.whole(n))
	case "sure":
		s.Sure = int(r.whole(n))
		if s.Sure > 1000 {
			r.want(n, "a certainty from 0 to 1000")
		}
	default:
		s.Relations = append(s.Relations, r.relation(key.Value, n))
	}
}

// window reads "first 2 turns", "last 10 s", "first 20 %", "turns 2..5" or
// "sentences 1..3".
func (r *reader) window(n *yaml.Node) Window {
	const expected = `a window like "first 2 turns", "last 10 s", "first 20 %" or "turns 2..5"`
	edge, rest, ok := strings.Cut(n.Value, " ")
	switch {
	case ok && (edge == "first" || edge == "last"):
		if d, good := quantity(rest); good && d.Unit != "characters" && d.N > 0 {
			return Window{Edge: edge, Unit: d.Unit, To: d.N}
		}
	case ok && (edge == "turns" || edge == "sentences"):
		var w = Window{Edge: "range", Unit: edge}
		if _, err := fmt.Sscanf(rest, "%d..%d", &w.From, &w.To); err == nil && w.From > 0 && w.To >= w.From && rest == fmt.Sprintf("%d..%d", w.From, w.To) {
			return w
		}
	}
	r.want(n, expected)
	return Window{}
}

// relation reads a test, or {of, hit, within}.
func (r *reader) relation(where string, n *yaml.Node) Relation {
	rel := Relation{Where: where, Hit: "any"}
	if n.Kind != yaml.MappingNode || valueOf(n, "of") == n || operator(firstKey(n)) != nil {
		rel.Of = r.test(n)
		return rel
	}
	r.pairs(n, func(key, value *yaml.Node) {
		switch key.Value {
		case "of":
			rel.Of = r.test(value)
		case "hit":
			rel.Hit, rel.N = r.which(value)
		case "within":
			rel.Within = r.distance(value)
		default:
			r.unknown(key, []string{"of", "hit", "within"})
		}
	})
	return rel
}

func firstKey(n *yaml.Node) string {
	if n.Kind == yaml.MappingNode && len(n.Content) > 0 {
		return n.Content[0].Value
	}
	return ""
}

// which reads first, last, each, any or a number ("nth").
func (r *reader) which(n *yaml.Node) (string, int) {
	if i, err := strconv.Atoi(n.Value); err == nil && i > 0 && i < 1000 {
		return "nth", i
	}
	if !slices.Contains(hitWords, n.Value) {
		r.unknown(n, append(slices.Clone(hitWords), "a number"))
	}
	return n.Value, 0
}
