package draft

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// emptyChinese are words that carry no content, so that what is left of a
// question is what it is about. Longer words stand first.
var emptyChinese = []string{"请问", "麻烦您", "麻烦", "不好意思", "非常抱歉", "给您添麻烦", "为了", "核对一下", "核对", "提供一下", "提供", "告诉我", "告诉", "一下", "现在", "当时", "具体", "什么时候", "什么", "怎么样", "怎么", "怎样",
	"哪一个", "哪个", "哪里", "多少", "是不是", "有没有", "能不能", "可以", "可不可以", "那么", "这个", "那个", "我们", "已经", "马上", "稍等", "您的", "您", "你", "我", "他", "她", "它", "的", "了", "吗", "呢", "吧", "啊", "呀",
	"是", "在", "有", "没", "不", "和", "跟", "把", "被", "让", "给", "就", "都", "也", "还", "又", "再", "很", "请", "会", "要", "能", "哪", "几", "这", "那"}

var emptyEnglish = []string{"about", "after", "again", "also", "been", "before", "being", "could", "does", "doing", "done", "down", "each", "from", "give", "going", "good", "have", "having", "here", "hold",
	"into", "just", "know", "like", "look", "make", "many", "may", "might", "moment", "more", "most", "much", "need", "next", "okay", "only", "onto", "other", "over", "please", "really", "right", "said", "same", "should", "some",
	"sorry", "such", "sure", "take", "tell", "than", "thank", "thanks", "that", "thats", "their", "them", "then", "there", "they", "thing", "this", "those", "through", "today", "very", "want", "well", "were", "what", "when", "where", "which", "while", "will",
	"with", "within", "would", "your", "youre", "yours", "youll", "ill", "well", "weve", "were", "its", "dont", "cant", "afraid", "understand", "help", "morning", "afternoon", "evening", "welcome", "course", "still", "back"}

var (
	chineseTime = regexp.MustCompile(`[0-9一二三四五六七八九十两]+(?:点半?|个工作日|个小时|小时|天|分钟|号)`)
	englishTime = regexp.MustCompile(`(?i)\b(?:\d+|one|two|three|four|five|six|seven|ten|twelve|twenty-four|twenty four) (?:working days?|business days?|days?|hours?|minutes?)\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\btomorrow\b`)
)

// keywords returns at most n words that tell what text is about: first slots,
// which a form varies, then times, then words as people cut them.
func (t *talk) keywords(text string, n int) []string {
	var out []string
	add := func(words []string) {
		for _, w := range words {
			if !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	for _, s := range inBraces.FindAllString(text, -1) {
		if s != "{surname}" && s != "{title}" && s != "{name}" {
			add([]string{s})
		}
	}
	text = inBraces.ReplaceAllString(text, " ")
	if t.chinese() {
		add(chineseTime.FindAllString(text, -1))
		add(chineseWords(chineseTime.ReplaceAllString(text, " ")))
	} else {
		for _, w := range englishTime.FindAllString(text, -1) {
			add([]string{strings.ToLower(w)})
		}
		add(englishWords(englishTime.ReplaceAllString(text, " ")))
	}
	return out[:min(n, len(out))]
}

// chineseWords returns stretches between empty words, those first that have
// the length of a word: what is longer is cut, and cuts badly.
func chineseWords(text string) []string {
	for _, w := range emptyChinese {
		text = strings.ReplaceAll(text, w, " ")
	}
	var out []string
	for w := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
		if len([]rune(w)) >= 2 && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	rank := func(w string) int {
		switch len([]rune(w)) {
		case 3, 4:
			return 0
		case 2:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(out, func(a, b string) int { return rank(a) - rank(b) })
	for i, w := range out {
		if r := []rune(w); len(r) > 4 {
			out[i] = string(r[:4])
		}
	}
	return out
}

func englishWords(text string) []string {
	var out []string
	clean := strings.NewReplacer("'", "", "’", "").Replace(strings.ToLower(text))
	for w := range strings.FieldsFuncSeq(clean, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len(w) >= 4 && !slices.Contains(emptyEnglish, w) && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

// short cuts text to a label.
func (t *talk) short(text string) string {
	text = strings.TrimSpace(text)
	if i := strings.IndexAny(text, "。！？?!\n"); i > 0 {
		text = text[:i]
	}
	if i := strings.Index(text, ". "); i > 0 {
		text = text[:i]
	}
	most := 48
	if t.chinese() {
		most = 20
	}
	runes := []rune(text)
	if len(runes) <= most {
		return strings.TrimRight(text, ".")
	}
	cut := string(runes[:most])
	if i := strings.LastIndex(cut, "{"); i >= 0 && !strings.Contains(cut[i:], "}") {
		cut = cut[:i] // no half a slot
	}
	if i := strings.LastIndex(cut, " "); i > 0 && !t.chinese() {
		cut = cut[:i]
	}
	return cut + "…"
}
