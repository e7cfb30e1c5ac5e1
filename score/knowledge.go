package score

import (
	"cmp"
	"encoding/json"
	"errors"
	"regexp"
	"slices"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/scorecard"
)

// articlesField is the field of a contact that hands in the articles which its
// answers are compared with: a list of {"id", "asked", "right", "wrong"}.
// asked, right and wrong are regular expressions (RE2) on folded text. The
// question is asked by any of asked, answered by all of right, and wrongly by
// any of wrong. Upper and lower case are one.
const articlesField = "articles"

// article is one article as it is handed in.
type article struct {
	ID    string   `json:"id"`
	Asked patterns `json:"asked"`
	Right patterns `json:"right"`
	Wrong patterns `json:"wrong"`
}

// patterns are compiled where they are read; one that is none makes the whole
// field unreadable.
type patterns []*regexp.Regexp

// The bounds of what is handed in.
const (
	maxArticles = 200
	maxPatterns = 50
	maxPattern  = 300 // bytes
)

// UnmarshalJSON compiles a list of expressions.
func (p *patterns) UnmarshalJSON(b []byte) error {
	var texts []string
	if err := json.Unmarshal(b, &texts); err != nil {
		return err
	}
	if len(texts) > maxPatterns {
		return errors.New("too many patterns")
	}
	for _, t := range texts {
		re, err := regexp.Compile("(?i)" + t)
		if err != nil || len(t) > maxPattern {
			return cmp.Or(err, errors.New("too long a pattern"))
		}
		*p = append(*p, re)
	}
	return nil
}

// articles returns what was handed in under an id, all of it for "any"; false
// when it was not, or cannot be read.
func (r *run) articles(name string) ([]article, bool) {
	var all []article
	if json.Unmarshal(r.c.Fields[articlesField], &all) != nil {
		return nil, false
	}
	all = all[:min(len(all), maxArticles)]
	if name != "any" {
		all = slices.DeleteFunc(all, func(a article) bool { return a.ID != name })
	}
	all = slices.DeleteFunc(all, func(a article) bool { return len(a.Asked) == 0 || len(a.Right) == 0 })
	return all, len(all) > 0
}

// knowledge compares the agent's answers with the articles that were handed in
// with the contact. A question is a customer turn that asks for an article; its
// answer lies in the agent's turns within the distance, 3 turns unless the test
// says.
func (r *run) knowledge(t *scorecard.Test) outcome {
	all, ok := r.articles(t.Word("answers", "any"))
	if !ok {
		return outcome{truth: unknown, why: whyNoKnowledge, hi: len(r.c.Turns) - 1}
	}
	reach := scorecard.Distance{Unit: "turns", N: 3}
	if v := t.Arg("within"); v != nil {
		reach = v.Reach
	}
	asked, right, wrong, open := r.list(), r.list(), r.list(), r.list()
	for _, a := range all {
		for turn := range r.c.Turns {
			q, ok := r.says(turn, conversation.Customer, a.Asked)
			if !ok {
				continue
			}
			asked.add(q)
			answer, full, slips := r.answers(a, q, reach)
			wrong.add(slips...)
			if full {
				right.add(answer...)
			} else {
				open.add(q)
			}
		}
	}
	switch t.Word("is", "right") {
	case "asked":
		return r.found(asked.inOrder())
	case "wrong":
		return r.found(wrong.inOrder())
	case "unanswered":
		return r.found(open.inOrder())
	}
	if len(open.hits) > 0 {
		first := open.hits[0].turn
		return outcome{lo: first, hi: min(len(r.c.Turns)-1, first+int(max(1, reach.N)))}
	}
	return r.found(right.inOrder())
}

// says returns where any of the patterns stands in a turn of role.
func (r *run) says(turn int, role conversation.Role, ps patterns) (hit, bool) {
	if r.c.Turns[turn].Role != role {
		return hit{}, false
	}
	for _, re := range ps {
		if h, ok := r.match(turn, re); ok {
			return h, true
		}
	}
	return hit{}, false
}

// match returns the first place of re in a turn.
func (r *run) match(turn int, re *regexp.Regexp) (hit, bool) {
	text := r.text(turn)
	at := re.FindStringIndex(text)
	if at == nil || at[0] == at[1] {
		return hit{}, false
	}
	return r.at(turn, runeCount(text[:at[0]]), runeCount(text[:at[1]])), true
}

// answers looks for every part of the right answer, and for wrong ones, in the
// agent's turns after question q.
func (r *run) answers(a article, q hit, reach scorecard.Distance) (right []hit, full bool, wrong []hit) {
	found := make([]bool, len(a.Right))
	for turn := q.turn + 1; turn < len(r.c.Turns); turn++ {
		if !r.within(reach, q, r.at(turn, 0, 0)) {
			break
		}
		if r.c.Turns[turn].Role != conversation.Agent {
			continue
		}
		for i, re := range a.Right {
			if h, ok := r.match(turn, re); ok && !found[i] {
				found[i], right = true, append(right, h)
			}
		}
		for _, re := range a.Wrong {
			if h, ok := r.match(turn, re); ok {
				wrong = append(wrong, h)
			}
		}
	}
	return right, !slices.Contains(found, false), wrong
}
