package main

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/skill"
)

// command runs a command line and returns its exit code and what it printed.
func command(t *testing.T, environ []string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(context.Background(), append([]string{"--locale", "en"}, args...), std{in: strings.NewReader(""), out: &o, err: &e, environ: environ})
	return code, o.String(), e.String()
}

func mustRun(t *testing.T, environ []string, args ...string) string {
	t.Helper()
	code, out, errs := command(t, environ, args...)
	if code != exitOK {
		t.Fatalf("lianxi %s: exit %d\n%s%s", strings.Join(args, " "), code, out, errs)
	}
	return out
}

// filledCentre is a folder with a demo centre whose calls are all scored.
func filledCentre(t *testing.T) string {
	t.Helper()
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "centre")
	h := openTestHouse(t, dir)
	if _, err := h.fillDemo(ctx); err != nil {
		t.Fatal(err)
	}
	if err := h.Start(ctx); err != nil {
		t.Fatal(err)
	}
	lin := signIn(t, h, "lin")
	waitFor(t, "the demo's marks", func() bool {
		entries, err := h.archive.Archive(ctx, lin, lin.Person)
		n := 0
		for _, e := range entries {
			if e.Kind == skill.Marked {
				n++
			}
		}
		return err == nil && n == 3
	})
	return dir
}

func TestABackupMovesACentreFromOneDatabaseToTheOther(t *testing.T) {
	dir, tmp := filledCentre(t), t.TempDir()
	postgres := []string{"LIANXI_DATABASE_URL=" + testkit.PostgreSQL(t)}
	first, second, third := filepath.Join(tmp, "1"), filepath.Join(tmp, "2"), filepath.Join(tmp, "3")

	mustRun(t, nil, "--data", dir, "backup", first) // while the centre runs
	moved, back := filepath.Join(tmp, "moved"), filepath.Join(tmp, "back")
	mustRun(t, postgres, "--data", moved, "restore", first)
	mustRun(t, postgres, "--data", moved, "archive", "verify", "--backup", first)
	mustRun(t, postgres, "--data", moved, "backup", second)
	mustRun(t, nil, "--data", back, "restore", second)
	mustRun(t, nil, "--data", back, "backup", third)
	sameFiles(t, filepath.Join(second, "tables"), filepath.Join(third, "tables"))
	mustRun(t, nil, "--data", back, "archive", "verify", "--backup", first)
}

// sameFiles compares two folders byte for byte, but for the audit log: that a
// centre was opened in a new folder is written there.
func sameFiles(t *testing.T, a, b string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(a), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), "staff_audit") {
			return err
		}
		want, err := os.ReadFile(filepath.Join(a, name))
		if err != nil {
			return err
		}
		got, err := os.ReadFile(filepath.Join(b, name))
		if err != nil {
			return err
		}
		if !bytes.Equal(want, got) {
			t.Errorf("%s differs", name)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestADamagedBackupIsRefusedAndNothingIsTouched(t *testing.T) {
	dir, tmp := filledCentre(t), t.TempDir()
	backup := filepath.Join(tmp, "backup")
	mustRun(t, nil, "--data", dir, "backup", backup)
	file := filepath.Join(backup, "tables", "skill_entries.jsonl")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.Replace(text, []byte(`mark`), []byte(`note`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, errs := command(t, nil, "--data", filepath.Join(tmp, "new"), "restore", backup)
	if code != exitError || !strings.Contains(errs, "skill_entries.jsonl") {
		t.Errorf("exit %d, %q; want it refused with the file's name", code, errs)
	}
	if code, _, errs := command(t, nil, "--data", dir, "restore", backup); code != exitError {
		t.Errorf("restored over a centre that is there: %q", errs)
	}
	if code, _, _ := command(t, nil, "--data", filepath.Join(tmp, "nowhere"), "backup", filepath.Join(tmp, "b2")); code != exitError {
		t.Error("a folder without a centre was backed up")
	}
}

func TestAChangeInTheArchiveIsFoundFromTheCommandLine(t *testing.T) {
	dir := filledCentre(t)
	h := openTestHouse(t, dir)
	out := mustRun(t, nil, "--data", dir, "archive", "verify")
	if !strings.Contains(out, `"ok":true`) {
		t.Fatalf("an untouched archive: %s", out)
	}
	tamper(t, h, "drop trigger skill_entries_no_update") // as a thief would
	tamper(t, h, "update skill_entries set kind = 'note' where kind = 'mark'")
	code, out, errs := command(t, nil, "--data", dir, "archive", "verify")
	if code != exitError || !strings.Contains(out, "entry-changed") || errs == "" {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
}

// tamper changes the database behind the program's back.
func tamper(t *testing.T, h *house, statement string) {
	t.Helper()
	err := h.db.Write(context.Background(), func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestALostKeyIsNeverReplacedUnawares(t *testing.T) {
	dir := filledCentre(t)
	key := filepath.Join(dir, "keys", "archive.key")
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	mustRun(t, nil, "--data", dir, "archive", "verify")
	if _, err := os.Stat(key); err == nil {
		t.Error("checking made a key")
	}
	code, _, errs := command(t, nil, "--data", dir, "serve", "--listen", "127.0.0.1:0")
	if code != exitError || !strings.Contains(errs, "--new-archive-key") {
		t.Errorf("exit %d, %q; want it refused with a way out", code, errs)
	}
}

func TestOneProcessServesAFolder(t *testing.T) {
	dir := t.TempDir()
	unlock, err := lockFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	code, _, errs := command(t, nil, "--data", dir, "serve", "--listen", "127.0.0.1:0")
	if code != exitError || !strings.Contains(errs, "Another Lianxi process") {
		t.Errorf("exit %d, %q; want the second refused", code, errs)
	}
	unlock()
	again, err := lockFolder(dir)
	if err != nil {
		t.Fatal("the lock was not given back")
	}
	again()
}

func TestATokenOpensTheAPI(t *testing.T) {
	dir := filledCentre(t)
	out := mustRun(t, nil, "--data", dir, "token", "issue", "su", "--scope", "conversation.add,result.read")
	if !strings.Contains(out, `"secret":"`) {
		t.Errorf("printed %s", out)
	}
	for _, args := range [][]string{{"lin", "--scope", "conversation.add"}, {"su", "--scope", "people.edit"}, {"nobody", "--scope", "result.read"}, {"su", "--scope", "nonsense"}} {
		if code, out, _ := command(t, nil, append([]string{"--data", dir, "token", "issue"}, args...)...); code != exitError {
			t.Errorf("%v: exit %d, %s; want it refused", args, code, out)
		}
	}
}
