// Package client holds the words of the API /api/v1 and a small client that
// speaks them. The server answers with the same types, so the two cannot drift.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
)

// maxAnswer is the largest answer the client reads.
const maxAnswer = 128 << 20

// Client speaks to one centre as the person of one token. It is safe for use
// by several goroutines.
type Client struct {
	base, token, language string
	http                  *http.Client
}

// New returns a client of the centre at base ("https://lianxi.example.com").
// Messages come in language ("zh-CN", "en"); h may be nil.
func New(base, token, language string, h *http.Client) *Client {
	if h == nil {
		h = http.DefaultClient
	}
	return &Client{base: strings.TrimSuffix(base, "/") + "/api/v1", token: token, language: language, http: h}
}

// Post brings in a conversation that agent ("" when nobody knows) led, and
// returns its result. Posting the same again returns the same.
func (c *Client) Post(ctx context.Context, conv conversation.Conversation, agent string) (Posted, error) {
	body, err := conversation.EncodeJSONL(conv)
	if err != nil {
		return Posted{}, fault.Wrap("client.Post", err)
	}
	var out Posted
	err = c.do(ctx, http.MethodPost, "/conversations", url.Values{"agent": {agent}}, body, &out)
	return out, err
}

// Conversations returns one page of conversations, the latest first. after is
// Next of the page before, "" for the first; limit 0 is 50.
func (c *Client) Conversations(ctx context.Context, after string, limit int) (Conversations, error) {
	var out Conversations
	err := c.do(ctx, http.MethodGet, "/conversations", page(after, limit), nil, &out)
	return out, err
}

// Conversation returns one conversation with its words and its results.
func (c *Client) Conversation(ctx context.Context, conversationID string) (Conversation, error) {
	var out Conversation
	err := c.do(ctx, http.MethodGet, "/conversations/"+url.PathEscape(conversationID), nil, nil, &out)
	return out, err
}

// People returns one page of the people whom the token's person may know of.
func (c *Client) People(ctx context.Context, after string, limit int) (People, error) {
	var out People
	err := c.do(ctx, http.MethodGet, "/people", page(after, limit), nil, &out)
	return out, err
}

// Person returns one person.
func (c *Client) Person(ctx context.Context, personID string) (Person, error) {
	var out Person
	err := c.do(ctx, http.MethodGet, "/people/"+url.PathEscape(personID), nil, nil, &out)
	return out, err
}

// Archive returns a person's skill archive.
func (c *Client) Archive(ctx context.Context, personID string) (Archive, error) {
	var out Archive
	err := c.do(ctx, http.MethodGet, "/people/"+url.PathEscape(personID)+"/archive", nil, nil, &out)
	return out, err
}

func page(after string, limit int) url.Values {
	q := url.Values{}
	if after != "" {
		q.Set("after", after)
	}
	if limit > 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	return q
}

// do sends one request and reads the answer into out. What the centre refuses
// is a *Problem.
func (c *Client) do(ctx context.Context, method, path string, query url.Values, body []byte, out any) error {
	address := c.base + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return fault.As(fault.Invalid, "api.client.address", err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Accept", "application/json, application/problem+json")
	if c.language != "" {
		req.Header.Set("Accept-Language", c.language)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	answer, err := c.http.Do(req)
	if err != nil {
		return fault.As(fault.Unavailable, "api.client.unreachable", err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return fault.As(fault.Unavailable, "api.client.unreachable", err)
	}
	if answer.StatusCode >= http.StatusBadRequest {
		p := &Problem{Status: answer.StatusCode, Title: http.StatusText(answer.StatusCode)}
		_ = json.Unmarshal(data, p) // a proxy in between may answer with anything
		return p
	}
	if err := json.Unmarshal(data, out); err != nil {
		return fault.As(fault.Unavailable, "api.client.answer", fmt.Errorf("%s %s: %w", method, path, err))
	}
	return nil
}
