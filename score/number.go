package score

import (
	"strconv"
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
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	tens, units, _ := strings.Cut(strings.ReplaceAll(s, "-", " "), " ")
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

// englishHalves returns twice the number, for "half an hour".
func englishHalves(s string) int {
	switch s {
	case "half an", "half a":
		return 1
	case "a", "an":
		return 2
	case "a couple of":
		return 4
	}
	return 2 * englishNumber(s)
}

// digitRun is a number read out digit by digit, with where it stands.
type digitRun struct {
	from, until int // code points
	digits      string
}

// digitRuns returns the runs of at least least digits in a folded text, as
// written or as spoken: "12 34", 一二三四, "double six, three oh nine".
func digitRuns(text string, least int) []digitRun {
	var out []digitRun
	var cur digitRun
	flush := func() {
		if len(cur.digits) >= least {
			out = append(out, cur)
		}
		cur = digitRun{}
	}
	runes := []rune(text)
	double := 1
	for i := 0; i < len(runes); {
		word, end := token(runes, i)
		digits := spokenDigits(word, double)
		switch {
		case digits != "":
			if cur.digits == "" {
				cur.from = i
			}
			cur.digits, cur.until, double = cur.digits+digits, end, 1
		case word == "double":
			double = 2
		case word == "triple" || word == "treble":
			double = 3
		case strings.Trim(word, " ,，、-.") == "" && end-i == 1:
			// a breath between digits
		default:
			flush()
			double = 1
		}
		i = end
	}
	flush()
	return out
}

// token returns the Latin word or the single character at i.
func token(runes []rune, i int) (string, int) {
	j := i
	for j < len(runes) && runes[j] >= 'a' && runes[j] <= 'z' {
		j++
	}
	if j == i {
		j++
	}
	return string(runes[i:j]), j
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

func spokenDigits(word string, times int) string {
	d := englishDigit(word)
	if c, n := utf8.DecodeRuneInString(word); n == len(word) && d < 0 {
		d = hanDigit(c)
	}
	if d < 0 {
		return ""
	}
	return strings.Repeat(strconv.Itoa(d), times)
}
