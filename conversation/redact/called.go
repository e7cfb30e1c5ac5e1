package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/lianxi-cc/lianxi/conversation"
)

// What follows these words is a name less often than not. It is taken for one
// only when it begins with one of the most common surnames, stands as a word
// of its own, and is none of the words that begin like one.
var (
	selfCue    = regexp.MustCompile(`(?:^|[，,。.！!？?、 嗯哦啊呃对])(?:我|这里|这边)?(?:就)?是(?:[^，。！？,.]{1,10}的(?:那个|那位)?)?`)
	ownCue     = regexp.MustCompile(`(?:^|[，,。 ])本人`)
	kinCue     = regexp.MustCompile(`(?:同事|朋友|同学|室友|邻居|老公|老婆|闺女|姑娘|孙女|孙子|外甥|侄子|侄女|爱人|丈夫|妻子|对象|儿子|女儿|孩子|妈妈?|爸爸?|母亲|父亲|妈妈|爸爸|奶奶|爷爷|哥哥|弟弟|姐姐|妹妹|领导|老板)(?:[，,]?(?:他|她)?(?:的?名字)?(?:叫|是)?)?`)
	calledCue  = regexp.MustCompile(`[，,。 ](?:她|他|名字)?叫`)
	changedCue = regexp.MustCompile(`(?:改成|改为|换成|更正为|过户给|转给|是给|寄给|送给|给)`)
	// 我姓林名志玲
	firstAndLast = regexp.MustCompile(`姓(\p{Han})[，, ]?(?:单名一个|名叫?|名字是?)(\p{Han}{1,2})`)
	nameNoun     = regexp.MustCompile(`姓名|名字|户名|户主|机主|收件人|收货人|联系人|投保人|受益人|抬头写个人`)
	givesVerb    = "寄送打办买充缴交转订下留签代"
	endsAName    = "，。、；：！？,.;:!? \n啊呀哈吧吗呢哦的这在"
	twoAreWords  = setOf(likeNames)
)

// likeNames are common words that begin with a surname's character.
const likeNames = "方便 方面 方案 白天 白领 白金 白色 黄金 黄牛 黄色 高兴 高级 高铁 高中 高管 高档 高峰 高速 高血 高龄 高校 金卡 金牌 金融 金额 金属 安装 安全 安排 安心 万一 万能 成年 成都 成功 成人 常客 常年 常来 常用 常州 曾经 江西 江苏 江北 江南 江门 石家 黄山 温州 平安 平时 平常 平台 车主 车险 车队 陆续 单身 单位 时间 时候 时段 房东 房主 房客 房产 全家 全国 全款 全部 全新 全职 于是 支付 支持 左右 左边 向来 华为 华夏 华人 华东 应该 应届 任何 任意 周一 周二 周三 周四 周五 周六 周日 周末 周边 周围 孙女 孙子 毛病 广州 广东 柳州 苏州 郑州 徐州 福州 杭州 牛奶 马上 马路 马虎 何时 何必 何况 何人 钱包 钱的 钱款 项目 管理 管家 幸福 计划 计算 施工 程序 程度 费用 贺卡 巩固 连续 冷静 师傅 文员 文件 文科 明天 明白 明细 关于 关系 关注 关闭 严重 严格 甘肃 祝您 祝你 包月 包年 包邮 包裹 宁波 宁夏 尤其 封面 班长 班级 储户 储蓄 凌晨 童装 简单 康复 武汉 武警 莫名 沙发 季度 景区 桂林 农民 农业 农村 农户 司机 吉林 游客 游戏 蓝领 蓝色 董事 顾客 顾问 钱到 段时 余额 余下 许多 许可 许久 向您 向你 向我 陈述 张口 张嘴 王者 王牌 宋体 唐山 韩国 韩语 程控 曹县 彭城 田里 潘家 蒋家 余杭 杜绝 叶子 苏打 苏宁 魏县 丁香 沈阳 姚家 姜茶 崔家 钟头 谭家 汪洋 范围 廖家 贾家 夏天 夏季 韦德 付款 付费 付钱 付了 付给 付的 邹城 孟买 熊猫 秦皇 邱县 尹家 薛家 阎王 雷锋 雷雨 侯机 龙头 龙卡 史上 陶瓷 黎明 郝家 邵阳 覃家 戴着 戴的 孔雀 汤圆 林业 林区 郭家 罗马 梁山 谢谢 谢了 冯家 邓州 肖像 袁州 于今 蔡甸 杨浦 赵县 吴江 吴中 徐汇 朱家 胡说 胡来 胡乱 胡同 高新 高考 高压 石油 石材 陆家 江浙 江湖 江边 郑重 谢绝 许诺 卢布 任务 任性 任职 何种 温度 温馨 温和 余款 古董 水费"

func setOf(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}

// commonSurnames are the first of surnames: the most common ones.
var commonSurnames = string([]rune(surnames)[:112])

// weakNames returns the names in a turn that only weak words lead up to.
func (t *talk) weakNames(turn int) []Span {
	text, runes := t.turns[turn].Text, t.runes[turn]
	points := codePoints{text: text}
	var out []Span
	try := func(at int, before bool, verbs string) {
		from := points.at(at)
		if n := fullName(runes[from:], verbs); n > 0 && (before || t.turns[turn].Role == conversation.Customer) {
			out = append(out, Span{Kind: Name, Turn: turn, From: from, To: from + n})
		}
	}
	for _, m := range firstAndLast.FindAllStringSubmatchIndex(text, -1) {
		for _, g := range [][2]int{{m[2], m[3]}, {m[4], m[5]}} {
			out = append(out, Span{Kind: Name, Turn: turn, From: points.at(g[0]), To: points.at(g[1])})
		}
	}
	for _, m := range ownCue.FindAllStringIndex(text, -1) {
		try(m[1], false, "")
	}
	for _, m := range selfCue.FindAllStringIndex(text, -1) {
		try(m[1], false, "")
	}
	for _, re := range []*regexp.Regexp{kinCue, calledCue} {
		for _, m := range re.FindAllStringIndex(text, -1) {
			try(m[1], true, "介登办买订也说要想来的明今昨刚正去")
		}
	}
	named := nameNoun.MatchString(text)
	for _, m := range changedCue.FindAllStringIndex(text, -1) {
		if named || text[m[0]:m[1]] == "给" {
			try(m[1], true, givesVerb)
		}
	}
	return out
}

// fullName returns the length of a full name, of two or three characters, that
// text begins with and that ends as a word: at the end, before a mark or
// particle, or before one of verbs. 0 when there is none.
func fullName(text []rune, verbs string) int {
	surname := 0
	for _, c := range compoundSurnames {
		if hasPrefix(text, c) {
			surname = 2
		}
	}
	if surname == 0 && len(text) > 0 && strings.ContainsRune(commonSurnames, text[0]) {
		surname = 1
	}
	if surname == 0 || len(text) < surname+1 || twoAreWords[string(text[:2])] || chineseTitled.MatchString(string(text[surname:min(len(text), surname+2)])) {
		return 0
	}
	for _, given := range []int{2, 1} {
		n := surname + given
		if n > len(text) || !allHan(text[:n]) || strings.ContainsRune("的了吗呢吧啊是在不没有，我你您他她它们这那", text[n-1]) {
			continue
		}
		if n < len(text) && text[n] == '的' && strings.ContainsRune("区县市省镇村路街店", text[n-1]) {
			continue // 张店区的
		}
		if n == len(text) || strings.ContainsRune(endsAName, text[n]) || strings.ContainsRune(verbs, text[n]) {
			return n
		}
	}
	return 0
}

func allHan(text []rune) bool {
	return !slices.ContainsFunc(text, func(r rune) bool { return !unicode.Is(unicode.Han, r) })
}

const englishFull = `((?:[A-Z][a-z]+|[A-Z]'[A-Z][a-z]+)(?:[-'][A-Z][a-z]+)?(?: (?:[A-Z]\. )?(?:[A-Z][a-z]+|O'[A-Z][a-z]+)(?:[-'][A-Z][a-z]+)?){1,3})`

var (
	fullAfter   = regexp.MustCompile(`(?:\b(?:I'm|I’m|I am|under|friend|colleague|partner|wife|husband|son|daughter|mother|father|mum|mom|dad|brother|sister|neighbour|neighbor|make (?:it|them|this) out to|(?:passenger|patient|guest|recipient|beneficiary|tenant|owner|driver|policyholder|contact)(?:'s name)?)(?:'s|,| is| called| named)? |(?:name|surname) (?:on|of) [a-z ]{2,20} is )` + englishFull)
	fullHere    = regexp.MustCompile(englishFull + `,? (?:here|speaking|calling)\b`)
	fullAnswer  = regexp.MustCompile(`^(?i:(?:yes|yeah|sure|okay|ok|of course|uh|um|hi|hello|it's|it is|that's)[,.]? ?){0,3}` + `((?:[A-Z][a-z]+|[A-Z]'[A-Z][a-z]+)(?:[-'][A-Z][a-z]+)?(?: (?:[A-Z]\. )?(?:[A-Z][a-z]+|O'[A-Z][a-z]+)(?:[-'][A-Z][a-z]+)?){0,3})(?:[.,!?]|$)`)
	asksForName = regexp.MustCompile(`(?i)\b(?:your|the|full|first|last) name\b|\bname,? please|who am i (?:speaking|talking)|who(?:'s| is) (?:calling|this)|name (?:on|of) the`)
	hyphenated  = regexp.MustCompile(`\b(?:[A-Z]-){3,}[A-Z]\b`)
)

// fullNames returns two capitalised words or more that words such as "I'm"
// lead up to, what answers the question for a name, and spelled names.
func (t *talk) fullNames(turn int) []Span {
	runes := t.runes[turn]
	found := append(t.matches(turn, fullAfter, Name), t.matches(turn, fullHere, Name)...)
	if turn > 0 && t.turns[turn-1].Role != t.turns[turn].Role && asksForName.MatchString(t.turns[turn-1].Text) {
		found = append(found, t.matches(turn, fullAnswer, Name)...)
	}
	found = slices.DeleteFunc(found, func(s Span) bool {
		first, rest, _ := strings.Cut(string(runes[s.From:s.To]), " ")
		return slices.Contains(notNames, first) || slices.Contains(notFirst, first) || slices.Contains(notLast, rest) || hasPrefix(runes[s.To:], "'s")
	})
	return append(found, t.matches(turn, hyphenated, Name)...)
}

// notFirst and notLast are capitalised words that answer a question for a name
// or stand after "I'm", and are none.
var (
	notFirst = []string{"Sure", "Okay", "Ok", "Yeah", "Hello", "Hi", "Really", "Very", "British", "American", "Chinese", "French", "German", "Irish", "Calling", "Still", "New", "Great", "Good", "Apple", "Google", "Amazon", "Microsoft", "Mr", "Mrs", "Ms", "Dr", "Of", "Well", "Um", "Please", "What", "Which", "Hang", "Hold", "Thanks", "Thank", "Can", "Could", "Me", "Nobody"}
	notLast  = []string{"Street", "Road", "Avenue", "City", "Airport", "Hotel", "Bank", "Store", "Services"}
)
