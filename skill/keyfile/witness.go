package keyfile

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/lianxi-cc/lianxi/skill"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// Witness keeps heads in a file. A line that begins with "newest" holds the
// newest head; lines that begin with "kept" hold what is kept for ever: heads
// that erased an archive, and heads that the archive no longer held when a
// newer one came. It is a skill.Witness.
type Witness struct {
	path string

	mu     sync.Mutex // guards the file and what follows
	read   bool
	kept   []skill.Head
	newest skill.Head
}

var _ skill.Witness = (*Witness)(nil)

// The words that begin a line.
const (
	wordKept   = "kept"
	wordNewest = "newest"
)

// NewWitness returns a Witness in the file at path ("DIR/keys/archive.heads"),
// which is made when there is something to keep. One process writes it.
func NewWitness(path string) *Witness { return &Witness{path: path} }

// Keep keeps h; see skill.Witness.
func (w *Witness) Keep(_ context.Context, h skill.Head, covered bool) error {
	const op = "keyfile.Keep"
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.load(); err != nil {
		return fault.Wrap(op, err)
	}
	kept, newest := slices.Clone(w.kept), w.newest
	if !covered && newest.N > 0 && newest != h {
		kept = with(kept, newest)
	}
	if h.Kind == skill.Erased {
		kept = with(kept, h)
	}
	if h.N > newest.N || !covered {
		newest = h
	}
	if newest == w.newest && len(kept) == len(w.kept) {
		return nil
	}
	if err := w.write(kept, newest); err != nil {
		return fault.Wrap(op, err)
	}
	w.kept, w.newest = kept, newest
	return nil
}

func with(kept []skill.Head, h skill.Head) []skill.Head {
	if slices.Contains(kept, h) {
		return kept
	}
	return append(kept, h)
}

func (w *Witness) write(kept []skill.Head, newest skill.Head) error {
	var text bytes.Buffer
	for i, h := range append(slices.Clone(kept), newest) {
		line, err := h.MarshalText()
		if err != nil {
			return err
		}
		word := wordKept
		if i == len(kept) {
			word = wordNewest
		}
		text.WriteString(word + " " + string(line) + "\n")
	}
	if err := os.MkdirAll(filepath.Dir(w.path), 0o700); err != nil {
		return refused(w.path, err)
	}
	return refused(w.path, replace(w.path, text.Bytes(), 0o600))
}

// Newest returns the head that Keep may forget for a newer one.
func (w *Witness) Newest(context.Context) (skill.Head, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	err := w.load()
	return w.newest, fault.Wrap("keyfile.Newest", err)
}

// Kept calls fn for every head in the file, read anew.
func (w *Witness) Kept(_ context.Context, fn func(skill.Head) error) error {
	w.mu.Lock()
	w.read = false
	err := w.load()
	all := slices.Clone(w.kept)
	if w.newest.N > 0 {
		all = with(all, w.newest)
	}
	w.mu.Unlock()
	if err != nil {
		return fault.Wrap("keyfile.Kept", err)
	}
	for _, h := range all {
		if err := fn(h); err != nil {
			return err
		}
	}
	return nil
}

// load reads the file once. A line that cannot be read is Invalid: better to
// stop than to write a shorter file over it.
func (w *Witness) load() error {
	if w.read {
		return nil
	}
	text, err := os.ReadFile(w.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return refused(w.path, err)
	}
	var kept []skill.Head
	var newest skill.Head
	for line := range strings.Lines(string(text)) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		var h skill.Head
		if err := h.UnmarshalText([]byte(rest)); err != nil {
			return form(w.path, err)
		}
		switch {
		case word == wordKept:
			kept = append(kept, h)
		case word == wordNewest && newest.N == 0:
			newest = h
		default:
			return form(w.path, errors.New("a line begins with neither kept nor newest, or there are two newest"))
		}
	}
	w.kept, w.newest, w.read = kept, newest, true
	return nil
}
