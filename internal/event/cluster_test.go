package event_test

import (
	"fmt"
	"net"
	"sync"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/event"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
)

// freeAddress returns a loopback address nobody listens to.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// Three nodes share one PostgreSQL: what one appends is handled once, by any;
// notices reach the pages of every node; and one node may go.
func TestThreeNodesAreOneBus(t *testing.T) {
	url := testkit.PostgreSQL(t)
	addresses := []string{freeAddress(t), freeAddress(t), freeAddress(t)}
	nodes, dbs := make([]*event.Bus, 3), make([]*storage.DB, 3)
	for i := range nodes {
		db, err := storage.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		if err := db.Migrate(t.Context(), event.Migrations(), effects); err != nil {
			t.Fatal(err)
		}
		o := options(t.TempDir())
		o.Cluster = event.Cluster{
			Name: fmt.Sprint("node-", i), Listen: addresses[i], Routes: addresses, Secret: "only for this test", Replicas: 3,
		}
		nodes[i], dbs[i] = event.NewBus(db, o), db
		nodes[i].Handle("a", "h", once(db, "h"))
		t.Cleanup(func() { _ = nodes[i].Close() })
	}
	var wg sync.WaitGroup
	for _, b := range nodes {
		wg.Go(func() {
			if err := b.Start(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	if wg.Wait(); t.Failed() {
		t.FailNow()
	}
	source := ids()
	for i := range 90 {
		appendAll(t, dbs[i%3], make1(source, "a", fmt.Sprint(i)))
	}
	until(t, "all events are done", func() bool { return openEvents(t, dbs[0]) == 0 })

	sub, err := nodes[2].Live().Subscribe("hall")
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	until(t, "a notice crosses the nodes", func() bool {
		if err := nodes[1].Live().Publish("hall", event.Notice{Topic: "hint"}); err != nil {
			t.Fatal(err)
		}
		select {
		case <-sub.C:
			return true
		default:
			return false
		}
	})

	if err := nodes[0].Close(); err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		appendAll(t, dbs[1+i%2], make1(source, "a", fmt.Sprint(i)))
	}
	until(t, "all events are done without the first node", func() bool { return openEvents(t, dbs[1]) == 0 })
	n, err := dbs[1].Read().NewSelect().Model((*effect)(nil)).Count(t.Context())
	if err != nil || n != 120 {
		t.Errorf("%d effects, want 120 (%v)", n, err)
	}
}
