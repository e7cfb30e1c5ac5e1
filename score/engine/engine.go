// Package engine judges whole conversations: acts are found in the words, and
// a scorecard turns them into a result. It is the one way from a conversation
// to a Result, for the command line, the API and the flow.
package engine

import (
	"strings"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// Engine judges by the cards it was given. It is safe for use by several
// goroutines and gives the same bytes for the same conversation.
type Engine struct {
	hear      Ear
	catalogue *analysis.Catalogue
	cards     []*scorecard.Card
}

// Ear tells by which engine to hear now: a *language.Engine, always itself, or
// a *language.Live, the one in force.
type Ear interface{ Engine() *language.Engine }

// New returns an Engine over the lexicon of hear and the given cards.
func New(hear Ear, catalogue *analysis.Catalogue, cards []*scorecard.Card) *Engine {
	return &Engine{hear: hear, catalogue: catalogue, cards: cards}
}

// Cards lists the cards, in the order they were given.
func (e *Engine) Cards() []*scorecard.Card { return e.cards }

// Card returns the card of that id; NotFound (score.card.unknown) names the
// nearest one.
func (e *Engine) Card(cid id.Scorecard) (*scorecard.Card, error) {
	names := make([]string, len(e.cards))
	for i, c := range e.cards {
		if c.ID == cid {
			return c, nil
		}
		names[i] = string(c.ID)
	}
	return nil, fault.New(fault.NotFound, "score.card.unknown", fault.Args{"id": string(cid),
		"nearest": yamldoc.Nearest(string(cid), names), "known": strings.Join(names, ", ")})
}

// Score finds the acts in c and judges it by card. The whole conversation is
// heard by one lexicon, the one that the result names.
func (e *Engine) Score(card *scorecard.Card, c conversation.Conversation) score.Result {
	hear := e.hear.Engine()
	return score.Score(card, c, hear.Conversation(c), e.catalogue,
		score.Versions{Engine: language.EngineVersion, Lexicon: hear.Version()})
}

// Scorer judges for one goroutine, in memory that it uses again.
type Scorer struct {
	engine *Engine
	score  *score.Scorer
	found  []analysis.Finding
}

// Scorer returns a Scorer by e.
func (e *Engine) Scorer() *Scorer { return &Scorer{engine: e, score: score.NewScorer(e.catalogue)} }

// Score is Engine.Score. The result is good until the next call.
func (s *Scorer) Score(card *scorecard.Card, c conversation.Conversation) *score.Result {
	hear := s.engine.hear.Engine()
	s.found = hear.AppendConversation(s.found[:0], &c)
	return s.score.Score(card, &c, s.found, score.Versions{Engine: language.EngineVersion, Lexicon: hear.Version()})
}

// Findings returns the acts that are heard in c now.
func (e *Engine) Findings(c conversation.Conversation) []analysis.Finding {
	return e.hear.Engine().Conversation(c)
}

// Examples judges the examples that are stored with card.
func (e *Engine) Examples(card *scorecard.Card) []score.ExampleResult {
	return score.Examples(card, e.hear.Engine().Conversation, e.catalogue)
}
