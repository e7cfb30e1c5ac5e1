package scenario

import "slices"

// Outcome is how a call went out and what that says about the agent.
type Outcome struct {
	Ending  Ending   `json:"ending"`
	Points  int      `json:"points"`  // said
	Of      int      `json:"of"`      // points in all
	Missing []string `json:"missing"` // labels of the points not said
	Remarks []Remark `json:"remarks"`
}

// Remark is one thing the customer took note of. Key names its text in the
// locale catalogue under "scenario.remark."; Turn is the agent's turn.
type Remark struct {
	Key  string `json:"key"`
	Turn int    `json:"turn"`
}

// Outcome tells how the call stands or ended.
func (c *Call) Outcome() Outcome {
	o := Outcome{Ending: c.ending, Of: len(c.points), Remarks: slices.Clone(c.remarks), Missing: []string{}}
	for i := range c.points {
		if c.points[i].done {
			o.Points++
		} else {
			o.Missing = append(o.Missing, c.form.Fill(c.points[i].Label))
		}
	}
	if o.Remarks == nil {
		o.Remarks = []Remark{}
	}
	return o
}

func (c *Call) remark(key string) {
	c.remarks = append(c.remarks, Remark{Key: key, Turn: max(len(c.conv.Turns)-1, 0)})
}

func (c *Call) remarked(key string) bool {
	return slices.ContainsFunc(c.remarks, func(r Remark) bool { return r.Key == key })
}

// leave ends the call because the customer has had enough.
func (c *Call) leave() move {
	end := c.leaving()
	if end == Unsolved && c.mood.Band() == Hot {
		end = HungUp
	}
	key := "leave"
	if end == HungUp {
		key = "hang-up"
	}
	m, _ := c.line(key, "", nil)
	m.end = end
	return m
}

func (c *Call) goodbye() move {
	m, _ := c.line("goodbye", "", nil)
	m.end = c.leaving()
	return m
}

// leaving returns the ending if the call stopped now.
func (c *Call) leaving() Ending {
	switch {
	case !c.over():
		return Unsolved
	case c.refused:
		return Declined
	case c.remarked("forbidden-promise"):
		return Unsolved // he is content until the promise breaks
	case c.warm():
		return Solved
	}
	return SolvedCold
}

// warm reports whether the customer felt heard.
func (c *Call) warm() bool {
	w := c.sc.manners.moods.Warm
	listened := 0
	for _, a := range c.sc.manners.moods.Listening {
		if c.acts[a] > 0 {
			listened++
		}
	}
	return c.mood.Irritation <= w.Irritation && c.mood.Trust >= w.Trust && listened >= w.Listening
}
