package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

func TestActsAnswersEveryLineAndNamesTheBrokenOnes(t *testing.T) {
	in := strings.Join([]string{
		"\ufeff" + `{"id":"1","lang":"zh","role":"agent","text":"您好，请问有什么可以帮您？"}`,
		`{"id":"2","lang":"zh","role":"agent"`,
		`{"lang":"zh","role":"agent","text":"您好"}`,
		`{"id":9,"lang":"zh","role":"agent","text":"您好"}`,
		`{"id":"5","lang":"fr","role":"agent","text":"bonjour"}`,
		`{"id":"6","lang":"en","role":"agent"}`,
		`{"id":"7","lang":"en","role":"agent","text":"a\u0000b"}`,
		"",
		`{"id":"9","lang":"en","role":"agent","text":"👋 Good morning, how can I help?"}`,
	}, "\n")
	var out, errs bytes.Buffer
	code := run(context.Background(), []string{"--locale", "en", "acts"}, std{in: strings.NewReader(in), out: &out, err: &errs})
	if code != exitError {
		t.Errorf("exit %d, want %d", code, exitError)
	}
	got := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(got) != 2 || !strings.Contains(got[0], `{"act":"greet","from":0,"to":2}`) || !strings.Contains(got[1], `{"act":"greet","from":0,"to":14}`) {
		t.Errorf("answers:\n%s", out.String())
	}
	for _, place := range []string{"-:2", "-:3", "-:4", "-:5", "-:6", "-:7"} {
		if !strings.Contains(errs.String(), place) {
			t.Errorf("no problem at %s:\n%s", place, errs.String())
		}
	}
}

func FuzzParseUtterance(f *testing.F) {
	f.Add([]byte(`{"id":"1","lang":"zh","role":"agent","text":"您好","context":[{"role":"customer","text":"喂"}]}`))
	f.Add([]byte(`{"id":1}`))
	f.Add([]byte("\ufeff[]"))
	f.Fuzz(func(t *testing.T, line []byte) {
		u, id, err := parseUtterance(fault.Position{File: "f", Line: 1}, line)
		if err == nil && (id == "" || u.Lang == "" || strings.Contains(u.Text, "\x00")) {
			t.Errorf("accepted %q as %+v", line, u)
		}
	})
}
