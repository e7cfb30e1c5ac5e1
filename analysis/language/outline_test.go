package language_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/content"
)

const own = `# 本中心的说法
words:
  net: [宽带, 光纤]
rules:
  # 老师傅常这么说
  - act: own
    say: |
      包我身上   # 口语
      {net}的事我来
    unless: |
      别人
  - {act: apologise, say: [抱歉了, 对不住]}

guards:
  - say: |
      听说
    covers: sentence
    except: [apologise]
# 到此为止
`

func TestOutline(t *testing.T) {
	list, err := language.Outline("a.yaml", own)
	if err != nil || len(list) != 3 {
		t.Fatalf("%d entries (%v)", len(list), err)
	}
	if e := list[0]; e.Act != "own" || len(e.Say) != 2 || e.Say[0] != "包我身上   # 口语" || e.From != 5 || e.To != 12 || e.Note[0] != "老师傅常这么说" {
		t.Errorf("the first: %+v", e)
	}
	if e := list[1]; len(e.Say) != 2 || e.Say[1] != "对不住" || e.From != 12 || e.To != 13 {
		t.Errorf("the second: %+v", e)
	}
	if e := list[2]; !e.Guard || e.Covers != "sentence" || len(e.Except) != 1 || e.From != 15 || e.To != 19 {
		t.Errorf("the guard: %+v", e)
	}
}

func TestPutAndRemoveLeaveTheRestAlone(t *testing.T) {
	list, err := language.Outline("a.yaml", own)
	if err != nil {
		t.Fatal(err)
	}
	changed := list[1]
	changed.Say = append(changed.Say, "是我们的错")
	text := put(t, own, 1, changed)
	want := strings.Replace(own, "  - {act: apologise, say: [抱歉了, 对不住]}\n",
		"  - act: apologise\n    say: |\n      抱歉了\n      对不住\n      是我们的错\n", 1)
	if diff := cmp.Diff(want, text); diff != "" {
		t.Error(diff)
	}
	text = put(t, own, -1, language.Entry{Act: "greet", Channel: "chat", Say: []string{"哈喽", "嗨"}})
	if want := strings.Replace(own, "对不住]}\n", "对不住]}\n  - act: greet\n    channel: chat\n    say: |\n      哈喽\n      嗨\n", 1); text != want {
		t.Error(cmp.Diff(want, text))
	}
	if text, err = language.Remove("a.yaml", own, 2); err != nil || strings.Contains(text, "guards") || !strings.Contains(text, "# 到此为止") {
		t.Errorf("without the guard (%v):\n%s", err, text)
	}
	if text, err = language.Remove("a.yaml", own, 0); err != nil || strings.Contains(text, "老师傅") || !strings.Contains(text, "# 本中心") {
		t.Errorf("without the first (%v):\n%s", err, text)
	}
	empty := put(t, "", -1, language.Entry{Act: "greet", Say: []string{"嗨"}})
	if empty != "rules:\n  - act: greet\n    say: |\n      嗨\n" {
		t.Errorf("into nothing:\n%s", empty)
	}
	if text = put(t, "rules: []\n", -1, language.Entry{Act: "greet", Say: []string{"嗨"}}); text != empty {
		t.Errorf("into an empty list:\n%s", text)
	}
	if text = put(t, empty, 0, language.Entry{Guard: true, Say: []string{"嗨"}}); text != "guards:\n  - say: |\n      嗨\n" {
		t.Errorf("a rule made a guard:\n%s", text)
	}
	if text, err = language.Remove("a.yaml", empty, 0); err != nil || text != "" {
		t.Errorf("the last one removed (%v):\n%s", err, text)
	}
	for _, at := range []int{3, 99} {
		if _, err := language.Put("a.yaml", own, at, changed); err == nil {
			t.Errorf("entry %d of three was changed", at)
		}
	}
}

func put(t *testing.T, text string, at int, e language.Entry) string {
	t.Helper()
	out, err := language.Put("a.yaml", text, at, e)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := language.Outline("a.yaml", out); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	return out
}

// TestEveryEntryCanBeWrittenAgain writes each rule of the pack as it reads it;
// what it says stays the same.
func TestEveryEntryCanBeWrittenAgain(t *testing.T) {
	files, err := fs.Glob(content.FS, "lexicon/*/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		raw, err := fs.ReadFile(content.FS, file)
		if err != nil {
			t.Fatal(err)
		}
		text := string(raw)
		before, err := language.Outline(file, text)
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range before {
			text = put(t, text, i, e)
		}
		after, err := language.Outline(file, text)
		if err != nil {
			t.Fatal(err)
		}
		for i := range after {
			before[i].From, before[i].To, after[i].From, after[i].To = 0, 0, 0, 0
			if diff := cmp.Diff(before[i], after[i]); diff != "" {
				t.Errorf("%s, entry %d: %s", file, i, diff)
			}
		}
	}
}

func FuzzPut(f *testing.F) {
	f.Add(own, 1, "新说法")
	f.Add("rules: []", -1, "a: b")
	f.Add("rules:\n- act: own\n  say: x\nguards: []\n", 0, "# y")
	f.Add("! !", -1, "x")
	f.Add("~", -1, "x")
	f.Fuzz(func(t *testing.T, text string, at int, say string) {
		before, err := language.Outline("a.yaml", text)
		if err != nil || strings.ContainsAny(say, "\n\r\x00\t\u0085\u2028\u2029") || strings.TrimSpace(say) == "" {
			return
		}
		out, err := language.Put("a.yaml", text, at, language.Entry{Act: "own", Say: []string{strings.TrimSpace(say)}})
		if err != nil {
			return
		}
		after, err := language.Outline("a.yaml", out)
		if err != nil {
			return // what Load refuses is never saved
		}
		if want := len(before) + map[bool]int{true: 1}[at < 0]; len(after) != want {
			t.Fatalf("%d entries, want %d, in\n%s\nof\n%s", len(after), want, out, text)
		}
	})
}
