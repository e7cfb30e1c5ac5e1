package language_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/testkit"
)

// small loads a lexicon of one file.
func small(t testing.TB, lang conversation.Lang, text string) (*language.Engine, error) {
	t.Helper()
	cat, err := analysis.LoadCatalogue(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	acts, err := content.FS.ReadFile("acts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return language.Load(fstest.MapFS{"acts.yaml": {Data: acts},
		"lexicon/" + string(lang) + "/a.yaml": {Data: []byte(text)}}, cat)
}

// heard returns act@words for every finding.
func heard(e *language.Engine, u analysis.Utterance) string {
	var out []string
	for _, f := range e.Acts(u) {
		out = append(out, string(f.Act)+"@"+string([]rune(u.Text)[f.From:f.To]))
	}
	return strings.Join(out, " ")
}

func TestNotation(t *testing.T) {
	for name, tt := range map[string]struct{ rules, text, want string }{
		"alternatives":     {"(稍等|稍候)", "您稍候", "稍候"},
		"optional":         {"稍等[一下|片刻]", "稍等片刻吧", "稍等片刻"},
		"optional sign":    {"好的?", "好", "好"},
		"gap":              {"麻烦~3等", "麻烦您先等", "麻烦您先等"},
		"gap too small":    {"麻烦~3等", "麻烦您先在这里等", ""},
		"gap least":        {"麻烦~2-3等", "麻烦您等", ""},
		"gap and commas":   {"抱歉~6不过", "抱歉，不过", ""},
		"wide gap":         {"抱歉~~6不过", "抱歉，今天，不过", "抱歉，今天，不过"},
		"wide gap stops":   {"抱歉~~6不过", "抱歉。今天，不过", ""},
		"clause start":     {"^不行", "这样啊，不行", "不行"},
		"not clause start": {"^不行", "我看不行", ""},
		"turn start":       {"^^您好", "嗯，您好", ""},
		"clause end":       {"好不好$", "听我说好不好！", "好不好"},
		"not clause end":   {"好不好$", "好不好用", ""},
		"loose end":        {"啊$$", "没办法啊您去问问", "啊"},
		"not followed":     {"你(!们|好)", "你们好，你来", "你"},
		"not preceded":     {"(<!不|没)知道", "不知道，我知道", "知道"},
		"number":           {"工号<num>", "工号一零23为您服务", "工号一零23"},
		"question":         {"有没有~9<?>", "有没有收到？", "有没有"},
		"question end":     {"没有<?$>", "收到没有？没有。", "没有"},
		"no question":      {"没有<?$>", "没有收到。", ""},
		"traditional":      {"稍等", "請您稍 等", "稍 等"},
		"full width":       {"app", "打开ＡＰＰ", "ＡＰＰ"},
		"quoted":           {"稍等", "他写的是“稍等”", ""},
		"unclosed quote":   {"稍等", "“稍等", "稍等"},
		"one of many":      {"(甲|乙|丙|甲丁)戊", "甲丁戊", "甲丁戊"},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := small(t, "zh", "fold: 請请\nnumerals: 一二零\nopeners: 嗯\nfinals: 啊\nstarters: 您\nrules:\n  - act: greet\n    say: |\n      "+tt.rules+"\n")
			if err != nil {
				t.Fatal(err)
			}
			want := tt.want
			if want != "" {
				want = "greet@" + want
			}
			if got := heard(e, analysis.Utterance{Lang: "zh", Role: "agent", Text: tt.text}); got != want {
				t.Errorf("heard %q, want %q", got, want)
			}
		})
	}
}

func TestEnglishWords(t *testing.T) {
	e, err := small(t, "en", "spell: |\n  cannot = can't\nsounds: [um]\nrules:\n  - act: blunt-refusal\n    say: |\n      (we|i) can't [possibly] ~2 (do|help)\n")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"No, we CANNOT do that":            "blunt-refusal@we CANNOT do",
		"I can’t, um, help":                "",
		"I can’t um possibly really help.": "blunt-refusal@I can’t um possibly really help",
		"weird candy":                      "",
	} {
		if got := heard(e, analysis.Utterance{Lang: "en", Role: "agent", Text: text}); got != want {
			t.Errorf("%q: heard %q, want %q", text, got, want)
		}
	}
}

func TestConditions(t *testing.T) {
	customer := func(s string) []conversation.Turn { return []conversation.Turn{{Role: "customer", Text: s}} }
	agent := []conversation.Turn{{Role: "agent", Text: "您好"}}
	for name, tt := range map[string]struct {
		rule string
		u    analysis.Utterance
		want bool
	}{
		"unless":              {"unless: 不", analysis.Utterance{Text: "我不稍等"}, false},
		"unless elsewhere":    {"unless: 不", analysis.Utterance{Text: "不，稍等"}, true},
		"unless in turn":      {"unless-turn: 不", analysis.Utterance{Text: "不，稍等"}, false},
		"with":                {"with: 查", analysis.Utterance{Text: "稍等，我查"}, true},
		"with, missing":       {"with: 查", analysis.Utterance{Text: "稍等"}, false},
		"with in clause":      {"with-clause: 查", analysis.Utterance{Text: "稍等，我查"}, false},
		"after":               {"after: 谢", analysis.Utterance{Text: "稍等", Context: customer("谢谢")}, true},
		"after, nothing":      {"after: 谢", analysis.Utterance{Text: "稍等"}, false},
		"after-unless":        {"after-unless: 谢", analysis.Utterance{Text: "稍等", Context: customer("谢谢")}, false},
		"after-agent":         {"after-agent: 您好", analysis.Utterance{Text: "稍等", Context: agent}, true},
		"opening":             {"opening: true", analysis.Utterance{Text: "稍等", Context: agent}, false},
		"not opening":         {"opening: false", analysis.Utterance{Text: "稍等", Context: agent}, true},
		"direction":           {"direction: outbound", analysis.Utterance{Text: "稍等", Direction: "inbound"}, false},
		"channel":             {"channel: chat", analysis.Utterance{Text: "稍等", Channel: "chat"}, true},
		"heard":               {"heard: [thanks]", analysis.Utterance{Text: "稍等", Context: customer("多谢")}, true},
		"heard, not":          {"heard: [thanks]", analysis.Utterance{Text: "稍等", Context: customer("喂")}, false},
		"heard long ago":      {"heard-ever: [thanks]", analysis.Utterance{Text: "稍等", Context: append(customer("多谢"), customer("喂")...)}, true},
		"heard not last":      {"heard: [thanks]", analysis.Utterance{Text: "稍等", Context: append(customer("多谢"), customer("喂")...)}, false},
		"times":               {"times: 3", analysis.Utterance{Text: "稍等稍等稍等"}, true},
		"times, too few":      {"times: 3", analysis.Utterance{Text: "稍等稍等"}, false},
		"times, unless":       {"times: 2\n    unless: 不", analysis.Utterance{Text: "稍等，稍等，不稍等"}, true},
		"times, but unless":   {"times: 3\n    unless: 不", analysis.Utterance{Text: "稍等，稍等，不稍等"}, false},
		"times, by chat":      {"times: 2\n    channel: chat", analysis.Utterance{Text: "稍等稍等", Channel: "phone"}, false},
		"times, quoted":       {"times: 2", analysis.Utterance{Text: "稍等“稍等”"}, false},
		"times, guarded":      {"times: 2", analysis.Utterance{Text: "如果稍等稍等"}, true},
		"guard":               {"", analysis.Utterance{Text: "如果稍等"}, false},
		"guard, other clause": {"", analysis.Utterance{Text: "如果行，稍等"}, true},
		"free of guards":      {"free: true", analysis.Utterance{Text: "如果稍等"}, true},
		"customer says":       {"", analysis.Utterance{Text: "稍等", Role: "customer"}, false},
		"system says":         {"", analysis.Utterance{Text: "稍等", Role: "system"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			rule := "rules:\n  - act: hold-request\n    say: 稍等\n"
			if tt.rule != "" {
				rule += "    " + tt.rule + "\n"
			}
			rule += "  - act: thanks\n    say: 多谢\nguards:\n  - say: 如果\n"
			e, err := small(t, "zh", rule)
			if err != nil {
				t.Fatal(err)
			}
			u := tt.u
			u.Lang = "zh"
			if u.Role == "" {
				u.Role = "agent"
			}
			if got := len(e.Acts(u)) > 0; got != tt.want {
				t.Errorf("heard = %v, want %v", got, tt.want)
			}
		})
	}
}

// TestSoundsAreCountedAndPlacedAtWords: rules that count hear hesitation sounds,
// and what they find stands at the words around them.
func TestSoundsAreCountedAndPlacedAtWords(t *testing.T) {
	e := related(t, `
sounds: [啊, 嗯]
rules:
  - act: hold-request
    times: 2
    say: 稍等
  - act: apologise
    times: 1
    say: 嗯
  - act: empathise
    times: 1
    say: 啊
`, "replaces:\n  - {act: apologise, over: [empathise], within: clause}\n")
	for text, want := range map[string]string{
		"啊稍等嗯稍等": "hold-request@稍等嗯稍等 apologise@稍",
		"啊嗯":     "apologise@啊嗯",
		"嗯，啊":    "apologise@， empathise@，",
	} {
		if got := heard(e, analysis.Utterance{Lang: "zh", Role: "agent", Text: text}); got != want {
			t.Errorf("%q: heard %q, want %q", text, got, want)
		}
	}
}

func TestWordsOfAnyLengthAreLearned(t *testing.T) {
	const maxLetters = 40 // of a word; the rest is not looked at
	long := strings.Repeat("long", 12)
	e, err := small(t, "en", "rules:\n  - act: greet\n    say: |\n      a "+long+"\n      b٣c\n")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"a " + long: "greet@a " + long[:maxLetters], "a longer": "", "b٣c": "greet@b٣c", "d٣d": ""} {
		if got := heard(e, analysis.Utterance{Lang: "en", Role: "agent", Text: text}); got != want {
			t.Errorf("%q: heard %q, want %q", text, got, want)
		}
	}
}

func TestAnActDoesNotReplaceItself(t *testing.T) {
	cat, err := analysis.LoadCatalogue(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	_, err = language.Load(fstest.MapFS{"lexicon/zh/a.yaml": {Data: []byte("rules:\n  - act: greet\n    say: 您好\n")},
		"lexicon/relations.yaml": {Data: []byte("replaces:\n  - {act: greet, over: [thank-feedback, greet], within: turn}\n")}}, cat)
	const want = "lexicon/relations.yaml:2:11: read \"greet\", expected an act that does not replace itself"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}

func TestMistakesNameTheirPlace(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"macro":   {"words:\n  you: [您]\nrules:\n  - act: greet\n    say: |\n      好\n      {yuo}好\n", `lexicon/zh/a.yaml:7:7: read "{yuo}" in "{yuo}好", expected the name of a word list defined above; did you mean "you"?`},
		"act":     {"rules:\n  - act: gret\n    say: 好\n", `a.yaml:2:10: unknown word "gret", expected a known word; did you mean "greet"?`},
		"bracket": {"rules:\n  - act: greet\n    say: (好|您\n", "expected )"},
		"key":     {"rules:\n  - act: greet\n    sy: 好\n", `unknown word "sy"`},
		"gap":     {"rules:\n  - act: greet\n    say: 好~99好\n", "a gap of at most 40"},
		"no word": {"rules:\n  - act: greet\n    say: '<num>'\n", "at least one word"},
		"empty":   {"rules:\n  - act: greet\n", "at least one wording"},
		"fold":    {"fold: 請\n", "two characters"},
		"times":   {"rules:\n  - act: greet\n    say: 好\n    times: -1\n", `a.yaml:4:12: read "-1", expected a whole number from 1 up`},
		"counts":  {"guards:\n  - say: 好\n    times: 2\n", `a.yaml:3:12: read "2", expected a guard without times: it counts nothing`},
		"covers":  {"guards:\n  - say: 好\n    covers: all\n", "expected one of clause, match, sentence, turn"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := small(t, "zh", tt.text)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			testkit.SaidInChinese(t, err)
		})
	}
}

func TestHomophones(t *testing.T) {
	e, err := small(t, "zh", "syllables: |\n  shao 稍烧少\n  deng 等登\n  kao 烤\nhomophones: 稍等 烧烤\nrules:\n  - act: hold-request\n    say: 稍等\n")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"您烧等": "hold-request@烧等", "烧登": "", "烧烤": ""} {
		if got := heard(e, analysis.Utterance{Lang: "zh", Role: "agent", Text: text}); got != want {
			t.Errorf("%q: heard %q, want %q", text, got, want)
		}
	}
}

func TestConversationAndVersion(t *testing.T) {
	e := builtIn(t)
	c := conversation.Conversation{Lang: "zh", Turns: []conversation.Turn{
		{Role: "agent", Text: "您好，工号1002为您服务。"}, {Role: "customer", Text: "谢谢。"}, {Role: "agent", Text: "不客气。"}}}
	turns := map[analysis.Act]int{}
	for _, f := range e.Conversation(c) {
		turns[f.Act] = f.Turn
	}
	if turns["thanks"] != 1 || turns["reply-thanks"] != 2 {
		t.Errorf("turns = %v", turns)
	}
	if len(e.Version()) != 12 || e.Version() != builtIn(t).Version() {
		t.Errorf("version %q is not stable", e.Version())
	}
}

// FuzzActs checks that any text gives findings inside it, and the same twice.
func FuzzActs(f *testing.F) {
	e := builtIn(f)
	for _, s := range []string{"", "您好", "“您好", "\x00\xff我帮您", "ＡＢ，，，。。？！", "不知道不知道不知道", "I'm 1.5. 3,", strings.Repeat("啊", 200)} {
		f.Add(s, true, false)
	}
	f.Fuzz(func(t *testing.T, text string, agent, english bool) {
		u := analysis.Utterance{Lang: "zh", Role: "customer", Text: text, Direction: "outbound",
			Context: []conversation.Turn{{Role: "customer", Text: text}}}
		if agent {
			u.Role = "agent"
		}
		if english {
			u.Lang = "en"
		}
		n := 0
		for range text {
			n++
		}
		a, b := e.Acts(u), e.Acts(u)
		if len(a) != len(b) {
			t.Fatal("not the same twice")
		}
		for i := range a {
			if a[i] != b[i] || a[i].From < 0 || a[i].From >= a[i].To || a[i].To > n {
				t.Fatalf("%+v in %d code points", a[i], n)
			}
		}
	})
}
