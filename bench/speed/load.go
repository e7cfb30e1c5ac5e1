package speed

import (
	"fmt"
	"io/fs"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/bench/corpus"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score/engine"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// Load is what the contenders work on: conversations as JSON lines, and what
// each stage makes of them for the next one.
type Load struct {
	Hear  *language.Engine
	Judge *engine.Engine
	Card  *scorecard.Card

	Lines         [][]byte
	Conversations []conversation.Conversation
	Findings      [][]analysis.Finding
	Catalogue     *analysis.Catalogue
}

// Open loads the content folder and makes n conversations of so many turns.
func Open(content fs.FS, card id.Scorecard, seed uint64, n, turns int) (*Load, error) {
	l := &Load{}
	var err error
	if l.Catalogue, err = analysis.LoadCatalogue(content); err != nil {
		return nil, err
	}
	if l.Hear, err = language.Load(content, l.Catalogue); err != nil {
		return nil, err
	}
	competencies, err := scorecard.LoadCompetencies(content)
	if err != nil {
		return nil, err
	}
	known := scorecard.Known{Competencies: scorecard.IDs(competencies)}
	for _, a := range l.Catalogue.All() {
		known.Acts = append(known.Acts, a.ID)
	}
	cards, err := scorecard.Load(content, known)
	if err != nil {
		return nil, err
	}
	l.Judge = engine.New(l.Hear, l.Catalogue, cards)
	if l.Card, err = l.Judge.Card(card); err != nil {
		return nil, err
	}
	source, err := corpus.Open(content)
	if err != nil {
		return nil, err
	}
	for i := range n {
		c := source.Conversation(seed, i, turns)
		line, err := conversation.EncodeJSONL(c)
		if err != nil {
			return nil, fmt.Errorf("speed.Open: %w", err)
		}
		l.Lines = append(l.Lines, line)
		l.Conversations = append(l.Conversations, c)
		l.Findings = append(l.Findings, l.Hear.Conversation(c))
	}
	return l, nil
}
