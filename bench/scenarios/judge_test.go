package scenarios_test

import (
	"flag"
	"math"
	"os"
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
)

var (
	only  = flag.String("only", "", "judge this scenario alone, and tell why points were lost")
	seeds = flag.Int("seeds", 20, "how many forms of each scenario are judged")
)

// judge scores finished calls by the pack's scorecards.
type judge struct {
	cat    *analysis.Catalogue
	engine *language.Engine
	cards  map[string]*scorecard.Card
}

func newJudge(t testing.TB) *judge {
	t.Helper()
	fsys := os.DirFS("../../content")
	cat, err := analysis.LoadCatalogue(fsys)
	if err != nil {
		t.Fatal(err)
	}
	e, err := language.Load(fsys, cat)
	if err != nil {
		t.Fatal(err)
	}
	comps, err := scorecard.LoadCompetencies(fsys)
	if err != nil {
		t.Fatal(err)
	}
	known := scorecard.Known{Competencies: scorecard.IDs(comps)}
	for _, a := range cat.All() {
		known.Acts = append(known.Acts, a.ID)
	}
	cards, err := scorecard.Load(fsys, known)
	if err != nil {
		t.Fatal(err)
	}
	j := &judge{cat: cat, engine: e, cards: map[string]*scorecard.Card{}}
	for _, c := range cards {
		j.cards[string(c.ID)] = c
	}
	return j
}

// score judges c by the scorecard named card, or by the general one where
// there is none of that name.
func (j *judge) score(card string, c *scenario.Call) score.Result {
	k := j.cards[card]
	if k == nil {
		k = j.cards["general"]
	}
	conv := c.Conversation()
	return score.Score(k, conv, j.engine.Conversation(conv), j.cat, score.Versions{})
}

func script(t testing.TB, sc *scenario.Scenario, kind string) *scenario.Script {
	t.Helper()
	file := "../../content/scenarios/" + string(sc.Lang) + "/" + string(sc.ID) + "/" + kind + ".txt"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenario.ParseScript(file, text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// points turns the scorer's tenths into points of 100.
func points(p score.Points) float64 { return float64(p) / 10 }

// TestGoodFromBad: for every scenario and seed the expert scores above the
// novice and the novice above the rude agent; the expert gets at least 85 with
// a spread of at most 2, the rude agent at most 40 or fails outright.
func TestGoodFromBad(t *testing.T) {
	j := newJudge(t)
	all, err := scenario.Load(os.DirFS("../../content"))
	if err != nil {
		t.Fatal(err)
	}
	for _, sc := range all {
		if *only != "" && *only != string(sc.ID) {
			continue
		}
		t.Run(string(sc.ID), func(t *testing.T) { tellsGoodFromBad(t, j, sc, "general") })
		if card := string(sc.Scorecard); card != "general" && j.cards[card] != nil {
			t.Run(string(sc.ID)+"/"+card, func(t *testing.T) { tellsGoodFromBad(t, j, sc, card) })
		}
	}
}

func tellsGoodFromBad(t *testing.T, j *judge, sc *scenario.Scenario, card string) {
	kinds := []string{"expert", "novice", "rude"}
	scores := map[string][]float64{}
	endings := map[string]map[scenario.Ending]int{}
	wrong := map[string]int{}
	lost := map[string]int{}
	for _, kind := range kinds {
		s := script(t, sc, kind)
		endings[kind] = map[scenario.Ending]int{}
		for seed := range uint64(*seeds) {
			c := scenario.Play(sc, seed+1, s, j.engine.Acts, nil)
			r := j.score(card, c)
			p := points(r.Score)
			scores[kind] = append(scores[kind], p)
			endings[kind][c.Outcome().Ending]++
			if kind == "expert" {
				count(lost, r)
			}
			if kind == "expert" && p < 85 {
				wrong["expert below 85"]++
			}
			if kind == "rude" && p > 40 && len(r.AutoFail) == 0 {
				wrong["rude above 40"]++
			}
			if *only != "" && (seed == 1 || kind == "expert" && r.Score < 1000) {
				explain(t, kind, c, r)
			}
		}
	}
	for i := range *seeds {
		if scores["expert"][i] <= scores["novice"][i] {
			wrong["expert not above novice"]++
		}
		if scores["novice"][i] <= scores["rude"][i] {
			wrong["novice not above rude"]++
		}
	}
	if sd := deviation(scores["expert"]); sd > 2 {
		t.Errorf("the expert's scores spread by %.1f", sd)
	}
	if endings["expert"][scenario.Solved]+endings["expert"][scenario.Declined] < *seeds {
		t.Errorf("the expert ends %v", endings["expert"])
	}
	for what, n := range wrong {
		t.Errorf("%s for %d of %d seeds", what, n, *seeds)
	}
	t.Logf("the expert lost %v", lost)
	t.Logf("expert %.1f %v, novice %.1f %v, rude %.1f %v", mean(scores["expert"]), endings["expert"],
		mean(scores["novice"]), endings["novice"], mean(scores["rude"]), endings["rude"])
}

func explain(t *testing.T, kind string, c *scenario.Call, r score.Result) {
	t.Logf("%s: %s, raw %s, score %s, auto-fail %v", kind, c.Outcome().Ending, r.Raw, r.Score, r.AutoFail)
	found := map[int]string{}
	for _, f := range r.Items {
		if f.Verdict == scorecard.Missed || f.Verdict == scorecard.Partly {
			t.Logf("  %s %s %s/%s %s", f.Verdict, f.ID, f.Points, f.Max, f.Reason)
			for _, e := range f.Evidence {
				found[e.Turn] += " " + f.ID
			}
		}
	}
	for i, turn := range c.Conversation().Turns {
		t.Logf("  %d %s: %s  %s", i, turn.Role, turn.Text, found[i])
	}
}

// count adds the items on which points were lost.
func count(lost map[string]int, r score.Result) {
	for _, it := range r.Items {
		if it.Verdict == scorecard.Missed || it.Verdict == scorecard.Partly {
			lost[it.ID]++
		}
	}
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

func deviation(v []float64) float64 {
	m, sum := mean(v), 0.0
	for _, x := range v {
		sum += (x - m) * (x - m)
	}
	return math.Sqrt(sum / float64(len(v)))
}
