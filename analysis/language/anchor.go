package language

// An anchor is a short run of tokens that every match of a pattern must
// contain. A pattern that can begin with anything is tried around its anchors.
type anchor struct {
	ids      []uint32 // one or two tokens
	min, max int      // tokens from the start of a match to the anchor
}

// anchorsOf returns the best set of anchors of n: each match contains one of
// them. It is nil when the pattern holds no word at all.
func anchorsOf(n *node) []anchor {
	var best []anchor
	try := func(set []anchor) {
		if set != nil && (best == nil || worth(set) > worth(best)) {
			best = set
		}
	}
	switch n.op {
	case opToken:
		return []anchor{{ids: []uint32{n.id}}}
	case opAlt:
		for _, k := range n.kids {
			set := anchorsOf(k)
			if set == nil {
				return nil
			}
			best = append(best, set...)
		}
	case opSeq:
		kids := flat(n.kids)
		least, most := 0, 0
		for i, k := range kids {
			if k.op == opToken && i+1 < len(kids) && kids[i+1].op == opToken {
				try([]anchor{{ids: []uint32{k.id, kids[i+1].id}, min: least, max: most}})
			} else {
				try(shift(anchorsOf(k), least, most))
			}
			a, b := k.width()
			least, most = least+a, most+b
		}
	}
	return best
}

// flat opens sequences inside a sequence.
func flat(kids []*node) []*node {
	var out []*node
	for _, k := range kids {
		if k.op == opSeq {
			out = append(out, flat(k.kids)...)
		} else {
			out = append(out, k)
		}
	}
	return out
}

func shift(set []anchor, least, most int) []anchor {
	for i := range set {
		set[i].min += least
		set[i].max += most
	}
	return set
}

// worth ranks sets of anchors: pairs before single tokens, then few, then
// near the start.
func worth(set []anchor) int {
	w, spread := 1<<20, 0
	for _, a := range set {
		if len(a.ids) < 2 {
			w = 1 << 10
		}
		spread += a.max - a.min
	}
	return w - len(set)*16 - spread
}
