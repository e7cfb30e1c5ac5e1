package language

import (
	"fmt"
	"slices"
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/testkit"
)

// TestMadeLexiconsAreHeardAsByTheOracle lets made lexicons, half of them with
// a made model, hear made conversations. An execution is a lexicon and a turn
// with those before it.
func TestMadeLexiconsAreHeardAsByTheOracle(t *testing.T) {
	const conversations = 100 // of a lexicon
	executions := testkit.Executions(t, 300_000)
	cat, err := analysis.ParseCatalogue(analysis.CatalogueFile, []byte(madeActs))
	if err != nil {
		t.Fatal(err)
	}
	var n tries
	for number := 0; n.done < executions; number++ {
		x := makeEngine(t, cat, number)
		for range conversations {
			if wrong := x.hear(x.conversation(), &n); wrong != "" {
				t.Fatalf("lexicon %d, after %d executions: %s\n%s%s", number, n.done, wrong, x.text, x.over)
			}
		}
	}
	t.Logf("%d executions with %d findings, %d without any; the oracle gave up %d conversations", n.done, n.findings, n.nothing, n.wearied)
	if n.done > 10_000 && (n.findings < n.done/2 || n.nothing > n.done*2/3 || n.wearied > n.done/50) {
		t.Error("the campaign proves little")
	}
}

// tries counts executions, and those from which little is learned.
type tries struct{ done, findings, nothing, wearied int }

// hear lets the engine hear c turn by turn and at once, and says where it does
// not hear as the oracle.
func (x *madeEngine) hear(c conversation.Conversation, n *tries) string {
	x.o.forget()
	var want []analysis.Finding
	for i, turn := range c.Turns {
		u := analysis.Utterance{Lang: c.Lang, Channel: c.Channel, Direction: c.Direction, Role: turn.Role, Text: turn.Text, Context: c.Turns[:i]}
		wrong := ""
		if x.one(20) {
			wrong = x.hearAnother(u)
		}
		if wrong == "" {
			wrong = x.o.heardOtherwise(u)
		}
		if wrong == "" && turn.Role != conversation.System && x.one(3) {
			wrong = x.o.parts(u)
		}
		found := x.o.acts(u)
		if wrong == "" && x.one(16) {
			acts, _ := x.o.parted(found)
			wrong = x.explainedOtherwise(u, acts)
		}
		if x.o.wearied { // what it remembers of the turns is not to be relied on
			n.wearied++
			return ""
		}
		if wrong != "" {
			return wrong
		}
		n.done++
		n.findings += len(found)
		if len(found) == 0 {
			n.nothing++
		}
		for _, f := range found {
			f.Turn = i
			want = append(want, f)
		}
	}
	if got := x.e.Conversation(c); !slices.Equal(got, want) {
		return fmt.Sprintf("%+v: heard at once\n%+v, naively\n%+v", c, got, want)
	}
	return ""
}

// hearAnother lets the engine hear an utterance of another call that is like u,
// and says whether it does not hear it as the oracle.
func (x *madeEngine) hearAnother(u analysis.Utterance) string {
	o := *x.o
	o.forget()
	switch x.IntN(3) {
	case 0: // later in the call
		u.Context = u.Context[x.IntN(len(u.Context)+1):]
	case 1: // the others speak
		others := map[conversation.Role]conversation.Role{conversation.Agent: conversation.Customer, conversation.Customer: conversation.Agent}
		u.Role, u.Context = others[u.Role], slices.Clone(u.Context)
		for i := range u.Context {
			u.Context[i].Role = others[u.Context[i].Role]
		}
	default:
		u.Channel, u.Direction = conversation.Channel(x.pick("phone", "chat", "")), conversation.Direction(x.pick("inbound", "outbound", ""))
	}
	return o.heardOtherwise(u)
}

// explainedOtherwise says what Explain hears other than want.
func (x *madeEngine) explainedOtherwise(u analysis.Utterance, want []analysis.Finding) string {
	var got []analysis.Finding
	for _, h := range x.e.Explain(u).Heard {
		got = append(got, h.Finding)
	}
	if !slices.Equal(got, want) {
		return fmt.Sprintf("%+v: explained\n%+v, naively\n%+v", u, got, want)
	}
	return ""
}
