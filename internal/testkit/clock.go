package testkit

import (
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/lianxi-cc/lianxi/internal/id"
)

// Clock is a time that stands still until a test moves it. It is safe for use
// by several goroutines.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a Clock at nine in the morning of 2 March 2026, UTC.
func NewClock() *Clock {
	return &Clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
}

// Now returns the clock's time. Hand it in where a func() time.Time is wanted.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Add moves the clock by d and returns its new time.
func (c *Clock) Add(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return c.now
}

// Random returns bytes that look random and are the same in every run.
func Random(seed uint64) io.Reader {
	var key [32]byte
	for i := range 8 {
		key[i] = byte(seed >> (8 * i))
	}
	return rand.NewChaCha8(key)
}

// IDs returns a source of ids that are the same in every run as long as they
// are made in the same order.
func IDs(clock *Clock) *id.Source { return id.NewSource(clock.Now, Random(1)) }
