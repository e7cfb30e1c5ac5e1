package language_test

import (
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

var benchTexts = map[string]analysis.Utterance{
	"zh-30": {Lang: conversation.Chinese, Role: conversation.Agent, Text: "好的李女士，请您稍等一下，我马上帮您查一下这笔订单的物流情况"},
	"zh-asr": {Lang: conversation.Chinese, Role: conversation.Agent,
		Text: "哎您好先生让您久等了啊我刚才跟仓库那边核实了一下就是您这个货呢前天晚上到的分拣中心今天下午已经装车了预计明天能到您放心"},
	"zh-customer": {Lang: conversation.Chinese, Role: conversation.Customer, Text: "我都打了三遍电话了，你们到底什么时候给我处理？再不解决我就投诉了！"},
	"en-20":       {Lang: conversation.English, Role: conversation.Agent, Text: "I'm so sorry about that, let me check the order for you right now, please bear with me one moment."},
}

func BenchmarkActs(b *testing.B) {
	e := builtIn(b)
	for name, u := range benchTexts {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				e.Acts(u)
			}
		})
	}
}

func BenchmarkHostile(b *testing.B) {
	e := builtIn(b)
	texts := map[string]string{"nested": strings.Repeat("“好", 5_000) + strings.Repeat("好”", 5_000)}
	for name, s := range map[string]string{"you": "您", "good": "好", "mix": "我帮您查一下吗", "quote": "“"} {
		texts[name] = strings.Repeat(s, 20_000/len([]rune(s)))
	}
	for name, text := range texts {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				e.Acts(analysis.Utterance{Lang: conversation.Chinese, Role: conversation.Agent, Text: text})
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		builtIn(b)
	}
}
