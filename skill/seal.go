package skill

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"crypto/subtle"
	"io"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// Sealed is an entry as it is stored: the public part in the open, the content
// as ciphertext.
type Sealed struct {
	ID     id.Entry
	Person id.Person
	Seq    int64
	Kind   Kind
	At     time.Time
	By     id.Person
	Names  int64
	Prev   [32]byte // the Hash of the person's entry before; zero for the first
	Lock   [32]byte // SHA-256 of the key's name and the key; tells the key, not what it is
	Box    []byte   // the content under AES-256-GCM with that key
	Hash   [32]byte // of all of the above
}

// Key opens one sealed entry. Source repeats the content's Source.Key, to find
// an occasion that was entered already; an entry without one has its own id
// there. Destroying the key destroys both.
type Key struct {
	Person id.Person
	Seq    int64
	Key    [32]byte
	Source string
}

// label returns the canonical form of everything but Box and Hash. It is also
// what the ciphertext is bound to.
func (s Sealed) label() []byte {
	w := &writer{}
	w.text(entryForm)
	w.text(string(s.ID))
	w.text(string(s.Person))
	w.num(s.Seq)
	w.text(string(s.Kind))
	w.time(s.At)
	w.text(string(s.By))
	w.num(s.Names)
	w.text(string(s.Prev[:]))
	w.text(string(s.Lock[:]))
	return w.b
}

// Digest returns the hash that s should have.
func (s Sealed) Digest() [32]byte {
	w := &writer{b: s.label()}
	w.text(string(s.Box))
	return sha256.Sum256(w.b)
}

// lockOf returns the commitment to a key. GCM alone does not commit: two keys
// could open one ciphertext to two texts.
func lockOf(key [32]byte) [32]byte {
	w := &writer{}
	w.text(keyForm)
	w.text(string(key[:]))
	return sha256.Sum256(w.b)
}

// sourceOf returns what stands as source beside the key of an entry.
func sourceOf(e id.Entry, c Content) string {
	if c.Source.Key == "" {
		return string(e)
	}
	return c.Source.Key
}

// gcm returns the cipher of a key. Every key encrypts one content, so the
// nonce may be, and is, always zero.
func gcm(key [32]byte) (cipher.AEAD, []byte) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic("skill: " + err.Error()) // 32 bytes are always a key
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("skill: " + err.Error())
	}
	return aead, make([]byte, aead.NonceSize())
}

// seal encrypts content as the entry whose public part s holds, under a fresh
// key from rand, and completes s.
func seal(s Sealed, content Content, rand io.Reader) (Sealed, Key, error) {
	key := Key{Person: s.Person, Seq: s.Seq, Source: sourceOf(s.ID, content)}
	if _, err := io.ReadFull(rand, key.Key[:]); err != nil {
		return Sealed{}, Key{}, fault.Wrap("skill.seal", err)
	}
	s.At = instant(s.At)
	s.Lock = lockOf(key.Key)
	aead, nonce := gcm(key.Key)
	s.Box = aead.Seal(nil, nonce, content.encode(), s.label())
	s.Hash = s.Digest()
	return s, key, nil
}

// open returns s readable. With the zero Key it is Gone. It returns Conflict
// (skill.entry.broken) when the key is not the one s was sealed with, or s is
// not what was sealed.
func (s Sealed) open(key Key) (Entry, error) {
	e := Entry{ID: s.ID, Person: s.Person, Seq: s.Seq, Kind: s.Kind, At: s.At.UTC(), By: s.By, Names: s.Names, Hash: s.Hash}
	if key == (Key{}) {
		e.Gone = true
		return e, nil
	}
	broken := fault.New(fault.Conflict, "skill.entry.broken", fault.Args{"seq": s.Seq})
	lock := lockOf(key.Key)
	if subtle.ConstantTimeCompare(lock[:], s.Lock[:]) != 1 {
		return Entry{}, broken
	}
	aead, nonce := gcm(key.Key)
	text, err := aead.Open(nil, nonce, s.Box, s.label())
	if err != nil {
		return Entry{}, broken
	}
	if e.Content, err = decodeContent(text); err != nil {
		return Entry{}, broken
	}
	if key.Source != sourceOf(s.ID, e.Content) {
		return Entry{}, broken
	}
	return e, nil
}
