package content

import (
	"bytes"
	"io/fs"
	"path"
	"strings"
	"time"
)

// OwnLexicon is the name of the file in which a centre's own wordings of a
// language stand, written on the page of the lexicon. It is read after the
// others, so that it may use their word lists.
func OwnLexicon(lang string) string { return "lexicon/" + lang + "/99-centre.yaml" }

// WithLexicon returns base with the centre's own wordings, by language, laid
// over it. Empty texts are left out.
func WithLexicon(base fs.FS, texts map[string]string) fs.FS {
	own := memory{}
	for lang, text := range texts {
		if strings.TrimSpace(text) != "" {
			own[OwnLexicon(lang)] = text
		}
	}
	if len(own) == 0 {
		return base
	}
	return overlay{own: own, pack: base}
}

// memory is a file system of a few texts by their names.
type memory map[string]string

// Open implements fs.FS.
func (m memory) Open(name string) (fs.File, error) {
	text, ok := m[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &memoryFile{memoryInfo{name, int64(len(text))}, strings.NewReader(text)}, nil
}

// ReadFile implements fs.ReadFileFS.
func (m memory) ReadFile(name string) ([]byte, error) {
	f, err := m.Open(name)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	_, err = out.ReadFrom(f.(*memoryFile))
	return out.Bytes(), err
}

// ReadDir implements fs.ReadDirFS.
func (m memory) ReadDir(name string) ([]fs.DirEntry, error) {
	var out []fs.DirEntry
	for file, text := range m {
		if path.Dir(file) == name {
			out = append(out, fs.FileInfoToDirEntry(memoryInfo{file, int64(len(text))}))
		}
	}
	if len(out) == 0 {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return out, nil
}

type memoryFile struct {
	memoryInfo
	*strings.Reader
}

func (f *memoryFile) Stat() (fs.FileInfo, error) { return f.memoryInfo, nil }
func (f *memoryFile) Close() error               { return nil }
func (f *memoryFile) Size() int64                { return f.memoryInfo.Size() }

type memoryInfo struct {
	name string
	size int64
}

func (i memoryInfo) Name() string     { return path.Base(i.name) }
func (i memoryInfo) Size() int64      { return i.size }
func (memoryInfo) Mode() fs.FileMode  { return 0o444 }
func (memoryInfo) ModTime() time.Time { return time.Time{} }
func (memoryInfo) IsDir() bool        { return false }
func (memoryInfo) Sys() any           { return nil }
