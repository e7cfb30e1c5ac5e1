package score

import (
	"strconv"
	"strings"
)

// hanDigit returns the value of a spoken or written digit, or -1. 幺 and 洞
// are how digits are read out on the phone.
func hanDigit(c rune) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= '０' && c <= '９':
		return int(c - '０')
	}
	for i, set := range []string{"零〇洞", "一壹幺", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒拐", "八捌", "九玖勾"} {
		if strings.ContainsRune(set, c) {
			return i
		}
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

func spokenDigits(word string, times int) string {
	d := -1
	if r := []rune(word); len(r) == 1 {
		d = hanDigit(r[0])
		if word == "o" {
			d = 0
		}
	} else if word == "oh" || word == "nought" {
		d = 0
	} else {
		for i, w := range englishUnits[:10] {
			if w == word {
				d = i
			}
		}
	}
	if d < 0 {
		return ""
	}
	return strings.Repeat(strconv.Itoa(d), times)
}
