package score

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	hanNum  = `(?:[0-9]+|[零一二两俩三四五六七八九十百]+)`
	hanPart = `一大早|一早|清早|早上|早晨|凌晨|半夜|上午|中午|午后|下午|傍晚|晚上|晚间|夜里|早|晚`
	hanWeek = `(?:周|星期|礼拜)`
	hanDay  = `今明两天|今明|明后两天|明后天|今天|今日|明天|明日|大后天|后天|次日|第二天|隔天|当天|当日|今晚|今早|明早|明晚|` +
		`(?:本|这个|这|下下个|下下|下个|下)` + hanWeek + `[一二三四五六日天末]?|` + hanWeek + `[一二三四五六日天]|周末|` +
		`(?:这个|本|下个|下)?月(?:底|末|初|中|上旬|中旬|下旬)|[上中下]旬|年底|年末|` +
		`(?:` + hanNum + `年)?(?:` + hanNum + `月|下个月|下月|本月|这个月)` + hanNum + `[日号]|` + hanNum + `号|(?:这个|本|下个|下)月`
	hanClock = `(` + hanNum + `)点(?:钟|整)?(半|一刻|三刻|[0-9一二三四五六七八九十零]+分?)?`
	hanUntil = `之前|以前|前|左右|以内|之内|内|之间`
)

const (
	hanSpanText = `(?:提前)?(?:` + hanNum + `个?(?:到|至|-|－|~|～|—)个?)?(半|个把|` + hanNum + `)多?个?(半)?(分钟|秒钟|秒|刻钟|小时|钟头|工作日|工作天|自然日|天|日内|周|星期|礼拜|月|年)(?:之内|以内|内|之后|以后|后|左右)?`
	// groups: day, part, hour, minutes, the end of a range with its half, 17:30, work
	hanPointText = `(?:(` + hanDay + `)的?)?(` + hanPart + `)?(?:` + hanClock + `(?:(?:到|至|-|~|～)(?:` + hanPart + `)?(` + hanNum + `)点(半)?)?|([0-9]{1,2}[:：][0-9]{2})|(上班|下班|收工))?(?:` + hanUntil + `)?`
	hanNextText  = `下一?个工作[日天](?:之内|以内|内)?`
)

func (q *quantities) chinesePoints() {
	q.matches(hanPoint, func(m []int) {
		if d, ok := chinesePoint(q.text, m); ok {
			q.add(m, d)
		}
	})
}

func (q *quantities) chineseSpans() {
	q.places(hanNext, func(start, end int) {
		q.add([]int{start, end}, deadline{day: -1, hour: -1, workdays: 1})
	})
	from, until := -1, -1 // the span before, to which minutes may belong
	var hours deadline
	q.matches(hanSpan, func(m []int) {
		d, ok := chineseSpan(q.text, m)
		if !ok {
			return
		}
		if until == m[0] && hours.after >= time.Hour && d.after > 0 && d.after < time.Hour {
			m[0] = from // 一个小时二十分钟
			d.after += hours.after
		}
		q.add(m, d)
		from, until, hours = m[0], m[1], d
	})
}

// aroundTheClock is what follows 24小时 when it says when somebody is there.
var aroundTheClock = []string{"都", "服务", "在线", "有人", "热线", "营业", "客服", "值班", "不间断", "开放"}

// beginsWith reports whether text begins with one of the words.
func beginsWith(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(text, w) })
}

// chineseSpan reads a span; ok is false for what is past (三天前), is going on
// (等了两个小时了) or comes again and again (每两个小时).
func chineseSpan(text string, m []int) (d deadline, ok bool) {
	before, rest := text[:m[0]], text[m[1]:]
	words := text[m[0]:m[1]]
	past := !strings.HasPrefix(words, "提前") && !strings.HasSuffix(words, "内") &&
		(strings.HasPrefix(rest, "前") || strings.HasPrefix(rest, "之前") || strings.HasPrefix(rest, "以前") || strings.HasPrefix(rest, "了") || strings.HasPrefix(rest, "没"))
	if past || strings.HasSuffix(before, "每") || strings.HasSuffix(before, "了") || strings.HasSuffix(before, "每隔") || beginsWith(rest, aroundTheClock) && strings.HasSuffix(words, "小时") {
		return d, false
	}
	d = deadline{day: -1, hour: -1}
	var halves int // so that 半小时 and 一个半小时 are whole numbers
	switch n := group(text, m, 1); n {
	case "半":
		halves = 1
	case "个把":
		halves = 2
	default:
		halves = 2 * lastOf(n)
	}
	if group(text, m, 2) != "" {
		halves++
	}
	if unit := group(text, m, 3); halves == 0 || halves > mostHalves || (unit == "年" || unit == "月") && halves > mostMonths {
		return d, false
	}
	d.span(group(text, m, 3), halves, false)
	return d, true
}

// lastOf returns a number, of 三五 (three to five) the second.
func lastOf(n string) int {
	n = strings.ReplaceAll(n, "俩", "两")
	first, size := utf8.DecodeRuneInString(n)
	second, rest := utf8.DecodeRuneInString(n[size:])
	if rest > 0 && size+rest == len(n) && hanDigit(first) > 0 && hanDigit(second) > 0 && first > utf8.RuneSelf && second > utf8.RuneSelf {
		n = n[size:]
	}
	return hanNumber(n)
}

// comes is what follows a part of the day when it says when something will be.
var comes = []string{"就", "会", "能", "再", "我", "师傅", "工程师", "安排", "给", "回", "联系", "打", "送", "到", "上门", "帮", "一定", "之后", "以后"}

// chinesePoint reads a day, a part of it, an hour, or the end of work.
func chinesePoint(text string, m []int) (d deadline, ok bool) {
	day, part, hour, clock, work := group(text, m, 1), group(text, m, 2), group(text, m, 3), group(text, m, 7), group(text, m, 8)
	words := text[m[0]:m[1]]
	d = deadline{day: -1, hour: -1, part: hanPartOf(part)}
	switch {
	case day == "" && hour == "" && clock == "" && work == "":
		bound := strings.HasSuffix(words, "前")
		if utf8.RuneCountInString(part) < 2 || !bound && !beginsWith(text[m[1]:], comes) {
			return d, false
		}
	case strings.HasSuffix(day, "月") && !strings.HasSuffix(words, "内"): // 这个月 alone says when something was
		return d, false
	case work == "上班":
		d.part = "start"
	case work != "":
		d.part = "work"
	}
	d.chineseDay(day)
	if strings.HasSuffix(day, "号") && beginsWith(text[m[1]:], numbered) {
		return d, false // 三号窗口
	}
	if day == "周末" && strings.HasSuffix(words, "前") {
		d.weekday = 5
	}
	switch {
	case clock != "":
		h, minute, _ := strings.Cut(strings.ReplaceAll(clock, "：", ":"), ":")
		d.hour, _ = digits(h)
		d.minute, _ = digits(minute)
		d.afternoon()
	case group(text, m, 5) != "":
		d.hour, d.minute = lastOf(group(text, m, 5)), hanMinutes(group(text, m, 6))
		d.afternoon()
	case hour != "":
		d.hour, d.minute = lastOf(hour), hanMinutes(group(text, m, 4))
		d.afternoon()
	}
	return d, d.sane()
}

// numbered is what 三号 counts when it is no date.
var numbered = []string{"线", "楼", "窗", "柜", "口", "门", "机", "店", "桌", "员", "坐席", "座席", "客服", "厅", "车", "院", "房", "床", "键"}

func hanPartOf(part string) string {
	switch part {
	case "":
		return ""
	case "中午":
		return "noon"
	case "下午", "傍晚", "午后":
		return "afternoon"
	case "晚上", "晚间", "晚", "夜里":
		return "evening"
	case "凌晨", "半夜":
		return "dawn"
	}
	return "morning"
}

// hanDays are the days that have names, from today.
var hanDays = map[string]int{"今天": 0, "今日": 0, "当天": 0, "当日": 0, "今晚": 0, "今早": 0, "今明": 1, "今明两天": 1,
	"明天": 1, "明日": 1, "明早": 1, "明晚": 1, "次日": 1, "第二天": 1, "隔天": 1, "后天": 2, "明后天": 2, "明后两天": 2, "大后天": 3}

// hanMonthParts are where the parts of a month end. The first days of a month
// are its first third.
var hanMonthParts = []struct {
	name string
	date int
}{{"上旬", 10}, {"中旬", 20}, {"下旬", 32}, {"月初", 10}, {"月中", 15}, {"月底", 32}, {"月末", 32}}

// chineseDay reads the day's name.
func (d *deadline) chineseDay(day string) {
	if n, ok := hanDays[day]; ok {
		d.day = n
		switch {
		case strings.HasSuffix(day, "晚"):
			d.part = "evening"
		case strings.HasSuffix(day, "早"):
			d.part = "morning"
		}
		return
	}
	if strings.HasPrefix(day, "下") && strings.Contains(day, "月") {
		d.later = 1
	}
	for _, p := range hanMonthParts {
		if strings.HasSuffix(day, p.name) {
			d.date = p.date
			return
		}
	}
	last, _ := lastRune(day)
	switch {
	case day == "":
	case day == "年底" || day == "年末":
		d.month, d.date = 12, 31
	case last == '月':
		d.date = 32
	case strings.ContainsRune("日号", last) && !strings.ContainsAny(day, "周期拜"):
		d.chineseDate(strings.TrimRight(day, "日号"))
	default:
		d.weekday = hanWeekday(last)
		switch {
		case strings.HasPrefix(day, "下下"):
			d.week = 3
		case strings.HasPrefix(day, "下"):
			d.week = 2
		case strings.HasPrefix(day, "本") || strings.HasPrefix(day, "这") || day == "周末":
			d.week = 1
		}
	}
}

// chineseDate reads 2026年4月1, 下个月五, 十五.
func (d *deadline) chineseDate(s string) {
	if year, rest, ok := strings.Cut(s, "年"); ok {
		d.year, s = hanNumber(year), rest
	}
	month, date, ok := strings.Cut(s, "月")
	if !ok {
		month, date = "", s
	}
	d.month, d.date = hanNumber(month), hanNumber(date) // 下个, 本 and 这个 are no numbers
}

func lastRune(s string) (rune, bool) {
	c, size := utf8.DecodeLastRuneInString(s)
	return c, size > 0
}

// hanWeekday returns 1 to 7; a week without a day ends on Sunday.
func hanWeekday(c rune) int {
	if i := strings.IndexRune("一二三四五六", c); i >= 0 {
		return i/3 + 1
	}
	return 7
}

// afternoon moves a clock hour to the half of the day that is meant: hours of
// 1 to 7 without a part are after noon, when people work.
func (d *deadline) afternoon() {
	switch {
	case d.hour == 12 && d.part == "evening":
		d.hour = 24
	case d.hour >= 12 || d.hour < 0 || d.part == "dawn":
	case d.part == "afternoon" || d.part == "evening" || d.part == "noon" && d.hour < 3:
		d.hour += 12
	case d.part == "" && d.hour < 8:
		d.hour += 12
	}
}

// span sets a span of n halves of the unit.
func (d *deadline) span(unit string, halves int, business bool) {
	n := time.Duration(halves)
	switch unit {
	case "秒", "秒钟":
		d.after = n * time.Second / 2
	case "分钟", "minute":
		d.after = n * time.Minute / 2
	case "刻钟":
		d.after = n * 15 * time.Minute / 2
	case "小时", "钟头", "hour":
		d.after = n * time.Hour / 2
	case "工作日", "工作天":
		d.workdays = halves / 2
	case "周", "星期", "礼拜", "week":
		d.days = halves * 7 / 2
	case "fortnight":
		d.days = halves * 7
	case "月", "month":
		if halves%2 == 1 { // 半个月
			d.days = 15
		}
		d.months = halves / 2
	case "年", "year":
		d.months = halves * 6
	default:
		switch {
		case business:
			d.workdays = halves / 2
		case halves == 1: // 半天
			d.after = 12 * time.Hour
		default:
			d.days = halves / 2
		}
	}
}
