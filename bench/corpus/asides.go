package corpus

import "github.com/lianxi-cc/lianxi/conversation"

// asides are plain talk that carries no act; # becomes a number.
var asides = map[voice][]string{
	{conversation.Chinese, conversation.Agent}: {
		"系统里显示单号是#", "这边看到的日期是上个月#号", "型号那一栏写的是#系列", "页面上一共有三个选项", "第一项是月租，第二项是流量",
		"屏幕左下角有一个蓝色的按钮", "仓库在城东物流园#号", "这个套餐里包含#分钟", "编号后四位是#", "昨天下午三点多有一条记录",
		"后台登记的是两件商品", "发票抬头写的是公司名称", "这里的状态是运输中", "收件地址是幸福路#号", "一共是#块钱",
	},
	{conversation.Chinese, conversation.Customer}: {
		"单号是#", "我是上个星期买的", "家里那台是白色的", "当时是我儿子帮忙下的单", "地址就在人民路#号", "尾号是#",
		"我昨天在门口等了一会儿", "手机是去年换的", "那个盒子放在桌子上", "短信上写的是#", "我住在三楼", "路由器的灯是绿色的",
		"我早上看过一遍", "大概是#块左右", "我用的是安卓手机",
	},
	{conversation.English, conversation.Agent}: {
		"The order number here is #.", "It was placed on the third of the month.", "There are three lines on this page.",
		"The first column is the monthly fee.", "The parcel weighs about two kilos.", "The reference ends in #.",
		"The button is in the lower left corner.", "The depot is on Mill Road.", "This plan includes # minutes.",
		"The entry is from yesterday afternoon.", "The invoice carries the company's name.", "It left the warehouse on Monday.",
	},
	{conversation.English, conversation.Customer}: {
		"The number is #.", "I bought it last week.", "It's the white one.", "My son placed the order.", "The address is # Park Lane.",
		"It ends in #.", "The box is still on the table.", "The text message said #.", "I live on the third floor.",
		"The light on the router is green.", "It was about # pounds.", "I looked at it this morning.",
	},
}
