package webtest

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web"
)

var update = flag.Bool("update", false, "write the goldens anew")

// TestRouteTable holds the list of routes to a golden, so that a new door, or
// a wider one, is seen by whoever reviews it.
func TestRouteTable(t *testing.T) {
	c := Open(t)
	var b strings.Builder
	for _, r := range web.Routes(c.Deps) {
		fmt.Fprintf(&b, "%-5s %-45s %s\n", r.Method, r.Pattern, r.Access)
	}
	golden := filepath.Join("testdata", "routes.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(want) != b.String() {
		t.Errorf("%s (%v) differs; look at the change, then run with -update:\n%s", golden, err, b.String())
	}
}

// TestEveryRouteForEveryRole knocks at every door as everybody. Who may do
// what a route needs comes in; others are refused, strangers sent to the
// sign-in, and nothing breaks when the thing does not exist.
func TestEveryRouteForEveryRole(t *testing.T) {
	c := Staffed(t)
	for _, role := range staff.AllRoles() {
		actor := c.actor(t, role)
		client := c.SignedIn(t, role)
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		for _, r := range web.Routes(c.Deps) {
			if r.Pattern == "/sign-out" { // would end the session of the knocks that follow
				continue
			}
			status := knock(t, client, c.URL, r)
			p, needs := r.Access.Permission()
			refused := needs && !staff.May(actor, p)
			switch {
			case refused && status != http.StatusForbidden:
				t.Errorf("%s at %s %s, which needs %s: status %d, want 403", role, r.Method, r.Pattern, p, status)
			case !refused && status == http.StatusForbidden:
				t.Errorf("%s at %s %s (%s): refused", role, r.Method, r.Pattern, r.Access)
			case status >= http.StatusInternalServerError:
				t.Errorf("%s at %s %s: status %d", role, r.Method, r.Pattern, status)
			}
		}
	}
}

func TestStrangersAreSentToTheSignIn(t *testing.T) {
	c := Staffed(t)
	client := c.Client(t)
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, r := range web.Routes(c.Deps) {
		request := ask(t, c.URL, r)
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		sent := strings.HasPrefix(answer.Header.Get("Location"), "/sign-in") && answer.StatusCode == http.StatusSeeOther
		if !r.Access.Open() && !sent {
			t.Errorf("a stranger at %s %s: status %d to %q", r.Method, r.Pattern, answer.StatusCode, answer.Header.Get("Location"))
		}
	}
}

// ask makes a request for a route, with a name nobody has in place of every
// variable.
func ask(t testing.TB, site string, r web.Route) *http.Request {
	t.Helper()
	path := r.Pattern
	for strings.Contains(path, "{") {
		before, rest, _ := strings.Cut(path, "{")
		name, after, _ := strings.Cut(rest, "}")
		if name == "$" {
			path = before + after
			continue
		}
		path = before + "nobody" + after
	}
	request, err := http.NewRequest(r.Method, site+path, strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	if r.Method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return request
}

// knock returns the status of a route. A stream is left as soon as it begins.
func knock(t testing.TB, client *http.Client, site string, r web.Route) int {
	t.Helper()
	ctx, leave := context.WithTimeout(t.Context(), 20*time.Second)
	defer leave()
	answer, err := client.Do(ask(t, site, r).WithContext(ctx))
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.Pattern, err)
	}
	answer.Body.Close()
	return answer.StatusCode
}
