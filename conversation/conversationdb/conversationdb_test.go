package conversationdb_test

import (
	"path/filepath"
	"testing"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/conversation/conversationdb"
	"github.com/lianxi-cc/lianxi/conversation/conversationtest"
	"github.com/lianxi-cc/lianxi/internal/event"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
)

func opener(url func(t *testing.T) string) func(*testing.T) conversation.Store {
	return func(t *testing.T) conversation.Store {
		return conversationdb.New(openDB(t, url(t)), testkit.IDs(testkit.NewClock()))
	}
}

func openDB(t *testing.T, url string) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context(), event.Migrations(), conversationdb.Migrations()); err != nil {
		t.Fatal(err)
	}
	return db
}

func TestSQLite(t *testing.T) {
	conversationtest.Run(t, opener(func(t *testing.T) string { return filepath.Join(t.TempDir(), "a.db") }))
}

func TestPostgreSQL(t *testing.T) {
	conversationtest.Run(t, opener(func(t *testing.T) string { return testkit.PostgreSQL(t) }))
}

func TestAddTellsOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *storage.DB) {
		if err := db.Migrate(t.Context(), event.Migrations(), conversationdb.Migrations()); err != nil {
			t.Fatal(err)
		}
		s := conversationdb.New(db, testkit.IDs(testkit.NewClock()))
		c := conversation.Conversation{ID: "a", Lang: conversation.English, Channel: conversation.Phone, Direction: conversation.Inbound,
			Turns: []conversation.Turn{{Role: conversation.Agent, Text: "Hello."}}}
		for range 2 {
			if err := s.Add(t.Context(), c, conversation.Head{Source: conversation.Posted}); err != nil {
				t.Fatal(err)
			}
		}
		var keys []string
		err := db.Read().NewRaw("SELECT key FROM event_outbox WHERE topic = ?", conversation.TopicAdded).Scan(t.Context(), &keys)
		if err != nil || len(keys) != 1 || keys[0] != "a" {
			t.Errorf("events of %v, want one (%v)", keys, err)
		}
	})
}
