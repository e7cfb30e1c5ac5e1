package skill

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// Head is the signed line that an entry brings forth. It says: the N-th entry
// of the whole centre is the Seq-th of Person and has the hash Entry; and
// before it everything was as Prev says.
type Head struct {
	N         int64 // counts from 1 over the whole centre, without gaps
	Person    id.Person
	Seq       int64
	Kind      Kind
	Entry     [32]byte
	At        time.Time
	Prev      [32]byte // the Digest of the head before; zero for the first
	Signer    [8]byte  // the Fingerprint of the key that signed
	Signature [ed25519.SignatureSize]byte
}

// Fingerprint returns the first eight bytes of the SHA-256 of a public key.
func Fingerprint(key ed25519.PublicKey) (out [8]byte) {
	sum := sha256.Sum256(key)
	copy(out[:], sum[:])
	return out
}

// message returns what is signed: the canonical form of all but Signature.
func (h Head) message() []byte {
	w := &writer{}
	w.text(headForm)
	w.num(h.N)
	w.text(string(h.Person))
	w.num(h.Seq)
	w.text(string(h.Kind))
	w.text(string(h.Entry[:]))
	w.time(h.At)
	w.text(string(h.Prev[:]))
	w.text(string(h.Signer[:]))
	return w.b
}

// Digest returns the hash by which the next head names this one.
func (h Head) Digest() [32]byte { return sha256.Sum256(h.message()) }

// headOf returns the signed head of entry s after head prev (zero: none).
func headOf(s Sealed, prev Head, key ed25519.PrivateKey) Head {
	h := Head{N: prev.N + 1, Person: s.Person, Seq: s.Seq, Kind: s.Kind, Entry: s.Hash, At: s.At,
		Signer: Fingerprint(key.Public().(ed25519.PublicKey))}
	if prev.N > 0 {
		h.Prev = prev.Digest()
	}
	copy(h.Signature[:], ed25519.Sign(key, h.message()))
	return h
}

// SignedBy reports whether one of the keys signed h.
func (h Head) SignedBy(trusted []ed25519.PublicKey) bool {
	for _, key := range trusted {
		if len(key) == ed25519.PublicKeySize && Fingerprint(key) == h.Signer {
			return ed25519.Verify(key, h.message(), h.Signature[:])
		}
	}
	return false
}

// headPrefix begins the text of a head.
const headPrefix = "h1."

// MarshalText writes h as one word: "h1." and base64url of what was signed
// and the signature. It fits into a log line or a backup's list.
func (h Head) MarshalText() ([]byte, error) {
	raw := append(h.message(), h.Signature[:]...)
	return []byte(headPrefix + base64.RawURLEncoding.EncodeToString(raw)), nil
}

// UnmarshalText reads what MarshalText wrote; anything else is Invalid
// (skill.head.form). It does not look whether the signature is good.
func (h *Head) UnmarshalText(text []byte) error {
	got, ok := readHead(string(text))
	if !ok {
		return fault.New(fault.Invalid, "skill.head.form", nil)
	}
	*h = got
	return nil
}

func readHead(text string) (h Head, ok bool) {
	rest, ok := strings.CutPrefix(text, headPrefix)
	if !ok || len(rest) > 2000 || strings.ContainsAny(rest, "\r\n") {
		return Head{}, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(rest)
	if err != nil {
		return Head{}, false
	}
	r := &reader{b: raw}
	if r.text() != headForm {
		return Head{}, false
	}
	h.N, h.Person, h.Seq, h.Kind = r.num(), id.Person(r.text()), r.num(), Kind(r.text())
	h.Entry, h.At, h.Prev = r.sum(), r.time(), r.sum()
	signer := r.text()
	if len(signer) != len(h.Signer) {
		return Head{}, false
	}
	copy(h.Signer[:], signer)
	copy(h.Signature[:], r.bytes(len(h.Signature)))
	return h, !r.bad && len(r.b) == 0
}
