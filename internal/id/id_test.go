package id_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/internal/id"
)

func TestIDsSortByTimeAndAreValid(t *testing.T) {
	now := time.UnixMilli(1_790_000_000_000)
	s := id.NewSource(func() time.Time { now = now.Add(time.Millisecond); return now }, bytes.NewReader(make([]byte, 1000)))
	last := id.Person("")
	for range 50 {
		p := id.Make[id.Person](s)
		if !id.Valid(string(p)) {
			t.Fatalf("%q is no valid id", p)
		}
		if p <= last {
			t.Fatalf("%q does not sort after %q", p, last)
		}
		last = p
	}
}

func TestValid(t *testing.T) {
	for s, want := range map[string]bool{
		"01KAJ3X8W00000000000000000":  true,
		"01KAJ3X8W0000000000000000":   false, // too short
		"81KAJ3X8W00000000000000000":  false, // more than 128 bits
		"01KAJ3X8W0000000000000000U":  false, // no U in the alphabet
		"":                            false,
		"01KAJ3X8W000000000000000000": false,
	} {
		if got := id.Valid(s); got != want {
			t.Errorf("Valid(%q) = %v, want %v", s, got, want)
		}
	}
}

func TestSlug(t *testing.T) {
	for s, want := range map[string]bool{"general": true, "zh-fund-value": true, "d11": true, "": false, "1a": false, "A": false, "a b": false, "你好": false} {
		if got := id.Slug(s); got != want {
			t.Errorf("Slug(%q) = %v, want %v", s, got, want)
		}
	}
}
