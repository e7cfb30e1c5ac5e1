package webtest

import (
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/analysisdb"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/analysis/language/measure"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/lexicon"
)

// lexicon wires the pages of the lexicon as the program does, over two of the
// labelled files: enough to compare with, and quick.
func (c *Centre) lexicon(db *storage.DB, ids *id.Source) lexicon.Deps {
	store := analysisdb.New(db)
	compile := func(texts lexicon.Texts) (*language.Engine, error) {
		p, err := pack()
		if err != nil {
			return nil, err
		}
		own := map[string]string{}
		for lang, text := range texts {
			own[string(lang)] = text
		}
		return language.Load(content.WithLexicon(content.FS, own), p.acts)
	}
	return lexicon.Deps{Store: store, Live: c.Ears, Compile: compile, Labelled: someLabelled, NewLabel: func() id.Label { return id.Make[id.Label](ids) },
		Released: func(ctx context.Context) error {
			l, _, err := analysisdb.Live(ctx, db)
			if err != nil {
				return err
			}
			hear, err := compile(l.Texts)
			if err == nil {
				c.Ears.Put(hear)
			}
			return err
		}}
}

var someLabelled = sync.OnceValues(func() ([]measure.Item, error) {
	var out []measure.Item
	for _, name := range []string{"labelled/zh-dev-shop.jsonl", "labelled/en-dev-mixed.jsonl"} {
		text, err := fs.ReadFile(content.Labelled, name)
		if err != nil {
			return nil, err
		}
		items, err := measure.Read(name, bytes.NewReader(text))
		if err != nil {
			return nil, err
		}
		out = append(out, items...)
	}
	return out, nil
})

// post sends a form and returns the page it leads to.
func (c *Centre) post(t *testing.T, client *http.Client, path string, form url.Values) (int, string) {
	t.Helper()
	answer, err := client.PostForm(c.URL+path, form)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, body(t, answer)
}

func (c *Centre) get(t *testing.T, client *http.Client, path string) string {
	t.Helper()
	answer, err := client.Get(c.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	return body(t, answer)
}

func body(t *testing.T, answer *http.Response) string {
	t.Helper()
	defer answer.Body.Close()
	var out bytes.Buffer
	if _, err := out.ReadFrom(answer.Body); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func has(t *testing.T, where, page string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(page, w) {
			t.Errorf("%s does not say %q", where, w)
		}
	}
}

// TestAWordingFromDraftToLive follows a wording: the instructor writes it,
// tries it, sees what it changes; the evaluator puts it live; the next turn is
// heard by it.
func TestAWordingFromDraftToLive(t *testing.T) {
	c := Staffed(t)
	writer, evaluator := c.SignedIn(t, staff.Instructor), c.SignedIn(t, staff.Evaluator)
	const words = "您放心这事儿包我身上啦"
	rule := url.Values{"lang": {"zh"}, "at": {"-1"}, "base": {"0"}, "act": {"own"}, "say": {"包我身上\n（写错"}, "why": {"客服组常用"}}

	status, page := c.post(t, writer, "/lexicon/rules", with(rule, "say", "包我身上\n{yuo}来办(吧"))
	if status != http.StatusUnprocessableEntity {
		t.Errorf("a broken wording: status %d", status)
	}
	has(t, "the form", page, "{yuo}来办(吧", "您是想写“you”吗", "包我身上")
	if list, err := c.Deps.Lexicon.Store.Lexicons(context.Background()); err != nil || len(list) != 0 {
		t.Errorf("what does not compile was saved: %v, %v", list, err)
	}

	rule.Set("say", "包我身上")
	if status, page = c.post(t, writer, "/lexicon/rules", rule); status != http.StatusOK {
		t.Fatalf("saving: %d\n%s", status, page)
	}
	has(t, "the lexicon", page, "包我身上", "第 1 版是草稿")
	if status, page = c.post(t, writer, "/lexicon/rules", rule); status != http.StatusUnprocessableEntity || !strings.Contains(page, "有人刚刚保存了新的版本") {
		t.Errorf("from an older version: %d", status)
	}

	_, page = c.post(t, writer, "/lexicon/bench", url.Values{"lang": {"zh"}, "text": {words}, "role": {"agent"}, "before": {"客户：那怎么办呀"}})
	has(t, "the bench", page, "<mark data-ref=\"1\">", "本中心词库，第 4 行", "+ ")
	_, page = c.post(t, writer, "/lexicon/bench", url.Values{"lang": {"zh"}, "text": {"如果您要求我们道歉，那不好意思"}, "role": {"agent"}})
	if strings.Contains(page, "本中心词库") {
		t.Error("the bench names the own lexicon for a built-in wording")
	}
	page = c.get(t, writer, "/lexicon/compare?lang=zh")
	has(t, "the comparison", page, "总体 F1")

	if status, _ = c.post(t, writer, "/lexicon/releases", url.Values{"number": {"1"}, "why": {"好"}}); status != http.StatusForbidden {
		t.Errorf("an instructor puts a wording live: %d", status)
	}
	heard := func() bool {
		for _, f := range c.Ears.Acts(analysis.Utterance{Lang: conversation.Chinese, Role: conversation.Agent, Text: words}) {
			if f.Act == "own" {
				return true
			}
		}
		return false
	}
	if heard() {
		t.Error("a draft is heard")
	}
	if status, page = c.post(t, evaluator, "/lexicon/releases", url.Values{"number": {"1"}, "why": {"量过了"}}); status != http.StatusOK {
		t.Errorf("the evaluator: %d\n%s", status, page)
	}
	has(t, "the versions", page, "量过了", "在用", displays[staff.Evaluator])
	if !heard() {
		t.Error("what was released is not heard")
	}

	own := with(with(rule, "base", "1"), "say", "我盯到底")
	if status, _ = c.post(t, evaluator, "/lexicon/rules", own); status != http.StatusOK {
		t.Errorf("the evaluator writes: %d", status)
	}
	if status, page = c.post(t, evaluator, "/lexicon/releases", url.Values{"number": {"2"}, "why": {"好"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("the evaluator puts her own wording live: %d", status)
	}
	has(t, "the refusal", page, "请由另一位同事来启用")
	if status, page = c.post(t, writer, "/lexicon/rules/0/remove", url.Values{"lang": {"zh"}, "base": {"2"}}); status != http.StatusOK || strings.Contains(page, "包我身上") {
		t.Errorf("removing: %d", status)
	}
	has(t, "version 1", c.get(t, writer, "/lexicon/versions/1"), "包我身上", "客服组常用")
	has(t, "the measure", c.get(t, writer, "/lexicon/measure?lang=zh&by=draft"), "查准率", "听错最多的语句")
	if status, page = c.post(t, writer, "/lexicon/text", url.Values{"lang": {"en"}, "base": {"3"}, "text": {"rules:\n  - act: ownn\n    say: mine\n"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("a broken text: %d", status)
	}
	has(t, "the text", page, "第 2 行", "ownn")
	has(t, "the audit log", c.get(t, c.SignedIn(t, staff.Auditor), "/audit"), "保存词库草稿", "启用词库版本")
}

func with(form url.Values, name, value string) url.Values {
	out := url.Values{}
	for k, v := range form {
		out[k] = v
	}
	out.Set(name, value)
	return out
}

// TestALabelFromAConversation lets the evaluator say what should have been
// heard in a turn of a conversation.
func TestALabelFromAConversation(t *testing.T) {
	c := Staffed(t)
	call := c.Practise(t, staff.Trainee)
	conv, _, err := c.Deps.Conversations.Get(context.Background(), call.Conversation)
	if err != nil {
		t.Fatal(err)
	}
	turn := -1
	var act analysis.Act
	for i, t := range conv.Turns {
		found := c.Ears.Acts(analysis.Utterance{Lang: conv.Lang, Channel: conv.Channel, Direction: conv.Direction, Role: t.Role, Text: t.Text, Context: conv.Turns[:i]})
		if t.Role == conversation.Agent && len(found) > 0 {
			turn, act = i, found[0].Act
		}
	}
	if turn < 0 {
		t.Fatal("nothing was heard in the call")
	}
	evaluator := c.SignedIn(t, staff.Evaluator)
	has(t, "the conversation", c.get(t, evaluator, "/conversations/"+string(call.Conversation)), "/lexicon/labels/new?conversation=")
	link := strings.ReplaceAll(lexicon.LabelURL(call.Conversation, turn, act, true), "&amp;", "&")
	page := c.get(t, evaluator, link)
	has(t, "the form", page, `name="was" value="`+string(act)+`"`)
	form := url.Values{"conversation": {string(call.Conversation)}, "turn": {strconv.Itoa(turn)}, "was": {string(act)}, "acts": {"promise"}, "note": {"这是承诺"}}
	status, page := c.post(t, evaluator, "/lexicon/labels", form)
	if status != http.StatusOK {
		t.Fatalf("%d\n%s", status, page)
	}
	has(t, "the labels", page, "这是承诺", "还没听对")
	if status, page = c.post(t, evaluator, "/lexicon/labels", form); status != http.StatusUnprocessableEntity {
		t.Errorf("the same turn again: %d", status)
	}
	has(t, "the second try", page, "已经有标注了")
	has(t, "the measure", c.get(t, evaluator, "/lexicon/measure?lang="+string(conv.Lang)), "本中心的标注")
	labels, err := c.Deps.Lexicon.Store.Labels(context.Background())
	if err != nil || len(labels) != 1 || labels[0].Acts[0] != "promise" || labels[0].Not[0] != act {
		t.Fatalf("labels %+v (%v)", labels, err)
	}
	if status, _ = c.post(t, c.SignedIn(t, staff.Instructor), "/lexicon/labels", form); status != http.StatusNotFound {
		t.Errorf("an instructor labels a call of nobody she teaches: %d", status)
	}
	if status, page = c.post(t, evaluator, "/lexicon/labels/"+string(labels[0].ID)+"/remove", nil); status != http.StatusOK {
		t.Errorf("removing: %d\n%s", status, page)
	}
}
