//go:build !linux

package speed

import "time"

var began = time.Now()

// CPU returns the time since the start: other systems have no processor time
// fine enough, so measure on a machine that is otherwise idle.
func CPU() time.Duration { return time.Since(began) }
