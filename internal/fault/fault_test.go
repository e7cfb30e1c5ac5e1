package fault_test

import (
	"errors"
	"io"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

func TestWrapKeepsKindKeyAndPlace(t *testing.T) {
	inner := &fault.Error{Kind: fault.Invalid, Key: "scorecard.unknown", At: fault.Position{File: "a.yaml", Line: 3, Column: 7}}
	err := fault.Wrap("scorecard.Parse", inner)

	if got := fault.KindOf(err); got != fault.Invalid {
		t.Errorf("kind = %v, want invalid", got)
	}
	var e *fault.Error
	if !errors.As(err, &e) || e.Key != "scorecard.unknown" || e.At.Line != 3 {
		t.Errorf("wrapped error lost its message: %+v", e)
	}
	if want := "a.yaml:3:7: scorecard.Parse: invalid (scorecard.unknown): a.yaml:3:7: invalid (scorecard.unknown)"; err.Error() != want {
		t.Errorf("text = %q, want %q", err, want)
	}
}

func TestForeignErrorsAreInternalUntilClassified(t *testing.T) {
	if !fault.Is(io.EOF, fault.Internal) {
		t.Error("an unclassified error must be internal")
	}
	err := fault.As(fault.Unavailable, "storage.busy", io.EOF)
	if !fault.Is(err, fault.Unavailable) || !errors.Is(err, io.EOF) {
		t.Errorf("As lost the kind or the cause: %v", err)
	}
}

func TestNothingStaysNothing(t *testing.T) {
	if fault.Wrap("x", nil) != nil || fault.As(fault.Invalid, "x", nil) != nil || fault.Is(nil, fault.Internal) {
		t.Error("a nil error must stay nil and have no kind")
	}
}
