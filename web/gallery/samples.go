package gallery

import (
	"fmt"
	"time"

	"github.com/lianxi-cc/lianxi/web/archive"
	"github.com/lianxi-cc/lianxi/web/result"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

func sampleResult(v *visit.Visit, zh bool) result.Page {
	p := result.Page{Title: either(zh, "宽带又断了", "The broadband is down again"), Sub: v.When(v.Now.Add(-3*time.Hour), v.Now) + " · " + v.Duration(194*time.Second), Lang: lang(zh), TitleLang: lang(zh), Mine: true,
		Best:  either(zh, "客户一着急，您先接住了他的心情。", "When the customer was upset, you answered the feeling first."),
		Next:  either(zh, "下一次，试着先问清一件事，再给办法。", "Next time, try asking one clear question before offering a way out."),
		Total: "78.5", AgainURL: "/ui/ring", Contest: "/ui/contest", Back: ui.Link{URL: "/ui/practice", Key: "web.practice.title"},
		Sections: []ui.Section{{Title: either(zh, "礼仪", "Etiquette"), Share: 920, Value: "92"}, {Title: either(zh, "提问", "Questions"), Share: 500, Value: "50"},
			{Title: either(zh, "倾听", "Listening"), Share: 800, Value: "80"}, {Title: either(zh, "投诉处理", "Complaint steps"), Share: 710, Value: "71"}, {Title: either(zh, "外拨", "Outbound"), Share: -1}},
		Versions: either(zh, "评分表 通用 3 · 引擎 1 · 词库 8f2a10c4", "Scorecard General 3 · engine 1 · lexicon 8f2a10c4")}
	lines := []struct{ who, zh, en string }{
		{"customer", "我家宽带又断了！昨天刚报过，你们说修好了，今天又上不去。", "My broadband is down again! I called yesterday and you said it was fixed."},
		{"agent", "您好，实在抱歉，昨天刚修过今天又断，换了谁都会着急。", "I'm really sorry. Fixed yesterday and down again today would upset anyone."},
		{"customer", "我今天还要开会呢，你说怎么办吧。", "I've a meeting today. So what are you going to do?"},
		{"agent", "这个不清楚，你先重启一下光猫，不行再打过来，好不好？", "I don't know. Just restart the modem and call again if it doesn't work, okay?"},
		{"customer", "我重启三遍了！每次都让我重启。", "I've restarted it three times! It's always restart."},
		{"agent", "我记下来了：三天断了两次，昨天报过修，重启没有用。我现在就为您安排师傅上门。", "Let me make sure: two drops in three days, a report yesterday, and restarting didn't help. I'm booking an engineer for you now."},
		{"customer", "行，那还差不多。", "All right, that's more like it."},
	}
	for i, l := range lines {
		p.Turns = append(p.Turns, result.Turn{N: i, Who: l.who, Pieces: []result.Piece{{Text: either(zh, l.zh, l.en)}}})
	}
	if zh {
		p.Turns[1].Pieces = []result.Piece{{Text: "您好，实在抱歉，昨天刚修过今天又断，"}, {Text: "换了谁都会着急", Ref: 1, Good: true}, {Text: "。"}}
		p.Turns[3].Pieces = []result.Piece{{Text: "这个"}, {Text: "不清楚", Ref: 1}, {Text: "，"}, {Text: "你", Ref: 2}, {Text: "先重启一下光猫，不行再打过来，"}, {Text: "好不好", Ref: 3}, {Text: "？"}}
	} else {
		p.Turns[1].Pieces = []result.Piece{{Text: "I'm really sorry. Fixed yesterday and down again today "}, {Text: "would upset anyone", Ref: 1, Good: true}, {Text: "."}}
		p.Turns[3].Pieces = []result.Piece{{Text: "I don't know", Ref: 1}, {Text: ". Just restart the modem and call again if it doesn't work, "}, {Text: "okay?", Ref: 3}}
	}
	p.Turns[1].Remarks = []result.Remark{{Ref: 1, Kind: result.Praise, Title: either(zh, "体谅心情", "Empathy")}}
	p.Turns[3].Remarks = []result.Remark{
		{Ref: 1, Kind: result.Advice, Title: either(zh, "三不之一", "“I don't know” without a next step"), Said: either(zh, "不清楚", "I don't know"), Feeling: either(zh, "这个人不专业", "this person can't help me"), Better: either(zh, "我帮您查一下，请您稍等。", "Let me check that for you right away."), Item: "three-noes"},
		{Ref: 3, Kind: result.Advice, Title: either(zh, "句尾“好不好”", "“Okay?” at the end"), Said: either(zh, "好不好", "okay?"), Feeling: either(zh, "好像我在无理取闹", "as if I were being unreasonable"), Better: either(zh, "您看这样可以吗，我陪您一起试。", "Shall we try it together while I'm on the line?"), Item: "tag-question"}}
	p.Turns[0].Remarks = []result.Remark{{Kind: result.Absent, Title: either(zh, "没有听到自报家门", "No introduction was heard"), Better: either(zh, "您好，这里是客户服务中心，我姓林。", "Good morning, customer service, my name is Lin."), Item: "self-introduction", Told: &result.Told{Item: "self-introduction", Why: either(zh, "接通前系统已经播报了工号。", "The system had announced my number before.")}}}
	p.Turns[5].Remarks = []result.Remark{{Ref: 0, Kind: result.Praise, Title: either(zh, "归纳复述", "Summing up")}}
	for i, level := range []int{420, 560, 480, 210, 180, 640, 760} {
		p.Mood = append(p.Mood, ui.MoodPoint{Level: level, URL: fmt.Sprintf("#turn-%d", i), Title: fmt.Sprintf("%d", i+1), Low: level < 300})
	}
	p.Items = []result.Item{{ID: "greet", Title: either(zh, "问候", "Greeting"), Section: either(zh, "礼仪", "Etiquette"), Verdict: "met", Reason: either(zh, "开头问候了客户。", "You greeted the customer."), Points: "5", Max: "5", Places: []result.Place{{Text: either(zh, "第 2 句", "line 2"), URL: "#turn-1"}}},
		{ID: "ask", Title: either(zh, "问清情况", "Asking what happened"), Section: either(zh, "提问", "Questions"), Verdict: "missed", Reason: either(zh, "给办法之前没有问过情况。", "A way out was offered before asking."), Points: "0", Max: "10"},
		{ID: "sum", Title: either(zh, "归纳复述", "Summing up"), Section: either(zh, "倾听", "Listening"), Verdict: "partly", Reason: either(zh, "复述了，没有请客户确认。", "Summed up, not confirmed."), Points: "3", Max: "5"},
		{ID: "out", Title: either(zh, "外拨开场", "Outbound opening"), Section: either(zh, "外拨", "Outbound"), Verdict: "na", Reason: either(zh, "这是呼入电话。", "This was an inbound call."), Points: "0", Max: "5"}}
	return p
}

func sampleArchive(v *visit.Visit, zh bool) archive.Page {
	band := func(z, e string, low, mid, high int) ui.Band {
		b := ui.Band{Title: either(zh, z, e), URL: "/ui/archive?c=1", Low: low, Middle: mid, High: high, Known: high > 0}
		if b.Known {
			b.Value = fmt.Sprintf("%d–%d", low/10, high/10)
		} else {
			b.Value = "—"
		}
		return b
	}
	entry := func(ago time.Duration, z, e, more, moreEn string, big bool) archive.Entry {
		return archive.Entry{When: v.When(v.Now.Add(-ago), v.Now), What: either(zh, z, e), More: either(zh, more, moreEn), URL: "/ui/result", Big: big}
	}
	day := 24 * time.Hour
	p := archive.Page{Title: either(zh, "林晓的档案", "Lin Xiao's archive"), Sub: either(zh, "2026年10月起 · 14 条记录", "Since October 2026 · 14 entries"), Mine: true,
		Groups: []archive.BandGroup{
			{Title: either(zh, "技能", "Skills"), Bands: []ui.Band{band("倾听", "Listening", 640, 730, 820), band("提问", "Questioning", 380, 520, 660), band("语言表达", "Expression", 700, 760, 820), band("异议处理", "Objections", 0, 0, 0)}},
			{Title: either(zh, "心理与品格", "Mind and character"), Bands: []ui.Band{band("同理心", "Empathy", 600, 790, 930), band("情绪自控", "Self-control", 300, 560, 800)}}},
		Months: []archive.Month{
			{Title: v.Month(v.Now), Entries: []archive.Entry{entry(3*time.Hour, "练习“宽带又断了”，78.5 分", "Practised “The broadband is down again”: 78.5", "先接住了客户的心情；提问还可以更早。", "Answered the feeling first; ask a little earlier.", false),
				entry(4*day, "第一次考核通过，84 分", "Passed the first assessment with 84", "", "", true), entry(6*day, "练习“续约提醒”，71 分", "Practised “A renewal reminder”: 71", "", "", false)}},
			{Title: v.Month(v.Now.AddDate(0, -1, 0)), Entries: []archive.Entry{entry(31*day, "与班主任王老师谈话", "Talk with the class advisor, Ms Wang", "做过两年酒店前台，喜欢把事情说清楚。打字每分钟 92 字。", "Two years at a hotel desk; likes to make things clear. Types 92 characters a minute.", true), entry(32*day, "档案建立", "The archive was opened", "", "", false)}}}}
	p.Evidence = &archive.Evidence{Title: either(zh, "倾听", "Listening"), Meaning: either(zh, "排除干扰，归纳，及时反馈。", "Shutting out noise, summing up, giving it back in time."), Estimate: either(zh, "64–82，依据 6 条", "64–82, from 6 pieces of evidence"),
		Items: []archive.Proof{{When: v.When(v.Now.Add(-3*time.Hour), v.Now), Text: either(zh, "宽带又断了：归纳复述", "The broadband is down again: summing up"), URL: "/ui/result#turn-5", Mark: "80"},
			{When: v.When(v.Now.Add(-4*day), v.Now), Text: either(zh, "第一次考核", "First assessment"), URL: "/ui/result", Mark: "75"}}}
	return p
}
