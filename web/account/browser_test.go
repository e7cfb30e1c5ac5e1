package account

import (
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

func TestBrowser(t *testing.T) {
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	v := &visit.Visit{Reader: ui.Reader{Printer: c.Printer(locale.English, time.UTC)}}
	for _, tc := range []struct{ agent, want string }{
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge · Windows"},
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15", "Safari · macOS"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0", "微信 · iPhone"},
		{"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "Chrome · Android"},
		{"curl/8.5", "Unknown device"}, {"", "Unknown device"},
	} {
		if got := browser(v, tc.agent); got != tc.want {
			t.Errorf("browser(%q) = %q, want %q", tc.agent, got, tc.want)
		}
	}
}
