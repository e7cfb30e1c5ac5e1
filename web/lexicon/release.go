package lexicon

import (
	"errors"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// versionsPage is every version, and what was in force when.
type versionsPage struct {
	versions []versionRow
	releases []releaseRow
	may      bool   // the reader may put something in force
	live     int    // 0: the built-in wordings alone
	lexicon  string // as results name it now
	wrong    string
}

type versionRow struct {
	n              int
	who, when, why string
	live, ready    bool
	own            bool // the reader wrote some of it; a colleague must release it
}

type releaseRow struct{ what, who, when, why, version string }

// Versions shows them.
func (p Pages) Versions(v *visit.Visit) error { return p.versions(v, http.StatusOK, "") }

func (p Pages) versions(v *visit.Visit, status int, wrong string) error {
	list, err := p.Store.Lexicons(v.Context())
	if err != nil {
		return err
	}
	past, err := p.Store.Releases(v.Context())
	if err != nil {
		return err
	}
	out := versionsPage{may: v.May(staff.RuleRelease), lexicon: p.Live.Engine().Version(), wrong: wrong}
	var people []id.Person
	for _, l := range list {
		people = append(people, l.Author)
	}
	var numbers []int
	for i, r := range past {
		people, numbers = append(people, r.By), append(numbers, r.Number)
		if i == 0 {
			out.live = r.Number
		}
	}
	names, err := p.Staff.Names(v.Context(), v.Actor, people...)
	if err != nil {
		return err
	}
	for _, l := range list {
		row := versionRow{n: l.Number, who: names[l.Author], when: v.When(l.Made, v.Now), why: l.Why, live: l.Number == out.live}
		row.ready = out.may && !row.live
		row.own = row.ready && analysis.Reviewed(list, numbers, l.Number, v.Person.ID) != nil
		out.versions = append(out.versions, row)
	}
	for _, r := range past {
		what := v.Text("web.lexicon.released.none")
		if r.Number > 0 {
			what = v.Text("web.lexicon.version", ui.Args{"n": r.Number})
		}
		out.releases = append(out.releases, releaseRow{what: what, who: names[r.By], when: v.When(r.At, v.Now), why: r.Why, version: r.Version})
	}
	return v.ShowStatus(status, versions(v.Reader, out))
}

// Release puts a version in force: at once, here and on every other node.
func (p Pages) Release(v *visit.Visit) error {
	err := p.release(v)
	if err == nil {
		return v.Go("/lexicon/versions")
	}
	text, err := v.Wrong(err)
	if err != nil {
		return err
	}
	return p.versions(v, http.StatusUnprocessableEntity, text)
}

func (p Pages) release(v *visit.Visit) error {
	number, err := strconv.Atoi(v.Form("number"))
	if err != nil || number < 0 {
		return fault.New(fault.Invalid, "web.lexicon.release.what", nil)
	}
	why := clean(v.Form("why"))
	if why == "" || utf8.RuneCountInString(why) > analysis.MaxWhy {
		return fault.New(fault.Invalid, "web.lexicon.release.why", fault.Args{"max": analysis.MaxWhy})
	}
	hear, err := p.of(v, number)
	if err != nil {
		return err
	}
	if _, err := p.Store.Release(v.Context(), analysis.Release{Number: number, By: v.Person.ID, At: v.Now, Why: why, Version: hear.Version()}); err != nil {
		if fault.Is(err, fault.Denied) {
			refused := staff.Record{Action: didRelease, Kind: "lexicon", Object: strconv.Itoa(number), Outcome: staff.Refused}
			err = errors.Join(err, p.Staff.Record(v.Context(), v.Actor, refused))
		}
		return err
	}
	if err := p.audit(v, didRelease, strconv.Itoa(number)); err != nil {
		return err
	}
	return p.Released(v.Context())
}

// of returns the engine of a version; 0 is the built-in wordings alone.
func (p Pages) of(v *visit.Visit, number int) (*language.Engine, error) {
	if number == 0 {
		return p.engine(Texts{})
	}
	l, err := p.Store.Lexicon(v.Context(), number)
	if err != nil {
		return nil, err
	}
	return p.engine(l.Texts)
}

// versionPage is one version as it was.
type versionPage struct {
	n              int
	who, when, why string
	texts          []versionText
}

type versionText struct{ title, text string }

// Version shows one version as it was saved.
func (p Pages) Version(v *visit.Visit) error {
	n, err := strconv.Atoi(v.Request.PathValue("version"))
	if err != nil {
		return fault.New(fault.NotFound, "lexicon.unknown", fault.Args{"number": v.Request.PathValue("version")})
	}
	l, err := p.Store.Lexicon(v.Context(), n)
	if err != nil {
		return err
	}
	names, err := p.Staff.Names(v.Context(), v.Actor, l.Author)
	if err != nil {
		return err
	}
	out := versionPage{n: n, who: names[l.Author], when: v.DateTime(l.Made), why: l.Why}
	for _, lang := range langs() {
		if l.Texts[lang] != "" {
			out.texts = append(out.texts, versionText{v.Text("web.lexicon.lang." + string(lang)), l.Texts[lang]})
		}
	}
	return v.Show(version(v.Reader, out))
}
