package expression

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/internal/testkit"
)

// letters are few, so that made expressions match made texts; among them are
// those that fold to others, end lines and words, and are no ASCII.
var letters = []string{"a", "b", "c", "k", "s", "A", "K", "1", "2", "_", " ", "\n", ",", "é", "ſ", "\u212a", "Ａ", "好", "的", "一", "😀", "\ufffd"}

// A maker makes expressions and texts.
type maker struct {
	*rand.Rand
	own []string // the letters of this set
}

func (m *maker) pick(list ...string) string { return list[m.IntN(len(list))] }

func (m *maker) letter() string { return regexp.QuoteMeta(m.pick(m.own...)) }

// expression makes a pattern in the syntax of package regexp.
func (m *maker) expression() string {
	p := m.either(3)
	switch m.IntN(12) {
	case 0:
		p = "(?i)" + p
	case 1:
		p = "(?m)" + p
	case 2:
		p = "(?s)" + p
	case 3:
		p = "(?U)" + p
	}
	return p
}

func (m *maker) either(depth int) string {
	parts := []string{m.sequence(depth)}
	for m.IntN(4) == 0 {
		parts = append(parts, m.sequence(depth))
	}
	return strings.Join(parts, "|")
}

func (m *maker) sequence(depth int) string {
	var b strings.Builder
	for range 1 + m.IntN(4) {
		b.WriteString(m.part(depth))
	}
	return b.String()
}

func (m *maker) part(depth int) string {
	switch m.IntN(14) {
	case 0:
		return m.pick("^", "$", `\A`, `\z`, `\b`, `\B`, "(?m:^)", "(?m:$)")
	case 1, 2:
		return m.class() + m.times()
	case 3, 4, 5:
		if depth > 0 {
			return m.pick("(", "(", "(?:", "(?i:", "(?s-i:") + m.either(depth-1) + ")" + m.times()
		}
	case 6:
		return m.letter() + m.times()
	}
	return m.letter()
}

func (m *maker) class() string {
	switch m.IntN(4) {
	case 0:
		return m.pick(".", `\d`, `\w`, `\s`, `\D`, `\W`, `\S`, `\p{Han}`, `\pL`, `\PL`, "[[:alpha:]]", "(?s:.)")
	case 1:
		return m.pick("[a-c]", "[^a-c]", "[A-k]", "[好-的]", "[^1-9]", "[^a]", "[^\n好]")
	}
	set := m.letter() + m.letter()
	if m.IntN(3) == 0 {
		set = "^" + set
	}
	return "[" + set + "]"
}

func (m *maker) times() string {
	return m.pick("", "", "", "*", "+", "?", "{2}", "{1,3}", "{0,4}", "{2,}") + m.pick("", "", "?")
}

// text makes a text of the same letters, and now and then of others, damaged,
// or long.
func (m *maker) text() string {
	var b strings.Builder
	long := m.IntN(20)
	if m.IntN(200) == 0 {
		long = 200
	}
	for range long {
		switch m.IntN(60) {
		case 0:
			b.WriteString(m.pick("\xff", "\xe5\xa5", "\xf0\x9f", "\x00", "\ufeff"))
		case 1, 2, 3:
			b.WriteString(m.pick(letters...))
		default:
			b.WriteString(m.pick(m.own...))
		}
	}
	if b.Len() == 0 || m.IntN(20) > 0 {
		return b.String()
	}
	damaged := []byte(b.String())
	damaged[m.IntN(len(damaged))] = byte(m.IntN(256))
	return string(damaged)
}

// folds makes a few characters that are read as others, each once.
func (m *maker) folds() (out []Fold) {
	for _, f := range []Fold{{'A', 'a'}, {'Ａ', 'a'}, {'\u212a', 'k'}, {'é', '好'}, {'一', '1'}, {'b', '的'}} {
		if m.IntN(3) == 0 {
			out = append(out, f)
		}
	}
	return out
}

// A madeSet is expressions compiled together, and by package regexp.
type madeSet struct {
	patterns []string
	folds    []Fold
	set      *Set
	finder   *Finder
	re       []*regexp.Regexp
}

// makeSet makes the set of that number. An expression that package regexp
// refuses, or that may match nothing, is made anew.
func makeSet(t *testing.T, number int) (*maker, *madeSet) {
	m := &maker{Rand: rand.New(rand.NewPCG(1, uint64(number)))}
	for range 3 + m.IntN(5) {
		m.own = append(m.own, m.pick(letters...))
	}
	x := &madeSet{}
	for want := 1 + m.IntN(4); len(x.patterns) < want; {
		p := m.expression()
		re, err := regexp.Compile(p)
		if err != nil || re.MatchString("") {
			continue
		}
		x.patterns, x.re = append(x.patterns, p), append(x.re, re)
	}
	if m.IntN(3) == 0 {
		x.folds = m.folds()
	}
	var err error
	if x.set, err = Compile(x.patterns, []string{m.text()}, x.folds); err != nil {
		t.Fatalf("%q: %v", x.patterns, err)
	}
	x.finder = NewFinder(x.set)
	return m, x
}

// find holds what the set finds in a text to package regexp: the symbols, all
// places, and, when no character is read as another, their parts. It returns
// how many expressions were tried, and how many matches there were.
func (x *madeSet) find(t *testing.T, text string) (tried, matches int) {
	t.Helper()
	read := text
	if len(x.folds) > 0 {
		read = strings.Map(x.fold, text)
	}
	symbols := x.set.Append(nil, text)
	if n := utf8.RuneCountInString(text); len(symbols) != n {
		t.Fatalf("%d symbols for the %d characters of %q", len(symbols), n, text)
	}
	for i, c := range []rune(read) {
		if a := x.set.ASCII(symbols[i]); a != 0 && rune(a) != c {
			t.Fatalf("%q, %q: %q is said to be %q", x.patterns, text, c, a)
		}
	}
	for i, re := range x.re {
		if x.set.MatchesNothing(i) {
			continue
		}
		tried++
		want := re.FindAllStringSubmatchIndex(read, -1)
		from, count, at := 0, 0, 0
		start, end, ok := x.finder.Find(i, symbols, 0, len(symbols))
		for n, w := range want {
			first := count + utf8.RuneCountInString(read[at:w[0]])
			count, at = first+utf8.RuneCountInString(read[w[0]:w[1]]), w[1]
			if !ok || start != first || end != count {
				t.Fatalf("%q (of %q, folds %q) in %q from character %d: found %d to %d (%v), want match %d at %d to %d", x.patterns[i], x.patterns, x.folds, text, from, start, end, ok, n, first, count)
			}
			if len(x.folds) == 0 {
				if got := x.finder.Groups(i, text, w[0], w[1], nil); !slices.Equal(got, w) {
					t.Fatalf("%q in %q: parts %v, want %v", x.patterns[i], text, got, w)
				}
			}
			if s, e, told := x.finder.Find(i, symbols, from, first); s != start || e != end || !told {
				t.Fatalf("%q in %q from character %d: found %d to %d (%v), told that none begins after %d; want %d to %d", x.patterns[i], text, from, s, e, told, first, start, end)
			}
			from = end
			start, end, ok = x.finder.Find(i, symbols, from, len(symbols))
		}
		if ok {
			t.Fatalf("%q (of %q, folds %q) in %q from character %d: found %d to %d, want no more", x.patterns[i], x.patterns, x.folds, text, from, start, end)
		}
		if start, end, ok = x.finder.Find(i, symbols, from, (from+len(symbols))/2); ok {
			t.Fatalf("%q in %q from character %d: found %d to %d, told that there is none", x.patterns[i], text, from, start, end)
		}
		matches += len(want)
	}
	return tried, matches
}

func (x *madeSet) fold(c rune) rune {
	for _, f := range x.folds {
		if c == f.From {
			return f.To
		}
	}
	return c
}

// findFrom holds a search that begins inside a text to package regexp, which
// is made to pass the characters before it.
func (x *madeSet) findFrom(t *testing.T, i, from int, text string) {
	t.Helper()
	re := regexp.MustCompile(fmt.Sprintf(`\A(?s:.{%d}.*?)(%s)`, from, x.patterns[i]))
	start, end, ok := x.finder.Find(i, x.set.Append(nil, text), from, len(text))
	want := re.FindStringSubmatchIndex(text)
	if ok != (want != nil) || ok && (start != utf8.RuneCountInString(text[:want[2]]) || end != utf8.RuneCountInString(text[:want[3]])) {
		t.Fatalf("%q in %q from character %d: found %d to %d (%v), want %v", x.patterns[i], text, from, start, end, ok, want)
	}
}

// TestMadeExpressionsFindWhatRegexpFinds tries made sets on made texts; an
// execution is an expression and a text.
func TestMadeExpressionsFindWhatRegexpFinds(t *testing.T) {
	const texts = 60 // of a set
	executions := testkit.Executions(t, 1_000_000)
	done, matches, all, empty := 0, 0, 0, 0
	for number := 0; done < executions; number++ {
		m, x := makeSet(t, number)
		for range texts {
			text := m.text()
			tried, found := x.find(t, text)
			done, matches = done+tried, matches+found
			i := m.IntN(len(x.patterns))
			if m.IntN(8) == 0 && len(x.folds) == 0 && !x.set.MatchesNothing(i) {
				x.findFrom(t, i, m.IntN(utf8.RuneCountInString(text)+1), text)
			}
			if p := x.finder.pairs[i]; m.IntN(500) == 0 && p.forward != nil {
				p.forward.forget()
				p.backward.forget()
			}
		}
		for i := range x.patterns {
			all++
			if x.set.MatchesNothing(i) {
				empty++
			}
		}
	}
	t.Logf("%d executions with %d matches; %d of %d expressions may match nothing and were not tried", done, matches, empty, all)
	if done > 1000 && (matches < done/4 || empty > all/10) {
		t.Error("the campaign proves little")
	}
}
