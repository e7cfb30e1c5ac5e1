package conversation

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/internal/id"
)

// plain reads a line as nearly all of them are written: known keys, each once,
// no nulls, no fields or events, no control characters. It gives up, and never
// errs, on everything else; then decodeStrictly reads the line. Texts are parts
// of one copy of the line.
type plain struct {
	line []byte
	s    string // the same bytes
	pos  int
}

// decodePlainly returns what decodeStrictly would, or false.
func decodePlainly(line []byte) (out Conversation, ok bool) {
	if len(line) > MaxLine || hasControl(line) || !utf8.Valid(line) {
		return Conversation{}, false
	}
	p := plain{line: line, s: string(line)}
	out = Conversation{Channel: Phone, Direction: Inbound}
	if !p.conversation(&out) || p.peek() != 0 {
		return Conversation{}, false
	}
	return out, true
}

// hasControl reports whether a byte below the space stands in line.
func hasControl(line []byte) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for len(line) >= 8 {
		x := binary.LittleEndian.Uint64(line)
		if (x-ones*' ')&^x&tops != 0 {
			return true
		}
		line = line[8:]
	}
	for _, c := range line {
		if c < ' ' {
			return true
		}
	}
	return false
}

// peek returns the next byte that is no space; 0 at the end.
func (p *plain) peek() byte {
	for p.pos < len(p.s) && p.s[p.pos] == ' ' {
		p.pos++
	}
	if p.pos == len(p.s) {
		return 0
	}
	return p.s[p.pos]
}

func (p *plain) take(c byte) bool {
	if p.peek() != c {
		return false
	}
	p.pos++
	return true
}

// word reads a string without escapes.
func (p *plain) word() (string, bool) {
	if !p.take('"') {
		return "", false
	}
	n := strings.IndexByte(p.s[p.pos:], '"')
	if n < 0 || strings.IndexByte(p.s[p.pos:p.pos+n], '\\') >= 0 {
		return "", false
	}
	w := p.s[p.pos : p.pos+n]
	p.pos += n + 1
	return w, true
}

// text reads a string; one with escapes is read strictly.
func (p *plain) text() (string, bool) {
	p.peek()
	at := p.pos
	if w, ok := p.word(); ok {
		return w, true
	}
	c := &cursor{data: p.line, pos: at}
	w := c.string()
	p.pos = c.pos
	return w, c.err == nil
}

// thousandths reads a number; one that is not written plainly is read strictly.
func (p *plain) thousandths(limit int64) (int64, bool) {
	p.peek()
	at := p.pos
	v, digits := p.digits()
	fraction := 0
	if digits > 0 && p.pos < len(p.s) && p.s[p.pos] == '.' {
		p.pos++
		var f int64
		if f, fraction = p.digits(); fraction == 0 {
			return 0, false
		}
		for range fraction {
			v *= 10
		}
		v += f
	}
	wide := digits > 1 && p.s[at] == '0' || digits+fraction > 12 || fraction > 3
	if digits == 0 || wide || p.pos < len(p.s) && p.s[p.pos]|0x20 == 'e' {
		c := &cursor{data: p.line, pos: at}
		v = c.thousandths(limit)
		p.pos = c.pos
		return v, c.err == nil
	}
	for range 3 - fraction {
		v *= 10
	}
	return v, v <= limit
}

func (p *plain) digits() (v int64, n int) {
	for ; p.pos < len(p.s) && n < 18; n++ {
		c := p.s[p.pos] - '0'
		if c > 9 {
			break
		}
		v = v*10 + int64(c)
		p.pos++
	}
	return v, n
}

// object calls member with every key, which reads the value and returns the
// bit of the key, or 0. A key may stand once. It returns the bits of all.
func (p *plain) object(member func(key string) uint) (seen uint, ok bool) {
	if !p.take('{') {
		return 0, false
	}
	for {
		key, ok := p.word()
		if !ok || !p.take(':') {
			return 0, false
		}
		bit := member(key)
		if bit == 0 || seen&bit != 0 {
			return 0, false
		}
		seen |= bit
		if p.take('}') {
			return seen, true
		}
		if !p.take(',') {
			return 0, false
		}
	}
}

func (p *plain) conversation(out *Conversation) bool {
	seen, ok := p.object(func(key string) uint {
		var w string
		ok := true
		if key != "turns" {
			w, ok = p.word()
		}
		switch {
		case !ok:
		case key == "id" && w != "" && len(w) <= MaxID:
			out.ID = id.Conversation(w)
			return 1
		case key == "lang" && (w == string(Chinese) || w == string(English)):
			out.Lang = Lang(w)
			return 2
		case key == "turns" && p.turns(out):
			return 4
		case key == "channel" && (w == string(Phone) || w == string(Chat)):
			out.Channel = Channel(w)
			return 8
		case key == "direction" && (w == string(Inbound) || w == string(Outbound)):
			out.Direction = Direction(w)
			return 16
		case key == "ended_by" && speaks(Role(w)):
			out.EndedBy = Role(w)
			return 32
		case key == "started":
			t, err := time.Parse(time.RFC3339, w)
			if out.Started = t; err == nil {
				return 64
			}
		}
		return 0
	})
	return ok && seen&7 == 7
}

func (p *plain) turns(out *Conversation) bool {
	if !p.take('[') {
		return false
	}
	out.Turns = make([]Turn, 0, min(strings.Count(p.s, `"role"`), MaxTurns))
	if p.take(']') {
		return true
	}
	for len(out.Turns) < MaxTurns {
		out.Turns = append(out.Turns, Turn{Start: Unknown, End: Unknown, Confidence: Unknown})
		if !p.turn(&out.Turns[len(out.Turns)-1]) {
			return false
		}
		if p.take(']') {
			return true
		}
		if !p.take(',') {
			return false
		}
	}
	return false
}

func (p *plain) turn(t *Turn) bool {
	seen, ok := p.object(func(key string) uint {
		ok := false
		bit := uint(0)
		switch key {
		case "role":
			bit = 1
			t.Role, ok = p.role()
		case "text":
			bit = 2
			t.Text, ok = p.text()
			ok = ok && len(t.Text) <= MaxText
		case "start":
			bit = 4
			t.Start, ok = p.thousandths(maxMS)
		case "end":
			bit = 8
			t.End, ok = p.thousandths(maxMS)
		case "confidence":
			var v int64
			bit = 16
			v, ok = p.thousandths(1000)
			t.Confidence = int(v)
		}
		if !ok {
			return 0
		}
		return bit
	})
	return ok && bits.TrailingZeros(^seen) >= 2 && (t.Start == Unknown || t.End == Unknown || t.End >= t.Start)
}

// role reads a role, giving the constant and not a part of the line.
func (p *plain) role() (Role, bool) {
	w, ok := p.word()
	switch {
	case !ok:
	case w == string(Agent):
		return Agent, true
	case w == string(Customer):
		return Customer, true
	case w == string(System):
		return System, true
	}
	return "", false
}
