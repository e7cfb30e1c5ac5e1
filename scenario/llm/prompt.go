package llm

import (
	"fmt"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/openai"
	"github.com/lianxi-cc/lianxi/scenario"
)

const (
	chineseRules = `你替一位客户把一句话换个说法。这位客户正在%s客服。
只改措辞，不改意思：他做什么、要什么、说了哪些事，一概不变。
原句里的姓名、号码、日期、金额一个都不能少，也不能多出新的。
语气和原句一样重：原句没有骂人、威胁、道谢、答应、拒绝，就不要加；有，就保留。
像真人随口说的，一两句话，长短和原句差不多。
只输出这一句话，不要引号，不要解释。`
	englishRules = `You put one line of a customer into other words. The customer is %s customer service.
Change the wording, never the meaning: what he does, wants and mentions stays as it is.
Every name, number, date and amount of the line must be there, and no new one.
Keep the strength: no insult, threat, thanks, agreement or refusal that the line does not have, and none left out.
Sound like a person speaking off the cuff, one or two sentences, about as long as the line.
Answer with the line alone: no quotation marks, no explanation.`
)

// messages is what the model is asked.
func messages(b scenario.Brief) []openai.Message {
	rules, medium := englishRules, map[bool]string{true: "chatting with", false: "on the phone with"}
	if b.Lang == conversation.Chinese {
		rules, medium = chineseRules, map[bool]string{true: "在线打字联系", false: "打电话联系"}
	}
	return []openai.Message{
		{Role: "system", Content: fmt.Sprintf(rules, medium[b.Channel == conversation.Chat])},
		{Role: "user", Content: about(b)},
	}
}

// about describes the moment, one thing a line.
func about(b scenario.Brief) string {
	var s strings.Builder
	labels := [...]string{"Matter", "Customer", "Mood (0 to 1000)", "What he does now", "Has told already", "Line"}
	if b.Lang == conversation.Chinese {
		labels = [...]string{"事由", "客户", "情绪（0到1000）", "此刻在做", "已经说过", "原句"}
	}
	put := func(i int, text string) {
		if text != "" {
			s.WriteString(labels[i] + ": " + text + "\n")
		}
	}
	put(0, b.Title)
	put(1, persona(b.Customer))
	put(2, fmt.Sprintf("%s, irritation %d, trust %d, patience %d, clarity %d", b.Mood.Band(), b.Mood.Irritation, b.Mood.Trust, b.Mood.Patience, b.Mood.Clarity))
	put(3, b.Behaviour)
	put(4, strings.Join(b.Told, " / "))
	put(5, b.Line)
	return s.String()
}

func persona(c scenario.Customer) string {
	var parts []string
	for _, p := range []string{c.Age, c.Temperament, c.Pace, c.Verbosity, c.Dialect} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}
