package scorecard_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/scorecard"
)

type mapFS map[string]string

func (m mapFS) fs() fs.FS {
	out := fstest.MapFS{}
	for name, text := range m {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func TestARuleGoesLiveOnProofOrByADecision(t *testing.T) {
	enough := scorecard.Proof{Reviewed: 40, Right: 38}
	for name, c := range map[string]struct {
		from, to scorecard.State
		proof    scorecard.Proof
		ok       bool
	}{
		"draft to shadow":         {scorecard.Draft, scorecard.Shadow, scorecard.Proof{}, true},
		"draft skips shadow":      {scorecard.Draft, scorecard.Live, enough, false},
		"proof":                   {scorecard.Shadow, scorecard.Live, enough, true},
		"too few reviewed":        {scorecard.Shadow, scorecard.Live, scorecard.Proof{Reviewed: 29, Right: 29}, false},
		"too often wrong":         {scorecard.Shadow, scorecard.Live, scorecard.Proof{Reviewed: 40, Right: 37}, false},
		"a named person decides":  {scorecard.Shadow, scorecard.Live, scorecard.Proof{Named: "Wen Lan"}, true},
		"retired stays retired":   {scorecard.Retired, scorecard.Draft, enough, false},
		"anything retires":        {scorecard.Draft, scorecard.Retired, scorecard.Proof{}, true},
		"a live rule is reworked": {scorecard.Live, scorecard.Draft, scorecard.Proof{}, true},
		"nothing is no step":      {scorecard.Live, scorecard.Live, enough, false},
		"there is no other state": {scorecard.Draft, "paused", enough, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := scorecard.Advance(c.from, c.to, c.proof, scorecard.DefaultThreshold)
			if (err == nil) != c.ok {
				t.Fatalf("%v", err)
			}
			if want := map[bool]scorecard.State{true: c.to, false: c.from}[c.ok]; got != want {
				t.Errorf("state %s, want %s", got, want)
			}
			if err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Invalid) {
				t.Errorf("kind of %v", err)
			}
		})
	}
}

func TestTheShippedStates(t *testing.T) {
	for state, want := range map[scorecard.State]bool{scorecard.Draft: true, "": false} {
		_, err := scorecard.Advance(state, scorecard.Shadow, scorecard.Proof{}, scorecard.DefaultThreshold)
		if (err == nil) != want {
			t.Errorf("%q: %v", state, err)
		}
	}
}
