// Package language hears service acts in what agents and customers say, in
// Chinese and English, with the wordings of a lexicon and a small model
// beside them.
//
// docs/engine.md shows how a text becomes findings; docs/lexicon.md is the
// reference of the wordings' notation.
package language

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// EngineVersion names the rules of this code. It changes when the same
// lexicon could give other findings.
const EngineVersion = "6"

// contextTurns is how many preceding turns count as context.
const contextTurns = 8

// Engine hears acts. It does not change after Load and is safe for
// concurrent use; the same utterance gives the same findings everywhere.
type Engine struct {
	acts    *actList
	voices  map[conversation.Lang]*voice
	over    []replacement
	version string
}

// Load compiles the lexicon in fsys, a folder laid out like content.FS. The
// wordings may name the acts of cat only. What is wrong in the files comes
// back as yamldoc.Problems, each with file and line.
func Load(fsys fs.FS, cat *analysis.Catalogue) (*Engine, error) {
	return load(fsys, cat, func(lang conversation.Lang) (*Model, error) { return loadModel(fsys, lang) })
}

// languages are those a lexicon can have.
var languages = []conversation.Lang{conversation.Chinese, conversation.English}

// LoadWith is Load with the given models in place of those of fsys; a
// language without one has its wordings alone. A model without acts lends its
// words to the vocabulary, which training needs.
func LoadWith(fsys fs.FS, cat *analysis.Catalogue, models map[conversation.Lang]*Model) (*Engine, error) {
	return load(fsys, cat, func(lang conversation.Lang) (*Model, error) { return models[lang], nil })
}

// load loads all languages at the same time: compiling a lexicon takes a second.
func load(fsys fs.FS, cat *analysis.Catalogue, model func(conversation.Lang) (*Model, error)) (*Engine, error) {
	acts := newActList(cat)
	e := &Engine{acts: acts, voices: map[conversation.Lang]*voice{}}
	voices, errs := make([]*voice, len(languages)), make([]error, len(languages))
	var wait sync.WaitGroup
	for i, lang := range languages {
		wait.Go(func() {
			m, err := model(lang)
			if err == nil {
				voices[i], err = newTaughtVoice(fsys, cat, acts, lang, m)
			}
			errs[i] = err
		})
	}
	wait.Wait()
	for i, lang := range languages {
		if errs[i] != nil {
			return nil, errs[i]
		}
		if voices[i] != nil {
			e.voices[lang] = voices[i]
		}
	}
	var err error
	if e.over, err = loadReplacements(fsys, cat, acts); err != nil {
		return nil, err
	}
	e.version, err = contentHash(fsys)
	return e, err
}

// newTaughtVoice loads the lexicon of a language with m beside it; nil when
// there is none.
func newTaughtVoice(fsys fs.FS, cat *analysis.Catalogue, acts *actList, lang conversation.Lang, m *Model) (*voice, error) {
	if m == nil {
		m = &Model{}
	}
	v, err := loadVoice(fsys, cat, acts, lang, m)
	if err == nil && v != nil {
		v.learn(acts, m)
	}
	return v, err
}

// contentHash names the acts and the lexicon by their bytes.
func contentHash(fsys fs.FS) (string, error) {
	h := sha256.New()
	add := func(name string) error {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return fmt.Errorf("language.Load: %w", err)
		}
		fmt.Fprintf(h, "%s %d\n", name, len(text))
		h.Write(text)
		return nil
	}
	if err := add(analysis.CatalogueFile); err != nil {
		return "", err
	}
	err := fs.WalkDir(fsys, "lexicon", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(path.Base(name), ".") {
			return nil // a folder without a lexicon hears nothing
		}
		return add(name)
	})
	return hex.EncodeToString(h.Sum(nil))[:12], err
}

// Version returns the hash of the acts and the lexicon, 12 hexadecimal digits.
func (e *Engine) Version() string { return e.version }

// Conversation returns the acts and the signals of all turns, in the order of
// the turns, faint ones among them.
func (e *Engine) Conversation(c conversation.Conversation) []analysis.Finding {
	return e.AppendConversation(nil, &c)
}

// AppendConversation appends what Conversation returns to out. What it needs
// of a turn for the turns after is worked out once.
func (e *Engine) AppendConversation(out []analysis.Finding, c *conversation.Conversation) []analysis.Finding {
	v := e.voices[c.Lang]
	if v == nil {
		return out
	}
	h := e.hearing(v)
	h.begin()
	for i := range c.Turns {
		t := &c.Turns[i]
		if t.Role != conversation.Agent && t.Role != conversation.Customer {
			continue
		}
		first := len(out)
		out = h.findings(analysis.Utterance{Lang: c.Lang, Channel: c.Channel, Direction: c.Direction, Role: t.Role,
			Text: t.Text, Context: c.Turns[:i]}, i, out)
		for k := first; k < len(out); k++ {
			out[k].Turn = i
		}
	}
	e.release(h)
	return out
}

// Acts returns every act of the utterance with its place, sorted by From and
// Act. Only acts of the speaker's role are heard; system turns have none.
// Signals are left out: they are no acts of service.
func (e *Engine) Acts(u analysis.Utterance) []analysis.Finding { return e.heard(u, false) }

// Signals returns the signals of the utterance, as Acts does its acts, faint
// ones among them.
func (e *Engine) Signals(u analysis.Utterance) []analysis.Finding { return e.heard(u, true) }

// heard returns either the signals of the utterance or all other acts.
func (e *Engine) heard(u analysis.Utterance, signals bool) []analysis.Finding {
	v := e.voices[u.Lang]
	if v == nil || u.Role != conversation.Agent && u.Role != conversation.Customer {
		return nil
	}
	h := e.hearing(v)
	h.follow(u)
	h.listen(u, len(u.Context))
	marks := slices.DeleteFunc(h.hear(), func(m mark) bool { return e.acts.signal[m.act] != signals })
	out := h.place(marks, nil)
	e.release(h)
	return out
}

// hearing returns a hearing that nobody uses; release gives it back. It may
// remember what it heard last.
func (e *Engine) hearing(v *voice) *hearing {
	if h, ok := v.pool.Get().(*hearing); ok {
		h.e = e
		return h
	}
	return newHearing(e, v)
}

func (e *Engine) release(h *hearing) {
	h.u = analysis.Utterance{}
	h.v.pool.Put(h)
}

// sortFindings puts findings in their promised order.
func sortFindings(fs []analysis.Finding) {
	slices.SortFunc(fs, compareFindings)
}

func compareFindings(a, b analysis.Finding) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Act, b.Act), cmp.Compare(a.To, b.To))
}
