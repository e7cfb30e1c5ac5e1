package score_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/score"
)

// TestHeard scores short dialogues by the acts the engine hears in them: what
// must cross a red line or hold a cap, and what only looks like it.
func TestHeard(t *testing.T) {
	p := loadPack(t)
	engine := p.engine(t)
	files, _ := filepath.Glob("testdata/heard/*.txt")
	if len(files) == 0 {
		t.Fatal("no dialogues")
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			for _, s := range readScripts(t, file) {
				s.found = engine.Conversation(s.conv)
				t.Run(string(s.conv.ID), func(t *testing.T) {
					for _, want := range s.wants {
						s.check(t, p, want)
					}
					if t.Failed() {
						r := s.result(p, p.card(t, "general"))
						t.Logf("score %s raw %s, automatic fail %v, lost %s", r.Score, r.Raw, r.AutoFail, where(r))
					}
				})
			}
		})
	}
}

// where names the items that lost points, each with the turns that show it.
func where(r score.Result) string {
	var b strings.Builder
	b.WriteString(lost(r))
	for _, it := range r.Items {
		if it.Verdict == "missed" || it.Verdict == "partly" {
			for _, e := range it.Evidence {
				fmt.Fprintf(&b, "\n\t%s: turn %d %s", it.ID, e.Turn, e.Act)
			}
		}
	}
	return b.String()
}
