package testkit

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// SaidInChinese fails when one of the problems of err, a yamldoc.Problems, would
// tell a Chinese reader in English what was expected.
func SaidInChinese(t *testing.T, err error) {
	t.Helper()
	words, loadErr := locale.Load()
	if loadErr != nil {
		t.Fatal(loadErr)
	}
	var ps yamldoc.Problems
	if !errors.As(err, &ps) || len(ps) == 0 {
		t.Fatalf("no problems in %v", err)
	}
	for _, p := range ps {
		said := words.Printer(locale.Chinese, time.UTC).Error(yamldoc.Problems{p}.Unwrap())
		if strings.ContainsFunc(p.Expected, func(c rune) bool { return c >= 'a' && c <= 'z' }) && strings.Contains(said, p.Expected) {
			t.Errorf("%q is said as %q", p.Expected, said)
		}
	}
}
