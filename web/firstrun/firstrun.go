// Package firstrun is the first page of a new centre: it makes the
// administrator, once, and signs her in.
package firstrun

import (
	"context"
	"net/http"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Staff is what the first run needs of package staff.
type Staff interface {
	Empty(ctx context.Context) (bool, error)
	CreateFirst(ctx context.Context, n staff.NewPerson, from staff.Origin) (staff.SignedIn, error)
}

// Pages are the pages of this errand.
type Pages struct{ Staff Staff }

type page struct{ name, display, wrong string }

// Form shows the form as long as there is nobody.
func (p Pages) Form(v *visit.Visit) error {
	empty, err := p.Staff.Empty(v.Context())
	if err != nil {
		return err
	}
	if !empty {
		return v.Go("/")
	}
	return v.Show(form(v.Reader, page{}))
}

// Create makes the administrator.
func (p Pages) Create(v *visit.Visit) error {
	out := page{name: v.Form("name"), display: v.Form("display")}
	in, err := p.create(v, out)
	if err != nil {
		text, err := v.Wrong(err)
		if err != nil {
			return err
		}
		out.wrong = text
		return v.ShowStatus(http.StatusUnprocessableEntity, form(v.Reader, out))
	}
	if err := v.SignIn(in); err != nil {
		return err
	}
	return v.Go("/")
}

func (p Pages) create(v *visit.Visit, out page) (staff.SignedIn, error) {
	if v.Form("password") != v.Form("again") {
		return staff.SignedIn{}, fault.New(fault.Invalid, "web.password.differ", nil)
	}
	return p.Staff.CreateFirst(v.Context(), staff.NewPerson{
		Name: out.name, Display: out.display, Language: string(v.Lang()),
		Roles: staff.RolesOf(staff.Administrator), Password: v.Form("password"), Settled: true,
	}, v.Origin())
}
