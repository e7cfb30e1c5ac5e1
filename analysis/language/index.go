package language

import (
	"github.com/lianxi-cc/lianxi/conversation"
)

// An index finds the wordings that may match a text, and where: a tree of
// runs of tokens, walked from every token of the text.
type index struct {
	top     []treeNode      // by symbol
	pairs   [1 << 11]uint64 // a bit for each hash of two symbols with a node
	edges   []treeEdge      // an open hash table, by where an edge comes from and its symbol
	entries []entry
	reach   int // the most tokens that an entry goes back
}

// A treeNode is a place in the tree: the entries of the run that leads here, and whether
// longer runs go on from it.
type treeNode struct{ first, size uint32 }

// innerNode is a bit of a node's size.
const innerNode = 1 << 31

// count is how many entries the node has.
func (n treeNode) count() uint32 { return n.size &^ innerNode }

// inner reports whether longer runs go on from it.
func (n treeNode) inner() bool { return n.size&innerNode != 0 }

// A treeEdge leads on from a node. Its own number is that of the node it leads
// to; a node after the root has the number of its symbol less maxSymbols.
type treeEdge struct {
	from     int32
	sym      uint16
	treeNode // never without size
}

// An entry is a wording to try where its run stands: min to max tokens before.
// With max 0 the run begins the match, and the program goes on from what skip
// of its tokens decide.
type entry struct {
	wording  int32
	program  program
	skip     uint8
	mark     uint8 // what must be marked of the token it begins with
	around   bool  // tried there whatever token it begins with, and only until it matches
	min, max uint16
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
}

// edge is a node and the symbol by which another follows it; 0 is the root.
type edge struct {
	from int32
	sym  uint16
}

func newIndexing() *indexing {
	return &indexing{children: map[edge]int32{}, nodes: []edge{{}}, lists: [][]entry{nil}}
}

// add hangs e at the end of run.
func (b *indexing) add(run []uint16, e entry) {
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

// seal makes the index of what was added.
func (b *indexing) seal(symbols int) *index {
	x := &index{top: make([]treeNode, symbols)}
	size := 16
	for size*3 < 4*len(b.nodes) {
		size *= 2
	}
	x.edges = make([]treeEdge, size)
	sizes := make([]uint32, len(b.nodes))
	for n, e := range b.nodes[1:] {
		sizes[n+1] |= uint32(len(b.lists[n+1]))
		sizes[e.from] |= innerNode
	}
	numbers := make([]int32, len(b.nodes)) // of the nodes, in the index
	for n, e := range b.nodes {
		if n == 0 {
			continue // no run is empty
		}
		here := treeNode{uint32(len(x.entries)), sizes[n]}
		x.entries = append(x.entries, b.lists[n]...)
		if e.from == 0 {
			x.top[e.sym], numbers[n] = here, topNumber(e.sym)
			continue
		}
		if up := b.nodes[e.from]; up.from == 0 {
			h := pairBit(up.sym, e.sym)
			x.pairs[h>>6] |= 1 << (h & 63)
		}
		numbers[n] = x.enter(treeEdge{numbers[e.from], e.sym, here})
	}
	for i := range x.entries {
		x.reach = max(x.reach, int(x.entries[i].max))
	}
	return x
}

// topNumber is the number of a node after the root.
func topNumber(sym uint16) int32 { return int32(sym) - maxSymbols }

// enter puts an edge into the table and returns its number.
func (x *index) enter(e treeEdge) int32 {
	at := x.edgeAt(e.from, e.sym)
	for x.edges[at].size != 0 {
		at = (at + 1) & (len(x.edges) - 1)
	}
	x.edges[at] = e
	return int32(at)
}

// edgeAt is where to begin to look for an edge.
func (x *index) edgeAt(from int32, sym uint16) int {
	return int((uint64(uint32(from))<<16 | uint64(sym)) * 0x9E3779B97F4A7C15 >> 40 & uint64(len(x.edges)-1))
}

// child returns the number of the node after another by sym, -1 when there is
// none.
func (x *index) child(from int32, sym uint16) int {
	for at := x.edgeAt(from, sym); ; at = (at + 1) & (len(x.edges) - 1) {
		e := &x.edges[at]
		if e.size == 0 {
			return -1
		}
		if e.from == from && e.sym == sym {
			return at
		}
	}
}

// follows reports whether b may follow a; it says no quickly.
func (x *index) follows(a, b uint16) bool {
	h := pairBit(a, b)
	return x.pairs[h>>6]>>(h&63)&1 != 0
}
