package main

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/skill/keyfile"
)

// What a backup holds beside the tables.
const (
	extraHeads   = "archive.heads" // the signed heads of the archive, one a line
	extraKeys    = "archive.pub"   // the public keys that verify them
	extraContent = "content.tar"   // the centre's own content files
)

// backupCmd backs a centre up while it runs. The private signing key and
// lianxi.toml, which may hold secrets, are no part of it.
type backupCmd struct {
	Human bool   `help:"Print text for people instead of JSON."`
	Dir   string `arg:"" help:"Folder to write; it must not exist."`
}

// kept is what backup and restore print.
type kept struct {
	Dir    string    `json:"dir"`
	Made   time.Time `json:"made"`
	Tables int       `json:"tables"`
	Rows   int64     `json:"rows"`
}

// Run writes the backup and reads it again before it gets its name.
func (c *backupCmd) Run(ctx context.Context, e *env) error {
	h, err := e.existingHouse(ctx, toRead)
	if err != nil {
		return err
	}
	defer func() { _ = h.Close() }() // it was only read
	extras, err := h.extras(ctx)
	if err != nil {
		return err
	}
	m, err := storage.Backup(ctx, h.db, c.Dir, storage.BackupOptions{Now: time.Now(), Program: "lianxi " + version, Extras: extras})
	if err != nil {
		return err
	}
	return e.printKept(c.Dir, m, c.Human)
}

func (h *house) extras(ctx context.Context) (map[string][]byte, error) {
	out := map[string][]byte{}
	var heads bytes.Buffer
	if err := h.archive.Heads(ctx, func(head skill.Head) error {
		text, err := head.MarshalText()
		heads.Write(append(text, '\n'))
		return err
	}); err != nil {
		return nil, err
	}
	out[extraHeads] = heads.Bytes()
	keys, err := os.ReadFile(keyfile.Public(keyFile(h.dir, h.cfg.Archive)))
	if err != nil {
		return nil, fileProblem(keyfile.Public(keyFile(h.dir, h.cfg.Archive)), err)
	}
	out[extraKeys] = keys
	own := filepath.Join(h.dir, "content")
	if _, err := os.Stat(own); errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	out[extraContent], err = packFolder(own)
	return out, err
}

func fileProblem(file string, err error) error {
	return &fault.Error{Kind: fault.Unavailable, Key: "cli.file", Args: fault.Args{"file": file, "problem": cause(err)}, Err: err}
}

// packFolder returns the files of a folder as a tar that depends on nothing
// but their names and bytes.
func packFolder(dir string) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(text)), Format: tar.FormatPAX}); err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	})
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fileProblem(dir, err)
	}
	return out.Bytes(), nil
}

// restoreCmd fills an empty centre from a backup. The database may be of the
// other kind than the one that was backed up.
type restoreCmd struct {
	Human bool   `help:"Print text for people instead of JSON."`
	Dir   string `arg:"" help:"Folder of the backup."`
}

// Run verifies everything first and restores all or nothing.
func (c *restoreCmd) Run(ctx context.Context, e *env) error {
	cfg, err := e.loadConfig()
	if err != nil {
		return err
	}
	if _, err := os.Stat(c.Dir); err != nil {
		return fileProblem(c.Dir, err)
	}
	dir := e.dataDir()
	unlock, err := lockFolder(dir)
	if err != nil {
		return err
	}
	defer unlock()
	db, err := storage.Open(ctx, databaseURL(dir, cfg.Database))
	if err != nil {
		return err
	}
	m, err := storage.Restore(ctx, c.Dir, db, migrations()...)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := restoreKeys(c.Dir, keyfile.Public(keyFile(dir, cfg.Archive))); err != nil {
		return err
	}
	if err := unpackFolder(filepath.Join(c.Dir, "extras", extraContent), filepath.Join(dir, "content")); err != nil {
		return err
	}
	return e.printKept(c.Dir, m, c.Human)
}

// restoreKeys puts the public keys back, so that what was signed before can be
// verified even if a new signing key is made. Keys that lie there stay.
func restoreKeys(backup, to string) error {
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	keys, err := os.ReadFile(filepath.Join(backup, "extras", extraKeys))
	if err != nil {
		return fileProblem(extraKeys, err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return fileProblem(to, err)
	}
	if err := os.WriteFile(to, keys, 0o644); err != nil { //nolint:gosec // public keys
		return fileProblem(to, err)
	}
	return nil
}

// unpackFolder puts the centre's content back. Without a tar there was none.
// os.Root keeps every name inside the folder, whatever the tar says.
func unpackFolder(file, dir string) error {
	packed, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fileProblem(file, err)
	}
	defer func() { _ = packed.Close() }() // it was only read
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fileProblem(dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fileProblem(dir, err)
	}
	defer func() { _ = root.Close() }() // nothing is pending in it
	r := tar.NewReader(packed)
	for {
		head, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = unpackFile(root, head.Name, io.LimitReader(r, head.Size))
		}
		if err != nil {
			return fileProblem(file, err)
		}
	}
}

func unpackFile(root *os.Root, name string, r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return root.WriteFile(name, text, 0o600)
}

func (e *env) printKept(dir string, m storage.Manifest, human bool) error {
	k := kept{Dir: dir, Made: m.Made, Tables: len(m.Tables)}
	for _, t := range m.Tables {
		k.Rows += t.Rows
	}
	if !human {
		return writeJSON(e.out, k)
	}
	_, err := fmt.Fprintln(e.out, e.print.Text("cli.backup.done", fault.Args{"dir": k.Dir, "tables": k.Tables, "rows": k.Rows, "made": e.print.DateTime(k.Made)}))
	return err
}
