package score_test

import (
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// The call begins on a Wednesday.
var start = time.Date(2026, 3, 4, 10, 20, 0, 0, time.FixedZone("", 8*3600))

func TestDeadlinesAreReadFromTheWords(t *testing.T) {
	for _, c := range []struct {
		lang    conversation.Lang
		text    string
		by, due string
	}{
		{"zh", "我明天下午三点前给您回电。", "明天下午三点前", "2026-03-05 15:00"},
		{"zh", "抢修师傅四十分钟之内到您楼下", "四十分钟之内", "2026-03-04 11:00"},
		{"zh", "两个工作日内给您答复", "两个工作日内", "2026-03-06 23:59"},
		{"zh", "三个工作日以内退回您的卡上", "三个工作日以内", "2026-03-09 23:59"},
		{"zh", "半小时内给您电话", "半小时内", "2026-03-04 10:50"},
		{"zh", "一个半小时之内师傅到", "一个半小时之内", "2026-03-04 11:50"},
		{"zh", "24小时内处理好", "24小时内", "2026-03-05 10:20"},
		{"zh", "我到时候提前一天给您发个短信提醒。", "提前一天", "2026-03-05 23:59"},
		{"zh", "周五之前一定给您结果", "周五之前", "2026-03-06 23:59"},
		{"zh", "下周一上午给您回电", "下周一上午", "2026-03-09 12:00"},
		{"zh", "这周日上午十点给您送到", "这周日上午十点", "2026-03-08 10:00"},
		{"zh", "今天下午五点半前给您发过去", "今天下午五点半前", "2026-03-04 17:30"},
		{"zh", "今晚八点前会恢复供水", "今晚八点前", "2026-03-04 20:00"},
		{"zh", "3月10日前寄出", "3月10日前", "2026-03-10 23:59"},
		{"zh", "十五号之前开好发票", "十五号之前", "2026-03-15 23:59"},
		{"zh", "月底前退还押金", "月底前", "2026-03-31 23:59"},
		{"zh", "下班前给您答复", "下班前", "2026-03-04 18:00"},
		{"zh", "后天中午前给您回电", "后天中午前", "2026-03-06 12:00"},
		{"zh", "三点一刻给您回电", "三点一刻", "2026-03-04 15:15"},
		{"zh", "一周内寄到", "一周内", "2026-03-11 23:59"},
		{"zh", "一有消息就会通知您的", "", ""},
		{"zh", "我会帮您再催一下的", "", ""},
		{"zh", "我们会尽快处理", "", ""},
		{"en", "the money goes back to your card within five working days", "within five working days", "2026-03-11 23:59"},
		{"en", "I'll email you his answer by Friday at noon.", "Friday at noon", "2026-03-06 12:00"},
		{"en", "She'll ring before five.", "before five", "2026-03-04 17:00"},
		{"en", "You will have it within two business days.", "within two business days", "2026-03-06 23:59"},
		{"en", "I'll call you back by 3 pm tomorrow", "3 pm tomorrow", "2026-03-05 15:00"},
		{"en", "I'll call you tomorrow morning.", "tomorrow morning", "2026-03-05 12:00"},
		{"en", "You'll hear from us within 24 hours.", "within 24 hours", "2026-03-05 10:20"},
		{"en", "It'll be sorted by the end of the day.", "end of the day", "2026-03-04 18:00"},
		{"en", "An engineer will be there in half an hour", "in half an hour", "2026-03-04 10:50"},
		{"en", "I'll have it for you by next Tuesday", "next Tuesday", "2026-03-10 23:59"},
		{"en", "we'll refund it in three to five days", "in three to five days", "2026-03-09 23:59"},
		{"en", "I'll ring you this afternoon.", "this afternoon", "2026-03-04 18:00"},
		{"en", "Someone will look at it.", "", ""},
		{"en", "We'll get to it as soon as we can.", "", ""},
	} {
		conv := conversation.Conversation{Lang: c.lang, Started: start, Turns: []conversation.Turn{{Role: conversation.Agent, Text: c.text}}}
		got := score.Promises(conv, []analysis.Finding{{Act: "promise", To: len([]rune(c.text))}})
		if len(got) != 1 {
			t.Fatalf("%s: %d promises", c.text, len(got))
		}
		due := ""
		if !got[0].Due.IsZero() {
			due = got[0].Due.Format("2006-01-02 15:04")
		}
		if got[0].By != c.by || due != c.due {
			t.Errorf("%s\n  by %q due %s, want %q %s", c.text, got[0].By, due, c.by, c.due)
		}
	}
}

func TestAPromiseIsCountedFromWhenItIsMade(t *testing.T) {
	conv := conversation.Conversation{Lang: "zh", Started: start, Turns: []conversation.Turn{{Role: conversation.Agent, Text: "十分钟内给您回电", Start: 120_000, End: 125_000}}}
	got := score.Promises(conv, []analysis.Finding{{Act: "promise", To: 8}})
	if want := start.Add(12 * time.Minute); !got[0].Due.Equal(want) {
		t.Errorf("due %v, want %v", got[0].Due, want)
	}
	conv.Started = time.Time{}
	if got := score.Promises(conv, []analysis.Finding{{Act: "promise", To: 8}}); !got[0].Due.IsZero() || got[0].By != "十分钟内" {
		t.Errorf("without a start there are words and no date: %+v", got[0])
	}
}

func TestTwoPromisesInATurnAreTwoEntries(t *testing.T) {
	conv := conversation.Conversation{Lang: "zh", Turns: []conversation.Turn{{Role: conversation.Agent, Text: "师傅今天下午四点前上门。钱两个工作日内退回。"}}}
	got := score.Promises(conv, []analysis.Finding{{Act: "promise", From: 0, To: 11}, {Act: "promise", From: 2, To: 8}, {Act: "promise", From: 12, To: 21}})
	if len(got) != 2 || got[0].By != "今天下午四点前" || got[1].By != "两个工作日内" || got[1].What != "钱两个工作日内退回" {
		t.Errorf("%+v", got)
	}
}

func TestSteadiness(t *testing.T) {
	p := loadPack(t)
	conv := conversation.Conversation{Lang: "zh", Turns: []conversation.Turn{
		{Role: conversation.Agent, Text: "您好这里是客户服务中心请讲", Start: 0, End: 4000},
		{Role: conversation.Customer, Text: "你们这帮骗子", Start: 4000, End: 6000},
		{Role: conversation.Agent, Text: "您先听我把话说完行不行啊这不是我的问题", Start: 6000, End: 9000},
	}}
	s, ok := score.MeasureSteadiness(conv, []analysis.Finding{{Act: "abuse", Turn: 1}, {Act: "pressing-tag", Turn: 2}, {Act: "dismiss", Turn: 2}}, p.cat)
	if !ok || s.Hostile != 1 || s.After != 1 || s.Others != 1 || !s.Rated || s.Rate < 800 || s.Faults != 2000 {
		t.Errorf("%+v %v", s, ok)
	}
	if _, ok := score.MeasureSteadiness(conv, nil, p.cat); ok {
		t.Error("without a hostile turn there is nothing to measure")
	}
}

// TestRepeatedQuestions reads chats as recognisers write them, too.
func TestRepeatedQuestions(t *testing.T) {
	p := loadPack(t)
	card := p.card(t, "chat")
	for _, c := range []struct {
		lang         conversation.Lang
		first, again string
		repeated     bool
	}{
		{"zh", "钱什么时候退给我？", "我问的是钱什么时候能退给我？", true},
		{"zh", "师傅几点到", "师傅到底几点到啊", true},
		{"zh", "有没有黑色的？", "我问有没有黑色的", true},
		{"zh", "要等几天", "到底要等几天", true},
		{"zh", "怎么改套餐？", "怎么改密码？", false},
		{"zh", "我要退货", "我要退货的地址", false},
		{"en", "When will I get my refund?", "Yes but when will I get my refund?", true},
		{"en", "is it fixed yet", "so is it fixed yet", true},
		{"en", "did you send the form", "but did you send the form", true},
		{"en", "When will I get my refund?", "And where is the other parcel?", false},
		{"en", "Can you hear me?", "Great. Can you help me with my bill?", false},
	} {
		conv := conversation.Conversation{ID: "c", Lang: c.lang, Channel: conversation.Chat, Direction: conversation.Inbound, Turns: []conversation.Turn{
			turnOf(conversation.Agent, "…"), turnOf(conversation.Customer, c.first), turnOf(conversation.Agent, "…"), turnOf(conversation.Customer, c.again)}}
		item := score.Score(card, conv, nil, p.cat, score.Versions{}).Item("no-repeat-asking")
		if got := item.Verdict == scorecard.Missed; got != c.repeated {
			t.Errorf("%q, then %q: %s", c.first, c.again, item.Verdict)
		}
	}
}

func turnOf(role conversation.Role, text string) conversation.Turn {
	return conversation.Turn{Role: role, Text: text, Start: conversation.Unknown, End: conversation.Unknown, Confidence: conversation.Unknown}
}
