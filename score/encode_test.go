package score

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// FuzzAppendJSON holds the written form to that of encoding/json.
func FuzzAppendJSON(f *testing.F) {
	f.Add("您说“好”\n\t\x01\u2028\u2029<&>\xff\x7f", "a\"\\b", 755, true)
	f.Add("", "é…\U0001F600", -5, false)
	f.Fuzz(func(t *testing.T, a, b string, n int, full bool) {
		r := Result{ID: id.Conversation(a), Scorecard: id.Scorecard(b), Versions: Versions{Engine: a, Lexicon: b}, Raw: Points(n % 2000), NA: full}
		if full {
			ms := int64(n)
			r.AutoFail = []string{a, b}
			r.Items = []Item{{ID: a, Verdict: scorecard.Met, Reason: b, Points: Points(n % 100), Evidence: []Evidence{
				{Turn: n, From: 1, MS: &ms, Act: analysis.Act(a), Feeling: b, Better: a}, {}}}, {Evidence: []Evidence{}}}
			r.Shadow = r.Items[1:]
		}
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(r); err != nil {
			t.Fatal(err)
		}
		if got := append(r.AppendJSON(nil), '\n'); !bytes.Equal(got, want.Bytes()) {
			t.Fatalf("%s\nwant %s", got, want.Bytes())
		}
	})
}
