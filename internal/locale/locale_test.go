package locale

import (
	"errors"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

func mustLoad(t *testing.T) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMatch(t *testing.T) {
	c := mustLoad(t)
	for _, tc := range []struct {
		cookie, accept string
		want           Lang
	}{
		{"", "", Chinese},
		{"", "zh", Chinese},
		{"", "zh-CN,zh;q=0.9,en;q=0.8", Chinese},
		{"", "zh-Hans", Chinese},
		{"", "zh-TW,zh;q=0.9", Chinese},
		{"", "zh-HK", Chinese},
		{"", "en-GB,en;q=0.9", English},
		{"", "en-US", English},
		{"", "fr-FR,fr;q=0.9", English},
		{"", "fr-FR,fr;q=0.9,zh;q=0.5", Chinese},
		{"", "ja", Chinese},
		{"", "not a header;;;", Chinese},
		{"en", "zh-CN", English},
		{"zh-CN", "en", Chinese},
		{"xx", "en", English},
	} {
		if got := c.Match(tc.cookie, tc.accept); got != tc.want {
			t.Errorf("Match(%q, %q) = %s, want %s", tc.cookie, tc.accept, got, tc.want)
		}
	}
}

func TestOwnFirst(t *testing.T) {
	for lang, want := range map[Lang][]string{Chinese: {"zh", "en", "fr"}, English: {"en", "zh", "fr"}} {
		got := []string{"zh", "en", "fr"}
		if slices.SortStableFunc(got, lang.OwnFirst); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", lang, got, want)
		}
	}
}

func TestTimes(t *testing.T) {
	c := mustLoad(t)
	zone := time.FixedZone("CST", 8*3600)
	now := time.Date(2026, 11, 22, 1, 30, 0, 0, zone)
	zh, en := c.Printer(Chinese, zone), c.Printer(English, zone)
	for _, tc := range []struct {
		at     time.Time
		zh, en string
	}{
		{now.Add(-time.Hour), "今天 00:30", "today, 00:30"},
		{now.Add(-2 * time.Hour), "昨天 23:30", "yesterday, 23:30"},
		{now.AddDate(0, 0, -3), "11月19日 01:30", "19 Nov, 01:30"},
		{now.AddDate(-1, 0, 0), "2025年11月22日 01:30", "22 Nov 2025, 01:30"},
		{time.Date(2026, 11, 21, 17, 0, 0, 0, time.UTC), "今天 01:00", "today, 01:00"},
	} {
		if got := zh.When(tc.at, now); got != tc.zh {
			t.Errorf("zh When(%v) = %q, want %q", tc.at, got, tc.zh)
		}
		if got := en.When(tc.at, now); got != tc.en {
			t.Errorf("en When(%v) = %q, want %q", tc.at, got, tc.en)
		}
	}
	if got := zh.Month(now); got != "2026年11月" {
		t.Errorf("Month = %q", got)
	}
	if got := en.Date(now); got != "22 November 2026" {
		t.Errorf("Date = %q", got)
	}
}

func TestNumbersAndDurations(t *testing.T) {
	c := mustLoad(t)
	zh, en := c.Printer(Chinese, time.UTC), c.Printer(English, time.UTC)
	for _, tc := range []struct{ got, want string }{
		{zh.Number(12345), "12,345"},
		{zh.Decimal(82), "82"},
		{zh.Decimal(82.46), "82.5"},
		{en.Decimal(0.04), "0"},
		{en.Percent(0.954), "95%"},
		{zh.Percent(0.954), "95 %"},
		{zh.Duration(200 * time.Second), "3 分 20 秒"},
		{en.Duration(200 * time.Second), "3 min 20 s"},
		{zh.Duration(2 * time.Minute), "2 分钟"},
		{en.Duration(65 * time.Minute), "1 h 5 min"},
		{en.Duration(400 * time.Millisecond), "0 s"},
		{zh.Clock(65 * time.Second), "1:05"},
		{zh.Clock(-time.Second), "0:00"},
		{zh.Clock(61 * time.Minute), "61:00"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

func TestError(t *testing.T) {
	p := mustLoad(t).Printer(English, time.UTC)
	own := p.Text("web.error.kind.internal")
	for _, tc := range []struct {
		name string
		err  error
		want string
	}{
		{"none", nil, ""},
		{"foreign", errors.New("disk gone"), own},
		{"no key", &fault.Error{Kind: fault.Denied}, p.Text("web.error.kind.denied")},
		{"unknown key", fault.New(fault.Conflict, "no.such.key", nil), p.Text("web.error.kind.conflict")},
		{"key", fault.Wrap("op", fault.New(fault.Invalid, "web.when.today", fault.Args{"time": "9:00"})), "today, 9:00"},
		{"place", &fault.Error{Key: "web.when.today", Args: fault.Args{"time": "9:00"}, At: fault.Position{File: "a.yaml", Line: 3, Column: 2}}, "a.yaml:3:2: today, 9:00"},
	} {
		if got := p.Error(tc.err); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestLoadNamesTheBrokenFile(t *testing.T) {
	for name, text := range map[string]string{
		"catalog/web.en.json":    `{"web.a": `,
		"catalog/web.fr.json":    `{"web.a": "b"}`,
		"catalog/web.json":       `{"web.a": "b"}`,
		"catalog/web.zh-CN.json": `["a"`,
	} {
		_, err := load(fstest.MapFS{name: {Data: []byte(text)}})
		if err == nil || !contains(err.Error(), name) {
			t.Errorf("%s: error %v does not name the file", name, err)
		}
	}
}

func TestMissingKeyIsSeen(t *testing.T) {
	p := mustLoad(t).Printer(English, time.UTC)
	if got := p.Text("web.no.such.key"); got != "⟨web.no.such.key⟩" {
		t.Errorf("got %q", got)
	}
	if p.Has("web.no.such.key") || !p.Has("web.when.today") {
		t.Error("Has does not know what is there")
	}
}

func TestPluralForms(t *testing.T) {
	c, err := load(fstest.MapFS{
		"catalog/x.en.json":    {Data: []byte(`{"x.calls": {"one": "{{.n}} call by {{.who}}", "other": "{{.n}} calls by {{.who}}"}}`)},
		"catalog/x.zh-CN.json": {Data: []byte(`{"x.calls": {"other": "{{.who}}的 {{.n}} 通电话"}}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	en, zh := c.Printer(English, time.UTC), c.Printer(Chinese, time.UTC)
	for _, tc := range []struct{ got, want string }{
		{en.Plural("x.calls", 1, Args{"who": "Li"}), "1 call by Li"},
		{en.Plural("x.calls", 1200, Args{"who": "Li"}), "1,200 calls by Li"},
		{zh.Plural("x.calls", 1, Args{"who": "李"}), "李的 1 通电话"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}
