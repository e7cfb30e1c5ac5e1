package event_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/event"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
)

func startLive(t *testing.T) *event.Live {
	t.Helper()
	var db *storage.DB = testkit.SQLite(t)
	if err := db.Migrate(t.Context(), event.Migrations()); err != nil {
		t.Fatal(err)
	}
	return start(t, db, options(t.TempDir()), func(*event.Bus) {}).Live()
}

func TestNoticesReachWhoIsSubscribed(t *testing.T) {
	live := startLive(t)
	mine, err := live.Subscribe("person.01KAJ3X8W00000000000000000")
	if err != nil {
		t.Fatal(err)
	}
	defer mine.Close()
	other, err := live.Subscribe("person.other")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	want := event.Notice{Topic: "result", Key: "r1", Data: json.RawMessage(`{"score":87}`)}
	if err := live.Publish("person.01KAJ3X8W00000000000000000", want); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, mine.C); got.Topic != want.Topic || got.Key != want.Key || string(got.Data) != string(want.Data) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	select {
	case n := <-other.C:
		t.Errorf("a stranger got %+v", n)
	default:
	}
}

func TestASlowReaderHurtsNobody(t *testing.T) {
	live := startLive(t)
	slow, err := live.Subscribe("hall")
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	quick, err := live.Subscribe("hall")
	if err != nil {
		t.Fatal(err)
	}
	defer quick.Close()
	for i := range 200 {
		if err := live.Publish("hall", event.Notice{Topic: "tick", Key: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
		if n := receive(t, quick.C); n.Key != fmt.Sprint(i) {
			t.Fatalf("got %s, want %d", n.Key, i)
		}
	}
	until(t, "the slow reader has missed some", func() bool { return slow.Dropped() > 0 })
	slow.Close()
	slow.Close()
	if quick.Dropped() != 0 {
		t.Errorf("the quick reader missed %d", quick.Dropped())
	}
}

func TestChannelsAreNoPatterns(t *testing.T) {
	live := startLive(t)
	for _, channel := range []string{"", "*", ">", "person.*", "a b", ".a", "a.", "a..b", "人"} {
		if _, err := live.Subscribe(channel); !fault.Is(err, fault.Invalid) {
			t.Errorf("subscribe %q: %v, want invalid", channel, err)
		}
		if err := live.Publish(channel, event.Notice{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("publish %q: %v, want invalid", channel, err)
		}
	}
}
