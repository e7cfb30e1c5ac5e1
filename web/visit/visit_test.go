package visit

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/web/ui"
)

func TestInside(t *testing.T) {
	for _, tc := range []struct{ to, want string }{
		{"/practice", "/practice"}, {"/archive?competency=listening", "/archive?competency=listening"}, {"", "/"}, {"practice", "/"},
		{"//elsewhere.example", "/"}, {"https://elsewhere.example/", "/"}, {"/\\elsewhere.example", "/"}, {"javascript:alert(1)", "/"},
		{"/a\r\nSet-Cookie: b", "/"}, {"%zz", "/"}, {"/ok#fragment", "/ok#fragment"},
	} {
		if got := Inside(tc.to, "/"); got != tc.want {
			t.Errorf("Inside(%q) = %q, want %q", tc.to, got, tc.want)
		}
	}
}

// FuzzInside: whatever is asked for, a browser that follows the answer stays.
func FuzzInside(f *testing.F) {
	for _, to := range []string{"/", "//a.example", "/\\a.example", "https://a.example", "/%2f/a.example", "/a?to=//b", "\t/a"} {
		f.Add(to)
	}
	base, err := url.Parse("https://centre.example/sign-in")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, to string) {
		got := Inside(to, "/")
		u, err := base.Parse(strings.ReplaceAll(got, "\\", "/")) // browsers read a backslash as a slash
		if err != nil || u.Host != "centre.example" || u.Scheme != "https" || got[0] != '/' {
			t.Errorf("Inside(%q) = %q leads to %v (%v)", to, got, u, err)
		}
	})
}

func TestMarkHere(t *testing.T) {
	for _, tc := range []struct{ path, want string }{
		{"/", "/"}, {"/practice", "/practice"}, {"/practice/calls/1", "/practice"}, {"/practices", ""}, {"/people?q=a", "/people"}, {"/account", ""},
	} {
		links := []ui.Link{{URL: "/"}, {URL: "/practice"}, {URL: "/people"}}
		markHere(links, tc.path)
		got := ""
		for _, l := range links {
			if l.Here {
				got += l.URL
			}
		}
		if got != tc.want {
			t.Errorf("at %s the menu marks %q, want %q", tc.path, got, tc.want)
		}
	}
}

func TestEveryKindHasItsStatus(t *testing.T) {
	seen := map[int]fault.Kind{}
	for _, k := range []fault.Kind{fault.Internal, fault.Invalid, fault.NotFound, fault.Conflict, fault.Denied, fault.Unavailable} {
		status := statuses(k)
		if _, twice := seen[status]; twice || status < http.StatusBadRequest {
			t.Errorf("%s has status %d", k, status)
		}
		seen[status] = k
	}
}
