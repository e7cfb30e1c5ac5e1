package scenariotest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scenario"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 123456000, time.UTC)

func version(s id.Scenario, number int, state scenario.State) scenario.Version {
	return scenario.Version{Scenario: s, Number: number, State: state, Author: "ann", Why: "多了一条对策", Base: number - 1, Made: noon.Add(time.Duration(number) * time.Minute),
		Texts: scenario.Texts{Scenario: "id: " + string(s) + " # 说明 <&>\n", Agents: map[string]string{"expert": "您好。\n", "novice": "", "rude": "干嘛？\n"}}}
}

// RunStore runs the suite on the stores that open gives, each empty.
func RunStore(t *testing.T, open func(*testing.T) scenario.Store) {
	t.Run("a version comes back as it was", func(t *testing.T) { testVersions(t, open(t)) })
	t.Run("one version is live, and its decisions are kept", func(t *testing.T) { testLife(t, open(t)) })
	t.Run("what is in force comes first, else what is newest", func(t *testing.T) { testForemost(t, open(t)) })
	t.Run("customs are kept once", func(t *testing.T) { testCustoms(t, open(t)) })
	t.Run("what is malformed is refused", func(t *testing.T) { testMalformed(t, open(t)) })
}

func testVersions(t *testing.T, s scenario.Store) {
	ctx := context.Background()
	one, two, other := version("zh-a", 1, scenario.Live), version("zh-a", 2, scenario.Draft), version("en-b", 1, scenario.Live)
	for _, v := range []scenario.Version{one, two, other} {
		must(t, s.AddVersion(ctx, v))
	}
	got, err := s.Version(ctx, "zh-a", 2)
	must(t, err)
	if diff := cmp.Diff(two, got); diff != "" {
		t.Error(diff)
	}
	for name, try := range map[string]func() error{
		"no such version":  func() error { _, err := s.Version(ctx, "zh-a", 9); return err },
		"no such scenario": func() error { _, err := s.Version(ctx, "zh-no", 1); return err },
	} {
		if err := try(); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v, want not found", name, err)
		}
	}
	list, err := s.Versions(ctx, "zh-a")
	must(t, err)
	one.Texts, two.Texts = scenario.Texts{}, scenario.Texts{}
	if diff := cmp.Diff([]scenario.Version{two, one}, list); diff != "" {
		t.Error(diff)
	}
	if all, err := s.Versions(ctx, ""); err != nil || len(all) != 3 || all[0].Scenario != "en-b" {
		t.Errorf("%v, want three, by scenario (%v)", all, err)
	}
	for name, v := range map[string]scenario.Version{"the number": version("zh-a", 2, scenario.Draft), "a second live one": version("zh-a", 3, scenario.Live)} {
		if err := s.AddVersion(ctx, v); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s is taken: %v, want conflict", name, err)
		}
	}
}

func testLife(t *testing.T, s scenario.Store) {
	ctx := context.Background()
	must(t, s.AddVersion(ctx, version("zh-a", 1, scenario.Live)))
	must(t, s.AddVersion(ctx, version("zh-a", 2, scenario.Draft)))
	d := scenario.Decision{Scenario: "zh-a", Number: 2, From: scenario.Draft, To: scenario.Live, By: "eva", At: noon.Add(time.Hour), Why: "试过了"}
	must(t, s.Decide(ctx, d))
	if err := s.Decide(ctx, d); !fault.Is(err, fault.Conflict) {
		t.Errorf("decided twice: %v, want conflict", err)
	}
	list, err := s.Versions(ctx, "zh-a")
	must(t, err)
	if list[0].State != scenario.Live || list[1].State != scenario.Retired {
		t.Errorf("states %s, %s; want live, retired", list[0].State, list[1].State)
	}
	got, err := s.Decisions(ctx, "zh-a")
	must(t, err)
	want := []scenario.Decision{d, {Scenario: "zh-a", Number: 1, From: scenario.Live, To: scenario.Retired, By: "eva", At: d.At}}
	if diff := cmp.Diff(want, got[:2]); diff != "" || len(got) != 4 {
		t.Errorf("%d decisions, want 4 %s", len(got), diff)
	}
	back := scenario.Decision{Scenario: "zh-a", Number: 1, From: scenario.Retired, To: scenario.Live, By: "eva", At: noon.Add(2 * time.Hour)}
	must(t, s.Decide(ctx, back)) // an older one may come back
}

func testForemost(t *testing.T, s scenario.Store) {
	ctx := context.Background()
	old, draft := version("zh-a", 1, scenario.Live), version("zh-a", 2, scenario.Draft) // beside a live one
	first, second := version("en-b", 1, scenario.Draft), version("en-b", 2, scenario.Draft)
	gone := version("zh-c", 1, scenario.Retired)
	for _, v := range []scenario.Version{old, draft, first, second, gone} {
		must(t, s.AddVersion(ctx, v))
	}
	got, err := s.Foremost(ctx)
	must(t, err)
	if diff := cmp.Diff([]scenario.Version{second, old, gone}, got); diff != "" {
		t.Error(diff)
	}
}

func testCustoms(t *testing.T, s scenario.Store) {
	ctx := context.Background()
	c := scenario.Customs{Lang: conversation.Chinese, Moods: "acts: {}\n", Lines: "lines: {}\n"}
	must(t, s.KeepCustoms(ctx, c))
	must(t, s.KeepCustoms(ctx, c))
	got, err := s.Customs(ctx, c.Hash())
	must(t, err)
	if got != c {
		t.Errorf("got %+v", got)
	}
	if _, err := s.Customs(ctx, "00000000"); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v, want not found", err)
	}
}

func testMalformed(t *testing.T, s scenario.Store) {
	for name, v := range map[string]scenario.Version{
		"no scenario": {Number: 1, Author: "ann", Made: noon, Texts: scenario.Texts{Scenario: "x"}},
		"no text":     {Scenario: "zh-a", Number: 1, Author: "ann", Made: noon},
		"no author":   {Scenario: "zh-a", Number: 1, Made: noon, Texts: scenario.Texts{Scenario: "x"}},
		"no number":   {Scenario: "zh-a", Author: "ann", Made: noon, Texts: scenario.Texts{Scenario: "x"}},
	} {
		if err := s.AddVersion(context.Background(), v); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want invalid", name, err)
		}
	}
	if err := s.Decide(context.Background(), scenario.Decision{Scenario: "zh-a", Number: 1}); !fault.Is(err, fault.Invalid) {
		t.Errorf("nobody decides: %v, want invalid", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
