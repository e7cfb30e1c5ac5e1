package language

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// fileText is the shape of a lexicon file; docs/lexicon.md explains it.
type fileText struct {
	Words      yaml.Node  `yaml:"words"`
	Fold       yaml.Node  `yaml:"fold"`
	Spell      yaml.Node  `yaml:"spell"`
	Sounds     yaml.Node  `yaml:"sounds"`
	Numerals   yaml.Node  `yaml:"numerals"`
	Openers    yaml.Node  `yaml:"openers"`
	Finals     yaml.Node  `yaml:"finals"`
	Starters   yaml.Node  `yaml:"starters"`
	Syllables  yaml.Node  `yaml:"syllables"`
	Homophones yaml.Node  `yaml:"homophones"`
	Rules      []ruleText `yaml:"rules"`
	Guards     []ruleText `yaml:"guards"`
}

// ruleText is the shape of a rule or a guard.
type ruleText struct {
	Act         yaml.Node   `yaml:"act"`
	Say         yaml.Node   `yaml:"say"`
	Times       yaml.Node   `yaml:"times"`
	Quoted      bool        `yaml:"quoted"`
	Free        bool        `yaml:"free"`
	Opening     *bool       `yaml:"opening"`
	Channel     yaml.Node   `yaml:"channel"`
	Direction   yaml.Node   `yaml:"direction"`
	Unless      yaml.Node   `yaml:"unless"`
	UnlessTurn  yaml.Node   `yaml:"unless-turn"`
	With        yaml.Node   `yaml:"with"`
	WithClause  yaml.Node   `yaml:"with-clause"`
	After       yaml.Node   `yaml:"after"`
	AfterUnless yaml.Node   `yaml:"after-unless"`
	AfterAgent  yaml.Node   `yaml:"after-agent"`
	Heard       []yaml.Node `yaml:"heard"`
	HeardEver   []yaml.Node `yaml:"heard-ever"`
	Covers      yaml.Node   `yaml:"covers"`
	Acts        []yaml.Node `yaml:"acts"`
	Except      []yaml.Node `yaml:"except"`
}

// A rule is a compiled rule or guard of the lexicon.
type rule struct {
	act         actNumber
	role        conversation.Role // "" for a guard over both
	times       int
	quoted      bool // hears words inside quotation marks too
	free        bool // not silenced by guards
	opening     *bool
	channel     conversation.Channel
	direction   conversation.Direction
	unless      *condition
	unlessTurn  *condition
	with        *condition
	withClause  *condition
	after       *condition
	afterUnless *condition
	afterAgent  *condition
	heard       actSet // nil: no such condition
	heardEver   actSet

	guard  bool
	covers string
	acts   actSet // a guard: silences only these; nil: all
	except actSet // a guard: silences all but these
}

// A wording is one compiled pattern.
type wording struct {
	text string
	program
	at   fault.Position
	rule int
	firm bool // the model has not learned with it and does not take it back
	tree *node
}

// A condition is the wordings under one key of a rule, compiled as one.
type condition struct {
	some    bool     // there are wordings of which is known
	program          // these, with what they can begin
	first   []uint16 // what they can begin with
	set     int      // the same as one of the voice's firsts
	alone   int      // what they can begin with whatever follows
	others  []other  // the others, which can begin with anything
	slot    int      // where a turn remembers the answer for all of it
	trees   []*node  // all of them
}

// other is a wording of a condition that can begin with anything.
type other struct {
	program
	tree  *node
	needs [2]uint16 // sets that must be in the text; 0 is none
}

// builder reads the files of one language into a voice.
type builder struct {
	cat      *analysis.Catalogue
	acts     *actList
	v        *voice
	macros   map[string]*node
	names    []string
	problems yamldoc.Problems
	doc      *yamldoc.Doc
}

// loadVoice reads content/lexicon/<lang>/*.yaml in the order of their names.
// It returns nil when the language has no lexicon. The words of m are known
// beside those of the lexicon.
func loadVoice(fsys fs.FS, cat *analysis.Catalogue, acts *actList, lang conversation.Lang, m *Model) (*voice, error) {
	names, err := fs.Glob(fsys, path.Join("lexicon", string(lang), "*.yaml"))
	if err != nil || len(names) == 0 {
		return nil, err
	}
	slices.Sort(names)
	b := &builder{cat: cat, acts: acts, v: newVoice(lang), macros: map[string]*node{}}
	type file struct {
		doc  *yamldoc.Doc
		text *fileText
	}
	var files []file
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("language.Load: %w", err)
		}
		doc, err := yamldoc.Parse(name, text)
		if err != nil {
			b.fail(err)
			continue
		}
		var t fileText
		if err := doc.Decode(doc.Root, &t); err != nil {
			b.fail(err)
			continue
		}
		files = append(files, file{doc, &t})
	}
	for _, f := range files { // first what changes how all wordings are read
		b.doc = f.doc
		b.spelling(f.text)
	}
	for _, f := range files {
		b.doc = f.doc
		b.words(f.text)
	}
	for _, f := range files {
		b.doc = f.doc
		b.rules(f.text)
	}
	if len(b.problems) > 0 {
		return nil, b.problems
	}
	for _, w := range m.Words {
		b.v.speller.id(w)
	}
	b.v.trust(acts, m)
	b.v.seal()
	return b.v, nil
}

func (b *builder) fail(err error) {
	var ps yamldoc.Problems
	if !errors.As(err, &ps) {
		ps = yamldoc.Problems{{Key: "yamldoc.syntax", Read: err.Error()}}
	}
	b.problems = append(b.problems, ps...)
}

// line is one line of a block of text, with its place.
type line struct {
	text string
	at   fault.Position
}

// lines splits a block scalar into its lines, without comments and blanks; a
// list gives one line per entry.
func (b *builder) lines(n *yaml.Node) []line {
	var out []line
	switch n.Kind {
	case yaml.SequenceNode:
		for _, k := range n.Content {
			out = append(out, line{strings.TrimSpace(k.Value), b.doc.At(k)})
		}
	case yaml.ScalarNode:
		first := n.Line
		if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			first++
		}
		for i, text := range strings.Split(n.Value, "\n") {
			text, _, _ = strings.Cut(text, "#")
			if text = strings.TrimSpace(text); text != "" {
				at := b.doc.At(n)
				at.Line, at.Column = first+i, 0
				out = append(out, line{text, at})
			}
		}
	case 0:
	default:
		b.problems = append(b.problems, b.doc.Want(n, "a text with one wording on each line, or a list"))
	}
	return out
}

// spelling reads what folds and replaces characters and words.
func (b *builder) spelling(t *fileText) {
	s := b.v.speller
	for _, l := range b.lines(&t.Fold) {
		for _, pair := range strings.Fields(l.text) {
			r := []rune(pair)
			if len(r) != 2 {
				b.bad(l, pair, "two characters, the traditional and the simplified")
				continue
			}
			s.fold[r[0]] = r[1]
		}
	}
	for _, l := range b.lines(&t.Numerals) {
		for _, c := range l.text {
			s.numerals[c] = true
		}
	}
	for _, l := range b.lines(&t.Sounds) {
		for _, w := range strings.Fields(l.text) {
			for _, id := range b.ids(w) {
				s.sounds[id] = true
			}
		}
	}
	for _, l := range b.lines(&t.Spell) {
		from, to, ok := strings.Cut(l.text, "=")
		sp := spelling{b.ids(from), b.ids(to)}
		if !ok || len(sp.from) == 0 {
			b.bad(l, l.text, "what is written = what it stands for")
			continue
		}
		s.spell[sp.from[0]] = append(s.spell[sp.from[0]], sp)
	}
	for id := range s.spell {
		slices.SortStableFunc(s.spell[id], func(x, y spelling) int { return len(y.from) - len(x.from) })
	}
	if t.Syllables.Kind != 0 {
		lines := b.lines(&t.Syllables)
		if len(lines) > maxSounds {
			b.bad(lines[maxSounds], lines[maxSounds].text, fmt.Sprintf("at most %d syllables", maxSounds))
			return
		}
		s.homophone = newHomophones(lines)
	}
}

// ids returns the tokens of plain words.
func (b *builder) ids(text string) []uint32 {
	var out []uint32
	for _, t := range b.v.speller.learn(text) {
		if t.kind&isPunct == 0 {
			out = append(out, t.id)
		}
	}
	return out
}

func (b *builder) bad(l line, read, want string) {
	b.problems = append(b.problems, yamldoc.Problem{At: l.at, Key: "yamldoc.expected", Read: read, Expected: want})
}

// words reads the named word lists and the lists that shape clauses.
func (b *builder) words(t *fileText) {
	v := b.v
	for i := 0; i+1 < len(t.Words.Content); i += 2 {
		name, value := t.Words.Content[i], t.Words.Content[i+1]
		alt := &node{op: opAlt}
		for _, l := range b.lines(value) {
			if n := b.pattern(l); n != nil {
				alt.kids = append(alt.kids, n)
			}
		}
		if _, twice := b.macros[name.Value]; twice {
			b.problems = append(b.problems, b.doc.Want(name, "each word list once"))
		}
		if len(alt.kids) > 0 {
			b.macros[name.Value] = alt
			b.names = append(b.names, name.Value)
		}
	}
	v.openers = append(v.openers, b.sequences(&t.Openers)...)
	v.finals = append(v.finals, b.sequences(&t.Finals)...)
	v.starters = append(v.starters, b.sequences(&t.Starters)...)
	if v.speller.homophone != nil {
		for _, l := range b.lines(&t.Homophones) {
			for _, w := range strings.Fields(l.text) {
				v.speller.homophone.add(w)
			}
		}
	}
}

func (b *builder) sequences(n *yaml.Node) [][]uint32 {
	var out [][]uint32
	for _, l := range b.lines(n) {
		for _, w := range strings.Split(l.text, "|") {
			if ids := b.ids(w); len(ids) > 0 {
				out = append(out, ids)
			}
		}
	}
	return out
}

// pattern parses one line; what is wrong becomes a problem and nil.
func (b *builder) pattern(l line) *node {
	n, bad := parsePattern(b.v.speller, b.macros, l.text)
	if bad == nil {
		return n
	}
	p := yamldoc.Problem{At: l.at, Key: "lexicon.notation", Expected: bad.want, Read: bad.read, In: l.text}
	if before, _, ok := strings.Cut(b.doc.Line(l.at.Line), l.text); ok {
		p.At.Column = utf8.RuneCountInString(before) + bad.column + 1
	}
	if strings.HasPrefix(bad.read, "{") {
		p.Nearest = yamldoc.Nearest(strings.Trim(bad.read, "{}"), b.names)
	}
	b.problems = append(b.problems, p)
	return nil
}

// condition compiles the wordings under a key as one; nil when there are none.
func (b *builder) condition(n *yaml.Node) *condition {
	alt := &node{op: opAlt}
	c := &condition{slot: len(b.v.conditions)}
	for _, l := range b.lines(n) {
		p := b.pattern(l)
		if p == nil {
			continue
		}
		for _, k := range alternativesOf(p) {
			c.trees = append(c.trees, k)
			if _, ok := firstOf(k); ok {
				alt.kids = append(alt.kids, k)
			} else {
				c.others = append(c.others, other{program: b.compile(l, k), tree: k})
			}
		}
	}
	if len(alt.kids)+len(c.others) == 0 {
		return nil
	}
	b.v.conditions = append(b.v.conditions, c)
	if len(alt.kids) > 0 {
		c.program = b.compile(line{at: b.doc.At(n)}, alt)
		c.some = true
		first, _ := firstOf(alt)
		c.first = b.v.speller.symbols.all(first)
	}
	return c
}

// compile compiles a pattern; one that is too long becomes a problem.
func (b *builder) compile(l line, n *node) program {
	p := b.v.code.compile(b.v.speller.symbols, n)
	if p < 0 {
		b.bad(l, brief(l.text), "a pattern with fewer words")
		return 0
	}
	return p
}

// alternativesOf opens a pattern that is nothing but alternatives.
func alternativesOf(n *node) []*node {
	if n.op == opSeq && len(n.kids) == 1 {
		n = n.kids[0]
	}
	if n.op != opAlt {
		return []*node{n}
	}
	var out []*node
	for _, k := range n.kids {
		out = append(out, alternativesOf(k)...)
	}
	return out
}

// firstOf returns the tokens a match of n can begin with; ok is false when it
// can begin with anything.
func firstOf(n *node) (ids []uint32, ok bool) {
	if n.op != opAlt {
		return n.firsts()
	}
	if n.first == nil {
		ids, ok := n.firsts()
		n.first = &firstTokens{ids, ok}
	}
	return n.first.ids, n.first.ok
}

// firstTokens is what alternatives can begin with, worked out once: named word
// lists stand in many wordings.
type firstTokens struct {
	ids []uint32
	ok  bool
}

func (n *node) firsts() (ids []uint32, ok bool) {
	switch n.op {
	case opToken:
		return []uint32{n.id}, true
	case opAlt:
		for _, k := range n.kids {
			f, ok := firstOf(k)
			if !ok {
				return nil, false
			}
			ids = append(ids, f...)
		}
		return ids, true
	case opSeq:
		for _, k := range n.kids {
			switch k.op {
			case opBegin, opStart, opNotBehind, opNotAhead, opAsk:
				continue
			case opOptional:
				f, ok := firstOf(k.kids[0])
				if !ok {
					return nil, false
				}
				ids = append(ids, f...)
				continue
			}
			f, ok := firstOf(k)
			if !ok {
				return nil, false
			}
			least, _ := k.width()
			ids = append(ids, f...)
			if least > 0 {
				return ids, true
			}
		}
	}
	return nil, false
}

// rules reads the rules and guards of a file.
func (b *builder) rules(t *fileText) {
	for i := range t.Rules {
		b.rule(&t.Rules[i], false)
	}
	for i := range t.Guards {
		b.rule(&t.Guards[i], true)
	}
}

func (b *builder) rule(t *ruleText, guard bool) {
	r := rule{guard: guard, times: b.times(&t.Times, guard), quoted: t.Quoted, free: t.Free, opening: t.Opening,
		unless: b.condition(&t.Unless), unlessTurn: b.condition(&t.UnlessTurn),
		with: b.condition(&t.With), withClause: b.condition(&t.WithClause),
		after: b.condition(&t.After), afterUnless: b.condition(&t.AfterUnless), afterAgent: b.condition(&t.AfterAgent),
		heard: b.actSet(t.Heard), heardEver: b.actSet(t.HeardEver), acts: b.actSet(t.Acts), except: b.actSet(t.Except)}
	r.channel = conversation.Channel(b.oneOf(&t.Channel, "", "phone", "chat"))
	r.direction = conversation.Direction(b.oneOf(&t.Direction, "", "inbound", "outbound"))
	if guard {
		r.covers = b.oneOf(&t.Covers, "clause", "match", "sentence", "turn")
		if r.covers == "" {
			r.covers = "clause"
		}
	} else if acts := b.named([]yaml.Node{t.Act}); len(acts) == 1 {
		r.act, _ = b.acts.number(acts[0])
		r.role = b.acts.speaker[r.act]
	}
	lines := b.lines(&t.Say)
	if len(lines) == 0 {
		b.problems = append(b.problems, b.doc.Want(&t.Say, "say: with at least one wording"))
		return
	}
	b.v.rules = append(b.v.rules, r)
	for _, l := range lines {
		n := b.pattern(l)
		if n == nil {
			continue
		}
		if anchorsOf(n) == nil {
			b.bad(l, l.text, "at least one word that every match contains")
			continue
		}
		b.v.wordings = append(b.v.wordings, wording{text: brief(l.text), program: b.compile(l, n),
			at: l.at, rule: len(b.v.rules) - 1, tree: n})
	}
}

// times reads how often a wording must be said; 0 when that is not asked.
func (b *builder) times(n *yaml.Node, guard bool) int {
	if n.Kind == 0 {
		return 0
	}
	times, err := strconv.Atoi(n.Value)
	switch {
	case guard:
		b.problems = append(b.problems, b.doc.Want(n, "a guard without times: it counts nothing"))
	case err != nil || times < 1:
		b.problems = append(b.problems, b.doc.Want(n, "a whole number from 1 up"))
	default:
		return times
	}
	return 0
}

// brief shortens a long wording to what a reader needs to recognise it.
func brief(text string) string {
	const most = 60
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

func (b *builder) oneOf(n *yaml.Node, known ...string) string {
	if n.Kind != 0 && !slices.Contains(known, n.Value) {
		b.problems = append(b.problems, b.doc.Unknown(n, known))
	}
	return n.Value
}

func (b *builder) actSet(nodes []yaml.Node) actSet { return b.acts.set(b.named(nodes)) }

// named returns the acts that nodes name; an unknown one becomes a problem.
func (b *builder) named(nodes []yaml.Node) []analysis.Act {
	var out []analysis.Act
	for i := range nodes {
		a := analysis.Act(nodes[i].Value)
		if info, ok := b.cat.Act(a); !ok || info.Kind == analysis.Signal { // only the statistical part hears signals
			var known []string
			for _, info := range b.cat.All() {
				if info.Kind != analysis.Signal {
					known = append(known, string(info.ID))
				}
			}
			b.problems = append(b.problems, b.doc.Unknown(&nodes[i], known))
			continue
		}
		out = append(out, a)
	}
	return out
}
