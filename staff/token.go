package staff

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"io"
	"strings"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// Token lets a program act for a person over the API, within its scopes and
// never beyond what she herself may do. The secret is shown once; only its
// hash is kept.
type Token struct {
	ID      id.Token
	Person  id.Person
	Name    string // what it is for, in her words
	Scopes  []Permission
	Hash    [sha256.Size]byte
	Created time.Time
	Expires time.Time
	Used    time.Time // the last use, to the minute; zero when never
	Revoked time.Time // zero when it is not
}

// The form of a secret is "lianxi_" + id + "_" + 43 characters of base64url.
// The prefix lets secret scanners find one that leaked.
const (
	secretPrefix = "lianxi_"
	secretBytes  = 32
	maxTokenLife = 366 * 24 * time.Hour
)

// Alive reports whether a token may be used at now.
func (t Token) Alive(now time.Time) bool { return t.Revoked.IsZero() && now.Before(t.Expires) }

// seal gives t a new secret and returns it in the form that is handed out.
func (t *Token) seal(rand io.Reader) (string, error) {
	raw := make([]byte, secretBytes)
	if _, err := io.ReadFull(rand, raw); err != nil {
		return "", fault.Wrap("staff.Token", err)
	}
	t.Hash = sha256.Sum256(raw)
	return secretPrefix + string(t.ID) + "_" + base64.RawURLEncoding.EncodeToString(raw), nil
}

// matches reports whether raw is the token's secret.
func (t Token) matches(raw []byte) bool {
	sum := sha256.Sum256(raw)
	return subtle.ConstantTimeCompare(sum[:], t.Hash[:]) == 1
}

// splitSecret takes apart what a program sent; ok is false for anything that
// cannot be one of our secrets.
func splitSecret(s string) (tid id.Token, raw []byte, ok bool) {
	rest, found := strings.CutPrefix(s, secretPrefix)
	name, secret, cut := strings.Cut(rest, "_")
	if !found || !cut || !id.Valid(name) || strings.ContainsAny(secret, "\r\n") { // which the decoder would skip
		return "", nil, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	return id.Token(name), raw, err == nil && len(raw) == secretBytes
}
