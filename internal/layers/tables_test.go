package layers_test

import (
	"go/ast"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestStoresNameOnlyTheirOwnTables reads the migrations for the names of all
// tables, and then the stores for names that are not theirs. A join over two
// domains would tie them together below the layer that the rules watch.
func TestStoresNameOnlyTheirOwnTables(t *testing.T) {
	owner := tables(t)
	if len(owner) == 0 {
		t.Fatal("no migration creates a table")
	}
	word := regexp.MustCompile(`[a-z][a-z0-9_]*`)
	named := func(store, text string) {
		for _, w := range word.FindAllString(text, -1) {
			if of, ok := owner[w]; ok && of != ownerOf(store) {
				t.Errorf("%s names %s, a table of %s", store, w, of)
			}
		}
	}
	for _, s := range sources(t) {
		store := path.Dir(s.path)
		if !isStore(store) || strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				named(store, l.Value)
			}
			return true
		})
	}
	for _, m := range migrations(t) {
		store := storeOf(m)
		if text, err := os.ReadFile(m); err != nil {
			t.Error(err)
		} else {
			named(store, string(text))
		}
	}
}

// tables returns every table that a migration creates and the domain it
// belongs to. Its name must begin with the domain's.
func tables(t *testing.T) map[string]string {
	t.Helper()
	create := regexp.MustCompile(`(?i)create\s+(?:virtual\s+)?table\s+(?:if\s+not\s+exists\s+)?"?([a-z0-9_]+)`)
	owner := map[string]string{}
	for _, m := range migrations(t) {
		text, err := os.ReadFile(m)
		if err != nil {
			t.Fatal(err)
		}
		domain := ownerOf(storeOf(m))
		for _, found := range create.FindAllStringSubmatch(string(text), -1) {
			owner[found[1]] = domain
			if !strings.HasPrefix(found[1], path.Base(domain)+"_") {
				t.Errorf("%s creates %s; the tables of %s begin with %s_", m, found[1], domain, path.Base(domain))
			}
		}
	}
	return owner
}

// migrations lists the SQL files of all stores.
func migrations(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, depth := range []string{"*/*db", "*"} {
		for _, sql := range []string{"sqlite", "postgres"} {
			files, err := filepath.Glob("../../" + depth + "/migrations/" + sql + "/*.sql")
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, files...)
		}
	}
	return all
}

// storeOf returns the store whose migrations folder the file lies in.
func storeOf(file string) string {
	return strings.TrimPrefix(path.Dir(path.Dir(path.Dir(filepath.ToSlash(file)))), "../../")
}

// ownerOf returns whose tables a store keeps: x for x/xdb, else its own.
func ownerOf(store string) string {
	if isStore(store) {
		return path.Dir(store)
	}
	return store
}

// isStore reports whether a package is xdb under x. reportdb may read all.
func isStore(p string) bool {
	return strings.HasSuffix(p, "db") && path.Base(p) != "reportdb" && path.Dir(p)+"db" == path.Base(p)
}
