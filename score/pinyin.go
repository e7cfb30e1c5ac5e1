package score

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
)

//go:embed pinyin.txt
var pinyinTable string

// pinyin returns the readings of common characters, as numbers of syllables.
var pinyin = sync.OnceValue(func() map[rune][]uint16 {
	out := map[rune][]uint16{}
	syllable := uint16(0)
	for line := range strings.Lines(pinyinTable) {
		name, chars, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || name == "#" {
			continue
		}
		syllable++
		for _, c := range chars {
			out[c] = append(out[c], syllable)
		}
	}
	return out
})

// sameSound reports whether two characters can be read alike, tones aside. A
// character outside the table sounds only like itself.
func sameSound(a, b rune) bool {
	if a == b {
		return true
	}
	table := pinyin()
	for _, x := range table[a] {
		for _, y := range table[b] {
			if x == y {
				return true
			}
		}
	}
	return false
}

// findSound visits the places where phrase may have been said in text. Spaces
// and punctuation inside the text are passed over.
func findSound(text, phrase []rune, visit func(from, until int)) {
	for i := 0; i < len(text); i++ {
		j, k := i, 0
		for j < len(text) && k < len(phrase) {
			if k > 0 && (unicode.IsSpace(text[j]) || unicode.IsPunct(text[j])) && phrase[k] != text[j] {
				j++
				continue
			}
			if !sameSound(text[j], phrase[k]) {
				break
			}
			j, k = j+1, k+1
		}
		if k == len(phrase) && k > 0 {
			visit(i, j)
			i = j - 1
		}
	}
}
