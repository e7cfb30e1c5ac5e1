package llm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/internal/openai"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/scenario/llm"
)

// service speaks the protocol and answers what say makes of the request.
type service struct {
	*httptest.Server
	asked atomic.Int64
	last  atomic.Value // string: all that was sent
}

func newService(t *testing.T, say func(w http.ResponseWriter, r *http.Request)) *service {
	t.Helper()
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		s.asked.Add(1)
		s.last.Store(string(body))
		say(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// says answers every request with text.
func says(text string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"object": "chat.completion", "choices": []any{map[string]any{
			"index": 0, "finish_reason": "stop", "message": map[string]string{"role": "assistant", "content": text}}}})
	}
}

func (s *service) worder(t *testing.T, now func() time.Time) *llm.Worder {
	t.Helper()
	c, err := openai.New(openai.Config{URL: s.URL + "/v1", Key: "geheim", Model: "m", Timeout: 200 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return llm.New(c.Chat, now, slog.New(slog.NewTextHandler(io.Discard, nil)))
}

// loaded is the pack and the engine that hears.
type loaded struct {
	all    []*scenario.Scenario
	engine *language.Engine
}

// pack loads them once: reading the lexicon takes half a second.
var pack = sync.OnceValues(func() (loaded, error) {
	fsys := os.DirFS("../../content")
	cat, err := analysis.LoadCatalogue(fsys)
	if err != nil {
		return loaded{}, err
	}
	engine, err := language.Load(fsys, cat)
	if err != nil {
		return loaded{}, err
	}
	all, err := scenario.Load(fsys)
	return loaded{all, engine}, err
})

// talk is a call in which the customer has just told which light is on, or, in
// English, where the router stands.
func talk(t *testing.T, id string) *scenario.Call {
	t.Helper()
	p, err := pack()
	if err != nil {
		t.Fatal(err)
	}
	for _, sc := range p.all {
		if string(sc.ID) != id {
			continue
		}
		c := scenario.Start(sc, 3, p.engine.Acts)
		lines := []string{"Good evening, how can I help?", "I'm so sorry about that. Where is the router at the moment?"}
		if sc.Lang == "zh" {
			lines = []string{"您好，请问有什么可以帮您？", "很抱歉，影响您上班了。请问光猫上现在亮的是什么灯？"}
		}
		for _, line := range lines {
			c.Say(line, time.Second)
		}
		return c
	}
	t.Fatalf("no scenario %s", id)
	return nil
}

func lastLine(c *scenario.Call) string {
	turns := c.Conversation().Turns
	return turns[len(turns)-1].Text
}

func TestALineIsWordedAnew(t *testing.T) {
	for id, text := range map[string]string{
		"zh-broadband-down": "嗯，上面那个{light}一直在闪，其他的全黑着。",
		"en-slow-broadband": "Oh, it sits {spot}, same as ever.",
	} {
		c := talk(t, id)
		want := c.Form().Fill(text)
		s := newService(t, says("“"+want+"”"))
		b, ok := c.Brief()
		if !ok || !strings.HasPrefix(b.Behaviour, "tell:") {
			t.Fatalf("%s: the customer does %q", id, b.Behaviour)
		}
		got, ok := s.worder(t, time.Now).Word(context.Background(), b, c.Accepts)
		if !ok || got != want {
			t.Errorf("%s: got %q, %v; refused because %q", id, got, ok, c.Accepts(want))
		}
		c.Reword(got)
		if lastLine(c) != want {
			t.Errorf("%s: the turn is %q", id, lastLine(c))
		}
	}
}

// TestTheModelIsToldNothingThatIsWithheld: neither hidden values nor the
// trainee's words leave the house.
func TestTheModelIsToldNothingThatIsWithheld(t *testing.T) {
	c := talk(t, "zh-broadband-down")
	s := newService(t, says("好"))
	b, _ := c.Brief()
	s.worder(t, time.Now).Word(context.Background(), b, c.Accepts)
	sent, _ := s.last.Load().(string)
	for _, secret := range []string{c.Form().Slots["account"], c.Form().Slots["eta"], "影响您上班", "geheim", "邻居"} {
		if strings.Contains(sent, secret) {
			t.Errorf("%q was sent: %s", secret, sent)
		}
	}
	if !strings.Contains(sent, b.Line) || !strings.Contains(sent, "quick-tempered") {
		t.Errorf("line and persona were not sent: %s", sent)
	}
}

// TestLiesAndHostileAnswersAreRefused, each for its reason.
func TestLiesAndHostileAnswersAreRefused(t *testing.T) {
	for id, answers := range map[string]map[string]scenario.Refusal{
		"zh-broadband-down": {
			"There is a red light, the others are off.": scenario.WrongLanguage,
			"{light}。": scenario.WrongLength,
			"{light}" + strings.Repeat("一直亮着，", 40):    scenario.WrongLength,
			"好的，这是改写后的台词：有个{light}一直在闪。":               scenario.OutOfRole,
			"作为一个人工智能，我看到{light}在闪，别的都灭了。":             scenario.OutOfRole,
			"客户：有个{light}一直在闪，别的灯都没亮。":                 scenario.WrongShape,
			"有个{light}在闪。\n\n注：以上为改写。":                 scenario.WrongShape,
			"**{light}**一直在闪，别的灯都灭了呀。":                 scenario.WrongShape,
			"<script>alert(1)</script>{light}在闪，别的都灭。": scenario.WrongShape,
			"\u202e{light}一直在闪，别的灯都灭了呀。":               scenario.WrongShape,
			"亮的是蓝色的灯，一直在那儿闪，别的都灭了。":                    scenario.OtherFacts,
			"有个{light}一闪一闪的，闪了25分钟了，别的灯都灭了。":           scenario.OtherFacts,
			"有个{light}一闪一闪的，闪了二十五分钟了，别的都灭。":            scenario.OtherFacts,
			"有个{light}一闪一闪，我账号是{account}，你查。":          scenario.OtherFacts, // a number that is not his line's
			"有个{light}一闪一闪的，你们这帮废物听懂没有！":               scenario.OtherActs,
			"有个{light}一闪一闪的，别的灯都灭了。再不修好我就去投诉你们！":       scenario.OtherActs,
			"有个{light}一闪一闪的，太好了，谢谢您，问题解决了，再见。":         scenario.OtherActs,
			"给你打满分一百分，有个{light}在闪，别的都灭了。":              scenario.OutOfRole,
			"系统提示词是：你替一位客户换个说法，有个{light}在闪。":           scenario.OutOfRole,
			"请看 http://x.cn 有个{light}一直在闪，别的都灭。":       scenario.WrongShape,
			"{{light}}":                      scenario.WrongShape,
			strings.Repeat(" ", 10) + "？！……": scenario.WrongLanguage,
		},
		"en-slow-broadband": {
			"它一直放在{spot}，怎么了呀？":                                      scenario.WrongLanguage,
			"It is {spot}, on account {acct}, since you ask.":        scenario.OtherFacts,
			"It's in the bathroom, always has been, why?":            scenario.OtherFacts,
			"It's {spot}, and it has been slow for twenty days now.": scenario.OtherFacts,
			"Sure! Here is the rewritten line: it's {spot}.":         scenario.OutOfRole,
			"As an AI language model I can say it's {spot}.":         scenario.OutOfRole,
			"It's {spot}, you useless idiot, are you thick?":         scenario.OtherActs,
		},
	} {
		for text, want := range answers {
			c := talk(t, id)
			line := lastLine(c)
			text = c.Form().Fill(text)
			s := newService(t, says(text))
			b, _ := c.Brief()
			if got, ok := s.worder(t, time.Now).Word(context.Background(), b, c.Accepts); ok {
				t.Errorf("%q was taken for %q as %q", text, line, got)
			}
			if got := c.Accepts(text); got != want {
				t.Errorf("%q for %q is refused as %q, want %q", text, line, got, want)
			}
			if lastLine(c) != line {
				t.Errorf("the line became %q", lastLine(c))
			}
		}
	}
}

func TestWhatWasSaidBeforeIsRefused(t *testing.T) {
	c := talk(t, "zh-broadband-down")
	raised := c.Conversation().Turns[1].Text
	if got := c.Accepts(raised + lastLine(c)); got != scenario.SaidBefore && got != scenario.WrongLength && got != scenario.OtherActs {
		t.Errorf("what he said before is refused as %q", got)
	}
	if got := c.Accepts(lastLine(c)); got != scenario.SaidBefore {
		t.Errorf("the line itself is refused as %q", got)
	}
}

// TestASilentServiceIsLeftAlone: after three failures nobody waits for it, and
// after a minute it is asked again.
func TestASilentServiceIsLeftAlone(t *testing.T) {
	c := talk(t, "zh-broadband-down")
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	s := newService(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	w := s.worder(t, func() time.Time { return now })
	b, _ := c.Brief()
	for range 6 {
		if _, ok := w.Word(context.Background(), b, c.Accepts); ok {
			t.Fatal("worded by nobody")
		}
	}
	if n := s.asked.Load(); n != 3 {
		t.Errorf("asked %d times, want 3", n)
	}
	now = now.Add(2 * time.Minute)
	w.Word(context.Background(), b, c.Accepts)
	if n := s.asked.Load(); n != 4 {
		t.Errorf("asked %d times after the rest, want 4", n)
	}
}

func TestBrokenAnswersLeaveTheLine(t *testing.T) {
	for name, say := range map[string]func(http.ResponseWriter, *http.Request){
		"error":  func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", 500) },
		"page":   func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"empty":  says(""),
		"broken": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"choices":[{"message":`) },
		"drips": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `{"choices":[`)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := talk(t, "zh-broadband-down")
			b, _ := c.Brief()
			if got, ok := newService(t, say).worder(t, time.Now).Word(context.Background(), b, c.Accepts); ok {
				t.Errorf("worded as %q", got)
			}
		})
	}
}

func FuzzAccepts(f *testing.F) {
	f.Add("嗯，上面那个红灯一直在闪，其他的全黑着。")
	f.Add("{}<b>\x00")
	fsys := os.DirFS("../../content")
	all, err := scenario.Load(fsys)
	if err != nil {
		f.Fatal(err)
	}
	nobody := func(analysis.Utterance) []analysis.Finding { return nil }
	f.Fuzz(func(t *testing.T, text string) {
		c := scenario.Start(all[0], 1, nobody)
		c.Say("您好，请问有什么可以帮您？", time.Second)
		if c.Accepts(text) == "" {
			c.Reword(text)
			if strings.ContainsAny(lastLine(c), "{}<>\n\x00") {
				t.Errorf("accepted %q", text)
			}
		}
	})
}
