package score

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	enNum    = `\d+|half an?|(?:one|two|three) and a half|a couple of|couple of|an?|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|one|two|three|four|five|six|seven|eight|nine`
	enDays   = `monday|tuesday|wednesday|thursday|friday|saturday|sunday`
	enMonths = `january|february|march|april|may|june|july|august|september|october|november|december`
	enHour   = `\d{1,2}(?:[:.]\d\d)? ?(?:a\.?m\b\.?|p\.?m\b\.?|o'?clock)?|noon|midday|midnight|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve`
	enHours  = `(?:a )?(?:half past|quarter past|quarter to) (?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)|` + enHour
	enWhen   = `today|tomorrow|(?:next |this |this coming )?(?:` + enDays + `)`
	enEnd    = `(?:end|close) of (?:the |this |next )?(?:day|week|month|year|business|play|today)|eod|eob|cob`
)

var (
	enSpan  = regexp.MustCompile(`(?:within|inside|in|over)? ?(?:the next |about |around |roughly |less than |under )?\b(` + enNum + `)(?: ?(?:to|or|and|-|–) ?(` + enNum + `))? (business |working )?(minute|hour|day|week|fortnight|month|year)s?\b( and a half)?`)
	enSoon  = regexp.MustCompile(`(?:within|in) the (?:next )?hour\b`)
	enPoint = regexp.MustCompile(`(?:(by|before|until|no later than|on|at|over|later|first thing(?: on)?) )?\b(?:the )?(day after tomorrow|today|tonight|tomorrow|this morning|this afternoon|this evening|(?:next |this |this coming |the coming )?(?:` + enDays + `)|(?:` + enEnd + `)(?: (?:on )?(?:` + enWhen + `))?|next (?:business|working) day|next week|this week|weekend|lunchtime|lunch)\b(?: (morning|afternoon|evening|night|lunchtime))?(?:,? (?:at |by |before |around )(` + enHours + `))?`)
	enClock = regexp.MustCompile(`\b(by|before|at|no later than|until) (` + enHours + `)\b(?: (?:on )?(` + enWhen + `))?(?: (?:in the )?(morning|afternoon|evening))?`)
	enNoon  = regexp.MustCompile(`\b(noon|midday|midnight) (?:on )?(` + enWhen + `)\b`)
	enDate  = regexp.MustCompile(`\b(?:the )?(\d{1,2})(?:st|nd|rd|th)?(?: of)? (` + enMonths + `)\b|\b(` + enMonths + `) (?:the )?(\d{1,2})(?:st|nd|rd|th)?\b|\bthe (\d{1,2})(?:st|nd|rd|th)\b`)
)

func englishDeadlines(text string, add func([]int, deadline)) {
	if hasAny(text, "day", "tonight", "tomorrow", "this ", "end of", "close of", "week", "eod", "eob", "cob", "lunch") {
		englishPoints(text, add)
	}
	if hasAny(text, "by ", "before ", "at ", "than ", "until ", "noon", "midday", "midnight") {
		englishClocks(text, add)
	}
	if strings.ContainsAny(text, "0123456789") {
		englishDates(text, add)
	}
	if hasAny(text, "minute", "hour", "day", "week", "fortnight", "month", "year") {
		englishSpans(text, add)
	}
}

func hasAny(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

func englishPoints(text string, add func([]int, deadline)) {
	for _, m := range enPoint.FindAllStringSubmatchIndex(text, -1) {
		if d, ok := englishPoint(text, m); ok {
			add(m, d)
		}
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
	for _, m := range enNoon.FindAllStringSubmatchIndex(text, -1) {
		d := deadline{day: -1, hour: -1}
		d.englishDay(group(text, m, 2))
		d.englishHour(group(text, m, 1))
		add(m, d)
	}
}

func englishDates(text string, add func([]int, deadline)) {
	for _, m := range enDate.FindAllStringSubmatchIndex(text, -1) {
		if d, ok := englishDate(text, m); ok {
			add(m, d)
		}
	}
}

// notAhead is what stands before a span that is past or comes again and again.
var notAhead = regexp.MustCompile(`(?:every|each|last|past|waited|waiting|been|took|after) $`)

func englishSpans(text string, add func([]int, deadline)) {
	for _, m := range enSoon.FindAllStringIndex(text, -1) {
		d := deadline{day: -1, hour: -1}
		d.span("hour", 2, false)
		add(m, d)
	}
	for _, m := range enSpan.FindAllStringSubmatchIndex(text, -1) {
		for m[0] < m[1] && text[m[0]] == ' ' {
			m[0]++
		}
		if rest := text[m[1]:]; strings.HasPrefix(rest, " ago") || notAhead.MatchString(text[:m[0]]) {
			continue
		}
		number := group(text, m, 1)
		if more := group(text, m, 2); englishHalves(more) > 0 {
			number = more
		}
		halves := englishHalves(number)
		if unit := group(text, m, 4); halves > mostHalves || (unit == "month" || unit == "year") && halves > mostMonths {
			continue
		}
		if group(text, m, 5) != "" {
			halves++
		}
		d := deadline{day: -1, hour: -1}
		d.span(group(text, m, 4), halves, group(text, m, 3) != "")
		add(m, d)
	}
}

// englishPoint reads a day, with a part of it or an hour.
func englishPoint(text string, m []int) (d deadline, ok bool) {
	d = deadline{day: -1, hour: -1}
	by, day := group(text, m, 1), group(text, m, 2)
	switch {
	case strings.HasPrefix(day, "lunch"):
		d.part = "noon"
		if by == "" {
			return d, false
		}
	case day == "weekend":
		d.weekday, d.week = 7, 1
		if by == "before" || by == "by" {
			d.weekday = 5
		}
	default:
		d.englishDay(day)
	}
	if strings.HasPrefix(by, "first thing") {
		d.part = "morning"
	}
	d.englishPart(group(text, m, 3))
	d.englishHour(group(text, m, 4))
	switch {
	case day == "day after tomorrow":
		m[0] = m[4] - len("the ")
	case by != "before" && by != "later" && !strings.HasPrefix(by, "first thing"):
		m[0] = m[4]
	}
	return d, true
}

// thatOrder follows "the first" and the like when it counts something else.
var thatOrder = regexp.MustCompile(`^ (?:time|floor|line|one|person|attempt|call|option|part|step|page|quarter|century|generation)`)

func englishDate(text string, m []int) (d deadline, ok bool) {
	d = deadline{day: -1, hour: -1}
	month, date := group(text, m, 2), group(text, m, 1)
	if month == "" {
		month, date = group(text, m, 3), group(text, m, 4)
	}
	if month == "" {
		date = group(text, m, 5)
		if thatOrder.MatchString(text[m[1]:]) {
			return d, false
		}
	}
	for i, name := range strings.Split(enMonths, "|") {
		if name == month {
			d.month = i + 1
		}
	}
	d.date, _ = strconv.Atoi(date)
	return d, d.date > 0 && d.sane()
}

func (d *deadline) englishDay(day string) {
	for _, end := range []string{"end of ", "close of ", "eod", "eob", "cob"} {
		if strings.HasPrefix(day, end) {
			d.englishEnd(day)
			return
		}
	}
	switch day {
	case "":
	case "today":
		d.day = 0
	case "tonight":
		d.day, d.part = 0, "evening"
	case "tomorrow":
		d.day = 1
	case "day after tomorrow":
		d.day = 2
	case "this morning", "this afternoon", "this evening":
		d.day, d.part = 0, strings.TrimPrefix(day, "this ")
	case "next business day", "next working day":
		d.workdays = 1
	default:
		d.englishWeekday(day)
	}
}

// englishWeekday reads a day of the week, or a week, which ends on Friday.
func (d *deadline) englishWeekday(day string) {
	if strings.HasPrefix(day, "next ") {
		d.week = 2
	}
	d.weekday = 5
	for i, name := range strings.Split(enDays, "|") {
		if strings.HasSuffix(day, name) {
			d.weekday = i + 1
			return
		}
	}
	d.week = max(d.week, 1)
}

// englishEnd reads the end of a day, a week, a month or a year.
func (d *deadline) englishEnd(day string) {
	_, of, _ := strings.Cut(day, " of ")
	switch {
	case strings.Contains(of, "week"):
		d.englishWeekday(of)
	case strings.Contains(of, "month"):
		d.date = 32
		if strings.HasPrefix(of, "next") {
			d.later = 1
		}
	case strings.Contains(of, "year"):
		d.month, d.date = 12, 31
	default:
		d.day = 0
		for _, when := range append(strings.Split(enDays, "|"), "tomorrow") {
			if at := strings.LastIndex(day, when); at >= 0 {
				d.day = -1
				if strings.HasSuffix(day[:at], "next ") {
					when = "next " + when
				}
				d.englishDay(when)
			}
		}
		d.part = "work"
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
	switch s {
	case "":
		return
	case "noon", "midday":
		d.hour = 12
		return
	case "midnight":
		d.hour = 24
		return
	}
	s = strings.TrimPrefix(s, "a ")
	for _, q := range []struct {
		words        string
		hour, minute int
	}{{"half past ", 0, 30}, {"quarter past ", 0, 15}, {"quarter to ", -1, 45}} {
		if hour, ok := strings.CutPrefix(s, q.words); ok {
			d.hour = englishNumber(hour)
			d.afternoon()
			d.hour, d.minute = d.hour+q.hour, q.minute
			return
		}
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
