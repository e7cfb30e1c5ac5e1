package storage_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
)

// childURL makes this test binary the process that is killed.
const childURL = "LIANXI_STORAGE_TEST_URL"

func TestMain(m *testing.M) {
	if url := os.Getenv(childURL); url != "" {
		writeUntilKilled(url)
	}
	os.Exit(m.Run())
}

// writeUntilKilled writes pairs of rows from 32 goroutines for ever and prints
// the number of each pair after Write has returned.
func writeUntilKilled(url string) {
	ctx := context.Background()
	db, err := storage.Open(ctx, url)
	if err != nil {
		panic(err)
	}
	if err := db.Migrate(ctx, notes); err != nil {
		panic(err)
	}
	var last int64
	if err := db.Read().NewRaw("SELECT coalesce(max(id), 0) FROM test_notes").Scan(ctx, &last); err != nil {
		panic(err)
	}
	var next atomic.Int64
	next.Store(last)
	for range 32 {
		go func() {
			for {
				id := next.Add(1)
				if err := db.Write(ctx, pair(id)); err != nil {
					panic(err)
				}
				fmt.Println(id) // one line is one write call: goroutines do not mix
			}
		}()
	}
	select {}
}

// pair writes two rows in two statements, so that a torn write would show.
func pair(id int64) func(context.Context, bun.IDB) error {
	return func(ctx context.Context, tx bun.IDB) error {
		if err := insert(int(id), fmt.Sprint(id))(ctx, tx); err != nil {
			return err
		}
		return insert(int(-id), fmt.Sprint(-id))(ctx, tx)
	}
}

// Whatever Write has confirmed outlives a kill -9, and no half of a pair stays.
func TestConfirmedWritesOutliveAKill(t *testing.T) {
	kills := 5
	if os.Getenv("LIANXI_LONG") != "" {
		kills = 100
	}
	t.Run("sqlite", func(t *testing.T) {
		url := filepath.Join(t.TempDir(), "crash.db")
		for i := range kills {
			killAfter(t, url, 50+137*i%400)
		}
	})
	t.Run("postgres", func(t *testing.T) {
		url := testkit.PostgreSQL(t)
		for i := range kills {
			killAfter(t, url, 50+137*i%400)
		}
	})
}

// killAfter starts a writing process on url, kills it after it has confirmed n
// pairs, and looks for everything it confirmed.
func killAfter(t *testing.T, url string, n int) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childURL+"="+url)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var confirmed []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if confirmed = append(confirmed, lines.Text()); len(confirmed) == n {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = child.Wait() // it was killed
	if len(confirmed) < n {
		t.Fatalf("the process ended by itself after %d pairs", len(confirmed))
	}
	check(t, url, confirmed)
}

func check(t *testing.T, url string, confirmed []string) {
	t.Helper()
	db, err := storage.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var ids []int64
	if err := db.Read().NewSelect().Model((*note)(nil)).Column("id").Scan(t.Context(), &ids); err != nil {
		t.Fatal(err)
	}
	there := make(map[int64]bool, len(ids))
	for _, id := range ids {
		there[id] = true
	}
	for id := range there {
		if !there[-id] {
			t.Errorf("row %d is half of a pair", id)
		}
	}
	for _, line := range confirmed {
		var id int64
		if _, err := fmt.Sscan(line, &id); err != nil {
			continue // the last line may be cut by the kill
		}
		if !there[id] {
			t.Errorf("pair %d was confirmed and is lost", id)
		}
	}
	if !db.Postgres() {
		var report []string
		if err := db.Read().NewRaw("PRAGMA integrity_check").Scan(t.Context(), &report); err != nil || strings.Join(report, "") != "ok" {
			t.Errorf("integrity: %v, %v", report, err)
		}
	}
}
