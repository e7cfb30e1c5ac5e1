package layers_test

import (
	"bufio"
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The hard limits. Taste lives far below them; see the medians in the log.
const (
	maxFileLines     = 800
	maxFunctionLines = 120
	maxExportedNames = 40
)

// source is one Go file that a person wrote.
type source struct {
	path string // slashes, from the root
	fset *token.FileSet
	file *ast.File
}

func (s source) lines(from, to token.Pos) int {
	return s.fset.Position(to).Line - s.fset.Position(from).Line + 1
}

func TestSizes(t *testing.T) {
	excused := excuses(t)
	var files, functions []int
	names := map[string]int{}
	for _, s := range sources(t) {
		n := s.lines(s.file.FileStart, s.file.FileEnd)
		files = append(files, n)
		if n > maxFileLines && !excused["file "+s.path] {
			t.Errorf("%s has %d lines; %d are allowed", s.path, n, maxFileLines)
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			n := s.lines(f.Pos(), f.End())
			functions = append(functions, n)
			if n > maxFunctionLines && !excused["func "+s.path+" "+f.Name.Name] {
				t.Errorf("%s: %s has %d lines; %d are allowed", s.path, f.Name.Name, n, maxFunctionLines)
			}
		}
		if !strings.HasSuffix(s.path, "_test.go") {
			names[path.Dir(s.path)] += exported(s.file)
		}
	}
	var perPackage []int
	for p, n := range names {
		perPackage = append(perPackage, n)
		if n > maxExportedNames && !excused["names "+p] {
			t.Errorf("package %s exports %d names; %d are allowed", p, n, maxExportedNames)
		}
	}
	for what, n := range map[string][]int{"file lines": files, "function lines": functions, "exported names": perPackage} {
		slices.Sort(n)
		t.Logf("%s: p50 %d, p90 %d, max %d", what, n[len(n)/2], n[len(n)*9/10], n[len(n)-1])
	}
}

// exported counts the types, functions and package-level names that a file
// exports. A group of constants counts once: it is one idea.
func exported(f *ast.File) int {
	n := 0
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.IsExported() {
				n++
			}
		case *ast.GenDecl:
			found := 0
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					if s.Name.IsExported() {
						found++
					}
				case *ast.ValueSpec:
					if slices.ContainsFunc(s.Names, func(i *ast.Ident) bool { return i.IsExported() }) {
						found++
					}
				}
			}
			if d.Tok == token.CONST {
				found = min(found, 1)
			}
			n += found
		}
	}
	return n
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	docs := map[string]string{}
	for _, s := range sources(t) {
		if strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		docs[path.Dir(s.path)] += s.file.Doc.Text()
	}
	for p, doc := range docs {
		if !strings.HasPrefix(doc, "Package "+path.Base(p)+" ") && !strings.HasPrefix(doc, "Command "+path.Base(p)+" ") {
			t.Errorf("%s: the package comment must begin with “Package %s …”; it is %.40q", p, path.Base(p), doc)
		}
	}
}

// excuses reads sizes.txt.
func excuses(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("sizes.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		f := strings.Fields(lines.Text())
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		words := map[string]int{"file": 2, "func": 3, "names": 2}[f[0]]
		if words == 0 || len(f) < words+3 {
			t.Errorf("sizes.txt: an exception needs its reason: %s", lines.Text())
			continue
		}
		out[strings.Join(f[:words], " ")] = true
	}
	return out
}

// sources parses every Go file of the house that no tool generated.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "vendored" || d.Name() == "lianxi-data"):
			return fs.SkipDir
		case d.IsDir() || path.Ext(p) != ".go":
			return nil
		}
		s := source{path: p, fset: token.NewFileSet()}
		s.file, err = parser.ParseFile(s.fset, filepath.Join("../..", p), nil, parser.ParseComments)
		if err != nil {
			return err
		}
		if !ast.IsGenerated(s.file) {
			all = append(all, s)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
