package static

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func serve(t *testing.T, path, encoding string) *httptest.ResponseRecorder {
	t.Helper()
	files, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, strings.ReplaceAll(path, "PREFIX", files.Prefix()), nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	files.ServeHTTP(w, r)
	return w
}

func TestFilesAreKeptForEverUnderTheirHash(t *testing.T) {
	w := serve(t, "PREFIX/app.css", "")
	if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("status %d, %v", w.Code, w.Header())
	}
	if body := w.Body.String(); !strings.HasPrefix(body, "@layer tabler {") || strings.Contains(body, "@charset") || !strings.Contains(body, "--accent") {
		t.Error("the style sheet is not made of all parts")
	}
	if w := serve(t, "/static/000000000000/js/app.js", ""); w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("an earlier build's path: %d, %s", w.Code, w.Header().Get("Cache-Control"))
	}
	for _, path := range []string{"PREFIX/none.js", "PREFIX/../static.go", "PREFIX/", "/static/", "PREFIX/vendored/README.md"} {
		if w := serve(t, path, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
}

func TestFilesAreSentSmall(t *testing.T) {
	plain, small := serve(t, "PREFIX/app.css", ""), serve(t, "PREFIX/app.css", "br, gzip")
	z, err := gzip.NewReader(small.Body)
	if err != nil || small.Header().Get("Content-Encoding") != "gzip" {
		t.Fatal(err, small.Header())
	}
	text, err := io.ReadAll(z)
	if err != nil || string(text) != plain.Body.String() {
		t.Errorf("what was made small is not the same: %v", err)
	}
}

// TestNothingOfOursReachesOut: no address of another host stands in our style
// sheets and scripts.
func TestNothingOfOursReachesOut(t *testing.T) {
	reaches := regexp.MustCompile(`https?://|@import|eval\(|innerHTML`)
	all := map[string][]byte{}
	if err := collect(all, own, ""); err != nil {
		t.Fatal(err)
	}
	for name, text := range all {
		for _, found := range reaches.FindAllString(strings.ReplaceAll(string(text), "http://www.w3.org/2000/svg", ""), -1) {
			t.Errorf("%s holds %q", name, found)
		}
	}
}
