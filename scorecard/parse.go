package scorecard

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// The shapes of the text form. Tests are kept as nodes and read by readTest.
type (
	cardText struct {
		ID       string            `yaml:"id"`
		Version  int               `yaml:"version"`
		State    string            `yaml:"state"`
		Owner    string            `yaml:"owner"`
		Title    map[string]string `yaml:"title"`
		About    map[string]string `yaml:"about"`
		Scheme   string            `yaml:"scheme"`
		Start    *int              `yaml:"start"`
		Synonyms yaml.Node         `yaml:"synonyms"`
		Define   yaml.Node         `yaml:"define"`
		Sections []yaml.Node       `yaml:"sections"`
		Examples []yaml.Node       `yaml:"examples"`
	}
	sectionText struct {
		ID     string            `yaml:"id"`
		Title  map[string]string `yaml:"title"`
		Weight int               `yaml:"weight"`
		Items  []yaml.Node       `yaml:"items"`
	}
	itemText struct {
		ID           string                       `yaml:"id"`
		Title        map[string]string            `yaml:"title"`
		Why          map[string]string            `yaml:"why"`
		Weight       *int                         `yaml:"weight"`
		Scale        yaml.Node                    `yaml:"scale"`
		State        string                       `yaml:"state"`
		Owner        string                       `yaml:"owner"`
		Method       string                       `yaml:"method"`
		Competencies []yaml.Node                  `yaml:"competencies"`
		Critical     string                       `yaml:"critical"`
		AutoFail     string                       `yaml:"auto-fail"`
		Cap          *int                         `yaml:"cap"`
		When         yaml.Node                    `yaml:"when"`
		Missed       yaml.Node                    `yaml:"missed"`
		Met          yaml.Node                    `yaml:"met"`
		Partly       yaml.Node                    `yaml:"partly"`
		Count        yaml.Node                    `yaml:"count"`
		Share        yaml.Node                    `yaml:"share"`
		Say          map[string]map[string]string `yaml:"say"`
		Feeling      map[string]string            `yaml:"feeling"`
		Better       map[string]string            `yaml:"better"`
	}
	countText struct {
		Of   yaml.Node `yaml:"of"`
		Take int       `yaml:"take"`
		Max  int       `yaml:"max"`
	}
	shareText struct {
		Of   yaml.Node `yaml:"of"`
		None int       `yaml:"none"`
		Full int       `yaml:"full"`
	}
	exampleText struct {
		Item      string   `yaml:"item"`
		Verdict   string   `yaml:"verdict"`
		Lang      string   `yaml:"lang"`
		Channel   string   `yaml:"channel"`
		Direction string   `yaml:"direction"`
		Turns     []string `yaml:"turns"`
	}
)

// reader reads one text and collects everything that is wrong in it.
type reader struct {
	doc   *yamldoc.Doc
	known Known
	ps    yamldoc.Problems

	sections, items, examples []*yaml.Node // where their ids stand
}

// Parse reads a card from its text form. file is used in messages only. The
// error is a yamldoc.Problems, kind Invalid, in the order of the text.
func Parse(file string, text []byte, known Known) (*Card, error) {
	doc, err := yamldoc.Parse(file, text)
	if err != nil {
		return nil, err
	}
	r := &reader{doc: doc, known: known}
	c := r.card(doc.Root)
	if len(r.ps) == 0 {
		r.check(c)
	}
	if len(r.ps) > 0 {
		sortProblems(r.ps)
		return nil, r.ps
	}
	c.source, c.text = doc.Root, slices.Clone(text)
	for i, lang := range languages {
		c.indexes[i] = sync.OnceValue(func() *PhraseIndex { return c.gather(lang) })
	}
	c.Version = fmt.Sprintf("%d.%s", c.Number, fingerprint(c))
	return c, nil
}

// fingerprint is 8 hex digits of the hash of the card's text form without
// comments, so that two texts that mean the same share a version.
func fingerprint(c *Card) string {
	bare := *c
	bare.source = nil
	sum := sha256.Sum256(Format(&bare))
	return hex.EncodeToString(sum[:4])
}

func (r *reader) want(n *yaml.Node, expected string) { r.ps = append(r.ps, r.doc.Want(n, expected)) }

func (r *reader) unknown(n *yaml.Node, known []string) {
	r.ps = append(r.ps, r.doc.Unknown(n, known))
}

// decode fills out and collects its problems.
func (r *reader) decode(n *yaml.Node, out any) bool {
	err := r.doc.Decode(n, out)
	var ps yamldoc.Problems
	if errors.As(err, &ps) {
		r.ps = append(r.ps, ps...)
	}
	return err == nil
}

func (r *reader) card(n *yaml.Node) *Card {
	var t cardText
	c := &Card{}
	if !r.decode(n, &t) {
		return c
	}
	c.ID, c.Number, c.Owner = id.Scorecard(t.ID), t.Version, t.Owner
	if !id.Slug(t.ID) {
		r.want(valueOf(n, "id"), "a name of lower-case letters, digits and hyphens under id")
	}
	if t.Version < 1 {
		r.want(valueOf(n, "version"), "a version number from 1 up")
	}
	c.State = State(r.choice(n, "state", t.State, string(Draft), states))
	c.Scheme = Scheme(r.choice(n, "scheme", t.Scheme, string(Weighted), []string{string(Weighted), string(Deduct)}))
	c.Start = 100
	if t.Start != nil {
		c.Start = *t.Start
	}
	if c.Start < 1 || c.Start > 1000 {
		r.want(valueOf(n, "start"), "a number from 1 to 1000")
	}
	c.Title, c.About = r.text(n, "title", t.Title), r.text(n, "about", t.About)
	r.needTitle(n, c.Title)
	c.Sets = r.sets(&t.Synonyms)
	c.Define = r.definitions(&t.Define)
	for i := range t.Sections {
		c.Sections = append(c.Sections, r.section(&t.Sections[i]))
	}
	if len(c.Sections) == 0 {
		r.want(valueOf(n, "sections"), "at least one section")
	}
	for i := range t.Examples {
		c.Examples = append(c.Examples, r.example(&t.Examples[i]))
	}
	return c
}

func (r *reader) needTitle(n *yaml.Node, t Text) {
	if len(t) == 0 {
		r.want(valueOf(n, "title"), "a title in zh, in en or in both")
	}
}

func (r *reader) sets(n *yaml.Node) []Set {
	var out []Set
	r.pairs(n, func(key, value *yaml.Node) {
		if !id.Slug(key.Value) {
			r.want(key, "a name of lower-case letters, digits and hyphens")
		}
		out = append(out, Set{Name: key.Value, Phrases: r.phrases(value)})
	})
	return out
}

func (r *reader) definitions(n *yaml.Node) []*Definition {
	var out []*Definition
	r.pairs(n, func(key, value *yaml.Node) { out = append(out, r.definition(key, value)) })
	return out
}

func (r *reader) definition(key, value *yaml.Node) *Definition {
	if !id.Slug(key.Value) || key.Value == OpThis {
		r.want(key, "a name of lower-case letters, digits and hyphens")
	}
	return &Definition{Name: key.Value, Test: r.test(value)}
}

// pairs visits the entries of a mapping in the order of the text.
func (r *reader) pairs(n *yaml.Node, visit func(key, value *yaml.Node)) {
	if n.Kind == 0 || n.Tag == "!!null" {
		return
	}
	if n.Kind != yaml.MappingNode {
		r.want(n, "a mapping")
		return
	}
	keys := make([]*yaml.Node, 0, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		keys = append(keys, n.Content[i])
		visit(n.Content[i], n.Content[i+1])
	}
	r.once(keys, "each name once")
}

// once reports the words that stand among the ones before them.
func (r *reader) once(words []*yaml.Node, expected string) {
	seen := map[string]bool{}
	for _, n := range words {
		if seen[n.Value] {
			r.want(n, expected)
		}
		seen[n.Value] = true
	}
}

func (r *reader) section(n *yaml.Node) Section {
	var t sectionText
	if !r.decode(n, &t) {
		return Section{}
	}
	s := Section{ID: t.ID, Title: r.text(n, "title", t.Title), Weight: t.Weight}
	r.needSlug(n, t.ID)
	r.sections = append(r.sections, valueOf(n, "id"))
	r.needTitle(n, s.Title)
	if t.Weight < 0 || t.Weight > 1000 {
		r.want(valueOf(n, "weight"), "a weight from 0 to 1000")
	}
	for i := range t.Items {
		s.Items = append(s.Items, r.item(&t.Items[i]))
	}
	if len(s.Items) == 0 {
		r.want(valueOf(n, "items"), "at least one item")
	}
	return s
}

func (r *reader) needSlug(n *yaml.Node, s string) {
	if !id.Slug(s) {
		r.want(valueOf(n, "id"), "a name of lower-case letters, digits and hyphens under id")
	}
}

func (r *reader) item(n *yaml.Node) Item {
	var t itemText
	if !r.decode(n, &t) {
		return Item{}
	}
	r.needSlug(n, t.ID)
	r.items = append(r.items, valueOf(n, "id"))
	it := Item{ID: t.ID, Title: r.text(n, "title", t.Title), Why: r.text(n, "why", t.Why), Weight: 1, Owner: t.Owner, Cap: -1}
	r.needTitle(n, it.Title)
	if t.Weight != nil {
		it.Weight = *t.Weight
	}
	if it.Weight < 0 || it.Weight > 1000 {
		r.want(valueOf(n, "weight"), "a weight from 0 to 1000")
	}
	if t.Cap != nil {
		it.Cap = *t.Cap
		if it.Cap < 0 || it.Cap > 1000 {
			r.want(valueOf(n, "cap"), "a score from 0 to 1000")
		}
	}
	it.Scale = r.scale(&t.Scale)
	it.State = State(r.choice(n, "state", t.State, string(Live), states))
	it.Method = Method(r.choice(n, "method", t.Method, string(ByRule), []string{string(ByRule), string(ByModel), string(ByPerson)}))
	it.Critical = Critical(r.choice(n, "critical", t.Critical, string(NotCritical), []string{"none", "customer", "business", "compliance"}))
	it.AutoFail = Reach(r.choice(n, "auto-fail", t.AutoFail, string(NoFail), []string{"none", "section", "form"}))
	it.Competencies = r.competencies(t.Competencies)
	it.When, it.Missed, it.Met, it.Partly = r.test(&t.When), r.test(&t.Missed), r.test(&t.Met), r.test(&t.Partly)
	it.Count, it.Share = r.count(&t.Count), r.turnShare(&t.Share)
	it.Say = r.say(n, t.Say)
	it.Feeling, it.Better = r.text(n, "feeling", t.Feeling), r.text(n, "better", t.Better)
	r.condition(n, &it)
	return it
}

// condition checks that an item says how it is judged, and only one way.
func (r *reader) condition(n *yaml.Node, it *Item) {
	tests := it.Missed != nil || it.Met != nil || it.Partly != nil
	switch {
	case it.Method == ByRule && it.Count == nil && it.Share == nil && it.Met == nil && it.Missed == nil:
		r.want(n, "met, missed, count or share: how the item is judged")
	case it.Count != nil && (tests || it.Share != nil):
		r.want(valueOf(n, "count"), "either count, or share, or met, partly and missed")
	case it.Share != nil && tests:
		r.want(valueOf(n, "share"), "either count, or share, or met, partly and missed")
	}
}

func (r *reader) competencies(nodes []yaml.Node) []id.Competency {
	var out []id.Competency
	for i := range nodes {
		name := id.Competency(nodes[i].Value)
		if r.known.Competencies != nil && !slices.Contains(r.known.Competencies, name) {
			r.unknown(&nodes[i], words(r.known.Competencies))
		}
		out = append(out, name)
	}
	return out
}

func (r *reader) count(n *yaml.Node) *Count {
	if n.Kind == 0 {
		return nil
	}
	var t countText
	if !r.decode(n, &t) {
		return nil
	}
	if t.Take < 1 || t.Max < t.Take || t.Max > 1000 {
		r.want(n, "take from 1 up and max not below it")
	}
	if t.Of.Kind == 0 {
		r.want(n, "of: the test whose hits are counted")
	}
	return &Count{Of: r.test(&t.Of), Take: t.Take, Max: t.Max}
}

func (r *reader) turnShare(n *yaml.Node) *Share {
	if n.Kind == 0 {
		return nil
	}
	var t shareText
	if !r.decode(n, &t) {
		return nil
	}
	if t.None == t.Full || min(t.None, t.Full) < 0 || max(t.None, t.Full) > 100 {
		r.want(n, "none and full up to a hundred per cent, not the same")
	}
	if t.Of.Kind == 0 {
		r.want(n, "of: the test whose share of the turns is asked")
	}
	return &Share{Of: r.test(&t.Of), None: t.None, Full: t.Full}
}

// scale reads "yes-no", "5-3-1" or {points: [10, 4, 0]}.
func (r *reader) scale(n *yaml.Node) Scale {
	switch {
	case n.Kind == 0:
		return yesNo
	case n.Kind == yaml.ScalarNode && n.Value == yesNo.Name:
		return yesNo
	case n.Kind == yaml.ScalarNode && n.Value == five.Name:
		return five
	}
	var t struct {
		Points []int `yaml:"points"`
	}
	if n.Kind != yaml.MappingNode || !r.decode(n, &t) || len(t.Points) != 3 {
		r.want(n, "yes-no, 5-3-1 or {points: [met, partly, missed]}")
		return yesNo
	}
	s := Scale{Name: "points", Met: t.Points[0], Partly: t.Points[1], Missed: t.Points[2]}
	if s.Met < 1 || s.Met > 1000 || s.Partly > s.Met || s.Missed > s.Partly || s.Missed < 0 {
		r.want(n, "points that do not rise from met to missed, met from 1 to 1000")
		return yesNo
	}
	return s
}

func (r *reader) say(n *yaml.Node, in map[string]map[string]string) map[Verdict]Text {
	if len(in) == 0 {
		return nil
	}
	out := map[Verdict]Text{}
	at := valueOf(n, "say")
	for i := 0; i+1 < len(at.Content); i += 2 {
		key := at.Content[i]
		if !slices.Contains(verdicts, Verdict(key.Value)) {
			r.unknown(key, words(verdicts))
			continue
		}
		out[Verdict(key.Value)] = r.text(at, key.Value, in[key.Value])
	}
	return out
}

func (r *reader) example(n *yaml.Node) Example {
	var t exampleText
	if !r.decode(n, &t) {
		return Example{}
	}
	r.examples = append(r.examples, valueOf(n, "item"))
	e := Example{
		Item: t.Item, Verdict: Verdict(t.Verdict), Lang: conversation.Lang(t.Lang), Turns: t.Turns,
		Channel:   conversation.Channel(r.choice(n, "channel", t.Channel, string(conversation.Phone), []string{string(conversation.Phone), string(conversation.Chat)})),
		Direction: conversation.Direction(r.choice(n, "direction", t.Direction, string(conversation.Inbound), []string{string(conversation.Inbound), string(conversation.Outbound)})),
	}
	if !slices.Contains(verdicts, e.Verdict) {
		r.unknown(valueOf(n, "verdict"), words(verdicts))
	}
	if e.Lang != conversation.Chinese && e.Lang != conversation.English {
		r.unknown(valueOf(n, "lang"), []string{"zh", "en"})
	}
	for i, turn := range t.Turns {
		role, text, ok := strings.Cut(turn, ": ")
		if !ok || text == "" || !slices.Contains(roles[:3], role) {
			r.want(valueOf(n, "turns").Content[i], `"agent: …", "customer: …" or "system: …"`)
		}
	}
	return e
}

// choice returns the word under key, or otherwise when it is absent.
func (r *reader) choice(n *yaml.Node, key, word, otherwise string, of []string) string {
	if word == "" {
		return otherwise
	}
	if !slices.Contains(of, word) {
		r.unknown(valueOf(n, key), of)
	}
	return word
}

// text reads a wording by language.
func (r *reader) text(n *yaml.Node, key string, in map[string]string) Text {
	if len(in) == 0 {
		return nil
	}
	out := Text{}
	at := valueOf(n, key)
	for i := 0; i+1 < len(at.Content); i += 2 {
		k := at.Content[i]
		if k.Value != "zh" && k.Value != "en" {
			r.unknown(k, []string{"zh", "en"})
			continue
		}
		out[conversation.Lang(k.Value)] = in[k.Value]
	}
	return out
}

// valueOf returns the value under key in mapping n, or n itself.
func valueOf(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return n
}

// words turns a list of any string type into strings.
func words[T ~string](in []T) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = string(s)
	}
	return out
}
