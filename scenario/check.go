package scenario

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// behaviours returns the names that policies and lines may use. A line may
// also be meant for one thing: "fault:blunt-refusal", "tell:light".
func behaviours() []string {
	return []string{
		"abuse", "accept", "again", "agree", "ask", "ask-supervisor", "confirm", "confused", "deny", "digress", "doubt", "evade",
		"fault", "forbidden", "give-name", "go-on", "goodbye", "hang-up", "hurry", "interrupt", "knock", "leave", "machine",
		"name-again", "nonsense", "not-done", "nothing-else", "off-script", "panic", "pick-up", "prompt", "push-back", "raise",
		"relieved", "repeat", "say-no", "say-no-again", "silent", "soften", "tell", "test-promise", "thanks", "threaten",
		"transfer-object", "transfer-ok", "unverified", "vent", "verify-more", "verify-object", "verify-why", "wait", "weary", "who",
	}
}

// checker looks for what is wrong beyond the shape of the YAML.
type checker struct {
	d    *yamldoc.Doc
	sc   *Scenario
	ids  []string // points, facts, concerns
	acts []string
	is   Known
	ps   yamldoc.Problems
}

// Known is what a scenario may name outside of itself. An empty list is not
// asked.
type Known struct {
	Scorecards   []id.Scorecard
	Competencies []id.Competency
}

func check(d *yamldoc.Doc, sc *Scenario, is Known) yamldoc.Problems {
	k := &checker{d: d, sc: sc, is: is}
	for a := range sc.manners.moods.Acts {
		k.acts = append(k.acts, string(a))
	}
	slices.Sort(k.acts)
	k.head()
	k.outside()
	k.slots()
	k.names()
	k.concerns()
	k.facts()
	k.verification()
	k.policies()
	k.lines()
	return k.ps
}

// at returns the node at a path of keys and indexes, or the nearest above it.
func (k *checker) at(path ...any) *yaml.Node {
	n := k.d.Root
	for _, step := range path {
		next := child(n, step)
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

func child(n *yaml.Node, step any) *yaml.Node {
	switch s := step.(type) {
	case int:
		if n.Kind == yaml.SequenceNode && s < len(n.Content) {
			return n.Content[s]
		}
	case string:
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == s {
				return n.Content[i+1]
			}
		}
	}
	return nil
}

func (k *checker) want(expected string, path ...any) {
	k.ps = append(k.ps, k.d.Want(k.at(path...), expected))
}

// said is want with what was read, where the place holds more than that.
func (k *checker) said(read, expected string, path ...any) {
	n := *k.at(path...)
	n.Kind, n.Value = yaml.ScalarNode, read
	k.ps = append(k.ps, k.d.Want(&n, expected))
}

// known checks that a word stands in a closed list.
func (k *checker) known(word string, list []string, path ...any) {
	if !slices.Contains(list, word) {
		n := *k.at(path...)
		n.Value = word
		k.ps = append(k.ps, k.d.Unknown(&n, list))
	}
}

func (k *checker) head() {
	sc := k.sc
	if !id.Slug(string(sc.ID)) || !strings.HasPrefix(string(sc.ID), string(sc.Lang)+"-") {
		k.want("a slug that begins with the language, as zh-fund-value", "id")
	}
	k.known(string(sc.Lang), []string{"zh", "en"}, "lang")
	k.known(string(sc.Channel), []string{"phone", "chat"}, "channel")
	k.known(string(sc.Direction), []string{"inbound", "outbound"}, "direction")
	k.known(sc.Order, []string{"", "fixed", "any"}, "order")
	k.known(sc.Kind, []string{"enquiry", "fault", "complaint", "verification", "care", "renewal", "distress", "collection"}, "kind")
	k.known(sc.Customer.Temperament, slices.Sorted(maps.Keys(sc.manners.moods.Temperaments)), "customer", "temperament")
	k.known(sc.Customer.Pace, slices.Sorted(maps.Keys(sc.manners.moods.Paces)), "customer", "pace")
	if sc.Level < 1 || sc.Level > 5 {
		k.want("a number from 1 to 5", "level")
	}
	for _, f := range []struct {
		key, value string
	}{{"title", sc.Title}, {"summary", sc.Summary}, {"trade", sc.Trade}, {"scorecard", string(sc.Scorecard)}} {
		if f.value == "" {
			k.want("a text", f.key)
		}
	}
	if len(sc.Competencies) == 0 {
		k.want("the competencies it trains", "competencies")
	}
	for i, c := range sc.Competencies {
		if !id.Slug(string(c)) {
			k.want("a slug", "competencies", i)
		}
	}
	for _, g := range []struct {
		key   string
		value int
	}{{"irritation", sc.Mood.Irritation}, {"trust", sc.Mood.Trust}, {"patience", sc.Mood.Patience}, {"clarity", sc.Mood.Clarity}} {
		if g.value < 0 || g.value > 1000 {
			k.want("a number from 0 to 1000", "mood", g.key)
		}
	}
	if sc.Mood.Patience == 0 {
		k.want("some patience, as 600", "mood", "patience")
	}
	k.checkActs(slices.Sorted(maps.Keys(sc.Moves)), "moves")
}

// outside checks what the scenario names of other domains.
func (k *checker) outside() {
	if k.sc.Scorecard != "" {
		k.listed(string(k.sc.Scorecard), words(k.is.Scorecards), "scorecard")
	}
	for i, c := range k.sc.Competencies {
		k.listed(string(c), words(k.is.Competencies), "competencies", i)
	}
}

func (k *checker) listed(word string, list []string, path ...any) {
	if len(list) > 0 {
		k.known(word, list, path...)
	}
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

func (k *checker) checkActs(acts []analysis.Act, path ...any) {
	for _, a := range acts {
		k.known(string(a), k.acts, path...)
	}
}

// slots checks the tables of variable parts and every {slot} in the text.
func (k *checker) slots() {
	defined := map[string]string{}
	for table, rows := range k.sc.Vary {
		if len(rows) == 0 {
			k.want("at least one row", "vary", table)
			continue
		}
		for slot := range rows[0] {
			if other, ok := defined[slot]; ok {
				k.said(slot+" ("+other+")", "each slot in one table", "vary", table)
			}
			defined[slot] = table
		}
		for i, row := range rows {
			if !slices.Equal(slices.Sorted(maps.Keys(row)), slices.Sorted(maps.Keys(rows[0]))) {
				k.want("the same slots as in the first row", "vary", table, i)
			}
		}
	}
	names := slices.Sorted(maps.Keys(defined))
	k.walkSlots(k.d.Root, names)
}

func (k *checker) walkSlots(n *yaml.Node, names []string) {
	if n.Kind == yaml.ScalarNode {
		for _, s := range slotsIn(n.Value) {
			if !slices.Contains(names, s) {
				m := *n
				m.Value = s
				k.ps = append(k.ps, k.d.Unknown(&m, names))
			}
		}
	}
	for _, c := range n.Content {
		k.walkSlots(c, names)
	}
}

// names collects the ids and checks that each is used once.
func (k *checker) names() {
	add := func(s string, path ...any) {
		switch {
		case !id.Slug(s) || s == "verified":
			k.want("a slug", path...)
		case slices.Contains(k.ids, s):
			k.want("an id that is not used yet", path...)
		}
		k.ids = append(k.ids, s)
	}
	for i, co := range k.sc.Concerns {
		add(co.ID, "concerns", i, "id")
		for j, p := range co.Points {
			add(p.ID, "concerns", i, "points", j, "id")
		}
	}
	for i, f := range k.sc.Knows {
		add(f.ID, "knows", i, "id")
	}
	k.ids = append(k.ids, "verified")
}

func (k *checker) refs(ids []string, path ...any) {
	for i, s := range ids {
		k.known(s, k.ids, append(slices.Clone(path), i)...)
	}
}

func (k *checker) concerns() {
	if len(k.sc.Concerns) == 0 {
		k.want("at least one concern", "concerns")
	}
	for i, co := range k.sc.Concerns {
		k.wordings(co.Raise, 1, "concerns", i, "raise")
		if k.sc.Direction != conversation.Outbound || k.sc.Outbound.Accepts <= 1000 {
			k.wordings(co.Accept, 1, "concerns", i, "accept")
		}
		if len(co.Points) == 0 {
			k.want("at least one point", "concerns", i, "points")
		}
		for j, p := range co.Points {
			if len(p.Says) == 0 && len(p.Acts) == 0 {
				k.want("says or acts", "concerns", i, "points", j)
			}
			if p.Label == "" {
				k.want("a label", "concerns", i, "points", j)
			}
			k.checkPatterns(p.Says, "concerns", i, "points", j, "says")
			k.checkActs(p.Acts, "concerns", i, "points", j, "acts")
			k.refs(p.After, "concerns", i, "points", j, "after")
		}
	}
}

func (k *checker) checkPatterns(texts []string, path ...any) {
	for i, t := range texts {
		if len(compile(t, k.sc.Lang)) == 0 && !strings.Contains(t, "{") {
			k.want("words to look for", append(slices.Clone(path), i)...)
		}
	}
}

func (k *checker) facts() {
	for i, f := range k.sc.Knows {
		k.wordings(f.Tells, 1, "knows", i, "tells")
		k.checkPatterns(f.Asked, "knows", i, "asked")
		if w := f.Withheld; w != nil {
			k.checkActs(w.Acts, "knows", i, "withheld", "acts")
			k.refs(w.After, "knows", i, "withheld", "after")
		}
		if f.Hidden != "" {
			k.hidden(f, k.d.Root)
		}
	}
	for i, f := range k.sc.Forbidden {
		k.checkPatterns(f.Says, "forbidden", i, "says")
		k.wordings(f.Line, 1, "forbidden", i, "line")
	}
}

// hidden finds a withheld value in the customer's other lines.
func (k *checker) hidden(f Fact, root *yaml.Node) {
	for behaviour, w := range k.sc.own() {
		if behaviour == "tell:"+f.ID || behaviour == "again:"+f.ID {
			continue
		}
		for _, text := range w.All() {
			if strings.Contains(text, f.Hidden) {
				n := *root
				n.Value = text
				if at := findScalar(root, text); at != nil {
					n = *at
				}
				k.ps = append(k.ps, k.d.Want(&n, "no withheld value in other lines"))
			}
		}
	}
}

func findScalar(n *yaml.Node, value string) *yaml.Node {
	if n.Kind == yaml.ScalarNode && n.Value == value {
		return n
	}
	for _, c := range n.Content {
		if found := findScalar(c, value); found != nil {
			return found
		}
	}
	return nil
}

func (k *checker) verification() {
	v := k.sc.Verification
	var facts []string
	for _, f := range k.sc.Knows {
		facts = append(facts, f.ID)
	}
	for i, f := range v.Facts {
		k.known(f, facts, "verification", "facts", i)
	}
	k.refs(v.Before, "verification", "before")
	if v.Due && len(v.Facts) == 0 {
		k.want("the facts that prove who he is", "verification")
	}
	if !v.Due && len(v.Facts)+len(v.Before) > 0 {
		k.want("no facts where no verification is due", "verification")
	}
}

func (k *checker) policies() {
	for i, p := range k.sc.Policies {
		k.known(p.Do, behaviours(), "policies", i, "do")
		k.known(p.At, []string{"", "idle", "first", "join"}, "policies", i, "at")
		k.checkActs(p.When.Acts, "policies", i, "when", "acts")
		k.checkActs(p.When.Without, "policies", i, "when", "without")
		k.refs(p.When.After, "policies", i, "when", "after")
		k.refs(p.When.Until, "policies", i, "when", "until")
		_, own := k.sc.Lines[p.Do]
		if _, common := k.sc.manners.common.Lines[p.Do]; !own && !common {
			k.want("a behaviour with lines", "policies", i, "do")
		}
	}
}

func (k *checker) lines() {
	for _, key := range slices.Sorted(maps.Keys(k.sc.Lines)) {
		bare, _, _ := strings.Cut(key, ":")
		k.known(bare, behaviours(), "lines", key)
		k.wordings(k.sc.Lines[key], 1, "lines", key)
	}
}

func (k *checker) wordings(w Wordings, least int, path ...any) {
	all := w.All()
	if len(all) < least {
		k.want("at least "+strconv.Itoa(least)+" wording under any, calm, tense or hot", path...)
	}
	for _, text := range all {
		if strings.TrimSpace(text) == "" {
			k.want("a line", path...)
		}
	}
}
