package skill

import (
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/lianxi-cc/lianxi/internal/id"
)

// What is hashed, signed and encrypted is written in one canonical form: a
// name that says what follows, then the fields in a fixed order. A text or
// byte string is its length in four bytes and then its bytes; a number has
// eight bytes, most significant first; a time is microseconds since 1970,
// with the smallest number for the zero time; a list is its length as a number
// and then its members, sorted. Nothing has two forms.

// The names of the forms.
const (
	entryForm   = "lianxi.skill.entry.1"
	contentForm = "lianxi.skill.content.1"
	headForm    = "lianxi.skill.head.1"
	keyForm     = "lianxi.skill.key.1"
)

const noTime = -1 << 63

type writer struct{ b []byte }

func (w *writer) text(s string) {
	w.b = binary.BigEndian.AppendUint32(w.b, uint32(len(s)))
	w.b = append(w.b, s...)
}

func (w *writer) num(n int64) { w.b = binary.BigEndian.AppendUint64(w.b, uint64(n)) }

func (w *writer) time(t time.Time) {
	if t.IsZero() {
		w.num(noTime)
		return
	}
	w.num(t.UnixMicro())
}

var errForm = errors.New("skill: not in canonical form")

// reader takes a canonical text apart. After the first failure it returns
// zero values and ok is false.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) bytes(n int) []byte {
	if r.bad || n < 0 || n > len(r.b) {
		r.bad = true
		return make([]byte, min(max(n, 0), 64))
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) text() string {
	n := binary.BigEndian.Uint32(r.bytes(4))
	if uint64(n) > uint64(len(r.b)) {
		r.bad = true
		return ""
	}
	return string(r.bytes(int(n)))
}

func (r *reader) num() int64 { return int64(binary.BigEndian.Uint64(r.bytes(8))) }

func (r *reader) time() time.Time {
	n := r.num()
	if n == noTime {
		return time.Time{}
	}
	t := time.UnixMicro(n).UTC()
	if t.IsZero() {
		r.bad = true // the zero time has its own form
	}
	return t
}

func (r *reader) sum() (out [32]byte) {
	if s := r.text(); len(s) != len(out) {
		r.bad = true
	} else {
		copy(out[:], s)
	}
	return out
}

// count reads the length of a list of at most most members.
func (r *reader) count(most int) int {
	n := r.num()
	if n < 0 || n > int64(most) {
		r.bad = true
		return 0
	}
	return int(n)
}

// encode returns the canonical form of a settled content.
func (c Content) encode() []byte {
	w := &writer{}
	w.text(contentForm)
	w.time(c.Of)
	for _, f := range []string{c.Source.Key, string(c.Source.Conversation), c.Source.Result, string(c.Source.Scorecard), c.Source.Version} {
		w.text(f)
	}
	w.num(int64(len(c.Marks)))
	for _, m := range c.Marks {
		w.text(string(m.Competency))
		w.num(m.Points)
		w.num(m.Max)
	}
	w.num(int64(len(c.Text)))
	for _, lang := range slices.Sorted(maps.Keys(c.Text)) {
		w.text(lang)
		w.text(c.Text[lang])
	}
	return w.b
}

// decodeContent reads what encode wrote and nothing else.
func decodeContent(b []byte) (Content, error) {
	r := &reader{b: b}
	if r.text() != contentForm {
		return Content{}, errForm
	}
	c := Content{Of: r.time()}
	c.Source.Key, c.Source.Conversation, c.Source.Result = r.text(), id.Conversation(r.text()), r.text()
	c.Source.Scorecard, c.Source.Version = id.Scorecard(r.text()), r.text()
	for range r.count(maxMarks) {
		m := Mark{Competency: id.Competency(r.text()), Points: r.num(), Max: r.num()}
		if n := len(c.Marks); n > 0 && c.Marks[n-1].Competency >= m.Competency {
			return Content{}, errForm
		}
		c.Marks = append(c.Marks, m)
	}
	last := ""
	for range r.count(maxLangs) {
		lang, text := r.text(), r.text()
		if r.bad || lang <= last || text == "" {
			return Content{}, errForm
		}
		if c.Text == nil {
			c.Text = map[string]string{}
		}
		c.Text[lang], last = text, lang
	}
	if r.bad || len(r.b) > 0 || c.check() != nil {
		return Content{}, errForm
	}
	return c, nil
}
