package redact

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/conversation"
)

// longestNumber is the most digits personal data has: a card's 19, or a
// phone's with its country.
const longestNumber = 20

// shortestNumber is the fewest digits it has, but for a card's security code.
const shortestNumber = 9

// numbers returns resident ids, phone numbers and bank cards, and what the
// other side echoed of them while they were told.
func (t *talk) numbers() []Span {
	byTurn := map[int][][]atom{}
	all := t.runs()
	for _, run := range all {
		for from := 0; from < len(run); {
			to := from + 1
			for to < len(run) && run[to].turn == run[from].turn {
				to++
			}
			byTurn[run[from].turn] = append(byTurn[run[from].turn], run[from:to])
			from = to
		}
	}
	var found []number
	for _, run := range all {
		cues := map[int]func() cue{} // by turn: within a run only digits and fillers follow
		for len(run) > 0 {
			turn := run[0].turn
			if cues[turn] == nil {
				cues[turn] = t.cueBefore(run[0])
			}
			n, kind := t.firstNumber(run, cues[turn])
			if kind == "" {
				run = run[nextGroup(run):]
				continue
			}
			found = append(found, number{kind, digitsOf(run[:n]), run[:n]})
			run = run[n:]
		}
	}
	// The pieces that one side echoed may look like a number of their own.
	slices.SortStableFunc(found, func(a, b number) int { return len(b.digits) - len(a.digits) })
	var out []Span
	told := map[int][]string{} // the numbers told over a turn
	for _, n := range found {
		first, last := n.said[0].turn, n.said[len(n.said)-1].turn
		if first != last && slices.ContainsFunc(told[first], func(whole string) bool { return strings.HasPrefix(whole, n.digits) }) {
			continue
		}
		out = append(out, spansOf(n.said, n.kind)...)
		out = append(out, t.echoes(n, byTurn)...)
		for turn := first; turn <= last+1; turn++ {
			told[turn] = append(told[turn], n.digits)
		}
	}
	return out
}

// number is a number of a person: its digits and how they were said.
type number struct {
	kind   Kind
	digits string
	said   []atom
}

// echoes returns the pieces of a number, at least three digits long, that the
// other side repeated in the turns over which it was told.
func (t *talk) echoes(n number, byTurn map[int][][]atom) []Span {
	first, last := n.said[0].turn, n.said[len(n.said)-1].turn
	if first == last {
		return nil
	}
	var out []Span
	for turn := first + 1; turn <= min(last+1, len(t.turns)-1); turn++ {
		if t.turns[turn].Role == t.turns[first].Role {
			continue
		}
		for _, run := range byTurn[turn] {
			if said := digitsOf(run); len(said) >= 3 && strings.Contains(n.digits, said) {
				out = append(out, spansOf(run, n.kind)...)
			}
		}
	}
	return out
}

func digitsOf(run []atom) string {
	var b strings.Builder
	for _, a := range run {
		if b.Len() > 2*longestNumber {
			break
		}
		b.WriteString(a.digits)
	}
	return b.String()
}

// firstNumber returns what the first atoms of run are, and how many of them;
// "" when no number of a person begins there. The longest reading wins, so
// that the phone number inside a resident id is not taken for one.
func (t *talk) firstNumber(run []atom, c func() cue) (n int, kind Kind) {
	var digits strings.Builder
	for i, a := range run {
		if digits.Len()+len(a.digits) > longestNumber {
			break
		}
		digits.WriteString(a.digits)
		if i+1 < len(run) && !parts(run, i+1) {
			continue
		}
		if digits.Len() < shortestNumber && (i+1 < len(run) && run[i+1].turn == a.turn || digits.Len() < 3 || digits.Len() > 4) {
			continue
		}
		if k := t.judge(digits.String(), run[:i+1], c()); k != "" {
			n, kind = i+1, k
		}
	}
	return n, kind
}

// parts reports whether one number may end before atom i and another begin:
// at a pause, or at a space between two long groups.
func parts(run []atom, i int) bool {
	switch run[i].parted {
	case strong:
		return true
	case weak:
		return groupBefore(run, i) >= 7 && groupAfter(run, i) >= 7
	}
	return false
}

func groupBefore(run []atom, i int) int {
	n := 0
	for i--; i >= 0 && n < 8; i-- {
		n++
		if run[i].parted != close {
			break
		}
	}
	return n
}

func groupAfter(run []atom, i int) int {
	n := 1
	for i++; i < len(run) && n < 8 && run[i].parted == close; i++ {
		n++
	}
	return n
}

// nextGroup returns where in run the next number may begin.
func nextGroup(run []atom) int {
	for i := 1; i < len(run); i++ {
		if parts(run, i) {
			return i
		}
	}
	return len(run)
}

// spansOf joins the atoms of each turn to one span.
func spansOf(run []atom, kind Kind) []Span {
	var out []Span
	for _, a := range run {
		if last := len(out) - 1; last >= 0 && out[last].Turn == a.turn {
			out[last].To = a.to
			continue
		}
		out = append(out, Span{Kind: kind, Turn: a.turn, From: a.from, To: a.to})
	}
	return out
}

// cue is what the words before a number say that it is.
type cue int

const (
	noCue cue = iota
	idCue
	cardCue
	codeCue // a card's security code
	phoneCue
	otherCue // an order, an amount, a code by text message: nobody's
	orderCue // the same, right before the number: it cannot be a phone's either
)

// cueWord is a cue with the words that give it.
type cueWord struct {
	cue   cue
	words *regexp.Regexp
}

var cueWords = []cueWord{
	{idCue, regexp.MustCompile(`身份证|证件号|公民身份|社保号|(?i:social security|\b(?:my|your|the|his|her) social\b|\bssn\b|national insurance|\bid (?:number|card|no)\b|passport)`)},
	{codeCue, regexp.MustCompile(`安全码|校验码|卡(?:片)?背面|签名栏|(?i:\bcvv2?\b|\bcvc2?\b|security code|back of (?:the|your|my) card|(?:digit|card) security number|security digits|(?:code|number|digits) (?:on|at) the back|(?:three|3|last three|last 3)[ -]?(?:digits?|numbers)[^.?!]{0,12}back)`)},
	{cardCue, regexp.MustCompile(`卡号|银行卡|信用卡|储蓄卡|借记卡|账号|帐号|账户|(?i:card number|(?:debit|credit|bank) card|long number|account number|\bcard\b)`)},
	{phoneCue, regexp.MustCompile(`手机|电话|号码是|联系方式|回拨|打这个|打我|座机|机号|(?i:phone|mobile|\bcell\b|\bcall me\b|reach (?:me|you)|contact number|ring me|text me|\bmy number\b|number on file|landline|call ?back|(?:call(?:ing)?|ring(?:ing)?|text(?:ing)?|phone|phoning) (?:you|me|him|her|us)? ?(?:back )?(?:on|at)\b)`)},
	{otherCue, regexp.MustCompile(`订单|单号|工单|流水|验证码|校验位|快递|运单|保单|发票|型号|序列号|设备号|金额|余额|工号|编号|合同|户号|(?i:\bimei\b|order|tracking|reference|ticket|invoice|serial|model|policy|booking|case number|confirmation|\bcode\b|amount|balance|\bmeter\b|\bpin\b)`)},
}

// nearCode is how close, in code points, the word for a security code must be:
// three digits are otherwise nobody's.
const nearCode = 14

// cueBefore returns a function that looks, once and when first asked, for the
// nearest cue before a.
func (t *talk) cueBefore(a atom) func() cue {
	return sync.OnceValue(func() cue {
		said := string(t.before(a.turn, a.from))
		best, at := noCue, -1
		for _, c := range cueWords {
			all := c.words.FindAllStringIndex(said, -1)
			if len(all) > 0 && all[len(all)-1][1] > at {
				best, at = c.cue, all[len(all)-1][1]
			}
		}
		if orderBefore.MatchString(said) {
			return orderCue
		}
		if best == codeCue && (utf8.RuneCountInString(said[at:]) > nearCode || strings.ContainsFunc(said[at:], isSpokenDigit)) {
			return cardCue
		}
		return best
	})
}

// orderBefore is the word for a number of things, with nothing but "is" behind it.
var orderBefore = regexp.MustCompile(`(?:订单|工单|流水|运单|快递|货单|保单|发票|合同)(?:的)?(?:单|编)?(?:号码?|号)(?:码)?(?:是|为|：|:|，|,)?\s*$|(?:^|[，。, 的])单号(?:是|为|：|:|，|,)?\s*$|(?i:(?:order|tracking|reference|ticket|invoice|case|booking|policy|serial|confirmation)(?: number| no\.?| id)?(?: is|'s|:|,)*\s*$)`)

var (
	chineseMobile = regexp.MustCompile(`^(?:0|86|086|0086)?1[3-9][0-9]{9}$`)
	chineseHome   = regexp.MustCompile(`^(?:86)?0(?:10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}$`)
	american      = regexp.MustCompile(`^1?[2-9][0-9]{2}[2-9][0-9]{6}$`)
	tollFree      = regexp.MustCompile(`^1?(?:800|888|877|866|855|844|833|822|900)`)
	british       = regexp.MustCompile(`^(?:44|0044)?0?(?:7[0-9]{9}|[12][0-9]{8,9})$`)
	service       = regexp.MustCompile(`^(?:400|800)[0-9]{7}$|^95[0-9]{3,6}$|^1[012][0-9]{1,4}$|^0(?:800|808|3[0-9]{2}|84[0-9]|87[0-9])[0-9]{6,7}$`)
)

// judge says what a number is: its digits, how they were said, and what the
// words before call it.
func (t *talk) judge(digits string, said []atom, c cue) Kind {
	plain := !strings.Contains(digits, "X")
	switch n := len(digits); {
	case n == 18 && residentID(digits):
		return Identity
	case c == idCue && (n == 18 || n == 15 && plain):
		return Identity // heard wrongly, but told to be one
	case !plain || t.isMoney(said):
		return ""
	case t.isDate(said):
		return ""
	case c == codeCue && (n == 3 || n == 4 && said[0].turn == said[len(said)-1].turn):
		return Card
	case n < shortestNumber || service.MatchString(digits) || t.lang == conversation.English && tollFree.MatchString(digits):
		return ""
	case t.lang == conversation.English && n == 9 && (c == idCue || grouped(said, 3, 2, 4)):
		return Identity
	case c == orderCue || c != phoneCue && t.orderAfter(said):
		return ""
	case chineseMobile.MatchString(digits) && (n == 11 || c != otherCue):
		return Phone
	case c != otherCue && t.lang == conversation.Chinese && chineseHome.MatchString(digits):
		return Phone
	case n >= 13 && n <= 19 && (c != otherCue && luhn(digits) || c == cardCue && n >= 15):
		return Card
	case t.lang != conversation.English:
		return ""
	case american.MatchString(digits) && (c == phoneCue || grouped(said, 3, 3, 4) || grouped(said, 1, 3, 3, 4) || paused(said, 3, 3, 4) || c == noCue && t.alone(said)):
		return Phone
	case british.MatchString(digits) && (c == phoneCue || c == noCue && len(digits) >= 11):
		return Phone
	case c == phoneCue && n >= 11 && n <= 14 && (strings.HasPrefix(digits, "00") || t.plusBefore(said[0])):
		return Phone
	}
	return ""
}

// alone reports whether a turn is the number and hardly anything else: an
// answer.
func (t *talk) alone(said []atom) bool {
	first, last := said[0], said[len(said)-1]
	return first.turn == last.turn && first.turn > 0 && len(t.runes[first.turn])-(last.to-first.from) <= 6
}

// plusBefore reports whether a plus, of a country's code, stands before a.
func (t *talk) plusBefore(a atom) bool {
	return a.from > 0 && strings.ContainsRune("+＋", t.runes[a.turn][a.from-1])
}

// isSpokenDigit reports whether r is a digit, written or Chinese.
func isSpokenDigit(r rune) bool { return isDigit(r) || hanDigits[r] != "" }

// isDate reports whether the number, or what a new turn adds to it, is a year,
// the day of a date, or the first of a list.
func (t *talk) isDate(said []atom) bool {
	first, last := said[0], said[len(said)-1]
	rest := t.runes[last.turn][last.to:]
	tail := said
	for tail[0].turn != last.turn {
		tail = tail[1:]
	}
	switch n := len(digitsOf(tail)); {
	case len(rest) == 0 || n > 4:
	case strings.ContainsRune("年月日号点", rest[0]) && !hasPrefix(rest, "号码"), rest[0] == '、' && n == 1 && len(tail) < len(said):
		return true
	}
	return len(digitsOf(said)) == 4 && inYear.MatchString(string(t.runes[first.turn][max(0, first.from-10):first.from]))
}

var (
	inYear   = regexp.MustCompile(`(?i)\b(?:in|since|of|from|until|by|year) $`)
	orderEnd = regexp.MustCompile(`^(?:这个|那个|的|这|那)+(?:单子|订单|工单|运单|快递|包裹|单号)`)
)

// orderAfter reports whether what follows the number calls it an order's.
func (t *talk) orderAfter(said []atom) bool {
	last := said[len(said)-1]
	rest := t.runes[last.turn][last.to:]
	return orderEnd.MatchString(string(rest[:min(len(rest), 8)]))
}

// isMoney reports whether a currency stands at the number.
func (t *talk) isMoney(said []atom) bool {
	first, last := said[0], said[len(said)-1]
	if first.from > 0 && strings.ContainsRune("¥￥$£€", t.runes[first.turn][first.from-1]) {
		return true
	}
	rest := t.runes[last.turn][last.to:]
	return hasPrefix(rest, "元") || hasPrefix(rest, "块") || hasPrefix(rest, " dollars") || hasPrefix(rest, " pounds")
}

// grouped reports whether the digits were written in groups of these sizes.
func grouped(said []atom, sizes ...int) bool { return cutAt(said, weak, sizes) }

// paused reports whether the digits were read out with pauses between groups
// of these sizes.
func paused(said []atom, sizes ...int) bool { return cutAt(said, strong, sizes) }

func cutAt(said []atom, least parting, sizes []int) bool {
	var got []int
	for i, a := range said {
		if i == 0 || a.parted >= least {
			got = append(got, 0)
		}
		got[len(got)-1] += len(a.digits)
	}
	if len(got) != len(sizes) {
		return false
	}
	for i := range got {
		if got[i] != sizes[i] {
			return false
		}
	}
	return true
}

// residentID reports whether s is a resident id: GB 11643-1999, seventeen
// digits with a date of birth in them, and a check character.
func residentID(s string) bool {
	if strings.Contains(s[:17], "X") {
		return false
	}
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * int(s[i]-'0')
	}
	year, month, day := s[6:10], s[10:12], s[12:14]
	return "10X98765432"[sum%11] == s[17] && year >= "1900" && year <= "2099" &&
		month >= "01" && month <= "12" && day >= "01" && day <= "31"
}

// luhn reports whether the check digit of a card number is right.
func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0 && strings.Trim(s, "0") != ""
}
