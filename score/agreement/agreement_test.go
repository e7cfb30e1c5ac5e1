package agreement_test

import (
	"math"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/score/agreement"
	"github.com/lianxi-cc/lianxi/scorecard"
)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within || math.IsNaN(got) {
		t.Errorf("%s = %.6f, want %.6f", what, got, want)
	}
}

func TestTwoRaters(t *testing.T) {
	near(t, "kappa", agreement.Table{{20, 5}, {10, 15}}.Kappa(agreement.Unweighted), .4, 1e-9)
	three := agreement.Table{{20, 5, 1}, {4, 15, 6}, {1, 3, 20}}
	near(t, "kappa of three", three.Kappa(agreement.Unweighted), .600213, 5e-7)
	near(t, "linear kappa", three.Kappa(agreement.Linear), .673526, 5e-7)
	near(t, "quadratic kappa", three.Kappa(agreement.Quadratic), .745364, 5e-7)
	near(t, "percent", three.Percent(), 55.0/75, 1e-9)
}

// TestSkewedJudgements shows why kappa does not stand alone.
func TestSkewedJudgements(t *testing.T) {
	skewed := agreement.Table{{118, 5}, {2, 0}}
	near(t, "kappa", skewed.Kappa(agreement.Unweighted), -.0234, 5e-5)
	near(t, "AC1", skewed.AC1(), .9408, 5e-5)
}

func TestFleiss(t *testing.T) {
	counts := [][]int{{0, 0, 0, 0, 14}, {0, 2, 6, 4, 2}, {0, 0, 3, 5, 6}, {0, 3, 9, 2, 0}, {2, 2, 8, 1, 1},
		{7, 7, 0, 0, 0}, {3, 2, 6, 3, 0}, {2, 5, 3, 2, 2}, {6, 5, 2, 1, 0}, {0, 2, 2, 3, 7}}
	near(t, "Fleiss' kappa", agreement.Fleiss(counts), .2099, 5e-5)
}

// ratings reads one rater a line; * is missing.
func ratings(lines ...string) [][]float64 {
	out := make([][]float64, len(lines))
	for i, l := range lines {
		for _, c := range l {
			v := math.NaN()
			if c != '*' {
				v = float64(c - '0')
			}
			out[i] = append(out[i], v)
		}
	}
	return out
}

func TestAlpha(t *testing.T) {
	data := ratings("123321412***", "1233224125*3", "*3332342251*", "12332441251*")
	near(t, "nominal alpha", agreement.Alpha(data, agreement.Nominal), .7434, 5e-5)
	near(t, "ordinal alpha", agreement.Alpha(data, agreement.Ordinal), .8154, 5e-5)
	near(t, "interval alpha", agreement.Alpha(data, agreement.Interval), .8491, 5e-5)
	near(t, "ratio alpha", agreement.Alpha(data, agreement.Ratio), .7974, 5e-5)
	if !math.IsNaN(agreement.Alpha(ratings("1*", "*1"), agreement.Nominal)) {
		t.Error("nothing can be paired, so there is no alpha")
	}
}

func TestTheIntervalHoldsTheFigureAndCanBeMadeAgain(t *testing.T) {
	var pairs []agreement.Pair
	for i, row := range (agreement.Table{{118, 5}, {2, 10}}) {
		for j, n := range row {
			for range n {
				pairs = append(pairs, agreement.Pair{First: i, Second: j})
			}
		}
	}
	figure := func(p []agreement.Pair) float64 { return agreement.NewTable(p, 2).AC1() }
	low, high := agreement.Bootstrap(pairs, 7, figure)
	if whole := figure(pairs); low >= whole || whole >= high || low < .8 || high > 1 {
		t.Errorf("interval %.3f to %.3f around %.3f", low, high, whole)
	}
	if l, h := agreement.Bootstrap(pairs, 7, figure); l != low || h != high {
		t.Error("the same seed must give the same interval")
	}
	if l, _ := agreement.Bootstrap(nil, 7, figure); !math.IsNaN(l) {
		t.Error("of nothing there is no interval")
	}
}

// TestAlphaOfATable holds the short form for two raters against the general one.
func TestAlphaOfATable(t *testing.T) {
	for _, table := range []agreement.Table{{{20, 5, 1}, {4, 15, 6}, {1, 3, 20}}, {{118, 5}, {2, 0}}, {{3, 0}, {0, 2}}} {
		rows := make([][]float64, 2)
		for i := range table {
			for j, n := range table[i] {
				for range n {
					rows[0], rows[1] = append(rows[0], float64(i)), append(rows[1], float64(j))
				}
			}
		}
		near(t, "alpha", table.Alpha(), agreement.Alpha(rows, agreement.Nominal), 1e-12)
	}
	if a := (agreement.Table{{9, 0}, {0, 0}}).Alpha(); !math.IsNaN(a) {
		t.Errorf("of one category alpha is %v", a)
	}
}

func TestItemsOfReviews(t *testing.T) {
	judged := func(i id.Review, revises id.Review, machine, person scorecard.Verdict) score.Review {
		return score.Review{ID: i, Revises: revises, Version: "1.aa", Items: []score.Judgement{{Item: "greet", Machine: machine, Person: person}, {Item: "old", Machine: "met", Person: "met"}}}
	}
	reviews := []score.Review{
		judged("a", "", "missed", "missed"), judged("b", "", "missed", "met"), judged("c", "b", "missed", "missed"), // b thought again
		judged("d", "", "met", "met"), judged("e", "", "partly", "missed"), judged("f", "", "na", "na"),
	}
	all := agreement.Of(reviews, func(_ score.Review, item string) bool { return item != "old" })
	it, ok := all["greet"]
	if !ok || len(all) != 1 {
		t.Fatalf("%d items", len(all))
	}
	if it.Judged != 5 || it.Proof.Reviewed != 3 || it.Proof.Right != 2 {
		t.Errorf("judged %d, proof %+v; want 5, and 2 of 3", it.Judged, it.Proof)
	}
	near(t, "percent", it.Percent.Value, 3.0/5, 1e-9)
	near(t, "precision", it.Precision(), 2.0/3, 1e-9)
	for name, f := range map[string]agreement.Figure{"percent": it.Percent, "AC1": it.AC1, "alpha": it.Alpha} {
		if !(f.Low <= f.Value && f.Value <= f.High) {
			t.Errorf("%s %v lies outside %v to %v", name, f.Value, f.Low, f.High)
		}
	}
	if it.Low >= 2.0/3 || it.High <= 2.0/3 {
		t.Errorf("Wilson's interval is %v to %v", it.Low, it.High)
	}
}
