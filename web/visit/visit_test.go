package visit

import (
	"net/http"
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
