package scorecard

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// Setting is one setting of an item as a page changes it.
type Setting struct{ Item, Key, Value string }

// settable are the keys that a page changes one by one. Everything else of an
// item is written in its text.
var settable = []string{"weight", "state", "critical", "auto-fail"}

// Edit returns a card's text with settings of its items changed and not a
// character else: comments, layout and order stay. A setting that the item has
// already, or that stands for what is left out, changes nothing. Invalid
// (scorecard.edit): no such item, or a key that is not weight, state, critical
// or auto-fail. Whether the value is right, Parse says.
func Edit(text []byte, settings []Setting) ([]byte, error) {
	for _, s := range settings {
		var doc yaml.Node
		if err := yaml.Unmarshal(text, &doc); err != nil {
			return nil, fault.As(fault.Invalid, "scorecard.edit", err)
		}
		item := itemNode(&doc, s.Item)
		if item == nil || !slices.Contains(settable, s.Key) || s.Value == "" || strings.ContainsAny(s.Value, "\n#:{}[],\"'") {
			return nil, fault.New(fault.Invalid, "scorecard.edit", fault.Args{"item": s.Item, "key": s.Key})
		}
		text = set(text, item, s)
	}
	return text, nil
}

// setVersion writes the version number into a card's text, and nothing else.
func setVersion(text string, number int) (string, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil || len(doc.Content) == 0 {
		return "", fault.As(fault.Invalid, "scorecard.edit", err)
	}
	v := valueOf(doc.Content[0], "version")
	lines := bytes.SplitAfter([]byte(text), []byte("\n"))
	replace(lines, v, fmt.Sprint(number))
	return string(bytes.Join(lines, nil)), nil
}

// replace writes value in the place of the scalar v.
func replace(lines [][]byte, v *yaml.Node, value string) {
	line, from := []rune(string(lines[v.Line-1])), v.Column-1
	lines[v.Line-1] = []byte(string(line[:from]) + value + string(line[from+length(line[from:], v):]))
}

// itemNode returns the mapping of an item, or nil.
func itemNode(doc *yaml.Node, item string) *yaml.Node {
	if len(doc.Content) == 0 {
		return nil
	}
	for _, section := range children(doc.Content[0], "sections") {
		for _, it := range children(section, "items") {
			if own := valueOf(it, "id"); own != it && own.Value == item {
				return it
			}
		}
	}
	return nil
}

func children(n *yaml.Node, key string) []*yaml.Node {
	if v := valueOf(n, key); v != n && v.Kind == yaml.SequenceNode {
		return v.Content
	}
	return nil
}

// leftOut is what an item has that says nothing.
var leftOut = map[string]string{"state": string(Live), "critical": string(NotCritical), "auto-fail": string(NoFail)}

// set writes one setting into text, whose item stands at n.
func set(text []byte, n *yaml.Node, s Setting) []byte {
	lines := bytes.SplitAfter(text, []byte("\n"))
	if v := valueOf(n, s.Key); v != n {
		if v.Value == s.Value {
			return text
		}
		replace(lines, v, s.Value)
		return bytes.Join(lines, nil)
	}
	if leftOut[s.Key] == s.Value {
		return text
	}
	own := valueOf(n, "id")
	line := []rune(string(lines[own.Line-1]))
	if n.Style&yaml.FlowStyle != 0 {
		at := own.Column - 1 + length(line[own.Column-1:], own)
		lines[own.Line-1] = []byte(string(line[:at]) + fmt.Sprintf(", %s: %s", s.Key, s.Value) + string(line[at:]))
		return bytes.Join(lines, nil)
	}
	at := slices.IndexFunc(n.Content, func(k *yaml.Node) bool { return k.Value == "id" })
	added := []byte(strings.Repeat(" ", n.Content[at].Column-1) + s.Key + ": " + s.Value + "\n")
	if l := lines[own.Line-1]; !bytes.HasSuffix(l, []byte("\n")) {
		lines[own.Line-1] = append(slices.Clone(l), '\n')
	}
	return bytes.Join(slices.Insert(lines, own.Line, added), nil)
}

// length is how many characters a scalar takes in the text.
func length(text []rune, v *yaml.Node) int {
	if v.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 {
		return len([]rune(v.Value))
	}
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && text[0] == '"':
			i++
		case text[i] == text[0] && i+1 < len(text) && text[i+1] == text[0] && text[0] == '\'':
			i++
		case text[i] == text[0]:
			return i + 1
		}
	}
	return len(text)
}

// Text returns the card as it was written, with what it took from parts.
func (c *Card) Text() string { return string(c.text) }

// ItemText returns an item as it was written, comments included, in the one
// form of a text; "" when there is none such.
func (c *Card) ItemText(item string) string {
	if c.source == nil {
		return ""
	}
	n := itemNode(&yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{c.source}}, item)
	if n == nil {
		return ""
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(n); err != nil {
		return ""
	}
	return out.String()
}
