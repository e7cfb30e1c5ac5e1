package staff_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/staff"
)

func TestCheckPassword(t *testing.T) {
	for password, want := range map[string]string{
		"":          "staff.password.short",
		"123456789": "staff.password.short",
		"一二三四五六七八九": "staff.password.short",
		"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff": "staff.password.short",
		strings.Repeat("x9 ", 70):                      "staff.password.long",
		"Password2026!":                                "staff.password.common",
		"password!!!!":                                 "staff.password.common",
		"P@ssw0rd2026":                                 "staff.password.common",
		"WoAiNi5201314":                                "staff.password.common",
		"lianxi@2026":                                  "staff.password.common",
		"1q2w3e4r5t":                                   "staff.password.common",
		"aaaaaaaaaaaa":                                 "staff.password.plain",
		"12345678901":                                  "staff.password.plain",
		"qwertyuiop123":                                "staff.password.common",
		"asdfghjkl;zxcv":                               "staff.password.plain",
		"abababababab":                                 "staff.password.plain",
		"chen.xiao2026":                                "staff.password.name",
		"xx-chen.xiao":                                 "staff.password.name",
		"陈小在四月的雨里等一辆车":                                 "", // a name too short to matter beside the rest
		"correct horse battery":                        "",
		"四月的雨落在老桥上":                                    "staff.password.short",
		"四月的雨落在老桥上。":                                   "",
		"tG7#kq!zPw2v":                                 "",
		"bicycle-lamp-42":                              "",
	} {
		err := staff.CheckPassword(password, "chen.xiao", "陈小")
		var e *fault.Error
		got := ""
		if errors.As(err, &e) {
			got = e.Key
		}
		if got != want {
			t.Errorf("%q: %q, want %q", password, got, want)
		}
	}
}

func FuzzCheckPassword(f *testing.F) {
	f.Add("correct horse battery", "chen", "陈")
	f.Add("\xff\x00", "", "")
	f.Fuzz(func(t *testing.T, password, name, display string) {
		if err := staff.CheckPassword(password, name, display); err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%v", err)
		}
	})
}

func cheap() *staff.Hasher {
	return staff.NewHasher(staff.Cost{Memory: 8, Time: 1, Threads: 1}, 2, rand.Reader)
}

func TestHashesAreSaltedAndVerified(t *testing.T) {
	h, ctx := cheap(), t.Context()
	one, err := h.Hash(ctx, "沉静的蓝色海")
	if err != nil {
		t.Fatal(err)
	}
	two, _ := h.Hash(ctx, "沉静的蓝色海")
	if one == two || !strings.HasPrefix(one, "$argon2id$v=19$m=8,t=1,p=1$") {
		t.Errorf("hashes %s and %s", one, two)
	}
	for name, c := range map[string]struct {
		phc, password string
		ok            bool
	}{
		"right": {one, "沉静的蓝色海", true}, "wrong": {one, "沉静的蓝色湖", false}, "empty": {one, "", false},
		"no hash": {"", "", false}, "no hash, zero bytes": {"", strings.Repeat("\x00", 32), false},
		"other kind": {strings.Replace(one, "argon2id", "argon2i", 1), "沉静的蓝色海", false},
		"too dear":   {strings.Replace(one, "m=8", "m=4194304", 1), "沉静的蓝色海", false},
		"rewritten":  {strings.Replace(one, "m=8", "m=08", 1), "沉静的蓝色海", false},
		"cut":        {one[:len(one)-20], "沉静的蓝色海", false},
	} {
		if ok, stale, err := h.Verify(ctx, c.phc, c.password); ok != c.ok || stale || err != nil {
			t.Errorf("%s: %v stale %v %v, want %v", name, ok, stale, err, c.ok)
		}
	}
	dearer := staff.NewHasher(staff.Cost{Memory: 16, Time: 1, Threads: 1}, 2, rand.Reader)
	if ok, stale, err := dearer.Verify(ctx, one, "沉静的蓝色海"); !ok || !stale || err != nil {
		t.Errorf("an old hash: %v stale %v %v", ok, stale, err)
	}
}

func TestACrowdWaits(t *testing.T) {
	h := staff.NewHasher(staff.DefaultCost(), 1, rand.Reader)
	ctx, cancel := context.WithTimeout(t.Context(), time.Microsecond)
	defer cancel()
	<-ctx.Done()
	errs := make(chan error, 20)
	for range cap(errs) {
		go func() {
			_, err := h.Hash(ctx, "x")
			errs <- err
		}()
	}
	refused := 0
	for range cap(errs) {
		if fault.Is(<-errs, fault.Unavailable) {
			refused++
		}
	}
	if refused == 0 {
		t.Error("nobody was told to come back later")
	}
}

func TestLockoutDoublesAndForgets(t *testing.T) {
	l := staff.Lockout{Free: 2, First: time.Minute, Most: 5 * time.Minute, Forget: time.Hour}
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var tally staff.Tally
	for i, want := range []time.Duration{0, time.Minute, 2 * time.Minute, 4 * time.Minute, 5 * time.Minute, 5 * time.Minute} {
		tally = l.Failed(tally, now)
		if got := l.Wait(tally, now); got != want {
			t.Errorf("after %d failures: wait %v, want %v", i+1, got, want)
		}
		if l.Wait(tally, now.Add(want)) != 0 {
			t.Errorf("after %d failures: still waiting at the end", i+1)
		}
	}
	if l.Wait(staff.Tally{Count: 1 << 40, Last: now}, now) != l.Most {
		t.Error("a huge tally overflows")
	}
	if l.Wait(tally, now.Add(time.Hour)) != 0 || l.Failed(tally, now.Add(time.Hour)).Count != 1 {
		t.Error("an old tally is not forgotten")
	}
}

func BenchmarkHash(b *testing.B) {
	h := staff.NewHasher(staff.DefaultCost(), 1, rand.Reader)
	for b.Loop() {
		_, _ = h.Hash(b.Context(), "correct horse battery")
	}
}
