package content

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Centre returns the content of the centre whose data folder is dir: its own
// files in dir/content, and the built-in pack where it has none of that name.
// With dir "" it is the built-in pack alone.
func Centre(dir string) (fs.FS, error) {
	if dir == "" {
		return FS, nil
	}
	own := filepath.Join(dir, "content")
	info, err := os.Stat(own)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return FS, nil
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, &fs.PathError{Op: "open", Path: own, Err: errors.New("not a folder")}
	}
	return overlay{own: os.DirFS(own), pack: FS}, nil
}

// overlay shows own's files before pack's.
type overlay struct{ own, pack fs.FS }

// Open implements fs.FS. A folder lists the files of both.
func (o overlay) Open(name string) (fs.File, error) {
	f, err := o.own.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return o.pack.Open(name)
	}
	return f, err
}

// ReadDir implements fs.ReadDirFS.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	own, err := fs.ReadDir(o.own, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	pack, perr := fs.ReadDir(o.pack, name)
	if perr != nil && !errors.Is(perr, fs.ErrNotExist) {
		return nil, perr
	}
	if err != nil && perr != nil {
		return nil, err
	}
	all := own
	for _, e := range pack {
		if !slices.ContainsFunc(own, func(m fs.DirEntry) bool { return m.Name() == e.Name() }) {
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, nil
}
