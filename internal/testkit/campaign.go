package testkit

import (
	"os"
	"strconv"
	"testing"
)

// Executions returns how many made inputs a campaign shall try: what the
// variable LIANXI_EXECUTIONS says, else long with LIANXI_LONG, and less in a
// usual and still less in a short run. Inputs are numbered and made from their
// number, so a larger campaign begins with the smaller one.
func Executions(t testing.TB, long int) int {
	t.Helper()
	if s := os.Getenv("LIANXI_EXECUTIONS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			t.Fatalf("LIANXI_EXECUTIONS=%s is no number of executions", s)
		}
		return n
	}
	switch {
	case os.Getenv("LIANXI_LONG") != "":
		return long
	case testing.Short():
		return long / 200
	}
	return long / 20
}
