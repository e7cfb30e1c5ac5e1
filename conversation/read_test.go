package conversation_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
)

const line = `{"id":"%s","lang":"zh","turns":[]}` + "\n"

// ids reads everything in text and returns the ids and the errors, in order.
func ids(text, name string, o conversation.Options) (got, broken []string, err error) {
	o.Broken = func(err error) error {
		var e *fault.Error
		if !errors.As(err, &e) {
			return err
		}
		broken = append(broken, fmt.Sprintf("%s %s", e.At, e.Key))
		return nil
	}
	err = conversation.Read(strings.NewReader(text), name, o, func(c conversation.Conversation) error {
		got = append(got, string(c.ID))
		return nil
	})
	return got, broken, err
}

func TestReadGoesOnAfterABrokenLine(t *testing.T) {
	text := fmt.Sprintf(line, "a") + "\n{\"id\":\"b\",\n" + "\r\n" + "不是 JSON\n" + fmt.Sprintf(line, "c") + strings.TrimSuffix(fmt.Sprintf(line, "d"), "\n")
	got, broken, err := ids(text, "calls.jsonl", conversation.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "c", "d"}, got); diff != "" {
		t.Error(diff)
	}
	want := []string{"calls.jsonl:3:11 conversation.json.syntax", "calls.jsonl:5:1 conversation.json.syntax"}
	if diff := cmp.Diff(want, broken); diff != "" {
		t.Error(diff)
	}
}

func TestReadStopsAtABrokenLineWhenNobodyListens(t *testing.T) {
	err := conversation.Read(strings.NewReader("{}\n"+fmt.Sprintf(line, "a")), "x.jsonl", conversation.Options{}, func(conversation.Conversation) error {
		t.Error("read on after the broken line")
		return nil
	})
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("err = %v, want invalid", err)
	}
}

func TestReadReturnsTheCallersError(t *testing.T) {
	full := errors.New("disk full")
	err := conversation.Read(strings.NewReader(fmt.Sprintf(line, "a")), "x.jsonl", conversation.Options{Broken: func(error) error {
		t.Error("the caller's error is no broken record")
		return nil
	}}, func(conversation.Conversation) error { return full })
	if !errors.Is(err, full) {
		t.Errorf("err = %v, want %v", err, full)
	}
}

func TestReadFindsTheFormat(t *testing.T) {
	vcon, err := os.ReadFile("testdata/text.vcon.json")
	if err != nil {
		t.Fatal(err)
	}
	oneLine := strings.ReplaceAll(string(vcon), "\n", "")
	for _, tt := range []struct {
		name, text string
		ids        []string
		broken     []string
	}{
		{"calls", fmt.Sprintf(line, "a"), []string{"a"}, nil},
		{"calls", "\uFEFF\n \n" + fmt.Sprintf(line, "a"), []string{"a"}, nil},
		{"one.json", "{\n \"id\": \"a\",\n \"lang\": \"zh\",\n \"turns\": []\n}\n", []string{"a"}, nil},
		{"one.json", "{\n \"id\": \"a\",\n \"lang\": \"zh\",\n \"turns\": [}\n}\n", nil, []string{"one.json:4:12 conversation.json.type"}},
		{"a.vcon", string(vcon), []string{"018b6a2e-33ee-8dd7-8e57-3ac2c18eb1f8"}, nil},
		{"-", oneLine + "\n" + fmt.Sprintf(line, "b"), []string{"018b6a2e-33ee-8dd7-8e57-3ac2c18eb1f8", "b"}, nil},
		{"dir/a call.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Agent>hello\n", []string{"a call"}, nil},
		{"stdin", "WEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\n<v Agent>hello\r\n", []string{"stdin"}, nil},
		{"empty.jsonl", "", nil, nil},
		{"empty", "\n\n", nil, nil},
		{"empty.vtt", "", nil, []string{"empty.vtt:1 conversation.webvtt.header"}},
		{"list.json", "[{}]", nil, []string{"list.json:1 conversation.format"}},
		{"photo.png", "\x89PNG\r\n\x1a\n\x00\x00", nil, []string{"photo.png:1 conversation.format"}},
		{"utf16.jsonl", "\xff\xfe{\x00", nil, []string{"utf16.jsonl:1 conversation.encoding"}},
		{"gbk.jsonl", "{\"id\":\"\xc4\xfa\xba\xc3\"}", nil, []string{"gbk.jsonl:1:8 conversation.encoding"}},
	} {
		got, broken, err := ids(tt.text, tt.name, conversation.Options{})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.ids, got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
		if diff := cmp.Diff(tt.broken, broken); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

func TestALineTooLongIsDroppedWithoutTheMemory(t *testing.T) {
	long := io.LimitReader(repeat('x'), 3*conversation.MaxLine)
	in := io.MultiReader(strings.NewReader(fmt.Sprintf(line, "a")), long, strings.NewReader("\n"+fmt.Sprintf(line, "b")))
	var got []string
	var broken []error
	err := conversation.Read(in, "x.jsonl", conversation.Options{Broken: func(err error) error { broken = append(broken, err); return nil }},
		func(c conversation.Conversation) error { got = append(got, string(c.ID)); return nil })
	if err != nil || len(broken) != 1 || !strings.Contains(broken[0].Error(), "x.jsonl:2: ") {
		t.Errorf("err = %v, broken = %v", err, broken)
	}
	if diff := cmp.Diff([]string{"a", "b"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadSaysThatTheDiskFailed(t *testing.T) {
	for _, text := range []string{"", fmt.Sprintf(line, "a"), "WEBVTT\n"} {
		in := io.MultiReader(strings.NewReader(text+strings.Repeat("\n", 5000)), iotest.ErrReader(errors.New("bad sector")))
		err := conversation.Read(in, "x", conversation.Options{Broken: func(error) error { return nil }}, func(conversation.Conversation) error { return nil })
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("%q: err = %v, want unavailable", text, err)
		}
	}
}

// repeat is an endless stream of one byte.
type repeat byte

func (r repeat) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(r)
	}
	return len(p), nil
}
