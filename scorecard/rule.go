package scorecard

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lianxi-cc/lianxi/conversation"
)

// Rule names what decides an item: 8 hex digits of the hash of its conditions
// with everything that they use. Two versions of a card that have it in common
// judge the item alike, whatever became of its words, its weight or its state,
// so that what was proved of the one is proved of the other. It is "" when
// there is no such item.
func (c *Card) Rule(item string) string {
	it := c.Item(item)
	if it == nil {
		return ""
	}
	m := newMapping()
	m.word("method", string(it.Method), "")
	tests := it.tests()
	for i, name := range []string{"when", "missed", "met", "partly"} {
		m.put(name, formatTest(tests[i]))
	}
	if it.Count != nil {
		m.put("count", formatTest(it.Count.Of))
	}
	if it.Share != nil {
		m.put("share", formatShare(it.Share))
	}
	used := map[string]*yaml.Node{}
	for _, t := range tests {
		c.uses(t, used)
	}
	names := make([]string, 0, len(used))
	for name := range used {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		m.put(name, used[name])
	}
	text, err := yaml.Marshal(m.n)
	if err != nil {
		panic("scorecard: own nodes do not encode: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:4])
}

// uses adds the definitions and synonym sets that a test rests on.
func (c *Card) uses(t *Test, used map[string]*yaml.Node) {
	t.Walk(func(t *Test) {
		if name := t.Word("name", ""); t.Op == OpUse && used["define "+name] == nil {
			if def := c.Defined(name); def != nil {
				used["define "+name] = formatTest(def)
				c.uses(def, used)
			}
		}
		for i := range t.Args {
			c.usesSets(t.Args[i].Phrases, used)
		}
	})
}

func (c *Card) usesSets(p Phrases, used map[string]*yaml.Node) {
	for _, lang := range []conversation.Lang{"", conversation.Chinese, conversation.English} {
		for _, phrase := range p[lang] {
			if !strings.HasPrefix(phrase, "<") {
				continue
			}
			name, _ := setName(phrase)
			for _, s := range c.Sets {
				if s.Name == name {
					used["synonyms "+name] = formatPhrases(s.Phrases)
				}
			}
		}
	}
}

// Unproven returns the items that would begin to judge people if next took the
// place of live (nil for none), and for which proofs, by item, are not enough.
// What a person judges needs no proof.
func Unproven(live, next *Card, proofs map[string]Proof, th Threshold) []string {
	var out []string
	for s := range next.Sections {
		for _, it := range next.Sections[s].Items {
			if it.State != Live || it.Method == ByPerson || th.Enough(proofs[it.ID]) {
				continue
			}
			if live != nil {
				if was := live.Item(it.ID); was != nil && was.State == Live && live.Rule(it.ID) == next.Rule(it.ID) {
					continue
				}
			}
			out = append(out, it.ID)
		}
	}
	return out
}
