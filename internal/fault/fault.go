// Package fault gives every error of the house a kind, the operation that
// failed and a message that a person can read.
//
// Domains and stores return *fault.Error (or wrap one). The doors translate:
// web and api turn the Kind into an HTTP status in one table each, and the Key
// with its Args into the reader's language. Err stays in the log.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what a caller can do about an error.
type Kind int

// The kinds, from the least to the most specific. The zero Kind is Internal:
// an error nobody classified is our own mistake.
const (
	Internal    Kind = iota // a defect or a broken machine; nothing the caller can do
	Invalid                 // the input is wrong; say what and where
	NotFound                // there is no such thing, or not for this person
	Conflict                // it changed meanwhile, or exists already
	Denied                  // this person may not do that
	Unavailable             // try again later
)

// String returns the kind's name as it stands in logs.
func (k Kind) String() string {
	switch k {
	case Invalid:
		return "invalid"
	case NotFound:
		return "not found"
	case Conflict:
		return "conflict"
	case Denied:
		return "denied"
	case Unavailable:
		return "unavailable"
	default:
		return "internal"
	}
}

// Args are the named values of a message, such as {"name": "greet"}.
type Args map[string]any

// Position is a place in a text that a person wrote. Line and Column count
// from 1; Column counts Unicode code points. The zero Position is no place.
type Position struct {
	File   string
	Line   int
	Column int
}

// String returns file:line:column, leaving out what is unknown.
func (p Position) String() string {
	var parts []string
	if p.File != "" {
		parts = append(parts, p.File)
	}
	if p.Line > 0 {
		parts = append(parts, fmt.Sprint(p.Line))
		if p.Column > 0 {
			parts = append(parts, fmt.Sprint(p.Column))
		}
	}
	return strings.Join(parts, ":")
}

// Error is an error with a kind. Key names the message in the locale
// catalogues ("staff.password.short"); it is what a person reads.
type Error struct {
	Kind Kind
	Op   string // the operation, as "skill.Append"
	Key  string
	Args Args
	At   Position
	Err  error // the cause, for the log
}

// Error returns the technical text: position, operation, key and cause.
func (e *Error) Error() string {
	var b strings.Builder
	if at := e.At.String(); at != "" {
		b.WriteString(at + ": ")
	}
	if e.Op != "" {
		b.WriteString(e.Op + ": ")
	}
	b.WriteString(e.Kind.String())
	if e.Key != "" {
		b.WriteString(" (" + e.Key + ")")
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New returns an error of kind k whose message is key.
func New(k Kind, key string, args Args) *Error {
	return &Error{Kind: k, Key: key, Args: args}
}

// Wrap names the operation in which err happened and keeps its kind, key,
// arguments and position. Wrap(op, nil) is nil.
func Wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	out := &Error{Op: op, Err: err}
	var inner *Error
	if errors.As(err, &inner) {
		out.Kind, out.Key, out.Args, out.At = inner.Kind, inner.Key, inner.Args, inner.At
	}
	return out
}

// As classifies a foreign error: it gives err the kind k and the message key.
// As(k, key, nil) is nil.
func As(k Kind, key string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Kind: k, Key: key, Err: err}
}

// KindOf returns the kind of err; Internal when nobody gave it one.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is of kind k.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }
