package language

import (
	"sync/atomic"

	"github.com/lianxi-cc/lianxi/analysis"
)

// Live is the engine in force. Another may take its place at any time: what is
// being heard then is heard to its end by the one it began with. It is safe
// for concurrent use.
type Live struct{ now atomic.Pointer[Engine] }

// NewLive returns a Live with e in force.
func NewLive(e *Engine) *Live {
	l := &Live{}
	l.now.Store(e)
	return l
}

// Engine returns the engine in force. Whoever hears several turns by one
// lexicon, and names its version, asks once.
func (l *Live) Engine() *Engine { return l.now.Load() }

// Put brings e into force.
func (l *Live) Put(e *Engine) { l.now.Store(e) }

// Acts hears u by the engine in force.
func (l *Live) Acts(u analysis.Utterance) []analysis.Finding { return l.Engine().Acts(u) }

// Engine returns e itself, which never changes: it serves where a Live does.
func (e *Engine) Engine() *Engine { return e }
