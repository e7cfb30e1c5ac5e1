package score_test

import (
	"slices"
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/score"
)

// deadlineCase is a promise with the words of its deadline and the moment meant.
type deadlineCase struct {
	lang          conversation.Lang
	text, by, due string
}

var hardChinese = []deadlineCase{
	{"zh", "我后天一早给您回电。", "后天一早", "2026-03-06 12:00"},
	{"zh", "这周五下班前给您结果", "这周五下班前", "2026-03-06 18:00"},
	{"zh", "3到5个工作日退回原卡", "3到5个工作日", "2026-03-11 23:59"},
	{"zh", "三至五个工作日内到账", "三至五个工作日内", "2026-03-11 23:59"},
	{"zh", "1-3个工作日内给您答复", "1-3个工作日内", "2026-03-09 23:59"},
	{"zh", "1～2小时内恢复", "1～2小时内", "2026-03-04 12:20"},
	{"zh", "三五天之内寄到", "三五天之内", "2026-03-09 23:59"},
	{"zh", "两三天内给您消息", "两三天内", "2026-03-07 23:59"},
	{"zh", "一两个小时之内师傅联系您", "一两个小时之内", "2026-03-04 12:20"},
	{"zh", "明早九点前给您打过去", "明早九点前", "2026-03-05 09:00"},
	{"zh", "明天一早我就去催", "明天一早", "2026-03-05 12:00"},
	{"zh", "今天下午四点到五点之间上门", "今天下午四点到五点之间", "2026-03-04 17:00"},
	{"zh", "今天之内一定处理完", "今天之内", "2026-03-04 23:59"},
	{"zh", "最迟明天中午12点以前", "明天中午12点以前", "2026-03-05 12:00"},
	{"zh", "今晚十二点之前恢复", "今晚十二点之前", "2026-03-05 00:00"},
	{"zh", "凌晨两点前抢修完", "凌晨两点前", "2026-03-05 02:00"},
	{"zh", "本周内给您答复", "本周内", "2026-03-08 23:59"},
	{"zh", "下周内处理", "下周内", "2026-03-15 23:59"},
	{"zh", "周末前给您寄出", "周末前", "2026-03-06 23:59"},
	{"zh", "这个月之内办好", "这个月之内", "2026-03-31 23:59"},
	{"zh", "本月底之前退", "本月底之前", "2026-03-31 23:59"},
	{"zh", "下月底前开通", "下月底前", "2026-04-30 23:59"},
	{"zh", "下个月五号前到账", "下个月五号前", "2026-04-05 23:59"},
	{"zh", "下月初给您寄账单", "下月初", "2026-04-10 23:59"},
	{"zh", "月中之前会发", "月中之前", "2026-03-15 23:59"},
	{"zh", "年底前都有效，我给您留着", "年底前", "2026-12-31 23:59"},
	{"zh", "四十八小时内联系您", "四十八小时内", "2026-03-06 10:20"},
	{"zh", "一刻钟之内给您回过去", "一刻钟之内", "2026-03-04 10:35"},
	{"zh", "五分钟后给您回电", "五分钟后", "2026-03-04 10:25"},
	{"zh", "俩小时内到", "俩小时内", "2026-03-04 12:20"},
	{"zh", "个把小时就好", "个把小时", "2026-03-04 11:20"},
	{"zh", "一个小时二十分钟之内送到", "一个小时二十分钟之内", "2026-03-04 11:40"},
	{"zh", "半天之内给您答复", "半天之内", "2026-03-04 22:20"},
	{"zh", "半个月内补发", "半个月内", "2026-03-19 23:59"},
	{"zh", "两周之内换新的", "两周之内", "2026-03-18 23:59"},
	{"zh", "一个月内给您减免", "一个月内", "2026-04-04 23:59"},
	{"zh", "最晚周四给您回话", "周四", "2026-03-05 23:59"},
	{"zh", "周三上午九点给您回电", "周三上午九点", "2026-03-11 09:00"},
	{"zh", "周三下午五点前", "周三下午五点前", "2026-03-04 17:00"},
	{"zh", "下下周一给您安排", "下下周一", "2026-03-16 23:59"},
	{"zh", "礼拜天之前装好", "礼拜天之前", "2026-03-08 23:59"},
	{"zh", "早上八点前给您消息", "早上八点前", "2026-03-05 08:00"},
	{"zh", "2号给您寄", "2号", "2026-04-02 23:59"},
	{"zh", "3月2号之前都行，我给您办", "3月2号之前", "2027-03-02 23:59"},
	{"zh", "三月十号下午三点给您装", "三月十号下午三点", "2026-03-10 15:00"},
	{"zh", "2026年4月1日前给您寄到", "2026年4月1日前", "2026-04-01 23:59"},
	{"zh", "17:30前给您发邮件", "17:30前", "2026-03-04 17:30"},
	{"zh", "明天15：00之前到", "明天15：00之前", "2026-03-05 15:00"},
	{"zh", "今天17点前", "今天17点前", "2026-03-04 17:00"},
	{"zh", "下午三四点给您回电", "下午三四点", "2026-03-04 16:00"},
	{"zh", "中午前给您答复", "中午前", "2026-03-04 12:00"},
	{"zh", "下午给您回电", "下午", "2026-03-04 18:00"},
	{"zh", "晚上之前修好", "晚上之前", "2026-03-04 22:00"},
	{"zh", "明天上班前发给您", "明天上班前", "2026-03-05 09:00"},
	{"zh", "下一个工作日给您答复", "下一个工作日", "2026-03-05 23:59"},
	{"zh", "次日中午前送达", "次日中午前", "2026-03-05 12:00"},
	{"zh", "明后天给您送过去", "明后天", "2026-03-06 23:59"},
	{"zh", "今明两天给您装", "今明两天", "2026-03-05 23:59"},
	{"zh", "您三天前报的修，我今天给您答复", "今天", "2026-03-04 23:59"},
	{"zh", "您等了两个小时了，我十分钟内回您", "十分钟内", "2026-03-04 10:30"},
	{"zh", "2026年的合同我帮您找", "", ""},
	{"zh", "您用了三年，我给您申请", "", ""},
	{"zh", "积分三百点我给您补上", "", ""},
	{"zh", "我带您去三号窗口办", "", ""},
	{"zh", "我帮您转给10号坐席", "", ""},
	{"zh", "下午好，我帮您催一下", "", ""},
	{"zh", "稍后给您回电", "", ""},
	{"zh", "马上帮您处理，一会儿回您", "", ""},
	{"zh", "过几天会有人联系您", "", ""},
	{"zh", "我们24小时都有人，有结果就告诉您", "", ""},
	{"zh", "每天都会有人跟进", "", ""},
}

var hardEnglish = []deadlineCase{
	{"en", "I'll have it done by close of play Thursday", "close of play Thursday", "2026-03-05 18:00"},
	{"en", "by end of business tomorrow I'll send it", "end of business tomorrow", "2026-03-05 18:00"},
	{"en", "I'll send it by EOD", "EOD", "2026-03-04 18:00"},
	{"en", "you'll have it by COB Friday", "COB Friday", "2026-03-06 18:00"},
	{"en", "I'll call you back within the hour", "within the hour", "2026-03-04 11:20"},
	{"en", "you'll hear from me in the next hour", "in the next hour", "2026-03-04 11:20"},
	{"en", "we'll be there in an hour and a half", "in an hour and a half", "2026-03-04 11:50"},
	{"en", "it'll be back in one and a half hours", "in one and a half hours", "2026-03-04 11:50"},
	{"en", "in a couple of hours it will be fixed", "in a couple of hours", "2026-03-04 12:20"},
	{"en", "I'll ring in twenty-five minutes", "in twenty-five minutes", "2026-03-04 10:45"},
	{"en", "give me fifteen minutes and I'll ring back", "fifteen minutes", "2026-03-04 10:35"},
	{"en", "by Monday morning you'll have it", "Monday morning", "2026-03-09 12:00"},
	{"en", "I'll ring first thing tomorrow", "first thing tomorrow", "2026-03-05 12:00"},
	{"en", "first thing Monday I'll chase it", "first thing Monday", "2026-03-09 12:00"},
	{"en", "you'll have it by half past four", "half past four", "2026-03-04 16:30"},
	{"en", "I'll call at quarter to six", "quarter to six", "2026-03-04 17:45"},
	{"en", "I'll call before noon", "before noon", "2026-03-04 12:00"},
	{"en", "by midnight it'll be back", "midnight", "2026-03-05 00:00"},
	{"en", "it will be paid by the 15th", "the 15th", "2026-03-15 23:59"},
	{"en", "you'll get it by March 10th", "March 10th", "2026-03-10 23:59"},
	{"en", "we'll ship it by 10 March", "10 March", "2026-03-10 23:59"},
	{"en", "it comes on the 3rd of April", "the 3rd of April", "2026-04-03 23:59"},
	{"en", "by the end of next week it's done", "end of next week", "2026-03-13 23:59"},
	{"en", "by the end of the month", "end of the month", "2026-03-31 23:59"},
	{"en", "it'll be there by the end of next month", "end of next month", "2026-04-30 23:59"},
	{"en", "within 3-5 business days", "within 3-5 business days", "2026-03-11 23:59"},
	{"en", "you'll have it in two to three weeks", "in two to three weeks", "2026-03-25 23:59"},
	{"en", "within a fortnight you'll be refunded", "within a fortnight", "2026-03-18 23:59"},
	{"en", "we'll sort it before the weekend", "before the weekend", "2026-03-06 23:59"},
	{"en", "I'll get back to you later today", "later today", "2026-03-04 23:59"},
	{"en", "I'll call tomorrow by 10", "tomorrow by 10", "2026-03-05 10:00"},
	{"en", "I'll ring Thursday at 2", "Thursday at 2", "2026-03-05 14:00"},
	{"en", "I'll ring Wednesday at 9 am", "Wednesday at 9 am", "2026-03-11 09:00"},
	{"en", "you'll have it by lunchtime", "lunchtime", "2026-03-04 12:00"},
	{"en", "I'll have it by tonight", "tonight", "2026-03-04 22:00"},
	{"en", "I'll send it the day after tomorrow", "the day after tomorrow", "2026-03-06 23:59"},
	{"en", "an engineer comes in two days' time", "in two days", "2026-03-06 23:59"},
	{"en", "I'll call you the next business day", "next business day", "2026-03-05 23:59"},
	{"en", "noon tomorrow at the latest", "noon tomorrow", "2026-03-05 12:00"},
	{"en", "by nine tomorrow morning", "nine tomorrow morning", "2026-03-05 09:00"},
	{"en", "you'll hear by 17:30", "17:30", "2026-03-04 17:30"},
	{"en", "within the next 24 hours", "within the next 24 hours", "2026-03-05 10:20"},
	{"en", "you reported it three days ago, I'll ring by five", "five", "2026-03-04 17:00"},
	{"en", "you've waited two hours, I'll ring within ten minutes", "within ten minutes", "2026-03-04 10:30"},
	{"en", "you'll have the money back the same day", "same day", "2026-03-04 23:59"},
	{"en", "posted now, it reaches you the next day", "next day", "2026-03-05 23:59"},
	{"en", "he'll be with you the following morning", "following morning", "2026-03-05 12:00"},
	{"en", "it comes by the next morning at nine", "next morning at nine", "2026-03-05 09:00"},
	{"en", "I'll get on to it straight away", "", ""},
	{"en", "somebody will be in touch shortly", "", ""},
	{"en", "in a few days someone will call", "", ""},
	{"en", "we check it every two hours", "", ""},
}

// TestHardDeadlines reads time expressions as people say them. The call begins
// on Wednesday, 4 March 2026, at 10:20.
func TestHardDeadlines(t *testing.T) {
	for _, c := range append(slices.Clone(hardChinese), hardEnglish...) {
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

// FuzzPromises looks for words that break the reading of deadlines.
func FuzzPromises(f *testing.F) {
	f.Add("zh", "99999999年13月40号25点前，三百万小时内")
	f.Add("en", "by half past 99 on the 45th of may, within 999999999999 hours and a half")
	f.Fuzz(func(t *testing.T, lang, text string) {
		conv := conversation.Conversation{Lang: conversation.Lang(lang), Started: start, Turns: []conversation.Turn{{Role: conversation.Agent, Text: text}}}
		for _, p := range score.Promises(conv, []analysis.Finding{{Act: "promise", To: len([]rune(text))}}) {
			if (p.By == "") != p.Due.IsZero() || !p.Due.IsZero() && (p.Due.Before(start.AddDate(0, 0, -1)) && p.Due.Year() > 2026 || p.Due.Year() > 9999) {
				t.Fatalf("%q: by %q, due %v", text, p.By, p.Due)
			}
		}
	})
}
