package score

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scorecard"
)

var (
	hanAmount     = regexp.MustCompile(`[0-9,.一二两三四五六七八九十百千万零半]+(?:块钱|块|元|角|毛钱|美元|万元)(?:[0-9一二三四五六七八九]+)?|[¥￥][0-9,.]+`)
	englishAmount = regexp.MustCompile(`[$£€¥] ?[0-9][0-9,.]*|\b(?:[0-9][0-9,.]*|(?:a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand)(?:[ -](?:and|a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand))*) (?:pounds?|dollars?|euros?|yuan|quid|pence|cents?)\b`)
	orderNumber   = regexp.MustCompile(`\b[a-z]{0,4}-?[0-9][0-9a-z-]{5,}\b`)
	email         = regexp.MustCompile(`[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+`)
	idNumber      = regexp.MustCompile(`[0-9]{17}[0-9x]`)
)

// entity: an amount, a date, a number … is said; or said as a field has it.
func (r *run) entity(t *scorecard.Test) outcome {
	kind, name := t.Word("kind", ""), t.Word("equals-field", "")
	want := ""
	if name != "" {
		raw, ok := r.c.Fields[name]
		if !ok {
			return r.missing()
		}
		want = plain(fact(raw))
	}
	var hits []hit
	r.speaks(t, func(turn int) {
		text := r.text(turn)
		for _, p := range entities(kind, r.c.Lang, text) {
			if want == "" || plain(p.digits) == want {
				hits = append(hits, r.at(turn, p.from, p.until))
			}
		}
	})
	return r.found(order(hits))
}

// plain leaves the letters and digits by which values are compared.
func plain(s string) string { return string(bare(s)) }

// entities returns the places of the kind in a folded text; digits holds the
// value's own characters.
func entities(kind string, lang conversation.Lang, text string) []digitRun {
	switch kind {
	case "number":
		return digitRuns(text, 3)
	case "phone":
		var out []digitRun
		for _, d := range digitRuns(text, 7) {
			if len(d.digits) <= 13 {
				out = append(out, d)
			}
		}
		return out
	case "date":
		var out []digitRun
		for _, d := range deadlines(lang, text) {
			if d.day >= 0 || d.weekday > 0 || d.date > 0 {
				out = append(out, digitRun{d.from, d.until, cut(text, d.from, d.until)})
			}
		}
		return out
	case "amount":
		switch {
		case lang != conversation.English && hanMoney(text):
			return matches(hanAmount, text)
		case lang == conversation.English && money(text):
			return matches(englishAmount, text)
		}
	case "order-number":
		return append(matches(orderNumber, text), digitRuns(text, 8)...)
	case "email":
		return matches(email, text)
	case "id-number":
		return matches(idNumber, text)
	}
	return nil
}

// hanMoney reports whether a Chinese text may name an amount: a unit stands
// after a number, or a sign of money anywhere.
func hanMoney(text string) bool {
	number := false
	for _, c := range text {
		switch c {
		case '¥', '￥':
			return true
		case '块', '元', '角', '毛', '美', '万':
			if number {
				return true
			}
		}
		number = hanDigit(c) >= 0 || c == ',' || c == '.' || c == '半' || c == '十' || c == '百' || c == '千' || c == '万'
	}
	return false
}

// money reports whether an English text may name an amount.
func money(text string) bool {
	if strings.ContainsAny(text, "$£€¥") {
		return true
	}
	for _, unit := range []string{"pound", "dollar", "euro", "yuan", "quid", "pence", "cent"} {
		if strings.Contains(text, unit) {
			return true
		}
	}
	return false
}

func matches(re *regexp.Regexp, text string) []digitRun {
	var out []digitRun
	for _, m := range re.FindAllStringIndex(text, -1) {
		out = append(out, digitRun{runeCount(text[:m[0]]), runeCount(text[:m[1]]), text[m[0]:m[1]]})
	}
	return out
}

// readBack: the agent repeats a number or an amount that the customer gave,
// within the distance (4 turns unless the test says).
func (r *run) readBack(t *scorecard.Test) outcome {
	kind := t.Word("kind", "any")
	reach := scorecard.Distance{Unit: "turns", N: 4}
	if v := t.Arg("within"); v != nil {
		reach = v.Reach
	}
	var given, hits []hit
	var values []string
	for i := range r.c.Turns {
		switch r.c.Turns[i].Role {
		case conversation.Customer:
			for _, e := range r.values(kind, i) {
				given, values = append(given, r.at(i, e.from, e.until)), append(values, e.digits)
			}
		case conversation.Agent:
			if len(given) == 0 {
				continue
			}
			for _, e := range r.values(kind, i) {
				h := r.at(i, e.from, e.until)
				for j := range given {
					if sameNumber(values[j], e.digits) && r.within(reach, given[j], h) {
						hits = append(hits, h)
						break
					}
				}
			}
		}
	}
	return r.found(order(hits))
}

func (r *run) values(kind string, turn int) []digitRun {
	text := r.text(turn)
	var out []digitRun
	if kind != "amount" {
		out = digitRuns(text, 4)
	}
	if kind != "number" {
		for _, a := range entities("amount", r.c.Lang, text) {
			a.digits = amountValue(a.digits)
			out = append(out, a)
		}
	}
	return out
}

// amountValue leaves what distinguishes an amount: its number.
func amountValue(s string) string {
	s = strings.Trim(s, "$£€¥￥ ")
	for _, u := range []string{"块钱", "块", "元", " pounds", " pound", " dollars", " euros", " yuan", " quid"} {
		s = strings.TrimSuffix(s, u)
	}
	if n := hanNumber(s); n > 0 {
		return "amount " + strconv.Itoa(n)
	}
	return "amount " + strings.TrimPrefix(s, "a ")
}

// sameNumber: one contains the other, and four digits agree at least.
func sameNumber(a, b string) bool {
	if strings.HasPrefix(a, "amount") || strings.HasPrefix(b, "amount") {
		return a == b
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	return len(a) >= 4 && strings.Contains(b, a)
}
