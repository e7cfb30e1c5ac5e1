package language

import (
	"unicode"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/conversation"
)

// Kinds of tokens, as bits.
const (
	isHan    = 1 << iota // one Chinese character
	isWord               // a run of letters
	isNumber             // digits, or a Chinese numeral
	isComma              // punctuation inside a sentence
	isStop               // punctuation that ends a sentence
	isAsk                // a question mark
	isQuoted             // inside quotation marks
	isSound              // a hesitation sound

	isPunct = isComma | isStop | isAsk
)

// A token is what patterns are matched against: one Chinese character, one
// word, one run of digits or one group of punctuation marks. id is the
// character itself, or wordBase and up for words and digit runs.
// sym is the lexicon's number of it.
type token struct {
	id       uint32
	kind     uint16
	sym      uint16
	from, to int32 // code points of the original text
}

// Ids from wordBase on are words of the vocabulary; unknownWord and
// unknownNumber are all the others.
const (
	wordBase      = 0x110000
	unknownWord   = wordBase
	unknownNumber = wordBase + 1
	punctID       = ','
)

// maxTokens bounds the work on one utterance; what follows is not heard.
// An hour of uninterrupted speech is less.
const maxTokens = 1 << 16

// speller turns text into tokens: it folds width, case and traditional
// characters, takes out spaces and replaces spellings, and remembers where
// each token stood.
type speller struct {
	lang      conversation.Lang
	fold      map[rune]rune     // traditional to simplified
	words     map[string]uint32 // vocabulary of words and digit runs
	spell     map[uint32][]spelling
	sounds    map[uint32]bool // hesitation sounds
	numerals  map[rune]bool
	homophone *homophones // nil: none

	symbols *symbols
	glyphs  *glyphs  // nil while the lexicon is being loaded
	wordSym []uint16 // by word, from wordBase on
	traits  []trait  // by symbol
}

// A trait is what the lists of the lexicon say of a token.
type trait uint8

const (
	aSound   trait = 1 << iota // a hesitation sound
	spelled                    // a spelling begins with it
	opens                      // one of the openers begins with it
	finishes                   // one of the finals ends with it
	starts                     // one of the starters begins with it
)

// spelling replaces the token run from by to.
type spelling struct{ from, to []uint32 }

// id returns the token id of word w, adding it to the vocabulary.
func (s *speller) id(w string) uint32 {
	if n, ok := s.words[w]; ok {
		return n
	}
	n := uint32(unknownNumber + 1 + len(s.words))
	s.words[w] = n
	return n
}

// tokens reads text. The result has no spaces, groups of punctuation are one
// token, and words inside quotation marks are marked.
func (s *speller) tokens(text string) []token {
	r := reader{s: s, out: make([]token, 0, min(len(text)/2+8, maxTokens))}
	r.slow(text, 0)
	return r.out
}

// learn reads text as tokens does and adds its words to the vocabulary.
func (s *speller) learn(text string) []token {
	r := reader{s: s, learns: true}
	r.slow(text, 0)
	return r.out
}

// fix folds one character to its plain form.
func (s *speller) fix(c rune) rune {
	switch {
	case c >= 'A' && c <= 'Z':
		return c + 'a' - 'A'
	case c < 0x80:
		return c
	case c >= 0xFF01 && c <= 0xFF5E:
		return s.fix(c - 0xFEE0)
	case c == 0x3000:
		return ' '
	case c == '’' || c == 'ʼ' || c == '`':
		return '\''
	}
	if f, ok := s.fold[c]; ok {
		return f
	}
	if c < 0x2000 {
		return unicode.ToLower(c)
	}
	return c
}

// reader turns a text into tokens; its memory is used again.
type reader struct {
	s       *speller
	out     []token
	word    []byte
	letters int32 // of word
	start   int32
	quote   []int // index in out where each open quotation begins
	close   []rune
	quoted  [][2]int // from where to where in out quotations that were closed go, in the order of their ends
	respelt []token
	learns  bool // words are added to the vocabulary
}

// slow reads the rest of a text character by character; pos counts those
// before it.
func (r *reader) slow(text string, pos int32) {
	for _, c := range text {
		r.rune(r.s.fix(c), pos)
		pos++
		if len(r.out) >= maxTokens {
			break
		}
	}
	r.end()
}

// end ends the text: the last word, and the quotations. What was never closed is
// none.
func (r *reader) end() {
	r.endWord()
	marked := len(r.out)
	for i := len(r.quoted) - 1; i >= 0; i-- { // what is inside another is marked with it
		if from, to := r.quoted[i][0], r.quoted[i][1]; from < marked {
			for k := from; k < to; k++ {
				r.out[k].kind |= isQuoted
			}
			marked = from
		}
	}
	r.quote, r.close, r.quoted = r.quote[:0], r.close[:0], r.quoted[:0]
}

func (r *reader) rune(c rune, pos int32) {
	switch {
	case c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '\'' && len(r.word) > 0 || c > 0x7F && c < 0x2000 && unicode.IsLetter(c):
		r.letter(c, pos)
		return
	case (c == '.' || c == ',') && len(r.word) > 0 && digit(rune(r.word[len(r.word)-1])):
		r.word, r.letters = append(r.word, byte(c)), r.letters+1 // taken off again in endWord if nothing follows
		return
	}
	r.endWord()
	switch {
	case unicode.Is(unicode.Han, c):
		r.put(token{id: uint32(c), kind: r.s.hanKind(c), sym: r.s.symbols.byID[uint32(c)], from: pos, to: pos + 1})
	case c == ' ' || c == '\t' || c == '-' || c == 0 || c == unicode.ReplacementChar:
	case quoteClose(c) != 0 && (c != '"' || len(r.close) == 0 || r.close[len(r.close)-1] != '"'):
		r.punct(isComma, pos)
		r.quote, r.close = append(r.quote, len(r.out)), append(r.close, quoteClose(c))
	case len(r.close) > 0 && c == r.close[len(r.close)-1]:
		r.closeQuote(pos)
	default:
		r.punct(punctuation(c), pos)
	}
}

func digit(c rune) bool { return c >= '0' && c <= '9' }

func (s *speller) hanKind(c rune) uint16 {
	kind := uint16(isHan)
	if s.numerals[c] {
		kind |= isNumber
	}
	if s.sounds[uint32(c)] {
		kind |= isSound
	}
	return kind
}

// letter adds c to the word being read; a change between digits and letters
// ends the word.
func (r *reader) letter(c rune, pos int32) {
	if n := len(r.word); n > 0 && digit(rune(r.word[0])) != digit(c) && c != '\'' {
		r.endWord()
	}
	if len(r.word) == 0 {
		r.start = pos
	}
	if r.letters < maxWord {
		r.word, r.letters = utf8.AppendRune(r.word, c), r.letters+1
	}
}

// maxWord bounds a word in letters: nobody says longer ones, and the rest adds
// nothing.
const maxWord = 40

// endWord makes a token of the word being read.
func (r *reader) endWord() {
	if len(r.word) == 0 {
		return
	}
	w := r.word
	tail := false
	for len(w) > 0 && (w[len(w)-1] == '.' || w[len(w)-1] == ',' || w[len(w)-1] == '\'') {
		tail = tail || w[len(w)-1] != '\''
		w = w[:len(w)-1]
	}
	dot := len(r.word) > len(w) && r.word[len(w)] == '.'
	end := r.start + r.letters - int32(len(r.word)-len(w))
	if len(w) > 0 {
		t := token{id: unknownWord, kind: isWord, from: r.start, to: end}
		if digit(rune(w[0])) {
			t.id, t.kind = unknownNumber, isNumber
		}
		if n, ok := r.s.words[string(w)]; ok {
			t.id, t.sym = n, r.s.symbolOfWord(n)
		} else if r.learns {
			t.id = r.s.id(string(w))
		}
		r.put(t)
	}
	if tail {
		kind := uint16(isComma)
		if dot {
			kind = isStop
		}
		r.punct(kind, end)
	}
	r.word, r.letters = r.word[:0], 0
}

// symbolOfWord returns the symbol of a word of the vocabulary; 0 while the
// lexicon is being loaded.
func (s *speller) symbolOfWord(id uint32) uint16 {
	if s.wordSym == nil {
		return 0
	}
	return s.wordSym[id-wordBase]
}

func (r *reader) put(t token) {
	if r.s.traits != nil && r.s.traits[t.sym]&aSound != 0 || r.s.traits == nil && r.s.sounds[t.id] {
		t.kind |= isSound
	}
	r.out = append(r.out, t)
}

func (r *reader) punct(kind uint16, pos int32) {
	if n := len(r.out); n > 0 && r.out[n-1].kind&isPunct != 0 {
		r.out[n-1].kind |= kind
		r.out[n-1].to = pos + 1
		return
	}
	r.out = append(r.out, token{id: punctID, kind: kind, from: pos, to: pos + 1})
}

// punctuation returns the weight of a mark; whatever is no letter counts as
// a comma.
func punctuation(c rune) uint16 {
	switch c {
	case '?', '？':
		return isStop | isAsk
	case '。', '！', '!', '.', ';', '；', '…', '\n', '\r':
		return isStop
	}
	return isComma
}

// quoteClose returns the mark that closes the quotation opened by c, 0 when
// c opens none.
func quoteClose(c rune) rune {
	switch c {
	case '“':
		return '”'
	case '"':
		return '"'
	case '《':
		return '》'
	case '「':
		return '」'
	case '『':
		return '』'
	case '‘':
		return '\''
	}
	return 0
}

func (r *reader) closeQuote(pos int32) {
	n := len(r.quote) - 1
	r.quoted = append(r.quoted, [2]int{r.quote[n], len(r.out)})
	r.quote, r.close = r.quote[:n], r.close[:n]
	r.punct(isComma, pos)
}

// respell applies the spellings, longest first, from left to right. The new
// tokens carry the place of all they replace.
func (s *speller) respell(in []token) []token {
	if len(s.spell) == 0 {
		return in
	}
	var out []token // nil until something is replaced
	for i := 0; i < len(in); {
		sp := s.spellingAt(in[i:])
		if sp == nil {
			if out != nil {
				out = append(out, in[i])
			}
			i++
			continue
		}
		if out == nil {
			out = append(make([]token, 0, len(in)+8), in[:i]...)
		}
		out = sp.write(out, s, in[i], in[i+len(sp.from)-1])
		i += len(sp.from)
	}
	if out == nil {
		return in
	}
	return out
}

// write appends what the tokens from first to last stand for.
func (sp *spelling) write(out []token, s *speller, first, last token) []token {
	for _, id := range sp.to {
		out = append(out, token{id: id, kind: first.kind&isQuoted | s.kindOf(id), sym: s.symbols.byID[id], from: first.from, to: last.to})
	}
	return out
}

func (s *speller) spellingAt(in []token) *spelling {
	list := s.spell[in[0].id]
next:
	for i := range list {
		from := list[i].from
		if len(from) > len(in) {
			continue
		}
		for k, id := range from {
			if in[k].id != id {
				continue next
			}
		}
		return &list[i]
	}
	return nil
}

func (s *speller) kindOf(id uint32) uint16 {
	switch {
	case id >= wordBase:
		return isWord
	case s.numerals[rune(id)]:
		return isHan | isNumber
	case id == punctID:
		return isComma
	}
	return isHan
}
