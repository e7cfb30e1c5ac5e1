package ui

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestInitial(t *testing.T) {
	for _, tc := range []struct{ name, want string }{
		{"林晓", "晓"}, {"Grace Miller", "G"}, {"grace", "G"}, {"欧阳若兰", "兰"}, {"", "?"}, {"Élodie", "É"},
	} {
		if got := Initial(tc.name); got != tc.want {
			t.Errorf("Initial(%q) = %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestThemeGoesRound(t *testing.T) {
	at := Auto
	for range 3 {
		at = at.Next()
	}
	if at != Auto || ParseTheme("dark") != Dark || ParseTheme("") != Auto || ParseTheme("pink") != Auto {
		t.Error("the themes do not go round")
	}
}

func TestMoodStaysInItsPicture(t *testing.T) {
	points := []MoodPoint{{Level: -500}, {Level: 0}, {Level: 1000}, {Level: 5000}}
	if got, want := moodPath(points), "M8 92L336 92L664 8L992 8"; got != want {
		t.Errorf("path %s, want %s", got, want)
	}
	if got, want := moodArea(points), "M8 92L336 92L664 8L992 8L992 100L8 100Z"; got != want {
		t.Errorf("area %s, want %s", got, want)
	}
	if moodArea(nil) != "" || moodX(0, 1) != moodWide/2 {
		t.Error("a mood without points")
	}
}

var iconName = regexp.MustCompile(`Icon\(r, "([a-z0-9-]+)"|Icon:\s*"([a-z0-9-]+)"`)

// TestEveryIconIsThere: a name that the vendored set does not hold would draw
// nothing, and nobody would notice.
func TestEveryIconIsThere(t *testing.T) {
	set, err := os.ReadFile(filepath.Join("..", "vendored", "tabler-icons.svg"))
	if err != nil {
		t.Fatal(err)
	}
	sources, _ := filepath.Glob(filepath.Join("..", "*", "*.templ"))
	code, _ := filepath.Glob(filepath.Join("..", "*", "*.go"))
	routes, _ := filepath.Glob(filepath.Join("..", "*.go"))
	found := 0
	for _, file := range append(append(sources, code...), routes...) {
		if strings.HasSuffix(file, "_templ.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range iconName.FindAllStringSubmatch(string(text), -1) {
			found++
			if name := m[1] + m[2]; !strings.Contains(string(set), `id="`+name+`"`) {
				t.Errorf("%s draws the icon %q, which is not in the set", file, name)
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d icons were found in the sources", found)
	}
}
