//go:build !unix

package testkit

import "testing"

// PostgreSQL skips the test: the tests start one on Unix only.
func PostgreSQL(t testing.TB) string {
	t.Helper()
	t.Skip("no PostgreSQL here: tests start one on Unix only")
	return ""
}
