package locale

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

// entryForms is one catalogue entry: its plural forms, or one form named other.
type entryForms map[string]string

// readCatalogues returns every file's messages by domain and language. A key
// that stands twice in a file, or does not begin with its domain, is an error.
func readCatalogues(t *testing.T) map[string]map[Lang]map[string]entryForms {
	t.Helper()
	out := map[string]map[Lang]map[string]entryForms{}
	names, err := fs.Glob(builtIn, "catalog/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(builtIn, name)
		if err != nil {
			t.Fatal(err)
		}
		domain, _, _ := strings.Cut(filepath.Base(name), ".")
		messages := readFlat(t, name, text)
		for key := range messages {
			if !strings.HasPrefix(key, domain+".") {
				t.Errorf("%s: key %q does not begin with %q", name, key, domain+".")
			}
		}
		if out[domain] == nil {
			out[domain] = map[Lang]map[string]entryForms{}
		}
		out[domain][Lang(langOf(name))] = messages
	}
	return out
}

func readFlat(t *testing.T, name string, text []byte) map[string]entryForms {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(text))
	if tok, err := dec.Token(); err != nil || tok != json.Delim('{') {
		t.Fatalf("%s: want an object, got %v (%v)", name, tok, err)
	}
	out := map[string]entryForms{}
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		key := fmt.Sprint(tok)
		if _, twice := out[key]; twice {
			t.Errorf("%s: key %q stands twice", name, key)
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			t.Fatalf("%s: %s: %v", name, key, err)
		}
		var forms entryForms
		if err := json.Unmarshal(raw, &forms); err != nil {
			var one string
			if err := json.Unmarshal(raw, &one); err != nil {
				t.Fatalf("%s: %s is neither a text nor plural forms", name, key)
			}
			forms = entryForms{"other": one}
		}
		out[key] = forms
	}
	return out
}

func TestEveryKeyInEveryLanguage(t *testing.T) {
	for domain, byLang := range readCatalogues(t) {
		all := map[string]bool{}
		for _, messages := range byLang {
			for key := range messages {
				all[key] = true
			}
		}
		for _, lang := range Langs() {
			for key := range all {
				forms, ok := byLang[lang][key]
				if !ok {
					t.Errorf("catalog/%s.%s.json: key %q is missing", domain, lang, key)
					continue
				}
				checkForms(t, fmt.Sprintf("catalog/%s.%s.json: %s", domain, lang, key), lang, forms)
			}
		}
		for key := range all {
			zh, en := placeholders(byLang[Chinese][key]), placeholders(byLang[English][key])
			if !slices.Equal(zh, en) {
				t.Errorf("%s: placeholders differ: zh-CN %v, en %v", key, zh, en)
			}
		}
	}
}

// checkForms holds a message to what its language needs: no empty text, the
// plural form "other", "one" beside it in English, and Chinese punctuation.
func checkForms(t *testing.T, where string, lang Lang, forms entryForms) {
	t.Helper()
	for form, text := range forms {
		if strings.TrimSpace(text) == "" {
			t.Errorf("%s: form %q is empty", where, form)
		}
		if lang == Chinese && halfWidth.MatchString(text) {
			t.Errorf("%s: half-width punctuation between Han characters: %s", where, text)
		}
	}
	if _, ok := forms["other"]; !ok {
		t.Errorf("%s: the form other is missing", where)
	}
	if _, one := forms["one"]; lang == English && len(forms) > 1 && !one {
		t.Errorf("%s: the form one is missing", where)
	}
}

var (
	halfWidth   = regexp.MustCompile(`\p{Han}[,;:!?]|\p{Han}\.(\s|$)`)
	placeholder = regexp.MustCompile(`\{\{\s*\.(\w+)[^}]*\}\}`)
)

// placeholders returns the names a message uses in any of its forms, sorted.
func placeholders(forms entryForms) []string {
	seen := map[string]bool{}
	for _, text := range forms {
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			seen[m[1]] = true
		}
	}
	out := make([]string, 0, len(seen))
	for name := range seen {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

var uses = []*regexp.Regexp{
	regexp.MustCompile(`\b(?:Text|Plural)\(\s*"([^"]*)"(\s*\+)?`),
	regexp.MustCompile(`\bfault\.(?:New|As)\(\s*[^,"]+,\s*"([^"]*)"(\s*\+)?`),
	regexp.MustCompile(`\bKey:\s*"([a-z]+\.[^"]*)"(\s*\+)?`),
}

// TestEveryUsedKeyExists reads all Go and templ sources. A key that a source
// puts together ("web.role." + role) must have at least one message that
// begins with its first part.
func TestEveryUsedKeyExists(t *testing.T) {
	known := map[string]bool{}
	for _, byLang := range readCatalogues(t) {
		for key := range byLang[Chinese] {
			known[key] = true
		}
	}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata" || d.Name() == "tools") {
			return filepath.SkipDir
		}
		if !sourceWithKeys(path) {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, u := range usedKeys(string(text)) {
			if !exists(known, u) {
				rel, _ := filepath.Rel(root, path)
				t.Errorf("%s uses the key %q, which no catalogue has", rel, u.key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func sourceWithKeys(path string) bool {
	if strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
		return false
	}
	return strings.HasSuffix(path, ".go") || strings.HasSuffix(path, ".templ")
}

type use struct {
	key    string
	prefix bool
}

func usedKeys(text string) []use {
	var out []use
	for _, re := range uses {
		for _, m := range re.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], ".") {
				out = append(out, use{key: m[1], prefix: m[2] != ""})
			}
		}
	}
	return out
}

func exists(known map[string]bool, u use) bool {
	if !u.prefix {
		return known[u.key]
	}
	for key := range known {
		if strings.HasPrefix(key, u.key) {
			return true
		}
	}
	return false
}

func TestUsedKeys(t *testing.T) {
	text := `p.Text("web.a.b") p.Plural("web.n", 3) p.Text("web.role." + r) fault.New(fault.Invalid, "staff.x", nil) &fault.Error{Key: "skill.y"} Text("plain")`
	want := []use{{"web.a.b", false}, {"web.n", false}, {"web.role.", true}, {"staff.x", false}, {"skill.y", false}}
	if got := usedKeys(text); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
