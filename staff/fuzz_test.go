package staff

import (
	"bytes"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/id"
)

func FuzzSplitSecret(f *testing.F) {
	t := Token{ID: "01KAJ3X8W00000000000000000"}
	secret, err := t.seal(bytes.NewReader(bytes.Repeat([]byte{7}, secretBytes)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(secret)
	f.Add("lianxi__")
	f.Add(secret[:len(secret)-2] + "\n" + secret[len(secret)-2:])
	f.Fuzz(func(t *testing.T, s string) {
		tid, raw, ok := splitSecret(s)
		if !ok {
			return
		}
		if !id.Valid(string(tid)) || len(raw) != secretBytes {
			t.Errorf("%q gives %q and %d bytes", s, tid, len(raw))
		}
		again := Token{ID: tid}
		if text, err := again.seal(bytes.NewReader(raw)); err != nil || text != s || !again.matches(raw) {
			t.Errorf("%q has a second form %q (%v)", s, text, err)
		}
	})
}

func FuzzParsePHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQxMjM0NTY3OA$c29tZXNhbHQxMjM0NTY3OGNkZWZnaA")
	f.Add("$argon2id$v=19$m=4294967295,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, s string) {
		c, salt, hash, ok := parsePHC(s)
		if ok && (c.Memory > maxMemory || c.Time > maxTime || len(salt) < 8 || len(hash) < 16) {
			t.Errorf("%q asks for %+v", s, c)
		}
	})
}

func FuzzCheckName(f *testing.F) {
	f.Add("陈晨")
	f.Add("A b\x00")
	f.Fuzz(func(t *testing.T, s string) {
		name := FoldName(s)
		if CheckName(name) == nil && (strings.ContainsAny(name, " \t\n\x00'\"<>&") || name != FoldName(name)) {
			t.Errorf("%q is taken as a name", name)
		}
	})
}
