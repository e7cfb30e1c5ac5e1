package webtest

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func itoa(n int) string { return strconv.Itoa(n) }

func click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

// Click clicks the first element that the selector finds.
func (b *Browser) Click(t testing.TB, selector string) {
	t.Helper()
	b.Do(t, click(selector))
}

// Wait waits until an element is there.
func (b *Browser) Wait(t testing.TB, selector string) {
	t.Helper()
	b.Do(t, chromedp.WaitVisible(chromedp.CSS(selector)))
}

// Type sends text to whatever has the focus; a tab and a newline are keys.
func (b *Browser) Type(t testing.TB, text string) {
	t.Helper()
	for part := range splitKeys(text) {
		switch part {
		case "\n":
			b.Do(t, chromedp.KeyEvent(kb.Enter))
		case "\t":
			b.Do(t, chromedp.KeyEvent(kb.Tab))
		default:
			b.Do(t, chromedp.KeyEvent(part))
		}
	}
}

// splitKeys cuts text at tabs and newlines, which stand alone.
func splitKeys(text string) func(func(string) bool) {
	return func(yield func(string) bool) {
		from := 0
		for i, r := range text {
			if r != '\n' && r != '\t' {
				continue
			}
			if i > from && !yield(text[from:i]) || !yield(string(r)) {
				return
			}
			from = i + 1
		}
		if from < len(text) {
			yield(text[from:])
		}
	}
}

// Press sends one named key.
func (b *Browser) Press(t testing.TB, key string) {
	t.Helper()
	keys := map[string]string{"ArrowDown": kb.ArrowDown, "Escape": kb.Escape, "Enter": kb.Enter, "Tab": kb.Tab}
	b.Do(t, chromedp.KeyEvent(keys[key]))
}

// Focus presses Tab until the element has the focus, as somebody without a
// mouse would, and fails when it cannot be reached or does not show it.
func (b *Browser) Focus(t testing.TB, selector string) {
	t.Helper()
	for range 60 {
		if Eval[bool](t, b, `document.activeElement.matches(`+strconv.Quote(selector)+`)`) {
			if !Eval[bool](t, b, `document.activeElement.matches(":focus-visible") && getComputedStyle(document.activeElement).outlineStyle !== "none"`) {
				t.Errorf("%s does not show that it has the focus", selector)
			}
			return
		}
		b.Press(t, "Tab")
	}
	t.Errorf("%s cannot be reached by keyboard", selector)
}

// Until waits until a script says true.
func (b *Browser) Until(t testing.TB, script string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script))
		if err == nil && ok {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("never came true: %s", script)
		}
		time.Sleep(30 * time.Millisecond)
	}
}
