// Package llm lets a language model word what a virtual customer says. It words
// and does nothing else: what the customer does, feels and reveals is decided
// before, and a line that does not pass the scenario's own checks is thrown
// away for the one that the scenario's author wrote.
//
// The model is told who speaks, in which mood, what he does, the line and what
// he has told already. It is not told what he withholds, and it never sees what
// the trainee said: nobody can talk to it through him.
package llm

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/lianxi-cc/lianxi/internal/openai"
	"github.com/lianxi-cc/lianxi/scenario"
)

// Chat asks a model; (*openai.Client).Chat is one.
type Chat func(context.Context, openai.Request) (string, error)

// The bounds of asking.
const (
	maxTokens = 200
	// After so many failures in a row the service is left alone for a while, so
	// that a trainee does not wait at every line for what does not come.
	maxFailures = 3
	rest        = time.Minute
)

// Worder words lines. It is safe for use by several goroutines.
type Worder struct {
	chat Chat
	now  func() time.Time
	log  *slog.Logger

	mu       sync.Mutex // guards what follows
	failures int        // in a row
	resting  time.Time  // nothing is asked before
}

// New returns a Worder that asks chat.
func New(chat Chat, now func() time.Time, log *slog.Logger) *Worder {
	return &Worder{chat: chat, now: now, log: log}
}

// Word returns other words for the brief's line. It reports false when the line
// stays as it is: the service is silent, slow or resting, says the same, or
// says what accepts refuses.
func (w *Worder) Word(ctx context.Context, b scenario.Brief, accepts func(string) scenario.Refusal) (string, bool) {
	if w.rests() {
		return "", false
	}
	text, err := w.chat(ctx, openai.Request{Messages: messages(b), MaxTokens: maxTokens, Temperature: 0.8})
	w.note(err)
	if err != nil {
		w.log.Warn("a line was not worded", "behaviour", b.Behaviour, "error", err)
		return "", false
	}
	if text = bare(text); text == b.Line {
		return "", false
	}
	if refusal := accepts(text); refusal != "" {
		w.log.Info("a wording was refused", "behaviour", b.Behaviour, "refusal", refusal)
		return "", false
	}
	return text, true
}

func (w *Worder) rests() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now().Before(w.resting)
}

func (w *Worder) note(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil {
		w.failures = 0
		return
	}
	if w.failures++; w.failures >= maxFailures {
		w.failures, w.resting = 0, w.now().Add(rest)
	}
}

// bare takes the quotation marks off that models like to put around a line.
func bare(text string) string {
	text = strings.TrimSpace(text)
	for _, q := range []struct{ open, shut string }{{"“", "”"}, {`"`, `"`}, {"「", "」"}, {"'", "'"}} {
		inner, opens := strings.CutPrefix(text, q.open)
		if inner, shuts := strings.CutSuffix(inner, q.shut); opens && shuts && !strings.Contains(inner, q.open) {
			return strings.TrimSpace(inner)
		}
	}
	return text
}
