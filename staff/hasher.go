package staff

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// Cost is what one argon2id hash takes. Memory is in KiB.
type Cost struct {
	Memory  uint32
	Time    uint32
	Threads uint8
}

// DefaultCost is what a server should spend on a password: 19 MiB, two
// passes, one thread, about 40 ms on a quiet core.
func DefaultCost() Cost { return Cost{Memory: 19 * 1024, Time: 2, Threads: 1} }

// The sizes of salt and hash in bytes, and the dearest hash we are willing to
// verify: a stored hash must not be able to exhaust the server.
const (
	saltSize, hashSize = 16, 32
	maxMemory, maxTime = 256 * 1024, 16
)

// Hasher makes and verifies password hashes, at most so many at once: each
// takes memory, and a crowd of sign-ins must wait rather than exhaust it.
type Hasher struct {
	cost  Cost
	rand  io.Reader
	slots chan struct{}
}

// NewHasher returns a Hasher of that cost that works on at most slots hashes
// at once. rand gives salts and must be safe for concurrent use.
func NewHasher(cost Cost, slots int, rand io.Reader) *Hasher {
	return &Hasher{cost: cost, rand: rand, slots: make(chan struct{}, max(slots, 1))}
}

// Hash returns the PHC string of a password, as
// "$argon2id$v=19$m=19456,t=2,p=1$salt$hash". It returns Unavailable
// (staff.busy) when ctx ends before there was room to work, and Internal when
// there is no randomness.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(h.rand, salt); err != nil {
		return "", fault.Wrap("staff.Hash", err)
	}
	sum, err := h.sum(ctx, password, salt, h.cost, hashSize)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.cost.Memory, h.cost.Time, h.cost.Threads,
		b64.EncodeToString(salt), b64.EncodeToString(sum)), nil
}

// Verify reports whether password is the one that phc was made of, in time
// that does not depend on where they differ. An empty or unreadable phc costs
// as much as a wrong password, so that the clock does not tell which names
// exist. stale says that phc should be made anew at today's cost. It returns
// Unavailable (staff.busy) when ctx ends before there was room to work.
func (h *Hasher) Verify(ctx context.Context, phc, password string) (ok, stale bool, err error) {
	cost, salt, want, readable := parsePHC(phc)
	if !readable {
		cost, salt, want = h.cost, make([]byte, saltSize), make([]byte, hashSize)
	}
	got, err := h.sum(ctx, password, salt, cost, uint32(len(want)))
	if err != nil {
		return false, false, err
	}
	same := subtle.ConstantTimeCompare(got, want) == 1
	return same && readable, same && readable && cost != h.cost, nil
}

func (h *Hasher) sum(ctx context.Context, password string, salt []byte, c Cost, size uint32) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fault.As(fault.Unavailable, "staff.busy", ctx.Err())
	}
	defer func() { <-h.slots }()
	return argon2.IDKey([]byte(password), salt, c.Time, c.Memory, c.Threads, size), nil
}

// parsePHC reads the form that Hash writes.
func parsePHC(s string) (c Cost, salt, hash []byte, ok bool) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, false
	}
	n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &c.Threads)
	if err != nil || n != 3 || parts[3] != fmt.Sprintf("m=%d,t=%d,p=%d", c.Memory, c.Time, c.Threads) {
		return c, nil, nil, false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	hash, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	sane := c.Time >= 1 && c.Time <= maxTime && c.Threads >= 1 && c.Memory >= 8 && c.Memory <= maxMemory &&
		len(salt) >= 8 && len(salt) <= 64 && len(hash) >= 16 && len(hash) <= 64
	return c, salt, hash, err1 == nil && err2 == nil && sane
}
