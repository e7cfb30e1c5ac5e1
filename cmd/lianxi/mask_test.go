package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/config"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/training"
)

// secrets are what the test says at every door and what may be kept nowhere.
var secrets = []string{"13912345678", "900000199001011013", "4111111111111111", "邵桂兰", "anna.novak@example.org", "幺三九幺二三四五六七八"}

// leaks returns the secrets that stand in text.
func leaks(text string) (out []string) {
	for _, s := range secrets {
		if strings.Contains(text, s) {
			out = append(out, s)
		}
	}
	return out
}

// TestNothingPersonalGetsInWhenTheCentreSaysSo speaks personal data at every
// door of a centre that masks it, and then reads every cell of the database,
// what the doors answered, and what the command prints.
func TestNothingPersonalGetsInWhenTheCentreSaysSo(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	cfg := config.Default()
	cfg.Privacy.Mask = true
	h, err := openHouse(ctx, dir, cfg, slog.New(slog.NewTextHandler(io.Discard, nil)), toServe)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	if _, err := h.fillDemo(ctx); err != nil {
		t.Fatal(err)
	}
	if err := h.Start(ctx); err != nil {
		t.Fatal(err)
	}
	spoken := []string{"您好，请问有什么可以帮您？", "我的手机是13912345678，您记一下。", "身份证900000199001011013，卡号4111111111111111。",
		"再说一遍，手机号是幺三九幺二三四五六七八，邮箱anna.novak@example.org，机主是邵桂兰。"}

	practised := h.practiseMasked(t, spoken)
	posted := h.postMasked(t, spoken)
	for _, c := range []conversation.Conversation{practised, posted} {
		for _, turn := range c.Turns {
			if found := leaks(turn.Text); len(found) > 0 {
				t.Errorf("%s keeps %v in %q", c.ID, found, turn.Text)
			}
		}
	}
	for cell, text := range h.cells(t) {
		if found := leaks(text); len(found) > 0 {
			t.Errorf("%s holds %v", cell, found)
		}
	}
	file := filepath.Join(dir, "call.jsonl")
	if err := os.WriteFile(file, jsonl("c9", spoken), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, configFile), []byte("[privacy]\nmask = true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"score", "--human", file}, {"score", file}} {
		var out, problems bytes.Buffer
		if code := run(ctx, append([]string{"--data", dir, "--locale", "en"}, args...), std{in: strings.NewReader(""), out: &out, err: &problems}); code != exitOK {
			t.Fatalf("%v: exit %d, %s", args, code, problems.String())
		}
		if found := leaks(out.String() + problems.String()); len(found) > 0 {
			t.Errorf("%v prints %v", args, found)
		}
	}
}

// practiseMasked takes a practice call and waits for its conversation.
func (h *house) practiseMasked(t *testing.T, spoken []string) conversation.Conversation {
	t.Helper()
	ctx := context.Background()
	lin := signIn(t, h, "lin")
	v, err := h.calls.Begin(ctx, lin, "zh-fund-value", training.NotesAfter, 7)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range spoken {
		if v.Practice.State != training.Talking {
			break
		}
		if v, err = h.calls.Say(ctx, lin, v.Practice.ID, line); err != nil {
			t.Fatal(err)
		}
		if found := leaks(fmt.Sprint(v.Lines)); len(found) > 0 {
			t.Errorf("the page of the call shows %v", found)
		}
	}
	if v.Practice.State == training.Talking {
		if v, err = h.calls.HangUp(ctx, lin, v.Practice.ID); err != nil {
			t.Fatal(err)
		}
	}
	waitFor(t, "the result", func() bool {
		list, err := h.results.Of(ctx, v.Practice.Conversation)
		return err == nil && len(list) > 0
	})
	c, _, err := h.conversations.Get(ctx, v.Practice.Conversation)
	if err != nil || len(c.Turns) < 3 {
		t.Fatalf("%d turns (%v)", len(c.Turns), err)
	}
	return c
}

// postMasked brings a conversation in by the API.
func (h *house) postMasked(t *testing.T, spoken []string) conversation.Conversation {
	t.Helper()
	ctx := context.Background()
	handler, err := h.handler("http://127.0.0.1", false)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	_, secret, err := h.people.IssueToken(ctx, signIn(t, h, "su"), "test", []staff.Permission{staff.ConversationAdd, staff.ResultRead}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest("POST", server.URL+"/api/v1/conversations", bytes.NewReader(jsonl("posted", spoken)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+secret)
	request.Header.Set("Content-Type", "application/json")
	answer, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 300 {
		t.Fatalf("%s: %s (%v)", answer.Status, body, err)
	}
	if found := leaks(string(body)); len(found) > 0 {
		t.Errorf("the API answers with %v", found)
	}
	c, _, err := h.conversations.Get(ctx, "posted")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// jsonl is a conversation as a file brings it, with personal data in a field
// and an event too.
func jsonl(name string, spoken []string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `{"id":%q,"lang":"zh","channel":"phone","direction":"inbound","fields":{"customer_name":"邵桂兰","phone":13912345678},`+
		`"events":[{"kind":"note","at":1,"data":{"text":"回电 13912345678"}}],"turns":[`, name)
	for i, line := range spoken {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"role":%q,"text":%q}`, []string{"agent", "customer"}[i%2], line)
	}
	return []byte(b.String() + "]}\n")
}

// cells returns every text of the database, by its table and column.
func (h *house) cells(t *testing.T) map[string]string {
	t.Helper()
	ctx := context.Background()
	tables, err := storage.Tables(ctx, h.db.Read())
	if err != nil || len(tables) < 10 {
		t.Fatal(tables, err)
	}
	out := map[string]string{}
	for _, table := range tables {
		var rows []map[string]any
		if err := h.db.Read().NewSelect().Table(table).Scan(ctx, &rows); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for column, value := range row {
				if raw, ok := value.([]byte); ok {
					value = string(raw)
				}
				out[fmt.Sprintf("%s.%s, row %d", table, column, i)] = fmt.Sprint(value)
			}
		}
	}
	return out
}
