package audit

import (
	"strings"

	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// roleTitles writes the roles of a record's detail in the reader's language.
func roleTitles(v *visit.Visit, names string) string {
	var out []string
	for _, name := range strings.Fields(names) {
		if r, err := staff.ParseRole(name); err == nil {
			out = append(out, v.Text(r.Title()))
		}
	}
	return strings.Join(out, " · ")
}
