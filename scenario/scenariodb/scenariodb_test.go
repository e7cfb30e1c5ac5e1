package scenariodb_test

import (
	"context"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/internal/testkit"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/scenario/scenariodb"
	"github.com/lianxi-cc/lianxi/scenario/scenariotest"
)

func open(t *testing.T, db *storage.DB) *scenariodb.Store {
	t.Helper()
	if err := db.Migrate(t.Context(), scenariodb.Migrations()); err != nil {
		t.Fatal(err)
	}
	return scenariodb.New(db)
}

func TestSQLite(t *testing.T) {
	scenariotest.RunStore(t, func(t *testing.T) scenario.Store { return open(t, testkit.SQLite(t)) })
}

func TestPostgreSQL(t *testing.T) {
	scenariotest.RunStore(t, func(t *testing.T) scenario.Store {
		db, err := storage.Open(t.Context(), testkit.PostgreSQL(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return open(t, db)
	})
}

// small is a content of two scenarios.
func small(t *testing.T) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	pack := os.DirFS("../../content")
	for _, name := range []string{"mood.yaml", "zh/common.yaml", "en/common.yaml", "zh/zh-broadband-down/scenario.yaml", "zh/zh-broadband-down/expert.txt", "en/en-sofa-promise/scenario.yaml"} {
		text, err := fs.ReadFile(pack, "scenarios/"+name)
		if err != nil {
			t.Fatal(err)
		}
		out["scenarios/"+name] = &fstest.MapFile{Data: text}
	}
	return out
}

const broadband id.Scenario = "zh-broadband-down"

func library(t *testing.T, s scenario.Store, content fs.FS) *scenario.Library {
	t.Helper()
	l := scenario.NewLibrary(s, content, scenario.LibraryOptions{Now: testkit.NewClock().Now,
		Known: func(context.Context) (scenario.Known, error) {
			return scenario.Known{Scorecards: []id.Scorecard{"general", "complaint"}}, nil
		}})
	if err := l.Install(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l
}

// TestACentreWritesItsOwn follows a scenario from the content to the centre's own
// version in force, and an upgrade of the content after it.
func TestACentreWritesItsOwn(t *testing.T) {
	ctx, store, content := t.Context(), open(t, testkit.SQLite(t)), small(t)
	library(t, store, content)
	l := library(t, store, content) // a second start
	live, err := l.Live(ctx)
	if err != nil || len(live) != 2 || live[0].ID != broadband || !strings.HasPrefix(live[0].Version, "1.") {
		t.Fatalf("live: %v, %v", live, err)
	}
	base, err := l.Version(ctx, broadband, 1)
	if err != nil || !strings.Contains(base.Texts.Agents["expert"], "星河宽带") {
		t.Fatalf("%v, %v", base.Texts.Agents, err)
	}
	if _, err := l.Save(ctx, "ann", base, base.Texts, ""); !fault.Is(err, fault.Conflict) {
		t.Errorf("nothing changed: %v, want conflict", err)
	}

	broken := change(base.Texts, "kind: complaint", "kind: complain")
	bad, err := l.Save(ctx, "ann", base, broken, "先存着")
	if err != nil || bad.Number != 2 {
		t.Fatalf("a text with a mistake was not kept: %+v, %v", bad, err)
	}
	_, _, problems, err := l.Read(ctx, broadband, bad.Texts)
	if err != nil || len(problems) != 1 || problems[0].Nearest != "complaint" || problems[0].At.Line == 0 {
		t.Errorf("problems %v, %v", problems, err)
	}
	if err := l.Release(ctx, "eva", broadband, 2, ""); !fault.Is(err, fault.Conflict) {
		t.Errorf("released with a mistake: %v, want conflict", err)
	}
	good, err := l.Save(ctx, "bob", bad, change(base.Texts, "断网好几天的居家办公客户", "断网的设计师"), "改了标题")
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []id.Person{"ann", "bob"} { // she wrote the draft before
		if err := l.Release(ctx, who, broadband, good.Number, ""); !fault.Is(err, fault.Denied) {
			t.Errorf("%s released her own: %v, want denied", who, err)
		}
	}
	if err := l.Release(ctx, "eva", broadband, good.Number, "试过了"); err != nil {
		t.Fatal(err)
	}
	now, err := l.Scenario(ctx, broadband)
	if err != nil || now.Title != "断网的设计师" || !strings.HasPrefix(now.Version, "3.") {
		t.Errorf("in force is %v, %v", now, err)
	}
	if old, err := l.At(ctx, broadband, live[0].Version); err != nil || old.Title == now.Title {
		t.Errorf("the old version: %v, %v", old, err)
	}

	content["scenarios/zh/zh-broadband-down/expert.txt"] = &fstest.MapFile{Data: []byte("您好。\n")}
	l = library(t, store, content)
	if versions, err := l.Versions(ctx, broadband); err != nil || versions[0].Author != scenario.Pack || versions[0].State != scenario.Draft {
		t.Errorf("an upgrade of the content is not offered: %+v, %v", versions, err)
	}
	if err := l.Retire(ctx, "eva", broadband, good.Number, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Scenario(ctx, broadband); !fault.Is(err, fault.NotFound) {
		t.Errorf("withdrawn: %v, want not found", err)
	}
}

func change(t scenario.Texts, old, text string) scenario.Texts {
	return scenario.Texts{Scenario: strings.Replace(t.Scenario, old, text, 1), Agents: t.Agents}
}

// TestACallKeepsTheCustomsItHad: an upgrade of what all customers share changes
// the next call and no older one.
func TestACallKeepsTheCustomsItHad(t *testing.T) {
	ctx, store, content := t.Context(), open(t, testkit.SQLite(t)), small(t)
	l := library(t, store, content)
	was, err := l.Scenario(ctx, broadband)
	if err != nil {
		t.Fatal(err)
	}
	moods := string(content["scenarios/mood.yaml"].Data)
	content["scenarios/mood.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(moods, "  nothing-said: {irritation: 30", "  nothing-said: {irritation: 300", 1))}
	l = library(t, store, content)
	irritation := func(sc *scenario.Scenario) int {
		c := scenario.Start(sc, 7, func(analysis.Utterance) []analysis.Finding { return nil })
		return c.Say("", 0).Mood.Irritation
	}
	now, err := l.Scenario(ctx, broadband)
	if err != nil || now.Version == was.Version || irritation(now) == irritation(was) {
		t.Errorf("the next call has the old customs: %s, %v", now.Version, err)
	}
	again, err := l.At(ctx, broadband, was.Version)
	if err != nil || irritation(again) != irritation(was) {
		t.Errorf("the old call has others: %v", err)
	}
}

func TestWhatAScenarioNamesOutsideMustBeThere(t *testing.T) {
	l := library(t, open(t, testkit.SQLite(t)), small(t))
	v, err := l.Version(t.Context(), broadband, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, text, nearest string }{
		"a scorecard": {"scorecard: complaint", "scorecard: complaints", "complaint"},
		"its own id":  {"id: zh-broadband-down", "id: zh-broadband-up", "zh-broadband-down"},
	} {
		_, _, problems, err := l.Read(t.Context(), broadband, change(v.Texts, c.old, c.text))
		if err != nil || len(problems) != 1 || problems[0].Nearest != c.nearest {
			t.Errorf("%s: %v, %v", name, problems, err)
		}
	}
	_, agents, problems, err := l.Read(t.Context(), broadband, scenario.Texts{Scenario: v.Texts.Scenario, Agents: map[string]string{"rude": "您好\n@hm 什么\n", "expert": "您好\n"}})
	if err != nil || len(problems) != 1 || problems[0].At.File != "rude.txt" || problems[0].At.Line != 2 || agents["expert"] == nil || agents["rude"] != nil {
		t.Errorf("agents %v, problems %v, %v", agents, problems, err)
	}
}

// TestLineEndsOfABrowserMakeNoDifference: neither to what is read nor to what is
// stored.
func TestLineEndsOfABrowserMakeNoDifference(t *testing.T) {
	l := library(t, open(t, testkit.SQLite(t)), small(t))
	v, err := l.Version(t.Context(), broadband, 1)
	if err != nil {
		t.Fatal(err)
	}
	plain := scenario.Texts{Scenario: v.Texts.Scenario + "habits: {\n", Agents: map[string]string{"rude": "您好\n@hm 什么\n", "expert": v.Texts.Agents["expert"]}}
	sent := scenario.Texts{Agents: map[string]string{}}
	sent.Scenario = strings.ReplaceAll(plain.Scenario, "\n", "\r\n")
	for agent, text := range plain.Agents {
		sent.Agents[agent] = strings.ReplaceAll(text, "\n", "\r\n")
	}
	_, _, want, err := l.Read(t.Context(), broadband, plain)
	if err != nil || len(want) != 2 {
		t.Fatalf("problems %v, %v", want, err)
	}
	if _, _, got, err := l.Read(t.Context(), broadband, sent); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("problems %v, want %v (%v)", got, want, err)
	}
	saved, err := l.Save(t.Context(), "ann", v, sent, "")
	if err != nil || saved.Texts.Scenario != plain.Scenario || saved.Texts.Agents["rude"] != plain.Agents["rude"] {
		t.Errorf("stored otherwise than it was meant (%v)", err)
	}
}

func TestTextsThatNoStoreShouldHold(t *testing.T) {
	l := library(t, open(t, testkit.SQLite(t)), small(t))
	for name, c := range map[string]struct {
		s    id.Scenario
		text string
		want fault.Kind
	}{
		"no name":       {"", "id: x", fault.Invalid},
		"no language":   {"broadband", "id: x", fault.Invalid},
		"nothing":       {"zh-new", "", fault.Invalid},
		"too long":      {"zh-new", strings.Repeat("a", scenario.MaxText+1), fault.Invalid},
		"no UTF-8":      {"zh-new", "\xff", fault.Invalid},
		"there already": {broadband, "id: x", fault.Conflict},
	} {
		if _, err := l.Save(t.Context(), "ann", scenario.Version{Scenario: c.s}, scenario.Texts{Scenario: c.text}, ""); !fault.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}
