package openai_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/openai"
)

func client(t *testing.T, url string, timeout time.Duration) *openai.Client {
	t.Helper()
	c, err := openai.New(openai.Config{URL: url, Key: "geheim", Model: "small", Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ask() openai.Request {
	return openai.Request{Messages: []openai.Message{{Role: "system", Content: "Say it anew."}, {Role: "user", Content: "你好"}}, MaxTokens: 60, Temperature: 0.8}
}

func TestTheProtocolIsSpoken(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Model       string           `json:"model"`
			Messages    []openai.Message `json:"messages"`
			MaxTokens   int              `json:"max_tokens"`
			Temperature float64          `json:"temperature"`
			Stream      bool             `json:"stream"`
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		if r.Method != http.MethodPost || r.URL.Path != "/v1/chat/completions" || r.Header.Get("Authorization") != "Bearer geheim" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s %v", r.Method, r.URL, r.Header)
		}
		if in.Model != "small" || len(in.Messages) != 2 || in.Messages[1].Content != "你好" || in.MaxTokens != 60 || in.Temperature != 0.8 || in.Stream {
			t.Errorf("asked %+v", in)
		}
		fmt.Fprint(w, `{"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":" 您好啊。\n"},"finish_reason":"stop"}],"usage":{"total_tokens":9}}`)
	}))
	defer s.Close()
	got, err := client(t, s.URL+"/v1/", time.Minute).Chat(context.Background(), ask())
	if err != nil || got != "您好啊。" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestWhatCannotBeReadIsUnavailable(t *testing.T) {
	for name, handle := range map[string]http.HandlerFunc{
		"error":     func(w http.ResponseWriter, _ *http.Request) { http.Error(w, `{"error":{"message":"no"}}`, 500) },
		"no key":    func(w http.ResponseWriter, _ *http.Request) { http.Error(w, `{}`, http.StatusUnauthorized) },
		"no JSON":   func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>hello</html>") },
		"no choice": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"choices":[]}`) },
		"null": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"choices":[{"message":{"content":null}}]}`)
		},
		"a list": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"choices":[{"message":{"content":["a"]}}]}`)
		},
		"cut off": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"choices":[{"message":{"content":"half of"},"finish_reason":"length"}]}`)
		},
		"endless": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"choices":[{"message":{"content":"`+strings.Repeat("a", 300<<10)+`"}}]}`)
		},
		"elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusTemporaryRedirect)
		},
		"hangs up": func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				conn.Close()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(handle)
			defer s.Close()
			got, err := client(t, s.URL, time.Minute).Chat(context.Background(), ask())
			if !fault.Is(err, fault.Unavailable) || got != "" {
				t.Fatalf("got %q, %v; want unavailable", got, err)
			}
			if strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "你好") {
				t.Errorf("the error tells too much: %v", err)
			}
		})
	}
}

// TestWhoIsSlowIsNotWaitedFor: neither for a silent service nor for one that
// drips its answer.
func TestWhoIsSlowIsNotWaitedFor(t *testing.T) {
	for name, first := range map[string]string{"silent": "", "dripping": `{"choices":[`} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				if first != "" {
					fmt.Fprint(w, first)
					w.(http.Flusher).Flush()
				}
				<-r.Context().Done() // until the client gives up
			}))
			defer s.Close()
			if _, err := client(t, s.URL, 50*time.Millisecond).Chat(context.Background(), ask()); !fault.Is(err, fault.Unavailable) {
				t.Errorf("got %v, want unavailable", err)
			}
		})
	}
}

func TestWhatIsNoServiceIsRefused(t *testing.T) {
	for _, url := range []string{"", "host/v1", "ftp://host/v1", "http://"} {
		if _, err := openai.New(openai.Config{URL: url, Timeout: time.Second}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v, want invalid", url, err)
		}
	}
}

func FuzzChat(f *testing.F) {
	f.Add(`{"choices":[{"message":{"content":"hello"}}]}`)
	f.Add(`{"choices":[{}]}`)
	f.Add(`[1,2`)
	f.Fuzz(func(t *testing.T, body string) {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }))
		defer s.Close()
		got, err := client(t, s.URL, time.Minute).Chat(context.Background(), ask())
		if (err == nil) != (got != "") || err != nil && !fault.Is(err, fault.Unavailable) {
			t.Errorf("%q: %q, %v", body, got, err)
		}
	})
}
