package language

import (
	"maps"
	"slices"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
)

// Literals returns the plain words that wordings heard in turns of role are
// made of, sorted, each once: every run of two or more tokens. It is what a
// plain matcher would have to look for, and serves to compare with one. Single
// tokens are left out: they would only slow a plain matcher down.
func (e *Engine) Literals(lang conversation.Lang, role conversation.Role) []string {
	v := e.voices[lang]
	if v == nil {
		return nil
	}
	names := map[uint32]string{}
	for w, id := range v.speller.words {
		names[id] = w
	}
	set := map[string]bool{}
	add := func(run []uint32) {
		var b strings.Builder
		for i, id := range run {
			if w, ok := names[id]; ok {
				if i > 0 {
					b.WriteByte(' ')
				}
				b.WriteString(w)
			} else if id < wordBase {
				b.WriteRune(rune(id))
			}
		}
		set[b.String()] = true
	}
	heard := func(w *wording) bool {
		r := &v.rules[w.rule]
		return r.guard || r.role == role
	}
	for i := range v.wordings {
		if w := &v.wordings[i]; heard(w) {
			w.tree.runs(add)
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// runs calls add for every run of two or more plain tokens in the pattern.
func (n *node) runs(add func([]uint32)) {
	var run []uint32
	flush := func() {
		if len(run) > 1 {
			add(run)
		}
		run = run[:0]
	}
	for _, k := range flat([]*node{n}) {
		if k.op == opToken {
			run = append(run, k.id)
			continue
		}
		flush()
		for _, kid := range k.kids {
			kid.runs(add)
		}
	}
	flush()
}
