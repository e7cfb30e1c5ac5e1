package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"
)

// started is the whole program, running in this process.
type started struct {
	served
	http *http.Client
}

// serveDemo runs `lianxi serve --demo` on a free port and an empty folder, and
// ends it with the test as Ctrl-C would.
func serveDemo(t *testing.T) *started {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"--data", t.TempDir() + "/centre", "serve", "--demo", "--listen", "127.0.0.1:0"},
			std{in: strings.NewReader(""), out: in, err: t.Output()})
		_ = in.Close() // lets the reader below go on
	}()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		stop()
		t.Fatalf("no first line: %v (exit %d)", err, <-code)
	}
	s := &started{http: &http.Client{Timeout: 30 * time.Second}}
	if err := json.Unmarshal(line, &s.served); err != nil {
		t.Fatalf("the first line is %q: %v", line, err)
	}
	if s.http.Jar, err = cookiejar.New(nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		if c := <-code; c != exitOK {
			t.Errorf("the program ended with %d", c)
		}
	})
	return s
}

// page asks for a page and returns its status and text.
func (s *started) page(t *testing.T, path string) (int, string) {
	t.Helper()
	res, err := s.http.Get(s.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close() // it was read to its end
	return res.StatusCode, string(text)
}

func TestTheFirstLineLetsEveryRoleIn(t *testing.T) {
	s := serveDemo(t)
	roles := map[string]bool{}
	for _, l := range s.Logins {
		roles[l.Role] = true
		s.http.Jar, _ = cookiejar.New(nil)
		res, err := s.http.PostForm(s.URL+"/sign-in", url.Values{"name": {l.Name}, "password": {l.Password}})
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close() // only where it ended counts
		if res.StatusCode != http.StatusOK || res.Request.URL.Path != "/" {
			t.Errorf("%s ended at %s with %s", l.Role, res.Request.URL.Path, res.Status)
		}
	}
	if len(roles) != len(demoPeople) {
		t.Errorf("%d roles have a login, want %d", len(roles), len(demoPeople))
	}
	if code, text := s.page(t, "/healthz"); code != http.StatusOK || text != "ok\n" {
		t.Errorf("healthz says %d %q", code, text)
	}
	if code, _ := s.page(t, "/api/v1/openapi.json"); code != http.StatusOK {
		t.Errorf("the API's description answers %d", code)
	}
}

func TestADemoListensOnThisMachineOnly(t *testing.T) {
	for _, listen := range []string{"0.0.0.0:0", ":0", "192.0.2.1:80", "example.org:80", "nonsense"} {
		var errs strings.Builder
		code := run(context.Background(), []string{"--data", t.TempDir(), "--locale", "en", "serve", "--demo", "--listen", listen},
			std{in: strings.NewReader(""), out: io.Discard, err: &errs})
		if code != exitError || !strings.Contains(errs.String(), "this machine only") {
			t.Errorf("--listen %s: exit %d, %q", listen, code, errs.String())
		}
	}
}
