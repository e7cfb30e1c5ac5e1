package staffdb_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/staff/staffdb"
	"github.com/lianxi-cc/lianxi/staff/stafftest"
)

var (
	_ scs.Store    = (*staffdb.Cookies)(nil)
	_ scs.CtxStore = (*staffdb.Cookies)(nil)
)

func migrated(t *testing.T, db *storage.DB) *storage.DB {
	t.Helper()
	if err := db.Migrate(t.Context(), staffdb.Migrations()); err != nil {
		t.Fatal(err)
	}
	return db
}

func TestSQLite(t *testing.T) {
	stafftest.Run(t, func(t *testing.T) staff.Store { return staffdb.New(migrated(t, testkit.SQLite(t))) })
}

func TestPostgreSQL(t *testing.T) {
	stafftest.Run(t, func(t *testing.T) staff.Store { return staffdb.New(migrated(t, postgres(t))) })
}

func postgres(t *testing.T) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), testkit.PostgreSQL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// exec runs one statement as somebody with the database in her hands would.
func exec(t *testing.T, db *storage.DB, statement string) error {
	t.Helper()
	return db.Write(t.Context(), func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, statement)
		return err
	})
}

func TestTheAuditLogRefusesToChange(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *storage.DB) {
		stafftest.NewHouse(t, staffdb.New(migrated(t, db)), staff.Options{})
		statements := []string{"UPDATE staff_audit SET who = 'x'", "DELETE FROM staff_audit"}
		if db.Postgres() {
			statements = append(statements, "TRUNCATE staff_audit")
		}
		for _, s := range statements {
			if err := exec(t, db, s); err == nil || !strings.Contains(err.Error(), "the audit log is never") {
				t.Errorf("%s: %v", s, err)
			}
		}
	})
}

// disarm takes away what refuses changes, as a thief of the database would.
func disarm(db *storage.DB) []string {
	if db.Postgres() {
		return []string{"ALTER TABLE staff_audit DISABLE TRIGGER ALL"}
	}
	return []string{"DROP TRIGGER staff_audit_no_update", "DROP TRIGGER staff_audit_no_delete"}
}

func TestEveryChangeOfTheAuditLogIsFound(t *testing.T) {
	for name, statement := range map[string]string{
		"at": "UPDATE staff_audit SET at = '2026-03-02 09:00:00.5+00:00' WHERE seq = 2", "who": "UPDATE staff_audit SET who = 'x' WHERE seq = 2",
		"via": "UPDATE staff_audit SET via = 'x' WHERE seq = 2", "session": "UPDATE staff_audit SET session = 'x' WHERE seq = 2",
		"token": "UPDATE staff_audit SET token = 'x' WHERE seq = 2", "address": "UPDATE staff_audit SET address = 'x' WHERE seq = 2",
		"action": "UPDATE staff_audit SET action = 'x' WHERE seq = 2", "kind": "UPDATE staff_audit SET kind = 'x' WHERE seq = 2",
		"object": "UPDATE staff_audit SET object = 'x' WHERE seq = 2", "outcome": "UPDATE staff_audit SET outcome = 'x' WHERE seq = 2",
		"detail": `UPDATE staff_audit SET detail = '{"roles":"auditor"}' WHERE seq = 2`, "detail's form": "UPDATE staff_audit SET detail = detail || ' ' WHERE seq = 2",
		"no detail": "UPDATE staff_audit SET detail = '' WHERE seq = 2",
		"prev":      "UPDATE staff_audit SET prev = hash WHERE seq = 2", "hash": "UPDATE staff_audit SET hash = prev WHERE seq = 2",
		"short hash": "UPDATE staff_audit SET hash = substr(hash, 1, 31) WHERE seq = 2",
		"seq":        "UPDATE staff_audit SET seq = 99 WHERE seq = 2", "removed": "DELETE FROM staff_audit WHERE seq = 2", "first removed": "DELETE FROM staff_audit WHERE seq = 1",
		"inserted": `INSERT INTO staff_audit SELECT 99, at, who, via, session, token, address, action, kind, object, outcome, detail, prev, hash FROM staff_audit WHERE seq = 1`,
	} {
		t.Run(name, func(t *testing.T) {
			testkit.Databases(t, func(t *testing.T, db *storage.DB) {
				h := stafftest.NewHouse(t, staffdb.New(migrated(t, db)), staff.Options{})
				aud := h.Hire(t, "aud", staff.Auditor)
				if _, err := h.VerifyAudit(t.Context(), aud.Actor); err != nil {
					t.Fatal(err)
				}
				for _, s := range append(disarm(db), statement) {
					if err := exec(t, db, s); err != nil {
						t.Fatal(err)
					}
				}
				_, err := h.VerifyAudit(t.Context(), aud.Actor)
				if !fault.Is(err, fault.Conflict) {
					t.Errorf("not found: %v", err)
				}
			})
		})
	}
}

func TestCookies(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *storage.DB) {
		clock := testkit.NewClock()
		c := staffdb.NewCookies(migrated(t, db), clock.Now)
		until := clock.Now().Add(time.Hour)
		for _, data := range []string{"one", "two\x00\xff"} {
			if err := c.Commit("secret", []byte(data), until); err != nil {
				t.Fatal(err)
			}
			if got, ok, err := c.Find("secret"); string(got) != data || !ok || err != nil {
				t.Errorf("%q %v %v", got, ok, err)
			}
		}
		if n, err := db.Read().NewSelect().Table("staff_cookies").Where("CAST(token AS TEXT) LIKE '%secret%'").Count(t.Context()); n != 0 || err != nil {
			t.Errorf("the token lies open in the database (%v)", err)
		}
		clock.Add(time.Hour)
		if _, ok, err := c.Find("secret"); ok || err != nil {
			t.Errorf("an expired cookie was found (%v)", err)
		}
		if err := c.Commit("other", []byte("x"), clock.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		clock.Add(time.Second)
		_ = c.Commit("third", []byte("x"), clock.Now().Add(time.Hour))
		if n, err := db.Read().NewSelect().Table("staff_cookies").Count(t.Context()); n != 2 || err != nil {
			t.Errorf("%d cookies are kept (%v), want the two that live", n, err)
		}
		if err := c.Delete("other"); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := c.Find("other"); ok || err != nil {
			t.Errorf("a deleted cookie was found (%v)", err)
		}
	})
}
