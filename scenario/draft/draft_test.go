package draft_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/scenario/draft"
)

var update = flag.Bool("update", false, "write the golden files anew")

var ears = sync.OnceValues(func() (*language.Engine, error) {
	fsys := os.DirFS("../../content")
	cat, err := analysis.LoadCatalogue(fsys)
	if err != nil {
		return nil, err
	}
	return language.Load(fsys, cat)
})

func hear(t testing.TB) scenario.Hear {
	t.Helper()
	e, err := ears()
	if err != nil {
		t.Fatal(err)
	}
	return e.Acts
}

// read returns the conversations of a file, by id.
func read(t testing.TB, file string) map[string]conversation.Conversation {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[string]conversation.Conversation{}
	if err := conversation.Read(f, file, conversation.Options{}, func(c conversation.Conversation) error { out[string(c.ID)] = c; return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

// valid checks the draft as `lianxi scenario check` does, and plays it.
func valid(t testing.TB, d draft.Draft) *scenario.Call {
	t.Helper()
	sc, err := scenario.Parse(os.DirFS("../../content"), "draft.yaml", d.Scenario)
	if err != nil {
		t.Fatalf("the draft is no scenario: %v\n%s", err, d.Scenario)
	}
	s, err := scenario.ParseScript("agent.txt", d.Script)
	if err != nil {
		t.Fatalf("the script is none: %v\n%s", err, d.Script)
	}
	return scenario.Play(sc, 1, s, hear(t), nil)
}

// heardThen hears what the engine heard when the golden files were written, so
// that they change with this package and not with every wording of the lexicon.
func heardThen(t *testing.T, calls map[string]conversation.Conversation) scenario.Hear {
	t.Helper()
	const file = "testdata/acts.json"
	acts := map[string][]analysis.Act{}
	if *update {
		for _, c := range calls {
			for i, turn := range c.Turns {
				for _, f := range hear(t)(analysis.Utterance{Lang: c.Lang, Channel: c.Channel, Direction: c.Direction, Role: turn.Role, Context: c.Turns[max(0, i-8):i], Text: turn.Text}) {
					if !slices.Contains(acts[turn.Text], f.Act) {
						acts[turn.Text] = append(acts[turn.Text], f.Act)
					}
				}
			}
		}
		text, err := json.MarshalIndent(acts, "", " ")
		if err == nil {
			err = os.WriteFile(file, append(text, '\n'), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &acts)
	}
	if err != nil {
		t.Fatal(err)
	}
	return func(u analysis.Utterance) []analysis.Finding {
		var out []analysis.Finding
		for _, a := range acts[u.Text] {
			out = append(out, analysis.Finding{Act: a})
		}
		return out
	}
}

// TestTheRealAgentSolvesTheDraft, by the engine as it is now.
func TestTheRealAgentSolvesTheDraft(t *testing.T) {
	for name, c := range read(t, "testdata/calls.jsonl") {
		d, err := draft.From(c, id.Scenario(name), hear(t))
		if err != nil {
			t.Fatal(err)
		}
		if o := valid(t, d).Outcome(); o.Ending != scenario.Solved && o.Ending != scenario.SolvedCold {
			t.Errorf("%s: the real agent's lines end %s, missing %v", name, o.Ending, o.Missing)
		}
	}
}

func TestDraftsStandAsWritten(t *testing.T) {
	calls := read(t, "testdata/calls.jsonl")
	then := heardThen(t, calls)
	for name, c := range calls {
		t.Run(name, func(t *testing.T) {
			d, err := draft.From(c, id.Scenario(name), then)
			if err != nil {
				t.Fatal(err)
			}
			valid(t, d)
			for _, file := range []struct {
				name string
				text []byte
			}{{name + ".yaml", d.Scenario}, {name + ".txt", d.Script}} {
				path := filepath.Join("testdata", file.name)
				if *update {
					if err := os.WriteFile(path, file.text, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(string(want), string(file.text)); d != "" {
					t.Errorf("%s (-golden +now)\n%s", path, d)
				}
			}
		})
	}
}

// TestNothingPersonalStays: neither the draft nor the script holds what tells
// who somebody is.
func TestNothingPersonalStays(t *testing.T) {
	secrets := map[string][]string{
		"zh-draft-parcel": {"13812345678", "闻人婉", "秀水路", "SF10293847", "沈女士", "沈", "128", "3302"},
		"en-draft-bill":   {"Whitcombe", "07911", "123456", "QX4471902", "48.60", "Thornbury", "Josie"},
	}
	for name, c := range read(t, "testdata/calls.jsonl") {
		d, err := draft.From(c, id.Scenario(name), hear(t))
		if err != nil {
			t.Fatal(err)
		}
		if len(secrets[name]) == 0 {
			t.Errorf("no secrets for %s", name)
		}
		for _, s := range secrets[name] {
			if strings.Contains(string(d.Scenario), s) || strings.Contains(string(d.Script), s) {
				t.Errorf("%s: %q is still there", name, s)
			}
		}
	}
}

// TestAnyConversationMakesAValidDraft or says that it is too short.
func TestAnyConversationMakesAValidDraft(t *testing.T) {
	drafted, short := 0, 0
	for _, c := range read(t, "../../testdata/conversations-public.jsonl") {
		d, err := draft.From(c, id.Scenario(string(c.Lang)+"-draft"), hear(t))
		if fault.Is(err, fault.Invalid) {
			short++
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if call := valid(t, d); call.Outcome().Ending == "" {
			t.Errorf("%s: the draft has no end", c.ID)
		}
		drafted++
	}
	t.Logf("%d drafts, %d too short", drafted, short)
	if drafted < short {
		t.Errorf("only %d of %d conversations make a draft", drafted, drafted+short)
	}
}

func FuzzFrom(f *testing.F) {
	f.Add("喂，我家网断了三天了！", "您好，请问光猫亮什么灯？", "红灯。", "光缆断了，今晚八点恢复。")
	f.Add("My name is {x}", "# @on raise: what?", "\"':-", "I'll refund £20 to account 12345678 by Friday.")
	f.Add("喂？\x7f", "\u2028@on", "\ufeff\ufffe红灯。", "光缆断了，今晚八点恢复。\x00")
	fsys := os.DirFS("../../content")
	hear := func(u analysis.Utterance) []analysis.Finding {
		if strings.Contains(u.Text, "?") || strings.Contains(u.Text, "？") {
			return []analysis.Finding{{Act: "ask-open"}, {Act: "verify-identity"}}
		}
		return []analysis.Finding{{Act: "propose"}, {Act: "complain"}}
	}
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		for _, lang := range []conversation.Lang{conversation.Chinese, conversation.English} {
			var turns []conversation.Turn
			for i, text := range []string{a, b, c, d, a, d} {
				turns = append(turns, conversation.Turn{Role: []conversation.Role{conversation.Customer, conversation.Agent}[i%2], Text: strings.ToValidUTF8(text, "")})
			}
			conv := conversation.Conversation{Lang: lang, Channel: conversation.Phone, Direction: conversation.Inbound, Turns: turns}
			out, err := draft.From(conv, id.Scenario(string(lang)+"-x"), hear)
			if fault.Is(err, fault.Invalid) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := scenario.Parse(fsys, "draft.yaml", out.Scenario); err != nil {
				t.Errorf("no scenario: %v\n%s", err, out.Scenario)
			}
			if _, err := scenario.ParseScript("agent.txt", out.Script); err != nil {
				t.Errorf("no script: %v\n%s", err, out.Script)
			}
		}
	})
}
