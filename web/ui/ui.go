// Package ui holds the frame of every page and the components that pages are
// made of. A component takes typed values and draws them; it reads nothing and
// decides nothing. Each has an example on the page /ui.
package ui

import (
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/internal/locale"
)

// Reader is who reads a page, and how she likes it.
type Reader struct {
	*locale.Printer
	Now         time.Time
	Assets      string // path under which this build's files lie
	Theme       Theme
	Name        string // as colleagues read it; "" when nobody is signed in
	SignName    string // the name she signs in with
	Links       []Link // the pages her roles open, in the order of the menu
	Own         []Link // what her own menu offers
	Path        string // of this page, to come back to
	Development bool
}

// SignedIn reports whether the reader is known.
func (r Reader) SignedIn() bool { return r.Name != "" }

// Args are the named values of a text.
type Args = locale.Args

// Theme is light, dark, or as the device has it.
type Theme string

// The themes.
const (
	Auto  Theme = "auto"
	Light Theme = "light"
	Dark  Theme = "dark"
)

// ParseTheme returns the theme that s names; Auto when there is none such.
func ParseTheme(s string) Theme {
	switch t := Theme(s); t {
	case Light, Dark:
		return t
	}
	return Auto
}

// Next returns the theme that the switch leads to.
func (t Theme) Next() Theme {
	switch t {
	case Auto:
		return Light
	case Light:
		return Dark
	}
	return Auto
}

func (t Theme) icon() string {
	switch t {
	case Light:
		return "sun"
	case Dark:
		return "moon"
	}
	return "sun-moon"
}

// Link is a way to another page. Key is the locale key of its words.
type Link struct {
	URL, Icon, Key string
	Here           bool // the page belongs to it
}

// Page is what a page tells its frame.
type Page struct {
	Title string
	Width Width
	Keys  []KeyHint // besides those that work everywhere
	Body  string    // class of the body; "" for most
	Bare  bool      // without the bar on top, as on a call
}

// Width is how wide a page runs: where people read it is narrow, where they
// work it is wide.
type Width string

// The widths.
const (
	Normal  Width = ""
	Reading Width = "reading"
	Narrow  Width = "narrow"
	Wide    Width = "wide"
	Whole   Width = "whole"
)

// KeyHint explains a key on the sheet that "?" opens.
type KeyHint struct{ Keys, Meaning string }

// Tone says what a colour would say: Good goes on, Warm wants a look, Harm
// means a loss. A reader's own low mark is never Harm.
type Tone string

// The tones.
const (
	Plain Tone = ""
	Good  Tone = "good"
	Warm  Tone = "warm"
	Harm  Tone = "harm"
)

// Option is one choice of a list.
type Option struct {
	Value, Text, Hint string
	Chosen            bool
}

// Field is a labelled control for one line of text.
type Field struct {
	Name, Label, Hint, Wrong string
	Type                     string // text when empty
	Value, Auto              string // Auto is the autocomplete token
	Placeholder              string
	Required, Focus          bool
}

// Section is one part of a mark. Share is met/possible in per mille; below 0
// when nothing in it applied.
type Section struct {
	Title string
	Share int
	Value string
}

// Band is an estimate with its doubt, all in per mille of the scale. Known is
// false as long as there is no evidence.
type Band struct {
	Title, URL, Value string
	Low, Middle, High int
	Known, Here       bool
}

// MoodPoint is how the customer felt after one turn. Level is per mille, 1000
// for at ease; URL points at the turn.
type MoodPoint struct {
	Level      int
	URL, Title string
	Low        bool // it sank here
}

// Initial returns the character that stands in a face: the last Han character
// of a Chinese name, which is how colleagues call each other, else the first
// letter.
func Initial(name string) string {
	last, _ := utf8.DecodeLastRuneInString(name)
	if unicode.Is(unicode.Han, last) {
		return string(last)
	}
	first, _ := utf8.DecodeRuneInString(name)
	if first == utf8.RuneError {
		return "?"
	}
	return string(unicode.ToUpper(first))
}
