package score

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lianxi-cc/lianxi/conversation"
)

// deadline is a time expression in a text: where it stands (code points) and
// what it means, counted from the moment it was said.
type deadline struct {
	from, until int
	bound       bool // says "by", "within", 前, 内: a limit, no mere time

	after    time.Duration // a span: "within two hours"
	workdays int           // a span of business days: "within two business days"
	days     int           // a span of days, counted to the end of the day
	months   int

	day     int // an hour's day: days from today; -1 when none is named
	weekday int // 1 Monday … 7 Sunday; 0 none
	week    int // 0 the coming one, 1 this week, 2 next week
	month   int // the date's month, 0 none
	date    int // the date's day of the month; 32 the month's end
	part    string
	hour    int // -1: none
	minute  int
}

// The last minute of a part of the day, when no clock time is named.
var partEnds = map[string]int{"morning": 12, "noon": 12, "afternoon": 18, "evening": 22, "work": 18}

const (
	hanNum   = `[0-9一二两三四五六七八九十百]+`
	hanPart  = `早上|早晨|上午|中午|下午|傍晚|晚上|晚间|早|晚`
	hanDay   = `今天|今日|明天|明日|大后天|后天|当天|今晚|今早|明早|明晚|(?:本|这|这个|下|下个)(?:周|星期|礼拜)[一二三四五六日天]?|(?:周|星期|礼拜)[一二三四五六日天]|周末|(?:这个|本)?月底|[0-9一二三四五六七八九十]+月[0-9一二三四五六七八九十]+[日号]|[0-9一二三四五六七八九十]+号`
	hanClock = `([0-9一二两三四五六七八九十]+)点(?:钟|整)?(半|一刻|三刻|[0-9一二三四五六七八九十零]+分?)?`
)

var (
	hanSpan  = regexp.MustCompile(`(提前)?(半|` + hanNum + `)(?:个)?(半)?(分钟|秒钟|秒|小时|钟头|工作日|工作天|自然日|天|日内|周|星期|礼拜|月)(?:之内|以内|内|之后|以后|后|左右)?`)
	hanPoint = regexp.MustCompile(`(?:(` + hanDay + `)的?)?(` + hanPart + `)?(?:` + hanClock + `|(下班))?(?:之前|以前|前|左右|以内|之内|内)?`)
	enSpan   = regexp.MustCompile(`(?:within|inside|in|over)? ?(?:the next |about |around |roughly )?\b(\d+|half an|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty[- ]four|twenty|thirty|forty[- ]eight|forty[- ]five|forty|sixty|a couple of)(?: (?:to|or|and) (\w+))? (business |working )?(minute|hour|day|week|month)s?\b`)
	enDays   = `monday|tuesday|wednesday|thursday|friday|saturday|sunday`
	enHours  = `\d{1,2}(?:[:.]\d\d)? ?(?:a\.?m\b\.?|p\.?m\b\.?|o'?clock)?|noon|midday|midnight|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve`
	enPoint  = regexp.MustCompile(`(?:(by|before|until|no later than|on|at|later|first thing) )?\b(?:the )?(today|tonight|tomorrow|this morning|this afternoon|this evening|(?:next |this |the coming )?(?:` + enDays + `)|end of (?:the |this |next )?(?:day|week|month|business|play|today)|close of business|next week|this week)\b(?: (morning|afternoon|evening|night|lunchtime))?(?:,? (?:at |by |before |around )(` + enHours + `))?`)
	enClock  = regexp.MustCompile(`\b(by|before|at|no later than|until) (` + enHours + `)\b(?: (?:on )?(today|tomorrow|(?:next |this )?(?:` + enDays + `)))?(?: (?:in the )?(morning|afternoon|evening))?`)
)

// deadlines returns the time expressions of a folded text, in its order and
// without overlaps. Words like 尽快 and "soon" are none.
func deadlines(lang conversation.Lang, text string) []deadline {
	var out []deadline
	add := func(m []int, d deadline) {
		d.from, d.until = runeCount(text[:m[0]]), runeCount(text[:m[1]])
		d.bound = bounded(lang, text[m[0]:m[1]], text[:m[0]])
		out = append(out, d)
	}
	if lang == conversation.English {
		englishDeadlines(text, add)
	} else {
		chineseDeadlines(text, add)
	}
	// Where expressions overlap, the longer one says more.
	slices.SortStableFunc(out, func(a, b deadline) int { return (b.until - b.from) - (a.until - a.from) })
	kept := out[:0]
	for _, d := range out {
		if !slices.ContainsFunc(kept, func(o deadline) bool { return d.from < o.until && o.from < d.until }) {
			kept = append(kept, d)
		}
	}
	slices.SortFunc(kept, func(a, b deadline) int { return a.from - b.from })
	return kept
}

// bounded reports whether the words set a limit: "before", "within", 前, 内.
func bounded(lang conversation.Lang, words, before string) bool {
	if lang == conversation.English {
		return strings.HasPrefix(words, "before") || strings.HasPrefix(words, "within") || strings.HasSuffix(before, "by ") || strings.HasSuffix(before, "no later than ")
	}
	return strings.HasSuffix(words, "前") || strings.HasSuffix(words, "内")
}

func group(text string, m []int, i int) string {
	if m[2*i] < 0 {
		return ""
	}
	return text[m[2*i]:m[2*i+1]]
}

func chineseDeadlines(text string, add func([]int, deadline)) {
	point, span := mayName(text)
	if point {
		chinesePoints(text, add)
	}
	if span {
		chineseSpans(text, add)
	}
}

// mayName reports whether a Chinese text may name a point in time or a span:
// all that the expressions match begins to look so. It is quick, and they are
// not.
func mayName(text string) (point, span bool) {
	var before, last rune // the character before the last, and the last
	for _, c := range text {
		switch c {
		case '天', '日', '晚', '早', '班', '底':
			point = point || strings.ContainsRune("今明后当下月末", last)
		case '周', '期', '拜':
			point = true
		}
		if strings.ContainsRune("日号点", c) {
			point = point || counts(last)
		}
		if strings.ContainsRune("分秒小钟工自天日周星礼月", c) {
			span = span || counts(last) || last == '半' || last == '个' && (counts(before) || before == '半')
		}
		before, last = last, c
	}
	return point, span
}

// counts reports whether c is part of a Chinese or Arabic number.
func counts(c rune) bool {
	return c >= '0' && c <= '9' || strings.ContainsRune("一二两三四五六七八九十百零", c)
}

func chinesePoints(text string, add func([]int, deadline)) {
	for _, m := range hanPoint.FindAllStringSubmatchIndex(text, -1) {
		day, part, hour := group(text, m, 1), group(text, m, 2), group(text, m, 3)
		if day == "" && hour == "" && group(text, m, 5) == "" {
			continue
		}
		d := deadline{day: -1, hour: -1, part: hanPartOf(part)}
		if group(text, m, 5) != "" {
			d.part = "work"
		}
		d.chineseDay(day)
		if hour != "" {
			d.hour = hanNumber(hour)
			d.minute = hanMinutes(group(text, m, 4))
			d.afternoon()
		}
		add(m, d)
	}
}

func chineseSpans(text string, add func([]int, deadline)) {
	for _, m := range hanSpan.FindAllStringSubmatchIndex(text, -1) {
		d := deadline{day: -1, hour: -1}
		n2 := 2 * hanNumber(group(text, m, 2)) // in halves, for 半小时 and 一个半小时
		if group(text, m, 2) == "半" {
			n2 = 1
		}
		if group(text, m, 3) != "" {
			n2++
		}
		if n2 > 0 {
			d.span(group(text, m, 4), n2, false)
			add(m, d)
		}
	}
}

func hanPartOf(part string) string {
	switch part {
	case "":
		return ""
	case "中午":
		return "noon"
	case "下午", "傍晚":
		return "afternoon"
	case "晚上", "晚间", "晚":
		return "evening"
	}
	return "morning"
}

// chineseDay reads the day's name.
func (d *deadline) chineseDay(day string) {
	last, _ := lastRune(day)
	switch {
	case day == "":
	case strings.HasPrefix(day, "今"), day == "当天":
		d.day = 0
	case strings.HasPrefix(day, "明"):
		d.day = 1
	case day == "后天":
		d.day = 2
	case day == "大后天":
		d.day = 3
	case strings.HasSuffix(day, "月底"):
		d.date = 32
	case strings.ContainsRune("日号", last) && !strings.ContainsAny(day, "周期拜"):
		month, date, ok := strings.Cut(strings.TrimRight(day, "日号"), "月")
		if !ok {
			month, date = "", month
		}
		d.month, d.date = hanNumber(month), hanNumber(date)
	default:
		d.weekday = hanWeekday(last)
		if strings.HasPrefix(day, "下") {
			d.week = 2
		} else if strings.HasPrefix(day, "本") || strings.HasPrefix(day, "这") || day == "周末" {
			d.week = 1
		}
	}
	switch day {
	case "今晚", "明晚":
		d.part = "evening"
	case "今早", "明早":
		d.part = "morning"
	}
}

func lastRune(s string) (rune, bool) {
	r := []rune(s)
	if len(r) == 0 {
		return 0, false
	}
	return r[len(r)-1], true
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
	case d.hour >= 12 || d.hour < 0:
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
	case "小时", "钟头", "hour":
		d.after = n * time.Hour / 2
	case "工作日", "工作天":
		d.workdays = halves / 2
	case "周", "星期", "礼拜", "week":
		d.days = halves / 2 * 7
	case "月", "month":
		d.months = halves / 2
	default:
		if business {
			d.workdays = halves / 2
		} else {
			d.days = max(1, halves/2)
		}
	}
}

func englishDeadlines(text string, add func([]int, deadline)) {
	if hasAny(text, "day", "tonight", "tomorrow", "this ", "end of", "close of", "week") {
		englishPoints(text, add)
	}
	if hasAny(text, "by ", "before ", "at ", "than ", "until ") {
		englishClocks(text, add)
	}
	if hasAny(text, "minute", "hour", "day", "week", "month") {
		englishSpans(text, add)
	}
}

func hasAny(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

func englishPoints(text string, add func([]int, deadline)) {
	for _, m := range enPoint.FindAllStringSubmatchIndex(text, -1) {
		d := deadline{day: -1, hour: -1}
		d.englishDay(group(text, m, 2))
		d.englishPart(group(text, m, 3))
		d.englishHour(group(text, m, 4))
		if by := group(text, m, 1); by != "" && by != "before" {
			m[0] = m[4]
		}
		add(m, d)
	}
}

func englishClocks(text string, add func([]int, deadline)) {
	for _, m := range enClock.FindAllStringSubmatchIndex(text, -1) {
		d := deadline{day: -1, hour: -1}
		d.englishDay(group(text, m, 3))
		d.englishPart(group(text, m, 4))
		d.englishHour(group(text, m, 2))
		if group(text, m, 1) != "before" {
			m[0] = m[4]
		}
		add(m, d)
	}
}

func englishSpans(text string, add func([]int, deadline)) {
	for _, m := range enSpan.FindAllStringSubmatchIndex(text, -1) {
		d := deadline{day: -1, hour: -1}
		number := group(text, m, 1)
		if more := englishNumber(group(text, m, 2)); more > 0 {
			number = group(text, m, 2)
		}
		d.span(group(text, m, 4), englishHalves(number), group(text, m, 3) != "")
		for m[0] < m[1] && text[m[0]] == ' ' {
			m[0]++
		}
		add(m, d)
	}
}

func (d *deadline) englishDay(day string) {
	switch {
	case day == "":
	case day == "today" || day == "close of business" || strings.HasPrefix(day, "end of") && !strings.Contains(day, "week") && !strings.Contains(day, "month"):
		d.day = 0
		if day != "today" {
			d.part = "work"
		}
	case day == "tonight":
		d.day, d.part = 0, "evening"
	case day == "tomorrow":
		d.day = 1
	case day == "this morning" || day == "this afternoon" || day == "this evening":
		d.day, d.part = 0, strings.TrimPrefix(day, "this ")
	case strings.Contains(day, "month"):
		d.date = 32
	default:
		if strings.Contains(day, "next ") {
			d.week = 2
		}
		d.weekday = 7
		for i, name := range strings.Split(enDays, "|") {
			if strings.HasSuffix(day, name) {
				d.weekday = i + 1
			}
		}
		if d.weekday == 7 && strings.HasSuffix(day, "week") {
			d.weekday = 5
			d.week = max(d.week, 1)
		}
	}
}

func (d *deadline) englishPart(part string) {
	switch part {
	case "night":
		d.part = "evening"
	case "lunchtime":
		d.part = "noon"
	case "morning", "afternoon", "evening":
		d.part = part
	}
}

// clockSuffix is what may stand behind an hour: "five p.m.", "5pm", "six o'clock".
var clockSuffix = regexp.MustCompile(`\s*(o'?clock|[ap]\.?m\.?)\s*$`)

func (d *deadline) englishHour(s string) {
	if s == "" {
		return
	}
	switch s {
	case "noon", "midday":
		d.hour = 12
		return
	case "midnight":
		d.hour = 24
		return
	}
	number := strings.TrimRight(clockSuffix.ReplaceAllString(s, ""), " .")
	hour, minutes, _ := strings.Cut(strings.ReplaceAll(number, ".", ":"), ":")
	d.hour = englishNumber(hour)
	if w := englishNumber(s); w > 0 {
		d.hour = w
	}
	d.minute, _ = strconv.Atoi(minutes)
	switch {
	case strings.Contains(s, "p.m") || strings.Contains(s, "pm"):
		d.part = "afternoon"
	case strings.Contains(s, "a.m") || strings.Contains(s, "am"):
		d.part = "morning"
	}
	d.afternoon()
}

// due is the moment meant by d when it is said at base; zero for a zero base.
func (d deadline) due(base time.Time) time.Time {
	switch {
	case base.IsZero():
		return time.Time{}
	case d.after > 0:
		return base.Add(d.after)
	case d.workdays > 0:
		t := base
		for n := d.workdays; n > 0; {
			t = t.AddDate(0, 0, 1)
			if w := t.Weekday(); w != time.Saturday && w != time.Sunday {
				n--
			}
		}
		return endOfDay(t)
	case d.days > 0:
		return endOfDay(base.AddDate(0, 0, d.days))
	case d.months > 0:
		return endOfDay(base.AddDate(0, d.months, 0))
	}
	return d.pointDue(base)
}

func endOfDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 23, 59, 0, 0, t.Location())
}

// pointDue works out a day and an hour.
func (d deadline) pointDue(base time.Time) time.Time {
	t := base
	switch {
	case d.day > 0:
		t = t.AddDate(0, 0, d.day)
	case d.weekday > 0:
		t = t.AddDate(0, 0, d.toWeekday(base))
	case d.date == 32:
		t = time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, t.Location())
	case d.date > 0:
		month := t.Month()
		if d.month > 0 {
			month = time.Month(d.month)
		}
		t = time.Date(t.Year(), month, d.date, 0, 0, 0, 0, base.Location())
		if endOfDay(t).Before(base) {
			if d.month > 0 {
				t = t.AddDate(1, 0, 0)
			} else {
				t = t.AddDate(0, 1, 0)
			}
		}
	}
	hour, minute := d.hour, d.minute
	if hour < 0 {
		end, ok := partEnds[d.part]
		if !ok {
			return endOfDay(t)
		}
		hour = end
	}
	out := time.Date(t.Year(), t.Month(), t.Day(), hour, minute, 0, 0, t.Location())
	if d.day < 0 && d.weekday == 0 && d.date == 0 && out.Before(base) {
		out = out.AddDate(0, 0, 1)
	}
	return out
}

// toWeekday returns the days from base to the weekday meant. Weeks begin on
// Monday.
func (d deadline) toWeekday(base time.Time) int {
	today := (int(base.Weekday())+6)%7 + 1
	diff := d.weekday - today
	switch {
	case d.week == 2:
		return diff + 7
	case d.week == 1:
		return max(0, diff)
	case diff < 0:
		return diff + 7
	}
	return diff
}
