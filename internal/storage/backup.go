package storage

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// backupFormat is the version of what Backup writes:
//
//	manifest.json      what there is, and a SHA-256 of every file
//	tables/NAME.jsonl  a table's rows, one JSON object a line, sorted by key
//	tables/NAME.sums   the first 16 hexadecimal digits of each line's SHA-256
//	extras/NAME        what the caller added
const backupFormat = 1

const (
	manifestName = "manifest.json"
	tablesFolder = "tables"
	extrasFolder = "extras"
)

// Manifest says what a backup holds.
type Manifest struct {
	Format     int         `json:"format"`
	Made       time.Time   `json:"made"`
	Program    string      `json:"program"`
	Migrations []string    `json:"migrations"` // "0101_event"
	Tables     []tableFile `json:"tables"`
	Extras     []extraFile `json:"extras"`
}

type tableFile struct {
	Name    string   `json:"name"`
	Rows    int64    `json:"rows"`
	Columns []column `json:"columns"`
	SHA256  string   `json:"sha256"` // of the .jsonl
	Sums    string   `json:"sums"`   // SHA-256 of the .sums
}

type extraFile struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// BackupOptions are what Backup cannot know. Extras are files that belong to
// the backup but not to the database, by name, such as the signed heads of the
// archive and the public key; a private key never belongs to a backup.
type BackupOptions struct {
	Now     time.Time
	Program string // name and version
	Extras  map[string][]byte
}

// fileForm is what files in a backup may be called.
var fileForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)

// Backup writes the whole database into the folder dir, which must not exist,
// as it is at one moment, while the work goes on. Both databases give the same
// files. They are read again and verified before dir gets its name, so a
// folder with that name is a whole backup. Conflict if dir exists.
func Backup(ctx context.Context, db *DB, dir string, o BackupOptions) (Manifest, error) {
	dir = filepath.Clean(dir)
	if _, err := os.Lstat(dir); !errors.Is(err, os.ErrNotExist) {
		return Manifest{}, &fault.Error{Kind: fault.Conflict, Op: "storage.Backup", Key: "storage.backup.exists", Args: fault.Args{"folder": dir}, Err: err}
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return Manifest{}, unwritable(dir, err)
	}
	part, err := os.MkdirTemp(filepath.Dir(dir), filepath.Base(dir)+".part-")
	if err != nil {
		return Manifest{}, unwritable(dir, err)
	}
	m, err := writeBackup(ctx, db, part, o)
	if err == nil {
		_, err = VerifyBackup(part)
	}
	if err == nil {
		err = os.Rename(part, dir)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(dir))
	}
	if err != nil {
		return Manifest{}, unwritable(dir, errors.Join(err, os.RemoveAll(part)))
	}
	return m, nil
}

// unwritable classifies what went wrong while writing; what is classified
// keeps its kind.
func unwritable(dir string, err error) error {
	var known *fault.Error
	if errors.As(err, &known) {
		return fault.Wrap("storage.Backup", err)
	}
	return &fault.Error{Kind: fault.Unavailable, Op: "storage.Backup", Key: "storage.backup.unwritable", Args: fault.Args{"folder": dir}, Err: err}
}

func writeBackup(ctx context.Context, db *DB, dir string, o BackupOptions) (Manifest, error) {
	m := Manifest{Format: backupFormat, Made: Time(o.Now), Program: o.Program, Migrations: []string{}, Tables: []tableFile{}, Extras: []extraFile{}}
	for _, folder := range []string{tablesFolder, extrasFolder} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
			return m, err
		}
	}
	err := db.Snapshot(ctx, func(ctx context.Context, tx bun.IDB) error {
		applied, err := appliedIn(ctx, tx)
		if err != nil {
			return err
		}
		for _, s := range applied {
			m.Migrations = append(m.Migrations, s.String())
		}
		tables, err := Tables(ctx, tx)
		if err != nil {
			return err
		}
		for _, name := range tables {
			if name == MigrationsTable {
				continue // stands in the manifest
			}
			t, err := writeTable(ctx, tx, dir, name, db.Postgres())
			if err != nil {
				return fmt.Errorf("table %s: %w", name, err)
			}
			m.Tables = append(m.Tables, t)
		}
		return nil
	})
	if err != nil {
		return m, err
	}
	for _, name := range slices.Sorted(maps.Keys(o.Extras)) {
		if !fileForm.MatchString(name) {
			return m, fmt.Errorf("extra file %q: a strange name", name)
		}
		if err := writeFile(filepath.Join(dir, extrasFolder, name), o.Extras[name]); err != nil {
			return m, err
		}
		sum := sha256.Sum256(o.Extras[name])
		m.Extras = append(m.Extras, extraFile{name, hex.EncodeToString(sum[:])})
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, err
	}
	if err := writeFile(filepath.Join(dir, manifestName), append(text, '\n')); err != nil {
		return m, err
	}
	for _, folder := range []string{tablesFolder, extrasFolder, "."} {
		if err := syncFolder(filepath.Join(dir, folder)); err != nil {
			return m, err
		}
	}
	return m, nil
}

// writeTable writes the rows of a table and their sums.
func writeTable(ctx context.Context, tx bun.IDB, dir, name string, postgres bool) (tableFile, error) {
	t := tableFile{Name: name}
	var err error
	if !fileForm.MatchString(name) {
		return t, errors.New("a strange name")
	}
	if t.Columns, err = columnsOf(ctx, tx, name); err != nil {
		return t, err
	}
	rows, err := tx.QueryContext(ctx, "SELECT "+names(t.Columns)+" FROM "+quote(name)+" ORDER BY "+keyOrder(t.Columns, postgres))
	if err != nil {
		return t, err
	}
	defer func() { _ = rows.Close() }() // what matters of it is rows.Err
	data, err := create(filepath.Join(dir, tablesFolder, name+".jsonl"))
	if err != nil {
		return t, err
	}
	sums, err := create(filepath.Join(dir, tablesFolder, name+".sums"))
	if err != nil {
		return t, errors.Join(err, data.close())
	}
	err = func() error {
		values, into := make([]any, len(t.Columns)), make([]any, len(t.Columns))
		for i := range values {
			into[i] = &values[i]
		}
		for ; rows.Next(); t.Rows++ {
			if err := rows.Scan(into...); err != nil {
				return err
			}
			line, err := rowLine(t.Columns, values)
			if err != nil {
				return fmt.Errorf("row %d: %w", t.Rows+1, err)
			}
			data.write(line)
			sums.write(lineSum(line))
		}
		return rows.Err()
	}()
	err = errors.Join(err, data.close(), sums.close())
	t.SHA256, t.Sums = data.sum(), sums.sum()
	return t, err
}

// rowLine returns a row as a JSON object and a line feed.
func rowLine(columns []column, values []any) ([]byte, error) {
	line := []byte{'{'}
	for i, c := range columns {
		if i > 0 {
			line = append(line, ',')
		}
		line = append(append(append(line, '"'), c.Name...), '"', ':')
		var err error
		if line, err = appendValue(line, c.Kind, values[i]); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return append(line, '}', '\n'), nil
}

// lineSum returns a line's place in the .sums file.
func lineSum(line []byte) []byte {
	sum := sha256.Sum256(line)
	return append(hex.AppendEncode(nil, sum[:8]), '\n')
}

// hashedFile is a file being written, with its hash. Errors are kept for close.
type hashedFile struct {
	file *os.File
	buf  *bufio.Writer
	hash interface {
		io.Writer
		Sum([]byte) []byte
	}
}

func create(path string) (*hashedFile, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	return &hashedFile{f, bufio.NewWriterSize(io.MultiWriter(f, h), 1<<16), h}, nil
}

func (h *hashedFile) write(p []byte) { _, _ = h.buf.Write(p) } // a bufio.Writer repeats its error at Flush

func (h *hashedFile) close() error {
	return errors.Join(h.buf.Flush(), h.file.Sync(), h.file.Close())
}

func (h *hashedFile) sum() string { return hex.EncodeToString(h.hash.Sum(nil)) }

func writeFile(path string, data []byte) error {
	f, err := create(path)
	if err != nil {
		return err
	}
	f.write(data)
	return f.close()
}

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
