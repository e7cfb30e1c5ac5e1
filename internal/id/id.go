// Package id names things. Every kind of thing has its own type, so that a
// person's id is never handed in where a conversation's is wanted.
//
// An id is 26 characters that sort by the time of their making: 48 bits of
// milliseconds, then 80 bits of randomness, in Crockford's base 32. Ids that
// people chose (scorecard "general", scenario "zh-broadband-down",
// competencies) are slugs and keep their own spelling.
package id

import (
	"encoding/binary"
	"io"
	"strings"
	"sync"
	"time"
)

// The kinds of things that have ids.
type (
	Person       string
	Team         string
	Session      string
	Token        string
	Conversation string
	Practice     string
	Paper        string // an examination call that is set for somebody
	Result       string
	Review       string // an evaluator's judgement of a result
	Entry        string // an entry of a skill archive
	Event        string
	Class        string
	Label        string
	Scorecard    string // a slug
	Scenario     string // a slug
	Competency   string // a slug of the competency tree
)

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Source makes ids. It is safe for use by several goroutines.
type Source struct {
	mu   sync.Mutex
	now  func() time.Time
	rand io.Reader
}

// NewSource returns a Source that reads the time from now and randomness from
// rand (crypto/rand.Reader in production, a seeded reader in tests).
func NewSource(now func() time.Time, rand io.Reader) *Source {
	return &Source{now: now, rand: rand}
}

// Make returns a new id of the kind T. It panics when the source of
// randomness fails: without it nothing in the house is safe.
func Make[T ~string](s *Source) T { return T(s.next()) }

func (s *Source) next() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var raw [16]byte
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(s.now().UnixMilli()))
	copy(raw[:6], ms[2:])
	if _, err := io.ReadFull(s.rand, raw[6:]); err != nil {
		panic("id: no randomness: " + err.Error())
	}
	return encode(raw)
}

// encode writes 128 bits as 26 characters of 5 bits; the first holds 3.
func encode(raw [16]byte) string {
	hi, lo := binary.BigEndian.Uint64(raw[:8]), binary.BigEndian.Uint64(raw[8:])
	var out [26]byte
	for i := 25; i >= 0; i-- {
		out[i] = alphabet[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return string(out[:])
}

// Valid reports whether s has the form of an id made here.
func Valid(s string) bool {
	if len(s) != 26 || s[0] > '7' {
		return false
	}
	return strings.Trim(s, alphabet) == ""
}

// Slug reports whether s is a name that people may give: lower-case letters,
// digits and hyphens, beginning with a letter, at most 64 characters.
func Slug(s string) bool {
	if s == "" || len(s) > 64 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for _, c := range []byte(s) {
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-') {
			return false
		}
	}
	return true
}
