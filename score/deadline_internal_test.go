package score

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/lianxi-cc/lianxi/conversation"
)

// TestQuantitiesAreWhatRegexpFinds holds the operators' own expressions to
// package regexp on labelled utterances.
func TestQuantitiesAreWhatRegexpFinds(t *testing.T) {
	files, err := filepath.Glob("../content/labelled/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var q quantities
	n := 0
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		for ; lines.Scan(); n++ {
			var it struct {
				Lang conversation.Lang
				Text string
			}
			if err := json.Unmarshal(lines.Bytes(), &it); err != nil {
				t.Fatal(err)
			}
			if n%9 == 0 || !testing.Short() && n%3 == 0 {
				compareQuantities(t, &q, it.Lang, foldSlowly(it.Text))
			}
		}
		_ = f.Close()
	}
}

var (
	hanOracles     = compileAll(hanQuantities)
	englishOracles = compileAll(englishQuantities)
)

func compileAll(patterns []string) []*regexp.Regexp {
	var out []*regexp.Regexp
	for _, p := range patterns {
		out = append(out, regexp.MustCompile(p))
	}
	return out
}

// compareQuantities compares all matches that hold a character, part by part.
func compareQuantities(t *testing.T, q *quantities, lang conversation.Lang, text string) {
	t.Helper()
	oracles := hanOracles
	if lang == conversation.English {
		oracles = englishOracles
	}
	q.read(lang, text)
	for e, re := range oracles {
		var got, want [][]int
		q.matches(e, func(m []int) { got = append(got, slices.Clone(m)) })
		for _, m := range re.FindAllStringSubmatchIndex(text, -1) {
			if m[0] < m[1] {
				want = append(want, m)
			}
		}
		if !slices.EqualFunc(got, want, func(a, b []int) bool { return slices.Equal(a, b) }) {
			t.Errorf("expression %d in %q: %v, want %v", e, text, got, want)
		}
	}
}
