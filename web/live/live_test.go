package live

import (
	"encoding/json"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/event"
)

func TestText(t *testing.T) {
	for _, tc := range []struct {
		name   string
		notice event.Notice
		want   string
	}{
		{"plain", event.Notice{Topic: "result", Key: "01A"}, "event: result\ndata: {\"key\":\"01A\"}\n\n"},
		{"with data", event.Notice{Topic: "hint", Key: "k", Data: json.RawMessage(`{"a":1}`)}, "event: hint\ndata: {\"key\":\"k\",\"data\":{\"a\":1}}\n\n"},
		{"a key with a line break", event.Notice{Topic: "result", Key: "a\nb"}, "event: result\ndata: {\"key\":\"a\\nb\"}\n\n"},
		{"a topic with a line break", event.Notice{Topic: "a\nb"}, ":\n\n"},
		{"broken data", event.Notice{Topic: "a", Data: json.RawMessage(`{`)}, ":\n\n"},
	} {
		if got := text(tc.notice); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}
