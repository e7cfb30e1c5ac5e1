package skill

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 123456000, time.UTC)

func sample() Content {
	return Content{
		Of:     start.Add(-time.Hour),
		Source: Source{Key: "result:1", Conversation: "C1", Result: "R1", Scorecard: "general", Version: "3"},
		Marks:  []Mark{{"empathy", 80, 100}, {"bearing", 0, 1}},
		Text:   map[string]string{"zh": "先听完，再回应。", "en": "Listened first.", "fr": ""},
	}
}

// TestFormsNeverChange holds the canonical forms to bytes written down once:
// an archive must verify under every later version of the program.
func TestFormsNeverChange(t *testing.T) {
	content := sample().settled()
	sealed, key, err := seal(Sealed{ID: "01KAJ3X8W00000000000000000", Person: "P1", Seq: 2, Kind: Marked, At: start, By: "E1", Names: 0, Prev: [32]byte{1}},
		content, bytes.NewReader(bytes.Repeat([]byte{7}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	h := headOf(sealed, Head{N: 4, Person: "P0"}, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32)))
	text, _ := h.MarshalText()
	for name, c := range map[string][2]string{
		"content": {hex.EncodeToString(content.encode()), wantContent},
		"lock":    {hex.EncodeToString(sealed.Lock[:]), wantLock},
		"entry":   {hex.EncodeToString(sealed.Hash[:]), wantEntry},
		"head":    {string(text), wantHead},
	} {
		if c[0] != c[1] {
			t.Errorf("%s:\n got %s\nwant %s", name, c[0], c[1])
		}
	}
	got, err := sealed.open(key)
	if diff := cmp.Diff(content, got.Content); diff != "" || err != nil {
		t.Errorf("%s (%v)", diff, err)
	}
}

func TestHeadsAsText(t *testing.T) {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32))
	h := headOf(Sealed{Person: "P1", Seq: 2, Kind: Marked, At: start}, Head{}, private)
	text, err := h.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	var back Head
	if err := back.UnmarshalText(text); err != nil || back != h {
		t.Errorf("%+v (%v)", back, err)
	}
	mine := []ed25519.PublicKey{private.Public().(ed25519.PublicKey)}
	if !back.SignedBy(mine) || back.SignedBy(nil) || back.SignedBy([]ed25519.PublicKey{{1}}) {
		t.Error("the signature is not judged by the key")
	}
	back.At = back.At.Add(time.Microsecond)
	if back.SignedBy(mine) {
		t.Error("another time has the same signature")
	}
	for _, bad := range []string{"", "h1.", "h2." + string(text[3:]), string(text) + "AA", string(text[:len(text)-2]), string(text) + "\n", strings.ToUpper(string(text))} {
		if err := back.UnmarshalText([]byte(bad)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzDecodeContent(f *testing.F) {
	f.Add(sample().settled().encode())
	f.Add(Content{}.encode())
	f.Add([]byte{0, 0, 0, 255})
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := decodeContent(b)
		if err != nil {
			return
		}
		if !bytes.Equal(c.encode(), b) {
			t.Errorf("%x has a second form %x", b, c.encode())
		}
		if diff := cmp.Diff(c, c.settled()); diff != "" {
			t.Errorf("read what is not settled\n%s", diff)
		}
	})
}

func FuzzReadHead(f *testing.F) {
	f.Add(wantHead)
	f.Add("h1.")
	f.Fuzz(func(t *testing.T, s string) {
		h, ok := readHead(s)
		if !ok {
			return
		}
		if text, err := h.MarshalText(); err != nil || string(text) != s {
			t.Errorf("%q has a second form %q (%v)", s, text, err)
		}
	})
}

func TestOpenRefusesWhatWasNotSealed(t *testing.T) {
	sealed, key, err := seal(Sealed{ID: "E1", Person: "P1", Seq: 1, Kind: Opened, At: start}, Content{}, bytes.NewReader(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(s *Sealed, k *Key){
		"key": func(_ *Sealed, k *Key) { k.Key[0]++ }, "source": func(_ *Sealed, k *Key) { k.Source = "x" }, "no source": func(_ *Sealed, k *Key) { k.Source = "" },
		"box": func(s *Sealed, _ *Key) { s.Box = []byte{1} }, "no box": func(s *Sealed, _ *Key) { s.Box = nil }, "seq": func(s *Sealed, _ *Key) { s.Seq++ },
		"key and lock": func(s *Sealed, k *Key) { k.Key[0]++; s.Lock = lockOf(k.Key) },
	} {
		s, k := sealed, key
		change(&s, &k)
		if _, err := s.open(k); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if e, err := sealed.open(Key{}); err != nil || !e.Gone {
		t.Errorf("without a key: %+v (%v)", e, err)
	}
}

func TestWilson(t *testing.T) {
	for _, c := range []struct{ p, n, low, high float64 }{
		{19.0 / 20, 20, .7639, .9911}, {1, 5, .5655, 1}, {0, 5, 0, .4345}, {.5, 10, .2366, .7634},
	} {
		low, high := wilson(c.p, c.n)
		if math.Abs(low-c.low) > .00005 || math.Abs(high-c.high) > .00005 {
			t.Errorf("p %v n %v: [%v, %v], want [%v, %v]", c.p, c.n, low, high, c.low, c.high)
		}
	}
}

func marks(age time.Duration, points ...int64) []Entry {
	var out []Entry
	for i, p := range points {
		out = append(out, Entry{Seq: int64(i + 1), Kind: Marked, At: start.Add(-age), Content: Content{Marks: []Mark{{"empathy", p, 100}}}})
	}
	return out
}

func TestEstimates(t *testing.T) {
	all := func(n int, points int64) (out []int64) {
		for range n {
			out = append(out, points)
		}
		return out
	}
	for name, c := range map[string]struct {
		entries []Entry
		want    Estimate
	}{
		"nineteen of twenty":    {marks(0, append(all(19, 100), 0)...), Estimate{Mean: 950, Low: 763, High: 992, N: 20}},
		"one mark":              {marks(0, 80), Estimate{Mean: 800, Low: 133, High: 991, N: 1}},
		"age changes no single": {marks(DefaultHalfLife, 80), Estimate{Mean: 800, Low: 133, High: 991, N: 1}},
		"all full":              {marks(0, all(5, 100)...), Estimate{Mean: 1000, Low: 565, High: 1000, N: 5}},
		"all nothing":           {marks(0, all(5, 0)...), Estimate{Mean: 0, Low: 0, High: 435, N: 5}},
		// Weights 1 and ½: mean ⅔, as good as (1.5²)/(1.25) = 1.8 marks.
		"an older failure": {append(marks(DefaultHalfLife, 0), marks(0, 100)...), Estimate{Mean: 667, Low: 147, High: 959, N: 2}},
	} {
		got := Estimates(c.entries, start, DefaultHalfLife)
		if got["empathy"] != c.want || len(got) != 1 {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	if got := Estimates(marks(21*DefaultHalfLife, 80), start, DefaultHalfLife); len(got) != 0 {
		t.Errorf("what is twenty half-lives old still counts: %v", got)
	}
	if got := Estimates([]Entry{{Kind: Opened}, {Kind: Marked, Gone: true}}, start, 0); len(got) != 0 {
		t.Errorf("estimates of nothing: %v", got)
	}
}

func TestWeightsHalve(t *testing.T) {
	h := 90 * 24 * time.Hour
	for n := range 20 {
		if got := weight(time.Duration(n)*h, h); got != one>>n {
			t.Errorf("after %d half-lives %d, want %d", n, got, one>>n)
		}
	}
	last := int64(math.MaxInt64)
	for age := -h; age < 25*h; age += 7 * time.Hour {
		w := weight(age, h)
		if w > last || w < 0 || w > one {
			t.Fatalf("at %v the weight is %d after %d", age, w, last)
		}
		last = w
	}
}

// TestTheBandHoldsTheMean checks on many marks that low ≤ mean ≤ high and that
// the band narrows with more of the same.
func TestTheBandHoldsTheMean(t *testing.T) {
	for points := int64(0); points <= 100; points += 5 {
		width := 1001
		for _, n := range []int{1, 2, 5, 20, 100, 1000} {
			var es []Entry
			for range n {
				es = append(es, marks(0, points)...)
			}
			e := Estimates(es, start, DefaultHalfLife)["empathy"]
			if e.Low > e.Mean || e.Mean > e.High || e.High-e.Low > width || e.N != n {
				t.Errorf("%d marks of %d: %+v after a width of %d", n, points, e, width)
			}
			width = e.High - e.Low
		}
	}
}

func TestCurrentPutsCorrectionsInPlace(t *testing.T) {
	entry := func(seq int64, k Kind, names int64, text string) Entry {
		return Entry{ID: id.Entry(text), Seq: seq, Kind: k, Names: names, At: start.Add(time.Duration(seq) * time.Hour), Content: Content{Text: map[string]string{"zh": text}}}
	}
	got := Current([]Entry{entry(1, Opened, 0, ""), entry(2, Marked, 0, "a"), entry(3, Note, 0, "b"), entry(4, Correction, 2, "a2"),
		entry(5, Correction, 4, "a3"), entry(6, Correction, 3, "b2"), entry(7, Correction, 99, "lost")})
	var said []string
	for _, e := range got {
		said = append(said, e.Text["zh"])
	}
	if diff := cmp.Diff([]string{"", "a3", "b2"}, said); diff != "" {
		t.Error(diff)
	}
	if !got[1].moment().Equal(start.Add(2 * time.Hour)) {
		t.Errorf("a correction moved the time of what it corrects to %v", got[1].moment())
	}
}

const (
	wantContent = "000000166c69616e78692e736b696c6c2e636f6e74656e742e3100064c05f939c24000000008726573756c743a310000000243310000000252310000000767656e6572616c000000013300000000000000020000000762656172696e670000000000000000000000000000000100000007656d706174687900000000000000500000000000000064000000000000000200000002656e0000000f4c697374656e65642066697273742e000000027a6800000018e58588e590ace5ae8cefbc8ce5868de59b9ee5ba94e38082"
	wantLock    = "b33b274db2866297d7484a130cd857d48b7adf12479088ad19f7f9e8825e65aa"
	wantEntry   = "6693a774d982d7087e76f27283bb0bc5da26c5958aa05a81a2de500c387515cd"
	wantHead    = "h1.AAAAE2xpYW54aS5za2lsbC5oZWFkLjEAAAAAAAAABQAAAAJQMQAAAAAAAAACAAAABG1hcmsAAAAgZpOndNmC1wh-dvJyg7sLxdomxZWKoFqBot5QDDh1Fc0ABkwGz81mQAAAACAVTNsvkQ_0rXRoCAZAXFZSxXUNWmZbz-JQ8Z8dm_WlFwAAAAjbwpglHFEyG60UW_RgDWzbtUi6uaAG-AtKSH2Rs_v0eeBQIBNoAznUeiHhK5cDw76qdLF_9FrSEpWd5PzmO-rcX0C5RjjMKgU"
)
