package conversation

import (
	"reflect"
	"testing"
)

// FuzzPlainReading holds the plain reading to the strict one: what it accepts,
// the strict one accepts, and reads the same.
func FuzzPlainReading(f *testing.F) {
	for _, s := range []string{
		`{"id":"a","lang":"zh","channel":"chat","direction":"outbound","turns":[{"role":"agent","text":"您好","start":0.25,"end":12}]}`,
		`{"id": "b", "lang": "en", "ended_by": "customer", "started": "2026-01-31T09:30:00+08:00", "turns": []}`,
		`{"id":"c","lang":"zh","turns":[{"text":"a\u00e9\n\"b\\","role":"system","confidence":0.9995},{"role":"customer","text":""}]}`,
		`{"id":"d","lang":"zh","turns":[{"role":"agent","text":"x","start":01,"end":1e3}]} `,
		`{"id":"e","lang":"zh","turns":[{"role":"agent","text":"x","start":1.2345,"end":3.}]}`,
		`{"id":"f","id":"g","lang":"zh","turns":[{"role":"agent","text":"x","start":null},]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		got, ok := decodePlainly(line)
		if !ok {
			return
		}
		want, err := decodeStrictly(line)
		if err != nil {
			t.Fatalf("%q is refused: %v", line, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q:\n%+v, strictly\n%+v", line, got, want)
		}
	})
}
