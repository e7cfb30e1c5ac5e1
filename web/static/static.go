// Package static serves the files that pages are drawn with: our own style
// sheets and scripts, and the vendored parts.
//
// All of them lie under one path that holds a hash of their content, so a
// browser may keep them for ever and a new build is never mixed with an old
// one. Our scripts are ES modules and import each other by relative paths.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"sort"
	"strings"
	"sync"

	"github.com/lianxi-cc/lianxi/web/vendored"
)

//go:embed css/*.css js/*.js favicon.svg
var own embed.FS

// Files are all files of this build, by name, ready to be sent.
type Files struct {
	prefix string
	files  map[string]*file
}

type file struct {
	kind  string
	plain []byte
	once  sync.Once
	small []byte // gzip, made when first asked for
}

// Load collects the files.
func Load() (*Files, error) {
	all := map[string][]byte{}
	if err := collect(all, own, ""); err != nil {
		return nil, err
	}
	if err := collect(all, vendored.FS, "vendored/"); err != nil {
		return nil, err
	}
	all["app.css"] = compose(all)
	out := &Files{files: map[string]*file{}}
	sum := sha256.New()
	for _, name := range sortedNames(all) {
		fmt.Fprintf(sum, "%s %d\n", name, len(all[name]))
		sum.Write(all[name])
		out.files[name] = &file{kind: kindOf(name), plain: all[name]}
	}
	out.prefix = fmt.Sprintf("/static/%x", sum.Sum(nil)[:6])
	return out, nil
}

func collect(into map[string][]byte, fsys fs.FS, under string) error {
	return fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return fmt.Errorf("static: read %s: %w", name, err)
		}
		into[under+name] = text
		return nil
	})
}

// compose makes one style sheet of all: Tabler in a layer, which any rule of
// ours outranks, then our own in the order of their names.
func compose(all map[string][]byte) []byte {
	var b bytes.Buffer
	b.WriteString("@layer tabler {\n")
	b.Write(bytes.TrimPrefix(all["vendored/tabler.min.css"], []byte(`@charset "UTF-8";`)))
	b.WriteString("\n}\n")
	for _, name := range sortedNames(all) {
		if strings.HasPrefix(name, "css/") {
			b.Write(all[name])
		}
	}
	return b.Bytes()
}

func sortedNames(all map[string][]byte) []string {
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func kindOf(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

// Prefix returns the path under which this build's files lie, without a slash
// at its end.
func (f *Files) Prefix() string { return f.prefix }

// ServeHTTP sends a file. A path of an earlier build gets the file of this
// one, and is not kept.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rest := strings.TrimPrefix(r.URL.Path, "/static/")
	hash, name, _ := strings.Cut(rest, "/")
	one, ok := f.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", one.kind)
	h.Set("Vary", "Accept-Encoding")
	if "/static/"+hash == f.prefix {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	body := one.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		body = one.gzipped()
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader went away; nobody is left to tell
	}
}

func (f *file) gzipped() []byte {
	f.once.Do(func() {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(f.plain) // a bytes.Buffer never refuses
		_ = z.Close()
		f.small = b.Bytes()
	})
	return f.small
}
