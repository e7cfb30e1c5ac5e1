package expression

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// found returns all places of expression i, counted in characters.
func found(f *Finder, i int, text []Symbol) (out [][]int) {
	for from := 0; ; {
		start, end, ok := f.Find(i, text, from, len(text))
		if !ok {
			return out
		}
		out, from = append(out, []int{start, end}), end
	}
}

// slowly is found by package regexp.
func slowly(pattern, text string) (out [][]int) {
	for _, m := range regexp.MustCompile(pattern).FindAllStringIndex(text, -1) {
		if m[0] < m[1] {
			out = append(out, []int{utf8.RuneCountInString(text[:m[0]]), utf8.RuneCountInString(text[:m[1]])})
		}
	}
	return out
}

func same(a, b [][]int) bool {
	return slices.EqualFunc(a, b, func(x, y []int) bool { return slices.Equal(x, y) })
}

var samples = []struct{ pattern, text string }{
	{"a", ""},
	{"ab|a|abc", "xabcab"},
	{"(abc|ab)c?", "abcabcc"},
	{`\b(he|she).{0,6}(paid|pays?)\b`, "then he says she pays, he paid"},
	{"(余额|卡里).{0,8}[0-9一二三]+", "您卡里有余额三百二十一元，余额 12"},
	{"^好的?|吗[??]?$", "好的好吗?"},
	{`(?m)^b|a$`, "ba\nba"},
	{`\Bx\B|y\b`, "xxx yyy xy"},
	{"a+?b??c|a+", "aabcaaac"},
	{"(?i)straſse|K", "STRASSE ſtraße k \u212a"},
	{"[^,。]{2,3}", "您好,再见。谢谢您了"},
	{"(^|[^后])好", "好后好不好"},
	{"x.*y|x", "x y x y x"},
	{"(?s).。", "好\n。。"},
	{`\w+@\w+`, "a@b, c@@d e@f"},
	{`a(\b|-)+|b(-|$|\b)*?,`, "a-a--b-,b--"},
	{"您", "\xe6您\xff"},
}

func TestFindsWhatRegexpFinds(t *testing.T) {
	var patterns []string
	for _, s := range samples {
		patterns = append(patterns, s.pattern)
	}
	set, err := Compile(patterns, []string{"请稍等"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := NewFinder(set)
	for i := range patterns {
		for _, s := range samples {
			if got, want := found(f, i, set.Append(nil, s.text)), slowly(patterns[i], s.text); !same(got, want) {
				t.Errorf("%s in %q: %v, want %v", patterns[i], s.text, got, want)
			}
		}
	}
}

func TestCharactersAreReadAsOthers(t *testing.T) {
	set, err := Compile([]string{"a好b"}, nil, []Fold{{'A', 'a'}, {'ａ', 'a'}, {'B', 'b'}})
	if err != nil {
		t.Fatal(err)
	}
	if got := found(NewFinder(set), 0, set.Append(nil, "A好b ａ好B a好c")); !same(got, [][]int{{0, 3}, {4, 7}}) {
		t.Errorf("found %v", got)
	}
}

func TestWordsAreToldApart(t *testing.T) {
	set, err := Compile([]string{"[a-z]+"}, []string{"q好"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text := set.Append(nil, "qr好们")
	if text[0] == text[1] || text[2] == text[3] || set.ASCII(text[0]) != 'q' || set.ASCII(text[1]) != 0 || set.ASCII(text[2]) != 0 {
		t.Errorf("symbols %v", text)
	}
}

func TestForgottenStatesAreMadeAnew(t *testing.T) {
	const pattern = "(a|b).{0,40}(c|d|e)(x|.{2}y)"
	set, err := Compile([]string{pattern}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := NewFinder(set)
	for n := range 400 {
		var b strings.Builder
		for i := range 60 {
			b.WriteByte("abcdexyz--"[(n*7919+i*i*31+i*n)%10])
		}
		if n%50 == 9 {
			f.pairs[0].forward.forget()
		}
		if got, want := found(f, 0, set.Append(nil, b.String())), slowly(pattern, b.String()); !same(got, want) {
			t.Fatalf("%q: %v, want %v", b.String(), got, want)
		}
	}
}

// TestStatesAreForgottenInTheMiddleOfASearch reads a text in which nearly every
// character leads to a new state.
func TestStatesAreForgottenInTheMiddleOfASearch(t *testing.T) {
	const pattern = "a[ab]{18}c|b[ab]{17}d"
	set, err := Compile([]string{pattern}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := NewFinder(set)
	r := rand.New(rand.NewPCG(1, 1))
	text := make([]byte, 300_000)
	for i := range text {
		text[i] = "abababababababababababababababababababcd"[r.IntN(40)]
	}
	if got, want := found(f, 0, set.Append(nil, string(text))), slowly(pattern, string(text)); !same(got, want) {
		t.Errorf("%d matches, want %d", len(got), len(want))
	}
	if n := len(f.pairs[0].forward.next); n > mostTransitions {
		t.Errorf("%d transitions are kept", n)
	}
}

func TestFindingDoesNotAllocate(t *testing.T) {
	set, err := Compile([]string{`\b(he|she).{0,30}(paid|pays?)\b`}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := NewFinder(set)
	text := set.Append(nil, "she says that he never paid, and she pays")
	if n := testing.AllocsPerRun(100, func() {
		for from, ok := 0, true; ok; {
			_, from, ok = f.Find(0, text, from, len(text))
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzFind holds the automata to package regexp.
func FuzzFind(f *testing.F) {
	for _, s := range samples {
		f.Add(s.pattern, s.text)
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 50 || len(text) > 120 {
			return
		}
		if _, err := regexp.Compile(pattern); err != nil {
			return
		}
		set, err := Compile([]string{pattern, "(?i)" + pattern}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		finder := NewFinder(set)
		for i, p := range []string{pattern, "(?i)" + pattern} {
			if set.MatchesNothing(i) {
				continue
			}
			got, want := found(finder, i, set.Append(nil, text)), slowly(p, text)
			if !same(got, want) {
				t.Fatalf("%s in %q: %v, want %v", p, text, got, want)
			}
		}
	})
}

// FuzzGroups holds the parts of matches to package regexp.
func FuzzGroups(f *testing.F) {
	for _, s := range samples {
		f.Add(s.pattern, s.text)
	}
	f.Add("(a|ab)(c|bcd)(d*)", "xabcdabcd")
	f.Add("(?:(x)|y)+(z)?", "xyyzx")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 50 || len(text) > 120 || !utf8.ValidString(text) {
			return
		}
		re, err := regexp.Compile(pattern)
		if err != nil {
			return
		}
		set, err := Compile([]string{pattern}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if set.MatchesNothing(0) {
			return
		}
		finder := NewFinder(set)
		for _, want := range re.FindAllStringSubmatchIndex(text, -1) {
			if got := finder.Groups(0, text, want[0], want[1], nil); !slices.Equal(got, want) {
				t.Fatalf("%s in %q: %v, want %v", pattern, text, got, want)
			}
		}
	})
}

// FuzzAlphabet holds symbols to characters: those of one symbol are in the same
// classes of an expression.
func FuzzAlphabet(f *testing.F) {
	f.Add("[a-c]|(?i)k|\\p{Han}好", "abcK\u212a好坏")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 50 || len(text) > 120 {
			return
		}
		set, err := Compile([]string{pattern}, nil, nil)
		if err != nil {
			return
		}
		symbols := set.Append(nil, text)
		if len(symbols) != utf8.RuneCountInString(text) {
			t.Fatalf("%d symbols for %q", len(symbols), text)
		}
		e := set.expressions[0]
		for i, c := range []rune(text) {
			like := e.kinds[e.classes[symbols[i]]].like
			for k := range e.forward.Inst {
				in := &e.forward.Inst[k]
				if rangesOf(in) != nil && c <= unicode.MaxRune && in.MatchRune(c) != in.MatchRune(like) {
					t.Fatalf("%s: %q is read like %q", pattern, c, like)
				}
			}
		}
	})
}
