package scenario

import "slices"

// Spoken returns every line this customer may ever say, by behaviour:
// "tell:light", "ask:refund", "wait". Slots are not filled. What is not in it
// he never says, however he is asked.
func (sc *Scenario) Spoken() map[string]Wordings {
	out := sc.own()
	for key, w := range sc.customs {
		out[key] = out[key].and(w)
	}
	return out
}

// own returns the lines that stand in the scenario itself.
func (sc *Scenario) own() map[string]Wordings {
	out := map[string]Wordings{}
	add := func(key, ref string, w Wordings) { out[name(key, ref)] = out[name(key, ref)].and(w) }
	for _, co := range sc.Concerns {
		add("raise", co.ID, co.Raise)
		add("accept", co.ID, co.Accept)
		for _, p := range co.Points {
			add("ask", p.ID, p.Asks)
		}
	}
	for _, f := range sc.Knows {
		add("tell", f.ID, f.Tells)
		add("evade", f.ID, f.Evades)
		add("again", f.ID, f.Again)
	}
	for _, f := range sc.Forbidden {
		add("forbidden", f.ID, f.Line)
	}
	for key, w := range sc.Lines {
		add(key, "", w)
	}
	return out
}

func (w Wordings) and(v Wordings) Wordings {
	return Wordings{slices.Concat(w.Any, v.Any), slices.Concat(w.Calm, v.Calm), slices.Concat(w.Tense, v.Tense), slices.Concat(w.Hot, v.Hot)}
}

// All returns every wording of w.
func (w Wordings) All() []string { return slices.Concat(w.Any, w.Calm, w.Tense, w.Hot) }
