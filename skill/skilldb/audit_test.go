package skilldb_test

import (
	"context"
	"maps"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/skill/skilldb"
	"github.com/lianxi-cc/lianxi/skill/skilltest"
	"github.com/lianxi-cc/lianxi/staff"
)

// log is an audit log in memory. (The real one is staff's, in another family;
// the program's own tests join the two.)
type log struct {
	records []staff.Record
}

func (l *log) Record(_ context.Context, a staff.Actor, r staff.Record) error {
	r.Who, r.Detail = a.Person, maps.Clone(r.Detail)
	l.records = append(l.records, r)
	return nil
}

func (l *log) WalkAudit(_ context.Context, fn func(staff.Record) error) error {
	for _, r := range l.records {
		if err := fn(r); err != nil {
			return err
		}
	}
	return nil
}

// TestTheAuditLogIsAWitness cuts the archive's end, but not the log's.
func TestTheAuditLogIsAWitness(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		h, audit := skilltest.NewHouse(t, skilldb.New(migrated(t, db))), &log{}
		h.Service = h.With(nil, skill.InAudit{Log: audit}, audit)
		for _, source := range []string{"c1", "c2", "c3"} {
			h.Must(t, skilltest.Draft("P1", source, 60))
		}
		audit.records = append(audit.records, staff.Record{Action: staff.DidSignIn}, staff.Record{Action: staff.DidKeepHead, Detail: map[string]string{"head": "h1.x"}})
		if r := h.Whole(t); r.Witnessed != 3 || r.Entries != 4 {
			t.Errorf("%+v", r)
		}
		if last := audit.records[len(audit.records)-1]; last.Action != skill.DidVerify || last.Who != "AU" || last.Detail["flaws"] != "0" {
			t.Errorf("who verified is recorded as %+v", last)
		}
		disarm(t, db)
		exec(t, db, "DELETE FROM skill_entries WHERE seq = 4", "DELETE FROM skill_keys WHERE seq = 4", "DELETE FROM skill_heads WHERE seq = 4")
		r, err := h.Verify(ctx, h.Auditor)
		if err != nil || len(r.Flaws) != 1 || r.Flaws[0] != (skill.Flaw{What: skill.TailMissing, Person: "P1", Seq: 4, N: 4}) {
			t.Errorf("%+v (%v)", r.Flaws, err)
		}
		// What was cut is added again by the flow: the witness still differs.
		h.Must(t, skilltest.Draft("P1", "c3", 60))
		if r, err := h.Verify(ctx, h.Auditor); err != nil || r.Whole() || r.Flaws[0].What != skill.WitnessDiffers {
			t.Errorf("%+v (%v)", r.Flaws, err)
		}
		if err := h.Erase(ctx, h.Root, "P1"); err != nil {
			t.Fatal(err)
		}
		if last := audit.records[len(audit.records)-1]; last.Action != skill.DidErase || last.Who != "AD" || last.Object != "P1" {
			t.Errorf("who erased is recorded as %+v", last)
		}
	})
}
