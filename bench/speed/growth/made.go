package main

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path"
	"strings"
	"testing/fstest"
	"unicode"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/bench/speed"
	"github.com/lianxi-cc/lianxi/conversation"
)

// languages are those that wordings and rules are made in.
var languages = []conversation.Lang{conversation.Chinese, conversation.English}

// stretches cuts n different stretches of words out of what is said, each with
// an act that was heard there; every third has a gap in its middle, which gap
// writes.
func stretches(l *speed.Load, lang conversation.Lang, n int, gap string) (texts []string, acts []analysis.Act) {
	var said []string
	var heard [][]analysis.Act
	spoken(l, lang, func(text string, a []analysis.Act) {
		if len(a) > 0 {
			said, heard = append(said, text), append(heard, a)
		}
	})
	r := rand.New(rand.NewPCG(7, uint64(n)))
	seen := map[string]bool{}
	for tries := 0; len(texts) < n && tries < 100*n; tries++ {
		i := r.IntN(len(said))
		text := stretch(r, said[i], lang, gap)
		if text == "" || seen[text] {
			continue
		}
		seen[text] = true
		texts, acts = append(texts, text), append(acts, heard[i][r.IntN(len(heard[i]))])
	}
	return texts, acts
}

// stretch cuts three to six words or Han characters out of a text, or none.
func stretch(r *rand.Rand, text string, lang conversation.Lang, gap string) string {
	var units []string
	for clause := range strings.FieldsFuncSeq(strings.ToLower(text), func(c rune) bool { return unicode.IsPunct(c) || unicode.IsDigit(c) }) {
		units = units[:0]
		if lang == conversation.English {
			units = strings.Fields(clause)
		} else {
			for _, c := range clause {
				if unicode.Is(unicode.Han, c) {
					units = append(units, string(c))
				}
			}
		}
		if len(units) >= 3 && r.IntN(2) == 0 {
			break
		}
	}
	size := 3 + r.IntN(4)
	if len(units) < size {
		return ""
	}
	from := r.IntN(len(units) - size + 1)
	joint := ""
	if lang == conversation.English {
		joint = " "
	}
	cut := units[from : from+size]
	if r.IntN(3) == 0 {
		return strings.Join(cut[:size/2], joint) + gap + strings.Join(cut[size/2:], joint)
	}
	return strings.Join(cut, joint)
}

// madeLexicon is the content with n made wordings a language in place of its
// own. It returns how many there are in all.
func madeLexicon(content fs.FS, l *speed.Load, n int) (fs.FS, int, error) {
	out := fstest.MapFS{}
	err := fs.WalkDir(content, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		inLexicon := strings.HasPrefix(name, "lexicon/")
		if path.Dir(name) != "." && path.Dir(name) != "acts" && (!inLexicon || !strings.HasPrefix(path.Base(name), "0")) {
			return nil
		}
		text, err := fs.ReadFile(content, name)
		out[name] = &fstest.MapFile{Data: text}
		return err
	})
	made := 0
	for _, lang := range languages {
		texts, acts := stretches(l, lang, n, "~6")
		made += len(texts)
		byAct := map[analysis.Act][]string{}
		for i, t := range texts {
			byAct[acts[i]] = append(byAct[acts[i]], t)
		}
		var b strings.Builder
		b.WriteString("rules:\n")
		for _, a := range l.Catalogue.All() {
			if list := byAct[a.ID]; len(list) > 0 {
				fmt.Fprintf(&b, "  - act: %s\n    say: |\n      %s\n", a.ID, strings.Join(list, "\n      "))
			}
		}
		out["lexicon/"+string(lang)+"/90-made.yaml"] = &fstest.MapFile{Data: []byte(b.String())}
	}
	return out, made, err
}

// madeCard is a card of n items: acts, acts after others, phrases, regular
// expressions with exceptions, in turn.
func madeCard(l *speed.Load, n int) []byte {
	var b strings.Builder
	b.WriteString("id: made\nversion: 1\nstate: live\nowner: bench\ntitle: {zh: 测, en: Made}\nsections:\n  - id: all\n    title: {zh: 测, en: All}\n    items:\n")
	words := map[conversation.Lang][]string{}
	for _, lang := range languages {
		words[lang], _ = stretches(l, lang, 12*n, ".{0,6}")
	}
	acts := l.Catalogue.All()
	take := func(lang conversation.Lang, i, k int, plain bool) []string {
		var out []string
		for j := 12 * i; len(out) < k; j++ {
			if w := words[lang][j%len(words[lang])]; !plain || !strings.Contains(w, ".{") {
				out = append(out, w)
			}
		}
		return out
	}
	quoted := func(list []string) string {
		for i, s := range list {
			list[i] = fmt.Sprintf("%q", s)
		}
		return "[" + strings.Join(list, ", ") + "]"
	}
	for i := range n {
		rule := fmt.Sprintf("{act: [%s, %s], role: any}", acts[i%len(acts)].ID, acts[(i*7+3)%len(acts)].ID)
		switch i % 4 {
		case 1:
			rule = fmt.Sprintf("{act: %s, after: {of: {act: %s}, within: 4 turns}, unless: {words: {zh: %s, en: %s}, role: any, current: this}}", acts[i%len(acts)].ID,
				acts[(i*5+1)%len(acts)].ID, quoted(take(conversation.Chinese, i, 4, true)), quoted(take(conversation.English, i, 4, true)))
		case 2:
			rule = fmt.Sprintf("{words: {zh: %s, en: %s}, role: any}", quoted(take(conversation.Chinese, i, 8, true)), quoted(take(conversation.English, i, 8, true)))
		case 3:
			rule = fmt.Sprintf("{regex: {pattern: {zh: %s, en: %s}, except: {zh: %s, en: %s}}, role: any}", quoted(take(conversation.Chinese, i, 6, false)),
				quoted(take(conversation.English, i, 6, false)), quoted(take(conversation.Chinese, i+1, 1, false)), quoted(take(conversation.English, i+1, 1, false)))
		}
		fmt.Fprintf(&b, "      - id: rule-%d\n        title: {zh: 规, en: Rule}\n        weight: 1\n        scale: yes-no\n        owner: bench\n        missed: %s\n", i, rule)
	}
	return []byte(b.String())
}
