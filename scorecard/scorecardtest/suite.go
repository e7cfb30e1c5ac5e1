// Package scorecardtest holds what every scorecard.Store must do, as one suite
// for all databases.
package scorecardtest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scorecard"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 123456000, time.UTC)

func version(card id.Scorecard, name string, number int, state scorecard.State) scorecard.Version {
	return scorecard.Version{Card: card, Name: name, Number: number, Text: "id: " + string(card) + " # 说明 <&>\n", State: state, Author: "ann", Why: "语气词单列一项",
		Base: "0", Made: noon.Add(time.Duration(number) * time.Minute)}
}

func decision(name string, from, to scorecard.State) scorecard.Decision {
	return scorecard.Decision{Card: "general", Version: name, From: from, To: to, By: "eva", At: noon.Add(time.Hour), Why: "30 次复核，29 次正确"}
}

// Run runs the suite on the stores that open gives, each empty.
func Run(t *testing.T, open func(*testing.T) scorecard.Store) {
	t.Run("a version comes back as it was", func(t *testing.T) { testVersions(t, open(t)) })
	t.Run("one version is live, and its decisions are kept", func(t *testing.T) { testLife(t, open(t)) })
	t.Run("what is malformed is refused", func(t *testing.T) { testMalformed(t, open(t)) })
}

func testVersions(t *testing.T, s scorecard.Store) {
	ctx := context.Background()
	one, two, other := version("general", "1.aa", 1, scorecard.Live), version("general", "2.bb", 2, scorecard.Draft), version("chat", "1.aa", 1, scorecard.Live)
	for _, v := range []scorecard.Version{one, two, other} {
		must(t, s.AddVersion(ctx, v))
	}
	got, err := s.Version(ctx, "general", "2.bb")
	must(t, err)
	if diff := cmp.Diff(two, got); diff != "" {
		t.Error(diff)
	}
	if got, err = s.InState(ctx, "general", scorecard.Live); err != nil || got.Name != "1.aa" || got.Text != one.Text {
		t.Errorf("live is %+v (%v)", got, err)
	}
	for name, err := range map[string]error{
		"no such version": second(s.Version(ctx, "general", "9.zz")),
		"no such card":    second(s.Version(ctx, "no", "1.aa")),
		"none on trial":   second(s.InState(ctx, "general", scorecard.Shadow)),
	} {
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v, want not found", name, err)
		}
	}
	list, err := s.Versions(ctx, "general")
	must(t, err)
	one.Text, two.Text = "", ""
	if diff := cmp.Diff([]scorecard.Version{two, one}, list); diff != "" {
		t.Error(diff)
	}
	if all, err := s.Versions(ctx, ""); err != nil || len(all) != 3 {
		t.Errorf("%d versions, want 3 (%v)", len(all), err)
	}
	again, number := version("general", "1.aa", 7, scorecard.Draft), version("general", "2.cc", 2, scorecard.Draft)
	for name, v := range map[string]scorecard.Version{"the name": again, "the number": number, "a second live one": version("general", "3.dd", 3, scorecard.Live)} {
		if err := s.AddVersion(ctx, v); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s is taken: %v, want conflict", name, err)
		}
	}
}

func second(_ scorecard.Version, err error) error { return err }

func testLife(t *testing.T, s scorecard.Store) {
	ctx := context.Background()
	for i, name := range []string{"1.aa", "2.bb", "3.cc"} {
		state := scorecard.Draft
		if i == 0 {
			state = scorecard.Live
		}
		must(t, s.AddVersion(ctx, version("general", name, i+1, state)))
	}
	must(t, s.Decide(ctx, decision("2.bb", scorecard.Draft, scorecard.Shadow)))
	must(t, s.Decide(ctx, decision("3.cc", scorecard.Draft, scorecard.Shadow))) // takes the place of the second
	must(t, s.Decide(ctx, decision("3.cc", scorecard.Shadow, scorecard.Live)))  // and that of the first
	if err := s.Decide(ctx, decision("3.cc", scorecard.Shadow, scorecard.Live)); !fault.Is(err, fault.Conflict) {
		t.Errorf("moved already: %v, want conflict", err)
	}
	if err := s.Decide(ctx, decision("9.zz", scorecard.Draft, scorecard.Live)); !fault.Is(err, fault.Conflict) {
		t.Errorf("no such version: %v, want conflict", err)
	}
	list, err := s.Versions(ctx, "general")
	must(t, err)
	want := map[string]scorecard.State{"1.aa": scorecard.Retired, "2.bb": scorecard.Retired, "3.cc": scorecard.Live}
	for _, v := range list {
		if v.State != want[v.Name] {
			t.Errorf("%s is %s, want %s", v.Name, v.State, want[v.Name])
		}
	}
	decisions, err := s.Decisions(ctx, "general")
	must(t, err)
	if len(decisions) != 8 { // three versions, three decisions, two that made room
		t.Fatalf("%d decisions, want 8", len(decisions))
	}
	if diff := cmp.Diff(decision("3.cc", scorecard.Shadow, scorecard.Live), decisions[0]); diff != "" {
		t.Error(diff)
	}
	if d := decisions[1]; d.Version != "1.aa" || d.From != scorecard.Live || d.To != scorecard.Retired || d.Why != "3.cc" || d.By != "eva" {
		t.Errorf("who made room: %+v", d)
	}
}

func testMalformed(t *testing.T, s scorecard.Store) {
	ctx := context.Background()
	empty, nobody := version("general", "1.aa", 1, scorecard.Live), version("general", "1.aa", 1, scorecard.Live)
	empty.Text, nobody.Author = "", ""
	for name, err := range map[string]error{
		"no text":   s.AddVersion(ctx, empty),
		"no author": s.AddVersion(ctx, nobody),
		"no change": s.Decide(ctx, decision("1.aa", scorecard.Draft, scorecard.Draft)),
	} {
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want invalid", name, err)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
