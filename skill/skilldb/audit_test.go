package skilldb_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/skill/skilldb"
	"github.com/lianxi-cc/lianxi/skill/skilltest"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/staff/staffdb"
	"github.com/lianxi-cc/lianxi/staff/stafftest"
)

// TestWithStaff runs the archive over real people, with the audit log as the
// only witness: who cuts the archive's end but not the log's is found.
func TestWithStaff(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		if err := db.Migrate(ctx, staffdb.Migrations, skilldb.Migrations); err != nil {
			t.Fatal(err)
		}
		people := stafftest.NewHouse(t, staffdb.New(db), staff.Options{})
		_, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		s := skill.NewService(skilldb.New(db), skill.Options{Now: people.Clock.Now, Rand: rand.Reader, People: people, Key: key,
			Witnesses: []skill.Witness{skill.InAudit{Log: people}}, Audit: people})
		anna, advisor, aud := people.Hire(t, "anna", staff.Trainee), people.Hire(t, "ban", staff.Advisor), people.Hire(t, "aud", staff.Auditor)
		class, err := people.CreateTeam(ctx, people.Root.Actor, staff.ClassKind, "三月班")
		if err != nil {
			t.Fatal(err)
		}
		for p, part := range map[id.Person]staff.Part{anna.Person.ID: staff.Member, advisor.Person.ID: staff.Head} {
			if err := people.SetMember(ctx, people.Root.Actor, class.ID, p, part); err != nil {
				t.Fatal(err)
			}
		}
		if advisor, err = people.Resume(ctx, advisor.Session.ID, stafftest.From); err != nil {
			t.Fatal(err)
		}
		talk := skilltest.Draft(anna.Person.ID, "talk", 60)
		talk.Kind = skill.Talk
		for range 3 {
			talk.Source.Key += "+"
			if _, err := s.Append(ctx, advisor.Actor, talk); err != nil {
				t.Fatal(err)
			}
		}
		if r, err := s.Verify(ctx, aud.Actor); err != nil || !r.Whole() || r.Witnessed != 3 || r.Entries != 4 {
			t.Fatalf("%+v (%v)", r, err)
		}
		if last, err := people.VerifyAudit(ctx, aud.Actor); err != nil || last.Action != skill.DidVerify || last.Who != aud.Person.ID {
			t.Errorf("%+v (%v)", last, err)
		}
		disarm(t, db)
		exec(t, db, "DELETE FROM skill_entries WHERE seq = 4", "DELETE FROM skill_keys WHERE seq = 4", "DELETE FROM skill_heads WHERE seq = 4")
		r, err := s.Verify(ctx, aud.Actor)
		if err != nil || len(r.Flaws) != 1 || r.Flaws[0] != (skill.Flaw{What: skill.TailMissing, Person: anna.Person.ID, Seq: 4, N: 4}) {
			t.Errorf("%+v (%v)", r.Flaws, err)
		}
		// What was cut is added again by the flow: the witness still differs.
		if _, err := s.Append(ctx, advisor.Actor, talk); err != nil {
			t.Fatal(err)
		}
		if r, err := s.Verify(ctx, aud.Actor); err != nil || r.Whole() || r.Flaws[0].What != skill.WitnessDiffers {
			t.Errorf("%+v (%v)", r.Flaws, err)
		}
	})
}
