package main

import (
	"io/fs"
	"os"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score/engine"
)

// ears are what hears: the catalogue of acts and the language engine, from a
// centre's content and its own wordings.
type ears struct {
	content   fs.FS // without the wordings that stand in the database
	catalogue *analysis.Catalogue
	language  *language.Live
	live      map[id.Scorecard]string // texts of the cards that are live in the centre's database
}

// wordings are a centre's own, by language; see package analysis.
type wordings = map[conversation.Lang]string

// openEars loads the content of the data folder, or the built-in pack, and
// lays own over it.
func openEars(data string, own wordings) (*ears, error) {
	e, err := openContent(data)
	if err != nil {
		return nil, err
	}
	hear, err := e.compile(own)
	if err != nil {
		return nil, err
	}
	e.language = language.NewLive(hear)
	return e, nil
}

// openContent loads what stands beside the wordings.
func openContent(data string) (*ears, error) {
	if data != "" {
		if _, err := os.Stat(data); err != nil {
			return nil, &fault.Error{Kind: fault.NotFound, Key: "cli.data", Args: fault.Args{"dir": data, "problem": cause(err)}, Err: err}
		}
	}
	fsys, err := content.Centre(data)
	if err != nil {
		return nil, err
	}
	cat, err := analysis.LoadCatalogue(fsys)
	if err != nil {
		return nil, err
	}
	return &ears{content: fsys, catalogue: cat}, nil
}

// compile returns the language engine with own beside the content's wordings.
// What is wrong in them comes back as yamldoc.Problems.
func (e *ears) compile(own wordings) (*language.Engine, error) {
	texts := map[string]string{}
	for lang, text := range own {
		texts[string(lang)] = text
	}
	return language.Load(content.WithLexicon(e.content, texts), e.catalogue)
}

// engine returns the judge by the content's cards.
func (e *ears) engine() (*engine.Engine, error) {
	cards, err := e.cards()
	if err != nil {
		return nil, err
	}
	return engine.New(e.language, e.catalogue, cards), nil
}
