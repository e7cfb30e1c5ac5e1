package conversation

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// The parts of a vCon (draft-ietf-vcon-vcon-core) that hold words. Files in
// the field are loose, so every member that may be of several types is kept
// raw and read by the loose… functions.
type (
	vcon struct {
		UUID        json.RawMessage  `json:"uuid"`
		Parties     []vconParty      `json:"parties"`
		Dialog      []vconDialog     `json:"dialog"`
		Analysis    []vconAnalysis   `json:"analysis"`
		Attachments []vconAttachment `json:"attachments"`
		Payload     json.RawMessage  `json:"payload"`    // of a signed one (JWS)
		Ciphertext  json.RawMessage  `json:"ciphertext"` // of an encrypted one (JWE)
	}
	vconParty struct {
		Role json.RawMessage `json:"role"` // the contact-centre extension
		Name json.RawMessage `json:"name"`
		Meta struct {
			Role json.RawMessage `json:"role"`
		} `json:"meta"`
	}
	vconDialog struct {
		Type       json.RawMessage `json:"type"`
		Start      json.RawMessage `json:"start"`
		Duration   json.RawMessage `json:"duration"`
		Parties    json.RawMessage `json:"parties"`
		Originator json.RawMessage `json:"originator"`
		MediaType  json.RawMessage `json:"mediatype"`
		Encoding   json.RawMessage `json:"encoding"`
		Body       json.RawMessage `json:"body"`
	}
	vconAnalysis struct {
		Type   json.RawMessage `json:"type"`
		Dialog json.RawMessage `json:"dialog"`
		Body   json.RawMessage `json:"body"`
	}
	vconAttachment struct {
		Purpose json.RawMessage `json:"purpose"`
		Body    json.RawMessage `json:"body"`
	}
)

// DecodeVCon reads one vCon. Its words are the bodies of text dialogs and the
// segments of transcripts in its analysis; who the agent is, is told by the
// role of the party (contact-centre extension), its meta.role or its name. It
// reads leniently: what it does not know it passes over. name is the id of a
// vCon without a uuid.
//
// A signed or an encrypted vCon is fault.Invalid and says so, as is one that
// holds recordings but no words, or whose speakers cannot be told apart.
func DecodeVCon(data []byte, name string, options Options) (Conversation, error) {
	if at := badByte(data); at >= 0 {
		return Conversation{}, vconError("conversation.encoding", nil)
	}
	var v vcon
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\uFEFF")), &v); err != nil {
		e := vconError("conversation.vcon.form", fault.Args{"found": excerpt(err.Error())})
		e.Err = err
		return Conversation{}, e
	}
	switch {
	case v.Ciphertext != nil:
		return Conversation{}, vconError("conversation.vcon.encrypted", nil)
	case v.Payload != nil:
		return Conversation{}, vconError("conversation.vcon.signed", nil)
	}
	if own, ok := v.own(); ok {
		return own, nil
	}
	return v.conversation(name, options)
}

func vconError(key string, args fault.Args) *fault.Error {
	return &fault.Error{Kind: fault.Invalid, Op: "conversation.DecodeVCon", Key: key, Args: args}
}

// conversation gathers the words of v.
func (v vcon) conversation(name string, options Options) (Conversation, error) {
	out := Conversation{ID: id.Conversation(looseString(v.UUID)), Channel: Phone, Direction: Inbound}
	if out.ID == "" {
		out.ID = id.Conversation(name)
	}
	out.Started = v.started()
	said, language, spoken := v.words(out.Started)
	if len(said) == 0 {
		return Conversation{}, vconError("conversation.vcon.words", nil)
	}
	if !spoken {
		out.Channel = Chat
	}
	if len(said) > MaxTurns {
		return Conversation{}, vconError("conversation.limit.turns", fault.Args{"limit": MaxTurns})
	}
	roles := v.roles(options.AgentName)
	agents := 0
	for _, s := range said {
		role := v.roleOf(s.speaker, roles, options.AgentName)
		if role == "" {
			return Conversation{}, who(v.names(said))
		}
		if role == Agent {
			agents++
		}
		s.turn.Role = role
		out.Turns = append(out.Turns, s.turn)
	}
	if agents == 0 {
		return Conversation{}, who(v.names(said))
	}
	if !slices.ContainsFunc(out.Turns, func(t Turn) bool { return t.Start == Unknown }) {
		slices.SortStableFunc(out.Turns, func(a, b Turn) int { return int(a.Start - b.Start) })
	}
	out.Lang = languageOf(language, options, out.Turns)
	return out, check(out)
}

// started returns when the first dialog began; zero when none says.
func (v vcon) started() time.Time {
	var first time.Time
	for _, d := range v.Dialog {
		if t := looseTime(d.Start); !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// roles gives the parties their roles; "" for those that nobody can tell.
func (v vcon) roles(agent string) []Role {
	speakers := make([][]string, len(v.Parties))
	for i, p := range v.Parties {
		speakers[i] = []string{looseString(p.Role), looseString(p.Meta.Role), looseString(p.Name)}
	}
	return assign(speakers, agent)
}

// roleOf returns the role of a speaker, who is a party's index, a party's
// name, or a word that tells, such as "agent" or "Speaker 1".
func (v vcon) roleOf(speaker string, roles []Role, agent string) Role {
	for i, p := range v.Parties {
		if name := looseString(p.Name); name != "" && fold(name) == fold(speaker) {
			return roles[i]
		}
	}
	if agent != "" && fold(speaker) == fold(agent) {
		return Agent
	}
	if role := roleWord(speaker); role != "" {
		return role
	}
	digits := speaker[strings.LastIndexFunc(speaker, func(r rune) bool { return r < '0' || r > '9' })+1:]
	if i, err := strconv.Atoi(digits); err == nil && i < len(roles) {
		return roles[i]
	}
	return ""
}

// names lists the parties, or else the speakers, for a message.
func (v vcon) names(said []words) []string {
	var names []string
	for _, p := range v.Parties {
		names = append(names, looseString(p.Name))
	}
	for _, s := range said {
		if len(v.Parties) == 0 && !slices.Contains(names, s.speaker) && len(names) < 10 {
			names = append(names, s.speaker)
		}
	}
	return names
}

// words is a turn whose speaker is not yet known by role.
type words struct {
	speaker string
	turn    Turn
}

// words returns all that was said, the language if a transcript names it, and
// whether any of it was spoken rather than typed.
func (v vcon) words(started time.Time) (said []words, language string, spoken bool) {
	for _, d := range v.Dialog {
		kind := looseString(d.Type)
		if kind == "recording" {
			spoken = true
		}
		if text := d.text(); kind == "text" && strings.TrimSpace(text) != "" {
			said = append(said, words{speaker: d.speaker(), turn: d.turn(text, started)})
		}
	}
	heard := map[int]bool{}
	for _, a := range v.Analysis {
		if !strings.Contains(looseString(a.Type), "transcri") {
			continue
		}
		of := firstInt(a.Dialog, 0)
		segments, lang := transcript(a.Body)
		if len(segments) == 0 || heard[of] {
			continue // a second transcript of the same recording says the same
		}
		heard[of], spoken = true, true
		if lang != "" {
			language = lang
		}
		offset := int64(0)
		if of >= 0 && of < len(v.Dialog) {
			if t := looseTime(v.Dialog[of].Start); !t.IsZero() {
				offset = t.Sub(started).Milliseconds()
			}
		}
		for _, s := range segments {
			if s.turn.Start != Unknown {
				s.turn.Start += offset
			}
			if s.turn.End != Unknown {
				s.turn.End += offset
			}
			said = append(said, s)
		}
	}
	return said, language, spoken
}

// speaker returns who speaks in a text dialog: its originator, or else the
// first of its parties.
func (d vconDialog) speaker() string {
	if i := firstInt(d.Originator, -1); i >= 0 {
		return strconv.Itoa(i)
	}
	return strconv.Itoa(firstInt(d.Parties, 0))
}

func (d vconDialog) turn(text string, started time.Time) Turn {
	t := Turn{Text: text, Start: Unknown, End: Unknown, Confidence: Unknown}
	if at := looseTime(d.Start); !at.IsZero() {
		t.Start = at.Sub(started).Milliseconds()
		if long := looseThousandths(d.Duration); long != Unknown {
			t.End = t.Start + long
		}
	}
	return t
}

// text returns the words of a text dialog, "" when it holds none itself.
func (d vconDialog) text() string {
	body := looseString(d.Body)
	if looseString(d.Encoding) == "base64url" {
		raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(body, "="))
		if err != nil {
			return ""
		}
		body = string(raw)
	}
	if strings.HasPrefix(looseString(d.MediaType), "text/html") {
		lines := voices(strings.Split(body, "\n"))
		body = ""
		for _, l := range lines {
			body += l.text
		}
	}
	return body
}
