package scenariotest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/lianxi-cc/lianxi/scenario"
)

// MaxTurns is how many agent turns any customer bears at most.
const MaxTurns = 120

// Dialogue lets an agent who chooses his lines by chance talk with the
// customer of sc until the end. It returns what no person would have done:
// saying nothing or one thing twice, contradicting himself or his facts,
// revealing what he withholds, coming to no end.
func Dialogue(sc *scenario.Scenario, lines *Lines, seed uint64, hear scenario.Hear) error {
	rng := rand.New(rand.NewPCG(seed, 4))
	a := &agent{rng: rng, pools: [][]string{lines.any, lines.own[string(sc.ID)], matter(sc)}}
	c := scenario.Start(sc, rng.Uint64(), hear)
	w := NewWitness(sc, c)
	err := talk(c, w, a)
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, transcript(c))
	}
	return err
}

func talk(c *scenario.Call, w *Witness, a *agent) error {
	if r, ok := c.Opening(); ok {
		if err := w.Hears("", r); err != nil {
			return err
		}
	}
	for range MaxTurns {
		line := c.Form().Fill(a.line())
		r := c.Say(line, time.Duration(a.rng.IntN(20))*time.Second)
		if err := w.Hears(line, r); err != nil {
			return err
		}
		if r.Ended {
			if more := c.Say(line, time.Second); more.Text != "" || more.Ending != r.Ending {
				return fmt.Errorf("speaks after the end: %q", more.Text)
			}
			return nil
		}
	}
	return fmt.Errorf("no end after %d turns", MaxTurns)
}

// agent draws lines: mostly anything, now and then what is to the point.
type agent struct {
	rng   *rand.Rand
	pools [][]string
}

func (a *agent) line() string {
	out := a.pick()
	for a.rng.IntN(3) == 0 {
		out += a.pick()
	}
	return out
}

func (a *agent) pick() string {
	pool := a.pools[max(0, a.rng.IntN(5)-2)]
	if len(pool) == 0 {
		pool = a.pools[0]
	}
	return pool[a.rng.IntN(len(pool))]
}

func transcript(c *scenario.Call) string {
	var b strings.Builder
	for _, t := range c.Conversation().Turns {
		text := t.Text
		if len(text) > 400 {
			text = text[:400] + "…"
		}
		b.WriteString(string(t.Role) + ": " + text + "\n")
	}
	b.WriteString("→ " + string(c.Outcome().Ending))
	return b.String()
}
