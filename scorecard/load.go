package scorecard

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// General is the card that comes first in every list.
const General id.Scorecard = "general"

// Load reads every scorecards/*.yaml of fsys, with what they take from
// scorecards/parts, the general card first, then by id. The error is kind
// Invalid and names every problem of every file.
func Load(fsys fs.FS, known Known) ([]*Card, error) {
	files, err := fs.Glob(fsys, "scorecards/*.yaml")
	if err != nil {
		return nil, fault.Wrap("scorecard.Load", err)
	}
	parts := &library{folders: []PartFolder{ContentParts(fsys)}}
	var cards []*Card
	var ps yamldoc.Problems
	for _, file := range files {
		text, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fault.Wrap("scorecard.Load", err)
		}
		c, err := read(file, text, parts, known)
		var found yamldoc.Problems
		switch {
		case errors.As(err, &found):
			for _, p := range found {
				if !slices.Contains(ps, p) { // one in a part is found in each card that takes it
					ps = append(ps, p)
				}
			}
		case err != nil:
			return nil, fault.Wrap("scorecard.Load", err)
		case string(c.ID) != strings.TrimSuffix(path.Base(file), ".yaml"):
			ps = append(ps, yamldoc.Problem{At: fault.Position{File: file, Line: 1, Column: 1}, Key: "yamldoc.expected",
				Read: string(c.ID), Expected: "the file's name as id"})
		default:
			cards = append(cards, c)
		}
	}
	if len(ps) > 0 {
		return nil, fault.Wrap("scorecard.Load", ps)
	}
	sortCards(cards)
	return cards, nil
}

// sortCards puts the general card first, the others by id.
func sortCards(cards []*Card) {
	slices.SortFunc(cards, func(a, b *Card) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.ID, b.ID))
	})
}

func rank(c *Card) int {
	if c.ID == General {
		return 0
	}
	return 1
}
