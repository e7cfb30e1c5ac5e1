// Package skill keeps each person's skill archive: what she was taught, marked
// and told, from the first talk on, as entries that are added and never
// changed, and what can be said of her competencies from them, with its doubt.
//
// # How the archive is sealed
//
// Every entry has a public part (its id, whose it is, its number, its kind,
// when and by whom it was written, which entry it names) and a content (marks,
// texts, sources), encrypted under a random key of its own. The entry's hash
// covers both and the hash of the person's entry before it: her entries are a
// chain. A correction is a new entry that names the old one. Erasing a person
// destroys the keys; the ciphertext stays, so the chain stays whole.
//
// Every entry brings forth a Head: a signed line that names the entry's person,
// number and hash, and covers the head before it across the whole centre. The
// signing key lies outside the database. So the heads are a second chain, one
// for all persons, that nobody with only the database can continue or cut in
// the middle; and its newest link is repeated to witnesses (the audit log, a
// file beside the key, backups), so that it cannot be cut at the end either.
// Verify says how all this is checked.
package skill

import (
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// Kind says what an entry is.
type Kind string

// The kinds of entries.
const (
	Opened     Kind = "opened"     // the first of every archive; has no content
	Talk       Kind = "talk"       // the talk before training; private to advisor and person
	Marked     Kind = "mark"       // a conversation was scored
	Note       Kind = "note"       // somebody wrote something down
	Assessment Kind = "assessment" // an exam, a typing test, a judgement
	Correction Kind = "correction" // replaces the content of the entry it names
	Erased     Kind = "erased"     // the keys of all entries before it were destroyed
)

// Title returns the locale key of the kind's title.
func (k Kind) Title() string { return "skill.kind." + string(k) }

// Mark is how well one competency was shown. Points and Max are in the same
// fixed-point unit, that of the scorecard; only their ratio is compared.
type Mark struct {
	Competency id.Competency
	Points     int64 // 0 … Max
	Max        int64 // > 0
}

// Source says what an entry rests on. Key names the occasion ("result:01J…"):
// the same occasion is entered once, however often it is reported.
type Source struct {
	Key          string
	Conversation id.Conversation
	Result       string // the score's own name
	Scorecard    id.Scorecard
	Version      string // of the scorecard
}

// Content is the private part of an entry.
type Content struct {
	Of     time.Time // when what it speaks of happened; zero: when it was written
	Source Source
	Marks  []Mark            // by competency, each once
	Text   map[string]string // by language, as "zh" and "en"
}

// Entry is one entry of an archive, readable. The content of an entry whose
// key was destroyed is empty, and Gone is set.
type Entry struct {
	ID     id.Entry
	Person id.Person
	Seq    int64 // counts from 1 per person, without gaps
	Kind   Kind
	At     time.Time // when it was written; UTC, microseconds
	By     id.Person // "" for the machine
	Names  int64     // a Correction: the Seq it corrects; Erased: the last Seq that was erased
	Hash   [32]byte
	Gone   bool
	Content
}

// Draft is an entry to be.
type Draft struct {
	Person id.Person
	Kind   Kind
	Names  int64 // for a Correction
	Content
}

// The bounds of a content.
const (
	maxMarks  = 256
	maxLangs  = 8
	maxText   = 64 << 10 // bytes, of one language
	maxField  = 200      // bytes, of one name
	maxPoints = 1e12
)

// check returns Invalid with skill.draft.kind, skill.draft.names,
// skill.draft.mark (competency), skill.draft.text (max) or
// skill.draft.source (max).
func (d Draft) check() error {
	switch d.Kind {
	case Talk, Marked, Note, Assessment, Correction:
	default:
		return fault.New(fault.Invalid, "skill.draft.kind", fault.Args{"kind": string(d.Kind)})
	}
	if d.Person == "" || (d.Kind == Correction) != (d.Names > 0) {
		return fault.New(fault.Invalid, "skill.draft.names", nil)
	}
	return d.Content.check()
}

func (c Content) check() error {
	seen := map[id.Competency]bool{}
	for _, m := range c.Marks {
		bad := !id.Slug(string(m.Competency)) || seen[m.Competency] || m.Max <= 0 || m.Points < 0 || m.Points > m.Max || m.Max > maxPoints
		if bad || len(c.Marks) > maxMarks {
			return fault.New(fault.Invalid, "skill.draft.mark", fault.Args{"competency": string(m.Competency)})
		}
		seen[m.Competency] = true
	}
	for lang, text := range c.Text {
		if len(c.Text) > maxLangs || !id.Slug(lang) || len(text) > maxText || !utf8.ValidString(text) {
			return fault.New(fault.Invalid, "skill.draft.text", fault.Args{"max": maxText})
		}
	}
	s := c.Source
	for _, f := range []string{s.Key, string(s.Conversation), s.Result, string(s.Scorecard), s.Version} {
		if len(f) > maxField || !utf8.ValidString(f) || slices.Contains([]byte(f), 0) {
			return fault.New(fault.Invalid, "skill.draft.source", fault.Args{"max": maxField})
		}
	}
	return nil
}

// settled returns c in the one form in which it is encoded: marks sorted,
// nothing empty kept, times in UTC microseconds.
func (c Content) settled() Content {
	c.Marks = slices.Clone(c.Marks)
	slices.SortFunc(c.Marks, func(a, b Mark) int {
		if a.Competency < b.Competency {
			return -1
		}
		return 1
	})
	if len(c.Marks) == 0 {
		c.Marks = nil
	}
	c.Text = maps.Clone(c.Text)
	maps.DeleteFunc(c.Text, func(_, text string) bool { return text == "" })
	if len(c.Text) == 0 {
		c.Text = nil
	}
	if !c.Of.IsZero() {
		c.Of = instant(c.Of)
	}
	return c
}

// instant returns t as the archive keeps it.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Current returns the entries with every correction put in the place of what
// it corrects, the newest correction last said: the original keeps its number,
// kind and time, and has the content of the correction. Corrections themselves
// are left out. Entries must be one person's, in order.
func Current(entries []Entry) []Entry {
	bySeq := make(map[int64]int, len(entries)) // where the root of each entry stands in out
	var out []Entry
	for _, e := range entries {
		if e.Kind != Correction {
			bySeq[e.Seq] = len(out)
			out = append(out, e)
			continue
		}
		at, ok := bySeq[e.Names]
		if !ok {
			continue
		}
		bySeq[e.Seq] = at // who corrects the correction corrects the root
		of := out[at].moment()
		out[at].Content, out[at].Gone = e.Content, e.Gone
		if out[at].Of.IsZero() {
			out[at].Of = of
		}
	}
	return out
}

// moment returns when what an entry speaks of happened.
func (e Entry) moment() time.Time {
	if e.Of.IsZero() {
		return e.At
	}
	return e.Of
}
