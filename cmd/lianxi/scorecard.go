package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// scorecardCmd works on scorecards.
type scorecardCmd struct {
	List   scorecardListCmd   `cmd:"" help:"List the scorecards, the general one first."`
	Check  scorecardCheckCmd  `cmd:"" help:"Check scorecard files and parts; every problem names its place."`
	Format scorecardFormatCmd `cmd:"" help:"Print a scorecard file in its one form."`
}

// cards loads the scorecards of the content, the general one first.
func (e *ears) cards() ([]*scorecard.Card, error) {
	known, err := e.known()
	if err != nil {
		return nil, err
	}
	return scorecard.Load(e.content, known)
}

// known is what a card may speak of.
func (e *ears) known() (scorecard.Known, error) {
	competencies, err := scorecard.LoadCompetencies(e.content)
	known := scorecard.Known{Competencies: scorecard.IDs(competencies)}
	for _, a := range e.catalogue.All() {
		known.Acts = append(known.Acts, a.ID)
	}
	return known, err
}

// scorecardListCmd lists the scorecards.
type scorecardListCmd struct {
	Human bool `help:"Print text for people instead of JSON lines."`
}

type scorecardLine struct {
	ID      id.Scorecard                 `json:"id"`
	Version string                       `json:"version"`
	Title   map[conversation.Lang]string `json:"title"`
}

// Run prints one card a line.
func (c *scorecardListCmd) Run(e *env) error {
	ears, err := openContent(e.data)
	if err != nil {
		return err
	}
	cards, err := ears.cards()
	if err != nil {
		return err
	}
	for _, card := range cards {
		line := scorecardLine{ID: card.ID, Version: card.Version, Title: card.Title}
		if c.Human {
			fmt.Fprintf(e.out, "%-12s %s  %s / %s\n", line.ID, line.Version, line.Title[conversation.Chinese], line.Title[conversation.English])
		} else if err := writeJSON(e.out, line); err != nil {
			return err
		}
	}
	return nil
}

// scorecardCheckCmd checks files.
type scorecardCheckCmd struct {
	Files []string `arg:"" name:"file" help:"Scorecard files, or parts in a folder parts."`
}

// Run reports every problem of every file.
func (c *scorecardCheckCmd) Run(e *env) error {
	ears, err := openContent(e.data)
	if err != nil {
		return err
	}
	bad := false
	for _, name := range c.Files {
		what, err := checkFile(e, ears, name)
		if err != nil {
			bad = true
			e.problem(err)
			continue
		}
		fmt.Fprintf(e.out, "%s: %s\n", name, what)
	}
	if bad {
		return errReported
	}
	return nil
}

// scorecardFormatCmd prints a file in its one form.
type scorecardFormatCmd struct {
	File string `arg:"" help:"Scorecard file; - reads standard input."`
}

// Run prints it.
func (c *scorecardFormatCmd) Run(e *env) error {
	ears, err := openContent(e.data)
	if err != nil {
		return err
	}
	card, err := readCard(e, ears, c.File)
	if err != nil {
		return err
	}
	_, err = e.out.Write(scorecard.Format(card))
	return err
}

// readCard reads a card from a file, with what it takes from parts: those
// beside the file come before those of the content.
func readCard(e *env, ears *ears, name string) (*scorecard.Card, error) {
	folders := []scorecard.PartFolder{scorecard.ContentParts(ears.content)}
	if name != "-" {
		beside := filepath.Join(filepath.Dir(name), "parts")
		folders = append([]scorecard.PartFolder{{Name: beside, Files: os.DirFS(beside)}}, folders...)
	}
	var card *scorecard.Card
	err := e.withText(name, ears, func(text []byte, known scorecard.Known) (err error) {
		card, err = scorecard.Read(name, text, folders, known)
		return err
	})
	return card, err
}

// checkFile checks a card, or a part: what lies in a folder parts. It returns
// what the file holds.
func checkFile(e *env, ears *ears, name string) (string, error) {
	if full, err := filepath.Abs(name); err == nil && filepath.Base(filepath.Dir(full)) == "parts" {
		return "part", e.withText(name, ears, func(text []byte, known scorecard.Known) error {
			return scorecard.CheckPart(name, text, known)
		})
	}
	card, err := readCard(e, ears, name)
	if err != nil {
		return "", err
	}
	return string(card.ID) + " " + card.Version, nil
}

// withText reads a file that may speak of what the content knows.
func (e *env) withText(name string, ears *ears, read func(text []byte, known scorecard.Known) error) error {
	return e.withFile(name, func(r io.Reader) error {
		text, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		known, err := ears.known()
		if err != nil {
			return err
		}
		return read(text, known)
	})
}
