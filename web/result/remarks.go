package result

import (
	"strings"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/web/lexicon"
	"github.com/lianxi-cc/lianxi/web/ui"
)

// span is a run of code points that a remark of its turn speaks of.
type span struct {
	from, to, ref int
	card          int // the turn of the remark + 1, when it stands beside another turn
	good          bool
}

// margin collects the remarks and spans of one turn.
type margin struct {
	remarks []Remark
	spans   []span
	seen    map[[2]int]bool
	praise  []string
}

// fold is where the remark of an item and an act stands.
type fold struct{ turn, at int }

// turns returns the turns with their remarks. What was not heard anywhere in
// the call goes to the end of it, p.Unheard.
func (s Source) turns(r ui.Reader, lang conversation.Lang, p *Page) []Turn {
	margins := make([]margin, len(s.Conversation.Turns))
	folds := map[[2]string]fold{}
	for i := range s.Result.Items {
		it := &s.Result.Items[i]
		for _, e := range it.Evidence {
			switch {
			case e.Turn < 0 || e.Turn >= len(margins) || it.Verdict == scorecard.NA:
			case e.To > e.From:
				s.heard(margins, folds, it, e, lang)
			case it.Verdict != scorecard.Met:
				s.unheard(margins, it, e, lang, p)
			}
		}
	}
	out := make([]Turn, len(margins))
	for i := range margins {
		turn := s.Conversation.Turns[i]
		margins[i].close(r)
		out[i] = Turn{N: i, Who: string(turn.Role), Remarks: margins[i].remarks, Pieces: pieces([]rune(turn.Text), margins[i].spans)}
		out[i].Machine = s.Call != nil && i < len(s.Call.Lines) && s.Call.Lines[i].MachineWorded()
		if turn.Role != conversation.System {
			out[i].Label = s.label(i, "")
		}
	}
	return out
}

// heard adds a remark about words that were said. The same words are remarked
// upon once, by the first item that speaks of them; the same fault has one
// card, at its first place.
func (s Source) heard(margins []margin, folds map[[2]string]fold, it *score.Item, e score.Evidence, lang conversation.Lang) {
	m, to := &margins[e.Turn], e.To
	if e.ToTurn != e.Turn {
		to = len([]rune(s.Conversation.Turns[e.Turn].Text))
	}
	at := [2]int{e.From, to}
	if m.seen == nil {
		m.seen = map[[2]int]bool{}
	}
	if m.seen[at] {
		return
	}
	m.seen[at] = true
	title := s.actTitle(e, it.ID, lang)
	if it.Verdict == scorecard.Met || e.Better == "" && e.Feeling == "" && it.Verdict == scorecard.Partly {
		m.praise = append(m.praise, title)
		m.spans = append(m.spans, span{from: e.From, to: to, good: true})
		return
	}
	key := [2]string{it.ID, string(e.Act)}
	first, again := folds[key]
	if s.earned(it, e) {
		if !again {
			folds[key] = fold{e.Turn, len(m.remarks)}
			m.remarks = append(m.remarks, Remark{Ref: len(m.remarks) + 1, Kind: Absent, Title: s.title(it.ID, lang), Reason: it.Reason, Better: e.Better, Item: it.ID, Told: s.told(it.ID)})
		}
		return
	}
	if again {
		card := &margins[first.turn].remarks[first.at]
		card.Times = max(card.Times, 1) + 1
		m.spans = append(m.spans, span{from: e.From, to: to, ref: card.Ref, card: first.turn + 1})
		return
	}
	folds[key] = fold{e.Turn, len(m.remarks)}
	ref := len(m.remarks) + 1
	m.spans = append(m.spans, span{from: e.From, to: to, ref: ref})
	m.remarks = append(m.remarks, Remark{Ref: ref, Kind: Advice, Title: title, Said: s.cut(e.Turn, e.From, to), Feeling: e.Feeling,
		Better: e.Better, Item: it.ID, Told: s.told(it.ID), Label: s.label(e.Turn, e.Act)})
}

// label leads to where the reader says that act was heard wrongly in a turn,
// or, without one, what should be heard there.
func (s Source) label(turn int, act analysis.Act) string {
	if !s.Label {
		return ""
	}
	return lexicon.LabelURL(s.Conversation.ID, turn, act, act != "")
}

// nearby is how many turns a window may span for its remark to stand beside
// it; a wider one speaks of the whole call, and so does one that spans all of a
// short one.
const nearby = 5

// unheard adds a remark about something that was looked for and not found.
func (s Source) unheard(margins []margin, it *score.Item, e score.Evidence, lang conversation.Lang, p *Page) {
	remark := Remark{Kind: Absent, Title: s.title(it.ID, lang), Feeling: e.Feeling, Better: e.Better, Item: it.ID, Reason: it.Reason}
	at := min(e.Turn, len(margins)-1)
	if e.ToTurn-e.Turn > nearby || e.Turn == 0 && e.ToTurn >= len(margins)-1 {
		remark.Told, remark.Ref = s.told(it.ID), len(p.Unheard)+1
		p.Unheard = append(p.Unheard, remark)
		return
	}
	for at < min(e.ToTurn, len(margins)-1) && s.Conversation.Turns[at].Role != conversation.Agent {
		at++
	}
	remark.Told = s.told(it.ID)
	remark.Ref = len(margins[at].remarks) + 1
	margins[at].remarks = append(margins[at].remarks, remark)
}

func (s Source) actTitle(e score.Evidence, item string, lang conversation.Lang) string {
	if info, ok := s.Acts.Act(e.Act); ok && info.Title[lang] != "" {
		return info.Title[lang]
	}
	return s.title(item, lang)
}

// close puts all praise of a turn into one line, at the top of its margin.
func (m *margin) close(r ui.Reader) {
	if len(m.praise) == 0 {
		return
	}
	sep := ", "
	if r.Lang() == locale.Chinese {
		sep = "、"
	}
	ref := len(m.remarks) + 1
	var titles []string
	for _, t := range m.praise {
		if len(titles) == 0 || titles[len(titles)-1] != t {
			titles = append(titles, t)
		}
	}
	m.remarks = append([]Remark{{Ref: ref, Kind: Praise, Title: strings.Join(titles, sep)}}, m.remarks...)
	for i := range m.spans {
		if m.spans[i].good {
			m.spans[i].ref = ref
		}
	}
}

// pieces cuts text where a remark begins or ends. Where two speak of the same
// character, advice outranks praise, and the earlier remark the later.
func pieces(text []rune, spans []span) []Piece {
	owner := make([]int, len(text)) // index into spans + 1
	for i, sp := range spans {
		for at := max(0, sp.from); at < min(len(text), sp.to); at++ {
			if owner[at] == 0 || spans[owner[at]-1].good && !sp.good {
				owner[at] = i + 1
			}
		}
	}
	var out []Piece
	for from := 0; from < len(text); {
		to := from + 1
		for to < len(text) && owner[to] == owner[from] {
			to++
		}
		one := Piece{Text: string(text[from:to])}
		if o := owner[from]; o > 0 {
			one.Ref, one.Good = spans[o-1].ref, spans[o-1].good
			one.Card = spans[o-1].card
		}
		out = append(out, one)
		from = to
	}
	return out
}
