package redact_test

import (
	"strconv"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/conversation/redact"
)

const (
	agent    = conversation.Agent
	customer = conversation.Customer
)

// chineseScenes are exchanges in which something personal is said, and others
// that only look so.
var chineseScenes = []func(m *maker){
	func(m *maker) { // resident id
		m.say(agent, m.pick("为了您的账户安全，请您报一下身份证号码。", "麻烦您提供一下证件号。", "请问开户人的身份证号是多少？"))
		m.number(redact.Identity, m.pick("", "好，", "身份证是", "您记一下，", "我的身份证号码是"), m.residentID(), m.pick("。", "", "，对的。"))
	},
	func(m *maker) { // mobile
		m.say(agent, m.pick("请问您的联系电话是多少？", "方便留一个手机号吗？", "您要查询的号码是？"))
		m.number(redact.Phone, m.pick("", "我手机是", "嗯，", "打这个号码，", "电话"), "1"+m.pick("3", "5", "7", "8", "9")+m.digits(9), m.pick("。", "", "，微信也是这个。"))
	},
	func(m *maker) { // bank card
		m.say(agent, m.pick("请您报一下银行卡号。", "请问您尾号多少的储蓄卡？报一下完整卡号。"))
		m.number(redact.Card, m.pick("", "卡号是", "好的，", "稍等啊，"), m.card(), m.pick("。", "", "，工行的。"))
	},
	func(m *maker) { // card security code
		m.say(agent, "请勿告诉任何人您的安全码。")
		m.say(customer, "我念一下啊，", "卡片背面的安全码是", secret{redact.Card, m.pick(m.digits(3), m.aloud("731"))}, "。")
	},
	func(m *maker) { // landline
		m.say(customer, m.pick("家里座机是", "你打我家电话，"), secret{redact.Phone, m.pick("010-", "021-", "0571-", "0755 ") + m.pick("6", "8", "2") + m.digits(7)}, "，白天有人。")
	},
	func(m *maker) { // plate
		plate := m.pick("京", "沪", "粤", "苏", "川", "浙", "鲁") + m.pick("A", "B", "C", "F")
		rest := m.pick(m.digits(5), m.digits(3)+m.pick("K8", "QT"), "D"+m.digits(5), "A"+m.digits(4))
		switch m.r.IntN(3) {
		case 0:
			plate += rest
		case 1:
			plate += "·" + rest
		default:
			plate += m.aloud(m.digits(5))
		}
		m.say(agent, m.pick("请问您的车牌号是？", "是哪一辆车？"))
		m.say(customer, m.pick("", "车牌", "我的车是", "是"), secret{redact.Plate, plate}, m.pick("。", "，白色的。", ""))
	},
	func(m *maker) { // e-mail
		m.say(agent, "请问您的邮箱是？")
		m.say(customer, m.pick("发到", "邮箱是", ""), secret{redact.Email, m.pick(
			"zhang"+m.digits(3)+"@example.com", "li.xia@mail.example.cn", m.digits(8)+"@qq.com", "wangfang艾特163点com", "chen"+m.digits(2)+" at qq 点 com", "liu艾特example点com点cn",
		)}, m.pick("。", "就行。", "，谢谢。"))
	},
	func(m *maker) { // address
		road := m.pick("解放路", "中山北路", "幸福大街", "丰禾里", "金桂花园", "阳光小区", "滨河大道", "和平新村", "建设二路", "翠湖苑")
		city := m.pick("", "杭州市西湖区", "浙江省宁波市江北区", "成都市", "朝阳区", "江宁区东山街道")
		door := m.pick("12号", "六栋二零二", "3号楼2单元501室", "八十八号", "十二幢三单元四零一", "7栋1203", "66弄5号", "5号院3号楼")
		m.say(agent, m.pick("请问收货地址是？", "您家地址在哪儿？", "为了让师傅找对地址，跟您核对一下。"))
		m.say(customer, m.pick("", "地址是", "我住在", "送到", "在", "家在"), secret{redact.Address, city + road + door}, m.pick("。", "，门口有保安。", "，麻烦快点。"))
	},
	func(m *maker) { // name
		name := m.pick("王", "李", "邵", "欧阳", "陈", "赵", "司马", "谭") + m.pick("桂兰", "建国", "敏", "晓雨", "志强", "芳", "子轩", "丽华")
		switch m.r.IntN(4) {
		case 0:
			m.say(agent, m.pick("请问您的姓名是？", "请问机主的户名是？", "请问怎么称呼您？"))
			m.say(customer, m.pick("", "我叫", "户名是我，", "是", "嗯，"), secret{redact.Name, name}, m.pick("。", "，", ""))
			m.say(agent, m.pick("好的，", "核对一下，"), secret{redact.Name, name}, m.pick("女士。", "先生，请稍等。", "，没错吧？"))
		case 1:
			m.say(customer, m.pick("我叫", "机主是", "收件人", "登记的名字是", "姓名："), secret{redact.Name, name}, m.pick("，查一下。", "，", "。"))
		case 2:
			m.say(agent, m.pick("请问是", "请问您是"), secret{redact.Name, name}, m.pick("先生吗？", "女士本人吗？", "小姐对吗？"))
			m.say(customer, "对，是我。")
		default:
			m.say(customer, "我老婆叫", secret{redact.Name, name}, "，卡是她的名字。")
		}
	},
	// near misses
	func(m *maker) {
		m.say(agent, "您可以拨打", m.pick("400-820-"+m.digits(4), "95533", "10086", "12345", "800 810 "+m.digits(4), "四零零八二零一二三四"), "咨询。")
	},
	func(m *maker) {
		m.say(customer, m.pick("订单号是", "运单号", "我的工单号："), "2026"+m.digits(m.pickInt(8, 10, 12)), "，帮我查一下。")
	},
	func(m *maker) {
		m.say(agent, "您本月话费", m.digits(2), "元，余额", strconv.Itoa(m.r.IntN(9000)+100), ".5", "0元，可用流量", m.digits(3), "兆。")
	},
	func(m *maker) {
		m.say(agent, "工号", m.digits(4), "为您服务，", m.pick("陈先生", "邵女士", "欧阳小姐"), "您好。")
	},
	func(m *maker) {
		m.say(customer, "二零二六年三月", m.pick("二", "十五"), "号，上午九点半，一共等了四十五分钟，打了三次。")
	},
	func(m *maker) {
		m.say(customer, "验证码", m.pick(m.digits(6), m.aloud(m.digits(6))), "，收到了。")
	},
	func(m *maker) {
		m.say(customer, m.pick("我姓邵。", "免贵姓王。", "我是想问一下，怎么还没到账？", "我叫了三次师傅都没来。", "我叫你们领导来。", "您是哪位？"))
	},
	func(m *maker) {
		m.say(agent, "请您到", m.pick("附近的营业厅", "中山路营业厅", "三楼一号窗口", "二号线"), "办理，带上身份证和银行卡。")
	},
	func(m *maker) {
		m.say(customer, "金额是¥", strconv.Itoa(10_000_000_000+m.r.IntN(90_000_000)), "，五百万的合同，编号", m.digits(12), "。")
	},
	func(m *maker) {
		m.say(customer, "机身序列号", m.pick("SN", "K"), m.digits(14), "，型号是A1", m.digits(3), "。")
	},
	func(m *maker) {
		m.say(agent, "一、先断电；二、等三十秒；三、再重启。两个灯亮了就好，第一个是绿色。")
	},
}

var englishScenes = []func(m *maker){
	func(m *maker) { // mobile, British
		m.say(agent, m.pick("What's the best number to reach you on?", "Could I take a contact number?"))
		m.number(redact.Phone, m.pick("", "It's ", "My mobile is ", "Sure, "), "07"+m.digits(9), m.pick(".", "", ", thanks."))
	},
	func(m *maker) { // American
		area, exchange := m.pick("212", "415", "608", "303"), strconv.Itoa(2+m.r.IntN(8))+m.digits(2)
		m.say(agent, m.pick("What phone number is on the account?", "Can I get a callback number?"))
		if m.r.IntN(2) == 0 {
			m.number(redact.Phone, m.pick("", "It's ", "Yeah, "), area+exchange+m.digits(4), m.pick(".", ""))
			return
		}
		m.say(customer, "You can call me at ", m.pick("", "+1 "), secret{redact.Phone, m.pick("("+area+") "+exchange+"-"+m.digits(4), area+"-"+exchange+"-"+m.digits(4), area+"."+exchange+"."+m.digits(4))[0:]}, m.pick(".", " after six."))
		m.shiftBracket()
	},
	func(m *maker) { // card
		m.say(agent, m.pick("Could you read me the long number on the front of the card?", "What is the card number, please?"))
		m.number(redact.Card, m.pick("", "It's ", "Right, "), m.card(), m.pick(".", "", ", it's a debit card."))
	},
	func(m *maker) { // security code
		m.say(customer, "and the security code is ", secret{redact.Card, m.pick(m.digits(3), "four one seven", "nine oh two")}, ".")
	},
	func(m *maker) { // social security
		n := m.pick("219", "457", "078") + m.digits(6)
		m.say(agent, "I need your social security number to verify you.")
		m.number(redact.Identity, m.pick("", "It's ", "Okay, "), n, ".")
	},
	func(m *maker) { // resident id of a traveller
		m.say(agent, "Please read me your ID number.")
		m.number(redact.Identity, m.pick("", "It is "), m.residentID(), ".")
	},
	func(m *maker) { // plate
		m.say(agent, m.pick("What's the registration, please?", "And the number plate?"))
		m.say(customer, m.pick("It's ", "", "The reg is "), secret{redact.Plate, m.pick("AB12 CDE", "KX67 "+m.pick("FGH", "LMO"), "BD51SMR", "A B one two C D E")}, m.pick(".", ", a blue Fiesta."))
	},
	func(m *maker) { // e-mail
		m.say(agent, "What e-mail address should I send that to?")
		m.say(customer, m.pick("It's ", "Send it to ", ""), secret{redact.Email, m.pick(
			"j.doe"+m.digits(2)+"@example.com", "mary_ann@mail.example.co.uk", "john dot smith at example dot com", "sarah underscore lee at example dot co dot uk", "tom"+m.digits(2)+" at gmail dot com", "k.o'"[:2]+"neil@example.org",
		)}, m.pick(".", " please.", ", all lower case."))
	},
	func(m *maker) { // address
		number := m.pick("14", "221B", "1600", "7", "forty two", "twelve")
		street := m.pick("Maple Street", "Station Road", "High Street", "Elm Avenue", "Kings Lane", "Willow Crescent", "Oak Tree Drive")
		m.say(agent, m.pick("What's the delivery address?", "Can you confirm the address on file?"))
		m.say(customer, m.pick("It's ", "I live at ", "Send it to ", ""), secret{redact.Address, m.pick("", "Flat 3, ", "Apartment 12 ") + number + " " + street}, m.pick(".", ", it has a green door.", ", please hurry."))
	},
	func(m *maker) { // post code
		m.say(customer, "The postcode is ", secret{redact.Address, m.pick("SW1A 2AB", "M14 5TP", "EH1 3QR")}, ".")
	},
	func(m *maker) { // name
		first, last := m.pick("Priya", "John", "Mary", "Kwame", "Sofia", "Liam"), m.pick("Patel", "Smith", "O'Brien", "Okafor", "Garcia-Lopez", "Dawson")
		switch m.r.IntN(4) {
		case 0:
			m.say(customer, m.pick("Hi, my name is ", "My full name is ", "The account holder is ", "Hello, this is "), secret{redact.Name, first + " " + last}, m.pick(".", ", I placed an order.", " and I'm furious."))
			m.say(agent, "Thank you, ", secret{redact.Name, first + " " + last}, ".")
		case 1:
			m.say(agent, "Am I speaking with ", m.pick("", "Ms ", "Mr. "), secret{redact.Name, first + " " + last}, "?")
		case 2:
			m.say(customer, "it's spelled ", secret{redact.Name, spell(last)}, ".")
		default:
			m.say(customer, "hi my name is ", secret{redact.Name, strings.ToLower(first)}, m.pick(" and my router is dead", ""))
		}
	},
	// near misses
	func(m *maker) {
		m.say(agent, "You can call us toll free on ", m.pick("1-800-555-0"+m.digits(3), "0800 "+m.digits(3)+" "+m.digits(4), "911", "888 555 0"+m.digits(3)), ".")
	},
	func(m *maker) {
		m.say(customer, m.pick("My order number is ", "The tracking number is ", "Reference "), m.digits(m.pickInt(8, 10, 12)), ".")
	},
	func(m *maker) {
		m.say(agent, "Your balance is $", strconv.Itoa(1000+m.r.IntN(90000)), ".50 and twelve dollars are due on the twenty third of March two thousand and twenty six.")
	},
	func(m *maker) {
		m.say(agent, "Thank you, ", m.pick("Mr Patel", "Ms. Dawson", "sir"), ", this is about your order, it's for two items.")
	},
	func(m *maker) {
		m.say(customer, "The code I got is ", m.pick(m.digits(6), m.aloud(m.digits(6))), ", I waited forty five minutes and called three times.")
	},
	func(m *maker) {
		m.say(customer, "This is ridiculous. This is the fourth time. One moment, two of the three lights are on.")
	},
	func(m *maker) {
		m.say(agent, "Please turn it off for thirty seconds, the way I said, and drive safely down the road.")
	},
	func(m *maker) {
		m.say(customer, "The serial number is ", m.digits(15), " and the model is WRT ", m.digits(4), ".")
	},
	func(m *maker) { m.say(customer, "I go by the place at nine to five, at a dot on the map.") },
}

// spell parts the letters of a name.
func spell(name string) string {
	return strings.Join(strings.Split(strings.ToUpper(strings.NewReplacer("'", "", "-", "").Replace(name)), ""), " ")
}

// shiftBracket leaves an opening bracket out of the last secret: nothing is
// lost when it shows.
func (m *maker) shiftBracket() {
	last := &m.gold[len(m.gold)-1]
	if strings.HasPrefix(string([]rune(m.c.Turns[last.Turn].Text)[last.From:]), "(") {
		last.From++
	}
}
