package score

import (
	"strconv"
	"unicode/utf8"
)

// AppendJSON appends r to out as encoding/json writes it with SetEscapeHTML
// off, without the line feed.
func (r *Result) AppendJSON(out []byte) []byte {
	out = appendString(append(out, `{"id":`...), string(r.ID))
	out = appendString(append(out, `,"scorecard":`...), string(r.Scorecard))
	out = appendString(append(out, `,"versions":{"engine":`...), r.Versions.Engine)
	out = appendString(append(out, `,"lexicon":`...), r.Versions.Lexicon)
	out = appendString(append(out, `,"scorecard":`...), r.Versions.Scorecard)
	out = r.Raw.append(append(out, `},"raw":`...))
	out = r.Score.append(append(out, `,"score":`...))
	if r.NA {
		out = append(out, `,"na":true`...)
	}
	out = appendList(append(out, `,"auto_fail":`...), r.AutoFail, func(out []byte, s *string) []byte { return appendString(out, *s) })
	out = appendList(append(out, `,"items":`...), r.Items, appendItem)
	if len(r.Shadow) > 0 {
		out = appendList(append(out, `,"shadow":`...), r.Shadow, appendItem)
	}
	return append(out, '}')
}

func appendItem(out []byte, it *Item) []byte {
	out = appendString(append(out, `{"id":`...), it.ID)
	out = appendString(append(out, `,"verdict":`...), string(it.Verdict))
	out = appendString(append(out, `,"reason":`...), it.Reason)
	out = it.Points.append(append(out, `,"points":`...))
	out = it.Max.append(append(out, `,"max":`...))
	out = appendList(append(out, `,"evidence":`...), it.Evidence, appendEvidence)
	return append(out, '}')
}

func appendEvidence(out []byte, e *Evidence) []byte {
	out = strconv.AppendInt(append(out, `{"turn":`...), int64(e.Turn), 10)
	out = strconv.AppendInt(append(out, `,"to_turn":`...), int64(e.ToTurn), 10)
	out = strconv.AppendInt(append(out, `,"from":`...), int64(e.From), 10)
	out = strconv.AppendInt(append(out, `,"to":`...), int64(e.To), 10)
	out = append(out, `,"ms":`...)
	if e.MS == nil {
		out = append(out, `null`...)
	} else {
		out = strconv.AppendInt(out, *e.MS, 10)
	}
	out = appendString(append(out, `,"act":`...), string(e.Act))
	out = appendString(append(out, `,"feeling":`...), e.Feeling)
	out = appendString(append(out, `,"better":`...), e.Better)
	return append(out, '}')
}

// append appends the points as String writes them.
func (p Points) append(out []byte) []byte {
	if p < 0 {
		out, p = append(out, '-'), -p
	}
	out = strconv.AppendInt(out, int64(p)/10, 10)
	if p%10 != 0 {
		out = append(out, '.', byte('0'+p%10))
	}
	return out
}

func appendList[T any](out []byte, list []T, each func([]byte, *T) []byte) []byte {
	if list == nil {
		return append(out, `null`...)
	}
	out = append(out, '[')
	for i := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = each(out, &list[i])
	}
	return append(out, ']')
}

// appendString appends s in quotation marks, escaped as encoding/json does.
func appendString(out []byte, s string) []byte {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	done := 0 // s up to here is in out
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			if han(s, i) {
				i += 3
				continue
			}
			r, size := utf8.DecodeRuneInString(s[i:])
			switch {
			case r == utf8.RuneError && size == 1:
				out = append(append(out, s[done:i]...), `\ufffd`...)
				done = i + size
			case r == '\u2028' || r == '\u2029':
				out = append(append(out, s[done:i]...), `\u202`...)
				out = append(out, hex[r&0xF])
				done = i + size
			}
			i += size
			continue
		}
		out = append(out, s[done:i]...)
		switch c {
		case '"', '\\':
			out = append(out, '\\', c)
		case '\b':
			out = append(out, '\\', 'b')
		case '\f':
			out = append(out, '\\', 'f')
		case '\n':
			out = append(out, '\\', 'n')
		case '\r':
			out = append(out, '\\', 'r')
		case '\t':
			out = append(out, '\\', 't')
		default:
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xF])
		}
		i++
		done = i
	}
	return append(append(out, s[done:]...), '"')
}
