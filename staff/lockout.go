package staff

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"time"
)

// Lockout says how long a name or an address must wait after failed
// sign-ins. The first Free failures cost nothing; the next one costs First,
// and each after it twice the wait before, up to Most. A tally is forgotten
// when nothing has failed for Forget.
type Lockout struct {
	Free        int
	First, Most time.Duration
	Forget      time.Duration
}

// NameLockout is the policy for one sign-in name.
func NameLockout() Lockout {
	return Lockout{Free: 5, First: 30 * time.Second, Most: time.Hour, Forget: 24 * time.Hour}
}

// AddressLockout is the policy for one network address. It is mild: behind
// one address there may be a whole centre that begins its shift.
func AddressLockout() Lockout {
	return Lockout{Free: 60, First: 10 * time.Second, Most: 15 * time.Minute, Forget: time.Hour}
}

// Tally counts the failures of one name or address.
type Tally struct {
	Count int
	Last  time.Time // of the last failure; zero when there was none
}

// Wait returns how long from now until the next attempt is allowed; zero when
// it is allowed now.
func (l Lockout) Wait(t Tally, now time.Time) time.Duration {
	if t.Count < l.Free || now.Sub(t.Last) >= l.Forget {
		return 0
	}
	wait := l.Most
	if shift := t.Count - l.Free; shift < 30 {
		wait = min(l.First<<shift, l.Most)
	}
	return max(t.Last.Add(wait).Sub(now), 0)
}

// Failed returns the tally after one more failure at now.
func (l Lockout) Failed(t Tally, now time.Time) Tally {
	if now.Sub(t.Last) >= l.Forget {
		t.Count = 0
	}
	return Tally{Count: t.Count + 1, Last: now}
}

// nameKey and addressKey return the keys of tallies. They are hashed: people
// type their password into the field for the name, and it must not be kept.
func nameKey(folded string) string { return tallyKey("name", folded) }

// addressKey counts an IPv6 host by its network of 64 bits, which one person
// has to herself.
func addressKey(address string) string {
	if a, err := netip.ParseAddr(address); err == nil {
		a = a.Unmap().WithZone("")
		if a.Is6() {
			p, _ := a.Prefix(64)
			return tallyKey("address", p.String())
		}
		return tallyKey("address", a.String())
	}
	return tallyKey("address", address)
}

func tallyKey(kind, value string) string {
	sum := sha256.Sum256([]byte("lianxi.staff.tally\x00" + kind + "\x00" + value))
	return kind + ":" + hex.EncodeToString(sum[:16])
}
