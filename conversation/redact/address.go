package redact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/conversation"
)

// A Chinese address is found from its most telling end: a number with a unit
// of a house (12号楼, 三单元, 二零二室), before it a road or an estate, and from
// there to the left what else belongs to it.
var (
	house = regexp.MustCompile(`(?:[0-9０-９]+|[零〇一二三四五六七八九十百幺两洞拐勾]+|[A-Za-z甲乙丙丁东西南北]|[0-9]+[A-Za-z])(?:\s*[-－—]\s*[0-9]+)*\s?(?:号(?:宿舍|公寓|教学|商住)?楼|号院|号|弄|栋|幢|座|单元|室|楼|层|户|门|组)|[0-9]{1,3}[-－][0-9]{1,2}[-－][0-9]{3,4}`)
	road  = regexp.MustCompile(`(?:路|街|道|巷|弄|胡同|大道|里|村|小区|社区|新村|家园|花园|公寓|大厦|广场|苑|园|城|府|湾|庭|居|坊|庄|屯|镇|乡|段|院|校区|宿舍|桥|台|岸|郡|邸|墅|[一二三四五六七八九十0-9]期)$`)
	// loose numbers finish an address: 六栋二零二, 3-502
	loose = regexp.MustCompile(`^\s?(?:[0-9]{2,4}|[零〇一二三四五六七八九幺两洞拐勾]{3,4})(?:\s*[-－]\s*[0-9]{1,4})*`)
	// places may stand without a house number after a cue
	place = regexp.MustCompile(`(?:住在|住址是?|地址是?|家在|送到|寄到|寄往|邮寄到|住的是)[：:，,]?\s*((?:\p{Han}{2,8}(?:省|自治区))?(?:\p{Han}{1,7}(?:市|州|盟))?(?:\p{Han}{1,7}(?:区|县|旗|市))?(?:\p{Han}{1,8}(?:镇|乡|街道|路|街|大道|巷|村|小区|花园|家园|苑)))`)
	// where customers are sent to, which is nobody's home
	branch = regexp.MustCompile(`网点|营业[厅部点]|门店|分店|专卖店|服务站|自提点|维修点`)
	// what may stand before an address and is not part of it
	lead = regexp.MustCompile(`.*(?:地址是|地址为|地址|住在|家住|住址是|住址|家在|送到|寄到|寄往|改成|改为|换到|搬到|登记的是|登记在|记的是|就在|位于|我在|我住|是在|是|到|在|住|叫|我|您|你|的|了|到了|请问|核对|，|。|、|；|：|,|:|！|？|\s)`)
)

// addresses returns where somebody lives or gets parcels, when it is told down
// to a road or a house.
func (t *talk) addresses() []Span {
	var out []Span
	for turn := range t.runes {
		switch text := t.turns[turn].Text; {
		case t.lang == conversation.English && !hasAny(text, streets) && !strings.ContainsAny(text, "0123456789"),
			t.lang != conversation.English && !hasAny(text, houses):
			continue
		}
		if t.lang == conversation.English {
			for _, s := range t.matches(turn, englishAddress, Address) {
				if !notHouse.MatchString(string(t.runes[turn][s.From:s.To])) {
					out = append(out, s)
				}
			}
			for _, re := range []*regexp.Regexp{britishPostcode, postBox, zipCode} {
				out = append(out, t.matches(turn, re, Address)...)
			}
			continue
		}
		if t.turns[turn].Role == conversation.Agent && branch.MatchString(t.turns[turn].Text) {
			continue
		}
		for _, s := range t.matches(turn, place, Address) {
			s.From += leadLength(t.runes[turn][s.From:s.To])
			out = append(out, s)
		}
		out = append(out, t.chineseAddresses(turn)...)
	}
	return out
}

// streets and houses are parts of the words without which no address is.
var (
	streets = []string{"treet", " St", "oad", " Rd", "venue", " Ave", "ane", " Ln", "rive", " Dr", "lose", "ourt", "Way", "oulevard", "lace", "quare", "errace", "rescent", "ardens", "rove", "Hill", "Row", "Mews"}
	houses  = []string{"号", "期", "弄", "栋", "幢", "座", "单元", "室", "楼", "层", "户", "门", "组", "地址", "住", "家在", "送到", "寄"}
)

// longestPlace is how far to the left of its house number an address reaches.
const longestPlace = 28

func (t *talk) chineseAddresses(turn int) []Span {
	text := t.turns[turn].Text
	runes := t.runes[turn]
	points := codePoints{text: text}
	var out []Span
	for _, m := range house.FindAllStringIndex(text, -1) {
		from, to := points.at(m[0]), points.at(m[1])
		if last := len(out) - 1; last >= 0 && from-out[last].To <= 1 { // 六栋 三单元 二零二室
			out[last].To = to
			continue
		}
		start := leftOf(runes, from)
		before := strings.TrimRight(string(runes[start:from]), "-－第 ")
		if !road.MatchString(before) || len([]rune(before)) < 2 {
			continue
		}
		if strings.HasSuffix(text[m[0]:m[1]], "号") && to < len(runes) && strings.ContainsRune("门口线窗柜", runes[to]) {
			continue // 3号门, 2号线
		}
		out = append(out, Span{Kind: Address, Turn: turn, From: start, To: to})
	}
	for i, s := range out {
		if end := loose.FindString(string(runes[s.To:min(len(runes), s.To+12)])); end != "" {
			out[i].To += len([]rune(end))
		}
	}
	return out
}

// leftOf returns where the place names that end at position to begin.
func leftOf(runes []rune, to int) int {
	from := to
	for from > 0 && to-from < longestPlace && (unicode.IsLetter(runes[from-1]) || unicode.IsDigit(runes[from-1])) {
		from--
	}
	return from + leadLength(runes[from:to])
}

// leadLength returns how many code points at the beginning of text only lead
// up to the place names.
func leadLength(text []rune) int {
	cut := lead.FindStringIndex(string(text))
	if cut == nil {
		return 0
	}
	return utf8.RuneCountInString(string(text)[:cut[1]])
}

const (
	englishStreet = `(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Close|Court|Ct|Way|Boulevard|Blvd|Place|Pl|Square|Sq|Terrace|Crescent|Gardens|Grove|Hill|Row|Mews|Parkway|Circle|Trail|Highway)`
	englishNumber = `(?:[0-9]{1,5}[A-Za-z]?|(?:(?:one|two|three|four|five|six|seven|eight|nine|oh|zero|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred)[ -]){1,4})`
	englishUnit   = `(?i:(?:flat|apartment|apt|unit|suite|room|#) ?(?:number )?[0-9]{1,4}[A-Za-z]?,? )`
	englishRest   = `(?:,? (?i:flat|apartment|apt|unit|suite|floor|#) ?[0-9]{1,4}[A-Za-z]?)?(?:,? (?:in )?(?:[A-Z][a-z]+ ?){1,3}(?:,? [A-Z]{2})?(?: [0-9]{5}(?:-[0-9]{4})?)?)?`
)

var (
	englishAddress  = regexp.MustCompile(englishUnit + `?\b(?i:` + englishNumber + `) ?(?:[A-Z][A-Za-z']+ ){1,3}` + englishStreet + `\b\.?` + englishRest + `|(?i:` + englishUnit + `?\b` + englishNumber + ` ?(?:[a-z']+ ){1,3}?(?:street|road|avenue|lane|drive|close|court|crescent|terrace|boulevard|gardens)\b)`)
	notHouse        = regexp.MustCompile(`(?i)^\S+ (?:minutes?|hours?|days?|weeks?|months?|years?|times?|miles?|metres?|meters?|people|pounds|dollars|percent|items?|boxes|cars?|houses?|of|in|on|at|to|or|and|was|is|more)\b`)
	postBox         = regexp.MustCompile(`(?i)\b(?:p\.? ?o\.? box|post office box)(?: number)? ([0-9]{1,6})\b`)
	zipCode         = regexp.MustCompile(`(?i)\bzip(?: ?code)?(?: is|'s|:|,)* (?:it's )?([0-9]{5}(?:-[0-9]{4})?)\b`)
	britishPostcode = regexp.MustCompile(`\b[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][ABD-HJLNP-UW-Z]{2}\b`)
)
