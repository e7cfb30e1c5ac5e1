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

func TestActsTellsSignalsWhenAsked(t *testing.T) {
	in := `{"id":"1","lang":"en","role":"agent","text":"What's the code we just texted you?","context":[{"role":"customer","text":"okay I got a text"}]}` + "\n" +
		`{"id":"2","lang":"en","role":"agent","text":"Good morning."}` + "\n"
	answers := func(args ...string) []string {
		var out, errs bytes.Buffer
		if code := run(context.Background(), append([]string{"--locale", "en", "acts"}, args...), std{in: strings.NewReader(in), out: &out, err: &errs}); code != exitOK {
			t.Fatalf("exit %d: %s", code, errs.String())
		}
		return strings.Split(strings.TrimSpace(out.String()), "\n")
	}
	if plain := answers(); strings.Contains(plain[0], "signals") {
		t.Errorf("signals nobody asked for: %s", plain[0])
	}
	asked := answers("--signals")
	if !strings.Contains(asked[0], `"signals":[{"act":"asks-secret","from":0,"to":`) || !strings.Contains(asked[1], `"signals":[]`) {
		t.Errorf("answers: %q", asked)
	}
	if human := answers("--signals", "--human"); !strings.Contains(strings.Join(human, "\n"), "asks-secret") {
		t.Errorf("for people: %q", human)
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
