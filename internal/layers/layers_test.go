package layers_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/lianxi-cc/lianxi/"

// law is layers.txt, parsed.
type law struct {
	below    map[string][]string // a domain and those right below it
	engines  map[string]bool
	plumbing map[string][]string // an internal package and who may use it
	homes    map[string][]string // a module and who may use it
}

// pkg is a package of the house as go list prints it.
type pkg struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func TestEveryImportIsAllowed(t *testing.T) {
	law := readLaw(t)
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		for _, i := range p.Imports {
			if why := law.forbids(name, i, false); why != "" {
				t.Errorf("%s imports %s: %s", name, i, why)
			}
		}
		for _, i := range slices.Concat(p.TestImports, p.XTestImports) {
			if why := law.forbids(name, i, true); why != "" {
				t.Errorf("a test of %s imports %s: %s", name, i, why)
			}
		}
	}
}

// forbids says why the package from may not import to; "" when it may. Tests
// may also use content, the test kit, their whole family and any module.
func (l law) forbids(from, to string, test bool) string {
	if strings.HasSuffix(from, "test") && family(from) != "internal" { // x/xtest: a suite for the stores of x
		test = true
	}
	if slices.Contains([]string{"bench", "tools", "docs"}, family(from)) { // measure, build and try the house from outside
		return ""
	}
	if !strings.HasPrefix(to, module) {
		home, ok := l.homes[longestPrefix(l.homes, to)]
		switch {
		case test || ok && matches(home, from) || !ok && !strings.Contains(to, "."):
			return ""
		case ok:
			return "its home is " + strings.Join(home, ", ")
		}
		return "it has no home in layers.txt"
	}
	to = strings.TrimPrefix(to, module)
	if users, ok := l.plumbing[to]; ok {
		return l.forbidsPlumbing(users, from, test)
	}
	switch {
	case from == to, family(from) == family(to) && (test || isDoor(from) || family(from) == "internal"):
		return ""
	case family(from) == "cmd", test && isDoor(from): // a test of a door opens the whole house
		return ""
	case strings.Contains(to, "/") && !l.engines[to]:
		return "only cmd joins the children of several families"
	case !l.above(family(from), family(to)):
		return "layers.txt does not put it below"
	case !strings.Contains(from, "/") && l.engines[to] && family(from) == family(to):
		return "a parent does not know its children"
	}
	return ""
}

func (l law) forbidsPlumbing(users []string, from string, test bool) string {
	child := strings.Contains(from, "/") && !l.engines[from]
	if test || family(from) == "internal" || matches(users, from) ||
		slices.Contains(users, "all") || slices.Contains(users, "children") && child {
		return ""
	}
	return "it is plumbing for " + strings.Join(users, ", ")
}

// above reports whether domain a may import domain b, or is b.
func (l law) above(a, b string) bool {
	return a == b || slices.ContainsFunc(l.below[a], func(d string) bool { return l.above(d, b) })
}

// isDoor reports whether the packages of a family may import one another.
func isDoor(name string) bool { return family(name) == "web" || family(name) == "api" }

func family(name string) string {
	first, _, _ := strings.Cut(name, "/")
	return first
}

// longestPrefix returns the key that to is, or lies below.
func longestPrefix(keys map[string][]string, to string) string {
	best := ""
	for k := range keys {
		if (to == k || strings.HasPrefix(to, k+"/")) && len(k) > len(best) {
			best = k
		}
	}
	return best
}

func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { ok, _ := path.Match(p, name); return ok })
}

func TestLawNamesNoCircle(t *testing.T) {
	l := readLaw(t)
	for a := range l.below {
		for b := range l.below {
			if a != b && l.above(a, b) && l.above(b, a) {
				t.Errorf("%s and %s are above each other", a, b)
			}
		}
	}
	for _, never := range []string{"score", "skill", "plan", "exam", "report", "flow"} {
		if l.above("wellbeing", never) || l.above(never, "wellbeing") {
			t.Errorf("wellbeing and %s must not see each other: how a person feels is never a mark", never)
		}
	}
	if l.above("score", "staff") {
		t.Error("score must not be able to look up whose call it is")
	}
}

func readLaw(t *testing.T) law {
	t.Helper()
	text, err := os.ReadFile("layers.txt")
	if err != nil {
		t.Fatal(err)
	}
	l := law{below: map[string][]string{}, engines: map[string]bool{}, plumbing: map[string][]string{}, homes: map[string][]string{}}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		what, who, _ := strings.Cut(rest, ":")
		switch word {
		case "order":
			steps := strings.Split(rest, "<")
			for i := 1; i < len(steps); i++ {
				for _, upper := range names(steps[i]) {
					l.below[upper] = append(l.below[upper], names(steps[i-1])...)
				}
			}
		case "engine":
			for _, e := range strings.Fields(rest) {
				l.engines[e] = true
			}
		case "plumbing", "home":
			into := map[string]map[string][]string{"plumbing": l.plumbing, "home": l.homes}[word]
			for _, w := range strings.Fields(what) {
				into[w] = strings.Fields(who)
			}
		case "", "#":
		default:
			t.Errorf("layers.txt: no such rule: %s", lines.Text())
		}
	}
	return l
}

func names(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

// packages lists the packages of the house with their imports.
func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
