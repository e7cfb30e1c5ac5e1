package scenario_test

import (
	"os"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/scenario"
)

const small = `id: en-small
lang: en
title: A small one
summary: Nothing much.
trade: shop
kind: enquiry
level: 1
channel: phone
direction: inbound
scorecard: general
competencies: [listening]
customer: {age: young, temperament: even, pace: normal}
vary:
  person: [{surname: Lee, title: Ms}, {surname: Ray, title: Mr}]
mood: {irritation: 100, trust: 500, patience: 600, clarity: 700}
verification: {due: false}
concerns:
  - id: hours
    label: Opening hours
    raise: {any: ["When do you open?"]}
    points:
      - {id: nine, label: At nine, says: ["nine|9"]}
    accept: {any: ["Thanks, that helps."]}
knows:
  - id: day
    asked: ["which day|what day"]
    hidden: on Tuesday
    withheld: {trust: 100}
    tells: {any: ["I'd come on Tuesday."]}
`

func TestWrongTextsSayWhere(t *testing.T) {
	for name, c := range map[string]struct{ from, to, want string }{
		"unknown word":        {"scorecard: general", "scoercard: general", `en-small.yaml:10:1: unknown word "scoercard"`},
		"stray slot":          {"When do you open?", "When do you open, {surnam}?", `en-small.yaml:20:19: unknown word "surnam", expected one of surname, title; did you mean "surname"?`},
		"level":               {"level: 1", "level: 9", `en-small.yaml:7:8: read "9", expected a number from 1 to 5`},
		"temperament":         {"temperament: even", "temperament: evn", `en-small.yaml:12:37: unknown word "evn"`},
		"rows differ":         {"{surname: Ray, title: Mr}", "{surname: Ray}", `expected the same slots as in the first row`},
		"no wording":          {`raise: {any: ["When do you open?"]}`, `raise: {}`, `expected at least 1 wording`},
		"unknown reference":   {"says: [\"nine|9\"]", "says: [\"nine|9\"], after: [dya]", `unknown word "dya"`},
		"unknown act":         {"says: [\"nine|9\"]", "acts: [transfr]", `unknown word "transfr"`},
		"pattern of nothing":  {"nine|9", "…", `expected words to look for`},
		"value given away":    {"Thanks, that helps.", "Thanks, I'd be there on Tuesday.", `expected no withheld value in other lines`},
		"an id twice":         {"- id: day", "- id: nine", `expected an id that is not used yet`},
		"identity without":    {"{due: false}", "{due: true}", `expected the facts that prove who he is`},
		"id of other tongues": {"id: en-small", "id: zh-small", `expected a slug that begins with the language`},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(small, c.from, c.to, 1)
			_, err := scenario.Parse(os.DirFS("../content"), "en-small.yaml", []byte(text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("a wrong text must be invalid: %v", err)
			}
		})
	}
}

func TestGoodTextIsRead(t *testing.T) {
	sc, err := scenario.Parse(os.DirFS("../content"), "en-small.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if sc.Concerns[0].Points[0].Label != "At nine" || sc.Limits.HangUp == 0 {
		t.Errorf("read %+v", sc.Concerns[0])
	}
}

func TestScriptLinesWaitForBehaviours(t *testing.T) {
	s, err := scenario.ParseScript("a.txt", []byte("\ufeff# a comment\n\nHello there, {surname}.\n@on raise:hours|soften: At nine.\n@on nothing-else: Goodbye.\nGoodbye now.\n"))
	if err != nil {
		t.Fatal(err)
	}
	sc, err := scenario.Parse(os.DirFS("../content"), "en-small.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	c := scenario.Play(sc, 1, s, keywords, nil)
	turns := c.Conversation().Turns
	if turns[0].Text != "Hello there, "+c.Slots()["surname"]+"." {
		t.Errorf("first line %q: the slot was not filled", turns[0].Text)
	}
	if turns[2].Text != "At nine." {
		t.Errorf("after the question came %q, want the marked line", turns[2].Text)
	}
	if e := c.Outcome().Ending; e != scenario.SolvedCold {
		t.Errorf("ending %s, want solved-cold: nobody listened", e)
	}
}

func TestScriptsSayWhereTheyAreWrong(t *testing.T) {
	for name, text := range map[string]string{
		"a mark without colon": "hello\n@on raise text\n",
		"another mark":         "hello\n@onn raise: text\n",
		"no behaviour":         "hello\n@on : text\n",
		"a very long line":     "hello\n" + strings.Repeat("长", 4001) + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := scenario.ParseScript("agent.txt", []byte(text))
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "agent.txt:2") {
				t.Errorf("got %v, want an invalid error at agent.txt:2", err)
			}
		})
	}
	if _, err := scenario.ParseScript("agent.txt", []byte("\xff\xfe")); !fault.Is(err, fault.Invalid) {
		t.Errorf("bytes that are no text: %v", err)
	}
}

func FuzzScript(f *testing.F) {
	f.Add("您好。\n@on raise: 好的\n")
	f.Add("@on tell:light|soften： 明白了\n# x\n")
	f.Add("@on :\n@\n\ufeff")
	sc, err := scenario.Parse(os.DirFS("../content"), "en-small.yaml", []byte(small))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := scenario.ParseScript("fuzz.txt", []byte(text))
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("a wrong script must be invalid, got %v", err)
			}
			return
		}
		if c := scenario.Play(sc, 1, s, keywords, nil); c.Outcome().Ending == "" {
			t.Error("a played call has no ending")
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add(small)
	f.Add("id: x\nlang: zh\n")
	f.Add(strings.Replace(small, "nine|9", "…|*|", 1))
	fsys := os.DirFS("../content")
	f.Fuzz(func(t *testing.T, text string) {
		sc, err := scenario.Parse(fsys, "fuzz.yaml", []byte(text))
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("a wrong text must be invalid, got %v", err)
			}
			return
		}
		c := scenario.Start(sc, 1, keywords)
		c.Opening()
		for range 5 {
			c.Say("Hello, which day, at nine?", 0)
		}
	})
}
