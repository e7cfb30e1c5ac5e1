package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/lianxi-cc/lianxi/conversation"
)

// surnames are the common Chinese surnames: what follows a cue is taken for a
// name only when it begins with one of them.
const surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤康施文牛樊葛邢齐乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕季裴霍涂苗谷盛曲翁冉骆蓝游辛靳柴蒙鲍华喻祁蒲房滕屈饶牟艾尤穆农司卓吉缪简芦褚娄窦戚岑景卜冷晏席卫柏宗瞿桂佟臧闵苟邬卞姬仇栾隋刁沙荣巫寇桑郎甄丛仲虞敖巩佘池查迟邝封匡鞠荆郁胥班储栗燕楚鄢劳谌奚粟冼蔺"

var compoundSurnames = []string{"欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "宇文", "夏侯", "端木", "南宫", "轩辕", "独孤"}

var (
	chineseNameCue = regexp.MustCompile(`(?:我叫|名字叫做?|大名是?|全名是?|(?:名字|姓名|户名|户主|机主|机主姓名|持卡人|收件人|收货人|联系人|投保人|被保险人|受益人|开户人|登记名|预约人|患者|乘机人|入住人|预订人|参保人)(?:这边|那边)?(?:登记|预留|留|填|写|改)?(?:的|成|为)?(?:是|叫|写)?|本人叫|他叫|她叫|老公叫|老婆叫|爱人叫|儿子叫|女儿叫|孩子叫|母亲叫|父亲叫|妈妈叫|爸爸叫|名下是)(?:我[，,]?|本人[，,]?|[：:，,]|\s)*`)
	weakNameCue    = regexp.MustCompile(`(?:请问是|请问您是|您是|你是|确认是|登记的是|是不是)`)
	namedPerson    = regexp.MustCompile(`^(?:先生|女士|小姐|本人|吗|对吗|对吧)`)
	chineseTitled  = regexp.MustCompile(`^(?:先生|女士|小姐|同志|老师|师傅|阿姨|大爷|大妈|大姐|大哥|叔叔|医生|经理|工$|工[，。！？,.的])`)
	afterName      = "，。、；：！？,.;:!? \n的吗呢吧啊呀哈哦嘛了就这那手电身住女男先小同老本您你我也没已可在对是请"
	englishCue     = regexp.MustCompile(`(?i:\b(?:my (?:full |first |last )?name(?: is|'s)|(?:sur)?name(?: is|'s|:) |name on the (?:account|card|booking|policy)(?: is|'s)|account holder(?: is|'s)|under the name(?: of)? |speaking with |speaking to |this is |it's for |husband |wife |wife's name is |husband's name is |daughter |son |registered to |cardholder(?: is|'s)|booked (?:in|under) the name(?: of)? |booked for |reservation for |in the name of |ask for |addressed to |made out to |i am called |call me ))\s*(?:(?:Mr|Mrs|Ms|Miss|Dr)\.? )?([A-Z](?:[a-z]+|'[A-Z][a-z]+)(?:[-'][A-Z][a-z]+)?(?: (?:[A-Z]\. )?[A-Z](?:[a-z]+|'[A-Z][a-z]+)(?:[-'][A-Z][a-z]+)?)*)`)
	lowerCue       = regexp.MustCompile(`\bmy (?:full |first |last )?name(?: is|'s|s) ([a-z]+(?: [a-z]+)?)\b`)
	titleBefore    = regexp.MustCompile(`(?:Mr|Mrs|Ms|Miss|Dr)\.? $`)
	spelled        = regexp.MustCompile(`(?i)\bspell(?:ed|t|ing)?\b[^.?!]{0,24}?\b([a-z](?:[ ,.\-]+[a-z]){2,20})\b`)
)

// notNames are capitalised words that follow the same cues.
var notNames = []string{"The", "A", "An", "Not", "Just", "About", "Regarding", "Your", "My", "Our", "It", "There", "Where", "Why", "How", "Absolutely", "Ridiculous", "Is", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "I", "And", "But", "So", "Yes", "No", "Sorry"}

// notLower are words after "my name is" in text without capitals that end it.
var notLower = []string{"on", "and", "i", "not", "in", "the", "spelled", "spelt", "with", "but", "from", "calling", "that", "wrong", "still", "my", "it", "is", "because"}

// maxNames bounds how many different names are looked for all over a talk.
const maxNames = 40

// names returns what cues call a name, and every other place where a full name
// found that way stands in the talk.
func (t *talk) names() []Span {
	var out []Span
	var known []string
	for turn := range t.runes {
		var here []Span
		if t.lang == conversation.English {
			here = t.englishNames(turn)
		} else {
			here = t.chineseNames(turn)
		}
		here = slices.DeleteFunc(here, func(s Span) bool { return t.introducesAgent(turn, s) })
		for _, s := range here {
			name := string(t.runes[turn][s.From:s.To])
			if !slices.Contains(known, name) && len(known) < maxNames {
				known = append(known, name)
			}
		}
		out = append(out, here...)
	}
	for turn := range t.runes {
		for _, name := range known {
			out = append(out, t.occurrences(turn, name)...)
		}
	}
	return out
}

var selfIntroduction = regexp.MustCompile(`(?i:this is|\bi(?:.m| am)|you(?:.re| are) speaking (?:to|with)|my (?:full |first |last )?name(?: is|'s)|i am called|call me)\s*$|(?:我叫|我是)$`)

// introducesAgent reports whether the agent tells her own name: every greeting
// does, and the conversation is judged by it.
func (t *talk) introducesAgent(turn int, s Span) bool {
	return t.turns[turn].Role == conversation.Agent &&
		selfIntroduction.MatchString(string(t.runes[turn][max(0, s.From-40):s.From]))
}

func (t *talk) chineseNames(turn int) []Span {
	text := t.turns[turn].Text
	runes := t.runes[turn]
	points := codePoints{text: text}
	var out []Span
	for _, m := range chineseNameCue.FindAllStringIndex(text, -1) {
		from := points.at(m[1])
		if n := chineseName(runes[from:]); n > 0 {
			out = append(out, Span{Kind: Name, Turn: turn, From: from, To: from + n})
		}
	}
	for _, m := range weakNameCue.FindAllStringIndex(text, -1) {
		from := points.at(m[1])
		n := chineseName(runes[from:])
		if n > 1 && namedPerson.MatchString(string(runes[from+n:min(len(runes), from+n+2)])) {
			out = append(out, Span{Kind: Name, Turn: turn, From: from, To: from + n})
		}
	}
	out = append(out, t.weakNames(turn)...)
	return append(out, t.answeredNames(turn)...)
}

var asksName = regexp.MustCompile(`贵姓|姓名|怎么称呼|名字|户名|机主|哪位|全名|尊姓`)

// answeredNames returns the name a turn begins with when the other side asked
// for one just before: 请问您的姓名？—— 邵桂兰。
func (t *talk) answeredNames(turn int) []Span {
	if turn == 0 || !asksName.MatchString(t.turns[turn-1].Text) || t.turns[turn-1].Role == t.turns[turn].Role {
		return nil
	}
	runes := t.runes[turn]
	for from := 0; from < len(runes) && from <= 4; from++ {
		if from > 0 && !hasSuffixOf(runes[:from], "，", ",", "是", "叫", "嗯", "哦", "呃", "我", "。", " ") {
			continue
		}
		n := chineseName(runes[from:])
		if n > 1 && (from+n == len(runes) || strings.ContainsRune("，。,.！!？? ", runes[from+n])) {
			return []Span{{Kind: Name, Turn: turn, From: from, To: from + n}}
		}
	}
	return nil
}

func hasSuffixOf(text []rune, suffixes ...string) bool {
	return slices.Contains(suffixes, string(text[len(text)-1]))
}

// chineseName returns the length of the full name that text begins with; 0
// when there is none, or only a surname with its title.
func chineseName(text []rune) int {
	surname := 0
	for _, c := range compoundSurnames {
		if hasPrefix(text, c) {
			surname = 2
		}
	}
	if surname == 0 && len(text) > 0 && strings.ContainsRune(surnames, text[0]) {
		surname = 1
	}
	if surname == 0 || chineseTitled.MatchString(string(text[surname:min(len(text), surname+2)])) {
		return 0
	}
	given := 0
	for surname+given < len(text) && given < 2 && unicode.Is(unicode.Han, text[surname+given]) {
		given++
	}
	ends := func(n int) bool {
		return n == len(text) || strings.ContainsRune(afterName, text[n]) || !unicode.Is(unicode.Han, text[n])
	}
	switch {
	case given == 0, given >= 1 && strings.ContainsRune("的吗呢吧啊了是，在，想要", text[surname]):
		return 0
	case given == 2 && strings.ContainsRune("的吗呢吧啊了，手电身，", text[surname+1]), given == 2 && ends(surname+1) && !ends(surname+2):
		return surname + 1
	}
	return surname + given
}

func (t *talk) englishNames(turn int) []Span {
	runes := t.runes[turn]
	var out []Span
	for _, s := range t.matches(turn, englishCue, Name) {
		first, _, _ := strings.Cut(string(runes[s.From:s.To]), " ")
		if !slices.Contains(notNames, first) && !t.surnameOnly(turn, s) && !hasPrefix(runes[s.To:], "'s") && !hasPrefix(runes[s.To:], "’s") {
			out = append(out, s)
		}
	}
	out = append(out, t.fullNames(turn)...)
	for _, s := range t.matches(turn, lowerCue, Name) {
		words := strings.Split(string(runes[s.From:s.To]), " ")
		if slices.Contains(notLower, words[0]) {
			continue
		}
		if len(words) == 2 && slices.Contains(notLower, words[1]) {
			s.To = s.From + len([]rune(words[0]))
		}
		out = append(out, s)
	}
	return append(out, t.matches(turn, spelled, Name)...)
}

// surnameOnly reports whether a title stands before a single word.
func (t *talk) surnameOnly(turn int, s Span) bool {
	before := string(t.runes[turn][max(0, s.From-6):s.From])
	single := !strings.Contains(string(t.runes[turn][s.From:s.To]), " ")
	return single && titleBefore.MatchString(before)
}

// occurrences returns where name stands in a turn as words of its own.
func (t *talk) occurrences(turn int, name string) []Span {
	text := t.turns[turn].Text
	points := codePoints{text: text}
	runes := t.runes[turn]
	var out []Span
	n := len([]rune(name))
	if n < 2 {
		return nil
	}
	for at := 0; ; {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return out
		}
		from := points.at(at + i)
		at += i + len(name)
		inWord := latin(runes[from]) && (from > 0 && latin(runes[from-1]) || from+n < len(runes) && latin(runes[from+n]))
		if !inWord {
			out = append(out, Span{Kind: Name, Turn: turn, From: from, To: from + n})
		}
	}
}

// namedName masks a value that its own name calls a name, such as the field
// customer_name or 姓名.
func namedName(lang conversation.Lang, field, value string) (string, bool) {
	field = strings.ToLower(field)
	called := strings.HasSuffix(field, "name") && !strings.Contains(field, "product") && !strings.Contains(field, "company") && !strings.Contains(field, "user") ||
		strings.HasSuffix(field, "姓名") || strings.HasSuffix(field, "户名")
	if !called || value == "" || lang == "" {
		return "", false
	}
	return strings.Repeat(string(mask), len([]rune(value))), true
}
