package conversation_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
)

// FuzzDecodeJSONL checks that whatever is accepted is JSON in the eyes of the
// standard library too, and survives writing and reading.
func FuzzDecodeJSONL(f *testing.F) {
	sample, err := os.ReadFile("../testdata/conversations-public.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	for line := range bytes.Lines(sample) {
		f.Add(line[:min(len(line), 600)])
	}
	f.Add([]byte(`{"id":"a","lang":"zh","events":[{"kind":"x","at":1.5,"data":{}}],"fields":{"a":[1e5]},"turns":[{"role":"agent","text":"\ud83d\ude00","confidence":0.5}]}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		c, err := conversation.DecodeJSONL(line)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("kind of %v", err)
			}
			return
		}
		if !json.Valid(bytes.TrimPrefix(line, []byte("\uFEFF"))) {
			t.Fatalf("accepted what is no JSON: %q", line)
		}
		out, err := conversation.EncodeJSONL(c)
		if err != nil {
			t.Fatalf("cannot write what was read: %v", err)
		}
		back, err := conversation.DecodeJSONL(out)
		if err != nil {
			t.Fatalf("cannot read what was written: %v\n%s", err, out)
		}
		again, err := conversation.EncodeJSONL(back)
		if err != nil || !bytes.Equal(out, again) {
			t.Fatalf("%v\n%s\n%s", err, out, again)
		}
	})
}

func FuzzWebVTT(f *testing.F) {
	seed(f, "testdata/voices.vtt", "testdata/prefix.vtt")
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := conversation.DecodeWebVTT(data, "a", conversation.Options{AgentName: "小林"})
		writable(t, c, err)
	})
}

func FuzzVCon(f *testing.F) {
	seed(f, "testdata/text.vcon.json", "testdata/transcript.vcon.json")
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := conversation.DecodeVCon(data, "a", conversation.Options{})
		writable(t, c, err)
	})
}

// FuzzRead checks that any file at all is read to its end, with an error or without.
func FuzzRead(f *testing.F) {
	seed(f, "testdata/voices.vtt", "testdata/text.vcon.json", "testdata/text.vcon.golden.jsonl")
	f.Fuzz(func(t *testing.T, data []byte) {
		o := conversation.Options{Broken: func(err error) error {
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return nil
		}}
		if err := conversation.Read(bytes.NewReader(data), "x", o, func(conversation.Conversation) error { return nil }); err != nil {
			t.Fatal(err)
		}
	})
}

func seed(f *testing.F, files ...string) {
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

// writable fails unless c can be written in both forms and be read back.
func writable(t *testing.T, c conversation.Conversation, err error) {
	if err != nil {
		if !fault.Is(err, fault.Invalid) {
			t.Fatalf("kind of %v", err)
		}
		return
	}
	data, err := conversation.EncodeVCon(c, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	back, err := conversation.DecodeVCon(data, "", conversation.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, back); diff != "" {
		t.Fatal(diff)
	}
}
