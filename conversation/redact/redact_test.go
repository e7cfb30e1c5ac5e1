package redact_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/conversation/redact"
)

// TestRecall measures how much of what is personal is found, and how much of
// what is found is personal, on synthetic talks of a fixed seed.
func TestRecall(t *testing.T) {
	talks := 5000
	if testing.Short() {
		talks = 300
	}
	for _, lang := range []conversation.Lang{conversation.Chinese, conversation.English} {
		found, wanted, right, all := map[redact.Kind]int{}, map[redact.Kind]int{}, map[redact.Kind]int{}, map[redact.Kind]int{}
		shown := map[redact.Kind]int{}
		scenes := readScenes(t, lang)
		for seed := range talks {
			m := &maker{r: rand.New(rand.NewPCG(uint64(seed), 7)), lang: lang, scenes: scenes}
			m.talk()
			spans := redact.Find(m.c)
			for _, g := range m.gold {
				wanted[g.Kind]++
				if covered(spans, g) {
					found[g.Kind]++
				} else if shown[g.Kind]++; shown[g.Kind] <= 25 {
					t.Logf("missed %s: %q in %q", g.Kind, part(m.c, g), m.c.Turns[g.Turn].Text)
					for i, u := range m.c.Turns {
						t.Log(i, u.Role, u.Text)
					}
				}
			}
			for _, s := range spans {
				all[s.Kind]++
				if slices.ContainsFunc(m.gold, func(g redact.Span) bool { return g.Turn == s.Turn && g.From < s.To && s.From < g.To }) {
					right[s.Kind]++
				} else if shown["false "+s.Kind]++; shown["false "+s.Kind] <= 12 {
					t.Logf("wrong %s: %q in %q", s.Kind, part(m.c, s), m.c.Turns[s.Turn].Text)
				}
			}
		}
		for _, k := range redact.Kinds() {
			recall, precision := ratio(found[k], wanted[k]), ratio(right[k], all[k])
			t.Logf("%s %-8s recall %.4f of %d, precision %.4f of %d", lang, k, recall, wanted[k], precision, all[k])
			if recall < 0.98 || precision < 0.97 {
				t.Errorf("%s %s: recall %.4f (0.98 is wanted), precision %.4f (0.97)", lang, k, recall, precision)
			}
		}
	}
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

// covered reports whether no character of g shows: marks and fillers between
// the digits may.
func covered(spans []redact.Span, g redact.Span) bool {
	return slices.ContainsFunc(spans, func(s redact.Span) bool {
		return s.Turn == g.Turn && s.From <= g.From && s.To >= g.To && s.Kind == g.Kind
	})
}

func part(c conversation.Conversation, s redact.Span) string {
	return string([]rune(c.Turns[s.Turn].Text)[s.From:s.To])
}

func TestText(t *testing.T) {
	for _, tt := range []struct {
		lang     conversation.Lang
		in, want string
	}{
		{"zh", "身份证900000199001011013没错", "身份证******************没错"},
		{"zh", "900000199001011014", "900000199001011014"}, // check digit wrong, nothing says it is one
		{"zh", "卡4111111111111111，不是4111111111111112", "卡****************，不是4111111111111112"},
		{"zh", "打13800138000或者400-820-8820，也可以打95588", "打***********或者400-820-8820，也可以打95588"},
		{"zh", "我的号码幺三八零零幺三八零零零，一共两个", "我的号码***********，一共两个"},
		{"zh", "１３８ ００１３ ８０００", "*************"},
		{"zh", "京A·12345和京AD12345", "********和********"},
		{"zh", "陈先生您好，我姓陈", "陈先生您好，我姓陈"},
		{"zh", "我叫邵桂兰，邵桂兰的户", "我叫***，***的户"},
		{"zh", "寄到a.b@example.com吧", "寄到***************吧"},
		{"en", "call 0800 123 4567 or 07700 900123", "call 0800 123 4567 or ************"},
		{"en", "My phone: (415) 555-0134.", "My phone: (*************."},
		{"en", "card four one double one, one one one one, one one one one, triple one one", "card " + strings.Repeat("*", 69)},
		{"en", "order number 4111111111111111", "order number 4111111111111111"},
	} {
		if got := redact.Text(tt.lang, tt.in); got != tt.want {
			t.Errorf("%q:\n got %q\nwant %q", tt.in, got, tt.want)
		}
	}
}

func TestANumberOverSeveralTurns(t *testing.T) {
	c := conversation.Conversation{Lang: "zh", Turns: []conversation.Turn{
		{Role: "agent", Text: "请您报一下手机号。"},
		{Role: "customer", Text: "一三八，"},
		{Role: "agent", Text: "一三八，嗯。"},
		{Role: "customer", Text: "零零幺三"},
		{Role: "agent", Text: "零零一三。"},
		{Role: "customer", Text: "八零零零。"},
		{Role: "agent", Text: "八零零零，好的，马上为您查询。"},
	}}
	got, spans := redact.Mask(c)
	var texts []string
	for _, turn := range got.Turns {
		texts = append(texts, turn.Text)
	}
	want := []string{"请您报一下手机号。", "***，", "***，嗯。", "****", "****。", "****。", "****，好的，马上为您查询。"}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Error(diff)
	}
	if len(spans) != 6 || c.Turns[1].Text != "一三八，" {
		t.Errorf("%d spans; the original now says %q", len(spans), c.Turns[1].Text)
	}
}

func TestMaskFieldsAndEvents(t *testing.T) {
	c := conversation.Conversation{
		Lang: "zh",
		Fields: map[string]json.RawMessage{
			"tier": json.RawMessage(`"gold"`), "customer_name": json.RawMessage(`"邵桂兰"`), "phone": json.RawMessage(`13800138000`),
			"order": json.RawMessage(`{"no":"202603021234567","to":["杭州市西湖区解放路12号"],"n":3}`),
		},
		Events: []conversation.Event{{Kind: "note", At: 5, Data: json.RawMessage(`{"text":"回电 13800138000 <即可>"}`)}, {Kind: "hold"}},
	}
	got, _ := redact.Mask(c)
	want := map[string]string{
		"tier": `"gold"`, "customer_name": `"***"`, "phone": `"***********"`,
		"order": `{"n":3,"no":"202603021234567","to":["************"]}`,
	}
	for name, w := range want {
		if string(got.Fields[name]) != w {
			t.Errorf("%s = %s, want %s", name, got.Fields[name], w)
		}
	}
	if g := string(got.Events[0].Data); g != `{"text":"回电 *********** <即可>"}` {
		t.Errorf("event = %s", g)
	}
	if string(c.Fields["phone"]) != "13800138000" {
		t.Error("the original was changed")
	}
}

func TestHostileTextTakesLinearTime(t *testing.T) {
	const size = 20_000
	start := time.Now()
	for _, s := range []string{"一", "1", "1 ", "a", "我叫王", "京A", "1，", "号", "a@", "a at ", "路1号", "x dot ", "\xff", "\x00", "double "} {
		c := conversation.Conversation{Lang: "zh", Turns: []conversation.Turn{{Role: "customer", Text: strings.Repeat(s, size/len(s))}}}
		redact.Mask(c)
		c.Lang = "en"
		redact.Mask(c)
		t.Logf("%q: %v", s, time.Since(start))
		start = time.Now()
	}
	var many conversation.Conversation
	many.Lang = "zh"
	for i := range 5_000 {
		many.Turns = append(many.Turns, conversation.Turn{Role: []conversation.Role{"agent", "customer"}[i%2], Text: "一三八"})
	}
	redact.Mask(many)
}

func FuzzMask(f *testing.F) {
	f.Add("zh", "身份证九零零零零零一九九零零一零一一零一三，我叫邵桂兰", "13800138000 a@example.com 京A12345")
	f.Add("en", "my name is John Smith, double oh seven", "14 Maple Street, (415) 555-0134")
	f.Fuzz(func(t *testing.T, lang, first, second string) {
		c := conversation.Conversation{Lang: conversation.Lang(lang), Turns: []conversation.Turn{{Role: "agent", Text: first}, {Role: "customer", Text: second}}}
		got, spans := redact.Mask(c)
		last := redact.Span{Turn: -1}
		for _, s := range spans {
			if s.Turn < last.Turn || s.Turn == last.Turn && s.From < last.To || s.To <= s.From || s.To > len([]rune(c.Turns[s.Turn].Text)) {
				t.Fatalf("span %+v after %+v", s, last)
			}
			last = s
		}
		for i := range c.Turns {
			if a, b := len([]rune(c.Turns[i].Text)), len([]rune(got.Turns[i].Text)); a != b {
				t.Fatalf("turn %d had %d code points and has %d", i, a, b)
			}
		}
	})
}

func ExampleMask() {
	c := conversation.Conversation{Lang: conversation.Chinese, Turns: []conversation.Turn{{Role: conversation.Customer, Text: "我手机幺三八零零幺三八零零零。"}}}
	masked, spans := redact.Mask(c)
	fmt.Println(masked.Turns[0].Text, spans[0].Kind, spans[0].From, spans[0].To)
	// Output: 我手机***********。 phone 3 14
}
