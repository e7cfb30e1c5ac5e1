package scenario

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// Limits of a script, so that no file can exhaust the machine.
const (
	maxScript     = 1 << 20
	maxScriptLine = 4000 // characters
)

// Script is a scripted agent: one line a turn. Blank lines and lines that
// begin with # are left out. A line may hold {slots} of the form and may be
// marked, `@on BEHAVIOUR: text`: then it is said, once, when the customer has
// just done that. `@on tell:` matches any tell, `@on tell:light:` only that;
// `@on tell:light|soften:` is said at whichever comes first.
type Script struct {
	lines []scriptLine
}

type scriptLine struct {
	on   []string // none for a plain line
	text string
}

// ParseScript reads a script. file names it in errors.
func ParseScript(file string, text []byte) (*Script, error) {
	if len(text) > maxScript || !utf8.Valid(text) {
		return nil, scriptError(file, 0, "scenario.script.unreadable", "UTF-8 of at most one megabyte")
	}
	s := &Script{}
	n := 0
	for line := range strings.Lines(strings.TrimPrefix(string(text), "\ufeff")) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if utf8.RuneCountInString(line) > maxScriptLine {
			return nil, scriptError(file, n, "scenario.script.long", fmt.Sprintf("at most %d characters", maxScriptLine))
		}
		sl, err := parseScriptLine(file, n, line)
		if err != nil {
			return nil, err
		}
		s.lines = append(s.lines, sl)
	}
	return s, nil
}

func parseScriptLine(file string, n int, line string) (scriptLine, error) {
	rest, marked := strings.CutPrefix(line, "@on ")
	if !marked {
		if strings.HasPrefix(line, "@") {
			return scriptLine{}, scriptError(file, n, "scenario.script.mark", "@on BEHAVIOUR: text")
		}
		return scriptLine{text: line}, nil
	}
	rest = strings.TrimLeft(rest, " ")
	mark, text, _ := strings.Cut(rest, " ")
	if i := strings.Index(mark, "："); i >= 0 {
		mark, text = mark[:i]+":", rest[i+len("："):]
	}
	on, ok := strings.CutSuffix(mark, ":")
	if !ok || on == "" {
		return scriptLine{}, scriptError(file, n, "scenario.script.mark", "@on BEHAVIOUR: text")
	}
	return scriptLine{on: strings.Split(on, "|"), text: strings.TrimSpace(text)}, nil
}

func scriptError(file string, line int, key, expected string) error {
	return &fault.Error{Kind: fault.Invalid, Key: key, Args: fault.Args{"expected": expected},
		At: fault.Position{File: file, Line: line}, Err: fmt.Errorf("expected %s", expected)}
}

// next returns the line for what the customer just did and strikes it out:
// the first marked exactly so, else the first marked with the bare behaviour,
// else the next plain line. It reports false when there is none.
func (r *reading) next(behaviour string) (string, bool) {
	bare, _, _ := strings.Cut(behaviour, ":")
	for _, want := range []string{behaviour, bare, ""} {
		for i, l := range r.script.lines {
			if !r.said[i] && (slices.Contains(l.on, want) || want == "" && len(l.on) == 0) {
				r.said[i] = true
				return l.text, true
			}
		}
	}
	return "", false
}

// reading is a script on its way through a call.
type reading struct {
	script *Script
	said   []bool
}

func (s *Script) read() *reading { return &reading{script: s, said: make([]bool, len(s.lines))} }
