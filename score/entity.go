package score

import (
	"slices"
	"strconv"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scorecard"
)

const (
	hanAmountText = `[0-9,.一二两三四五六七八九十百千万零半]+(?:块钱|块|元|角|毛钱|美元|万元)(?:[0-9一二三四五六七八九]+)?|[¥￥][0-9,.]+`
	enAmountText  = `[$£€¥] ?[0-9][0-9,.]*|\b(?:[0-9][0-9,.]*|(?:a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand)(?:[ -](?:and|a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand))*) (?:pounds?|dollars?|euros?|yuan|quid|pence|cents?)\b`
	orderText     = `\b[a-z]{0,4}-?[0-9][0-9a-z-]{5,}\b`
	emailText     = `[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+`
	idText        = `[0-9]{17}[0-9x]`
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
	hits := r.list()
	r.speaks(t, func(turn int) {
		r.values = r.entities(r.values[:0], kind, r.text(turn))
		for _, p := range r.values {
			if want == "" || plain(p.digits) == want {
				hits.add(r.at(turn, p.from, p.until))
			}
		}
	})
	return r.found(hits.inOrder())
}

// plain leaves the letters and digits by which values are compared.
func plain(s string) string { return string(appendBare(nil, s)) }

// entities appends the places of the kind in a folded text; digits holds the
// value's own characters.
func (r *run) entities(out []digitRun, kind, text string) []digitRun {
	e := -1
	switch kind {
	case "number":
		return digitRuns(out, &r.prose, text, 3)
	case "phone":
		from := len(out)
		out = digitRuns(out, &r.prose, text, 7)
		return append(out[:from], slices.DeleteFunc(out[from:], func(d digitRun) bool { return len(d.digits) > 13 })...)
	case "date":
		for _, d := range r.quantities.deadlines(r.c.Lang, text) {
			if d.day >= 0 || d.weekday > 0 || d.date > 0 {
				out = append(out, digitRun{d.from, d.until, text[byteAt(text, d.from):byteAt(text, d.until)]})
			}
		}
		return out
	case "amount":
		e = r.either(hanAmount, enAmount)
	case "order-number":
		return digitRuns(r.expressed(out, r.either(hanOrder, enOrder), text), &r.prose, text, 8)
	case "email":
		e = r.either(hanEmail, enEmail)
	case "id-number":
		e = r.either(hanID, enID)
	}
	if e < 0 {
		return out
	}
	return r.expressed(out, e, text)
}

// either is a in Chinese, b in English.
func (r *run) either(a, b int) int {
	if r.c.Lang == conversation.English {
		return b
	}
	return a
}

// expressed appends the matches of expression e of quantities.
func (r *run) expressed(out []digitRun, e int, text string) []digitRun {
	r.quantities.read(r.c.Lang, text)
	r.quantities.places(e, func(start, end int) {
		from := runeCount(text[:start])
		out = append(out, digitRun{from, from + runeCount(text[start:end]), text[start:end]})
	})
	return out
}

// given is a number or an amount that the customer gave.
type given struct {
	place hit
	value string
}

// readBack: the agent repeats a number or an amount that the customer gave,
// within the distance (4 turns unless the test says).
func (r *run) readBack(t *scorecard.Test) outcome {
	kind := t.Word("kind", "any")
	reach := scorecard.Distance{Unit: "turns", N: 4}
	if v := t.Arg("within"); v != nil {
		reach = v.Reach
	}
	hits := r.list()
	r.given = r.given[:0]
	for i := range r.c.Turns {
		role := r.c.Turns[i].Role
		if role != conversation.Customer && (role != conversation.Agent || len(r.given) == 0) {
			continue
		}
		if reach.Unit == "turns" && role == conversation.Agent && int64(i-r.given[len(r.given)-1].place.to) > reach.N {
			continue
		}
		for _, e := range r.numbers(kind, i) {
			h := r.at(i, e.from, e.until)
			if role == conversation.Customer {
				r.given = append(r.given, given{h, e.digits})
			} else if r.wasGiven(e.digits, h, reach) {
				hits.add(h)
			}
		}
	}
	return r.found(hits.inOrder())
}

// wasGiven reports whether the customer gave the value not further back than
// reach.
func (r *run) wasGiven(value string, h hit, reach scorecard.Distance) bool {
	for i := len(r.given) - 1; i >= 0; i-- {
		g := &r.given[i]
		near := r.within(reach, g.place, h)
		if near && sameNumber(g.value, value) {
			return true
		}
		if !near && reach.Unit == "turns" {
			return false // what was given before is further back
		}
	}
	return false
}

// numbers returns the values of the kind in a turn, until it is asked again.
func (r *run) numbers(kind string, turn int) []digitRun {
	text := r.text(turn)
	r.values = r.values[:0]
	if kind != "amount" {
		r.values = digitRuns(r.values, &r.prose, text, 4)
	}
	if kind == "number" {
		return r.values
	}
	n := len(r.values)
	r.values = r.entities(r.values, "amount", text)
	for i := range r.values[n:] {
		v := &r.values[n+i]
		v.digits = r.amountValue(v.digits)
	}
	return r.values
}

// amountValue leaves what distinguishes an amount: its number.
func (r *run) amountValue(s string) string {
	s = strings.Trim(s, "$£€¥￥ ")
	for _, u := range []string{"块钱", "块", "元", " pounds", " pound", " dollars", " euros", " yuan", " quid"} {
		s = strings.TrimSuffix(s, u)
	}
	r.prose.begin()
	r.prose.put("amount ")
	if n := hanNumber(s); n > 0 {
		r.prose.text = strconv.AppendInt(r.prose.text, int64(n), 10)
	} else {
		r.prose.put(strings.TrimPrefix(s, "a "))
	}
	return r.prose.end()
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
