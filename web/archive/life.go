package archive

import (
	"slices"
	"strconv"
	"time"

	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/web/result"
	"github.com/lianxi-cc/lianxi/web/ui"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// writer turns entries into sentences.
type writer struct {
	v         *visit.Visit
	names     map[id.Person]string
	corrected map[int64]time.Time // by the number of the entry
	brief     func(*visit.Visit, id.Conversation) (result.Brief, error)
}

// corrected returns which entries were corrected, and when last.
func corrected(raw []skill.Entry) map[int64]time.Time {
	root := map[int64]int64{}
	out := map[int64]time.Time{}
	for _, e := range raw {
		if e.Kind != skill.Correction {
			root[e.Seq] = e.Seq
			continue
		}
		root[e.Seq] = root[e.Names]
		out[root[e.Names]] = e.At
	}
	return out
}

// lifePage is how many entries a page of the timeline holds.
const lifePage = 40

// months groups the entries before number before ("": all), newest first.
func (w writer) months(current []skill.Entry, before, path string) (months []Month, more string, err error) {
	limit, _ := strconv.ParseInt(before, 10, 64)
	shown := 0
	for _, e := range slices.Backward(current) {
		if limit > 0 && e.Seq >= limit {
			continue
		}
		if shown == lifePage {
			return months, path + "?before=" + strconv.FormatInt(e.Seq+1, 10), nil
		}
		shown++
		title := w.v.Month(moment(e))
		if len(months) == 0 || months[len(months)-1].Title != title {
			months = append(months, Month{Title: title})
		}
		entry, err := w.entry(e)
		if err != nil {
			return nil, "", err
		}
		m := &months[len(months)-1]
		m.Entries = append(m.Entries, entry)
	}
	return months, "", nil
}

// moment is when what an entry speaks of happened.
func moment(e skill.Entry) time.Time {
	if e.Of.IsZero() {
		return e.At
	}
	return e.Of
}

// entry writes one entry: what happened, in the words of whoever wrote it
// down, or in ours when there are none.
func (w writer) entry(e skill.Entry) (Entry, error) {
	out := Entry{When: w.v.When(moment(e), w.v.Now), Big: e.Kind == skill.Talk || e.Kind == skill.Assessment}
	if at, ok := w.corrected[e.Seq]; ok {
		out.Corrects = w.v.Text("web.archive.corrected", ui.Args{"when": w.v.When(at, w.v.Now)})
	}
	text, lang := w.text(e)
	by := w.names[e.By]
	switch {
	case e.Gone:
		out.What = w.v.Text("web.archive.gone")
	case e.Kind == skill.Talk && by != "":
		out.What, out.More = w.v.Text("web.archive.talk-with", ui.Args{"name": by}), text
	case e.Kind == skill.Note && by != "":
		out.What, out.More = w.v.Text("web.archive.note-by", ui.Args{"name": by}), text
	case text != "":
		out.What, out.Lang = text, lang
	case e.Source.Conversation != "":
		return out, w.call(e, &out)
	default:
		out.What = w.v.Text("web.archive.kind." + string(e.Kind))
	}
	return out, nil
}

// text returns what was written down, in the reader's language if it was.
func (w writer) text(e skill.Entry) (text, lang string) {
	for _, lang := range []string{w.v.Lang().Speech(), "zh", "en"} {
		if e.Text[lang] != "" {
			return e.Text[lang], lang
		}
	}
	return "", ""
}

// call writes an entry about a conversation: which, its mark, and what went best.
func (w writer) call(e skill.Entry, out *Entry) error {
	b, err := w.brief(w.v, e.Source.Conversation)
	if err != nil {
		return err
	}
	out.URL, out.More = "/conversations/"+string(e.Source.Conversation), b.Best
	switch {
	case b.Title != "" && b.Mark != "":
		out.What = w.v.Text("web.archive.practised", ui.Args{"title": b.Title, "mark": b.Mark})
	case b.Mark != "":
		out.What = w.v.Text("web.archive.scored", ui.Args{"mark": b.Mark})
	default:
		out.What = w.v.Text("web.archive.kind.mark")
	}
	return nil
}
