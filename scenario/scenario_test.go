package scenario_test

import (
	"strings"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scenario"
	"os"
)

// keywords is a hearer of a few words, so that these tests depend on nothing
// but the customers. The acts of real lines are the language engine's matter.
func keywords(u analysis.Utterance) []analysis.Finding {
	if u.Role != conversation.Agent {
		return nil
	}
	var out []analysis.Finding
	for _, w := range wordsOfActs() {
		for _, word := range strings.Split(w.words, "|") {
			if i := strings.Index(u.Text, word); i >= 0 {
				from := len([]rune(u.Text[:i]))
				out = append(out, analysis.Finding{Act: w.act, From: from, To: from + len([]rune(word)), Sure: 1000, Why: word})
				break
			}
		}
	}
	return out
}

type actWords struct {
	act   analysis.Act
	words string
}

func wordsOfActs() []actWords {
	return []actWords{
		{"greet", "您好|Good morning|Good afternoon|Hello"},
		{"self-identify", "工号|this is |You're through to|my name is"},
		{"offer-help", "有什么可以帮您|how can I help|How may I help"},
		{"ask-anything-else", "还有其他|anything else"},
		{"farewell", "再见|Goodbye|goodbye|Bye"},
		{"ask-name", "您贵姓|怎么称呼|May I take your name|may I ask your name"},
		{"verify-identity", "身份证|核对一下您|date of birth|registered"},
		{"explain-verification", "为了您的账户安全|To keep your account safe|to keep your account safe"},
		{"ask-open", "什么灯|哪只|什么情况|什么时候|What happened|What does|what does|When did"},
		{"ask-choice", "是大于|did you|Did you|Have you"},
		{"ask-opinion", "您看这样可以|您看可以|Would that|would that"},
		{"acknowledge", "好的|明白|I see|Right, "},
		{"restate", "您的意思是|您是说|您是想|So you"},
		{"apologise", "抱歉|对不起|sorry|apologise"},
		{"empathise", "理解|着急|frustrating|must be"},
		{"reassure", "放心|别担心|Don't worry"},
		{"thank", "感谢|谢谢您|Thank you|thank you"},
		{"own", "马上为您|马上帮您|let me|I'll take care"},
		{"promise", "之前给您|之前亲自|之前都给您|by six|within"},
		{"hedge", "尽力|can't guarantee|cannot guarantee"},
		{"hold-request", "稍等|等一下|one moment|hold for"},
		{"hold-return", "让您久等|Thanks for holding|Thank you for holding"},
		{"mock-or-insult", "你这人怎么|听不懂人话|stupid"},
		{"pass-the-buck", "不归我们管|not our department"},
		{"hide-behind-rules", "公司规定|这是规定|our policy"},
		{"blunt-refusal", "没办法|can't help you"},
		{"calm-down", "冷静|calm down|Calm down"},
	}
}

func pack(t testing.TB) []*scenario.Scenario {
	t.Helper()
	all, err := scenario.Load(os.DirFS("../content"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func find(t testing.TB, id string) *scenario.Scenario {
	t.Helper()
	for _, sc := range pack(t) {
		if string(sc.ID) == id {
			return sc
		}
	}
	t.Fatalf("no scenario %s", id)
	return nil
}

func TestSameSeedSameTurnsSameCall(t *testing.T) {
	for _, sc := range pack(t) {
		a := transcript(scenario.Play(sc, 7, agent(t, sc, "expert"), keywords, nil))
		b := transcript(scenario.Play(sc, 7, agent(t, sc, "expert"), keywords, nil))
		if a != b {
			t.Errorf("%s: the same call twice differs:\n%s\n---\n%s", sc.ID, a, b)
		}
	}
}

func transcript(c *scenario.Call) string {
	var b strings.Builder
	for _, t := range c.Conversation().Turns {
		b.WriteString(string(t.Role) + ": " + t.Text + "\n")
	}
	b.WriteString("→ " + string(c.Outcome().Ending))
	return b.String()
}

func agent(t testing.TB, sc *scenario.Scenario, kind string) *scenario.Script {
	t.Helper()
	file := "scenarios/" + string(sc.Lang) + "/" + string(sc.ID) + "/" + kind + ".txt"
	text, err := os.ReadFile("../content/" + file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenario.ParseScript(file, text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSilenceIsAnsweredAndEndsTheCall(t *testing.T) {
	c := scenario.Start(find(t, "zh-fund-value"), 1, keywords)
	c.Say("您好，有什么可以帮您？", time.Second)
	for range 10 {
		if r := c.Say("", time.Second); r.Ended {
			if r.Ending != scenario.Unsolved {
				t.Errorf("ending %s, want unsolved", r.Ending)
			}
			return
		}
	}
	t.Error("a customer does not talk to a dead line for ever")
}
