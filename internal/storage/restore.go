package storage

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// One statement inserts this many rows at most, and about this many bytes.
const (
	restoreBatch = 200
	restoreBytes = 1 << 20
)

// VerifyBackup reads every file of the backup in dir and compares it with the
// manifest. What is missing, cut or changed is Invalid (storage.backup.damaged)
// with the file, and the line if there is one.
func VerifyBackup(dir string) (Manifest, error) {
	m, err := readManifest(dir)
	if err != nil {
		return m, err
	}
	for _, t := range m.Tables {
		if err := eachRow(dir, t, func([]any) error { return nil }); err != nil {
			return m, err
		}
	}
	for _, e := range m.Extras {
		name := filepath.Join(extrasFolder, e.Name)
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return m, damaged(name, 0, err)
		}
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != e.SHA256 {
			return m, damaged(name, 0, errChanged)
		}
	}
	return m, nil
}

// Restore fills db from the backup in dir: it makes the tables as they were
// then, fills them, and brings them up to what sets define. db must hold no
// tables at all (Conflict, storage.restore.full). Everything is verified
// first, and all is restored or nothing. A backup of a newer version, whose
// steps sets do not have, is refused with Conflict (storage.newer).
func Restore(ctx context.Context, dir string, db *DB, sets ...Migrations) (Manifest, error) {
	m, err := VerifyBackup(dir)
	if err != nil {
		return m, fault.Wrap("storage.Restore", err)
	}
	steps, err := collect(db.dialectFolder(), sets)
	if err != nil {
		return m, fault.Wrap("storage.Restore", err)
	}
	err = db.Write(ctx, func(ctx context.Context, tx bun.IDB) error {
		tables, err := Tables(ctx, tx)
		if err != nil {
			return err
		}
		if len(tables) > 0 {
			return fault.New(fault.Conflict, "storage.restore.full", nil)
		}
		return restoreInto(ctx, tx, dir, m, steps, db.Postgres())
	})
	return m, fault.Wrap("storage.Restore", err)
}

func restoreInto(ctx context.Context, tx bun.IDB, dir string, m Manifest, steps []step, postgres bool) error {
	then := slices.DeleteFunc(slices.Clone(steps), func(s step) bool { return !slices.Contains(m.Migrations, s.String()) })
	if len(then) < len(m.Migrations) {
		return &fault.Error{Kind: fault.Conflict, Key: "storage.newer", Args: fault.Args{"step": m.Migrations[len(m.Migrations)-1]}}
	}
	if err := createMigrations(ctx, tx); err != nil {
		return err
	}
	if err := apply(ctx, tx, then, nil); err != nil {
		return err
	}
	resume, err := deferKeys(ctx, tx, postgres)
	if err != nil {
		return err
	}
	for _, t := range m.Tables {
		if err := restoreTable(ctx, tx, dir, t, postgres); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	if err := resume(); err != nil {
		return err
	}
	done, err := appliedIn(ctx, tx)
	if err != nil {
		return err
	}
	return apply(ctx, tx, steps, done)
}

// deferKeys puts off the check that rows name rows that are there, until the
// function it returns is called: tables come in the order of their names.
func deferKeys(ctx context.Context, tx bun.IDB, postgres bool) (resume func() error, err error) {
	if !postgres {
		_, err := tx.ExecContext(ctx, "PRAGMA defer_foreign_keys = ON")
		return func() error { return brokenKeys(ctx, tx) }, err
	}
	var keys []struct{ Table, Name string }
	err = tx.NewRaw(`SELECT table_name AS "table", constraint_name AS name FROM information_schema.table_constraints
		WHERE constraint_type = 'FOREIGN KEY' AND table_schema = current_schema() AND is_deferrable = 'NO'`).Scan(ctx, &keys)
	if err != nil {
		return nil, err
	}
	set := func(how string) error {
		for _, k := range keys {
			if _, err := tx.ExecContext(ctx, "ALTER TABLE "+quote(k.Table)+" ALTER CONSTRAINT "+quote(k.Name)+" "+how); err != nil {
				return err
			}
		}
		return nil
	}
	resume = func() error {
		if _, err := tx.ExecContext(ctx, "SET CONSTRAINTS ALL IMMEDIATE"); err != nil {
			return err
		}
		return set("NOT DEFERRABLE")
	}
	return resume, set("DEFERRABLE INITIALLY DEFERRED")
}

// brokenKeys fails if a row names one that is not there. SQLite would say so
// at the commit only, and not which.
func brokenKeys(ctx context.Context, tx bun.IDB) error {
	var tables []string
	if err := tx.NewRaw(`SELECT DISTINCT "table" FROM pragma_foreign_key_check`).Scan(ctx, &tables); err != nil {
		return err
	}
	if len(tables) > 0 {
		return damaged(filepath.Join(tablesFolder, tables[0]+".jsonl"), 0, errors.New("names rows that are not there"))
	}
	return nil
}

// restoreTable fills one table.
func restoreTable(ctx context.Context, tx bun.IDB, dir string, t tableFile, postgres bool) error {
	have, err := columnsOf(ctx, tx, t.Name)
	if err != nil {
		return err
	}
	if !slices.Equal(have, t.Columns) {
		return damaged(manifestName, 0, fmt.Errorf("table %s has the columns %v, the backup %v", t.Name, have, t.Columns))
	}
	// A migration may have put rows there that the backup has as well. A table
	// without any is left alone: one that is only added to refuses to delete.
	full, err := tx.NewSelect().Table(t.Name).Limit(1).Exists(ctx)
	if err != nil {
		return err
	}
	if full {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+quote(t.Name)); err != nil {
			return err
		}
	}
	insert := "INSERT INTO " + quote(t.Name) + " (" + names(t.Columns) + ") "
	if postgres {
		insert += "OVERRIDING SYSTEM VALUE "
	}
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(t.Columns)), ", ") + ")"
	var batch []any
	size := 0
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		n := len(batch) / len(t.Columns)
		_, err := tx.ExecContext(ctx, insert+"VALUES "+strings.TrimSuffix(strings.Repeat(one+", ", n), ", "), batch...)
		batch, size = batch[:0], 0
		return err
	}
	err = eachRow(dir, t, func(values []any) error {
		batch = append(batch, values...)
		for _, v := range values {
			if text, ok := asString(v); ok {
				size += len(text)
			}
		}
		if len(batch) >= restoreBatch*len(t.Columns) || size >= restoreBytes {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	if err != nil || !postgres || t.Rows == 0 {
		return err
	}
	return advanceSequences(ctx, tx, t)
}

// advanceSequences lets PostgreSQL go on counting behind what was restored.
func advanceSequences(ctx context.Context, tx bun.IDB, t tableFile) error {
	for _, c := range t.Columns {
		if c.Kind != kindInt {
			continue
		}
		_, err := tx.ExecContext(ctx, "SELECT setval(s, (SELECT max("+quote(c.Name)+") FROM "+quote(t.Name)+")) FROM pg_get_serial_sequence(?, ?) AS s WHERE s IS NOT NULL",
			quote(t.Name), c.Name)
		if err != nil {
			return err
		}
	}
	return nil
}

var errChanged = errors.New("is not what the manifest says")

// damaged says which file of a backup is wrong, and where.
func damaged(file string, line int, err error) error {
	return &fault.Error{
		Kind: fault.Invalid, Key: "storage.backup.damaged", At: fault.Position{File: file, Line: line},
		Args: fault.Args{"file": file, "line": line}, Err: err,
	}
}

// readManifest reads and checks the manifest itself, which names the other files.
func readManifest(dir string) (Manifest, error) {
	data, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		return Manifest{}, damaged(manifestName, 0, err)
	}
	return parseManifest(data)
}

func parseManifest(data []byte) (Manifest, error) {
	var m Manifest
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return m, damaged(manifestName, 1+bytes.Count(data[:dec.InputOffset()], []byte("\n")), err)
	}
	if m.Format != backupFormat {
		return m, &fault.Error{Kind: fault.Conflict, Key: "storage.backup.format", Args: fault.Args{"format": m.Format}}
	}
	for _, t := range m.Tables {
		if !fileForm.MatchString(t.Name) || len(t.Columns) == 0 {
			return m, damaged(manifestName, 0, fmt.Errorf("a strange table: %q", t.Name))
		}
	}
	for _, e := range m.Extras {
		if !fileForm.MatchString(e.Name) {
			return m, damaged(manifestName, 0, fmt.Errorf("a strange file: %q", e.Name))
		}
	}
	return m, nil
}

// eachRow calls fn with the values of every row of a table, in the order of
// its columns, and verifies lines and files on the way.
func eachRow(dir string, t tableFile, fn func(values []any) error) (err error) {
	name, sumsName := filepath.Join(tablesFolder, t.Name+".jsonl"), filepath.Join(tablesFolder, t.Name+".sums")
	sums, err := os.ReadFile(filepath.Join(dir, sumsName))
	if err != nil {
		return damaged(sumsName, 0, err)
	}
	if sum := sha256.Sum256(sums); hex.EncodeToString(sum[:]) != t.Sums {
		return damaged(sumsName, 0, errChanged)
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return damaged(name, 0, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	hash := sha256.New()
	lines := bufio.NewReaderSize(io.TeeReader(f, hash), 1<<16)
	n := 0
	for ; ; n++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			break
		}
		if err != nil {
			return damaged(name, n+1, err) // also a last line without its end
		}
		sum := lineSum(line)
		if !bytes.HasPrefix(sums, sum) {
			return damaged(name, n+1, errChanged)
		}
		sums = sums[len(sum):]
		values, err := parseRow(t.Columns, line)
		if err != nil {
			return damaged(name, n+1, err)
		}
		if err := fn(values); err != nil {
			return err
		}
	}
	if int64(n) != t.Rows || len(sums) > 0 {
		return damaged(name, n+1, fmt.Errorf("ends after %d of %d lines", n, t.Rows))
	}
	if hex.EncodeToString(hash.Sum(nil)) != t.SHA256 {
		return damaged(name, 0, errChanged)
	}
	return nil
}

// parseRow reads what rowLine wrote.
func parseRow(columns []column, line []byte) ([]any, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(line, &object); err != nil {
		return nil, err
	}
	if len(object) != len(columns) {
		return nil, fmt.Errorf("has %d values for %d columns", len(object), len(columns))
	}
	values := make([]any, len(columns))
	for i, c := range columns {
		text, ok := object[c.Name]
		if !ok {
			return nil, fmt.Errorf("has no value for column %s", c.Name)
		}
		var err error
		if values[i], err = parseValue(c.Kind, text); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return values, nil
}
