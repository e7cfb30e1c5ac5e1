package scorecard

import (
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// itemKeys are the keys of an item in the order of a text.
var itemKeys = func() []string {
	var out []string
	for t, i := reflect.TypeFor[itemText](), 0; i < t.NumField(); i++ {
		out = append(out, t.Field(i).Tag.Get("yaml"))
	}
	return out
}()

// itemKey is one key of an item with its value, and the lines that say so.
type itemKey struct {
	key, value *yaml.Node
	lines      []line
}

// uses reports whether an item is taken from a part.
func uses(item *yaml.Node) bool { return valueOf(item, "use") != item }

// takesItems reports whether a section takes items from parts.
func takesItems(section *yaml.Node) bool {
	return slices.ContainsFunc(children(section, "items"), uses)
}

// sections puts items of parts in the place of what takes them.
func (c *composer) sections(t piece) {
	if t.value.Kind != yaml.SequenceNode || !slices.ContainsFunc(t.value.Content, takesItems) {
		return
	}
	for _, section := range c.inside(t.value, t.at+1, t.to) {
		if !takesItems(section.value) {
			continue
		}
		for _, k := range c.inside(section.value, section.at, section.to) {
			if k.key.Value != "items" {
				continue
			}
			for _, it := range c.inside(k.value, k.at+1, k.to) {
				if uses(it.value) {
					c.use(it)
				}
			}
		}
	}
}

// use puts an item of a part in the place of what takes it.
func (c *composer) use(it piece) {
	own := valueOf(it.value, "use")
	found, p := c.item(own.Value)
	if found == nil {
		c.unknown(own, "an item of the parts that the card names", c.itemIDs())
		return
	}
	column := it.key.Column
	keys, _ := p.pieces(found.value, found.at, found.to) // they are good, or readPart had said so
	moved := column - keys[0].key.Column
	var item []itemKey
	for _, k := range keys {
		item = append(item, itemKey{k.key, k.value, p.take(k.from, k.to, moved)})
	}
	first := &item[0].lines[0] // has the dash where the card has it
	first.text = cut(c.text.lines[it.at], 0, column-1) + cut(p.lines[keys[0].at], keys[0].key.Column-1, -1)
	first.moved = moved

	out := append(c.remarks(it), p.take(found.from, found.at, moved)...)
	for _, s := range c.overrides(it) {
		item = c.override(item, s)
	}
	for _, s := range item {
		c.test(s.key, s.value)
		out = append(out, s.lines...)
	}
	c.edits = append(c.edits, edit{it.at, it.to, out})
}

// itemIDs lists the items of the parts.
func (c *composer) itemIDs() []string {
	var out []string
	for _, p := range c.parts {
		for _, it := range p.items {
			out = append(out, valueOf(it.value, "id").Value)
		}
	}
	return out
}

// test notes the value of an item's key if it is a test.
func (c *composer) test(key, value *yaml.Node) {
	switch key.Value {
	case "when", "missed", "met", "partly":
		c.tests = append(c.tests, value)
	case "count", "share":
		if of := valueOf(value, "of"); of != value {
			c.tests = append(c.tests, of)
		}
	}
}

// override puts a key of the card into an item of a part: in the place of the
// part's own, or where it stands in the order of a text. With null it takes the
// part's away.
func (c *composer) override(item []itemKey, s itemKey) []itemKey {
	at := slices.IndexFunc(item, func(o itemKey) bool { return o.key.Value == s.key.Value })
	null := s.value.Tag == "!!null"
	switch {
	case s.key.Value == "id" || !slices.Contains(itemKeys, s.key.Value):
		c.r.unknown(s.key, itemKeys[1:])
	case null && at < 0:
		var known []string
		for _, o := range item[1:] {
			known = append(known, o.key.Value)
		}
		c.unknown(s.key, "a key that the item of the part has", known)
	case null:
		return slices.Delete(item, at, at+1)
	case at < 0:
		return slices.Insert(item, place(item, s.key.Value), s)
	case same(item[at].value, s.value):
		c.r.want(s.key, "a value other than the part's")
	default:
		item[at] = s
	}
	return item
}

// place is where a new key goes: after the last of those that stand before it
// in the order of a text.
func place(item []itemKey, key string) int {
	after, rank := 0, -1
	for i, s := range item {
		if r := slices.Index(itemKeys, s.key.Value); r > rank && r < slices.Index(itemKeys, key) {
			after, rank = i+1, r
		}
	}
	return after
}

// overrides returns what the card says of an item beside use.
func (c *composer) overrides(it piece) []itemKey {
	var out []itemKey
	var keys []*yaml.Node
	for i := 0; i+1 < len(it.value.Content); i += 2 {
		keys = append(keys, it.value.Content[i])
	}
	c.r.once(keys, "each key once")
	if it.value.Style&yaml.FlowStyle != 0 {
		for i, key := range keys {
			if s := (itemKey{key: key, value: it.value.Content[2*i+1]}); key.Value != "use" {
				s.lines = c.inBraces(it, s)
				out = append(out, s)
			}
		}
		return out
	}
	for _, k := range c.inside(it.value, it.at, it.to) {
		if k.key.Value == "use" {
			continue
		}
		lines := c.text.take(k.from, k.to, 0)
		if k.at == it.at {
			lines[0].text = strings.Repeat(" ", k.key.Column-1) + cut(lines[0].text, k.key.Column-1, -1)
		}
		out = append(out, itemKey{k.key, k.value, lines})
	}
	return out
}

// inBraces returns the line of a key that stands in braces: a word, in the line
// of its item, since longer values need lines of their own.
func (c *composer) inBraces(it piece, s itemKey) []line {
	if s.value.Tag == "!!null" {
		return nil
	}
	if s.value.Kind == yaml.ScalarNode && s.value.Line == it.key.Line && s.key.Line == it.key.Line {
		raw, _ := around(c.text.lines[it.at], s.value)
		var read yaml.Node
		if err := yaml.Unmarshal([]byte(raw), &read); err == nil && len(read.Content) == 1 && same(read.Content[0], s.value) {
			gap := 1
			if s.key.Style == 0 {
				gap = max(gap, s.value.Column-s.key.Column-len(s.key.Value)-1)
			}
			return []line{{
				text: strings.Repeat(" ", it.key.Column-1) + s.key.Value + ":" + strings.Repeat(" ", gap) + raw + "\n",
				file: c.text.doc.File, number: it.at + 1, moved: it.key.Column - s.key.Column,
			}}
		}
	}
	c.r.want(s.value, "a single word in braces; longer values on lines of their own")
	return nil
}

// remarks returns the comments of what takes an item, which go above the item.
func (c *composer) remarks(it piece) []line {
	own, last := valueOf(it.value, "use"), it.value.Content[len(it.value.Content)-1]
	from, to := it.at, it.to
	if it.value.Style&yaml.FlowStyle == 0 {
		for _, k := range c.inside(it.value, it.at, it.to) {
			if k.key.Value == "use" {
				from, to, last = k.from, k.to, own
			}
		}
	}
	var out []line
	for i := from; i < to; i++ {
		text := c.text.lines[i]
		if i == last.Line-1 {
			_, rest := around(text, last)
			text = strings.TrimLeft(rest, " ,}")
		}
		if strings.HasPrefix(strings.TrimSpace(text), "#") {
			l := line{file: c.text.doc.File, number: i + 1}
			l.text = strings.Repeat(" ", indent(c.text.lines[it.at])) + strings.TrimLeft(text, " ")
			out = append(out, l)
		}
	}
	return out
}

// around returns the scalar v as it stands in its line, and what comes after.
func around(line string, v *yaml.Node) (raw, rest string) {
	from := []rune(cut(line, v.Column-1, -1))
	n := min(len(from), length(from, v))
	return string(from[:n]), string(from[n:])
}
