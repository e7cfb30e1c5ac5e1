package language_test

import (
	"testing"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/conversation"
)

// builtIn loads the shipped lexicon.
func builtIn(t testing.TB) *language.Engine {
	t.Helper()
	cat, err := analysis.LoadCatalogue(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	e, err := language.Load(content.FS, cat)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestActsGivesPlacesInTheGivenText(t *testing.T) {
	e := builtIn(t)
	u := analysis.Utterance{Lang: conversation.Chinese, Channel: conversation.Phone,
		Direction: conversation.Inbound, Role: conversation.Agent,
		Text: "您 好，ＡＢ 銀 行，讓您久等了。"}
	for _, f := range e.Acts(u) {
		if f.Act == "hold-return" {
			if got := string([]rune(u.Text)[f.From:f.To]); got != "久等" && got != "讓您久等" && got != "讓您久等了" {
				t.Errorf("hold-return at %q", got)
			}
			return
		}
	}
	t.Error("hold-return not heard")
}
