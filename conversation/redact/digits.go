package redact

import (
	"slices"
	"strings"
	"unicode"

	"github.com/lianxi-cc/lianxi/conversation"
)

// An atom is a digit, or several that one word means (double five), as it was
// said at [from,to) of a turn.
type atom struct {
	digits   string // "0".."9", or X at the end of a resident id
	turn     int
	from, to int
	parted   parting // from the atom before
}

// parting says what lies between two digits of a run.
type parting int

const (
	close  parting = iota // nothing
	weak                  // a space or a hyphen: digits of one number, in groups
	strong                // a pause, a word like 然后, or another turn
)

// hanDigits are the digits of spoken Chinese. 洞幺拐勾 are how they are read
// out over bad lines; 妖腰 are what recognisers make of 幺.
var hanDigits = map[rune]string{
	'零': "0", '〇': "0", '○': "0", '洞': "0", '一': "1", '幺': "1", '么': "1", '壹': "1", '妖': "1", '腰': "1",
	'二': "2", '两': "2", '兩': "2", '贰': "2", '三': "3", '叁': "3", '四': "4", '肆': "4", '五': "5", '伍': "5",
	'六': "6", '陆': "6", '陸': "6", '七': "7", '拐': "7", '柒': "7", '八': "8", '捌': "8", '九': "9", '玖': "9", '勾': "9",
}

// englishDigits are the words that mean digits when numbers are read out.
var englishDigits = map[string]string{
	"zero": "0", "oh": "0", "o": "0", "nought": "0", "naught": "0", "nil": "0",
	"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "niner": "9",
	"ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16",
	"seventeen": "17", "eighteen": "18", "nineteen": "19",
}

var englishTens = map[string]string{
	"twenty": "2", "thirty": "3", "forty": "4", "fifty": "5", "sixty": "6", "seventy": "7", "eighty": "8", "ninety": "9",
}

// fillers are what people say between the digits of one number.
var (
	hanFillers     = []string{"后面是", "的那个", "然后是", "接下来是", "然后", "接着", "后面", "再来", "那个", "横杠", "嗯嗯", "嗯", "呃", "额", "啊", "哦", "哎", "唉", "杠", "空格", "对", "再", "的"}
	englishFillers = []string{"um", "uh", "er", "erm", "hmm", "mm", "then", "and", "dash", "hyphen", "space", "so", "okay", "ok", "yeah", "yes", "it's", "that's"}
)

// maxRepeat is the most that "triple" or 四个 may repeat a digit.
const maxRepeat = 6

// runs returns the stretches of digits that one speaker read out, with pauses,
// fillers and the other side's echoes between them.
func (t *talk) runs() [][]atom {
	open := map[conversation.Role][]atom{} // a run that reached its turn's end
	silent := map[conversation.Role]int{}  // code points the others said since
	var done [][]atom
	for i := range t.turns {
		role := t.turns[i].Role
		runs, atStart, atEnd := t.runsOf(i)
		for r := range open {
			if r == role || silent[r] > maxEcho {
				continue
			}
			if silent[r] += len(t.runes[i]); asksAnew(t.turns[i].Text) {
				silent[r] = maxEcho + 1
			}
		}
		if before := open[role]; before != nil {
			delete(open, role)
			if len(runs) > 0 && atStart && silent[role] <= maxEcho && len(before) < maxRun {
				runs[0][0].parted = strong
				runs[0] = append(before, runs[0]...)
			} else {
				done = append(done, before)
			}
		}
		if len(runs) > 0 && atEnd {
			open[role], silent[role] = runs[len(runs)-1], 0
			runs = runs[:len(runs)-1]
		}
		done = append(done, runs...)
	}
	for _, r := range []conversation.Role{conversation.Agent, conversation.Customer, conversation.System} {
		if open[r] != nil {
			done = append(done, open[r])
		}
	}
	return done
}

// asksAnew reports whether what one side says in between names a number, so
// that the digits after it begin a new one.
func asksAnew(text string) bool {
	return slices.ContainsFunc(cueWords, func(c cueWord) bool { return c.words.MatchString(text) })
}

const (
	maxEcho = 60  // what the others may say, in code points, while a number goes on
	maxRun  = 200 // atoms; a longer run over turns is no number
)

// runsOf returns the runs within one turn, and whether the first begins at its
// start and the last ends at its end, but for fillers and marks.
func (t *talk) runsOf(turn int) (runs [][]atom, atStart, atEnd bool) {
	text := t.runes[turn]
	var run []atom
	parted, clean := close, true // clean: nothing but fillers since the run, or since the start
	for i := 0; i < len(text); {
		digits, size := t.digitAt(text, i, run != nil)
		if run == nil && isDigit(text[i]) && i > 0 && latin(text[i-1]) { // A1307 is a model
			for i < len(text) && isDigit(text[i]) {
				i++
			}
			clean, parted = false, close
			continue
		}
		if size > 0 {
			if run == nil {
				atStart = atStart || len(runs) == 0 && clean
			}
			run = append(run, atom{digits: digits, turn: turn, from: i, to: i + size, parted: parted})
			i, parted, clean = i+size, close, true
			continue
		}
		gap, size := t.gapAt(text, i)
		if size > 0 {
			i, parted = i+size, max(parted, gap)
			continue
		}
		if run != nil {
			runs, run = append(runs, run), nil
		}
		clean, parted = false, close
		i += wordLength(text, i)
	}
	if run != nil {
		return append(runs, run), atStart, true
	}
	return runs, atStart, false
}

// wordLength is how far to go on from what is neither digit nor gap: a whole
// Latin word, so that the o of "go" is no zero, or one character.
func wordLength(text []rune, i int) int {
	n := 0
	for i+n < len(text) && latin(text[i+n]) {
		n++
	}
	return max(n, 1)
}

func latin(r rune) bool { return r < 0x250 && (unicode.IsLetter(r) || r == '\'') }

// digitAt reads a digit, or several in one word, at position i. inRun tells
// that digits stand before it, which an X needs.
func (t *talk) digitAt(text []rune, i int, inRun bool) (digits string, size int) {
	r := text[i]
	switch {
	case r >= '0' && r <= '9':
		return string(r), 1
	case r >= '０' && r <= '９':
		return string(r - '０' + '0'), 1
	case r == '+' || r == '＋':
		return "", 0
	case inRun && (r == '叉'):
		return "X", 1
	}
	if latin(r) {
		return latinDigit(text, i, inRun)
	}
	d, ok := hanDigits[r]
	if !ok || t.lang != conversation.Chinese {
		return "", 0
	}
	if (r == '一' || r == '两') && i+1 < len(text) && strings.ContainsRune("下共起直般些遍次位点样种定", text[i+1]) {
		return "", 0 // 一下, 一共, 两位
	}
	if i+2 < len(text) && text[i+1] == '个' { // 三个八
		if again, ok := hanDigits[text[i+2]]; ok || text[i+2] >= '0' && text[i+2] <= '9' {
			if !ok {
				again = string(text[i+2])
			}
			if n := int(d[0] - '0'); n >= 2 && n <= maxRepeat {
				return strings.Repeat(again, n), 3
			}
		}
	}
	return d, 1
}

// latinDigit reads an English word that means digits: seven, fifteen, forty
// two, double five; or the X that ends a resident id.
func latinDigit(text []rune, i int, inRun bool) (digits string, size int) {
	if i > 0 && latin(text[i-1]) {
		return "", 0
	}
	word, n := lowerWord(text, i)
	if inRun && word == "x" {
		return "X", n
	}
	if d, ok := englishDigits[word]; ok {
		return d, n
	}
	repeat := map[string]int{"double": 2, "triple": 3, "treble": 3}[word]
	next, m := "", 0
	skip := i + n
	if skip < len(text) && (text[skip] == ' ' || text[skip] == '-') {
		next, m = lowerWord(text, skip+1)
	}
	if repeat > 0 {
		if d := englishDigits[next]; len(d) == 1 {
			return strings.Repeat(d, repeat), n + 1 + m
		}
		if skip+1 < len(text) && text[skip+1] >= '0' && text[skip+1] <= '9' && m == 0 {
			return strings.Repeat(string(text[skip+1]), repeat), n + 2
		}
	}
	if tens, ok := englishTens[word]; ok {
		if d := englishDigits[next]; len(d) == 1 && d != "0" {
			return tens + d, n + 1 + m
		}
		return tens + "0", n
	}
	return "", 0
}

// lowerWord returns the Latin word at i in lower case, and its length.
func lowerWord(text []rune, i int) (string, int) {
	n := 0
	for i+n < len(text) && latin(text[i+n]) && n < 16 {
		n++
	}
	return strings.ToLower(string(text[i : i+n])), n
}

// gapAt reads what may stand between the digits of one number.
func (t *talk) gapAt(text []rune, i int) (parting, int) {
	switch text[i] {
	case ' ', '\u00A0', '\u3000', '-', '－', '–', '—', '(', ')', '（', '）', '+', '＋', '·', '_':
		return weak, 1
	case '.':
		if i > 0 && i+1 < len(text) && isDigit(text[i-1]) && isDigit(text[i+1]) {
			return weak, 1
		}
		return strong, 1
	case ',', '，', '、', '。', '…', ';', '；', '?', '？', '!', '！', '~', '\n', '\t', ':', '：':
		return strong, 1
	}
	if t.lang == conversation.Chinese {
		for _, f := range hanFillers {
			if hasPrefix(text[i:], f) {
				return strong, len([]rune(f))
			}
		}
	}
	if latin(text[i]) && (i == 0 || !latin(text[i-1])) {
		word, n := lowerWord(text, i)
		for _, f := range englishFillers {
			if word == f {
				return strong, n
			}
		}
	}
	return close, 0
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func hasPrefix(text []rune, prefix string) bool {
	i := 0
	for _, r := range prefix {
		if i >= len(text) || text[i] != r {
			return false
		}
		i++
	}
	return true
}
