package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lianxi-cc/lianxi/content"
)

const ownCard = `id: own
version: 1
title: {zh: 自己的, en: Own}
parts: [opening, mine]
sections:
  - id: s
    title: {zh: 全部, en: All}
    items:
      - {use: opening-greeting, weight: 3}
      - {use: offer-help, weight: 2}
      - use: mine
`

const ownPart = `items:
  - id: mine
    title: {zh: 我的, en: Mine}
    competencies: [manners]
    met: {act: farewell}
`

// written puts texts into files below a new folder, and returns it.
func written(t *testing.T, texts map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range texts {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestACardFileTakesPartsBesideItAndOfTheContent(t *testing.T) {
	dir := written(t, map[string]string{"own.yaml": ownCard, "parts/mine.yaml": ownPart})
	card, part := filepath.Join(dir, "own.yaml"), filepath.Join(dir, "parts", "mine.yaml")
	code, out, errs := lianxi(t, "", "scorecard", "check", card, part)
	if code != exitOK || !strings.Contains(out, card+": own 1.") || !strings.Contains(out, part+": part\n") {
		t.Errorf("check: exit %d, %s%s", code, out, errs)
	}
	code, out, errs = lianxi(t, "", "scorecard", "format", card)
	if code != exitOK || strings.Contains(out, "use:") || !strings.Contains(out, "- id: opening-greeting\n") || !strings.Contains(out, "- id: mine\n") {
		t.Errorf("format: exit %d, %s%s", code, out, errs)
	}
	talk := `{"id":"a","lang":"en","turns":[{"role":"agent","text":"Good morning, Elm Street."},{"role":"customer","text":"Hello."},{"role":"agent","text":"Goodbye."}]}`
	code, out, errs = lianxi(t, talk, "score", "--scorecard", card, "-")
	if code != exitOK || !strings.Contains(out, `"scorecard":"own"`) || !strings.Contains(out, `"id":"mine","verdict":"met"`) {
		t.Errorf("score: exit %d, %s%s", code, out, errs)
	}
}

func TestMistakesInCardFilesAndPartsNameTheirPlace(t *testing.T) {
	for name, c := range map[string]struct{ card, part, says string }{
		"in the card": {strings.Replace(ownCard, "use: offer-help", "use: offer-helf", 1), ownPart, "own.yaml:10:15：不认识“offer-helf”，您是想写“offer-help”吗？应为：所列部件里有的评分项"},
		"in the part": {ownCard, strings.Replace(ownPart, "farewell", "farewel", 1), filepath.Join("parts", "mine.yaml") + ":5:16：不认识“farewel”，您是想写“farewell”吗？"},
	} {
		dir := written(t, map[string]string{"own.yaml": c.card, "parts/mine.yaml": c.part})
		code, _, errs := lianxi(t, "", "--locale", "zh-CN", "scorecard", "check", filepath.Join(dir, "own.yaml"))
		if code != exitError || !strings.Contains(errs, c.says) {
			t.Errorf("%s: exit %d, %s; want %s", name, code, errs, c.says)
		}
	}
	dir := written(t, map[string]string{"parts/mine.yaml": strings.Replace(ownPart, "farewell", "farewel", 1)})
	if code, _, errs := lianxi(t, "", "scorecard", "check", filepath.Join(dir, "parts", "mine.yaml")); code != exitError || !strings.Contains(errs, ":5:16: ") {
		t.Errorf("a part alone: exit %d, %s", code, errs)
	}
	card := filepath.Join(written(t, map[string]string{"own.yaml": strings.Replace(ownCard, "parts: ", "prats: ", 1)}), "own.yaml")
	if code, _, errs := lianxi(t, "{}", "score", "--scorecard", card, "-"); code != exitError || !strings.Contains(errs, "own.yaml") {
		t.Errorf("score by a wrong card: exit %d, %s", code, errs)
	}
}

// TestACentresOwnPartMendsEveryCard: it lies over the built-in one of its name.
func TestACentresOwnPartMendsEveryCard(t *testing.T) {
	text, err := fs.ReadFile(content.FS, "scorecards/parts/red-lines.yaml")
	if err != nil {
		t.Fatal(err)
	}
	mended := strings.Replace(string(text), "title: {zh: \"不辱骂客户\"", "title: {zh: \"绝不辱骂客户\"", 1)
	if mended == string(text) {
		t.Fatal("the red line against insults is not there")
	}
	dir := written(t, map[string]string{"content/scorecards/parts/red-lines.yaml": mended, "content/scorecards/own.yaml": strings.NewReplacer(", mine]", "]", "      - use: mine\n", "").Replace(ownCard)})
	versions := func(args ...string) map[string]string {
		code, out, errs := lianxi(t, "", append(args, "scorecard", "list", "--human")...)
		if code != exitOK {
			t.Fatalf("exit %d, %s", code, errs)
		}
		got := map[string]string{}
		for line := range strings.Lines(out) {
			f := strings.Fields(line)
			got[f[0]] = f[1]
		}
		return got
	}
	built, own := versions(), versions("--data", dir)
	if len(built) != 6 || len(own) != 7 {
		t.Fatalf("%d and %d cards, want six and one more", len(built), len(own))
	}
	for card, version := range built {
		if own[card] == version {
			t.Errorf("%s is as it was", card)
		}
	}
}
