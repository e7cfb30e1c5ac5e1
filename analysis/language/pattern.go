package language

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// A node is a parsed pattern. docs/lexicon.md describes the notation.
type node struct {
	op       nodeOp
	id       uint32       // opToken
	kids     []*node      // opSeq, opAlt, opNotAhead, opNotBehind, opOptional (one)
	min, max int          // opGap
	kind     uint16       // opClass: any of these bits
	first    *firstTokens // opAlt; nil until somebody asks
}

type nodeOp uint8

const (
	opToken     nodeOp = iota
	opSeq              // kids one after the other
	opAlt              // one of kids
	opOptional         // kids[0] or nothing
	opGap              // min to max tokens without punctuation
	opWideGap          // the same, over commas
	opClass            // one token of a kind
	opBegin            // the turn begins here
	opStart            // a clause begins here
	opEnd              // a clause ends here, by punctuation or the end
	opLooseEnd         // the same, or a word that begins a clause follows
	opAsk              // the sentence that goes on here ends in a question mark
	opAskEnd           // a question mark stands here, or the turn ends
	opNotAhead         // none of kids follows
	opNotBehind        // none of kids stands directly before
)

// defaultGap is how many tokens a plain ~ may span.
const defaultGap = 6

// maxGap bounds a gap, and with it the work of one match.
const maxGap = 40

// notation says that a pattern cannot be read, and at which of its characters.
type notation struct {
	column int // counts from 0, in code points
	want   string
	read   string
}

func (n *notation) Error() string {
	return fmt.Sprintf("character %d: read %q, expected %s", n.column+1, n.read, n.want)
}

// patternParser reads one pattern.
type patternParser struct {
	s      *speller
	macros map[string]*node
	in     []rune
	at     int
}

// parsePattern reads the notation of a pattern; macros are the named word
// lists it may use.
func parsePattern(s *speller, macros map[string]*node, text string) (*node, *notation) {
	p := patternParser{s: s, macros: macros, in: []rune(strings.TrimSpace(text))}
	n, err := p.alternatives(0)
	if err == nil && p.at < len(p.in) {
		err = p.want("the end of the pattern")
	}
	if err == nil && len(n.kids) == 0 && n.op == opSeq {
		err = p.want("some words")
	}
	return n, err
}

func (p *patternParser) want(what string) *notation {
	read := "" // the end
	if p.at < len(p.in) {
		read = string(p.in[p.at])
	}
	return &notation{column: p.at, want: what, read: read}
}

func (p *patternParser) peek() rune {
	if p.at < len(p.in) {
		return p.in[p.at]
	}
	return 0
}

func (p *patternParser) alternatives(depth int) (*node, *notation) {
	if depth > 20 {
		return nil, p.want("fewer brackets inside each other")
	}
	alt := &node{op: opAlt}
	for {
		seq, err := p.sequence(depth)
		if err != nil {
			return nil, err
		}
		alt.kids = append(alt.kids, seq)
		if p.peek() != '|' {
			break
		}
		p.at++
	}
	if len(alt.kids) == 1 {
		return alt.kids[0], nil
	}
	return alt, nil
}

func (p *patternParser) sequence(depth int) (*node, *notation) {
	seq := &node{op: opSeq}
	for {
		c := p.peek()
		switch {
		case c == 0 || c == '|' || c == ')' || c == ']':
			seq.kids = p.s.respellNodes(seq.kids)
			return seq, nil
		case c == ' ':
			p.at++
		case c == '?':
			if len(seq.kids) == 0 {
				return nil, p.want("something before ?")
			}
			p.at++
			last := len(seq.kids) - 1
			seq.kids[last] = &node{op: opOptional, kids: []*node{seq.kids[last]}}
		default:
			kids, err := p.item(depth)
			if err != nil {
				return nil, err
			}
			seq.kids = append(seq.kids, kids...)
		}
	}
}

// respellNodes applies the spellings to the words of a wording, so that it
// may be written either way.
func (s *speller) respellNodes(kids []*node) []*node {
	var out []*node
	for i := 0; i < len(kids); {
		var run []token
		for _, k := range kids[i:] {
			if k.op != opToken {
				break
			}
			run = append(run, token{id: k.id})
		}
		if len(run) == 0 {
			out = append(out, kids[i])
			i++
			continue
		}
		for _, t := range s.respell(run) {
			out = append(out, &node{op: opToken, id: t.id})
		}
		i += len(run)
	}
	return out
}

// item reads one part of a sequence; a literal word gives one node for each
// of its tokens.
func (p *patternParser) item(depth int) ([]*node, *notation) {
	switch c := p.peek(); c {
	case '(':
		p.at++
		return p.group(depth, ')')
	case '[':
		p.at++
		kids, err := p.group(depth, ']')
		if err != nil {
			return nil, err
		}
		return []*node{{op: opOptional, kids: kids}}, nil
	case '{':
		return p.macro()
	case '<':
		return p.class()
	case '~':
		return p.gap()
	case '^', '$':
		p.at++
		twice := p.peek() == c
		if twice {
			p.at++
		}
		return []*node{{op: map[bool]map[rune]nodeOp{false: {'^': opStart, '$': opEnd}, true: {'^': opBegin, '$': opLooseEnd}}[twice][c]}}, nil
	case '}', '>', '!', '#':
		return nil, p.want("a word")
	}
	return p.literal()
}

// group reads up to the closing bracket. A group beginning with ! or <! is
// a condition on what follows or stands before.
func (p *patternParser) group(depth int, closing rune) ([]*node, *notation) {
	op := opAlt
	if closing == ')' && p.peek() == '!' {
		op = opNotAhead
		p.at++
	} else if closing == ')' && p.peek() == '<' && p.at+1 < len(p.in) && p.in[p.at+1] == '!' {
		op = opNotBehind
		p.at += 2
	}
	n, err := p.alternatives(depth + 1)
	if err != nil {
		return nil, err
	}
	if p.peek() != closing {
		return nil, p.want(string(closing))
	}
	p.at++
	if op == opAlt {
		return []*node{n}, nil
	}
	return []*node{{op: op, kids: []*node{n}}}, nil
}

func (p *patternParser) until(end rune) (string, *notation) {
	start := p.at + 1
	for i := start; i < len(p.in); i++ {
		if p.in[i] == end {
			return string(p.in[start:i]), nil
		}
	}
	return "", p.want(string(end) + " further on")
}

func (p *patternParser) macro() ([]*node, *notation) {
	name, err := p.until('}')
	if err != nil {
		return nil, err
	}
	m, ok := p.macros[name]
	if !ok {
		return nil, &notation{column: p.at, read: "{" + name + "}", want: "the name of a word list defined above"}
	}
	p.at += len([]rune(name)) + 2
	return []*node{m}, nil
}

func (p *patternParser) class() ([]*node, *notation) {
	name, err := p.until('>')
	if err != nil {
		return nil, err
	}
	var n *node
	switch name {
	case "num":
		n = &node{op: opSeq, kids: []*node{{op: opClass, kind: isNumber}}}
		for range 11 { // up to a telephone number in characters
			n = &node{op: opSeq, kids: []*node{{op: opClass, kind: isNumber}, {op: opOptional, kids: []*node{n}}}}
		}
	case "han":
		n = &node{op: opClass, kind: isHan}
	case "word":
		n = &node{op: opClass, kind: isHan | isWord | isNumber}
	case "punct":
		n = &node{op: opClass, kind: isPunct}
	case "?":
		n = &node{op: opAsk}
	case "?$":
		n = &node{op: opAskEnd}
	default:
		return nil, &notation{column: p.at, read: "<" + name + ">", want: "<num>, <han>, <word>, <punct>, <?> or <?$>"}
	}
	p.at += len([]rune(name)) + 2
	return []*node{n}, nil
}

// gap reads ~, ~9, ~2-9 and the same with ~~.
func (p *patternParser) gap() ([]*node, *notation) {
	n := &node{op: opGap, max: defaultGap}
	p.at++
	if p.peek() == '~' {
		n.op = opWideGap
		p.at++
	}
	if low, ok := p.number(); ok {
		n.max = low
		if p.peek() == '-' {
			p.at++
			high, ok := p.number()
			if !ok || high < low {
				return nil, p.want("a number not below " + strconv.Itoa(low))
			}
			n.min, n.max = low, high
		}
	}
	if n.max > maxGap {
		return nil, p.want(fmt.Sprintf("a gap of at most %d", maxGap))
	}
	return []*node{n}, nil
}

func (p *patternParser) number() (int, bool) {
	start := p.at
	for p.at < len(p.in) && digit(p.in[p.at]) && p.at-start < 4 {
		p.at++
	}
	n, err := strconv.Atoi(string(p.in[start:p.at]))
	return n, err == nil
}

// literal reads the words up to the next sign of the notation.
func (p *patternParser) literal() ([]*node, *notation) {
	start := p.at
	for p.at < len(p.in) && !strings.ContainsRune("()[]{}<>|~^$?! #", p.in[p.at]) {
		p.at++
		if unicode.Is(unicode.Han, p.in[p.at-1]) {
			break // one character, so that ? after it makes just this one optional
		}
	}
	if p.at == start+1 {
		if c := p.s.fix(p.in[start]); unicode.Is(unicode.Han, c) {
			return []*node{{op: opToken, id: uint32(c)}}, nil
		}
	}
	word := string(p.in[start:p.at])
	var out []*node
	for _, t := range p.s.learn(word) {
		if t.kind&isPunct == 0 {
			out = append(out, &node{op: opToken, id: t.id})
		} else {
			out = append(out, &node{op: opClass, kind: isPunct})
		}
	}
	if len(out) == 0 {
		return nil, &notation{column: start, read: word, want: "a word"}
	}
	return out, nil
}
