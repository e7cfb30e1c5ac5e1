package keyfile_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/skill/keyfile"
	"github.com/lianxi-cc/lianxi/skill/skilldb"
	"github.com/lianxi-cc/lianxi/skill/skilltest"
)

func load(t *testing.T, path string, rand io.Reader) keyfile.Key {
	t.Helper()
	k, err := keyfile.Load(path, rand)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestAKeyIsMadeOnceAndKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "archive.key")
	made := load(t, path, rand.Reader)
	if !made.Made || len(made.Trusted) != 1 || !made.Trusted[0].Equal(made.Private.Public()) {
		t.Errorf("%+v", made)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v)", info.Mode(), err)
	}
	again := load(t, path, nil)
	if again.Made || !again.Private.Equal(made.Private) || len(again.Trusted) != 1 {
		t.Error("the second start has another key")
	}
	if pub, err := keyfile.LoadPublic(keyfile.Public(path)); err != nil || len(pub) != 1 || !pub[0].Equal(made.Trusted[0]) {
		t.Errorf("%v (%v)", pub, err)
	}
	if err := os.Rename(path, path+".2026"); err != nil {
		t.Fatal(err)
	}
	next := load(t, path, rand.Reader)
	if !next.Made || len(next.Trusted) != 2 || !next.Trusted[0].Equal(made.Trusted[0]) || next.Private.Equal(made.Private) {
		t.Errorf("a changed key: %+v", next.Trusted)
	}
}

func TestWhatIsNoKey(t *testing.T) {
	folder := t.TempDir()
	good := filepath.Join(folder, "good.key")
	load(t, good, rand.Reader)
	text, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"empty": "", "no PEM": "secret", "cut": string(text[:len(text)/2]), "two": string(text) + string(text),
		"another kind": strings.ReplaceAll(string(text), "PRIVATE KEY", "PUBLIC KEY"),
		"nonsense":     "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
	} {
		path := filepath.Join(folder, "bad.key")
		if err := os.WriteFile(path, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := keyfile.Load(path, rand.Reader); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
		if kept, _ := os.ReadFile(path); string(kept) != bad {
			t.Errorf("%s: the file was written over", name)
		}
	}
	if err := os.Chmod(good, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = keyfile.Load(good, rand.Reader)
	var e *fault.Error
	if !errors.As(err, &e) || e.Key != "skill.key.mode" {
		t.Errorf("a key that others read: %v", err)
	}
	if err := errors.Join(os.Chmod(good, 0o600), os.WriteFile(keyfile.Public(good), []byte("x\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := keyfile.Load(good, rand.Reader); !fault.Is(err, fault.Invalid) {
		t.Errorf("broken public keys: %v", err)
	}
	if _, err := keyfile.Load(filepath.Join(folder, "none.key"), bytes.NewReader(nil)); err == nil {
		t.Error("a key was made of nothing")
	}
}

func TestTheWitnessKeepsTheNewestAndEveryErasing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "archive.heads")
	w := keyfile.NewWitness(path)
	ctx := t.Context()
	head := func(n int64, k skill.Kind) skill.Head { return skill.Head{N: n, Person: "P1", Kind: k} }
	for i, step := range []struct {
		head    skill.Head
		covered bool
		want    string
	}{
		{head(1, skill.Opened), true, "1"}, {head(2, skill.Marked), true, "2"}, {head(2, skill.Marked), true, "2"}, {head(1, skill.Opened), true, "2"},
		{head(4, skill.Erased), true, "4"}, {head(5, skill.Marked), true, "45"}, {head(3, skill.Erased), true, "435"}, {head(9, skill.Marked), true, "439"},
		{head(6, skill.Note), false, "4396"}, {head(7, skill.Note), true, "4397"}, {head(9, skill.Note), true, "4399"}, {head(9, skill.Note), false, "4399"},
		{head(10, skill.Note), true, "439:"},
	} {
		if err := w.Keep(ctx, step.head, step.covered); err != nil {
			t.Fatal(err)
		}
		for _, reader := range []*keyfile.Witness{w, keyfile.NewWitness(path)} {
			got := ""
			if err := reader.Kept(ctx, func(h skill.Head) error { got += string(rune('0' + h.N)); return nil }); err != nil || got != step.want {
				t.Errorf("after step %d (%d) it has %s (%v), want %s", i, step.head.N, got, err, step.want)
			}
		}
	}
	if err := os.WriteFile(path, []byte("kept h1.AAAA\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := keyfile.NewWitness(path)
	if err := broken.Keep(ctx, head(10, skill.Marked), true); !fault.Is(err, fault.Invalid) {
		t.Errorf("a broken file was written over: %v", err)
	}
	if err := broken.Kept(ctx, func(skill.Head) error { return nil }); !fault.Is(err, fault.Invalid) {
		t.Errorf("a broken file was read: %v", err)
	}
	if err := keyfile.NewWitness(filepath.Join(path, "no", "folder")).Keep(ctx, head(1, skill.Marked), true); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a disk that refuses: %v", err)
	}
}

// TestARestoredDatabaseIsNotTheWhole puts back an older database beside the
// file of the present: what came after is missing, and the file says so.
func TestARestoredDatabaseIsNotTheWhole(t *testing.T) {
	folder := t.TempDir()
	key := load(t, filepath.Join(folder, "archive.key"), rand.Reader)
	witness := keyfile.NewWitness(filepath.Join(folder, "archive.heads"))
	file := filepath.Join(folder, "a.db")
	// run opens the database as one start of the program does.
	run := func(fn func(h *skilltest.House)) {
		t.Helper()
		db, err := storage.Open(t.Context(), file)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(t.Context(), skilldb.Migrations()); err != nil {
			t.Fatal(err)
		}
		h := skilltest.NewHouse(t, skilldb.New(db))
		h.Key = key.Private
		h.Service = h.With(key.Trusted, witness, nil)
		fn(h)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	run(func(h *skilltest.House) { h.Must(t, skilltest.Draft("P1", "c1", 80), skilltest.Draft("P2", "c1", 80)) })
	older := map[string][]byte{}
	for _, name := range []string{file, file + "-wal"} {
		older[name], _ = os.ReadFile(name)
	}
	run(func(h *skilltest.House) {
		h.Must(t, skilltest.Draft("P1", "c2", 80))
		if err := h.Erase(t.Context(), h.Root, "P2"); err != nil {
			t.Fatal(err)
		}
		h.Must(t, skilltest.Draft("P1", "c3", 80))
		h.Whole(t)
	})
	for name, text := range older {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run(func(h *skilltest.House) {
		r, err := h.Verify(t.Context(), h.Auditor)
		want := []skill.Flaw{{What: skill.TailMissing, Person: "P2", Seq: 3, N: 6}, {What: skill.TailMissing, Person: "P1", Seq: 4, N: 7}}
		if err != nil || !slices.Equal(r.Flaws, want) {
			t.Errorf("%+v (%v), want %+v", r.Flaws, err, want)
		}
		if r, err := skill.Verify(t.Context(), h.Store, key.Trusted, nil); err != nil || !r.Whole() {
			t.Errorf("without witnesses: %+v (%v)", r.Flaws, err)
		}
	})
	// A thief who puts back an older state waits until as much was written
	// again, over several starts. What was lost stays proven.
	for n := range 4 {
		run(func(h *skilltest.House) {
			if err := h.Witness(t.Context()); err != nil {
				t.Fatal(err)
			}
			h.Must(t, skilltest.Draft("P3", fmt.Sprint("d", n), 80), skilltest.Draft("P3", fmt.Sprint("e", n), 80))
		})
	}
	run(func(h *skilltest.House) {
		r, err := h.Verify(t.Context(), h.Auditor)
		want := []skill.Flaw{{What: skill.WitnessDiffers, Person: "P2", Seq: 3, N: 6}, {What: skill.WitnessDiffers, Person: "P1", Seq: 4, N: 7}}
		if err != nil || !slices.Equal(r.Flaws, want) || r.Last.N != 13 {
			t.Errorf("overtaken: %+v (%v), want %+v", r, err, want)
		}
	})
}
