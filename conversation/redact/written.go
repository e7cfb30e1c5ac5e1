package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/lianxi-cc/lianxi/conversation"
)

// provinces are the first characters of Chinese plates.
const provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

var (
	britishPlate = regexp.MustCompile(`(?i)\b[A-Z]{2} ?[0-9]{2} ?[A-Z]{3}\b`)
	plateCue     = regexp.MustCompile(`(?i)(?:number plate|license plate|licence plate|\bplate\b|registration|\breg\b|\btags?\b|\bplates\b)(?: number| no)?(?: is| are|'s|:|,)* (?:it's )?([A-Z0-9](?:[ -]?[A-Z0-9]){4,8})\b`)
	britishNI    = regexp.MustCompile(`(?i)\b[A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\b`)
	aDay         = regexp.MustCompile(`(?i)(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)$`) // on 12 May
	plateWord    = regexp.MustCompile(`(?i)plate|registration|\breg\b`)
	passport     = regexp.MustCompile(`(?i)(?:passport|护照|通行证|台胞证|回乡证|军官证|居住证)(?: number| no|号码|号)?(?: is|'s|是|:|：|,|，)*\s*([A-Z]{1,2}[0-9]{6,9}|[0-9]{8,9})`)
)

// plates returns vehicle registrations: a province's character, a letter and
// five or six letters and digits, which may be read out; and what a cue calls
// a plate in English.
func (t *talk) plates() []Span {
	var out []Span
	for turn := range t.runes {
		out = append(out, t.chinesePlates(turn)...)
		out = append(out, t.matches(turn, passport, Identity)...)
		if t.lang != conversation.English {
			continue
		}
		for _, s := range t.matches(turn, britishPlate, Plate) {
			if said := string(t.runes[turn][s.From:s.To]); !aDay.MatchString(said) && (said == strings.ToUpper(said) || plateWord.MatchString(string(t.before(turn, s.From)))) {
				out = append(out, s)
			}
		}
		out = append(out, t.matches(turn, britishNI, Identity)...)
		out = append(out, t.spoken(turn)...)
		for _, s := range t.matches(turn, plateCue, Plate) {
			if strings.ContainsFunc(string(t.runes[turn][s.From:s.To]), unicode.IsDigit) {
				out = append(out, s)
			}
		}
	}
	return out
}

// spoken returns what stands after the word plate or registration when it is
// read out in letters and words for digits: A B one two C D E.
func (t *talk) spoken(turn int) []Span {
	text := t.runes[turn]
	var out []Span
	start, n, digits, end := -1, 0, 0, 0
	flush := func() {
		if n >= 5 && n <= 8 && digits > 0 && digits+2 <= n && plateWord.MatchString(string(t.before(turn, start))) {
			out = append(out, Span{Kind: Plate, Turn: turn, From: start, To: end})
		}
		start, n, digits = -1, 0, 0
	}
	for i := 0; i < len(text); {
		if d, size := t.digitAt(text, i, false); size > 0 && (d != "0" || latin(text[i]) && size > 1 || isDigit(text[i])) {
			if start < 0 {
				start = i
			}
			n, digits, i = n+len(d), digits+len(d), i+size
			end = i
			continue
		}
		switch word, size := lowerWord(text, i); {
		case size == 1:
			if start < 0 {
				start = i
			}
			n, i = n+1, i+1
			end = i
		case size > 1:
			flush()
			i += size
		case text[i] == ' ' || text[i] == '-' || text[i] == ',' && word == "":
			i++
		default:
			flush()
			i++
		}
	}
	if start >= 0 {
		flush()
	}
	return out
}

func (t *talk) chinesePlates(turn int) []Span {
	text := t.runes[turn]
	var out []Span
	for i, r := range text {
		if !strings.ContainsRune(provinces, r) {
			continue
		}
		at := skipMarks(text, i+1)
		if at >= len(text) || !plateLetter(text[at]) {
			continue
		}
		n, end := 0, at+1
		for at = skipMarks(text, end); at < len(text) && n < 6; at = skipMarks(text, end) {
			size := 0
			if plateLetter(text[at]) {
				size = 1
			} else if d, s := t.digitAt(text, at, false); s > 0 && d != "" {
				size, n = s, n+len(d)-1
			} else if strings.ContainsRune("警学挂港澳使领", text[at]) && n >= 4 {
				size = 1
			}
			if size == 0 {
				break
			}
			n, end = n+1, at+size
		}
		if n == 5 || n == 6 {
			out = append(out, Span{Kind: Plate, Turn: turn, From: i, To: end})
		}
	}
	return out
}

func plateLetter(r rune) bool {
	return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= 'Ａ' && r <= 'Ｚ'
}

// skipMarks returns the next position that is no space or mark within a plate.
func skipMarks(text []rune, i int) int {
	for i < len(text) && strings.ContainsRune(" ·•-－，,、", text[i]) {
		i++
	}
	return i
}

var (
	writtenEmail = regexp.MustCompile(`[A-Za-z0-9._%+\-]+[@＠][A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+`)
	spokenEmail  = regexp.MustCompile(`(?i)\b[a-z0-9][a-z0-9._\-]*(?: ?(?:dot|underscore|dash|hyphen|点|下划线|杠) ?[a-z0-9]+)*(?: [0-9]{1,4})?(?: (?:at) |\s?(?:艾特|圈a|小老鼠|爱特)\s?)[a-z0-9\-零一幺二三四五六七八九]+(?:(?: dot |\s?点\s?|\.)[a-z0-9\-]{1,24})*(?: dot |\s?点\s?|\.)(?:com|cn|net|org|edu|gov|co|uk|io|me|info|biz|eu|de|fr|us|ca|au|in|hk|tw|sg|jp|ie|nz|xyz|app|dev|康姆)`)
	hanEmail     = regexp.MustCompile(`(?i)[a-z0-9零〇一幺二两三四五六七八九洞拐]+(?:\s?(?:点|下划线|杠)\s?[a-z0-9零〇一幺二两三四五六七八九洞拐]+)*\s?(?:艾特|圈a|小老鼠|爱特|@)\s?[a-z0-9\-零一幺二三四五六七八九]+(?:\s?(?:点|\.)\s?[a-z康姆]{2,6})+`)
	spelledEmail = regexp.MustCompile(`(?i)(?:\b[a-z0-9](?:[ ,\-]+[a-z0-9])+)(?: ?(?:dot|underscore|点|下划线) ?[a-z0-9]+)*(?: at |\s?(?:艾特|圈a|小老鼠|爱特)\s?)[a-z0-9\-零一幺二三四五六七八九]+(?:(?: dot |\s?点\s?|\.)[a-z0-9\-]{1,24})*(?: dot |\s?点\s?|\.)(?:com|cn|net|org|edu|gov|co|uk|io|me|info|biz|eu|de|fr|us|ca|au|in|hk|tw|sg|jp|ie|nz|xyz|app|dev|康姆)`)
)

// aVisit is a word before "at" that makes of the rest the name of a site.
var aVisit = regexp.MustCompile(`(?i)^(?:look(?:ed|ing)?|bought|ordered|ordering|shop(?:ped)?|found|available|saw|see|signed|signing|log(?:ged)?|logging|work|am|is|me|us|me up|it|them|one|page|site|checked|paid|online|register(?:ed)?|price|prices|account|met|meet|be|there|here|call|home|stay(?:ed)?) at `)

// atSigns are the ways in which the sign in an e-mail address is said.
var atSigns = []string{"@", "＠", " at ", " AT ", " At ", "艾特", "圈a", "圈A", "小老鼠", "爱特"}

// emails returns addresses written or read out (at, 艾特, dot, 点).
func (t *talk) emails() []Span {
	var out []Span
	for turn := range t.runes {
		if !hasAny(t.turns[turn].Text, atSigns) {
			continue
		}
		for _, re := range []*regexp.Regexp{writtenEmail, hanEmail, spokenEmail, spelledEmail} {
			for _, s := range t.matches(turn, re, Email) {
				if !aVisit.MatchString(string(t.runes[turn][s.From:s.To])) {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// matches returns the first group of every match of re in a turn, or all of
// the match when re has no group.
func (t *talk) matches(turn int, re *regexp.Regexp, kind Kind) []Span {
	text := t.turns[turn].Text
	points := codePoints{text: text}
	var out []Span
	for _, m := range re.FindAllStringSubmatchIndex(text, -1) {
		from, to := m[0], m[1]
		if len(m) >= 4 && m[2] >= 0 {
			from, to = m[2], m[3]
		}
		out = append(out, Span{Kind: kind, Turn: turn, From: points.at(from), To: points.at(to)})
	}
	return out
}

// hasAny reports whether text holds one of words: a cheap question before an
// expensive one.
func hasAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}
