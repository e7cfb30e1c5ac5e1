package vendored

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// own are the files in this folder that we wrote.
var own = map[string]bool{"README.md": true, "vendored.go": true, "vendored_test.go": true}

func TestEveryFileIsNamedWithItsChecksum(t *testing.T) {
	listed := listing(t)
	files, err := filepath.Glob("*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if own[name] {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(text)); got != listed[name] {
			t.Errorf("%s: sha256 %s, README.md says %q", name, got, listed[name])
		}
		delete(listed, name)
	}
	for name := range listed {
		t.Errorf("README.md names %s, which is not here", name)
	}
}

// listing reads the table of README.md: the checksum by file name.
func listing(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) != 7 || len(strings.TrimSpace(cells[5])) != 64 {
			continue
		}
		for _, i := range []int{2, 3} {
			if strings.TrimSpace(cells[i]) == "" {
				t.Errorf("README.md: a package or version is missing: %s", line)
			}
		}
		out[strings.TrimSpace(cells[1])] = strings.TrimSpace(cells[5])
	}
	return out
}

func TestNoRegistryIsNamed(t *testing.T) {
	files, _ := filepath.Glob("*")
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"unpkg" + ".com", "jsdelivr" + ".net", "registry" + ".npmjs", "cdn" + "js"} {
			if strings.Contains(string(text), word) {
				t.Errorf("%s names %s", name, word)
			}
		}
	}
}
