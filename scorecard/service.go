package scorecard

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// Service knows a centre's cards: which judges now, and every one that ever
// did. It is safe for use by several goroutines, and asks the store each time,
// so that several nodes judge by the same card.
type Service struct {
	store Store
	opts  Options

	mu     sync.Mutex // guards parsed
	parsed map[string]*Card
}

// Options are what a Service needs beside its store.
type Options struct {
	Known     Known // what a new version may speak of
	Now       func() time.Time
	Threshold Threshold // the zero one is DefaultThreshold
}

// NewService returns a Service over s.
func NewService(s Store, o Options) *Service {
	if o.Threshold == (Threshold{}) {
		o.Threshold = DefaultThreshold
	}
	return &Service{store: s, opts: o, parsed: map[string]*Card{}}
}

// Threshold is what the centre asks before a rule may judge people.
func (s *Service) Threshold() Threshold { return s.opts.Threshold }

// Live returns the card that judges now; NotFound (score.card.unknown) names
// the nearest one.
func (s *Service) Live(ctx context.Context, card id.Scorecard) (*Card, error) {
	v, err := s.store.InState(ctx, card, Live)
	if fault.Is(err, fault.NotFound) {
		return nil, s.unknown(ctx, card)
	}
	if err != nil {
		return nil, err
	}
	return s.card(v)
}

func (s *Service) unknown(ctx context.Context, card id.Scorecard) error {
	all, err := s.store.Versions(ctx, "")
	if err != nil {
		return err
	}
	var names []string
	for _, v := range all {
		if v.State == Live {
			names = append(names, string(v.Card))
		}
	}
	slices.Sort(names)
	return fault.New(fault.NotFound, "score.card.unknown", fault.Args{"id": string(card),
		"nearest": yamldoc.Nearest(string(card), names), "known": strings.Join(names, ", ")})
}

// OnTrial returns the card that runs beside the live one without scoring, if
// there is one.
func (s *Service) OnTrial(ctx context.Context, card id.Scorecard) (*Card, bool, error) {
	v, err := s.store.InState(ctx, card, Shadow)
	if fault.Is(err, fault.NotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	c, err := s.card(v)
	return c, err == nil, err
}

// At returns a card as it was in a version, whatever became of it since.
func (s *Service) At(ctx context.Context, card id.Scorecard, version string) (*Card, error) {
	if c := s.cached(card, version); c != nil {
		return c, nil
	}
	v, err := s.store.Version(ctx, card, version)
	if err != nil {
		return nil, err
	}
	return s.card(v)
}

// Judged returns the card by which a result was made; where a centre's store
// is younger than the result, the live one of that name.
func (s *Service) Judged(ctx context.Context, card id.Scorecard, version string) (*Card, error) {
	c, err := s.At(ctx, card, version)
	if fault.Is(err, fault.NotFound) {
		return s.Live(ctx, card)
	}
	return c, err
}

// All returns the live cards, the general one first.
func (s *Service) All(ctx context.Context) ([]*Card, error) {
	all, err := s.store.Versions(ctx, "")
	if err != nil {
		return nil, err
	}
	var out []*Card
	for _, v := range all {
		if v.State != Live {
			continue
		}
		c, err := s.At(ctx, v.Card, v.Name)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	sortCards(out)
	return out, nil
}

// maxParsed bounds how many parsed cards are kept.
const maxParsed = 200

func (s *Service) cached(card id.Scorecard, version string) *Card {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.parsed[string(card)+" "+version]
}

// card returns the parsed text of a version. What was right when it was stored
// stays readable when the lexicon has lost an act since: nothing is checked
// against Known.
func (s *Service) card(v Version) (*Card, error) {
	if c := s.cached(v.Card, v.Name); c != nil {
		return c, nil
	}
	c, err := Parse(string(v.Card)+".yaml", []byte(v.Text), Known{})
	if err != nil {
		return nil, fault.As(fault.Internal, "", err)
	}
	c.Version = v.Name
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.parsed) >= maxParsed {
		clear(s.parsed)
	}
	s.parsed[string(v.Card)+" "+v.Name] = c
	return c, nil
}

// Version returns one stored version with its text.
func (s *Service) Version(ctx context.Context, card id.Scorecard, name string) (Version, error) {
	return s.store.Version(ctx, card, name)
}

// Versions returns the versions of a card, of all for "", the newest first.
func (s *Service) Versions(ctx context.Context, card id.Scorecard) ([]Version, error) {
	return s.store.Versions(ctx, card)
}

// Decisions returns the decisions about a card, the latest first.
func (s *Service) Decisions(ctx context.Context, card id.Scorecard) ([]Decision, error) {
	return s.store.Decisions(ctx, card)
}

// Install brings the cards of the content into the store: a card that is not
// there is its first version, in the state that its text says. A newer one of the content takes the
// place of the content's own; beside a version that people wrote it is a
// draft, so that the centre sees what it is offered.
func (s *Service) Install(ctx context.Context, cards []*Card) error {
	for _, c := range cards {
		if err := s.install(ctx, c); err != nil {
			return fault.Wrap("scorecard.Install", err)
		}
	}
	return nil
}

func (s *Service) install(ctx context.Context, c *Card) error {
	versions, err := s.store.Versions(ctx, c.ID)
	if err != nil {
		return err
	}
	v := Version{Card: c.ID, Name: c.Version, Number: 1, Text: string(c.text), State: c.State, Author: Pack, Made: s.opts.Now()}
	own := false
	for _, old := range versions {
		if old.Name == v.Name {
			return nil
		}
		own = own || old.Author != Pack
		v.Number = max(v.Number, old.Number+1)
	}
	if len(versions) > 0 {
		v.State = Draft
	}
	err = s.store.AddVersion(ctx, v)
	if fault.Is(err, fault.Conflict) { // another node was faster
		return nil
	}
	if err != nil || own || len(versions) == 0 || c.State != Live {
		return err
	}
	return s.store.Decide(ctx, Decision{Card: c.ID, Version: v.Name, From: Draft, To: Live, By: Pack, At: s.opts.Now()})
}

// stateLine is the card's own state in its text, with what is said beside it.
var stateLine = regexp.MustCompile(`(?m)^state:[^#\n]*(#[^\n]*)?\n?`)

// numbered returns a text as the version of that number: without the card's
// state, whose line leaves no more than its comment.
func numbered(text string, number int) (string, error) {
	text = stateLine.ReplaceAllStringFunc(text, func(line string) string {
		if _, comment, ok := strings.Cut(line, "#"); ok {
			return "#" + comment
		}
		return ""
	})
	return setVersion(text, number)
}

// Save stores a text as a new draft version. The number is the next one, and
// the state stands beside the text, so the lines version and state of the text
// are the Service's to write. Problems are yamldoc.Problems with places; a
// text that is the base's is Conflict (scorecard.version.same). A text with an
// id that no card has begins a new card; with that of another card it is
// Invalid (scorecard.version.card).
func (s *Service) Save(ctx context.Context, author id.Person, base Version, text, why string) (Version, error) {
	file := string(base.Card) + ".yaml"
	text = strings.ReplaceAll(text, "\r\n", "\n")
	card, err := Parse(file, []byte(text), s.opts.Known)
	if err != nil {
		return Version{}, err
	}
	if text == base.Text {
		return Version{}, fault.New(fault.Conflict, "scorecard.version.same", nil)
	}
	versions, err := s.store.Versions(ctx, card.ID)
	if err != nil {
		return Version{}, err
	}
	if card.ID != base.Card {
		if len(versions) > 0 {
			return Version{}, fault.New(fault.Invalid, "scorecard.version.card", fault.Args{"card": string(base.Card), "read": string(card.ID)})
		}
		base.Name = ""
	}
	number := 1
	for _, v := range versions {
		number = max(number, v.Number+1)
	}
	if text, err = numbered(text, number); err != nil {
		return Version{}, err
	}
	if card, err = Parse(file, []byte(text), s.opts.Known); err != nil {
		return Version{}, err
	}
	out := Version{Card: card.ID, Name: card.Version, Number: number, Text: text, State: Draft, Author: author, Why: why, Base: base.Name, Made: s.opts.Now()}
	return out, s.store.AddVersion(ctx, out)
}

// Check returns what is wrong in a text, in its order.
func (s *Service) Check(card id.Scorecard, text string) yamldoc.Problems {
	_, err := Parse(string(card)+".yaml", []byte(text), s.opts.Known)
	var ps yamldoc.Problems
	errors.As(err, &ps)
	return ps
}

// Decide moves a version on in its life. Going live, an item that begins to
// judge needs its proof, by item, or d.Why from d.By, who decides in person
// (Conflict, scorecard.state.proof); and nobody puts live what she wrote
// herself (Denied, scorecard.version.own). A version that judges leaves only
// by another taking its place (Conflict, scorecard.state.step).
func (s *Service) Decide(ctx context.Context, d Decision, proofs map[string]Proof) error {
	v, err := s.store.Version(ctx, d.Card, d.Version)
	if err != nil {
		return err
	}
	d.From, d.At = v.State, s.opts.Now()
	if d.From == Live {
		return fault.New(fault.Conflict, "scorecard.state.step", fault.Args{"from": string(d.From), "to": string(d.To)})
	}
	proof := Proof{Named: string(d.By)}
	if d.To == Live {
		if v.Author == d.By {
			return fault.New(fault.Denied, "scorecard.version.own", nil)
		}
		if proof, err = s.weakest(ctx, v, d, proofs); err != nil {
			return err
		}
	}
	if _, err := Advance(d.From, d.To, proof, s.opts.Threshold); err != nil {
		return err
	}
	return s.store.Decide(ctx, d)
}

// weakest is the proof on which a version goes live: of the first item that
// lacks it, with the name of who decides all the same.
func (s *Service) weakest(ctx context.Context, v Version, d Decision, proofs map[string]Proof) (Proof, error) {
	next, err := s.card(v)
	if err != nil {
		return Proof{}, err
	}
	live, err := s.Live(ctx, v.Card)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return Proof{}, err
	}
	lacking := Unproven(live, next, proofs, s.opts.Threshold)
	if len(lacking) == 0 {
		return Proof{Named: string(d.By)}, nil
	}
	out := proofs[lacking[0]]
	out.Named = ""
	if strings.TrimSpace(d.Why) != "" {
		out.Named = string(d.By)
	}
	return out, nil
}
