package scorecard

import (
	"regexp"
	"unicode"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
)

// Test is an operator with its arguments and its scope. It answers hit, no
// hit or unknown, with evidence.
type Test struct {
	Op    string // a name of Operators
	Args  []Arg  // in the order of the operator's parameters
	Scope Scope
	At    fault.Position // where it stands in the text; no part of its meaning

	Index int // OpUse: the definition's place in Card.Define, set by the checker
	Leaf  int // set by the checker where a test without tests of its own stands inside an unless, from 1: it is asked again and again; no part of its meaning
}

// Arg is one argument.
type Arg struct {
	Name string
	Value
}

// Value is the value of an argument; which field counts, its Kind says.
type Value struct {
	Kind    Kind
	Int     int64 // a whole number, per mille for shares, milliseconds for times
	Text    string
	Texts   []string
	Acts    []analysis.Act
	Phrases Phrases
	Tests   []*Test // one for KindTest
	Steps   []Step
	Reach   Distance

	regex  map[conversation.Lang]*regexp.Regexp // KindRegex, compiled from Phrases
	clues  [2]*Clues                            // KindPhrases and KindRegex, by the languages of an Index
	folded Phrases                              // KindPhrases by the languages zh and en, folded, every <set> replaced by its members
}

// Wordings returns the phrases that count in lang, folded by Fold and with
// synonyms in place. The caller does not change them.
func (v *Value) Wordings(lang conversation.Lang) []string {
	if v == nil {
		return nil
	}
	return v.folded[lang]
}

// Fold maps a character to the form in which texts are compared: lower case,
// half width. It keeps the number of characters.
func Fold(c rune) rune {
	switch {
	case c >= '！' && c <= '～':
		c -= '！' - '!'
	case c == '\u3000':
		return ' '
	case c == '’' || c == '‘':
		return '\''
	}
	if lower := unicode.ToLower(c); utf8.ValidRune(lower) {
		return lower
	}
	return c
}

// Regexp returns the expression that counts in lang, or nil.
func (v *Value) Regexp(lang conversation.Lang) *regexp.Regexp {
	if v == nil {
		return nil
	}
	if re, ok := v.regex[lang]; ok {
		return re
	}
	return v.regex[""]
}

// Phrases are wordings by language; the language "" holds for all.
type Phrases map[conversation.Lang][]string

// In returns the phrases that count in lang.
func (p Phrases) In(lang conversation.Lang) []string {
	if own, ok := p[lang]; ok {
		return own
	}
	return p[""]
}

// Step is one step of a flow. After names the steps that must come before
// it; nil means the step written above it.
type Step struct {
	ID    string
	Title Text
	Test  *Test
	After []string
}

// Distance is how far something may be: turns, milliseconds or characters.
type Distance struct {
	Unit string // "turns", "ms", "characters"; "" is anywhere
	N    int64
}

// Scope says where an operator looks. The zero Scope is the whole conversation.
type Scope struct {
	Role      conversation.Role // "" is the operator's own, "any" everybody
	Channel   conversation.Channel
	Direction conversation.Direction
	Window    Window
	Relations []Relation
	Unless    *Test // a hit that this test excuses does not count; "this" names the hit
	MinLength int   // characters of the turn without spaces and punctuation
	Sure      int   // the least certainty of an act and of the transcript, per mille
}

// Window is a stretch of the conversation.
type Window struct {
	Edge string // "first", "last" or "range"; "" is everything
	Unit string // "turns", "sentences", "ms" or "share" (per mille of the whole)
	From int64  // Edge "range": counts from 1
	To   int64  // Edge "first" and "last": how many
}

// Relation places a test beside the hits of another.
type Relation struct {
	Where  string // "before", "after", "around" or "current"
	Of     *Test
	Hit    string // "first", "last", "each", "any" or "nth"
	N      int    // Hit "nth": which, from 1
	Within Distance
}

// Arg returns the argument called name, or nil when the text left it out.
func (t *Test) Arg(name string) *Value {
	for i := range t.Args {
		if t.Args[i].Name == name {
			return &t.Args[i].Value
		}
	}
	return nil
}

// Int returns the whole number called name, or otherwise.
func (t *Test) Int(name string, otherwise int64) int64 {
	if v := t.Arg(name); v != nil {
		return v.Int
	}
	return otherwise
}

// Word returns the choice or text called name, or otherwise.
func (t *Test) Word(name, otherwise string) string {
	if v := t.Arg(name); v != nil {
		return v.Text
	}
	return otherwise
}

// Operand returns the test called name, or nil.
func (t *Test) Operand(name string) *Test {
	if v := t.Arg(name); v != nil && len(v.Tests) > 0 {
		return v.Tests[0]
	}
	return nil
}

// alone reports whether t answers without asking other tests, its scope aside.
func (t *Test) alone() bool {
	if t.Op == OpUse || t.Op == OpThis {
		return false
	}
	for i := range t.Args {
		if len(t.Args[i].Tests) > 0 || len(t.Args[i].Steps) > 0 {
			return false
		}
	}
	return true
}

// Walk calls visit for t and every test below it, scopes included.
func (t *Test) Walk(visit func(*Test)) {
	if t == nil {
		return
	}
	visit(t)
	for i := range t.Args {
		for _, sub := range t.Args[i].Tests {
			sub.Walk(visit)
		}
		for _, step := range t.Args[i].Steps {
			step.Test.Walk(visit)
		}
	}
	for i := range t.Scope.Relations {
		t.Scope.Relations[i].Of.Walk(visit)
	}
	t.Scope.Unless.Walk(visit)
}
