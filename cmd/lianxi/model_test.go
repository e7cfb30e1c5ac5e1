package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/config"
	"github.com/lianxi-cc/lianxi/internal/openai"
	"github.com/lianxi-cc/lianxi/training"
)

// TestAConfiguredModelWordsPracticeCalls: from the configuration file to the
// stored line, over the real protocol.
func TestAConfiguredModelWordsPracticeCalls(t *testing.T) {
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Messages []openai.Message `json:"messages"`
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || len(in.Messages) != 2 || r.Header.Get("Authorization") != "Bearer k" {
			t.Errorf("asked %+v, %v", in, err)
			return
		}
		_, line, _ := strings.Cut(in.Messages[1].Content, "原句: ")
		_ = json.NewEncoder(w).Encode(map[string]any{"choices": []any{map[string]any{"message": map[string]string{"content": "嗯，" + strings.TrimSpace(line)}}}})
	}))
	defer model.Close()
	cfg, err := config.Parse("lianxi.toml", []byte("[language_model]\nurl = \""+model.URL+"/v1\"\nkey = \"k\"\nname = \"m\"\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	h, err := openHouse(ctx, t.TempDir(), cfg, slog.New(slog.NewTextHandler(io.Discard, nil)), toServe)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if _, err := h.fillDemo(ctx); err != nil {
		t.Fatal(err)
	}
	lin := signIn(t, h, "lin")
	v, err := h.calls.Begin(ctx, lin, "zh-broadband-down", training.NotesAfter, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"您好，请问有什么可以帮您？", "请问光猫上现在亮的是什么灯？"} {
		if v, err = h.calls.Say(ctx, lin, v.Practice.ID, line); err != nil {
			t.Fatal(err)
		}
	}
	if last := v.Lines[len(v.Lines)-1]; !last.MachineWorded() || last.Text != "嗯，"+last.Template {
		t.Errorf("the line is %+v", last)
	}
}
