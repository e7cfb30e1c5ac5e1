package staff

import (
	"time"

	"github.com/lianxi-cc/lianxi/internal/id"
)

// Session is one person signed in at one browser. Its id is not a secret: it
// lies in the server's side of the cookie session, whose own token is kept
// only as a hash.
type Session struct {
	ID      id.Session
	Person  id.Person
	Started time.Time
	Seen    time.Time // the last request, to the minute
	Address string
	Agent   string // what the browser calls itself
	Means   string // "password" or "oidc"
}

// SessionLimits say when a session ends by itself.
type SessionLimits struct {
	Idle     time.Duration // without a request
	Absolute time.Duration // since sign-in
}

// DefaultSessionLimits let a session live through a shift, and end it after
// two hours away from the desk.
func DefaultSessionLimits() SessionLimits {
	return SessionLimits{Idle: 2 * time.Hour, Absolute: 12 * time.Hour}
}

// seenStep is how stale Seen may be: a page must not cost a write each time.
const seenStep = time.Minute

// Alive reports whether a session may still be used at now. A session from
// the future is not alive: the clock was set back.
func (l SessionLimits) Alive(s Session, now time.Time) bool {
	return now.Sub(s.Seen) < l.Idle && now.Sub(s.Started) < l.Absolute && !now.Before(s.Started.Add(-seenStep))
}

// maxAgent bounds what is kept of a browser's own name, in bytes.
const maxAgent = 200
