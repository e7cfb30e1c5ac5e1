package scorecarddb_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/scorecard/scorecarddb"
	"github.com/lianxi-cc/lianxi/scorecard/scorecardtest"
)

func open(t *testing.T, db *storage.DB) *scorecarddb.Store {
	t.Helper()
	if err := db.Migrate(t.Context(), scorecarddb.Migrations()); err != nil {
		t.Fatal(err)
	}
	return scorecarddb.New(db)
}

func TestSQLite(t *testing.T) {
	scorecardtest.Run(t, func(t *testing.T) scorecard.Store { return open(t, testkit.SQLite(t)) })
}

func TestPostgreSQL(t *testing.T) {
	scorecardtest.Run(t, func(t *testing.T) scorecard.Store {
		db, err := storage.Open(t.Context(), testkit.PostgreSQL(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return open(t, db)
	})
}

// cards parses texts, each the whole card of that id.
func cards(t *testing.T, texts ...string) []*scorecard.Card {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, text := range texts {
		name, _, _ := strings.Cut(strings.TrimPrefix(text, "id: "), "\n")
		fsys["scorecards/"+name+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	out, err := scorecard.Load(fsys, scorecard.Known{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const short = `id: general
version: 1 # counts
state: live # since spring
title: {en: Short}
sections:
  - id: one
    title: {en: One}
    items:
      - id: greet   # the first thing
        title: {en: Greets}
        weight: 10
        met: {act: greet}
`

// TestACentreMakesItsOwn follows a card from the content to the centre's own
// version in force, and an upgrade of the content after it.
func TestACentreMakesItsOwn(t *testing.T) {
	ctx := t.Context()
	s := scorecard.NewService(open(t, testkit.SQLite(t)), scorecard.Options{Now: testkit.NewClock().Now})
	install := func(texts ...string) {
		t.Helper()
		if err := s.Install(ctx, cards(t, texts...)); err != nil {
			t.Fatal(err)
		}
	}
	states := func(want string) {
		t.Helper()
		versions, err := s.Versions(ctx, "general")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range versions {
			got = append(got, string(v.Author)+" "+string(v.State))
		}
		if g := strings.Join(got, ", "); g != want {
			t.Errorf("versions are %s, want %s", g, want)
		}
	}
	install(short)
	install(short) // a second start
	states("pack live")
	install(strings.Replace(short, "weight: 10", "weight: 12", 1)) // an upgrade
	states("pack live, pack retired")

	live, err := s.Live(ctx, "general")
	if err != nil || live.Item("greet").Weight != 12 {
		t.Fatalf("live: %+v, %v", live, err)
	}
	base, err := s.Version(ctx, "general", live.Version)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Save(ctx, "ann", base, base.Text, ""); !fault.Is(err, fault.Conflict) {
		t.Errorf("nothing changed: %v, want conflict", err)
	}
	other := strings.Replace(base.Text, "id: general", "id: chat", 1)
	if v, err := s.Save(ctx, "ann", base, other, ""); err != nil || v.Card != "chat" || v.Number != 1 || v.State != scorecard.Draft || v.Base != "" {
		t.Errorf("a new card: %+v, %v", v, err)
	}
	if _, err := s.Save(ctx, "ann", base, other+"# more\n", ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("another card: %v, want invalid", err)
	}
	own, err := s.Save(ctx, "ann", base, strings.Replace(base.Text, "act: greet", "act: [greet, thank]", 1), "感谢也算")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(own.Text, "# the first thing") || !strings.Contains(own.Text, "version: 3 # counts\n# since spring\ntitle") {
		t.Errorf("the text became\n%s", own.Text)
	}
	states("ann draft, pack live, pack retired")
	decide := func(by id.Person, to scorecard.State, why string, proofs map[string]scorecard.Proof) error {
		return s.Decide(ctx, scorecard.Decision{Card: "general", Version: own.Name, To: to, By: by, Why: why}, proofs)
	}
	if err := decide("eva", scorecard.Live, "", nil); !fault.Is(err, fault.Conflict) {
		t.Errorf("from draft straight to live: %v, want conflict", err)
	}
	if err := decide("ann", scorecard.Shadow, "", nil); err != nil {
		t.Fatal(err)
	}
	if trial, there, err := s.OnTrial(ctx, "general"); err != nil || !there || trial.Version != own.Name {
		t.Errorf("on trial: %v, %v", there, err)
	}
	enough := map[string]scorecard.Proof{"greet": {Reviewed: 40, Right: 39}}
	if err := decide("ann", scorecard.Live, "", enough); !fault.Is(err, fault.Denied) {
		t.Errorf("her own: %v, want denied", err)
	}
	if err := decide("eva", scorecard.Live, "", map[string]scorecard.Proof{"greet": {Reviewed: 29, Right: 29}}); !fault.Is(err, fault.Conflict) {
		t.Errorf("29 hits: %v, want conflict", err)
	}
	if err := decide("eva", scorecard.Live, "", enough); err != nil {
		t.Fatal(err)
	}
	states("ann live, pack retired, pack retired")
	install(strings.Replace(short, "weight: 10", "weight: 15", 1)) // an upgrade of the content is offered
	states("pack draft, ann live, pack retired, pack retired")
	old, err := s.At(ctx, "general", base.Name)
	if err != nil || old.Item("greet").Weight != 12 {
		t.Errorf("the old version: %v", err)
	}
	_, err = s.Live(ctx, "genera")
	var fe *fault.Error
	if !errors.As(err, &fe) || fe.Kind != fault.NotFound || fe.Args["nearest"] != "general" {
		t.Errorf("a mistyped card: %v", err)
	}
}
