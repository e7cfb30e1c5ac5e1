package main

import (
	"errors"
	"slices"
	"testing"
)

func count(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func TestOrderedKeepsTheOrderWhateverTheNumberOfWorkers(t *testing.T) {
	for _, workers := range []int{1, 2, 7} {
		var got []int
		err := ordered(workers, count(1000), func(_, i int) int { return i * i }, func(sq int) error {
			got = append(got, sq)
			return nil
		})
		if err != nil || len(got) != 1000 || !slices.IsSorted(got) {
			t.Errorf("%d workers: %d answers, sorted %v, error %v", workers, len(got), slices.IsSorted(got), err)
		}
	}
}

func TestOrderedStopsAtTheFirstError(t *testing.T) {
	full, seen := errors.New("disk full"), 0
	err := ordered(3, count(1_000_000), func(_, i int) int { return i }, func(i int) error {
		if seen++; i == 10 {
			return full
		}
		return nil
	})
	if !errors.Is(err, full) || seen != 11 {
		t.Errorf("error %v after %d answers, want %v after 11", err, seen, full)
	}
}
