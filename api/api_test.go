package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/api"
	"github.com/lianxi-cc/lianxi/api/client"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/staff"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sample returns the first conversations of the public sample.
func sample(t *testing.T, n int) []conversation.Conversation {
	t.Helper()
	f, err := os.Open("../testdata/conversations-public.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []conversation.Conversation
	if err := conversation.Read(f, "public.jsonl", conversation.Options{}, func(c conversation.Conversation) error { out = append(out, c); return nil }); err != nil {
		t.Fatal(err)
	}
	return out[:n]
}

func TestAConversationIsJudgedAtOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *storage.DB) {
		c := open(t, db)
		conv := sample(t, 1)[0]
		agent := string(c.people[staff.Agent].ID)
		evaluator := c.as(staff.Evaluator)

		posted, err := evaluator.Post(t.Context(), conv, agent)
		if err != nil {
			t.Fatal(err)
		}
		var score struct {
			ID, Scorecard string
			Score         float64
			Items         []struct{ ID, Verdict string }
		}
		if err := json.Unmarshal(posted.Result.Score, &score); err != nil {
			t.Fatal(err)
		}
		if score.ID != string(conv.ID) || score.Scorecard != "general" || score.Score < 50 || len(score.Items) == 0 || posted.Agent != agent || posted.Turns != len(conv.Turns) {
			t.Errorf("posted %+v, score %+v", posted.Head, score)
		}
		again, err := evaluator.Post(t.Context(), conv, agent)
		if err != nil || again.Result.ID != posted.Result.ID || !again.Added.Equal(posted.Added) {
			t.Errorf("posted again: %+v, %v; want the same", again, err)
		}

		got, err := c.as(staff.Agent).Conversation(t.Context(), string(conv.ID))
		if err != nil {
			t.Fatal(err)
		}
		back, err := conversation.DecodeJSONL(got.Record)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(conv, back); diff != "" {
			t.Error(diff)
		}
		if len(got.Results) != 1 || !bytes.Equal(got.Results[0].Score, posted.Result.Score) {
			t.Errorf("results: %+v", got.Results)
		}
	})
}

func TestListsShowWhatOneMaySee(t *testing.T) {
	c := open(t, testkit.SQLite(t))
	agent := string(c.people[staff.Agent].ID)
	for i, conv := range sample(t, 3) {
		led := agent
		if i == 2 {
			led = ""
		}
		if _, err := c.as(staff.Evaluator).Post(t.Context(), conv, led); err != nil {
			t.Fatal(err)
		}
	}
	for role, want := range map[staff.Role][]string{
		staff.Evaluator: {"cp03", "cp02", "cp01"}, staff.Agent: {"cp02", "cp01"}, staff.Lead: {"cp02", "cp01"}, staff.Trainee: nil,
	} {
		var got []string
		for after := ""; ; {
			page, err := c.as(role).Conversations(t.Context(), after, 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range page.Conversations {
				got = append(got, h.ID)
			}
			if after = page.Next; after == "" {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v: %s", role, diff)
		}
	}
	if _, err := c.as(staff.Trainee).Conversation(t.Context(), "cp01"); code(err) != http.StatusNotFound {
		t.Errorf("a stranger's conversation: %v, want not found", err)
	}
	people, err := c.as(staff.Evaluator).People(t.Context(), "", 500)
	if err != nil || len(people.People) != len(staff.AllRoles()) {
		t.Errorf("%d people, %v", len(people.People), err)
	}
	me, err := c.as(staff.Agent).Person(t.Context(), agent)
	if err != nil || me.Name != "agent" || !slices.Equal(me.Roles, []string{"agent"}) || len(me.Teams) != 1 {
		t.Errorf("%+v, %v", me, err)
	}
	if a, err := c.as(staff.Agent).Archive(t.Context(), agent); err != nil || a.Person != agent {
		t.Errorf("%+v, %v", a, err)
	}
}

// TestEveryOperationAsEveryRole walks all operations with the token of every
// role, with one scope too few, and without any. The table is the golden file.
func TestEveryOperationAsEveryRole(t *testing.T) {
	c := open(t, testkit.SQLite(t))
	conv := sample(t, 1)[0]
	if _, err := c.as(staff.Evaluator).Post(t.Context(), conv, string(c.people[staff.Agent].ID)); err != nil {
		t.Fatal(err)
	}
	body, err := conversation.EncodeJSONL(conv)
	if err != nil {
		t.Fatal(err)
	}
	agent := string(c.people[staff.Agent].ID)
	paths := map[string]string{"/people/{id}": "/people/" + agent, "/people/{id}/archive": "/people/" + agent + "/archive",
		"/conversations/{id}": "/conversations/" + string(conv.ID)}
	var table strings.Builder
	for _, op := range operations(t, c) {
		path := op.path
		if p, ok := paths[path]; ok {
			path = p
		}
		fmt.Fprintf(&table, "%s %s %s\n", op.method, op.path, op.permission)
		if op.permission == "" {
			t.Errorf("%s %s names no permission", op.method, op.path)
		}
		for _, role := range staff.AllRoles() {
			if c.tokens[role] != "" {
				fmt.Fprintf(&table, "  %-13s %d\n", role, c.ask(t, op.method, path, c.tokens[role], body))
			}
		}
		for name, token := range map[string]string{"none": "", "nonsense": "lianxi_x_y", "narrow": c.token(t, staff.Evaluator, staff.Calibrate)} {
			want := http.StatusUnauthorized
			if name == "narrow" {
				want = http.StatusForbidden
			}
			if got := c.ask(t, op.method, path, token, body); got != want {
				t.Errorf("%s %s with the token %s: %d, want %d", op.method, op.path, name, got, want)
			}
		}
	}
	golden(t, "testdata/roles.golden.txt", []byte(table.String()))
}

func TestOpenAPI(t *testing.T) {
	c := open(t, testkit.SQLite(t))
	golden(t, "testdata/openapi.golden.json", c.document(t))
}

func TestProblemsAreToldInTheReadersLanguage(t *testing.T) {
	c := open(t, testkit.SQLite(t))
	secret := c.tokens[staff.Evaluator]
	for _, tt := range []struct {
		method, path, body, language string
		status                       int
		key, detail                  string
		line, column                 int
	}{
		{"POST", "/conversations", `{"id":"a","lang":"zh","turns":[{"role":"boss","text":"x"}]}`, "zh-CN", 400, "conversation.value", "turns[0].role", 1, 40},
		{"POST", "/conversations", `{"id":"a","lang":"zh","turns":[`, "en", 400, "conversation.json.syntax", "Expected", 1, 32},
		{"POST", "/conversations", `{"id":"a","lang":"zh","fields":{"scorecard":"none"},"turns":[]}`, "en", 400, "api.scorecard", "scorecard", 0, 0},
		{"POST", "/conversations", "", "en", 400, "api.request", "required", 0, 0},
		{"POST", "/conversations?agent=nobody", `{"id":"a","lang":"zh","turns":[]}`, "zh", 404, "staff.person.unknown", "", 0, 0},
		{"GET", "/conversations?limit=0", "", "zh", 422, "api.request", "limit", 0, 0},
		{"GET", "/conversations/none", "", "zh", 404, "conversation.unknown", "none", 0, 0},
		{"GET", "/people/none", "", "en", 404, "staff.person.unknown", "", 0, 0},
		{"GET", "/nothing", "", "en", 404, "api.path", "openapi.json", 0, 0},
	} {
		req, err := http.NewRequestWithContext(t.Context(), tt.method, c.url+api.Prefix+tt.path, strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+secret)
		req.Header.Set("Accept-Language", tt.language)
		req.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		data, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		var p client.Problem
		if err := json.Unmarshal(data, &p); err != nil {
			t.Fatalf("%s %s: %s", tt.method, tt.path, data)
		}
		chinese := strings.ContainsFunc(p.Title, func(r rune) bool { return r > 0x4E00 })
		if answer.StatusCode != tt.status || p.Status != tt.status || p.Key != tt.key || !strings.Contains(p.Detail, tt.detail) ||
			p.Line != tt.line || p.Column != tt.column || chinese != strings.HasPrefix(tt.language, "zh") ||
			answer.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %d %s %s\nwant %+v", tt.method, tt.path, answer.StatusCode, answer.Header.Get("Content-Type"), data, tt)
		}
	}
}

func TestPersonalDataIsMaskedWhenTheCentreSaysSo(t *testing.T) {
	c := open(t, testkit.SQLite(t))
	c.deps.Mask = true
	server := serve(t, c.deps)
	conv := conversation.Conversation{ID: "m", Lang: "zh", Channel: "phone", Direction: "inbound", Turns: []conversation.Turn{
		{Role: "customer", Text: "我手机13800138000", Start: -1, End: -1, Confidence: -1}}}
	evaluator := client.New(server, c.tokens[staff.Evaluator], "en", nil)
	if _, err := evaluator.Post(t.Context(), conv, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := evaluator.Post(t.Context(), conv, ""); err != nil {
		t.Fatalf("posting the same again: %v", err)
	}
	got, err := evaluator.Conversation(t.Context(), "m")
	if err != nil || !strings.Contains(string(got.Record), "我手机***********") {
		t.Errorf("%s, %v", got.Record, err)
	}
}

func TestTheClientSaysWhatHappened(t *testing.T) {
	c := open(t, testkit.SQLite(t))
	_, err := client.New(c.url, "bad", "en", nil).People(t.Context(), "", 0)
	var p *client.Problem
	if !errors.As(err, &p) || p.Status != http.StatusUnauthorized || p.Key != "staff.token.bad" {
		t.Errorf("err = %v", err)
	}
	if _, err := client.New("http://127.0.0.1:1", "x", "en", nil).People(t.Context(), "", 0); err == nil {
		t.Error("nobody is there, and no error")
	}
	if _, err := client.New("://", "x", "en", nil).People(t.Context(), "", 0); err == nil {
		t.Error("no address, and no error")
	}
}

// code returns the HTTP status of what the client refused with.
func code(err error) int {
	var p *client.Problem
	if errors.As(err, &p) {
		return p.Status
	}
	return 0
}

// operation is one of the document.
type operation struct{ method, path, permission string }

// operations lists what the OpenAPI document describes.
func operations(t *testing.T, c *centre) []operation {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct{ Description string }
	}
	if err := json.Unmarshal(c.document(t), &doc); err != nil {
		t.Fatal(err)
	}
	var out []operation
	for path, methods := range doc.Paths {
		for method, op := range methods {
			permission, _ := strings.CutPrefix(strings.TrimSuffix(op.Description, "."), "Needs the permission ")
			out = append(out, operation{strings.ToUpper(method), path, permission})
		}
	}
	slices.SortFunc(out, func(a, b operation) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return out
}

func (c *centre) document(t *testing.T) []byte {
	t.Helper()
	answer, err := http.Get(c.url + api.Prefix + "/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, data, "", "  "); err != nil {
		t.Fatal(err)
	}
	return append(bytes.TrimSpace(pretty.Bytes()), '\n')
}

// ask sends a request and returns the status.
func (c *centre) ask(t *testing.T, method, path, token string, body []byte) int {
	t.Helper()
	if method == http.MethodGet {
		body = nil
	}
	req, err := http.NewRequestWithContext(t.Context(), method, c.url+api.Prefix+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	req.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}
