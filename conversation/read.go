package conversation

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// Format is how a conversation file is written.
type Format string

// The formats that Read knows.
const (
	JSONL  Format = "jsonl"  // a conversation, or a vCon, a line
	VCon   Format = "vcon"   // one JSON document
	WebVTT Format = "webvtt" // subtitles with speakers
)

// Options says what a file does not say itself.
type Options struct {
	Lang      Lang   // the language of a vCon or WebVTT file without one; "" guesses by the script
	AgentName string // who the agent is, where speakers have only names

	// Broken hears of every record that cannot be read; the next one follows
	// when it returns nil. Without it the first broken record ends the reading.
	Broken func(error) error
}

// Record is one conversation of a file, not yet decoded, so that several
// goroutines can share the work. It owns its Data.
type Record struct {
	File   string
	Line   int // where Data begins in File, from 1
	Format Format
	Data   []byte

	options Options
}

// Read calls each for every conversation in r, in order. The format shows in
// the content; name, the file's name, helps and stands in errors. An error of
// each ends the reading and is returned as it is.
func Read(r io.Reader, name string, options Options, each func(Conversation) error) error {
	return Split(r, name, options, func(rec Record) error {
		c, err := rec.Decode()
		if err != nil {
			return options.broken(err)
		}
		return each(c)
	})
}

// Split calls each for every record of r without decoding it. A line that is
// too long to be a record goes to options.Broken.
func Split(r io.Reader, name string, options Options, each func(Record) error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := in.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return fault.As(fault.Unavailable, "conversation.unreadable", err)
	}
	rec := Record{File: name, Line: 1, options: options}
	rec.Format, err = detect(head, name)
	if err != nil {
		return options.broken(placed(err, rec))
	}
	if bytes.HasPrefix(head, []byte("\uFEFF")) {
		_, _ = in.Discard(len("\uFEFF")) // peeked just now
	}
	if rec.Format == JSONL {
		return splitLines(in, rec, each)
	}
	rec.Data, err = io.ReadAll(io.LimitReader(in, MaxLine+1))
	if err != nil {
		return fault.As(fault.Unavailable, "conversation.unreadable", err)
	}
	return each(rec)
}

// Decode reads the record. Its errors are fault.Invalid with file and line.
func (r Record) Decode() (Conversation, error) {
	c, err := r.decode()
	if err != nil {
		return Conversation{}, placed(err, r)
	}
	return c, nil
}

func (r Record) decode() (Conversation, error) {
	if len(r.Data) > MaxLine {
		return Conversation{}, fault.New(fault.Invalid, "conversation.limit.line", fault.Args{"limit": MaxLine >> 20})
	}
	switch {
	case r.Format == WebVTT:
		return DecodeWebVTT(r.Data, r.fallbackID(), r.options)
	case isVCon(r.Data):
		return DecodeVCon(r.Data, r.fallbackID(), r.options)
	default:
		return DecodeJSONL(r.Data)
	}
}

// fallbackID is the id of a conversation in a file that names none.
func (r Record) fallbackID() string {
	base := filepath.Base(r.File)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

func (o Options) broken(err error) error {
	if o.Broken == nil {
		return err
	}
	return o.Broken(err)
}

// placed sets the file of an error and moves its line to where the record is.
func placed(err error, r Record) error {
	var e *fault.Error
	if !errors.As(err, &e) {
		return err
	}
	at := *e
	at.At.File = r.File
	at.At.Line = r.Line + max(e.At.Line-1, 0)
	return &at
}

// detect names the format of a file by its first bytes and its name.
func detect(head []byte, name string) (Format, error) {
	if bytes.HasPrefix(head, []byte{0xFF, 0xFE}) || bytes.HasPrefix(head, []byte{0xFE, 0xFF}) {
		return "", fault.New(fault.Invalid, "conversation.encoding", fault.Args{"where": "UTF-16"})
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\uFEFF")), " \t\r\n")
	extension := strings.ToLower(filepath.Ext(name))
	line, _, more := bytes.Cut(text, []byte("\n"))
	line = bytes.TrimRight(line, " \t\r")
	switch {
	case bytes.HasPrefix(text, []byte("WEBVTT")), extension == ".vtt":
		return WebVTT, nil
	case extension == ".jsonl", extension == ".ndjson", len(text) == 0:
		return JSONL, nil
	case text[0] != '{':
		return "", fault.New(fault.Invalid, "conversation.format", fault.Args{"found": excerpt(string(text))})
	case more && bytes.IndexByte([]byte("{[,:"), line[len(line)-1]) >= 0:
		return VCon, nil // one indented document over many lines
	default:
		return JSONL, nil
	}
}

// splitLines hands out the lines of in that are not blank.
func splitLines(in *bufio.Reader, rec Record, each func(Record) error) error {
	for {
		data, err := readLine(in)
		ended := errors.Is(err, io.EOF)
		if err != nil && !ended {
			return fault.As(fault.Unavailable, "conversation.unreadable", err)
		}
		if len(bytes.TrimSpace(data)) > 0 {
			one := rec
			one.Data = data
			if err := each(one); err != nil {
				return err
			}
		}
		if ended {
			return nil
		}
		rec.Line++
	}
}

// readLine returns the next line without its end. Of a line over MaxLine it
// returns one byte too many, which the decoder refuses, and drops the rest.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		if room := MaxLine + 1 - len(line); len(part) > room {
			part = part[:room]
		}
		line = append(line, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimRight(line, "\r\n"), err
		}
	}
}

// isVCon reports whether a JSON document is a vCon, signed and encrypted ones
// included, rather than a conversation of our own form.
func isVCon(data []byte) bool {
	c := &cursor{data: bytes.TrimPrefix(data, []byte("\uFEFF"))}
	if badByte(data) >= 0 || c.peek() != '{' {
		return false
	}
	turns, vcon := false, false
	c.object(func(key string) {
		switch key {
		case "turns":
			turns = true
		case "vcon", "dialog", "parties", "payload", "ciphertext":
			vcon = true
		}
		c.skip()
	})
	return vcon && !turns
}

// roleWords are names that say what a speaker is.
var roleWords = map[string]Role{
	"agent": Agent, "representative": Agent, "rep": Agent, "csr": Agent, "advisor": Agent, "operator": Agent,
	"坐席": Agent, "座席": Agent, "客服": Agent, "客服代表": Agent, "话务员": Agent,
	"customer": Customer, "caller": Customer, "client": Customer,
	"客户": Customer, "顾客": Customer, "用户": Customer, "来电人": Customer,
	"system": System, "ivr": System, "announcement": System, "supervisor": System, "thirdparty": System, "sme": System,
	"系统": System, "系统提示": System, "语音提示": System,
}

// roleWord returns the role that a name such as "Agent 2" or 客服017 tells.
func roleWord(name string) Role {
	return roleWords[strings.TrimRightFunc(fold(name), func(r rune) bool { return !unicode.IsLetter(r) })]
}

func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// assign gives every speaker a role. A speaker has one or more labels (role,
// name). Where agent is given, the speaker of that name is the agent and the
// rest are customers, unless a label says otherwise; one speaker without a
// telling label takes the place that is left. Roles nobody can tell are "".
func assign(speakers [][]string, agent string) []Role {
	roles := make([]Role, len(speakers))
	count := map[Role]int{}
	for i, labels := range speakers {
		for _, label := range labels {
			switch {
			case agent != "" && fold(label) == fold(agent):
				roles[i] = Agent
			case roles[i] == "":
				roles[i] = roleWord(label)
			}
		}
		count[roles[i]]++
	}
	for i := range roles {
		switch {
		case roles[i] != "":
		case count[Agent] > 0 && (count[""] == 1 || agent != ""):
			roles[i] = Customer
		case count[Customer] > 0 && count[Agent] == 0 && count[""] == 1:
			roles[i] = Agent
		}
	}
	return roles
}

// who fails because nobody can tell which of names is the agent.
func who(names []string) error {
	return fault.New(fault.Invalid, "conversation.who", fault.Args{"names": list(names)})
}

// languageOf settles the language of a file: what it says itself, what the
// caller says, or else the script of its words.
func languageOf(said string, options Options, turns []Turn) Lang {
	base, _, _ := strings.Cut(strings.ToLower(said), "-")
	switch {
	case base == "zh" || base == "cmn":
		return Chinese
	case base == "en":
		return English
	case options.Lang != "":
		return options.Lang
	}
	han, other := 0, 0
	for _, t := range turns {
		for _, r := range t.Text {
			if unicode.Is(unicode.Han, r) {
				han++
			} else if unicode.IsLetter(r) {
				other++
			}
		}
	}
	if han > 0 && han*5 >= other { // a Han character says as much as four or five letters
		return Chinese
	}
	return English
}
