// Package archive shows a person's skill archive: a timeline that reads like a
// biography, beside the competency map with its doubt.
package archive

import "github.com/lianxi-cc/lianxi/web/ui"

// Page is one person's archive.
type Page struct {
	Title, Sub string
	Mine       bool
	Path       string // of this archive
	Groups     []BandGroup
	Unknown    []string  // competencies without any evidence yet
	Evidence   *Evidence // of the competency that was chosen
	Months     []Month
	More       string // URL of earlier entries; "" when there are none
	Note       string // that entries are missing or erased; "" when not
	Begin      bool   // the empty archive offers to begin practising
}

// BandGroup is one branch of the competency tree.
type BandGroup struct {
	Title string
	Bands []ui.Band
}

// Month is the entries of one month, newest first.
type Month struct {
	Title   string
	Entries []Entry
}

// Entry is one thing that happened, in one sentence.
type Entry struct {
	When, What, More string
	Lang             string // of What when it is content; "" for the reader's own
	URL              string
	Big              bool // a turning point: an assessment, a gate
	Corrects         string
}

// Evidence is what stands behind one competency, newest first.
type Evidence struct {
	Title, Meaning, Estimate string
	Items                    []Proof
}

// Proof is one piece of evidence: a sentence and a link.
type Proof struct {
	When, Text, URL, Mark string
}
