package skill

import (
	"context"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// witness hands a head to the witnesses. Who waits while another's head is
// written finds that a newer one, which covers hers, was written meanwhile. A
// head that no trusted key signed was put into the database by somebody else;
// it is for Verify to report and not for a witness to keep.
func (s *Service) witness(ctx context.Context, h Head) error {
	if h.N == 0 || !h.SignedBy(s.opts.Trusted) {
		return nil
	}
	for {
		seen := s.newest.Load()
		if seen != nil && seen.N >= h.N || s.newest.CompareAndSwap(seen, &h) {
			break
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept.N >= h.N {
		return nil
	}
	return s.keep(ctx, *s.newest.Load())
}

// keep lets every witness keep h; s.mu must be held.
func (s *Service) keep(ctx context.Context, h Head) error {
	for _, w := range s.opts.Witnesses {
		had := s.kept
		if had.N == 0 { // the first since the start: what did it keep before?
			var err error
			if had, err = w.Newest(ctx); err != nil {
				return fault.As(fault.Unavailable, "skill.witness", err)
			}
		}
		covered, err := s.holds(ctx, had, h)
		if err != nil {
			return err
		}
		if err := w.Keep(ctx, h, covered); err != nil {
			return fault.As(fault.Unavailable, "skill.witness", err)
		}
	}
	if h.N > s.kept.N {
		s.kept = h
	}
	return nil
}

// holds reports whether the archive still holds the head had. Without this
// question a thief could put back an older database and wait until the centre
// has written as many entries again: the newer head would take the place of
// the one that proves what was lost.
func (s *Service) holds(ctx context.Context, had, h Head) (bool, error) {
	switch {
	case had.N == 0, had == h:
		return true, nil
	case had.N+1 == h.N:
		return h.Prev == had.Digest(), nil
	}
	var there []Head
	err := s.store.View(ctx, func(v View) (err error) {
		there, err = v.Heads(ctx, had.N-1, 1)
		return err
	})
	return len(there) == 1 && there[0] == had, err
}
