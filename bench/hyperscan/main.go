// Command hyperscan measures the stages of scoring beside Hyperscan's bare
// matching of the lexicon's literals, turn by turn, in one run.
//
//	apt-get install libhyperscan-dev
//	cd bench/hyperscan && go run . -content ../../content
//
// It stands in a module of its own because it needs cgo; nothing of the
// product depends on it. Hyperscan is called once a turn, from C, with the
// literals that can be heard in turns of that language and role, caseless, and
// only counts the matches: no normalisation, no gaps, no conditions, no acts.
package main

/*
#cgo pkg-config: libhs
#include <stdlib.h>
#include <string.h>
#include <hs.h>

static int count(unsigned int id, unsigned long long from, unsigned long long to, unsigned int flags, void *ctx) {
	++*(unsigned long long *)ctx;
	return 0;
}

// scan calls Hyperscan for every turn of a conversation: turn i is the bytes
// [at[i], at[i+1]) of text and is searched with db[who[i]].
static long long scan(hs_database_t **db, hs_scratch_t *scratch, const char *text, const unsigned *at, const unsigned char *who, int turns) {
	unsigned long long n = 0;
	for (int i = 0; i < turns; i++) {
		if (hs_scan(db[who[i]], text + at[i], at[i + 1] - at[i], 0, scratch, count, &n) != HS_SUCCESS) return -1;
	}
	return n;
}
*/
import "C"

import (
	"fmt"
	"unsafe"

	"github.com/lianxi-cc/lianxi/bench/speed"
	"github.com/lianxi-cc/lianxi/conversation"
)

func main() { speed.Main("hyperscan", contenders) }

// matcher holds the compiled literals by language and role.
type matcher struct {
	db      **C.hs_database_t // C memory, one for each voice
	scratch *C.hs_scratch_t
}

// talk is a conversation as C reads it.
type talk struct {
	text []byte
	at   []C.uint
	who  []C.uchar
}

var (
	langs = []conversation.Lang{conversation.Chinese, conversation.English}
	roles = []conversation.Role{conversation.Agent, conversation.Customer}
)

func contenders(l *speed.Load) ([]speed.Contender, error) {
	m := &matcher{db: (**C.hs_database_t)(C.malloc(C.size_t(4 * unsafe.Sizeof(uintptr(0)))))}
	dbs := unsafe.Slice(m.db, 4)
	for i, lang := range langs {
		for k, role := range roles {
			literals := l.Hear.Literals(lang, role)
			fmt.Printf("%s %s: %d literals\n", lang, role, len(literals))
			db, err := compile(literals)
			if err != nil {
				return nil, err
			}
			dbs[2*i+k] = db
			if C.hs_alloc_scratch(db, &m.scratch) != C.HS_SUCCESS {
				return nil, fmt.Errorf("hyperscan: no scratch")
			}
		}
	}
	talks := make([]talk, len(l.Conversations))
	total := int64(0)
	for i, c := range l.Conversations {
		talks[i] = talkOf(c)
		total += m.scan(&talks[i])
	}
	fmt.Printf("hyperscan: %.1f matches a conversation\n", float64(total)/float64(len(talks)))
	return []speed.Contender{{Name: "hyperscan", Do: func(i int) { m.scan(&talks[i]) }}}, nil
}

func (m *matcher) scan(t *talk) int64 {
	n := int64(C.scan(m.db, m.scratch, (*C.char)(unsafe.Pointer(unsafe.SliceData(t.text))), unsafe.SliceData(t.at), unsafe.SliceData(t.who), C.int(len(t.who))))
	if n < 0 {
		panic("hyperscan: scan failed")
	}
	return n
}

func talkOf(c conversation.Conversation) talk {
	t := talk{at: []C.uint{0}}
	for _, turn := range c.Turns {
		t.text = append(t.text, turn.Text...)
		t.at = append(t.at, C.uint(len(t.text)))
		who := C.uchar(0)
		if c.Lang == conversation.English {
			who = 2
		}
		if turn.Role == conversation.Customer {
			who++
		}
		t.who = append(t.who, who)
	}
	return t
}

// compile makes a database of literals.
func compile(literals []string) (*C.hs_database_t, error) {
	n := len(literals)
	texts := unsafe.Slice((**C.char)(C.malloc(C.size_t(n)*8)), n)
	flags, ids, lens := make([]C.uint, n), make([]C.uint, n), make([]C.size_t, n)
	for i, s := range literals {
		texts[i] = C.CString(s)
		flags[i], ids[i], lens[i] = C.HS_FLAG_CASELESS, C.uint(i), C.size_t(len(s))
	}
	defer func() {
		for _, p := range texts {
			C.free(unsafe.Pointer(p))
		}
		C.free(unsafe.Pointer(unsafe.SliceData(texts)))
	}()
	var db *C.hs_database_t
	var failed *C.hs_compile_error_t
	if C.hs_compile_lit_multi(unsafe.SliceData(texts), &flags[0], &ids[0], &lens[0], C.uint(n), C.HS_MODE_BLOCK, nil, &db, &failed) != C.HS_SUCCESS {
		defer C.hs_free_compile_error(failed)
		return nil, fmt.Errorf("hyperscan: %s", C.GoString(failed.message))
	}
	return db, nil
}
