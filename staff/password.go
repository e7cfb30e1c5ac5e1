package staff

import (
	"bufio"
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// The bounds of a password, in Unicode code points. A long sentence is
// welcome; the upper bound only keeps the hash from being used as a weapon.
const (
	minPassword = 10
	maxPassword = 200
	minDistinct = 5
)

//go:embed common-passwords.txt
var commonText string

// common holds the passwords that are tried first, in the form of bare.
var common = readCommon(commonText)

func readCommon(text string) map[string]bool {
	out := map[string]bool{}
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		if w := strings.TrimSpace(lines.Text()); w != "" && !strings.HasPrefix(w, "#") {
			out[bare(w)] = true
			out[strings.ToLower(w)] = true
		}
	}
	delete(out, "") // what is left of digits and signs is nobody's habit
	return out
}

// bare takes the decoration off a password: case, and the digits and signs
// that people hang around a word.
func bare(s string) string {
	return strings.TrimFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) })
}

// CheckPassword returns Invalid when a password is too easy for the person it
// is meant for, or too long:
//
//   - staff.password.short (min), staff.password.long (max);
//   - staff.password.name: it holds the sign-in or display name, or is held by it;
//   - staff.password.common: it is, but for decoration, among those tried first;
//   - staff.password.plain (min): it has too few different characters, or runs
//     along the keyboard or the digits.
func CheckPassword(password, name, display string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case n < minPassword || !utf8.ValidString(password):
		return fault.New(fault.Invalid, "staff.password.short", fault.Args{"min": minPassword})
	case n > maxPassword:
		return fault.New(fault.Invalid, "staff.password.long", fault.Args{"max": maxPassword})
	case holdsName(password, name) || holdsName(password, display):
		return fault.New(fault.Invalid, "staff.password.name", nil)
	case common[strings.ToLower(password)] || common[bare(password)]:
		return fault.New(fault.Invalid, "staff.password.common", nil)
	case distinct(password) < minDistinct || sequence(password):
		return fault.New(fault.Invalid, "staff.password.plain", fault.Args{"min": minDistinct})
	}
	return nil
}

// holdsName reports whether a name is the better part of the password. A name
// of one or two letters says nothing, unless little else is there.
func holdsName(password, name string) bool {
	p, n := strings.ToLower(password), strings.ToLower(strings.TrimSpace(name))
	size := utf8.RuneCountInString(n)
	if n == "" {
		return false
	}
	if !strings.Contains(p, n) {
		return strings.Contains(n, p)
	}
	return size >= 4 || utf8.RuneCountInString(p)-size < minPassword-2
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// runs are the rows of keys that fingers slide along.
var runs = []string{"01234567890", "09876543210", "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba",
	"qwertyuiop", "asdfghjkl", "zxcvbnm", "poiuytrewq", "lkjhgfdsa", "mnbvcxz", "1qaz2wsx3edc4rfv5tgb6yhn7ujm"}

// sequence reports whether three quarters of s are slides of at least four
// keys along one of runs.
func sequence(s string) bool {
	s = strings.ToLower(s)
	slid := 0
	for i := 0; i < len(s); {
		best := 0
		for n := len(s) - i; n >= 4; n-- {
			if inRun(s[i : i+n]) {
				best = n
				break
			}
		}
		slid += best
		i += max(best, 1)
	}
	return slid*4 >= len(s)*3
}

func inRun(part string) bool {
	for _, r := range runs {
		if strings.Contains(r, part) {
			return true
		}
	}
	return false
}
