// Package staff knows the people of a centre: who they are, which teams and
// roles they have, how they prove it, what each may do, and what they did.
//
// Everything a person may do is decided here, by Can, from one table of
// permissions; no query and no page decides for itself. The package holds
// words and rules; staffdb keeps them in a database, oidc signs people in by
// another house's account.
package staff

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// State says whether a person may sign in.
type State string

// The states of a person.
const (
	Active State = "active"
	Locked State = "locked" // by an administrator, until she unlocks
	Left   State = "left"   // no longer works here; the record stays
)

// Identity is an account in another house: the issuer of an OpenID Connect
// sign-in and the subject it vouches for. Both are empty when there is none.
type Identity struct {
	Issuer, Subject string
}

// Person is somebody who works or learns in the centre.
type Person struct {
	ID         id.Person
	Name       string // the sign-in name, folded by FoldName; unique
	Display    string // how colleagues read it
	Language   string // a BCP 47 tag such as "zh-CN"; "" follows the browser
	Roles      Roles
	State      State
	Password   string   // PHC string of argon2id; "" when she has none
	MustChange bool     // the password was set by another person
	Identity   Identity // for sign-in by OpenID Connect
	Created    time.Time
	Changed    time.Time
}

// Kind says what a team is for.
type Kind string

// The kinds of teams. A class is led by its advisor, a course by its
// instructor, a department's work orders are open to all its members.
const (
	TeamKind       Kind = "team"
	ClassKind      Kind = "class"
	CourseKind     Kind = "course"
	DepartmentKind Kind = "department"
)

// Kinds returns every kind of team.
func Kinds() []Kind { return []Kind{TeamKind, ClassKind, CourseKind, DepartmentKind} }

// Team is a group of people.
type Team struct {
	ID      id.Team
	Kind    Kind
	Name    string
	Created time.Time
	Closed  bool // a class that ended; its advisor keeps reading it
}

// Part is what a person is in a team.
type Part string

// The parts. A head leads the team: team lead, class advisor, instructor.
const (
	Member Part = "member"
	Head   Part = "head"
)

// Membership is a person's part in a team. Kind repeats the team's.
type Membership struct {
	Team   id.Team
	Kind   Kind
	Person id.Person
	Part   Part
}

// The bounds of names, in Unicode code points.
const (
	minName, maxName = 2, 64
	maxDisplay       = 80
)

// FoldName returns the form in which a sign-in name is kept and compared:
// without surrounding space, in lower case.
func FoldName(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// CheckName returns Invalid (staff.name.form) when a folded sign-in name is
// too short, too long, or holds anything but letters of any script, digits
// and . _ - @.
func CheckName(name string) error {
	n := utf8.RuneCountInString(name)
	if !utf8.ValidString(name) || n < minName || n > maxName || name != FoldName(name) {
		return fault.New(fault.Invalid, "staff.name.form", fault.Args{"min": minName, "max": maxName})
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-@", r) {
			return fault.New(fault.Invalid, "staff.name.form", fault.Args{"min": minName, "max": maxName})
		}
	}
	return nil
}

// CheckDisplay returns Invalid (staff.display.form) when a display name, or
// the name of a team, is empty, too long or holds control characters.
func CheckDisplay(s string) error {
	n := utf8.RuneCountInString(s)
	bad := !utf8.ValidString(s) || strings.TrimSpace(s) == "" || n > maxDisplay || strings.ContainsFunc(s, unicode.IsControl)
	if bad {
		return fault.New(fault.Invalid, "staff.display.form", fault.Args{"max": maxDisplay})
	}
	return nil
}

// Languages returns the languages a person may choose.
func Languages() []string { return []string{"zh-CN", "en"} }

func checkLanguage(tag string) error {
	if tag == "" {
		return nil
	}
	for _, l := range Languages() {
		if l == tag {
			return nil
		}
	}
	return fault.New(fault.Invalid, "staff.language.unknown", fault.Args{"language": tag})
}

func checkState(s State) error {
	switch s {
	case Active, Locked, Left:
		return nil
	}
	return fault.New(fault.Invalid, "staff.state.unknown", fault.Args{"state": string(s)})
}

func checkTeam(t Team) error {
	if err := CheckDisplay(t.Name); err != nil {
		return err
	}
	for _, k := range Kinds() {
		if k == t.Kind {
			return nil
		}
	}
	return fault.New(fault.Invalid, "staff.team.kind", fault.Args{"kind": string(t.Kind)})
}
