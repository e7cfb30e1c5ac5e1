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

// Find returns the leftmost match of expression i in text that begins at from
// or later and holds a character, preferring among those that begin there what
// regexp prefers. Characters before from count as what stands before it.
func (f *Finder) Find(i int, text []Symbol, from int) (start, end int, ok bool) {
	p := &f.pairs[i]
	if p.forward == nil {
		p.forward = newAutomaton(f.set.expressions[i], false)
		p.backward = newAutomaton(f.set.expressions[i], true)
	}
	if end = p.forward.end(text, from); end < 0 {
		return 0, 0, false
	}
	return p.backward.begins(text, from, end), end, true
}

// end returns where the leftmost match ends that begins at from or later, or
// -1.
func (a *automaton) end(text []Symbol, from int) int {
	found := -1
	b := nothingBefore
	if from > 0 {
		b = a.e.after(text[from-1])
	}
	s, classes, width := a.start(b), a.e.classes, a.width
	for i := from; i < len(text); i++ {
		class := int(classes[text[i]])
		t := a.next[int(s)*width+class]
		if t == 0 {
			t = a.step(s, class)
		}
		if t&matching != 0 {
			found = i
		}
		if s = t &^ matching; s == dead {
			return found
		}
	}
	t := a.next[int(s)*width+width-1]
	if t == 0 {
		t = a.step(s, width-1)
	}
	if t&matching != 0 {
		found = len(text)
	}
	return found
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
