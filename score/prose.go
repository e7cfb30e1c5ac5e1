package score

import "unsafe"

// prose is memory for the texts that a run makes, used again from conversation
// to conversation: what end gave is overwritten after the next reset. Where a
// text must live on, it is cloned.
type prose struct {
	text []byte
	from int
}

func (p *prose) reset() { p.text = p.text[:0] }

// begin begins a text; what was appended since end is dropped.
func (p *prose) begin() {
	if p.from > len(p.text) {
		p.from = len(p.text)
	}
	p.text = p.text[:p.from]
}

// length is how many bytes the text has that was begun.
func (p *prose) length() int { return len(p.text) - p.from }

// end returns the text that was begun. Its bytes stay where they are, also
// when text grows into other memory, until reset.
func (p *prose) end() string {
	made := p.text[p.from:]
	p.from = len(p.text)
	if len(made) == 0 {
		return ""
	}
	return unsafe.String(&made[0], len(made))
}

// put appends the parts to the text that was begun.
func (p *prose) put(parts ...string) {
	for _, s := range parts {
		p.text = append(p.text, s...)
	}
}

// folded returns s folded; where nothing changes, s itself.
func (p *prose) folded(s string) string {
	if folded(s) {
		return s
	}
	p.begin()
	p.text = appendFolded(p.text, s)
	return p.end()
}
