package conversation_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden reads every file of testdata and compares what came out, as
// JSONL, with the golden file beside it. A new file needs only -update.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.[vj]*")
	if err != nil {
		t.Fatal(err)
	}
	options := map[string]conversation.Options{"voices.vtt": {AgentName: "小林"}}
	for _, file := range files {
		if strings.HasSuffix(file, ".golden.jsonl") {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got []byte
			err = conversation.Read(bytes.NewReader(data), file, options[filepath.Base(file)], func(c conversation.Conversation) error {
				line, err := conversation.EncodeJSONL(c)
				got = append(append(got, line...), '\n')
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(file, filepath.Ext(file)) + ".golden.jsonl"
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestVConIsReadBack(t *testing.T) {
	created := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	for c := range public(t) {
		data, err := conversation.EncodeVCon(c, created)
		if err != nil {
			t.Fatal(err)
		}
		back, err := conversation.DecodeVCon(data, "", conversation.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, back); diff != "" {
			t.Error(diff)
		}
	}
}

func TestWordsMaskedInAVConStayMasked(t *testing.T) {
	c := conversation.Conversation{ID: "a", Lang: "en", Channel: "phone", Direction: "inbound", Turns: []conversation.Turn{{Role: "agent", Text: "it is 4111"}}}
	data, err := conversation.EncodeVCon(c, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	masked := bytes.ReplaceAll(data, []byte("4111"), []byte("****"))
	if n := bytes.Count(data, []byte("4111")); n != 1 {
		t.Errorf("the words stand %d times in the file, want once", n)
	}
	back, err := conversation.DecodeVCon(masked, "", conversation.Options{})
	if err != nil || back.Turns[0].Text != "it is ****" {
		t.Errorf("read back %+v, %v", back, err)
	}
}

func TestFormatsSayWhatIsWrong(t *testing.T) {
	vtt := func(s string) string { return "WEBVTT\n\n" + s }
	for _, tt := range []struct {
		name, text, key string
		line            int
	}{
		{"a.vtt", "WEBVTTX\n", "conversation.webvtt.header", 1},
		{"a.vtt", vtt("hello\nworld\n"), "conversation.webvtt.timing", 3},
		{"a.vtt", vtt("1\n00:01.000 -> 00:02.000\nhi\n"), "conversation.webvtt.timing", 3},
		{"a.vtt", vtt("1\n00:01.000 --> 00:62.000\nhi\n"), "conversation.webvtt.timing", 4},
		{"a.vtt", vtt("1\n0:01.000 --> 00:02.000\nhi\n"), "conversation.webvtt.timing", 4},
		{"a.vtt", vtt("00:03.000 --> 00:02.000\nhi\n"), "conversation.times", 3},
		{"a.vtt", vtt("00:01.000 --> 00:02.000\n\xff\n"), "conversation.encoding", 4},
		{"a.vtt", vtt("00:01.000 --> 00:02.000\n<v Ann>hi\n\n00:03.000 --> 00:04.000\n<v Bob>hi\n"), "conversation.who", 1},
		{"a.vtt", vtt("00:01.000 --> 00:02.000\nhi\n"), "conversation.who", 1},
		{"a.vtt", vtt("00:01.000 --> 00:02.000\n<v Customer>hi\n"), "conversation.who", 1},
		{"a.vcon", `{"vcon":"0.0.1","parties":3}`, "conversation.vcon.form", 1},
		{"a.vcon", `{"payload":"eyJ2Y29uIjoiMC4wLjEifQ","signatures":[{"protected":"e30","signature":"x"}]}`, "conversation.vcon.signed", 1},
		{"a.vcon", `{"protected":"x","recipients":[],"iv":"x","ciphertext":"x","tag":"x"}`, "conversation.vcon.encrypted", 1},
		{"a.vcon", `{"vcon":"0.0.1","uuid":"a","dialog":[{"type":"recording","url":"https://example.com/a"}]}`, "conversation.vcon.words", 1},
		{"a.vcon", `{"vcon":"0.0.1","uuid":"a","dialog":[{"type":"text","body":"hi"}]}`, "conversation.who", 1},
		{"a.vcon", `{"vcon":"0.0.1","uuid":"a","parties":[{"name":"Ann"},{"name":"Bob"}],"dialog":[{"type":"text","parties":0,"body":"hi"}]}`, "conversation.who", 1},
	} {
		err := conversation.Read(strings.NewReader(tt.text), tt.name, conversation.Options{}, func(conversation.Conversation) error { return nil })
		var e *fault.Error
		if !errors.As(err, &e) || e.Kind != fault.Invalid || e.Key != tt.key || e.At.Line != tt.line || e.At.File != tt.name {
			t.Errorf("%q:\n got %v\nwant %s:%d %s", tt.text, err, tt.name, tt.line, tt.key)
		}
	}
}

func TestTheAgentIsFoundByNameOrByWhatIsLeft(t *testing.T) {
	file := "WEBVTT\n\n00:01.000 --> 00:02.000\n<v %A>hi there.\n\n00:03.000 --> 00:04.000\n<v %B>hi."
	for _, tt := range []struct {
		a, b, agent string
		first       conversation.Role
	}{
		{"Ann", "Bob", "ann", conversation.Agent},
		{"Ann", "Bob", " Bob ", conversation.Customer},
		{"客服017", "陈先生", "", conversation.Agent},
		{"Customer", "Bob", "", conversation.Customer},
		{"IVR", "Agent #2", "", conversation.System},
	} {
		text := strings.NewReplacer("%A", tt.a, "%B", tt.b).Replace(file)
		c, err := conversation.DecodeWebVTT([]byte(text), "a", conversation.Options{AgentName: tt.agent, Lang: conversation.English})
		if err != nil {
			t.Errorf("%+v: %v", tt, err)
			continue
		}
		if c.Turns[0].Role != tt.first || c.Lang != conversation.English {
			t.Errorf("%+v: first role %q, language %q", tt, c.Turns[0].Role, c.Lang)
		}
	}
}
