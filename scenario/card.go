package scenario

import "maps"

// CustomerCard is what the desk shows about the caller before and while he
// speaks: the records the agent must find the answer in.
type CustomerCard struct {
	Title    string    `json:"title"` // the scenario's
	Summary  string    `json:"summary"`
	Card     []Entry   `json:"card"`
	Orders   []Record  `json:"orders"`
	Articles []Article `json:"articles"`
}

// Card returns the desk of this form.
func (c *Call) Card() CustomerCard { return c.sc.card(c.form) }

// Summarised returns what is told beforehand of the form that seed chooses.
func (sc *Scenario) Summarised(seed uint64) string {
	return newForm(sc, newRand(sc, seed)).Fill(sc.Summary)
}

func (sc *Scenario) card(f Form) CustomerCard {
	d := sc.Desk
	out := CustomerCard{Title: sc.Title, Summary: f.Fill(sc.Summary), Card: f.entries(d.Card), Orders: []Record{}, Articles: []Article{}}
	for _, r := range d.Orders {
		out.Orders = append(out.Orders, Record{Title: f.Fill(r.Title), Entries: f.entries(r.Entries)})
	}
	for _, a := range d.Articles {
		out.Articles = append(out.Articles, Article{Title: f.Fill(a.Title), Text: f.Fill(a.Text)})
	}
	return out
}

func (f Form) entries(in []Entry) []Entry {
	out := make([]Entry, len(in))
	for i, e := range in {
		out[i] = Entry{Label: e.Label, Value: f.Fill(e.Value)}
	}
	return out
}

// Slots returns the form's values by slot name, as agent scripts use them.
func (c *Call) Slots() map[string]string { return maps.Clone(c.form.Slots) }
