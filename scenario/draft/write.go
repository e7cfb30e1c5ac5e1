package draft

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// remarks say what a person must finish, by place; Chinese, English.
func (t *talk) remark(place string) string {
	texts := map[string][2]string{
		"head":    {"草稿，由一通真实会话生成，个人信息已换成虚构的值。带“请”字的注释是要人来完成的。完成后：lianxi scenario check 本文件。", "A draft made from a real conversation; personal data was replaced by invented values. Comments that say “please” are left to a person. Then: lianxi scenario check THIS-FILE."},
		"summary": {"请写：接电话前该告诉学员什么，别透露客户还没说的事。", "please: what a trainee is told beforehand, nothing that the customer has yet to tell."},
		"trade":   {"请填行业。", "please: the trade."},
		"level":   {"请定难度（1到5）。这里按激烈言辞的次数估计。", "please: how hard, 1 to 5; guessed from the hostile turns."},
		"who":     {"请想好这是什么样的人：脾气、语速、能一次听进多少。", "please: what sort of person this is: temperament, pace, how much he takes in at once."},
		"vary":    {"三套平行卷。请再添几套，每套难度要一样，别只换名字。", "three parallel forms; please add more, all equally hard, and vary more than names."},
		"mood":    {"实际通话里客户的恼火程度，逐轮估计：", "how irritated he was, turn by turn, as far as words show it: "},
		"ending":  {"实际通话的结局：", "how the real call ended: "},
		"desk":    {"请写坐席能查到的资料：客户卡片、订单、知识条目，以及正确答案。", "please: what the agent can look up: card, orders, articles, the right answer."},
		"due":     {"通话里核实了身份。请确认：这件事需要核实吗？", "identity was checked in the call; please say whether the request needs it."},
		"not-due": {"通话里没有核实身份。请确认：这件事是不是不用核实？", "identity was not checked in the call; please say whether it should have been."},
		"points":  {"坐席当时说的。请核对说得对不对，补上没说到的；says 是必须出现的词。", "what the agent said then; please check that it was right, add what was left out. says: words that must occur."},
		"asks":    {"请再写两种追问。", "please: two more ways to ask."},
		"raise":   {"请再写几种说法，按平静、着急、发火分。", "please: more ways to say it, calm, tense and hot."},
		"knows":   {"客户被问到才说的。asked 是提问里的关键词，请补上别的问法；不轻易说的加 withheld。", "what he told when asked. asked: words of the question, please add others; withheld for what he does not tell lightly."},
		"accept":  {"通话里没有这样的话，请改。", "there was no such line in the call; please change it."},
		"forbid":  {"请写：这件事上坐席绝不能答应什么（forbidden）。", "please: what must not be promised here (forbidden)."},
		"script":  {"真实坐席的原话。请改成专家的说法，另写新手和粗鲁的坐席：expert.txt、novice.txt、rude.txt。", "What the real agent said. Please make an expert of it, and write a novice and a rude one: expert.txt, novice.txt, rude.txt."},
	}
	if t.chinese() {
		return texts[place][0]
	}
	return texts[place][1]
}

// page is the text being written.
type page struct{ bytes.Buffer }

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// quoted writes s so that YAML reads it back as it is.
func quoted(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string can always be encoded
	return strings.TrimSpace(b.String())
}

func list(texts []string) string {
	out := make([]string, len(texts))
	for i, s := range texts {
		out[i] = quoted(s)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// write returns the scenario's text.
func (t *talk) write(sid id.Scenario, f *findings) []byte {
	p := &page{}
	t.writeHead(p, sid, f)
	t.writeForms(p)
	t.writeMood(p, f)
	for i, c := range f.concerns {
		if i == 0 {
			p.line("concerns:")
		}
		t.writeConcern(p, c)
	}
	t.writeFacts(p, f)
	p.line("# %s", t.remark("forbid"))
	t.writeHabits(p, f)
	return p.Bytes()
}

func (t *talk) writeHead(p *page, sid id.Scenario, f *findings) {
	kind, card, skills := t.kind(f)
	p.line("# %s", t.remark("head"))
	p.line("id: %s\nlang: %s", sid, t.conv.Lang)
	p.line("title: %s", quoted(inBraces.ReplaceAllString(t.short(f.concerns[0].raise), "…"))) // a title has no slots
	p.line("summary: %s # %s", quoted(t.short(f.concerns[0].raise)), t.remark("summary"))
	p.line("trade: other # %s", t.remark("trade"))
	p.line("kind: %s\nlevel: %d # %s", kind, min(2+f.hostile, 5), t.remark("level"))
	p.line("channel: %s\ndirection: %s", t.conv.Channel, t.conv.Direction)
	p.line("scorecard: %s\ncompetencies: [%s]", card, skills)
	temperament := "even"
	if f.hostile > 0 {
		temperament = "quick-tempered"
	}
	p.line("customer: {temperament: %s, pace: normal} # %s", temperament, t.remark("who"))
}

// kind returns the scenario's kind, its scorecard and what it trains.
func (t *talk) kind(f *findings) (kind, card, skills string) {
	complains := f.hostile > 0
	for _, u := range t.turns {
		complains = complains || u.has("complain")
	}
	switch {
	case t.conv.Direction == conversation.Outbound:
		return "care", "outbound", "service-orientation, listening"
	case complains && t.conv.Channel != conversation.Chat:
		return "complaint", "complaint", "empathy, self-control, problem-solving"
	case complains:
		return "complaint", "chat", "empathy, self-control, problem-solving"
	case t.conv.Channel == conversation.Chat:
		return "enquiry", "chat", "questioning, problem-solving"
	}
	return "enquiry", "enquiry", "questioning, problem-solving"
}

func (t *talk) writeForms(p *page) {
	p.line("vary: # %s", t.remark("vary"))
	n := len(t.slots) - 2
	write := func(table string, slots []slot) {
		if len(slots) == 0 {
			return
		}
		p.line("  %s:", table)
		for row := range 3 {
			var values []string
			for _, s := range slots {
				values = append(values, s.name+": "+quoted(s.values[row]))
			}
			p.line("    - {%s}", strings.Join(values, ", "))
		}
	}
	person, details := slices.Clone(t.slots[n:]), []slot{}
	for _, s := range t.slots[:n] {
		if s.name == "name" { // goes with the surname
			person = append(person, s)
		} else {
			details = append(details, s)
		}
	}
	write("person", person)
	write("details", details)
}

func (t *talk) writeMood(p *page, f *findings) {
	p.line("# %s%s", t.remark("mood"), strings.Join(f.curve, " "))
	p.line("# %s%s", t.remark("ending"), f.ending)
	p.line("mood: {irritation: %d, trust: %d, patience: 600, clarity: 650}", f.start, max(200, 500-f.start/2))
	p.line("desk: {} # %s", t.remark("desk"))
	if len(f.identity) > 0 {
		p.line("verification: {due: true, facts: [%s]} # %s", strings.Join(f.identity, ", "), t.remark("due"))
	} else {
		p.line("verification: {due: false} # %s", t.remark("not-due"))
	}
	if t.conv.Direction == conversation.Outbound {
		p.line("outbound: {interest: 500, accepts: 500}")
	}
}

func (t *talk) writeConcern(p *page, c concern) {
	p.line("  - id: %s\n    label: %s", c.id, quoted(t.short(c.raise)))
	p.line("    raise: {any: [%s]} # %s", quoted(c.raise), t.remark("raise"))
	p.line("    points: # %s", t.remark("points"))
	for _, o := range c.points {
		p.line("      - id: %s\n        label: %s\n        says: %s", o.id, quoted(o.label), list(o.says))
		if o.asks != "" {
			p.line("        asks: {any: [%s]} # %s", quoted(o.asks), t.remark("asks"))
		} else {
			p.line("        # asks: %s", t.remark("asks"))
		}
	}
	accept, comment := c.accept, ""
	if accept == "" {
		if accept = "Right, that settles it then."; t.chinese() {
			accept = "行，那这事就这么办。"
		}
		comment = " # " + t.remark("accept")
	}
	p.line("    accept: {any: [%s]}%s", quoted(accept), comment)
}

func (t *talk) writeFacts(p *page, f *findings) {
	if len(f.facts) == 0 {
		return
	}
	p.line("knows: # %s", t.remark("knows"))
	for _, n := range f.facts {
		p.line("  - id: %s\n    label: %s\n    asked: [%s]\n    tells: {any: [%s]}", n.id, quoted(n.label), quoted(strings.Join(n.asked, "|")), quoted(n.tells))
	}
}

func (t *talk) writeHabits(p *page, f *findings) {
	if len(f.habits) == 0 {
		return
	}
	keys := make([]string, 0, len(f.habits))
	for k := range f.habits {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	p.line("policies:")
	for _, k := range keys {
		p.line("  - {do: %s, when: {stalled: {from: 2}, open: true}, times: 1}", k)
	}
	p.line("lines:")
	for _, k := range keys {
		p.line("  %s: {any: %s}", k, list(f.habits[k]))
	}
}

// script returns what the agent said, marked by what it answered.
func (t *talk) script(f *findings) []byte {
	p := &page{}
	p.line("# %s", t.remark("script"))
	for i, u := range t.turns {
		if u.customer() {
			continue
		}
		text := strings.Join(strings.Fields(u.text), " ")
		text = strings.TrimLeft(text, "#@ ") // what begins so is no line
		switch mark := f.marks[i]; {
		case text == "":
		case mark != "":
			p.line("@on %s: %s", mark, text)
		default:
			p.line("%s", text)
		}
	}
	return p.Bytes()
}
