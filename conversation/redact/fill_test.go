package redact_test

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/conversation/redact"
)

// fill makes up what a placeholder of testdata/scenes-*.txt names.
func (m *maker) fill(name string) (redact.Kind, string) {
	switch name {
	case "id":
		return redact.Identity, m.read(m.identity())
	case "phone":
		return redact.Phone, m.read(m.mobile())
	case "landline":
		return redact.Phone, m.pick("010", "021", "0571", "0755", "0532") + m.pick("-", " ", "，") + m.pick("6", "8", "2", "5") + m.digits(7)
	case "card":
		return redact.Card, m.read(m.card())
	case "code":
		n := m.digits(3)
		return redact.Card, m.pick(n, m.aloud(n))
	case "plate":
		return redact.Plate, m.plate()
	case "email":
		return redact.Email, m.email()
	case "address":
		return redact.Address, m.address()
	case "name":
		return redact.Name, m.name()
	}
	return "", m.tempting(name)
}

// read writes digits, or reads them out, in one of the ways people do.
func (m *maker) read(digits string) string {
	groups := m.groups(digits)
	join := func(sep string, how func(string) string) string {
		var out []string
		for _, g := range groups {
			out = append(out, how(g))
		}
		return strings.Join(out, sep)
	}
	written := func(s string) string { return s }
	pauses := []string{"，", "、", " ", "，嗯，", "，然后"}
	if m.lang == conversation.English {
		pauses = []string{", ", " ", ", um, ", " then ", "... "}
	}
	switch m.r.IntN(7) {
	case 0, 1:
		return digits
	case 2:
		return join(m.pick(" ", "-"), written)
	case 3:
		return m.aloud(digits)
	case 4:
		return join(m.pick(pauses...), written)
	default:
		return join(m.pick(pauses...), m.aloud)
	}
}

func (m *maker) identity() string {
	if m.lang == conversation.English {
		return m.pick("219", "457", "078", "512") + m.digits(6)
	}
	return m.residentID()
}

func (m *maker) mobile() string {
	if m.lang == conversation.English {
		if m.r.IntN(2) == 0 {
			return "07" + m.digits(9)
		}
		return m.pick("212", "415", "608", "303", "718") + strconv.Itoa(2+m.r.IntN(8)) + m.digits(6)
	}
	return "1" + m.pick("3", "5", "7", "8", "9") + m.digits(9)
}

func (m *maker) letters(n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte("ABCDEFGHJKLMNPQRSTUVWXYZ"[m.r.IntN(24)])
	}
	return b.String()
}

func (m *maker) plate() string {
	if m.lang == conversation.English {
		return m.pick(m.letters(2)+m.digits(2)+" "+m.letters(3), m.letters(2)+m.digits(2)+m.letters(3))
	}
	rest := m.pick(m.digits(5), m.letters(1)+m.digits(4), m.digits(3)+m.letters(2), "D"+m.digits(5), m.aloud(m.digits(5)))
	return string([]rune("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼")[m.r.IntN(31)]) + m.letters(1) + m.pick("", "·", " ") + rest
}

func (m *maker) email() string {
	local := m.pick("zhang", "li.na", "wang_fang", "chenwei", "j.smith", "mary.ann", "tomk", "sales.liu", "k-brown") + m.pick("", m.digits(2), m.digits(4))
	host := m.pick("example", "mail.example", "corp.example")
	end := m.pick("com", "cn", "com.cn", "org", "net", "co.uk")
	written := local + "@" + host + "." + end
	if m.r.IntN(3) > 0 {
		return written
	}
	if m.lang == conversation.English {
		return strings.NewReplacer("@", " at ", ".", " dot ", "_", " underscore ", "-", " dash ").Replace(written)
	}
	return strings.NewReplacer("@", "艾特", ".", "点", "_", "下划线", "-", "杠").Replace(written)
}

func (m *maker) address() string {
	if m.lang == conversation.English {
		number := m.pick(strconv.Itoa(1+m.r.IntN(999)), strconv.Itoa(1+m.r.IntN(99))+"B", "twenty two", "one hundred")
		street := m.pick("Maple", "Station", "High", "Kings", "Willow", "Rosemary", "Park", "Mill Hill", "St John's", "Victoria", "Long Acre") + " " +
			m.pick("Street", "Road", "Avenue", "Lane", "Drive", "Close", "Court", "Crescent", "Terrace", "Gardens")
		return m.pick("", "", "Flat "+strconv.Itoa(1+m.r.IntN(20))+", ", "Apartment 12B, ") + number + " " + street
	}
	city := m.pick("", "", "杭州市", "成都市武侯区", "广东省深圳市南山区", "江宁区", "洪山区珞南街道", "长安区", "滨海新区")
	road := m.pick("文三", "解放", "中山北", "人民", "科技", "建设二", "长江西", "滨江", "学府", "花园", "胜利") + m.pick("路", "街", "大道")
	estate := m.pick("幸福里小区", "翠湖苑", "金桂花园", "阳光新村", "和平家园", "万科城", "丰禾里", "紫金华府", "湖畔公寓")
	han := func(n int) string { return m.pick(strconv.Itoa(n), m.hanNumber(n)) }
	room := m.pick(strconv.Itoa(100*(1+m.r.IntN(20))+1+m.r.IntN(8)), m.aloud(strconv.Itoa(100*(1+m.r.IntN(9))+1+m.r.IntN(8))))
	switch m.r.IntN(4) {
	case 0:
		return city + road + han(1+m.r.IntN(99)) + "号"
	case 1:
		return city + estate + han(1+m.r.IntN(20)) + m.pick("栋", "号楼", "幢") + room + m.pick("", "室")
	case 2:
		return city + estate + han(1+m.r.IntN(20)) + m.pick("栋", "号楼", "幢") + han(1+m.r.IntN(4)) + "单元" + room + m.pick("", "室")
	}
	return city + road + han(1+m.r.IntN(99)) + "号" + estate + han(1+m.r.IntN(20)) + m.pick("栋", "号楼") + room + "室"
}

// hanNumber writes 1 to 99 in Chinese.
func (m *maker) hanNumber(n int) string {
	ones := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	switch {
	case n < 10:
		return ones[n]
	case n < 20:
		return "十" + ones[n-10]
	}
	return ones[n/10] + "十" + ones[n%10]
}

func (m *maker) name() string {
	if m.lang == conversation.English {
		return m.pick("Priya", "John", "Mary", "Kwame", "Sofia", "Liam", "Hannah", "Ivan", "Rosa", "Yuki", "Amir", "Grace", "Oliver", "Fatima", "Chen", "Laura") + " " +
			m.pick("Patel", "Smith", "O'Brien", "Okafor", "Garcia-Lopez", "Dawson", "Tanaka", "Petrov", "Novak", "Stone", "Wu", "Mensah", "Kent", "Al-Sayed")
	}
	surname := m.pick(strings.Split("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔谭陆汪石廖贾夏付邹熊秦邱侯龙史贺顾毛郝邵万钱武戴汤", "")...)
	if m.r.IntN(20) == 0 {
		surname = m.pick("欧阳", "上官", "司马", "诸葛")
	}
	given := strings.Split("伟芳娜敏静丽强磊军洋勇艳杰娟涛超霞平刚桂英华玉兰建国志明晓雨子轩浩宇欣怡梓涵思远文博嘉琪海燕春梅秀珍立新佳慧永康", "")
	return surname + m.pick(given...) + m.pick("", m.pick(given...), m.pick(given...))
}

// tempting makes up what only looks personal.
func (m *maker) tempting(name string) string {
	switch name {
	case "!order":
		return m.pick("2026"+m.digits(8), "2026"+m.digits(12), m.digits(10), m.letters(2)+m.digits(12), "1"+m.pick("3", "5", "8")+m.digits(9))
	case "!policy":
		return m.pick("P", "") + "2026" + m.digits(10)
	case "!amount":
		return m.pick(m.digits(2)+"."+m.digits(2), strconv.Itoa(100+m.r.IntN(90_000)), "12,345.60", strconv.Itoa(1_000_000+m.r.IntN(9_000_000)))
	case "!points":
		return strconv.Itoa(2 + m.r.IntN(9000))
	case "!service":
		if m.lang == conversation.English {
			return m.pick("0800 "+m.digits(3)+" "+m.digits(4), "1-800-555-0"+m.digits(3), "0345 600 "+m.digits(4), "888-555-0"+m.digits(3))
		}
		return m.pick("10086", "95588", "12345", "400-"+m.digits(3)+"-"+m.digits(4), "400"+m.digits(7), "95"+m.digits(3), "800 810 "+m.digits(4), "12315", "110")
	case "!flight":
		return m.pick("CA", "MU", "CZ", "BA", "UA", "G") + strconv.Itoa(1000+m.r.IntN(8999))
	case "!year":
		return strconv.Itoa(1990 + m.r.IntN(37))
	case "!date":
		if m.lang == conversation.English {
			return m.pick("12 May", "the third of March", "14/03/2026", "2026-03-02")
		}
		return m.pick("3月2号", "2026年3月2日", "三月十五号", "2026-03-02", "下周二")
	case "!sms":
		return m.pick(m.digits(6), m.digits(4))
	case "!serial":
		return m.letters(2) + m.digits(12)
	case "!staff":
		return m.digits(4)
	case "!model":
		return m.letters(2) + "-" + m.digits(4)
	case "!surname":
		if m.lang == conversation.English {
			return m.pick("Patel", "Smith", "Dawson", "Novak")
		}
		return m.pick("王", "李", "张", "陈", "邵", "欧阳")
	}
	panic(fmt.Sprintf("no such placeholder: %s", name))
}

// scene adds a scene of the file with everything filled in, now and then as a
// recogniser writes it: without punctuation.
func (m *maker) scene(turns []scripted) {
	bare := m.r.IntN(3) == 0
	strip := strings.NewReplacer("，", "", "。", "", "？", "", "！", "", "、", "")
	if m.lang == conversation.English {
		strip = strings.NewReplacer(",", "", "?", "", "!", "")
	}
	for _, t := range turns {
		var parts []any
		for words := t.words; words != ""; {
			before, rest, ok := strings.Cut(words, "{")
			if bare {
				before = strip.Replace(before)
			}
			parts = append(parts, before)
			if !ok {
				break
			}
			name, after, _ := strings.Cut(rest, "}")
			if kind, text := m.fill(name); kind == "" {
				parts = append(parts, text)
			} else {
				parts = append(parts, secret{kind, text})
			}
			words = after
		}
		m.say(t.role, parts...)
	}
}

// scripted is a turn of a scene.
type scripted struct {
	role  conversation.Role
	words string
}
