package scenario

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// Library knows a centre's scenarios: which can be practised now, and every one
// that ever could. It asks the store each time, so that what is released is
// used by the next call on every node. It is safe for use by several goroutines.
type Library struct {
	store   Store
	content fs.FS
	opts    LibraryOptions

	mu     sync.Mutex // guards what follows
	parsed map[string]*Scenario
	shared map[string]*manners // by the hash of their customs
	today  map[conversation.Lang]Customs
}

// LibraryOptions are what a Library needs beside its store.
type LibraryOptions struct {
	Known func(context.Context) (Known, error) // what a new version may name; nil: anything
	Now   func() time.Time
}

// NewLibrary returns a Library over s, with the customs of content.
func NewLibrary(s Store, content fs.FS, o LibraryOptions) *Library {
	return &Library{store: s, content: content, opts: o, parsed: map[string]*Scenario{}, shared: map[string]*manners{},
		today: map[conversation.Lang]Customs{}}
}

// Live returns the scenarios that can be practised, Chinese ones first, then by
// level and id. One that this program cannot read any more is left out.
func (l *Library) Live(ctx context.Context) ([]*Scenario, error) {
	versions, err := l.store.Versions(ctx, "")
	if err != nil {
		return nil, err
	}
	var out []*Scenario
	for _, v := range versions {
		if v.State != Live {
			continue
		}
		sc, err := l.now(ctx, v.Scenario, v.Number)
		switch {
		case fault.Is(err, fault.Invalid):
		case err != nil:
			return nil, err
		default:
			out = append(out, sc)
		}
	}
	slices.SortStableFunc(out, byLangLevelID)
	return out, nil
}

// Scenario returns the version of a scenario that calls begin with; NotFound.
func (l *Library) Scenario(ctx context.Context, s id.Scenario) (*Scenario, error) {
	versions, err := l.store.Versions(ctx, s)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		if v.State == Live && v.Scenario == s {
			return l.now(ctx, s, v.Number)
		}
	}
	return nil, unknown(s)
}

func unknown(s id.Scenario) error {
	return fault.New(fault.NotFound, "scenario.unknown", fault.Args{"scenario": string(s)})
}

// At returns a scenario as it was in a version, whatever became of it since;
// "" stands for the one in force, as calls have it that are older than the
// store. NotFound.
func (l *Library) At(ctx context.Context, s id.Scenario, version string) (*Scenario, error) {
	if version == "" {
		return l.Scenario(ctx, s)
	}
	number, hash, ok := strings.Cut(version, ".")
	n, err := strconv.Atoi(number)
	if !ok || err != nil {
		return nil, fault.New(fault.NotFound, "scenario.version.unknown", fault.Args{"version": version})
	}
	return l.read(ctx, s, n, hash)
}

// now returns a version with the customs of today.
func (l *Library) now(ctx context.Context, s id.Scenario, number int) (*Scenario, error) {
	lang := conversation.Chinese
	if strings.HasPrefix(string(s), "en-") {
		lang = conversation.English
	}
	c, err := l.customs(lang)
	if err != nil {
		return nil, err
	}
	return l.read(ctx, s, number, c.Hash())
}

// customs returns those of a language as the content has them; they are read once.
func (l *Library) customs(lang conversation.Lang) (Customs, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c, ok := l.today[lang]
	if ok {
		return c, nil
	}
	c, err := readCustoms(l.content, lang)
	if err != nil {
		return c, wrongFile(err)
	}
	l.today[lang] = c
	return c, nil
}

// maxRead bounds how many parsed versions are kept.
const maxRead = 500

// read returns the parsed text of a version with the customs of that hash.
func (l *Library) read(ctx context.Context, s id.Scenario, number int, hash string) (*Scenario, error) {
	key := fmt.Sprintf("%s %d.%s", s, number, hash)
	l.mu.Lock()
	sc, ok := l.parsed[key]
	l.mu.Unlock()
	if ok {
		return sc, nil
	}
	v, err := l.store.Version(ctx, s, number)
	if err != nil {
		return nil, err
	}
	m, err := l.manners(ctx, hash)
	if err != nil {
		return nil, err
	}
	// What was right when it was released stays readable: nothing is checked
	// against what other domains know now.
	if sc, err = parse(string(s)+".yaml", []byte(v.Texts.Scenario), m, Known{}); err != nil {
		return nil, err
	}
	sc.Version = fmt.Sprintf("%d.%s", number, hash)
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.parsed) >= maxRead {
		clear(l.parsed)
	}
	l.parsed[key] = sc
	return sc, nil
}

// manners returns parsed customs: those of today, or kept ones.
func (l *Library) manners(ctx context.Context, hash string) (*manners, error) {
	l.mu.Lock()
	m, ok := l.shared[hash]
	l.mu.Unlock()
	if ok {
		return m, nil
	}
	c, err := l.named(ctx, hash)
	if err != nil {
		return nil, err
	}
	if m, err = c.manners(); err != nil {
		return nil, wrongFile(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shared[hash] = m
	return m, nil
}

func (l *Library) named(ctx context.Context, hash string) (Customs, error) {
	for _, lang := range []conversation.Lang{conversation.Chinese, conversation.English} {
		if c, err := l.customs(lang); err == nil && c.Hash() == hash {
			return c, nil
		}
	}
	return l.store.Customs(ctx, hash)
}

// Scripts returns the texts of the scripted agents that stand beside a scenario of
// this library, in its version.
func (l *Library) Scripts(ctx context.Context, sc *Scenario) (map[string]string, error) {
	number, _, _ := strings.Cut(sc.Version, ".")
	n, err := strconv.Atoi(number)
	if err != nil {
		return nil, fault.New(fault.NotFound, "scenario.version.unknown", fault.Args{"version": sc.Version})
	}
	v, err := l.store.Version(ctx, sc.ID, n)
	return v.Texts.Agents, err
}

// Version returns one stored version with its texts.
func (l *Library) Version(ctx context.Context, s id.Scenario, number int) (Version, error) {
	return l.store.Version(ctx, s, number)
}

// Versions returns the versions of a scenario, of all for "", the newest first.
func (l *Library) Versions(ctx context.Context, s id.Scenario) ([]Version, error) {
	return l.store.Versions(ctx, s)
}

// Foremost returns of every scenario the version in force, else the newest, with its
// texts.
func (l *Library) Foremost(ctx context.Context) ([]Version, error) { return l.store.Foremost(ctx) }

// Decisions returns the decisions about a scenario, the latest first.
func (l *Library) Decisions(ctx context.Context, s id.Scenario) ([]Decision, error) {
	return l.store.Decisions(ctx, s)
}

// Read parses texts that are in no store, with the customs of today and what the
// centre knows. The scenario is nil when its text has mistakes, an agent is
// missing when his script has. What is wrong comes back beside them, in its order:
// each with the file it stands in.
func (l *Library) Read(ctx context.Context, s id.Scenario, t Texts) (*Scenario, map[string]*Script, yamldoc.Problems, error) {
	known := Known{}
	if l.opts.Known != nil {
		var err error
		if known, err = l.opts.Known(ctx); err != nil {
			return nil, nil, nil, err
		}
	}
	c, err := l.customs(HeadOf(t.Scenario).Lang)
	if err != nil {
		return nil, nil, nil, err
	}
	m, err := l.manners(ctx, c.Hash())
	if err != nil {
		return nil, nil, nil, err
	}
	var problems yamldoc.Problems
	sc, err := parse(ScenarioFile, []byte(t.Scenario), m, known)
	if err != nil && !errors.As(err, &problems) {
		return nil, nil, nil, err
	}
	if err == nil && s != "" && sc.ID != s {
		problems, sc = append(problems, otherID(t.Scenario, s)), nil
	}
	agents, wrong := readAgents(t.Agents)
	return sc, agents, append(problems, wrong...), nil
}

// ScenarioFile and AgentFile name the parts of a scenario in problems.
const ScenarioFile = "scenario.yaml"

// AgentFile is the file of a scripted agent.
func AgentFile(agent string) string { return agent + ".txt" }

// otherID is the problem of a text that calls itself otherwise than s.
func otherID(text string, s id.Scenario) yamldoc.Problem {
	d, err := yamldoc.Parse(ScenarioFile, []byte(text))
	if err != nil {
		return yamldoc.Problem{Key: "yamldoc.syntax", Read: err.Error()}
	}
	k := checker{d: d}
	return d.Unknown(k.at("id"), []string{string(s)})
}

func readAgents(texts map[string]string) (map[string]*Script, yamldoc.Problems) {
	out := map[string]*Script{}
	var problems yamldoc.Problems
	for _, agent := range Agents() {
		script, err := ParseScript(AgentFile(agent), []byte(texts[agent]))
		var f *fault.Error
		switch {
		case errors.As(err, &f):
			expected, _ := f.Args["expected"].(string)
			problems = append(problems, yamldoc.Problem{At: f.At, Key: f.Key, Expected: expected})
		case len(script.lines) > 0:
			out[agent] = script
		}
	}
	return out, problems
}

// Save stores texts as a new draft version, mistakes and all: nothing that was
// written is lost. base is the version they were written from, its number 0 for
// a new scenario. Conflict (scenario.version.same) when they are the base's,
// Invalid when they are too long or no text, or s is no name for a scenario.
func (l *Library) Save(ctx context.Context, author id.Person, base Version, t Texts, why string) (Version, error) {
	t = tidy(t)
	if err := bounded(base.Scenario, t); err != nil {
		return Version{}, err
	}
	if base.Number > 0 && same(base.Texts, t) {
		return Version{}, fault.New(fault.Conflict, "scenario.version.same", nil)
	}
	v := Version{Scenario: base.Scenario, Texts: t, State: Draft, Author: author, Why: why, Base: base.Number, Made: l.opts.Now()}
	return l.add(ctx, v)
}

// add stores v under the next number; somebody may be faster.
func (l *Library) add(ctx context.Context, v Version) (Version, error) {
	for try := 0; ; try++ {
		versions, err := l.store.Versions(ctx, v.Scenario)
		if err != nil {
			return v, err
		}
		if v.Base == 0 && v.Author != Pack && len(versions) > 0 {
			return v, fault.New(fault.Conflict, "scenario.version.there", fault.Args{"scenario": string(v.Scenario)})
		}
		v.Number = 1
		if len(versions) > 0 {
			v.Number = versions[0].Number + 1
		}
		if err = l.store.AddVersion(ctx, v); !fault.Is(err, fault.Conflict) || try == 3 {
			return v, err
		}
	}
}

// tidy returns texts as they are stored: with a script for every agent, and with
// plain line ends, whatever a browser or an editor sent.
func tidy(t Texts) Texts {
	out := Texts{Scenario: strings.ReplaceAll(t.Scenario, "\r\n", "\n"), Agents: map[string]string{}}
	for _, agent := range Agents() {
		out.Agents[agent] = strings.ReplaceAll(t.Agents[agent], "\r\n", "\n")
	}
	return out
}

func bounded(s id.Scenario, t Texts) error {
	if lang, _, ok := strings.Cut(string(s), "-"); !id.Slug(string(s)) || !ok || lang != "zh" && lang != "en" {
		return fault.New(fault.Invalid, "scenario.version.name", fault.Args{"scenario": string(s)})
	}
	long := len(t.Scenario) > MaxText || t.Scenario == "" || !utf8.ValidString(t.Scenario) || strings.Contains(t.Scenario, "\x00")
	for _, text := range t.Agents {
		long = long || len(text) > MaxAgent || !utf8.ValidString(text) || strings.Contains(text, "\x00")
	}
	if long {
		return fault.New(fault.Invalid, "scenario.version.long", fault.Args{"most": MaxText >> 10, "agent": MaxAgent >> 10})
	}
	return nil
}

func same(a, b Texts) bool {
	if a.Scenario != b.Scenario {
		return false
	}
	for _, agent := range Agents() {
		if a.Agents[agent] != b.Agents[agent] {
			return false
		}
	}
	return true
}

// Release makes a draft, or a version that was live before, the one that calls
// begin with. Conflict (scenario.release.wrong) while something is wrong in it,
// Denied (scenario.release.own) for whoever had a hand in it: in it or in one of
// the drafts it was written from.
func (l *Library) Release(ctx context.Context, by id.Person, s id.Scenario, number int, why string) error {
	v, err := l.store.Version(ctx, s, number)
	if err != nil {
		return err
	}
	hands, err := l.Hands(ctx, s, number)
	if err != nil {
		return err
	}
	if slices.Contains(hands, by) {
		return fault.New(fault.Denied, "scenario.release.own", nil)
	}
	_, _, problems, err := l.Read(ctx, s, v.Texts)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return fault.New(fault.Conflict, "scenario.release.wrong", nil)
	}
	return l.store.Decide(ctx, Decision{Scenario: s, Number: number, From: v.State, To: Live, By: by, At: l.opts.Now(), Why: why})
}

// Hands returns who wrote a version and the drafts before it, back to one that
// was released.
func (l *Library) Hands(ctx context.Context, s id.Scenario, number int) ([]id.Person, error) {
	versions, err := l.store.Versions(ctx, s)
	if err != nil {
		return nil, err
	}
	decisions, err := l.store.Decisions(ctx, s)
	if err != nil {
		return nil, err
	}
	byNumber, released := map[int]Version{}, map[int]bool{}
	for _, v := range versions {
		byNumber[v.Number] = v
	}
	for _, d := range decisions {
		released[d.Number] = released[d.Number] || d.To == Live
	}
	var out []id.Person
	for v, ok := byNumber[number]; ok; v, ok = byNumber[v.Base] {
		if v.Number != number && released[v.Number] {
			break
		}
		out = append(out, v.Author)
	}
	return out, nil
}

// Retire takes a version out of use: no call begins with it any more.
func (l *Library) Retire(ctx context.Context, by id.Person, s id.Scenario, number int, why string) error {
	v, err := l.store.Version(ctx, s, number)
	if err != nil {
		return err
	}
	return l.store.Decide(ctx, Decision{Scenario: s, Number: number, From: v.State, To: Retired, By: by, At: l.opts.Now(), Why: why})
}

// Install brings the scenarios of the content and their customs into the store.
// A scenario that is not there goes live. A newer text of the content takes the
// place of the content's own; beside a version that people wrote it is a draft,
// so that the centre sees what it is offered.
func (l *Library) Install(ctx context.Context) error {
	const op = "scenario.Install"
	scenarios, err := Load(l.content)
	if err != nil {
		return err
	}
	for _, lang := range []conversation.Lang{conversation.Chinese, conversation.English} {
		c, err := readCustoms(l.content, lang)
		if errors.Is(err, fs.ErrNotExist) {
			continue // a content of one language
		}
		if err == nil {
			err = l.store.KeepCustoms(ctx, c)
		}
		if err != nil {
			return fault.Wrap(op, err)
		}
	}
	for _, sc := range scenarios {
		if err := l.install(ctx, sc); err != nil {
			return fault.Wrap(op, err)
		}
	}
	return nil
}

func (l *Library) install(ctx context.Context, sc *Scenario) error {
	t, err := l.shipped(sc)
	if err != nil {
		return err
	}
	versions, err := l.store.Versions(ctx, sc.ID)
	if err != nil {
		return err
	}
	own, had := false, false
	for _, v := range versions {
		if v.Author != Pack {
			own = true
			continue
		}
		if had {
			continue // only the newest of the content's counts
		}
		had = true
		full, err := l.store.Version(ctx, sc.ID, v.Number)
		if err != nil || same(full.Texts, t) {
			return err
		}
	}
	v, err := l.add(ctx, Version{Scenario: sc.ID, Texts: t, State: Draft, Author: Pack, Made: l.opts.Now()})
	if fault.Is(err, fault.Conflict) { // another node was faster
		return nil
	}
	if err != nil || own || len(versions) > 0 && versions[0].State == Retired {
		return err
	}
	return l.store.Decide(ctx, Decision{Scenario: sc.ID, Number: v.Number, From: Draft, To: Live, By: Pack, At: l.opts.Now()})
}

// shipped returns the texts of a scenario as the content has them.
func (l *Library) shipped(sc *Scenario) (Texts, error) {
	dir := path.Join("scenarios", string(sc.Lang), string(sc.ID))
	text, err := fs.ReadFile(l.content, path.Join(dir, ScenarioFile))
	if err != nil {
		return Texts{}, fault.As(fault.NotFound, "scenario.unreadable", err)
	}
	t := Texts{Scenario: string(text), Agents: map[string]string{}}
	for _, agent := range Agents() {
		script, err := fs.ReadFile(l.content, path.Join(dir, AgentFile(agent)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return t, fault.As(fault.NotFound, "scenario.unreadable", err)
		}
		t.Agents[agent] = string(script)
	}
	return tidy(t), nil
}

// ScenarioList is scenarios without a store, as the content has them: each in its only
// version. It is what a Library is to a centre, for commands and tests.
type ScenarioList []*Scenario

// Live returns the scenarios in their order.
func (s ScenarioList) Live(context.Context) ([]*Scenario, error) { return s, nil }

// Scenario returns the one of that id; NotFound.
func (s ScenarioList) Scenario(_ context.Context, sid id.Scenario) (*Scenario, error) {
	for _, sc := range s {
		if sc.ID == sid {
			return sc, nil
		}
	}
	return nil, unknown(sid)
}

// At returns the one of that id, in whatever version; NotFound.
func (s ScenarioList) At(ctx context.Context, sid id.Scenario, _ string) (*Scenario, error) {
	return s.Scenario(ctx, sid)
}
