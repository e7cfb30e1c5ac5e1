package trainingdb_test

import (
	"context"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/event"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/training"
	"github.com/lianxi-cc/lianxi/training/trainingdb"
	"github.com/lianxi-cc/lianxi/training/trainingtest"
)

func TestStoreKeepsItsContract(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *storage.DB) {
		if err := db.Migrate(context.Background(), event.Migrations(), trainingdb.Migrations()); err != nil {
			t.Fatal(err)
		}
		ids := testkit.IDs(testkit.NewClock()) // of all tests: they share the database
		trainingtest.Run(t, func(*testing.T) training.Store {
			return trainingdb.New(db, ids)
		})
	})
}
