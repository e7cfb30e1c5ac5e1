package conversation_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
)

func TestDecodeJSONLFillsWhatIsAbsent(t *testing.T) {
	c, err := conversation.DecodeJSONL([]byte(`{"id":"a","lang":"zh","turns":[{"role":"agent","text":"您好"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := conversation.Conversation{
		ID: "a", Lang: conversation.Chinese, Channel: conversation.Phone, Direction: conversation.Inbound,
		Turns: []conversation.Turn{{Role: conversation.Agent, Text: "您好", Start: conversation.Unknown, End: conversation.Unknown, Confidence: conversation.Unknown}},
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
}

func TestDecodeJSONLReadsEverything(t *testing.T) {
	line := ` {"expert":{"overall":95},"id":"b\u00e9","lang":"en","channel":"chat","direction":"outbound",
		"started":"2026-03-02T09:00:00+08:00","ended_by":"customer","fields":{"tier":"gold","n":[1,{"x":null}]},
		"events":[{"kind":"hold","at":12.5,"data":{"s":3}},{"kind":"note","at":null}],
		"turns":[{"role":"customer","text":"\uD83D\uDE00 \"hi\"\n","start":1.17,"end":6.7505,"confidence":0.987,"mood":[]},
		         {"role":"system","text":"","start":1e1,"end":10,"confidence":null}]} `
	c, err := conversation.DecodeJSONL([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	want := conversation.Conversation{
		ID: "bé", Lang: conversation.English, Channel: conversation.Chat, Direction: conversation.Outbound,
		Started: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC), EndedBy: conversation.Customer,
		Fields: map[string]json.RawMessage{"tier": json.RawMessage(`"gold"`), "n": json.RawMessage(`[1,{"x":null}]`)},
		Events: []conversation.Event{
			{Kind: "hold", At: 12_500, Data: json.RawMessage(`{"s":3}`)},
			{Kind: "note", At: conversation.Unknown},
		},
		Turns: []conversation.Turn{
			{Role: conversation.Customer, Text: "😀 \"hi\"\n", Start: 1170, End: 6751, Confidence: 987},
			{Role: conversation.System, Start: 10_000, End: 10_000, Confidence: conversation.Unknown},
		},
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
}

func TestDecodeJSONLSaysWhatIsWrongAndWhere(t *testing.T) {
	turn := func(s string) string {
		return `{"id":"a","lang":"zh","turns":[{"role":"agent","text":"好"},` + s + `]}`
	}
	for _, tt := range []struct {
		name, line, key, where string
		column                 int
	}{
		{"nothing", ``, "conversation.json.syntax", "", 1},
		{"no object", `[]`, "conversation.json.syntax", "", 1},
		{"cut off", `{"id":"a","lang":"zh","tur`, "conversation.json.syntax", "", 27},
		{"cut off in a character", "{\"id\":\"\xe5\xa5", "conversation.encoding", "", 8},
		{"two values", `{"id":"a","lang":"zh","turns":[]} {}`, "conversation.json.trailing", "", 35},
		{"comma before the end", `{"id":"a","lang":"zh","turns":[],}`, "conversation.json.syntax", "", 35},
		{"single quotes", `{'id':'a'}`, "conversation.json.syntax", "", 2},
		{"no id", `{"lang":"zh","turns":[]}`, "conversation.missing", "id", 24},
		{"empty id", `{"id":"","lang":"zh","turns":[]}`, "conversation.missing", "id", 9},
		{"key in other case", `{"ID":"a","lang":"zh","turns":[]}`, "conversation.missing", "id", 33},
		{"no turns", `{"id":"a","lang":"zh"}`, "conversation.missing", "turns", 22},
		{"no role", turn(`{"text":"x"}`), "conversation.missing", "turns[1].role", 71},
		{"no text", turn(`{"role":"agent"}`), "conversation.missing", "turns[1].text", 75},
		{"null text", turn(`{"role":"agent","text":null}`), "conversation.json.type", "turns[1].text", 83},
		{"text is a number", turn(`{"role":"agent","text":5}`), "conversation.json.type", "turns[1].text", 83},
		{"id is a number", `{"id":7}`, "conversation.json.type", "id", 7},
		{"key twice", `{"id":"a","id":"b"}`, "conversation.json.twice", "id", 19},
		{"field twice", `{"fields":{"a":1,"a":2}}`, "conversation.json.twice", "fields.a", 22},
		{"other language", `{"id":"a","lang":"fr","turns":[]}`, "conversation.value", "lang", 18},
		{"other role", turn(`{"role":"boss","text":""}`), "conversation.value", "turns[1].role", 68},
		{"local time", `{"started":"2026-03-02 09:00"}`, "conversation.value", "started", 12},
		{"negative time", turn(`{"role":"agent","text":"","start":-1}`), "conversation.range", "turns[1].start", 94},
		{"endless time", turn(`{"role":"agent","text":"","end":1e300}`), "conversation.range", "turns[1].end", 92},
		{"surer than sure", turn(`{"role":"agent","text":"","confidence":1.5}`), "conversation.range", "turns[1].confidence", 99},
		{"backwards", turn(`{"role":"agent","text":"","start":2,"end":1}`), "conversation.times", "turns[1]", 103},
		{"NUL", "{\"id\":\"a\x00\"}", "conversation.nul", "", 9},
		{"NUL escaped", `{"id":"a\u0000"}`, "conversation.nul", "id", 9},
		{"half a surrogate", `{"id":"\ud83dx"}`, "conversation.json.surrogate", "id", 8},
		{"unknown escape", `{"id":"\x"}`, "conversation.json.syntax", "id", 8},
		{"line feed in a string", "{\"id\":\"a\nb\"}", "conversation.json.syntax", "id", 9},
		{"number with a leading zero", `{"x":01}`, "conversation.json.syntax", "", 7},
		{"bare word", `{"x":nul}`, "conversation.json.syntax", "x", 6},
		{"deep", `{"x":` + strings.Repeat("[", 100_000), "conversation.json.deep", "", 69},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := conversation.DecodeJSONL([]byte(tt.line))
			var e *fault.Error
			if !errors.As(err, &e) || e.Kind != fault.Invalid {
				t.Fatalf("err = %v, want one that is invalid", err)
			}
			where := e.Args["where"]
			if tt.name == "deep" {
				where = ""
			}
			if e.Key != tt.key || where != tt.where || e.At.Column != tt.column {
				t.Errorf("got %s at %q, column %d; want %s at %q, column %d", e.Key, where, e.At.Column, tt.key, tt.where, tt.column)
			}
		})
	}
}

func TestTimesAreExactAndRounded(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "-0": 0, "0.0e5": 0, "1": 1000, "1.17": 1170, "0.0004": 0, "0.0005": 1, "0.00049999999999999999999": 0,
		"1e2": 100_000, "1.5E-1": 150, "1e-99": 0, "0.1e-2": 1, "999999999.999": 999_999_999_999, "115.85": 115_850,
		"1e-9999999999": 0,
	} {
		c, err := conversation.DecodeJSONL([]byte(`{"id":"a","lang":"zh","turns":[{"role":"agent","text":"","start":` + text + `}]}`))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := c.Turns[0].Start; got != want {
			t.Errorf("%s = %d ms, want %d", text, got, want)
		}
	}
}

func TestLimits(t *testing.T) {
	turns := func(n int) string { return strings.TrimSuffix(strings.Repeat(`{"role":"agent","text":"a"},`, n), ",") }
	doc := func(turns string) []byte { return []byte(`{"id":"a","lang":"zh","turns":[` + turns + `]}`) }
	if _, err := conversation.DecodeJSONL(doc(turns(conversation.MaxTurns))); err != nil {
		t.Errorf("as many turns as allowed: %v", err)
	}
	if _, err := conversation.DecodeJSONL(doc(`{"role":"agent","text":"` + strings.Repeat("好", 1_000_000) + `"}`)); err != nil {
		t.Errorf("a million characters: %v", err)
	}
	for key, line := range map[string][]byte{
		"conversation.limit.turns": doc(turns(conversation.MaxTurns + 1)),
		"conversation.limit.text":  doc(`{"role":"agent","text":"` + strings.Repeat("a", conversation.MaxText+1) + `"}`),
		"conversation.limit.line":  make([]byte, conversation.MaxLine+1),
	} {
		_, err := conversation.DecodeJSONL(line)
		var e *fault.Error
		if !errors.As(err, &e) || e.Key != key {
			t.Errorf("err = %v, want %s", err, key)
		}
	}
}

func TestEncodeJSONLIsReadBack(t *testing.T) {
	for c := range public(t) {
		line, err := conversation.EncodeJSONL(c)
		if err != nil {
			t.Fatal(err)
		}
		back, err := conversation.DecodeJSONL(line)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, back); diff != "" {
			t.Error(diff)
		}
		again, err := conversation.EncodeJSONL(back)
		if err != nil || !bytes.Equal(line, again) {
			t.Errorf("written twice, %q differs (%v)", c.ID, err)
		}
	}
}

func TestEncodersRefuseWhatDecodersWould(t *testing.T) {
	good := conversation.Conversation{ID: "a", Lang: "zh", Channel: "phone", Direction: "inbound", Turns: []conversation.Turn{{Role: "agent", Text: "好"}}}
	for name, spoil := range map[string]func(*conversation.Conversation){
		"no id":           func(c *conversation.Conversation) { c.ID = "" },
		"id not UTF-8":    func(c *conversation.Conversation) { c.ID = "\xff" },
		"no language":     func(c *conversation.Conversation) { c.Lang = "" },
		"other channel":   func(c *conversation.Conversation) { c.Channel = "fax" },
		"other direction": func(c *conversation.Conversation) { c.Direction = "up" },
		"ended by whom":   func(c *conversation.Conversation) { c.EndedBy = "cat" },
		"no role":         func(c *conversation.Conversation) { c.Turns[0].Role = "" },
		"not UTF-8":       func(c *conversation.Conversation) { c.Turns[0].Text = "\xff" },
		"NUL":             func(c *conversation.Conversation) { c.Turns[0].Text = "\x00" },
		"long":            func(c *conversation.Conversation) { c.Turns[0].Text = strings.Repeat("a", conversation.MaxText+1) },
		"backwards":       func(c *conversation.Conversation) { c.Turns[0].Start = 1 },
		"data not JSON":   func(c *conversation.Conversation) { c.Events = []conversation.Event{{Kind: "a", Data: []byte("{")}} },
		"many turns":      func(c *conversation.Conversation) { c.Turns = make([]conversation.Turn, conversation.MaxTurns+1) },
	} {
		c := good
		c.Turns = append([]conversation.Turn(nil), good.Turns...)
		spoil(&c)
		if _, err := conversation.EncodeJSONL(c); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: JSONL err = %v, want invalid", name, err)
		}
		if _, err := conversation.EncodeVCon(c, time.Unix(0, 0)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: vCon err = %v, want invalid", name, err)
		}
	}
}

// public yields the conversations of the public sample.
func public(t testing.TB) func(func(conversation.Conversation) bool) {
	t.Helper()
	f, err := os.Open("../testdata/conversations-public.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return func(yield func(conversation.Conversation) bool) {
		n, stop := 0, errors.New("stop")
		err := conversation.Read(f, "conversations-public.jsonl", conversation.Options{}, func(c conversation.Conversation) error {
			n++
			if !yield(c) {
				return stop
			}
			return nil
		})
		if err != nil && !errors.Is(err, stop) || n == 0 {
			t.Fatalf("%d conversations: %v", n, err)
		}
	}
}
