package staff

import (
	"slices"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// Permission is one thing that may be done. The names are stable: they stand
// in the permission table, in the scopes of API tokens and in the audit log.
type Permission uint8

// The permissions.
const (
	PracticeTake Permission = iota // take a practice call
	ExamTake                       // sit an exam
	ExamSet                        // set somebody an exam
	PlanRead                       // read what to learn next
	ConversationRead
	ConversationAdd // bring in a conversation from outside
	ResultRead
	ResultContest // say: I see this differently
	ResultCorrect
	ArchiveRead
	ArchiveAdd     // a note or an assessment
	ArchiveCorrect // by a new entry that names the old
	ArchiveErase   // destroy the keys of a person's entries
	ArchiveVerify
	TalkRead // the talk before training; private to advisor and person
	TalkHold
	ClassRun // board, gates, summary
	LessonEdit
	ScenarioEdit
	QuestionEdit
	LexiconEdit // drafts
	ScorecardEdit
	RuleRelease // put a rule, a wording or a scenario live that another person wrote
	Calibrate
	QueueRead
	CoachingRead
	CoachingHold
	ContactRead
	ContactWork
	WorkOrderWork
	WellbeingRead
	WellbeingKeep
	PeopleRead
	PeopleEdit
	TeamEdit
	TableEdit // the permission table itself
	TokenIssue
	ConfigEdit
	PackInstall
	AuditRead
	permissionCount
)

// trait marks what a permission touches, so that an edited table can be
// refused when it breaks a promise of the house.
type trait uint8

const (
	writes    trait = 1 << iota // changes something
	marks                       // shows how well somebody did
	talks                       // shows a private talk
	wellbeing                   // shows how somebody feels
	foureyes                    // never for what one wrote oneself
	keeping                     // the centre cannot be run without an administrator who has it
)

var permissions = [permissionCount]struct {
	name   string
	traits trait
}{
	PracticeTake:     {"practice.take", writes},
	ExamTake:         {"exam.take", writes},
	ExamSet:          {"exam.set", writes},
	PlanRead:         {"plan.read", marks},
	ConversationRead: {"conversation.read", marks},
	ConversationAdd:  {"conversation.add", writes},
	ResultRead:       {"result.read", marks},
	ResultContest:    {"result.contest", writes},
	ResultCorrect:    {"result.correct", writes | marks},
	ArchiveRead:      {"archive.read", marks},
	ArchiveAdd:       {"archive.add", writes | marks},
	ArchiveCorrect:   {"archive.correct", writes | marks},
	ArchiveErase:     {"archive.erase", writes},
	ArchiveVerify:    {"archive.verify", 0},
	TalkRead:         {"talk.read", talks},
	TalkHold:         {"talk.hold", writes | talks},
	ClassRun:         {"class.run", writes | marks},
	LessonEdit:       {"lesson.edit", writes},
	ScenarioEdit:     {"scenario.edit", writes},
	QuestionEdit:     {"question.edit", writes},
	LexiconEdit:      {"lexicon.edit", writes},
	ScorecardEdit:    {"scorecard.edit", writes},
	RuleRelease:      {"rule.release", writes | foureyes},
	Calibrate:        {"calibrate", writes | marks},
	QueueRead:        {"queue.read", 0},
	CoachingRead:     {"coaching.read", marks},
	CoachingHold:     {"coaching.hold", writes | marks},
	ContactRead:      {"contact.read", 0},
	ContactWork:      {"contact.work", writes},
	WorkOrderWork:    {"workorder.work", writes},
	WellbeingRead:    {"wellbeing.read", wellbeing},
	WellbeingKeep:    {"wellbeing.keep", writes | wellbeing},
	PeopleRead:       {"people.read", 0},
	PeopleEdit:       {"people.edit", writes | keeping},
	TeamEdit:         {"team.edit", writes | keeping},
	TableEdit:        {"table.edit", writes | keeping},
	TokenIssue:       {"token.issue", writes},
	ConfigEdit:       {"config.edit", writes | keeping},
	PackInstall:      {"pack.install", writes},
	AuditRead:        {"audit.read", 0},
}

// AllPermissions returns every permission, in the order of the constants.
func AllPermissions() []Permission {
	out := make([]Permission, permissionCount)
	for i := range out {
		out[i] = Permission(i)
	}
	return out
}

// String returns the permission's stable name, as "archive.read".
func (p Permission) String() string {
	if p >= permissionCount {
		return "unknown"
	}
	return permissions[p].name
}

// Title returns the locale key of the permission's title.
func (p Permission) Title() string { return "staff.permission." + p.String() }

// Writes reports whether the permission changes something.
func (p Permission) Writes() bool { return p < permissionCount && p.is(writes) }

func (p Permission) is(t trait) bool { return permissions[p].traits&t != 0 }

// MarshalText writes the permission's name.
func (p Permission) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads a permission's name; Invalid when there is none such.
func (p *Permission) UnmarshalText(b []byte) error {
	got, err := ParsePermission(string(b))
	*p = got
	return err
}

// ParsePermission returns the permission of that name, or Invalid
// (staff.permission.unknown).
func ParsePermission(name string) (Permission, error) {
	for i := range permissions {
		if permissions[i].name == name {
			return Permission(i), nil
		}
	}
	return permissionCount, fault.New(fault.Invalid, "staff.permission.unknown", fault.Args{"permission": name})
}

// Scope says on whose things a permission may be used.
type Scope uint8

// The scopes.
const (
	Own        Scope = iota // what belongs to the person herself
	InTeam                  // what belongs to a member of a team she leads
	InClass                 // … of a class she advises
	InCourse                // … of a course she teaches
	Department              // what belongs to a department she works in
	Shared                  // what its owner shared with her
	Everything
	scopeCount
)

var scopeNames = [scopeCount]string{"own", "team", "class", "course", "department", "shared", "all"}

// AllScopes returns every scope.
func AllScopes() []Scope {
	return []Scope{Own, InTeam, InClass, InCourse, Department, Shared, Everything}
}

// String returns the scope's stable name, as "own".
func (s Scope) String() string {
	if s >= scopeCount {
		return "unknown"
	}
	return scopeNames[s]
}

// Title returns the locale key of the scope's title.
func (s Scope) Title() string { return "staff.scope." + s.String() }

// ParseScope returns the scope of that name, or Invalid (staff.scope.unknown).
func ParseScope(name string) (Scope, error) {
	if i := slices.Index(scopeNames[:], name); i >= 0 {
		return Scope(i), nil
	}
	return scopeCount, fault.New(fault.Invalid, "staff.scope.unknown", fault.Args{"scope": name})
}

type scopes uint8

func (s scopes) has(x Scope) bool { return s&(1<<x) != 0 }

// Grant is one row of the permission table: people with the role may do that,
// on things in that scope.
type Grant struct {
	Role       Role
	Permission Permission
	Scope      Scope
}
