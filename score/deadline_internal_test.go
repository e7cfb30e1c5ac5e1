package score

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/lianxi-cc/lianxi/conversation"
)

// TestMayNameOverlooksNothing compares the quick look with the expressions on
// every labelled utterance.
func TestMayNameOverlooksNothing(t *testing.T) {
	files, err := filepath.Glob("../content/labelled/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			var it struct {
				Lang conversation.Lang
				Text string
			}
			if err := json.Unmarshal(lines.Bytes(), &it); err != nil {
				t.Fatal(err)
			}
			overlooks(t, it.Lang, fold(it.Text))
		}
		_ = f.Close()
	}
}

func overlooks(t *testing.T, lang conversation.Lang, text string) {
	t.Helper()
	quick, all := 0, 0
	count := func(n *int) func([]int, deadline) { return func([]int, deadline) { *n++ } }
	if lang == conversation.English {
		englishDeadlines(text, count(&quick))
		for _, look := range []func(string, func([]int, deadline)){englishPoints, englishClocks, englishDates, englishSpans} {
			look(text, count(&all))
		}
	} else {
		chineseDeadlines(text, count(&quick))
		chinesePoints(text, count(&all))
		chineseSpans(text, count(&all))
	}
	if quick != all {
		t.Errorf("%d expressions, of which the quick look sees %d, in %s", all, quick, text)
	}
}
