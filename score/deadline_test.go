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

var hardChinese = []deadlineCase{}

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
