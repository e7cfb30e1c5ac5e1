package conversation

import (
	"bytes"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// sameSentence is the longest silence, in milliseconds, over which two cues
// of one voice are still one turn. Subtitles break a sentence where a line is
// full, not where somebody stops speaking.
const sameSentence = 1000

// longSentence is the length in bytes at which a turn takes no more cues, so
// that a file without any full stop does not become one turn.
const longSentence = 4096

// cue is what one voice says in one block of a WebVTT file.
type cue struct {
	voice      string
	text       string
	start, end int64
	line       int // of the block
}

// DecodeWebVTT reads subtitles (W3C WebVTT) as one conversation named name.
// The speaker is the <v Name> of the cue, or a leading "Agent:" where the
// word tells the role; a cue without one goes on with the speaker before it.
// Cues of one voice that break a sentence are joined to one turn. NOTE, STYLE
// and REGION blocks, cue settings and all other tags are dropped.
//
// Errors are fault.Invalid with the line; among them one that lists the
// speakers when nobody can tell who the agent is.
func DecodeWebVTT(data []byte, name string, options Options) (Conversation, error) {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if at := badByte(data); at >= 0 {
		return Conversation{}, webvttError(1+bytes.Count(data[:at], []byte("\n")), "conversation.encoding", nil)
	}
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data))
	lines := strings.Split(text, "\n")
	if !isHeader(lines[0]) {
		return Conversation{}, webvttError(1, "conversation.webvtt.header", fault.Args{"found": excerpt(lines[0])})
	}
	language, cues, err := webvttCues(lines)
	if err != nil {
		return Conversation{}, err
	}
	out := Conversation{ID: id.Conversation(name), Channel: Phone, Direction: Inbound}
	if out.Turns, err = turnsOfCues(cues, options); err != nil {
		return Conversation{}, err
	}
	out.Lang = languageOf(language, options, out.Turns)
	return out, check(out)
}

func webvttError(line int, key string, args fault.Args) error {
	return &fault.Error{Kind: fault.Invalid, Op: "conversation.DecodeWebVTT", Key: key, Args: args, At: fault.Position{Line: line}}
}

func isHeader(line string) bool {
	rest, ok := strings.CutPrefix(line, "WEBVTT")
	return ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t')
}

// webvttCues returns the language the header names, if any, and the cues.
func webvttCues(lines []string) (language string, cues []cue, err error) {
	i := 0
	for ; i < len(lines) && lines[i] != ""; i++ {
		if _, value, ok := strings.Cut(lines[i], "Language:"); ok {
			language = strings.TrimSpace(value)
		}
	}
	for i < len(lines) {
		if strings.TrimSpace(lines[i]) == "" {
			i++
			continue
		}
		first := i
		for i < len(lines) && lines[i] != "" {
			i++
		}
		block, err := readBlock(lines[first:i], first+1)
		if err != nil {
			return "", nil, err
		}
		cues = append(cues, block...)
		if len(cues) > MaxTurns {
			return "", nil, webvttError(first+1, "conversation.limit.turns", fault.Args{"limit": MaxTurns})
		}
	}
	return language, cues, nil
}

// readBlock reads one block, which stands at the given line; a block that is
// no cue gives none.
func readBlock(block []string, line int) ([]cue, error) {
	word, _, _ := strings.Cut(strings.ReplaceAll(block[0], "\t", " "), " ")
	timing := slices.IndexFunc(block[:min(2, len(block))], func(s string) bool { return strings.Contains(s, "-->") })
	if timing < 0 && (word == "NOTE" || word == "STYLE" || word == "REGION") {
		return nil, nil
	}
	if timing < 0 {
		return nil, webvttError(line, "conversation.webvtt.timing", fault.Args{"found": excerpt(block[0])})
	}
	from, rest, _ := strings.Cut(block[timing], "-->")
	to, _, _ := strings.Cut(strings.TrimSpace(strings.ReplaceAll(rest, "\t", " ")), " ")
	start, okStart := timestamp(strings.TrimSpace(from))
	end, okEnd := timestamp(to)
	if !okStart || !okEnd {
		return nil, webvttError(line+timing, "conversation.webvtt.timing", fault.Args{"found": excerpt(block[timing])})
	}
	if end < start {
		return nil, webvttError(line+timing, "conversation.times", fault.Args{"where": "cue", "start": from, "end": to})
	}
	var out []cue
	for _, said := range voices(block[timing+1:]) {
		said.start, said.end, said.line = start, end, line
		out = append(out, said)
	}
	return out, nil
}

// timestamp reads [hours:]mm:ss.ttt as milliseconds.
func timestamp(s string) (int64, bool) {
	clock, fraction, ok := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	parts := strings.Split(clock, ":")
	if !ok || len(fraction) != 3 || len(parts) < 2 || len(parts) > 3 {
		return 0, false
	}
	total := int64(0)
	for i, p := range append(parts, fraction) {
		v, err := strconv.ParseUint(p, 10, 20)
		last := i == len(parts)
		if err != nil || !last && i > len(parts)-3 && (v > 59 || len(p) != 2) {
			return 0, false
		}
		if last {
			total = total*1000 + int64(v)
		} else {
			total = total*60 + int64(v)
		}
	}
	return total, true
}

// voices splits the lines of a cue at its <v> tags, drops all other tags and
// the readings over ruby text, and resolves character references.
func voices(lines []string) []cue {
	out := []cue{{}}
	add := func(s string) {
		out[len(out)-1].text += html.UnescapeString(s)
	}
	text := joinLines(lines)
	ruby := false
	for text != "" {
		before, tag, after, ok := cutTag(text)
		if !ruby {
			add(before)
		}
		if !ok {
			break
		}
		kind, name, _ := strings.Cut(tag, " ")
		kind, _, _ = strings.Cut(kind, ".")
		switch kind {
		case "v":
			out = append(out, cue{voice: strings.TrimSpace(html.UnescapeString(name))})
		case "rt":
			ruby = true
		case "/rt", "/ruby":
			ruby = false
		}
		text = after
	}
	return slices.DeleteFunc(out, func(c cue) bool { return strings.TrimSpace(c.text) == "" })
}

// cutTag cuts s around its first tag. Without one, ok is false and before is
// all of s.
func cutTag(s string) (before, tag, after string, ok bool) {
	before, rest, opened := strings.Cut(s, "<")
	tag, after, closed := strings.Cut(rest, ">")
	if !opened || !closed {
		return s, "", "", false
	}
	return before, tag, after, true
}

// joinLines joins what was broken for the screen: with a space, but without
// one between Chinese characters.
func joinLines(lines []string) string {
	var b strings.Builder
	last := ' '
	for _, line := range lines {
		line = strings.TrimSpace(line)
		first, _ := utf8.DecodeRuneInString(line)
		if b.Len() > 0 && !(wide(last) && (wide(first) || first == '<')) {
			b.WriteByte(' ')
		}
		b.WriteString(line)
		last, _ = utf8.DecodeLastRuneInString(line)
	}
	return b.String()
}

// wide reports whether r is written without spaces around it.
func wide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00
}

// turnsOfCues gives the cues roles and joins broken sentences.
func turnsOfCues(cues []cue, options Options) ([]Turn, error) {
	nameVoices(cues)
	index := map[string]int{}
	var names []string
	var speakers [][]string
	for _, c := range cues {
		if _, known := index[c.voice]; !known {
			index[c.voice] = len(names)
			names, speakers = append(names, c.voice), append(speakers, []string{c.voice})
		}
	}
	roles := assign(speakers, options.AgentName)
	if slices.Contains(roles, "") || len(cues) > 0 && !slices.Contains(roles, Agent) {
		return nil, who(names)
	}
	turns := []Turn{}
	for i, c := range cues {
		text := strings.TrimSpace(c.text)
		if i > 0 && cues[i-1].voice == c.voice && continues(turns[len(turns)-1], c) {
			t := &turns[len(turns)-1]
			t.Text, t.End = joinLines([]string{t.Text, text}), c.end
			continue
		}
		turns = append(turns, Turn{
			Role: roles[index[c.voice]], Text: text, Start: c.start, End: c.end, Confidence: Unknown,
		})
	}
	return turns, nil
}

// nameVoices gives a voice to cues without one: the word before a colon where it
// tells a role, else the voice that spoke last.
func nameVoices(cues []cue) {
	last := ""
	for i := range cues {
		c := &cues[i]
		if c.voice == "" {
			if at := strings.IndexAny(c.text, ":："); at > 0 && roleWord(c.text[:at]) != "" {
				_, size := utf8.DecodeRuneInString(c.text[at:])
				c.voice, c.text = strings.TrimSpace(c.text[:at]), c.text[at+size:]
			} else {
				c.voice = last
			}
		}
		last = c.voice
	}
}

// continues reports whether c goes on in the middle of t's sentence.
func continues(t Turn, c cue) bool {
	end, _ := utf8.DecodeLastRuneInString(t.Text)
	return len(t.Text) < longSentence && c.start-t.End <= sameSentence && c.start >= t.Start && !strings.ContainsRune("。！？；….!?;~”\"", end)
}
