package webtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Browser is one tab of a headless Chromium that notes what it should not see:
// errors on the console and requests to other hosts.
type Browser struct {
	ctx  context.Context
	host string

	mu      sync.Mutex
	trouble []string
}

// NewBrowser starts Chromium for a site. The test is skipped when there is none.
func NewBrowser(t testing.TB, site string) *Browser {
	t.Helper()
	path := chromium()
	if path == "" {
		t.Skip("no Chromium here: install Debian's package chromium (and fonts-noto-cjk) to run the browser tests")
	}
	// Chromium goes on writing into its profile while it ends, so the folder is
	// not the test's own.
	profile, err := os.MkdirTemp("", "lianxi-browser")
	if err != nil {
		t.Fatal(err)
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(profile), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "zh-CN"), chromedp.Flag("force-prefers-reduced-motion", true), chromedp.WindowSize(1440, 900))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(allocator)
	b := &Browser{ctx: ctx, host: site}
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // waits for the browser's end
		cancel()
		stop()
		for range 20 {
			if os.RemoveAll(profile) == nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
	if err := chromedp.Listen(ctx, b.watch); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	return b
}

func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// watch notes foreign requests, exceptions and error messages.
func (b *Browser) watch(ev any) {
	note := ""
	switch e := ev.(type) {
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, b.host) && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "about:") {
			note = "request to " + u
		}
	case *runtime.EventExceptionThrown:
		note = "exception " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			note += " " + e.ExceptionDetails.Exception.Description
		}
	case *log.EventEntryAdded: // also what the content security policy refused
		if e.Entry.Level == "error" && !strings.Contains(e.Entry.Text, "status of 4") {
			note = "log " + e.Entry.Text + " " + e.Entry.URL
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" {
			note = "console error"
			for _, a := range e.Args {
				note += " " + string(a.Value)
			}
		}
	}
	if note != "" {
		b.mu.Lock()
		b.trouble = append(b.trouble, note)
		b.mu.Unlock()
	}
}

// Trouble returns what was noted since the last call.
func (b *Browser) Trouble() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.trouble
	b.trouble = nil
	return out
}

// Do runs steps and fails the test when one does.
func (b *Browser) Do(t testing.TB, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatalf("browser: %v", err)
	}
}

// Open loads a path and waits until it is drawn.
func (b *Browser) Open(t testing.TB, path string) {
	t.Helper()
	b.Do(t, chromedp.Navigate(b.host+path), chromedp.WaitReady(chromedp.CSS("main")))
}

// Size sets the width and height of the window in CSS pixels.
func (b *Browser) Size(t testing.TB, width, height int64) {
	t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 600})
	if err != nil {
		t.Fatal(err)
	}
}

// Theme makes the device prefer light or dark.
func (b *Browser) Theme(t testing.TB, scheme string) {
	t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
	if err != nil {
		t.Fatal(err)
	}
}

// Eval runs a script and returns its value.
func Eval[T any](t testing.TB, b *Browser, script string) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	if err != nil {
		t.Fatalf("script: %v", err)
	}
	return out
}

// Shot writes a picture of the whole page into the folder that LIANXI_SHOTS
// names; without it, none is taken.
func (b *Browser) Shot(t testing.TB, name string) {
	t.Helper()
	folder := os.Getenv("LIANXI_SHOTS")
	if folder == "" {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatalf("screenshot %s: %v", name, err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// SignIn signs in by the form.
func (b *Browser) SignIn(t testing.TB, name string) {
	t.Helper()
	b.Open(t, "/sign-in")
	b.Do(t, chromedp.SendKeys(chromedp.CSS("#f-name"), name), chromedp.SendKeys(chromedp.CSS("#f-password"), Password),
		chromedp.Click(chromedp.CSS("main form button.first")), chromedp.WaitReady(chromedp.CSS(".menu")))
}

// Cookie sets one of the page's own cookies, as a switch would.
func (b *Browser) Cookie(t testing.TB, name, value string) {
	t.Helper()
	_, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: b.host, HTTPOnly: new(true)})
	if err != nil {
		t.Fatal(fmt.Errorf("cookie %s: %w", name, err))
	}
}

// SignOut forgets all cookies.
func (b *Browser) SignOut(t testing.TB) {
	t.Helper()
	if _, err := chromedp.Call(b.ctx, network.ClearBrowserCookies, chromedp.Void{}); err != nil {
		t.Fatal(err)
	}
}
