package score

import (
	"sync"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/expression"
)

// quantities finds times, amounts and what else the operators themselves know,
// in folded texts, one text after the other, in memory that it uses again.
type quantities struct {
	chinese, english *expression.Finder
	lang             conversation.Lang
	text             string
	symbols          []expression.Symbol
	groups           []int
	found            []deadline
}

// The expressions of quantities, by language.
const (
	hanSpan = iota
	hanPoint
	hanNext
	hanAmount
	hanOrder
	hanEmail
	hanID
	hanInsisting
)
const (
	enSpan = iota
	enSoon
	enPoint
	enClock
	enNoon
	enDate
	enAmount
	enOrder
	enEmail
	enID
	enInsisting
)

var (
	hanQuantities     = []string{hanSpanText, hanPointText, hanNextText, hanAmountText, orderText, emailText, idText, insistingText}
	englishQuantities = []string{enSpanText, enSoonText, enPointText, enClockText, enNoonText, enDateText, enAmountText, orderText, emailText, idText, insistingText}

	chineseSet = sync.OnceValue(func() *expression.Set { return mustCompile(hanQuantities) })
	englishSet = sync.OnceValue(func() *expression.Set { return mustCompile(englishQuantities) })
)

func mustCompile(patterns []string) *expression.Set {
	set, err := expression.Compile(patterns, nil, nil)
	if err != nil {
		panic("score: an expression of its own does not compile: " + err.Error())
	}
	return set
}

// read turns to a text.
func (q *quantities) read(lang conversation.Lang, text string) {
	q.lang, q.text = lang, text
	if lang == conversation.English {
		if q.english == nil {
			q.english = expression.NewFinder(englishSet())
		}
		q.symbols = englishSet().Append(q.symbols[:0], text)
		return
	}
	if q.chinese == nil {
		q.chinese = expression.NewFinder(chineseSet())
	}
	q.symbols = chineseSet().Append(q.symbols[:0], text)
}

// places visits the matches of expression e that hold a character, by their
// bytes. All that may match nothing here takes whatever it can.
func (q *quantities) places(e int, visit func(start, end int)) {
	f := q.chinese
	if q.lang == conversation.English {
		f = q.english
	}
	characters, bytes := 0, 0
	to := func(character int) int {
		for ; characters < character; characters++ {
			_, size := utf8.DecodeRuneInString(q.text[bytes:])
			bytes += size
		}
		return bytes
	}
	for from := 0; ; {
		start, end, ok := f.Find(e, q.symbols, from, len(q.symbols))
		if !ok {
			return
		}
		first := to(start)
		visit(first, to(end))
		from = end
	}
}

// matches visits the matches of expression e with their parts, as
// FindAllStringSubmatchIndex gives them.
func (q *quantities) matches(e int, visit func(m []int)) {
	f := q.chinese
	if q.lang == conversation.English {
		f = q.english
	}
	q.places(e, func(start, end int) {
		q.groups = f.Groups(e, q.text, start, end, q.groups)
		visit(q.groups)
	})
}
