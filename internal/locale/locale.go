// Package locale speaks to people in their own language: it holds the message
// catalogues of every domain and writes texts, dates, numbers and durations
// the way a reader of that language expects them.
//
// Each domain owns two files, catalog/<domain>.zh-CN.json and
// catalog/<domain>.en.json, flat JSON from keys that begin with "<domain>." to
// texts with {{.name}} placeholders, or to an object of plural forms.
package locale

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed catalog/*.json
var builtIn embed.FS

// Lang is a language of the pages, as it stands in the html element.
type Lang string

// The languages of the pages. Chinese is the default.
const (
	Chinese Lang = "zh-CN"
	English Lang = "en"
)

// Langs returns the languages in the order in which a reader is offered them.
func Langs() []Lang { return []Lang{Chinese, English} }

// Parse returns the language that s names exactly, and whether there is one.
func Parse(s string) (Lang, bool) {
	for _, l := range Langs() {
		if s == string(l) {
			return l, true
		}
	}
	return Chinese, false
}

// Own returns the language's name in itself, as a language switch shows it.
func (l Lang) Own() string {
	if l == English {
		return "English"
	}
	return "中文"
}

// Speech returns the language as conversations and content name it: zh or en.
func (l Lang) Speech() string {
	if l == English {
		return "en"
	}
	return "zh"
}

// OwnFirst compares the languages of two things in a list, as conversations and
// content name them: what is in the reader's own comes first.
func (l Lang) OwnFirst(a, b string) int {
	rank := func(lang string) int {
		if lang == l.Speech() {
			return 0
		}
		return 1
	}
	return rank(a) - rank(b)
}

// Catalogue holds the messages of all domains in all languages. It does not
// change once loaded.
type Catalogue struct {
	bundle  *i18n.Bundle
	matcher language.Matcher
}

// Load reads the catalogues built into the program. A broken file is a defect
// of the build and named with its path.
func Load() (*Catalogue, error) { return load(builtIn) }

func load(fsys fs.FS) (*Catalogue, error) {
	// zh-Hans as the default tag would send a browser's plain "zh" to a tag
	// without messages; zh-CN is matched by zh, zh-Hans, zh-TW and zh-HK alike.
	bundle := i18n.NewBundle(language.MustParse(string(Chinese)))
	names, err := fs.Glob(fsys, "catalog/*.json")
	if err != nil {
		return nil, fmt.Errorf("locale: list catalogues: %w", err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("locale: read %s: %w", name, err)
		}
		if _, ok := Parse(langOf(name)); !ok {
			return nil, fmt.Errorf("locale: %s: the name must end in .zh-CN.json or .en.json", name)
		}
		if _, err := bundle.ParseMessageFileBytes(text, path.Base(name)); err != nil {
			return nil, fmt.Errorf("locale: parse %s: %w", name, err)
		}
	}
	tags := make([]language.Tag, 0, len(Langs()))
	for _, l := range Langs() {
		tags = append(tags, language.MustParse(string(l)))
	}
	return &Catalogue{bundle: bundle, matcher: language.NewMatcher(tags)}, nil
}

// langOf returns the language part of a catalogue's file name: "en" of
// "catalog/web.en.json".
func langOf(name string) string {
	stem := strings.TrimSuffix(path.Base(name), ".json")
	_, lang, _ := strings.Cut(stem, ".")
	return lang
}

// Match chooses the language for a request: the one remembered in the cookie,
// else the best of the browser's Accept-Language, else Chinese.
func (c *Catalogue) Match(cookie, accept string) Lang {
	if l, ok := Parse(cookie); ok {
		return l
	}
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(wanted) == 0 {
		return Chinese
	}
	_, i, sure := c.matcher.Match(wanted...)
	if sure == language.No {
		return otherwise(wanted[0])
	}
	return Langs()[i]
}

// otherwise decides for a reader whose language is not offered: readers of
// languages written with Han characters get Chinese, all others English.
func otherwise(tag language.Tag) Lang {
	script, _ := tag.Script()
	switch script.String() {
	case "Hans", "Hant", "Hani", "Jpan", "Kore":
		return Chinese
	default:
		return English
	}
}

// Printer returns a printer for lang that shows times in zone.
func (c *Catalogue) Printer(lang Lang, zone *time.Location) *Printer {
	return &Printer{
		lang:   lang,
		zone:   zone,
		loc:    i18n.NewLocalizer(c.bundle, string(lang)),
		number: numberPrinter(lang),
	}
}
