// Package scorecards is where a centre's scorecards are read, changed, tried
// and put in force.
package scorecards

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/score/agreement"
	"github.com/lianxi-cc/lianxi/score/engine"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Reviews tells how evaluators judged; a score.ReviewStore does.
type Reviews interface {
	Reviews(ctx context.Context, q score.ReviewQuery) ([]score.Review, error)
}

// Results tells what was found in a conversation; a score.Store does.
type Results interface {
	Of(ctx context.Context, c ...id.Conversation) ([]score.Record, error)
}

// Conversations reads past conversations; a conversation.Store does.
type Conversations interface {
	Get(ctx context.Context, c id.Conversation) (conversation.Conversation, conversation.Head, error)
	List(ctx context.Context, q conversation.Query) ([]conversation.Listed, error)
}

// Staff tells who is who; staff.Service does.
type Staff interface {
	Subject(ctx context.Context, p id.Person) (staff.Subject, error)
	Names(ctx context.Context, a staff.Actor, who ...id.Person) (map[id.Person]string, error)
}

// Pages are the pages of this errand.
type Pages struct {
	Cards         *scorecard.Service
	Judge         *engine.Engine
	Acts          *analysis.Catalogue
	Reviews       Reviews
	Results       Results
	Conversations Conversations
	Staff         Staff
}

// ListPage is all scorecards of the centre.
type ListPage struct{ Rows []Row }

// Row is one scorecard: what is in force, and what is under way.
type Row struct {
	URL, Title, About string
	Version, Who      string
	Items             int
	Trial, Drafts     string // "" for none
}

// List shows the scorecards.
func (p Pages) List(v *visit.Visit) error {
	versions, err := p.Cards.Versions(v.Context(), "")
	if err != nil {
		return err
	}
	who, err := p.authors(v, versions)
	if err != nil {
		return err
	}
	var out ListPage
	for _, of := range byCard(versions) {
		row, err := p.row(v, of, who)
		if err != nil {
			return err
		}
		out.Rows = append(out.Rows, row)
	}
	return v.Show(List(v.Reader, out))
}

// byCard groups versions by their card, the general one first, then as they
// come. Those of a card stand together, the newest first.
func byCard(versions []scorecard.Version) [][]scorecard.Version {
	var out [][]scorecard.Version
	for _, one := range versions {
		if n := len(out); n > 0 && out[n-1][0].Card == one.Card {
			out[n-1] = append(out[n-1], one)
		} else {
			out = append(out, []scorecard.Version{one})
		}
	}
	slices.SortStableFunc(out, func(a, b []scorecard.Version) int {
		return cmp.Compare(rank(a[0].Card), rank(b[0].Card))
	})
	return out
}

func rank(card id.Scorecard) int {
	if card == scorecard.General {
		return 0
	}
	return 1
}

// row tells of a card by its version in force, or by its newest.
func (p Pages) row(v *visit.Visit, versions []scorecard.Version, who func(id.Person) string) (Row, error) {
	shown, drafts := versions[0], 0
	row := Row{URL: "/scorecards/" + string(shown.Card)}
	for _, one := range versions {
		switch one.State {
		case scorecard.Live:
			shown, row.Version, row.Who = one, one.Name, who(one.Author)
		case scorecard.Shadow:
			row.Trial = one.Name
		case scorecard.Draft:
			drafts++
		}
	}
	if drafts > 0 {
		row.Drafts = v.Plural("web.scorecard.drafts", drafts)
	}
	card, err := p.Cards.At(v.Context(), shown.Card, shown.Name)
	if err != nil {
		return row, err
	}
	lang := conversation.Lang(v.Lang().Speech())
	row.Title, row.About = card.Title.In(lang), card.About.In(lang)
	for _, s := range card.Sections {
		row.Items += len(s.Items)
	}
	return row, nil
}

// authors names the people who wrote or decided.
func (p Pages) authors(v *visit.Visit, versions []scorecard.Version, more ...id.Person) (func(id.Person) string, error) {
	ids := more
	for _, one := range versions {
		ids = append(ids, one.Author)
	}
	names, err := p.Staff.Names(v.Context(), v.Actor, ids...)
	return func(who id.Person) string {
		if who == scorecard.Pack {
			return v.Text("web.scorecard.pack")
		}
		return names[who]
	}, err
}

// Page is one version of a scorecard.
type Page struct {
	Card, Title, About string
	Version            string
	State              scorecard.State
	Who, When, Why     string
	Sections           []Section
	History            []Past
	Decisions          []Decided
	Scheme             string

	EditURL, FormURL string   // change it; "" when the reader may not
	Examples         []Sample // what the stored examples say now
	Wrong            int      // how many of them are not as their author said
	Figures          string   // precision and recall over them
	Moves            []Move   // what the reader may do with the version
	Lacking          []string // items whose proof is not enough to go live
	Threshold        string
	Changes          []ui.DiffLine // against the version in force
	EffectURL        string        // what it would change; "" for the one in force
	Told             string        // what was done just now
	Problem          string
}

// Section is a section of the form.
type Section struct {
	Title, Weight string
	Items         []Item
}

// Item is a line of the form with how it proved.
type Item struct {
	ID, Title, Why         string
	Weight, Share          string
	State                  string
	Method                 string
	Critical, Fails        string
	Text                   string // as it is written
	Judged                 int
	Same, AC1, Alpha, Hits string
	Counted                bool // it takes points per hit instead of a weight
}

// Past is one version in the history.
type Past struct {
	URL, Name, Who, When, Why string
	State                     scorecard.State
	Here                      bool
}

// Decided is one decision about the card.
type Decided struct{ Version, State, Who, When, Why string }

// Sample is a stored example with what the card says of it.
type Sample struct {
	Item, Want, Got, Reason string
	Turns                   []string
	Right                   bool
}

// Move is a step in a version's life. Reason says that it needs one.
type Move struct {
	To, Text string
	Reason   bool
	First    bool
}

// Show shows the version in force, or the one that the address names.
func (p Pages) Show(v *visit.Visit) error {
	version, card, err := p.version(v)
	if err != nil {
		return err
	}
	page, err := p.page(v, version, card)
	if err != nil {
		return err
	}
	return v.Show(Show(v.Reader, page))
}

// version returns the version that the address names, else the live one.
func (p Pages) version(v *visit.Visit) (scorecard.Version, *scorecard.Card, error) {
	cid := id.Scorecard(v.Request.PathValue("card"))
	name := v.Request.PathValue("version")
	if name == "" {
		var err error
		if name, err = p.current(v, cid); err != nil {
			return scorecard.Version{}, nil, err
		}
	}
	version, err := p.Cards.Version(v.Context(), cid, name)
	if err != nil {
		return scorecard.Version{}, nil, err
	}
	card, err := p.Cards.At(v.Context(), cid, name)
	return version, card, err
}

// current names the version in force, or the newest of a card that has none.
func (p Pages) current(v *visit.Visit, card id.Scorecard) (string, error) {
	live, err := p.Cards.Live(v.Context(), card)
	if err == nil {
		return live.Version, nil
	}
	if !fault.Is(err, fault.NotFound) {
		return "", err
	}
	versions, listErr := p.Cards.Versions(v.Context(), card)
	if listErr != nil || len(versions) == 0 {
		return "", cmp.Or(listErr, err)
	}
	return versions[0].Name, nil
}

func (p Pages) page(v *visit.Visit, version scorecard.Version, card *scorecard.Card) (Page, error) {
	lang := conversation.Lang(v.Lang().Speech())
	out := Page{Card: string(card.ID), Title: card.Title.In(lang), About: card.About.In(lang), Version: version.Name, State: version.State,
		When: v.When(version.Made, v.Now), Why: version.Why, Scheme: v.Text("web.scorecard.scheme." + string(card.Scheme)),
		EditURL: "/scorecards/" + string(card.ID) + "/versions/" + version.Name + "/text",
		FormURL: "/scorecards/" + string(card.ID) + "/versions/" + version.Name + "/settings"}
	proofs, err := p.proofs(v, card)
	if err != nil {
		return out, err
	}
	out.Sections = sections(v, card, proofs, lang)
	if err := p.history(v, version, &out); err != nil {
		return out, err
	}
	out.Examples = p.examples(card, lang)
	out.Wrong, out.Figures = exampleFigures(v, out.Examples)
	return out, p.moves(v, version, card, proofs, &out)
}

// history lists the card's versions and the latest decisions.
func (p Pages) history(v *visit.Visit, version scorecard.Version, out *Page) error {
	versions, err := p.Cards.Versions(v.Context(), version.Card)
	if err != nil {
		return err
	}
	decisions, err := p.Cards.Decisions(v.Context(), version.Card)
	if err != nil {
		return err
	}
	var people []id.Person
	for _, d := range decisions {
		people = append(people, d.By)
	}
	who, err := p.authors(v, versions, people...)
	if err != nil {
		return err
	}
	out.Who = who(version.Author)
	for _, one := range versions {
		out.History = append(out.History, Past{URL: "/scorecards/" + string(one.Card) + "/versions/" + one.Name, Name: one.Name, Who: who(one.Author),
			When: v.When(one.Made, v.Now), Why: one.Why, State: one.State, Here: one.Name == version.Name})
	}
	for _, d := range decisions {
		if d.From != "" {
			out.Decisions = append(out.Decisions, Decided{Version: d.Version, State: v.Text("web.scorecard.state." + string(d.To)), Who: who(d.By), When: v.When(d.At, v.Now), Why: d.Why})
		}
	}
	return nil
}

// moves says what the reader may do with a version, and what is lacking.
func (p Pages) moves(v *visit.Visit, version scorecard.Version, card *scorecard.Card, proofs map[string]agreement.Item, out *Page) error {
	live, err := p.Cards.Live(v.Context(), version.Card)
	switch {
	case fault.Is(err, fault.NotFound): // a new card
	case err != nil:
		return err
	case live.Version == version.Name:
		return nil
	default:
		out.EffectURL = "/scorecards/" + string(version.Card) + "/versions/" + version.Name + "/effect"
		out.Changes = ui.Diff(strings.Split(live.Text(), "\n"), strings.Split(version.Text, "\n"))
	}
	th := p.Cards.Threshold()
	out.Threshold = v.Text("web.scorecard.threshold", ui.Args{"percent": fmt.Sprint(th.PerMille / 10), "reviewed": fmt.Sprint(th.Reviewed)})
	for _, item := range scorecard.Unproven(live, card, known(proofs), th) {
		out.Lacking = append(out.Lacking, card.Item(item).Title.In(conversation.Lang(v.Lang().Speech())))
	}
	switch version.State {
	case scorecard.Draft:
		out.Moves = append(out.Moves, Move{To: string(scorecard.Shadow), Text: v.Text("web.scorecard.to.shadow"), First: true})
	case scorecard.Shadow:
		if staff.Can(v.Actor, staff.RuleRelease, staff.Subject{Author: version.Author}) {
			out.Moves = append(out.Moves, Move{To: string(scorecard.Live), Text: v.Text("web.scorecard.to.live"), Reason: len(out.Lacking) > 0 || out.Wrong > 0, First: true})
		}
	}
	if version.State != scorecard.Retired {
		out.Moves = append(out.Moves, Move{To: string(scorecard.Retired), Text: v.Text("web.scorecard.to.retired")})
	}
	return nil
}
