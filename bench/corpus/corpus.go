// Package corpus makes conversations for measuring speed: as many as wanted,
// each the same for the same seed and number on every machine.
//
// A conversation has as many turns as asked, and every turn carries at least
// one act as people labelled it. The turns are the labelled utterances of
// content/labelled, set between sentences of the scripted agents of
// content/scenarios and plain talk without any act, partly without
// punctuation as recognisers write. It reads like shuffled pages, not like a
// call; what it keeps of real ones is what speed depends on: the words, their
// density of acts, the lengths of turns, the mix of languages.
package corpus

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path"
	"strings"

	"github.com/lianxi-cc/lianxi/analysis/language/measure"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// voice is whose words a pool holds.
type voice struct {
	lang conversation.Lang
	role conversation.Role
}

// Source holds the sentences that conversations are made of.
type Source struct {
	acting map[voice][]string // carry at least one act
	plain  map[voice][]string // what stands around them
}

// Open reads the sentences from a folder laid out like content/.
func Open(content fs.FS) (*Source, error) {
	s := &Source{acting: map[voice][]string{}, plain: map[voice][]string{}}
	names, err := fs.Glob(content, "labelled/*.jsonl")
	if err != nil {
		return nil, fmt.Errorf("corpus.Open: %w", err)
	}
	for _, name := range names {
		if err := s.labelled(content, name); err != nil {
			return nil, fmt.Errorf("corpus.Open: %w", err)
		}
	}
	for _, lang := range []conversation.Lang{conversation.Chinese, conversation.English} {
		for _, role := range []conversation.Role{conversation.Agent, conversation.Customer} {
			if len(s.acting[voice{lang, role}]) == 0 {
				return nil, fmt.Errorf("corpus.Open: no labelled utterances of %s in %s", role, lang)
			}
		}
		if err := s.scripts(content, lang); err != nil {
			return nil, fmt.Errorf("corpus.Open: %w", err)
		}
	}
	for v, list := range asides {
		s.plain[v] = append(s.plain[v], list...)
	}
	return s, nil
}

func (s *Source) labelled(content fs.FS, name string) error {
	text, err := fs.ReadFile(content, name)
	if err != nil {
		return err
	}
	items, err := measure.Read(name, bytes.NewReader(text))
	if err != nil {
		return err
	}
	for _, it := range items {
		if len(it.Acts) > 0 {
			v := voice{it.Lang, it.Role}
			s.acting[v] = append(s.acting[v], it.Text)
		}
	}
	return nil
}

// scripts adds the lines of the scripted agents.
func (s *Source) scripts(content fs.FS, lang conversation.Lang) error {
	names, err := fs.Glob(content, path.Join("scenarios", string(lang), "*", "*.txt"))
	if err != nil {
		return err
	}
	v := voice{lang, conversation.Agent}
	for _, name := range names {
		text, err := fs.ReadFile(content, name)
		if err != nil {
			return err
		}
		in := bufio.NewScanner(bytes.NewReader(text))
		for in.Scan() {
			line := in.Text()
			if strings.HasPrefix(line, "@on ") {
				_, line, _ = strings.Cut(line, ": ")
			}
			if line = strings.TrimSpace(line); line != "" && !strings.ContainsAny(line[:1], "#@") {
				s.plain[v] = append(s.plain[v], line)
			}
		}
	}
	return nil
}

// Conversation makes conversation number n of the seed, with so many turns:
// three in four Chinese, one in four chats, one in four outbound.
func (s *Source) Conversation(seed uint64, n, turns int) conversation.Conversation {
	r := rand.New(rand.NewPCG(seed, uint64(n)))
	c := conversation.Conversation{ID: id.Conversation(fmt.Sprintf("corpus-%d-%07d", seed, n)),
		Lang: conversation.Chinese, Channel: conversation.Phone, Direction: conversation.Inbound,
		Turns: make([]conversation.Turn, 0, turns)}
	if r.IntN(4) == 0 {
		c.Lang = conversation.English
	}
	if r.IntN(4) == 0 {
		c.Channel = conversation.Chat
	}
	if r.IntN(4) == 0 {
		c.Direction = conversation.Outbound
	}
	bare := r.IntN(5) == 0 // as a recogniser without punctuation writes
	at := int64(r.IntN(3000))
	for i := range turns {
		role := conversation.Agent
		if i%2 == 1 {
			role = conversation.Customer
		}
		text := s.turn(r, voice{c.Lang, role})
		if bare {
			text = withoutMarks(text, c.Lang)
		}
		long := int64(len(text))*60 + int64(r.IntN(900))
		c.Turns = append(c.Turns, conversation.Turn{Role: role, Text: text, Start: at, End: at + long, Confidence: 850 + r.IntN(150)})
		at += long + int64(r.IntN(2500)) - 300
	}
	return c
}

// turn makes the words of one turn: a labelled utterance, often with plain
// talk before or after it.
func (s *Source) turn(r *rand.Rand, v voice) string {
	text := pick(r, s.acting[v])
	if r.IntN(3) == 0 {
		text = join(v.lang, fill(r, pick(r, s.plain[v])), text)
	}
	if r.IntN(3) == 0 {
		text = join(v.lang, text, fill(r, pick(r, s.plain[v])))
	}
	if r.IntN(400) == 0 {
		text += "\n\"" + fill(r, pick(r, s.plain[v])) + "\"" // JSON escapes
	}
	return text
}

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

func join(lang conversation.Lang, a, b string) string {
	if lang == conversation.Chinese {
		return a + "，" + b
	}
	return a + " " + b
}

// fill writes a number for every # of a sentence.
func fill(r *rand.Rand, text string) string {
	for strings.Contains(text, "#") {
		text = strings.Replace(text, "#", fmt.Sprint(100+r.IntN(99_000)), 1)
	}
	return text
}

// withoutMarks takes the punctuation out.
func withoutMarks(text string, lang conversation.Lang) string {
	if lang == conversation.Chinese {
		return strings.NewReplacer("，", "", "。", "", "？", "", "！", "", "、", "", "；", "", "：", "", ",", "").Replace(text)
	}
	return strings.ToLower(strings.NewReplacer(",", "", ". ", " ", "? ", " ", "! ", " ").Replace(text))
}
