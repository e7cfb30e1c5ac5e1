package main

import (
	"io/fs"
	"os"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/score/engine"
)

// ears are what hears: the catalogue of acts and the language engine, from a
// centre's content.
type ears struct {
	content   fs.FS
	catalogue *analysis.Catalogue
	language  *language.Engine
}

// openEars loads the content of the data folder, or the built-in pack.
func openEars(data string) (*ears, error) {
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
	eng, err := language.Load(fsys, cat)
	if err != nil {
		return nil, err
	}
	return &ears{content: fsys, catalogue: cat, language: eng}, nil
}

// engine returns the judge by the content's cards.
func (e *ears) engine() (*engine.Engine, error) {
	cards, err := e.cards()
	if err != nil {
		return nil, err
	}
	return engine.New(e.language, e.catalogue, cards), nil
}
