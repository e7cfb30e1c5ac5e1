package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/analysis/language/measure"
	"github.com/lianxi-cc/lianxi/analysis/language/train"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
)

// lexiconTrainCmd makes the statistical part of one language from labelled
// utterances. Files whose names hold "-tune-" or "-dev-" are those that the
// wordings' writers have read.
type lexiconTrainCmd struct {
	Lang  string   `help:"The language: zh or en." enum:"zh,en" required:""`
	Out   string   `help:"The file to write." required:""`
	Files []string `arg:"" help:"Labelled utterances, one JSON object a line, one file for each hand."`
}

// Run trains and writes the model.
func (c *lexiconTrainCmd) Run(e *env) error {
	ears, err := openContent(e.data)
	if err != nil {
		return err
	}
	lang := conversation.Lang(c.Lang)
	var sets []train.Set
	for _, name := range c.Files {
		base := filepath.Base(name)
		s := train.Set{Name: base, Seen: strings.Contains(base, "-tune-") || strings.Contains(base, "-dev-")}
		if err := e.withFile(name, func(r io.Reader) error {
			items, err := measure.Read(name, r)
			for _, it := range items {
				if it.Lang == lang {
					s.Items = append(s.Items, it)
				}
			}
			return err
		}); err != nil {
			return err
		}
		sets = append(sets, s)
	}
	load := func(words []string) (*language.Engine, error) {
		return language.LoadWith(ears.content, ears.catalogue, map[conversation.Lang]*language.Model{lang: {Words: words}})
	}
	m, err := train.Model(ears.catalogue, lang, load, sets)
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.Out, m.Encode(), 0o644); err != nil {
		return &fault.Error{Kind: fault.Unavailable, Key: "cli.file", Args: fault.Args{"file": c.Out, "problem": cause(err)}, Err: err}
	}
	return nil
}
