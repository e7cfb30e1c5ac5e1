package language

import "strings"

// A page holds short texts that are made one after the other, so that a few
// hundred of them cost one piece of memory. It stays as long as any of them.
type page struct{ text strings.Builder }

// pageSize is how many bytes a page has.
const pageSize = 4 << 10

// write returns b as a text.
func (p *page) write(b []byte) string {
	from := p.text.Len()
	if p.text.Cap()-from < len(b) {
		p.text, from = strings.Builder{}, 0
		p.text.Grow(max(pageSize, len(b)))
	}
	p.text.Write(b)
	return p.text.String()[from:]
}
