package score

import (
	"slices"
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

const (
	enSpanText  = `(?:within|inside|in|over)? ?(?:the next |about |around |roughly |less than |under )?\b(` + enNum + `)(?: ?(?:to|or|and|-|–) ?(` + enNum + `))? (business |working )?(minute|hour|day|week|fortnight|month|year)s?\b( and a half)?`
	enSoonText  = `(?:within|in) the (?:next )?hour\b`
	enPointText = `(?:(by|before|until|no later than|on|at|over|later|first thing(?: on)?) )?\b(?:the )?(day after tomorrow|today|tonight|tomorrow|this morning|this afternoon|this evening|(?:next |this |this coming |the coming )?(?:` + enDays + `)|(?:` + enEnd + `)(?: (?:on )?(?:` + enWhen + `))?|next (?:business|working) day|same day|(?:next|following) (?:day|morning)|next week|this week|weekend|lunchtime|lunch)\b(?: (morning|afternoon|evening|night|lunchtime))?(?:,? (?:at |by |before |around )(` + enHours + `))?`
	enClockText = `\b(by|before|at|no later than|until) (` + enHours + `)\b(?: (?:on )?(` + enWhen + `))?(?: (?:in the )?(morning|afternoon|evening))?`
	enNoonText  = `\b(noon|midday|midnight) (?:on )?(` + enWhen + `)\b`
	enDateText  = `\b(?:the )?(\d{1,2})(?:st|nd|rd|th)?(?: of)? (` + enMonths + `)\b|\b(` + enMonths + `) (?:the )?(\d{1,2})(?:st|nd|rd|th)?\b|\bthe (\d{1,2})(?:st|nd|rd|th)\b`
)

var (
	weekdays = strings.Split(enDays, "|")
	endDays  = append(strings.Split(enDays, "|"), "tomorrow")
	months   = strings.Split(enMonths, "|")
)

func (q *quantities) englishDeadlines() {
	q.matches(enPoint, func(m []int) {
		if d, ok := englishPoint(q.text, m); ok {
			q.add(m, d)
		}
	})
	q.englishClocks()
	q.matches(enDate, func(m []int) {
		if d, ok := englishDate(q.text, m); ok {
			q.add(m, d)
		}
	})
	q.englishSpans()
}

func (q *quantities) englishClocks() {
	q.matches(enClock, func(m []int) {
		d := deadline{day: -1, hour: -1}
		d.englishDay(group(q.text, m, 3))
		d.englishPart(group(q.text, m, 4))
		d.englishHour(group(q.text, m, 2))
		if group(q.text, m, 1) != "before" {
			m[0] = m[4]
		}
		q.add(m, d)
	})
	q.matches(enNoon, func(m []int) {
		d := deadline{day: -1, hour: -1}
		d.englishDay(group(q.text, m, 2))
		d.englishHour(group(q.text, m, 1))
		q.add(m, d)
	})
}

// notAhead is what stands before a span that is past or comes again and again.
var notAhead = []string{"every ", "each ", "last ", "past ", "waited ", "waiting ", "been ", "took ", "after "}

func (q *quantities) englishSpans() {
	q.places(enSoon, func(start, end int) {
		d := deadline{day: -1, hour: -1}
		d.span("hour", 2, false)
		q.add([]int{start, end}, d)
	})
	q.matches(enSpan, func(m []int) {
		if d, ok := englishSpan(q.text, m); ok {
			q.add(m, d)
		}
	})
}

// englishSpan reads a span; ok is false for what is past or comes again and
// again. m then begins with its first word.
func englishSpan(text string, m []int) (d deadline, ok bool) {
	for m[0] < m[1] && text[m[0]] == ' ' {
		m[0]++
	}
	before := text[:m[0]]
	if strings.HasPrefix(text[m[1]:], " ago") || slices.ContainsFunc(notAhead, func(w string) bool { return strings.HasSuffix(before, w) }) {
		return d, false
	}
	number := group(text, m, 1)
	if more := group(text, m, 2); englishHalves(more) > 0 {
		number = more
	}
	halves := englishHalves(number)
	if unit := group(text, m, 4); halves > mostHalves || (unit == "month" || unit == "year") && halves > mostMonths {
		return d, false
	}
	if group(text, m, 5) != "" {
		halves++
	}
	d = deadline{day: -1, hour: -1}
	d.span(group(text, m, 4), halves, group(text, m, 3) != "")
	return d, true
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
var thatOrder = []string{" time", " floor", " line", " one", " person", " attempt", " call", " option", " part", " step", " page", " quarter", " century", " generation"}

func englishDate(text string, m []int) (d deadline, ok bool) {
	d = deadline{day: -1, hour: -1}
	month, date := group(text, m, 2), group(text, m, 1)
	if month == "" {
		month, date = group(text, m, 3), group(text, m, 4)
	}
	if month == "" {
		date = group(text, m, 5)
		if beginsWith(text[m[1]:], thatOrder) {
			return d, false
		}
	}
	for i, name := range months {
		if name == month {
			d.month = i + 1
		}
	}
	d.date, _ = digits(date)
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
	case "same day":
		d.day = 0
	case "next day", "following day":
		d.day = 1
	case "next morning", "following morning":
		d.day, d.part = 1, "morning"
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
	for i, name := range weekdays {
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
		for _, when := range endDays {
			if at := strings.LastIndex(day, when); at >= 0 {
				d.day = -1
				if strings.HasSuffix(day[:at], "next ") {
					at -= len("next ")
				}
				d.englishDay(day[at : strings.LastIndex(day, when)+len(when)])
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

// withoutClock leaves out what may stand behind an hour: "five p.m.", "5pm",
// "six o'clock".
func withoutClock(s string) string {
	bare := strings.TrimRight(s, whiteSpace)
	for _, suffix := range []string{"o'clock", "oclock", "a.m.", "a.m", "am.", "am", "p.m.", "p.m", "pm.", "pm"} {
		if number, ok := strings.CutSuffix(bare, suffix); ok {
			return strings.TrimRight(number, whiteSpace)
		}
	}
	return s
}

const whiteSpace = "\t\n\f\r "

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
	number := strings.TrimRight(withoutClock(s), " .")
	hour, minutes, _ := strings.Cut(strings.ReplaceAll(number, ".", ":"), ":")
	d.hour = englishNumber(hour)
	if w := englishNumber(s); w > 0 {
		d.hour = w
	}
	d.minute, _ = digits(minutes)
	switch {
	case strings.Contains(s, "p.m") || strings.Contains(s, "pm"):
		d.part = "afternoon"
	case strings.Contains(s, "a.m") || strings.Contains(s, "am"):
		d.part = "morning"
	}
	d.afternoon()
}
