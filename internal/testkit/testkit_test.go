package testkit_test

import (
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
)

func TestEveryDatabaseIsNew(t *testing.T) {
	for range 2 {
		testkit.Databases(t, func(t *testing.T, db *storage.DB) {
			if tables, err := storage.Tables(t.Context(), db.Read()); err != nil || len(tables) != 0 {
				t.Errorf("tables %v, %v", tables, err)
			}
		})
	}
}

func TestIDsAreTheSameInEveryRun(t *testing.T) {
	a, b := testkit.IDs(testkit.NewClock()), testkit.IDs(testkit.NewClock())
	first := id.Make[id.Person](a)
	if got := id.Make[id.Person](b); got != first {
		t.Errorf("%s and %s differ", first, got)
	}
	if got := id.Make[id.Person](a); got == first {
		t.Errorf("%s came twice", got)
	}
}

func TestClockMovesOnlyWhenTold(t *testing.T) {
	c := testkit.NewClock()
	before := c.Now()
	if now := c.Now(); !now.Equal(before) {
		t.Errorf("moved by itself to %v", now)
	}
	if got := c.Add(time.Minute); got.Sub(before) != time.Minute || !c.Now().Equal(got) {
		t.Errorf("moved to %v", got)
	}
}
