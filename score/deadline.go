package score

import (
	"slices"
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
	week    int // 0 the coming one, 1 this week, 2 next week, 3 the one after
	year    int // the date's year, 0 none
	month   int // the date's month, 0 none
	later   int // months from this one, for "next month"
	date    int // the date's day of the month; 32 the month's end
	part    string
	hour    int // -1: none
	minute  int
}

// The last minute of a part of the day, when no clock time is named.
var partEnds = map[string]int{"dawn": 6, "start": 9, "morning": 12, "noon": 12, "afternoon": 18, "evening": 22, "work": 18}

// deadlines returns the time expressions of a folded text, in its order and
// without overlaps, until the next text is read. Words like 尽快 and "soon" are
// none.
func (q *quantities) deadlines(lang conversation.Lang, text string) []deadline {
	q.read(lang, text)
	q.found = q.found[:0]
	if lang == conversation.English {
		q.englishDeadlines()
	} else {
		q.chinesePoints()
		q.chineseSpans()
	}
	if len(q.found) < 2 {
		return q.found
	}
	// Where expressions overlap, the longer one says more.
	slices.SortStableFunc(q.found, func(a, b deadline) int { return (b.until - b.from) - (a.until - a.from) })
	kept := q.found[:0]
	for _, d := range q.found {
		if !slices.ContainsFunc(kept, func(o deadline) bool { return d.from < o.until && o.from < d.until }) {
			kept = append(kept, d)
		}
	}
	slices.SortFunc(kept, func(a, b deadline) int { return a.from - b.from })
	return kept
}

// add notes a time expression at the bytes m[0] to m[1].
func (q *quantities) add(m []int, d deadline) {
	d.from, d.until = runeCount(q.text[:m[0]]), runeCount(q.text[:m[1]])
	d.bound = bounded(q.lang, q.text[m[0]:m[1]], q.text[:m[0]])
	q.found = append(q.found, d)
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

// mostHalves bounds a span: nobody promises anything ten thousand days ahead.
const mostHalves = 20_000

// mostMonths bounds one of months and years; 2026年 is no span.
const mostMonths = 72

// sane reports whether there is such an hour and such a date.
func (d deadline) sane() bool {
	return d.hour <= 24 && d.minute < 60 && d.month <= 12 && d.date <= 32 && (d.year == 0 || d.year > 1900 && d.year < 2200)
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
	case d.date > 0:
		t = d.onDate(base)
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
	switch {
	case !out.Before(base):
	case d.day < 0 && d.weekday == 0 && d.date == 0:
		out = out.AddDate(0, 0, 1)
	case d.weekday > 0 && d.week == 0: // nine on Wednesday, said on Wednesday at ten
		out = out.AddDate(0, 0, 7)
	}
	return out
}

// onDate returns the date meant; one that has passed is next month's, or next
// year's when the month is named.
func (d deadline) onDate(base time.Time) time.Time {
	year, month := base.Year(), base.Month()+time.Month(d.later)
	if d.month > 0 {
		month = time.Month(d.month)
	}
	if d.year > 0 {
		year = d.year
	}
	if d.date == 32 {
		return time.Date(year, month+1, 0, 0, 0, 0, 0, base.Location())
	}
	t := time.Date(year, month, d.date, 0, 0, 0, 0, base.Location())
	switch {
	case d.year > 0 || d.later > 0 || !endOfDay(t).Before(base):
	case d.month > 0:
		t = t.AddDate(1, 0, 0)
	default:
		t = t.AddDate(0, 1, 0)
	}
	return t
}

// toWeekday returns the days from base to the weekday meant. Weeks begin on
// Monday.
func (d deadline) toWeekday(base time.Time) int {
	today := (int(base.Weekday())+6)%7 + 1
	diff := d.weekday - today
	switch {
	case d.week > 1:
		return diff + 7*(d.week-1)
	case d.week == 1:
		return max(0, diff)
	case diff < 0:
		return diff + 7
	}
	return diff
}
