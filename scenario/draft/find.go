package draft

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
)

// findings is what a scenario needs, as far as the conversation shows it.
type findings struct {
	concerns []concern
	facts    []fact
	identity []string            // facts that proved who he is
	habits   map[string][]string // behaviour to the customer's words
	marks    map[int]string      // agent turn to the behaviour it answers
	curve    []string            // the mood, turn by turn, in words
	start    int                 // irritation at the beginning
	hostile  int                 // turns with abuse, anger or threats
	ending   string              // of the real call, in the words of the language
}

type concern struct {
	id     string
	raise  string
	points []point
	accept string
}

type point struct {
	id, label, asks string
	says            []string
}

type fact struct {
	id, label, tells string
	asked            []string
}

// find reads the conversation once, from the first turn to the last.
func (t *talk) find() *findings {
	f := &findings{habits: map[string][]string{}, marks: map[int]string{}}
	last := "" // what the customer just did
	for i := range t.turns {
		u := &t.turns[i]
		if u.customer() {
			last = t.customerTurn(f, i)
			continue
		}
		if last != "" {
			f.marks[i] = last
		}
		t.agentTurn(f, i)
	}
	t.mood(f)
	return f
}

// customerTurn files what the customer says, and returns the behaviour.
func (t *talk) customerTurn(f *findings, i int) string {
	u := &t.turns[i]
	switch {
	case t.onlyManners(u):
		return ""
	case len(f.concerns) == 0:
		return f.raise(u.text)
	case t.isFact(i):
		return f.tell(t, i)
	}
	c := &f.concerns[len(f.concerns)-1]
	if before, more, ok := t.another(u); ok && len(c.points) > 0 {
		if before != "" && c.accept == "" {
			c.accept = before
		}
		return f.raise(more)
	}
	if u.has("satisfied", "thanks") && len(c.points) > 0 && !u.asks() {
		if c.accept == "" || u.has("satisfied") {
			c.accept = u.text
		}
		return "accept:" + c.id
	}
	for _, h := range []struct {
		act       analysis.Act
		behaviour string
	}{{"ask-supervisor", "ask-supervisor"}, {"threaten", "threaten"}, {"abuse", "abuse"}, {"vent-anger", "vent"}} {
		if u.acts[h.act] {
			f.habits[h.behaviour] = append(f.habits[h.behaviour], t.stated(u.text))
			return h.behaviour
		}
	}
	if u.has("agree") && len(c.points) > 0 && !u.asks() && c.accept == "" {
		c.accept = u.text
		return "accept:" + c.id
	}
	return ""
}

// stated returns what of text does not ask, or all of it when all asks.
func (t *talk) stated(text string) string {
	out := ""
	for _, s := range sentences(text) {
		if !strings.ContainsAny(s, "?？") {
			out += s
		}
	}
	if out = strings.TrimSpace(out); out == "" {
		return text
	}
	return out
}

func (f *findings) raise(text string) string {
	c := concern{id: fmt.Sprintf("concern-%d", len(f.concerns)+1), raise: text}
	f.concerns = append(f.concerns, c)
	return "raise:" + c.id
}

// isFact reports an answer to the agent's question: told, not asked.
func (t *talk) isFact(i int) bool {
	u := &t.turns[i]
	before := t.before(i)
	if before == nil || !before.asks() || u.asks() || before.has("ask-anything-else", "restate") {
		return false
	}
	if !before.has("verify-identity", "ask-favour", "ask-open") && before.has("ask-opinion", "ask-permission", "ask-name") {
		return false // any customer agrees, and gives his name
	}
	return !u.has("satisfied", "threaten", "abuse", "ask-supervisor")
}

// before returns the agent turn before turn i, or nil.
func (t *talk) before(i int) *turn {
	if i == 0 || t.turns[i-1].customer() {
		return nil
	}
	return &t.turns[i-1]
}

func (f *findings) tell(t *talk, i int) string {
	question := t.before(i)
	asked := t.keywords(t.core(t.question(question.text)), 3)
	for _, other := range f.facts { // what asks for that does not ask for this
		asked = slices.DeleteFunc(asked, func(w string) bool { return slices.Contains(other.asked, w) })
	}
	if len(asked) == 0 {
		return ""
	}
	n := fact{id: fmt.Sprintf("fact-%d", len(f.facts)+1), label: t.short(t.turns[i].text), tells: t.turns[i].text, asked: asked}
	f.facts = append(f.facts, n)
	if question.has("verify-identity") {
		f.identity = append(f.identity, n.id)
	}
	return "tell:" + n.id
}

// question returns the sentences of text that ask or request.
func (t *talk) question(text string) string {
	out := ""
	for _, s := range sentences(text) {
		if strings.ContainsAny(s, "?？") || strings.Contains(s, "麻烦您") || strings.Contains(s, "请您") || strings.Contains(s, "提供") {
			out += s
		}
	}
	if out == "" {
		return text
	}
	return out
}

// core returns the last clause of a question that is about something: before it
// stand reasons and courtesies.
func (t *talk) core(text string) string {
	clauses := strings.FieldsFunc(text, func(r rune) bool { return r == '，' || r == ',' })
	for i := len(clauses) - 1; i >= 0; i-- {
		if len(t.keywords(clauses[i], 1)) > 0 {
			return clauses[i]
		}
	}
	return text
}

func sentences(text string) []string {
	var out []string
	from := 0
	for i, r := range text {
		if strings.ContainsRune("。！？?!", r) || r == '.' && strings.HasPrefix(text[i:], ". ") {
			out = append(out, text[from:i+len(string(r))])
			from = i + len(string(r))
		}
	}
	return append(out, text[from:])
}

// onlyManners reports a turn of greetings, thanks and goodbyes, or one too
// short to say anything.
func (t *talk) onlyManners(u *turn) bool {
	if u.asks() || strings.ContainsAny(u.text, "{0123456789") || u.has("complain", "vent-anger", "abuse", "threaten", "ask-supervisor", "satisfied", "agree", "thanks") {
		return false
	}
	if t.chinese() {
		return len([]rune(u.text)) < 5
	}
	return len(strings.Fields(u.text)) < 3
}

// another reports a further grievance or question, and what was said before it
// in the same turn.
func (t *talk) another(u *turn) (before, more string, ok bool) {
	for _, s := range sentences(u.text) {
		low := strings.ToLower(s)
		for _, w := range []string{"还有", "另外", "顺便", "再问", "还想问", "而且", "another thing", "one more thing", "also,", "on top of that", "while i have you", "by the way", "and what about"} {
			ok = ok || strings.Contains(low, w)
		}
		if ok {
			more += s
		} else {
			before += s
		}
	}
	return strings.TrimSpace(before), strings.TrimSpace(more), ok
}

// agentTurn files what the agent told or did as points of the concern on the
// floor. Whether it was right is for a person to say.
func (t *talk) agentTurn(f *findings, i int) {
	u := &t.turns[i]
	if len(f.concerns) == 0 || !u.has("propose", "promise", "offer-information", "offer-alternative", "open-ticket", "transfer", "hedge", "own", "hold-return") && u.asks() {
		return
	}
	c := &f.concerns[len(f.concerns)-1]
	for _, s := range sentences(u.text) {
		if strings.ContainsAny(s, "?？") || len(c.points) >= maxPoints {
			continue
		}
		says := t.keywords(s, 2)
		if len(says) < 2 || t.courtesy(s) {
			continue
		}
		p := point{id: fmt.Sprintf("%s-point-%d", strings.Replace(c.id, "concern-", "c", 1), len(c.points)+1), label: t.short(s), says: says}
		if i > 0 && t.turns[i-1].customer() && t.turns[i-1].asks() && !t.raised(f, t.turns[i-1].text) {
			p.asks = strings.TrimSpace(t.question(t.turns[i-1].text))
		}
		if !slices.ContainsFunc(c.points, func(o point) bool { return slices.Equal(o.says, says) || o.asks != "" && o.asks == p.asks }) {
			c.points = append(c.points, p)
			if p.asks != "" && f.marks[i] != "" { // an unmarked line keeps its place in the order
				f.marks[i] += "|ask:" + p.id
			}
		}
	}
}

// maxPoints is how many points a concern is drafted with: who has to say more
// in one call has written a bad scenario.
const maxPoints = 4

func (t *talk) raised(f *findings, text string) bool {
	return slices.ContainsFunc(f.concerns, func(c concern) bool { return strings.Contains(text, c.raise) })
}

// courtesy reports a sentence that says nothing of the matter.
func (t *talk) courtesy(s string) bool {
	low := strings.ToLower(s)
	for _, w := range []string{"您好", "再见", "感谢", "谢谢", "抱歉", "对不起", "理解您", "稍等", "久等", "为您服务", "放心", "祝您", "核对", "核实", "goodbye", "thank", "sorry", "apolog", "welcome", "good morning", "good afternoon", "good evening",
		"how can i", "frustrat", "one moment", "hold on", "bear with", "let me", "i understand", "have a ", "speaking"} {
		if strings.Contains(low, w) {
			return true
		}
	}
	return false
}

// mood reads the curve off the customer's acts.
func (t *talk) mood(f *findings) {
	now, n := 0, 0
	for _, u := range t.turns {
		if !u.customer() {
			continue
		}
		n++
		step := 0
		for act, by := range map[analysis.Act]int{"complain": 150, "vent-anger": 250, "abuse": 350, "threaten": 250, "ask-supervisor": 150, "repeat-question": 60, "hurry": 80,
			"confused": 20, "agree": -80, "satisfied": -250, "thanks": -120} {
			if u.acts[act] {
				step += by
			}
		}
		if u.has("vent-anger", "abuse", "threaten") {
			f.hostile++
		}
		if n == 1 {
			now = 150
		}
		now = min(max(now+step, 50), 900)
		if n <= 2 {
			f.start = max(f.start, now)
		}
		f.curve = append(f.curve, fmt.Sprintf("%d", now))
	}
	f.ending = t.ending()
}

// ending says how the real call went out.
func (t *talk) ending() string {
	words := map[string][2]string{
		"content":     {"客户满意", "the customer was content"},
		"cold":        {"办完了，客户没有表示满意", "settled, and no word of thanks"},
		"left":        {"客户不满意地离开", "the customer left discontent"},
		"handed":      {"转给了别人", "handed on"},
		"not-clear":   {"看不出来", "not clear from the words"},
		"turned-down": {"客户拒绝了", "the customer said no"},
	}
	key := "not-clear"
	for i := max(0, len(t.turns)-6); i < len(t.turns); i++ {
		switch u := &t.turns[i]; {
		case u.customer() && u.has("satisfied", "thanks"):
			key = "content"
		case u.customer() && u.has("threaten", "abuse", "vent-anger"):
			key = "left"
		case u.customer() && u.has("not-interested", "refuse") && t.conv.Direction == conversation.Outbound:
			key = "turned-down"
		case u.customer() && u.has("goodbye") && key == "not-clear":
			key = "cold"
		case !u.customer() && u.has("transfer"):
			key = "handed"
		}
	}
	if t.chinese() {
		return words[key][0]
	}
	return words[key][1]
}
