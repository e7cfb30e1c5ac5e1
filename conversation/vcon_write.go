package conversation

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// ownPurpose marks the attachment in which EncodeVCon keeps what a vCon has
// no place for.
const ownPurpose = "lianxi-conversation"

// EncodeVCon writes c as a vCon, strictly by the draft: every turn is a text
// dialog of the party that spoke. What the draft has no place for (language,
// direction, events, confidence, times that are unknown) is kept in an
// attachment, so that DecodeVCon gives back c. The words stand in the dialogs
// only: whoever masks them there has masked them everywhere. created is the
// time of writing.
func EncodeVCon(c Conversation, created time.Time) ([]byte, error) {
	if err := check(c); err != nil {
		return nil, fault.Wrap("conversation.EncodeVCon", err)
	}
	wordless := c
	wordless.Turns = slices.Clone(c.Turns)
	for i := range wordless.Turns {
		wordless.Turns[i].Text = ""
	}
	own, err := EncodeJSONL(wordless)
	if err != nil {
		return nil, fault.Wrap("conversation.EncodeVCon", err)
	}
	type party struct {
		Role Role `json:"role"`
	}
	type dialog struct {
		Type       string      `json:"type"`
		Start      string      `json:"start"`
		Duration   json.Number `json:"duration,omitempty"`
		Parties    []int       `json:"parties"`
		Originator int         `json:"originator"`
		MediaType  string      `json:"mediatype"`
		Body       string      `json:"body"`
		Encoding   string      `json:"encoding"`
	}
	type attachment struct {
		Purpose  string `json:"purpose"`
		Start    string `json:"start"`
		Party    int    `json:"party"`
		Body     string `json:"body"`
		Encoding string `json:"encoding"`
	}
	start := c.Started
	if start.IsZero() {
		start = created
	}
	index := map[Role]int{Agent: 0, Customer: 1, System: 2}
	parties := []party{{Agent}, {Customer}}
	dialogs := []dialog{}
	for _, t := range c.Turns {
		d := dialog{
			Type: "text", Start: start.Add(time.Duration(max(t.Start, 0)) * time.Millisecond).Format(time.RFC3339Nano),
			Parties: []int{0, 1}, Originator: index[t.Role], MediaType: "text/plain", Body: t.Text, Encoding: "none",
		}
		if t.Start != Unknown && t.End != Unknown {
			d.Duration = known(t.End - t.Start)
		}
		if t.Role == System && len(parties) == 2 {
			parties = append(parties, party{System})
		}
		if t.Role == System {
			d.Parties = []int{2, 0, 1}
		}
		dialogs = append(dialogs, d)
	}
	return plainJSON(struct {
		VCon        string       `json:"vcon"`
		UUID        string       `json:"uuid"`
		CreatedAt   string       `json:"created_at"`
		Extensions  []string     `json:"extensions"`
		Parties     []party      `json:"parties"`
		Dialog      []dialog     `json:"dialog"`
		Attachments []attachment `json:"attachments"`
	}{
		VCon: "0.4.0", UUID: uuid(string(c.ID)), CreatedAt: created.Format(time.RFC3339Nano), Extensions: []string{"CC"},
		Parties: parties, Dialog: dialogs,
		Attachments: []attachment{{Purpose: ownPurpose, Start: start.Format(time.RFC3339Nano), Body: string(own), Encoding: "json"}},
	})
}

// uuid makes a version 8 UUID of a name, the same for the same name.
func uuid(name string) string {
	sum := sha256.Sum256([]byte("lianxi conversation " + name))
	sum[6] = sum[6]&0x0F | 0x80
	sum[8] = sum[8]&0x3F | 0x80
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// own returns the conversation that EncodeVCon wrote: the attachment with the
// words of the dialogs. It is false for the vCons of others, and for one whose
// dialogs have been added to or taken from since.
func (v vcon) own() (Conversation, bool) {
	for _, a := range v.Attachments {
		if looseString(a.Purpose) != ownPurpose {
			continue
		}
		c, err := DecodeJSONL([]byte(looseString(a.Body)))
		if err != nil || len(c.Turns) != len(v.Dialog) {
			return Conversation{}, false
		}
		for i := range c.Turns {
			c.Turns[i].Text = v.Dialog[i].text()
		}
		return c, check(c) == nil
	}
	return Conversation{}, false
}
