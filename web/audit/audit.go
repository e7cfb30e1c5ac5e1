// Package audit shows who did what: the log that is only ever added to.
package audit

import (
	"context"
	"net/url"
	"strconv"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Log is what the page needs of package staff.
type Log interface {
	Audit(ctx context.Context, a staff.Actor, q staff.Query) ([]staff.Record, error)
	VerifyAudit(ctx context.Context, a staff.Actor) (staff.Record, error)
	Names(ctx context.Context, a staff.Actor, who ...id.Person) (map[id.Person]string, error)
}

// Pages are the pages of this errand.
type Pages struct{ Log Log }

const pageSize = 100

type page struct {
	rows     []row
	outcome  []ui.Option
	only     string // whose records, when it is one person's
	older    string
	verified string
	broken   string
}

type row struct {
	seq, when, exact, who, what, object, outcome, from, detail string
	whoURL                                                     string
	refused                                                    bool
}

// List shows the log, newest first.
func (p Pages) List(v *visit.Visit) error { return p.show(v, page{}) }

// Verify follows the chain of the whole log and says what it found.
func (p Pages) Verify(v *visit.Visit) error {
	last, err := p.Log.VerifyAudit(v.Context(), v.Actor)
	switch {
	case fault.Is(err, fault.Conflict):
		return p.show(v, page{broken: v.Error(err)})
	case err != nil:
		return err
	}
	return p.show(v, page{verified: v.Text("web.audit.verified", ui.Args{"n": v.Number(int(last.Seq)), "when": v.DateTime(last.At)})})
}

func (p Pages) show(v *visit.Visit, out page) error {
	q := staff.Query{Who: id.Person(v.Form("who")), Outcome: staff.Outcome(v.Form("outcome")), Limit: pageSize}
	q.Before, _ = strconv.ParseInt(v.Form("before"), 10, 64)
	records, err := p.Log.Audit(v.Context(), v.Actor, q)
	if err != nil {
		return err
	}
	names, err := p.names(v, records)
	if err != nil {
		return err
	}
	for _, o := range []staff.Outcome{"", staff.Done, staff.Refused, staff.Failed} {
		key := "web.audit.outcome." + string(o)
		if o == "" {
			key = "web.audit.outcome.all"
		}
		out.outcome = append(out.outcome, ui.Option{Value: string(o), Text: v.Text(key), Chosen: q.Outcome == o})
	}
	for _, r := range records {
		out.rows = append(out.rows, rowOf(v, r, names))
	}
	if q.Who != "" {
		out.only = names[q.Who]
	}
	if len(records) == pageSize {
		next := url.Values{"who": {string(q.Who)}, "outcome": {string(q.Outcome)}, "before": {strconv.FormatInt(records[pageSize-1].Seq, 10)}}
		out.older = "/audit?" + next.Encode()
	}
	return v.Show(list(v.Reader, out))
}

func (p Pages) names(v *visit.Visit, records []staff.Record) (map[id.Person]string, error) {
	var who []id.Person
	for _, r := range records {
		who = append(who, r.Who)
		if r.Kind == "person" {
			who = append(who, id.Person(r.Object))
		}
	}
	return p.Log.Names(v.Context(), v.Actor, who...)
}

func rowOf(v *visit.Visit, r staff.Record, names map[id.Person]string) row {
	out := row{seq: strconv.FormatInt(r.Seq, 10), when: v.When(r.At, v.Now), exact: v.Exact(r.At), what: actionText(v, r.Action),
		outcome: v.Text("web.audit.outcome." + string(r.Outcome)), from: r.Address, refused: r.Outcome != staff.Done}
	if r.Action == "sign-in" && r.Outcome == staff.Refused {
		out.what = v.Text("web.audit.action.sign-in.refused")
	}
	switch {
	case r.Who != "":
		out.who, out.whoURL = nameOr(names, r.Who), "/audit?who="+string(r.Who)
	case r.Via == staff.ViaMachine:
		out.who = v.Text("web.audit.machine")
	default:
		out.who = v.Text("web.audit.stranger")
	}
	switch {
	case r.Kind == "person" && id.Person(r.Object) == r.Who:
		out.object = ""
	case r.Kind == "person" && r.Object != "":
		out.object = nameOr(names, id.Person(r.Object))
	}
	if roles := r.Detail["roles"]; roles != "" {
		out.detail = roleTitles(v, roles)
	}
	return out
}

func nameOr(names map[id.Person]string, p id.Person) string {
	if name := names[p]; name != "" {
		return name
	}
	return "…" + string(p[max(0, len(p)-6):])
}

// actionText names an action; one that has no words here stands as it is.
func actionText(v *visit.Visit, a staff.Action) string {
	if key := "web.audit.action." + string(a); v.Has(key) {
		return v.Text(key)
	}
	return string(a)
}
