package score

import (
	"strings"
	"unicode/utf8"
)

// hanDigit returns the value of a spoken or written digit, or -1. 幺 and 洞
// are how digits are read out on the phone.
func hanDigit(c rune) int {
	switch c {
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return int(c - '0')
	case '零', '〇', '洞':
		return 0
	case '一', '壹', '幺':
		return 1
	case '二', '两', '贰':
		return 2
	case '三', '叁':
		return 3
	case '四', '肆':
		return 4
	case '五', '伍':
		return 5
	case '六', '陆':
		return 6
	case '七', '柒', '拐':
		return 7
	case '八', '捌':
		return 8
	case '九', '玖', '勾':
		return 9
	}
	return -1
}

// hanNumber returns the value of a Chinese or Arabic number up to 99,999,999,
// or 0 when s is none.
func hanNumber(s string) int {
	total, section, digit := 0, 0, 0
	for _, c := range s {
		switch c {
		case '十':
			section += max(digit, 1) * 10
			digit = 0
		case '百':
			section += digit * 100
			digit = 0
		case '千':
			section += digit * 1000
			digit = 0
		case '万':
			total = (section + digit) * 10_000
			section, digit = 0, 0
		default:
			d := hanDigit(c)
			if d < 0 || digit > 9_999_999 {
				return 0
			}
			digit = digit*10 + d
		}
	}
	return total + section + digit
}

// hanMinutes reads 半, 一刻, 三刻 or a number of minutes.
func hanMinutes(s string) int {
	switch s {
	case "半":
		return 30
	case "一刻":
		return 15
	case "三刻":
		return 45
	}
	return min(59, hanNumber(strings.TrimSuffix(s, "分")))
}

var englishUnits = []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
	"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}

var englishTens = []string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}

// englishNumber returns the value of digits or of a number word below 100, or
// 0 when s is none.
func englishNumber(s string) int {
	if n, ok := digits(s); ok {
		return n
	}
	tens, units := s, ""
	if i := strings.IndexAny(s, "- "); i >= 0 {
		tens, units = s[:i], s[i+1:]
	}
	n := 0
	for i, w := range englishTens {
		if w != "" && w == tens {
			n, tens = i*10, units
		}
	}
	for i, w := range englishUnits {
		if w == tens {
			n += i
		}
	}
	return n
}

// digits returns the number that s writes in at most 18 digits.
func digits(s string) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, len(s) > 0 && len(s) <= 18
}

// englishHalves returns twice the number, for "half an hour".
func englishHalves(s string) int {
	switch s {
	case "half an", "half a":
		return 1
	case "a", "an":
		return 2
	case "a couple of", "couple of":
		return 4
	}
	if whole, ok := strings.CutSuffix(s, " and a half"); ok {
		return 2*englishNumber(whole) + 1
	}
	return 2 * englishNumber(s)
}

// digitRun is a number read out digit by digit, or an amount, with where it
// stands.
type digitRun struct {
	from, until int // code points
	digits      string
}

// digitRuns appends the runs of at least least digits in a folded text, as
// written or as spoken: "12 34", 一二三四, "double six, three oh nine". The
// digits themselves are kept in p.
func digitRuns(out []digitRun, p *prose, text string, least int) []digitRun {
	var cur digitRun
	p.begin()
	flush := func() {
		if p.length() >= least {
			cur.digits = p.end()
			out = append(out, cur)
		}
		p.begin()
	}
	times := 1
	for i, at := 0, 0; i < len(text); { // at counts characters
		size, n, d, breath := 1, 1, -1, false
		switch c := text[i]; {
		case c >= 'a' && c <= 'z':
			for i+size < len(text) && text[i+size] >= 'a' && text[i+size] <= 'z' {
				size++
			}
			n, d = size, englishDigit(text[i:i+size])
			if more := multiple(text[i : i+size]); more > 1 {
				times = more
				i, at = i+size, at+n
				continue
			}
		case c < utf8.RuneSelf:
			breath = c == ' ' || c == ',' || c == '-' || c == '.'
			if c >= '0' && c <= '9' {
				d = int(c - '0')
			}
		default:
			var r rune
			r, size = utf8.DecodeRuneInString(text[i:])
			d, breath = hanDigit(r), r == '，' || r == '、'
		}
		switch {
		case d >= 0:
			if p.length() == 0 {
				cur.from = at
			}
			for range times {
				p.text = append(p.text, byte('0'+d))
			}
			cur.until, times = at+n, 1
		case !breath:
			flush()
			times = 1
		}
		i, at = i+size, at+n
	}
	flush()
	return out
}

// multiple returns how often a digit counts after the word.
func multiple(word string) int {
	switch word {
	case "double":
		return 2
	case "triple", "treble":
		return 3
	}
	return 1
}

// englishDigit returns the value of a digit's English name, or -1.
func englishDigit(word string) int {
	switch word {
	case "o", "oh", "nought", "zero":
		return 0
	case "one":
		return 1
	case "two":
		return 2
	case "three":
		return 3
	case "four":
		return 4
	case "five":
		return 5
	case "six":
		return 6
	case "seven":
		return 7
	case "eight":
		return 8
	case "nine":
		return 9
	}
	return -1
}
