package language

import (
	"slices"

	"github.com/lianxi-cc/lianxi/conversation"
)

// An index finds the wordings that may match a text, and where: a tree of
// runs of tokens, walked from every token of the text. Below its top it lies in
// the code: parts that are alike lie there once.
type index struct {
	top   []topNode       // by symbol; empty when nothing was added
	pairs [1 << 11]uint64 // a bit for each hash of two symbols with a node
	reach int             // the most tokens that an entry goes back
}

// A topNode is the place of the entries of a run of one token, and that of its
// node, if longer runs go on from it; 0 is none. In the code a node is the place
// of its entries and then the choice of the node after it, or iMatch where no
// run goes on.
type topNode struct{ entries, node uint32 }

// An entry is a wording to try where its run stands. Where the run begins the
// match, the program goes on from what skip of its tokens decide. In the code
// it takes entrySize words; the entries of a node lie behind their number.
type entry struct {
	wording int32
	program program
	terms   uint32 // on which it is tried: a place in the terms of the voice
	skip    uint8
}

// entrySize is how many words an entry takes; skipBits how many bits of the
// last one say what is skipped.
const (
	entrySize = 3
	skipBits  = 2
)

// words returns the entry as it lies in the code.
func (e *entry) words() [entrySize]uint32 {
	return [entrySize]uint32{uint32(e.wording), uint32(e.program), e.terms<<skipBits | uint32(e.skip)}
}

// entryAt returns the entry at a place of the code.
func (c *code) entryAt(at uint32) entry {
	w := c.words[at : at+entrySize]
	return entry{int32(w[0]), program(w[1]), w[2] >> skipBits, uint8(w[2] & (1<<skipBits - 1))}
}

// terms say when a wording is tried where its run stands: min to max tokens
// before; with max 0 the run begins the match. Few differ, so they lie together.
type terms struct {
	mark     uint8 // what must be marked of the token it begins with
	around   bool  // tried there whatever token it begins with, and only until it matches
	min, max uint16
	act      actNumber // that it speaks for; noAct when it is tried in any case
	contacts uint16    // the channels and directions that the rule is for
	needs    [2]uint16 // sets that must be in the text; 0 is none
}

// contactOf returns the bit of a channel and a direction.
func contactOf(c conversation.Channel, d conversation.Direction) uint16 {
	bit := 0
	switch c {
	case conversation.Phone:
		bit = 1
	case conversation.Chat:
		bit = 2
	}
	switch d {
	case conversation.Inbound:
		bit += 3
	case conversation.Outbound:
		bit += 6
	}
	return 1 << bit
}

// anyContact is every channel and direction.
const anyContact = 1<<9 - 1

// contacts returns the bits of all contacts that the rule is for.
func (r *rule) contacts() uint16 {
	bits := uint16(0)
	for _, c := range []conversation.Channel{"", conversation.Phone, conversation.Chat} {
		for _, d := range []conversation.Direction{"", conversation.Inbound, conversation.Outbound} {
			if (r.channel == "" || r.channel == c) && (r.direction == "" || r.direction == d) {
				bits |= contactOf(c, d)
			}
		}
	}
	return bits
}

// indexing builds an index.
type indexing struct {
	children map[edge]int32
	nodes    []edge // by node: the edge that leads there; parents stand before their children
	lists    [][]entry
	reach    int
}

// edge is a node and the symbol by which another follows it; 0 is the root.
type edge struct {
	from int32
	sym  uint16
}

func newIndexing() *indexing {
	return &indexing{children: map[edge]int32{}, nodes: []edge{{}}, lists: [][]entry{nil}}
}

// add hangs e, which goes back so many tokens, at the end of run.
func (b *indexing) add(run []uint16, e entry, back uint16) {
	b.reach = max(b.reach, int(back))
	at := int32(0)
	for _, sym := range run {
		key := edge{at, sym}
		next, ok := b.children[key]
		if !ok {
			next = int32(len(b.nodes))
			b.nodes, b.lists = append(b.nodes, key), append(b.lists, nil)
			b.children[key] = next
		}
		at = next
	}
	b.lists[at] = append(b.lists[at], e)
}

// pairBit is the place of two symbols in the bits of the index.
func pairBit(a, b uint16) uint32 { return (uint32(a)<<16 | uint32(b)) * 0x9E3779B1 >> 15 }

// seal makes the index of what was added, children before their parents, and
// puts what is below its top into c.
func (b *indexing) seal(c *code, symbols int) *index {
	if len(b.nodes) == 1 {
		return &index{}
	}
	x := &index{top: make([]topNode, symbols), reach: b.reach}
	type child struct {
		sym  uint16
		node uint32
	}
	children := make([][]child, len(b.nodes))
	for n := len(b.nodes) - 1; n > 0; n-- { // no run is empty
		e, entries := b.nodes[n], uint32(0)
		if list := b.lists[n]; len(list) > 0 {
			words := []uint32{uint32(len(list))}
			for i := range list {
				w := list[i].words()
				words = append(words, w[:]...)
			}
			entries = uint32(c.emit(words...))
		}
		slices.SortFunc(children[n], func(a, b child) int { return int(a.sym) - int(b.sym) })
		var syms []uint16
		var nodes []uint32
		for _, k := range children[n] {
			syms, nodes = append(syms, k.sym), append(nodes, k.node)
		}
		node, inner := uint32(0), len(syms) > 0
		switch {
		case inner:
			node = uint32(c.emit(append([]uint32{entries}, c.choice(syms, nodes, nil)...)...))
		case e.from != 0:
			node = uint32(c.emit(entries, instr(iMatch, 0, 0)))
		}
		if e.from == 0 {
			x.top[e.sym] = topNode{entries, node}
			continue
		}
		children[e.from] = append(children[e.from], child{e.sym, node})
		if up := b.nodes[e.from]; up.from == 0 {
			h := pairBit(up.sym, e.sym)
			x.pairs[h>>6] |= 1 << (h & 63)
		}
	}
	return x
}

// follows reports whether b may follow a; it says no quickly.
func (x *index) follows(a, b uint16) bool {
	h := pairBit(a, b)
	return x.pairs[h>>6]>>(h&63)&1 != 0
}
