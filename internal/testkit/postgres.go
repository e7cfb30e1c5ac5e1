package testkit

import "testing"

func PostgreSQL(t testing.TB) string { t.Skip("not yet"); return "" }
