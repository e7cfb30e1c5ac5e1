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
func (c *Call) Card() CustomerCard {
	d := c.sc.Desk
	out := CustomerCard{Title: c.sc.Title, Summary: c.form.Fill(c.sc.Summary), Card: c.entries(d.Card), Orders: []Record{}, Articles: []Article{}}
	for _, r := range d.Orders {
		out.Orders = append(out.Orders, Record{Title: c.form.Fill(r.Title), Entries: c.entries(r.Entries)})
	}
	for _, a := range d.Articles {
		out.Articles = append(out.Articles, Article{Title: c.form.Fill(a.Title), Text: c.form.Fill(a.Text)})
	}
	return out
}

func (c *Call) entries(in []Entry) []Entry {
	out := make([]Entry, len(in))
	for i, e := range in {
		out[i] = Entry{Label: e.Label, Value: c.form.Fill(e.Value)}
	}
	return out
}

// Slots returns the form's values by slot name, as agent scripts use them.
func (c *Call) Slots() map[string]string { return maps.Clone(c.form.Slots) }
