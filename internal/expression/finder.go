package expression

// Finder finds the expressions of a set, for one goroutine. Once the texts
// bring nothing new it does not allocate.
type Finder struct {
	set    *Set
	pairs  []pair
	groups []groups
}

// pair is both automata of an expression, made when first used.
type pair struct{ forward, backward *automaton }

// NewFinder returns a Finder for the expressions of s.
func NewFinder(s *Set) *Finder {
	return &Finder{set: s, pairs: make([]pair, len(s.expressions)), groups: make([]groups, len(s.expressions))}
}

// Find returns the leftmost match of expression i in text that begins from
// from to last and holds a character, preferring among those that begin there
// what regexp prefers. Characters before from count as what stands before it.
// The caller knows that no match begins after last; it may be beyond the end.
func (f *Finder) Find(i int, text []Symbol, from, last int) (start, end int, ok bool) {
	p := &f.pairs[i]
	if p.forward == nil {
		p.forward = newAutomaton(f.set.expressions[i], false)
		p.backward = newAutomaton(f.set.expressions[i], true)
	}
	if end = p.forward.end(text, from, last); end < 0 {
		return 0, 0, false
	}
	return p.backward.begins(text, from, end), end, true
}

// end returns where the leftmost match ends that begins from from to last, or
// -1.
func (a *automaton) end(text []Symbol, from, last int) int {
	b := nothingBefore
	if from > 0 {
		b = a.e.after(text[from-1])
	}
	s, found := a.start(b), -1
	if last+1 < len(text) {
		if s, found = a.run(text, from, last+1, s, found); s != dead {
			s = a.closed(s)
		}
		from = last + 1
	}
	if s, found = a.run(text, from, len(text), s, found); s == dead {
		return found
	}
	t := a.next[int(s)*a.width+a.width-1]
	if t == 0 {
		t = a.step(s, a.width-1)
	}
	if t&matching != 0 {
		found = len(text)
	}
	return found
}

// run reads the symbols of text from from to until, or until nothing can match
// any more, and returns the state and where the last match ended, which was
// found before.
func (a *automaton) run(text []Symbol, from, until int, s uint16, found int) (uint16, int) {
	classes, width := a.e.classes, a.width
	for i := from; i < until && s != dead; i++ {
		class := int(classes[text[i]])
		t := a.next[int(s)*width+class]
		if t == 0 {
			t = a.step(s, class)
		}
		if t&matching != 0 {
			found = i
		}
		s = t &^ matching
	}
	return s, found
}

// begins returns the first place, not before from, where a match begins that
// ends at end. There is one.
func (a *automaton) begins(text []Symbol, from, end int) int {
	found := end
	b := nothingBefore
	if end < len(text) {
		b = a.e.after(text[end])
	}
	s, width := a.start(b), a.width
	for i := end; ; i-- {
		class := width - 1
		if i > 0 {
			class = int(a.e.classes[text[i-1]])
		}
		t := a.next[int(s)*width+class]
		if t == 0 {
			t = a.step(s, class)
		}
		if t&matching != 0 {
			found = i
		}
		if s = t &^ matching; s == dead || i <= from {
			return found
		}
	}
}

// after is what a search finds before it after sym.
func (e *Expression) after(sym Symbol) before {
	switch k := e.kinds[e.classes[sym]]; {
	case k.word:
		return wordBefore
	case k.newline:
		return newlineBefore
	}
	return otherBefore
}
