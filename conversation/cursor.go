package conversation

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// cursor walks over one JSON value as RFC 8259 writes it, and nothing looser.
// Its first error sticks: every later call does nothing, so that a caller
// reads straight on and looks at err once, at the end.
//
// The standard decoder is not used because it matches keys without regard to
// case, repairs broken surrogates silently, takes floats for times and cannot
// say at which character something is wrong.
type cursor struct {
	data  []byte
	pos   int
	depth int
	path  []step
	err   *fault.Error
}

// step is one step of the path to the value being read: a key or an index.
type step struct {
	key   string
	index int // used when key is ""
}

// where returns the path as people write it: turns[3].role.
func (c *cursor) where() string {
	var b strings.Builder
	for _, s := range c.path {
		switch {
		case s.key == "":
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		case b.Len() > 0:
			b.WriteString("." + s.key)
		default:
			b.WriteString(s.key)
		}
	}
	return b.String()
}

// fail records the first error, at byte position at.
func (c *cursor) fail(at int, key string, args fault.Args) {
	if c.err != nil {
		return
	}
	if args == nil {
		args = fault.Args{}
	}
	args["where"] = c.where()
	c.err = &fault.Error{Kind: fault.Invalid, Op: "conversation.DecodeJSONL", Key: key, Args: args, At: c.position(at)}
}

// position returns line and column of the byte position at. A conversation in
// JSONL has one line; a file with a single indented value has many.
func (c *cursor) position(at int) fault.Position {
	before := string(c.data[:min(at, len(c.data))])
	line := strings.Count(before, "\n") + 1
	last := before[strings.LastIndexByte(before, '\n')+1:]
	return fault.Position{Line: line, Column: utf8.RuneCountInString(last) + 1}
}

// expected fails with what stands at the cursor and what should.
func (c *cursor) expected(want string) {
	c.fail(c.pos, "conversation.json.syntax", fault.Args{"want": want, "found": c.found()})
}

// found returns a few characters at the cursor for a message; "" at the end.
func (c *cursor) found() string {
	rest := c.data[min(c.pos, len(c.data)):]
	return excerpt(string(rest[:min(len(rest), 96)]))
}

// excerpt returns the first characters of s, cut at 24.
func excerpt(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	s = strings.ToValidUTF8(s, "\uFFFD")
	if r := []rune(s); len(r) > 24 {
		return string(r[:24]) + "…"
	}
	return s
}

func (c *cursor) space() {
	for c.pos < len(c.data) {
		switch c.data[c.pos] {
		case ' ', '\t', '\n', '\r':
			c.pos++
		default:
			return
		}
	}
}

// peek returns the first byte of the next token; 0 at the end or after an error.
func (c *cursor) peek() byte {
	c.space()
	if c.err != nil || c.pos >= len(c.data) {
		return 0
	}
	return c.data[c.pos]
}

// take consumes the byte b, if it is next.
func (c *cursor) take(b byte) bool {
	if c.peek() != b || b == 0 {
		return false
	}
	c.pos++
	return true
}

// object calls member for every key; member must read the value.
func (c *cursor) object(member func(key string)) {
	if !c.open('{') {
		return
	}
	defer c.close()
	for first := true; c.err == nil; first = false {
		if c.take('}') {
			if !first && c.trailingComma() {
				c.expected(`"…"`)
			}
			return
		}
		key := c.string()
		if !c.take(':') {
			c.expected(":")
			return
		}
		c.path = append(c.path, step{key: key})
		member(key)
		c.path = c.path[:len(c.path)-1]
		if !c.take(',') && c.peek() != '}' {
			c.expected(", }")
		}
	}
}

// array calls element for every index; element must read the value.
func (c *cursor) array(element func(i int)) {
	if !c.open('[') {
		return
	}
	defer c.close()
	for i := 0; c.err == nil; i++ {
		if c.take(']') {
			if i > 0 && c.trailingComma() {
				c.expected("…")
			}
			return
		}
		c.path = append(c.path, step{index: i})
		element(i)
		c.path = c.path[:len(c.path)-1]
		if !c.take(',') && c.peek() != ']' {
			c.expected(", ]")
		}
	}
}

// trailingComma reports whether the bracket just read stands after a comma.
func (c *cursor) trailingComma() bool {
	i := c.pos - 2
	for i >= 0 && strings.IndexByte(" \t\r\n", c.data[i]) >= 0 {
		i--
	}
	return i >= 0 && c.data[i] == ','
}

func (c *cursor) open(bracket byte) bool {
	if c.depth >= MaxDepth {
		c.fail(c.pos, "conversation.json.deep", fault.Args{"limit": MaxDepth})
		return false
	}
	if !c.take(bracket) {
		c.wrongType(map[byte]string{'{': "{…}", '[': "[…]"}[bracket])
		return false
	}
	c.depth++
	return true
}

func (c *cursor) close() { c.depth-- }

// wrongType fails because the value at the cursor is of another type.
func (c *cursor) wrongType(want string) {
	if c.peek() == 0 || c.where() == "" {
		c.expected(want)
		return
	}
	c.fail(c.pos, "conversation.json.type", fault.Args{"want": want, "found": c.found()})
}

// null consumes null, if it is next.
func (c *cursor) null() bool {
	if c.peek() != 'n' {
		return false
	}
	c.literal("null")
	return c.err == nil
}

func (c *cursor) literal(word string) {
	if !strings.HasPrefix(string(c.data[c.pos:min(len(c.data), c.pos+len(word))]), word) {
		c.expected(word)
		return
	}
	c.pos += len(word)
}

// string reads a string. The caller has checked that data is valid UTF-8.
func (c *cursor) string() string {
	if !c.take('"') {
		c.wrongType(`"…"`)
		return ""
	}
	start := c.pos
	for c.pos < len(c.data) {
		switch b := c.data[c.pos]; {
		case b == '"':
			c.pos++
			return string(c.data[start : c.pos-1])
		case b == '\\':
			return c.escaped(start)
		case b < ' ':
			c.expected(`\u00…`)
			return ""
		}
		c.pos++
	}
	c.expected(`"`)
	return ""
}

// escaped reads on in a string that began at start, from its first backslash.
func (c *cursor) escaped(start int) string {
	out := append([]byte(nil), c.data[start:c.pos]...)
	for c.pos < len(c.data) && c.err == nil {
		b := c.data[c.pos]
		switch {
		case b == '"':
			c.pos++
			return string(out)
		case b == '\\':
			out = utf8.AppendRune(out, c.escape())
			continue
		case b < ' ':
			c.expected(`\u00…`)
			return ""
		}
		out = append(out, b)
		c.pos++
	}
	c.expected(`"`)
	return ""
}

// escape reads one escape sequence; the cursor stands on the backslash.
func (c *cursor) escape() rune {
	at := c.pos
	c.pos++
	if c.pos >= len(c.data) {
		c.expected(`"`)
		return 0
	}
	b := c.data[c.pos]
	c.pos++
	if i := strings.IndexByte(`"\/bfnrt`, b); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i])
	}
	if b != 'u' {
		c.pos = at
		c.expected(`\" \\ \/ \b \f \n \r \t \u`)
		return 0
	}
	r := c.hex()
	if r == 0 && c.err == nil {
		c.fail(at, "conversation.nul", nil)
	}
	if !utf16.IsSurrogate(r) {
		return r
	}
	if c.pos+1 < len(c.data) && c.data[c.pos] == '\\' && c.data[c.pos+1] == 'u' {
		c.pos += 2
		if pair := utf16.DecodeRune(r, c.hex()); pair != utf8.RuneError {
			return pair
		}
	}
	c.fail(at, "conversation.json.surrogate", nil)
	return 0
}

// hex reads the four digits of a \u escape.
func (c *cursor) hex() rune {
	if c.pos+4 <= len(c.data) {
		if v, err := strconv.ParseUint(string(c.data[c.pos:c.pos+4]), 16, 16); err == nil {
			c.pos += 4
			return rune(v)
		}
	}
	c.expected(`\u0000…\uFFFF`)
	return 0
}

// raw reads any value and returns a copy of its bytes.
func (c *cursor) raw() json.RawMessage {
	c.space()
	start := c.pos
	c.skip()
	if c.err != nil {
		return nil
	}
	return append(json.RawMessage(nil), c.data[start:c.pos]...)
}

// skip reads any value.
func (c *cursor) skip() {
	switch b := c.peek(); b {
	case '{':
		c.object(func(string) { c.skip() })
	case '[':
		c.array(func(int) { c.skip() })
	case '"':
		c.string()
	case 't':
		c.literal("true")
	case 'f':
		c.literal("false")
	case 'n':
		c.literal("null")
	default:
		if b != '-' && (b < '0' || b > '9') {
			c.expected("…")
			return
		}
		c.number()
	}
}

// end fails when anything but white space follows.
func (c *cursor) end() {
	if c.peek() != 0 || (c.err == nil && c.pos < len(c.data)) {
		c.fail(c.pos, "conversation.json.trailing", fault.Args{"found": c.found()})
	}
}

// number reads a number and returns its text.
func (c *cursor) number() string {
	c.space()
	start := c.pos
	digits := func() bool {
		from := c.pos
		for c.pos < len(c.data) && c.data[c.pos] >= '0' && c.data[c.pos] <= '9' {
			c.pos++
		}
		return c.pos > from
	}
	is := func(set string) bool {
		if c.pos < len(c.data) && strings.IndexByte(set, c.data[c.pos]) >= 0 {
			c.pos++
			return true
		}
		return false
	}
	is("-")
	ok := is("0") || digits()
	if ok && is(".") {
		ok = digits()
	}
	if ok && is("eE") {
		is("+-")
		ok = digits()
	}
	if !ok {
		c.pos = start
		c.wrongType("0.0")
		return ""
	}
	return string(c.data[start:c.pos])
}

// thousandths reads a number that is not negative and returns it times 1000,
// rounded half up, without ever going through a float: the same text gives
// the same integer on every machine. limit is the largest result.
func (c *cursor) thousandths(limit int64) int64 {
	c.space()
	at := c.pos
	text := c.number()
	if c.err != nil {
		return 0
	}
	v, ok := thousandths(text, limit)
	if !ok {
		c.fail(at, "conversation.range", fault.Args{"found": excerpt(text), "limit": strconv.FormatInt(limit/1000, 10)})
	}
	return v
}

// thousandths turns the text of a JSON number into thousandths; false when it
// is negative or more than limit.
func thousandths(text string, limit int64) (int64, bool) {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	negative := strings.HasPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return 0, true // 0, -0, 0e99
	}
	if negative {
		return 0, false
	}
	shift := 3 - len(fraction) // value = digits · 10^shift thousandths
	if exponent != "" {
		e, err := strconv.Atoi(exponent)
		if err != nil || e > 1<<20 || e < -1<<20 {
			return 0, strings.HasPrefix(exponent, "-")
		}
		shift += e
	}
	if len(digits)+shift > 18 {
		return 0, false
	}
	if len(digits)+shift < 0 {
		return 0, true
	}
	for range max(shift, 0) {
		digits += "0"
	}
	up := false
	if shift < 0 {
		cut := len(digits) + shift
		up = digits[cut] >= '5'
		digits = digits[:cut]
	}
	v := int64(0)
	for _, d := range []byte(digits) {
		v = v*10 + int64(d-'0')
	}
	if up {
		v++
	}
	return v, v <= limit
}
