// Package openai speaks the part of the OpenAI protocol that the house needs:
// one answer of a chat model. Hosted services speak it, and so do programs that
// run a model on the centre's own machine.
//
// What comes back is a stranger's text. The client bounds its size and the time
// it takes, and trusts it in nothing else.
package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 256 << 10

// Config names a service and one of its models.
type Config struct {
	URL     string        // up to and with the version, as https://host/v1
	Key     string        // "" where none is asked for
	Model   string        // as the service calls it
	Timeout time.Duration // of one request, from the connection to the last byte
}

// Client asks one model of one service. It is safe for use by several
// goroutines.
type Client struct {
	cfg  Config
	http *http.Client
}

// New returns a Client. Invalid (openai.config) when the URL is none.
func New(cfg Config) (*Client, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || cfg.Timeout <= 0 {
		return nil, &fault.Error{Kind: fault.Invalid, Key: "openai.config", Args: fault.Args{"url": cfg.URL}, Err: errors.New("no URL or no timeout")}
	}
	cfg.URL = strings.TrimRight(cfg.URL, "/")
	return &Client{cfg: cfg, http: &http.Client{
		// A redirect could carry the key to another house.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// Message is one message of a chat. Role is system, user or assistant.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Request is what a model is asked.
type Request struct {
	Messages    []Message
	MaxTokens   int     // of the answer
	Temperature float64 // 0 always says the likeliest
}

// answer is what a service returns, as far as it matters here.
type answer struct {
	Choices []struct {
		Message struct {
			Content string `json:"content"`
		} `json:"message"`
		FinishReason string `json:"finish_reason"`
	} `json:"choices"`
}

// Chat returns the model's answer, without the spaces around it. Unavailable
// (openai.unavailable) when none came in time, or none that could be read;
// the error names neither the key nor what was asked.
func (c *Client) Chat(ctx context.Context, r Request) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	body, err := c.post(ctx, "/chat/completions", map[string]any{
		"model": c.cfg.Model, "messages": r.Messages, "max_tokens": r.MaxTokens, "temperature": r.Temperature, "stream": false,
	})
	if err != nil {
		return "", unavailable(err)
	}
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		return "", unavailable(errors.New("the answer is not the JSON it should be"))
	}
	if len(a.Choices) == 0 {
		return "", unavailable(errors.New("the answer holds no choice"))
	}
	if reason := a.Choices[0].FinishReason; reason == "length" || reason == "content_filter" {
		return "", unavailable(fmt.Errorf("the answer was cut off: %s", reason))
	}
	text := strings.TrimSpace(a.Choices[0].Message.Content)
	if text == "" {
		return "", unavailable(errors.New("the answer is empty"))
	}
	return text, nil
}

func unavailable(err error) error {
	return fault.Wrap("openai.Chat", &fault.Error{Kind: fault.Unavailable, Key: "openai.unavailable", Err: err})
}

// post sends in as JSON and returns the answer's bytes.
func (c *Client) post(ctx context.Context, path string, in any) ([]byte, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.cfg.URL+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	if c.cfg.Key != "" {
		req.Header.Set("Authorization", "Bearer "+c.cfg.Key)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the service answers %d", resp.StatusCode)
	}
	out, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err == nil && len(out) > maxAnswer {
		err = fmt.Errorf("the answer is longer than %d bytes", maxAnswer)
	}
	return out, err
}
