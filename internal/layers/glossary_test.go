package layers_test

import (
	"go/ast"
	"go/token"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// grammar are parts of type names that are no words of the domain.
var grammar = []string{
	"new", "known", "info", "options", "at", "per", "all", "by", "log", "id", "lang", "in", "filter", "of", "cookies", "hear", "clock", "said",
	"row", "when", "set", "arg", "param", "state", "part", "tx", "view", "via", "service", "cost", "signed",
	"deps", "listed", "what", "whole", "place",
}

// TestNamesAreGlossaryWords checks that every type a domain exports, every
// table and every first segment of a URL is a word of docs/glossary.md or
// built from one.
func TestNamesAreGlossaryWords(t *testing.T) {
	words := glossary(t)
	built := func(parts []string) bool {
		return slices.ContainsFunc(parts, func(p string) bool {
			return words[p] || words[strings.TrimSuffix(p, "s")] || words[strings.TrimSuffix(p, "ies")+"y"] || words[strings.TrimSuffix(p, "ed")]
		})
	}
	for _, s := range sources(t) {
		domain := path.Dir(s.path)
		if strings.Contains(domain, "/") || strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		for _, name := range exportedTypes(s.file) {
			if parts := camel(name); !built(parts) && !slices.Contains(grammar, parts[0]) {
				t.Errorf("%s: type %s is built from no word of docs/glossary.md", s.path, name)
			}
		}
	}
	for table := range tables(t) {
		if parts := strings.Split(table, "_")[1:]; !built(parts) && !slices.Contains(grammar, parts[0]) {
			t.Errorf("table %s is built from no word of docs/glossary.md", table)
		}
	}
	route := regexp.MustCompile(`"(?:GET|POST|PUT|DELETE|PATCH) /([a-z][a-z-]*)`)
	technical := []string{"api", "static", "vendored", "healthz", "readyz", "metrics", "ui", "openapi", "docs", "schemas", "events", "locale", "theme", "favicon", "oidc", "sign-out", "start"}
	for _, s := range sources(t) {
		if !strings.HasPrefix(s.path, "web/") && !strings.HasPrefix(s.path, "api/") || strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			l, ok := n.(*ast.BasicLit)
			if !ok || l.Kind != token.STRING {
				return true
			}
			if m := route.FindStringSubmatch(l.Value); m != nil && !slices.Contains(technical, m[1]) && !built(append(strings.Split(m[1], "-"), m[1])) {
				t.Errorf("%s: the page /%s is built from no word of docs/glossary.md", s.path, m[1])
			}
			return true
		})
	}
}

func exportedTypes(f *ast.File) []string {
	var out []string
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			continue
		}
		for _, spec := range g.Specs {
			if name := spec.(*ast.TypeSpec).Name; name.IsExported() {
				out = append(out, name.Name)
			}
		}
	}
	return out
}

// camel splits MoodAt into mood and at, and adds the whole name.
func camel(name string) []string {
	var parts []string
	start := 0
	for i, r := range name {
		if i > start && unicode.IsUpper(r) && !unicode.IsUpper(rune(name[i-1])) {
			parts, start = append(parts, strings.ToLower(name[start:i])), i
		}
	}
	return append(parts, strings.ToLower(name[start:]), strings.ToLower(name))
}

// glossary returns the terms of docs/glossary.md; a term of two words also as
// one, with and without a hyphen.
func glossary(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("../../docs/glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	last := ""
	for _, row := range regexp.MustCompile(`(?m)^\| ([a-z][a-z -]*) \| ([^|]*) \| ([^|]+) \|$`).FindAllStringSubmatch(string(text), -1) {
		term := row[1]
		if term == "term" {
			continue
		}
		if term <= last {
			t.Errorf("glossary: %q stands after %q; keep the alphabet", term, last)
		}
		if !strings.ContainsFunc(row[2], func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("glossary: %q has no Chinese", term)
		}
		last = term
		for _, w := range []string{term, strings.ReplaceAll(term, " ", ""), strings.ReplaceAll(term, " ", "-"), strings.ReplaceAll(term, "-", "")} {
			words[w] = true
		}
	}
	return words
}
