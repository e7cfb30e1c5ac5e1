package layers_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestArchitectureListsTheFoldersAsTheyAre(t *testing.T) {
	text := document(t, "ARCHITECTURE.md")
	if n := strings.Count(text, "\n"); n > 150 {
		t.Errorf("ARCHITECTURE.md has %d lines; 150 are allowed", n)
	}
	var listed []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z/]+)` \\|").FindAllStringSubmatch(text, -1) {
		listed = append(listed, row[1])
		if _, err := os.Stat(filepath.Join("../..", row[1])); err != nil {
			t.Errorf("ARCHITECTURE.md lists %s, which is not there", row[1])
		}
	}
	for _, dir := range rooms(t) {
		if !slices.Contains(listed, dir) {
			t.Errorf("ARCHITECTURE.md does not list %s", dir)
		}
	}
	plumbing, err := filepath.Glob("../../internal/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range plumbing {
		if name := path.Base(path.Dir(filepath.ToSlash(file))); !strings.Contains(text, "`"+name+"`") {
			t.Errorf("ARCHITECTURE.md does not name internal/%s", name)
		}
	}
}

// rooms returns the top-level folders and the children of the domains; suites
// for stores (xtest) and what lies below web and api are told in prose.
func rooms(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		switch first, child, ok := strings.Cut(name, "/"); {
		case !ok:
			out = append(out, name)
		case slices.Contains([]string{"internal", "web", "api", "tools", "bench", "docs"}, first):
			out = append(out, first)
		case !strings.HasSuffix(child, "test") && !strings.Contains(child, "/"):
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestLinksLeadSomewhere follows every relative link of every document.
func TestLinksLeadSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	for _, doc := range documents(t) {
		for _, m := range link.FindAllStringSubmatch(document(t, doc), -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			if target == "" {
				target = path.Base(doc)
			}
			target = path.Join(path.Dir(doc), target)
			if _, err := os.Stat(filepath.Join("../..", target)); err != nil {
				t.Errorf("%s links to %s, which is not there", doc, m[1])
			} else if anchor != "" && strings.HasSuffix(target, ".md") && !slices.Contains(anchors(document(t, target)), anchor) {
				t.Errorf("%s links to %s, but no heading there is called so", doc, m[1])
			}
		}
	}
}

// anchors returns the headings of a document as the names that links use.
func anchors(text string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(text, -1) {
		keep := regexp.MustCompile(`[^\p{L}\p{N}_ -]`).ReplaceAllString(strings.ToLower(m[1]), "")
		out = append(out, strings.ReplaceAll(keep, " ", "-"))
	}
	return out
}

// TestCommandsOfTheDocumentsExist checks that what a reader is told to type is
// there: a script, a file, or a command of the program.
func TestCommandsOfTheDocumentsExist(t *testing.T) {
	program := ""
	files, err := filepath.Glob("../../cmd/lianxi/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		program += document(t, strings.TrimPrefix(filepath.ToSlash(f), "../../"))
	}
	block := regexp.MustCompile("(?s)```sh\n(.*?)```|`((?:lianxi|go run \\./cmd/lianxi|\\./check) [^`]+)`")
	command := regexp.MustCompile(`(?:^|[|;&(] *)(?:go run \./cmd/)?lianxi ([a-z]+)(?: ([a-z]+)(?:\s|$))?`)
	for _, doc := range documents(t) {
		for _, m := range block.FindAllStringSubmatch(document(t, doc), -1) {
			for _, line := range strings.Split(m[1]+m[2], "\n") {
				line = strings.TrimSpace(line)
				for _, c := range command.FindAllStringSubmatch(line, -1) {
					for _, word := range c[1:] {
						field := regexp.MustCompile(`(?i)\b` + word + `\s+\w*cmd\s+` + "`cmd")
						if word != "" && !field.MatchString(program) {
							t.Errorf("%s: there is no command %q: %s", doc, word, line)
						}
					}
				}
				if script, _, _ := strings.Cut(line, " "); strings.HasPrefix(script, "./") {
					if _, err := os.Stat(filepath.Join("../..", script)); err != nil {
						t.Errorf("%s: there is no %s", doc, script)
					}
				}
			}
		}
	}
}

// TestREADMEsSayTheSame checks that the Chinese and the English tour show the
// same commands, links and headings.
func TestREADMEsSayTheSame(t *testing.T) {
	parts := regexp.MustCompile("(?s)```.*?```|\\]\\([^)]*\\)|`[^`]+`")
	heading := regexp.MustCompile(`(?m)^#+ `)
	chinese, english := document(t, "README.md"), document(t, "README.en.md")
	if a, b := len(heading.FindAllString(chinese, -1)), len(heading.FindAllString(english, -1)); a != b {
		t.Errorf("README.md has %d headings, README.en.md %d", a, b)
	}
	sorted := func(text, other string) []string {
		out := parts.FindAllString(strings.ReplaceAll(text, other, ""), -1)
		slices.Sort(out)
		return out
	}
	if a, b := sorted(chinese, "README.en.md"), sorted(english, "README.md"); !slices.Equal(a, b) {
		t.Errorf("the commands and links differ:\n%q\n%q", a, b)
	}
}

func documents(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, glob := range []string{"*.md", "docs/*.md", "docs/*/*.md"} {
		found, err := fs.Glob(os.DirFS("../.."), glob)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	return all
}

func document(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
