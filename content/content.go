// Package content carries the built-in pack: acts, lexicon, scorecards,
// scenarios and the scripted agents beside them, as files that a trainer can
// read. The pack is read-only; a centre's own copy lies in its data folder.
package content

import "embed"

// FS holds the built-in pack.
//
//go:embed acts.yaml competencies.yaml exams.yaml lexicon scorecards scenarios
var FS embed.FS

// Labelled holds labelled utterances to measure the lexicon with. The part
// that was locked away from tuning is not in it, nor what signals were learnt
// from.
//
//go:embed labelled/*.jsonl
var Labelled embed.FS
