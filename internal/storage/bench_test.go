package storage_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
)

// turns is a table like that of a practice call's lines.
var turns = storage.Migrations{FS: fstest.MapFS{
	"sqlite/9920_turns.tx.up.sql":   {Data: []byte("CREATE TABLE test_turns (call TEXT, seq INTEGER, role TEXT, text TEXT, at BIGINT, PRIMARY KEY (call, seq))")},
	"postgres/9920_turns.tx.up.sql": {Data: []byte("CREATE TABLE test_turns (call TEXT, seq INTEGER, role TEXT, text TEXT, at BIGINT, PRIMARY KEY (call, seq))")},
}}

type turnRow struct {
	bun.BaseModel `bun:"table:test_turns"`

	Call string
	Seq  int
	Role string
	Text string
	At   int64
}

// BenchmarkWrite measures durable turns a second, each an agent's line and the
// answer in one Write, with the waiting times of 50 and 99 of 100.
func BenchmarkWrite(b *testing.B) {
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("sqlite/%d", writers), func(b *testing.B) { benchmarkWrite(b, testkit.SQLite(b), writers) })
		b.Run(fmt.Sprintf("postgres/%d", writers), func(b *testing.B) {
			db, err := storage.Open(b.Context(), testkit.PostgreSQL(b))
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = db.Close() })
			benchmarkWrite(b, db, writers)
		})
	}
}

func benchmarkWrite(b *testing.B, db *storage.DB, writers int) {
	if err := db.Migrate(b.Context(), turns); err != nil {
		b.Fatal(err)
	}
	line := strings.Repeat("您好，请问有什么可以帮您？", 3)
	var next atomic.Int64
	took := make([][]time.Duration, writers)
	var wg sync.WaitGroup
	b.ResetTimer()
	start := time.Now()
	for w := range writers {
		wg.Go(func() {
			for seq := 0; next.Add(1) <= int64(b.N); seq += 2 {
				rows := []turnRow{{Call: fmt.Sprint(w), Seq: seq, Role: "agent", Text: line}, {Call: fmt.Sprint(w), Seq: seq + 1, Role: "customer", Text: line}}
				begun := time.Now()
				err := db.Write(context.Background(), func(ctx context.Context, tx bun.IDB) error {
					_, err := tx.NewInsert().Model(&rows).Exec(ctx)
					return err
				})
				if err != nil {
					b.Error(err)
					return
				}
				took[w] = append(took[w], time.Since(begun))
			}
		})
	}
	wg.Wait()
	elapsed := time.Since(start)
	all := slices.Sorted(slices.Values(slices.Concat(took...)))
	b.ReportMetric(float64(len(all))/elapsed.Seconds(), "turns/s")
	b.ReportMetric(float64(all[len(all)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "p99-µs")
}
