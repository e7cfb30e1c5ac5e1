package locale

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// Args are the named values of a text.
type Args = fault.Args

// Printer writes for one reader. It is safe for concurrent use.
type Printer struct {
	lang   Lang
	zone   *time.Location
	loc    *i18n.Localizer
	number *message.Printer
}

func numberPrinter(l Lang) *message.Printer {
	return message.NewPrinter(language.MustParse(string(l)))
}

// Lang returns the reader's language.
func (p *Printer) Lang() Lang { return p.lang }

// Text returns the message key with args filled in. A key nobody wrote comes
// back in angle brackets, so that it is seen; a test keeps that from happening.
func (p *Printer) Text(key string, args ...Args) string {
	cfg := &i18n.LocalizeConfig{MessageID: key}
	if len(args) > 0 {
		cfg.TemplateData = args[0]
	}
	return p.localize(cfg)
}

// Plural returns the message key in the form that n asks for. The text may
// use {{.n}}, which is written with the reader's grouping of digits.
func (p *Printer) Plural(key string, n int, args ...Args) string {
	data := Args{"n": p.Number(n)}
	if len(args) > 0 {
		for k, v := range args[0] {
			data[k] = v
		}
	}
	return p.localize(&i18n.LocalizeConfig{MessageID: key, PluralCount: n, TemplateData: data})
}

// Has reports whether the message key exists in the reader's language.
func (p *Printer) Has(key string) bool {
	_, tag, err := p.loc.LocalizeWithTag(&i18n.LocalizeConfig{MessageID: key})
	return err == nil && tag == language.MustParse(string(p.lang))
}

func (p *Printer) localize(cfg *i18n.LocalizeConfig) string {
	s, err := p.loc.Localize(cfg)
	if err != nil && s == "" {
		return "⟨" + cfg.MessageID + "⟩"
	}
	return s
}

// Error returns what a person can read about err: the message of the fault's
// key, with the place in the text she wrote where there is one. An error that
// carries no key, or one that is unknown, reads as a defect of ours; its
// technical text belongs in the log.
func (p *Printer) Error(err error) string {
	if err == nil {
		return ""
	}
	var f *fault.Error
	if !errors.As(err, &f) || f.Key == "" || !p.Has(f.Key) {
		return p.Text("web.error.kind." + kindKey(fault.KindOf(err)))
	}
	text := p.Text(f.Key, p.expecting(f.Args))
	if at := f.At.String(); at != "" {
		return p.Text("web.error.at", Args{"at": at, "what": text})
	}
	return text
}

// numbers finds what differs between expectations that read alike.
var numbers = regexp.MustCompile(`[0-9]+`)

// openEnded begin expectations that go on with words of the text itself, which
// need no translation.
var openEnded = []string{"one of ", "also ", "a mapping with ", "a regular expression of RE2: "}

// expecting says what was expected, which package yamldoc says in English, in
// the reader's language, where the catalogue has words for it.
func (p *Printer) expecting(args Args) Args {
	want, ok := args["expected"].(string)
	if !ok || want == "" || p.lang == English {
		return args
	}
	values := Args{}
	for _, begin := range openEnded {
		if rest, ok := strings.CutPrefix(want, begin); ok {
			want, values["known"] = begin, strings.ReplaceAll(rest, ", ", "、")
		}
	}
	for i, n := range numbers.FindAllString(want, 2) {
		values[[]string{"n", "m"}[i]] = n
	}
	key := "yamldoc.want." + slugOf(want)
	if !p.Has(key) {
		return args
	}
	out := maps.Clone(args)
	out["expected"] = p.Text(key, values)
	return out
}

// slugOf makes a key of an expectation: "a gap of at most 40" is
// "a-gap-of-at-most-n".
func slugOf(want string) string {
	want = numbers.ReplaceAllString(strings.ToLower(want), "n")
	return strings.Trim(strings.Join(strings.FieldsFunc(want, func(c rune) bool { return (c < 'a' || c > 'z') && c != '<' && c != '>' }), "-"), "-")
}

func kindKey(k fault.Kind) string {
	switch k {
	case fault.Invalid:
		return "invalid"
	case fault.NotFound:
		return "not-found"
	case fault.Conflict:
		return "conflict"
	case fault.Denied:
		return "denied"
	case fault.Unavailable:
		return "unavailable"
	default:
		return "internal"
	}
}

// Number writes n with the reader's grouping of digits.
func (p *Printer) Number(n int) string { return p.number.Sprintf("%d", n) }

// Decimal writes f with at most one digit after the point; whole numbers
// stand without it.
func (p *Printer) Decimal(f float64) string {
	if r := math.Round(f); math.Abs(f-r) < 0.05 {
		return p.number.Sprintf("%d", int(r))
	}
	return p.number.Sprintf("%.1f", f)
}

// Percent writes a share of one as a percentage without a fraction.
func (p *Printer) Percent(share float64) string {
	if p.lang == English {
		return fmt.Sprintf("%.0f%%", share*100)
	}
	return fmt.Sprintf("%.0f %%", share*100)
}

// Date writes the day of t with its year.
func (p *Printer) Date(t time.Time) string {
	if p.lang == English {
		return t.In(p.zone).Format("2 January 2006")
	}
	return t.In(p.zone).Format("2006年1月2日")
}

// Month writes the month of t with its year, as headings of a timeline do.
func (p *Printer) Month(t time.Time) string {
	if p.lang == English {
		return t.In(p.zone).Format("January 2006")
	}
	return t.In(p.zone).Format("2006年1月")
}

// Time writes the hour and minute of t.
func (p *Printer) Time(t time.Time) string { return t.In(p.zone).Format("15:04") }

// DateTime writes the day with its year, the hour and the minute.
func (p *Printer) DateTime(t time.Time) string {
	if p.lang == English {
		return t.In(p.zone).Format("2 Jan 2006, 15:04")
	}
	return t.In(p.zone).Format("2006年1月2日 15:04")
}

// Exact writes t to the second with its offset, for records that may be
// compared with other machines' logs.
func (p *Printer) Exact(t time.Time) string {
	return t.In(p.zone).Format("2006-01-02 15:04:05 -07:00")
}

// When writes t as people say it at the moment now: with the word today or
// yesterday, without the year in the same year.
func (p *Printer) When(t, now time.Time) string {
	t, now = t.In(p.zone), now.In(p.zone)
	switch days := daysBetween(t, now); {
	case days == 0:
		return p.Text("web.when.today", Args{"time": p.Time(t)})
	case days == 1:
		return p.Text("web.when.yesterday", Args{"time": p.Time(t)})
	case t.Year() != now.Year():
		return p.DateTime(t)
	case p.lang == English:
		return t.Format("2 Jan, 15:04")
	default:
		return t.Format("1月2日 15:04")
	}
}

// daysBetween counts the midnights from t to now, in their own zone.
func daysBetween(t, now time.Time) int {
	day := func(x time.Time) time.Time {
		return time.Date(x.Year(), x.Month(), x.Day(), 12, 0, 0, 0, time.UTC)
	}
	return int(day(now).Sub(day(t)).Hours() / 24)
}

// Duration writes d in words, to the second below an hour and to the minute
// above: 3 分 20 秒, 1 h 5 min.
func (p *Printer) Duration(d time.Duration) string {
	d = d.Round(time.Second)
	h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	switch {
	case h > 0:
		return p.Text("web.duration.hm", Args{"h": h, "m": m})
	case m > 0 && s > 0:
		return p.Text("web.duration.ms", Args{"m": m, "s": s})
	case m > 0:
		return p.Text("web.duration.m", Args{"m": m})
	default:
		return p.Text("web.duration.s", Args{"s": s})
	}
}

// Clock writes d as a clock on a call shows it: 0:07, 12:45.
func (p *Printer) Clock(d time.Duration) string {
	s := max(0, int(d.Seconds()))
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// Hour returns the hour of t, 0 to 23, where the reader is.
func (p *Printer) Hour(t time.Time) int { return t.In(p.zone).Hour() }
