package staff

import (
	"cmp"
	"slices"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// Table says who may do what. It is immutable; an edited table is a new one.
type Table struct {
	grants [roleCount][permissionCount]scopes
}

// defaults is the permission table a centre begins with. What it does not
// name is denied.
var defaults = map[Role]map[Scope][]Permission{
	Trainee: {Own: learner},
	Agent:   {Own: append(slices.Clone(learner), ContactRead, ContactWork)},
	Advisor: {InClass: {PeopleRead, ConversationRead, ResultRead, PlanRead, ArchiveRead, ArchiveAdd, ArchiveCorrect,
		TalkRead, TalkHold, ClassRun, ExamSet},
		Own: personal, Shared: {TalkRead}},
	Instructor: {Everything: {LessonEdit, ScenarioEdit, QuestionEdit, LexiconEdit},
		InCourse: {PeopleRead, ConversationRead, ResultRead, ArchiveAdd, ExamSet},
		Own:      append(slices.Clone(personal), PracticeTake)},
	Evaluator: {Everything: {PeopleRead, ConversationRead, ConversationAdd, ResultRead, ResultCorrect, ArchiveCorrect,
		ScorecardEdit, LexiconEdit, ScenarioEdit, RuleRelease, Calibrate},
		Own: append(slices.Clone(personal), PracticeTake, TokenIssue)},
	Lead: {InTeam: {PeopleRead, ConversationRead, ResultRead, QueueRead, CoachingRead, CoachingHold, ContactRead, ExamSet},
		Own: personal},
	Counsellor:    {Shared: {WellbeingRead, TalkRead}, Own: personal},
	Handler:       {Department: {WorkOrderWork, ContactRead}, Own: personal},
	Administrator: {Everything: {PeopleRead, PeopleEdit, TeamEdit, TableEdit, ConfigEdit, PackInstall, ArchiveErase, ArchiveVerify, TokenIssue}, Own: personal},
	Auditor:       {Everything: {AuditRead, ArchiveRead, ArchiveVerify, ResultRead, ConversationRead, PeopleRead}},
}

// personal is what everybody may do with what is about herself.
var personal = []Permission{PeopleRead, ConversationRead, ResultRead, ResultContest, ArchiveRead, TalkRead, CoachingRead,
	PlanRead, WellbeingRead, WellbeingKeep}

var learner = append(slices.Clone(personal), PracticeTake, ExamTake)

// DefaultTable returns the table a centre begins with.
func DefaultTable() *Table {
	t := &Table{}
	for r, byScope := range defaults {
		for s, ps := range byScope {
			for _, p := range ps {
				t.grants[r][p] |= 1 << s
			}
		}
	}
	return t
}

// NewTable returns the table of the given rows. It returns Invalid when a row
// is unknown or breaks a promise of the house:
//
//   - staff.table.marks: administrators see no marks, talks or wellbeing;
//   - staff.table.writes: auditors write nothing;
//   - staff.table.wellbeing: wellbeing is open to the person and to whom she
//     shares it with, nobody else;
//   - staff.table.talks: talks are open to the person, her class advisor, and
//     to whom they are shared with;
//   - staff.table.keeping: administrators keep what a centre cannot be run
//     without.
func NewTable(rows []Grant) (*Table, error) {
	t := &Table{}
	for _, g := range rows {
		if g.Role >= roleCount || g.Permission >= permissionCount || g.Scope >= scopeCount {
			return nil, fault.New(fault.Invalid, "staff.table.row", nil)
		}
		if key := g.broken(); key != "" {
			return nil, fault.New(fault.Invalid, key, fault.Args{"role": g.Role.String(), "permission": g.Permission.String(), "scope": g.Scope.String()})
		}
		t.grants[g.Role][g.Permission] |= 1 << g.Scope
	}
	for _, p := range AllPermissions() {
		if p.is(keeping) && !t.grants[Administrator][p].has(Everything) {
			return nil, fault.New(fault.Invalid, "staff.table.keeping", fault.Args{"permission": p.String()})
		}
	}
	return t, nil
}

// broken returns the key of the promise that a row breaks, or "".
func (g Grant) broken() string {
	p, private := g.Permission, g.Scope == Own || g.Scope == Shared
	switch {
	case g.Role == Administrator && g.Scope != Own && (p.is(marks) || p.is(talks) || p.is(wellbeing)):
		return "staff.table.marks"
	case g.Role == Auditor && p.is(writes):
		return "staff.table.writes"
	case p.is(wellbeing) && !private:
		return "staff.table.wellbeing"
	case p.is(talks) && !private && !(g.Role == Advisor && g.Scope == InClass):
		return "staff.table.talks"
	}
	return ""
}

// Rows returns the table's rows, by role, permission and scope.
func (t *Table) Rows() []Grant {
	var out []Grant
	for r := range roleCount {
		for p := range permissionCount {
			for _, s := range AllScopes() {
				if t.grants[r][p].has(s) {
					out = append(out, Grant{r, p, s})
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b Grant) int {
		return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Permission, b.Permission), cmp.Compare(a.Scope, b.Scope))
	})
	return out
}

// of returns what the holder of all these roles may do.
func (t *Table) of(roles Roles) *[permissionCount]scopes {
	var out [permissionCount]scopes
	for r := range roleCount {
		if !roles.Has(r) {
			continue
		}
		for p := range out {
			out[p] |= t.grants[r][p]
		}
	}
	return &out
}
