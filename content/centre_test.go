package content_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/lianxi-cc/lianxi/content"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestACentresFileStandsBeforeTheBuiltInOne(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "content", "acts.yaml"), "own")
	write(t, filepath.Join(dir, "content", "scorecards", "ours.yaml"), "ours")
	fsys, err := content.Centre(dir)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := fs.ReadFile(fsys, "acts.yaml"); err != nil || string(text) != "own" {
		t.Errorf("acts.yaml = %q, %v; want the centre's own", text, err)
	}
	var names []string
	entries, err := fs.ReadDir(fsys, ".")
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if err != nil || len(names) < 2 {
		t.Errorf("the folder lists %v, %v; want the files of both", names, err)
	}
	seen := map[string]bool{}
	for _, n := range names {
		if seen[n] {
			t.Errorf("%s is listed twice", n)
		}
		seen[n] = true
	}
	if _, err := fs.ReadFile(fsys, "scorecards/ours.yaml"); err != nil {
		t.Error(err)
	}
	if _, err := fsys.Open("nothing.yaml"); err == nil {
		t.Error("a file in neither must not open")
	}
}

func TestWithoutAContentFolderThePackIsUsed(t *testing.T) {
	for _, dir := range []string{"", t.TempDir()} {
		fsys, err := content.Centre(dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fs.Stat(fsys, "."); err != nil {
			t.Errorf("Centre(%q): %v", dir, err)
		}
	}
}

func TestAContentFileInPlaceOfTheFolderIsRefused(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "content"), "not a folder")
	if _, err := content.Centre(dir); err == nil {
		t.Error("want an error")
	}
}

func TestWithLexiconIsReadLast(t *testing.T) {
	fsys := content.WithLexicon(content.FS, map[string]string{"zh": "rules: []\n", "en": "  \n"})
	names, err := fs.Glob(fsys, "lexicon/zh/*.yaml")
	if err != nil || len(names) < 2 || names[len(names)-1] != content.OwnLexicon("zh") {
		t.Errorf("files %v (%v)", names, err)
	}
	if text, err := fs.ReadFile(fsys, content.OwnLexicon("zh")); err != nil || string(text) != "rules: []\n" {
		t.Errorf("read %q, %v", text, err)
	}
	if _, err := fs.Stat(fsys, content.OwnLexicon("en")); err == nil {
		t.Error("an empty text became a file")
	}
	found := 0
	err = fs.WalkDir(fsys, "lexicon", func(name string, _ fs.DirEntry, err error) error {
		if name == content.OwnLexicon("zh") {
			found++
		}
		return err
	})
	if err != nil || found != 1 {
		t.Errorf("walked over it %d times (%v)", found, err)
	}
}

func TestWhatIsLockedAwayIsNotShipped(t *testing.T) {
	names, err := fs.Glob(content.Labelled, "labelled/*")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		if filepath.Ext(name) != ".jsonl" {
			t.Errorf("%s is shipped", name)
		}
	}
}
