package language

import (
	"github.com/lianxi-cc/lianxi/conversation"
)

// An index finds the wordings that may match a text, and where: a tree of
// runs of tokens, walked from every token of the text.
type index struct {
	root    []int32         // by symbol: the node after it; 0: none
	pairs   [1 << 11]uint64 // a bit for each hash of two symbols with a node
	keys    []uint64        // of an open hash table: node and symbol
	next    []int32
	nodes   []treeNode
	entries []entry
	reach   int // the most tokens that an entry goes back
}

// treeNode is a place in the tree: the entries of the run that leads here, and
// whether longer runs go on from it.
type treeNode struct {
	first, count int32
	inner        bool
}

// An entry is a wording to try where its run stands: min to max tokens before.
type entry struct {
	wording  int32
	min, max uint16
	mark     uint8     // what must be marked of the token it begins with
	around   bool      // tried there whatever token it begins with, and only until it matches
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
	children map[uint64]int32
	lists    [][]entry // by node
}

func newIndexing() *indexing { return &indexing{children: map[uint64]int32{}, lists: [][]entry{nil}} }

// add hangs e at the end of run.
func (b *indexing) add(run []uint16, e entry) {
	at := int32(0)
	for _, sym := range run {
		key := edge(at, sym)
		next, ok := b.children[key]
		if !ok {
			next = int32(len(b.lists))
			b.lists = append(b.lists, nil)
			b.children[key] = next
		}
		at = next
	}
	b.lists[at] = append(b.lists[at], e)
}

func edge(node int32, sym uint16) uint64 { return uint64(node)<<16 | uint64(sym) }

// hashEdge spreads an edge over 64 bits; the upper ones are the best.
func hashEdge(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 }

// pairBit is the place of two symbols in the bits of the index.
func pairBit(a, b uint16) uint32 { return (uint32(a)<<16 | uint32(b)) * 0x9E3779B1 >> 15 }

// seal makes the index of what was added.
func (b *indexing) seal(symbols int) *index {
	x := &index{root: make([]int32, symbols), nodes: make([]treeNode, len(b.lists))}
	size := 16
	for size < 2*len(b.children) {
		size *= 2
	}
	x.keys, x.next = make([]uint64, size), make([]int32, size)
	last := make([]uint16, len(b.lists)) // the symbol that leads to a node
	for key, node := range b.children {
		last[node] = uint16(key)
	}
	for key, node := range b.children {
		parent := int32(key >> 16)
		x.nodes[parent].inner = true
		if parent == 0 {
			x.root[uint16(key)] = node
			continue
		}
		if x.isTop(b, parent, last[parent]) {
			h := pairBit(last[parent], uint16(key))
			x.pairs[h>>6] |= 1 << (h & 63)
		}
		at := hashEdge(key) >> 32 & uint64(size-1)
		for x.next[at] != 0 {
			at = (at + 1) & uint64(size-1)
		}
		x.keys[at], x.next[at] = key, node
	}
	for node, list := range b.lists {
		x.nodes[node].first, x.nodes[node].count = int32(len(x.entries)), int32(len(list))
		x.entries = append(x.entries, list...)
		for _, e := range list {
			x.reach = max(x.reach, int(e.max))
		}
	}
	return x
}

// isTop reports whether node follows the root by sym.
func (x *index) isTop(b *indexing, node int32, sym uint16) bool {
	return b.children[edge(0, sym)] == node
}

// child returns the node after node by sym, 0 when there is none.
func (x *index) child(node int32, sym uint16) int32 {
	key := edge(node, sym)
	mask := uint64(len(x.keys) - 1)
	for at := hashEdge(key) >> 32 & mask; x.next[at] != 0; at = (at + 1) & mask {
		if x.keys[at] == key {
			return x.next[at]
		}
	}
	return 0
}

// follows reports whether b may follow a; it says no quickly.
func (x *index) follows(a, b uint16) bool {
	h := pairBit(a, b)
	return x.pairs[h>>6]>>(h&63)&1 != 0
}
