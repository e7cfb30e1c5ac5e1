package staff

import (
	"math/bits"
	"slices"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// Role is what a person is here for. A person may have several; she may do
// what any of them may.
type Role uint8

// The roles.
const (
	Trainee       Role = iota // 学员
	Agent                     // 坐席
	Advisor                   // 班主任, of a class
	Instructor                // 讲师
	Evaluator                 // 质检员
	Lead                      // 班组长
	Counsellor                // 心理咨询师
	Handler                   // 工单处理员
	Administrator             // 管理员
	Auditor                   // 审计员
	roleCount
)

var roleNames = [roleCount]string{"trainee", "agent", "advisor", "instructor", "evaluator",
	"lead", "counsellor", "handler", "administrator", "auditor"}

// AllRoles returns every role, in the order of the constants.
func AllRoles() []Role {
	out := make([]Role, roleCount)
	for i := range out {
		out[i] = Role(i)
	}
	return out
}

// String returns the role's stable name, as "trainee".
func (r Role) String() string {
	if r >= roleCount {
		return "unknown"
	}
	return roleNames[r]
}

// Title returns the locale key of the role's title.
func (r Role) Title() string { return "staff.role." + r.String() }

// MarshalText writes the role's name.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a role's name; Invalid when there is no such role.
func (r *Role) UnmarshalText(b []byte) error {
	got, err := ParseRole(string(b))
	*r = got
	return err
}

// ParseRole returns the role of that name, or Invalid (staff.role.unknown).
func ParseRole(name string) (Role, error) {
	if i := slices.Index(roleNames[:], name); i >= 0 {
		return Role(i), nil
	}
	return 0, fault.New(fault.Invalid, "staff.role.unknown", fault.Args{"role": name})
}

// Roles is a set of roles.
type Roles uint16

// RolesOf returns the set of the given roles.
func RolesOf(rs ...Role) Roles {
	var out Roles
	for _, r := range rs {
		if r < roleCount {
			out |= 1 << r
		}
	}
	return out
}

// Has reports whether r is in the set.
func (s Roles) Has(r Role) bool { return r < roleCount && s&(1<<r) != 0 }

// List returns the roles of the set in their order.
func (s Roles) List() []Role {
	out := make([]Role, 0, bits.OnesCount16(uint16(s)))
	for r := range roleCount {
		if s.Has(r) {
			out = append(out, r)
		}
	}
	return out
}
