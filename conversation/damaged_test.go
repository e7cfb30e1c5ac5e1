package conversation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/internal/testkit"
)

// A scribe writes conversations as JSON, in the many ways in which that may be
// done, and wrongly as often as he is careless.
type scribe struct {
	*rand.Rand
	out      []byte
	careless int // one value of so many is odd
}

func pick[T any](s *scribe, list ...T) T { return list[s.IntN(len(list))] }

func (s *scribe) odd() bool { return s.IntN(s.careless) == 0 }

func (s *scribe) write(text string) { s.out = append(s.out, text...) }

// space writes what may stand between tokens: mostly nothing.
func (s *scribe) space() {
	switch {
	case s.odd():
		s.write(pick(s, "\t", "\n", "\r\n", "\u00a0", "\ufeff", "\x00", "\v", "  "))
	case s.IntN(6) == 0:
		s.write(" ")
	}
}

// An entry is a key with what writes its value.
type entry struct {
	key   string
	value func()
}

// object writes members, in their order or in another, some twice or not at all.
func (s *scribe) object(members []entry) {
	if s.IntN(4) == 0 {
		s.Shuffle(len(members), func(i, k int) { members[i], members[k] = members[k], members[i] })
	}
	if s.odd() {
		members = append(members, pick(s, members...))
	}
	if s.odd() {
		members = append(members, entry{pick(s, "kind", "", "ID", "Text", "turn", "数", "constructor", "role ", "lang\u0000"), s.anything})
	}
	s.write("{")
	first := true
	for _, m := range members {
		if s.odd() && s.IntN(2) == 0 {
			continue
		}
		if !first {
			s.write(",")
		}
		first = false
		s.space()
		if s.odd() {
			s.text(m.key)
		} else {
			s.write(`"` + m.key + `"`)
		}
		s.space()
		s.write(":")
		s.space()
		if s.odd() {
			s.anything()
		} else {
			m.value()
		}
		s.space()
	}
	if s.odd() {
		s.write(pick(s, ",", "", "]", "{"))
	}
	s.write("}")
}

// conversation writes c.
func (s *scribe) conversation(c *Conversation) {
	members := []entry{
		{"id", func() { s.text(string(c.ID)) }},
		{"lang", func() { s.word(string(c.Lang)) }},
		{"turns", func() { s.turns(c.Turns) }},
	}
	maybe := func(key string, value func()) {
		if s.IntN(2) == 0 {
			members = append(members, entry{key, value})
		}
	}
	maybe("channel", func() { s.word(string(c.Channel)) })
	maybe("direction", func() { s.word(string(c.Direction)) })
	maybe("started", s.started)
	maybe("ended_by", func() { s.word(pick(s, "agent", "customer", "system")) })
	if s.odd() {
		members = append(members, entry{"fields", s.anything})
	}
	if s.odd() {
		members = append(members, entry{"events", func() {
			s.write("[")
			s.object([]entry{{"kind", func() { s.word("hold") }}, {"at", s.number}, {"data", s.anything}})
			s.write("]")
		}})
	}
	s.object(members)
}

func (s *scribe) turns(turns []Turn) {
	s.write("[")
	for i, t := range turns {
		if i > 0 {
			s.write(",")
		}
		s.space()
		members := []entry{
			{"role", func() { s.word(string(t.Role)) }},
			{"text", func() { s.text(t.Text) }},
		}
		start := int64(s.IntN(100_000))
		if s.IntN(2) == 0 {
			members = append(members, entry{"start", func() { s.thousandths(start) }})
		}
		end := start + int64(s.IntN(5000))
		if s.odd() {
			end = max(start+int64(s.IntN(5)-2), 0)
		}
		if s.IntN(2) == 0 {
			members = append(members, entry{"end", func() { s.thousandths(end) }})
		}
		if s.IntN(3) == 0 {
			members = append(members, entry{"confidence", func() { s.thousandths(int64(s.IntN(1001))) }})
		}
		s.object(members)
		s.space()
	}
	if s.odd() {
		s.write(pick(s, ",", "}", "", "null", ",,"))
	}
	s.write("]")
}

// word writes a word of a short list, or a word like it.
func (s *scribe) word(w string) {
	if s.odd() {
		w = pick(s, "", "fr", "zh ", "ZH", "agents", "robot", "Phone", "in", w+w)
	}
	s.write(`"` + w + `"`)
}

// text writes a string with escapes here and there.
func (s *scribe) text(text string) {
	if s.odd() {
		text = pick(s, "", strings.Repeat("d", MaxID), strings.Repeat("d", MaxID+1), strings.Repeat("您", MaxID/3), "\u2028\ufffe\U0001F600", `""`, `\`)
	}
	escapes := pick(s, 0, 0, 0, 30, 3)
	s.write(`"`)
	for _, c := range text {
		switch {
		case s.odd() && s.IntN(4) == 0:
			s.write(pick(s, `\ud83d\ude00`, `\ud83d`, `\ude00\ud83d`, `\ud83d\u0041`, `\u0000`, `\x41`, `\u12`, `\u00zz`, `\u+041`, `\`, `"`, "\xff", "\xed\xa0\xbd", "\xc0\x80", "\x00", "\x1f", "\n", "\x7f", `\/`, `\'`, `\b\f\n\r\t`))
		case c == '"' || c == '\\':
			s.write(`\` + string(c))
		case c < ' ' || escapes > 0 && c < 0xFFFF && s.IntN(escapes) == 0:
			s.write(fmt.Sprintf(pick(s, `\u%04x`, `\u%04X`), c))
		default:
			s.write(string(c))
		}
	}
	s.write(`"`)
}

func (s *scribe) started() {
	at := time.Unix(int64(s.IntN(2_000_000_000)), 0).UTC().Format(time.RFC3339)
	if s.IntN(2) == 0 {
		at = strings.TrimSuffix(at, "Z") + pick(s, "+08:00", "-00:30", ".25Z", ".123456789+05:45")
	}
	if s.odd() {
		at = pick(s, "", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T23:59:60Z", "2026-01-01", "2026-1-1T0:0:0Z", "2026-01-01t00:00:00z",
			"2026-01-01T00:00:00,5Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00.Z", "+2026-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999-23:59", " 2026-01-01T00:00:00Z")
	}
	s.text(at)
}

// thousandths writes a time or a confidence in ones, in one of the ways in
// which that number can be written.
func (s *scribe) thousandths(v int64) {
	if s.odd() {
		s.number()
		return
	}
	whole, part := v/1000, v%1000
	switch s.IntN(12) {
	case 0:
		s.write(fmt.Sprintf("%de-3", v))
	case 1:
		s.write(fmt.Sprintf("%d.%03de0", whole, part))
	case 2:
		s.write(fmt.Sprintf("%d.%03d%d", whole, part, s.IntN(1000)))
	case 3:
		s.write(fmt.Sprintf("0.%06dE+%d", v, 3))
	case 4, 5:
		s.write(fmt.Sprintf("%d.%03d", whole, part))
	default:
		s.write(seconds(v))
	}
}

// number writes a number, and things like numbers.
func (s *scribe) number() {
	switch s.IntN(3) {
	case 0:
		digits := make([]byte, 1+s.IntN(pick(s, 4, 14, 25)))
		for i := range digits {
			digits[i] = "00123456789999"[s.IntN(14)]
		}
		s.write(string(digits))
		if s.IntN(2) == 0 {
			s.write("." + string(digits[:s.IntN(len(digits)+1)]))
		}
		if s.IntN(3) == 0 {
			s.write(pick(s, "e", "E", "e+", "e-") + fmt.Sprint(s.IntN(pick(s, 4, 30, 2_000_000))))
		}
	case 1:
		s.write(pick(s, "0", "-0", "0.0", "-0.0e5", "1000000000", "1000000000.0004", "1000000000.0005", "999999999.9995", "999999999.9994", "1", "1.0005", "1.0004", "0.0005", "0.00049",
			"1e9", "1e10", "0.1e10", "12345678901234567890", "0.00000000000000000000000000000000001", "0e99999999999", "1e-99999999999", "1e99999999999"))
	default:
		s.write(pick(s, "-1", "+1", ".5", "1.", "01", "00", "1e", "1e+", "0x10", "1_000", "Infinity", "NaN", "1.5.", "1,5", `"1"`, "１", "--1", "1-1", "1ee1"))
	}
}

// anything writes any value, also what is none.
func (s *scribe) anything() {
	switch s.IntN(8) {
	case 0:
		s.write("null")
	case 1:
		s.text("您好")
	case 2:
		s.number()
	case 3:
		s.write(pick(s, "true", "false", "tru", "nul", "NULL", "None", "'a'", "[]", "{}", "[,]", "{,}", `{"a"}`, "[1 2]", "/**/1", ""))
	case 4:
		deep := pick(s, 2, 5, MaxDepth-2, MaxDepth-1, MaxDepth, MaxDepth+1)
		s.write(strings.Repeat("[", deep) + strings.Repeat("]", deep-s.IntN(20)/19))
	case 5:
		s.write(`{"a":`)
		s.anything()
		s.write(pick(s, "}", "}", `,"a":1}`, ""))
	default:
		s.write("[")
		s.anything()
		s.write(pick(s, "]", "]", ",1]", ""))
	}
}

// nasty is what damage puts into a line.
var nasty = []string{`"`, `\`, `\u`, `\ud800`, `\u0000`, "\x00", "\xff", "\xe6\x82", "\ufeff", "{", "}", "[", "]", ",", ":", "null", "true", "1e400", "-", "0", ".", "e", " ", "\t", "\n", "\r",
	`"id":"x",`, `"role":"agent",`, `,"text":""`, `{"role":"agent","text":"x"},`, `"start":5,`, `"end":1e-3,`, `[[[[`, `\"`, `\\`, "您", "\U0001F600", "\x1f", "\x7f"}

// damage hurts the line at one place.
func (s *scribe) damage() {
	if len(s.out) == 0 {
		return
	}
	from := s.IntN(len(s.out))
	to := min(len(s.out), from+1+s.IntN(pick(s, 1, 2, 8, 60)))
	part := bytes.Clone(s.out[from:to])
	rest := func(at int) []byte { return bytes.Clone(s.out[at:]) }
	switch s.IntN(8) {
	case 0:
		s.out[from] = byte(s.IntN(256))
	case 1:
		s.out[from] ^= 1 << s.IntN(8)
	case 2:
		s.out = append(s.out[:from], rest(to)...)
	case 3: // twice
		s.out = append(append(s.out[:to], part...), rest(to)...)
	case 4: // somewhere else
		s.out = append(s.out[:from], rest(to)...)
		at := s.IntN(len(s.out) + 1)
		s.out = append(append(s.out[:at:at], part...), rest(at)...)
	case 5:
		if s.IntN(4) == 0 {
			s.out = s.out[:from]
		}
	default:
		s.out = append(append(s.out[:from:from], pick(s, nasty...)...), rest(from)...)
	}
}

// line writes part of c, well or badly, in the memory of the line before.
func (s *scribe) line(c Conversation) []byte {
	s.out, s.careless = s.out[:0], pick(s, 1<<30, 1<<30, 1000, 100, 20)
	from := s.IntN(len(c.Turns))
	c.Turns = c.Turns[from:min(len(c.Turns), from+s.IntN(pick(s, 2, 4, 4, 9)))]
	if s.odd() {
		s.write(pick(s, "\ufeff", " ", "\t", "[", "\xef\xbb", "\ufeff\ufeff"))
	}
	s.conversation(&c)
	for range pick(s, 0, 0, 0, 1, 1, 3) {
		s.damage()
	}
	return s.out
}

// sampleConversations are what the scribe writes.
func sampleConversations(t *testing.T) (out []Conversation) {
	t.Helper()
	data, err := os.ReadFile("../testdata/conversations-public.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		c, err := decodeStrictly(line)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// TestDamagedLinesAreReadAsStrictly writes conversations in many ways and
// damages them; every line must give the same value or the same refusal by all
// ways of reading. An execution is a line.
func TestDamagedLinesAreReadAsStrictly(t *testing.T) {
	executions := testkit.Executions(t, 500_000)
	sample := sampleConversations(t)
	s := &scribe{}
	plainly, strictly := 0, 0
	for number := range executions {
		s.Rand = rand.New(rand.NewPCG(2, uint64(number)))
		line := s.line(sample[s.IntN(len(sample))])
		given := string(line)
		quick, ok := decodePlainly(line)
		want, err := decodeStrictly(line)
		got, refusal := DecodeJSONL(line)
		if string(line) != given {
			t.Fatalf("%q became %q", given, line)
		}
		if err == nil && !json.Valid(bytes.TrimPrefix(line, []byte("\ufeff"))) {
			t.Fatalf("%q is no JSON and was read as %+v", given, want)
		}
		clear(line) // nothing of it may be part of what was read
		switch {
		case ok && err != nil:
			t.Fatalf("%q is read plainly; strictly it is refused: %v", given, err)
		case ok && !reflect.DeepEqual(quick, want):
			t.Fatalf("%q is read as\n%+v, strictly as\n%+v", given, quick, want)
		case !reflect.DeepEqual(got, want) || !reflect.DeepEqual(refusal, err):
			t.Fatalf("%q gives\n%+v (%v), strictly\n%+v (%v)", given, got, refusal, want, err)
		case ok:
			plainly++
		case err == nil:
			strictly++
		}
	}
	t.Logf("%d executions: %d lines read plainly, %d strictly, %d refused", executions, plainly, strictly, executions-plainly-strictly)
	if executions > 1000 && (plainly < executions/5 || strictly < executions/20 || plainly+strictly > executions*4/5) {
		t.Error("the campaign proves little")
	}
}
