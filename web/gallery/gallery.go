// Package gallery shows every component with an example, and the pages that
// matter most with invented content, on /ui. It is there in development only;
// tests look at it, and so do people who build a page.
package gallery

import (
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/web/archive"
	"github.com/lianxi-cc/lianxi/web/practice"
	"github.com/lianxi-cc/lianxi/web/result"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Components shows the components.
func Components(v *visit.Visit) error {
	return v.Show(components(v.Reader, v.Lang() == locale.Chinese))
}

// Page shows one of the sample pages.
func Page(v *visit.Visit) error {
	zh := v.Lang() == locale.Chinese
	switch v.Request.PathValue("page") {
	case "ring":
		return v.Show(practice.Ring(v.Reader, ring(v, zh)))
	case "call":
		return v.Show(practice.Call(v.Reader, call(v, zh)))
	case "result":
		return v.Show(result.Show(v.Reader, sampleResult(v, zh)))
	case "archive":
		return v.Show(archive.Show(v.Reader, sampleArchive(v, zh)))
	case "practice":
		return v.Show(practice.List(v.Reader, sampleList(v, zh)))
	}
	return fault.New(fault.NotFound, "web.error.no-page", nil)
}

// either picks the sample text of the reader's language.
func either(zh bool, chinese, english string) string {
	if zh {
		return chinese
	}
	return english
}

func lang(zh bool) string { return either(zh, "zh", "en") }

func modeOptions(v *visit.Visit) []ui.Option {
	return []ui.Option{{Value: "live", Text: v.Text("web.mode.live")}, {Value: "after", Text: v.Text("web.mode.after"), Chosen: true},
		{Value: "off", Text: v.Text("web.mode.off")}}
}

func ring(v *visit.Visit, zh bool) practice.RingPage {
	return practice.RingPage{Title: either(zh, "宽带又断了", "The broadband is down again"), Lang: lang(zh), AnswerURL: "/ui/call", Modes: modeOptions(v),
		Summary: either(zh, "一位老客户，家里宽带三天断了两次，今天又上不去网。他昨天已经打过一次电话。", "A long-standing customer whose line has dropped twice in three days. He already called yesterday.")}
}

func call(v *visit.Visit, zh bool) practice.CallPage {
	card := scenario.CustomerCard{Summary: ring(v, zh).Summary}
	card.Card = []scenario.Entry{{Label: either(zh, "姓名", "Name"), Value: either(zh, "陈建国", "Robert Hale")}, {Label: either(zh, "号码", "Number"), Value: "138 0013 2468"},
		{Label: either(zh, "套餐", "Plan"), Value: either(zh, "家庭宽带 300M", "Home 300")}, {Label: either(zh, "在网", "Customer for"), Value: either(zh, "6 年", "6 years")}}
	card.Orders = []scenario.Record{{Title: either(zh, "昨天 20:14 报障", "Fault report, yesterday 20:14"), Entries: []scenario.Entry{{Label: either(zh, "处理", "Action"), Value: either(zh, "远程重启光猫，已恢复", "Modem restarted remotely, line restored")}}},
		{Title: either(zh, "11月19日 报障", "Fault report, 19 Nov"), Entries: []scenario.Entry{{Label: either(zh, "处理", "Action"), Value: either(zh, "自行恢复", "Recovered by itself")}}}}
	card.Articles = []scenario.Article{{Title: either(zh, "宽带频繁掉线怎么排查", "Line drops repeatedly: what to check"), Text: either(zh, "先看光猫的 LOS 灯。红灯亮是线路问题，需要上门；不亮时请客户拔掉电源等一分钟。", "Look at the LOS light first. Red means the line itself, and an engineer must visit. If it is off, ask for one minute without power.")},
		{Title: either(zh, "上门维修的时间", "When engineers visit"), Text: either(zh, "市区 24 小时内，每天 8 点到 20 点。", "Within 24 hours in town, from 8 to 20 every day.")}}
	return practice.CallPage{Title: ring(v, zh).Title, SayURL: "/ui/say", EndURL: "/ui/end", ResultURL: "/ui/result", Lang: lang(zh), Phone: true, Started: v.Now.Add(-47 * time.Second), Card: card, Guided: true,
		Lines: []practice.Line{
			{Text: either(zh, "您好，这里是客户服务中心，请问有什么可以帮您的？", "Good morning, customer service, how can I help you?")},
			{Customer: true, Text: either(zh, "我家宽带又断了！昨天刚报过，你们说修好了，今天又上不去。你们到底管不管？", "My broadband is down again! I called yesterday, you said it was fixed, and today there's nothing. Does anyone there care?")},
			{Text: either(zh, "实在抱歉，昨天刚修过今天又断，换了谁都会着急。", "I'm really sorry. Fixed yesterday and down again today would upset anyone.")},
			{Customer: true, Text: either(zh, "我今天还要开视频会议，你说怎么办吧。", "I've a video meeting today. So what are you going to do?")},
		},
		Heard: []practice.Heard{{Title: either(zh, "体谅心情", "Empathy"), Quote: either(zh, "换了谁都会着急", "would upset anyone"), Good: true}, {Title: either(zh, "问候", "Greeting"), Quote: either(zh, "您好", "Good morning"), Good: true}},
		Hint:  &practice.Hint{Title: v.Text("web.call.hint.better"), Text: either(zh, "麻烦您看一下光猫，LOS 灯现在是红的还是灭的？", "Could you look at the modem for me: is the LOS light red, or off?")}}
}

func sampleList(v *visit.Visit, zh bool) practice.ListPage {
	item := func(title, english, sum, sumEn string, level int, dir string, tries int) practice.Item {
		return practice.Item{Title: either(zh, title, english), Summary: either(zh, sum, sumEn), URL: "/ui/ring", Level: level, Channel: "phone", Direction: dir, Lang: lang(zh), Tries: tries,
			Trains: []string{either(zh, "倾听", "listening"), either(zh, "同理心", "empathy"), either(zh, "情绪自控", "self-control")}}
	}
	return practice.ListPage{Open: &practice.OpenCall{Title: ring(v, zh).Title, URL: "/ui/call", Since: v.When(v.Now.Add(-9*time.Minute), v.Now)},
		Groups: []practice.Group{{Title: v.Text("web.level.2"), Lang: lang(zh), Items: []practice.Item{
			item("宽带又断了", "The broadband is down again", "家里宽带三天断了两次，今天又上不去网，客户昨天已经打过电话。", "The line has dropped twice in three days, and he already called yesterday.", 3, "inbound", 2),
			item("续约提醒", "A renewal reminder", "合约下个月到期，您打给客户说明新套餐，他正在开车。", "The contract ends next month and you call about the new plan. He is driving.", 2, "outbound", 0),
		}}},
		Past: []practice.Past{{Title: ring(v, zh).Title, When: v.When(v.Now.Add(-3*time.Hour), v.Now), URL: "/ui/result", Mark: "78.5", Lang: lang(zh)},
			{Title: either(zh, "续约提醒", "A renewal reminder"), When: v.When(v.Now.Add(-27*time.Hour), v.Now), URL: "/ui/result", State: v.Text("web.practice.state.finished"), Lang: lang(zh)}}}
}
